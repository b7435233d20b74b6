// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/first-use-page.h"
#include "gui/model/fingerprint.h"
#include "gui/view/accessible.h"
#include "shared/base/text.h"
#include <glib/gi18n-lib.h>

struct _SottoFirstUsePage
{
  GtkBox parent_instance;
  GtkLabel *explanation;
  GtkLabel *words;
  GtkLabel *digits;
  GtkButton *cancel_button;
};

G_DEFINE_TYPE (SottoFirstUsePage, sotto_first_use_page, GTK_TYPE_BOX)

static guint answered_signal;

static void
on_trust (GtkButton *button, SottoFirstUsePage *self)
{
  g_signal_emit (self, answered_signal, 0, TRUE);
}

static void
on_cancel (GtkButton *button, SottoFirstUsePage *self)
{
  g_signal_emit (self, answered_signal, 0, FALSE);
}

static void
sotto_first_use_page_class_init (SottoFirstUsePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  answered_signal = g_signal_new ("answered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/sotto/Sotto/ui/first-use-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoFirstUsePage, explanation);
  gtk_widget_class_bind_template_child (widget_class, SottoFirstUsePage, words);
  gtk_widget_class_bind_template_child (widget_class, SottoFirstUsePage, digits);
  gtk_widget_class_bind_template_child (widget_class, SottoFirstUsePage, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, on_trust);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
sotto_first_use_page_init (SottoFirstUsePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
sotto_first_use_page_show_server (SottoFirstUsePage *self,
                                  const char *host,
                                  const char *fingerprint)
{
  g_autofree char *shown_host = sotto_text_display (host, 80);
  g_autofree char *explanation = g_strdup_printf (
      _ ("This is your first time at %s. Ask the person who runs it to read you its fingerprint, "
         "and compare."),
      shown_host);
  g_autofree char *words = sotto_fingerprint_to_words (fingerprint);
  g_autofree char *digits = sotto_fingerprint_to_groups (fingerprint);

  gtk_label_set_label (self->explanation, explanation);
  gtk_label_set_label (self->words, words != NULL ? words : "");
  gtk_label_set_label (self->digits, digits != NULL ? digits : "");
  /* Not on the other one: an Enter still on its way must not answer. */
  gtk_widget_grab_focus (GTK_WIDGET (self->cancel_button));
}
