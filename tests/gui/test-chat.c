// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "gui/model/chat.h"
#include "shared/base/limits.h"

#define NOON_MS   G_GINT64_CONSTANT (1780315200000) /* 2026-06-01 12:00 UTC; tests run in UTC */
#define MINUTE_MS (60 * 1000)

typedef struct
{
  SottoPerson *person;
  SottoChat *chat;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->person = sotto_person_new ("bob");
  self->chat = sotto_chat_new (self->person);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->chat);
  g_assert_finalize_object (self->person);
}

/* "F" first of its group, "L" last, "FL" alone, "-" in the middle. */
static char *
describe_groups (SottoChat *chat)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (chat)); i++)
    {
      g_autoptr (SottoBubble) bubble = g_list_model_get_item (G_LIST_MODEL (chat), i);
      bool first = sotto_bubble_get_first (bubble);
      bool last = sotto_bubble_get_last (bubble);

      g_string_append_printf (text, "%s%s%s%s", i > 0 ? " " : "", first ? "F" : "", last ? "L" : "",
                              first || last ? "" : "-");
    }
  return g_string_free (text, FALSE);
}

static void
test_groups (Fixture *self, gconstpointer data)
{
  g_autofree char *groups = NULL;

  sotto_chat_receive (self->chat, NULL, "one", NOON_MS);
  sotto_chat_receive (self->chat, NULL, "two", NOON_MS + MINUTE_MS);
  sotto_chat_receive (self->chat, NULL, "three", NOON_MS + 2 * MINUTE_MS);
  sotto_chat_say (self->chat, "alice", "mine", NOON_MS + 3 * MINUTE_MS);
  sotto_chat_receive (self->chat, NULL, "later", NOON_MS + 4 * MINUTE_MS);
  sotto_chat_receive (self->chat, NULL, "much later", NOON_MS + 10 * MINUTE_MS);
  sotto_chat_receive (self->chat, NULL, "before midnight", NOON_MS + 719 * MINUTE_MS);
  sotto_chat_receive (self->chat, NULL, "after midnight", NOON_MS + 721 * MINUTE_MS);
  groups = describe_groups (self->chat);
  g_assert_cmpstr (groups, ==, "F - L FL FL FL FL FL");
}

/* It parts what was said before and after it, and is nothing to read, to edit or to answer. */
static void
test_remark (Fixture *self, gconstpointer data)
{
  g_autoptr (SottoBubble) remark =
      sotto_bubble_new_remark (SOTTO_REMARK_KEY_CHANGED, "It changed.", NOON_MS + MINUTE_MS);
  SottoId id = { { 1 } };
  SottoId of_remark = { { 2 } };
  SottoBubble *said = sotto_chat_receive (self->chat, &id, "one", NOON_MS);

  sotto_bubble_set_id (remark, &of_remark);
  g_assert_true (sotto_chat_append (self->chat, remark));
  g_assert_cmpstr (sotto_person_get_last_text (self->person), ==, "one");
  g_assert_true (sotto_chat_find_last_theirs (self->chat) == said);
  g_assert_null (sotto_chat_find_last_own (self->chat));
  sotto_chat_mark_unread (self->chat, 1);
  g_assert_true (sotto_chat_get_first_unread (self->chat) == said);
  sotto_chat_receive (self->chat, NULL, "two", NOON_MS + 2 * MINUTE_MS);
  g_autofree char *groups = describe_groups (self->chat);
  g_assert_cmpstr (groups, ==, "FL FL FL");
}

static void
test_waiting (Fixture *self, gconstpointer data)
{
  SottoBubble *a = sotto_chat_say (self->chat, "alice", "a", NOON_MS);
  SottoBubble *b = sotto_chat_say (self->chat, "alice", "b", NOON_MS);

  g_assert_cmpuint (sotto_person_get_waiting (self->person), ==, 2);
  sotto_chat_set_state (self->chat, a, SOTTO_BUBBLE_SENT);
  g_assert_cmpuint (sotto_person_get_waiting (self->person), ==, 1);
  sotto_chat_set_state (self->chat, a, SOTTO_BUBBLE_QUEUED);
  g_assert_cmpuint (sotto_person_get_waiting (self->person), ==, 2);
  sotto_chat_fail (self->chat, b, "no");
  g_assert_cmpuint (sotto_person_get_waiting (self->person), ==, 1);
  g_assert_cmpstr (sotto_bubble_get_reason (b), ==, "no");
  sotto_chat_requeue (self->chat, b);
  g_assert_cmpuint (sotto_person_get_waiting (self->person), ==, 2);
  g_assert_null (sotto_bubble_get_reason (b));
  sotto_chat_set_state (self->chat, a, SOTTO_BUBBLE_DELIVERED);
  sotto_chat_set_state (self->chat, b, SOTTO_BUBBLE_READ);
  g_assert_cmpuint (sotto_person_get_waiting (self->person), ==, 0);
}

static void
test_states (Fixture *self, gconstpointer data)
{
  static const struct
  {
    SottoBubbleState from, to, expected;
  } cases[] = {
    { SOTTO_BUBBLE_QUEUED, SOTTO_BUBBLE_SENT, SOTTO_BUBBLE_SENT },
    { SOTTO_BUBBLE_SENT, SOTTO_BUBBLE_QUEUED, SOTTO_BUBBLE_QUEUED },
    { SOTTO_BUBBLE_DELIVERED, SOTTO_BUBBLE_SENT, SOTTO_BUBBLE_DELIVERED },
    { SOTTO_BUBBLE_DELIVERED, SOTTO_BUBBLE_QUEUED, SOTTO_BUBBLE_DELIVERED },
    { SOTTO_BUBBLE_READ, SOTTO_BUBBLE_DELIVERED, SOTTO_BUBBLE_READ },
    { SOTTO_BUBBLE_FAILED, SOTTO_BUBBLE_QUEUED, SOTTO_BUBBLE_QUEUED },
    { SOTTO_BUBBLE_FAILED, SOTTO_BUBBLE_DELIVERED, SOTTO_BUBBLE_DELIVERED },
    { SOTTO_BUBBLE_RECEIVED, SOTTO_BUBBLE_READ, SOTTO_BUBBLE_RECEIVED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SottoBubble) bubble = sotto_bubble_new ("x", "y", 0, cases[i].from);

      sotto_bubble_set_state (bubble, cases[i].to);
      g_assert_cmpint (sotto_bubble_get_state (bubble), ==, cases[i].expected);
    }
}

static void
test_ids (Fixture *self, gconstpointer data)
{
  SottoId one = { .bytes = { 1 } }, two = { .bytes = { 2 } };
  SottoBubble *a = sotto_chat_say (self->chat, "alice", "a", NOON_MS);
  SottoBubble *b = sotto_chat_say (self->chat, "alice", "b", NOON_MS);

  g_assert_true (sotto_chat_first_unnamed (self->chat) == a);
  sotto_chat_name (self->chat, a, &one);
  g_assert_true (sotto_chat_first_unnamed (self->chat) == b);
  sotto_chat_name (self->chat, b, &two);
  g_assert_null (sotto_chat_first_unnamed (self->chat));
  g_assert_true (sotto_chat_find (self->chat, &one) == a);
  g_assert_true (sotto_chat_find (self->chat, &two) == b);
}

static void
test_last_words (Fixture *self, gconstpointer data)
{
  g_assert_true (sotto_person_get_kept (self->person));
  sotto_chat_receive (self->chat, NULL, "theirs", NOON_MS);
  g_assert_cmpstr (sotto_person_get_last_text (self->person), ==, "theirs");
  sotto_chat_say (self->chat, "alice", "mine", NOON_MS + 1);
  g_assert_cmpstr (sotto_person_get_last_text (self->person), ==, "mine");
  g_assert_cmpint (sotto_person_get_last_ms (self->person), ==, NOON_MS + 1);
}

static SottoBubble *
append_of (Fixture *self, const char *text, gint64 said_ms, gint64 came_ms, SottoBubbleState state)
{
  SottoBubble *bubble = sotto_bubble_new ("bob", text, said_ms, state);

  sotto_bubble_set_came_ms (bubble, came_ms);
  sotto_chat_append (self->chat, bubble);
  g_object_unref (bubble);
  return bubble;
}

static void
assert_texts (Fixture *self, const char *expected)
{
  g_autoptr (GString) texts = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->chat)); i++)
    {
      g_autoptr (SottoBubble) bubble = g_list_model_get_item (G_LIST_MODEL (self->chat), i);

      g_string_append_printf (texts, "%s%s", i > 0 ? " " : "", sotto_bubble_get_text (bubble));
    }
  g_assert_cmpstr (texts->str, ==, expected);
}

/* By our clock, whatever theirs says; what waits stays, and keeps its count. */
static void
test_expire (Fixture *self, gconstpointer data)
{
  const gint64 year_ms = G_GINT64_CONSTANT (365) * 86400000;
  g_autoptr (SottoFilePart) file = sotto_file_part_new ("plan", NULL, 1, true);
  SottoBubble *offer = sotto_bubble_new ("alice", "plan", NOON_MS, SOTTO_BUBBLE_SENT);

  sotto_bubble_set_file (offer, file);
  append_of (self, "waits", NOON_MS, NOON_MS, SOTTO_BUBBLE_QUEUED);
  append_of (self, "ahead", NOON_MS + year_ms, NOON_MS, SOTTO_BUBBLE_RECEIVED);
  sotto_chat_append (self->chat, offer);
  g_object_unref (offer);
  append_of (self, "old", NOON_MS, NOON_MS + 1, SOTTO_BUBBLE_DELIVERED);
  append_of (self, "behind", NOON_MS - year_ms, NOON_MS + 2, SOTTO_BUBBLE_RECEIVED);
  append_of (self, "new", NOON_MS + 2, NOON_MS + 2, SOTTO_BUBBLE_RECEIVED);
  sotto_chat_expire (self->chat, NOON_MS);
  assert_texts (self, "waits ahead plan old behind new");
  sotto_chat_expire (self->chat, NOON_MS + 2);
  assert_texts (self, "waits plan behind new");
  g_assert_cmpuint (sotto_person_get_waiting (self->person), ==, 1);
  sotto_file_part_finish (file);
  sotto_chat_expire (self->chat, NOON_MS + 3);
  assert_texts (self, "waits");
  sotto_chat_expire (self->chat, G_MAXINT64);
  assert_texts (self, "waits");
}

/* It says what they said, and counts as said when it came. */
static void
test_wrong_clock (Fixture *self, gconstpointer data)
{
  const gint64 future_ms = G_GINT64_CONSTANT (4000000000000);
  gint64 now_ms = g_get_real_time () / 1000;
  SottoBubble *bubble = sotto_chat_receive (self->chat, NULL, "from tomorrow", future_ms);

  g_assert_cmpint (sotto_bubble_get_time_ms (bubble), ==, future_ms);
  g_assert_cmpint (sotto_person_get_last_ms (self->person), ==, future_ms);
  g_assert_cmpint (sotto_person_get_last_came_ms (self->person), >=, now_ms);
  g_assert_cmpint (sotto_person_get_last_came_ms (self->person), <=, now_ms + 60000);
  sotto_chat_say (self->chat, "alice", "today", now_ms);
  assert_texts (self, "from tomorrow today");
}

static void
test_limit (Fixture *self, gconstpointer data)
{
  GListModel *model = G_LIST_MODEL (self->chat);
  SottoBubble *oldest = sotto_chat_say (self->chat, "alice", "oldest", NOON_MS);
  SottoId id = { .bytes = { 1 } };
  g_autoptr (SottoBubble) first = NULL;

  sotto_chat_name (self->chat, oldest, &id);
  sotto_chat_say (self->chat, "alice", "unnamed", NOON_MS);
  for (int i = 2; i < SOTTO_CHAT_BUBBLES_MAX; i++)
    sotto_chat_receive (self->chat, NULL, "more", NOON_MS);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, SOTTO_CHAT_BUBBLES_MAX);
  g_assert_nonnull (sotto_chat_find (self->chat, &id));
  g_assert_cmpuint (sotto_person_get_waiting (self->person), ==, 2);

  sotto_chat_receive (self->chat, NULL, "one too many", NOON_MS);
  sotto_chat_receive (self->chat, NULL, "two too many", NOON_MS);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, SOTTO_CHAT_BUBBLES_MAX);
  g_assert_null (sotto_chat_find (self->chat, &id));
  g_assert_null (sotto_chat_first_unnamed (self->chat));
  g_assert_cmpuint (sotto_person_get_waiting (self->person), ==, 0);
  first = g_list_model_get_item (model, 0);
  g_assert_cmpstr (sotto_bubble_get_text (first), ==, "more");
  g_assert_true (sotto_bubble_get_first (first));
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/gui/chat/groups", Fixture, NULL, set_up, test_groups, tear_down);
  g_test_add ("/gui/chat/remark", Fixture, NULL, set_up, test_remark, tear_down);
  g_test_add ("/gui/chat/waiting", Fixture, NULL, set_up, test_waiting, tear_down);
  g_test_add ("/gui/chat/states", Fixture, NULL, set_up, test_states, tear_down);
  g_test_add ("/gui/chat/ids", Fixture, NULL, set_up, test_ids, tear_down);
  g_test_add ("/gui/chat/limit", Fixture, NULL, set_up, test_limit, tear_down);
  g_test_add ("/gui/chat/last-words", Fixture, NULL, set_up, test_last_words, tear_down);
  g_test_add ("/gui/chat/expire", Fixture, NULL, set_up, test_expire, tear_down);
  g_test_add ("/gui/chat/wrong-clock", Fixture, NULL, set_up, test_wrong_clock, tear_down);
  return g_test_run ();
}
