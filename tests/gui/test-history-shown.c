// SPDX-License-Identifier: GPL-3.0-or-later
/* What was said, found again; and what a person wishes about what is kept. */
#undef G_DISABLE_ASSERT
#include "gui/presenter/history-presenter.h"
#include "gui/presenter/search-presenter.h"
#include "gui/view/format-found.h"
#include "gui/view/person-menu.h"
#include "tests/gui/fake-engine.h"
#include <string.h>

typedef struct
{
  SottoEngine *engine;
  SottoPeople *people;
  SottoConversationPresenter *conversations;
  SottoHistoryPresenter *history;
  SottoSearchPresenter *search;
} Fixture;

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  SottoEvent event = { .type = SOTTO_EVENT_AUTHENTICATED };

  self->engine = sotto_engine_new ("default", NULL, SOTTO_TRUST_ASK);
  self->people = sotto_people_new ();
  self->conversations = sotto_conversation_presenter_new (self->engine, self->people);
  self->history = sotto_history_presenter_new (self->engine, self->conversations);
  self->search = sotto_search_presenter_new (self->engine);
  g_strlcpy (event.peer.str, "alice", sizeof event.peer.str);
  sotto_fake_engine_emit (self->engine, &event);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  settle ();
  g_assert_finalize_object (self->search);
  g_assert_finalize_object (self->history);
  g_assert_finalize_object (self->conversations);
  g_assert_finalize_object (self->people);
  g_assert_finalize_object (self->engine);
}

static void
assert_log (Fixture *self, const char *expected)
{
  g_autofree char *log = sotto_fake_engine_take_log (self->engine);

  g_assert_cmpstr (log, ==, expected);
}

static void
on_exported (SottoHistoryPresenter *history, const char *path, const char *problem, GString *said)
{
  g_string_append_printf (said, "%s: %s;", path, problem != NULL ? problem : "done");
}

static void
test_export (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) said = g_string_new (NULL);

  g_signal_connect (self->history, "exported", G_CALLBACK (on_exported), said);
  sotto_history_presenter_export (self->history, "bob", "/a.txt", "text");
  sotto_history_presenter_export (self->history, "bob", "/a.html", "html");
  sotto_history_presenter_export (self->history, "bob", "/no/a.json", "json");
  settle ();
  assert_log (self, "export bob /a.txt 0; export bob /a.html 1; export bob /no/a.json 2");
  g_assert_cmpstr (said->str, ==, "/a.txt: done;/a.html: done;/no/a.json: no such folder;");
}

static SottoChat *
open_chat (Fixture *self, const char *name)
{
  SottoChat *chat = sotto_conversation_presenter_open (self->conversations, name);

  sotto_conversation_presenter_look_at (self->conversations, name);
  settle ();
  return chat;
}

static void
test_clear (Fixture *self, gconstpointer data)
{
  SottoChat *chat;
  SottoPerson *person;

  for (int i = 0; i < 3; i++)
    sotto_fake_engine_remember (self->engine, "bob", false, "hello", 1000 + i);
  chat = open_chat (self, "bob");
  person = sotto_chat_get_person (chat);
  sotto_conversation_presenter_send (self->conversations, chat, "waits");
  sotto_chat_set_draft (chat, "half a word");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat)), ==, 4);
  g_assert_true (sotto_history_presenter_has_waiting (self->history, "bob"));
  g_assert_false (sotto_history_presenter_has_waiting (self->history, "carol"));
  assert_log (self, "send bob waits");

  sotto_history_presenter_clear (self->history, "bob");
  settle ();
  assert_log (self, "forget bob");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat)), ==, 0);
  g_assert_cmpstr (sotto_chat_get_draft (chat), ==, "");
  g_assert_null (sotto_person_get_last_text (person));
  g_assert_false (sotto_history_presenter_has_waiting (self->history, "bob"));
}

/* Of whom no conversation is open, only the list tells. */
static void
test_clear_everything (Fixture *self, gconstpointer data)
{
  SottoPerson *carol = sotto_people_ensure (self->people, "carol");
  SottoChat *chat;

  sotto_fake_engine_remember (self->engine, "bob", false, "hello", 1000);
  chat = open_chat (self, "bob");
  sotto_person_set_last (carol, "old words", 5, 5);
  sotto_person_set_unread (carol, 2);
  sotto_history_presenter_clear (self->history, NULL);
  settle ();
  assert_log (self, "forget everybody");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat)), ==, 0);
  g_assert_null (sotto_person_get_last_text (carol));
  g_assert_cmpuint (sotto_person_get_unread (carol), ==, 0);
}

/* What is too old to be kept leaves the screen as well, and the list of people. */
static void
test_expired (Fixture *self, gconstpointer data)
{
  SottoEvent event = { .type = SOTTO_EVENT_EXPIRED, .sent_ms = 2000 };
  SottoPerson *carol = sotto_people_ensure (self->people, "carol");
  SottoChat *chat;

  sotto_fake_engine_remember (self->engine, "bob", false, "old", 1000);
  sotto_fake_engine_remember (self->engine, "bob", true, "old, too", 1999);
  sotto_fake_engine_remember (self->engine, "bob", false, "new", 2000);
  sotto_person_set_last (carol, "old words", 9000, 5);
  chat = open_chat (self, "bob");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat)), ==, 3);
  sotto_fake_engine_emit (self->engine, &event);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat)), ==, 1);
  g_assert_cmpstr (sotto_bubble_get_text (sotto_chat_find_last_theirs (chat)), ==, "new");
  g_assert_null (sotto_person_get_last_text (carol));
}

/* Other wishes about the same person stay. */
static void
test_keep_nothing (Fixture *self, gconstpointer data)
{
  SottoContactPrefs prefs = { .muted = true };

  sotto_engine_set_contact_prefs (self->engine, "bob", &prefs);
  g_assert_false (sotto_history_presenter_keeps_nothing (self->history, "bob"));
  sotto_history_presenter_keep_nothing (self->history, "bob", true);
  g_assert_true (sotto_history_presenter_keeps_nothing (self->history, "bob"));
  sotto_history_presenter_keep_nothing (self->history, "bob", true);
  sotto_history_presenter_keep_nothing (self->history, "bob", false);
  assert_log (self, "prefs bob muted; prefs bob muted forget; prefs bob muted");
}

/* --- Searching --- */

static void
remember (Fixture *self, int n)
{
  for (int i = 1; i <= n; i++)
    {
      g_autofree char *text = g_strdup_printf ("message %d", i);

      sotto_fake_engine_remember (self->engine, "bob", i % 2 == 0, text, 1000 * i);
    }
}

/* Longer than a person pauses between two letters. */
static void
pause_typing (void)
{
  gint64 end = g_get_monotonic_time () + 300 * 1000;

  while (g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

static void
assert_found (Fixture *self, SottoSearchState state, const char *words, guint n)
{
  SottoSearch *search = sotto_search_presenter_get_search (self->search);

  g_assert_cmpint (sotto_search_get_state (search), ==, state);
  g_assert_cmpstr (sotto_search_get_words (search), ==, words);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (search)), ==, n);
}

static void
test_search (Fixture *self, gconstpointer data)
{
  g_autoptr (SottoFinding) newest = NULL;

  remember (self, 12);
  for (const char *typed = "message 1 "; *typed != '\0'; typed++)
    sotto_search_presenter_look_for (self->search, "", typed);
  sotto_search_presenter_look_for (self->search, "", " message 1 ");
  assert_log (self, "");
  pause_typing ();
  assert_log (self, "search everybody message 1");
  assert_found (self, SOTTO_SEARCH_FOUND, "message 1", 4);
  newest =
      g_list_model_get_item (G_LIST_MODEL (sotto_search_presenter_get_search (self->search)), 0);
  g_assert_cmpstr (sotto_finding_get_person (newest), ==, "bob");
  g_assert_cmpstr (sotto_finding_get_text (newest), ==, "message 12");
  g_assert_true (sotto_finding_is_own (newest));
  g_assert_cmpuint (sotto_finding_get_place (newest), ==, 12);

  sotto_search_presenter_look_for (self->search, "carol", "message");
  pause_typing ();
  assert_log (self, "search carol message");
  assert_found (self, SOTTO_SEARCH_FOUND, "message", 0);
  sotto_search_presenter_look_for (self->search, "", "fail");
  pause_typing ();
  assert_found (self, SOTTO_SEARCH_FAILED, "", 0);
  sotto_search_presenter_look_for (self->search, "", "  ");
  assert_found (self, SOTTO_SEARCH_IDLE, "", 0);
}

/* The answer to what was typed before is on its way, and is not shown. */
static void
test_stale_answers (Fixture *self, gconstpointer data)
{
  bool asked = false;

  remember (self, 3);
  sotto_search_presenter_look_for (self->search, "", "message");
  while (!asked)
    {
      g_main_context_iteration (NULL, TRUE);
      g_autofree char *log = sotto_fake_engine_take_log (self->engine);
      asked = *log != '\0';
    }
  assert_found (self, SOTTO_SEARCH_IDLE, "", 0);
  sotto_search_presenter_look_for (self->search, "", "message 2");
  settle ();
  assert_found (self, SOTTO_SEARCH_IDLE, "", 0);
  pause_typing ();
  assert_found (self, SOTTO_SEARCH_FOUND, "message 2", 1);
}

static void
test_more_than_is_listed (Fixture *self, gconstpointer data)
{
  remember (self, 250);
  sotto_search_presenter_look_for (self->search, "bob", "message");
  pause_typing ();
  assert_found (self, SOTTO_SEARCH_FOUND, "message", 200);
  g_assert_true (sotto_search_get_has_more (sotto_search_presenter_get_search (self->search)));
}

static void
on_found (SottoChat *chat, guint position, char **text)
{
  g_autoptr (SottoBubble) bubble = g_list_model_get_item (G_LIST_MODEL (chat), position);

  g_free (*text);
  *text = g_strdup (sotto_bubble_get_text (bubble));
}

static void
jump (Fixture *self, SottoChat *chat, guint place)
{
  SottoId id = { .bytes = { 0, 0, (uint8_t)(place >> 8), (uint8_t)place } };

  sotto_conversation_presenter_jump (self->conversations, chat, place, &id);
}

/* Also while the first page is on its way; and without any when it is there already. */
static void
test_jump (Fixture *self, gconstpointer data)
{
  g_autofree char *found = NULL;
  SottoChat *chat;

  remember (self, 600);
  chat = sotto_conversation_presenter_open (self->conversations, "bob");
  g_signal_connect (chat, "found", G_CALLBACK (on_found), &found);
  sotto_conversation_presenter_look_at (self->conversations, "bob");
  jump (self, chat, 300);
  settle ();
  g_assert_cmpstr (found, ==, "message 300");
  g_assert_true (sotto_chat_get_has_more (chat, true));
  g_assert_true (sotto_chat_get_has_more (chat, false));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat)), <, 100);

  jump (self, chat, 310);
  g_assert_cmpstr (found, ==, "message 310");
  jump (self, chat, 2);
  jump (self, chat, 599);
  settle ();
  g_assert_cmpstr (found, ==, "message 599");
  g_assert_null (sotto_chat_get_first_unread (chat));
}

static void
test_marked (void)
{
  static const struct
  {
    const char *text, *words, *markup;
  } cases[] = {
    { "See you at eight", "YOU", "See <b>you</b> at eight" },
    { "Stra\303\237e <i>", "STRASSE", "<b>Stra\303\237e</b> &lt;i&gt;" },
    { "cafe\314\201 now", "CAF\303\211", "<b>caf\303\251</b> now" },
    { "a\nb c", "b", "a <b>b</b> c" },
    { "nothing", "else", "nothing" },
    { "0123456789 0123456789 0123456789 here", "here",
      "\342\200\2460123456789 0123456789 <b>here</b>" },
    { "0123456789012345678901234567890 here", "here",
      "\342\200\24689012345678901234567890 <b>here</b>" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *markup = sotto_format_found (cases[i].text, cases[i].words);

      g_assert_cmpstr (markup, ==, cases[i].markup);
    }
}

/* --- The menu --- */

static void
assert_target (GMenuModel *menu, int i, const char *expected)
{
  g_autofree char *target = NULL;

  g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_TARGET, "s", &target);
  g_assert_cmpstr (target, ==, expected);
}

static void
assert_action (GMenuModel *menu, int i, const char *expected)
{
  g_autofree char *action = NULL;

  g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_ACTION, "s", &action);
  g_assert_cmpstr (action, ==, expected);
}

static void
test_menu (void)
{
  g_autoptr (GMenu) wording = g_menu_new ();
  g_autoptr (GMenu) section = g_menu_new ();
  g_autoptr (GMenuModel) menu = NULL;
  g_autoptr (GMenuModel) copy = NULL;
  g_autoptr (SottoPerson) person = sotto_person_new ("bob");
  g_autoptr (GMenuItem) mute = g_menu_item_new ("Mute", "app.mute");
  g_autoptr (GMenuItem) unmute = g_menu_item_new ("Unmute", "app.unmute");

  g_menu_append (section, "Export", "app.export");
  g_menu_append (section, "Close", "win.close");
  g_menu_item_set_attribute (mute, "when", "s", "!muted");
  g_menu_item_set_attribute (unmute, "when", "s", "muted");
  g_menu_append_item (section, unmute);
  g_menu_append_item (section, mute);
  g_menu_append_section (wording, NULL, G_MENU_MODEL (section));
  menu = sotto_person_menu_fill (G_MENU_MODEL (wording), person);
  copy = g_menu_model_get_item_link (menu, 0, G_MENU_LINK_SECTION);
  g_assert_cmpint (g_menu_model_get_n_items (copy), ==, 3);
  assert_target (copy, 0, "bob");
  assert_target (copy, 1, NULL);
  assert_action (copy, 2, "app.mute");
  assert_target (G_MENU_MODEL (section), 0, NULL);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "export", test_export },
    { "clear", test_clear },
    { "clear-everything", test_clear_everything },
    { "expired", test_expired },
    { "keep-nothing", test_keep_nothing },
    { "search", test_search },
    { "stale-answers", test_stale_answers },
    { "more-than-is-listed", test_more_than_is_listed },
    { "jump", test_jump },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/gui/history/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  g_test_add_func ("/gui/history/menu", test_menu);
  g_test_add_func ("/gui/history/marked", test_marked);
  return g_test_run ();
}
