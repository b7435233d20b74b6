// SPDX-License-Identifier: GPL-3.0-or-later
/* Word of sleep comes over a bus of the test's own, as logind says it. */
#undef G_DISABLE_ASSERT
#include "gui/desktop/network-watch.h"

#include <stdbool.h>

#define LOGIN1 "org.freedesktop.login1"

typedef struct
{
  GTestDBus *daemon;
  GDBusConnection *ours;
  GDBusConnection *logind;
  SottoNetworkWatch *watch;
  guint n_changes;
} Fixture;

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

static void
on_changed (Fixture *self)
{
  self->n_changes++;
}

static void
set_up (Fixture *self, gconstpointer unused)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  self->daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->daemon);
  self->ours = join (self->daemon);
  self->logind = join (self->daemon);
  answer = g_dbus_connection_call_sync (self->logind, "org.freedesktop.DBus",
                                        "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                        "RequestName", g_variant_new ("(su)", LOGIN1, 4), NULL,
                                        G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  self->watch = sotto_network_watch_new_on (self->ours);
  g_signal_connect_swapped (self->watch, "changed", G_CALLBACK (on_changed), self);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  g_assert_finalize_object (self->watch);
  g_dbus_connection_close_sync (self->ours, NULL, NULL);
  g_dbus_connection_close_sync (self->logind, NULL, NULL);
  g_clear_object (&self->ours);
  g_clear_object (&self->logind);
  g_test_dbus_down (self->daemon);
  g_clear_object (&self->daemon);
}

static void
say (Fixture *self, gboolean going)
{
  g_assert_true (g_dbus_connection_emit_signal (self->logind, NULL, "/org/freedesktop/login1",
                                                LOGIN1 ".Manager", "PrepareForSleep",
                                                g_variant_new ("(b)", going), NULL));
}

static gboolean
on_late (gpointer late)
{
  *(bool *)late = true;
  return G_SOURCE_REMOVE;
}

static void
wait_ms (guint ms)
{
  bool late = false;

  g_timeout_add (ms, on_late, &late);
  while (!late)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_waking (Fixture *self, gconstpointer unused)
{
  say (self, TRUE);
  wait_ms (1200);
  g_assert_cmpuint (self->n_changes, ==, 0);
  say (self, FALSE);
  say (self, FALSE);
  while (self->n_changes == 0)
    g_main_context_iteration (NULL, TRUE);
  wait_ms (1200);
  g_assert_cmpuint (self->n_changes, ==, 1);
}

/* It goes with a word of waking still on its way. */
static void
test_gone (Fixture *self, gconstpointer unused)
{
  say (self, FALSE);
  wait_ms (100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/gui/network-watch/waking", Fixture, NULL, set_up, test_waking, tear_down);
  g_test_add ("/gui/network-watch/gone", Fixture, NULL, set_up, test_gone, tear_down);
  return g_test_run ();
}
