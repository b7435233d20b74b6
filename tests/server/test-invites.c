// SPDX-License-Identifier: GPL-3.0-or-later
/* Invites by themselves: codes, what is kept of them, and how many there may be. */
#undef G_DISABLE_ASSERT
#include "server/invites.h"

#include "tests/server/house.h"
#include <string.h>

static SottoInvite
make (gint64 expires)
{
  SottoInvite invite = { .uses = 1, .created = 1, .expires = expires };
  char code[SOTTO_INVITE_CODE_LEN + 1];

  sotto_invite_make (&invite, sotto_random_system (), code);
  return invite;
}

static void
test_code (void)
{
  char code[SOTTO_INVITE_CODE_LEN + 1];
  SottoInvite made;
  SottoInvite shown;

  sotto_invite_make (&made, sotto_random_system (), code);
  g_assert_cmpuint (strlen (code), ==, SOTTO_INVITE_CODE_LEN);
  /* Nothing in it that a link would have to escape. */
  g_assert_cmpuint (strspn (code, "abcdefghijkmnopqrstuvwxyz2345678-"), ==, SOTTO_INVITE_CODE_LEN);
  g_assert_true (sotto_invite_from_code (&shown, code, strlen (code)));
  g_assert_cmpstr (shown.id, ==, made.id);
  g_assert_cmpmem (&shown.digest, 32, &made.digest, 32);
  code[SOTTO_INVITE_CODE_LEN - 1] ^= 1;
  g_assert_true (sotto_invite_from_code (&shown, code, strlen (code)));
  g_assert_cmpint (memcmp (&shown.digest, &made.digest, 32), !=, 0);
}

static void
test_no_codes (void)
{
  static const char *const codes[] = {
    "",
    "-",
    "abcdef",
    "abcdef-",
    "abcdefghijkmnopqrstuvwxyz23",
    "abcdef-aaaaaaaaaaaaaaaaaaa",
    "abcdef-aaaaaaaaaaaaaaaaaaaaa",
    "ABCDEF-aaaaaaaaaaaaaaaaaaaa",
    "ab/def-aaaaaaaaaaaaaaaaaaaa",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      SottoInvite shown = { 0 };

      g_test_message ("%s", codes[i]);
      g_assert_false (sotto_invite_from_code (&shown, codes[i], strlen (codes[i])));
      g_assert_cmpstr (shown.id, ==, "");
    }
}

static void
test_limit (void)
{
  SottoInvites *invites = sotto_invites_new ();
  SottoInvite late = make (10);
  const char *id;
  const char *reason;

  for (guint i = 0; i < SOTTO_INVITES_MAX; i++)
    {
      SottoInvite invite = make (100);
      g_assert_cmpint (sotto_invites_add (invites, &invite, 50), ==, SOTTO_OK);
    }
  g_assert_cmpint (sotto_invites_add (invites, &late, 99), ==, SOTTO_QUOTA);
  /* A file with one too many is none of ours. */
  g_autofree char *text = sotto_invites_print (invites);
  g_autofree char *json = g_strdup_printf ("{%s, \"zzzzzz\": {\"digest\": "
                                           "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\", "
                                           "\"uses\": 1, \"created\": 1, \"expires\": 2}}",
                                           text);
  g_autoptr (JsonNode) node = sotto_json_parse ("x", json, strlen (json), 1 << 20, NULL);
  SottoInvites *read = sotto_invites_new ();
  g_assert_false (sotto_invites_read (read, json_node_get_object (node), &id, &reason));
  g_assert_nonnull (strstr (reason, "too many"));
  sotto_invites_free (read);
  /* Expired ones make room. */
  g_assert_cmpint (sotto_invites_add (invites, &late, 100), ==, SOTTO_OK);
  g_autoptr (GPtrArray) list = sotto_invites_list (invites, 5);
  g_assert_cmpuint (list->len, ==, 1);
  sotto_invites_free (invites);
}

static void
test_list_and_print (void)
{
  SottoInvites *invites = sotto_invites_new ();
  SottoInvites *read = sotto_invites_new ();
  const char *id = NULL;
  const char *reason = NULL;

  g_autofree char *empty = sotto_invites_print (invites);
  g_assert_cmpstr (empty, ==, "");
  for (gint64 expires = 30; expires > 0; expires -= 10)
    {
      SottoInvite invite = make (expires);
      invite.uses = (guint32)expires;
      g_assert_cmpint (sotto_invites_add (invites, &invite, 0), ==, SOTTO_OK);
      g_assert_cmpint (sotto_invites_add (invites, &invite, 0), ==, SOTTO_BUSY);
    }
  g_autofree char *text = sotto_invites_print (invites);
  g_autofree char *json = g_strdup_printf ("{%s}", text);
  g_autoptr (JsonNode) node = sotto_json_parse ("x", json, strlen (json), 4096, NULL);
  g_assert_true (sotto_invites_read (read, json_node_get_object (node), &id, &reason));
  g_autofree char *again = sotto_invites_print (read);
  g_assert_cmpstr (text, ==, again);

  g_autoptr (GPtrArray) list = sotto_invites_list (read, 10);
  g_assert_cmpuint (list->len, ==, 2); /* one has expired at this very second */
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (((SottoInvite *)g_ptr_array_index (list, i))->expires, ==, 20 + 10 * i);
  sotto_invites_free (invites);
  sotto_invites_free (read);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/invites/code", test_code);
  g_test_add_func ("/server/invites/no-codes", test_no_codes);
  g_test_add_func ("/server/invites/limit", test_limit);
  g_test_add_func ("/server/invites/list-and-print", test_list_and_print);
  return g_test_run ();
}
