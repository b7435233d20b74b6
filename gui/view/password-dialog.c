// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/password-dialog.h"
#include "gui/view/let-go.h"
#include "gui/view/field.h"
#include "gui/view/strength-line.h"
#include <glib/gi18n-lib.h>
#include <string.h>

struct _SottoPasswordDialog
{
  GtkDialog parent_instance;
  SottoSessionModel *session;
  SottoField *old_password;
  SottoField *new_password;
  SottoField *repeated;
  SottoStrengthLine *strength;
  GtkWidget *change_button;
};

G_DEFINE_TYPE (SottoPasswordDialog, sotto_password_dialog, GTK_TYPE_DIALOG)

static guint submit_signal;

static bool
check_fields (SottoPasswordDialog *self)
{
  const char *new_password = sotto_field_get_text (self->new_password);
  bool ok = true;

  if (*sotto_field_get_text (self->old_password) == '\0')
    {
      sotto_field_set_error (self->old_password, _ ("Enter the password you have now."));
      ok = false;
    }
  if (*new_password == '\0')
    {
      sotto_field_set_error (self->new_password, _ ("Enter a new password."));
      ok = false;
    }
  else if (strcmp (new_password, sotto_field_get_text (self->repeated)) != 0)
    {
      sotto_field_set_error (self->repeated, _ ("This is not the same as above."));
      ok = false;
    }
  return ok;
}

static void
submit (SottoPasswordDialog *self)
{
  if (gtk_widget_get_sensitive (self->change_button) && check_fields (self))
    g_signal_emit (self, submit_signal, 0, sotto_field_get_text (self->old_password),
                   sotto_field_get_text (self->new_password));
}

static void
on_response (GtkDialog *dialog, int response, SottoPasswordDialog *self)
{
  if (response == GTK_RESPONSE_OK)
    submit (self);
  else
    gtk_widget_destroy (GTK_WIDGET (self));
}

static void
show_strength (SottoPasswordDialog *self)
{
  sotto_strength_line_show_password (self->strength, sotto_field_get_text (self->new_password),
                                     sotto_session_model_get_username (self->session));
}

static void
on_session_changed (SottoPasswordDialog *self)
{
  SottoErrand errand = sotto_session_model_get_errand (self->session);

  gtk_widget_set_sensitive (self->change_button, errand != SOTTO_ERRAND_RUNNING);
  if (errand == SOTTO_ERRAND_FAILED)
    sotto_field_set_error (self->old_password,
                           sotto_session_model_get_errand_error (self->session));
  else if (errand == SOTTO_ERRAND_DONE || sotto_session_model_get_username (self->session) == NULL)
    gtk_widget_destroy (GTK_WIDGET (self));
}

static void
sotto_password_dialog_dispose (GObject *object)
{
  SottoPasswordDialog *self = SOTTO_PASSWORD_DIALOG (object);

  sotto_widget_let_go (&self->session, self);
  G_OBJECT_CLASS (sotto_password_dialog_parent_class)->dispose (object);
}

static void
sotto_password_dialog_class_init (SottoPasswordDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_password_dialog_dispose;
  submit_signal = g_signal_new (
      "submit", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
      G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  g_type_ensure (SOTTO_TYPE_FIELD);
  g_type_ensure (SOTTO_TYPE_STRENGTH_LINE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/sotto/Sotto/ui/password-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoPasswordDialog, old_password);
  gtk_widget_class_bind_template_child (widget_class, SottoPasswordDialog, new_password);
  gtk_widget_class_bind_template_child (widget_class, SottoPasswordDialog, repeated);
  gtk_widget_class_bind_template_child (widget_class, SottoPasswordDialog, strength);
  gtk_widget_class_bind_template_child (widget_class, SottoPasswordDialog, change_button);
  gtk_widget_class_bind_template_callback (widget_class, on_response);
  gtk_widget_class_bind_template_callback (widget_class, submit);
  gtk_widget_class_bind_template_callback (widget_class, show_strength);
}

static void
sotto_password_dialog_init (SottoPasswordDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

SottoPasswordDialog *
sotto_password_dialog_new (GtkWindow *parent, SottoSessionModel *session)
{
  SottoPasswordDialog *self = g_object_new (SOTTO_TYPE_PASSWORD_DIALOG, "transient-for", parent,
                                            "use-header-bar", TRUE, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "changed", G_CALLBACK (on_session_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}
