// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The account on this device: its folder, the secrets in it and what changes them. scrypt and files
 * are worked at off the loop, but for the one write that decides: a fresh identity is on the disk
 * before anybody hears that we are logged in.
 */
#include "shared/client/engine-private.h"

#include "shared/base/text.h"
#include "shared/client/pins.h"
#include "shared/client/sentences.h"
#include "shared/crypto/password.h"
#include <string.h>

typedef struct _Derivation Derivation;
typedef void (*DerivationFunc) (GTask *task, Derivation *self);

/* From a password to H, V and what V opens. Everything in it belongs to the worker until it is
 * done. */
struct _Derivation
{
  DerivationFunc work;
  SottoSecret *password;
  SottoName name;
  char *realm;
  SottoKey h;
  SottoKey v;
  /* unlock */
  char *folder;
  char *pins_path;
  char *server;
  SottoKey fingerprint;
  GBytes *certificate; /* of the server, NULL = it is known */
  SottoRandom random;
  SottoVault *vault;
  bool vault_is_new;
  SottoContactBook *book;
  SottoHistory *history; /* of a vault that is not new */
  /* change of the password, UNSIGN */
  SottoSecret *new_password;
  SottoKey h_new;
  SottoKey v_new;
};

static void
derivation_free (gpointer data)
{
  Derivation *self = data;

  g_clear_pointer (&self->password, sotto_secret_free);
  g_clear_pointer (&self->new_password, sotto_secret_free);
  g_clear_pointer (&self->vault, sotto_vault_free);
  g_clear_pointer (&self->book, sotto_contact_book_free);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_clear_pointer (&self->history, sotto_history_free);
  g_free (self->realm);
  g_free (self->folder);
  g_free (self->pins_path);
  g_free (self->server);
  sotto_secret_wipe (self, sizeof *self);
  g_free (self);
}

static bool
derive (Derivation *self, const SottoSecret *password, SottoKey *h, SottoKey *v, GError **error)
{
  if (sotto_password_derive (password->bytes, self->realm, strlen (self->realm), &self->name, h, v))
    return true;
  g_set_error_literal (error, SOTTO_ERROR, SOTTO_ERROR_INVALID, "the password is not UTF-8");
  return false;
}

/* A vault of another password: perhaps it was changed on another device, perhaps this one is wrong.
 * The server knows; until it says True a fresh identity is in memory only. */
static bool
open_vault (Derivation *self, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (sotto_vault_exists (self->folder))
    {
      self->vault = sotto_vault_load (self->folder, &self->v, &failure);
      if (self->vault == NULL && !g_error_matches (failure, SOTTO_ERROR, SOTTO_ERROR_LOCKED))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return false;
        }
    }
  self->vault_is_new = self->vault == NULL;
  if (self->vault_is_new)
    self->vault = sotto_vault_new (&self->v, &self->random);
  self->book = sotto_contact_book_load (self->folder, self->vault, error);
  if (self->book != NULL && !self->vault_is_new)
    self->history = sotto_engine_open_history (self->folder, self->vault, error);
  return self->book != NULL && (self->vault_is_new || self->history != NULL);
}

static void
unlock_work (GTask *task, Derivation *self)
{
  g_autoptr (GError) error = NULL;

  /* The key is pinned before it is given anything; its realm once RESULT has proved it. */
  if (sotto_pins_add (self->pins_path, self->server, &self->fingerprint, NULL, self->certificate,
                      &error)
      && derive (self, self->password, &self->h, &self->v, &error) && open_vault (self, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
take_account (SottoEngine *self, Derivation *derivation)
{
  self->login.h = derivation->h;
  self->login.has_h = true;
  self->vault = g_steal_pointer (&derivation->vault);
  self->vault_is_new = derivation->vault_is_new;
  self->book = g_steal_pointer (&derivation->book);
  self->history = g_steal_pointer (&derivation->history);
  g_clear_pointer (&self->login.password, sotto_secret_free);
}

static void
unlock_cb (GObject *unused, GAsyncResult *result, gpointer data)
{
  SottoEngine *self = data;
  g_autoptr (GError) error = NULL;

  /* A cancelled task reports that and nothing else, whatever it came to; then self may be gone. */
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      bool typed = g_error_matches (error, SOTTO_ERROR, SOTTO_ERROR_INVALID);
      sotto_engine_stop (self, typed ? SOTTO_CODE_PASSWORD : SOTTO_CODE_IO, error->message);
      return;
    }
  take_account (self, g_task_get_task_data (G_TASK (result)));
  if (self->session == NULL || sotto_session_get_state (self->session) != SOTTO_SESSION_SERVER)
    return;
  sotto_session_login (self->session, self->login.op, &self->login.h,
                       &sotto_vault_get_identity (self->vault)->public, self->login.invite,
                       sotto_engine_now (self));
  sotto_engine_wake (self);
}

static Derivation *
derivation_new (SottoEngine *self, const SottoSecret *password)
{
  Derivation *derivation = g_new0 (Derivation, 1);

  derivation->password = sotto_secret_copy (password);
  derivation->name = self->login.name;
  derivation->random = self->random;
  return derivation;
}

/* In a worker of the engine. */
void
sotto_engine_work (gpointer data, gpointer unused)
{
  g_autoptr (GTask) task = data;
  Derivation *derivation = g_task_get_task_data (task);

  if (!g_task_return_error_if_cancelled (task))
    derivation->work (task, derivation);
}

/* The task does not hold the engine: a worker may be the last to let go of a task, and the engine
 * is not to be disposed of in a worker. Cancelling is what keeps `done` from a pointer that is
 * gone. */
static void
run (SottoEngine *self, Derivation *derivation, DerivationFunc work, GAsyncReadyCallback done)
{
  GTask *task = g_task_new (NULL, self->cancellable, done, self);

  derivation->work = work;
  g_task_set_source_tag (task, run);
  g_task_set_task_data (task, derivation, derivation_free);
  g_thread_pool_push (self->workers, task, NULL);
}

void
sotto_engine_unlock (SottoEngine *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->folder, sotto_folder_close);
  self->folder =
      sotto_folder_open (self->profile_path, &self->login.fingerprint, &self->login.name, &error);
  if (self->folder == NULL)
    {
      sotto_engine_stop (self, SOTTO_CODE_IO, error->message);
      return;
    }
  Derivation *derivation = derivation_new (self, self->login.password);
  derivation->realm = g_strdup (sotto_session_get_hello (self->session)->realm);
  derivation->folder = g_strdup (self->folder->path);
  derivation->pins_path = g_build_filename (self->profile_path, SOTTO_PINS_FILE, NULL);
  derivation->server = sotto_server_to_string (self->server.host, self->server.port);
  derivation->fingerprint = self->login.fingerprint;
  GBytes *certificate = sotto_session_get_certificate (self->session);
  if (certificate != NULL)
    derivation->certificate = g_bytes_ref (certificate);
  run (self, derivation, unlock_work, unlock_cb);
}

static void
saved_cb (const GError *error, gpointer engine)
{
  if (error != NULL)
    sotto_engine_emit_error (engine, SOTTO_CODE_IO, error->message);
}

static void
save_vault (SottoEngine *self, SottoStoreFunc done)
{
  g_autofree char *path = sotto_folder_path (self->folder, SOTTO_VAULT_FILE);
  g_autoptr (GBytes) content = sotto_vault_to_file (self->vault);

  sotto_store_replace (self->store, path, content, done, self);
}

void
sotto_engine_save_book_and (SottoEngine *self, SottoStoreFunc done)
{
  g_autofree char *name = sotto_vault_file_name (self->vault, SOTTO_CONTACTS_FILE);
  g_autofree char *path = sotto_folder_path (self->folder, name);
  g_autoptr (GBytes) content = sotto_contact_book_seal (self->book, self->vault);

  sotto_store_replace (self->store, path, content, done, self);
}

void
sotto_engine_save_book (SottoEngine *self)
{
  sotto_engine_save_book_and (self, saved_cb);
}

/* The server took one of two passwords; only that one's wrap stays. */
static void
settle_passwords (SottoEngine *self)
{
  SottoLogin *login = &self->login;

  if (!login->has_next)
    {
      if (sotto_vault_settle_opened (self->vault))
        save_vault (self, saved_cb);
      return;
    }
  if (login->trying_next)
    login->h = login->h_next;
  sotto_vault_settle (self->vault, login->trying_next);
  login->has_next = login->trying_next = false;
  sotto_secret_wipe (&login->h_next, sizeof login->h_next);
  save_vault (self, saved_cb);
}

bool
sotto_engine_pin_realm (SottoEngine *self)
{
  g_autofree char *path = g_build_filename (self->profile_path, SOTTO_PINS_FILE, NULL);
  g_autofree char *server = sotto_server_to_string (self->server.host, self->server.port);
  const char *realm = sotto_session_get_hello (self->session)->realm;
  g_autoptr (GError) error = NULL;

  if (sotto_pins_add (path, server, &self->login.fingerprint, realm, NULL, &error))
    return true;
  sotto_engine_stop (self, SOTTO_CODE_IO, error->message);
  return false;
}

bool
sotto_engine_account_settle (SottoEngine *self)
{
  g_autoptr (GError) error = NULL;

  /* Not off the loop: a record must not find us logged in with an identity that a crash would lose.
   */
  if ((self->vault_is_new && !sotto_vault_install (self->vault, self->folder->path, &error))
      || !sotto_engine_history_begin (self, &error))
    {
      sotto_engine_stop (self, SOTTO_CODE_IO, error->message);
      return false;
    }
  self->vault_is_new = false;
  settle_passwords (self);
  return true;
}

/* --- PASSWD and UNSIGN --- */

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
change_work (GTask *task, Derivation *self)
{
  g_autoptr (GError) error = NULL;

  if (derive (self, self->password, &self->h, &self->v, &error)
      && (self->new_password == NULL
          || derive (self, self->new_password, &self->h_new, &self->v_new, &error)))
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
      save_vault (self, saved_cb);
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
  Derivation *derivation = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        change_failed (self, SOTTO_CODE_PASSWORD, error->message);
      return;
    }
  if (!self->change.unsign)
    {
      self->change_h = derivation->h;
      self->login.h_next = derivation->h_new;
      self->login.has_next = true;
      sotto_vault_add_wrap (self->vault, &derivation->v_new);
      save_vault (self, both_wraps_saved_cb);
      return;
    }
  SottoRecord record = { .type = SOTTO_RECORD_UNSIGN };
  self->change.req = record.unsign.req = sotto_engine_next_req (self);
  record.unsign.h = derivation->h;
  sotto_engine_send_record (self, &record);
  sotto_secret_wipe (&record, sizeof record);
}

static void
start_change (SottoEngine *self, const char *old_password, const char *new_password)
{
  g_autoptr (SottoSecret) old = sotto_secret_new (old_password, strlen (old_password));
  Derivation *derivation = derivation_new (self, old);

  derivation->realm = g_strdup (self->login.realm);
  if (new_password != NULL)
    derivation->new_password = sotto_secret_new (new_password, strlen (new_password));
  run (self, derivation, change_work, change_cb);
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
      settle_passwords (self);
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
