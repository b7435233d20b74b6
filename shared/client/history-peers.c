// SPDX-License-Identifier: GPL-3.0-or-later
/* A peer's row is sealed with its number in it, and opened whenever it is looked up. */
#include "shared/client/history-peers.h"

#include "shared/base/limits.h"
#include <string.h>

#define NOT_ASKED -2

void
sotto_history_peers_init (SottoHistoryPeers *self,
                          SottoHistorySql *sql,
                          const SottoHistoryKeys *keys)
{
  self->sql = sql;
  self->keys = keys;
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
}

void
sotto_history_peers_clear (SottoHistoryPeers *self)
{
  g_clear_pointer (&self->by_name, g_hash_table_unref);
}

void
sotto_history_peers_forget (SottoHistoryPeers *self)
{
  g_hash_table_remove_all (self->by_name);
}

static bool
open_row (SottoHistoryPeers *self, SottoSql sql, gint64 *out_number, SottoName *out_name)
{
  sqlite3_stmt *statement = self->sql->statements[sql];

  *out_number = sqlite3_column_int64 (statement, 0);
  return sotto_history_open_peer (self->keys, (uint64_t)*out_number,
                                  sqlite3_column_blob (statement, 1),
                                  (gsize)sqlite3_column_bytes (statement, 1), out_name);
}

/* out_number stays when there is none. */
static bool
look_up (SottoHistoryPeers *self,
         const SottoName *name,
         const uint8_t *tag,
         gint64 *out_number,
         GError **error)
{
  g_autoptr (GError) failure = NULL;
  SottoName stored;

  sotto_history_sql_bind (self->sql, SOTTO_SQL_FIND_PEER, "d", tag);
  if (!sotto_history_sql_next (self->sql, SOTTO_SQL_FIND_PEER, &failure))
    {
      bool ok = failure == NULL;
      if (!ok)
        g_propagate_error (error, g_steal_pointer (&failure));
      return ok;
    }
  bool same = open_row (self, SOTTO_SQL_FIND_PEER, out_number, &stored)
              && g_str_equal (stored.str, name->str);
  sotto_history_sql_reset (self->sql, SOTTO_SQL_FIND_PEER);
  return same || sotto_history_sql_set_damaged (self->sql, "the row of a person", error);
}

static bool
add (SottoHistoryPeers *self,
     const SottoName *name,
     const uint8_t *tag,
     gint64 *out_number,
     GError **error)
{
  gint64 number = 0;

  if (!sotto_history_sql_run (self->sql, SOTTO_SQL_LAST_PEER, &number, error))
    return false;
  *out_number = number + 1;
  g_autoptr (GBytes) row = sotto_history_seal_peer (self->keys, (uint64_t)*out_number, name);
  sotto_history_sql_bind (self->sql, SOTTO_SQL_ADD_PEER, "idb", *out_number, tag, row);
  return sotto_history_sql_run (self->sql, SOTTO_SQL_ADD_PEER, NULL, error);
}

bool
sotto_history_peers_find (SottoHistoryPeers *self,
                          const SottoName *name,
                          bool make,
                          SottoHistoryPeer **out_peer,
                          GError **error)
{
  SottoHistoryPeer *peer = g_hash_table_lookup (self->by_name, name->str);
  uint8_t tag[SOTTO_HISTORY_TAG_LEN];
  gint64 number = 0;

  if (peer == NULL)
    {
      sotto_history_tag_of (self->keys, name, tag);
      if (!look_up (self, name, tag, &number, error)
          || (number == 0 && make && !add (self, name, tag, &number, error)))
        return false;
    }
  if (number != 0)
    {
      peer = g_new (SottoHistoryPeer, 1);
      *peer = (SottoHistoryPeer){ .name = *name, .number = number, .last_came = NOT_ASKED };
      g_hash_table_insert (self->by_name, peer->name.str, peer);
    }
  *out_peer = peer;
  return true;
}

GHashTable *
sotto_history_peers_load_names (SottoHistoryPeers *self, GError **error)
{
  g_autoptr (GHashTable) names =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_autoptr (GError) failure = NULL;

  while (sotto_history_sql_next (self->sql, SOTTO_SQL_ALL_PEERS, &failure))
    {
      SottoName name = { 0 };
      gint64 number;
      if (!open_row (self, SOTTO_SQL_ALL_PEERS, &number, &name))
        {
          sotto_history_sql_reset (self->sql, SOTTO_SQL_ALL_PEERS);
          sotto_history_sql_set_damaged (self->sql, "the row of a person", error);
          return NULL;
        }
      g_hash_table_insert (names, g_memdup2 (&number, sizeof number),
                           g_memdup2 (&name, sizeof name));
    }
  if (failure == NULL)
    return g_steal_pointer (&names);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

bool
sotto_history_peers_next_place (SottoHistoryPeers *self,
                                SottoHistoryPeer *peer,
                                gint64 *out_place,
                                GError **error)
{
  gint64 base = sotto_history_place_base (peer->number);

  if (peer->last_place == 0)
    {
      gint64 last = 0;
      sotto_history_sql_bind (self->sql, SOTTO_SQL_LAST_PLACE, "ii", base + 1,
                              sotto_history_place_base (peer->number + 1) - 1);
      if (!sotto_history_sql_run (self->sql, SOTTO_SQL_LAST_PLACE, &last, error))
        return false;
      peer->last_place = MAX (last, base);
    }
  *out_place = ++peer->last_place;
  return true;
}

bool
sotto_history_peers_next_came (SottoHistoryPeers *self,
                               SottoHistoryPeer *peer,
                               gint64 *out_n,
                               gint64 *out_slot,
                               GError **error)
{
  gint64 base = peer->number * SOTTO_KNOWN_IDS;

  if (peer->last_came == NOT_ASKED)
    {
      gint64 last = -1;
      sotto_history_sql_bind (self->sql, SOTTO_SQL_LAST_CAME, "ii", base,
                              base + SOTTO_KNOWN_IDS - 1);
      if (!sotto_history_sql_run (self->sql, SOTTO_SQL_LAST_CAME, &last, error))
        return false;
      peer->last_came = last;
    }
  *out_n = ++peer->last_came;
  *out_slot = base + *out_n % SOTTO_KNOWN_IDS;
  return true;
}
