// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The one signal: events wait in a queue until the turn is settled, in the order in which they came
 * about, and between them the answers that are due once they were handled.
 */
#include "shared/client/engine-private.h"

#include "shared/client/sentences.h"
#include <string.h>

#define SIGNAL "event"

/* What a safety number is made of. Their half takes a millisecond or two, so that it is made when
 * the event is told: by then the datagrams of that turn have left. */
typedef struct
{
  char own_half[SOTTO_SAFETY_HALF_LEN + 1];
  SottoKey peer;
} Numbering;

/* An event, or the answer that is due when all handlers of those before it returned. */
typedef struct
{
  SottoEvent *event;
  Numbering *numbering; /* of a CHANNEL, NULL = it has no number */
  SottoName answer_to;
  SottoId answer_id;
  uint64_t place;
} QueuedEvent;

void
sotto_engine_events_class_init (SottoEngineClass *klass)
{
  g_signal_new (SIGNAL, SOTTO_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_POINTER);
}

static void
queued_free (gpointer data)
{
  QueuedEvent *queued = data;

  sotto_event_free (queued->event);
  g_free (queued->numbering);
  g_free (queued);
}

static void
queue_event (SottoEngine *self, QueuedEvent *queued)
{
  g_queue_push_tail (&self->events, queued);
  sotto_engine_wake (self);
}

void
sotto_engine_emit (SottoEngine *self, const SottoEvent *event)
{
  QueuedEvent *queued = g_new0 (QueuedEvent, 1);

  queued->event = sotto_event_copy (event);
  queue_event (self, queued);
}

/* Of who is logged in: made at the login, and then with each other key. */
const char *
sotto_engine_get_own_half (SottoEngine *self)
{
  const SottoKey *own = &sotto_vault_get_identity (self->vault)->public;

  if (self->own_half[0] == '\0' || memcmp (&self->halved, own, sizeof *own) != 0
      || !g_str_equal (self->halved_name.str, self->login.name.str))
    {
      self->halved = *own;
      self->halved_name = self->login.name;
      sotto_safety_number_half (&self->login.name, own, self->own_half);
    }
  return self->own_half;
}

void
sotto_engine_emit_numbered (SottoEngine *self, const SottoEvent *event, const SottoKey *identity)
{
  QueuedEvent *queued = g_new0 (QueuedEvent, 1);

  queued->event = sotto_event_copy (event);
  queued->numbering = g_new0 (Numbering, 1);
  memcpy (queued->numbering->own_half, sotto_engine_get_own_half (self), SOTTO_SAFETY_HALF_LEN + 1);
  queued->numbering->peer = *identity;
  queue_event (self, queued);
}

void
sotto_engine_emit_simple (SottoEngine *self, SottoEventType type, const SottoName *peer)
{
  SottoEvent event = { .type = type };

  if (peer != NULL)
    event.peer = *peer;
  sotto_engine_emit (self, &event);
}

void
sotto_engine_emit_error (SottoEngine *self, const char *code, const char *text)
{
  SottoEvent event = { .type = SOTTO_EVENT_ERROR,
                       .code = code,
                       .text = text != NULL ? text : sotto_sentence (code) };

  sotto_engine_emit (self, &event);
}

void
sotto_engine_emit_message_error (SottoEngine *self,
                                 const char *code,
                                 const SottoName *to,
                                 const SottoId *id)
{
  SottoEvent event = { .type = SOTTO_EVENT_ERROR,
                       .code = code,
                       .text = sotto_sentence (code),
                       .peer = *to,
                       .has_id = id != NULL };

  if (id != NULL)
    event.id = *id;
  sotto_engine_emit (self, &event);
}

void
sotto_engine_emit_answer (SottoEngine *self,
                          const SottoName *peer,
                          const SottoId *id,
                          uint64_t place)
{
  QueuedEvent *queued = g_new0 (QueuedEvent, 1);

  queued->answer_to = *peer;
  queued->answer_id = *id;
  queued->place = place;
  queue_event (self, queued);
}

static void
make_their_half (SottoEngine *self, const QueuedEvent *queued, char *out)
{
  const SottoName *name = &queued->event->peer;
  const SottoKey *key = &queued->numbering->peer;

  if (self->halving != NULL && sotto_halving_is_of (self->halving, name, key))
    sotto_halving_finish (g_steal_pointer (&self->halving), out);
  else
    sotto_safety_number_half (name, key, out);
}

/* Remembered with the contact, if it is still the one of that key. */
static void
number_event (SottoEngine *self, QueuedEvent *queued)
{
  const Numbering *of = queued->numbering;
  SottoContact *contact = sotto_engine_get_contact (self, &queued->event->peer, false);
  char their_half[SOTTO_SAFETY_HALF_LEN + 1], number[SOTTO_SAFETY_NUMBER_LEN + 1];

  if (contact != NULL && contact->safety_number[0] != '\0'
      && memcmp (&contact->numbered, &of->peer, sizeof of->peer) == 0)
    {
      queued->event->safety_number = g_strdup (contact->safety_number);
      return;
    }
  make_their_half (self, queued, their_half);
  sotto_safety_number_join (of->own_half, their_half, number);
  queued->event->safety_number = g_strdup (number);
  if (contact == NULL)
    return;
  contact->numbered = of->peer;
  memcpy (contact->safety_number, number, sizeof number);
}

void
sotto_engine_emit_queued (SottoEngine *self)
{
  QueuedEvent *queued;

  while ((queued = g_queue_pop_head (&self->events)) != NULL)
    {
      if (queued->numbering != NULL)
        number_event (self, queued);
      if (queued->event != NULL)
        g_signal_emit (self, g_signal_lookup (SIGNAL, SOTTO_TYPE_ENGINE), 0, queued->event);
      else
        sotto_engine_answer (self, &queued->answer_to, &queued->answer_id, queued->place);
      queued_free (queued);
    }
}

void
sotto_engine_drop_events (SottoEngine *self)
{
  g_queue_clear_full (&self->events, queued_free);
}

static bool
is_stored (SottoEventType type)
{
  return type == SOTTO_EVENT_MESSAGE || type == SOTTO_EVENT_EDITED || type == SOTTO_EVENT_DELETED
         || type == SOTTO_EVENT_REACTED;
}

/* A message and its answer stand side by side: an answer at the head is of the one whose handlers
 * run now. */
void
sotto_engine_drop_messages (SottoEngine *self)
{
  QueuedEvent *head = g_queue_peek_head (&self->events);
  GList *next;

  if (head != NULL && head->place != 0)
    sotto_history_set_told (self->history, head->place);
  for (GList *link = self->events.head; link != NULL; link = next)
    {
      QueuedEvent *queued = link->data;
      next = link->next;
      if (queued->event != NULL && !is_stored (queued->event->type))
        continue;
      g_queue_delete_link (&self->events, link);
      queued_free (queued);
    }
}
