// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/people-pane.h"
#include "gui/view/let-go.h"
#include "gui/view/connection-bar.h"
#include "gui/view/locked-bar.h"
#include "gui/view/people-list.h"

struct _SottoPeoplePane
{
  GtkBox parent_instance;
  SottoSessionModel *session;
  HdyHeaderBar *header;
  SottoConnectionBar *connection_bar;
  SottoLockedBar *locked_bar;
  GtkEntry *filter;
  SottoPeopleList *list;
  GtkWidget *bar_slot;
  HdyAvatar *own_avatar;
  GtkLabel *own_name;
  GtkLabel *server;
};

G_DEFINE_TYPE (SottoPeoplePane, sotto_people_pane, GTK_TYPE_BOX)

enum
{
  OPEN,
  FILTER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

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

static void
on_open (SottoPeoplePane *self, const char *name)
{
  g_signal_emit (self, signals[OPEN], 0, name);
}

static void
on_filter_changed (GtkEditable *entry, SottoPeoplePane *self)
{
  g_signal_emit (self, signals[FILTER], 0, gtk_entry_get_text (self->filter));
}

/* Enter in the filter opens whom it found first, also before the entry told what was typed last. */
static void
on_filter_activate (GtkEntry *entry, SottoPeoplePane *self)
{
  on_filter_changed (GTK_EDITABLE (entry), self);
  sotto_people_list_open_first (self->list);
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
sotto_people_pane_dispose (GObject *object)
{
  SottoPeoplePane *self = SOTTO_PEOPLE_PANE (object);

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

  g_type_ensure (SOTTO_TYPE_CONNECTION_BAR);
  g_type_ensure (SOTTO_TYPE_LOCKED_BAR);
  g_type_ensure (SOTTO_TYPE_PEOPLE_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/people-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, header);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, connection_bar);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, locked_bar);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, filter);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, list);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, bar_slot);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, own_avatar);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, own_name);
  gtk_widget_class_bind_template_child (widget_class, SottoPeoplePane, server);
  gtk_widget_class_bind_template_callback (widget_class, on_open);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_stopped);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_key_press);
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
  self->session = g_object_ref (session);
  sotto_people_list_set_model (self->list, people);
  g_signal_connect_object (session, "changed", G_CALLBACK (on_session_changed), self,
                           G_CONNECT_SWAPPED);
  sotto_connection_bar_set_model (self->connection_bar, session);
  sotto_locked_bar_set_model (self->locked_bar, session);
  on_session_changed (self);
}

void
sotto_people_pane_set_folded (SottoPeoplePane *self, gboolean folded)
{
  /* Beside a conversation its bar says it already. */
  gtk_widget_set_visible (self->bar_slot, folded);
  sotto_people_list_set_eager (self->list, folded);
}

HdyHeaderBar *
sotto_people_pane_get_header (SottoPeoplePane *self)
{
  return self->header;
}

void
sotto_people_pane_select (SottoPeoplePane *self, SottoPerson *person)
{
  sotto_people_list_select (self->list, person);
}

void
sotto_people_pane_focus_filter (SottoPeoplePane *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->filter));
}

void
sotto_people_pane_focus_list (SottoPeoplePane *self)
{
  sotto_people_list_focus (self->list);
}
