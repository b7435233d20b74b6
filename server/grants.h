// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * KEYREQ and KEYGRANT: makes Kxy, sends it to both, and remembers which two names a cid belongs to,
 * for the relay. Kxy itself is kept for SOTTO_GRANT_REPEAT only, for a KEYREQ that crossed.
 */
#pragma once

#include "server/types.h"
#include "shared/base/error.h"
#include "shared/base/types.h"

/* A cid as the relay knows it. */
typedef struct
{
  guint64 cid;
  char *names[2];    /* GRefString, interned: asker, peer */
  bool sent[2];      /* this side has sent RELAY itself */
  guint8 unasked[2]; /* datagrams delivered to a side that has not */
  gint64 seen;       /* both were online then, as of the last sweep */
  gint64 refused[2]; /* when each side last got a RELAYNO for it */
} SottoGrantRoute;

SottoGrants *sotto_grants_new (const SottoServices *services);
void sotto_grants_free (SottoGrants *self);

/* OK: both got theirs. Else the code for ERR. */
SottoCode sotto_grants_request (SottoGrants *self,
                                SottoSession *asker,
                                guint32 req,
                                const SottoName *peer,
                                gint64 now);

/* NULL when the cid is not one of this user's; *out_side is the user's (0 asker, 1 peer). */
SottoGrantRoute *sotto_grants_find_route (const SottoGrants *self,
                                          guint64 cid,
                                          const SottoName *user,
                                          guint *out_side);
guint sotto_grants_count_routes (const SottoGrants *self);

/* Erases what was kept for repeats, and routes of those long gone. */
void sotto_grants_sweep (SottoGrants *self, gint64 now);
