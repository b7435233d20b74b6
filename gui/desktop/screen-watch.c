// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/desktop/screen-watch.h"

#include <unistd.h>

#define LOGIN1         "org.freedesktop.login1"
#define LOGIN1_PATH    "/org/freedesktop/login1"
#define LOGIN1_MANAGER LOGIN1 ".Manager"
#define LOGIN1_SESSION LOGIN1 ".Session"

#define LISTENS_MAX    4

typedef struct
{
  GDBusConnection *bus;
  guint id;
} Listening;

struct _SottoScreenWatch
{
  GObject parent_instance;
  GCancellable *cancellable;
  Listening listenings[LISTENS_MAX];
  guint n_listenings;
};

G_DEFINE_TYPE (SottoScreenWatch, sotto_screen_watch, G_TYPE_OBJECT)

static guint locked_signal;

/* ActiveChanged (b), PrepareForSleep (b): true when it begins. Lock (): always. */
static void
on_signal (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *name,
           GVariant *parameters,
           gpointer data)
{
  gboolean begins = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &begins);
  if (begins)
    g_signal_emit (data, locked_signal, 0);
}

static void
listen (SottoScreenWatch *self,
        GDBusConnection *bus,
        const char *service,
        const char *interface,
        const char *name,
        const char *path)
{
  g_assert (self->n_listenings < LISTENS_MAX);
  self->listenings[self->n_listenings++] = (Listening){
    g_object_ref (bus),
    g_dbus_connection_signal_subscribe (bus, service, interface, name, path, NULL,
                                        G_DBUS_SIGNAL_FLAGS_NONE, on_signal, self, NULL),
  };
}

static void
take_session_bus (SottoScreenWatch *self, GDBusConnection *bus)
{
  static const char *const savers[] = { "org.gnome.ScreenSaver", "org.freedesktop.ScreenSaver" };

  for (gsize i = 0; i < G_N_ELEMENTS (savers); i++)
    listen (self, bus, savers[i], savers[i], "ActiveChanged", NULL);
}

/* Which session is ours; others on this machine lock as they like. */
static void
session_cb (GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, NULL);
  const char *path;

  if (answer == NULL)
    return;
  g_variant_get (answer, "(&o)", &path);
  listen (data, G_DBUS_CONNECTION (bus), LOGIN1, LOGIN1_SESSION, "Lock", path);
}

static void
take_system_bus (SottoScreenWatch *self, GDBusConnection *bus)
{
  const char *session = g_getenv ("XDG_SESSION_ID");

  listen (self, bus, LOGIN1, LOGIN1_MANAGER, "PrepareForSleep", LOGIN1_PATH);
  g_dbus_connection_call (
      bus, LOGIN1, LOGIN1_PATH, LOGIN1_MANAGER, session != NULL ? "GetSession" : "GetSessionByPID",
      session != NULL ? g_variant_new ("(s)", session) : g_variant_new ("(u)", (guint)getpid ()),
      G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, session_cb,
      self);
}

/* A cancelled call still calls back, but then looks at nothing of ours. */
static void
session_bus_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (bus != NULL)
    take_session_bus (data, bus);
}

static void
system_bus_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (bus != NULL)
    take_system_bus (data, bus);
}

static void
sotto_screen_watch_dispose (GObject *object)
{
  SottoScreenWatch *self = SOTTO_SCREEN_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  for (guint i = 0; i < self->n_listenings; i++)
    {
      g_dbus_connection_signal_unsubscribe (self->listenings[i].bus, self->listenings[i].id);
      g_object_unref (self->listenings[i].bus);
    }
  self->n_listenings = 0;
  G_OBJECT_CLASS (sotto_screen_watch_parent_class)->dispose (object);
}

static void
sotto_screen_watch_class_init (SottoScreenWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_screen_watch_dispose;
  locked_signal = g_signal_new ("locked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
}

static void
sotto_screen_watch_init (SottoScreenWatch *self)
{
  self->cancellable = g_cancellable_new ();
}

SottoScreenWatch *
sotto_screen_watch_new_on (GDBusConnection *session, GDBusConnection *system)
{
  SottoScreenWatch *self = g_object_new (SOTTO_TYPE_SCREEN_WATCH, NULL);

  take_session_bus (self, session);
  take_system_bus (self, system);
  return self;
}

SottoScreenWatch *
sotto_screen_watch_new (void)
{
  SottoScreenWatch *self = g_object_new (SOTTO_TYPE_SCREEN_WATCH, NULL);

  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, session_bus_cb, self);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, system_bus_cb, self);
  return self;
}
