// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/base64url.h"
#include "shared/crypto/password.h"
#include "tests/lib/vectors.h"
#include <string.h>

static void
test_derive (void)
{
  JsonArray *rows = test_vectors_array (test_vectors_load ("sotto.json"), "password");
  g_assert_cmpuint (json_array_get_length (rows), >, 0);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      const char *realm = test_vectors_string (row, "realm"),
                 *username = test_vectors_string (row, "name");
      g_autoptr (GBytes) utf8 = test_vectors_hex (row, "password_utf8");
      g_autofree char *password =
          g_strndup (g_bytes_get_data (utf8, NULL), g_bytes_get_size (utf8));
      SottoName name;
      SottoKey want_h, want_v, h, v;
      g_assert_true (sotto_name_parse (username, strlen (username), &name));
      test_vectors_key (row, "H", &want_h);
      test_vectors_key (row, "V", &want_v);
      g_assert_true (sotto_password_derive (password, realm, strlen (realm), &name, &h, &v));
      test_assert_bytes ("H", &h, sizeof h, &want_h, sizeof want_h);
      test_assert_bytes ("V", &v, sizeof v, &want_v, sizeof want_v);
    }
}

static void
test_derive_refused (void)
{
  static const SottoName name = { "a" };
  g_autofree char *realm = g_strnfill (SOTTO_REALM_MAX + 1, 'r');
  SottoKey h, v;
  g_assert_false (sotto_password_derive ("\xFF", "r", 1, &name, &h, &v));
  g_assert_false (sotto_password_derive ("a", realm, SOTTO_REALM_MAX + 1, &name, &h, &v));
}

static void
test_hash_vectors (void)
{
  JsonArray *rows = test_vectors_array (test_vectors_load ("sotto.json"), "bcrypt");
  g_assert_cmpuint (json_array_get_length (rows), >, 0);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      const char *hash = test_vectors_string (row, "hash");
      char made[SOTTO_BCRYPT_HASH_LEN + 1], text[45];
      SottoKey h;
      test_vectors_key (row, "H", &h);
      sotto_base64url_encode (h.bytes, sizeof h.bytes, text);
      text[SOTTO_BCRYPT_INPUT_LEN] = '\0';
      g_assert_cmpstr (text, ==, test_vectors_string (row, "input"));
      g_assert_true (sotto_password_hash_with (&h, test_vectors_string (row, "setting"), made));
      g_assert_cmpstr (made, ==, hash);
      g_assert_true (sotto_password_verify (&h, hash));
      h.bytes[31] ^= 1;
      g_assert_false (sotto_password_verify (&h, hash));
    }
}

static void
test_hash (void)
{
  static const SottoKey h = { { 1 } };
  char first[SOTTO_BCRYPT_HASH_LEN + 1], second[SOTTO_BCRYPT_HASH_LEN + 1];
  g_assert_true (sotto_password_hash (&h, 4, sotto_random_system (), first));
  g_assert_true (sotto_password_hash (&h, 4, sotto_random_system (), second));
  g_assert_cmpstr (first, !=, second);
  g_assert_true (g_str_has_prefix (first, "$2b$04$"));
  g_assert_cmpuint (sotto_password_cost (first), ==, 4);
  g_assert_true (sotto_password_verify (&h, first));
  g_assert_true (sotto_password_verify (&h, second));
  g_assert_false (sotto_password_hash (&h, 3, sotto_random_system (), first));
  g_assert_false (sotto_password_hash (&h, 15, sotto_random_system (), first));
}

#define SALT "Q4hEltcrCHhUGZH/qs/Kou"
#define REST "isiPYkhJJgxbTVG4PcDJqxUaUVEwYgq"

static void
test_cost (void)
{
  static const struct
  {
    const char *hash;
    unsigned cost;
  } rows[] = {
    { "$2b$10$" SALT REST, 10 },
    { "$2b$04$" SALT REST, 4 },
    { "$2b$14$" SALT REST, 14 },
    { "$2b$03$" SALT REST, 0 },
    { "$2b$15$" SALT REST, 0 },
    { "$2b$99$" SALT REST, 0 },
    { "$2a$10$" SALT REST, 0 },
    { "$2y$10$" SALT REST, 0 },
    { "$2b$1a$" SALT REST, 0 },
    { "$2b$10." SALT REST, 0 },
    { "$2b$10$" SALT REST "a", 0 },
    { "$2b$10$" SALT, 0 },
    { "$2b$10$" SALT "isiPYkhJJgxbTVG4PcDJqxUaUVEwYg$", 0 },
    { "$2b$10$Q4hEltcrCHhUGZH/qs/Ko:" REST, 0 },
    { "", 0 },
    { "*0", 0 },
    { "hunter2", 0 },
  };
  static const SottoKey h = { { 1 } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpuint (sotto_password_cost (rows[i].hash), ==, rows[i].cost);
      if (rows[i].cost == 0)
        g_assert_false (sotto_password_verify (&h, rows[i].hash));
    }
  char out[SOTTO_BCRYPT_HASH_LEN + 1];
  g_assert_false (sotto_password_hash_with (&h, "$2b$10$", out));
  g_assert_false (sotto_password_hash_with (&h, "$6$10$abcdefghijklmnopqrstuvwxyz", out));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/password/derive", test_derive);
  g_test_add_func ("/password/derive-refused", test_derive_refused);
  g_test_add_func ("/password/hash-vectors", test_hash_vectors);
  g_test_add_func ("/password/hash", test_hash);
  g_test_add_func ("/password/cost", test_cost);
  return g_test_run ();
}
