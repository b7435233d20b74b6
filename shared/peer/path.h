// SPDX-License-Identifier: GPL-3.0-or-later
/* Where a datagram goes or came from: an address, or the session's RELAY. */
#pragma once

#include "shared/base/text.h"

/* A relayed one has family 0 and travels in RELAY of the session. */
typedef struct
{
  SottoAddr addr;
} SottoPath;

#define SOTTO_PATH_RELAY ((SottoPath){ { 0 } })

static inline bool
sotto_path_is_relay (const SottoPath *self)
{
  return self->addr.family == 0;
}

static inline bool
sotto_path_equal (const SottoPath *a, const SottoPath *b)
{
  if (a->addr.family == 0 || b->addr.family == 0)
    return a->addr.family == b->addr.family;
  return sotto_addr_equal (&a->addr, &b->addr);
}
