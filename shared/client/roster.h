// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Who is online, from USERS and PRESENCE in the order of arrival. Keeps two things apart: what is
 * known, and what was told (as an answer to `list` or as a JOINED), so that each coming and going
 * is told once, whichever record brings it first.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/types.h"
#include "shared/wire/record.h"

#define SOTTO_ROSTER_MAX 65536 /* names; a server that lists more is not followed */

typedef enum
{
  SOTTO_ROSTER_NOTHING, /* known already, or oneself */
  SOTTO_ROSTER_JOINED,
  SOTTO_ROSTER_LEFT
} SottoRosterChange;

typedef struct _SottoRoster SottoRoster;

SottoRoster *sotto_roster_new (const SottoName *own);
void sotto_roster_free (SottoRoster *self);

/* A new session: nothing is known. What was told stays, so that sotto_roster_settle can tell the
 * difference. */
void sotto_roster_begin (SottoRoster *self);

/* A listing: pages until `more` is false. next_after gets the argument of the next LIST. PROTOCOL
 * when the page is not sorted, does not come after the last one, is empty with more to come, or the
 * roster is over its limit. */
void sotto_roster_list (SottoRoster *self);
SottoCode
sotto_roster_page (SottoRoster *self, const SottoRecord *users, SottoName *out_next_after);
/* The listing's names, sorted, oneself included; they count as told. Borrowed until the next call.
 */
const char *const *sotto_roster_tell (SottoRoster *self, gsize *out_n);
/* After the first listing of a session: tells who came and who went since the last session, oneself
 * left out. In the first session there is nothing to compare with, and nothing is told. */
typedef void (*SottoRosterFunc) (SottoRosterChange change, const SottoName *name, gpointer data);
void sotto_roster_settle (SottoRoster *self, SottoRosterFunc func, gpointer data);

SottoRosterChange
sotto_roster_presence (SottoRoster *self, SottoPresenceEvent event, const SottoName *name);
bool sotto_roster_is_online (const SottoRoster *self, const SottoName *name);
