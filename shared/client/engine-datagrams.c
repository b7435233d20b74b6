// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What comes from the port or by RELAY, to the channel or the BIND that it is for. Everything that
 * is for nobody is dropped without a word.
 */
#include "shared/client/engine-private.h"

#include "shared/wire/datagram.h"

void
sotto_engine_on_datagram (SottoPort *port,
                          const SottoAddr *from,
                          const uint8_t *datagram,
                          gsize n,
                          gpointer engine)
{
  SottoEngine *self = engine;
  SottoBinding *binding = self->session == NULL ? NULL : sotto_session_get_binding (self->session);
  SottoPath path = { *from };
  SottoDatagramHeader header;
  gint64 now = sotto_engine_now (self);

  if (!sotto_datagram_header (datagram, n, &header))
    return;
  if (header.kind == SOTTO_DATAGRAM_BOUND)
    {
      if (binding != NULL)
        sotto_binding_receive (binding, datagram, n, now);
      return;
    }
  SottoLine *line = sotto_engine_get_line (self, header.id);
  if (line != NULL)
    sotto_channel_receive (line->channel, &path, datagram, n, now);
}

void
sotto_engine_on_relay (SottoEngine *self, uint64_t cid, const uint8_t *datagram, gsize n)
{
  SottoLine *line = sotto_engine_get_line (self, cid);
  SottoPath path = SOTTO_PATH_RELAY;

  if (line != NULL)
    sotto_channel_receive (line->channel, &path, datagram, n, sotto_engine_now (self));
}

void
sotto_engine_on_relay_refused (SottoEngine *self, uint64_t cid, SottoCode code)
{
  SottoLine *line = sotto_engine_get_line (self, cid);
  gint64 now = sotto_engine_now (self);

  if (line == NULL || (code != SOTTO_OFFLINE && code != SOTTO_UNAVAILABLE))
    return;
  sotto_channel_set_relay_available (line->channel, false, now);
  if (code != SOTTO_UNAVAILABLE)
    return;
  /* The server has forgotten the grant: only a new one brings the relay back. */
  line->stale = true;
  sotto_key_ask_soon (&line->contact->ask, now);
  sotto_engine_wake (self);
}

/* peer NULL = everyone: the session came or went. */
void
sotto_engine_set_relay (SottoEngine *self, const SottoName *peer, bool available)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SottoLine *line = value;
      if (!line->dead && (peer == NULL || g_str_equal (peer->str, line->grant.peer.str)))
        sotto_channel_set_relay_available (line->channel, available, sotto_engine_now (self));
    }
}
