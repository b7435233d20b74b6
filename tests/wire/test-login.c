// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * LOGIN and RESUME from both sides: the vectors' handshakes whole, with RESULT and the first
 * records, then everything a server must refuse and the code it does it with.
 */
#undef G_DISABLE_ASSERT
#include "shared/wire/login.h"

#include "shared/crypto/agreement.h"
#include "shared/crypto/envelope.h"
#include "shared/wire/record.h"
#include "tests/wire/fields.h"
#include <string.h>

enum
{
  LOGIN_EC_AT = 5 + 1 + SOTTO_KID_LEN, /* in the frame */
  RESUME_EC_AT = 5 + 1
};

static SottoPrivateKey *
server_key (JsonObject *v)
{
  JsonArray *keys = test_vectors_array (test_vectors_load ("sotto.json"), "server_key");
  const char *name = test_vectors_string (v, "server_key");

  for (guint i = 0; i < json_array_get_length (keys); i++)
    {
      JsonObject *key = json_array_get_object_element (keys, i);

      if (strcmp (test_vectors_string (key, "name"), name) == 0)
        {
          g_auto (TestExact) der = test_exact_hex (key, "pkcs8");
          g_autoptr (GError) error = NULL;
          SottoPrivateKey *private = sotto_private_key_from_bytes (der.data, der.n, &error);

          g_assert_no_error (error);
          return private;
        }
    }
  g_error ("vector: no server key %s", name);
}

static void
key_pair (JsonObject *v, const char *member, SottoKeyPair *out)
{
  SottoKey secret;

  test_vectors_key (v, member, &secret);
  sotto_key_pair_from_secret (out, &secret);
}

static void
check_key (JsonObject *v, const char *member, const SottoKey *got)
{
  SottoKey want;

  test_vectors_key (v, member, &want);
  test_assert_bytes (member, got->bytes, SOTTO_KEY_LEN, want.bytes, SOTTO_KEY_LEN);
}

static void
check_session_keys (JsonObject *keys, const SottoSessionKeys *got)
{
  check_key (keys, "K_cs", &got->c_to_s);
  check_key (keys, "K_sc", &got->s_to_c);
  check_key (keys, "RMS", &got->resumption);
  check_key (keys, "U_cs", &got->udp_c_to_s);
  check_key (keys, "U_sc", &got->udp_s_to_c);
}

static JsonObject *
body_to_fields (const SottoLoginBody *body)
{
  JsonObject *f = json_object_new ();

  json_object_set_int_member (f, "op", body->op);
  json_object_set_int_member (f, "features", body->features);
  test_set_text (f, "name", body->name, body->n_name);
  test_set_hex (f, "H", body->h.bytes, SOTTO_KEY_LEN);
  test_set_hex (f, "I", body->identity.bytes, SOTTO_KEY_LEN);
  test_set_text (f, "invite", body->invite, body->n_invite);
  return f;
}

static SottoLoginBody
body_from_fields (JsonObject *f)
{
  const char *name = test_vectors_string (f, "name");
  const char *invite = test_vectors_string (f, "invite");
  SottoLoginBody body = { .op = (SottoLoginOp)test_vectors_int (f, "op"),
                          .features = (uint32_t)test_vectors_int (f, "features"),
                          .n_name = (uint8_t)strlen (name),
                          .n_invite = (uint8_t)strlen (invite) };

  g_strlcpy (body.name, name, sizeof body.name);
  g_strlcpy (body.invite, invite, sizeof body.invite);
  test_vectors_key (f, "H", &body.h);
  test_vectors_key (f, "I", &body.identity);
  return body;
}

/* RESULT */

static JsonObject *
result_to_fields (const SottoResult *result)
{
  JsonObject *f = json_object_new ();

  json_object_set_int_member (f, "code", result->code);
  json_object_set_int_member (f, "retry_s", result->retry_s);
  if (result->code != SOTTO_OK)
    return f;
  test_set_u64 (f, "sid", result->sid);
  json_object_set_int_member (f, "udp_port", result->udp_port);
  json_object_set_object_member (f, "addr", test_addr_to_fields (&result->observed));
  test_set_text (f, "ticket", result->ticket, result->n_ticket);
  json_object_set_int_member (f, "ticket_life_s", result->ticket_life_s);
  return f;
}

static SottoResult
result_from_fields (JsonObject *f)
{
  SottoResult result = { .code = (SottoCode)test_vectors_int (f, "code"),
                         .retry_s = (uint16_t)test_vectors_int (f, "retry_s") };

  if (result.code != SOTTO_OK)
    return result;
  result.sid = test_vectors_u64 (f, "sid");
  result.udp_port = (uint16_t)test_vectors_int (f, "udp_port");
  test_vectors_addr (test_vectors_object (f, "addr"), &result.observed);
  result.n_ticket =
      g_strlcpy (result.ticket, test_vectors_string (f, "ticket"), sizeof result.ticket);
  result.ticket_life_s = (uint32_t)test_vectors_int (f, "ticket_life_s");
  return result;
}

static void
check_result (JsonObject *v, const SottoKey *s_to_c)
{
  JsonObject *fields = test_vectors_object (v, "fields");
  g_auto (TestExact) bytes = test_exact_hex (v, "frame");
  SottoFrame frame = test_one_frame (&bytes, SOTTO_FRAME_FROM_SERVER_MAX);
  SottoFernetNonce nonce = test_nonce (v);
  g_autoptr (GByteArray) again = g_byte_array_new ();
  SottoResult got, want = result_from_fields (fields);
  SottoFernetKey key;

  sotto_fernet_key_init (&key, s_to_c);
  g_assert_cmpint (sotto_result_open (&frame, &key, &got), ==, SOTTO_OK);
  test_assert_fields ("RESULT", result_to_fields (&got), fields);
  sotto_result_append (again, &key, &want, &nonce);
  test_assert_exact ("RESULT", again->data, again->len, &bytes);
  sotto_fernet_key_clear (&key);
}

/* The first records, as the one side seals and the other opens them. */
static void
check_records (JsonArray *records, const SottoSessionKeys *keys)
{
  SottoSealer seal[2], open[2]; /* by from_server */

  for (unsigned from_server = 0; from_server < 2; from_server++)
    {
      const SottoKey *key = from_server ? &keys->s_to_c : &keys->c_to_s;

      sotto_sealer_init (&seal[from_server], key, from_server); /* RESULT had the server's 0 */
      sotto_sealer_init (&open[from_server], key, from_server);
    }
  for (guint i = 0; i < json_array_get_length (records); i++)
    {
      JsonObject *v = json_array_get_object_element (records, i);
      bool from_server = strcmp (test_vectors_string (v, "direction"), "from server") == 0;
      g_auto (TestExact) bytes = test_exact_hex (v, "frame");
      SottoFrame frame = test_one_frame (&bytes, SOTTO_FRAME_READY_MAX);
      SottoFernetNonce nonce = test_nonce (v);
      g_autoptr (GPtrArray) keep = test_keep_new ();
      g_autoptr (GByteArray) again = g_byte_array_new ();
      uint8_t plain[SOTTO_FRAME_READY_MAX];
      const char *name;
      SottoRecord record;

      g_assert_cmpuint (open[from_server].counter, ==, test_vectors_u64 (v, "ctr"));
      g_assert_cmpint (sotto_record_open (&frame, &open[from_server], from_server, plain, &record),
                       ==, SOTTO_OK);
      test_assert_fields ("record", test_record_to_fields (&record, &name),
                          test_vectors_object (v, "fields"));
      g_assert_cmpstr (name, ==, test_vectors_string (v, "record"));
      test_record_from_fields (name, test_vectors_object (v, "fields"), keep, &record);
      sotto_record_append (again, &seal[from_server], &record, &nonce);
      test_assert_exact (name, again->data, again->len, &bytes);
    }
  for (unsigned i = 0; i < 2; i++)
    {
      sotto_sealer_clear (&seal[i]);
      sotto_sealer_clear (&open[i]);
    }
}

static void
check_login (JsonObject *v)
{
  g_autoptr (SottoPrivateKey) private = server_key (v);
  JsonObject *fields = test_vectors_object (v, "fields");
  JsonObject *keys = test_vectors_object (v, "keys");
  g_auto (TestExact) hello = test_exact_hex (test_vectors_object (v, "hello"), "frame");
  g_auto (TestExact) wrap = test_exact_hex (v, "wrap");
  g_auto (TestExact) bytes = test_exact_hex (v, "frame");
  SottoFernetNonce nonce = test_nonce (v);
  SottoLoginBody body = body_from_fields (fields);
  g_autoptr (GByteArray) again = g_byte_array_new ();
  uint8_t kid[SOTTO_KID_LEN];
  SottoKeyPair es, ec;
  SottoKey k, dh, unwrapped;
  SottoSessionKeys session;
  SottoLoginFrame login;
  SottoLoginKeys made;

  /* The client. */
  key_pair (test_vectors_object (v, "hello"), "es", &es);
  key_pair (v, "ec", &ec);
  check_key (v, "Ec", &ec.public);
  test_vectors_key (v, "K", &k);
  sotto_public_key_kid (sotto_private_key_public (private), kid);
  g_assert_true (sotto_agreement (&ec, &es.public, &dh));
  check_key (keys, "dh", &dh);
  sotto_login_append (again, hello.data, hello.n, kid, &ec.public, wrap.data, wrap.n, &k, &dh,
                      &body, &nonce, &session);
  test_assert_exact ("LOGIN", again->data, again->len, &bytes);
  check_session_keys (keys, &session);

  /* The server. */
  SottoFrame frame = test_one_frame (&bytes, SOTTO_FRAME_TO_SERVER_MAX);

  g_assert_cmpint (sotto_login_parse (&frame, &es.public, &login), ==, SOTTO_OK);
  g_assert_false (login.resume);
  test_assert_bytes ("kid", login.kid, sizeof login.kid, kid, sizeof kid);
  test_assert_exact ("wrap", login.wrap, login.n_wrap, &wrap);
  g_assert_true (sotto_envelope_unwrap (private, login.wrap, login.n_wrap, &unwrapped));
  check_key (v, "K", &unwrapped);
  g_assert_true (sotto_agreement (&es, &login.ephemeral, &dh));
  sotto_login_derive (&unwrapped, &dh, hello.data, hello.n, login.frame, login.n_head, false,
                      &made);
  check_key (keys, "T", &made.t);
  check_key (keys, "K0", &made.k0);
  memset (&body, 0, sizeof body);
  g_assert_cmpint (sotto_login_open (&login, &made, &body), ==, SOTTO_OK);
  test_assert_fields ("LOGIN", body_to_fields (&body), fields);
  sotto_login_session_keys (&made, login.token, login.n_token, &session);
  check_session_keys (keys, &session);

  check_result (test_vectors_object (v, "result"), &session.s_to_c);
  if (test_vectors_has (v, "records"))
    check_records (test_vectors_array (v, "records"), &session);
}

static void
test_login (void)
{
  JsonArray *logins = test_vectors_array (test_vectors_load ("sotto.json"), "login");

  for (guint i = 0; i < json_array_get_length (logins); i++)
    check_login (json_array_get_object_element (logins, i));
}

static void
check_resume (JsonObject *v)
{
  g_autoptr (SottoPrivateKey) private = server_key (v);
  JsonObject *keys = test_vectors_object (v, "keys");
  g_auto (TestExact) hello = test_exact_hex (test_vectors_object (v, "hello"), "frame");
  g_auto (TestExact) text = test_exact_string (v, "ticket");
  g_auto (TestExact) bytes = test_exact_hex (v, "frame");
  SottoFernetNonce nonce = test_nonce (v);
  SottoResumeBody body = { .features = (uint32_t)test_vectors_int (v, "features") };
  g_autoptr (GByteArray) again = g_byte_array_new ();
  SottoKeyPair es, ec;
  SottoKey rms, dh, secret;
  SottoSessionKeys session;
  SottoLoginFrame resume;
  SottoLoginKeys made;
  SottoTicket ticket;

  key_pair (test_vectors_object (v, "hello"), "es", &es);
  key_pair (v, "ec", &ec);
  test_vectors_key (v, "RMS", &rms);
  g_strlcpy (body.name.str, test_vectors_string (v, "name"), sizeof body.name.str);
  g_assert_true (sotto_agreement (&ec, &es.public, &dh));
  sotto_resume_append (again, hello.data, hello.n, &ec.public, (const char *)text.data, text.n,
                       &rms, &dh, &body, &nonce, &session);
  test_assert_exact ("RESUME", again->data, again->len, &bytes);
  check_session_keys (keys, &session);

  SottoFrame frame = test_one_frame (&bytes, SOTTO_FRAME_TO_SERVER_MAX);

  g_assert_cmpint (sotto_login_parse (&frame, &es.public, &resume), ==, SOTTO_OK);
  g_assert_true (resume.resume);
  sotto_private_key_server_secret (private, &secret);
  g_assert_cmpint (sotto_ticket_open (&secret, (uint64_t)test_vectors_int (v, "now"),
                                      (const char *)resume.wrap, resume.n_wrap, &ticket),
                   ==, SOTTO_OK);
  g_assert_cmpstr (ticket.name.str, ==, test_vectors_string (v, "name"));
  check_key (v, "RMS", &ticket.resumption);
  sotto_login_derive (&ticket.resumption, &dh, hello.data, hello.n, resume.frame, resume.n_head,
                      true, &made);
  check_key (keys, "T", &made.t);
  check_key (keys, "K0", &made.k0);
  memset (&body, 0, sizeof body);
  g_assert_cmpint (sotto_resume_open (&resume, &made, &body), ==, SOTTO_OK);
  g_assert_cmpstr (body.name.str, ==, test_vectors_string (v, "name"));
  g_assert_cmpint (body.features, ==, test_vectors_int (v, "features"));
  sotto_login_session_keys (&made, resume.token, resume.n_token, &session);
  check_session_keys (keys, &session);

  check_result (test_vectors_object (v, "result"), &session.s_to_c);
  if (test_vectors_has (v, "result_refused"))
    check_result (test_vectors_object (v, "result_refused"), &session.s_to_c);
  if (test_vectors_has (v, "records"))
    check_records (test_vectors_array (v, "records"), &session);
}

static void
test_resume (void)
{
  JsonArray *resumes = test_vectors_array (test_vectors_load ("sotto.json"), "resume");

  for (guint i = 0; i < json_array_get_length (resumes); i++)
    check_resume (json_array_get_object_element (resumes, i));
}

/* A server in small: what its answer to one LOGIN is decided by. *out_public: before any key. */
static SottoCode
answer (const SottoPrivateKey *private,
        const TestExact *hello,
        const SottoKeyPair *es,
        const TestExact *bytes,
        bool *out_public)
{
  uint8_t kid[SOTTO_KID_LEN];
  SottoFrame frame;
  SottoLoginFrame login;
  SottoLoginBody body;
  SottoLoginKeys keys;
  SottoKey k, dh;
  gsize used;
  SottoCode code =
      sotto_frame_next (bytes->data, bytes->n, SOTTO_FRAME_TO_SERVER_MAX, &frame, &used);

  *out_public = true;
  g_assert_cmpuint (used, ==, bytes->n);
  if (code == SOTTO_OK)
    code = sotto_login_parse (&frame, &es->public, &login);
  if (code != SOTTO_OK)
    return code;
  sotto_public_key_kid (sotto_private_key_public (private), kid);
  if (memcmp (kid, login.kid, sizeof kid) != 0
      || login.n_wrap != sotto_public_key_wrap_len (sotto_private_key_public (private)))
    return SOTTO_HANDSHAKE;
  *out_public = false;
  sotto_envelope_unwrap (private, login.wrap, login.n_wrap, &k);
  g_assert_true (sotto_agreement (es, &login.ephemeral, &dh));
  sotto_login_derive (&k, &dh, hello->data, hello->n, login.frame, login.n_head, false, &keys);
  return sotto_login_open (&login, &keys, &body);
}

static void
test_reject (void)
{
  /* The others are seen only after RSA and X25519. */
  static const char *const by_public_data[] = { "version 2",
                                                "kid of another key",
                                                "low-order Ec (0)",
                                                "low-order Ec (1)",
                                                "Ec = Es",
                                                "plaintext of 176",
                                                "byte after the token",
                                                "token with trailing bits",
                                                "token without padding",
                                                "token in the standard alphabet",
                                                "wrap length over the frame",
                                                NULL };
  JsonObject *v = test_vectors_object (test_vectors_load ("sotto.json"), "login_reject");
  JsonArray *rejected = test_vectors_array (v, "rejected");
  g_autoptr (SottoPrivateKey) private = server_key (v);
  g_auto (TestExact) hello = test_exact_hex (test_vectors_object (v, "hello"), "frame");
  g_auto (TestExact) accepted = test_exact_hex (v, "accepted");
  guint n_public = 0;
  SottoKeyPair es;
  bool public;

  key_pair (test_vectors_object (v, "hello"), "es", &es);
  g_assert_cmpint (answer (private, &hello, &es, &accepted, &public), ==, SOTTO_OK);
  for (guint i = 0; i < json_array_get_length (rejected); i++)
    {
      JsonObject *r = json_array_get_object_element (rejected, i);
      g_auto (TestExact) bytes = test_exact_hex (r, "frame");
      const char *why = test_vectors_string (r, "why");

      g_test_message ("%s", why);
      g_assert_cmpint (answer (private, &hello, &es, &bytes, &public), ==,
                       test_vectors_int (r, "code"));
      g_assert_cmpint (public, ==, g_strv_contains (by_public_data, why));
      n_public += public;
    }
  g_assert_cmpuint (n_public, ==, g_strv_length ((char **)by_public_data));

  /* Another HELLO was answered: Ns changed. */
  hello.data[hello.n - 1 - 32 - 16] ^= 1;
  g_assert_cmpint (answer (private, &hello, &es, &accepted, &public), ==, SOTTO_HANDSHAKE);
  g_assert_false (public);
}

/* One right RESUME of the vectors, to be damaged. */
static void
test_parse_damaged_resume (void)
{
  static const uint8_t low_order[32] = { 1 };
  JsonObject *v = json_array_get_object_element (
      test_vectors_array (test_vectors_load ("sotto.json"), "resume"), 0);
  g_auto (TestExact) whole = test_exact_hex (v, "frame");
  const gsize ticket_at = RESUME_EC_AT + 32 + 2, n_ticket = 204;
  const gsize token_at = ticket_at + n_ticket;
  SottoKeyPair es;
  SottoLoginFrame out;

  key_pair (test_vectors_object (v, "hello"), "es", &es);
  SottoKey other_spelling = es.public;

  other_spelling.bytes[SOTTO_KEY_LEN - 1] ^= 0x80;
  const struct
  {
    const char *what;
    gsize at;
    const void *bytes;
    gsize n;
    SottoCode code;
  } cases[] = {
    { "unharmed", 0, "", 0, SOTTO_OK },
    { "version 2", 5, "\2", 1, SOTTO_VERSION_MISMATCH },
    { "low-order Ec", RESUME_EC_AT, low_order, 32, SOTTO_HANDSHAKE },
    { "Ec = Es", RESUME_EC_AT, es.public.bytes, 32, SOTTO_HANDSHAKE },
    { "Ec = Es with its top bit", RESUME_EC_AT, other_spelling.bytes, 32, SOTTO_HANDSHAKE },
    { "ticket over the frame", ticket_at - 2, "\xFF\xFF", 2, SOTTO_HANDSHAKE },
    { "token shorter", ticket_at - 1, "\xD0", 1, SOTTO_HANDSHAKE },
    { "ticket in the standard alphabet", ticket_at, "+", 1, SOTTO_HANDSHAKE },
    { "ticket of another text", ticket_at, "zzzz", 4, SOTTO_OK }, /* TICKET is the opener's word */
    { "token in the standard alphabet", token_at, "/", 1, SOTTO_HANDSHAKE },
    { "NUL in the token", token_at + 3, "\0", 1, SOTTO_HANDSHAKE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (TestExact) bytes = test_exact_copy (whole.data, whole.n);

      memcpy (bytes.data + cases[i].at, cases[i].bytes, cases[i].n);
      SottoFrame frame = test_one_frame (&bytes, SOTTO_FRAME_TO_SERVER_MAX);
      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (sotto_login_parse (&frame, &es.public, &out), ==, cases[i].code);
    }
}

/* A wrap is of some RSA key of 2048 to 4096 bits; whether of the server's is the caller's to see.
 */
static void
test_wrap_sizes (void)
{
  static const struct
  {
    gsize n;
    SottoCode code;
  } cases[] = { { 0, SOTTO_HANDSHAKE }, { 255, SOTTO_HANDSHAKE }, { 256, SOTTO_OK },
                { 384, SOTTO_OK },      { 512, SOTTO_OK },        { 513, SOTTO_HANDSHAKE } };
  static const uint8_t wrap[513], kid[SOTTO_KID_LEN];
  const SottoKey ec = { { 9 } }, es = { { 8 } }, secret = { { 7 } };
  const SottoLoginBody body = { .op = SOTTO_LOGIN_AUTH };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) framed = g_byte_array_new ();
      SottoSessionKeys keys;
      SottoLoginFrame out;

      sotto_login_append (framed, wrap, 0, kid, &ec, wrap, cases[i].n, &secret, &secret, &body,
                          NULL, &keys);
      g_auto (TestExact) bytes = test_exact_copy (framed->data, framed->len);
      SottoFrame frame = test_one_frame (&bytes, SOTTO_FRAME_TO_SERVER_MAX);

      g_assert_cmpint (sotto_login_parse (&frame, &es, &out), ==, cases[i].code);
    }
}

/* Every shorter body of both, in a frame that says its true length. */
static void
test_parse_truncated (void)
{
  static const char *const which[] = { "login", "resume" };
  SottoKey own = { { 0 } };

  for (guint k = 0; k < G_N_ELEMENTS (which); k++)
    {
      JsonObject *v = json_array_get_object_element (
          test_vectors_array (test_vectors_load ("sotto.json"), which[k]), 0);
      g_auto (TestExact) whole = test_exact_hex (v, "frame");

      for (gsize n = 0; n < whole.n - 5; n++)
        {
          g_auto (TestExact) part = test_exact_copy (whole.data, n + 5);
          SottoFrame frame = { part.data, n + 5, part.data[4], part.data + 5, n };
          SottoLoginFrame out;

          g_assert_cmpint (sotto_login_parse (&frame, &own, &out), ==, SOTTO_HANDSHAKE);
        }
    }
}

/* Seals any plaintext as a LOGIN's or RESUME's token and opens it as the server does. */
static SottoCode
open_plain (bool resume,
            const uint8_t *plain,
            gsize n,
            SottoLoginBody *out,
            SottoResumeBody *out_resume)
{
  SottoLoginKeys keys = { .k0 = { { 9 } } };
  SottoFernetKey key;
  gsize n_token = sotto_fernet_text_len (n);
  g_autofree char *token = g_malloc (n_token);
  SottoLoginFrame frame = { .resume = resume, .token = token, .n_token = n_token };

  sotto_fernet_key_init (&key, &keys.k0);
  sotto_fernet_seal_text (&key, NULL, plain, n, token);
  sotto_fernet_key_clear (&key);
  return resume ? sotto_resume_open (&frame, &keys, out_resume)
                : sotto_login_open (&frame, &keys, out);
}

/* What is no `name` comes through LOGIN, for RESULT to refuse; 33 bytes of it are a broken field.
 */
static void
test_login_bodies (void)
{
  static const struct
  {
    const char *what;
    uint8_t op, n_name, n_invite;
    char fill;
    SottoCode code;
  } cases[] = {
    { "name", 1, 5, 0, 'a', SOTTO_OK },
    { "no name at all", 1, 0, 0, 'a', SOTTO_OK },
    { "upper case", 2, 5, 0, 'A', SOTTO_OK },
    { "NUL", 2, 3, 0, '\0', SOTTO_OK },
    { "not UTF-8", 1, 32, 32, '\xFF', SOTTO_OK },
    { "name of 33", 1, 33, 0, 'a', SOTTO_HANDSHAKE },
    { "invite of 33", 2, 1, 33, 'a', SOTTO_HANDSHAKE },
    { "name of 255", 2, 255, 0, 'a', SOTTO_HANDSHAKE },
    { "op 0", 0, 5, 0, 'a', SOTTO_HANDSHAKE },
    { "op 3", 3, 5, 0, 'a', SOTTO_HANDSHAKE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      uint8_t plain[512] = { cases[i].op, 0, 0, 0, 7, cases[i].n_name };
      uint8_t *invite = plain + 6 + cases[i].n_name + 64;
      SottoLoginBody body = { 0 };

      memset (plain + 6, cases[i].fill, cases[i].n_name);
      invite[0] = cases[i].n_invite;
      memset (invite + 1, cases[i].fill, cases[i].n_invite);
      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (open_plain (false, plain, SOTTO_LOGIN_BODY_LEN, &body, NULL), ==,
                       cases[i].code);
      if (cases[i].code != SOTTO_OK)
        continue;
      g_assert_cmpuint (body.n_name, ==, cases[i].n_name);
      g_assert_cmpuint (body.n_invite, ==, cases[i].n_invite);
      test_assert_bytes ("name", body.name, body.n_name, plain + 6, cases[i].n_name);
      g_assert_cmpint (open_plain (false, plain, SOTTO_LOGIN_BODY_LEN - 1, &body, NULL), ==,
                       SOTTO_HANDSHAKE);
      plain[SOTTO_LOGIN_BODY_LEN - 1] = 1;
      g_assert_cmpint (open_plain (false, plain, SOTTO_LOGIN_BODY_LEN, &body, NULL), ==,
                       SOTTO_HANDSHAKE);
    }
}

static void
test_resume_bodies (void)
{
  static const struct
  {
    const char *what;
    const char *head;
    gsize n_head;
    gsize n;
    SottoCode code;
  } cases[] = {
    { "name", "\0\0\0\1\1a", 6, SOTTO_RESUME_BODY_LEN, SOTTO_OK },
    { "no name at all", "\0\0\0\1\0", 5, SOTTO_RESUME_BODY_LEN, SOTTO_HANDSHAKE },
    { "upper case", "\0\0\0\1\1A", 6, SOTTO_RESUME_BODY_LEN, SOTTO_HANDSHAKE },
    { "over the end", "\0\0\0\1\xFF", 5, SOTTO_RESUME_BODY_LEN, SOTTO_HANDSHAKE },
    { "bytes in the padding", "\0\0\0\1\1a\0\1", 8, SOTTO_RESUME_BODY_LEN, SOTTO_HANDSHAKE },
    { "62 bytes", "\0\0\0\1\1a", 6, SOTTO_RESUME_BODY_LEN - 1, SOTTO_HANDSHAKE },
    { "64 bytes", "\0\0\0\1\1a", 6, SOTTO_RESUME_BODY_LEN + 1, SOTTO_HANDSHAKE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      uint8_t plain[SOTTO_RESUME_BODY_LEN + 1] = { 0 };
      SottoResumeBody body;

      memcpy (plain, cases[i].head, cases[i].n_head);
      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (open_plain (true, plain, cases[i].n, NULL, &body), ==, cases[i].code);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/login/login", test_login);
  g_test_add_func ("/wire/login/resume", test_resume);
  g_test_add_func ("/wire/login/reject", test_reject);
  g_test_add_func ("/wire/login/damaged-resume", test_parse_damaged_resume);
  g_test_add_func ("/wire/login/wrap-sizes", test_wrap_sizes);
  g_test_add_func ("/wire/login/truncated", test_parse_truncated);
  g_test_add_func ("/wire/login/login-bodies", test_login_bodies);
  g_test_add_func ("/wire/login/resume-bodies", test_resume_bodies);
  return g_test_run ();
}
