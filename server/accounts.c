// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Group commit. `waiting` collects changes while a worker writes the file with those of `batch`;
 * only when that is durable do lookups see them. A failed write is forgotten with its batch.
 */
#include "server/accounts.h"

#include "server/account-batch.h"
#include "server/account-file.h"
#include "server/realm.h"
#include "server/workers.h"
#include "shared/base/file.h"
#include <unistd.h>

/* What may wait for one write: as many logins and sign-ups as the verifier lets through, and more.
 */
#define ACCOUNTS_WAITING_MAX 4096

struct _SottoAccounts
{
  char *path;
  int lock_fd;
  char *realm;
  char *forgotten_realm;
  SottoAccountFile file; /* what is on the disk */
  SottoWorkers *writer;  /* one thread */
  GPtrArray *waiting;
  SottoAccountBatch *batch; /* being written */
  bool in_trouble;
  void (*trouble) (const GError *error, gpointer data);
  gpointer trouble_data;
};

static void
accounts_tell_trouble (SottoAccounts *self, const GError *error)
{
  if (error == NULL && !self->in_trouble)
    return;
  self->in_trouble = error != NULL;
  if (self->trouble != NULL)
    self->trouble (error, self->trouble_data);
}

static void accounts_write (SottoAccounts *self);

static void
batch_done (SottoWork *work)
{
  SottoAccountBatch *batch = (SottoAccountBatch *)work;
  SottoAccounts *self = batch->owner;
  bool written = batch->error == NULL;

  if (written)
    sotto_account_batch_adopt (batch, &self->file);
  accounts_tell_trouble (self, batch->error);
  /* Still the batch while its askers are told: what they change waits for the next. */
  sotto_account_batch_answer (batch, written);
  self->batch = NULL;
  sotto_account_batch_free (batch);
  accounts_write (self);
}

static void
batch_discard (SottoWork *work)
{
  SottoAccountBatch *batch = (SottoAccountBatch *)work;
  SottoAccounts *self = batch->owner;

  sotto_account_batch_answer (batch, false);
  self->batch = NULL;
  sotto_account_batch_free (batch);
}

static void
accounts_write (SottoAccounts *self)
{
  if (self->batch != NULL || self->waiting->len == 0)
    return;
  self->batch = sotto_account_batch_new (&self->file, self->path, self->realm, self->waiting);
  self->batch->work.done = batch_done;
  self->batch->work.discard = batch_discard;
  self->batch->owner = self;
  self->waiting = sotto_account_asks_new ();
  /* One writer and one batch at a time: its queue of one is never full. */
  if (!sotto_workers_push (self->writer, &self->batch->work, 0))
    g_assert_not_reached ();
}

/* ---- Opening ---- */

static bool
accounts_store_realm (SottoAccounts *self, GError **error)
{
  g_autofree char *realm_json = sotto_account_file_quote_realm (self->realm);
  GString *text = sotto_account_file_print (realm_json, 0, "", NULL, 0);
  bool stored = sotto_file_create (self->path, text->str, text->len, 0600, error);

  g_string_free (text, TRUE);
  return stored;
}

/* The realm is on the disk before anyone can hash a password with it. */
static bool
accounts_load (SottoAccounts *self,
               const char *config_realm,
               const SottoRandom *random,
               GError **error)
{
  bool exists = sotto_file_exists (self->path);

  if (exists && !sotto_account_file_load (&self->file, self->path, error))
    return false;

  const char *kept = self->file.realm;
  if (config_realm != NULL)
    self->realm = g_strdup (config_realm);
  else
    self->realm = kept != NULL ? g_strdup (kept) : sotto_realm_make (random);
  if (kept != NULL && !g_str_equal (kept, self->realm) && sotto_accounts_get_count (self) > 0)
    self->forgotten_realm = g_strdup (kept);
  if (exists && kept == NULL && config_realm == NULL)
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT,
                   "%s: has no realm, and the configuration has none either", self->path);
      return false;
    }
  return exists || accounts_store_realm (self, error);
}

SottoAccounts *
sotto_accounts_open (const char *path,
                     const char *config_realm,
                     const SottoRandom *random,
                     GError **error)
{
  static const guint queue_max[SOTTO_WORK_PRIORITIES] = { 1, 0, 0 };
  SottoAccounts *self = g_new0 (SottoAccounts, 1);
  g_autofree char *lock = g_strconcat (path, ".lock", NULL);

  self->path = g_strdup (path);
  self->waiting = sotto_account_asks_new ();
  sotto_account_file_init (&self->file);
  self->lock_fd = sotto_file_lock (lock, error);
  if (self->lock_fd >= 0)
    sotto_file_clean (path);
  if (self->lock_fd < 0 || !accounts_load (self, config_realm, random, error)
      || (self->writer = sotto_workers_new (1, queue_max, false, error)) == NULL)
    g_clear_pointer (&self, sotto_accounts_free);
  return self;
}

void
sotto_accounts_free (SottoAccounts *self)
{
  if (self == NULL)
    return;
  sotto_workers_free (self->writer);
  g_ptr_array_unref (self->waiting);
  sotto_account_file_clear (&self->file);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self->realm);
  g_free (self->forgotten_realm);
  g_free (self->path);
  g_free (self);
}

/* ---- What others ask ---- */

const char *
sotto_accounts_get_realm (const SottoAccounts *self)
{
  return self->realm;
}

const char *
sotto_accounts_get_forgotten_realm (const SottoAccounts *self)
{
  return self->forgotten_realm;
}

guint
sotto_accounts_get_count (const SottoAccounts *self)
{
  return g_hash_table_size (self->file.records);
}

bool
sotto_accounts_is_in_trouble (const SottoAccounts *self)
{
  return self->in_trouble;
}

SottoAccount *
sotto_accounts_lookup (const SottoAccounts *self, const SottoName *name)
{
  return g_hash_table_lookup (self->file.records, name->str);
}

const SottoInvites *
sotto_accounts_get_invites (const SottoAccounts *self)
{
  return self->file.invites;
}

GPtrArray *
sotto_accounts_list (const SottoAccounts *self)
{
  GPtrArray *list =
      g_ptr_array_new_full (sotto_accounts_get_count (self), (GDestroyNotify)sotto_account_unref);
  GHashTableIter iter;
  gpointer account;

  g_hash_table_iter_init (&iter, self->file.records);
  while (g_hash_table_iter_next (&iter, NULL, &account))
    g_ptr_array_add (list, sotto_account_ref (account));
  return list;
}

bool
sotto_accounts_change (SottoAccounts *self,
                       const SottoAccountChange *change,
                       SottoAccountDone done,
                       gpointer data)
{
  if (self->waiting->len >= ACCOUNTS_WAITING_MAX)
    return false;

  sotto_account_asks_add (self->waiting, change, done, data);
  accounts_write (self);
  return true;
}

void
sotto_accounts_disown (SottoAccounts *self, gpointer data)
{
  sotto_account_asks_disown (self->waiting, data);
  if (self->batch != NULL)
    sotto_account_asks_disown (self->batch->changes, data);
}

void
sotto_accounts_set_trouble (SottoAccounts *self,
                            void (*trouble) (const GError *error, gpointer data),
                            gpointer data)
{
  self->trouble = trouble;
  self->trouble_data = data;
}

void
sotto_accounts_set_flush (SottoAccounts *self, void (*flush) (gpointer data), gpointer data)
{
  sotto_workers_set_flush (self->writer, flush, data);
}
