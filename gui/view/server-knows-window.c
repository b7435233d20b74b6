// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/server-knows-window.h"
#include "gui/view/accessible.h"
#include "gui/view/window-size.h"
#include <glib/gi18n-lib.h>
#include <handy.h>

struct _SottoServerKnowsWindow
{
  GtkDialog parent_instance;
  GtkListBox *knows;
  GtkListBox *knows_not;
};

G_DEFINE_TYPE (SottoServerKnowsWindow, sotto_server_knows_window, GTK_TYPE_DIALOG)

typedef struct
{
  const char *title;
  const char *text;
} Fact;

static const Fact known[] = {
  { N_ ("Your username"), N_ ("And a check of your password, on which guesses could be tried.") },
  { N_ ("Who you write to, and when"),
    N_ ("Your computer asks it for a key to reach somebody. It may keep a record of that; you have "
        "to trust it not to.") },
  { N_ ("Your network addresses"),
    N_ ("Whoever may log in can ask for them in order to reach you. They tell roughly where you "
        "are.") },
  { N_ ("When you are online"), N_ ("It tells everybody who is logged in.") },
  { N_ ("How much it passes on"),
    N_ ("Only where no direct way is found: how many sealed packets, how large and when.") },
};

static const Fact unknown[] = {
  { N_ ("Your words"), N_ ("They are sealed between the two of you. Its part of the key does not "
                           "open them.") },
  { N_ ("Your files"), N_ ("Neither what is in them nor what they are called.") },
  { N_ ("Your password"), N_ ("It never leaves this computer.") },
  { N_ ("Your history and drafts"), N_ ("They lie encrypted on this computer.") },
};

static void
fill (GtkListBox *list, const Fact *facts, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *sentence = g_strdup_printf ("%s: %s", _ (facts[i].title), _ (facts[i].text));
      GtkWidget *row =
          g_object_new (HDY_TYPE_ACTION_ROW, "visible", TRUE, "title", _ (facts[i].title),
                        "subtitle", _ (facts[i].text), "title-lines", 0, "subtitle-lines", 0,
                        "activatable", FALSE, "selectable", FALSE, NULL);

      /* In one sentence for whoever listens. */
      sotto_accessible_set_name (row, sentence);
      gtk_container_add (GTK_CONTAINER (list), row);
    }
}

static void
sotto_server_knows_window_class_init (SottoServerKnowsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/sotto/Sotto/ui/server-knows-window.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoServerKnowsWindow, knows);
  gtk_widget_class_bind_template_child (widget_class, SottoServerKnowsWindow, knows_not);
}

static void
sotto_server_knows_window_init (SottoServerKnowsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sotto_window_size_fit_text (GTK_WINDOW (self));
  fill (self->knows, known, G_N_ELEMENTS (known));
  fill (self->knows_not, unknown, G_N_ELEMENTS (unknown));
  g_signal_connect (self, "response", G_CALLBACK (gtk_widget_destroy), NULL);
}

SottoServerKnowsWindow *
sotto_server_knows_window_new (GtkWindow *parent)
{
  return g_object_new (SOTTO_TYPE_SERVER_KNOWS_WINDOW, "transient-for", parent, "use-header-bar",
                       TRUE, NULL);
}
