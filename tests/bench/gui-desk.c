// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The real application with its real engine, that uses itself: what a person would do is told to
 * its windows' signals, and each turn of the main loop is timed from where poll() returned.
 *
 *   gui-desk fill LINK N          bob's engine tells alice's N messages; no window
 *   gui-desk history LINK N       alice logs in, opens the conversation, scrolls, searches
 *   gui-desk receive LINK         carol signs up and accepts the first file that comes
 *   gui-desk send LINK PATH       dave signs up and sends carol that file
 *
 * Figures are printed one a line: name, value, unit.
 */
#undef G_DISABLE_ASSERT
#include "gui/application.h"
#include "gui/view/conversation-pane.h"
#include "gui/view/login-window.h"
#include "gui/view/main-window.h"
#include "gui/view/message-list.h"
#include "gui/view/message-row.h"
#include "shared/base/limits.h"
#include "shared/client/engine.h"
#include "shared/client/join-link.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PASSWORD   "correct horse battery"
#define LIMIT_S    120
#define UNDER_WAY  2000
#define SCROLL_S   8
#define SCROLL_PX  90 /* a frame: fast, as with a wheel that goes on turning */
#define FRAME_MS   16
#define LONG_US    20000
#define N_SEARCHES 5

typedef struct
{
  GtkApplication *application;
  SottoEngine *engine; /* borrowed: known from its first event on */
  const char *link;
  const char *argument;
  SottoFileInfo file; /* of the last FILE event; its strings are not kept */
  SottoId file_id;
  guint n_messages;
  bool authenticated;
  GPtrArray *found;
} Desk;

/* --- Turns of the loop --- */

static gint64 woke, longest;
static double woke_cpu;
static guint n_long;

static double
get_cpu (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* With SOTTO_BENCH_TELL each long turn is told, and how much of it was ours: on a busy machine a
 * turn is long because others have the processor. */
static void
end_turn (gint64 turn)
{
  longest = MAX (longest, turn);
  if (turn <= LONG_US)
    return;
  n_long++;
  if (g_getenv ("SOTTO_BENCH_TELL") != NULL)
    g_printerr ("a turn of %.1f ms, %.1f of them on the processor\n", (double)turn / 1000,
                get_cpu () - woke_cpu);
}

static int
timed_poll (GPollFD *fds, guint n, int timeout)
{
  int result;

  if (woke != 0)
    end_turn (g_get_monotonic_time () - woke);
  result = g_poll (fds, n, timeout);
  woke = g_get_monotonic_time ();
  woke_cpu = get_cpu ();
  return result;
}

static void
begin_turns (void)
{
  if (g_getenv ("SOTTO_BENCH_TELL") != NULL)
    g_printerr ("it counts from here\n");
  longest = n_long = 0;
  woke = g_get_monotonic_time ();
  woke_cpu = get_cpu ();
}

static void
print_turns (const char *what)
{
  printf ("%s.stall %.1f ms\n%s.over20 %u turns\n", what, (double)longest / 1000, what, n_long);
  fflush (stdout);
}

static gboolean
on_too_long (gpointer unused)
{
  g_error ("it takes too long");
  return G_SOURCE_REMOVE;
}

static void
wait_for (bool (*is_so) (Desk *self), Desk *self)
{
  guint limit = g_timeout_add_seconds (LIMIT_S, on_too_long, NULL);

  while (!is_so (self))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
}

static gboolean
on_over (gpointer over)
{
  *(bool *)over = true;
  return G_SOURCE_REMOVE;
}

static void
wait_ms (guint ms)
{
  bool over = false;

  g_timeout_add (ms, on_over, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

/* --- What the engine says --- */

static gboolean
on_event (GSignalInvocationHint *hint, guint n_params, const GValue *params, gpointer data)
{
  Desk *self = data;
  const SottoEvent *event = g_value_get_pointer (&params[1]);

  self->engine = g_value_get_object (&params[0]);
  if (event->type == SOTTO_EVENT_AUTHENTICATED)
    self->authenticated = true;
  else if (event->type == SOTTO_EVENT_MESSAGE)
    self->n_messages++;
  else if (event->type == SOTTO_EVENT_FILE)
    {
      self->file = event->file;
      self->file_id = event->id;
    }
  else if (event->type == SOTTO_EVENT_REFUSED)
    g_error ("%s: %s", event->code, event->text);
  return TRUE;
}

/* --- Windows --- */

static GtkWindow *
get_window (Desk *self)
{
  GList *windows = gtk_application_get_windows (self->application);

  return windows != NULL ? windows->data : NULL;
}

static bool
has_login_window (Desk *self)
{
  return SOTTO_IS_LOGIN_WINDOW (get_window (self));
}

static bool
has_main_window (Desk *self)
{
  return SOTTO_IS_MAIN_WINDOW (get_window (self));
}

static void
enter (Desk *self, bool sign_up, const char *name)
{
  wait_for (has_login_window, self);
  g_signal_emit_by_name (get_window (self), "submit", sign_up, self->link, name, PASSWORD);
  wait_for (has_main_window, self);
}

static gpointer
find_widget (GtkWidget *root, GType type)
{
  g_autoptr (GList) children = NULL;
  gpointer found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    return root;
  if (!GTK_IS_CONTAINER (root))
    return NULL;
  children = gtk_container_get_children (GTK_CONTAINER (root));
  for (GList *l = children; l != NULL && found == NULL; l = l->next)
    found = find_widget (l->data, type);
  return found;
}

static SottoChat *
open_chat (Desk *self, const char *name)
{
  GtkWidget *window = GTK_WIDGET (get_window (self));

  g_signal_emit_by_name (find_widget (window, SOTTO_TYPE_PEOPLE_PANE), "open", name);
  return sotto_conversation_pane_get_chat (find_widget (window, SOTTO_TYPE_CONVERSATION_PANE));
}

/* --- A long history --- */

static bool
are_all_there (Desk *self)
{
  return self->n_messages >= (guint)atoi (self->argument);
}

static SottoEngine *
begin_engine (Desk *self, const char *name, const char *profile)
{
  SottoEngine *engine = sotto_engine_new (profile, NULL, SOTTO_TRUST_PIN);
  g_autoptr (GError) error = NULL;
  SottoJoinLink link;

  sotto_join_link_parse (self->link, &link, &error);
  g_assert_no_error (error);
  sotto_engine_set_join_link (engine, &link, &error);
  g_assert_no_error (error);
  sotto_join_link_clear (&link);
  self->authenticated = false;
  sotto_engine_sign (engine, name, PASSWORD, NULL);
  while (!self->authenticated)
    g_main_context_iteration (NULL, TRUE);
  return engine;
}

/* One in a thousand is another one, for a search to find. */
static void
fill (Desk *self)
{
  static const char *const texts[] = {
    "Did you see the figures of last week? They look better than I had thought, by a good deal.",
    "ok",
    "Tomorrow at ten in the office, then. I bring the list and whatever else there is to sign; the "
    "rest of it can wait until they are back, as far as I am concerned.",
  };
  guint n = (guint)atoi (self->argument);
  SottoEngine *alice = begin_engine (self, "alice", SOTTO_PROFILE_DEFAULT);
  SottoEngine *bob = begin_engine (self, "bob", "bob");

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%s %u", texts[i % G_N_ELEMENTS (texts)], i);

      sotto_engine_send (bob, "alice", i % 1000 == 7 ? "here is the needle" : text);
      while (i > self->n_messages + UNDER_WAY)
        g_main_context_iteration (NULL, TRUE);
    }
  wait_for (are_all_there, self);
  sotto_engine_log_out (bob);
  sotto_engine_log_out (alice);
  wait_ms (500);
  g_object_unref (bob);
  g_object_unref (alice);
}

/* A screen of rows is drawn: what a person waits for. */
static bool
shows_messages (Desk *self)
{
  GtkWidget *rows = find_widget (GTK_WIDGET (get_window (self)), SOTTO_TYPE_MESSAGE_LIST);
  GtkWidget *row = rows != NULL ? find_widget (rows, SOTTO_TYPE_MESSAGE_ROW) : NULL;

  return row != NULL && gtk_widget_get_mapped (row) && gtk_widget_get_allocated_height (row) > 1;
}

static void
on_painted (GdkFrameClock *clock, guint *n_frames)
{
  (*n_frames)++;
}

static void
time_opening (Desk *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (get_window (self)));
  gint64 began = g_get_monotonic_time ();
  guint n_frames = 0;
  gulong handler;

  open_chat (self, "bob");
  wait_for (shows_messages, self);
  handler = g_signal_connect (clock, "after-paint", G_CALLBACK (on_painted), &n_frames);
  gtk_widget_queue_draw (GTK_WIDGET (get_window (self)));
  while (n_frames == 0)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (clock, handler);
  printf ("open.time %.1f ms\n", (double)(g_get_monotonic_time () - began) / 1000);
}

static gboolean
scroll_cb (gpointer adjustment)
{
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) - SCROLL_PX);
  return G_SOURCE_CONTINUE;
}

/* Upwards from the newest, far beyond what was read from the disk at first. */
static void
time_scrolling (Desk *self)
{
  GtkWidget *messages = find_widget (GTK_WIDGET (get_window (self)), SOTTO_TYPE_MESSAGE_LIST);
  GtkScrolledWindow *scroller = find_widget (messages, GTK_TYPE_SCROLLED_WINDOW);
  guint scroll;

  wait_ms (1000);
  begin_turns ();
  scroll = g_timeout_add (FRAME_MS, scroll_cb, gtk_scrolled_window_get_vadjustment (scroller));
  wait_ms (SCROLL_S * 1000);
  g_source_remove (scroll);
  print_turns ("scroll");
}

static void
on_found (GObject *engine, GAsyncResult *result, gpointer data)
{
  Desk *self = data;
  g_autoptr (GError) error = NULL;

  self->found = sotto_engine_search_finish (SOTTO_ENGINE (engine), result, &error);
  g_assert_no_error (error);
}

static bool
has_found (Desk *self)
{
  return self->found != NULL;
}

static void
time_search (Desk *self, const char *what, const char *query)
{
  gint64 slowest = 0;

  begin_turns ();
  for (int i = 0; i < N_SEARCHES; i++)
    {
      gint64 began = g_get_monotonic_time ();

      sotto_engine_search_async (self->engine, query, NULL, 200, NULL, on_found, self);
      wait_for (has_found, self);
      slowest = MAX (slowest, g_get_monotonic_time () - began);
      g_clear_pointer (&self->found, g_ptr_array_unref);
    }
  printf ("%s.time %.1f ms\n", what, (double)slowest / 1000);
  print_turns (what);
}

static void
history (Desk *self)
{
  enter (self, false, "alice");
  wait_ms (1000);
  time_opening (self);
  time_scrolling (self);
  time_search (self, "search-rare", "NEEDLE");
  time_search (self, "search-none", "nowhere");
}

/* --- A large file --- */

static bool
is_offered (Desk *self)
{
  return self->file.size > 0;
}

static bool
is_whole (Desk *self)
{
  if (self->file.state == SOTTO_FILE_REFUSED)
    g_error ("the file was refused");
  return self->file.state == SOTTO_FILE_DONE;
}

static bool
is_peer_online (Desk *self)
{
  return sotto_engine_is_online (self->engine, "carol");
}

static void
transfer (Desk *self, const char *what)
{
  gint64 began = g_get_monotonic_time ();

  begin_turns ();
  wait_for (is_whole, self);
  wait_ms (200);
  printf ("%s.rate %.0f MB/s\n", what,
          (double)self->file.size / (double)(g_get_monotonic_time () - began));
  print_turns (what);
}

static void
receive (Desk *self)
{
  enter (self, true, "carol");
  printf ("ready\n");
  fflush (stdout);
  wait_for (is_offered, self);
  open_chat (self, "dave");
  wait_ms (1000);
  sotto_engine_accept_file (self->engine, &self->file_id);
  transfer (self, "receive");
  wait_ms (500);
}

static void
send_file (Desk *self)
{
  enter (self, true, "dave");
  wait_for (is_peer_online, self);
  open_chat (self, "carol");
  wait_ms (1000);
  g_signal_emit_by_name (find_widget (GTK_WIDGET (get_window (self)), SOTTO_TYPE_CONVERSATION_PANE),
                         "offer-file", self->argument);
  wait_for (is_offered, self);
  wait_ms (300);
  transfer (self, "send");
  wait_ms (500);
}

/* --- */

static const struct
{
  const char *name;
  void (*run) (Desk *self);
  bool shown;
} scenarios[] = {
  { "fill", fill, false },
  { "history", history, true },
  { "receive", receive, true },
  { "send", send_file, true },
};

typedef struct
{
  Desk desk;
  void (*run) (Desk *self);
} Play;

static gboolean
play_cb (gpointer data)
{
  Play *self = data;

  self->run (&self->desk);
  g_application_quit (G_APPLICATION (self->desk.application));
  return G_SOURCE_REMOVE;
}

static int
show (Play *self)
{
  SottoOptions options = { .profile = (char *)SOTTO_PROFILE_DEFAULT,
                           .config = { .server_address = (char *)"127.0.0.1",
                                       .server_port = SOTTO_PORT_DEFAULT } };
  g_autofree char *program = g_strdup ("sotto");
  char *args[] = { program, NULL };
  g_autoptr (SottoApplication) application = NULL;

  application = sotto_application_new (&options);
  self->desk.application = GTK_APPLICATION (application);
  g_idle_add (play_cb, self);
  return g_application_run (G_APPLICATION (application), 1, args);
}

int
main (int argc, char **argv)
{
  Play play = { 0 };
  gpointer engine_class = g_type_class_ref (SOTTO_TYPE_ENGINE);

  g_setenv ("GDK_GL", "disable", TRUE); /* as the program does */
  if (argc < 3)
    {
      g_printerr ("usage: %s fill|history|receive|send LINK [N|PATH]\n", argv[0]);
      return 2;
    }
  play.desk.link = argv[2];
  play.desk.argument = argc > 3 ? argv[3] : "0";
  g_main_context_set_poll_func (NULL, timed_poll);
  g_signal_add_emission_hook (g_signal_lookup ("event", SOTTO_TYPE_ENGINE), 0, on_event, &play.desk,
                              NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (scenarios); i++)
    if (strcmp (scenarios[i].name, argv[1]) == 0)
      {
        play.run = scenarios[i].run;
        if (scenarios[i].shown)
          return show (&play);
        play.run (&play.desk);
      }
  g_type_class_unref (engine_class);
  return play.run != NULL ? 0 : 2;
}
