// SPDX-License-Identifier: GPL-3.0-or-later
/* Which servers may be given an H: by key, by realm, and across all that are known. */
#undef G_DISABLE_ASSERT
#include "shared/client/pins.h"

#include "shared/base/limits.h"
#include "shared/crypto/certificate.h"
#include "tests/client/scratch.h"
#include <string.h>

static SottoKey
key_of (char c)
{
  SottoKey key;

  memset (&key, c, sizeof key);
  return key;
}

static char *
pins_path (const char *folder)
{
  return g_build_filename (folder, "profile", SOTTO_PINS_FILE, NULL);
}

static void
add (const char *path, const char *server, char key, const char *realm)
{
  g_autoptr (GError) error = NULL;
  SottoKey fingerprint = key_of (key);

  g_assert_true (sotto_pins_add (path, server, &fingerprint, realm, NULL, &error));
  g_assert_no_error (error);
}

static const struct
{
  const char *server;
  char key;
  const char *realm;
  SottoPinsVerdict verdict;
} cases[] = {
  { "a:1", 'A', "lab", SOTTO_PINS_KNOWN },
  { "a:1", 'B', "lab", SOTTO_PINS_SERVER_KEY },
  { "a:1", 'X', "new", SOTTO_PINS_SERVER_KEY },
  { "a:1", 'A', "new", SOTTO_PINS_REALM },
  { "a:1", 'A', "school", SOTTO_PINS_REALM },
  /* another address of a known server */
  { "c:1", 'A', "lab", SOTTO_PINS_KNOWN },
  { "c:1", 'A', "new", SOTTO_PINS_REALM },
  /* another server that wants the H of a known one */
  { "c:1", 'X', "lab", SOTTO_PINS_REALM },
  { "c:1", 'X', "new", SOTTO_PINS_NEW },
  { "c:1", 'X', "", SOTTO_PINS_NEW },
  /* the realm of b:1 was not proved yet */
  { "b:1", 'B', "school", SOTTO_PINS_KNOWN },
  { "b:1", 'B', "lab", SOTTO_PINS_REALM },
  { "b:1", 'X', "school", SOTTO_PINS_SERVER_KEY },
};

static void
test_verdicts (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autofree char *path = pins_path (folder);
  g_autoptr (GError) error = NULL;

  add (path, "a:1", 'A', "lab");
  add (path, "b:1", 'B', NULL);
  g_autoptr (SottoPins) pins = sotto_pins_load (path, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SottoKey key = key_of (cases[i].key);
      g_test_message ("%s %c %s", cases[i].server, cases[i].key, cases[i].realm);
      g_assert_cmpint (sotto_pins_check (pins, cases[i].server, &key, cases[i].realm), ==,
                       cases[i].verdict);
    }
}

static void
test_file (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autofree char *path = pins_path (folder);
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  g_autoptr (SottoPins) none = sotto_pins_load (path, &error);
  g_assert_no_error (error);
  g_assert_null (sotto_pins_find (none, "a:1"));

  add (path, "a:1", 'A', NULL);
  add (path, "a:1", 'A', "lab"); /* RESULT proved it */
  add (path, "a:1", 'A', NULL);  /* and it stays */
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_autofree char *parent = g_path_get_dirname (path);
  g_assert_cmpint (g_stat (parent, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);

  g_autoptr (SottoPins) pins = sotto_pins_load (path, &error);
  g_assert_cmpstr (sotto_pins_find (pins, "a:1")->realm, ==, "lab");

  /* What is pinned is never changed. */
  SottoKey other = key_of ('B');
  SottoKey same = key_of ('A');
  g_assert_false (sotto_pins_add (path, "a:1", &other, NULL, NULL, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (sotto_pins_add (path, "a:1", &same, "school", NULL, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_INVALID);
}

static GBytes *
make_certificate (SottoKey *out_fingerprint)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SottoPrivateKey) key = sotto_private_key_generate (SOTTO_RSA_BITS_MIN);
  g_autofree char *pem = sotto_certificate_make (key, "nobody", &error);

  g_assert_no_error (error);
  sotto_public_key_fingerprint (sotto_private_key_public (key), out_fingerprint);
  return sotto_certificate_to_der (pem, strlen (pem), NULL);
}

/* The certificate spares the next connection a question, and is never believed beyond the pin. */
static void
test_certificate (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autofree char *path = pins_path (folder);
  g_autoptr (GError) error = NULL;
  SottoKey fingerprint, got, other = key_of ('O');
  g_autoptr (GBytes) der = make_certificate (&fingerprint);
  g_autoptr (GBytes) junk = g_bytes_new_static ("junk", 4);

  add (path, "none:1", 'A', "one");
  g_assert_true (sotto_pins_add (path, "a:1", &fingerprint, NULL, der, &error));
  g_assert_true (sotto_pins_add (path, "a:1", &fingerprint, "lab", NULL, &error));
  g_assert_true (sotto_pins_add (path, "junk:1", &fingerprint, NULL, junk, &error));
  g_assert_true (sotto_pins_add (path, "other:1", &other, NULL, der, &error));

  g_autoptr (SottoPins) pins = sotto_pins_load (path, &error);
  g_assert_no_error (error);
  g_autoptr (SottoPublicKey) key = sotto_pins_dup_key (pins, "a:1");
  g_assert_nonnull (key);
  sotto_public_key_fingerprint (key, &got);
  g_assert_cmpmem (&got, sizeof got, &fingerprint, sizeof fingerprint);
  g_assert_cmpstr (sotto_pins_find (pins, "a:1")->realm, ==, "lab");
  g_assert_null (sotto_pins_dup_key (pins, "none:1"));
  g_assert_null (sotto_pins_dup_key (pins, "junk:1"));
  g_assert_null (sotto_pins_dup_key (pins, "other:1"));
  g_assert_null (sotto_pins_dup_key (pins, "unknown:1"));
}

static const char *const damaged[] = {
  "",
  "[]",
  "{}",
  "{\"version\": 2, \"servers\": {}}",
  "{\"version\": 1, \"servers\": []}",
  "{\"version\": 1, \"servers\": {\"a:1\": {}}}",
  "{\"version\": 1, \"servers\": {\"a:1\": {\"fingerprint\": \"00\"}}}",
  "{\"version\": 1, \"servers\": {\"a:1\": 1}}",
  "{\"version\": 1, \"servers\": {\"a:1\": {\"fingerprint\": "
  "\"0000000000000000000000000000000000000000000000000000000000000000\", \"certificate\": 1}}}",
};

static void
test_damaged (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autofree char *path = g_build_filename (folder, SOTTO_PINS_FILE, NULL);
  SottoKey key = key_of ('A');

  for (gsize i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) again = NULL;
      g_autofree char *after = NULL;

      g_assert_true (g_file_set_contents (path, damaged[i], -1, NULL));
      g_assert_null (sotto_pins_load (path, &error));
      g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT);
      g_assert_false (sotto_pins_add (path, "a:1", &key, NULL, NULL, &again));
      g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
      g_assert_cmpstr (after, ==, damaged[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/pins/verdicts", test_verdicts);
  g_test_add_func ("/client/pins/file", test_file);
  g_test_add_func ("/client/pins/certificate", test_certificate);
  g_test_add_func ("/client/pins/damaged", test_damaged);
  return g_test_run ();
}
