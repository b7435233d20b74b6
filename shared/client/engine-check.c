// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Is it the same person? A password is tried on the account's own vault, the one in memory: the
 * server is not asked and nothing is read from the disk, so it works without either.
 */
#include "shared/client/engine-private.h"

#include "shared/client/sentences.h"
#include <string.h>

typedef struct
{
  SottoJob job;
  SottoSecret *password;
  SottoName name;
  char *realm;
  SottoKey h, v;
} Check;

static void
check_free (gpointer data)
{
  Check *self = data;

  sotto_secret_free (self->password);
  g_free (self->realm);
  sotto_secret_wipe (self, sizeof *self);
  g_free (self);
}

static void
check_work (GTask *task, gpointer job)
{
  Check *self = job;
  g_autoptr (GError) error = NULL;

  if (sotto_engine_derive (self->password, self->realm, &self->name, &self->h, &self->v, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
refuse (GTask *answer, SottoError why, const char *code)
{
  g_task_return_new_error (answer, SOTTO_ERROR, (int)why, "%s", sotto_sentence (code));
}

/* answer: of the caller; it holds the engine until now. Logged out meanwhile there is no vault. */
static void
check_cb (GObject *unused, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) answer = data;
  SottoEngine *self = g_task_get_source_object (answer);
  const Check *check = g_task_get_task_data (G_TASK (result));
  bool derived = g_task_propagate_boolean (G_TASK (result), NULL);

  if (g_task_return_error_if_cancelled (answer))
    return;
  if (self->vault == NULL)
    refuse (answer, SOTTO_ERROR_INVALID, SOTTO_CODE_NOT_AUTHENTICATED);
  else if (derived && sotto_vault_opens (self->vault, &check->v))
    g_task_return_boolean (answer, TRUE);
  else
    refuse (answer, SOTTO_ERROR_LOCKED, sotto_code_to_name (SOTTO_AUTH));
}

void
sotto_engine_check_password_async (SottoEngine *self,
                                   const char *password,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self) && password != NULL);
  GTask *answer = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (answer, sotto_engine_check_password_async);
  if (sotto_engine_get_username (self) == NULL)
    {
      refuse (answer, SOTTO_ERROR_INVALID, SOTTO_CODE_NOT_AUTHENTICATED);
      g_object_unref (answer);
      return;
    }
  Check *check = g_new0 (Check, 1);
  check->job.work = check_work;
  check->password = sotto_secret_new (password, strlen (password));
  check->name = self->login.name;
  check->realm = g_strdup (self->login.realm);
  sotto_engine_run (self, &check->job, check_free, cancellable, check_cb, answer);
}

bool
sotto_engine_check_password_finish (SottoEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), false);
  return g_task_propagate_boolean (G_TASK (result), error);
}
