// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/delete-dialog.h"
#include "gui/view/let-go.h"
#include "gui/view/field.h"
#include <glib/gi18n-lib.h>

struct _SottoDeleteDialog
{
  GtkDialog parent_instance;
  SottoSessionModel *session;
  GtkLabel *explanation;
  SottoField *password;
  GtkWidget *delete_button;
};

G_DEFINE_TYPE (SottoDeleteDialog, sotto_delete_dialog, GTK_TYPE_DIALOG)

static guint submit_signal;

static void
submit (SottoDeleteDialog *self)
{
  const char *password = sotto_field_get_text (self->password);

  if (*password == '\0')
    sotto_field_set_error (self->password, _ ("Enter your password."));
  else if (gtk_widget_get_sensitive (self->delete_button))
    g_signal_emit (self, submit_signal, 0, password);
}

static void
on_response (GtkDialog *dialog, int response, SottoDeleteDialog *self)
{
  if (response == GTK_RESPONSE_OK)
    submit (self);
  else
    gtk_widget_destroy (GTK_WIDGET (self));
}

static void
on_session_changed (SottoDeleteDialog *self)
{
  SottoErrand errand = sotto_session_model_get_errand (self->session);

  gtk_widget_set_sensitive (self->delete_button, errand != SOTTO_ERRAND_RUNNING);
  if (errand == SOTTO_ERRAND_FAILED)
    sotto_field_set_error (self->password, sotto_session_model_get_errand_error (self->session));
  else if (sotto_session_model_get_username (self->session) == NULL)
    gtk_widget_destroy (GTK_WIDGET (self));
}

static void
sotto_delete_dialog_dispose (GObject *object)
{
  SottoDeleteDialog *self = SOTTO_DELETE_DIALOG (object);

  sotto_widget_let_go (&self->session, self);
  G_OBJECT_CLASS (sotto_delete_dialog_parent_class)->dispose (object);
}

static void
sotto_delete_dialog_class_init (SottoDeleteDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_delete_dialog_dispose;
  submit_signal =
      g_signal_new ("submit", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  g_type_ensure (SOTTO_TYPE_FIELD);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/sotto/Sotto/ui/delete-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoDeleteDialog, explanation);
  gtk_widget_class_bind_template_child (widget_class, SottoDeleteDialog, password);
  gtk_widget_class_bind_template_child (widget_class, SottoDeleteDialog, delete_button);
  gtk_widget_class_bind_template_callback (widget_class, on_response);
  gtk_widget_class_bind_template_callback (widget_class, submit);
}

static void
sotto_delete_dialog_init (SottoDeleteDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

SottoDeleteDialog *
sotto_delete_dialog_new (GtkWindow *parent, SottoSessionModel *session)
{
  SottoDeleteDialog *self = g_object_new (SOTTO_TYPE_DELETE_DIALOG, "transient-for", parent,
                                          "use-header-bar", TRUE, NULL);
  g_autofree char *explanation =
      g_strdup_printf (_ ("“%s” will be gone from the server, and anybody may take that username. "
                          "This cannot be undone."),
                       sotto_session_model_get_username (session));

  gtk_label_set_label (self->explanation, explanation);
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "changed", G_CALLBACK (on_session_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}
