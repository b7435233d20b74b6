// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/person-menu.h"
#include <stdbool.h>

static void
copy_link (GMenuModel *wording, int i, GMenuItem *item, const char *link, const char *name)
{
  g_autoptr (GMenuModel) linked = g_menu_model_get_item_link (wording, i, link);
  g_autoptr (GMenuModel) copy = linked != NULL ? sotto_person_menu_new (linked, name) : NULL;

  if (copy != NULL)
    g_menu_item_set_link (item, link, copy);
}

static bool
is_of_the_program (GMenuModel *wording, int i)
{
  g_autofree char *action = NULL;

  return g_menu_model_get_item_attribute (wording, i, G_MENU_ATTRIBUTE_ACTION, "s", &action)
         && g_str_has_prefix (action, "app.");
}

GMenuModel *
sotto_person_menu_new (GMenuModel *wording, const char *name)
{
  GMenu *menu = g_menu_new ();

  for (int i = 0; i < g_menu_model_get_n_items (wording); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new_from_model (wording, i);

      copy_link (wording, i, item, G_MENU_LINK_SECTION, name);
      copy_link (wording, i, item, G_MENU_LINK_SUBMENU, name);
      if (is_of_the_program (wording, i))
        g_menu_item_set_attribute (item, G_MENU_ATTRIBUTE_TARGET, "s", name);
      g_menu_append_item (menu, item);
    }
  return G_MENU_MODEL (menu);
}
