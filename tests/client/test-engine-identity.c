// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Whose key is whose, over restarts: a peer on a real socket proves one key, then the server says
 * another. What leaves the engine is counted, and what a person settled is kept.
 */
#undef G_DISABLE_ASSERT
#include "shared/base/limits.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/safety-number.h"
#include "shared/peer/channel.h"
#include "tests/client/engine-fixture.h"
#include <string.h>

#define ZEROS "000000000000000000000000000000000000000000000000000000000000"

/* Bob: a socket, and the channel of the grant of the moment. */
typedef struct
{
  GSocket *socket;
  SottoAddr addr;
  SottoKeyPair identity;
  SottoChannel *channel;
  guint heard; /* datagrams */
} Peer;

static void
peer_init (Peer *self)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);

  *self = (Peer){ .socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                          G_SOCKET_PROTOCOL_UDP, NULL) };
  g_assert_true (g_socket_bind (self->socket, any, TRUE, NULL));
  g_socket_set_blocking (self->socket, FALSE);
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (self->socket, NULL);
  g_assert_true (sotto_addr_from_gsocket (bound, &self->addr));
  sotto_key_pair_generate (&self->identity, sotto_random_system ());
}

static void
peer_clear (Peer *self)
{
  g_clear_pointer (&self->channel, sotto_channel_free);
  g_clear_object (&self->socket);
}

static void
peer_read (Peer *self, gint64 now)
{
  uint8_t datagram[2048];
  gssize n;
  g_autoptr (GSocketAddress) from = NULL;

  while ((n = g_socket_receive_from (self->socket, &from, (char *)datagram, sizeof datagram, NULL,
                                     NULL))
         > 0)
    {
      SottoPath path = { { 0 } };
      self->heard++;
      if (self->channel != NULL && sotto_addr_from_gsocket (from, &path.addr))
        sotto_channel_receive (self->channel, &path, datagram, (gsize)n, now);
      g_clear_object (&from);
    }
}

static void
peer_turn (Peer *self)
{
  gint64 now = g_get_monotonic_time ();
  uint8_t datagram[SOTTO_DATAGRAM_MAX];
  SottoChannelEvent event;
  SottoPath to;
  gsize n;

  peer_read (self, now);
  if (self->channel == NULL)
    return;
  if (now >= sotto_channel_deadline (self->channel))
    sotto_channel_tick (self->channel, now);
  while ((n = sotto_channel_transmit (self->channel, now, &to, datagram)) > 0)
    {
      g_autoptr (GSocketAddress) address = sotto_addr_to_gsocket (&to.addr);
      g_socket_send_to (self->socket, address, (char *)datagram, n, NULL, NULL);
    }
  while (sotto_channel_next_event (self->channel, &event))
    ;
}

/* The server gives both a key; it says that this is bob's. */
static void
grant (EngineFixture *self, Peer *peer, uint64_t cid, const SottoKey *said)
{
  SottoRecord record = { .type = SOTTO_RECORD_KEYGRANT,
                         .grant = { .role = SOTTO_ROLE_INITIATOR,
                                    .cid = cid,
                                    .peer = { "bob" },
                                    .identity = *said,
                                    .kxy = { { 1 } },
                                    .ttl_s = SOTTO_GRANT_TTL_S,
                                    .n_candidates = 1,
                                    .candidates = { peer->addr } } };
  SottoChannelConfig config = { .grant = record.grant,
                                .own_name = { "bob" },
                                .identity = peer->identity,
                                .random = *sotto_random_system () };

  config.grant.role = SOTTO_ROLE_RESPONDER;
  config.grant.peer = (SottoName){ "alice" };
  config.grant.identity = self->server->login.identity;
  config.grant.n_candidates = 0;
  g_clear_pointer (&peer->channel, sotto_channel_free);
  peer->channel = sotto_channel_new (&config, g_get_monotonic_time ());
  engine_fixture_say (self, &record);
}

static const SottoEvent *
expect (EngineFixture *self, Peer *peer, SottoEventType type, const char *code)
{
  gint64 until = g_get_monotonic_time () + PATIENCE;

  while (self->events->len == self->seen)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      peer_turn (peer);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (500);
    }
  return engine_fixture_expect (self, type, code);
}

static const SottoEvent *
expect_channel (EngineFixture *self, Peer *peer, SottoPeerChannelState state)
{
  const SottoEvent *event = expect (self, peer, SOTTO_EVENT_CHANNEL, NULL);

  g_assert_cmpint (event->channel_state, ==, state);
  g_assert_cmpstr (event->peer.str, ==, "bob");
  return event;
}

/* What came to bob within a while: nothing. */
static void
expect_silence (EngineFixture *self, Peer *peer, guint ms)
{
  gint64 until = g_get_monotonic_time () + ms * 1000;

  peer->heard = 0;
  while (g_get_monotonic_time () < until)
    {
      peer_turn (peer);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (500);
    }
  g_assert_cmpuint (peer->heard, ==, 0);
}

static char *
number_of (EngineFixture *self, const SottoKey *bob)
{
  SottoName alice = { "alice" };
  SottoName name = { "bob" };
  char number[SOTTO_SAFETY_NUMBER_LEN + 1];

  sotto_safety_number (&alice, &self->server->login.identity, &name, bob, number);
  return g_strdup (number);
}

static SottoChannelInfo
info_of (EngineFixture *self, const char *peer)
{
  SottoChannelInfo info;

  g_assert_true (sotto_engine_get_channel_info (self->engine, peer, &info));
  return info;
}

/* Until bob has been silent: what was sent before its channel closed is still under way. */
static void
drain (EngineFixture *self, Peer *peer)
{
  do
    {
      peer->heard = 0;
      for (guint i = 0; i < 100; i++)
        {
          peer_turn (peer);
          g_main_context_iteration (NULL, FALSE);
          g_usleep (500);
        }
    }
  while (peer->heard > 0);
}

static void
expect_remark (EngineFixture *self, Peer *peer, SottoRemark remark)
{
  const SottoEvent *event = expect (self, peer, SOTTO_EVENT_REMARK, NULL);

  g_assert_cmpint (event->remark, ==, remark);
  g_assert_cmpstr (event->peer.str, ==, "bob");
  g_assert_nonnull (strstr (event->text, "bob"));
}

static void
test_alarm (EngineFixture *self, gconstpointer unused)
{
  SottoKeyPair other;
  Peer bob;

  peer_init (&bob);
  sotto_key_pair_generate (&other, sotto_random_system ());
  engine_fixture_log_in (self, "secret");
  g_assert_false (info_of (self, "bob").known);
  grant (self, &bob, 1, &bob.identity.public);
  g_autofree char *first = number_of (self, &bob.identity.public);
  const SottoEvent *event = expect_channel (self, &bob, SOTTO_PEER_CHANNEL_OPEN);
  g_assert_cmpstr (event->safety_number, ==, first);
  g_assert_false (event->verified);
  SottoChannelInfo info = info_of (self, "bob");
  g_autofree char *where = sotto_addr_to_string (&bob.addr);
  g_assert_true (info.known && info.open && !info.verified && !info.alarm && !info.relayed);
  g_assert_cmpstr (info.peer_address, ==, where);
  g_assert_cmpuint (info.packets_sent, >, 0);
  g_assert_cmpint (info.key_age_us, >=, 0);
  sotto_engine_verify (self->engine, "bob", first);
  g_assert_true (expect_channel (self, &bob, SOTTO_PEER_CHANNEL_OPEN)->verified);

  /* Another key: the channel goes, and whoever it is hears nothing. */
  g_autofree char *second = number_of (self, &other.public);
  grant (self, &bob, 2, &other.public);
  bob.identity = other;
  expect_channel (self, &bob, SOTTO_PEER_CHANNEL_CLOSED);
  g_assert_cmpstr (expect_channel (self, &bob, SOTTO_PEER_CHANNEL_ALARM)->safety_number, ==,
                   second);
  expect_remark (self, &bob, SOTTO_REMARK_KEY_CHANGED);
  drain (self, &bob);
  grant (self, &bob, 3, &other.public);
  expect_silence (self, &bob, 300);
  g_assert_true (info_of (self, "bob").alarm && !info_of (self, "bob").verified);
  sotto_engine_verify (self->engine, "bob", first);
  expect (self, &bob, SOTTO_EVENT_ERROR, "mismatch");

  /* In the next run it is told again, and holds. */
  engine_fixture_restart (self);
  engine_fixture_log_in (self, "secret");
  g_assert_cmpstr (expect_channel (self, &bob, SOTTO_PEER_CHANNEL_ALARM)->safety_number, ==,
                   second);
  grant (self, &bob, 4, &other.public);
  expect_silence (self, &bob, 300);
  sotto_engine_verify (self->engine, "bob", ZEROS);
  expect (self, &bob, SOTTO_EVENT_ERROR, "mismatch");
  sotto_engine_show_safety_number (self->engine, "bob");
  expect_channel (self, &bob, SOTTO_PEER_CHANNEL_ALARM);

  /* A person compared: the very grant that was refused may be used now. */
  sotto_engine_verify (self->engine, "bob", second);
  g_assert_true (expect_channel (self, &bob, SOTTO_PEER_CHANNEL_CLOSED)->verified);
  expect_remark (self, &bob, SOTTO_REMARK_KEY_ACCEPTED);
  grant (self, &bob, 4, &other.public);
  event = expect_channel (self, &bob, SOTTO_PEER_CHANNEL_OPEN);
  g_assert_true (event->verified);
  g_assert_cmpstr (event->safety_number, ==, second);
  engine_fixture_restart (self);
  engine_fixture_log_in (self, "secret");
  engine_fixture_expect_quiet (self, 100);
  g_assert_true (info_of (self, "bob").verified);
  peer_clear (&bob);
}

/* --- What was settled --- */

static void
on_done (GObject *source, GAsyncResult *result, gpointer out)
{
  *(GAsyncResult **)out = g_object_ref (result);
}

static void
set_prefs (EngineFixture *self, const char *peer, SottoContactPrefs prefs, const char *code)
{
  sotto_engine_set_contact_prefs (self->engine, peer, &prefs);
  if (code != NULL)
    engine_fixture_expect (self, SOTTO_EVENT_ERROR, code);
}

static void
test_prefs (EngineFixture *self, gconstpointer unused)
{
  SottoContactPrefs prefs;

  g_assert_false (sotto_engine_get_contact_prefs (self->engine, "bob", &prefs));
  set_prefs (self, "bob", (SottoContactPrefs){ .muted = true }, "not_authenticated");
  engine_fixture_log_in (self, "secret");
  set_prefs (self, "b*b", (SottoContactPrefs){ .muted = true }, "bad_name");
  set_prefs (self, "alice", (SottoContactPrefs){ .muted = true }, "self");
  set_prefs (self, "bob", (SottoContactPrefs){ .alias = "a\nb" }, "usage");
  set_prefs (self, "Bob", (SottoContactPrefs){ .alias = "Robert", .favourite = true }, NULL);
  set_prefs (self, "carol", (SottoContactPrefs){ .forget = true }, NULL);

  engine_fixture_restart (self);
  engine_fixture_log_in (self, "secret");
  g_assert_true (sotto_engine_get_contact_prefs (self->engine, "bob", &prefs));
  g_assert_cmpstr (prefs.alias, ==, "Robert");
  g_assert_true (prefs.favourite && !prefs.muted && !prefs.blocked && !prefs.forget);
  g_assert_true (sotto_engine_get_contact_prefs (self->engine, "carol", &prefs));
  g_assert_true (prefs.forget);
  g_assert_true (sotto_engine_get_contact_prefs (self->engine, "dave", &prefs));
  g_assert_false (prefs.forget);
  g_auto (GStrv) names = sotto_engine_dup_contacts (self->engine);
  g_assert_cmpuint (g_strv_length (names), ==, 2);
}

static GPtrArray *
load_page (EngineFixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  sotto_engine_load_messages_async (self->engine, "bob", 0, 10, NULL, on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  GPtrArray *page = sotto_engine_load_messages_finish (self->engine, result, &error);
  g_assert_no_error (error);
  return page;
}

static void
check_kept (EngineFixture *self, guint want)
{
  g_autoptr (GPtrArray) page = load_page (self);

  g_assert_cmpuint (page->len, ==, want);
}

/* However many keys are offered, their conversation says once that one changed; and that a person
 * accepted it, at its place and in the next run too. Of a conversation that is not kept it is only
 * told. */
static void
test_remarks (EngineFixture *self, gconstpointer unused)
{
  static const SottoRemark want[] = { SOTTO_REMARK_NONE, SOTTO_REMARK_KEY_ACCEPTED,
                                      SOTTO_REMARK_KEY_CHANGED };
  SottoKeyPair other, third;
  Peer bob;

  peer_init (&bob);
  sotto_key_pair_generate (&other, sotto_random_system ());
  sotto_key_pair_generate (&third, sotto_random_system ());
  engine_fixture_log_in (self, "secret");
  grant (self, &bob, 1, &bob.identity.public);
  expect_channel (self, &bob, SOTTO_PEER_CHANNEL_OPEN);
  grant (self, &bob, 2, &other.public);
  expect_channel (self, &bob, SOTTO_PEER_CHANNEL_CLOSED);
  expect_channel (self, &bob, SOTTO_PEER_CHANNEL_ALARM);
  expect_remark (self, &bob, SOTTO_REMARK_KEY_CHANGED);
  grant (self, &bob, 3, &third.public);
  expect_channel (self, &bob, SOTTO_PEER_CHANNEL_ALARM);
  g_autofree char *number = number_of (self, &third.public);
  sotto_engine_verify (self->engine, "bob", number);
  expect_channel (self, &bob, SOTTO_PEER_CHANNEL_CLOSED);
  expect_remark (self, &bob, SOTTO_REMARK_KEY_ACCEPTED);
  sotto_engine_send (self->engine, "bob", "said");
  expect (self, &bob, SOTTO_EVENT_QUEUED, NULL);

  engine_fixture_restart (self);
  engine_fixture_log_in (self, "secret");
  g_autoptr (GPtrArray) page = load_page (self);
  g_assert_cmpuint (page->len, ==, G_N_ELEMENTS (want));
  for (guint i = 0; i < page->len; i++)
    {
      const SottoHistoryRecord *record = page->pdata[i];
      g_assert_cmpint (sotto_remark_of_kind ((int)record->kind), ==, want[i]);
      g_assert_cmpuint (record->sent_ms, >, 0);
    }

  set_prefs (self, "bob", (SottoContactPrefs){ .forget = true }, NULL);
  grant (self, &bob, 4, &other.public);
  expect_channel (self, &bob, SOTTO_PEER_CHANNEL_ALARM);
  expect_remark (self, &bob, SOTTO_REMARK_KEY_CHANGED);
  check_kept (self, G_N_ELEMENTS (want));
  peer_clear (&bob);
}

/* Waits like any message, and stands in no conversation. */
static void
test_forget (EngineFixture *self, gconstpointer unused)
{
  engine_fixture_log_in (self, "secret");
  sotto_engine_send (self->engine, "bob", "one");
  engine_fixture_expect (self, SOTTO_EVENT_QUEUED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "offline");
  set_prefs (self, "bob", (SottoContactPrefs){ .forget = true }, NULL);
  sotto_engine_send (self->engine, "bob", "two");
  engine_fixture_expect (self, SOTTO_EVENT_QUEUED, NULL);
  g_assert_cmpuint (sotto_engine_get_outbox_size (self->engine), ==, 2);
  check_kept (self, 1);
}

static void
test_blocked (EngineFixture *self, gconstpointer unused)
{
  Peer bob;

  peer_init (&bob);
  engine_fixture_log_in (self, "secret");
  set_prefs (self, "bob", (SottoContactPrefs){ .blocked = true }, NULL);
  grant (self, &bob, 1, &bob.identity.public);
  expect_silence (self, &bob, 300);
  g_assert_false (info_of (self, "bob").known);
  sotto_engine_send (self->engine, "bob", "psst");
  expect (self, &bob, SOTTO_EVENT_ERROR, "unavailable");
  g_assert_cmpuint (sotto_engine_get_outbox_size (self->engine), ==, 0);

  set_prefs (self, "bob", (SottoContactPrefs){ 0 }, NULL);
  grant (self, &bob, 2, &bob.identity.public);
  expect_channel (self, &bob, SOTTO_PEER_CHANNEL_OPEN);
  set_prefs (self, "bob", (SottoContactPrefs){ .blocked = true }, NULL);
  expect_channel (self, &bob, SOTTO_PEER_CHANNEL_CLOSED);
  drain (self, &bob);
  grant (self, &bob, 3, &bob.identity.public);
  expect_silence (self, &bob, 300);

  engine_fixture_restart (self);
  engine_fixture_log_in (self, "secret");
  grant (self, &bob, 4, &bob.identity.public);
  expect_silence (self, &bob, 300);
  peer_clear (&bob);
}

/* --- When they were here --- */

static gint64
last_seen (EngineFixture *self, const char *peer)
{
  return sotto_engine_get_last_seen (self->engine, peer);
}

static void
tell_presence (EngineFixture *self, const char *name, SottoPresenceEvent event, SottoEventType told)
{
  SottoRecord record = { .type = SOTTO_RECORD_PRESENCE, .presence = { .n = 1 } };

  record.presence.changes[0].event = event;
  g_strlcpy (record.presence.changes[0].name.str, name, sizeof (SottoName));
  engine_fixture_say (self, &record);
  g_assert_cmpstr (engine_fixture_expect (self, told, NULL)->peer.str, ==, name);
}

/* The server lists bob at each login; of carol, whom nobody knows, nothing is remembered. */
static void
test_seen (EngineFixture *self, gconstpointer unused)
{
  gint64 begin = g_get_real_time () / 1000;

  g_assert_cmpint (last_seen (self, "bob"), ==, 0);
  engine_fixture_log_in (self, "secret");
  set_prefs (self, "bob", (SottoContactPrefs){ .muted = true }, NULL);
  g_assert_cmpint (last_seen (self, "bob"), ==, 0); /* a fresh account claims nothing */
  sotto_engine_list (self->engine);
  engine_fixture_expect (self, SOTTO_EVENT_USERS, NULL);
  tell_presence (self, "carol", SOTTO_PRESENCE_CONNECTED, SOTTO_EVENT_JOINED);
  tell_presence (self, "carol", SOTTO_PRESENCE_DISCONNECTED, SOTTO_EVENT_LEFT);
  g_assert_cmpint (last_seen (self, "carol"), ==, 0);
  tell_presence (self, "bob", SOTTO_PRESENCE_DISCONNECTED, SOTTO_EVENT_LEFT);
  gint64 left = last_seen (self, "bob");
  g_assert_cmpint (left, >=, begin);
  g_assert_cmpint (left, <=, g_get_real_time () / 1000);
  g_usleep (5000);

  /* He is away when we go: that is not when he was here. */
  engine_fixture_restart (self);
  self->nobody_else = true;
  engine_fixture_log_in (self, "secret");
  g_assert_cmpint (last_seen (self, "bob"), ==, left);
  sotto_engine_list (self->engine);
  engine_fixture_expect (self, SOTTO_EVENT_USERS, NULL);
  g_assert_cmpint (last_seen (self, "bob"), ==, left);

  /* He is here when we go, and was until then. */
  tell_presence (self, "bob", SOTTO_PRESENCE_CONNECTED, SOTTO_EVENT_JOINED);
  gint64 came = last_seen (self, "bob");
  g_assert_cmpint (came, >, left);
  g_usleep (5000);
  engine_fixture_restart (self);
  engine_fixture_log_in (self, "secret");
  g_assert_cmpint (last_seen (self, "bob"), >=, came + 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ENGINE_TEST ("identity/alarm", NULL, test_alarm);
  ENGINE_TEST ("identity/prefs", NULL, test_prefs);
  ENGINE_TEST ("identity/remarks", NULL, test_remarks);
  ENGINE_TEST ("identity/forget", NULL, test_forget);
  ENGINE_TEST ("identity/blocked", NULL, test_blocked);
  ENGINE_TEST ("identity/seen", NULL, test_seen);
  return g_test_run ();
}
