// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/alias-dialog.h"
#include "gui/view/field.h"
#include <glib/gi18n-lib.h>

struct _SottoAliasDialog
{
  GtkDialog parent_instance;
  SottoPerson *person;
  GtkLabel *explanation;
  SottoField *alias;
};

G_DEFINE_TYPE (SottoAliasDialog, sotto_alias_dialog, GTK_TYPE_DIALOG)

static guint submit_signal;

static void
submit (SottoAliasDialog *self)
{
  g_signal_emit (self, submit_signal, 0, sotto_person_get_name (self->person),
                 sotto_field_get_text (self->alias));
}

static void
on_response (GtkDialog *dialog, int response, SottoAliasDialog *self)
{
  if (response == GTK_RESPONSE_OK)
    submit (self);
  else
    gtk_widget_destroy (GTK_WIDGET (self));
}

static void
sotto_alias_dialog_dispose (GObject *object)
{
  g_clear_object (&SOTTO_ALIAS_DIALOG (object)->person);
  G_OBJECT_CLASS (sotto_alias_dialog_parent_class)->dispose (object);
}

static void
sotto_alias_dialog_class_init (SottoAliasDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_alias_dialog_dispose;
  submit_signal = g_signal_new ("submit", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  g_type_ensure (SOTTO_TYPE_FIELD);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/alias-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoAliasDialog, explanation);
  gtk_widget_class_bind_template_child (widget_class, SottoAliasDialog, alias);
  gtk_widget_class_bind_template_callback (widget_class, on_response);
  gtk_widget_class_bind_template_callback (widget_class, submit);
}

static void
sotto_alias_dialog_init (SottoAliasDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_dialog_set_default_response (GTK_DIALOG (self), GTK_RESPONSE_OK);
}

SottoAliasDialog *
sotto_alias_dialog_new (GtkWindow *parent, SottoPerson *person)
{
  SottoAliasDialog *self =
      g_object_new (SOTTO_TYPE_ALIAS_DIALOG, "transient-for", parent, "use-header-bar", TRUE, NULL);
  const char *alias = sotto_person_get_alias (person);
  g_autofree char *explanation =
      g_strdup_printf (_ ("How you call %s. It stays on this device and nobody else sees it. Leave "
                          "it empty to take it away."),
                       sotto_person_get_name (person));

  self->person = g_object_ref (person);
  gtk_label_set_label (self->explanation, explanation);
  sotto_field_set_text (self->alias, alias != NULL ? alias : "");
  sotto_field_focus (self->alias);
  return self;
}

void
sotto_alias_dialog_set_error (SottoAliasDialog *self, const char *sentence)
{
  sotto_field_set_error (self->alias, sentence);
  sotto_field_focus (self->alias);
}
