// SPDX-License-Identifier: GPL-3.0-or-later
/* What a person wrote and did not send, one text for each peer, sealed as messages are. */
#pragma once

#include "shared/client/history-work.h"

typedef struct
{
  SottoName peer;
  char *text;
} SottoHistoryDraft;

/* As it was at the opening: SottoHistoryDraft *. */
GPtrArray *sotto_history_get_drafts (SottoHistory *self);
GPtrArray *sotto_history_db_load_drafts (SottoHistoryDb *self, GError **error);

/* Work, freed with sotto_history_draft_work_free; text "" = none from now on. */
SottoHistoryWork *sotto_history_set_draft_new (const SottoName *peer, const char *text);
void sotto_history_draft_work_free (gpointer work);
