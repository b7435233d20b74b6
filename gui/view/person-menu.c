// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/person-menu.h"
#include "gui/view/popover-once.h"
#include <stdbool.h>

#define ATTRIBUTE_WHEN "when"

static void
fill_link (GMenuModel *wording, int i, GMenuItem *item, const char *link, SottoPerson *person)
{
  g_autoptr (GMenuModel) linked = g_menu_model_get_item_link (wording, i, link);
  g_autoptr (GMenuModel) filled = linked != NULL ? sotto_person_menu_fill (linked, person) : NULL;

  if (filled != NULL)
    g_menu_item_set_link (item, link, filled);
}

static bool
applies (GMenuModel *wording, int i, SottoPerson *person)
{
  g_autofree char *when = NULL;
  gboolean has;

  if (!g_menu_model_get_item_attribute (wording, i, ATTRIBUTE_WHEN, "s", &when))
    return true;
  g_object_get (person, when[0] == '!' ? when + 1 : when, &has, NULL);
  return has == (when[0] != '!');
}

static bool
is_of_the_program (GMenuModel *wording, int i)
{
  g_autofree char *action = NULL;

  return g_menu_model_get_item_attribute (wording, i, G_MENU_ATTRIBUTE_ACTION, "s", &action)
         && g_str_has_prefix (action, "app.");
}

GMenuModel *
sotto_person_menu_fill (GMenuModel *wording, SottoPerson *person)
{
  GMenu *menu = g_menu_new ();

  for (int i = 0; i < g_menu_model_get_n_items (wording); i++)
    {
      g_autoptr (GMenuItem) item = NULL;

      if (!applies (wording, i, person))
        continue;
      item = g_menu_item_new_from_model (wording, i);
      fill_link (wording, i, item, G_MENU_LINK_SECTION, person);
      fill_link (wording, i, item, G_MENU_LINK_SUBMENU, person);
      if (is_of_the_program (wording, i))
        g_menu_item_set_attribute (item, G_MENU_ATTRIBUTE_TARGET, "s",
                                   sotto_person_get_name (person));
      g_menu_append_item (menu, item);
    }
  return G_MENU_MODEL (menu);
}

GMenuModel *
sotto_person_menu_new (SottoPerson *person)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/org/sotto/Sotto/ui/person-menu.ui");

  return sotto_person_menu_fill (G_MENU_MODEL (gtk_builder_get_object (builder, "person_menu")),
                                 person);
}

void
sotto_person_menu_pop_up (SottoPerson *person, GtkWidget *beside, const GdkRectangle *place)
{
  g_autoptr (GMenuModel) menu = sotto_person_menu_new (person);
  GtkWidget *popover = gtk_popover_new_from_model (beside, menu);

  gtk_popover_set_position (GTK_POPOVER (popover), GTK_POS_BOTTOM);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), place);
  sotto_popover_once (popover);
  gtk_popover_popup (GTK_POPOVER (popover));
}
