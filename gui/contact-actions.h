// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the program can be asked for about a person, all of them with their name: the actions
 * "set-alias", and "favourite", "mute", "block" and their opposites. Part of the composition root:
 * brings presenter and dialogs together.
 */
#pragma once

#include "gui/presenter/contact-presenter.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_CONTACT_ACTIONS (sotto_contact_actions_get_type ())
G_DECLARE_FINAL_TYPE (SottoContactActions, sotto_contact_actions, SOTTO, CONTACT_ACTIONS, GObject)

/* The application has the actions as long as this lives, and must live longer. */
SottoContactActions *
sotto_contact_actions_new (GtkApplication *application, SottoEngine *engine, SottoPeople *people);
