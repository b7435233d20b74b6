// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The one signal: events wait in a queue until the turn is settled, in the order in which they came
 * about, and between them the answers that are due once they were handled.
 */
#include "shared/client/engine-private.h"

#include "shared/client/sentences.h"

#define SIGNAL "event"

/* An event, or the answer that is due when all handlers of those before it returned. */
typedef struct
{
  SottoEvent *event;
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

void
sotto_engine_emit_queued (SottoEngine *self)
{
  QueuedEvent *queued;

  while ((queued = g_queue_pop_head (&self->events)) != NULL)
    {
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
      if (queued->event != NULL && queued->event->type != SOTTO_EVENT_MESSAGE)
        continue;
      g_queue_delete_link (&self->events, link);
      queued_free (queued);
    }
}
