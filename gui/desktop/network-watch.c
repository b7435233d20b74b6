// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/desktop/network-watch.h"

/* A Wi-Fi that comes up says so several times. */
#define SETTLE_MS 500

struct _SottoNetworkWatch
{
  GObject parent_instance;
  GCancellable *cancellable;
  GDBusConnection *bus;
  guint subscription;
  guint settle;
};

G_DEFINE_TYPE (SottoNetworkWatch, sotto_network_watch, G_TYPE_OBJECT)

static guint changed_signal;

static gboolean
on_settled (gpointer data)
{
  SottoNetworkWatch *self = data;

  self->settle = 0;
  g_signal_emit (self, changed_signal, 0);
  return G_SOURCE_REMOVE;
}

static void
something_changed (SottoNetworkWatch *self)
{
  if (self->settle == 0)
    self->settle = g_timeout_add (SETTLE_MS, on_settled, self);
}

static void
on_network_changed (SottoNetworkWatch *self)
{
  if (g_network_monitor_get_network_available (g_network_monitor_get_default ()))
    something_changed (self);
}

/* PrepareForSleep (b): true before, false after. */
static void
on_sleep (GDBusConnection *bus,
          const char *sender,
          const char *path,
          const char *interface,
          const char *name,
          GVariant *parameters,
          gpointer data)
{
  gboolean going = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &going);
  if (!going)
    something_changed (data);
}

static void
take_bus (SottoNetworkWatch *self, GDBusConnection *bus)
{
  self->bus = bus;
  self->subscription = g_dbus_connection_signal_subscribe (
      bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
      "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_sleep, self, NULL);
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish (result, &error);

  if (bus != NULL)
    take_bus (data, bus);
}

static void
sotto_network_watch_dispose (GObject *object)
{
  SottoNetworkWatch *self = SOTTO_NETWORK_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->settle, g_source_remove);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (sotto_network_watch_parent_class)->dispose (object);
}

static void
sotto_network_watch_class_init (SottoNetworkWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_network_watch_dispose;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
sotto_network_watch_init (SottoNetworkWatch *self)
{
  self->cancellable = g_cancellable_new ();
}

SottoNetworkWatch *
sotto_network_watch_new_on (GDBusConnection *bus)
{
  SottoNetworkWatch *self = g_object_new (SOTTO_TYPE_NETWORK_WATCH, NULL);
  GNetworkMonitor *monitor = g_network_monitor_get_default ();

  if (bus != NULL)
    take_bus (self, g_object_ref (bus));
  /* The second where addresses and routes stay, as when a hotel lets one in. */
  g_signal_connect_object (monitor, "network-changed", G_CALLBACK (on_network_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "notify::connectivity", G_CALLBACK (on_network_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

SottoNetworkWatch *
sotto_network_watch_new (void)
{
  SottoNetworkWatch *self = sotto_network_watch_new_on (NULL);

  /* A cancelled call still calls back, but then looks at nothing of ours. */
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, bus_cb, self);
  return self;
}
