// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/people-pane.h"
#include "gui/view/let-go.h"
#include "gui/view/connection-bar.h"
#include "gui/view/format.h"
#include "gui/view/person-row.h"
#include <glib/gi18n-lib.h>

struct _SottoPeoplePane
{
  GtkBox parent_instance;
  SottoPeople *people;
  SottoSessionModel *session;
  HdyHeaderBar *header;
  SottoConnectionBar *connection_bar;
  GtkEntry *filter;
  GtkListBox *list;
  GtkWidget *bar_slot;
  GtkImage *empty_icon;
  GtkLabel *empty_title;
  GtkLabel *empty_text;
  HdyAvatar *own_avatar;
  GtkLabel *own_name;
  GtkLabel *server;
  char *opening; /* whom a double-click that is not over yet opened */
  guint reopen;
};

G_DEFINE_TYPE (SottoPeoplePane, sotto_people_pane, GTK_TYPE_BOX)

enum
{
  OPEN,
  FILTER,
  RECONNECT,
  LOG_IN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  return sotto_person_row_new (item);
}

/* What an empty list says: how to get somebody into it. */
static void
on_people_changed (SottoPeoplePane *self)
{
  bool alone = sotto_people_get_n_known (self->people) == 0;

  gtk_image_set_from_icon_name (self->empty_icon,
                                alone ? "sotto-people-symbolic" : "edit-find-symbolic",
                                GTK_ICON_SIZE_DIALOG);
  gtk_label_set_label (self->empty_title, alone ? _ ("Nobody Else Yet") : _ ("No Match"));
  gtk_label_set_label (self->empty_text,
                       alone ? _ ("Give others the address of this server or a join link. They "
                                  "appear here when they log in.")
                             : _ ("Nobody by that name. Clear the search with Esc."));
}

static void
on_session_changed (SottoPeoplePane *self)
{
  const char *username = sotto_session_model_get_username (self->session);
  const char *server = sotto_session_model_get_server (self->session);

  if (username == NULL)
    return;
  hdy_avatar_set_text (self->own_avatar, username);
  gtk_label_set_label (self->own_name, username);
  gtk_label_set_label (self->server, server != NULL ? server : "");
}

/* A press that is not let go yet, as opposed to a key. */
static bool
is_pointer_down (void)
{
  g_autoptr (GdkEvent) event = gtk_get_current_event ();
  GdkEventType type = event != NULL ? gdk_event_get_event_type (event) : GDK_NOTHING;

  return type == GDK_BUTTON_PRESS || type == GDK_2BUTTON_PRESS;
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, SottoPeoplePane *self)
{
  const char *name = sotto_person_get_name (sotto_person_row_get_person (SOTTO_PERSON_ROW (row)));

  g_free (self->opening);
  self->opening = is_pointer_down () ? g_strdup (name) : NULL;
  g_signal_emit (self, signals[OPEN], 0, name);
}

static gboolean
reopen_cb (gpointer data)
{
  SottoPeoplePane *self = data;
  g_autofree char *name = g_steal_pointer (&self->opening);

  self->reopen = 0;
  g_signal_emit (self, signals[OPEN], 0, name);
  return G_SOURCE_REMOVE;
}

/* The list takes the focus back when the button of a double-click is let go; opening once more
 * after that gives it to the conversation, where the person means to write. */
static gboolean
on_button_release (GtkWidget *list, GdkEvent *event, SottoPeoplePane *self)
{
  if (self->opening != NULL && self->reopen == 0)
    self->reopen = g_idle_add (reopen_cb, self);
  return GDK_EVENT_PROPAGATE;
}

static void
on_filter_changed (GtkEditable *entry, SottoPeoplePane *self)
{
  g_signal_emit (self, signals[FILTER], 0, gtk_entry_get_text (self->filter));
}

/* Enter in the filter opens whom it found first. */
static void
on_filter_activate (GtkEntry *entry, SottoPeoplePane *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, 0);

  if (row == NULL)
    return;
  gtk_list_box_select_row (self->list, row);
  on_row_activated (self->list, row, self);
}

static void
on_filter_stopped (GtkSearchEntry *entry, SottoPeoplePane *self)
{
  gtk_entry_set_text (GTK_ENTRY (entry), "");
  sotto_people_pane_focus_list (self);
}

static gboolean
on_filter_key_press (GtkWidget *entry, GdkEventKey *event, SottoPeoplePane *self)
{
  if (event->keyval != GDK_KEY_Down)
    return GDK_EVENT_PROPAGATE;
  sotto_people_pane_focus_list (self);
  return GDK_EVENT_STOP;
}

static void
on_reconnect (SottoConnectionBar *bar, SottoPeoplePane *self)
{
  g_signal_emit (self, signals[RECONNECT], 0);
}

static void
on_log_in (SottoConnectionBar *bar, SottoPeoplePane *self)
{
  g_signal_emit (self, signals[LOG_IN], 0);
}

static void
sotto_people_pane_dispose (GObject *object)
{
  SottoPeoplePane *self = SOTTO_PEOPLE_PANE (object);

  g_clear_handle_id (&self->reopen, g_source_remove);
  g_clear_pointer (&self->opening, g_free);
  sotto_widget_let_go (&self->people, self);
  sotto_widget_let_go (&self->session, self);
  G_OBJECT_CLASS (sotto_people_pane_parent_class)->dispose (object);
}

static void
sotto_people_pane_class_init (SottoPeoplePaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_people_pane_dispose;
  signals[OPEN] = g_signal_new ("open", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_STRING);
  signals[FILTER] = g_signal_new ("filter", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[RECONNECT] =
      g_signal_new ("reconnect", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LOG_IN] =
      g_signal_new ("log-in", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (SOTTO_TYPE_CONNECTION_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/people-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, header);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, connection_bar);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, filter);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, list);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, bar_slot);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, empty_icon);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, empty_title);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, empty_text);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, own_avatar);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, own_name);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, server);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_button_release);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_stopped);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_key_press);
  gtk_widget_class_bind_template_callback (widget_class, on_reconnect);
  gtk_widget_class_bind_template_callback (widget_class, on_log_in);
}

static void
sotto_people_pane_init (SottoPeoplePane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
sotto_people_pane_set_models (SottoPeoplePane *self,
                              SottoPeople *people,
                              SottoSessionModel *session)
{
  self->people = g_object_ref (people);
  self->session = g_object_ref (session);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (people), make_row, NULL, NULL);
  g_signal_connect_object (people, "items-changed", G_CALLBACK (on_people_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "changed", G_CALLBACK (on_session_changed), self,
                           G_CONNECT_SWAPPED);
  sotto_connection_bar_set_model (self->connection_bar, session);
  on_people_changed (self);
  on_session_changed (self);
}

void
sotto_people_pane_set_folded (SottoPeoplePane *self, gboolean folded)
{
  /* Beside a conversation its bar says it already. */
  gtk_widget_set_visible (self->bar_slot, folded);
  gtk_list_box_set_activate_on_single_click (self->list, folded);
}

HdyHeaderBar *
sotto_people_pane_get_header (SottoPeoplePane *self)
{
  return self->header;
}

void
sotto_people_pane_select (SottoPeoplePane *self, SottoPerson *person)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (sotto_person_row_get_person (SOTTO_PERSON_ROW (row)) == person)
      {
        gtk_list_box_select_row (self->list, row);
        return;
      }
}

void
sotto_people_pane_focus_filter (SottoPeoplePane *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->filter));
}

void
sotto_people_pane_focus_list (SottoPeoplePane *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (row == NULL)
    row = gtk_list_box_get_row_at_index (self->list, 0);
  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}
