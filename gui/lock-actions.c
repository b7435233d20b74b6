// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/lock-actions.h"
#include "gui/desktop/idle-watch.h"
#include "gui/desktop/screen-watch.h"
#include "gui/presenter/lock-presenter.h"
#include "gui/settings.h"
#include "gui/view/everywhere-key.h"

#define ACTION "lock"
#define KEY    "<Primary>l"

struct _SottoLockActions
{
  GObject parent_instance;
  GtkApplication *application; /* borrowed */
  GSettings *settings;
  SottoLock *lock;
  SottoLockPresenter *presenter;
  SottoIdleWatch *idle;
  SottoScreenWatch *screen; /* NULL: nobody wishes it */
  SottoEverywhereKey *key;  /* in dialogs: who leaves does not close them first */
  GPtrArray *disabled;      /* names of actions that come back */
};

G_DEFINE_TYPE (SottoLockActions, sotto_lock_actions, G_TYPE_OBJECT)

/* Show nothing of what was said. A notification may be chosen: that brings the window up. */
static const char *const harmless[] = { "about", "quit", "open-chat", NULL };

static void
disable_actions (SottoLockActions *self)
{
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (self->application));

  for (gsize i = 0; names[i] != NULL; i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->application), names[i]);

      if (g_strv_contains (harmless, names[i]) || !g_action_get_enabled (action))
        continue;
      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), FALSE);
      g_ptr_array_add (self->disabled, g_strdup (names[i]));
    }
}

static void
enable_actions (SottoLockActions *self)
{
  for (guint i = 0; i < self->disabled->len; i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->application),
                                                    g_ptr_array_index (self->disabled, i));

      if (action != NULL)
        g_simple_action_set_enabled (G_SIMPLE_ACTION (action), TRUE);
    }
  g_ptr_array_set_size (self->disabled, 0);
}

static void
on_lock_changed (SottoLockActions *self)
{
  bool locked = sotto_lock_is_locked (self->lock);

  if (locked && self->disabled->len == 0)
    disable_actions (self);
  else if (!locked)
    enable_actions (self);
}

static void
lock (SottoLockActions *self)
{
  sotto_lock_presenter_lock (self->presenter);
}

static void
lock_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lock (data);
}

/* What a person wishes; nothing by itself without a wish. */
static void
apply_wishes (SottoLockActions *self)
{
  bool with_screen =
      self->settings != NULL && sotto_settings_is_on (self->settings, SOTTO_SETTING_LOCK_SCREEN);

  sotto_idle_watch_set_seconds (
      self->idle, 60 * sotto_settings_get_number (self->settings, SOTTO_SETTING_LOCK_MINUTES));
  if (with_screen && self->screen == NULL)
    {
      self->screen = sotto_screen_watch_new ();
      g_signal_connect_object (self->screen, "locked", G_CALLBACK (lock), self, G_CONNECT_SWAPPED);
    }
  else if (!with_screen)
    g_clear_object (&self->screen);
}

static const GActionEntry actions[] = { { ACTION, lock_action } };

static void
sotto_lock_actions_dispose (GObject *object)
{
  SottoLockActions *self = SOTTO_LOCK_ACTIONS (object);

  if (self->application != NULL)
    g_action_map_remove_action (G_ACTION_MAP (self->application), ACTION);
  self->application = NULL;
  g_clear_pointer (&self->key, sotto_everywhere_key_free);
  g_clear_object (&self->screen);
  g_clear_object (&self->idle);
  g_clear_object (&self->presenter);
  g_clear_object (&self->lock);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->disabled, g_ptr_array_unref);
  G_OBJECT_CLASS (sotto_lock_actions_parent_class)->dispose (object);
}

static void
sotto_lock_actions_class_init (SottoLockActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_lock_actions_dispose;
}

static void
sotto_lock_actions_init (SottoLockActions *self)
{
  self->disabled = g_ptr_array_new_with_free_func (g_free);
  self->lock = sotto_lock_new ();
  self->idle = sotto_idle_watch_new ();
}

SottoLockActions *
sotto_lock_actions_new (GtkApplication *application,
                        SottoEngine *engine,
                        SottoSessionModel *session,
                        GSettings *settings)
{
  SottoLockActions *self = g_object_new (SOTTO_TYPE_LOCK_ACTIONS, NULL);

  self->application = application;
  g_set_object (&self->settings, settings);
  self->presenter = sotto_lock_presenter_new (engine, session, self->lock);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   self);
  gtk_application_set_accels_for_action (application, "app." ACTION,
                                         (const char *const[]){ KEY, NULL });
  self->key = sotto_everywhere_key_new (application, KEY, ACTION);
  g_signal_connect_object (self->lock, "changed", G_CALLBACK (on_lock_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->idle, "idle", G_CALLBACK (lock), self, G_CONNECT_SWAPPED);
  if (settings != NULL)
    g_signal_connect_object (settings, "changed", G_CALLBACK (apply_wishes), self,
                             G_CONNECT_SWAPPED);
  apply_wishes (self);
  return self;
}

SottoLock *
sotto_lock_actions_get_lock (SottoLockActions *self)
{
  return self->lock;
}

void
sotto_lock_actions_unlock (SottoLockActions *self, const char *password)
{
  sotto_lock_presenter_unlock (self->presenter, password);
}
