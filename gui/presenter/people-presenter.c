// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/presenter/people-presenter.h"

struct _SottoPeoplePresenter
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoPeople *people;
};

G_DEFINE_TYPE (SottoPeoplePresenter, sotto_people_presenter, G_TYPE_OBJECT)

static void
on_authenticated (SottoPeoplePresenter *self, const SottoEvent *event)
{
  sotto_people_set_own_name (self->people, event->peer.str);
  sotto_engine_list (self->engine);
}

static void
on_users (SottoPeoplePresenter *self, const SottoEvent *event)
{
  sotto_people_set_online (self->people, event->names, event->n_names);
}

static void
on_joined (SottoPeoplePresenter *self, const SottoEvent *event)
{
  sotto_people_join (self->people, event->peer.str);
}

static void
on_left (SottoPeoplePresenter *self, const SottoEvent *event)
{
  SottoPerson *person = sotto_people_find (self->people, event->peer.str);

  if (person != NULL)
    sotto_person_set_seen_ms (person, sotto_engine_get_last_seen (self->engine, event->peer.str));
  sotto_people_leave (self->people, event->peer.str);
}

static const struct
{
  SottoEventType type;
  void (*handle) (SottoPeoplePresenter *self, const SottoEvent *event);
} handlers[] = {
  { SOTTO_EVENT_AUTHENTICATED, on_authenticated },
  { SOTTO_EVENT_USERS, on_users },
  { SOTTO_EVENT_JOINED, on_joined },
  { SOTTO_EVENT_LEFT, on_left },
};

static void
on_event (SottoEngine *engine, const SottoEvent *event, SottoPeoplePresenter *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (handlers[i].type == event->type)
      handlers[i].handle (self, event);
}

static void
sotto_people_presenter_dispose (GObject *object)
{
  SottoPeoplePresenter *self = SOTTO_PEOPLE_PRESENTER (object);

  g_clear_object (&self->engine);
  g_clear_object (&self->people);
  G_OBJECT_CLASS (sotto_people_presenter_parent_class)->dispose (object);
}

static void
sotto_people_presenter_class_init (SottoPeoplePresenterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_people_presenter_dispose;
}

static void
sotto_people_presenter_init (SottoPeoplePresenter *self)
{
}

SottoPeoplePresenter *
sotto_people_presenter_new (SottoEngine *engine, SottoPeople *people)
{
  SottoPeoplePresenter *self = g_object_new (SOTTO_TYPE_PEOPLE_PRESENTER, NULL);

  self->engine = g_object_ref (engine);
  self->people = g_object_ref (people);
  g_signal_connect_object (engine, "event", G_CALLBACK (on_event), self, 0);
  return self;
}

void
sotto_people_presenter_filter (SottoPeoplePresenter *self, const char *text)
{
  sotto_people_set_filter (self->people, text);
}

void
sotto_people_presenter_refresh (SottoPeoplePresenter *self)
{
  sotto_engine_list (self->engine);
}
