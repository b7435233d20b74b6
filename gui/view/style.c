// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/style.h"
#include "gui/sotto-resources.h"
#include <handy.h>

#define RESOURCE_BASE "/org/sotto/Sotto"

void
sotto_style_load (GdkScreen *screen)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  g_resources_register (sotto_get_resource ());
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_screen (screen), RESOURCE_BASE "/icons");
  gtk_css_provider_load_from_resource (provider, RESOURCE_BASE "/style.css");
  gtk_style_context_add_provider_for_screen (screen, GTK_STYLE_PROVIDER (provider),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

void
sotto_style_follow_desktop (void)
{
  hdy_style_manager_set_color_scheme (hdy_style_manager_get_default (),
                                      HDY_COLOR_SCHEME_PREFER_LIGHT);
}
