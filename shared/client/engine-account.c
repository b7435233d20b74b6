// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The account on this device: its folder and the secrets in it. scrypt and files are worked at off
 * the loop, but for the one write that decides: a fresh identity is on the disk
 * before anybody hears that we are logged in.
 */
#include <config.h>

#include "shared/client/engine-private.h"

#include "shared/base/file.h"
#include "shared/base/text.h"
#include "shared/client/pins.h"
#include "shared/client/sentences.h"
#include "shared/crypto/password.h"
#include <glib/gi18n-lib.h>
#include <string.h>

/* From a password to H, V and what V opens. Everything in it belongs to the worker until it is
 * done. */
typedef struct
{
  SottoJob job;
  SottoSecret *password;
  SottoName name;
  char *realm;
  SottoKey h;
  SottoKey v;
  bool has_import;
  SottoKey import_v; /* opens what was imported in this run, under whatever passphrase */
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
} Unlock;

static void
unlock_free (gpointer data)
{
  Unlock *self = data;

  g_clear_pointer (&self->password, sotto_secret_free);
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

bool
sotto_engine_derive (const SottoSecret *password,
                     const char *realm,
                     const SottoName *name,
                     SottoKey *out_h,
                     SottoKey *out_v,
                     GError **error)
{
  if (sotto_password_derive (password->bytes, realm, strlen (realm), name, out_h, out_v))
    return true;
  g_set_error_literal (error, SOTTO_ERROR, SOTTO_ERROR_INVALID, "the password is not UTF-8");
  return false;
}

/* NULL without an error: locked. What was imported opens with the passphrase of its file, if that
 * is not the password; after the login with the password alone. */
static SottoVault *
load_vault (Unlock *self, GError **error)
{
  g_autoptr (GError) failure = NULL;
  SottoVault *vault = sotto_vault_load (self->folder, &self->v, &failure);

  if (vault == NULL && self->has_import
      && g_error_matches (failure, SOTTO_ERROR, SOTTO_ERROR_LOCKED))
    {
      g_clear_error (&failure);
      vault = sotto_vault_load (self->folder, &self->import_v, &failure);
      if (vault != NULL)
        sotto_vault_rewrap (vault, &self->v);
    }
  if (vault != NULL)
    return vault;
  if (!g_error_matches (failure, SOTTO_ERROR, SOTTO_ERROR_LOCKED))
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (sotto_vault_is_imported (self->folder))
    g_set_error_literal (error, SOTTO_ERROR, SOTTO_ERROR_LOCKED,
                         _ ("The identity that was imported opens with the passphrase of its "
                            "file, not with this password. If both are right, import the file "
                            "again and log in without leaving the program."));
  return NULL;
}

/* What a crash left beside them. A vault among it may still open with a password of before. */
static void
clean_folder (const char *folder, const SottoVault *vault)
{
  g_autofree char *contacts = sotto_vault_file_name (vault, SOTTO_CONTACTS_FILE);
  const char *const names[] = { SOTTO_VAULT_FILE, contacts };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      sotto_file_clean (path);
    }
}

/* A vault of another password: perhaps it was changed on another device, perhaps this one is wrong.
 * The server knows; until it says True a fresh identity is in memory only. */
static bool
open_vault (Unlock *self, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (sotto_vault_exists (self->folder))
    self->vault = load_vault (self, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return false;
    }
  self->vault_is_new = self->vault == NULL;
  if (self->vault_is_new)
    self->vault = sotto_vault_new (&self->v, &self->random);
  clean_folder (self->folder, self->vault);
  self->book = sotto_contact_book_load (self->folder, self->vault, error);
  if (self->book != NULL && !self->vault_is_new)
    self->history = sotto_engine_open_history (self->folder, self->vault, error);
  return self->book != NULL && (self->vault_is_new || self->history != NULL);
}

static void
unlock_work (GTask *task, gpointer job)
{
  Unlock *self = job;
  g_autoptr (GError) error = NULL;

  /* The key is pinned before it is given anything; its realm once RESULT has proved it. */
  if (sotto_pins_add (self->pins_path, self->server, &self->fingerprint, NULL, self->certificate,
                      &error)
      && sotto_engine_derive (self->password, self->realm, &self->name, &self->h, &self->v, &error)
      && open_vault (self, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
take_account (SottoEngine *self, Unlock *unlock)
{
  self->login.h = unlock->h;
  self->login.has_h = true;
  self->vault = g_steal_pointer (&unlock->vault);
  self->vault_is_new = unlock->vault_is_new;
  self->book = g_steal_pointer (&unlock->book);
  self->history = g_steal_pointer (&unlock->history);
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
      bool typed = g_error_matches (error, SOTTO_ERROR, SOTTO_ERROR_INVALID)
                   || g_error_matches (error, SOTTO_ERROR, SOTTO_ERROR_LOCKED);
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

/* In a worker of the engine. */
void
sotto_engine_work (gpointer data, gpointer unused)
{
  g_autoptr (GTask) task = data;
  SottoJob *job = g_task_get_task_data (task);

  if (!g_task_return_error_if_cancelled (task))
    job->work (task, job);
}

/* The task does not hold the engine: a worker may be the last to let go of a task, and the engine
 * is not to be disposed of in a worker. Who gives the engine as data gives its cancellable too:
 * cancelling is what keeps `done` from a pointer that is gone. */
void
sotto_engine_run (SottoEngine *self,
                  SottoJob *take_job,
                  GDestroyNotify free_job,
                  GCancellable *cancellable,
                  GAsyncReadyCallback done,
                  gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, done, data);

  g_task_set_source_tag (task, sotto_engine_run);
  g_task_set_task_data (task, take_job, free_job);
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
  Unlock *unlock = g_new0 (Unlock, 1);
  *unlock = (Unlock){ .job = { unlock_work },
                      .password = sotto_secret_copy (self->login.password),
                      .name = self->login.name,
                      .realm = g_strdup (sotto_session_get_hello (self->session)->realm),
                      .has_import = self->has_import,
                      .import_v = self->import_v,
                      .folder = g_strdup (self->folder->path),
                      .pins_path = g_build_filename (self->profile_path, SOTTO_PINS_FILE, NULL),
                      .server = sotto_server_to_string (self->server.host, self->server.port),
                      .fingerprint = self->login.fingerprint,
                      .random = self->random };
  GBytes *certificate = sotto_session_get_certificate (self->session);
  if (certificate != NULL)
    unlock->certificate = g_bytes_ref (certificate);
  sotto_engine_run (self, &unlock->job, unlock_free, self->cancellable, unlock_cb, self);
}

void
sotto_engine_saved (const GError *error, gpointer engine)
{
  if (error != NULL)
    sotto_engine_emit_error (engine, SOTTO_CODE_IO, error->message);
}

void
sotto_engine_save_vault (SottoEngine *self, SottoStoreFunc done)
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
  sotto_engine_save_book_and (self, sotto_engine_saved);
}

/* The server took one of two passwords; only that one's wrap stays. */
void
sotto_engine_settle_passwords (SottoEngine *self)
{
  SottoLogin *login = &self->login;

  if (!login->has_next)
    {
      if (sotto_vault_settle_opened (self->vault))
        sotto_engine_save_vault (self, sotto_engine_saved);
      return;
    }
  if (login->trying_next)
    login->h = login->h_next;
  sotto_vault_settle (self->vault, login->trying_next);
  login->has_next = login->trying_next = false;
  sotto_secret_wipe (&login->h_next, sizeof login->h_next);
  sotto_engine_save_vault (self, sotto_engine_saved);
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

/* Without a word a person would think that all is gone. */
void
sotto_engine_tell_locked (SottoEngine *self)
{
  if (!self->has_locked)
    return;
  self->has_locked = false;
  sotto_engine_emit_error (self, SOTTO_CODE_PASSWORD,
                           _ ("Your password was not changed on this device. What was kept here "
                              "under the old one is locked, not lost: conversations, and whose "
                              "keys you had compared. To the others you are on a new device."));
}

bool
sotto_engine_has_locked_history (SottoEngine *self)
{
  g_return_val_if_fail (SOTTO_IS_ENGINE (self), false);
  return sotto_engine_get_username (self) != NULL && sotto_vault_has_aside (self->folder->path);
}

bool
sotto_engine_account_settle (SottoEngine *self)
{
  g_autoptr (GError) error = NULL;

  self->has_locked = self->vault_is_new && sotto_vault_exists (self->folder->path);

  /* Not off the loop: a record must not find us logged in with an identity that a crash would lose.
   */
  if ((self->vault_is_new && !sotto_vault_install (self->vault, self->folder->path, &error))
      || !sotto_engine_history_begin (self, &error))
    {
      sotto_engine_stop (self, SOTTO_CODE_IO, error->message);
      return false;
    }
  self->vault_is_new = self->has_import = false;
  sotto_secret_wipe (&self->import_v, sizeof self->import_v);
  sotto_engine_settle_passwords (self);
  return true;
}
