// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What this device knows of a person, in words: whether it is really them, since when their key
 * holds, when they were last here, what one settled about them and how much is kept. Follows what
 * changes meanwhile, and decides nothing.
 */
#pragma once

#include "gui/model/person.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_PERSON_DETAILS (sotto_person_details_get_type ())
G_DECLARE_FINAL_TYPE (SottoPersonDetails, sotto_person_details, SOTTO, PERSON_DETAILS, GtkDialog)

SottoPersonDetails *sotto_person_details_new (GtkWindow *parent, SottoPerson *person);
