// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * An identity goes out to a file and comes in from one. What comes in is a vault like any other,
 * opened with the passphrase until the first login puts the password in its place. Invariant: an
 * identity that is here is never replaced by one that comes in.
 */
#include <config.h>

#include "shared/client/engine-private.h"

#include "shared/base/file.h"
#include "shared/base/text.h"
#include "shared/client/identity-file.h"
#include "shared/client/pins.h"
#include "shared/client/sentences.h"
#include "shared/crypto/password.h"
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  SottoJob job;
  char *path;
  SottoSecret *passphrase;
  char *profile;
  SottoRandom random;
  SottoIdentityFile file;
  SottoKey v; /* of the passphrase: opens what was imported */
} Transfer;

static void
transfer_free (gpointer data)
{
  Transfer *self = data;

  g_clear_pointer (&self->passphrase, sotto_secret_free);
  sotto_identity_file_clear (&self->file);
  g_free (self->path);
  g_free (self->profile);
  sotto_secret_wipe (self, sizeof *self);
  g_free (self);
}

static Transfer *
transfer_new (SottoEngine *self,
              const char *path,
              const char *passphrase,
              void (*work) (GTask *task, gpointer job))
{
  Transfer *transfer = g_new0 (Transfer, 1);

  transfer->job.work = work;
  transfer->path = g_strdup (path);
  transfer->passphrase = sotto_secret_new (passphrase, strlen (passphrase));
  transfer->profile = g_strdup (self->profile_path);
  transfer->random = self->random;
  return transfer;
}

static void
return_result (GTask *task, bool done, GError *error)
{
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* The worker's task is done; that of who asked holds the engine, and ends here, on its thread. */
static void
pass_on (GTask *asked, GAsyncResult *result)
{
  GError *error = NULL;
  bool done = g_task_propagate_boolean (G_TASK (result), &error);

  return_result (asked, done, error);
}

/* --- Out --- */

static bool
export_file (Transfer *self, GError **error)
{
  gsize n;
  g_autoptr (GBytes) text =
      sotto_identity_file_seal (&self->file, self->passphrase->bytes, &self->random, error);

  if (text == NULL)
    return false;
  if (sotto_file_exists (self->path))
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, _ ("%s is there already"), self->path);
      return false;
    }
  const void *bytes = g_bytes_get_data (text, &n);
  return sotto_file_create (self->path, bytes, n, 0600, error);
}

static void
export_work (GTask *task, gpointer job)
{
  GError *error = NULL;
  bool done = export_file (job, &error);

  return_result (task, done, error);
}

static void
exported_cb (GObject *unused, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) asked = data;

  pass_on (asked, result);
}

static SottoContactBook *
copy_book (const SottoContactBook *book)
{
  gsize n;
  char *text = sotto_contact_book_to_json (book, &n);
  SottoContactBook *copy = sotto_contact_book_from_json ("contacts", text, n, NULL);
  sotto_contact_book_forget_seen (copy);
  sotto_secret_wipe_string (text);
  return copy;
}

void
sotto_engine_export_identity_async (SottoEngine *self,
                                    const char *path,
                                    const char *passphrase,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer data)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self) && path != NULL && passphrase != NULL);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, sotto_engine_export_identity_async);
  if (sotto_engine_get_username (self) == NULL)
    {
      g_task_return_new_error (task, SOTTO_ERROR, SOTTO_ERROR_INVALID, "%s",
                               sotto_sentence (SOTTO_CODE_NOT_AUTHENTICATED));
      return;
    }
  Transfer *transfer = transfer_new (self, path, passphrase, export_work);
  transfer->file =
      (SottoIdentityFile){ .server = sotto_server_to_string (self->server.host, self->server.port),
                           .fingerprint = self->login.fingerprint,
                           .realm = g_strdup (self->login.realm),
                           .name = self->login.name,
                           .identity = *sotto_vault_get_identity (self->vault),
                           .book = copy_book (self->book) };
  sotto_engine_run (self, &transfer->job, transfer_free, cancellable, exported_cb,
                    g_steal_pointer (&task));
}

bool
sotto_engine_export_identity_finish (SottoEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), false);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- In --- */

static bool
read_identity (Transfer *self, GError **error)
{
  gsize n;
  g_autofree char *text = sotto_file_read (self->path, SOTTO_IDENTITY_FILE_MAX_BYTES, &n, error);

  return text != NULL
         && sotto_identity_file_open (self->path, text, n, self->passphrase->bytes, &self->file,
                                      error);
}

/* Another server is known under that address, or another realm for its key: then one of them lies,
 * or the file is old. */
static bool
pin_server (Transfer *self, GError **error)
{
  const SottoIdentityFile *file = &self->file;
  g_autofree char *path = g_build_filename (self->profile, SOTTO_PINS_FILE, NULL);
  g_autoptr (SottoPins) pins = sotto_pins_load (path, error);

  if (pins == NULL)
    return false;
  SottoPinsVerdict verdict = sotto_pins_check (pins, file->server, &file->fingerprint, file->realm);
  if (verdict == SOTTO_PINS_SERVER_KEY || verdict == SOTTO_PINS_REALM)
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_INVALID,
                   _ ("%s has another key or name here than in this identity file"), file->server);
      return false;
    }
  return sotto_pins_add (path, file->server, &file->fingerprint, file->realm, NULL, error);
}

/* Once more is fine; anything else would be a changed key to everybody. */
static bool
is_the_same (Transfer *self, const char *folder, GError **error)
{
  g_autoptr (SottoVault) vault = sotto_vault_load (folder, &self->v, NULL);

  if (vault != NULL
      && sotto_secret_equal (sotto_vault_get_identity (vault), &self->file.identity,
                             sizeof self->file.identity))
    return true;
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_INVALID,
               _ ("%s has logged in from this profile before and has an identity here. Import into "
                  "another profile, or remove %s first: what is in it will be gone."),
               self->file.name.str, folder);
  return false;
}

/* keys.json last: with it the account is here. One that was imported before and never used is
 * nobody's yet. */
static bool
install (Transfer *self, const char *folder, GError **error)
{
  g_autoptr (SottoVault) vault =
      sotto_vault_new_imported (&self->v, &self->file.identity, &self->random);
  g_autofree char *name = sotto_vault_file_name (vault, SOTTO_CONTACTS_FILE);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) contacts = sotto_contact_book_seal (self->file.book, vault);
  gsize n;
  const void *bytes = g_bytes_get_data (contacts, &n);
  if (!sotto_file_replace (path, bytes, n, 0600, error))
    return false;
  g_autoptr (GBytes) keys = sotto_vault_to_file (vault);
  g_autofree char *keys_path = g_build_filename (folder, SOTTO_VAULT_FILE, NULL);
  bytes = g_bytes_get_data (keys, &n);
  return sotto_file_replace (keys_path, bytes, n, 0600, error);
}

static bool
import_file (Transfer *self, GError **error)
{
  const SottoIdentityFile *file = &self->file;
  SottoKey h;

  if (!read_identity (self, error)
      || !sotto_engine_derive (self->passphrase, file->realm, &file->name, &h, &self->v, error))
    return false;
  sotto_secret_wipe (&h, sizeof h);
  g_autoptr (SottoFolder) folder =
      sotto_folder_open (self->profile, &file->fingerprint, &file->name, error);
  if (folder == NULL)
    return false;
  if (sotto_vault_exists (folder->path) && !sotto_vault_is_imported (folder->path))
    return is_the_same (self, folder->path, error);
  return pin_server (self, error) && install (self, folder->path, error);
}

static void
import_work (GTask *task, gpointer job)
{
  GError *error = NULL;
  bool done = import_file (job, &error);

  return_result (task, done, error);
}

static void
imported_cb (GObject *unused, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) asked = data;
  SottoEngine *self = g_task_get_source_object (asked);
  Transfer *transfer = g_task_get_task_data (G_TASK (result));

  if (!g_task_had_error (G_TASK (result)))
    {
      self->has_import = true;
      self->import_v = transfer->v;
      g_task_set_task_data (asked, g_steal_pointer (&transfer->file.server), g_free);
      g_object_set_data_full (G_OBJECT (asked), "name", g_strdup (transfer->file.name.str), g_free);
    }
  pass_on (asked, result);
}

void
sotto_engine_import_identity_async (SottoEngine *self,
                                    const char *path,
                                    const char *passphrase,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer data)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self) && path != NULL && passphrase != NULL);
  GTask *task = g_task_new (self, cancellable, callback, data);
  Transfer *transfer = transfer_new (self, path, passphrase, import_work);

  g_task_set_source_tag (task, sotto_engine_import_identity_async);
  sotto_engine_run (self, &transfer->job, transfer_free, cancellable, imported_cb, task);
}

char *
sotto_engine_import_identity_finish (SottoEngine *self,
                                     GAsyncResult *result,
                                     char **out_server,
                                     GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  if (out_server != NULL)
    *out_server = g_strdup (g_task_get_task_data (G_TASK (result)));
  return g_strdup (g_object_get_data (G_OBJECT (result), "name"));
}
