// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How far a person has read of each conversation, and what of that the other side was shown. Never
 * goes back.
 */
#pragma once

#include "shared/client/history-work.h"

typedef struct
{
  SottoName peer;
  SottoId shown; /* the last READ */
} SottoHistoryMark;

/* As it was at the opening: SottoHistoryMark *. */
GPtrArray *sotto_history_get_marks (SottoHistory *self);
GPtrArray *sotto_history_db_load_marks (SottoHistoryDb *self, GError **error);

typedef struct
{
  SottoHistoryWork work;
  SottoName peer;
  SottoId id;
  bool shows;   /* the peer is to hear of it */
  bool is_news; /* afterwards: theirs, and beyond what was read before */
} SottoHistoryMarkRead;

SottoHistoryMarkRead *
sotto_history_mark_read_new (const SottoName *peer, const SottoId *id, bool shows);
