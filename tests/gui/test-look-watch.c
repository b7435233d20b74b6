// SPDX-License-Identifier: GPL-3.0-or-later
/* The settings portal is played on a bus of the test's own. */
#undef G_DISABLE_ASSERT
#include "gui/desktop/look-watch.h"

#include "tests/lib/bus.h"

#define PORTAL      "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define SETTINGS    "org.freedesktop.portal.Settings"
#define DARK        "{'org.freedesktop.appearance': {'color-scheme': <uint32 1>}}"
#define LIGHT       "{'org.freedesktop.appearance': {'color-scheme': <uint32 0>}}"
#define CONTRAST    "{'org.gnome.desktop.a11y.interface': {'high-contrast': <true>}}"

typedef struct
{
  SottoTestBus bus;
  const char *answer; /* NULL = there is no portal */
  SottoLookWatch *watch;
  guint n_differs;
} Fixture;

/* Whoever answers has heard all that was said to it before. */
static void
ask_bus (GDBusConnection *bus)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId", NULL,
      NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

static void
on_differs (Fixture *self)
{
  self->n_differs++;
}

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
  Fixture *self = data;

  g_dbus_method_invocation_return_value (
      invocation, g_variant_new ("(@a{sa{sv}})", g_variant_new_parsed (self->answer)));
}

static void
open_portal (Fixture *self)
{
  static const GDBusInterfaceVTable calls = { .method_call = on_call };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (
      "<node><interface name='" SETTINGS "'><method name='ReadAll'>"
      "<arg type='as' direction='in'/><arg type='a{sa{sv}}' direction='out'/>"
      "</method></interface></node>",
      NULL);

  g_dbus_connection_register_object (self->bus.theirs, PORTAL_PATH, node->interfaces[0], &calls,
                                     self, NULL, NULL);
  sotto_test_bus_own (&self->bus, PORTAL);
}

/* Until everything that was said before has been heard. */
static void
settle (Fixture *self)
{
  for (guint i = 0; i < 4; i++)
    {
      ask_bus (self->bus.ours);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_dbus_connection_flush_sync (self->bus.theirs, NULL, NULL);
      ask_bus (self->bus.theirs);
    }
}

static void
set_up (Fixture *self, gconstpointer answer)
{
  sotto_test_bus_up (&self->bus);
  self->answer = answer;
  if (answer != NULL)
    open_portal (self);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  g_assert_finalize_object (self->watch);
  sotto_test_bus_down (&self->bus);
}

static void
watch (Fixture *self)
{
  self->watch = sotto_look_watch_new_on (self->bus.ours);
  g_signal_connect_swapped (self->watch, "differs", G_CALLBACK (on_differs), self);
  settle (self);
}

static void
change (Fixture *self, const char *space, const char *key, const char *value)
{
  g_assert_true (g_dbus_connection_emit_signal (
      self->bus.theirs, NULL, PORTAL_PATH, SETTINGS, "SettingChanged",
      g_variant_new ("(ssv)", space, key, g_variant_new_parsed (value)), NULL));
  settle (self);
}

static void
test_differs (Fixture *self, gconstpointer unused)
{
  watch (self);
  g_assert_cmpuint (self->n_differs, ==, 1);
}

static void
test_changes (Fixture *self, gconstpointer unused)
{
  watch (self);
  g_assert_cmpuint (self->n_differs, ==, 0);
  change (self, "org.freedesktop.appearance", "accent-color", "uint32 7");
  change (self, "org.gnome.desktop.interface", "clock-format", "'24h'");
  g_assert_cmpuint (self->n_differs, ==, 0);
  change (self, "org.freedesktop.appearance", "color-scheme", "uint32 1");
  g_assert_cmpuint (self->n_differs, ==, 1);
}

static void
test_settings (Fixture *self, gconstpointer unused)
{
  g_autoptr (GSettingsSchema) schema = g_settings_schema_source_lookup (
      g_settings_schema_source_get_default (), "org.gnome.desktop.interface", TRUE);
  g_autoptr (GSettings) settings = NULL;

  watch (self);
  g_assert_cmpuint (self->n_differs, ==, 0);
  if (schema == NULL || !g_settings_schema_has_key (schema, "color-scheme"))
    {
      g_test_skip ("GNOME's settings are not installed");
      return;
    }
  settings = g_settings_new ("org.gnome.desktop.interface");
  g_settings_set_string (settings, "color-scheme", "prefer-dark");
  settle (self);
  g_assert_cmpuint (self->n_differs, ==, 1);
  g_assert_finalize_object (self->watch);
  watch (self);
  g_assert_cmpuint (self->n_differs, ==, 2);
  g_settings_reset (settings, "color-scheme");
}

int
main (int argc, char **argv)
{
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/look-watch/dark", Fixture, DARK, set_up, test_differs, tear_down);
  g_test_add ("/look-watch/high-contrast", Fixture, CONTRAST, set_up, test_differs, tear_down);
  g_test_add ("/look-watch/changes", Fixture, LIGHT, set_up, test_changes, tear_down);
  g_test_add ("/look-watch/without-portal", Fixture, NULL, set_up, test_settings, tear_down);
  return g_test_run ();
}
