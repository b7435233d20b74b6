// SPDX-License-Identifier: GPL-3.0-or-later
/* The pins of people: they survive, nobody reads them, and a damaged book is not an empty one. */
#undef G_DISABLE_ASSERT
#include "shared/client/contact-book.h"

#include "shared/crypto/agreement.h"
#include "tests/client/scratch.h"
#include <string.h>

static SottoVault *
make_vault (void)
{
  SottoKey v = { { 1 } };

  return sotto_vault_new (&v, sotto_random_system ());
}

static SottoContactEntry *
add (SottoContactBook *book, const char *str, uint8_t key)
{
  SottoName name = { 0 };
  SottoKey identity;

  g_strlcpy (name.str, str, sizeof name.str);
  memset (&identity, key, sizeof identity);
  return sotto_contact_book_add (book, &name, &identity);
}

static char *
save (SottoContactBook *book, SottoVault *vault, const char *folder)
{
  g_autofree char *name = sotto_vault_file_name (vault, SOTTO_CONTACTS_FILE);
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) content = sotto_contact_book_seal (book, vault);

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (content, NULL),
                                      g_bytes_get_size (content), NULL));
  return path;
}

static void
test_round (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autoptr (SottoVault) vault = make_vault ();
  g_autoptr (SottoContactBook) book = sotto_contact_book_load (folder, vault, NULL);
  SottoName bob = { "bob" };
  SottoName carol = { "carol" };
  SottoName dave = { "dave" };

  g_assert_cmpuint (sotto_contact_book_size (book), ==, 0);
  add (book, "bob", 2)->verified = true;
  SottoContactEntry *entry = add (book, "carol", 3);
  entry->alarm = true;
  memset (&entry->offered, 4, sizeof entry->offered);
  g_autofree char *path = save (book, vault, folder);

  g_autoptr (SottoContactBook) again = sotto_contact_book_load (folder, vault, NULL);
  g_assert_cmpuint (sotto_contact_book_size (again), ==, 2);
  g_assert_null (sotto_contact_book_find (again, &dave));
  entry = sotto_contact_book_find (again, &bob);
  g_assert_true (entry->verified && !entry->alarm && entry->identity.bytes[31] == 2);
  entry = sotto_contact_book_find (again, &carol);
  g_assert_true (!entry->verified && entry->alarm && entry->offered.bytes[0] == 4);

  g_autofree char *text = NULL;
  gsize n;
  g_assert_true (g_file_get_contents (path, &text, &n, NULL));
  g_assert_null (memmem (text, n, "bob", 3));

  /* Another vault has another file. */
  g_autoptr (SottoVault) other = make_vault ();
  g_autoptr (SottoContactBook) empty = sotto_contact_book_load (folder, other, NULL);
  g_assert_cmpuint (sotto_contact_book_size (empty), ==, 0);
}

static void
test_damaged (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autoptr (SottoVault) vault = make_vault ();
  g_autoptr (SottoContactBook) book = sotto_contact_book_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize n;

  add (book, "bob", 2);
  g_autofree char *path = save (book, vault, folder);
  g_assert_true (g_file_get_contents (path, &text, &n, NULL));
  text[n / 2] ^= 1;
  g_assert_true (g_file_set_contents (path, text, n, NULL));
  g_assert_null (sotto_contact_book_load (folder, vault, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT);
}

static void
test_limit (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autoptr (SottoVault) vault = make_vault ();
  g_autoptr (SottoContactBook) book = sotto_contact_book_new ();

  for (guint i = 0; i < SOTTO_CONTACTS_MAX; i++)
    {
      g_autofree char *name = g_strdup_printf ("this-is-a-rather-long-name-%05u", i);
      g_assert_nonnull (add (book, name, 1));
    }
  g_assert_null (add (book, "one-too-many", 1));

  /* A full one still fits its file. */
  g_autofree char *path = save (book, vault, folder);
  g_autoptr (SottoContactBook) again = sotto_contact_book_load (folder, vault, NULL);
  g_assert_nonnull (again);
  g_assert_cmpuint (sotto_contact_book_size (again), ==, SOTTO_CONTACTS_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/contact-book/round", test_round);
  g_test_add_func ("/client/contact-book/damaged", test_damaged);
  g_test_add_func ("/client/contact-book/limit", test_limit);
  return g_test_run ();
}
