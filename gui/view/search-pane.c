// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/search-pane.h"
#include "gui/view/finding-row.h"
#include "gui/view/let-go.h"
#include <glib/gi18n-lib.h>

struct _SottoSearchPane
{
  GtkBox parent_instance;
  SottoSearch *search;
  HdyHeaderBar *header;
  GtkEntry *entry;
  GtkWidget *scope_bar;
  GtkLabel *scope;
  GtkStack *stack;
  GtkLabel *word_title; /* what there is to say instead of a list */
  GtkLabel *word_text;
  GtkListBox *list;
  GtkWidget *more;
  char *name; /* "" = in all conversations */
};

G_DEFINE_TYPE (SottoSearchPane, sotto_search_pane, GTK_TYPE_BOX)

enum
{
  LOOK_FOR,
  JUMP,
  LEAVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  SottoSearchPane *self = data;

  return sotto_finding_row_new (item, sotto_search_get_words (self->search));
}

static void
on_search_changed (SottoSearchPane *self)
{
  static const struct
  {
    const char *title, *text;
  } words[] = {
    [SOTTO_SEARCH_IDLE] = { N_ ("Search Messages"),
                            N_ ("Looks through what is kept on this computer. Nothing of it is "
                                "sent anywhere.") },
    [SOTTO_SEARCH_FOUND] = { N_ ("Nothing Found"),
                             N_ ("No message that is kept here has these words next to each "
                                 "other.") },
    [SOTTO_SEARCH_FAILED] = { N_ ("Cannot Search"),
                              N_ ("What is kept here cannot be read at present. Try again "
                                  "later.") },
  };
  SottoSearchState state = sotto_search_get_state (self->search);
  bool none = g_list_model_get_n_items (G_LIST_MODEL (self->search)) == 0;

  gtk_label_set_label (self->word_title, _ (words[state].title));
  gtk_label_set_label (self->word_text, _ (words[state].text));
  gtk_stack_set_visible_child_name (self->stack, none ? "word" : "found");
  gtk_widget_set_visible (self->more, sotto_search_get_has_more (self->search));
}

static void
look_for (SottoSearchPane *self)
{
  g_signal_emit (self, signals[LOOK_FOR], 0, self->name, gtk_entry_get_text (self->entry));
}

static void
focus_row (SottoSearchPane *self, int i)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, i);

  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, SottoSearchPane *self)
{
  g_autoptr (SottoFinding) finding =
      g_object_ref (sotto_finding_row_get_finding (SOTTO_FINDING_ROW (row)));

  g_signal_emit (self, signals[JUMP], 0, finding);
}

/* Enter in the entry takes the newest. */
static void
on_activate (SottoSearchPane *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, 0);

  if (row == NULL)
    return;
  gtk_list_box_select_row (self->list, row);
  on_row_activated (self->list, row, self);
}

static gboolean
on_entry_key (GtkWidget *entry, GdkEventKey *event, SottoSearchPane *self)
{
  if (event->keyval != GDK_KEY_Down)
    return GDK_EVENT_PROPAGATE;
  focus_row (self, 0);
  return GDK_EVENT_STOP;
}

/* Enter is the row's. */
static bool
is_typed (const GdkEventKey *event)
{
  return event->keyval == GDK_KEY_Escape || event->keyval == GDK_KEY_BackSpace
         || gdk_keyval_to_unicode (event->keyval) > ' ';
}

/* Up from the first row is the entry again; a letter goes on with the words, Esc ends the search.
 */
static gboolean
on_list_key (GtkWidget *list, GdkEventKey *event, SottoSearchPane *self)
{
  GtkWidget *first = GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, 0));

  if (event->keyval == GDK_KEY_Up && first != NULL && gtk_widget_has_focus (first))
    {
      gtk_entry_grab_focus_without_selecting (self->entry);
      return GDK_EVENT_STOP;
    }
  return is_typed (event)
         && gtk_search_entry_handle_event (GTK_SEARCH_ENTRY (self->entry), (GdkEvent *)event);
}

static void
on_leave (SottoSearchPane *self)
{
  gtk_entry_set_text (self->entry, "");
  g_signal_emit (self, signals[LEAVE], 0);
}

static void
show_scope (SottoSearchPane *self, const char *name)
{
  g_autofree char *scope = g_strdup_printf (_ ("With %s only"), name);

  g_free (self->name);
  self->name = g_strdup (name);
  gtk_label_set_label (self->scope, scope);
  gtk_widget_set_visible (self->scope_bar, *name != '\0');
}

static void
on_everywhere (SottoSearchPane *self)
{
  show_scope (self, "");
  look_for (self);
  sotto_search_pane_focus (self);
}

static void
sotto_search_pane_dispose (GObject *object)
{
  SottoSearchPane *self = SOTTO_SEARCH_PANE (object);

  sotto_widget_let_go (&self->search, self);
  g_clear_pointer (&self->name, g_free);
  G_OBJECT_CLASS (sotto_search_pane_parent_class)->dispose (object);
}

static void
sotto_search_pane_class_init (SottoSearchPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_search_pane_dispose;
  signals[LOOK_FOR] = g_signal_new ("look-for", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[JUMP] = g_signal_new ("jump", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, SOTTO_TYPE_FINDING);
  signals[LEAVE] =
      g_signal_new ("leave", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/search-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoSearchPane, header);
  gtk_widget_class_bind_template_child (widget_class, SottoSearchPane, entry);
  gtk_widget_class_bind_template_child (widget_class, SottoSearchPane, scope_bar);
  gtk_widget_class_bind_template_child (widget_class, SottoSearchPane, scope);
  gtk_widget_class_bind_template_child (widget_class, SottoSearchPane, stack);
  gtk_widget_class_bind_template_child (widget_class, SottoSearchPane, word_title);
  gtk_widget_class_bind_template_child (widget_class, SottoSearchPane, word_text);
  gtk_widget_class_bind_template_child (widget_class, SottoSearchPane, list);
  gtk_widget_class_bind_template_child (widget_class, SottoSearchPane, more);
  gtk_widget_class_bind_template_callback (widget_class, look_for);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_key);
  gtk_widget_class_bind_template_callback (widget_class, on_list_key);
  gtk_widget_class_bind_template_callback (widget_class, on_leave);
  gtk_widget_class_bind_template_callback (widget_class, on_everywhere);
}

static void
sotto_search_pane_init (SottoSearchPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->name = g_strdup ("");
}

void
sotto_search_pane_set_model (SottoSearchPane *self, SottoSearch *search)
{
  self->search = g_object_ref (search);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (search), make_row, self, NULL);
  g_signal_connect_object (search, "changed", G_CALLBACK (on_search_changed), self,
                           G_CONNECT_SWAPPED);
  on_search_changed (self);
}

void
sotto_search_pane_begin (SottoSearchPane *self, const char *name)
{
  show_scope (self, name);
  look_for (self);
  sotto_search_pane_focus (self);
}

HdyHeaderBar *
sotto_search_pane_get_header (SottoSearchPane *self)
{
  return self->header;
}

void
sotto_search_pane_focus (SottoSearchPane *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
