// SPDX-License-Identifier: GPL-3.0-or-later
/* A bound port and what came to it, in order. */
#pragma once

#include "shared/base/limits.h"
#include "shared/net/port.h"

#define END_LOG_MAX 512

typedef struct
{
  SottoPoller *poller;
  SottoPort *port;
  SottoAddr addr;
  guint received;
  struct
  {
    gsize n;
    uint8_t first; /* byte */
  } log[END_LOG_MAX];
  gsize last_n;
  uint8_t last[SOTTO_DATAGRAM_MAX];
  SottoAddr from;
  bool free_in_call;
} End;

void end_open (End *end, const char *ip);
void end_close (End *end);
/* Turns the loop until `want` datagrams came; bounded, so that a loss fails instead of hanging. */
void end_turn_until (End *end, guint want);
bool end_has_ipv6 (void);
