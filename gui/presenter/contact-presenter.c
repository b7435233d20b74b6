// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/presenter/contact-presenter.h"
#include <glib/gi18n-lib.h>
#include <string.h>

struct _SottoContactPresenter
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoPeople *people;
};

G_DEFINE_TYPE (SottoContactPresenter, sotto_contact_presenter, G_TYPE_OBJECT)

static bool *
mark_of (SottoContactPrefs *prefs, SottoMark mark)
{
  switch (mark)
    {
    case SOTTO_MARK_FAVOURITE:
      return &prefs->favourite;
    case SOTTO_MARK_MUTED:
      return &prefs->muted;
    case SOTTO_MARK_BLOCKED:
      return &prefs->blocked;
    case SOTTO_N_MARKS:
      break;
    }
  g_assert_not_reached ();
}

/* What the engine has is what is shown, also after it refused to change it. */
static void
show (SottoContactPresenter *self, const char *name)
{
  SottoPerson *person = sotto_people_find (self->people, name);
  SottoContactPrefs prefs;

  if (!sotto_engine_get_contact_prefs (self->engine, name, &prefs))
    return;
  if (person == NULL && !sotto_contact_prefs_are_set (&prefs))
    return;
  person = sotto_people_ensure (self->people, name);
  sotto_person_set_seen_ms (person, sotto_engine_get_last_seen (self->engine, name));
  sotto_person_set_alias (person, prefs.alias[0] != '\0' ? prefs.alias : NULL);
  for (SottoMark mark = 0; mark < SOTTO_N_MARKS; mark++)
    sotto_person_set_mark (person, mark, *mark_of (&prefs, mark));
}

static void
on_event (SottoEngine *engine, const SottoEvent *event, SottoContactPresenter *self)
{
  g_auto (GStrv) names = NULL;

  if (event->type != SOTTO_EVENT_AUTHENTICATED)
    return;
  names = sotto_engine_dup_contacts (engine);
  for (gsize i = 0; names[i] != NULL; i++)
    show (self, names[i]);
}

static void
sotto_contact_presenter_dispose (GObject *object)
{
  SottoContactPresenter *self = SOTTO_CONTACT_PRESENTER (object);

  g_clear_object (&self->engine);
  g_clear_object (&self->people);
  G_OBJECT_CLASS (sotto_contact_presenter_parent_class)->dispose (object);
}

static void
sotto_contact_presenter_class_init (SottoContactPresenterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_contact_presenter_dispose;
}

static void
sotto_contact_presenter_init (SottoContactPresenter *self)
{
}

SottoContactPresenter *
sotto_contact_presenter_new (SottoEngine *engine, SottoPeople *people)
{
  SottoContactPresenter *self = g_object_new (SOTTO_TYPE_CONTACT_PRESENTER, NULL);

  self->engine = g_object_ref (engine);
  self->people = g_object_ref (people);
  g_signal_connect_object (engine, "event", G_CALLBACK (on_event), self, 0);
  return self;
}

void
sotto_contact_presenter_set_mark (SottoContactPresenter *self,
                                  const char *name,
                                  SottoMark mark,
                                  bool set)
{
  SottoContactPrefs prefs;

  if (!sotto_engine_get_contact_prefs (self->engine, name, &prefs))
    return;
  *mark_of (&prefs, mark) = set;
  sotto_engine_set_contact_prefs (self->engine, name, &prefs);
  show (self, name);
}

const char *
sotto_contact_presenter_set_alias (SottoContactPresenter *self, const char *name, const char *typed)
{
  g_autofree char *alias = g_strstrip (g_strdup (typed));
  SottoContactPrefs prefs;

  if (!sotto_engine_get_contact_prefs (self->engine, name, &prefs))
    return _ ("You are logged out. Log in, then try again.");
  if (g_strlcpy (prefs.alias, alias, sizeof prefs.alias) >= sizeof prefs.alias)
    return _ ("This is too long for an alias. Choose a shorter one.");
  if (!sotto_contact_prefs_are_valid (&prefs))
    return _ ("An alias cannot have invisible or special characters. Choose another one.");
  sotto_engine_set_contact_prefs (self->engine, name, &prefs);
  show (self, name);
  return NULL;
}

SottoPerson *
sotto_contact_presenter_get_person (SottoContactPresenter *self, const char *name)
{
  return sotto_people_ensure (self->people, name);
}

static void
counted_cb (GObject *engine, GAsyncResult *result, gpointer data)
{
  g_autoptr (SottoPerson) person = data;
  const SottoFacts *before = sotto_person_get_facts (person);
  SottoFacts facts = before != NULL ? *before : (SottoFacts){ 0 };

  facts.counted =
      sotto_engine_count_messages_finish (SOTTO_ENGINE (engine), result, &facts.n_messages, NULL);
  sotto_person_set_facts (person, &facts);
}

void
sotto_contact_presenter_look_into (SottoContactPresenter *self, const char *name)
{
  SottoPerson *person = sotto_people_ensure (self->people, name);
  SottoChannelInfo info = { 0 };
  SottoContactPrefs prefs = { 0 };
  SottoFacts facts;

  sotto_engine_get_channel_info (self->engine, name, &info);
  sotto_engine_get_contact_prefs (self->engine, name, &prefs);
  facts = (SottoFacts){ .key_known = info.known,
                        .key_since_ms = info.key_since_ms,
                        .key_changed_ms = info.key_changed_ms,
                        .keeps_nothing = prefs.forget };
  sotto_person_set_facts (person, &facts);
  if (info.known) /* whether it is verified comes with it */
    sotto_engine_show_safety_number (self->engine, name);
  sotto_engine_count_messages_async (self->engine, name, NULL, counted_cb, g_object_ref (person));
}
