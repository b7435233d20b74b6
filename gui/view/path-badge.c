// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/path-badge.h"
#include "gui/view/accessible.h"
#include "gui/view/let-go.h"
#include <glib/gi18n-lib.h>

struct _SottoPathBadge
{
  GtkMenuButton parent_instance;
  SottoPerson *person;
  SottoSessionModel *session;
  GtkImage *icon;
  GtkLabel *phrase;
  GtkLabel *explanation;
  GtkWidget *safety;
  GtkLabel *safety_number;
};

G_DEFINE_TYPE (SottoPathBadge, sotto_path_badge, GTK_TYPE_MENU_BUTTON)

char *
sotto_path_badge_phrase (SottoPerson *person, SottoLink link)
{
  bool verified = sotto_person_get_verified (person);
  bool waits = !sotto_person_get_online (person) || sotto_person_get_waiting (person) > 0;

  switch (sotto_person_get_path (person))
    {
    case SOTTO_PATH_ALARM:
      return g_strdup (_ ("Their key changed"));
    case SOTTO_PATH_DIRECT:
      if (link != SOTTO_LINK_UP)
        return g_strdup (_ ("Server offline, this conversation still works"));
      return g_strdup (verified ? _ ("Direct · verified") : _ ("Direct · not verified yet"));
    case SOTTO_PATH_RELAYED:
      return g_strdup (verified ? _ ("Relayed · verified") : _ ("Relayed · not verified yet"));
    case SOTTO_PATH_NONE:
      break;
    }
  if (link != SOTTO_LINK_UP)
    return g_strdup (_ ("Server offline"));
  if (waits)
    return g_strdup_printf (_ ("Waiting for %s"), sotto_person_get_name (person));
  return g_strdup (_ ("Connects when you write"));
}

static const struct
{
  const char *icon;
  const char *style; /* NULL = as plain text */
  const char *explanation;
} paths[] = {
  [SOTTO_PATH_NONE] = { "sotto-queued-symbolic", NULL,
                        N_ ("There is no connection now. What you write waits on this computer and "
                            "leaves when you are both here.") },
  [SOTTO_PATH_DIRECT] = { "sotto-direct-symbolic", "direct",
                          N_ ("Your words go straight from this computer to theirs. Only the two "
                              "of "
                              "you can read them.") },
  [SOTTO_PATH_RELAYED] = { "sotto-relayed-symbolic", "direct",
                           N_ ("No straight way was found, so the server passes your words on. "
                               "Only "
                               "the two of you can read them.") },
  [SOTTO_PATH_ALARM] = { "sotto-failed-symbolic", "alarm",
                         N_ ("They have a new device, or somebody poses as them. Nothing is sent "
                             "until you compared safety numbers.") },
};

static void
show_style (SottoPathBadge *self, const char *name)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));

  gtk_style_context_remove_class (style, "direct");
  gtk_style_context_remove_class (style, "alarm");
  if (name != NULL)
    gtk_style_context_add_class (style, name);
}

/* Twelve groups in rows of four, as they are read out. */
static char *
wrap_safety_number (const char *number)
{
  g_auto (GStrv) groups = g_strsplit (number, " ", -1);
  GString *text = g_string_new (NULL);

  for (int i = 0; groups[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (text, i % 4 == 0 ? '\n' : ' ');
      g_string_append (text, groups[i]);
    }
  return g_string_free (text, FALSE);
}

static void
show_safety_number (SottoPathBadge *self)
{
  const char *number = sotto_person_get_safety_number (self->person);

  gtk_widget_set_visible (self->safety, number != NULL);
  if (number != NULL)
    {
      g_autofree char *wrapped = wrap_safety_number (number);

      gtk_label_set_label (self->safety_number, wrapped);
    }
}

static void
update (SottoPathBadge *self)
{
  SottoPath path = sotto_person_get_path (self->person);
  g_autofree char *phrase =
      sotto_path_badge_phrase (self->person, sotto_session_model_get_link (self->session));

  gtk_label_set_label (self->phrase, phrase);
  gtk_image_set_from_icon_name (self->icon, paths[path].icon, GTK_ICON_SIZE_MENU);
  gtk_label_set_label (self->explanation, _ (paths[path].explanation));
  show_style (self, paths[path].style);
  show_safety_number (self);
  sotto_accessible_set_name (GTK_WIDGET (self), phrase);
}

static void
forget (SottoPathBadge *self)
{
  sotto_widget_let_go (&self->person, self);
  sotto_widget_let_go (&self->session, self);
}

static void
sotto_path_badge_dispose (GObject *object)
{
  forget (SOTTO_PATH_BADGE (object));
  G_OBJECT_CLASS (sotto_path_badge_parent_class)->dispose (object);
}

static void
sotto_path_badge_class_init (SottoPathBadgeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_path_badge_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/path-badge.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, icon);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, phrase);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, explanation);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, safety);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, safety_number);
}

static void
sotto_path_badge_init (SottoPathBadge *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
sotto_path_badge_show_person (SottoPathBadge *self, SottoPerson *person, SottoSessionModel *session)
{
  forget (self);
  self->person = g_object_ref (person);
  self->session = g_object_ref (session);
  g_signal_connect_object (person, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
