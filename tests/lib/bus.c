// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "tests/lib/bus.h"

#include <stdbool.h>

static GDBusConnection *
join (GTestDBus *daemon)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus =
      g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (daemon),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                  | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);

  g_assert_no_error (error);
  return bus;
}

void
sotto_test_bus_up (SottoTestBus *self)
{
  self->daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->daemon);
  self->ours = join (self->daemon);
  self->theirs = join (self->daemon);
}

void
sotto_test_bus_own (SottoTestBus *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      self->theirs, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", name, 4), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
      &error);

  g_assert_no_error (error);
}

void
sotto_test_bus_say (SottoTestBus *self,
                    const char *path,
                    const char *interface,
                    const char *name,
                    const char *arguments)
{
  g_autoptr (GError) error = NULL;
  GVariant *values = g_variant_parse (NULL, arguments, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (
      g_dbus_connection_emit_signal (self->theirs, NULL, path, interface, name, values, NULL));
  g_variant_unref (values);
}

void
sotto_test_bus_down (SottoTestBus *self)
{
  g_dbus_connection_close_sync (self->ours, NULL, NULL);
  g_dbus_connection_close_sync (self->theirs, NULL, NULL);
  g_clear_object (&self->ours);
  g_clear_object (&self->theirs);
  g_test_dbus_down (self->daemon);
  g_clear_object (&self->daemon);
}

static gboolean
on_late (gpointer late)
{
  *(bool *)late = true;
  return G_SOURCE_REMOVE;
}

void
sotto_test_wait_ms (guint ms)
{
  bool late = false;

  g_timeout_add (ms, on_late, &late);
  while (!late)
    g_main_context_iteration (NULL, TRUE);
}
