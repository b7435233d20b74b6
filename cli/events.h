// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a SottoEvent looks like on standard output: a line for people, or one JSON object with
 * exactly the fields that docs and man page name. Each event stands once, in a table that makes
 * both.
 */
#pragma once

#include "shared/client/event.h"

typedef enum
{
  SOTTO_EVENTS_TEXT,
  SOTTO_EVENTS_JSON
} SottoEventsFormat;

/* Writes and flushes; false when standard output cannot take it. SERVER_UNKNOWN is a question, not
 * an event: nothing is written for it. */
bool sotto_events_print (const SottoEvent *event, SottoEventsFormat format);

/* Without newline, caller frees; NULL for what is not printed. */
char *sotto_events_to_json (const SottoEvent *event);
char *sotto_events_to_text (const SottoEvent *event);
