// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/desktop/idle-watch.h"

#include <gtk/gtk.h>
#include <stdbool.h>

struct _SottoIdleWatch
{
  GObject parent_instance;
  gint64 patience; /* µs */
  gint64 used_at;  /* monotonic */
  guint timer;
};

G_DEFINE_TYPE (SottoIdleWatch, sotto_idle_watch, G_TYPE_OBJECT)

static guint idle_signal;

static bool
is_use (const GdkEvent *event)
{
  static const GdkEventType uses[] = { GDK_KEY_PRESS,   GDK_BUTTON_PRESS,  GDK_SCROLL,
                                       GDK_TOUCH_BEGIN, GDK_MOTION_NOTIFY, GDK_TOUCH_UPDATE };

  for (gsize i = 0; i < G_N_ELEMENTS (uses); i++)
    if (event->type == uses[i])
      return true;
  return false;
}

static void
on_event (GdkEvent *event, gpointer data)
{
  SottoIdleWatch *self = data;

  if (is_use (event))
    self->used_at = g_get_monotonic_time ();
  gtk_main_do_event (event);
}

static gboolean on_timer (gpointer data);

static void
rearm (SottoIdleWatch *self)
{
  gint64 left = self->used_at + self->patience - g_get_monotonic_time ();

  self->timer = g_timeout_add ((guint)(MAX (left, 0) / 1000 + 1), on_timer, self);
}

/* A use does not touch the timer: only when it is over it is seen that somebody was there. */
static gboolean
on_timer (gpointer data)
{
  SottoIdleWatch *self = data;

  self->timer = 0;
  if (g_get_monotonic_time () < self->used_at + self->patience)
    {
      rearm (self);
      return G_SOURCE_REMOVE;
    }
  self->used_at = g_get_monotonic_time ();
  rearm (self);
  g_signal_emit (self, idle_signal, 0);
  return G_SOURCE_REMOVE;
}

/* As GTK has it where nobody watches. */
static void
pass_on (GdkEvent *event, gpointer unused)
{
  gtk_main_do_event (event);
}

static void
sotto_idle_watch_dispose (GObject *object)
{
  SottoIdleWatch *self = SOTTO_IDLE_WATCH (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  gdk_event_handler_set (pass_on, NULL, NULL);
  G_OBJECT_CLASS (sotto_idle_watch_parent_class)->dispose (object);
}

static void
sotto_idle_watch_class_init (SottoIdleWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_idle_watch_dispose;
  idle_signal = g_signal_new ("idle", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 0);
}

static void
sotto_idle_watch_init (SottoIdleWatch *self)
{
}

SottoIdleWatch *
sotto_idle_watch_new (void)
{
  SottoIdleWatch *self = g_object_new (SOTTO_TYPE_IDLE_WATCH, NULL);

  gdk_event_handler_set (on_event, self, NULL);
  return self;
}

void
sotto_idle_watch_set_seconds (SottoIdleWatch *self, guint seconds)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->patience = seconds * G_GINT64_CONSTANT (1000000);
  self->used_at = g_get_monotonic_time ();
  if (seconds > 0)
    rearm (self);
}
