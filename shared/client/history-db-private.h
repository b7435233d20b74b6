// SPDX-License-Identifier: GPL-3.0-or-later
/* What the two files of the history's database share: history-db.c writes, history-read.c reads. */
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
};
