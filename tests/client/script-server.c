// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/client/script-server.h"

#include "shared/base/secret.h"
#include "shared/crypto/agreement.h"
#include "tests/lib/vectors.h"
#include <string.h>

static JsonObject *
find_key (const char *name)
{
  JsonArray *keys = test_vectors_array (test_vectors_load ("sotto.json"), "server_key");

  for (guint i = 0; i < json_array_get_length (keys); i++)
    {
      JsonObject *key = json_array_get_object_element (keys, i);
      if (strcmp (test_vectors_string (key, "name"), name) == 0)
        return key;
    }
  g_error ("vectors: no server key %s", name);
}

ScriptServer *
script_server_new (const char *key_name, const char *realm)
{
  ScriptServer *self = g_new0 (ScriptServer, 1);
  JsonObject *key = find_key (key_name);
  g_autoptr (GBytes) pkcs8 = test_vectors_hex (key, "pkcs8");
  g_autoptr (GError) error = NULL;

  self->key_name = key_name;
  self->key = sotto_private_key_from_bytes (g_bytes_get_data (pkcs8, NULL),
                                            g_bytes_get_size (pkcs8), &error);
  g_assert_no_error (error);
  self->certificate = test_vectors_hex (key, "certificate");
  self->hello = g_byte_array_new ();
  g_strlcpy (self->realm, realm, sizeof self->realm);
  return self;
}

void
script_server_free (ScriptServer *self)
{
  sotto_private_key_free (self->key);
  g_bytes_unref (self->certificate);
  g_byte_array_unref (self->hello);
  sotto_sealer_clear (&self->to_client);
  sotto_sealer_clear (&self->from_client);
  g_free (self);
}

SottoPublicKey *
script_server_public_key (const ScriptServer *self)
{
  return sotto_private_key_public (self->key);
}

void
script_server_fingerprint (const ScriptServer *self, SottoKey *out)
{
  sotto_public_key_fingerprint (script_server_public_key (self), out);
}

void
script_server_greet (ScriptServer *self, GByteArray *out)
{
  SottoHello hello = { .n_realm = strlen (self->realm) };

  self->ready = false;
  sotto_sealer_clear (&self->to_client);
  sotto_sealer_clear (&self->from_client);
  if (self->fail != SOTTO_OK && !self->fail_at_login)
    {
      sotto_fail_append (out, self->fail, self->retry_s);
      return;
    }
  sotto_key_pair_generate (&self->es, sotto_random_system ());
  sotto_public_key_kid (script_server_public_key (self), hello.kid);
  sotto_random_fill (sotto_random_system (), hello.nonce, sizeof hello.nonce);
  if (!self->low_order)
    hello.ephemeral = self->es.public;
  memcpy (hello.realm, self->realm, sizeof hello.realm);
  g_byte_array_set_size (self->hello, 0);
  sotto_hello_append (self->hello, &hello);
  g_byte_array_append (out, self->hello->data, self->hello->len);
}

static void
send_result (ScriptServer *self, SottoCode code, GByteArray *out)
{
  SottoFernetKey key = { 0 };
  SottoResult result = { .code = code,
                         .retry_s = self->retry_s,
                         .sid = 77,
                         .udp_port = 9,
                         .observed = { 4, { 127, 0, 0, 1 }, 7 },
                         .ticket_life_s = SOTTO_TICKET_LIFE_S };
  guint before = out->len;

  memset (result.ticket, 'A', 204);
  g_snprintf (result.ticket, 9, "%08x", g_random_int ());
  result.ticket[8] = 'A';
  result.n_ticket = 204;
  sotto_fernet_key_init (&key, &self->keys.s_to_c);
  sotto_result_append (out, &key, &result, NULL);
  sotto_fernet_key_clear (&key);
  if (self->break_result)
    out->data[before + 40] ^= 1;
  if (code != SOTTO_OK)
    return;
  memcpy (self->ticket, result.ticket, sizeof self->ticket);
  self->ticket_rms = self->keys.resumption;
  sotto_sealer_init (&self->to_client, &self->keys.s_to_c, 1);
  sotto_sealer_init (&self->from_client, &self->keys.c_to_s, 0);
  self->ready = true;
}

/* S is known; opens the token and makes the session's keys. */
static void
take_token (ScriptServer *self,
            const SottoLoginFrame *login,
            const SottoKey *s,
            SottoLoginKeys *keys)
{
  SottoKey dh;

  g_assert_true (sotto_agreement (&self->es, &login->ephemeral, &dh));
  sotto_login_derive (s, &dh, self->hello->data, self->hello->len, login->frame, login->n_head,
                      login->resume, keys);
  sotto_login_session_keys (keys, login->token, login->n_token, &self->keys);
}

static void
on_login (ScriptServer *self, const SottoFrame *frame, GByteArray *out)
{
  SottoLoginFrame login;
  SottoLoginKeys keys;
  SottoKey k;

  self->n_login++;
  g_assert_cmpint (sotto_login_parse (frame, &self->es.public, &login), ==, SOTTO_OK);
  if (self->fail != SOTTO_OK)
    {
      sotto_fail_append (out, self->fail, self->retry_s);
      return;
    }
  g_assert_true (sotto_envelope_unwrap (self->key, login.wrap, login.n_wrap, &k));
  take_token (self, &login, &k, &keys);
  g_assert_cmpint (sotto_login_open (&login, &keys, &self->login), ==, SOTTO_OK);
  bool wrong = self->has_h && memcmp (&self->h, &self->login.h, sizeof self->h) != 0;
  send_result (self, wrong ? SOTTO_AUTH : self->result, out);
}

static void
on_resume (ScriptServer *self, const SottoFrame *frame, GByteArray *out)
{
  SottoLoginFrame login;
  SottoLoginKeys keys;
  SottoResumeBody body;

  self->n_resume++;
  g_assert_cmpint (sotto_login_parse (frame, &self->es.public, &login), ==, SOTTO_OK);
  if (self->fail != SOTTO_OK || login.n_wrap != strlen (self->ticket)
      || memcmp (login.wrap, self->ticket, login.n_wrap) != 0)
    {
      sotto_fail_append (out, self->fail != SOTTO_OK ? self->fail : SOTTO_TICKET, self->retry_s);
      return;
    }
  take_token (self, &login, &self->ticket_rms, &keys);
  g_assert_cmpint (sotto_resume_open (&login, &keys, &body), ==, SOTTO_OK);
  send_result (self, self->refuse_tickets ? SOTTO_TICKET : self->result, out);
}

static void
on_getcert (ScriptServer *self, GByteArray *out)
{
  JsonObject *other = find_key (strcmp (self->key_name, "rsa-2048") == 0 ? "rsa-3072" : "rsa-2048");
  g_autoptr (GBytes) wrong = test_vectors_hex (other, "certificate");
  GBytes *der = self->other_certificate ? wrong : self->certificate;

  self->n_getcert++;
  sotto_frame_append (out, SOTTO_FRAME_CERT, g_bytes_get_data (der, NULL), g_bytes_get_size (der));
}

void
script_server_say (ScriptServer *self, const SottoRecord *record, GByteArray *out)
{
  sotto_record_append (out, &self->to_client, record, NULL);
}

void
script_server_take (ScriptServer *self, const SottoFrame *frame, GByteArray *out)
{
  if (frame->type == SOTTO_FRAME_GETCERT)
    on_getcert (self, out);
  else if (frame->type == SOTTO_FRAME_LOGIN)
    on_login (self, frame, out);
  else if (frame->type == SOTTO_FRAME_RESUME)
    on_resume (self, frame, out);
  else
    {
      g_assert_cmpint (frame->type, ==, SOTTO_FRAME_SEALED);
      g_assert_true (self->ready);
      g_assert_cmpint (
          sotto_record_open (frame, &self->from_client, false, self->plain, &self->record), ==,
          SOTTO_OK);
      self->n_records++;
    }
}
