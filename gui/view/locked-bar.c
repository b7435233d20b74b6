// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/locked-bar.h"
#include "gui/view/accessible.h"
#include "gui/view/let-go.h"
#include <glib/gi18n-lib.h>

struct _SottoLockedBar
{
  GtkInfoBar parent_instance;
  SottoSessionModel *session;
};

G_DEFINE_TYPE (SottoLockedBar, sotto_locked_bar, GTK_TYPE_INFO_BAR)

static void
on_session_changed (SottoLockedBar *self)
{
  SottoOldHistory old = sotto_session_model_get_old_history (self->session);
  bool tell = old == SOTTO_OLD_HISTORY_LOCKED || old == SOTTO_OLD_HISTORY_LOCKED_NOW;

  /* Hidden as well as folded: else a screen reader still finds an empty bar. */
  gtk_widget_set_visible (GTK_WIDGET (self), tell);
  gtk_info_bar_set_revealed (GTK_INFO_BAR (self), tell);
}

static void
sotto_locked_bar_dispose (GObject *object)
{
  SottoLockedBar *self = SOTTO_LOCKED_BAR (object);

  sotto_widget_let_go (&self->session, self);
  G_OBJECT_CLASS (sotto_locked_bar_parent_class)->dispose (object);
}

static void
sotto_locked_bar_class_init (SottoLockedBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_locked_bar_dispose;
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/sotto/Sotto/ui/locked-bar.ui");
}

static void
sotto_locked_bar_init (SottoLockedBar *self)
{
  GObject *close;

  gtk_widget_init_template (GTK_WIDGET (self));
  /* GtkInfoBar's own, never shown here; but whoever lists all buttons meets it. */
  close = gtk_widget_get_template_child (GTK_WIDGET (self), GTK_TYPE_INFO_BAR, "close_button");
  sotto_accessible_set_name (GTK_WIDGET (close), _ ("Close"));
}

void
sotto_locked_bar_set_model (SottoLockedBar *self, SottoSessionModel *session)
{
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "changed", G_CALLBACK (on_session_changed), self,
                           G_CONNECT_SWAPPED);
  on_session_changed (self);
}
