// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/desktop/look-watch.h"

#include <stdbool.h>
#include <string.h>

#define PORTAL          "org.freedesktop.portal.Desktop"
#define PORTAL_PATH     "/org/freedesktop/portal/desktop"
#define PORTAL_SETTINGS "org.freedesktop.portal.Settings"
#define PREFERS_DARK    1

#define N_LOOKS         3

/* What is looked at; each may be there or not. */
static const struct
{
  const char *space; /* also the name of its schema */
  const char *key;
} looks[N_LOOKS] = {
  { "org.freedesktop.appearance", "color-scheme" },
  { "org.gnome.desktop.interface", "color-scheme" },
  { "org.gnome.desktop.a11y.interface", "high-contrast" },
};

struct _SottoLookWatch
{
  GObject parent_instance;
  GCancellable *cancellable;
  GDBusConnection *bus;
  guint subscription;
  GSettings *settings[N_LOOKS]; /* where there is no portal */
};

G_DEFINE_TYPE (SottoLookWatch, sotto_look_watch, G_TYPE_OBJECT)

static guint differs_signal;

static bool
is_plain (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return g_variant_get_uint32 (value) != PREFERS_DARK;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return !g_variant_get_boolean (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return strcmp (g_variant_get_string (value, NULL), "prefer-dark") != 0;
  return true;
}

static bool
is_look (const char *space, const char *key)
{
  for (guint i = 0; i < N_LOOKS; i++)
    if (strcmp (looks[i].space, space) == 0 && strcmp (looks[i].key, key) == 0)
      return true;
  return false;
}

static void
on_portal_changed (GDBusConnection *bus,
                   const char *sender,
                   const char *path,
                   const char *interface,
                   const char *name,
                   GVariant *parameters,
                   gpointer self)
{
  const char *space, *key;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ssv)")))
    return;
  g_variant_get (parameters, "(&s&sv)", &space, &key, NULL);
  if (is_look (space, key))
    g_signal_emit (self, differs_signal, 0);
}

static void
on_setting_changed (SottoLookWatch *self)
{
  g_signal_emit (self, differs_signal, 0);
}

static GSettings *
open_settings (const char *id, const char *key)
{
  g_autoptr (GSettingsSchema) schema =
      g_settings_schema_source_lookup (g_settings_schema_source_get_default (), id, TRUE);

  return schema != NULL && g_settings_schema_has_key (schema, key) ? g_settings_new (id) : NULL;
}

static void
look_into_settings (SottoLookWatch *self)
{
  bool plain = true;

  for (guint i = 0; i < N_LOOKS; i++)
    {
      g_autofree char *changed = g_strconcat ("changed::", looks[i].key, NULL);
      g_autoptr (GVariant) value = NULL;

      self->settings[i] = open_settings (looks[i].space, looks[i].key);
      if (self->settings[i] == NULL)
        continue;
      value = g_settings_get_value (self->settings[i], looks[i].key);
      plain = is_plain (value) && plain;
      g_signal_connect_object (self->settings[i], changed, G_CALLBACK (on_setting_changed), self,
                               G_CONNECT_SWAPPED);
    }
  if (!plain)
    g_signal_emit (self, differs_signal, 0);
}

static void
look_into_answer (SottoLookWatch *self, GVariant *answer)
{
  g_autoptr (GVariant) spaces = g_variant_get_child_value (answer, 0);
  bool plain = true;

  for (guint i = 0; i < N_LOOKS; i++)
    {
      g_autoptr (GVariant) space =
          g_variant_lookup_value (spaces, looks[i].space, G_VARIANT_TYPE_VARDICT);
      g_autoptr (GVariant) value =
          space != NULL ? g_variant_lookup_value (space, looks[i].key, NULL) : NULL;

      plain = (value == NULL || is_plain (value)) && plain;
    }
  if (!plain)
    g_signal_emit (self, differs_signal, 0);
}

static void
answer_cb (GObject *bus, GAsyncResult *result, gpointer self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, &error);

  if (answer != NULL)
    look_into_answer (self, answer);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    look_into_settings (self);
}

static void
take_bus (SottoLookWatch *self, GDBusConnection *bus)
{
  g_autoptr (GVariantBuilder) spaces = g_variant_builder_new (G_VARIANT_TYPE_STRING_ARRAY);

  for (guint i = 0; i < N_LOOKS; i++)
    g_variant_builder_add (spaces, "s", looks[i].space);
  self->bus = g_object_ref (bus);
  self->subscription = g_dbus_connection_signal_subscribe (
      bus, PORTAL, PORTAL_SETTINGS, "SettingChanged", PORTAL_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
      on_portal_changed, self, NULL);
  g_dbus_connection_call (bus, PORTAL, PORTAL_PATH, PORTAL_SETTINGS, "ReadAll",
                          g_variant_new ("(as)", spaces), G_VARIANT_TYPE ("(a{sa{sv}})"),
                          G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, answer_cb, self);
}

/* A cancelled call still calls back, but then looks at nothing of ours. */
static void
bus_cb (GObject *source, GAsyncResult *result, gpointer self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus != NULL)
    take_bus (self, bus);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    look_into_settings (self);
}

static void
sotto_look_watch_dispose (GObject *object)
{
  SottoLookWatch *self = SOTTO_LOOK_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->bus != NULL)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  g_clear_object (&self->bus);
  for (guint i = 0; i < N_LOOKS; i++)
    g_clear_object (&self->settings[i]);
  G_OBJECT_CLASS (sotto_look_watch_parent_class)->dispose (object);
}

static void
sotto_look_watch_class_init (SottoLookWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_look_watch_dispose;
  differs_signal = g_signal_new ("differs", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
sotto_look_watch_init (SottoLookWatch *self)
{
  self->cancellable = g_cancellable_new ();
}

SottoLookWatch *
sotto_look_watch_new_on (GDBusConnection *session)
{
  SottoLookWatch *self = g_object_new (SOTTO_TYPE_LOOK_WATCH, NULL);

  take_bus (self, session);
  return self;
}

SottoLookWatch *
sotto_look_watch_new (void)
{
  SottoLookWatch *self = g_object_new (SOTTO_TYPE_LOOK_WATCH, NULL);

  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, bus_cb, self);
  return self;
}
