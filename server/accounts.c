// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Group commit. `waiting` collects changes while a worker writes the file with those of `batch`.
 * When a batch is made its changes are applied, in order, to an overlay; the worker gets the lines
 * of all accounts as they will be; and only when the file is durable does the overlay become what
 * lookups see. A failed write forgets the overlay: memory and disk never part.
 */
#include "server/accounts.h"

#include "server/account-file.h"
#include "server/realm.h"
#include "server/workers.h"
#include "shared/base/file.h"
#include "shared/base/secret.h"
#include <string.h>
#include <unistd.h>

/* What may wait for one write: as many logins and sign-ups as the verifier lets through, and more.
 */
#define ACCOUNTS_WAITING_MAX 4096

typedef struct
{
  SottoAccountChange change;
  SottoAccountDone done;
  gpointer data;
  SottoCode code;
  SottoAccount *account;
} Waiting;

typedef struct
{
  SottoWork work;
  SottoAccounts *accounts; /* for the loop only */
  GPtrArray *changes;      /* Waiting, owned */
  GHashTable *overlay;     /* name → SottoAccount or NULL (removed), owned */
  GPtrArray *records;      /* refs that keep `lines` alive */
  GPtrArray *lines;
  char *path;
  char *realm_json;
  guint32 generation;
  GError *error;
} Batch;

struct _SottoAccounts
{
  char *path;
  int lock_fd;
  char *realm;
  char *forgotten_realm;
  SottoAccountFile file; /* what is on the disk */
  SottoWorkers *writer;  /* one thread */
  GPtrArray *waiting;
  Batch *batch; /* being written */
  bool in_trouble;
  void (*trouble) (const GError *error, gpointer data);
  gpointer trouble_data;
};

static void
waiting_free (gpointer p)
{
  Waiting *self = p;

  if (self->account != NULL)
    sotto_account_unref (self->account);
  g_free (self);
}

static void
account_clear (gpointer account)
{
  if (account != NULL)
    sotto_account_unref (account);
}

static void
batch_free (Batch *self)
{
  g_ptr_array_unref (self->changes);
  g_hash_table_unref (self->overlay);
  g_ptr_array_unref (self->records);
  g_ptr_array_unref (self->lines);
  g_free (self->path);
  g_free (self->realm_json);
  g_clear_error (&self->error);
  g_free (self);
}

/* ---- One change against the overlay ---- */

static SottoAccount *
batch_lookup (Batch *self, const char *name)
{
  gpointer account;

  if (g_hash_table_lookup_extended (self->overlay, name, NULL, &account))
    return account;
  return g_hash_table_lookup (self->accounts->file.records, name);
}

static SottoAccount *
change_add (Batch *self, const SottoAccountChange *change)
{
  SottoAccount account = { .name = change->name,
                           .has_identity = change->has_identity,
                           .identity = change->identity,
                           .generation = ++self->generation,
                           .created = change->created };

  g_strlcpy (account.hash, change->hash, sizeof account.hash);
  return sotto_account_new (&account);
}

static SottoAccount *
change_update (Batch *self, const SottoAccountChange *change, const SottoAccount *old)
{
  SottoAccount account = *old;

  if (change->hash[0] != '\0')
    g_strlcpy (account.hash, change->hash, sizeof account.hash);
  if (change->has_identity)
    {
      account.has_identity = true;
      account.identity = change->identity;
    }
  if (change->has_disabled)
    account.disabled = change->disabled;
  if (change->end_tickets)
    account.generation = ++self->generation;
  return sotto_account_new (&account);
}

static SottoCode
change_check (const SottoAccountChange *change, const SottoAccount *old)
{
  if (change->op == SOTTO_ACCOUNT_ADD)
    return old == NULL ? SOTTO_OK : SOTTO_NAME_TAKEN;
  if (old == NULL)
    return SOTTO_AUTH;
  if (change->expected_hash[0] != '\0' && !g_str_equal (change->expected_hash, old->hash))
    return SOTTO_BUSY;
  return SOTTO_OK;
}

static void
batch_apply (Batch *self, Waiting *waiting)
{
  const SottoAccountChange *change = &waiting->change;
  SottoAccount *old = batch_lookup (self, change->name.str);
  SottoAccount *new = NULL;

  waiting->code = change_check (change, old);
  if (waiting->code != SOTTO_OK)
    return;
  switch (change->op)
    {
    case SOTTO_ACCOUNT_ADD:
      new = change_add (self, change);
      break;
    case SOTTO_ACCOUNT_UPDATE:
      new = change_update (self, change, old);
      break;
    case SOTTO_ACCOUNT_REMOVE:
      break;
    }
  if (new != NULL)
    waiting->account = sotto_account_ref (new);
  g_hash_table_replace (self->overlay, g_strdup (change->name.str), new);
}

/* ---- A batch: made on the loop, written in the worker, settled on the loop ---- */

static void
batch_add_line (Batch *self, SottoAccount *account)
{
  g_ptr_array_add (self->records, sotto_account_ref (account));
  g_ptr_array_add (self->lines, account->json);
}

static void
batch_collect (Batch *self)
{
  GHashTableIter iter;
  gpointer name;
  gpointer account;

  g_hash_table_iter_init (&iter, self->accounts->file.records);
  while (g_hash_table_iter_next (&iter, &name, &account))
    if (!g_hash_table_contains (self->overlay, name))
      batch_add_line (self, account);
  g_hash_table_iter_init (&iter, self->overlay);
  while (g_hash_table_iter_next (&iter, &name, &account))
    if (account != NULL)
      batch_add_line (self, account);
}

static void
batch_run (SottoWork *work)
{
  Batch *self = (Batch *)work;
  GString *text =
      sotto_account_file_print (self->realm_json, self->generation,
                                (const char *const *)self->lines->pdata, self->lines->len);

  sotto_file_replace (self->path, text->str, text->len, 0600, &self->error);
  sotto_secret_wipe (text->str, text->len);
  g_string_free (text, TRUE);
}

static void
accounts_adopt (SottoAccounts *self, Batch *batch)
{
  GHashTableIter iter;
  gpointer name;
  gpointer account;

  g_hash_table_iter_init (&iter, batch->overlay);
  while (g_hash_table_iter_next (&iter, &name, &account))
    {
      /* The key lives in the record: the old one goes with it. */
      g_hash_table_remove (self->file.records, name);
      if (account != NULL)
        g_hash_table_insert (self->file.records, ((SottoAccount *)account)->name.str,
                             sotto_account_ref (account));
    }
  self->file.generation = batch->generation;
}

static void
accounts_tell_trouble (SottoAccounts *self, const GError *error)
{
  if (error == NULL && !self->in_trouble)
    return;
  self->in_trouble = error != NULL;
  if (self->trouble != NULL)
    self->trouble (error, self->trouble_data);
}

static void
batch_answer (Batch *self, bool written)
{
  for (guint i = 0; i < self->changes->len; i++)
    {
      Waiting *waiting = g_ptr_array_index (self->changes, i);
      SottoCode code = waiting->code;

      /* What was refused did not depend on the disk. */
      if (code == SOTTO_OK && !written)
        code = SOTTO_UNAVAILABLE;
      if (waiting->done != NULL)
        waiting->done (code, code == SOTTO_OK ? waiting->account : NULL, waiting->data);
    }
}

static void accounts_write (SottoAccounts *self);

static void
batch_done (SottoWork *work)
{
  Batch *batch = (Batch *)work;
  SottoAccounts *self = batch->accounts;
  bool written = batch->error == NULL;

  if (written)
    accounts_adopt (self, batch);
  accounts_tell_trouble (self, batch->error);
  /* Still the batch while its askers are told: what they change waits for the next. */
  batch_answer (batch, written);
  self->batch = NULL;
  batch_free (batch);
  accounts_write (self);
}

static void
batch_discard (SottoWork *work)
{
  Batch *batch = (Batch *)work;

  batch_answer (batch, false);
  batch->accounts->batch = NULL;
  batch_free (batch);
}

static Batch *
batch_new (SottoAccounts *accounts)
{
  Batch *self = g_new0 (Batch, 1);

  self->work.run = batch_run;
  self->work.done = batch_done;
  self->work.discard = batch_discard;
  self->accounts = accounts;
  self->overlay = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, account_clear);
  self->records = g_ptr_array_new_with_free_func (account_clear);
  self->lines = g_ptr_array_new ();
  self->path = g_strdup (accounts->path);
  /* The realm that the accounts were made with, even if the configuration has another now. */
  self->realm_json = sotto_account_file_quote_realm (
      accounts->file.realm != NULL ? accounts->file.realm : accounts->realm);
  self->generation = accounts->file.generation;
  self->changes = accounts->waiting;
  accounts->waiting = g_ptr_array_new_with_free_func (waiting_free);
  for (guint i = 0; i < self->changes->len; i++)
    batch_apply (self, g_ptr_array_index (self->changes, i));
  batch_collect (self);
  return self;
}

static void
accounts_write (SottoAccounts *self)
{
  if (self->batch != NULL || self->waiting->len == 0)
    return;
  self->batch = batch_new (self);
  /* One writer and one batch at a time: its queue of one is never full. */
  if (!sotto_workers_push (self->writer, &self->batch->work, 0))
    g_assert_not_reached ();
}

/* ---- Opening ---- */

static bool
accounts_store_realm (SottoAccounts *self, GError **error)
{
  g_autofree char *realm_json = sotto_account_file_quote_realm (self->realm);
  GString *text = sotto_account_file_print (realm_json, 0, NULL, 0);
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
  self->waiting = g_ptr_array_new_with_free_func (waiting_free);
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

SottoAccount *
sotto_accounts_lookup (const SottoAccounts *self, const SottoName *name)
{
  return g_hash_table_lookup (self->file.records, name->str);
}

GPtrArray *
sotto_accounts_list (const SottoAccounts *self)
{
  GPtrArray *list = g_ptr_array_new_full (sotto_accounts_get_count (self), account_clear);
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

  Waiting *waiting = g_new0 (Waiting, 1);
  waiting->change = *change;
  waiting->done = done;
  waiting->data = data;
  g_ptr_array_add (self->waiting, waiting);
  accounts_write (self);
  return true;
}

static void
disown (GPtrArray *changes, gpointer data)
{
  for (guint i = 0; i < changes->len; i++)
    {
      Waiting *waiting = g_ptr_array_index (changes, i);

      if (waiting->data == data)
        waiting->done = NULL;
    }
}

void
sotto_accounts_disown (SottoAccounts *self, gpointer data)
{
  disown (self->waiting, data);
  if (self->batch != NULL)
    disown (self->batch->changes, data);
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
