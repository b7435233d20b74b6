// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The account's secrets at rest: they survive, they do not open for another password, a password
 * change that is cut off anywhere loses nothing, and what cannot be opened is kept aside.
 */
#undef G_DISABLE_ASSERT
#include "shared/client/vault.h"

#include "shared/crypto/agreement.h"
#include "tests/client/scratch.h"
#include <string.h>

static SottoKey
v_of (char c)
{
  SottoKey key;

  memset (&key, c, sizeof key);
  return key;
}

static SottoVault *
make (char v)
{
  SottoKey key = v_of (v);

  return sotto_vault_new (&key, sotto_random_system ());
}

static bool
opens (SottoVault *vault, char v)
{
  SottoKey key = v_of (v);

  return sotto_vault_opens (vault, &key);
}

/* In memory, and by what its wraps are at the moment. */
static void
test_opens (void)
{
  g_autoptr (SottoVault) vault = make ('a');
  SottoKey b = v_of ('b');

  g_assert_true (opens (vault, 'a'));
  g_assert_false (opens (vault, 'b'));
  sotto_vault_add_wrap (vault, &b);
  g_assert_true (opens (vault, 'a') && opens (vault, 'b'));
  sotto_vault_settle (vault, true);
  g_assert_true (opens (vault, 'b'));
  g_assert_false (opens (vault, 'a'));
}

static void
install (SottoVault *vault, const char *folder)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sotto_vault_install (vault, folder, &error));
  g_assert_no_error (error);
}

static void
write_wraps (SottoVault *vault, const char *folder)
{
  g_autofree char *path = g_build_filename (folder, SOTTO_VAULT_FILE, NULL);
  g_autoptr (GBytes) text = sotto_vault_to_file (vault);
  gsize n;
  const char *bytes = g_bytes_get_data (text, &n);

  g_assert_true (g_file_set_contents (path, bytes, n, NULL));
}

/* Opens with v and holds the same identity; or does not open, which is LOCKED. */
static SottoVault *
open_vault (const char *folder, char v, const SottoKeyPair *identity)
{
  g_autoptr (GError) error = NULL;
  SottoKey key = v_of (v);
  SottoVault *vault = sotto_vault_load (folder, &key, &error);

  if (identity == NULL)
    {
      g_assert_null (vault);
      g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_LOCKED);
      return NULL;
    }
  g_assert_no_error (error);
  g_assert_cmpmem (sotto_vault_get_identity (vault), sizeof *identity, identity, sizeof *identity);
  return vault;
}

static void
check_opens (const char *folder, char v, const SottoKeyPair *identity)
{
  g_autoptr (SottoVault) vault = open_vault (folder, v, identity);

  g_assert_true ((vault != NULL) == (identity != NULL));
}

static void
test_round (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autoptr (SottoVault) vault = make ('a');
  g_autofree char *path = g_build_filename (folder, SOTTO_VAULT_FILE, NULL);
  g_autofree char *text = NULL;
  GStatBuf info;
  gsize n;

  g_assert_false (sotto_vault_exists (folder));
  install (vault, folder);
  g_assert_true (sotto_vault_exists (folder));
  check_opens (folder, 'a', sotto_vault_get_identity (vault));
  check_opens (folder, 'b', NULL);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  /* The secret itself is nowhere in the file. */
  g_assert_true (g_file_get_contents (path, &text, &n, NULL));
  g_assert_null (memmem (text, n, sotto_vault_get_identity (vault)->secret.bytes, 16));
}

/* Every point at which a password change may be cut off: keys.json as it is then, and which
 * passwords must open it. */
static void
test_password_change (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autoptr (SottoVault) vault = make ('a');
  const SottoKeyPair *identity = sotto_vault_get_identity (vault);
  SottoKey v_new = v_of ('b');

  install (vault, folder);
  sotto_vault_add_wrap (vault, &v_new);
  write_wraps (vault, folder); /* before PASSWD is sent: either may be in force */
  check_opens (folder, 'a', identity);
  check_opens (folder, 'b', identity);

  sotto_vault_settle (vault, true); /* OK came */
  write_wraps (vault, folder);
  check_opens (folder, 'a', NULL);
  check_opens (folder, 'b', identity);

  SottoKey v_refused = v_of ('c');
  sotto_vault_add_wrap (vault, &v_refused);
  write_wraps (vault, folder);
  sotto_vault_settle (vault, false); /* ERR came */
  write_wraps (vault, folder);
  check_opens (folder, 'b', identity);
  check_opens (folder, 'c', NULL);
}

/* The answer was lost; the next login tells which one it was. */
static void
test_settled_by_login (void)
{
  for (const char *in_force = "ab"; *in_force != '\0'; in_force++)
    {
      g_autoptr (TestScratch) folder = test_scratch_new ();
      g_autoptr (SottoVault) vault = make ('a');
      SottoKey v_new = v_of ('b');

      sotto_vault_add_wrap (vault, &v_new);
      install (vault, folder);
      g_autoptr (SottoVault) later =
          open_vault (folder, *in_force, sotto_vault_get_identity (vault));
      g_assert_true (sotto_vault_settle_opened (later));
      g_assert_false (sotto_vault_settle_opened (later));
      write_wraps (later, folder);
      check_opens (folder, *in_force, sotto_vault_get_identity (vault));
      check_opens (folder, *in_force == 'a' ? 'b' : 'a', NULL);
    }
}

static void
test_unanswered_changes (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autoptr (SottoVault) vault = make ('a');

  for (char v = 'b'; v < 'b' + SOTTO_VAULT_WRAPS_MAX + 3; v++)
    {
      SottoKey key = v_of (v);
      sotto_vault_add_wrap (vault, &key);
    }
  install (vault, folder);
  check_opens (folder, 'b' + SOTTO_VAULT_WRAPS_MAX + 2, sotto_vault_get_identity (vault));
  check_opens (folder, 'a', NULL);
}

/* The password was changed elsewhere: the new vault goes in place, the old one is kept. */
static void
test_kept_aside (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autofree char *path = g_build_filename (folder, SOTTO_VAULT_FILE, NULL);
  g_autofree char *name = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (SottoVault) vault = make ('a' + (char)i);
      install (vault, folder);
      g_free (name);
      name = sotto_vault_file_name (vault, "contacts");
      check_opens (folder, 'a' + (char)i, sotto_vault_get_identity (vault));
    }
  for (guint i = 1; i < 3; i++)
    {
      g_autoptr (TestScratch) other = test_scratch_new ();
      g_autofree char *aside_name = g_strdup_printf ("keys-%u.json", i);
      g_autofree char *aside = g_build_filename (folder, aside_name, NULL);
      g_autofree char *there = g_build_filename (other, SOTTO_VAULT_FILE, NULL);
      g_autofree char *text = NULL;
      SottoKey v = v_of ('a' + (char)i - 1);
      gsize n;

      g_assert_true (g_file_get_contents (aside, &text, &n, NULL));
      g_assert_true (g_file_set_contents (there, text, n, NULL));
      g_autoptr (SottoVault) old = sotto_vault_load (other, &v, NULL);
      g_assert_nonnull (old);
      /* and no file of the new one has the name of one of the old one's */
      g_autofree char *old_name = sotto_vault_file_name (old, "contacts");
      g_assert_cmpstr (old_name, !=, name);
    }
}

static void
test_seal (void)
{
  g_autoptr (SottoVault) vault = make ('a');
  g_autoptr (SottoVault) other = make ('a');
  g_autoptr (GBytes) token = sotto_vault_seal (vault, 'C', "hello", 5);
  gsize n;
  const char *text = g_bytes_get_data (token, &n);
  g_autoptr (GBytes) plain = sotto_vault_unseal (vault, 'C', text, n);
  g_autoptr (GBytes) empty_token = sotto_vault_seal (vault, 'C', "", 0);
  g_autoptr (GBytes) empty = sotto_vault_unseal (vault, 'C', g_bytes_get_data (empty_token, NULL),
                                                 g_bytes_get_size (empty_token));

  g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), "hello", 5);
  g_assert_cmpuint (g_bytes_get_size (empty), ==, 0);
  g_assert_null (sotto_vault_unseal (vault, 'D', text, n));
  g_assert_null (sotto_vault_unseal (other, 'C', text, n));
  g_assert_null (sotto_vault_unseal (vault, 'C', text, n - 1));
  g_assert_null (sotto_vault_unseal (vault, 'C', "", 0));
}

/* One member at a time is made wrong; each is CORRUPT, and the file stays as it is. */
static void
test_damaged (void)
{
  static const char *const replacements[][2] = {
    { "\"version\"", "\"versions\"" },
    { ": 1", ": 2" },
    { "\"id\"", "\"ID\"" },
    { "\"identity\" : \"gA", "\"identity\" : \"gB" },
    { "\"data_key\"", "\"data\"" },
    { "{", "[" },
  };
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autoptr (SottoVault) vault = make ('a');
  g_autofree char *path = g_build_filename (folder, SOTTO_VAULT_FILE, NULL);
  g_autofree char *text = NULL;
  SottoKey v = v_of ('a');

  install (vault, folder);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (replacements); i++)
    {
      g_autoptr (GString) damaged = g_string_new (text);
      g_autoptr (GError) error = NULL;
      g_autofree char *after = NULL;

      g_assert_cmpuint (g_string_replace (damaged, replacements[i][0], replacements[i][1], 1), ==,
                        1);
      g_assert_true (g_file_set_contents (path, damaged->str, -1, NULL));
      g_assert_null (sotto_vault_load (folder, &v, &error));
      g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT);
      g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
      g_assert_cmpstr (after, ==, damaged->str);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/vault/round", test_round);
  g_test_add_func ("/client/vault/opens", test_opens);
  g_test_add_func ("/client/vault/password-change", test_password_change);
  g_test_add_func ("/client/vault/settled-by-login", test_settled_by_login);
  g_test_add_func ("/client/vault/unanswered-changes", test_unanswered_changes);
  g_test_add_func ("/client/vault/kept-aside", test_kept_aside);
  g_test_add_func ("/client/vault/seal", test_seal);
  g_test_add_func ("/client/vault/damaged", test_damaged);
  return g_test_run ();
}
