// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a person sees and does, as far as the other side may know: read marks and typing. How far
 * was read is kept on the disk either way; only what was shown to the peer is repeated to them.
 */
#include "shared/client/engine-private.h"

#include "shared/base/text.h"
#include "shared/client/history-marks.h"

static SottoAttention *
get_reader (SottoEngine *self, const SottoName *name)
{
  SottoAttention *reader = g_hash_table_lookup (self->readers, name->str);

  if (reader == NULL)
    {
      reader = g_new0 (SottoAttention, 1);
      reader->name = *name;
      g_hash_table_insert (self->readers, reader->name.str, reader);
    }
  return reader;
}

void
sotto_engine_reading_begin (SottoEngine *self)
{
  GPtrArray *kept = sotto_history_get_marks (self->history);

  for (guint i = 0; i < kept->len; i++)
    {
      const SottoHistoryMark *mark = kept->pdata[i];
      SottoAttention *reader = get_reader (self, &mark->peer);
      reader->has_shown = true;
      reader->shown = mark->shown;
    }
}

void
sotto_engine_reading_end (SottoEngine *self)
{
  g_hash_table_remove_all (self->readers);
}

void
sotto_engine_set_notices (SottoEngine *self, bool read_marks, bool typing)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  self->no_read_marks = !read_marks;
  self->no_typing = !typing;
}

/* --- Read marks --- */

static void
send_read (SottoEngine *self, SottoContact *contact, const SottoId *id)
{
  SottoMessage read = { .type = SOTTO_MESSAGE_READ, .id = *id };

  if (contact == NULL || contact->open == NULL || self->no_read_marks)
    return;
  sotto_line_write (contact->open, &read, sotto_engine_now (self));
  sotto_engine_wake (self);
}

void
sotto_engine_repeat_read (SottoEngine *self, SottoContact *contact)
{
  const SottoAttention *reader = g_hash_table_lookup (self->readers, contact->name.str);

  if (reader != NULL && reader->has_shown)
    send_read (self, contact, &reader->shown);
}

static void
on_marked (GObject *engine, GAsyncResult *result, gpointer unused)
{
  SottoEngine *self = SOTTO_ENGINE (engine);
  const SottoHistoryMarkRead *work = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), NULL) || !work->is_news || !work->shows)
    return;
  SottoAttention *reader = get_reader (self, &work->peer);
  reader->has_shown = true;
  reader->shown = work->id;
  send_read (self, sotto_engine_get_contact (self, &work->peer, false), &work->id);
}

void
sotto_engine_mark_read (SottoEngine *self, const char *peer, const SottoId *id)
{
  SottoName name;

  g_return_if_fail (SOTTO_IS_ENGINE (self));
  if (!self->history_runs || sotto_engine_refuse_peer (self, peer, &name) != NULL)
    return;
  GTask *task = g_task_new (self, NULL, on_marked, NULL);
  g_task_set_task_data (task, sotto_history_mark_read_new (&name, id, !self->no_read_marks),
                        g_free);
  sotto_history_run (self->history, task);
}

/* --- Typing --- */

static void
tell_typing (SottoEngine *self, const SottoAttention *reader)
{
  SottoEvent event = { .type = SOTTO_EVENT_TYPING,
                       .peer = reader->name,
                       .active = reader->typing.told };

  sotto_engine_emit (self, &event);
}

static void
hear (SottoEngine *self, SottoAttention *reader, bool active)
{
  if (sotto_typing_hear (&reader->typing, active, sotto_engine_now (self)))
    tell_typing (self, reader);
  self->typing_deadline = MIN (self->typing_deadline, sotto_typing_deadline (&reader->typing));
}

void
sotto_engine_on_notice (SottoEngine *self, SottoContact *contact, SottoNotice notice)
{
  hear (self, get_reader (self, &contact->name), notice == SOTTO_NOTICE_TYPING);
}

void
sotto_engine_stop_typing (SottoEngine *self, SottoContact *contact)
{
  SottoAttention *reader = g_hash_table_lookup (self->readers, contact->name.str);

  if (reader == NULL)
    return;
  reader->typing.said = false;
  if (reader->typing.heard)
    hear (self, reader, false);
}

void
sotto_engine_tick_reading (SottoEngine *self, gint64 now)
{
  GHashTableIter iter;
  gpointer value;

  if (now < self->typing_deadline)
    return;
  self->typing_deadline = G_MAXINT64;
  g_hash_table_iter_init (&iter, self->readers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SottoAttention *reader = value;
      if (now >= sotto_typing_deadline (&reader->typing)
          && sotto_typing_tick (&reader->typing, now))
        tell_typing (self, reader);
      self->typing_deadline = MIN (self->typing_deadline, sotto_typing_deadline (&reader->typing));
    }
}

void
sotto_engine_set_typing (SottoEngine *self, const char *peer, bool active)
{
  gint64 now = sotto_engine_now (self);
  SottoName name;

  g_return_if_fail (SOTTO_IS_ENGINE (self));
  if (sotto_engine_refuse_peer (self, peer, &name) != NULL)
    return;
  SottoContact *contact = sotto_engine_get_contact (self, &name, false);
  if (contact == NULL || contact->open == NULL)
    return;
  SottoAttention *reader = get_reader (self, &name);
  if (!sotto_typing_say (&reader->typing, active && !self->no_typing, now))
    return;
  sotto_channel_notice (contact->open->channel,
                        active && !self->no_typing ? SOTTO_NOTICE_TYPING : SOTTO_NOTICE_STOPPED,
                        now);
  sotto_engine_wake (self);
}
