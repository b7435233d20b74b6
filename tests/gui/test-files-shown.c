// SPDX-License-Identifier: GPL-3.0-or-later
/* Files in the chats, over an engine that the test plays; what is warned of, and the words. */
#undef G_DISABLE_ASSERT
#include "gui/model/file-risk.h"
#include "gui/presenter/file-presenter.h"
#include "gui/view/format-file.h"
#include "gui/view/format.h"
#include "tests/gui/fake-engine.h"
#include <string.h>

#define SECOND_US G_USEC_PER_SEC

typedef struct
{
  SottoEngine *engine;
  SottoPeople *people;
  SottoConversationPresenter *conversations;
  SottoFilePresenter *files;
  SottoChat *chat;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  SottoEvent event = { .type = SOTTO_EVENT_AUTHENTICATED, .peer = { "alice" } };

  self->engine = sotto_engine_new ("default", NULL, SOTTO_TRUST_ASK);
  self->people = sotto_people_new ();
  self->conversations = sotto_conversation_presenter_new (self->engine, self->people);
  self->files = sotto_file_presenter_new (self->engine, self->conversations);
  sotto_fake_engine_emit (self->engine, &event);
  self->chat = sotto_conversation_presenter_open (self->conversations, "bob");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->files);
  g_assert_finalize_object (self->conversations);
  g_assert_finalize_object (self->people);
  g_assert_finalize_object (self->engine);
}

static void
tell (Fixture *self, guint number, bool own, SottoFileState state, uint64_t done, const char *code)
{
  SottoEvent event = { .type = SOTTO_EVENT_FILE, .peer = { "bob" }, .has_id = true, .code = code };

  event.id = sotto_fake_engine_id (number);
  event.file = (SottoFileInfo){ .state = state,
                                .own = own,
                                .name = "plan.pdf",
                                .media_type = "application/pdf",
                                .size = 1000,
                                .done = done };
  if (own || state == SOTTO_FILE_DONE)
    event.file.path = own ? "/own/plan.pdf" : "/downloads/plan (2).pdf";
  sotto_fake_engine_emit (self->engine, &event);
}

static SottoBubble *
bubble_of (Fixture *self, guint number)
{
  SottoId id = sotto_fake_engine_id (number);
  SottoBubble *bubble = sotto_chat_find (self->chat, &id);

  g_assert_nonnull (bubble);
  return bubble;
}

/* The time is left out: "bob, plan.pdf, receiving". */
static void
assert_named (SottoBubble *bubble, const char *sender, const char *state)
{
  g_autofree char *name = sotto_format_bubble_name (bubble);
  g_autofree char *time = sotto_format_time (sotto_bubble_get_time_ms (bubble));
  g_autofree char *size = g_format_size (1000);
  g_autofree char *expected =
      g_strdup_printf ("%s, plan.pdf, %s, %s, %s", sender, size, time, state);

  g_assert_cmpstr (name, ==, expected);
}

static void
assert_log (Fixture *self, const char *expected)
{
  g_autofree char *log = sotto_fake_engine_take_log (self->engine);

  g_assert_cmpstr (log, ==, expected);
}

static void
act (Fixture *self, SottoBubble *bubble, const char *action)
{
  sotto_conversation_presenter_act (self->conversations, self->chat, bubble, action, NULL);
}

static void
test_theirs (Fixture *self, gconstpointer data)
{
  SottoPerson *person = sotto_chat_get_person (self->chat);
  SottoBubble *bubble;
  SottoFilePart *file;

  tell (self, 1, false, SOTTO_FILE_OFFERED, 0, NULL);
  bubble = bubble_of (self, 1);
  file = sotto_bubble_get_file (bubble);
  assert_named (bubble, "bob", "offered");
  g_assert_cmpuint (sotto_person_get_unread (person), ==, 1);
  tell (self, 1, false, SOTTO_FILE_OFFERED, 0, NULL); /* said again in each run */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->chat)), ==, 1);
  g_assert_cmpuint (sotto_person_get_unread (person), ==, 1);

  assert_log (self, "");
  act (self, bubble, "accept-file");
  assert_log (self, "accept 1");
  assert_named (bubble, "bob", "receiving");
  tell (self, 1, false, SOTTO_FILE_MOVING, 500, NULL);
  g_assert_cmpuint (sotto_file_part_get_done (file), ==, 500);
  act (self, bubble, "pause-file");
  assert_log (self, "pause 1");
  assert_named (bubble, "bob", "receiving"); /* until the engine says so */
  tell (self, 1, false, SOTTO_FILE_PAUSED, 600, NULL);
  assert_named (bubble, "bob", "paused");
  g_assert_cmpuint (sotto_file_part_get_done (file), ==, 600);
  act (self, bubble, "accept-file");
  assert_log (self, "accept 1");
  assert_named (bubble, "bob", "receiving");
  g_assert_cmpuint (sotto_file_part_get_done (file), ==, 600);
  tell (self, 1, false, SOTTO_FILE_DONE, 1000, NULL);
  assert_named (bubble, "bob", "received");
  g_assert_cmpstr (sotto_file_part_get_path (file), ==, "/downloads/plan (2).pdf");
  tell (self, 1, false, SOTTO_FILE_MOVING, 700, NULL); /* too late */
  assert_named (bubble, "bob", "received");
}

/* No speed is shown of one that nothing comes of. */
static void
test_stalled (Fixture *self, gconstpointer data)
{
  SottoFilePart *file;

  tell (self, 1, true, SOTTO_FILE_OFFERED, 0, NULL);
  file = sotto_bubble_get_file (bubble_of (self, 1));
  tell (self, 1, true, SOTTO_FILE_MOVING, 100, NULL);
  g_usleep (250 * 1000);
  tell (self, 1, true, SOTTO_FILE_MOVING, 500, NULL);
  g_assert_cmpuint (sotto_file_part_get_rate (file), >, 0);
  while (sotto_file_part_get_rate (file) > 0)
    g_main_context_iteration (NULL, TRUE);
  assert_named (bubble_of (self, 1), "You", "sending");
  tell (self, 1, true, SOTTO_FILE_DONE, 1000, NULL);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *code;
    const char *state;
  } cases[] = { { "declined", "declined" },    { "cancelled", "cancelled" },
                { "damaged", "damaged" },      { "no_space", "no room" },
                { "too_big_file", "too big" }, { "too_many", "too many files" },
                { "of tomorrow", "failed" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      tell (self, i, i % 2 == 0, SOTTO_FILE_OFFERED, 0, NULL);
      assert_log (self, "");
      act (self, bubble_of (self, i), "refuse-file");
      g_autofree char *asked = g_strdup_printf ("refuse %u", i);
      assert_log (self, asked);
      assert_named (bubble_of (self, i), i % 2 == 0 ? "You" : "bob", "offered");
      tell (self, i, i % 2 == 0, SOTTO_FILE_REFUSED, 0, cases[i].code);
      assert_named (bubble_of (self, i), i % 2 == 0 ? "You" : "bob", cases[i].state);
    }
}

static void
test_own (Fixture *self, gconstpointer data)
{
  SottoEvent error = { .type = SOTTO_EVENT_ERROR, .code = "io", .text = "no such file" };
  g_autoptr (SottoBubble) failed = NULL;

  sotto_file_presenter_offer (self->files, self->chat, "/own/plan.pdf");
  sotto_file_presenter_offer (self->files, self->chat, "/own/gone.pdf");
  assert_log (self, "offer bob /own/plan.pdf; offer bob /own/gone.pdf");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->chat)), ==, 0);
  tell (self, 1, true, SOTTO_FILE_OFFERED, 0, NULL);
  assert_named (bubble_of (self, 1), "You", "offered");
  g_assert_cmpuint (sotto_person_get_waiting (sotto_chat_get_person (self->chat)), ==, 0);
  g_assert_null (sotto_chat_find_last_own (self->chat)); /* nothing to edit */

  sotto_fake_engine_emit (self->engine, &error);
  sotto_fake_engine_emit (self->engine, &error); /* about something else */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->chat)), ==, 2);
  failed = g_list_model_get_item (G_LIST_MODEL (self->chat), 1);
  g_assert_cmpstr (sotto_bubble_get_text (failed), ==, "gone.pdf");
  g_assert_cmpstr (sotto_format_file_state (sotto_bubble_get_file (failed)), ==, "failed");

  tell (self, 1, true, SOTTO_FILE_MOVING, 1, NULL);
  assert_named (bubble_of (self, 1), "You", "sending");
  tell (self, 1, true, SOTTO_FILE_DONE, 1000, NULL);
  assert_named (bubble_of (self, 1), "You", "delivered");
}

static void
paste (Fixture *self)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 3, 2);

  gdk_pixbuf_fill (picture, 0x336699ff);
  sotto_file_presenter_offer_picture (self->files, self->chat, picture);
}

/* As what the engine was told to offer it, waited for. */
static char *
await_offer (Fixture *self)
{
  g_autofree char *log = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GRegex) form = g_regex_new (
      "^offer bob (Pasted image \\d{4}-\\d\\d-\\d\\d \\d\\d-\\d\\d-\\d\\d\\.png) of PNG$", 0, 0,
      NULL);

  while (log == NULL || *log == '\0')
    {
      g_main_context_iteration (NULL, TRUE);
      g_free (log);
      log = sotto_fake_engine_take_log (self->engine);
    }
  g_assert_true (g_regex_match (form, log, 0, &match));
  return g_match_info_fetch (match, 1);
}

static void
test_pasted (Fixture *self, gconstpointer data)
{
  SottoEvent error = { .type = SOTTO_EVENT_ERROR, .code = "io" };
  g_autoptr (SottoBubble) failed = NULL;

  paste (self);
  g_autofree char *first = await_offer (self);
  paste (self);
  g_autofree char *second = await_offer (self);
  tell (self, 1, true, SOTTO_FILE_OFFERED, 0, NULL);
  assert_named (bubble_of (self, 1), "You", "offered");
  sotto_fake_engine_emit (self->engine, &error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->chat)), ==, 2);
  failed = g_list_model_get_item (G_LIST_MODEL (self->chat), 1);
  g_assert_cmpstr (sotto_bubble_get_text (failed), ==, second);
  g_assert_cmpstr (sotto_format_file_state (sotto_bubble_get_file (failed)), ==, "failed");
}

/* What is not on its way when the session ends never will be. */
static void
test_pasted_too_late (Fixture *self, gconstpointer data)
{
  SottoEvent end = { .type = SOTTO_EVENT_DISCONNECTED, .retry_in_ms = -1 };

  paste (self);
  sotto_fake_engine_emit (self->engine, &end);
  while (G_OBJECT (self->files)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
  assert_log (self, "");
}

/* The history knows of it what no event will tell again. */
static void
test_kept (Fixture *self, gconstpointer data)
{
  static const struct
  {
    SottoHistoryFileState state;
    const char *word;
  } cases[] = { { SOTTO_HISTORY_FILE_OFFERED, "offered" },
                { SOTTO_HISTORY_FILE_ACCEPTED, "receiving" },
                { SOTTO_HISTORY_FILE_DONE, "received" },
                { SOTTO_HISTORY_FILE_REFUSED, "damaged" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SottoHistoryFile file = { .state = cases[i].state,
                                .code = SOTTO_REFUSE_DAMAGED,
                                .size = 1000,
                                .name = (char *)"plan.pdf",
                                .media_type = (char *)"application/pdf",
                                .path = (char *)"" };

      sotto_fake_engine_remember_file (self->engine, "bob", false, &file, 1);
    }
  sotto_conversation_presenter_look_at (self->conversations, "bob");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->chat)), ==, G_N_ELEMENTS (cases));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SottoBubble) bubble = g_list_model_get_item (G_LIST_MODEL (self->chat), i);

      assert_named (bubble, "bob", cases[i].word);
    }
}

static void
test_speed (void)
{
  g_autoptr (SottoFilePart) file = sotto_file_part_new ("a", "", 10000, false);

  sotto_file_part_move (file, 0, SECOND_US);
  g_assert_cmpint (sotto_file_part_get_seconds_left (file), ==, -1);
  sotto_file_part_move (file, 1000, 2 * SECOND_US);
  g_assert_cmpuint (sotto_file_part_get_rate (file), ==, 1000);
  g_assert_cmpint (sotto_file_part_get_seconds_left (file), ==, 9);
  sotto_file_part_move (file, 1001, 2 * SECOND_US + 1); /* too soon to tell */
  g_assert_cmpuint (sotto_file_part_get_rate (file), ==, 1000);
  sotto_file_part_move (file, 4000, 3 * SECOND_US);
  g_assert_cmpuint (sotto_file_part_get_rate (file), ==, 2000);
  g_assert_cmpint (sotto_file_part_get_seconds_left (file), ==, 3);
  sotto_file_part_move (file, 500, 4 * SECOND_US); /* on another channel from where it was kept */
  g_assert_cmpuint (sotto_file_part_get_rate (file), ==, 2000);
  sotto_file_part_move (file, 2500, 5 * SECOND_US);
  g_assert_cmpuint (sotto_file_part_get_rate (file), ==, 2000);
  g_assert_true (sotto_file_part_tick (file, 7 * SECOND_US));
  g_assert_cmpuint (sotto_file_part_get_rate (file), ==, 2000);
  sotto_file_part_move (file, 2500, 7 * SECOND_US); /* said again, and nothing came */
  g_assert_true (sotto_file_part_tick (file, 8 * SECOND_US));
  g_assert_cmpuint (sotto_file_part_get_rate (file), ==, 0);
  g_assert_cmpint (sotto_file_part_get_seconds_left (file), ==, -1);
  sotto_file_part_move (file, 3000, 20 * SECOND_US); /* counted from when it goes on */
  sotto_file_part_move (file, 4000, 21 * SECOND_US);
  g_assert_cmpuint (sotto_file_part_get_rate (file), ==, 1000);
  sotto_file_part_pause (file, 4000);
  g_assert_cmpuint (sotto_file_part_get_rate (file), ==, 0);
  g_assert_false (sotto_file_part_tick (file, 22 * SECOND_US));
  sotto_file_part_end (file, "cancelled");
  g_assert_cmpuint (sotto_file_part_get_rate (file), ==, 0);
}

static void
test_words (void)
{
  static const struct
  {
    gint64 seconds;
    const char *text;
  } cases[] = { { 0, "0 seconds left" }, { 1, "1 second left" },   { 59, "59 seconds left" },
                { 60, "1 minute left" }, { 61, "2 minutes left" }, { 3600, "1 hour left" },
                { 7201, "3 hours left" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = sotto_format_seconds_left (cases[i].seconds);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_risk (void)
{
  static const struct
  {
    const char *name;
    const char *type;
    SottoFileRisk risk;
  } cases[] = {
    { "plan.pdf", "application/pdf", SOTTO_FILE_RISK_NONE },
    { "notes", "text/plain", SOTTO_FILE_RISK_NONE },
    { "my exe.txt", "text/plain", SOTTO_FILE_RISK_NONE },
    { "Photos.tar.gz", "", SOTTO_FILE_RISK_NONE },
    { "family \xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9.jpg", "image/jpeg",
      SOTTO_FILE_RISK_NONE }, /* one emoji of two */
    { "photo.jpg.exe", "image/jpeg", SOTTO_FILE_RISK_PROGRAM },
    { "Setup.EXE", "", SOTTO_FILE_RISK_PROGRAM },
    { "run.sh ", "text/plain", SOTTO_FILE_RISK_PROGRAM },
    { "game.AppImage", "", SOTTO_FILE_RISK_PROGRAM },
    { "thing.desktop", "", SOTTO_FILE_RISK_PROGRAM },
    { "picture", "application/x-executable", SOTTO_FILE_RISK_PROGRAM },
    { "photo\xef\xbf\xbdgpj.exe", "", SOTTO_FILE_RISK_DISGUISED },
    { "photo\xe2\x80\xaegpj.exe", "", SOTTO_FILE_RISK_DISGUISED },
    { "photo\xe2\x80\x8b.jpg", "", SOTTO_FILE_RISK_DISGUISED },
    { "photo.jpg                  .exe", "", SOTTO_FILE_RISK_DISGUISED },
    { "bad\xff", "", SOTTO_FILE_RISK_DISGUISED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (sotto_file_risk (cases[i].name, cases[i].type) != cases[i].risk)
        g_test_message ("%s %s", cases[i].name, cases[i].type);
      g_assert_cmpint (sotto_file_risk (cases[i].name, cases[i].type), ==, cases[i].risk);
    }
}

#define ADD(name, function)                                                                        \
  g_test_add ("/gui/files/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("theirs", test_theirs);
  ADD ("stalled", test_stalled);
  ADD ("refused", test_refused);
  ADD ("own", test_own);
  ADD ("pasted", test_pasted);
  ADD ("pasted-too-late", test_pasted_too_late);
  ADD ("kept", test_kept);
  g_test_add_func ("/gui/files/speed", test_speed);
  g_test_add_func ("/gui/files/words", test_words);
  g_test_add_func ("/gui/files/risk", test_risk);
  return g_test_run ();
}
