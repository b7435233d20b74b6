// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "tests/server/house.h"

#include "server/accounts.h"
#include "server/admission.h"
#include "server/allowances.h"
#include "server/ephemeral.h"
#include "server/grants.h"
#include "server/presence.h"
#include "server/registry.h"
#include "shared/base/text.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/certificate.h"
#include <glib/gstdio.h>
#include <string.h>

#define CONFIG                                                                                     \
  "server_certificate: certificate.pem\nserver_privateKey: key.pem\nbcrypt_cost: 4\n"              \
  "realm: test house\n"

SottoName
test_name (const char *text)
{
  SottoName name;

  g_assert_true (sotto_name_parse (text, strlen (text), &name));
  return name;
}

SottoAddr
test_addr (const char *ip, uint16_t port)
{
  SottoAddr addr;

  g_assert_true (sotto_addr_from_string (ip, port, &addr));
  return addr;
}

/* ---- What a session's output becomes ---- */

static gsize
output_send (SottoSession *session, const uint8_t *bytes, gsize n)
{
  TestGuest *self = (TestGuest *)session;

  g_assert_false (self->closed);
  g_assert_false (self->finished);
  g_byte_array_append (self->out, bytes, n);
  return self->out->len + self->waiting;
}

static gsize
output_waiting (SottoSession *session)
{
  TestGuest *self = (TestGuest *)session;

  return self->out->len + self->waiting;
}

static gsize
output_flush (SottoSession *session)
{
  TestGuest *self = (TestGuest *)session;

  self->waiting -= self->passing;
  self->passing = 0;
  return output_waiting (session);
}

static gsize
output_write (SottoSession *session, const uint8_t *bytes, gsize n)
{
  output_send (session, bytes, n);
  return output_flush (session);
}

static void
output_set_reading (SottoSession *session, bool reading)
{
  ((TestGuest *)session)->reading = reading;
}

static void
output_set_ready (SottoSession *session)
{
  ((TestGuest *)session)->ready = true;
}

static void
output_finish (SottoSession *session)
{
  ((TestGuest *)session)->finished = true;
}

static void
output_close (SottoSession *session)
{
  ((TestGuest *)session)->closed = true;
}

static const SottoSessionOutput output = {
  .send = output_send,
  .waiting = output_waiting,
  .flush = output_flush,
  .write = output_write,
  .set_reading = output_set_reading,
  .set_ready = output_set_ready,
  .finish = output_finish,
  .close = output_close,
};

/* ---- The house ---- */

/* Generating takes a while: one key for all houses of a program. */
static SottoServerKey *
make_key (void)
{
  static char *pem;
  g_autoptr (GError) error = NULL;

  if (pem == NULL)
    {
      g_autoptr (SottoPrivateKey) made = sotto_private_key_generate (SOTTO_RSA_BITS_MIN);

      pem = sotto_private_key_to_pem (made);
    }
  SottoPrivateKey *private = sotto_private_key_from_bytes (pem, strlen (pem), &error);
  g_assert_no_error (error);
  g_autofree char *certificate = sotto_certificate_make (private, "test house", &error);
  g_assert_no_error (error);
  GBytes *der = sotto_certificate_to_der (certificate, strlen (certificate), &error);
  g_assert_no_error (error);
  return sotto_server_key_new (private, der);
}

static SottoServerConfig *
make_config (const char *folder, const char *yaml)
{
  g_autofree char *path = g_build_filename (folder, "config.yaml", NULL);
  g_autofree char *text = g_strconcat (CONFIG, yaml, NULL);
  g_autoptr (GError) error = NULL;
  SottoServerConfig *config = sotto_server_config_parse (path, text, strlen (text), &error);

  g_assert_no_error (error);
  return config;
}

static void
open_accounts (TestHouse *self)
{
  g_autoptr (GError) error = NULL;

  self->services.accounts = sotto_accounts_open (self->config->data_base, self->config->realm,
                                                 self->services.random, &error);
  g_assert_no_error (error);
}

void
test_house_restart_accounts (TestHouse *self)
{
  sotto_accounts_free (self->services.accounts);
  open_accounts (self);
}

TestHouse *
test_house_new (const char *yaml)
{
  TestHouse *self = g_new0 (TestHouse, 1);
  SottoServices *services = &self->services;
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("sotto-house-XXXXXX", &error);
  g_assert_no_error (error);
  self->config = make_config (self->folder, yaml);
  self->key = make_key ();
  sotto_server_key_set_realm (self->key, self->config->realm);
  sotto_test_clock_init (&self->clock, 1000 * SOTTO_US_PER_S, 1800000000 * SOTTO_US_PER_S);
  self->guests = g_ptr_array_new ();

  services->config = self->config;
  services->clock = &self->clock.clock;
  services->random = sotto_random_system ();
  services->output = &output;
  services->key = self->key;
  services->counters = &self->counters;
  services->udp_port = 10000;
  services->wheel = sotto_wheel_new (self->clock.now);
  services->ephemerals = sotto_ephemerals_new (services->random);
  services->admission = sotto_admission_new (self->config);
  services->allowances = sotto_allowances_new ();
  services->registry = sotto_registry_new ();
  services->presence = sotto_presence_new (services);
  services->grants = sotto_grants_new (services);
  services->scratch = g_byte_array_new ();
  services->verifier = sotto_verifier_new (self->key, 2, &error);
  g_assert_no_error (error);
  open_accounts (self);
  return self;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

static void
guest_free (TestGuest *self)
{
  sotto_session_lost (&self->session, self->house->clock.now);
  sotto_session_clear (&self->session);
  sotto_sealer_clear (&self->to_server);
  sotto_sealer_clear (&self->from_server);
  g_byte_array_unref (self->out);
  g_byte_array_unref (self->hello);
  g_free (self);
}

void
test_house_free (TestHouse *self)
{
  SottoServices *services = &self->services;

  for (guint i = 0; i < self->guests->len; i++)
    guest_free (g_ptr_array_index (self->guests, i));
  g_ptr_array_unref (self->guests);
  sotto_verifier_free (services->verifier);
  sotto_accounts_free (services->accounts);
  sotto_grants_free (services->grants);
  sotto_presence_free (services->presence);
  sotto_registry_free (services->registry);
  sotto_allowances_free (services->allowances);
  sotto_admission_free (services->admission);
  sotto_ephemerals_free (services->ephemerals);
  sotto_wheel_free (services->wheel);
  g_byte_array_unref (services->scratch);
  sotto_server_key_free (self->key);
  sotto_server_config_free (self->config);
  remove_folder (self->folder);
  g_free (self->folder);
  g_free (self);
}

void
test_house_pass (TestHouse *self, gint64 time)
{
  gint64 until = self->clock.now + time;

  while (self->clock.now < until)
    {
      self->clock.now = MIN (until, self->clock.now + 10 * SOTTO_US_PER_MS);
      sotto_wheel_advance (self->services.wheel, self->clock.now);
    }
}

/* ---- Guests ---- */

TestGuest *
test_guest_new (TestHouse *house, const char *name, const char *ip)
{
  TestGuest *self = g_new0 (TestGuest, 1);
  SottoAddr remote = test_addr (ip != NULL ? ip : "127.0.0.1", 40000);

  self->house = house;
  self->out = g_byte_array_new ();
  self->hello = g_byte_array_new ();
  self->reading = true;
  g_strlcpy (self->name.str, name, sizeof self->name.str);
  sotto_random_fill (house->services.random, &self->identity, sizeof self->identity);
  g_ptr_array_add (house->guests, self);
  sotto_session_init (&self->session, &house->services, &remote, house->clock.now);
  g_assert_true (sotto_admission_enter (house->services.admission, &remote, G_MAXUINT32));
  sotto_session_start (&self->session, house->clock.now);
  g_byte_array_append (self->hello, self->out->data, self->out->len);
  g_byte_array_set_size (self->out, 0);
  return self;
}

static void
guest_bytes (TestGuest *self, const GByteArray *bytes)
{
  SottoFrame frame;
  gsize used;

  g_assert_cmpint (sotto_frame_next (bytes->data, bytes->len, SOTTO_FRAME_READY_MAX, &frame, &used),
                   ==, SOTTO_OK);
  g_assert_cmpuint (used, ==, bytes->len);
  sotto_session_frame (&self->session, &frame, self->house->clock.now);
}

void
test_guest_frame (TestGuest *self, SottoFrameType type, const void *body, gsize n)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  sotto_frame_append (bytes, type, body, n);
  guest_bytes (self, bytes);
}

static void
guest_agree (TestGuest *self, SottoKey *out_dh)
{
  SottoFrame frame;
  SottoHello hello;
  gsize used;

  sotto_frame_next (self->hello->data, self->hello->len, SOTTO_FRAME_FROM_SERVER_MAX, &frame,
                    &used);
  g_assert_cmpint (sotto_hello_decode (&frame, &hello), ==, SOTTO_OK);
  g_assert_cmpstr (hello.realm, ==, "test house");
  sotto_key_pair_generate (&self->ec, self->house->services.random);
  g_assert_true (sotto_agreement (&self->ec, &hello.ephemeral, out_dh));
}

void
test_guest_send_login (TestGuest *self, SottoLoginOp op, const char *password)
{
  const SottoServerKey *key = self->house->key;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  SottoLoginBody body = { .op = op, .n_name = (uint8_t)strlen (self->name.str) };
  uint8_t wrap[SOTTO_WRAP_MAX];
  SottoKey k;
  SottoKey dh;

  guest_agree (self, &dh);
  sotto_random_fill (self->house->services.random, &k, sizeof k);
  gsize n_wrap = sotto_envelope_wrap (sotto_private_key_public (key->private), &k, wrap);
  sotto_sha256 (&SOTTO_SPAN (password, strlen (password)), 1, &self->h);
  memcpy (body.name, self->name.str, body.n_name);
  body.h = self->h;
  body.identity = self->identity;
  if (self->invite != NULL)
    body.n_invite = (uint8_t)g_strlcpy (body.invite, self->invite, sizeof body.invite);
  sotto_login_append (bytes, self->hello->data, self->hello->len, key->kid, &self->ec.public, wrap,
                      n_wrap, &k, &dh, &body, NULL, &self->keys);
  guest_bytes (self, bytes);
}

void
test_guest_send_resume (TestGuest *self, const TestGuest *from)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  SottoResumeBody body = { .name = self->name };
  SottoKey dh;

  guest_agree (self, &dh);
  sotto_resume_append (bytes, self->hello->data, self->hello->len, &self->ec.public,
                       from->result.ticket, from->result.n_ticket, &from->keys.resumption, &dh,
                       &body, NULL, &self->keys);
  guest_bytes (self, bytes);
}

void
test_guest_wait (TestGuest *self)
{
  gint64 until = g_get_monotonic_time () + 30 * SOTTO_US_PER_S;

  while (self->out->len == 0 && !self->closed && g_get_monotonic_time () < until)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (500);
    }
  g_assert_true (self->out->len > 0 || self->closed);
}

/* Takes the next frame's bytes out of what the server said. */
static bool
guest_take_frame (TestGuest *self, GByteArray *into, SottoFrame *out)
{
  gsize used;

  g_assert_cmpint (
      sotto_frame_next (self->out->data, self->out->len, SOTTO_FRAME_READY_MAX, out, &used), ==,
      SOTTO_OK);
  if (used == 0)
    return false;
  g_byte_array_append (into, self->out->data, used);
  g_byte_array_remove_range (self->out, 0, used);
  sotto_frame_next (into->data, into->len, SOTTO_FRAME_READY_MAX, out, &used);
  return true;
}

SottoCode
test_guest_answer (TestGuest *self, SottoFrameType *out_type)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  SottoFernetKey key = { 0 };
  SottoFrame frame;
  SottoCode code;
  uint16_t retry_s;

  test_guest_wait (self);
  g_assert_true (guest_take_frame (self, bytes, &frame));
  *out_type = frame.type;
  if (frame.type == SOTTO_FRAME_FAIL)
    {
      g_assert_cmpint (sotto_fail_decode (&frame, &code, &retry_s), ==, SOTTO_OK);
      self->result.retry_s = retry_s;
      return code;
    }
  g_assert_cmpint (frame.type, ==, SOTTO_FRAME_RESULT);
  sotto_fernet_key_init (&key, &self->keys.s_to_c);
  g_assert_cmpint (sotto_result_open (&frame, &key, &self->result), ==, SOTTO_OK);
  sotto_fernet_key_clear (&key);
  if (self->result.code == SOTTO_OK)
    {
      sotto_sealer_init (&self->to_server, &self->keys.c_to_s, 0);
      sotto_sealer_init (&self->from_server, &self->keys.s_to_c, 1);
    }
  return self->result.code;
}

TestGuest *
test_guest_login_from (TestHouse *house, const char *name, SottoLoginOp op, const char *ip)
{
  TestGuest *self = test_guest_new (house, name, ip);
  SottoFrameType type;

  test_guest_send_login (self, op, name);
  g_assert_cmpint (test_guest_answer (self, &type), ==, SOTTO_OK);
  return self;
}

TestGuest *
test_guest_login (TestHouse *house, const char *name, SottoLoginOp op)
{
  return test_guest_login_from (house, name, op, NULL);
}

void
test_guest_send (TestGuest *self, const SottoRecord *record)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  sotto_record_append (bytes, &self->to_server, record, NULL);
  guest_bytes (self, bytes);
}

bool
test_guest_next (TestGuest *self, SottoRecord *out)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  uint8_t plain[SOTTO_FRAME_READY_MAX];
  SottoFrame frame;

  if (!guest_take_frame (self, bytes, &frame))
    return false;
  g_assert_cmpint (sotto_record_open (&frame, &self->from_server, true, plain, out), ==, SOTTO_OK);
  return true;
}

void
test_guest_expect (TestGuest *self, SottoRecordType type, SottoRecord *out)
{
  test_guest_wait (self);
  g_assert_true (test_guest_next (self, out));
  g_assert_cmphex (out->type, ==, type);
}

void
test_guest_hang_up (TestGuest *self)
{
  sotto_session_lost (&self->session, self->house->clock.now);
  self->closed = true;
}
