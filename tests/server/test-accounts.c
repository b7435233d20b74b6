// SPDX-License-Identifier: GPL-3.0-or-later
/* The store: what it keeps, what it refuses to read, and that it never loses or overwrites. */
#undef G_DISABLE_ASSERT
#include "server/accounts.h"

#include "server/account-batch.h"
#include "server/account-file.h"
#include "shared/base/file.h"
#include "shared/base/text.h"
#include "shared/crypto/agreement.h"
#include "tests/server/house.h"
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH_A "$2b$04$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define HASH_B "$2b$05$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define KEY_A  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define ALICE                                                                                      \
  "\"alice\": {\"hash\": \"" HASH_A "\", \"identity\": \"" KEY_A                                   \
  "\", \"ticket_gen\": 1, \"created\": 5, \"disabled\": false}"

typedef struct
{
  char *folder;
  char *path;
  SottoAccounts *accounts;
  GString *codes; /* a letter for each answer, in order */
  guint32 generation;
  guint troubles;
  guint relieved;
} Store;

static void
store_open (Store *self, const char *realm)
{
  g_autoptr (GError) error = NULL;

  self->accounts = sotto_accounts_open (self->path, realm, sotto_random_system (), &error);
  g_assert_no_error (error);
}

static void
store_set_up (Store *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("sotto-accounts-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "pass.json", NULL);
  self->codes = g_string_new (NULL);
}

static void
store_tear_down (Store *self, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  sotto_accounts_free (self->accounts);
  chmod (self->folder, 0700);
  dir = g_dir_open (self->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->path);
  g_string_free (self->codes, TRUE);
}

static void
store_reopen (Store *self)
{
  sotto_accounts_free (self->accounts);
  store_open (self, NULL);
}

static void
on_done (SottoCode code, const SottoAccount *account, gpointer data)
{
  Store *self = data;

  g_string_append_c (self->codes, (char)('a' + code));
  g_assert_true (code == SOTTO_OK || account == NULL);
  if (account != NULL)
    self->generation = account->generation;
}

static void
store_change (Store *self, SottoAccountChange change, const char *name)
{
  change.name = test_name (name);
  g_assert_true (sotto_accounts_change (self->accounts, &change, on_done, self));
}

static void
store_add (Store *self, const char *name)
{
  store_change (self, (SottoAccountChange){ .op = SOTTO_ACCOUNT_ADD, .hash = HASH_A, .created = 7 },
                name);
}

static void
store_wait (Store *self, gsize n)
{
  while (self->codes->len < n)
    g_main_context_iteration (NULL, TRUE);
}

static const SottoAccount *
store_find (Store *self, const char *text)
{
  SottoName name = test_name (text);

  return sotto_accounts_lookup (self->accounts, &name);
}

static void
write_file (Store *self, const char *text)
{
  g_assert_true (g_file_set_contents (self->path, text, -1, NULL));
}

/* ---- Changes ---- */

static void
test_add_is_durable_before_it_is_told (Store *self, gconstpointer data)
{
  g_autofree char *text = NULL;

  store_open (self, "r");
  store_add (self, "alice");
  g_assert_null (store_find (self, "alice"));
  store_wait (self, 1);
  g_assert_cmpstr (self->codes->str, ==, "a");
  g_assert_nonnull (store_find (self, "alice"));
  g_assert_true (g_file_get_contents (self->path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\"alice\""));
  store_reopen (self);
  const SottoAccount *alice = store_find (self, "alice");
  g_assert_cmpstr (alice->hash, ==, HASH_A);
  g_assert_cmpint (alice->created, ==, 7);
  g_assert_cmpuint (alice->generation, ==, self->generation);
  g_assert_cmpuint (sotto_accounts_get_count (self->accounts), ==, 1);
}

static void
test_file_is_private (Store *self, gconstpointer data)
{
  struct stat st;

  store_open (self, NULL);
  store_add (self, "alice");
  store_wait (self, 1);
  g_assert_cmpint (g_stat (self->path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
}

/* Many at once share writes, are answered in order, and see each other. */
static void
test_group_commit (Store *self, gconstpointer data)
{
  char name[8];

  store_open (self, NULL);
  for (guint i = 0; i < 200; i++)
    {
      g_snprintf (name, sizeof name, "u%u", i);
      store_add (self, name);
    }
  store_add (self, "u7");
  store_wait (self, 201);
  g_assert_cmpuint (strspn (self->codes->str, "a"), ==, 200);
  g_assert_cmpint (self->codes->str[200], ==, 'a' + SOTTO_NAME_TAKEN);
  store_reopen (self);
  g_assert_cmpuint (sotto_accounts_get_count (self->accounts), ==, 200);
}

static void
test_update (Store *self, gconstpointer data)
{
  SottoAccountChange change = { .op = SOTTO_ACCOUNT_UPDATE, .expected_hash = HASH_A };

  store_open (self, NULL);
  store_add (self, "alice");
  store_wait (self, 1);
  guint32 first = self->generation;

  g_strlcpy (change.hash, HASH_B, sizeof change.hash);
  store_change (self, change, "alice");
  store_wait (self, 2);
  g_assert_cmpuint (self->generation, ==, first);
  /* It was checked against a hash that is not there any more. */
  change.end_tickets = true;
  store_change (self, change, "alice");
  store_change (self, change, "bob");
  store_wait (self, 4);
  g_assert_cmpint (self->codes->str[2], ==, 'a' + SOTTO_BUSY);
  g_assert_cmpint (self->codes->str[3], ==, 'a' + SOTTO_AUTH);
  change.expected_hash[0] = '\0';
  store_change (self, change, "alice");
  store_wait (self, 5);
  g_assert_cmpuint (self->generation, >, first);
  store_reopen (self);
  g_assert_cmpstr (store_find (self, "alice")->hash, ==, HASH_B);
  g_assert_cmpuint (store_find (self, "alice")->generation, ==, self->generation);
}

/* A ticket of the old account must not open the new one of the same name. */
static void
test_generations_never_repeat (Store *self, gconstpointer data)
{
  store_open (self, NULL);
  store_add (self, "alice");
  store_wait (self, 1);
  guint32 first = self->generation;
  store_change (self, (SottoAccountChange){ .op = SOTTO_ACCOUNT_REMOVE }, "alice");
  store_wait (self, 2);
  g_assert_null (store_find (self, "alice"));
  store_reopen (self);
  store_add (self, "alice");
  store_wait (self, 3);
  g_assert_cmpuint (self->generation, >, first);
}

static void
test_disown (Store *self, gconstpointer data)
{
  store_open (self, NULL);
  store_add (self, "alice");
  store_add (self, "bob");
  sotto_accounts_disown (self->accounts, self);
  while (store_find (self, "bob") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->codes->len, ==, 0);
}

static void
on_trouble (const GError *error, gpointer data)
{
  Store *self = data;

  if (error != NULL)
    self->troubles++;
  else
    self->relieved++;
}

/* The folder goes away and comes back: refused meanwhile, nothing half done, then all well. */
static void
test_disk_trouble (Store *self, gconstpointer data)
{
  g_autofree char *aside = g_strconcat (self->folder, "-aside", NULL);

  store_open (self, NULL);
  sotto_accounts_set_trouble (self->accounts, on_trouble, self);
  g_assert_cmpint (g_rename (self->folder, aside), ==, 0);
  store_add (self, "alice");
  store_wait (self, 1);
  g_assert_cmpint (self->codes->str[0], ==, 'a' + SOTTO_UNAVAILABLE);
  g_assert_null (store_find (self, "alice"));
  g_assert_cmpuint (self->troubles, ==, 1);
  g_assert_cmpint (g_rename (aside, self->folder), ==, 0);
  store_add (self, "alice");
  store_wait (self, 2);
  g_assert_cmpint (self->codes->str[1], ==, 'a' + SOTTO_OK);
  g_assert_cmpuint (self->relieved, ==, 1);
}

/* ---- Opening ---- */

static void
test_one_writer (Store *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  store_open (self, NULL);
  g_assert_null (sotto_accounts_open (self->path, NULL, sotto_random_system (), &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IN_USE);
}

static void
test_realm_is_made_once (Store *self, gconstpointer data)
{
  store_open (self, NULL);
  g_autofree char *realm = g_strdup (sotto_accounts_get_realm (self->accounts));

  g_assert_cmpuint (strlen (realm), ==, SOTTO_REALM_MADE_LEN);
  store_add (self, "alice");
  store_wait (self, 1);
  store_reopen (self);
  g_assert_cmpstr (sotto_accounts_get_realm (self->accounts), ==, realm);
  g_assert_null (sotto_accounts_get_forgotten_realm (self->accounts));

  /* The configuration wins, but the file does not forget. */
  sotto_accounts_free (self->accounts);
  store_open (self, "other");
  g_assert_cmpstr (sotto_accounts_get_realm (self->accounts), ==, "other");
  g_assert_cmpstr (sotto_accounts_get_forgotten_realm (self->accounts), ==, realm);
  store_add (self, "bob");
  store_wait (self, 2);
  store_reopen (self);
  g_assert_cmpstr (sotto_accounts_get_realm (self->accounts), ==, realm);
}

static void
test_realm_of_any_letters (Store *self, gconstpointer data)
{
  static const char realm[] = "a \"quoted\" \\ Größe\t";

  store_open (self, realm);
  store_reopen (self);
  g_assert_cmpstr (sotto_accounts_get_realm (self->accounts), ==, realm);
}

#define HEAD   "{\"version\": 1, \"realm\": \"r\", \"ticket_gen\": 3, \"accounts\": {"
#define TAIL   "}}\n"
#define HEAD_2 "{\"version\": 2, \"realm\": \"r\", \"ticket_gen\": 3, \"invites\": {"

static void
test_damaged_files (Store *self, gconstpointer data)
{
  static const struct
  {
    const char *text;
    int code;
    const char *says;
  } cases[] = {
    { "", SOTTO_ERROR_CORRUPT, ":1: " },
    { "[]", SOTTO_ERROR_CORRUPT, "not an object" },
    { "{}", SOTTO_ERROR_CORRUPT, "version" },
    { "{\"version\": 3}", SOTTO_ERROR_CORRUPT, "newer" },
    { "{\"version\": 0}", SOTTO_ERROR_CORRUPT, "no such version" },
    { "{\"version\": \"1\"}", SOTTO_ERROR_CORRUPT, "version" },
    { HEAD "\n" ALICE, SOTTO_ERROR_CORRUPT, ":2: " },
    { HEAD "\n" ALICE ",\n" ALICE TAIL, SOTTO_ERROR_CORRUPT, ":3: " },
    { HEAD "\n\n\"Alice\": {}" TAIL, SOTTO_ERROR_CORRUPT, ":3: \"Alice\": not a username" },
    { HEAD "\"a\": 5" TAIL, SOTTO_ERROR_CORRUPT, "not an object" },
    { HEAD "\"a\": {}" TAIL, SOTTO_ERROR_CORRUPT, "hash" },
    { HEAD "\"a\": {\"hash\": \"x\"}" TAIL, SOTTO_ERROR_CORRUPT, "hash" },
    { HEAD "\"a\": {\"hash\": \"" HASH_A "\", \"identity\": \"AA==\"}" TAIL, SOTTO_ERROR_CORRUPT,
      "identity" },
    { HEAD "\"a\": {\"hash\": \"" HASH_A "\", \"identity\": \"" KEY_A "\", \"ticket_gen\": 4, "
           "\"created\": 1, \"disabled\": false}" TAIL,
      SOTTO_ERROR_CORRUPT, "above" },
    { HEAD "\"a\": {\"hash\": \"" HASH_A "\", \"identity\": \"" KEY_A "\", \"ticket_gen\": 1, "
           "\"created\": 1, \"disabled\": 0}" TAIL,
      SOTTO_ERROR_CORRUPT, "disabled" },
    { "{\"version\": 1, \"realm\": \"\", \"ticket_gen\": 0, \"accounts\": {}}", SOTTO_ERROR_CORRUPT,
      "realm" },
    { "{\"version\": 1, \"realm\": \"r\", \"ticket_gen\": 0, \"accounts\": []}",
      SOTTO_ERROR_CORRUPT, "accounts" },
    { "{\"version\": 2, \"realm\": \"r\", \"ticket_gen\": 0, \"accounts\": {}}",
      SOTTO_ERROR_CORRUPT, "\"invites\": missing" },
    { HEAD_2 "\n\"ABCDEF\": {}}, \"accounts\": {}}", SOTTO_ERROR_CORRUPT,
      ":2: \"ABCDEF\": not the id of an invite" },
    { HEAD_2 "\"abcdef\": {\"digest\": \"" KEY_A "\", \"uses\": 0, \"created\": 1, "
             "\"expires\": 2}}, \"accounts\": {}}",
      SOTTO_ERROR_CORRUPT, "uses" },
    { HEAD_2 "\"abcdef\": {\"digest\": \"AA==\", \"uses\": 1, \"created\": 1, "
             "\"expires\": 2}}, \"accounts\": {}}",
      SOTTO_ERROR_CORRUPT, "digest" },
    { "{\"_default\": {\"1\": {\"username\": \"bob\", \"password\": \"x\"}}}", SOTTO_ERROR_CONFIG,
      "these accounts must sign up again" },
    { "{\"_default\": {}}", SOTTO_ERROR_CONFIG, "these accounts must sign up again" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *after = NULL;

      g_test_message ("%s", cases[i].text);
      write_file (self, cases[i].text);
      g_assert_null (sotto_accounts_open (self->path, NULL, sotto_random_system (), &error));
      g_assert_error (error, SOTTO_ERROR, cases[i].code);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].says));
      g_assert_true (g_file_get_contents (self->path, &after, NULL, NULL));
      g_assert_cmpstr (after, ==, cases[i].text);
    }
  /* The frame of all these is right. */
  write_file (self, HEAD ALICE TAIL);
  store_open (self, NULL);
  g_assert_nonnull (store_find (self, "alice"));
}

/* A file of the first version is read as it is, and the next change makes it one of today's. */
static void
test_version_1_is_migrated (Store *self, gconstpointer data)
{
  g_autofree char *text = NULL;

  write_file (self, HEAD ALICE TAIL);
  store_open (self, NULL);
  g_assert_true (g_file_get_contents (self->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, HEAD ALICE TAIL);
  store_add (self, "bob");
  store_wait (self, 1);
  g_assert_cmpuint (self->generation, ==, 4);
  g_clear_pointer (&text, g_free);
  g_assert_true (g_file_get_contents (self->path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "{\n  \"version\": 2,\n  \"realm\": \"r\",\n"
                                         "  \"ticket_gen\": 4,\n  \"invites\": {},\n"));
  store_reopen (self);
  const SottoAccount *alice = store_find (self, "alice");
  g_assert_cmpstr (alice->hash, ==, HASH_A);
  g_assert_cmpuint (alice->generation, ==, 1);
  g_assert_cmpint (alice->created, ==, 5);
  g_assert_nonnull (store_find (self, "bob"));
}

/* ---- Invites ---- */

#define NOW 1000

static SottoInvite
store_invite (Store *self, guint32 uses)
{
  SottoAccountChange change = { .op = SOTTO_ACCOUNT_INVITE, .created = NOW };
  char code[SOTTO_INVITE_CODE_LEN + 1];
  gsize before = self->codes->len;

  sotto_invite_make (&change.invite, sotto_random_system (), code);
  change.invite.uses = uses;
  change.invite.created = NOW;
  change.invite.expires = NOW + 10;
  store_change (self, change, "nobody");
  store_wait (self, before + 1);
  g_assert_cmpint (self->codes->str[before], ==, 'a');
  return change.invite;
}

static void
store_add_with (Store *self, const char *name, const SottoInvite *invite, gint64 now)
{
  store_change (self,
                (SottoAccountChange){
                    .op = SOTTO_ACCOUNT_ADD, .hash = HASH_A, .created = now, .invite = *invite },
                name);
}

static guint32
uses_left (Store *self, const SottoInvite *invite)
{
  const SottoInvite *found =
      sotto_invites_find (sotto_accounts_get_invites (self->accounts), invite->id, NOW);

  return found != NULL ? found->uses : 0;
}

/* In one write or in several: two uses are two accounts, also after a restart. */
static void
test_uses_are_counted (Store *self, gconstpointer data)
{
  store_open (self, "r");
  SottoInvite two = store_invite (self, 2);
  for (const char *const *name = (const char *const[]){ "a", "b", "c", NULL }; *name; name++)
    store_add_with (self, *name, &two, NOW);
  store_wait (self, 4);
  g_assert_cmpstr (self->codes->str, ==, "aaag"); /* INVITE is 6 */
  g_assert_null (store_find (self, "c"));

  SottoInvite one = store_invite (self, 1);
  store_reopen (self);
  g_assert_cmpuint (uses_left (self, &one), ==, 1);
  g_assert_cmpuint (uses_left (self, &two), ==, 0);
  store_add_with (self, "c", &one, NOW);
  store_wait (self, 6);
  store_reopen (self);
  g_assert_cmpuint (uses_left (self, &one), ==, 0);
  store_add_with (self, "d", &one, NOW);
  store_wait (self, 7);
  g_assert_cmpstr (self->codes->str, ==, "aaagaag");
}

/* Taken, wrong, expired, on a broken disk: the use is still there. */
static void
test_failed_sign_up_costs_nothing (Store *self, gconstpointer data)
{
  g_autofree char *aside = g_strconcat (self->folder, "-aside", NULL);

  store_open (self, "r");
  store_add (self, "alice");
  SottoInvite invite = store_invite (self, 1);
  SottoInvite wrong = invite;
  wrong.digest.bytes[0] ^= 1;
  store_add_with (self, "alice", &invite, NOW);
  store_add_with (self, "alice", &wrong, NOW);
  store_add_with (self, "bob", &wrong, NOW);
  store_add_with (self, "bob", &invite, NOW + 10);
  store_wait (self, 6);
  g_assert_cmpstr (self->codes->str, ==, "aacggg");
  g_assert_cmpint (g_rename (self->folder, aside), ==, 0);
  store_add_with (self, "bob", &invite, NOW);
  store_wait (self, 7);
  g_assert_cmpint (g_rename (aside, self->folder), ==, 0);
  g_assert_cmpint (self->codes->str[6], ==, 'a' + SOTTO_UNAVAILABLE);
  g_assert_cmpuint (uses_left (self, &invite), ==, 1);
  store_add_with (self, "bob", &invite, NOW);
  store_wait (self, 8);
  g_assert_cmpint (self->codes->str[7], ==, 'a');
  g_assert_cmpuint (uses_left (self, &invite), ==, 0);
}

static void
test_revoke (Store *self, gconstpointer data)
{
  store_open (self, "r");
  SottoAccountChange change = { .op = SOTTO_ACCOUNT_REVOKE, .invite = store_invite (self, 5) };
  store_change (self, change, "nobody");
  store_change (self, change, "nobody");
  store_add_with (self, "bob", &change.invite, NOW);
  store_wait (self, 4);
  g_assert_cmpstr (self->codes->str, ==, "aagg");
}

/* ---- How many ---- */

static void
note_code (SottoCode code, const SottoAccount *account, gpointer codes)
{
  g_string_append_c (codes, (char)('a' + code));
}

static void
ask (GPtrArray *asks, int op, const char *name, GString *codes)
{
  SottoAccountChange change = { .op = op, .hash = HASH_A };

  g_assert_true (sotto_name_parse (name, strlen (name), &change.name));
  sotto_account_asks_add (asks, &change, note_code, codes);
}

/* No more than the file can be read with again. Who goes makes room, also in the same write. */
static void
test_no_more_than_can_be_read_again (void)
{
  const char taken = 'a' + SOTTO_NAME_TAKEN;
  const char full = 'a' + SOTTO_UNAVAILABLE;
  const char wanted[] = { 'a', 'a', full, taken, 'a', 'a', 'a', full, '\0' };
  GPtrArray *asks = sotto_account_asks_new ();
  GString *codes = g_string_new (NULL);
  SottoAccountFile file;

  sotto_account_file_init (&file);
  g_assert_cmpuint (file.max, ==, SOTTO_ACCOUNTS_MAX);
  file.max = 2;
  ask (asks, SOTTO_ACCOUNT_ADD, "alice", codes);
  ask (asks, SOTTO_ACCOUNT_ADD, "bob", codes);
  ask (asks, SOTTO_ACCOUNT_ADD, "carol", codes);
  ask (asks, SOTTO_ACCOUNT_ADD, "bob", codes);
  ask (asks, SOTTO_ACCOUNT_UPDATE, "bob", codes);
  ask (asks, SOTTO_ACCOUNT_REMOVE, "alice", codes);
  ask (asks, SOTTO_ACCOUNT_ADD, "carol", codes);
  ask (asks, SOTTO_ACCOUNT_ADD, "dave", codes);
  SottoAccountBatch *batch = sotto_account_batch_new (&file, "/nowhere", "r", asks);
  sotto_account_batch_answer (batch, true);
  g_assert_cmpstr (codes->str, ==, wanted);
  sotto_account_batch_adopt (batch, &file);
  g_assert_cmpuint (g_hash_table_size (file.records), ==, batch->count);
  sotto_account_batch_free (batch);
  sotto_account_file_clear (&file);
  g_string_free (codes, TRUE);
}

/* The longest line of an account that there can be. */
static void
test_longest_line (void)
{
  SottoAccount account = { .has_identity = true, .generation = G_MAXUINT32, .created = G_MININT64 };

  memset (account.name.str, 'x', SOTTO_NAME_MAX);
  memset (account.hash, 'x', sizeof account.hash - 1);
  SottoAccount *longest = sotto_account_new (&account);
  g_assert_cmpuint (strlen (longest->json) + strlen (",\n    "), <=,
                    (SOTTO_ACCOUNT_FILE_MAX - SOTTO_INVITES_MAX * 200 - 1024) / SOTTO_ACCOUNTS_MAX);
  sotto_account_unref (longest);
}

#define ADD(path, func) g_test_add (path, Store, NULL, store_set_up, func, store_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/accounts/add-is-durable", test_add_is_durable_before_it_is_told);
  ADD ("/server/accounts/file-is-private", test_file_is_private);
  ADD ("/server/accounts/group-commit", test_group_commit);
  ADD ("/server/accounts/update", test_update);
  ADD ("/server/accounts/generations-never-repeat", test_generations_never_repeat);
  ADD ("/server/accounts/disown", test_disown);
  ADD ("/server/accounts/disk-trouble", test_disk_trouble);
  ADD ("/server/accounts/one-writer", test_one_writer);
  ADD ("/server/accounts/realm-is-made-once", test_realm_is_made_once);
  ADD ("/server/accounts/realm-of-any-letters", test_realm_of_any_letters);
  ADD ("/server/accounts/damaged-files", test_damaged_files);
  ADD ("/server/accounts/version-1-is-migrated", test_version_1_is_migrated);
  ADD ("/server/accounts/invite-uses-are-counted", test_uses_are_counted);
  ADD ("/server/accounts/failed-sign-up-costs-nothing", test_failed_sign_up_costs_nothing);
  ADD ("/server/accounts/invite-revoke", test_revoke);
  g_test_add_func ("/server/accounts/no-more-than-can-be-read-again",
                   test_no_more_than_can_be_read_again);
  g_test_add_func ("/server/accounts/longest-line", test_longest_line);
  return g_test_run ();
}
