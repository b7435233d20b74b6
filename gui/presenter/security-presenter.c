// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/presenter/security-presenter.h"
#include "config.h"
#include "gui/presenter/sentences.h"
#include <glib/gi18n-lib.h>
#include <string.h>

struct _SottoSecurityPresenter
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoPeople *people;
  SottoComparison *comparison; /* NULL until somebody compares */
};

G_DEFINE_TYPE (SottoSecurityPresenter, sotto_security_presenter, G_TYPE_OBJECT)

static const char *
peer_of (SottoComparison *comparison)
{
  return sotto_person_get_name (sotto_comparison_get_person (comparison));
}

static bool
is_running (SottoSecurityPresenter *self)
{
  return self->comparison != NULL
         && sotto_comparison_get_state (self->comparison) == SOTTO_COMPARISON_RUNNING;
}

static void
on_channel (SottoSecurityPresenter *self, const SottoEvent *event)
{
  SottoPerson *person = sotto_people_find (self->people, event->peer.str);

  /* What was measured of an earlier channel is not true of this one. */
  if (person != NULL && event->channel_state != SOTTO_PEER_CHANNEL_OPEN)
    sotto_person_set_route (person, NULL);
  if (is_running (self) && event->verified
      && strcmp (event->peer.str, peer_of (self->comparison)) == 0)
    sotto_comparison_set_state (self->comparison, SOTTO_COMPARISON_AGREED, NULL);
}

/* Of the two safety numbers only the words here tell what to do. */
static const char *
sentence_for (const SottoEvent *event)
{
  if (g_strcmp0 (event->code, "mismatch") == 0)
    return _ ("These numbers differ. Do not go on: somebody may stand between you, or their key "
              "changed once more.");
  return sotto_sentence_for_code (event->code, event->text);
}

/* These answer a comparison; errors of messages have an id, those of other requests come with no
 * comparison running. */
static void
on_error (SottoSecurityPresenter *self, const SottoEvent *event)
{
  static const char *const codes[] = { "mismatch", "not_found", "not_authenticated", "io", NULL };

  if (is_running (self) && !event->has_id && event->code != NULL
      && g_strv_contains (codes, event->code))
    sotto_comparison_set_state (self->comparison, SOTTO_COMPARISON_FAILED, sentence_for (event));
}

static void
on_event (SottoEngine *engine, const SottoEvent *event, SottoSecurityPresenter *self)
{
  if (event->type == SOTTO_EVENT_CHANNEL)
    on_channel (self, event);
  else if (event->type == SOTTO_EVENT_ERROR)
    on_error (self, event);
}

static void
sotto_security_presenter_dispose (GObject *object)
{
  SottoSecurityPresenter *self = SOTTO_SECURITY_PRESENTER (object);

  g_clear_object (&self->comparison);
  g_clear_object (&self->engine);
  g_clear_object (&self->people);
  G_OBJECT_CLASS (sotto_security_presenter_parent_class)->dispose (object);
}

static void
sotto_security_presenter_class_init (SottoSecurityPresenterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_security_presenter_dispose;
}

static void
sotto_security_presenter_init (SottoSecurityPresenter *self)
{
}

SottoSecurityPresenter *
sotto_security_presenter_new (SottoEngine *engine, SottoPeople *people)
{
  SottoSecurityPresenter *self = g_object_new (SOTTO_TYPE_SECURITY_PRESENTER, NULL);

  self->engine = g_object_ref (engine);
  self->people = g_object_ref (people);
  g_signal_connect_object (engine, "event", G_CALLBACK (on_event), self, 0);
  return self;
}

/* Asked only when there is an answer: not to know a key is no error of anybody's. */
static bool
show_number (SottoSecurityPresenter *self, const char *name, SottoChannelInfo *info)
{
  if (!sotto_engine_get_channel_info (self->engine, name, info) || !info->known)
    return false;
  sotto_engine_show_safety_number (self->engine, name);
  return true;
}

void
sotto_security_presenter_look_into (SottoSecurityPresenter *self, const char *name)
{
  SottoPerson *person = sotto_people_ensure (self->people, name);
  SottoChannelInfo info;
  SottoRoute route;

  if (!show_number (self, name, &info) || !info.open)
    {
      sotto_person_set_route (person, NULL);
      return;
    }
  route = (SottoRoute){ .rtt_us = info.rtt_us, .key_age_us = info.key_age_us };
  g_strlcpy (route.theirs, info.peer_address, sizeof route.theirs);
  g_strlcpy (route.ours, info.own_address, sizeof route.ours);
  sotto_person_set_route (person, &route);
}

SottoComparison *
sotto_security_presenter_compare (SottoSecurityPresenter *self, const char *name)
{
  SottoChannelInfo info;

  g_clear_object (&self->comparison);
  self->comparison = sotto_comparison_new (sotto_people_ensure (self->people, name));
  show_number (self, name, &info);
  return self->comparison;
}

void
sotto_security_presenter_verify (SottoSecurityPresenter *self,
                                 SottoComparison *comparison,
                                 const char *number)
{
  if (comparison != self->comparison || is_running (self))
    return;
  sotto_comparison_set_state (comparison, SOTTO_COMPARISON_RUNNING, NULL);
  sotto_engine_verify (self->engine, peer_of (comparison), number);
}
