// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The people of a history: each has a number, and by it the places of their records and the slots
 * of the ids that came. What is known of one is kept until a transaction fails; then the disk is
 * asked again.
 */
#pragma once

#include "shared/client/history-row.h"
#include "shared/client/history-sql.h"

#define SOTTO_HISTORY_PLACE_BITS 40 /* records of a peer; what is left of 63 bits are the peers */

typedef struct
{
  SottoName name;
  gint64 number;
  gint64 last_place; /* 0 = not asked yet */
  gint64 last_came;  /* of all that ever came, counted from 0; -2 = not asked yet */
} SottoHistoryPeer;

typedef struct
{
  SottoHistorySql *sql;
  const SottoHistoryKeys *keys;
  GHashTable *by_name; /* name.str → SottoHistoryPeer */
} SottoHistoryPeers;

void sotto_history_peers_init (SottoHistoryPeers *self,
                               SottoHistorySql *sql,
                               const SottoHistoryKeys *keys);
void sotto_history_peers_clear (SottoHistoryPeers *self);
void sotto_history_peers_forget (SottoHistoryPeers *self); /* what was kept in memory */

/* out_peer NULL (and true): nobody of that name, and none was to be made. */
bool sotto_history_peers_find (SottoHistoryPeers *self,
                               const SottoName *name,
                               bool make,
                               SottoHistoryPeer **out_peer,
                               GError **error);
/* Number (gint64 *) → SottoName *, of all. */
GHashTable *sotto_history_peers_load_names (SottoHistoryPeers *self, GError **error);

/* Places of a peer are above this and below the next one's. */
static inline gint64
sotto_history_place_base (gint64 number)
{
  return number << SOTTO_HISTORY_PLACE_BITS;
}

/* The place after the last one of the peer, which it then is. */
bool sotto_history_peers_next_place (SottoHistoryPeers *self,
                                     SottoHistoryPeer *peer,
                                     gint64 *out_place,
                                     GError **error);
/* The count of the id that comes next; its slot is the oldest one's. */
bool sotto_history_peers_next_came (SottoHistoryPeers *self,
                                    SottoHistoryPeer *peer,
                                    gint64 *out_n,
                                    gint64 *out_slot,
                                    GError **error);
