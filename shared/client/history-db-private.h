// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the files of the history's database share: history-db.c writes, history-changes.c changes,
 * history-read.c reads.
 */
#pragma once

#include "shared/client/history-db.h"
#include "shared/client/history-peers.h"
#include "shared/client/history-told.h"

struct _SottoHistoryDb
{
  SottoHistorySql sql;
  SottoHistoryKeys keys;
  SottoHistoryPeers peers;
  SottoHistoryTold told;
  bool has_news; /* perhaps */
  bool untidy;   /* the log may hold what was deleted or replaced */
};

/* The rows of a bound statement of place, own, id, state, row; without the peer. */
GPtrArray *sotto_history_db_read (SottoHistoryDb *self, SottoSql sql, GError **error);
/* The same record with other words. */
SottoHistoryRecord *
sotto_history_record_with_text (const SottoHistoryRecord *record, const char *text, gsize n);

/* out_done: there was such a target, and now it is changed. */
bool sotto_history_db_change (SottoHistoryDb *self,
                              const SottoHistoryPeer *peer,
                              const SottoHistoryRecord *change,
                              bool *out_done,
                              GError **error);
/* record->place stays 0 when nobody is to be told. */
bool sotto_history_db_receive_change (SottoHistoryDb *self,
                                      SottoHistoryPeer *peer,
                                      SottoHistoryRecord *change,
                                      GError **error);
/* Kept only until it was told; gives record->place. */
bool sotto_history_db_add_news (SottoHistoryDb *self,
                                SottoHistoryPeer *peer,
                                SottoHistoryRecord *record,
                                GError **error);
