// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/passphrase-dialog.h"
#include "gui/view/field.h"
#include "gui/view/strength-line.h"
#include <glib/gi18n-lib.h>
#include <string.h>

struct _SottoPassphraseDialog
{
  GtkDialog parent_instance;
  bool exports; /* then the passphrase is chosen here */
  GtkLabel *explanation;
  SottoField *passphrase;
  SottoField *repeated;
  SottoStrengthLine *strength;
  GtkWidget *go_button;
};

G_DEFINE_TYPE (SottoPassphraseDialog, sotto_passphrase_dialog, GTK_TYPE_DIALOG)

static guint submit_signal;

static void
show_strength (SottoPassphraseDialog *self)
{
  if (self->exports)
    sotto_strength_line_show_password (self->strength, sotto_field_get_text (self->passphrase), "");
}

static void
submit (SottoPassphraseDialog *self)
{
  const char *passphrase = sotto_field_get_text (self->passphrase);

  if (!gtk_widget_get_sensitive (self->go_button))
    return;
  if (*passphrase == '\0')
    sotto_passphrase_dialog_set_error (self, _ ("Enter a passphrase."));
  else if (self->exports && strcmp (passphrase, sotto_field_get_text (self->repeated)) != 0)
    sotto_field_set_error (self->repeated, _ ("This is not the same as above."));
  else
    g_signal_emit (self, submit_signal, 0, passphrase);
}

static void
on_response (GtkDialog *dialog, int response, SottoPassphraseDialog *self)
{
  if (response == GTK_RESPONSE_OK)
    submit (self);
  else
    gtk_widget_destroy (GTK_WIDGET (self));
}

static void
sotto_passphrase_dialog_class_init (SottoPassphraseDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  submit_signal =
      g_signal_new ("submit", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  g_type_ensure (SOTTO_TYPE_FIELD);
  g_type_ensure (SOTTO_TYPE_STRENGTH_LINE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/sotto/Sotto/ui/passphrase-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoPassphraseDialog, explanation);
  gtk_widget_class_bind_template_child (widget_class, SottoPassphraseDialog, passphrase);
  gtk_widget_class_bind_template_child (widget_class, SottoPassphraseDialog, repeated);
  gtk_widget_class_bind_template_child (widget_class, SottoPassphraseDialog, strength);
  gtk_widget_class_bind_template_child (widget_class, SottoPassphraseDialog, go_button);
  gtk_widget_class_bind_template_callback (widget_class, on_response);
  gtk_widget_class_bind_template_callback (widget_class, submit);
  gtk_widget_class_bind_template_callback (widget_class, show_strength);
}

static void
sotto_passphrase_dialog_init (SottoPassphraseDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_dialog_set_default_response (GTK_DIALOG (self), GTK_RESPONSE_OK);
}

SottoPassphraseDialog *
sotto_passphrase_dialog_new (GtkWindow *parent, bool exports)
{
  const char *title = exports ? _ ("Export Identity") : _ ("Import Identity");
  const char *explanation =
      exports ? _ ("With this file and its passphrase another device is you: the people you write "
                   "to see no changed key. Whoever has both can pose as you. Your conversations "
                   "are not in it.")
              : _ ("Enter the passphrase that was chosen when the file was made.");
  SottoPassphraseDialog *self = g_object_new (SOTTO_TYPE_PASSPHRASE_DIALOG, "transient-for", parent,
                                              "use-header-bar", TRUE, "title", title, NULL);

  self->exports = exports;
  gtk_label_set_label (self->explanation, explanation);
  gtk_widget_set_visible (GTK_WIDGET (self->repeated), exports);
  gtk_widget_set_visible (GTK_WIDGET (self->strength), exports);
  gtk_button_set_label (GTK_BUTTON (self->go_button), exports ? _ ("Export") : _ ("Import"));
  return self;
}

void
sotto_passphrase_dialog_set_busy (SottoPassphraseDialog *self)
{
  gtk_widget_set_sensitive (self->go_button, FALSE);
}

void
sotto_passphrase_dialog_set_error (SottoPassphraseDialog *self, const char *sentence)
{
  gtk_widget_set_sensitive (self->go_button, TRUE);
  sotto_field_set_error (self->passphrase, sentence);
  sotto_field_focus (self->passphrase);
}
