// SPDX-License-Identifier: GPL-3.0-or-later
/* The identity as a file: whole or not at all, and whatever is wrong with it is told apart. */
#undef G_DISABLE_ASSERT
#include "shared/client/identity-file.h"

#include "shared/base/limits.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/fernet.h"
#include "shared/crypto/password.h"
#include "shared/base/text.h"
#include <string.h>

#define PASSPHRASE "correct horse \xc3\xa9"

static void
fill (SottoIdentityFile *self)
{
  SottoContactPrefs prefs = { .alias = "Robert" };
  SottoName bob = { "bob" };
  SottoName carol = { "carol" };
  SottoKey key = { { 7 } };

  *self = (SottoIdentityFile){ .server = g_strdup ("chat.example:10000"),
                               .fingerprint = { { 5 } },
                               .realm = g_strdup ("a \"realm\""),
                               .name = { "alice" },
                               .book = sotto_contact_book_new () };
  sotto_key_pair_generate (&self->identity, sotto_random_system ());
  sotto_contact_book_add (self->book, &bob, &key)->verified = true;
  SottoContactEntry *entry = sotto_contact_book_add (self->book, &carol, &key);
  entry->alarm = true;
  entry->offered = (SottoKey){ { 8 } };
  sotto_contact_book_set_prefs (self->book, &bob, &prefs);
}

static char *
seal (const SottoIdentityFile *self, gsize *out_n)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = sotto_identity_file_seal (self, PASSPHRASE, sotto_random_system (), &error);

  g_assert_no_error (error);
  gconstpointer data = g_bytes_get_data (bytes, out_n);
  char *text = g_strndup (data, *out_n);
  g_bytes_unref (bytes);
  return text;
}

static void
test_round (void)
{
  g_auto (SottoIdentityFile) file = { 0 };
  g_auto (SottoIdentityFile) again = { 0 };
  SottoName bob = { "bob" };
  SottoName carol = { "carol" };
  gsize n;

  fill (&file);
  g_autofree char *text = seal (&file, &n);
  g_assert_true (sotto_identity_file_open ("it", text, n, PASSPHRASE, &again, NULL));
  g_assert_cmpstr (again.server, ==, file.server);
  g_assert_cmpstr (again.realm, ==, file.realm);
  g_assert_cmpstr (again.name.str, ==, "alice");
  g_assert_cmpmem (&again.fingerprint, SOTTO_KEY_LEN, &file.fingerprint, SOTTO_KEY_LEN);
  g_assert_cmpmem (&again.identity, sizeof again.identity, &file.identity, sizeof file.identity);
  g_assert_true (sotto_contact_book_find (again.book, &bob)->verified);
  g_assert_true (sotto_contact_book_find (again.book, &carol)->alarm);
  g_assert_cmpstr (sotto_contact_book_get_prefs (again.book, &bob)->alias, ==, "Robert");

  /* The same passphrase, composed otherwise; and nothing of it can be read. */
  g_auto (SottoIdentityFile) third = { 0 };
  g_assert_true (sotto_identity_file_open ("it", text, n, "correct horse e\xcc\x81", &third, NULL));
  const char *const hidden[] = { "alice", "bob", "chat.example", "Robert" };
  for (gsize i = 0; i < G_N_ELEMENTS (hidden); i++)
    g_assert_null (strstr (text, hidden[i]));
  g_autofree char *other = seal (&file, &n);
  g_assert_cmpstr (text, !=, other);
}

static void
check_fails (const char *text, gsize n, const char *passphrase, SottoError want)
{
  SottoIdentityFile out = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (sotto_identity_file_open ("FILE", text, n, passphrase, &out, &error));
  g_assert_error (error, SOTTO_ERROR, (gint)want);
  g_assert_null (out.server);
}

static void
test_passphrases (void)
{
  g_auto (SottoIdentityFile) file = { 0 };
  g_autoptr (GError) error = NULL;
  gsize n;

  fill (&file);
  g_autofree char *text = seal (&file, &n);
  check_fails (text, n, "correct horse", SOTTO_ERROR_LOCKED);
  check_fails (text, n, "", SOTTO_ERROR_INVALID);
  check_fails (text, n, "\xff", SOTTO_ERROR_INVALID);
  g_assert_null (sotto_identity_file_seal (&file, "", sotto_random_system (), &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_INVALID);
}

/* Every place of the file in turn: it is never opened to something else, and damage is not taken
 * for another passphrase, unless somebody mended the sum. */
static void
test_damaged (void)
{
  g_auto (SottoIdentityFile) file = { 0 };
  gsize n;

  fill (&file);
  g_autofree char *text = seal (&file, &n);
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *damaged = g_strdup (text);
      if (g_ascii_isspace (text[i]))
        continue; /* of JSON it is free */
      damaged[i] = damaged[i] == '0' ? '1' : '0';
      check_fails (damaged, n, PASSPHRASE, SOTTO_ERROR_CORRUPT);
    }
  for (gsize i = 0; i < n - 1; i += i < 400 ? 1 : 37)
    check_fails (text, i, PASSPHRASE, SOTTO_ERROR_CORRUPT);
  g_autofree char *longer = g_strconcat (text, "x", NULL);
  check_fails (longer, n + 1, PASSPHRASE, SOTTO_ERROR_CORRUPT);
}

static void
test_other_files (void)
{
  static const char *const files[] = {
    "",
    "hello",
    "[]",
    "{}",
    "null",
    "{\"sotto\":\"backup\",\"version\":1}",
    "{\"sotto\":\"identity\",\"version\":2}",
    "{\"sotto\":\"identity\",\"version\":\"1\"}",
    "{\"sotto\":\"identity\",\"version\":1}",
    "{\"sotto\":\"identity\",\"version\":1,\"salt\":\"00\",\"sum\":\"00\",\"token\":\"\"}",
    "{\"sotto\":1}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    check_fails (files[i], strlen (files[i]), PASSPHRASE, SOTTO_ERROR_CORRUPT);
}

/* Authentic, with a right sum, but not what this version writes. */
static char *
wrap (const SottoKey *raw, const void *content, gsize n)
{
  SottoFernetKey key = { 0 };
  SottoKey salt = { { 3 } };
  SottoKey sum;

  sotto_fernet_key_init (&key, raw);
  g_autofree char *token = g_malloc0 (sotto_fernet_text_len (n) + 1);
  sotto_fernet_seal_text (&key, NULL, content, n, token);
  sotto_fernet_key_clear (&key);
  const SottoSpan spans[] = { SOTTO_SPAN (salt.bytes, sizeof salt.bytes),
                              SOTTO_SPAN (token, strlen (token)) };
  sotto_sha256 (spans, G_N_ELEMENTS (spans), &sum);
  g_autofree char *salt_hex = sotto_hex_encode (salt.bytes, sizeof salt.bytes);
  g_autofree char *sum_hex = sotto_hex_encode (sum.bytes, sizeof sum.bytes);
  return g_strdup_printf ("{\"sotto\":\"identity\",\"version\":1,\"salt\":\"%s\",\"sum\":\"%s\","
                          "\"token\":\"%s\"}",
                          salt_hex, sum_hex, token);
}

#define SECRET "0123456789abcdef0123456789abcdef"
#define ZEROS  "0000000000000000000000000000000000000000000000000000000000000000"
#define HEAD   "{\"server\":\"h:1\",\"fingerprint\":\"" ZEROS "\",\"realm\":\"r\",\"name\":\"alice\"}"

static void
test_strange_content (void)
{
  static const struct
  {
    const char *content;
    bool good;
  } contents[] = {
    { SECRET HEAD "\n{\"contacts\":[]}", true },
    { SECRET HEAD "\n", false },
    { SECRET HEAD, false },
    { SECRET "\n{\"contacts\":[]}", false },
    { SECRET "{}\n{\"contacts\":[]}", false },
    { SECRET HEAD "\n[]", false },
    { SECRET, false },
    { "short", false },
  };

  SottoKey salt = { { 3 } };
  SottoKey raw;

  g_assert_true (sotto_password_file_key (PASSPHRASE, &salt, &raw));
  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autofree char *text = wrap (&raw, contents[i].content, strlen (contents[i].content));
      g_auto (SottoIdentityFile) out = { 0 };
      if (contents[i].good)
        g_assert_true (
            sotto_identity_file_open ("it", text, strlen (text), PASSPHRASE, &out, NULL));
      else
        check_fails (text, strlen (text), PASSPHRASE, SOTTO_ERROR_CORRUPT);
    }
}

/* The fullest book fits; more bytes than any are refused before they are looked at. */
static void
test_limit (void)
{
  g_auto (SottoIdentityFile) file = { 0 };
  g_auto (SottoIdentityFile) again = { 0 };
  SottoContactPrefs prefs = { .favourite = true, .muted = true, .blocked = true, .forget = true };
  SottoKey key = { { 1 } };
  gsize n;

  fill (&file);
  memset (prefs.alias, '"', SOTTO_ALIAS_MAX);
  for (guint i = 2; i < SOTTO_CONTACTS_MAX; i++)
    {
      SottoName name;
      g_snprintf (name.str, sizeof name.str, "this-is-a-rather-long-name-%05u", i);
      SottoContactEntry *entry = sotto_contact_book_add (file.book, &name, &key);
      entry->alarm = true;
      g_assert_true (sotto_contact_book_set_prefs (file.book, &name, &prefs));
    }
  g_autofree char *text = seal (&file, &n);
  g_assert_true (sotto_identity_file_open ("it", text, n, PASSPHRASE, &again, NULL));
  g_assert_cmpuint (sotto_contact_book_size (again.book), ==, SOTTO_CONTACTS_MAX);

  g_autofree char *huge = g_malloc (SOTTO_IDENTITY_FILE_MAX_BYTES + 1);
  memset (huge, ' ', SOTTO_IDENTITY_FILE_MAX_BYTES + 1);
  memcpy (huge, "{}", 2);
  check_fails (huge, SOTTO_IDENTITY_FILE_MAX_BYTES + 1, PASSPHRASE, SOTTO_ERROR_CORRUPT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/identity-file/round", test_round);
  g_test_add_func ("/client/identity-file/passphrases", test_passphrases);
  g_test_add_func ("/client/identity-file/damaged", test_damaged);
  g_test_add_func ("/client/identity-file/other-files", test_other_files);
  g_test_add_func ("/client/identity-file/strange-content", test_strange_content);
  g_test_add_func ("/client/identity-file/limit", test_limit);
  return g_test_run ();
}
