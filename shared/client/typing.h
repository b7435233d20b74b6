// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Who is typing, in both directions of one conversation. What a peer says is believed for a while
 * only, since the word that ends it may be lost, and passed on only so often; what we say is
 * repeated while it is true. Pure: words and time in, what is to be told or sent out.
 */
#pragma once

#include "shared/base/limits.h"
#include <stdbool.h>

typedef struct
{
  bool heard; /* they type, as far as we know */
  bool told;  /* …and as a person was told */
  gint64 heard_until;
  double tokens; /* of telling; all zero is full */
  gint64 refilled;
  bool said; /* we type, as they know */
  gint64 said_at;
} SottoTyping;

/* true: `told` changed and is to be told. */
bool sotto_typing_hear (SottoTyping *self, bool active, gint64 now);
bool sotto_typing_tick (SottoTyping *self, gint64 now);
gint64 sotto_typing_deadline (const SottoTyping *self); /* G_MAXINT64 = nothing to wait for */
/* true: it is to be sent. */
bool sotto_typing_say (SottoTyping *self, bool active, gint64 now);
