// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/row-accessible.h"
#include <stdbool.h>

struct _SottoRowAccessible
{
  GtkListBoxRowAccessible parent_instance;
};

static int
get_n_actions (AtkAction *action)
{
  return 1;
}

static const char *
get_name (AtkAction *action, int i)
{
  return i == 0 ? "activate" : NULL;
}

static gboolean
do_action (AtkAction *action, int i)
{
  GtkWidget *row = gtk_accessible_get_widget (GTK_ACCESSIBLE (action));
  bool possible = i == 0 && row != NULL && gtk_widget_is_sensitive (row);

  return possible && gtk_widget_activate (row);
}

static void
action_interface_init (AtkActionIface *iface)
{
  iface->get_n_actions = get_n_actions;
  iface->get_name = get_name;
  iface->do_action = do_action;
}

G_DEFINE_TYPE_WITH_CODE (SottoRowAccessible,
                         sotto_row_accessible,
                         GTK_TYPE_LIST_BOX_ROW_ACCESSIBLE,
                         G_IMPLEMENT_INTERFACE (ATK_TYPE_ACTION, action_interface_init))

static void
sotto_row_accessible_class_init (SottoRowAccessibleClass *klass)
{
}

static void
sotto_row_accessible_init (SottoRowAccessible *self)
{
}
