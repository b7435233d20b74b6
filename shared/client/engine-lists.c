// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a window shows of the history: pages around a place, the list of conversations, search. All
 * of it is work for the history; here are only its beginning and its end.
 */
#include "shared/client/engine-private.h"

#include "shared/base/text.h"
#include "shared/client/history-lists.h"
#include "shared/client/sentences.h"

/* peer NULL: it is about everybody. NULL, and the task has failed, when there is nobody of that
 * name or no history yet. */
static GTask *
begin (SottoEngine *self, const char *peer, SottoName *out_name, GTask *take_task)
{
  const char *code = NULL;

  if (!self->history_runs)
    code = SOTTO_CODE_NOT_AUTHENTICATED;
  else if (peer != NULL && !sotto_name_from_typed (peer, out_name))
    code = sotto_code_to_name (SOTTO_BAD_NAME);
  if (code == NULL)
    return take_task;
  g_task_return_new_error (take_task, SOTTO_ERROR, SOTTO_ERROR_INVALID, "%s",
                           sotto_sentence (code));
  g_object_unref (take_task);
  return NULL;
}

static void
run (SottoEngine *self, GTask *take_task, SottoHistoryWork *take_work)
{
  g_task_set_task_data (take_task, take_work, sotto_history_list_free);
  sotto_history_run (self->history, take_task);
}

static GPtrArray *
finish (SottoEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
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
  SottoName name;

  g_return_if_fail (SOTTO_IS_ENGINE (self) && peer != NULL);
  GTask *task = begin (self, peer, &name, g_task_new (self, cancellable, callback, data));
  if (task != NULL)
    run (self, task, sotto_history_around_new (&name, place, n_before, n_after));
}

GPtrArray *
sotto_engine_load_messages_around_finish (SottoEngine *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}

void
sotto_engine_load_conversations_async (SottoEngine *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer data)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  GTask *task = begin (self, NULL, NULL, g_task_new (self, cancellable, callback, data));
  if (task != NULL)
    run (self, task, sotto_history_conversations_new ());
}

GPtrArray *
sotto_engine_load_conversations_finish (SottoEngine *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}

void
sotto_engine_count_messages_async (SottoEngine *self,
                                   const char *peer,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data)
{
  SottoName name;

  g_return_if_fail (SOTTO_IS_ENGINE (self) && peer != NULL);
  GTask *task = begin (self, peer, &name, g_task_new (self, cancellable, callback, data));
  if (task != NULL)
    run (self, task, sotto_history_count_new (&name));
}

bool
sotto_engine_count_messages_finish (SottoEngine *self,
                                    GAsyncResult *result,
                                    guint *out_n,
                                    GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), false);
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return false;
  *out_n = sotto_history_count_get (g_task_get_task_data (G_TASK (result)));
  return true;
}

void
sotto_engine_search_async (SottoEngine *self,
                           const char *query,
                           const char *peer,
                           guint max,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  SottoName name;

  g_return_if_fail (SOTTO_IS_ENGINE (self));
  GTask *task = begin (self, peer, &name, g_task_new (self, cancellable, callback, data));
  if (task != NULL)
    run (self, task, sotto_history_search_new (query, peer == NULL ? NULL : &name, max));
}

GPtrArray *
sotto_engine_search_finish (SottoEngine *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}
