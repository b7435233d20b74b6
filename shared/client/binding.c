// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A round is up to ten BINDs, 500 ms apart, ended by BOUND or after 5 s; the next one begins 25 s
 * after the last began.
 */
#include "shared/client/binding.h"

#include "shared/base/limits.h"
#include "shared/base/secret.h"
#include "shared/wire/datagram.h"
#include <string.h>

void
sotto_binding_init (SottoBinding *self,
                    uint64_t sid,
                    const SottoKey *to_server,
                    const SottoKey *from_server,
                    const SottoRandom *random)
{
  *self = (SottoBinding){ .sid = sid, .random = *random, .due = G_MAXINT64 };
  sotto_fernet_key_init (&self->to_server, to_server);
  sotto_fernet_key_init (&self->from_server, from_server);
}

void
sotto_binding_clear (SottoBinding *self)
{
  sotto_fernet_key_clear (&self->to_server);
  sotto_fernet_key_clear (&self->from_server);
  sotto_secret_wipe (self, sizeof *self);
}

static void
begin_round (SottoBinding *self, gint64 now)
{
  sotto_random_fill (&self->random, self->nonce, sizeof self->nonce);
  self->answered = false;
  self->round = now;
  self->due = now;
}

void
sotto_binding_start (SottoBinding *self, gint64 now)
{
  self->state = SOTTO_UDP_BINDING;
  begin_round (self, now);
}

void
sotto_binding_again (SottoBinding *self, gint64 now)
{
  if (self->state != SOTTO_UDP_IDLE && self->answered)
    begin_round (self, now);
}

gint64
sotto_binding_settles_at (const SottoBinding *self)
{
  return self->state == SOTTO_UDP_BINDING ? self->round + SOTTO_BIND_PATIENCE : G_MININT64;
}

static gsize
seal_bind (SottoBinding *self, uint8_t *out)
{
  uint8_t plain[SOTTO_PLAIN_MAX];
  SottoDatagramHeader header = { .kind = SOTTO_DATAGRAM_BIND, .id = self->sid };
  SottoBind bind = { .counter = self->counter++ };

  memcpy (bind.nonce, self->nonce, sizeof bind.nonce);
  gsize n = sotto_bind_encode (&bind, plain);
  return sotto_datagram_seal (&header, &self->to_server, plain, n, sotto_datagram_padded_len (n),
                              NULL, out);
}

gsize
sotto_binding_transmit (SottoBinding *self, gint64 now, uint8_t *out)
{
  if (self->state == SOTTO_UDP_IDLE || now < self->due)
    return 0;
  if (self->answered || now - self->round >= SOTTO_BIND_KEEPALIVE)
    begin_round (self, now);
  else if (now - self->round >= SOTTO_BIND_GIVE_UP)
    {
      self->state = SOTTO_UDP_BLOCKED;
      self->due = self->round + SOTTO_BIND_KEEPALIVE;
      return 0;
    }
  self->due = now + SOTTO_BIND_RETRY;
  return seal_bind (self, out);
}

bool
sotto_binding_receive (SottoBinding *self, const uint8_t *datagram, gsize n, gint64 now)
{
  uint8_t plain[SOTTO_PLAIN_ROOM];
  SottoDatagramHeader header;
  SottoBound bound;
  gsize n_plain;

  if (self->state == SOTTO_UDP_IDLE || self->answered
      || !sotto_datagram_header (datagram, n, &header) || header.kind != SOTTO_DATAGRAM_BOUND
      || header.id != self->sid
      || !sotto_datagram_open (datagram, n, &self->from_server, plain, &n_plain)
      || !sotto_bound_decode (plain, n_plain, &bound)
      || memcmp (bound.nonce, self->nonce, sizeof self->nonce) != 0)
    return false;

  self->state = SOTTO_UDP_BOUND;
  self->answered = true;
  self->observed = bound.observed;
  self->due = self->round + SOTTO_BIND_KEEPALIVE;
  return true;
}

gint64
sotto_binding_deadline (const SottoBinding *self)
{
  return self->state == SOTTO_UDP_IDLE ? G_MAXINT64 : self->due;
}
