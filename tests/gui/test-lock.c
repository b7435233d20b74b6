// SPDX-License-Identifier: GPL-3.0-or-later
/* The lock: only the password opens it, the screen and idleness close it. */
#undef G_DISABLE_ASSERT
#include "gui/desktop/idle-watch.h"
#include "gui/desktop/screen-watch.h"
#include "gui/presenter/lock-presenter.h"
#include "gui/view/everywhere-key.h"
#include "tests/gui/fake-engine.h"
#include "tests/lib/bus.h"
#include <gtk/gtk.h>

#define LOGIN1  "org.freedesktop.login1"
#define SESSION "/org/freedesktop/login1/session/_37"

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
count (guint *n)
{
  (*n)++;
}

/* --- By the password --- */

static void
test_password (void)
{
  g_autoptr (SottoEngine) engine = sotto_engine_new ("default", NULL, SOTTO_TRUST_ASK);
  g_autoptr (SottoSessionModel) session = sotto_session_model_new ();
  g_autoptr (SottoLock) lock = sotto_lock_new ();
  SottoLockPresenter *presenter = sotto_lock_presenter_new (engine, session, lock);

  sotto_lock_presenter_lock (presenter);
  g_assert_false (sotto_lock_is_locked (lock)); /* there is nothing to hide, and no password */

  sotto_session_model_set_username (session, "alice");
  sotto_lock_presenter_lock (presenter);
  g_assert_true (sotto_lock_is_locked (lock));
  sotto_lock_presenter_unlock (presenter, "guess");
  g_assert_cmpint (sotto_lock_get_state (lock), ==, SOTTO_LOCK_CHECKING);
  sotto_lock_presenter_unlock (presenter, "secret"); /* one at a time */
  settle ();
  g_assert_cmpint (sotto_lock_get_state (lock), ==, SOTTO_LOCK_LOCKED);
  g_assert_cmpstr (sotto_lock_get_problem (lock), ==, "Wrong password.");
  sotto_lock_presenter_unlock (presenter, "secret");
  g_assert_null (sotto_lock_get_problem (lock));
  settle ();
  g_assert_false (sotto_lock_is_locked (lock));
  g_autofree char *log = sotto_fake_engine_take_log (engine);
  g_assert_cmpstr (log, ==, "check guess; check secret");

  /* Logged out while one is tried: its answer opens nothing later. */
  sotto_lock_presenter_lock (presenter);
  sotto_lock_presenter_unlock (presenter, "guess");
  sotto_session_model_set_username (session, NULL);
  g_assert_false (sotto_lock_is_locked (lock));
  settle ();
  g_assert_false (sotto_lock_is_locked (lock));
  g_assert_finalize_object (presenter);
}

/* --- By the screen --- */

typedef struct
{
  SottoTestBus bus;
  SottoScreenWatch *watch;
  guint n_locks;
} Fixture;

static void
on_call (GDBusConnection *bus,
         const char *sender,
         const char *path,
         const char *interface,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer data)
{
  g_assert_cmpstr (method, ==, "GetSession");
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", SESSION));
}

static void
play_logind (Fixture *self)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (
      "<node><interface name='" LOGIN1 ".Manager'><method name='GetSession'>"
      "<arg type='s' direction='in'/><arg type='o' direction='out'/></method></interface></node>",
      NULL);

  g_assert_cmpuint (g_dbus_connection_register_object (self->bus.theirs, "/org/freedesktop/login1",
                                                       node->interfaces[0], &vtable, NULL, NULL,
                                                       NULL),
                    !=, 0);
}

static void
set_up (Fixture *self, gconstpointer unused)
{
  g_setenv ("XDG_SESSION_ID", "7", TRUE);
  sotto_test_bus_up (&self->bus);
  play_logind (self);
  sotto_test_bus_own (&self->bus, LOGIN1);
  sotto_test_bus_own (&self->bus, "org.gnome.ScreenSaver");
  sotto_test_bus_own (&self->bus, "org.freedesktop.ScreenSaver");
  self->watch = sotto_screen_watch_new_on (self->bus.ours, self->bus.ours);
  g_signal_connect_swapped (self->watch, "locked", G_CALLBACK (count), &self->n_locks);
  sotto_test_wait_ms (300); /* until it knows which session is ours */
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  g_assert_finalize_object (self->watch);
  sotto_test_bus_down (&self->bus);
}

static void
test_screen (Fixture *self, gconstpointer unused)
{
  static const struct
  {
    const char *path, *interface, *name, *arguments;
    bool locks;
  } cases[] = {
    { "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged", "(true,)", true },
    { "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged", "(false,)", false },
    { "/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged", "(true,)", true },
    { SESSION, LOGIN1 ".Session", "Lock", "()", true },
    { SESSION, LOGIN1 ".Session", "Unlock", "()", false },
    { "/org/freedesktop/login1/session/_38", LOGIN1 ".Session", "Lock", "()", false },
    { "/org/freedesktop/login1", LOGIN1 ".Manager", "PrepareForSleep", "(true,)", true },
    { "/org/freedesktop/login1", LOGIN1 ".Manager", "PrepareForSleep", "(false,)", false },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      self->n_locks = 0;
      sotto_test_bus_say (&self->bus, cases[i].path, cases[i].interface, cases[i].name,
                          cases[i].arguments);
      sotto_test_wait_ms (100);
      g_assert_cmpuint (self->n_locks, ==, cases[i].locks ? 1 : 0);
    }
}

/* --- By idleness --- */

static void
use (void)
{
  GdkEvent *event = gdk_event_new (GDK_KEY_PRESS);

  /* For no window, which GTK drops; but somebody was there. */
  gdk_display_put_event (gdk_display_get_default (), event);
  gdk_event_free (event);
}

static void
test_idle (void)
{
  SottoIdleWatch *watch = sotto_idle_watch_new ();
  guint n = 0;

  g_signal_connect_swapped (watch, "idle", G_CALLBACK (count), &n);
  sotto_test_wait_ms (300);
  g_assert_cmpuint (n, ==, 0);
  sotto_idle_watch_set_seconds (watch, 1);
  sotto_test_wait_ms (700);
  use ();
  sotto_test_wait_ms (700);
  g_assert_cmpuint (n, ==, 0);
  sotto_test_wait_ms (700);
  g_assert_cmpuint (n, ==, 1);
  sotto_idle_watch_set_seconds (watch, 0);
  sotto_test_wait_ms (1300);
  g_assert_cmpuint (n, ==, 1);
  g_assert_finalize_object (watch);
}

/* --- By a key, wherever the keyboard is --- */

static void
give_keyboard (GtkWidget *window)
{
  GdkEvent *event = gdk_event_new (GDK_FOCUS_CHANGE);

  event->focus_change.window = g_object_ref (gtk_widget_get_window (window));
  event->focus_change.in = TRUE;
  gtk_widget_send_focus_change (window, event);
  gdk_event_free (event);
}

static bool
takes_key (GtkWidget *window)
{
  return gtk_accel_groups_activate (G_OBJECT (window), GDK_KEY_l, GDK_CONTROL_MASK);
}

static void
on_action (GSimpleAction *action, GVariant *parameter, gpointer n)
{
  count (n);
}

static GtkWidget *
shown (GtkWidget *window)
{
  gtk_widget_realize (window);
  return window;
}

static void
test_key (void)
{
  const GActionEntry entry = { "lock", on_action };
  GtkApplication *application = gtk_application_new ("org.sotto.Test", G_APPLICATION_NON_UNIQUE);
  guint n = 0;

  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_action_map_add_action_entries (G_ACTION_MAP (application), &entry, 1, &n);
  SottoEverywhereKey *key = sotto_everywhere_key_new (application, "<Primary>l", "lock");
  GtkWidget *dialog = shown (gtk_dialog_new ());
  GtkWidget *late = shown (gtk_window_new (GTK_WINDOW_TOPLEVEL));
  GtkWidget *chooser =
      shown (gtk_file_chooser_dialog_new ("", NULL, GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL));
  g_assert_false (takes_key (dialog));
  give_keyboard (dialog);
  give_keyboard (dialog);
  g_assert_true (takes_key (dialog));
  g_assert_cmpuint (n, ==, 1);
  give_keyboard (chooser); /* there it opens the entry for a path */
  g_assert_false (takes_key (chooser));
  sotto_everywhere_key_free (key);
  give_keyboard (late);
  g_assert_false (takes_key (late));
  g_assert_false (takes_key (dialog));
  g_assert_cmpuint (n, ==, 1);
  gtk_widget_destroy (dialog);
  gtk_widget_destroy (late);
  gtk_widget_destroy (chooser);
  g_object_unref (application);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/lock/password", test_password);
  g_test_add ("/gui/lock/screen", Fixture, NULL, set_up, test_screen, tear_down);
  g_test_add_func ("/gui/lock/idle", test_idle);
  g_test_add_func ("/gui/lock/key", test_key);
  return g_test_run ();
}
