// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/connection-bar.h"
#include "gui/view/accessible.h"
#include "gui/view/app-action.h"
#include "gui/view/let-go.h"
#include "shared/base/limits.h"
#include <glib/gi18n-lib.h>

struct _SottoConnectionBar
{
  GtkInfoBar parent_instance;
  SottoSessionModel *session;
  GtkLabel *label;
  GtkButton *button;
  guint tick;
};

G_DEFINE_TYPE (SottoConnectionBar, sotto_connection_bar, GTK_TYPE_INFO_BAR)

static int
seconds_left (SottoConnectionBar *self)
{
  gint64 left = sotto_session_model_get_retry_at (self->session) - g_get_monotonic_time ();

  return left > 0 ? (int)((left + SOTTO_US_PER_S - 1) / SOTTO_US_PER_S) : 0;
}

static char *
describe (SottoConnectionBar *self, SottoLink link)
{
  int seconds = seconds_left (self);

  if (link == SOTTO_LINK_ENDED)
    return g_strdup (sotto_session_model_get_notice (self->session));
  if (link == SOTTO_LINK_TRYING || seconds == 0)
    return g_strdup (_ ("The server is away. Connecting…"));
  return g_strdup_printf (ngettext ("The server is away. Trying again in %d second.",
                                    "The server is away. Trying again in %d seconds.",
                                    (gulong)seconds),
                          seconds);
}

static void
update (SottoConnectionBar *self)
{
  SottoLink link = sotto_session_model_get_link (self->session);

  if (link != SOTTO_LINK_UP)
    {
      g_autofree char *text = describe (self, link);

      gtk_label_set_label (self->label, text);
      gtk_button_set_label (self->button,
                            link == SOTTO_LINK_ENDED ? _ ("Log In Again") : _ ("Try Now"));
      gtk_widget_set_sensitive (GTK_WIDGET (self->button), link != SOTTO_LINK_TRYING);
    }
  /* Hidden as well as folded: else a screen reader still finds an empty bar. */
  gtk_widget_set_visible (GTK_WIDGET (self), link != SOTTO_LINK_UP);
  gtk_info_bar_set_revealed (GTK_INFO_BAR (self), link != SOTTO_LINK_UP);
}

static gboolean
on_tick (gpointer data)
{
  SottoConnectionBar *self = data;

  update (self);
  return G_SOURCE_CONTINUE;
}

/* The clock runs only while it is looked at. */
static void
on_session_changed (SottoConnectionBar *self)
{
  bool counts = sotto_session_model_get_link (self->session) == SOTTO_LINK_WAITING;

  if (counts && self->tick == 0)
    self->tick = g_timeout_add_seconds (1, on_tick, self);
  else if (!counts)
    g_clear_handle_id (&self->tick, g_source_remove);
  update (self);
}

static void
on_clicked (GtkButton *button, SottoConnectionBar *self)
{
  bool ended = sotto_session_model_get_link (self->session) == SOTTO_LINK_ENDED;

  sotto_window_action (GTK_WIDGET (self), ended ? SOTTO_WINDOW_LOG_OUT : SOTTO_WINDOW_RECONNECT);
}

static void
sotto_connection_bar_dispose (GObject *object)
{
  SottoConnectionBar *self = SOTTO_CONNECTION_BAR (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  sotto_widget_let_go (&self->session, self);
  G_OBJECT_CLASS (sotto_connection_bar_parent_class)->dispose (object);
}

static void
sotto_connection_bar_class_init (SottoConnectionBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_connection_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/sotto/Sotto/ui/connection-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoConnectionBar, label);
  gtk_widget_class_bind_template_child (widget_class, SottoConnectionBar, button);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
sotto_connection_bar_init (SottoConnectionBar *self)
{
  GObject *close;

  gtk_widget_init_template (GTK_WIDGET (self));
  /* GtkInfoBar's own, never shown here; but whoever lists all buttons meets it. */
  close = gtk_widget_get_template_child (GTK_WIDGET (self), GTK_TYPE_INFO_BAR, "close_button");
  sotto_accessible_set_name (GTK_WIDGET (close), _ ("Close"));
}

void
sotto_connection_bar_set_model (SottoConnectionBar *self, SottoSessionModel *session)
{
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "changed", G_CALLBACK (on_session_changed), self,
                           G_CONNECT_SWAPPED);
  on_session_changed (self);
}
