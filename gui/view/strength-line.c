// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/strength-line.h"
#include "gui/model/password-strength.h"
#include <glib/gi18n-lib.h>

struct _SottoStrengthLine
{
  GtkRevealer parent_instance;
  GtkLevelBar *bar;
  GtkLabel *label;
};

G_DEFINE_TYPE (SottoStrengthLine, sotto_strength_line, GTK_TYPE_REVEALER)

static const char *const words[] = {
  [SOTTO_STRENGTH_NONE] = "",
  [SOTTO_STRENGTH_WEAK] = N_ ("Easy to guess."),
  [SOTTO_STRENGTH_FAIR] = N_ ("Could be guessed with patience."),
  [SOTTO_STRENGTH_STRONG] = N_ ("Hard to guess."),
};

static const char *const advice[] = {
  [SOTTO_STRENGTH_FINE] = NULL,
  [SOTTO_STRENGTH_SHORT] = N_ ("Four words that have nothing to do with each other are better."),
  [SOTTO_STRENGTH_COMMON] = N_ ("This is what people try first. Choose words of your own."),
  [SOTTO_STRENGTH_USERNAME] = N_ ("Leave your username out of it."),
};

static void
sotto_strength_line_class_init (SottoStrengthLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/sotto/Sotto/ui/strength-line.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoStrengthLine, bar);
  gtk_widget_class_bind_template_child (widget_class, SottoStrengthLine, label);
}

static void
sotto_strength_line_init (SottoStrengthLine *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* GTK's own are made for a bar that goes to 1: what is easy to guess would be green. */
  gtk_level_bar_add_offset_value (self->bar, GTK_LEVEL_BAR_OFFSET_LOW, SOTTO_STRENGTH_WEAK);
  gtk_level_bar_add_offset_value (self->bar, GTK_LEVEL_BAR_OFFSET_HIGH, SOTTO_STRENGTH_FAIR);
  gtk_level_bar_add_offset_value (self->bar, GTK_LEVEL_BAR_OFFSET_FULL, SOTTO_STRENGTH_STRONG);
}

void
sotto_strength_line_show_password (SottoStrengthLine *self,
                                   const char *password,
                                   const char *username)
{
  SottoStrengthProblem problem;
  SottoStrength strength = sotto_password_strength (password, username, &problem);

  if (strength != SOTTO_STRENGTH_NONE)
    {
      g_autofree char *text = advice[problem] == NULL
                                  ? g_strdup (_ (words[strength]))
                                  : g_strjoin (" ", _ (words[strength]), _ (advice[problem]), NULL);

      gtk_label_set_label (self->label, text);
      gtk_level_bar_set_value (self->bar, strength);
    }
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), strength != SOTTO_STRENGTH_NONE);
}
