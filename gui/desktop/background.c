// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/desktop/background.h"

#include "gui/settings.h"
#include <glib/gi18n-lib.h>

struct _SottoBackground
{
  GObject parent_instance;
  GApplication *application; /* owns us */
  GSettings *settings;
  bool held;
};

G_DEFINE_TYPE (SottoBackground, sotto_background, G_TYPE_OBJECT)

/* Anything but an answer leaves the window as it is. */
static void
on_answer (GtkDialog *dialog, int response, SottoBackground *self)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (dialog));

  gtk_widget_destroy (GTK_WIDGET (dialog));
  if (response != SOTTO_WHEN_CLOSED_KEEP_RUNNING && response != SOTTO_WHEN_CLOSED_QUIT)
    return;
  sotto_settings_set_choice (self->settings, SOTTO_SETTING_WHEN_CLOSED, response);
  if (response == SOTTO_WHEN_CLOSED_KEEP_RUNNING)
    sotto_background_enter (self);
  gtk_widget_destroy (GTK_WIDGET (window));
}

static void
ask (SottoBackground *self, GtkWindow *window)
{
  GtkWidget *dialog = gtk_message_dialog_new (
      window, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT, GTK_MESSAGE_QUESTION,
      GTK_BUTTONS_NONE, "%s", _ ("Keep Sotto running?"));

  gtk_message_dialog_format_secondary_text (
      GTK_MESSAGE_DIALOG (dialog), "%s",
      _ ("Messages reach you only while Sotto runs. It can go on without a window and tell you "
         "when somebody writes. You can change this later in Preferences."));
  gtk_dialog_add_buttons (GTK_DIALOG (dialog), _ ("_Quit"), SOTTO_WHEN_CLOSED_QUIT,
                          _ ("_Keep Running"), SOTTO_WHEN_CLOSED_KEEP_RUNNING, NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), SOTTO_WHEN_CLOSED_KEEP_RUNNING);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
on_close (GtkWindow *window, GdkEvent *event, SottoBackground *self)
{
  switch ((SottoWhenClosed)sotto_settings_get_choice (self->settings, SOTTO_SETTING_WHEN_CLOSED))
    {
    case SOTTO_WHEN_CLOSED_ASK:
      ask (self, window);
      return GDK_EVENT_STOP;
    case SOTTO_WHEN_CLOSED_KEEP_RUNNING:
      sotto_background_enter (self);
      break;
    case SOTTO_WHEN_CLOSED_QUIT:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

static void
sotto_background_dispose (GObject *object)
{
  SottoBackground *self = SOTTO_BACKGROUND (object);

  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sotto_background_parent_class)->dispose (object);
}

static void
sotto_background_class_init (SottoBackgroundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_background_dispose;
}

static void
sotto_background_init (SottoBackground *self)
{
}

SottoBackground *
sotto_background_new (GApplication *application, GSettings *settings)
{
  SottoBackground *self = g_object_new (SOTTO_TYPE_BACKGROUND, NULL);

  self->application = application;
  g_set_object (&self->settings, settings);
  return self;
}

void
sotto_background_watch (SottoBackground *self, GtkWindow *window)
{
  g_signal_connect_object (window, "delete-event", G_CALLBACK (on_close), self, 0);
}

void
sotto_background_enter (SottoBackground *self)
{
  if (!self->held)
    g_application_hold (self->application);
  self->held = true;
}

void
sotto_background_leave (SottoBackground *self)
{
  if (self->held)
    g_application_release (self->application);
  self->held = false;
}
