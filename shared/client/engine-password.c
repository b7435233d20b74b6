// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A password is changed, or the account deleted. Whatever happens in between, the password that the
 * server ends up with opens the data key: both wraps are on the disk before it is asked, and only
 * its answer, or the next login, takes one away.
 */
#include "shared/client/engine-private.h"

#include <string.h>

typedef struct
{
  SottoJob job;
  SottoSecret *old;
  SottoSecret *new; /* NULL = UNSIGN */
  SottoName name;
  char *realm;
  SottoKey h, v;
  SottoKey h_new, v_new;
} Change;

static void
change_free (gpointer data)
{
  Change *self = data;

  g_clear_pointer (&self->old, sotto_secret_free);
  g_clear_pointer (&self->new, sotto_secret_free);
  g_free (self->realm);
  sotto_secret_wipe (self, sizeof *self);
  g_free (self);
}

static void
change_failed (SottoEngine *self, const char *code, const char *text)
{
  self->change = (SottoAccountChange){ 0 };
  sotto_engine_emit_error (self, code, text);
}

static bool
begin_change (SottoEngine *self, bool unsign)
{
  if (self->state != SOTTO_ENGINE_READY)
    {
      bool in = sotto_engine_get_username (self) != NULL;
      sotto_engine_emit_error (self, in ? SOTTO_CODE_UNREACHABLE : SOTTO_CODE_NOT_AUTHENTICATED,
                               NULL);
      return false;
    }
  if (self->change.active || self->login.has_next)
    {
      sotto_engine_emit_error (self, sotto_code_to_name (SOTTO_BUSY), NULL);
      return false;
    }
  self->change = (SottoAccountChange){ .active = true, .unsign = unsign };
  return true;
}

static void
change_work (GTask *task, gpointer job)
{
  Change *self = job;
  g_autoptr (GError) error = NULL;

  if (sotto_engine_derive (self->old, self->realm, &self->name, &self->h, &self->v, &error)
      && (self->new == NULL
          || sotto_engine_derive (self->new, self->realm, &self->name, &self->h_new, &self->v_new,
                                  &error)))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* Both wraps are on the disk: whichever password the server ends up with, it opens the data key. */
static void
both_wraps_saved_cb (const GError *error, gpointer engine)
{
  SottoEngine *self = engine;
  SottoRecord record = { .type = SOTTO_RECORD_PASSWD };

  if (!self->change.active || self->change.unsign || self->vault == NULL)
    return;
  if (error != NULL || self->state != SOTTO_ENGINE_READY)
    {
      sotto_vault_settle (self->vault, false);
      self->login.has_next = false;
      sotto_engine_save_vault (self, sotto_engine_saved);
      change_failed (self, error != NULL ? SOTTO_CODE_IO : SOTTO_CODE_UNREACHABLE,
                     error != NULL ? error->message : NULL);
      return;
    }
  self->change.req = record.passwd.req = sotto_engine_next_req (self);
  record.passwd.h_old = self->change_h;
  record.passwd.h_new = self->login.h_next;
  sotto_engine_send_record (self, &record);
  sotto_secret_wipe (&record, sizeof record);
}

static void
change_cb (GObject *unused, GAsyncResult *result, gpointer data)
{
  SottoEngine *self = data;
  Change *change = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        change_failed (self, SOTTO_CODE_PASSWORD, error->message);
      return;
    }
  if (!self->change.unsign)
    {
      self->change_h = change->h;
      self->login.h_next = change->h_new;
      self->login.has_next = true;
      sotto_vault_add_wrap (self->vault, &change->v_new);
      sotto_engine_save_vault (self, both_wraps_saved_cb);
      return;
    }
  SottoRecord record = { .type = SOTTO_RECORD_UNSIGN };
  self->change.req = record.unsign.req = sotto_engine_next_req (self);
  record.unsign.h = change->h;
  sotto_engine_send_record (self, &record);
  sotto_secret_wipe (&record, sizeof record);
}

static void
start_change (SottoEngine *self, const char *old_password, const char *new_password)
{
  Change *change = g_new0 (Change, 1);

  change->job.work = change_work;
  change->old = sotto_secret_new (old_password, strlen (old_password));
  if (new_password != NULL)
    change->new = sotto_secret_new (new_password, strlen (new_password));
  change->name = self->login.name;
  change->realm = g_strdup (self->login.realm);
  sotto_engine_run (self, &change->job, change_free, self->cancellable, change_cb, self);
}

void
sotto_engine_change_password (SottoEngine *self, const char *old_password, const char *new_password)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  if (old_password == NULL || new_password == NULL || *new_password == '\0')
    sotto_engine_emit_error (self, SOTTO_CODE_PASSWORD, NULL);
  else if (begin_change (self, false))
    start_change (self, old_password, new_password);
}

void
sotto_engine_delete_account (SottoEngine *self, const char *password)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  if (password == NULL)
    sotto_engine_emit_error (self, SOTTO_CODE_PASSWORD, NULL);
  else if (begin_change (self, true))
    start_change (self, password, NULL);
}

void
sotto_engine_change_answered (SottoEngine *self, SottoCode code)
{
  bool unsign = self->change.unsign;

  self->change = (SottoAccountChange){ 0 };
  sotto_secret_wipe (&self->change_h, sizeof self->change_h);
  if (!unsign)
    {
      self->login.trying_next = code == SOTTO_OK;
      sotto_engine_settle_passwords (self);
    }
  if (code != SOTTO_OK)
    sotto_engine_emit_error (self, sotto_code_to_name (code), NULL);
  else if (unsign)
    self->leaving = true; /* BYE follows */
  else
    {
      self->login.ticket.n_text = 0; /* the change ended it */
      sotto_engine_emit_simple (self, SOTTO_EVENT_PASSWORD_CHANGED, NULL);
    }
}

/* Nobody knows whether the server did it. Both wraps stay, and so does h_next: the next login
 * tells. */
void
sotto_engine_change_lost (SottoEngine *self)
{
  if (!self->change.active)
    return;
  bool sent = self->change.req != 0;
  self->change = (SottoAccountChange){ 0 };
  sotto_secret_wipe (&self->change_h, sizeof self->change_h);
  if (!sent)
    self->login.has_next = false;
  sotto_engine_emit_error (self, SOTTO_CODE_UNREACHABLE, NULL);
}
