// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The whole engine against a scripted server: what a person is told, and in which order. Time is
 * real here, so everything that needs long is tested where time is an argument (test-session.c,
 * test-key-ask.c).
 */
#undef G_DISABLE_ASSERT
#include "shared/client/engine.h"

#include "tests/client/engine-fixture.h"
#include "shared/base/text.h"
#include <string.h>

/* --- Getting in --- */

static void
test_sign_and_list (EngineFixture *self, gconstpointer unused)
{
  sotto_engine_sign (self->engine, " ALICE ", "secret", "code");
  g_assert_cmpint (sotto_engine_get_state (self->engine), ==, SOTTO_ENGINE_CONNECTING);
  g_assert_null (sotto_engine_get_username (self->engine));
  const SottoEvent *event = engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  g_assert_cmpstr (event->server, ==, "127.0.0.1");
  g_assert_cmpuint (event->port, ==, self->port);
  g_assert_cmpstr (event->realm, ==, "lab");
  g_assert_cmpuint (strlen (event->fingerprint), ==, 64);
  g_assert_true (event->first_use);
  event = engine_fixture_expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpstr (event->peer.str, ==, "alice");
  g_assert_cmpstr (self->server->login.invite, ==, "code");
  g_assert_cmpint (self->server->login.op, ==, SOTTO_LOGIN_SIGN);
  g_assert_cmpstr (sotto_engine_get_username (self->engine), ==, "alice");

  sotto_engine_list (self->engine);
  event = engine_fixture_expect (self, SOTTO_EVENT_USERS, NULL);
  g_assert_cmpuint (event->n_names, ==, 2);
  g_assert_cmpstr (event->names[1], ==, "bob");
  g_assert_true (sotto_engine_is_online (self->engine, "Bob"));

  sotto_engine_log_out (self->engine);
  event = engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "ok");
  g_assert_cmpint (event->retry_in_ms, ==, -1);
  g_assert_null (sotto_engine_get_username (self->engine));

  /* The server is known now, and the identity is the one of before. */
  SottoKey identity = self->server->login.identity;
  engine_fixture_restart (self);
  sotto_engine_auth (self->engine, "alice", "secret");
  g_assert_false (engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL)->first_use);
  engine_fixture_expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
}

static void
test_refused (EngineFixture *self, gconstpointer unused)
{
  static const SottoCode codes[] = { SOTTO_AUTH, SOTTO_NAME_TAKEN, SOTTO_BAD_NAME,   SOTTO_BUSY,
                                     SOTTO_RATE, SOTTO_INVITE,     SOTTO_UNAVAILABLE };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      const SottoEvent *event;

      self->server->result = codes[i];
      self->server->retry_s = codes[i] == SOTTO_BUSY || codes[i] == SOTTO_RATE ? 90 : 0;
      sotto_engine_sign (self->engine, "alice", "secret", NULL);
      engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
      event = engine_fixture_expect (self, SOTTO_EVENT_REFUSED, sotto_code_to_name (codes[i]));
      g_assert_cmpint (event->retry_in_ms, ==, self->server->retry_s * 1000);
      g_assert_cmpint (sotto_engine_get_state (self->engine), ==, SOTTO_ENGINE_OFFLINE);
    }
  self->server->result = SOTTO_OK;
  engine_fixture_log_in (self, "secret"); /* and again, with success */
}

static void
test_not_even_tried (EngineFixture *self, gconstpointer unused)
{
  sotto_engine_sign (self->engine, "no name", "secret", NULL);
  engine_fixture_expect (self, SOTTO_EVENT_REFUSED, "bad_name");
  sotto_engine_auth (self->engine, "no name", "secret");
  engine_fixture_expect (self, SOTTO_EVENT_REFUSED, "auth");
  sotto_engine_auth (self->engine, "alice", "");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "password");
  sotto_engine_sign (self->engine, "alice", "secret", "an-invite-that-is-far-too-long-for-one");
  engine_fixture_expect (self, SOTTO_EVENT_REFUSED, "invite");
  sotto_engine_list (self->engine);
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "not_authenticated");
  sotto_engine_send (self->engine, "bob", "hi");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "not_authenticated");
  sotto_engine_change_password (self->engine, "a", "b");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "not_authenticated");
  sotto_engine_delete_account (self->engine, "a");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "not_authenticated");
  sotto_engine_trust (self->engine, true);
  sotto_engine_retry_now (self->engine);
  sotto_engine_log_out (self->engine);
  engine_fixture_expect_quiet (self, 50);
  g_assert_cmpuint (self->links->len, ==, 0);
}

static void
test_trust_is_asked (EngineFixture *self, gconstpointer unused)
{
  engine_fixture_stop (self);
  engine_fixture_start (self, SOTTO_TRUST_ASK);
  sotto_engine_auth (self->engine, "alice", "secret");
  const SottoEvent *event = engine_fixture_expect (self, SOTTO_EVENT_SERVER_UNKNOWN, NULL);
  g_assert_cmpuint (strlen (event->fingerprint), ==, 64);
  g_assert_cmpuint (self->server->n_login, ==, 0);
  sotto_engine_trust (self->engine, false);
  engine_fixture_expect_quiet (self, 50);
  g_assert_cmpint (sotto_engine_get_state (self->engine), ==, SOTTO_ENGINE_OFFLINE);

  sotto_engine_auth (self->engine, "alice", "secret");
  engine_fixture_expect (self, SOTTO_EVENT_SERVER_UNKNOWN, NULL);
  sotto_engine_trust (self->engine, true);
  g_assert_true (engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL)->first_use);
  engine_fixture_expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);

  /* From now on it is known. */
  sotto_engine_log_out (self->engine);
  engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "ok");
  engine_fixture_log_in (self, "secret");
}

/* Between the question and the answer another server takes the address. */
static void
test_trust_is_for_one_key (EngineFixture *self, gconstpointer unused)
{
  engine_fixture_stop (self);
  engine_fixture_start (self, SOTTO_TRUST_ASK);
  sotto_engine_auth (self->engine, "alice", "secret");
  engine_fixture_expect (self, SOTTO_EVENT_SERVER_UNKNOWN, NULL);
  script_server_free (self->server);
  self->server = script_server_new ("rsa-3072", "lab");
  sotto_engine_trust (self->engine, true);
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "server_key");
  g_assert_cmpuint (self->server->n_login, ==, 0);
}

static void
test_replaced_attempt (EngineFixture *self, gconstpointer unused)
{
  sotto_engine_auth (self->engine, "alice", "one");
  sotto_engine_auth (self->engine, "carol", "two");
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  sotto_engine_auth (self->engine, "alice", "three"); /* while the password is hashed */
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  g_assert_cmpstr (engine_fixture_expect (self, SOTTO_EVENT_AUTHENTICATED, NULL)->peer.str, ==,
                   "alice");
  engine_fixture_expect_quiet (self, 300);
  g_assert_cmpuint (self->server->n_login, ==, 1);
}

/* --- Lies --- */

static void
replace_server (EngineFixture *self, const char *key, const char *realm)
{
  script_server_free (self->server);
  self->server = script_server_new (key, realm);
}

static void
test_hard_stops (EngineFixture *self, gconstpointer unused)
{
  engine_fixture_log_in (self, "secret");
  engine_fixture_restart (self);
  replace_server (self, "rsa-3072", "lab");
  sotto_engine_auth (self->engine, "alice", "secret");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "server_key");
  g_assert_cmpuint (self->server->n_login, ==, 0);

  replace_server (self, "rsa-2048", "school");
  sotto_engine_auth (self->engine, "alice", "secret");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "realm");
  g_assert_cmpuint (self->server->n_login, ==, 0);

  /* Another address, another key, the realm of the first: it wants the H of that one. */
  replace_server (self, "rsa-3072", "lab");
  g_assert_true (sotto_engine_set_server (self->engine, "localhost", self->port, NULL, NULL));
  sotto_engine_auth (self->engine, "alice", "secret");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "realm");
  g_assert_cmpuint (self->server->n_login, ==, 0);
  engine_fixture_expect_quiet (self, 50);

  replace_server (self, "rsa-2048", "lab");
  engine_fixture_set_server (self);
  engine_fixture_log_in (self, "secret");
}

/* What stands in clear is not believed: no word of a password, nothing forgotten. */
static void
test_fail (EngineFixture *self, gconstpointer unused)
{
  static const SottoCode codes[] = { SOTTO_BUSY,     SOTTO_RATE,     SOTTO_HANDSHAKE,
                                     SOTTO_PROTOCOL, SOTTO_SHUTDOWN, SOTTO_TICKET };

  engine_fixture_log_in (self, "secret");
  SottoKey identity = self->server->login.identity;
  engine_fixture_restart (self);
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (codes); i++)
    {
      self->server->fail = codes[i / 2];
      self->server->fail_at_login = i % 2 == 1;
      sotto_engine_auth (self->engine, "alice", "secret");
      if (self->server->fail_at_login)
        engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
      engine_fixture_expect (self, SOTTO_EVENT_ERROR, "unreachable");
    }
  self->server->fail = SOTTO_OK;
  self->server->break_result = true;
  sotto_engine_auth (self->engine, "alice", "secret");
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "unreachable");
  self->server->break_result = false;
  engine_fixture_log_in (self, "secret");
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
}

static void
test_endless_list (EngineFixture *self, gconstpointer unused)
{
  self->endless_list = true;
  engine_fixture_log_in (self, "secret");
  engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "protocol");
}

/* --- Staying in --- */

static void
test_resume (EngineFixture *self, gconstpointer unused)
{
  engine_fixture_log_in (self, "secret");
  engine_fixture_hang_up (self);
  const SottoEvent *event = engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  g_assert_cmpint (event->retry_in_ms, >=, 250);
  g_assert_cmpint (event->retry_in_ms, <=, 750);
  g_assert_cmpint (sotto_engine_get_state (self->engine), ==, SOTTO_ENGINE_WAITING);
  g_assert_cmpstr (sotto_engine_get_username (self->engine), ==, "alice");
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpuint (self->server->n_resume, ==, 1);
  g_assert_cmpuint (self->server->n_login, ==, 1);

  /* RESULT TICKET: a LOGIN at once. */
  self->server->refuse_tickets = true;
  engine_fixture_hang_up (self);
  engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  sotto_engine_retry_now (self->engine);
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpuint (self->server->n_login, ==, 2);

  /* FAIL TICKET: likewise. */
  self->server->refuse_tickets = false;
  self->server->ticket[0] ^= 1;
  engine_fixture_hang_up (self);
  engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  sotto_engine_retry_now (self->engine);
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpuint (self->server->n_login, ==, 3);
}

static void
test_backoff (EngineFixture *self, gconstpointer unused)
{
  static const gint64 waits[] = { 500, 1000, 2000, 4000, 8000, 16000, 20000, 20000 };

  engine_fixture_log_in (self, "secret");
  self->deaf = true;
  engine_fixture_hang_up (self);
  for (gsize i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      gint64 wait =
          engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable")->retry_in_ms;
      g_assert_cmpint (wait, >=, waits[i] / 2);
      g_assert_cmpint (wait, <=, waits[i] * 3 / 2);
      if (i + 1 < G_N_ELEMENTS (waits))
        sotto_engine_retry_now (self->engine);
    }

  /* A message that is written meanwhile waits without a complaint, until it is known whether they
   * are there: this server says bob is online, and then that he is not. */
  sotto_engine_send (self->engine, "bob", "hi");
  engine_fixture_expect (self, SOTTO_EVENT_QUEUED, NULL);
  engine_fixture_expect_quiet (self, 50);
  self->deaf = false;
  sotto_engine_retry_now (self->engine);
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "offline");
  g_assert_cmpuint (sotto_engine_get_outbox_size (self->engine), ==, 1);
}

static void
test_ended_for_good (EngineFixture *self, gconstpointer unused)
{
  static const SottoCode codes[] = { SOTTO_REPLACED, SOTTO_KICKED };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      SottoRecord bye = { .type = SOTTO_RECORD_BYE, .bye = { codes[i] } };
      engine_fixture_log_in (self, "secret");
      engine_fixture_say (self, &bye);
      const SottoEvent *event =
          engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, sotto_code_to_name (codes[i]));
      g_assert_cmpint (event->retry_in_ms, ==, -1);
      g_assert_cmpint (sotto_engine_get_state (self->engine), ==, SOTTO_ENGINE_OFFLINE);
    }
  SottoRecord bye = { .type = SOTTO_RECORD_BYE, .bye = { SOTTO_SHUTDOWN } };
  engine_fixture_log_in (self, "secret");
  engine_fixture_say (self, &bye);
  g_assert_cmpint (engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "shutdown")->retry_in_ms,
                   >, 0);
}

/* The account is disabled while we are away. */
static void
test_refused_later (EngineFixture *self, gconstpointer unused)
{
  engine_fixture_log_in (self, "secret");
  self->server->refuse_tickets = true;
  self->server->result = SOTTO_AUTH;
  engine_fixture_hang_up (self);
  engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_REFUSED, "auth");
  g_assert_cmpint (engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "auth")->retry_in_ms, ==,
                   -1);
}

/* --- Messages without a peer --- */

static void
test_send (EngineFixture *self, gconstpointer unused)
{
  g_autofree char *longest = g_strnfill (SOTTO_TEXT_MAX, 'x');
  g_autofree char *too_long = g_strnfill (SOTTO_TEXT_MAX + 1, 'x');

  engine_fixture_log_in (self, "secret");
  sotto_engine_send (self->engine, "alice", "hi");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "self");
  sotto_engine_send (self->engine, "bob", too_long);
  g_assert_false (engine_fixture_expect (self, SOTTO_EVENT_ERROR, "too_big")->has_id);
  sotto_engine_send (self->engine, "bob", "\xff");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "usage");
  sotto_engine_send (self->engine, "no name", "hi");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "bad_name");
  g_assert_cmpuint (sotto_engine_get_outbox_size (self->engine), ==, 0);

  sotto_engine_send (self->engine, "Bob", longest);
  const SottoEvent *queued = engine_fixture_expect (self, SOTTO_EVENT_QUEUED, NULL);
  g_assert_cmpstr (queued->peer.str, ==, "bob");
  const SottoEvent *offline = engine_fixture_expect (self, SOTTO_EVENT_ERROR, "offline");
  g_assert_true (offline->has_id);
  g_assert_cmpmem (&offline->id, sizeof offline->id, &queued->id, sizeof queued->id);
  g_assert_cmpstr (offline->peer.str, ==, "bob");
  g_assert_cmpuint (sotto_engine_get_outbox_size (self->engine), ==, 1);
}

static void
loaded_cb (GObject *engine, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *page = sotto_engine_load_messages_finish (SOTTO_ENGINE (engine), result, &error);

  if (page == NULL)
    page = g_ptr_array_new (); /* empty, as no answer of the test is */
  *(GPtrArray **)data = page;
}

static GPtrArray *
load_messages (EngineFixture *self, uint64_t before, guint max)
{
  GPtrArray *page = NULL;
  gint64 start = g_get_monotonic_time ();

  sotto_engine_load_messages_async (self->engine, "Bob", before, max, NULL, loaded_cb, &page);
  while (page == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time () - start, <, PATIENCE);
      g_main_context_iteration (NULL, TRUE);
    }
  return page;
}

/* What was queued waits for the next program, which says nothing of it until something happens. */
static void
test_outbox_is_kept (EngineFixture *self, gconstpointer unused)
{
  SottoId ids[3];

  engine_fixture_log_in (self, "secret");
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("text %u", i);
      sotto_engine_send (self->engine, "bob", text);
      g_assert_cmpuint (sotto_engine_get_outbox_size (self->engine), ==, i + 1);
      ids[i] = engine_fixture_expect (self, SOTTO_EVENT_QUEUED, NULL)->id;
      engine_fixture_expect (self, SOTTO_EVENT_ERROR, "offline");
    }
  engine_fixture_restart (self);
  engine_fixture_set_server (self);
  engine_fixture_log_in (self, "secret");
  g_assert_cmpuint (sotto_engine_get_outbox_size (self->engine), ==, 3);
  engine_fixture_expect_quiet (self, 200);

  g_autoptr (GPtrArray) page = load_messages (self, 0, 2);
  g_assert_cmpuint (page->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const SottoHistoryRecord *record = page->pdata[i];
      g_assert_true (sotto_id_equal (&record->id, &ids[2 - i]));
      g_assert_cmpint (record->state, ==, SOTTO_HISTORY_QUEUED);
    }
  uint64_t before = ((SottoHistoryRecord *)page->pdata[1])->place;
  g_autoptr (GPtrArray) rest = load_messages (self, before, 10);
  g_assert_cmpuint (rest->len, ==, 1);
  g_assert_cmpstr (((SottoHistoryRecord *)rest->pdata[0])->text, ==, "text 0");
}

/* A page that is asked for and not awaited. */
static void
test_page_and_log_out (EngineFixture *self, gconstpointer unused)
{
  GPtrArray *page = NULL;

  engine_fixture_log_in (self, "secret");
  sotto_engine_load_messages_async (self->engine, "bob", 0, 10, NULL, loaded_cb, &page);
  sotto_engine_log_out (self->engine);
  engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "ok");
  while (page == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (page->len, ==, 0);
  g_ptr_array_unref (page);
}

/* --- Handlers may do anything --- */

static void
test_log_out_in_handler (EngineFixture *self, gconstpointer unused)
{
  self->log_out_in_handler = true;
  sotto_engine_auth (self->engine, "alice", "secret");
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect_quiet (self, 200);
  g_assert_cmpuint (self->server->n_login, ==, 0);
}

static void
drop_engine (SottoEngine *engine, const SottoEvent *event, gpointer data)
{
  SottoEngine **owner = data;

  g_clear_object (owner);
}

static void
test_last_reference_in_handler (EngineFixture *self, gconstpointer unused)
{
  g_signal_handlers_disconnect_by_data (self->engine, self);
  g_signal_connect (self->engine, "event", G_CALLBACK (drop_engine), &self->engine);
  sotto_engine_auth (self->engine, "alice", "secret");
  gint64 start = g_get_monotonic_time ();
  while (self->engine != NULL)
    {
      g_assert_cmpint (g_get_monotonic_time () - start, <, PATIENCE);
      g_main_context_iteration (NULL, TRUE);
    }
  engine_fixture_expect_quiet (self, 300);
}

static void
test_join_link (EngineFixture *self, gconstpointer unused)
{
  SottoJoinLink link = { .host = (char *)"127.0.0.1",
                         .port = self->port,
                         .realm = (char *)"lab",
                         .invite = (char *)"code",
                         .has_fingerprint = true };

  script_server_fingerprint (self->server, &link.fingerprint);
  g_assert_true (sotto_engine_set_join_link (self->engine, &link, NULL));
  sotto_engine_sign (self->engine, "alice", "secret", NULL);
  g_assert_false (engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL)->first_use);
  engine_fixture_expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpstr (self->server->login.invite, ==, "code");

  link.fingerprint.bytes[20] ^= 1; /* beyond the kid */
  g_assert_true (sotto_engine_set_join_link (self->engine, &link, NULL));
  sotto_engine_auth (self->engine, "alice", "secret");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "server_key");
  link.fingerprint.bytes[20] ^= 1;
  link.realm = (char *)"school";
  g_assert_true (sotto_engine_set_join_link (self->engine, &link, NULL));
  sotto_engine_auth (self->engine, "alice", "secret");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "realm");
  g_assert_cmpuint (self->server->n_login, ==, 1);
}

/* Told when it is done, at each wish; nobody wished it: nothing. */
static void
test_expired (EngineFixture *self, gconstpointer unused)
{
  const gint64 day_ms = G_GINT64_CONSTANT (86400000);
  gint64 now_ms = g_get_real_time () / 1000;

  engine_fixture_log_in (self, "secret");
  engine_fixture_expect_quiet (self, 100);
  sotto_engine_set_retention_days (self->engine, 3);
  const SottoEvent *event = engine_fixture_expect (self, SOTTO_EVENT_EXPIRED, NULL);
  g_assert_cmpint (event->sent_ms, >=, now_ms - 3 * day_ms);
  g_assert_cmpint (event->sent_ms, <=, g_get_real_time () / 1000 - 3 * day_ms);
  sotto_engine_set_retention_days (self->engine, 0);
  engine_fixture_expect_quiet (self, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ENGINE_TEST ("sign-and-list", NULL, test_sign_and_list);
  ENGINE_TEST ("refused", NULL, test_refused);
  ENGINE_TEST ("not-even-tried", NULL, test_not_even_tried);
  ENGINE_TEST ("trust-is-asked", NULL, test_trust_is_asked);
  ENGINE_TEST ("trust-is-for-one-key", NULL, test_trust_is_for_one_key);
  ENGINE_TEST ("replaced-attempt", NULL, test_replaced_attempt);
  ENGINE_TEST ("join-link", NULL, test_join_link);
  ENGINE_TEST ("hard-stops", NULL, test_hard_stops);
  ENGINE_TEST ("fail", NULL, test_fail);
  ENGINE_TEST ("endless-list", NULL, test_endless_list);
  ENGINE_TEST ("resume", NULL, test_resume);
  ENGINE_TEST ("backoff", NULL, test_backoff);
  ENGINE_TEST ("ended-for-good", NULL, test_ended_for_good);
  ENGINE_TEST ("refused-later", NULL, test_refused_later);
  ENGINE_TEST ("expired", NULL, test_expired);
  ENGINE_TEST ("send", NULL, test_send);
  ENGINE_TEST ("outbox-is-kept", NULL, test_outbox_is_kept);
  ENGINE_TEST ("page-and-log-out", NULL, test_page_and_log_out);
  ENGINE_TEST ("log-out-in-handler", NULL, test_log_out_in_handler);
  ENGINE_TEST ("last-reference-in-handler", NULL, test_last_reference_in_handler);
  return g_test_run ();
}
