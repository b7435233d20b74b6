// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/lock-window.h"
#include "gui/view/field.h"
#include "gui/view/let-go.h"
#include "gui/view/window-size.h"
#include <glib/gi18n-lib.h>

struct _SottoLockWindow
{
  HdyApplicationWindow parent_instance;
  SottoLock *lock;
  GtkLabel *explanation;
  SottoField *password;
  GtkWidget *unlock_button;
};

G_DEFINE_TYPE (SottoLockWindow, sotto_lock_window, HDY_TYPE_APPLICATION_WINDOW)

enum
{
  UNLOCK,
  LOG_OUT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
submit (SottoLockWindow *self)
{
  const char *password = sotto_field_get_text (self->password);

  if (*password == '\0')
    sotto_field_set_error (self->password, _ ("Enter your password."));
  else if (gtk_widget_get_sensitive (self->unlock_button))
    g_signal_emit (self, signals[UNLOCK], 0, password);
}

static void
on_log_out (SottoLockWindow *self)
{
  g_signal_emit (self, signals[LOG_OUT], 0);
}

static void
on_lock_changed (SottoLockWindow *self)
{
  bool checking = sotto_lock_get_state (self->lock) == SOTTO_LOCK_CHECKING;
  const char *problem = sotto_lock_get_problem (self->lock);

  gtk_widget_set_sensitive (self->unlock_button, !checking);
  if (problem == NULL)
    return;
  /* What is typed anew takes the problem away, and so does emptying the entry. */
  sotto_field_set_text (self->password, "");
  sotto_field_set_error (self->password, problem);
  sotto_field_focus (self->password);
}

static void
sotto_lock_window_dispose (GObject *object)
{
  SottoLockWindow *self = SOTTO_LOCK_WINDOW (object);

  sotto_widget_let_go (&self->lock, self);
  G_OBJECT_CLASS (sotto_lock_window_parent_class)->dispose (object);
}

static void
sotto_lock_window_class_init (SottoLockWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_lock_window_dispose;
  signals[UNLOCK] = g_signal_new ("unlock", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[LOG_OUT] =
      g_signal_new ("log-out", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (SOTTO_TYPE_FIELD);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/lock-window.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoLockWindow, explanation);
  gtk_widget_class_bind_template_child (widget_class, SottoLockWindow, password);
  gtk_widget_class_bind_template_child (widget_class, SottoLockWindow, unlock_button);
  gtk_widget_class_bind_template_callback (widget_class, submit);
  gtk_widget_class_bind_template_callback (widget_class, on_log_out);
}

static void
sotto_lock_window_init (SottoLockWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sotto_window_size_restore (GTK_WINDOW (self));
}

SottoLockWindow *
sotto_lock_window_new (GtkApplication *application, SottoLock *lock, const char *username)
{
  SottoLockWindow *self = g_object_new (SOTTO_TYPE_LOCK_WINDOW, "application", application, NULL);
  g_autofree char *explanation =
      g_strdup_printf (_ ("Enter the password of %s. Messages go on arriving meanwhile; nobody is "
                          "told that you read them."),
                       username);

  gtk_label_set_label (self->explanation, explanation);
  self->lock = g_object_ref (lock);
  g_signal_connect_object (lock, "changed", G_CALLBACK (on_lock_changed), self, G_CONNECT_SWAPPED);
  sotto_field_focus (self->password);
  return self;
}
