// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What is kept here and for how long: drafts, which are written a second after a person paused or
 * went on, and the end of messages, by age or by wish.
 */
#include "shared/client/engine-files-private.h"

#include "shared/base/text.h"
#include "shared/client/history-drafts.h"
#include "shared/client/history-forget.h"
#include "shared/client/history-lists.h"
#include <string.h>

#define DRAFT_WAIT   (1 * SOTTO_US_PER_S)
#define EXPIRE_EVERY (3600 * SOTTO_US_PER_S)
#define DAY_MS       (G_GUINT64_CONSTANT (86400) * 1000)

static void
text_free (gpointer text)
{
  if (text != NULL)
    sotto_secret_wipe (text, strlen (text));
  g_free (text);
}

void
sotto_engine_keeping_init (SottoEngine *self)
{
  self->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, text_free);
  self->changed_drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->drafts_at = self->expire_at = G_MAXINT64;
}

void
sotto_engine_keeping_clear (SottoEngine *self)
{
  g_hash_table_unref (self->drafts);
  g_hash_table_unref (self->changed_drafts);
}

/* --- Drafts --- */

static void
write_drafts (SottoEngine *self)
{
  GHashTableIter iter;
  gpointer key;

  self->drafts_at = G_MAXINT64;
  g_hash_table_iter_init (&iter, self->changed_drafts);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const char *text = g_hash_table_lookup (self->drafts, key);
      SottoName name;
      if (!sotto_name_parse (key, strlen (key), &name))
        continue;
      GTask *task = g_task_new (NULL, NULL, NULL, NULL);
      g_task_set_task_data (task, sotto_history_set_draft_new (&name, text != NULL ? text : ""),
                            sotto_history_draft_work_free);
      sotto_history_run (self->history, task);
    }
  g_hash_table_remove_all (self->changed_drafts);
}

/* In whole characters. */
static char *
cut_draft (const char *text)
{
  gsize n = strlen (text);
  const char *end = text + MIN (n, SOTTO_DRAFT_MAX);

  if (n > SOTTO_DRAFT_MAX)
    end = g_utf8_find_prev_char (text, end + 1);
  return g_strndup (text, (gsize)(end - text));
}

void
sotto_engine_set_draft (SottoEngine *self, const char *peer, const char *text)
{
  SottoName name;

  g_return_if_fail (SOTTO_IS_ENGINE (self));
  if (!self->history_runs || sotto_engine_refuse_peer (self, peer, &name) != NULL
      || (text != NULL && !g_utf8_validate (text, -1, NULL)))
    return;
  const char *old = g_hash_table_lookup (self->drafts, name.str);
  g_autofree char *new = cut_draft (text != NULL ? text : "");
  if (g_str_equal (old != NULL ? old : "", new))
    return;
  if (*new == '\0')
    g_hash_table_remove (self->drafts, name.str);
  else
    g_hash_table_replace (self->drafts, g_strdup (name.str), g_steal_pointer (&new));
  if (sotto_engine_is_fleeting (self, &name))
    return;
  g_hash_table_add (self->changed_drafts, g_strdup (name.str));
  self->drafts_at = MIN (self->drafts_at, sotto_engine_now (self) + DRAFT_WAIT);
  sotto_engine_wake (self);
}

const char *
sotto_engine_get_draft (SottoEngine *self, const char *peer)
{
  SottoName name;

  g_return_val_if_fail (SOTTO_IS_ENGINE (self), NULL);
  return sotto_name_from_typed (peer, &name) ? g_hash_table_lookup (self->drafts, name.str) : NULL;
}

/* --- Age --- */

static void
on_expired (GObject *engine, GAsyncResult *result, gpointer unused)
{
  SottoEngine *self = SOTTO_ENGINE (engine);
  SottoHistoryWork *work = g_task_get_task_data (G_TASK (result));
  SottoEvent event = { .type = SOTTO_EVENT_EXPIRED,
                       .sent_ms = (gint64)sotto_history_expire_get_before (work) };

  if (g_task_propagate_boolean (G_TASK (result), NULL) && self->history_runs)
    sotto_engine_emit (self, &event);
}

static void
expire (SottoEngine *self)
{
  uint64_t now_ms = (uint64_t)sotto_clock_unix_ms (self->clock);
  uint64_t age_ms = self->retention_days * DAY_MS;

  self->expire_at = G_MAXINT64;
  if (self->retention_days == 0 || !self->history_runs)
    return;
  self->expire_at = sotto_engine_now (self) + EXPIRE_EVERY;
  GTask *task = g_task_new (self, NULL, on_expired, NULL);
  g_task_set_task_data (task, sotto_history_expire_new (now_ms - MIN (age_ms, now_ms)),
                        sotto_history_list_free);
  sotto_history_run (self->history, task);
}

void
sotto_engine_set_retention_days (SottoEngine *self, guint days)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  self->retention_days = days;
  expire (self);
}

/* --- Wish --- */

static void
drop_waiting (const SottoName *peer, uint64_t place, gpointer engine)
{
  SottoContact *contact = sotto_engine_get_contact (engine, peer, false);

  if (contact != NULL)
    sotto_outbox_forget (contact->outbox, place);
}

static void
on_forgotten (GObject *engine, GAsyncResult *result, gpointer unused)
{
  SottoEngine *self = SOTTO_ENGINE (engine);

  if (!g_task_propagate_boolean (G_TASK (result), NULL) || !self->history_runs)
    return;
  sotto_history_forget_foreach (g_task_get_task_data (G_TASK (result)), drop_waiting, self);
  sotto_engine_wake (self);
}

static void
forget_drafts (SottoEngine *self, const SottoName *peer)
{
  if (peer == NULL)
    {
      g_hash_table_remove_all (self->drafts);
      g_hash_table_remove_all (self->changed_drafts);
      return;
    }
  g_hash_table_remove (self->drafts, peer->str);
  g_hash_table_remove (self->changed_drafts, peer->str);
}

/* Those on their way end, and leave nothing but their ids. peer NULL = of all. */
static void
end_files (SottoEngine *self, const SottoName *peer)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      const SottoTransfer *transfer = &((SottoFile *)value)->transfer;
      if (transfer->state != SOTTO_TRANSFER_ENDED
          && (peer == NULL || g_str_equal (peer->str, transfer->peer.str)))
        g_ptr_array_add (open, value);
    }
  for (guint i = 0; i < open->len; i++)
    {
      SottoFile *file = open->pdata[i];
      file->fleeting = true;
      sotto_file_end (file, SOTTO_REFUSE_CANCELLED, true);
    }
}

void
sotto_engine_forget_conversation (SottoEngine *self, const char *peer)
{
  SottoName name;

  g_return_if_fail (SOTTO_IS_ENGINE (self));
  if (!self->history_runs || (peer != NULL && !sotto_name_from_typed (peer, &name)))
    return;
  forget_drafts (self, peer == NULL ? NULL : &name);
  end_files (self, peer == NULL ? NULL : &name);
  GTask *task = g_task_new (self, NULL, on_forgotten, NULL);
  g_task_set_task_data (task, sotto_history_forget_new (peer == NULL ? NULL : &name),
                        sotto_history_list_free);
  sotto_history_run (self->history, task);
}

/* --- With the history --- */

void
sotto_engine_keeping_begin (SottoEngine *self)
{
  GPtrArray *drafts = sotto_history_get_drafts (self->history);

  for (guint i = 0; i < drafts->len; i++)
    {
      const SottoHistoryDraft *draft = drafts->pdata[i];
      g_hash_table_replace (self->drafts, g_strdup (draft->peer.str), g_strdup (draft->text));
    }
}

void
sotto_engine_keeping_end (SottoEngine *self)
{
  write_drafts (self);
  self->expire_at = G_MAXINT64;
  g_hash_table_remove_all (self->drafts);
}

/* The worker is there. */
void
sotto_engine_tick_keeping (SottoEngine *self, gint64 now)
{
  if (now >= self->drafts_at && self->history_runs)
    write_drafts (self);
  if (now >= self->expire_at)
    expire (self);
}

gint64
sotto_engine_keeping_deadline (SottoEngine *self)
{
  return MIN (self->drafts_at, self->expire_at);
}
