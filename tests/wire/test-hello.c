// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * HELLO: the vectors', and one of everything that can be wrong with it.
 */
#undef G_DISABLE_ASSERT
#include "shared/wire/hello.h"

#include "tests/wire/fields.h"
#include <string.h>

static JsonObject *
to_fields (const SottoHello *hello)
{
  JsonObject *f = json_object_new ();

  json_object_set_int_member (f, "ver", SOTTO_PROTOCOL_VERSION);
  json_object_set_int_member (f, "features", hello->features);
  test_set_hex (f, "kid", hello->kid, sizeof hello->kid);
  test_set_hex (f, "Ns", hello->nonce, sizeof hello->nonce);
  test_set_hex (f, "Es", hello->ephemeral.bytes, SOTTO_KEY_LEN);
  test_set_text (f, "realm", hello->realm, hello->n_realm);
  return f;
}

static SottoHello
from_fields (JsonObject *f)
{
  g_auto (TestExact) kid = test_exact_hex (f, "kid");
  g_auto (TestExact) nonce = test_exact_hex (f, "Ns");
  const char *realm = test_vectors_string (f, "realm");
  SottoHello hello = { .features = (uint32_t)test_vectors_int (f, "features"),
                       .n_realm = strlen (realm) };

  memcpy (hello.kid, kid.data, sizeof hello.kid);
  memcpy (hello.nonce, nonce.data, sizeof hello.nonce);
  memcpy (hello.realm, realm, strlen (realm));
  test_vectors_key (f, "Es", &hello.ephemeral);
  return hello;
}

static void
check_valid (JsonObject *v)
{
  JsonObject *fields = test_vectors_object (v, "fields");
  g_auto (TestExact) bytes = test_exact_hex (v, "frame");
  SottoFrame frame = test_one_frame (&bytes, SOTTO_FRAME_FROM_SERVER_MAX);
  g_autoptr (GByteArray) again = g_byte_array_new ();
  SottoHello got, want = from_fields (fields);

  g_assert_cmpint (frame.type, ==, SOTTO_FRAME_HELLO);
  g_assert_cmpint (sotto_hello_decode (&frame, &got), ==, SOTTO_OK);
  test_assert_fields ("HELLO", to_fields (&got), fields);
  sotto_hello_append (again, &want);
  test_assert_exact ("HELLO", again->data, again->len, &bytes);
}

static void
test_valid (void)
{
  JsonObject *root = test_vectors_load ("sotto.json");
  JsonArray *frames = test_vectors_array (test_vectors_object (root, "frame"), "valid");
  static const char *const logins[] = { "login", "resume" };
  guint n_met = 0;

  for (guint i = 0; i < json_array_get_length (frames); i++)
    {
      JsonObject *v = json_array_get_object_element (frames, i);

      if (strcmp (test_vectors_string (v, "frame_type"), "HELLO") != 0)
        continue;
      check_valid (v);
      n_met++;
    }
  for (guint k = 0; k < G_N_ELEMENTS (logins); k++)
    {
      JsonArray *array = test_vectors_array (root, logins[k]);

      for (guint i = 0; i < json_array_get_length (array); i++)
        check_valid (test_vectors_object (json_array_get_object_element (array, i), "hello"));
    }
  g_assert_cmpuint (n_met, >, 0);
}

static void
test_invalid_vectors (void)
{
  JsonArray *invalid = test_vectors_array (
      test_vectors_object (test_vectors_load ("sotto.json"), "frame"), "invalid");
  guint n_met = 0;

  for (guint i = 0; i < json_array_get_length (invalid); i++)
    {
      JsonObject *v = json_array_get_object_element (invalid, i);
      const char *why = test_vectors_string (v, "why");
      SottoHello hello;

      if (!g_str_has_prefix (why, "HELLO: "))
        continue;
      g_auto (TestExact) bytes = test_exact_hex (v, "frame");
      SottoFrame frame = test_one_frame (&bytes, SOTTO_FRAME_FROM_SERVER_MAX);
      g_test_message ("%s", why);
      g_assert_cmpint (sotto_hello_decode (&frame, &hello), ==,
                       strstr (why, "version") != NULL ? SOTTO_VERSION_MISMATCH : SOTTO_HANDSHAKE);
      n_met++;
    }
  g_assert_cmpuint (n_met, >=, 4);
}

/* Body bytes written over a right HELLO with the realm "lab". */
static void
test_damaged (void)
{
  enum
  {
    ES_AT = 1 + 4 + 8 + 16,
    REALM_AT = ES_AT + 32
  };
  static const uint8_t zero_key[32];
  static const struct
  {
    const char *what;
    gsize at;
    const void *bytes;
    gsize n;
    SottoCode code;
  } cases[] = {
    { "version 0", 0, "\0", 1, SOTTO_VERSION_MISMATCH },
    { "version 255", 0, "\xFF", 1, SOTTO_VERSION_MISMATCH },
    { "low-order Es", ES_AT, zero_key, 32, SOTTO_HANDSHAKE },
    { "realm too long for the frame", REALM_AT, "\4", 1, SOTTO_HANDSHAKE },
    { "realm shorter than the frame", REALM_AT, "\2", 1, SOTTO_HANDSHAKE },
    { "realm not UTF-8", REALM_AT, "\3\xFF\xFF\xFF", 4, SOTTO_HANDSHAKE },
    { "NUL in the realm", REALM_AT, "\3a\0b", 4, SOTTO_HANDSHAKE },
    { "nothing", 0, "", 0, SOTTO_OK },
  };
  JsonObject *v =
      test_vectors_object (json_array_get_object_element (
                               test_vectors_array (test_vectors_load ("sotto.json"), "login"), 0),
                           "hello");
  g_auto (TestExact) whole = test_exact_hex (v, "frame");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (TestExact) bytes = test_exact_copy (whole.data, whole.n);
      SottoHello hello;

      memcpy (bytes.data + 5 + cases[i].at, cases[i].bytes, cases[i].n);
      SottoFrame frame = test_one_frame (&bytes, SOTTO_FRAME_FROM_SERVER_MAX);
      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (sotto_hello_decode (&frame, &hello), ==, cases[i].code);
    }
  for (gsize n = 0; n < whole.n - 5; n++) /* every shorter body, with a length that says so */
    {
      g_auto (TestExact) body = test_exact_copy (whole.data + 5, n);
      SottoFrame frame = { .type = SOTTO_FRAME_HELLO, .body = body.data, .n_body = n };
      SottoHello hello;

      g_assert_cmpint (sotto_hello_decode (&frame, &hello), ==, SOTTO_HANDSHAKE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/hello/valid", test_valid);
  g_test_add_func ("/wire/hello/invalid", test_invalid_vectors);
  g_test_add_func ("/wire/hello/damaged", test_damaged);
  return g_test_run ();
}
