// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How far a person was told what came: the place of the last message of each peer, in a small file
 * beside the history, written at once and without waiting for the disk. A killed program finds it
 * exact; a power cut may set it back a little, and then a message is told twice, never not at all.
 */
#pragma once

#include "shared/base/error.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct
{
  int fd;
  bool is_new; /* nothing is known: then all that is there was told */
} SottoHistoryTold;

bool sotto_history_told_open (SottoHistoryTold *self, const char *path, GError **error);
void sotto_history_told_close (SottoHistoryTold *self);

/* Told up to this place of the peer with this number; 0 = nothing. */
uint64_t sotto_history_told_get (const SottoHistoryTold *self, uint64_t number);
void sotto_history_told_set (const SottoHistoryTold *self, uint64_t number, uint64_t place);
