// SPDX-License-Identifier: GPL-3.0-or-later
/* What a person wishes about what is kept: exported, cleared, not kept. */
#undef G_DISABLE_ASSERT
#include "gui/presenter/history-presenter.h"
#include "gui/view/person-menu.h"
#include "tests/gui/fake-engine.h"
#include <string.h>

typedef struct
{
  SottoEngine *engine;
  SottoPeople *people;
  SottoConversationPresenter *conversations;
  SottoHistoryPresenter *history;
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
  g_strlcpy (event.peer.str, "alice", sizeof event.peer.str);
  sotto_fake_engine_emit (self->engine, &event);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  settle ();
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
  sotto_person_set_last (carol, "old words", 5);
  sotto_person_set_unread (carol, 2);
  sotto_history_presenter_clear (self->history, NULL);
  settle ();
  assert_log (self, "forget everybody");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat)), ==, 0);
  g_assert_null (sotto_person_get_last_text (carol));
  g_assert_cmpuint (sotto_person_get_unread (carol), ==, 0);
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
    { "keep-nothing", test_keep_nothing },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/gui/history/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  g_test_add_func ("/gui/history/menu", test_menu);
  return g_test_run ();
}
