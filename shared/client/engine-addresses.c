// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where we can be reached: the port, ADDRESS and BIND, and what is to be done when that changes
 * under a running conversation. Who hides their address says nothing of it to anybody.
 */
#include "shared/client/engine-private.h"

#include "shared/net/interfaces.h"

#define OWN_MAX 16 /* addresses looked at; three are declared */

static void
make_port (SottoEngine *self)
{
  static const uint8_t families[] = { 4, 6 };

  if (self->port != NULL)
    return;
  self->port = sotto_port_new (self->poller, sotto_engine_on_datagram, self);
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    {
      SottoAddr any = { .family = families[i] };
      /* A machine may lack one family; without both, RELAY is left. */
      sotto_port_bind (self->port, &any, NULL, NULL);
    }
}

static void
declare (SottoRecord *record, const SottoAddr *addr)
{
  for (guint i = 0; i < record->address.n; i++)
    {
      if (sotto_addr_equal (&record->address.addrs[i], addr))
        return;
    }
  if (record->address.n < SOTTO_ADDRESS_MAX)
    record->address.addrs[record->address.n++] = *addr;
}

/* The address that the server sees us at comes first, then other private ones: peers in the same
 * network reach us there. Loopback is told only to a server that is on it. */
static void
collect_addresses (SottoEngine *self, SottoRecord *record)
{
  SottoAddr own[OWN_MAX];
  SottoAddr tcp = { 0 };
  gsize n = sotto_port_local_addrs (self->port, own, G_N_ELEMENTS (own));

  sotto_link_get_local (self->link, &tcp);
  for (gsize i = 0; i < n; i++)
    {
      if (sotto_addr_same_ip (&own[i], &tcp))
        declare (record, &own[i]);
    }
  for (gsize i = 0; i < n; i++)
    {
      if (sotto_addr_is_private (&own[i]) && !sotto_addr_is_loopback (&own[i]))
        declare (record, &own[i]);
    }
}

static void
send_addresses (SottoEngine *self)
{
  SottoRecord record = { .type = SOTTO_RECORD_ADDRESS };

  if (!self->hidden)
    {
      make_port (self);
      collect_addresses (self, &record);
      sotto_binding_start (sotto_session_get_binding (self->session), sotto_engine_now (self));
    }
  sotto_engine_send_record (self, &record);
}

/* --- Changes --- */

/* Peers follow whoever speaks to them from another address, so we speak. */
static void
greet_peers (SottoEngine *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SottoLine *line = value;
      if (!line->dead)
        sotto_channel_ping (line->channel);
    }
}

static bool
session_has_lost_its_address (SottoEngine *self)
{
  SottoAddr own;

  return self->link != NULL && sotto_link_get_local (self->link, &own)
         && !sotto_interfaces_have (&own);
}

/* A connection from an address that is gone would be waited for until its PING is not answered. */
static void
on_addresses_changed (gpointer engine)
{
  SottoEngine *self = engine;

  if (session_has_lost_its_address (self))
    sotto_engine_lost (self, SOTTO_CODE_UNREACHABLE, 0);
  else if (self->state == SOTTO_ENGINE_READY)
    send_addresses (self);
  if (self->state == SOTTO_ENGINE_WAITING)
    sotto_engine_retry_now (self);
  greet_peers (self);
  sotto_engine_wake (self);
}

void
sotto_engine_addresses_begin (SottoEngine *self)
{
  if (self->address_watch == NULL)
    self->address_watch = sotto_address_watch_new (self->poller, on_addresses_changed, self);
  self->session_began = sotto_engine_now (self);
  send_addresses (self);
}

/* Where the server sees our datagrams come from; NULL while that is not known. */
const SottoAddr *
sotto_engine_get_seen_address (SottoEngine *self)
{
  SottoBinding *binding = self->session == NULL ? NULL : sotto_session_get_binding (self->session);

  return binding != NULL && binding->state == SOTTO_UDP_BOUND ? &binding->observed : NULL;
}

/* A grant that comes before the server has our BIND gives the peer no way to us. */
gint64
sotto_engine_placed_at (SottoEngine *self)
{
  SottoBinding *binding = self->session == NULL ? NULL : sotto_session_get_binding (self->session);

  return binding == NULL ? G_MININT64 : sotto_binding_settles_at (binding);
}

static bool
is_told_wrong (SottoEngine *self, const SottoLine *line)
{
  const SottoAddr *seen = sotto_engine_get_seen_address (self);

  return seen != NULL && line->relayed && !sotto_addr_equal (seen, &line->seen_at);
}

/* A grant tells the peer where we were then, or nothing if the server did not know yet. Once that
 * is another place, only a new one brings a conversation back from the relay: its own channel knows
 * old addresses to search, no others. Not often: a NAT that gives another port each time would have
 * us ask forever. Whom the peer asked for gets the same grant again for a while, in the same
 * session. */
gint64
sotto_engine_refresh_at (SottoEngine *self, const SottoContact *contact)
{
  const SottoLine *line = contact->open;

  if (line == NULL || contact->opening != NULL || contact->ask.req != 0 || contact->blocked
      || !is_told_wrong (self, line))
    return G_MAXINT64;
  if (line->granted_at < self->session_began || line->grant.role == SOTTO_ROLE_INITIATOR)
    return contact->next_refresh;
  return MAX (contact->next_refresh, line->granted_at + SOTTO_GRANT_REPEAT);
}

/* Perhaps the direct way went because our NAT moved us: the server knows. */
void
sotto_engine_seek_address (SottoEngine *self)
{
  if (sotto_engine_get_seen_address (self) != NULL)
    sotto_binding_again (sotto_session_get_binding (self->session), sotto_engine_now (self));
}

void
sotto_engine_set_hidden (SottoEngine *self, bool hidden)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  self->hidden = hidden;
}
