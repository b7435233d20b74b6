// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Composition root of the window: makes engine, models, presenters and windows and ties them
 * together. Which window is open follows from the session: logged out the login window, else the
 * main one.
 */
#pragma once

#include "gui/options.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_APPLICATION (sotto_application_get_type ())
G_DECLARE_FINAL_TYPE (SottoApplication, sotto_application, SOTTO, APPLICATION, GtkApplication)

/* options are borrowed and outlive the application. */
SottoApplication *sotto_application_new (const SottoOptions *options);
