// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The history on the disk: what is asked becomes rows, inside a transaction that the caller begins
 * and ends. Blocks; used by one thread at a time. Knows no queue.
 */
#pragma once

#include "shared/client/history.h"

typedef struct _SottoHistoryDb SottoHistoryDb;

/* Makes the file where there is none: whole, or not at all. */
SottoHistoryDb *sotto_history_db_open (const char *path, const SottoKey *data_key, GError **error);
void sotto_history_db_close (SottoHistoryDb *self); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoHistoryDb, sotto_history_db_close)

/* Beginning a log takes three syncs: not the first message's. What fails here fails there again. */
void sotto_history_db_begin_log (SottoHistoryDb *self);

bool sotto_history_db_begin (SottoHistoryDb *self, GError **error);
bool sotto_history_db_commit (SottoHistoryDb *self, GError **error);
void sotto_history_db_rollback (SottoHistoryDb *self);

/* Gives record->place. out_found: the target of a change is there; else nothing was done. */
bool sotto_history_db_queue (SottoHistoryDb *self,
                             SottoHistoryRecord *record,
                             bool *out_found,
                             GError **error);
bool sotto_history_db_delivered (SottoHistoryDb *self,
                                 uint64_t place,
                                 const SottoId *id,
                                 GError **error);
bool sotto_history_db_seen (SottoHistoryDb *self,
                            const SottoName *peer,
                            const SottoId *id,
                            bool *out_is_new,
                            GError **error);
bool sotto_history_db_receive (SottoHistoryDb *self,
                               SottoHistoryRecord *record,
                               bool *out_is_new,
                               GError **error);
/* SottoHistoryRecord *, newest first. */
GPtrArray *sotto_history_db_page (SottoHistoryDb *self,
                                  const SottoName *peer,
                                  uint64_t before,
                                  guint max,
                                  GError **error);
/* SottoHistoryRecord *, of each peer oldest first. */
GPtrArray *sotto_history_db_outbox (SottoHistoryDb *self, GError **error);
/* What came and was not told: SottoHistoryRecord *, of each peer oldest first. */
GPtrArray *sotto_history_db_untold (SottoHistoryDb *self, GError **error);
/* The message of this place, and all of that peer before it, was told. The one function for another
 * thread than the others. */
void sotto_history_db_set_told (SottoHistoryDb *self, uint64_t place);

/* Inside a transaction: what is kept until it was told, and was in the meantime, goes. */
bool sotto_history_db_drop_told (SottoHistoryDb *self, GError **error);
/* Outside of one, when there is nothing else to do: what was told or replaced is not to
 * be found in the file nor in its log any more. */
bool sotto_history_db_is_untidy (const SottoHistoryDb *self);
void sotto_history_db_tidy (SottoHistoryDb *self);
