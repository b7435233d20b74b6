// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Offers of files in the history: what becomes of one changes with time, and an id that comes again
 * is answered with it. Each request is work for the history (sotto_history_run) and the data of a
 * GTask.
 */
#pragma once

#include "shared/client/history-work.h"

typedef struct
{
  SottoHistoryWork work;
  SottoHistoryRecord *record; /* with its file */
  bool is_new;                /* of one that came: false = what is known of it is in the record */
} SottoHistoryFileWork;

void sotto_history_file_work_free (gpointer work);

/* Own: into outbox and conversation; the text is what is to be sent. Gives record->place. */
SottoHistoryFileWork *sotto_history_offer_file (SottoHistoryRecord *take_record);
/* Theirs. One that is refused from the start is no message of the conversation. */
SottoHistoryFileWork *sotto_history_receive_file (SottoHistoryRecord *take_record);
/* What became of it; an own one that is over leaves the outbox. */
SottoHistoryFileWork *sotto_history_set_file (SottoHistoryRecord *take_record);

/* Those that are not over: SottoHistoryRecord *, oldest first. */
GPtrArray *sotto_history_db_load_files (SottoHistoryDb *db, GError **error);
/* Of a record that was read. */
bool sotto_history_db_read_file (SottoHistoryDb *db, SottoHistoryRecord *record, GError **error);
