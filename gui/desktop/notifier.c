// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/desktop/notifier.h"

#include "gui/settings.h"
#include <glib/gi18n-lib.h>

/* More is cut by every desktop anyway. */
#define BODY_CHARS 200
#define SERVICE    "org.freedesktop.Notifications"
#define ENDED_ID   "ended" /* no chat's: those have a prefix */
#define LOCKED_ID  "locked"

struct _SottoNotifier
{
  GObject parent_instance;
  GApplication *application; /* owns us */
  SottoEngine *engine;
  GSettings *settings;
  guint service;
  bool has_service;  /* somebody shows notifications; GIO warns when it sends to nobody */
  GHashTable *shown; /* name → how many messages it tells of */
  char *looked_at;
  bool locked;
  guint n_locked; /* messages that came since */
};

G_DEFINE_TYPE (SottoNotifier, sotto_notifier, G_TYPE_OBJECT)

static char *
id_of (const char *name)
{
  return g_strconcat ("chat-", name, NULL);
}

static char *
first_words (const char *text)
{
  if (g_utf8_strlen (text, -1) <= BODY_CHARS)
    return g_strdup (text);
  g_autofree char *cut = g_utf8_substring (text, 0, BODY_CHARS);
  return g_strconcat (cut, "…", NULL);
}

static char *
body_of (SottoNotifier *self, const char *words, guint n)
{
  if (!sotto_settings_is_on (self->settings, SOTTO_SETTING_NOTIFY_WORDS))
    return g_strdup_printf (ngettext ("%u new message", "%u new messages", n), n);
  return first_words (words);
}

static GNotification *
make (SottoNotifier *self, const char *name, const char *alias, const char *words, guint n)
{
  GNotification *notification = g_notification_new (alias[0] != '\0' ? alias : name);
  g_autofree char *body = body_of (self, words, n);

  g_notification_set_body (notification, body);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.open-chat", "s", name);
  g_notification_add_button_with_target (notification, _ ("Reply"), "app.open-chat", "s", name);
  g_notification_add_button_with_target (notification, _ ("Mark as Read"), "app.mark-read", "s",
                                         name);
  return notification;
}

/* Without a session bus there is nobody to show them, and GLib would say so as a bug of ours. */
static void
send (SottoNotifier *self, const char *id, GNotification *notification)
{
  if (g_application_get_dbus_connection (self->application) != NULL)
    g_application_send_notification (self->application, id, notification);
}

/* Choosing it brings the window up, which asks for the password. */
static void
tell_locked (SottoNotifier *self)
{
  guint n = ++self->n_locked;
  g_autofree char *title = g_strdup_printf (ngettext ("%u new message", "%u new messages", n), n);
  g_autoptr (GNotification) notification = g_notification_new (title);

  g_notification_set_body (notification, _ ("Unlock Sotto to read it."));
  g_notification_set_category (notification, "im.received");
  send (self, LOCKED_ID, notification);
}

static void
tell (SottoNotifier *self, const char *name, const char *words)
{
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *id = id_of (name);
  SottoContactPrefs prefs = { 0 };
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->shown, name)) + 1;

  if (!self->has_service || g_strcmp0 (self->looked_at, name) == 0
      || !sotto_settings_is_on (self->settings, SOTTO_SETTING_NOTIFY))
    return;
  if (sotto_engine_get_contact_prefs (self->engine, name, &prefs) && prefs.muted)
    return;
  if (self->locked)
    {
      tell_locked (self);
      return;
    }
  notification = make (self, name, prefs.alias, words, n);
  g_hash_table_replace (self->shown, g_strdup (name), GUINT_TO_POINTER (n));
  send (self, id, notification);
}

static void
on_event (SottoEngine *engine, const SottoEvent *event, SottoNotifier *self)
{
  g_autofree char *words = NULL;

  if (event->type == SOTTO_EVENT_MESSAGE)
    tell (self, event->peer.str, event->text);
  else if (event->type == SOTTO_EVENT_FILE && !event->file.own
           && event->file.state == SOTTO_FILE_OFFERED)
    {
      words = g_strdup_printf (_ ("Wants to send you “%s”"), event->file.name);
      tell (self, event->peer.str, words);
    }
}

static void
sotto_notifier_dispose (GObject *object)
{
  SottoNotifier *self = SOTTO_NOTIFIER (object);

  g_clear_handle_id (&self->service, g_bus_unwatch_name);
  g_clear_object (&self->engine);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->shown, g_hash_table_unref);
  g_clear_pointer (&self->looked_at, g_free);
  G_OBJECT_CLASS (sotto_notifier_parent_class)->dispose (object);
}

static void
sotto_notifier_class_init (SottoNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_notifier_dispose;
}

static void
sotto_notifier_init (SottoNotifier *self)
{
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
on_service (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  SOTTO_NOTIFIER (data)->has_service = true;
}

static void
on_no_service (GDBusConnection *bus, const char *name, gpointer data)
{
  SOTTO_NOTIFIER (data)->has_service = false;
}

SottoNotifier *
sotto_notifier_new (GApplication *application, SottoEngine *engine, GSettings *settings)
{
  SottoNotifier *self = g_object_new (SOTTO_TYPE_NOTIFIER, NULL);

  self->application = application;
  self->engine = g_object_ref (engine);
  g_set_object (&self->settings, settings);
  self->service =
      g_bus_watch_name (G_BUS_TYPE_SESSION, SERVICE, G_BUS_NAME_WATCHER_FLAGS_AUTO_START,
                        on_service, on_no_service, self, NULL);
  g_signal_connect_object (engine, "event", G_CALLBACK (on_event), self, 0);
  return self;
}

void
sotto_notifier_look_at (SottoNotifier *self, const char *name)
{
  g_free (self->looked_at);
  self->looked_at = g_strdup (name);
  if (name != NULL)
    sotto_notifier_withdraw (self, name);
}

void
sotto_notifier_tell_ended (SottoNotifier *self, const char *why)
{
  g_autoptr (GNotification) notification =
      g_notification_new (_ ("You no longer receive messages"));

  if (!self->has_service)
    return;
  g_notification_set_body (notification, why);
  g_notification_set_category (notification, "network.disconnected");
  send (self, ENDED_ID, notification);
}

void
sotto_notifier_withdraw_ended (SottoNotifier *self)
{
  g_application_withdraw_notification (self->application, ENDED_ID);
}

void
sotto_notifier_withdraw (SottoNotifier *self, const char *name)
{
  g_autofree char *id = id_of (name);

  if (g_hash_table_remove (self->shown, name))
    g_application_withdraw_notification (self->application, id);
}

void
sotto_notifier_set_locked (SottoNotifier *self, bool locked)
{
  if (self->locked == locked)
    return;
  self->locked = locked;
  self->n_locked = 0;
  if (locked)
    sotto_notifier_withdraw_all (self);
  else
    g_application_withdraw_notification (self->application, LOCKED_ID);
}

void
sotto_notifier_withdraw_all (SottoNotifier *self)
{
  g_autofree char **names = (char **)g_hash_table_get_keys_as_array (self->shown, NULL);

  for (gsize i = 0; names[i] != NULL; i++)
    {
      g_autofree char *id = id_of (names[i]);
      g_application_withdraw_notification (self->application, id);
    }
  g_hash_table_remove_all (self->shown);
  sotto_notifier_withdraw_ended (self);
}
