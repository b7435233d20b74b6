// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The whole engine against a scripted server on a real socket: what a person is told, in which
 * order, and what is on the disk afterwards. Time is real here, so everything that needs long is
 * tested where time is an argument (test-session.c, test-key-ask.c).
 */
#undef G_DISABLE_ASSERT
#include "shared/client/engine.h"

#include "shared/client/pins.h"
#include "shared/client/vault.h"
#include "shared/net/link.h"
#include "tests/client/scratch.h"
#include "tests/client/script-server.h"
#include <string.h>

#define PATIENCE (60 * G_USEC_PER_SEC) /* a sanitizer on a busy machine */

typedef enum
{
  PASSWD_OK,
  PASSWD_REFUSE,
  PASSWD_HANG_UP_UNDONE, /* the connection breaks before the server did it */
  PASSWD_HANG_UP_DONE    /* …and after */
} PasswdMode;

typedef struct
{
  char *folder;
  SottoPoller *poller;
  GSocket *listener;
  GSource *accepting;
  guint heartbeat;
  uint16_t port;
  GPtrArray *links; /* the newest last; freed with the fixture */
  ScriptServer *server;
  bool deaf; /* connections are closed as they come */
  PasswdMode passwd;
  bool endless_list;

  SottoEngine *engine;
  GPtrArray *events; /* SottoEvent * */
  guint seen;        /* of them, by expect */
  bool log_out_in_handler;
} Fixture;

/* --- The server's side --- */

static SottoLink *
newest_link (Fixture *self)
{
  return self->links->len == 0 ? NULL : g_ptr_array_index (self->links, self->links->len - 1);
}

static void
send_bytes (SottoLink *link, GByteArray *bytes)
{
  sotto_link_queue (link, bytes->data, bytes->len);
  sotto_link_flush (link);
}

static void
say (Fixture *self, const SottoRecord *record)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  script_server_say (self->server, record, bytes);
  send_bytes (newest_link (self), bytes);
}

static void
hang_up (Fixture *self)
{
  sotto_link_close (newest_link (self));
}

static void
answer_passwd (Fixture *self, const SottoRecord *asked)
{
  SottoRecord ok = { .type = SOTTO_RECORD_OK, .ok = { asked->passwd.req } };
  SottoRecord err = { .type = SOTTO_RECORD_ERR, .err = { asked->passwd.req, SOTTO_AUTH, 0 } };

  if (self->passwd == PASSWD_OK || self->passwd == PASSWD_HANG_UP_DONE)
    {
      self->server->h = asked->passwd.h_new;
      self->server->has_h = true;
      self->server->refuse_tickets = true;
    }
  switch (self->passwd)
    {
    case PASSWD_OK:
      say (self, &ok);
      break;
    case PASSWD_REFUSE:
      say (self, &err);
      break;
    case PASSWD_HANG_UP_UNDONE:
    case PASSWD_HANG_UP_DONE:
      hang_up (self);
      break;
    }
}

static void
answer_list (Fixture *self)
{
  SottoRecord users = { .type = SOTTO_RECORD_USERS,
                        .users = { .more = self->endless_list,
                                   .n = self->endless_list ? 0 : 2,
                                   .names = { { "alice" }, { "bob" } } } };

  say (self, &users);
}

static void
answer_keyreq (Fixture *self, const SottoRecord *asked)
{
  SottoRecord err = { .type = SOTTO_RECORD_ERR, .err = { asked->keyreq.req, SOTTO_OFFLINE, 0 } };

  say (self, &err);
}

static void
on_frame (SottoLink *link, const SottoFrame *frame, gpointer data)
{
  Fixture *self = data;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint records = self->server->n_records;

  if (link != newest_link (self) || (frame->type == SOTTO_FRAME_SEALED && !self->server->ready))
    return; /* a BYE that was still under way */
  script_server_take (self->server, frame, out);
  send_bytes (link, out);
  if (self->server->n_records == records)
    return;
  SottoRecord record = self->server->record;
  if (record.type == SOTTO_RECORD_PASSWD)
    answer_passwd (self, &record);
  else if (record.type == SOTTO_RECORD_LIST)
    answer_list (self);
  else if (record.type == SOTTO_RECORD_KEYREQ)
    answer_keyreq (self, &record);
}

static void
on_broken (SottoLink *link, SottoCode code, gpointer data)
{
  g_assert_not_reached ();
}

static void
on_closed (SottoLink *link, const GError *error, gpointer data)
{
}

static const SottoLinkHandler handler = { on_frame, on_broken, on_closed };

static gboolean
on_accept (GSocket *listener, GIOCondition condition, gpointer data)
{
  Fixture *self = data;
  g_autoptr (GSocket) socket = g_socket_accept (listener, NULL, NULL);
  g_autoptr (GByteArray) hello = g_byte_array_new ();

  g_assert_nonnull (socket);
  if (self->deaf)
    {
      g_socket_close (socket, NULL);
      return G_SOURCE_CONTINUE;
    }
  SottoLink *link =
      sotto_link_new (self->poller, socket, SOTTO_FRAME_READY_MAX, &handler, self, NULL);
  g_assert_nonnull (link);
  g_ptr_array_add (self->links, link);
  script_server_greet (self->server, hello);
  send_bytes (link, hello);
  return G_SOURCE_CONTINUE;
}

static void
listen_somewhere (Fixture *self)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GError) error = NULL;

  self->listener =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_bind (self->listener, any, TRUE, &error));
  g_assert_true (g_socket_listen (self->listener, &error));
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (self->listener, &error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->accepting = g_socket_create_source (self->listener, G_IO_IN, NULL);
  g_source_set_callback (self->accepting, G_SOURCE_FUNC (on_accept), self, NULL);
  g_source_attach (self->accepting, NULL);
}

/* --- The person's side --- */

static void
on_event (SottoEngine *engine, const SottoEvent *event, Fixture *self)
{
  g_ptr_array_add (self->events, sotto_event_copy (event));
  if (self->log_out_in_handler)
    sotto_engine_log_out (engine);
}

static void
set_server (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sotto_engine_set_server (self->engine, "127.0.0.1", self->port, NULL, &error));
  g_assert_no_error (error);
}

static void
start_engine (Fixture *self, SottoTrustPolicy trust)
{
  self->engine = sotto_engine_new ("default", self->folder, trust);
  g_signal_connect (self->engine, "event", G_CALLBACK (on_event), self);
  set_server (self);
}

static void
stop_engine (Fixture *self)
{
  SottoEngine *engine = g_steal_pointer (&self->engine);

  if (engine == NULL)
    return;
  g_signal_handlers_disconnect_by_data (engine, self);
  sotto_engine_log_out (engine);
  g_assert_finalize_object (engine);
}

static void
restart_engine (Fixture *self)
{
  stop_engine (self);
  start_engine (self, SOTTO_TRUST_PIN);
}

/* The next event must be this one. */
static const SottoEvent *
expect (Fixture *self, SottoEventType type, const char *code)
{
  gint64 start = g_get_monotonic_time ();

  while (self->events->len == self->seen)
    {
      g_assert_cmpint (g_get_monotonic_time () - start, <, PATIENCE);
      g_main_context_iteration (NULL, TRUE);
    }
  const SottoEvent *event = g_ptr_array_index (self->events, self->seen++);
  if (event->type != type || g_strcmp0 (event->code, code) != 0)
    g_error ("event %u is %d %s (%s), not %d %s", self->seen, event->type, event->code, event->text,
             type, code);
  return event;
}

static void
expect_quiet (Fixture *self, guint ms)
{
  gint64 until = g_get_monotonic_time () + ms * 1000;

  while (g_get_monotonic_time () < until)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_cmpuint (self->events->len, ==, self->seen);
}

static void
log_in (Fixture *self, const char *password)
{
  sotto_engine_auth (self->engine, "Alice", password);
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
}

/* So that a wait for what does not come ends. */
static gboolean
on_heartbeat (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->folder = test_scratch_new ();
  self->poller = sotto_poller_new (G_PRIORITY_DEFAULT, NULL);
  self->links = g_ptr_array_new_with_free_func ((GDestroyNotify)sotto_link_free);
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify)sotto_event_free);
  self->server = script_server_new ("rsa-2048", "lab");
  listen_somewhere (self);
  self->heartbeat = g_timeout_add (100, on_heartbeat, NULL);
  start_engine (self, SOTTO_TRUST_PIN);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  stop_engine (self);
  g_source_remove (self->heartbeat);
  g_source_destroy (self->accepting);
  g_source_unref (self->accepting);
  g_object_unref (self->listener);
  g_ptr_array_unref (self->links);
  sotto_poller_free (self->poller);
  script_server_free (self->server);
  g_ptr_array_unref (self->events);
  test_scratch_remove (self->folder);
}

/* --- Getting in --- */

static void
test_sign_and_list (Fixture *self, gconstpointer unused)
{
  sotto_engine_sign (self->engine, " ALICE ", "secret", "code");
  g_assert_cmpint (sotto_engine_get_state (self->engine), ==, SOTTO_ENGINE_CONNECTING);
  g_assert_null (sotto_engine_get_username (self->engine));
  const SottoEvent *event = expect (self, SOTTO_EVENT_CONNECTED, NULL);
  g_assert_cmpstr (event->server, ==, "127.0.0.1");
  g_assert_cmpuint (event->port, ==, self->port);
  g_assert_cmpstr (event->realm, ==, "lab");
  g_assert_cmpuint (strlen (event->fingerprint), ==, 64);
  g_assert_true (event->first_use);
  event = expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpstr (event->peer.str, ==, "alice");
  g_assert_cmpstr (self->server->login.invite, ==, "code");
  g_assert_cmpint (self->server->login.op, ==, SOTTO_LOGIN_SIGN);
  g_assert_cmpstr (sotto_engine_get_username (self->engine), ==, "alice");

  sotto_engine_list (self->engine);
  event = expect (self, SOTTO_EVENT_USERS, NULL);
  g_assert_cmpuint (event->n_names, ==, 2);
  g_assert_cmpstr (event->names[1], ==, "bob");
  g_assert_true (sotto_engine_is_online (self->engine, "Bob"));

  sotto_engine_log_out (self->engine);
  event = expect (self, SOTTO_EVENT_DISCONNECTED, "ok");
  g_assert_cmpint (event->retry_in_ms, ==, -1);
  g_assert_null (sotto_engine_get_username (self->engine));

  /* The server is known now, and the identity is the one of before. */
  SottoKey identity = self->server->login.identity;
  restart_engine (self);
  sotto_engine_auth (self->engine, "alice", "secret");
  g_assert_false (expect (self, SOTTO_EVENT_CONNECTED, NULL)->first_use);
  expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
}

static void
test_refused (Fixture *self, gconstpointer unused)
{
  static const SottoCode codes[] = { SOTTO_AUTH, SOTTO_NAME_TAKEN, SOTTO_BAD_NAME,   SOTTO_BUSY,
                                     SOTTO_RATE, SOTTO_INVITE,     SOTTO_UNAVAILABLE };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      self->server->result = codes[i];
      sotto_engine_sign (self->engine, "alice", "secret", NULL);
      expect (self, SOTTO_EVENT_CONNECTED, NULL);
      expect (self, SOTTO_EVENT_REFUSED, sotto_code_to_name (codes[i]));
      g_assert_cmpint (sotto_engine_get_state (self->engine), ==, SOTTO_ENGINE_OFFLINE);
    }
  self->server->result = SOTTO_OK;
  log_in (self, "secret"); /* and again, with success */
}

static void
test_not_even_tried (Fixture *self, gconstpointer unused)
{
  sotto_engine_sign (self->engine, "no name", "secret", NULL);
  expect (self, SOTTO_EVENT_REFUSED, "bad_name");
  sotto_engine_auth (self->engine, "no name", "secret");
  expect (self, SOTTO_EVENT_REFUSED, "auth");
  sotto_engine_auth (self->engine, "alice", "");
  expect (self, SOTTO_EVENT_ERROR, "password");
  sotto_engine_sign (self->engine, "alice", "secret", "an-invite-that-is-far-too-long-for-one");
  expect (self, SOTTO_EVENT_REFUSED, "invite");
  sotto_engine_list (self->engine);
  expect (self, SOTTO_EVENT_ERROR, "not_authenticated");
  sotto_engine_send (self->engine, "bob", "hi");
  expect (self, SOTTO_EVENT_ERROR, "not_authenticated");
  sotto_engine_change_password (self->engine, "a", "b");
  expect (self, SOTTO_EVENT_ERROR, "not_authenticated");
  sotto_engine_delete_account (self->engine, "a");
  expect (self, SOTTO_EVENT_ERROR, "not_authenticated");
  sotto_engine_trust (self->engine, true);
  sotto_engine_retry_now (self->engine);
  sotto_engine_log_out (self->engine);
  expect_quiet (self, 50);
  g_assert_cmpuint (self->links->len, ==, 0);
}

static void
test_trust_is_asked (Fixture *self, gconstpointer unused)
{
  stop_engine (self);
  start_engine (self, SOTTO_TRUST_ASK);
  sotto_engine_auth (self->engine, "alice", "secret");
  const SottoEvent *event = expect (self, SOTTO_EVENT_SERVER_UNKNOWN, NULL);
  g_assert_cmpuint (strlen (event->fingerprint), ==, 64);
  g_assert_cmpuint (self->server->n_login, ==, 0);
  sotto_engine_trust (self->engine, false);
  expect_quiet (self, 50);
  g_assert_cmpint (sotto_engine_get_state (self->engine), ==, SOTTO_ENGINE_OFFLINE);

  sotto_engine_auth (self->engine, "alice", "secret");
  expect (self, SOTTO_EVENT_SERVER_UNKNOWN, NULL);
  sotto_engine_trust (self->engine, true);
  g_assert_true (expect (self, SOTTO_EVENT_CONNECTED, NULL)->first_use);
  expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);

  /* From now on it is known. */
  sotto_engine_log_out (self->engine);
  expect (self, SOTTO_EVENT_DISCONNECTED, "ok");
  log_in (self, "secret");
}

/* Between the question and the answer another server takes the address. */
static void
test_trust_is_for_one_key (Fixture *self, gconstpointer unused)
{
  stop_engine (self);
  start_engine (self, SOTTO_TRUST_ASK);
  sotto_engine_auth (self->engine, "alice", "secret");
  expect (self, SOTTO_EVENT_SERVER_UNKNOWN, NULL);
  script_server_free (self->server);
  self->server = script_server_new ("rsa-3072", "lab");
  sotto_engine_trust (self->engine, true);
  expect (self, SOTTO_EVENT_ERROR, "server_key");
  g_assert_cmpuint (self->server->n_login, ==, 0);
}

static void
test_replaced_attempt (Fixture *self, gconstpointer unused)
{
  sotto_engine_auth (self->engine, "alice", "one");
  sotto_engine_auth (self->engine, "carol", "two");
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  sotto_engine_auth (self->engine, "alice", "three"); /* while the password is hashed */
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  g_assert_cmpstr (expect (self, SOTTO_EVENT_AUTHENTICATED, NULL)->peer.str, ==, "alice");
  expect_quiet (self, 300);
  g_assert_cmpuint (self->server->n_login, ==, 1);
}

/* --- Lies --- */

static void
replace_server (Fixture *self, const char *key, const char *realm)
{
  script_server_free (self->server);
  self->server = script_server_new (key, realm);
}

static void
test_hard_stops (Fixture *self, gconstpointer unused)
{
  log_in (self, "secret");
  restart_engine (self);
  replace_server (self, "rsa-3072", "lab");
  sotto_engine_auth (self->engine, "alice", "secret");
  expect (self, SOTTO_EVENT_ERROR, "server_key");
  g_assert_cmpuint (self->server->n_login, ==, 0);

  replace_server (self, "rsa-2048", "school");
  sotto_engine_auth (self->engine, "alice", "secret");
  expect (self, SOTTO_EVENT_ERROR, "realm");
  g_assert_cmpuint (self->server->n_login, ==, 0);

  /* Another address, another key, the realm of the first: it wants the H of that one. */
  replace_server (self, "rsa-3072", "lab");
  g_assert_true (sotto_engine_set_server (self->engine, "localhost", self->port, NULL, NULL));
  sotto_engine_auth (self->engine, "alice", "secret");
  expect (self, SOTTO_EVENT_ERROR, "realm");
  g_assert_cmpuint (self->server->n_login, ==, 0);
  expect_quiet (self, 50);

  replace_server (self, "rsa-2048", "lab");
  set_server (self);
  log_in (self, "secret");
}

/* What stands in clear is not believed: no word of a password, nothing forgotten. */
static void
test_fail (Fixture *self, gconstpointer unused)
{
  static const SottoCode codes[] = { SOTTO_BUSY,     SOTTO_RATE,     SOTTO_HANDSHAKE,
                                     SOTTO_PROTOCOL, SOTTO_SHUTDOWN, SOTTO_TICKET };

  log_in (self, "secret");
  SottoKey identity = self->server->login.identity;
  restart_engine (self);
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (codes); i++)
    {
      self->server->fail = codes[i / 2];
      self->server->fail_at_login = i % 2 == 1;
      sotto_engine_auth (self->engine, "alice", "secret");
      if (self->server->fail_at_login)
        expect (self, SOTTO_EVENT_CONNECTED, NULL);
      expect (self, SOTTO_EVENT_ERROR, "unreachable");
    }
  self->server->fail = SOTTO_OK;
  self->server->break_result = true;
  sotto_engine_auth (self->engine, "alice", "secret");
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_ERROR, "unreachable");
  self->server->break_result = false;
  log_in (self, "secret");
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
}

static void
test_endless_list (Fixture *self, gconstpointer unused)
{
  self->endless_list = true;
  log_in (self, "secret");
  expect (self, SOTTO_EVENT_DISCONNECTED, "protocol");
}

/* --- Staying in --- */

static void
test_resume (Fixture *self, gconstpointer unused)
{
  log_in (self, "secret");
  hang_up (self);
  const SottoEvent *event = expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  g_assert_cmpint (event->retry_in_ms, >=, 250);
  g_assert_cmpint (event->retry_in_ms, <=, 750);
  g_assert_cmpint (sotto_engine_get_state (self->engine), ==, SOTTO_ENGINE_WAITING);
  g_assert_cmpstr (sotto_engine_get_username (self->engine), ==, "alice");
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpuint (self->server->n_resume, ==, 1);
  g_assert_cmpuint (self->server->n_login, ==, 1);

  /* RESULT TICKET: a LOGIN at once. */
  self->server->refuse_tickets = true;
  hang_up (self);
  expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  sotto_engine_retry_now (self->engine);
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpuint (self->server->n_login, ==, 2);

  /* FAIL TICKET: likewise. */
  self->server->refuse_tickets = false;
  self->server->ticket[0] ^= 1;
  hang_up (self);
  expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  sotto_engine_retry_now (self->engine);
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpuint (self->server->n_login, ==, 3);
}

static void
test_backoff (Fixture *self, gconstpointer unused)
{
  static const gint64 waits[] = { 500, 1000, 2000, 4000, 8000, 16000, 20000, 20000 };

  log_in (self, "secret");
  self->deaf = true;
  hang_up (self);
  for (gsize i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      gint64 wait = expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable")->retry_in_ms;
      g_assert_cmpint (wait, >=, waits[i] / 2);
      g_assert_cmpint (wait, <=, waits[i] * 3 / 2);
      if (i + 1 < G_N_ELEMENTS (waits))
        sotto_engine_retry_now (self->engine);
    }

  /* A message that is written meanwhile waits without a complaint, until it is known whether they
   * are there: this server says bob is online, and then that he is not. */
  sotto_engine_send (self->engine, "bob", "hi");
  expect (self, SOTTO_EVENT_QUEUED, NULL);
  expect_quiet (self, 50);
  self->deaf = false;
  sotto_engine_retry_now (self->engine);
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  expect (self, SOTTO_EVENT_ERROR, "offline");
  g_assert_cmpuint (sotto_engine_get_outbox_size (self->engine), ==, 1);
}

static void
test_ended_for_good (Fixture *self, gconstpointer unused)
{
  static const SottoCode codes[] = { SOTTO_REPLACED, SOTTO_KICKED };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      SottoRecord bye = { .type = SOTTO_RECORD_BYE, .bye = { codes[i] } };
      log_in (self, "secret");
      say (self, &bye);
      const SottoEvent *event =
          expect (self, SOTTO_EVENT_DISCONNECTED, sotto_code_to_name (codes[i]));
      g_assert_cmpint (event->retry_in_ms, ==, -1);
      g_assert_cmpint (sotto_engine_get_state (self->engine), ==, SOTTO_ENGINE_OFFLINE);
    }
  SottoRecord bye = { .type = SOTTO_RECORD_BYE, .bye = { SOTTO_SHUTDOWN } };
  log_in (self, "secret");
  say (self, &bye);
  g_assert_cmpint (expect (self, SOTTO_EVENT_DISCONNECTED, "shutdown")->retry_in_ms, >, 0);
}

/* The account is disabled while we are away. */
static void
test_refused_later (Fixture *self, gconstpointer unused)
{
  log_in (self, "secret");
  self->server->refuse_tickets = true;
  self->server->result = SOTTO_AUTH;
  hang_up (self);
  expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_REFUSED, "auth");
  g_assert_cmpint (expect (self, SOTTO_EVENT_DISCONNECTED, "auth")->retry_in_ms, ==, -1);
}

/* --- What is on the disk --- */

static char *
account_folder (Fixture *self)
{
  g_autofree char *profile = g_build_filename (self->folder, "default", NULL);
  g_autoptr (GDir) dir = g_dir_open (profile, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (name, "-alice"))
        return g_build_filename (profile, name, NULL);
    }
  g_assert_not_reached ();
}

static char *
read_keys (Fixture *self, const char *file)
{
  g_autofree char *folder = account_folder (self);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static void
test_wrong_password_touches_nothing (Fixture *self, gconstpointer unused)
{
  log_in (self, "secret");
  self->server->h = self->server->login.h;
  self->server->has_h = true;
  SottoKey identity = self->server->login.identity;
  g_autofree char *before = read_keys (self, SOTTO_VAULT_FILE);

  restart_engine (self);
  sotto_engine_auth (self->engine, "alice", "wrong");
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_REFUSED, "auth");
  g_autofree char *after = read_keys (self, SOTTO_VAULT_FILE);
  g_assert_cmpstr (after, ==, before);
  log_in (self, "secret");
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
}

/* The server takes a password that does not open what is here: a new device, and the old is kept.
 */
static void
test_password_changed_elsewhere (Fixture *self, gconstpointer unused)
{
  log_in (self, "secret");
  SottoKey identity = self->server->login.identity;
  g_autofree char *before = read_keys (self, SOTTO_VAULT_FILE);

  restart_engine (self);
  log_in (self, "other");
  g_assert_true (memcmp (&self->server->login.identity, &identity, sizeof identity) != 0);
  identity = self->server->login.identity;
  g_autofree char *aside = read_keys (self, "keys-1.json");
  g_assert_cmpstr (aside, ==, before);

  restart_engine (self);
  log_in (self, "other");
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
}

static void
test_damaged_files (Fixture *self, gconstpointer which)
{
  log_in (self, "secret");
  stop_engine (self);
  g_autofree char *folder = strcmp (which, SOTTO_PINS_FILE) == 0
                                ? g_build_filename (self->folder, "default", NULL)
                                : account_folder (self);
  g_autofree char *path = g_build_filename (folder, which, NULL);
  g_autofree char *after = NULL;
  guint logins = self->server->n_login;

  g_assert_true (g_file_set_contents (path, "{", -1, NULL));
  start_engine (self, SOTTO_TRUST_PIN);
  sotto_engine_auth (self->engine, "alice", "secret");
  if (strcmp (which, SOTTO_PINS_FILE) != 0)
    expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_ERROR, "io");
  g_assert_cmpuint (self->server->n_login, ==, logins);
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, "{");
}

static void
test_in_use (Fixture *self, gconstpointer unused)
{
  log_in (self, "secret");
  g_autoptr (SottoEngine) first = g_steal_pointer (&self->engine);
  guint logins = self->server->n_login;

  start_engine (self, SOTTO_TRUST_PIN);
  sotto_engine_auth (self->engine, "alice", "secret");
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_ERROR, "io");
  g_assert_cmpuint (self->server->n_login, ==, logins);
  g_signal_handlers_disconnect_by_data (first, self);
  sotto_engine_log_out (first);
}

/* --- Passwords --- */

static void
test_password_change (Fixture *self, gconstpointer unused)
{
  log_in (self, "secret");
  SottoKey identity = self->server->login.identity;
  self->passwd = PASSWD_REFUSE;
  sotto_engine_change_password (self->engine, "wrong", "newer");
  expect (self, SOTTO_EVENT_ERROR, "auth");

  self->passwd = PASSWD_OK;
  sotto_engine_change_password (self->engine, "secret", "");
  expect (self, SOTTO_EVENT_ERROR, "password");
  sotto_engine_change_password (self->engine, "secret", "newer");
  sotto_engine_change_password (self->engine, "secret", "newest");
  expect (self, SOTTO_EVENT_ERROR, "busy");
  expect (self, SOTTO_EVENT_PASSWORD_CHANGED, NULL);

  /* The ticket is void, and the connection comes back with the new H. */
  hang_up (self);
  expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpuint (self->server->n_resume, ==, 0);

  restart_engine (self);
  log_in (self, "newer");
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
  g_assert_null (read_keys (self, "keys-1.json"));
}

/* The connection breaks over a change: whichever password the server has, it goes on, here at once
 * and after a restart, with the same identity. */
static void
test_password_change_cut_off (Fixture *self, gconstpointer mode)
{
  bool done = GPOINTER_TO_INT (mode) == PASSWD_HANG_UP_DONE;

  log_in (self, "secret");
  self->server->h = self->server->login.h;
  self->server->has_h = true;
  SottoKey identity = self->server->login.identity;
  self->passwd = GPOINTER_TO_INT (mode);
  sotto_engine_change_password (self->engine, "secret", "newer");
  expect (self, SOTTO_EVENT_ERROR, "unreachable");
  expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  self->server->refuse_tickets = true;

  /* As if killed now: */
  restart_engine (self);
  log_in (self, done ? "newer" : "secret");
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
  restart_engine (self);
  log_in (self, done ? "newer" : "secret");
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
  g_assert_null (read_keys (self, "keys-1.json"));
}

static void
test_password_change_cut_off_and_back (Fixture *self, gconstpointer mode)
{
  bool done = GPOINTER_TO_INT (mode) == PASSWD_HANG_UP_DONE;

  log_in (self, "secret");
  self->server->h = self->server->login.h;
  self->server->has_h = true;
  self->passwd = GPOINTER_TO_INT (mode);
  self->server->refuse_tickets = true;
  sotto_engine_change_password (self->engine, "secret", "newer");
  expect (self, SOTTO_EVENT_ERROR, "unreachable");
  expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  expect (self, SOTTO_EVENT_CONNECTED, NULL); /* RESUME, which is refused */
  expect (self, SOTTO_EVENT_CONNECTED, NULL); /* LOGIN with the old H */
  if (done)
    expect (self, SOTTO_EVENT_CONNECTED, NULL); /* LOGIN with the new one */
  expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);

  restart_engine (self);
  log_in (self, done ? "newer" : "secret");
  g_assert_null (read_keys (self, "keys-1.json"));
}

/* --- Messages without a peer --- */

static void
test_send (Fixture *self, gconstpointer unused)
{
  g_autofree char *longest = g_strnfill (SOTTO_TEXT_MAX, 'x');
  g_autofree char *too_long = g_strnfill (SOTTO_TEXT_MAX + 1, 'x');

  log_in (self, "secret");
  sotto_engine_send (self->engine, "alice", "hi");
  expect (self, SOTTO_EVENT_ERROR, "self");
  sotto_engine_send (self->engine, "bob", too_long);
  g_assert_false (expect (self, SOTTO_EVENT_ERROR, "too_big")->has_id);
  sotto_engine_send (self->engine, "bob", "\xff");
  expect (self, SOTTO_EVENT_ERROR, "usage");
  sotto_engine_send (self->engine, "no name", "hi");
  expect (self, SOTTO_EVENT_ERROR, "bad_name");
  g_assert_cmpuint (sotto_engine_get_outbox_size (self->engine), ==, 0);

  sotto_engine_send (self->engine, "Bob", longest);
  const SottoEvent *queued = expect (self, SOTTO_EVENT_QUEUED, NULL);
  g_assert_cmpstr (queued->peer.str, ==, "bob");
  const SottoEvent *offline = expect (self, SOTTO_EVENT_ERROR, "offline");
  g_assert_true (offline->has_id);
  g_assert_cmpmem (&offline->id, sizeof offline->id, &queued->id, sizeof queued->id);
  g_assert_cmpstr (offline->peer.str, ==, "bob");
  g_assert_cmpuint (sotto_engine_get_outbox_size (self->engine), ==, 1);
}

/* --- Handlers may do anything --- */

static void
test_log_out_in_handler (Fixture *self, gconstpointer unused)
{
  self->log_out_in_handler = true;
  sotto_engine_auth (self->engine, "alice", "secret");
  expect (self, SOTTO_EVENT_CONNECTED, NULL);
  expect_quiet (self, 200);
  g_assert_cmpuint (self->server->n_login, ==, 0);
}

static void
drop_engine (SottoEngine *engine, const SottoEvent *event, gpointer data)
{
  SottoEngine **owner = data;

  g_clear_object (owner);
}

static void
test_last_reference_in_handler (Fixture *self, gconstpointer unused)
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
  expect_quiet (self, 300);
}

static void
test_join_link (Fixture *self, gconstpointer unused)
{
  SottoJoinLink link = { .host = (char *)"127.0.0.1",
                         .port = self->port,
                         .realm = (char *)"lab",
                         .invite = (char *)"code",
                         .has_fingerprint = true };

  script_server_fingerprint (self->server, &link.fingerprint);
  g_assert_true (sotto_engine_set_join_link (self->engine, &link, NULL));
  sotto_engine_sign (self->engine, "alice", "secret", NULL);
  g_assert_false (expect (self, SOTTO_EVENT_CONNECTED, NULL)->first_use);
  expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpstr (self->server->login.invite, ==, "code");

  link.fingerprint.bytes[20] ^= 1; /* beyond the kid */
  g_assert_true (sotto_engine_set_join_link (self->engine, &link, NULL));
  sotto_engine_auth (self->engine, "alice", "secret");
  expect (self, SOTTO_EVENT_ERROR, "server_key");
  link.fingerprint.bytes[20] ^= 1;
  link.realm = (char *)"school";
  g_assert_true (sotto_engine_set_join_link (self->engine, &link, NULL));
  sotto_engine_auth (self->engine, "alice", "secret");
  expect (self, SOTTO_EVENT_ERROR, "realm");
  g_assert_cmpuint (self->server->n_login, ==, 1);
}

#define ADD(name, func) g_test_add ("/client/engine/" name, Fixture, NULL, set_up, func, tear_down)
#define ADD_DATA(name, data, func)                                                                 \
  g_test_add ("/client/engine/" name, Fixture, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("sign-and-list", test_sign_and_list);
  ADD ("refused", test_refused);
  ADD ("not-even-tried", test_not_even_tried);
  ADD ("trust-is-asked", test_trust_is_asked);
  ADD ("trust-is-for-one-key", test_trust_is_for_one_key);
  ADD ("replaced-attempt", test_replaced_attempt);
  ADD ("join-link", test_join_link);
  ADD ("hard-stops", test_hard_stops);
  ADD ("fail", test_fail);
  ADD ("endless-list", test_endless_list);
  ADD ("resume", test_resume);
  ADD ("backoff", test_backoff);
  ADD ("ended-for-good", test_ended_for_good);
  ADD ("refused-later", test_refused_later);
  ADD ("wrong-password-touches-nothing", test_wrong_password_touches_nothing);
  ADD ("password-changed-elsewhere", test_password_changed_elsewhere);
  ADD_DATA ("damaged-keys", SOTTO_VAULT_FILE, test_damaged_files);
  ADD_DATA ("damaged-pins", SOTTO_PINS_FILE, test_damaged_files);
  ADD ("in-use", test_in_use);
  ADD ("password-change", test_password_change);
  ADD_DATA ("password-change-undone", GINT_TO_POINTER (PASSWD_HANG_UP_UNDONE),
            test_password_change_cut_off);
  ADD_DATA ("password-change-done", GINT_TO_POINTER (PASSWD_HANG_UP_DONE),
            test_password_change_cut_off);
  ADD_DATA ("password-change-undone-and-back", GINT_TO_POINTER (PASSWD_HANG_UP_UNDONE),
            test_password_change_cut_off_and_back);
  ADD_DATA ("password-change-done-and-back", GINT_TO_POINTER (PASSWD_HANG_UP_DONE),
            test_password_change_cut_off_and_back);
  ADD ("send", test_send);
  ADD ("log-out-in-handler", test_log_out_in_handler);
  ADD ("last-reference-in-handler", test_last_reference_in_handler);
  return g_test_run ();
}
