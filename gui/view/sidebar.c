// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/sidebar.h"
#include "gui/view/window-size.h"

#define WIDTH 280

struct _SottoSidebar
{
  GtkStack parent_instance;
};

G_DEFINE_TYPE (SottoSidebar, sotto_sidebar, GTK_TYPE_STACK)

/* Whatever is in it; larger text gets half of what it would like, the rest is the conversation's.
 */
static void
sotto_sidebar_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  double scale = sotto_window_size_text_scale (widget);

  GTK_WIDGET_CLASS (sotto_sidebar_parent_class)->get_preferred_width (widget, minimum, natural);
  *natural = MAX (*minimum, (int)(WIDTH * (1.0 + scale) / 2));
}

static void
sotto_sidebar_class_init (SottoSidebarClass *klass)
{
  GTK_WIDGET_CLASS (klass)->get_preferred_width = sotto_sidebar_get_preferred_width;
}

static void
sotto_sidebar_init (SottoSidebar *self)
{
}
