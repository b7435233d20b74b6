// SPDX-License-Identifier: GPL-3.0-or-later
/* Every template is built, shown a model where it has one, and destroyed; warnings are fatal. */
#undef G_DISABLE_ASSERT
#include "gui/view/alias-dialog.h"
#include "gui/view/avatar.h"
#include "gui/view/blocked-bar.h"
#include "gui/view/composer.h"
#include "gui/view/connection-bar.h"
#include "gui/view/conversation-pane.h"
#include "gui/view/delete-dialog.h"
#include "gui/view/field.h"
#include "gui/view/finding-row.h"
#include "gui/view/first-use-page.h"
#include "gui/view/key-bar.h"
#include "gui/view/login-window.h"
#include "gui/view/main-window.h"
#include "gui/view/message-list.h"
#include "gui/view/message-menu.h"
#include "gui/view/message-row.h"
#include "gui/view/passphrase-dialog.h"
#include "gui/view/password-dialog.h"
#include "gui/view/path-badge.h"
#include "gui/view/people-pane.h"
#include "gui/view/person-details.h"
#include "gui/view/person-row.h"
#include "gui/view/safety-dialog.h"
#include "gui/view/search-pane.h"
#include "gui/view/server-knows-window.h"
#include "gui/view/shortcuts.h"
#include "gui/view/strength-line.h"
#include "gui/view/style.h"
#include "gui/view/toast.h"
#include <string.h>

static void
settle (void)
{
  for (int i = 0; i < 200 && gtk_events_pending (); i++)
    gtk_main_iteration_do (FALSE);
}

static gboolean
stop_waiting (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
wait_ms (guint ms)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add (ms, stop_waiting, loop);
  g_main_loop_run (loop);
}

/* Shown in a window, drawn, and nothing of it is left. */
static void
live_and_die (GtkWidget *widget)
{
  GtkWidget *window = widget;

  if (!GTK_IS_WINDOW (widget))
    {
      window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
      gtk_container_add (GTK_CONTAINER (window), widget);
    }
  gtk_widget_show (window);
  settle ();
  g_object_add_weak_pointer (G_OBJECT (widget), (gpointer *)&widget);
  gtk_widget_destroy (window);
  settle ();
  g_assert_null (widget);
}

static void
test_bare (gconstpointer data)
{
  GType type = (GType)GPOINTER_TO_SIZE (data);

  live_and_die (g_object_new (type, NULL));
}

static SottoSessionModel *
make_session (void)
{
  SottoSessionModel *session = sotto_session_model_new ();

  sotto_session_model_set_username (session, "alice");
  sotto_session_model_set_server (session, "lab.example");
  return session;
}

static void
test_login_window (void)
{
  g_autoptr (SottoLoginModel) model = sotto_login_model_new ();
  GtkWidget *window;

  sotto_login_model_set_identity (
      model, "lab", "3b0c8f21a97e5d4410f2c6b8e7a9d35562f0b1c4d8e3a6975a1b2c3d4e5f6071");
  window = GTK_WIDGET (sotto_login_window_new (NULL, model));
  gtk_widget_show (window);
  for (int stage = SOTTO_LOGIN_FORM; stage <= SOTTO_LOGIN_DONE; stage++)
    {
      sotto_login_model_set_stage (model, (SottoLoginStage)stage);
      settle ();
    }
  for (int field = 0; field < SOTTO_LOGIN_N_FIELDS; field++)
    sotto_login_model_set_error (model, (SottoLoginField)field, "wrong");
  live_and_die (window);
}

static bool
is_folded (SottoMainWindow *window)
{
  GObject *leaflet =
      gtk_widget_get_template_child (GTK_WIDGET (window), SOTTO_TYPE_MAIN_WINDOW, "leaflet");

  return hdy_leaflet_get_folded (HDY_LEAFLET (leaflet));
}

static void
test_main_window (void)
{
  g_autoptr (SottoPeople) people = sotto_people_new ();
  g_autoptr (SottoSessionModel) session = make_session ();
  g_autoptr (SottoChat) chat = sotto_chat_new (sotto_people_ensure (people, "bob"));
  SottoMainWindow *window = sotto_main_window_new (NULL, people, session);

  gtk_widget_show (GTK_WIDGET (window));
  sotto_main_window_show_chat (window, chat);
  sotto_chat_receive (chat, NULL, "hello", g_get_real_time () / 1000);
  sotto_chat_fail (chat, sotto_chat_say (chat, "alice", "hi", g_get_real_time () / 1000), "no");
  settle ();
  sotto_session_model_set_link (session, SOTTO_LINK_WAITING, g_get_monotonic_time () + 3000000,
                                NULL);
  gtk_window_resize (GTK_WINDOW (window), 640, 480);
  wait_ms (300);
  g_assert_false (is_folded (window));
  gtk_window_resize (GTK_WINDOW (window), 360, 500);
  wait_ms (300);
  g_assert_true (is_folded (window));
  live_and_die (GTK_WIDGET (window));
}

static void
test_rows (void)
{
  g_autoptr (SottoPerson) person = sotto_person_new ("bob");

  live_and_die (sotto_person_row_new (person));
  sotto_person_set_alias (person, "Robert");
  sotto_person_set_mark (person, SOTTO_MARK_MUTED, true);
  live_and_die (sotto_person_row_new (person));
  for (int state = SOTTO_BUBBLE_RECEIVED; state <= SOTTO_BUBBLE_FAILED; state++)
    {
      g_autoptr (SottoBubble) bubble =
          sotto_bubble_new ("bob", "<b>text</b>\n\xe2\x80\xae", 1, (SottoBubbleState)state);

      live_and_die (sotto_message_row_new (bubble));
    }
}

/* In each state, and gone while it moves. */
static void
test_files (void)
{
  g_autoptr (SottoFilePart) file = sotto_file_part_new ("a.exe", "text/plain", 10, false);
  g_autoptr (SottoBubble) bubble = sotto_bubble_new ("bob", "a.exe", 1, SOTTO_BUBBLE_RECEIVED);
  g_autoptr (GtkWidget) row = NULL;

  sotto_bubble_set_file (bubble, file);
  row = g_object_ref_sink (sotto_message_row_new (bubble));
  live_and_die (sotto_message_row_new (bubble));
  sotto_file_part_move (file, 5, 1);
  live_and_die (sotto_message_row_new (bubble));
  sotto_file_part_pause (file, 6);
  live_and_die (sotto_message_row_new (bubble));
  gtk_widget_destroy (row);
  sotto_file_part_set_path (file, "/nowhere/a.exe");
  sotto_file_part_finish (file);
  live_and_die (sotto_message_row_new (bubble));
}

static void
test_shortcuts (void)
{
  GtkWidget *parent = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  GList *windows;

  gtk_widget_show (parent);
  sotto_shortcuts_present (GTK_WINDOW (parent));
  settle ();
  windows = gtk_window_list_toplevels ();
  g_assert_cmpuint (g_list_length (windows), >=, 2);
  g_list_free (windows);
  gtk_widget_destroy (parent);
  settle ();
}

static void
test_dialogs (void)
{
  g_autoptr (SottoSessionModel) session = make_session ();
  g_autoptr (SottoPerson) person = sotto_person_new ("bob");

  live_and_die (GTK_WIDGET (sotto_alias_dialog_new (NULL, person)));
  live_and_die (GTK_WIDGET (sotto_person_details_new (NULL, person)));
  sotto_person_set_facts (person, &(SottoFacts){ .key_known = true,
                                                 .key_since_ms = 1,
                                                 .key_changed_ms = 1,
                                                 .keeps_nothing = true,
                                                 .counted = true });
  live_and_die (GTK_WIDGET (sotto_person_details_new (NULL, person)));
  live_and_die (GTK_WIDGET (sotto_passphrase_dialog_new (NULL, true)));
  live_and_die (GTK_WIDGET (sotto_passphrase_dialog_new (NULL, false)));
  live_and_die (GTK_WIDGET (sotto_password_dialog_new (NULL, session)));
  live_and_die (GTK_WIDGET (sotto_delete_dialog_new (NULL, session)));
}

/* Destroyed but still held by somebody, they are deaf to their models. */
static void
test_destroyed_are_deaf (void)
{
  g_autoptr (SottoPeople) people = sotto_people_new ();
  g_autoptr (SottoSessionModel) session = make_session ();
  g_autoptr (SottoLoginModel) login = sotto_login_model_new ();
  g_autoptr (SottoPerson) person = g_object_ref (sotto_people_ensure (people, "bob"));
  g_autoptr (SottoChat) chat = sotto_chat_new (person);
  SottoBubble *bubble = sotto_chat_say (chat, "alice", "hi", 1);
  GtkWidget *widgets[] = { GTK_WIDGET (sotto_main_window_new (NULL, people, session)),
                           GTK_WIDGET (sotto_login_window_new (NULL, login)),
                           GTK_WIDGET (sotto_password_dialog_new (NULL, session)),
                           GTK_WIDGET (sotto_delete_dialog_new (NULL, session)),
                           GTK_WIDGET (sotto_person_details_new (NULL, person)),
                           g_object_ref_sink (sotto_person_row_new (person)),
                           g_object_ref_sink (sotto_message_row_new (bubble)) };

  sotto_main_window_show_chat (SOTTO_MAIN_WINDOW (widgets[0]), chat);
  for (gsize i = 0; i < G_N_ELEMENTS (widgets); i++)
    {
      g_object_ref (widgets[i]);
      gtk_widget_destroy (widgets[i]);
    }
  sotto_session_model_set_errand (session, SOTTO_ERRAND_DONE, NULL);
  sotto_session_model_set_link (session, SOTTO_LINK_ENDED, 0, "over");
  sotto_login_model_set_stage (login, SOTTO_LOGIN_DONE);
  sotto_login_model_prefill (login, "a", "b");
  sotto_person_set_online (person, true);
  sotto_chat_set_state (chat, bubble, SOTTO_BUBBLE_READ);
  sotto_people_clear (people);
  settle ();
  for (gsize i = 0; i < G_N_ELEMENTS (widgets); i++)
    g_object_unref (widgets[i]);
  g_object_unref (widgets[5]);
  g_object_unref (widgets[6]);
}

/* The dialogs go by themselves when what they are for is done. */
static void
test_dialogs_end (void)
{
  g_autoptr (SottoSessionModel) session = make_session ();
  GtkWidget *change = GTK_WIDGET (sotto_password_dialog_new (NULL, session));
  GtkWidget *erase = GTK_WIDGET (sotto_delete_dialog_new (NULL, session));

  g_object_add_weak_pointer (G_OBJECT (change), (gpointer *)&change);
  g_object_add_weak_pointer (G_OBJECT (erase), (gpointer *)&erase);
  sotto_session_model_set_errand (session, SOTTO_ERRAND_RUNNING, NULL);
  sotto_session_model_set_errand (session, SOTTO_ERRAND_FAILED, "no");
  g_assert_nonnull (change);
  sotto_session_model_set_errand (session, SOTTO_ERRAND_DONE, NULL);
  g_assert_null (change);
  g_assert_nonnull (erase);
  sotto_session_model_set_username (session, NULL);
  g_assert_null (erase);
}

static void
on_verify (GtkWidget *dialog, SottoComparison *comparison, const char *number, GString *log)
{
  g_string_append_printf (log, "%s;", number);
}

/* The number that is before somebody's eyes is the one that is accepted, whatever comes meanwhile.
 */
static void
test_safety_dialog (void)
{
  g_autoptr (SottoPerson) bob = sotto_person_new ("bob");
  g_autoptr (SottoComparison) comparison = sotto_comparison_new (bob);
  g_autoptr (GString) log = g_string_new (NULL);
  GtkWidget *dialog = GTK_WIDGET (sotto_safety_dialog_new (NULL, comparison));
  GObject *same = gtk_widget_get_template_child (dialog, SOTTO_TYPE_SAFETY_DIALOG, "same_button");
  GObject *typed = gtk_widget_get_template_child (dialog, SOTTO_TYPE_SAFETY_DIALOG, "typed");

  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *)&dialog);
  g_signal_connect (dialog, "verify", G_CALLBACK (on_verify), log);
  gtk_widget_show (dialog);
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (same))); /* there is nothing to compare */
  sotto_person_set_channel (bob, SOTTO_PATH_ALARM, false, "11111 22222");
  settle ();
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (same)));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (same)), ==,
                   "They Are the Same: Accept the New Key");
  g_assert_false (gtk_widget_has_focus (GTK_WIDGET (same)));
  g_assert_null (gtk_window_get_default_widget (GTK_WINDOW (dialog)));
  g_signal_emit_by_name (typed, "activate"); /* an Enter too many */
  g_assert_cmpstr (log->str, ==, "");
  gtk_button_clicked (GTK_BUTTON (same));
  sotto_field_set_text (SOTTO_FIELD (typed), "33333");
  gtk_button_clicked (GTK_BUTTON (same));
  g_assert_cmpstr (log->str, ==, "11111 22222;33333;");
  sotto_comparison_set_state (comparison, SOTTO_COMPARISON_FAILED, "no");
  sotto_person_set_channel (bob, SOTTO_PATH_ALARM, false, "44444 55555");
  settle ();
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (same)));
  g_signal_emit_by_name (typed, "activate");
  g_assert_cmpstr (log->str, ==, "11111 22222;33333;");
  sotto_comparison_set_state (comparison, SOTTO_COMPARISON_AGREED, NULL);
  g_assert_null (dialog);
}

/* The display has the last word, and with the next frame. */
static void
resize (GtkWidget *window, int width, int height)
{
  int now = 0;

  gtk_window_resize (GTK_WINDOW (window), width, height);
  for (int i = 0; now != width && i < 500; i++)
    {
      wait_ms (10);
      gtk_window_get_size (GTK_WINDOW (window), &now, NULL);
    }
  g_assert_cmpint (now, ==, width);
}

/* As large as last time, in another life of the same window. */
static void
test_window_size (void)
{
  g_autoptr (SottoPeople) people = sotto_people_new ();
  g_autoptr (SottoSessionModel) session = make_session ();
  GtkWidget *window = GTK_WIDGET (sotto_main_window_new (NULL, people, session));
  int width, height;

  gtk_widget_show (window);
  settle ();
  resize (window, 801, 502);
  live_and_die (window);
  window = GTK_WIDGET (sotto_main_window_new (NULL, people, session));
  gtk_window_get_default_size (GTK_WINDOW (window), &width, &height);
  g_assert_cmpint (width, ==, 801);
  g_assert_cmpint (height, ==, 502);

  /* That was on a larger screen. */
  gtk_widget_show (window);
  settle ();
  resize (window, 5000, 502);
  live_and_die (window);
  window = GTK_WIDGET (sotto_main_window_new (NULL, people, session));
  gtk_window_get_default_size (GTK_WINDOW (window), &width, &height);
  g_assert_cmpint (width, <, 5000);
  g_assert_cmpint (width, >, 802);
  live_and_die (window);
}

static void
on_frame (guint *n_frames)
{
  (*n_frames)++;
}

/* Once it is drawn, a window in which nothing happens costs nothing. */
static void
assert_rests (GtkWidget *window)
{
  guint n_frames = 0;

  gtk_widget_show (window);
  wait_ms (1500); /* transitions end */
  g_signal_connect_swapped (gtk_widget_get_frame_clock (window), "update", G_CALLBACK (on_frame),
                            &n_frames);
  wait_ms (500);
  g_assert_cmpuint (n_frames, <=, 3); /* a cursor may blink */
  gtk_widget_destroy (window);
}

static void
test_idle (void)
{
  g_autoptr (SottoLoginModel) model = sotto_login_model_new ();
  g_autoptr (SottoPeople) people = sotto_people_new ();
  g_autoptr (SottoSessionModel) session = make_session ();

  assert_rests (GTK_WIDGET (sotto_login_window_new (NULL, model)));
  assert_rests (GTK_WIDGET (sotto_main_window_new (NULL, people, session)));
}

/* Text half as large again: the window grows with it; with huge text no further than the screen. */
static void
test_large_text (void)
{
  static const double sizes[] = { 1.0, 1.5, 40.0 };
  GdkScreen *screen = gdk_screen_get_default ();
  double before = gdk_screen_get_resolution (screen);
  int widths[G_N_ELEMENTS (sizes)], heights[G_N_ELEMENTS (sizes)];
  GdkRectangle area;

  gdk_monitor_get_workarea (gdk_display_get_monitor (gdk_display_get_default (), 0), &area);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (SottoLoginModel) model = sotto_login_model_new ();

      gdk_screen_set_resolution (screen, 96 * sizes[i]);
      GtkWidget *window = GTK_WIDGET (sotto_login_window_new (NULL, model));
      gtk_window_get_default_size (GTK_WINDOW (window), &widths[i], &heights[i]);
      gtk_widget_destroy (window);
    }
  gdk_screen_set_resolution (screen, before);
  g_assert_cmpint (widths[1], ==, widths[0] * 3 / 2);
  g_assert_cmpint (heights[1], ==, heights[0] * 3 / 2);
  g_assert_cmpint (widths[2], ==, area.width);
  g_assert_cmpint (heights[2], ==, area.height);
}

int
main (int argc, char **argv)
{
  GType types[] = {
    SOTTO_TYPE_BLOCKED_BAR,         SOTTO_TYPE_STRENGTH_LINE, SOTTO_TYPE_KEY_BAR,
    SOTTO_TYPE_SERVER_KNOWS_WINDOW, SOTTO_TYPE_AVATAR,        SOTTO_TYPE_COMPOSER,
    SOTTO_TYPE_MESSAGE_LIST,        SOTTO_TYPE_MESSAGE_MENU,  SOTTO_TYPE_CONNECTION_BAR,
    SOTTO_TYPE_CONVERSATION_PANE,   SOTTO_TYPE_FIELD,         SOTTO_TYPE_FIRST_USE_PAGE,
    SOTTO_TYPE_PATH_BADGE,          SOTTO_TYPE_PEOPLE_PANE,   SOTTO_TYPE_TOAST,
    SOTTO_TYPE_SEARCH_PANE,         SOTTO_TYPE_FINDING_ROW,   SOTTO_TYPE_PERSON_DETAILS
  };

  g_setenv ("GDK_GL", "disable", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  g_content_type_get_mime_dirs (); /* as the application does */
  hdy_init ();
  sotto_style_load (gdk_screen_get_default ());
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *path = g_strdup_printf ("/gui/templates/%s", g_type_name (types[i]));

      g_test_add_data_func (path, GSIZE_TO_POINTER (types[i]), test_bare);
    }
  g_test_add_func ("/gui/templates/login-window", test_login_window);
  g_test_add_func ("/gui/templates/main-window", test_main_window);
  g_test_add_func ("/gui/templates/rows", test_rows);
  g_test_add_func ("/gui/templates/files", test_files);
  g_test_add_func ("/gui/templates/dialogs", test_dialogs);
  g_test_add_func ("/gui/templates/shortcuts", test_shortcuts);
  g_test_add_func ("/gui/templates/dialogs-end", test_dialogs_end);
  g_test_add_func ("/gui/templates/safety-dialog", test_safety_dialog);
  g_test_add_func ("/gui/templates/window-size", test_window_size);
  g_test_add_func ("/gui/templates/idle", test_idle);
  g_test_add_func ("/gui/templates/large-text", test_large_text);
  g_test_add_func ("/gui/templates/destroyed-are-deaf", test_destroyed_are_deaf);
  return g_test_run ();
}
