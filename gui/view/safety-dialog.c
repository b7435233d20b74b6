// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/safety-dialog.h"
#include "gui/view/field.h"
#include "gui/view/let-go.h"
#include "gui/view/qr-code.h"
#include "gui/view/window-size.h"
#include <glib/gi18n-lib.h>

#define GROUPS_PER_ROW 4

struct _SottoSafetyDialog
{
  GtkDialog parent_instance;
  SottoComparison *comparison;
  char *shown; /* what is compared; never replaced under somebody's eyes */
  GtkScrolledWindow *content;
  GtkLabel *heading;
  GtkLabel *explanation;
  GtkLabel *number;
  GtkWidget *qr_button;
  SottoQrCode *qr_code;
  GtkLabel *how;
  GtkWidget *comparing; /* the number, and what is done with it */
  GtkWidget *deciding;  /* what is not needed once it is verified */
  SottoField *typed;
  GtkRevealer *problem;
  GtkLabel *problem_text;
  GtkWidget *same_button;
  GtkButton *close_button;
};

G_DEFINE_TYPE (SottoSafetyDialog, sotto_safety_dialog, GTK_TYPE_DIALOG)

static guint verify_signal;

/* Twelve groups in rows of four, as they are read out. */
static char *
wrap_number (const char *number)
{
  g_auto (GStrv) groups = g_strsplit (number, " ", -1);
  GString *text = g_string_new (NULL);

  for (int i = 0; groups[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (text, i % GROUPS_PER_ROW == 0 ? '\n' : ' ');
      g_string_append (text, groups[i]);
    }
  return g_string_free (text, FALSE);
}

static void
show_number (SottoSafetyDialog *self)
{
  const char *number =
      sotto_person_get_safety_number (sotto_comparison_get_person (self->comparison));

  if (self->shown == NULL && number != NULL)
    {
      g_autofree char *wrapped = wrap_number (number);

      self->shown = g_strdup (number);
      gtk_label_set_label (self->number, wrapped);
      sotto_qr_code_set_number (self->qr_code, number);
    }
  gtk_widget_set_visible (self->comparing, self->shown != NULL);
}

typedef struct
{
  const char *heading;
  const char *explanation; /* %s = their name */
  const char *button;
  const char *close;
} Words;

static const Words words_unknown = {
  N_ ("No safety number yet"),
  N_ ("No key of %s is known yet. It comes with the first conversation."),
  NULL,
  N_ ("Close"),
};

static const Words words_alarm = {
  N_ ("Their key changed"),
  N_ ("The key of %s is not the one you know. They have a new device or installed Sotto anew, or "
      "somebody stands between you and poses as them. What you write waits until you decide. This "
      "is the number of the new key."),
  N_ ("They Are the Same: Accept the New Key"),
  N_ ("Not Now"),
};

static const Words words_new = {
  N_ ("Is it really them?"),
  N_ ("You and %s see the same number when nobody stands between you. Compare once, and you are "
      "told when their key ever changes."),
  N_ ("They Are the Same"),
  N_ ("Not Now"),
};

static const Words words_verified = {
  N_ ("Verified"),
  N_ ("You compared this number with %s, and their key is still the same."),
  NULL,
  N_ ("Close"),
};

static const Words *
choose_words (SottoSafetyDialog *self)
{
  SottoPerson *person = sotto_comparison_get_person (self->comparison);

  if (self->shown == NULL)
    return &words_unknown;
  if (sotto_person_get_path (person) == SOTTO_PATH_ALARM)
    return &words_alarm;
  return sotto_person_get_verified (person) ? &words_verified : &words_new;
}

/* Longer than a narrow screen in some languages. */
static void
set_wrapped_label (GtkButton *button, const char *text)
{
  GtkWidget *label;

  gtk_button_set_label (button, text);
  label = gtk_bin_get_child (GTK_BIN (button));
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
}

static void
show_words (SottoSafetyDialog *self, const Words *words)
{
  SottoPerson *person = sotto_comparison_get_person (self->comparison);
  GtkStyleContext *style = gtk_widget_get_style_context (self->same_button);
  g_auto (GStrv) parts = g_strsplit (_ (words->explanation), "%s", 2);
  g_autofree char *explanation = g_strjoinv (sotto_person_get_name (person), parts);

  gtk_label_set_label (self->heading, _ (words->heading));
  gtk_label_set_label (self->explanation, explanation);
  gtk_button_set_label (self->close_button, _ (words->close));
  gtk_widget_set_visible (self->deciding, words->button != NULL);
  if (words->button != NULL)
    set_wrapped_label (GTK_BUTTON (self->same_button), _ (words->button));
  /* What accepts a key must not be what a hasty Enter does. */
  if (words == &words_new)
    gtk_style_context_add_class (style, "suggested-action");
  else
    gtk_style_context_remove_class (style, "suggested-action");
}

/* Another key came while somebody read this one out. */
static bool
is_stale (SottoSafetyDialog *self)
{
  SottoPerson *person = sotto_comparison_get_person (self->comparison);

  return self->shown != NULL
         && g_strcmp0 (self->shown, sotto_person_get_safety_number (person)) != 0;
}

static void
show_problem (SottoSafetyDialog *self)
{
  const char *problem = is_stale (self)
                            ? _ ("Their key changed while you compared. Close this and begin anew.")
                            : sotto_comparison_get_error (self->comparison);

  if (problem != NULL)
    gtk_label_set_label (self->problem_text, problem);
  gtk_revealer_set_reveal_child (self->problem, problem != NULL);
}

static void
update (SottoSafetyDialog *self)
{
  SottoComparisonState state = sotto_comparison_get_state (self->comparison);

  if (state == SOTTO_COMPARISON_AGREED)
    {
      gtk_widget_destroy (GTK_WIDGET (self));
      return;
    }
  show_number (self);
  show_words (self, choose_words (self));
  show_problem (self);
  gtk_widget_set_sensitive (self->same_button,
                            state != SOTTO_COMPARISON_RUNNING && !is_stale (self));
}

/* What was typed is compared by the program, what was read out was compared by the person. */
static void
on_same (SottoSafetyDialog *self)
{
  const char *typed = sotto_field_get_text (self->typed);

  if (gtk_widget_get_sensitive (self->same_button))
    g_signal_emit (self, verify_signal, 0, self->comparison, *typed != '\0' ? typed : self->shown);
}

/* Enter in an empty entry decides nothing. */
static void
on_typed (SottoSafetyDialog *self)
{
  if (*sotto_field_get_text (self->typed) != '\0')
    on_same (self);
}

static void
on_copy (SottoSafetyDialog *self)
{
  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_CLIPBOARD),
                          self->shown, -1);
}

static void
on_close (SottoSafetyDialog *self)
{
  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
on_response (GtkDialog *dialog, int response, SottoSafetyDialog *self)
{
  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
sotto_safety_dialog_dispose (GObject *object)
{
  SottoSafetyDialog *self = SOTTO_SAFETY_DIALOG (object);

  if (self->comparison != NULL)
    g_signal_handlers_disconnect_by_data (sotto_comparison_get_person (self->comparison), self);
  sotto_widget_let_go (&self->comparison, self);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (sotto_safety_dialog_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, content);
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, explanation);
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, number);
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, qr_button);
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, qr_code);
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, how);
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, comparing);
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, deciding);
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, typed);
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, problem_text);
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, same_button);
  gtk_widget_class_bind_template_child (widget_class, SottoSafetyDialog, close_button);
}

static void
sotto_safety_dialog_class_init (SottoSafetyDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_safety_dialog_dispose;
  verify_signal = g_signal_new ("verify", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 2, SOTTO_TYPE_COMPARISON, G_TYPE_STRING);
  g_type_ensure (SOTTO_TYPE_FIELD);
  g_type_ensure (SOTTO_TYPE_QR_CODE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/sotto/Sotto/ui/safety-dialog.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_response);
  gtk_widget_class_bind_template_callback (widget_class, on_same);
  gtk_widget_class_bind_template_callback (widget_class, on_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
  gtk_widget_class_bind_template_callback (widget_class, on_close);
}

static void
sotto_safety_dialog_init (SottoSafetyDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sotto_window_size_limit_content (self->content);
  /* Both compare the same picture, whichever way their words run. */
  gtk_widget_set_direction (GTK_WIDGET (self->number), GTK_TEXT_DIR_LTR);
  gtk_widget_set_visible (self->qr_button, sotto_qr_code_is_possible ());
}

SottoSafetyDialog *
sotto_safety_dialog_new (GtkWindow *parent, SottoComparison *comparison)
{
  SottoSafetyDialog *self = g_object_new (SOTTO_TYPE_SAFETY_DIALOG, "transient-for", parent,
                                          "use-header-bar", TRUE, NULL);
  SottoPerson *person = sotto_comparison_get_person (comparison);
  g_autofree char *how =
      g_strdup_printf (_ ("Call %s or meet them, and read the groups to each other. Both of you "
                          "must see the same."),
                       sotto_person_get_name (person));

  gtk_label_set_label (self->how, how);
  self->comparison = g_object_ref (comparison);
  g_signal_connect_object (comparison, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (person, "notify::path", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->close_button));
  return self;
}
