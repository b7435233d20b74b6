// SPDX-License-Identifier: GPL-3.0-or-later
/* A bucket of words to a person: a peer who starts and stops all the time is told of in the end. */
#include "shared/client/typing.h"

#define TOKEN_TIME (SOTTO_US_PER_S / SOTTO_TYPING_PER_S)

static void
refill (SottoTyping *self, gint64 now)
{
  if (self->refilled == 0)
    self->tokens = SOTTO_TYPING_BURST;
  else
    self->tokens = MIN (SOTTO_TYPING_BURST,
                        self->tokens + (double)(now - self->refilled) / (double)TOKEN_TIME);
  self->refilled = now;
}

static bool
settle (SottoTyping *self, gint64 now)
{
  refill (self, now);
  if (self->heard == self->told || self->tokens < 1)
    return false;
  self->tokens -= 1;
  self->told = self->heard;
  return true;
}

bool
sotto_typing_hear (SottoTyping *self, bool active, gint64 now)
{
  self->heard = active;
  self->heard_until = now + SOTTO_TYPING_LIFE;
  return settle (self, now);
}

bool
sotto_typing_tick (SottoTyping *self, gint64 now)
{
  if (self->heard && now >= self->heard_until)
    self->heard = false;
  return settle (self, now);
}

gint64
sotto_typing_deadline (const SottoTyping *self)
{
  if (self->heard != self->told)
    return self->refilled + (gint64)((1 - MIN (self->tokens, 1)) * (double)TOKEN_TIME) + 1;
  return self->heard ? self->heard_until : G_MAXINT64;
}

bool
sotto_typing_say (SottoTyping *self, bool active, gint64 now)
{
  bool repeats = active && now - self->said_at >= SOTTO_TYPING_REPEAT;

  if (self->said == active && !repeats)
    return false;
  self->said = active;
  self->said_at = now;
  return true;
}
