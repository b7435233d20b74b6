// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A transfer at full speed leaves a window its turns: counted in bytes that one turn of the engine
 * hands to the kernel, not in time. At the other end is a channel without an engine.
 */
#undef G_DISABLE_ASSERT
#include "shared/client/engine-private.h"
#include "shared/crypto/agreement.h"
#include "shared/net/port-private.h"
#include "tests/client/engine-fixture.h"
#include <string.h>

#define STREAM 2
#define AMOUNT (24 * 1024 * 1024)
/* What is under way when the turn is full still leaves. */
#define TURN_MAX ((256 + 64) * 1024 + SOTTO_DATAGRAM_MAX)

typedef struct
{
  SottoPoller *poller;
  SottoPort *port;
  SottoAddr addr;
  SottoKeyPair identity;
  SottoChannel *channel;
  bool open;
  gsize received;
} Other;

static SottoEngine *observed; /* the kernel's functions have no data of ours */
static gsize most;

static ssize_t
observing_sendmsg (int fd, const struct msghdr *message, int flags)
{
  most = MAX (most, observed->turn_bytes);
  return sendmsg (fd, message, flags);
}

static void
read_stream (Other *self)
{
  uint8_t bytes[16 * 1024];
  bool fin;
  gsize n;

  while ((n = sotto_channel_read (self->channel, STREAM, bytes, sizeof bytes, &fin,
                                  g_get_monotonic_time ()))
         > 0)
    self->received += n;
}

static void
other_settle (gpointer data)
{
  Other *self = data;
  uint8_t datagram[SOTTO_DATAGRAM_MAX];
  SottoChannelEvent event;
  gint64 now = g_get_monotonic_time ();
  SottoPath to;
  gsize n;

  if (now >= sotto_channel_deadline (self->channel))
    sotto_channel_tick (self->channel, now);
  while (sotto_channel_next_event (self->channel, &event))
    if (event.type == SOTTO_CHANNEL_EVENT_OPEN)
      {
        self->open = true;
        sotto_channel_allow_stream (self->channel, STREAM, SOTTO_FILE_CREDIT_MAX, now);
      }
    else if (event.type == SOTTO_CHANNEL_EVENT_READABLE && event.stream == STREAM)
      read_stream (self);
  while ((n = sotto_channel_transmit (self->channel, now, &to, datagram)) > 0)
    sotto_port_send (self->port, &to.addr, datagram, n);
}

static void
on_datagram (SottoPort *port,
             const SottoAddr *from,
             const uint8_t *datagram,
             gsize n,
             gpointer data)
{
  Other *self = data;
  SottoPath path = { *from };

  sotto_channel_receive (self->channel, &path, datagram, n, g_get_monotonic_time ());
}

static SottoGrant
make_grant (SottoRole role, const char *peer, const SottoKey *identity)
{
  SottoGrant grant = {
    .role = role, .cid = 1, .identity = *identity, .kxy = { { 7 } }, .ttl_s = SOTTO_GRANT_TTL_S
  };

  g_strlcpy (grant.peer.str, peer, sizeof grant.peer.str);
  return grant;
}

static void
other_open (Other *self, const SottoKey *engine_identity)
{
  SottoAddr any = { .family = 4, .ip = { 127, 0, 0, 1 } };
  SottoChannelConfig config = { .random = *sotto_random_system (), .own_name = { "bob" } };
  g_autoptr (GError) error = NULL;

  *self = (Other){ .poller = sotto_poller_new (G_PRIORITY_DEFAULT, &error) };
  g_assert_no_error (error);
  sotto_key_pair_generate (&self->identity, &config.random);
  config.identity = self->identity;
  config.grant = make_grant (SOTTO_ROLE_RESPONDER, "alice", engine_identity);
  self->channel = sotto_channel_new (&config, g_get_monotonic_time ());
  self->port = sotto_port_new (self->poller, on_datagram, self);
  sotto_port_bind (self->port, &any, &self->addr, &error);
  g_assert_no_error (error);
  sotto_poller_set_flush (self->poller, other_settle, self);
}

static void
other_close (Other *self)
{
  sotto_channel_free (self->channel);
  sotto_port_free (self->port);
  sotto_poller_free (self->poller);
}

static void
turn (Other *other)
{
  if (!g_main_context_iteration (NULL, FALSE))
    {
      other_settle (other); /* it has no timer of its own */
      g_usleep (200);
    }
}

static void
test_turns_end (EngineFixture *self, gconstpointer unused)
{
  const SottoPortKernel kernel = { observing_sendmsg, recvmmsg };
  g_autofree uint8_t *bytes = g_malloc0 (1024 * 1024);
  SottoRecord record = { .type = SOTTO_RECORD_KEYGRANT };
  gint64 until = g_get_monotonic_time () + PATIENCE;
  Other other;
  gsize written = 0;

  engine_fixture_log_in (self, "secret");
  other_open (&other, &self->server->login.identity);
  record.grant = make_grant (SOTTO_ROLE_INITIATOR, "bob", &other.identity.public);
  record.grant.n_candidates = 1;
  record.grant.candidates[0] = other.addr;
  engine_fixture_say (self, &record);
  while (!other.open && g_get_monotonic_time () < until)
    turn (&other);
  SottoLine *line = sotto_engine_get_line (self->engine, 1);
  g_assert_true (other.open && line != NULL && line->open);

  observed = self->engine;
  most = 0;
  sotto_port_set_kernel (self->engine->port, &kernel);
  while (other.received < AMOUNT && g_get_monotonic_time () < until)
    {
      gsize n = MIN (AMOUNT - written, 1024 * 1024);

      written +=
          sotto_channel_write (line->channel, STREAM, bytes, n, false, g_get_monotonic_time ());
      sotto_engine_wake (self->engine);
      turn (&other);
    }
  g_assert_cmpuint (other.received, ==, AMOUNT);
  g_assert_cmpuint (most, <=, TURN_MAX);
  g_assert_cmpuint (most, >, TURN_MAX / 4); /* it was at full speed */
  other_close (&other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ENGINE_TEST ("turns/end", NULL, test_turns_end);
  return g_test_run ();
}
