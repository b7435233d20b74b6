// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The look of things and a person's wishes (GSettings; the connection is in the YAML file). A
 * program that was never installed finds the schema beside it in the build folder; one without any
 * schema works with what is usual, and remembers nothing.
 */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

/* The keys; org.sotto.Sotto.gschema.xml says what they mean. */
#define SOTTO_SETTING_NOTIFY         "notify"
#define SOTTO_SETTING_NOTIFY_WORDS   "notify-words"
#define SOTTO_SETTING_WHEN_CLOSED    "when-closed"
#define SOTTO_SETTING_READ_MARKS     "read-marks"
#define SOTTO_SETTING_TYPING         "typing"
#define SOTTO_SETTING_KEEP_DAYS      "keep-days"
#define SOTTO_SETTING_SPELL_CHECK    "spell-check"
#define SOTTO_SETTING_SPELL_LANGUAGE "spell-language"
#define SOTTO_SETTING_LOCK_MINUTES   "lock-minutes"
#define SOTTO_SETTING_LOCK_SCREEN    "lock-with-screen"
#define SOTTO_SETTING_KNOWN_LOCKS    "known-locks"

typedef enum
{
  SOTTO_WHEN_CLOSED_ASK,
  SOTTO_WHEN_CLOSED_KEEP_RUNNING,
  SOTTO_WHEN_CLOSED_QUIT
} SottoWhenClosed;

GSettings *sotto_settings_new (void); /* NULL without a schema */
/* As g_settings_get_ and _set_; of NULL a switch is on, a number 0, a choice its first, and setting
 * does nothing. */
bool sotto_settings_is_on (GSettings *settings, const char *key);
guint sotto_settings_get_number (GSettings *settings, const char *key);
int sotto_settings_get_choice (GSettings *settings, const char *key);
void sotto_settings_set_choice (GSettings *settings, const char *key, int value);
