// SPDX-License-Identifier: GPL-3.0-or-later
/* The history of the fake engine: what a test put there, newest last. */
#include "tests/gui/fake-engine-private.h"
#include <stddef.h>
#include <string.h>

FINISHES (sotto_engine_load_messages_finish, GPtrArray *, pointer)
FINISHES (sotto_engine_load_messages_around_finish, GPtrArray *, pointer)
FINISHES (sotto_engine_load_conversations_finish, GPtrArray *, pointer)
FINISHES (sotto_engine_search_finish, GPtrArray *, pointer)

static SottoHistoryRecord *
copy_record (const SottoHistoryRecord *record)
{
  SottoHistoryRecord *copy = sotto_history_record_new (record->text, record->n);

  memcpy (copy, record, offsetof (SottoHistoryRecord, text));
  copy->file = record->file != NULL ? sotto_history_file_copy (record->file) : NULL;
  return copy;
}

static GPtrArray *
page_of (SottoEngine *self, uint64_t from, uint64_t to)
{
  GPtrArray *page = g_ptr_array_new_with_free_func (sotto_history_record_free);

  for (uint64_t place = MIN (to, self->history->len); place >= MAX (from, 1); place--)
    g_ptr_array_add (page, copy_record (g_ptr_array_index (self->history, place - 1)));
  return page;
}

static void
free_conversation (gpointer data)
{
  SottoConversation *conversation = data;

  sotto_history_record_free (conversation->last);
  g_free (conversation);
}

static void
answer (SottoEngine *self,
        GPtrArray *page,
        GCancellable *cancellable,
        GAsyncReadyCallback callback,
        gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_return_pointer (task, page, (GDestroyNotify)g_ptr_array_unref);
}

void
sotto_engine_load_messages_async (SottoEngine *self,
                                  const char *peer,
                                  uint64_t before,
                                  guint max,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data)
{
  uint64_t to = before == 0 ? self->history->len : before - 1;

  answer (self, page_of (self, to >= max ? to - max + 1 : 1, to), cancellable, callback, data);
}

void
sotto_engine_load_messages_around_async (SottoEngine *self,
                                         const char *peer,
                                         uint64_t place,
                                         guint n_before,
                                         guint n_after,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer data)
{
  answer (self, page_of (self, place > n_before ? place - n_before : 1, place + n_after),
          cancellable, callback, data);
}

void
sotto_engine_load_conversations_async (SottoEngine *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer data)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (free_conversation);

  if (self->history->len > 0)
    {
      SottoConversation *conversation = g_new0 (SottoConversation, 1);

      conversation->last = copy_record (g_ptr_array_index (self->history, self->history->len - 1));
      conversation->peer = conversation->last->peer;
      conversation->last_ms = conversation->last->sent_ms;
      conversation->n_unread = self->n_unread;
      g_ptr_array_add (list, conversation);
    }
  answer (self, list, cancellable, callback, data);
}

void
sotto_fake_engine_remember (SottoEngine *self,
                            const char *peer,
                            bool own,
                            const char *text,
                            gint64 sent_ms)
{
  SottoHistoryRecord *record = sotto_history_record_new (text, strlen (text));
  guint number = self->history->len + 1;

  g_strlcpy (record->peer.str, peer, sizeof record->peer.str);
  record->id.bytes[1] = (uint8_t)(number >> 16);
  record->id.bytes[2] = (uint8_t)(number >> 8);
  record->id.bytes[3] = (uint8_t)number;
  record->own = own;
  record->kind = SOTTO_MESSAGE_TEXT;
  record->state = own ? SOTTO_HISTORY_READ : SOTTO_HISTORY_CAME;
  record->place = number;
  record->sent_ms = record->stored_ms = (uint64_t)sent_ms;
  g_ptr_array_add (self->history, record);
}

void
sotto_fake_engine_remember_file (SottoEngine *self,
                                 const char *peer,
                                 bool own,
                                 const SottoHistoryFile *file,
                                 gint64 sent_ms)
{
  SottoHistoryRecord *record;

  sotto_fake_engine_remember (self, peer, own, file->name, sent_ms);
  record = g_ptr_array_index (self->history, self->history->len - 1);
  record->kind = SOTTO_MESSAGE_FILE_OFFER;
  record->file = sotto_history_file_copy (file);
}

SottoId
sotto_fake_engine_remember_remark (SottoEngine *self,
                                   const char *peer,
                                   SottoRemark remark,
                                   gint64 sent_ms)
{
  SottoHistoryRecord *record;

  sotto_fake_engine_remember (self, peer, true, "", sent_ms);
  record = g_ptr_array_index (self->history, self->history->len - 1);
  record->kind = (SottoMessageType)remark;
  return record->id;
}

void
sotto_fake_engine_set_unread (SottoEngine *self, guint n)
{
  self->n_unread = n;
}

void
sotto_engine_forget_conversation (SottoEngine *self, const char *peer)
{
  sotto_fake_engine_note (self, "forget %s", peer != NULL ? peer : "everybody");
  g_ptr_array_set_size (self->history, 0);
}

/* Without the subtleties of a real search; "fail" fails. */
void
sotto_engine_search_async (SottoEngine *self,
                           const char *query,
                           const char *peer,
                           guint max,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  GPtrArray *found = g_ptr_array_new_with_free_func (sotto_history_record_free);

  sotto_fake_engine_note (self, "search %s %s", peer != NULL ? peer : "everybody", query);
  for (guint i = self->history->len; i > 0 && found->len < max; i--)
    {
      const SottoHistoryRecord *record = g_ptr_array_index (self->history, i - 1);

      if ((peer == NULL || strcmp (peer, record->peer.str) == 0)
          && strstr (record->text, query) != NULL)
        g_ptr_array_add (found, copy_record (record));
    }
  if (strcmp (query, "fail") == 0)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "damaged");
  else
    g_task_return_pointer (task, g_ptr_array_ref (found), (GDestroyNotify)g_ptr_array_unref);
  g_ptr_array_unref (found);
}

void
sotto_engine_count_messages_async (SottoEngine *self,
                                   const char *peer,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_return_int (task, self->history->len);
}

bool
sotto_engine_count_messages_finish (SottoEngine *self,
                                    GAsyncResult *result,
                                    guint *out_n,
                                    GError **error)
{
  gssize n = g_task_propagate_int (G_TASK (result), error);

  *out_n = (guint)MAX (n, 0);
  return n >= 0;
}
