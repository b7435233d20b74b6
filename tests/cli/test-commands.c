// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "cli/commands.h"
#include <string.h>

#define WORDS_MAX 6

/* NULL as first word: the line is refused. */
static const struct
{
  const char *line;
  const char *words[WORDS_MAX];
} lines[] = {
  { "auth alice", { "auth", "alice" } },
  { "auth alice pw", { "auth", "alice", "pw" } },
  { "  auth\talice   pw  ", { "auth", "alice", "pw" } },
  { "auth", { NULL } },
  { "auth alice pw more", { NULL } },
  { "auth alice pw more and more", { NULL } },
  { "sign alice pw code", { "sign", "alice", "pw", "code" } },
  { "sign alice - code", { "sign", "alice", "-", "code" } },
  { "sign alice pw code more", { NULL } },
  { "list", { "list" } },
  { "list all", { NULL } },
  { "LIST", { NULL } },
  { "send bob hi", { "send", "bob", "hi" } },
  { "send bob  two  blanks ", { "send", "bob", " two  blanks " } },
  { "send   bob\thi\t", { "send", "bob", "hi\t" } },
  { "send bob -x", { "send", "bob", "-x" } },
  { "send bob # no comment", { "send", "bob", "# no comment" } },
  { "send bob", { NULL } },
  { "send bob ", { NULL } },
  { "send", { NULL } },
  { "file bob /a b/c d", { "file", "bob", "/a b/c d" } },
  { "accept 00", { "accept", "00" } },
  { "refuse", { NULL } },
  { "verify bob", { "verify", "bob" } },
  { "verify bob 12345 67890", { "verify", "bob", "12345 67890" } },
  { "passwd", { "passwd" } },
  { "passwd old", { NULL } },
  { "passwd old new", { "passwd", "old", "new" } },
  { "wait 1", { "wait", "1" } },
  { "wait", { NULL } },
  { "quit", { "quit" } },
  { "quit now", { NULL } },
  { "help", { "help" } },
  { "frobnicate", { NULL } },
};

static void
assert_call (SottoCall *call, GError *error, const char *const *words)
{
  if (words[0] == NULL)
    {
      g_assert_null (call);
      g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_INVALID);
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpstr (call->command->name, ==, words[0]);
  for (gsize i = 0; i < SOTTO_CALL_ARGS_MAX; i++)
    g_assert_cmpstr (call->args[i], ==, words[i + 1]);
}

static void
test_lines (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SottoCall) call = sotto_call_new_from_line (lines[i].line, &error);
      assert_call (call, error, lines[i].words);
    }
}

/* Words of a command line keep what the shell gave; the rest is put together with blanks. */
static const struct
{
  const char *given[WORDS_MAX];
  const char *words[WORDS_MAX];
} vectors[] = {
  { { "list" }, { "list" } },
  { { "send", "bob", "one", "two" }, { "send", "bob", "one two" } },
  { { "send", "bob", "one  two ", "-3" }, { "send", "bob", "one  two  -3" } },
  { { "sign", "bob", "pass word" }, { "sign", "bob", "pass word" } },
  { { "send", "bob" }, { NULL } },
  { { "list", "x" }, { NULL } },
  { { "auth", "a", "b", "c", "d" }, { NULL } },
};

static void
test_words (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SottoCall) call = sotto_call_new_from_words ((char **)vectors[i].given, &error);
      assert_call (call, error, vectors[i].words);
    }
}

static void
test_help_names_each (void)
{
  g_autofree char *help = sotto_commands_help ();
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    if (lines[i].words[0] != NULL)
      g_assert_nonnull (strstr (help, lines[i].words[0]));
}

static SottoOutcome
judge (const char *line, const SottoEvent *event)
{
  g_autoptr (SottoCall) call = sotto_call_new_from_line (line, NULL);
  return call->command->judge (event, call);
}

static void
test_judges (void)
{
  const SottoEvent offline = { .type = SOTTO_EVENT_ERROR, .code = "offline", .has_id = true };
  const SottoEvent alarm = { .type = SOTTO_EVENT_ERROR, .code = "alarm", .has_id = true };
  const SottoEvent too_big = { .type = SOTTO_EVENT_ERROR, .code = "too_big" };
  const SottoEvent lost = { .type = SOTTO_EVENT_ERROR, .code = "unreachable" };
  const SottoEvent mismatch = { .type = SOTTO_EVENT_ERROR, .code = "mismatch" };
  const SottoEvent shown = { .type = SOTTO_EVENT_CHANNEL, .peer = { "bob" } };
  const SottoEvent verified = { .type = SOTTO_EVENT_CHANNEL, .peer = { "bob" }, .verified = true };
  const SottoEvent queued = { .type = SOTTO_EVENT_QUEUED };
  const SottoEvent users = { .type = SOTTO_EVENT_USERS };
  const SottoEvent ready = { .type = SOTTO_EVENT_AUTHENTICATED };
  const SottoEvent refused = { .type = SOTTO_EVENT_REFUSED };
  const SottoEvent changed = { .type = SOTTO_EVENT_PASSWORD_CHANGED };
  g_assert_cmpint (judge ("auth a b", &ready), ==, SOTTO_OUTCOME_DONE);
  g_assert_cmpint (judge ("sign a b", &refused), ==, SOTTO_OUTCOME_FAILED);
  g_assert_cmpint (judge ("auth a b", &lost), ==, SOTTO_OUTCOME_FAILED);
  g_assert_cmpint (judge ("auth a b", &offline), ==, SOTTO_OUTCOME_NONE);
  g_assert_cmpint (judge ("list", &users), ==, SOTTO_OUTCOME_DONE);
  g_assert_cmpint (judge ("list", &lost), ==, SOTTO_OUTCOME_FAILED);
  g_assert_cmpint (judge ("list", &offline), ==, SOTTO_OUTCOME_NONE);
  g_assert_cmpint (judge ("send b x", &queued), ==, SOTTO_OUTCOME_DONE);
  g_assert_cmpint (judge ("send b x", &offline), ==, SOTTO_OUTCOME_NONE);
  g_assert_cmpint (judge ("send b x", &alarm), ==, SOTTO_OUTCOME_NONE);
  g_assert_cmpint (judge ("send b x", &too_big), ==, SOTTO_OUTCOME_FAILED);
  g_assert_cmpint (judge ("passwd a b", &changed), ==, SOTTO_OUTCOME_DONE);
  g_assert_cmpint (judge ("passwd a b", &queued), ==, SOTTO_OUTCOME_NONE);
  g_assert_cmpint (judge ("verify Bob", &shown), ==, SOTTO_OUTCOME_DONE);
  g_assert_cmpint (judge ("verify carol", &shown), ==, SOTTO_OUTCOME_NONE);
  g_assert_cmpint (judge ("verify bob 1 2", &shown), ==, SOTTO_OUTCOME_NONE);
  g_assert_cmpint (judge ("verify bob 1 2", &verified), ==, SOTTO_OUTCOME_DONE);
  g_assert_cmpint (judge ("verify bob 1 2", &mismatch), ==, SOTTO_OUTCOME_FAILED);
  g_assert_cmpint (judge ("verify bob", &alarm), ==, SOTTO_OUTCOME_NONE);
  g_assert_cmpint (judge ("wait 1", &lost), ==, SOTTO_OUTCOME_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/commands/lines", test_lines);
  g_test_add_func ("/cli/commands/words", test_words);
  g_test_add_func ("/cli/commands/help-names-each", test_help_names_each);
  g_test_add_func ("/cli/commands/judges", test_judges);
  return g_test_run ();
}
