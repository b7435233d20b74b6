// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The control connection as the client sees it: the vectors' RESUME bit for bit, whole logins
 * against a scripted server, and every way in which a server may lie or fail, each with what it
 * ends in and with how much was sent before.
 */
#undef G_DISABLE_ASSERT
#include "shared/client/session.h"

#include "shared/crypto/agreement.h"
#include "tests/client/script-server.h"
#include "tests/lib/vectors.h"
#include <string.h>

#define S SOTTO_US_PER_S

static const SottoName alice = { "alice" };

static SottoSessionConfig
config_new (void)
{
  return (SottoSessionConfig){ .name = alice, .random = *sotto_random_system () };
}

/* Hands every frame of bytes to the session; the last event stays. */
static void
give (SottoSession *session, GByteArray *bytes, gint64 now, SottoSessionEvent *event)
{
  gsize at = 0;

  memset (event, 0, sizeof *event);
  while (at < bytes->len && sotto_session_get_state (session) != SOTTO_SESSION_CLOSED)
    {
      SottoFrame frame;
      gsize used;
      g_assert_cmpint (sotto_frame_next (bytes->data + at, bytes->len - at, SOTTO_FRAME_READY_MAX,
                                         &frame, &used),
                       ==, SOTTO_OK);
      g_assert_cmpuint (used, >, 0);
      sotto_session_frame (session, &frame, now, event);
      at += used;
    }
  g_byte_array_set_size (bytes, 0);
}

/* The session's output to the server, and what that answers back, until the session has something
 * to say to its owner. */
static void
converse (SottoSession *session, ScriptServer *server, gint64 now, SottoSessionEvent *event)
{
  GByteArray *out = sotto_session_get_output (session);
  g_autoptr (GByteArray) back = g_byte_array_new ();

  memset (event, 0, sizeof *event);
  while (out->len > 0 && event->type == SOTTO_SESSION_EVENT_NONE)
    {
      gsize at = 0;
      while (at < out->len)
        {
          SottoFrame frame;
          gsize used;
          g_assert_cmpint (sotto_frame_next (out->data + at, out->len - at, SOTTO_FRAME_READY_MAX,
                                             &frame, &used),
                           ==, SOTTO_OK);
          script_server_take (server, &frame, back);
          at += used;
        }
      g_byte_array_set_size (out, 0);
      give (session, back, now, event);
    }
}

static void
meet (SottoSession *session, ScriptServer *server, gint64 now, SottoSessionEvent *event)
{
  g_autoptr (GByteArray) hello = g_byte_array_new ();

  script_server_greet (server, hello);
  give (session, hello, now, event);
  if (event->type == SOTTO_SESSION_EVENT_NONE)
    converse (session, server, now, event);
}

static void
log_in (SottoSession *session, ScriptServer *server, gint64 now, SottoSessionEvent *event)
{
  SottoKey h = { { 1, 2, 3 } };
  SottoKey identity = { { 4, 5, 6 } };

  sotto_session_login (session, SOTTO_LOGIN_SIGN, &h, &identity, "code", now);
  converse (session, server, now, event);
}

/* --- What works --- */

static void
test_login (void)
{
  ScriptServer *server = script_server_new ("rsa-2048", "lab");
  SottoSessionConfig config = config_new ();
  SottoSession *session = sotto_session_new (&config, 0);
  SottoSessionEvent event;
  SottoKey fingerprint, expected;
  SottoClientTicket ticket;

  meet (session, server, S, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_SERVER);
  g_assert_cmpuint (server->n_getcert, ==, 1);
  g_assert_cmpuint (server->n_login, ==, 0);
  g_assert_cmpstr (sotto_session_get_hello (session)->realm, ==, "lab");
  sotto_session_get_fingerprint (session, &fingerprint);
  script_server_fingerprint (server, &expected);
  g_assert_cmpmem (&fingerprint, sizeof fingerprint, &expected, sizeof expected);
  g_assert_cmpint (sotto_session_deadline (session), ==, G_MAXINT64); /* the owner's time */

  log_in (session, server, 2 * S, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_RESULT);
  g_assert_cmpint (event.code, ==, SOTTO_OK);
  g_assert_cmpint (sotto_session_get_state (session), ==, SOTTO_SESSION_READY);
  g_assert_cmpint (server->login.op, ==, SOTTO_LOGIN_SIGN);
  g_assert_cmpstr (server->login.name, ==, "alice");
  g_assert_cmpstr (server->login.invite, ==, "code");
  g_assert_cmpuint (server->login.h.bytes[2], ==, 3);
  g_assert_cmpuint (server->login.identity.bytes[2], ==, 6);
  g_assert_cmpuint (sotto_session_get_udp_port (session), ==, 9);
  g_assert_nonnull (sotto_session_get_binding (session));

  sotto_session_get_ticket (session, &ticket);
  g_assert_cmpuint (ticket.n_text, ==, 204);
  g_assert_cmpmem (ticket.text, 204, server->ticket, 204);
  g_assert_cmpmem (&ticket.resumption, SOTTO_KEY_LEN, &server->ticket_rms, SOTTO_KEY_LEN);

  /* And back with it, the key being known: no GETCERT. */
  config.server_key = script_server_public_key (server);
  config.has_fingerprint = true;
  config.fingerprint = fingerprint;
  config.realm = "lab";
  SottoSession *later = sotto_session_new (&config, 0);
  meet (later, server, 3 * S, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_SERVER);
  sotto_session_resume (later, &ticket, 3 * S);
  converse (later, server, 3 * S, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_RESULT);
  g_assert_cmpint (sotto_session_get_state (later), ==, SOTTO_SESSION_READY);
  g_assert_cmpuint (server->n_getcert, ==, 1);
  g_assert_cmpuint (server->n_resume, ==, 1);
  sotto_session_free (later);
  sotto_session_free (session);
  script_server_free (server);
}

/* The vectors give everything that RESUME is made of; RESULT and the first records follow. */
static void
test_resume_vector (gconstpointer data)
{
  JsonObject *v = (JsonObject *)data;
  JsonObject *iv = v;
  g_autoptr (GBytes) hello = test_vectors_hex (test_vectors_object (v, "hello"), "frame");
  g_autoptr (GBytes) expected = test_vectors_hex (v, "frame");
  g_autoptr (GBytes) result = test_vectors_hex (test_vectors_object (v, "result"), "frame");
  g_autoptr (GBytes) iv_bytes = test_vectors_hex (iv, "iv");
  g_autoptr (SottoPublicKey) key = NULL;
  ScriptServer *server = script_server_new (test_vectors_string (v, "server_key"), "unused");
  SottoFernetNonce nonce = { .time = test_vectors_u64 (v, "time") };
  SottoClientTicket ticket = { 0 };
  SottoSessionEvent event;
  TestRandom random;
  SottoKey ec;

  memcpy (nonce.iv, g_bytes_get_data (iv_bytes, NULL), sizeof nonce.iv);
  test_random_init (&random);
  test_vectors_key (v, "ec", &ec);
  test_random_push (&random, &ec, sizeof ec);
  SottoSessionConfig config = { .random = random.random, .nonce = &nonce };
  config.server_key = script_server_public_key (server);
  g_strlcpy (config.name.str, test_vectors_string (v, "name"), sizeof config.name.str);
  g_strlcpy (ticket.text, test_vectors_string (v, "ticket"), sizeof ticket.text);
  ticket.n_text = strlen (ticket.text);
  test_vectors_key (v, "RMS", &ticket.resumption);

  SottoSession *session = sotto_session_new (&config, 0);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_byte_array_append (bytes, g_bytes_get_data (hello, NULL), g_bytes_get_size (hello));
  give (session, bytes, 0, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_SERVER);
  sotto_session_resume (session, &ticket, 0);
  GByteArray *out = sotto_session_get_output (session);
  test_assert_bytes ("RESUME", out->data, out->len, g_bytes_get_data (expected, NULL),
                     g_bytes_get_size (expected));

  g_byte_array_append (bytes, g_bytes_get_data (result, NULL), g_bytes_get_size (result));
  give (session, bytes, 0, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_RESULT);
  g_assert_cmpint (sotto_session_get_state (session), ==, SOTTO_SESSION_READY);

  JsonArray *records = test_vectors_array (v, "records");
  for (guint i = 0; i < json_array_get_length (records); i++)
    {
      JsonObject *record = json_array_get_object_element (records, i);
      if (strcmp (test_vectors_string (record, "direction"), "to server") == 0)
        continue;
      g_autoptr (GBytes) frame = test_vectors_hex (record, "frame");
      g_byte_array_append (bytes, g_bytes_get_data (frame, NULL), g_bytes_get_size (frame));
      give (session, bytes, 0, &event);
      if (event.type == SOTTO_SESSION_EVENT_CLOSED)
        g_assert_cmpint (event.end, ==, SOTTO_SESSION_END_BYE);
    }
  sotto_session_free (session);
  script_server_free (server);
  test_random_clear (&random);
}

/* --- Lies and failures --- */

typedef struct
{
  const char *name;
  const char *realm; /* the server's; the client expects "lab" where it expects one */
  bool pin_key;      /* the client expects the fingerprint of rsa-2048 */
  bool know_key;     /* …and has its certificate */
  bool pin_realm;    /* …and its realm */
  const char *key;   /* the server's */
  bool other_certificate;
  bool low_order;
  SottoCode fail;
  bool fail_at_login;
  uint16_t retry_s;
  bool break_result;
  guint logins; /* that may have been sent */
  SottoSessionEnd end;
  SottoCode code;
} Lie;

static const Lie lies[] = {
  { .name = "other key than pinned",
    .key = "rsa-3072",
    .pin_key = true,
    .end = SOTTO_SESSION_END_SERVER_KEY,
    .code = SOTTO_HANDSHAKE },
  { .name = "other key than certified",
    .key = "rsa-3072",
    .know_key = true,
    .end = SOTTO_SESSION_END_SERVER_KEY,
    .code = SOTTO_HANDSHAKE },
  { .name = "certificate of another key",
    .key = "rsa-2048",
    .other_certificate = true,
    .end = SOTTO_SESSION_END_SERVER_KEY,
    .code = SOTTO_HANDSHAKE },
  { .name = "certificate of another key, pinned",
    .key = "rsa-2048",
    .other_certificate = true,
    .pin_key = true,
    .end = SOTTO_SESSION_END_SERVER_KEY,
    .code = SOTTO_HANDSHAKE },
  { .name = "other realm",
    .key = "rsa-2048",
    .pin_key = true,
    .pin_realm = true,
    .realm = "school",
    .end = SOTTO_SESSION_END_REALM,
    .code = SOTTO_HANDSHAKE },
  { .name = "a realm that begins alike",
    .key = "rsa-2048",
    .pin_realm = true,
    .realm = "lab2",
    .end = SOTTO_SESSION_END_REALM,
    .code = SOTTO_HANDSHAKE },
  { .name = "low-order key",
    .key = "rsa-2048",
    .low_order = true,
    .end = SOTTO_SESSION_END_BROKEN,
    .code = SOTTO_HANDSHAKE },
  { .name = "FAIL BUSY for HELLO",
    .key = "rsa-2048",
    .fail = SOTTO_BUSY,
    .retry_s = 7,
    .end = SOTTO_SESSION_END_FAIL,
    .code = SOTTO_BUSY },
  { .name = "FAIL with a day to wait",
    .key = "rsa-2048",
    .fail = SOTTO_RATE,
    .retry_s = 65535,
    .end = SOTTO_SESSION_END_FAIL,
    .code = SOTTO_RATE },
  { .name = "FAIL for LOGIN",
    .key = "rsa-2048",
    .fail = SOTTO_HANDSHAKE,
    .fail_at_login = true,
    .logins = 1,
    .end = SOTTO_SESSION_END_FAIL,
    .code = SOTTO_HANDSHAKE },
  { .name = "RESULT with a bad MAC",
    .key = "rsa-2048",
    .break_result = true,
    .logins = 1,
    .end = SOTTO_SESSION_END_BROKEN,
    .code = SOTTO_HANDSHAKE },
};

static void
test_lie (gconstpointer data)
{
  const Lie *lie = data;
  ScriptServer *honest = script_server_new ("rsa-2048", "lab");
  ScriptServer *server = script_server_new (lie->key, lie->realm != NULL ? lie->realm : "lab");
  SottoSessionConfig config = config_new ();
  SottoSessionEvent event;

  script_server_fingerprint (honest, &config.fingerprint);
  config.has_fingerprint = lie->pin_key;
  config.server_key = lie->know_key ? script_server_public_key (honest) : NULL;
  config.realm = lie->pin_realm ? "lab" : NULL;
  server->other_certificate = lie->other_certificate;
  server->low_order = lie->low_order;
  server->fail = lie->fail;
  server->fail_at_login = lie->fail_at_login;
  server->retry_s = lie->retry_s;
  server->break_result = lie->break_result;

  SottoSession *session = sotto_session_new (&config, 0);
  meet (session, server, 0, &event);
  if (event.type == SOTTO_SESSION_EVENT_SERVER)
    log_in (session, server, 0, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_CLOSED);
  g_assert_cmpint (event.end, ==, lie->end);
  g_assert_cmpint (event.code, ==, lie->code);
  g_assert_cmpuint (event.retry_s, <=, SOTTO_RETRY_S_MAX);
  g_assert_cmpuint (event.retry_s, ==, MIN (lie->retry_s, SOTTO_RETRY_S_MAX));
  g_assert_cmpuint (server->n_login, ==, lie->logins);
  g_assert_cmpuint (sotto_session_get_output (session)->len, ==, 0);
  g_assert_cmpint (sotto_session_deadline (session), ==, G_MAXINT64);
  sotto_session_free (session);
  script_server_free (server);
  script_server_free (honest);
}

static void
test_refused (void)
{
  static const SottoCode codes[] = { SOTTO_AUTH,   SOTTO_NAME_TAKEN, SOTTO_BAD_NAME,
                                     SOTTO_INVITE, SOTTO_BUSY,       SOTTO_RATE };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      ScriptServer *server = script_server_new ("rsa-2048", "lab");
      SottoSessionConfig config = config_new ();
      SottoSession *session = sotto_session_new (&config, 0);
      SottoSessionEvent event;

      server->result = codes[i];
      meet (session, server, 0, &event);
      log_in (session, server, 0, &event);
      g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_RESULT);
      g_assert_cmpint (event.code, ==, codes[i]);
      g_assert_cmpint (sotto_session_get_state (session), ==, SOTTO_SESSION_CLOSED);
      g_assert_null (sotto_session_get_binding (session));
      sotto_session_free (session);
      script_server_free (server);
    }
}

/* Each frame that a state does not expect ends the session. */
static void
test_unexpected_frames (void)
{
  static const uint8_t types[] = { SOTTO_FRAME_HELLO,  SOTTO_FRAME_LOGIN,  SOTTO_FRAME_RESUME,
                                   SOTTO_FRAME_RESULT, SOTTO_FRAME_SEALED, SOTTO_FRAME_CERT,
                                   SOTTO_FRAME_GETCERT };
  ScriptServer *server = script_server_new ("rsa-2048", "lab");

  for (int state = SOTTO_SESSION_HELLO; state <= SOTTO_SESSION_READY; state++)
    for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
      {
        SottoSessionConfig config = config_new ();
        SottoSession *session = sotto_session_new (&config, 0);
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        SottoSessionEvent event;
        SottoKey key = { { 1 } };

        if (state == SOTTO_SESSION_CERT)
          {
            script_server_greet (server, bytes);
            give (session, bytes, 0, &event);
          }
        else if (state > SOTTO_SESSION_CERT)
          meet (session, server, 0, &event);
        if (state == SOTTO_SESSION_RESULT)
          sotto_session_login (session, SOTTO_LOGIN_AUTH, &key, &key, NULL, 0);
        else if (state == SOTTO_SESSION_READY)
          log_in (session, server, 0, &event);
        g_assert_cmpint (sotto_session_get_state (session), ==, state);

        sotto_frame_append (bytes, types[i], "x", 1);
        give (session, bytes, 0, &event);
        g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_CLOSED);
        g_assert_cmpint (event.end, ==, SOTTO_SESSION_END_BROKEN);
        sotto_session_free (session);
      }
  script_server_free (server);
}

/* --- READY --- */

typedef struct
{
  ScriptServer *server;
  SottoSession *session;
  gint64 now;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  SottoSessionConfig config = config_new ();
  SottoSessionEvent event;

  self->now = 1000 * S;
  self->server = script_server_new ("rsa-2048", "lab");
  self->session = sotto_session_new (&config, self->now);
  meet (self->session, self->server, self->now, &event);
  log_in (self->session, self->server, self->now, &event);
  g_assert_cmpint (sotto_session_get_state (self->session), ==, SOTTO_SESSION_READY);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  sotto_session_free (self->session);
  script_server_free (self->server);
}

static void
say (Fixture *self, const SottoRecord *record, SottoSessionEvent *event)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  script_server_say (self->server, record, bytes);
  give (self->session, bytes, self->now, event);
}

static void
test_records (Fixture *self, gconstpointer unused)
{
  SottoRecord list = { .type = SOTTO_RECORD_LIST };
  SottoRecord ping = { .type = SOTTO_RECORD_PING, .ping = { 42 } };
  SottoRecord users = { .type = SOTTO_RECORD_USERS, .users = { .n = 1, .names = { { "alice" } } } };
  SottoSessionEvent event;

  g_assert_true (sotto_session_send (self->session, &list));
  converse (self->session, self->server, self->now, &event);
  g_assert_cmpint (self->server->record.type, ==, SOTTO_RECORD_LIST);

  say (self, &ping, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_NONE);
  converse (self->session, self->server, self->now, &event);
  g_assert_cmpint (self->server->record.type, ==, SOTTO_RECORD_PONG);
  g_assert_cmpuint (self->server->record.ping.nonce, ==, 42);

  say (self, &users, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_RECORD);
  g_assert_cmpstr (event.record->users.names[0].str, ==, "alice");

  SottoRecord bye = { .type = SOTTO_RECORD_BYE, .bye = { SOTTO_REPLACED } };
  say (self, &bye, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_CLOSED);
  g_assert_cmpint (event.end, ==, SOTTO_SESSION_END_BYE);
  g_assert_cmpint (event.code, ==, SOTTO_REPLACED);
  g_assert_false (sotto_session_send (self->session, &list));
}

/* A record that was seen, or left out, or changed, ends the session; so does one of the client's
 * own. */
static void
test_counters (Fixture *self, gconstpointer which)
{
  SottoRecord users = { .type = SOTTO_RECORD_USERS };
  SottoRecord list = { .type = SOTTO_RECORD_LIST };
  const char *what = which;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GByteArray) again = g_byte_array_new ();
  SottoSessionEvent event;

  script_server_say (self->server, strcmp (what, "reflected") == 0 ? &list : &users, bytes);
  g_byte_array_append (again, bytes->data, bytes->len);
  if (strcmp (what, "repeated") == 0)
    {
      give (self->session, bytes, self->now, &event);
      g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_RECORD);
    }
  else if (strcmp (what, "left out") == 0)
    {
      g_byte_array_set_size (again, 0);
      script_server_say (self->server, &users, again);
    }
  else if (strcmp (what, "changed") == 0)
    again->data[30] ^= 1;
  give (self->session, again, self->now, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_CLOSED);
  g_assert_cmpint (event.end, ==, SOTTO_SESSION_END_BROKEN);
}

static void
test_silence (Fixture *self, gconstpointer unused)
{
  SottoSessionEvent event;
  gint64 start = self->now;

  g_assert_cmpint (sotto_session_deadline (self->session), ==, start + 30 * S);
  sotto_session_tick (self->session, start + 30 * S, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_NONE);
  converse (self->session, self->server, start + 30 * S, &event);
  g_assert_cmpint (self->server->record.type, ==, SOTTO_RECORD_PING);

  /* Its PONG counts as life; without one more, the end comes 75 s after it. */
  SottoRecord pong = { .type = SOTTO_RECORD_PONG, .ping = self->server->record.ping };
  self->now = start + 31 * S;
  say (self, &pong, &event);
  sotto_session_tick (self->session, start + 105 * S, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_NONE);
  sotto_session_tick (self->session, start + 106 * S, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_CLOSED);
  g_assert_cmpint (event.end, ==, SOTTO_SESSION_END_TIMEOUT);
}

/* Asked whether it still lives: an answer in time puts everything back as it was, a second probe
 * does not put off the first, and silence is the end. */
static void
test_probe (Fixture *self, gconstpointer unused)
{
  SottoSessionEvent event;
  gint64 start = self->now;

  sotto_session_probe (self->session, start + 1 * S);
  converse (self->session, self->server, start + 1 * S, &event);
  g_assert_cmpint (self->server->record.type, ==, SOTTO_RECORD_PING);
  SottoRecord pong = { .type = SOTTO_RECORD_PONG, .ping = self->server->record.ping };
  self->now = start + 6 * S - 1;
  sotto_session_tick (self->session, self->now, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_NONE);
  say (self, &pong, &event);
  sotto_session_tick (self->session, start + 7 * S, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_NONE);

  sotto_session_probe (self->session, start + 10 * S);
  sotto_session_probe (self->session, start + 14 * S);
  g_assert_cmpint (sotto_session_deadline (self->session), ==, start + 15 * S);
  sotto_session_tick (self->session, start + 15 * S, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_CLOSED);
  g_assert_cmpint (event.end, ==, SOTTO_SESSION_END_TIMEOUT);
  sotto_session_probe (self->session, start + 16 * S);
  g_assert_cmpint (sotto_session_deadline (self->session), ==, G_MAXINT64);
}

static void
test_deadlines (void)
{
  ScriptServer *server = script_server_new ("rsa-2048", "lab");
  SottoSessionConfig config = config_new ();
  SottoSession *session = sotto_session_new (&config, 0);
  SottoSessionEvent event;
  SottoKey key = { { 1 } };

  g_assert_cmpint (sotto_session_deadline (session), ==, 10 * S);
  sotto_session_tick (session, 10 * S - 1, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_NONE);
  meet (session, server, 9 * S, &event);
  sotto_session_login (session, SOTTO_LOGIN_AUTH, &key, &key, NULL, 20 * S);
  sotto_session_tick (session, 50 * S, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_NONE);
  sotto_session_tick (session, 55 * S, &event);
  g_assert_cmpint (event.type, ==, SOTTO_SESSION_EVENT_CLOSED);
  g_assert_cmpint (event.end, ==, SOTTO_SESSION_END_TIMEOUT);
  sotto_session_free (session);
  script_server_free (server);
}

static void
add_vectors (void)
{
  JsonArray *resumes = test_vectors_array (test_vectors_load ("sotto.json"), "resume");

  for (guint i = 0; i < json_array_get_length (resumes); i++)
    {
      JsonObject *v = json_array_get_object_element (resumes, i);
      if (test_vectors_int (v, "features") != 0)
        continue; /* none is defined, so ours never says one */
      g_autofree char *path = g_strdup_printf ("/client/session/resume-vector/%u", i);
      g_test_add_data_func (path, v, test_resume_vector);
    }
}

int
main (int argc, char **argv)
{
  static const char *const counters[] = { "repeated", "left out", "changed", "reflected" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/session/login", test_login);
  add_vectors ();
  for (gsize i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autofree char *path = g_strdup_printf ("/client/session/lie/%s", lies[i].name);
      g_test_add_data_func (path, &lies[i], test_lie);
    }
  g_test_add_func ("/client/session/refused", test_refused);
  g_test_add_func ("/client/session/unexpected-frames", test_unexpected_frames);
  g_test_add ("/client/session/records", Fixture, NULL, set_up, test_records, tear_down);
  for (gsize i = 0; i < G_N_ELEMENTS (counters); i++)
    {
      g_autofree char *path = g_strdup_printf ("/client/session/record/%s", counters[i]);
      g_test_add (path, Fixture, counters[i], set_up, test_counters, tear_down);
    }
  g_test_add ("/client/session/silence", Fixture, NULL, set_up, test_silence, tear_down);
  g_test_add ("/client/session/probe", Fixture, NULL, set_up, test_probe, tear_down);
  g_test_add_func ("/client/session/deadlines", test_deadlines);
  return g_test_run ();
}
