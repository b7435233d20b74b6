// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Words for what the models hold: times, states, what a screen reader says of a row. All of it is
 * plain text; what a peer wrote is made safe to show here and nowhere else. Callers free.
 */
#pragma once

#include "gui/model/bubble.h"
#include "gui/model/person.h"

/* Line breaks and tabs stay; other controls and bidirectional overrides become U+FFFD. */
char *sotto_format_text (const char *text);
char *sotto_format_one_line (const char *text);

char *sotto_format_time (gint64 unix_ms);                /* "10:41" */
char *sotto_format_when (gint64 unix_ms, gint64 now_ms); /* "10:41", "Yesterday", "Fri", "3 May" */
char *sotto_format_day (gint64 unix_ms, gint64 now_ms);  /* "Today", "Friday, 3 May" */
/* "Last seen today at 10:41", "Last seen yesterday", "Last seen 3 May" */
char *sotto_format_seen (gint64 unix_ms, gint64 now_ms);
bool sotto_format_same_day (gint64 a_ms, gint64 b_ms);

const char *sotto_format_state (SottoBubbleState state);      /* "delivered" */
const char *sotto_format_state_icon (SottoBubbleState state); /* NULL for received ones */
char *sotto_format_under (SottoBubble *bubble);               /* "Delivered 10:41" */
char *sotto_format_reactions (SottoBubble *bubble);           /* "👍 ❤️", "" = none */
/* "SENDER, TEXT, TIME, STATE"; of a deleted one TEXT says so; of a remark "SENTENCE TIME" */
char *sotto_format_bubble_name (SottoBubble *bubble);

/* Second line of a person's row. */
char *sotto_format_person_line (SottoPerson *person);
/* "USERNAME, ALIAS, PRESENCE, UNREAD, MARKS" */
char *sotto_format_person_name (SottoPerson *person);
/* When they were last here; NULL = they are here, or nobody knows. */
char *sotto_format_person_seen (SottoPerson *person);
char *sotto_format_person_title (SottoPerson *person); /* "Robert (bob)", or "bob" */
const char *sotto_format_mark (SottoMark mark);        /* "favourite" */
const char *sotto_format_mark_icon (SottoMark mark);
