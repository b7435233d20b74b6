// SPDX-License-Identifier: GPL-3.0-or-later
/* Remarks go among the messages of a conversation, and into no outbox. */
#pragma once

#include "shared/client/history-work.h"

/* For sotto_history_run, and the data of its GTask; freed with sotto_history_remark_free. */
SottoHistoryWork *sotto_history_remark_new (SottoHistoryRecord *take_record);
const SottoHistoryRecord *sotto_history_remark_get (gpointer work);
void sotto_history_remark_free (gpointer work);
