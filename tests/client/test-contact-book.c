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
check_prefs (SottoContactBook *book, const char *str, const SottoContactPrefs *want)
{
  SottoName name = { 0 };

  g_strlcpy (name.str, str, sizeof name.str);
  const SottoContactPrefs *got = sotto_contact_book_get_prefs (book, &name);
  g_assert_cmpstr (got->alias, ==, want->alias);
  g_assert_true (got->favourite == want->favourite && got->muted == want->muted
                 && got->blocked == want->blocked && got->forget == want->forget);
}

/* Of people who are pinned, and of some who are not. */
static void
test_prefs (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autoptr (SottoVault) vault = make_vault ();
  g_autoptr (SottoContactBook) book = sotto_contact_book_new ();
  const SottoContactPrefs none = { 0 };
  const SottoContactPrefs of[] = {
    { .alias = "Bob the \"builder\" \xc3\xa9" }, { .favourite = true }, { .muted = true },
    { .blocked = true, .alias = "x" },           { .forget = true },
  };
  SottoName names[] = { { "bob" }, { "f" }, { "m" }, { "b" }, { "k" } };

  add (book, "bob", 2);
  add (book, "carol", 3);
  for (gsize i = 0; i < G_N_ELEMENTS (of); i++)
    g_assert_true (sotto_contact_book_set_prefs (book, &names[i], &of[i]));
  g_assert_true (sotto_contact_book_set_prefs (book, &names[2], &none));
  g_autofree char *path = save (book, vault, folder);

  g_autoptr (SottoContactBook) again = sotto_contact_book_load (folder, vault, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (of); i++)
    check_prefs (again, names[i].str, i == 2 ? &none : &of[i]);
  check_prefs (again, "carol", &none);
  g_auto (GStrv) all = sotto_contact_book_dup_names (again);
  g_autofree char *joined = g_strjoinv (" ", all);
  g_assert_cmpstr (joined, ==, "b bob carol f k");
}

/* Of whom we know, and only as long as we do. */
static void
test_seen (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autoptr (SottoVault) vault = make_vault ();
  g_autoptr (SottoContactBook) book = sotto_contact_book_new ();
  const SottoContactPrefs muted = { .muted = true };
  const SottoContactPrefs none = { 0 };
  SottoName bob = { "bob" };
  SottoName carol = { "carol" };
  SottoName dave = { "dave" };

  add (book, "bob", 2)->since_ms = 1000;
  sotto_contact_book_find (book, &bob)->changed_ms = 2000;
  sotto_contact_book_set_prefs (book, &carol, &muted);
  g_assert_true (sotto_contact_book_set_seen (book, &bob, 3000));
  g_assert_true (sotto_contact_book_set_seen (book, &carol, 4000));
  g_assert_false (sotto_contact_book_set_seen (book, &dave, 5000));
  g_free (save (book, vault, folder));

  g_autoptr (SottoContactBook) again = sotto_contact_book_load (folder, vault, NULL);
  SottoContactEntry *entry = sotto_contact_book_find (again, &bob);
  g_assert_cmpint (entry->since_ms, ==, 1000);
  g_assert_cmpint (entry->changed_ms, ==, 2000);
  g_assert_cmpint (sotto_contact_book_get_seen (again, &bob), ==, 3000);
  g_assert_cmpint (sotto_contact_book_get_seen (again, &carol), ==, 4000);
  g_assert_cmpint (sotto_contact_book_get_seen (again, &dave), ==, 0);
  sotto_contact_book_set_prefs (again, &carol, &none);
  g_assert_cmpint (sotto_contact_book_get_seen (again, &carol), ==, 0);
  g_free (save (again, vault, folder));
  g_autoptr (SottoContactBook) third = sotto_contact_book_load (folder, vault, NULL);
  sotto_contact_book_set_prefs (third, &carol, &muted);
  g_assert_cmpint (sotto_contact_book_get_seen (third, &carol), ==, 0);
  sotto_contact_book_forget_seen (third);
  g_assert_cmpint (sotto_contact_book_get_seen (third, &bob), ==, 0);
}

static void
test_valid_prefs (void)
{
  SottoContactPrefs prefs = { 0 };

  g_assert_true (sotto_contact_prefs_are_valid (&prefs));
  memset (prefs.alias, 'a', SOTTO_ALIAS_MAX);
  g_assert_true (sotto_contact_prefs_are_valid (&prefs));
  prefs.alias[SOTTO_ALIAS_MAX] = 'a'; /* no end */
  g_assert_false (sotto_contact_prefs_are_valid (&prefs));
  for (const char *const *bad = (const char *const[]){ "a\nb", "\xff", "\xe2\x80\xae", NULL };
       *bad != NULL; bad++)
    {
      g_strlcpy (prefs.alias, *bad, sizeof prefs.alias);
      g_assert_false (sotto_contact_prefs_are_valid (&prefs));
    }
}

/* A book of the next program, or a damaged one: whatever is not understood is not an empty book. */
static void
test_text (void)
{
#define BOB "{\"name\":\"bob\",\"identity\":\"" KEY "\",\"verified\":true}"
#define KEY "0000000000000000000000000000000000000000000000000000000000000001"
  static const struct
  {
    const char *text;
    bool good;
  } books[] = {
    { "{\"contacts\":[]}", true },
    { "{\"contacts\":[" BOB "],\"prefs\":[{\"name\":\"x\",\"muted\":true,\"new\":1}]}", true },
    { "{\"contacts\":[" BOB "],\"seen\":[{\"name\":\"bob\",\"at\":7}]}", true },
    { "{\"contacts\":[],\"seen\":[{\"name\":\"bob\",\"at\":7}]}", true }, /* forgotten meanwhile */
    { "{\"contacts\":[" BOB "],\"seen\":[{\"name\":\"bob\",\"at\":-7}]}", false },
    { "{\"contacts\":[" BOB "],\"seen\":[{\"name\":\"bob\"}]}", false },
    { "{\"contacts\":[" BOB "],\"seen\":7}", false },
    { "{\"contacts\":[" BOB "," BOB "]}", false },
    { "{\"contacts\":{}}", false },
    { "{\"contacts\":[1]}", false },
    { "{\"prefs\":[]}", false },
    { "{\"contacts\":[],\"prefs\":[{\"muted\":true}]}", false },
    { "{\"contacts\":[],\"prefs\":[{\"name\":\"x\",\"muted\":1}]}", false },
    { "{\"contacts\":[],\"prefs\":[{\"name\":\"x\",\"alias\":\"a\\nb\"}]}", false },
    { "[]", false },
    { "", false },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (books); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SottoContactBook) book =
          sotto_contact_book_from_json ("it", books[i].text, strlen (books[i].text), &error);
      g_assert_true ((book != NULL) == books[i].good);
      if (!books[i].good)
        g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT);
    }
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
  SottoContactPrefs prefs = { .favourite = true, .muted = true, .blocked = true, .forget = true };
  SottoName name = { "one-too-many" };
  memset (prefs.alias, '"', SOTTO_ALIAS_MAX);
  for (guint i = 0; i < SOTTO_CONTACTS_MAX; i++)
    {
      SottoName other;
      g_snprintf (other.str, sizeof other.str, "this-is-a-rather-long-name-%05u", i);
      g_assert_true (sotto_contact_book_set_prefs (book, &other, &prefs));
      g_assert_true (sotto_contact_book_set_seen (book, &other, G_MAXINT64));
    }
  g_assert_false (sotto_contact_book_set_prefs (book, &name, &prefs));

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
  g_test_add_func ("/client/contact-book/prefs", test_prefs);
  g_test_add_func ("/client/contact-book/seen", test_seen);
  g_test_add_func ("/client/contact-book/valid-prefs", test_valid_prefs);
  g_test_add_func ("/client/contact-book/text", test_text);
  g_test_add_func ("/client/contact-book/limit", test_limit);
  return g_test_run ();
}
