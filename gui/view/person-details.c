// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/person-details.h"
#include "gui/view/accessible.h"
#include "gui/view/app-action.h"
#include "gui/view/format.h"
#include "gui/view/let-go.h"
#include "gui/view/window-size.h"
#include <glib/gi18n-lib.h>
#include <handy.h>

static char *say_username (SottoPerson *person);
static char *say_presence (SottoPerson *person);
static char *say_settled (SottoPerson *person);
static char *say_safety_number (SottoPerson *person);
static char *say_key_since (SottoPerson *person);
static char *say_key_changed (SottoPerson *person);
static char *say_kept (SottoPerson *person);

/* say: NULL = there is nothing to say, and no row. */
static const struct
{
  const char *title;
  char *(*say) (SottoPerson *person);
} facts[] = {
  { N_ ("Username"), say_username },
  { N_ ("Presence"), say_presence },
  { N_ ("You settled"), say_settled },
  { N_ ("Safety number"), say_safety_number },
  { N_ ("This key is known since"), say_key_since },
  { N_ ("You accepted a new key"), say_key_changed },
  { N_ ("Kept on this computer"), say_kept },
};

struct _SottoPersonDetails
{
  GtkDialog parent_instance;
  SottoPerson *person;
  HdyAvatar *avatar;
  GtkLabel *name;
  GtkListBox *list;
  GtkWidget *rows[G_N_ELEMENTS (facts)];
};

G_DEFINE_TYPE (SottoPersonDetails, sotto_person_details, GTK_TYPE_DIALOG)

/* The heading has the alias, where there is one. */
static char *
say_username (SottoPerson *person)
{
  return sotto_person_get_alias (person) != NULL ? g_strdup (sotto_person_get_name (person)) : NULL;
}

static char *
say_presence (SottoPerson *person)
{
  char *seen = sotto_format_person_seen (person);

  if (seen != NULL)
    return seen;
  return g_strdup (sotto_person_get_online (person) ? _ ("Online") : _ ("Offline"));
}

static char *
say_settled (SottoPerson *person)
{
  GString *marks = g_string_new (NULL);

  for (SottoMark mark = 0; mark < SOTTO_N_MARKS; mark++)
    if (sotto_person_get_mark (person, mark))
      g_string_append_printf (marks, "%s%s", marks->len > 0 ? ", " : "", sotto_format_mark (mark));
  return g_string_free (marks, marks->len == 0);
}

static char *
say_safety_number (SottoPerson *person)
{
  const SottoFacts *kept = sotto_person_get_facts (person);

  if (sotto_person_get_path (person) == SOTTO_PATH_ALARM)
    return g_strdup (
        _ ("The key of this person has changed. Nothing is sent until you have compared "
           "safety numbers."));
  if (sotto_person_get_verified (person))
    return g_strdup (_ ("You compared safety numbers: it is really them."));
  if (kept != NULL && kept->key_known)
    return g_strdup (_ ("Safety numbers were not compared yet."));
  return g_strdup (_ ("No key is known yet. It comes with the first conversation."));
}

static char *
say_day (gint64 unix_ms)
{
  return unix_ms != 0 ? sotto_format_day (unix_ms, g_get_real_time () / 1000) : NULL;
}

static char *
say_key_since (SottoPerson *person)
{
  const SottoFacts *kept = sotto_person_get_facts (person);

  return kept != NULL ? say_day (kept->key_since_ms) : NULL;
}

static char *
say_key_changed (SottoPerson *person)
{
  const SottoFacts *kept = sotto_person_get_facts (person);

  return kept != NULL ? say_day (kept->key_changed_ms) : NULL;
}

static char *
say_kept (SottoPerson *person)
{
  const SottoFacts *kept = sotto_person_get_facts (person);

  if (kept == NULL || !kept->counted)
    return NULL;
  if (kept->keeps_nothing)
    return g_strdup_printf (ngettext ("%u message; what comes is not kept",
                                      "%u messages; what comes is not kept", kept->n_messages),
                            kept->n_messages);
  return g_strdup_printf (ngettext ("%u message", "%u messages", kept->n_messages),
                          kept->n_messages);
}

static void
show_fact (GtkWidget *row, const char *title, const char *text)
{
  g_autofree char *sentence = g_strdup_printf ("%s: %s", title, text != NULL ? text : "");

  gtk_widget_set_visible (row, text != NULL);
  hdy_action_row_set_subtitle (HDY_ACTION_ROW (row), text);
  /* In one sentence for whoever listens. */
  sotto_accessible_set_name (row, sentence);
}

static void
update (SottoPersonDetails *self)
{
  g_autofree char *shown = sotto_format_one_line (sotto_person_get_shown_name (self->person));

  hdy_avatar_set_text (self->avatar, sotto_person_get_name (self->person));
  gtk_label_set_label (self->name, shown);
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      g_autofree char *text = facts[i].say (self->person);

      show_fact (self->rows[i], _ (facts[i].title), text);
    }
}

static void
on_compare (SottoPersonDetails *self)
{
  GtkWidget *parent = GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (self)));
  g_autofree char *name = g_strdup (sotto_person_get_name (self->person));

  gtk_widget_destroy (GTK_WIDGET (self));
  if (parent != NULL)
    sotto_app_action (parent, SOTTO_APP_COMPARE, name);
}

static void
sotto_person_details_dispose (GObject *object)
{
  SottoPersonDetails *self = SOTTO_PERSON_DETAILS (object);

  sotto_widget_let_go (&self->person, self);
  G_OBJECT_CLASS (sotto_person_details_parent_class)->dispose (object);
}

static void
sotto_person_details_class_init (SottoPersonDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_person_details_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/sotto/Sotto/ui/person-details.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoPersonDetails, avatar);
  gtk_widget_class_bind_template_child (widget_class, SottoPersonDetails, name);
  gtk_widget_class_bind_template_child (widget_class, SottoPersonDetails, list);
  gtk_widget_class_bind_template_callback (widget_class, on_compare);
}

static void
sotto_person_details_init (SottoPersonDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sotto_window_size_fit_text (GTK_WINDOW (self));
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      self->rows[i] = g_object_new (HDY_TYPE_ACTION_ROW, "title", _ (facts[i].title), "title-lines",
                                    0, "subtitle-lines", 0, "activatable", FALSE, "selectable",
                                    FALSE, "no-show-all", TRUE, NULL);
      gtk_container_add (GTK_CONTAINER (self->list), self->rows[i]);
    }
  g_signal_connect (self, "response", G_CALLBACK (gtk_widget_destroy), NULL);
}

SottoPersonDetails *
sotto_person_details_new (GtkWindow *parent, SottoPerson *person)
{
  SottoPersonDetails *self = g_object_new (SOTTO_TYPE_PERSON_DETAILS, "transient-for", parent,
                                           "use-header-bar", TRUE, NULL);

  self->person = g_object_ref (person);
  g_signal_connect_object (person, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return self;
}
