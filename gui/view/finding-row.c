// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/finding-row.h"
#include "gui/view/accessible.h"
#include "gui/view/format-found.h"
#include "gui/view/format.h"
#include "gui/view/row-accessible.h"
#include <glib/gi18n-lib.h>

struct _SottoFindingRow
{
  GtkListBoxRow parent_instance;
  SottoFinding *finding;
  GtkLabel *name;
  GtkLabel *time;
  GtkLabel *line;
};

G_DEFINE_TYPE (SottoFindingRow, sotto_finding_row, GTK_TYPE_LIST_BOX_ROW)

static void
sotto_finding_row_dispose (GObject *object)
{
  g_clear_object (&SOTTO_FINDING_ROW (object)->finding);
  G_OBJECT_CLASS (sotto_finding_row_parent_class)->dispose (object);
}

static void
sotto_finding_row_class_init (SottoFindingRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_finding_row_dispose;
  gtk_widget_class_set_accessible_type (widget_class, SOTTO_TYPE_ROW_ACCESSIBLE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/finding-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoFindingRow, name);
  gtk_widget_class_bind_template_child (widget_class, SottoFindingRow, time);
  gtk_widget_class_bind_template_child (widget_class, SottoFindingRow, line);
}

static void
sotto_finding_row_init (SottoFindingRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* "bob: LINE" and "You: LINE"; in the list the name above says whose conversation it is. */
static void
show (SottoFindingRow *self, SottoFinding *finding, const char *words)
{
  const char *person = sotto_finding_get_person (finding);
  g_autofree char *when =
      sotto_format_when (sotto_finding_get_time_ms (finding), g_get_real_time () / 1000);
  g_autofree char *found = sotto_format_found (sotto_finding_get_text (finding), words);
  g_autofree char *markup =
      sotto_finding_is_own (finding) ? g_strdup_printf (_ ("You: %s"), found) : NULL;
  g_autofree char *plain = sotto_format_one_line (sotto_finding_get_text (finding));
  const char *sender = sotto_finding_is_own (finding) ? _ ("You") : person;
  g_autofree char *sentence =
      sotto_finding_is_own (finding)
          /* Translators: with whom, who said it, what was said, when. */
          ? g_strdup_printf (_ ("%s, %s, %s, %s"), person, sender, plain, when)
          : g_strdup_printf (_ ("%s, %s, %s"), person, plain, when);

  gtk_label_set_label (self->name, person);
  gtk_label_set_label (self->time, when);
  gtk_label_set_markup (self->line, markup != NULL ? markup : found);
  sotto_accessible_set_name (GTK_WIDGET (self), sentence);
}

GtkWidget *
sotto_finding_row_new (SottoFinding *finding, const char *words)
{
  SottoFindingRow *self = g_object_new (SOTTO_TYPE_FINDING_ROW, NULL);

  self->finding = g_object_ref (finding);
  show (self, finding, words);
  return GTK_WIDGET (self);
}

SottoFinding *
sotto_finding_row_get_finding (SottoFindingRow *self)
{
  return self->finding;
}
