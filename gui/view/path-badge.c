// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/path-badge.h"
#include "gui/view/accessible.h"
#include "gui/view/app-action.h"
#include "gui/view/let-go.h"
#include "shared/base/limits.h"
#include <glib/gi18n-lib.h>

#define LOOK_AGAIN_S 2

struct _SottoPathBadge
{
  GtkMenuButton parent_instance;
  SottoPerson *person;
  SottoSessionModel *session;
  GtkImage *icon;
  GtkLabel *phrase;
  GtkLabel *explanation;
  GtkPopover *details;
  GtkLabel *title;
  GtkLabel *verified;
  GtkWidget *route; /* what was measured, line by line */
  GtkWidget *theirs_caption, *ours_caption, *round_trip_caption, *key_age_caption;
  GtkLabel *theirs, *ours, *round_trip, *key_age;
  guint look; /* while the details are open */
};

G_DEFINE_TYPE (SottoPathBadge, sotto_path_badge, GTK_TYPE_MENU_BUTTON)

char *
sotto_path_badge_phrase (SottoPerson *person, SottoLink link)
{
  bool verified = sotto_person_get_verified (person);
  bool waits = !sotto_person_get_online (person) || sotto_person_get_waiting (person) > 0;

  if (sotto_person_get_mark (person, SOTTO_MARK_BLOCKED))
    return g_strdup (_ ("Blocked"));
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

typedef struct
{
  const char *icon;
  const char *style; /* NULL = as plain text */
  const char *explanation;
} Look;

static const Look paths[] = {
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

static const Look blocked = { "action-unavailable-symbolic", NULL,
                              N_ ("You receive nothing from them, and send nothing to them, until "
                                  "you unblock them.") };

static void
show_style (SottoPathBadge *self, const char *name)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));

  gtk_style_context_remove_class (style, "direct");
  gtk_style_context_remove_class (style, "alarm");
  if (name != NULL)
    gtk_style_context_add_class (style, name);
}

/* As long as somebody waits for it: "3 s", "12 min", "2 h". Caller frees. */
static char *
format_age (gint64 us)
{
  gint64 s = us / SOTTO_US_PER_S;

  if (s < 60)
    return g_strdup_printf (_ ("%d s ago"), (int)s);
  if (s < 3600)
    return g_strdup_printf (_ ("%d min ago"), (int)(s / 60));
  return g_strdup_printf (_ ("%d h ago"), (int)(s / 3600));
}

static char *
format_round_trip (gint64 us)
{
  if (us <= 0)
    return NULL;
  return us < 10 * SOTTO_US_PER_MS ? g_strdup_printf (_ ("%.1f ms"), (double)us / SOTTO_US_PER_MS)
                                   : g_strdup_printf (_ ("%d ms"), (int)(us / SOTTO_US_PER_MS));
}

/* A line without anything to say is not there. */
static void
show_fact (GtkLabel *label, GtkWidget *caption, const char *text)
{
  bool known = text != NULL && *text != '\0';

  gtk_label_set_label (label, known ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), known);
  gtk_widget_set_visible (caption, known);
}

static void
show_route (SottoPathBadge *self)
{
  const SottoRoute *route = sotto_person_get_route (self->person);
  bool relayed = sotto_person_get_path (self->person) == SOTTO_PATH_RELAYED;
  g_autofree char *rtt = route != NULL ? format_round_trip (route->rtt_us) : NULL;
  g_autofree char *age = route != NULL ? format_age (route->key_age_us) : NULL;

  gtk_widget_set_visible (self->route, route != NULL);
  if (route == NULL)
    return;
  show_fact (self->theirs, self->theirs_caption,
             relayed ? _ ("through the server") : route->theirs);
  show_fact (self->ours, self->ours_caption, route->ours);
  show_fact (self->round_trip, self->round_trip_caption, rtt);
  show_fact (self->key_age, self->key_age_caption, age);
}

static void
show_verified (SottoPathBadge *self)
{
  bool verified = sotto_person_get_verified (self->person);

  gtk_label_set_label (self->verified, verified
                                           ? _ ("You compared safety numbers: it is really them.")
                                           : _ ("Safety numbers were not compared yet."));
  gtk_widget_set_visible (GTK_WIDGET (self->verified),
                          sotto_person_get_path (self->person) != SOTTO_PATH_ALARM);
}

static void
update (SottoPathBadge *self)
{
  const Look *look = sotto_person_get_mark (self->person, SOTTO_MARK_BLOCKED)
                         ? &blocked
                         : &paths[sotto_person_get_path (self->person)];
  g_autofree char *phrase =
      sotto_path_badge_phrase (self->person, sotto_session_model_get_link (self->session));

  gtk_label_set_label (self->phrase, phrase);
  gtk_label_set_label (self->title, phrase);
  gtk_image_set_from_icon_name (self->icon, look->icon, GTK_ICON_SIZE_MENU);
  gtk_label_set_label (self->explanation, _ (look->explanation));
  show_style (self, look->style);
  show_route (self);
  show_verified (self);
  sotto_accessible_set_name (GTK_WIDGET (self), phrase);
}

static gboolean
look_cb (gpointer data)
{
  SottoPathBadge *self = data;

  sotto_app_action (GTK_WIDGET (self), SOTTO_APP_LOOK_INTO, sotto_person_get_name (self->person));
  return G_SOURCE_CONTINUE;
}

static void
on_details_shown (SottoPathBadge *self)
{
  if (self->person == NULL || self->look != 0)
    return;
  look_cb (self);
  self->look = g_timeout_add_seconds (LOOK_AGAIN_S, look_cb, self);
}

static void
on_details_closed (SottoPathBadge *self)
{
  g_clear_handle_id (&self->look, g_source_remove);
}

static void
on_compare (SottoPathBadge *self)
{
  gtk_popover_popdown (self->details);
  sotto_app_action (GTK_WIDGET (self), SOTTO_APP_COMPARE, sotto_person_get_name (self->person));
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
  SottoPathBadge *self = SOTTO_PATH_BADGE (object);

  g_clear_handle_id (&self->look, g_source_remove);
  forget (self);
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
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, details);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, title);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, verified);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, route);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, theirs_caption);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, ours_caption);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, round_trip_caption);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, key_age_caption);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, theirs);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, ours);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, round_trip);
  gtk_widget_class_bind_template_child (widget_class, SottoPathBadge, key_age);
  gtk_widget_class_bind_template_callback (widget_class, on_details_shown);
  gtk_widget_class_bind_template_callback (widget_class, on_details_closed);
  gtk_widget_class_bind_template_callback (widget_class, on_compare);
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
