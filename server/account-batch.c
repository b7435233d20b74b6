// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Changes are applied in order to an overlay over what is on the disk, so that each sees those
 * before it and lookups see none of them yet.
 */
#include "server/account-batch.h"

#include "shared/base/file.h"
#include "shared/base/secret.h"

/* One change and who wants to hear of it. */
typedef struct
{
  SottoAccountChange change;
  SottoAccountDone done; /* NULL = nobody any more */
  gpointer data;
  SottoCode code;
  SottoAccount *account;
} SottoAccountAsk;

static void
account_clear (gpointer account)
{
  if (account != NULL)
    sotto_account_unref (account);
}

/* ---- Those who ask ---- */

static void
ask_free (gpointer p)
{
  SottoAccountAsk *self = p;

  account_clear (self->account);
  g_free (self);
}

GPtrArray *
sotto_account_asks_new (void)
{
  return g_ptr_array_new_with_free_func (ask_free);
}

void
sotto_account_asks_add (GPtrArray *asks,
                        const SottoAccountChange *change,
                        SottoAccountDone done,
                        gpointer data)
{
  SottoAccountAsk *ask = g_new0 (SottoAccountAsk, 1);

  ask->change = *change;
  ask->done = done;
  ask->data = data;
  g_ptr_array_add (asks, ask);
}

void
sotto_account_asks_disown (GPtrArray *asks, gpointer data)
{
  for (guint i = 0; i < asks->len; i++)
    {
      SottoAccountAsk *ask = g_ptr_array_index (asks, i);

      if (ask->data == data)
        ask->done = NULL;
    }
}

/* ---- One change against the overlay ---- */

static SottoAccount *
batch_lookup (SottoAccountBatch *self, const char *name)
{
  gpointer account;

  if (g_hash_table_lookup_extended (self->overlay, name, NULL, &account))
    return account;
  return g_hash_table_lookup (self->file->records, name);
}

static SottoAccount *
change_add (SottoAccountBatch *self, const SottoAccountChange *change)
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
change_update (SottoAccountBatch *self, const SottoAccountChange *change, const SottoAccount *old)
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

/* As the changes before this one leave them. */
static const SottoInvites *
batch_get_invites (const SottoAccountBatch *self)
{
  return self->invites != NULL ? self->invites : self->file->invites;
}

/* To be changed: copied the first time. */
static SottoInvites *
batch_edit_invites (SottoAccountBatch *self)
{
  if (self->invites == NULL)
    self->invites = sotto_invites_copy (self->file->invites);
  return self->invites;
}

/* "Sign-up checks name, invite, then whether it is taken." */
static SottoCode
check_add (const SottoAccountBatch *self, const SottoAccountChange *change, const SottoAccount *old)
{
  if (change->invite.id[0] != '\0'
      && sotto_invites_match (batch_get_invites (self), &change->invite, change->created) == NULL)
    return SOTTO_INVITE;
  if (old != NULL)
    return SOTTO_NAME_TAKEN;
  return self->count < self->file->max ? SOTTO_OK : SOTTO_UNAVAILABLE;
}

static SottoCode
check_update (const SottoAccountChange *change, const SottoAccount *old)
{
  if (old == NULL)
    return SOTTO_AUTH;
  if (change->expected_hash[0] != '\0' && !g_str_equal (change->expected_hash, old->hash))
    return SOTTO_BUSY;
  return SOTTO_OK;
}

/* new NULL: the name goes. */
static void
batch_put (SottoAccountBatch *self, SottoAccountAsk *ask, SottoAccount *new)
{
  bool was_there = batch_lookup (self, ask->change.name.str) != NULL;

  self->count += (guint)(new != NULL) - (guint)was_there;
  if (new != NULL)
    ask->account = sotto_account_ref (new);
  g_hash_table_replace (self->overlay, g_strdup (ask->change.name.str), new);
}

static void
batch_add (SottoAccountBatch *self, SottoAccountAsk *ask)
{
  const SottoAccountChange *change = &ask->change;

  ask->code = check_add (self, change, batch_lookup (self, change->name.str));
  if (ask->code != SOTTO_OK)
    return;
  if (change->invite.id[0] != '\0')
    sotto_invites_use (batch_edit_invites (self), change->invite.id);
  batch_put (self, ask, change_add (self, change));
}

static void
batch_update (SottoAccountBatch *self, SottoAccountAsk *ask)
{
  const SottoAccount *old = batch_lookup (self, ask->change.name.str);

  ask->code = check_update (&ask->change, old);
  if (ask->code == SOTTO_OK)
    batch_put (self, ask, change_update (self, &ask->change, old));
}

static void
batch_remove (SottoAccountBatch *self, SottoAccountAsk *ask)
{
  ask->code = check_update (&ask->change, batch_lookup (self, ask->change.name.str));
  if (ask->code == SOTTO_OK)
    batch_put (self, ask, NULL);
}

static void
batch_revoke (SottoAccountBatch *self, SottoAccountAsk *ask)
{
  const char *id = ask->change.invite.id;

  if (sotto_invites_find (batch_get_invites (self), id, G_MININT64) == NULL)
    ask->code = SOTTO_INVITE;
  else
    sotto_invites_remove (batch_edit_invites (self), id);
}

static void
batch_apply (SottoAccountBatch *self, SottoAccountAsk *ask)
{
  switch (ask->change.op)
    {
    case SOTTO_ACCOUNT_ADD:
      batch_add (self, ask);
      break;
    case SOTTO_ACCOUNT_UPDATE:
      batch_update (self, ask);
      break;
    case SOTTO_ACCOUNT_REMOVE:
      batch_remove (self, ask);
      break;
    case SOTTO_ACCOUNT_INVITE:
      ask->code =
          sotto_invites_add (batch_edit_invites (self), &ask->change.invite, ask->change.created);
      break;
    case SOTTO_ACCOUNT_REVOKE:
      batch_revoke (self, ask);
      break;
    }
}

/* ---- The whole file as it will be ---- */

static void
batch_add_line (SottoAccountBatch *self, SottoAccount *account)
{
  g_ptr_array_add (self->records, sotto_account_ref (account));
  g_ptr_array_add (self->lines, account->json);
}

static void
batch_collect (SottoAccountBatch *self)
{
  GHashTableIter iter;
  gpointer name;
  gpointer account;

  g_hash_table_iter_init (&iter, self->file->records);
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
  SottoAccountBatch *self = (SottoAccountBatch *)work;
  GString *text =
      sotto_account_file_print (self->realm_json, self->generation, self->invites_json,
                                (const char *const *)self->lines->pdata, self->lines->len);

  sotto_file_replace (self->path, text->str, text->len, 0600, &self->error);
  sotto_secret_wipe (text->str, text->len);
  g_string_free (text, TRUE);
}

/* ---- From beginning to end ---- */

SottoAccountBatch *
sotto_account_batch_new (const SottoAccountFile *file,
                         const char *path,
                         const char *realm,
                         GPtrArray *take_changes)
{
  SottoAccountBatch *self = g_new0 (SottoAccountBatch, 1);

  self->work.run = batch_run;
  self->file = file;
  self->overlay = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, account_clear);
  self->records = g_ptr_array_new_with_free_func (account_clear);
  self->lines = g_ptr_array_new ();
  self->path = g_strdup (path);
  /* The realm that the accounts were made with, even if the configuration has another now. */
  self->realm_json = sotto_account_file_quote_realm (file->realm != NULL ? file->realm : realm);
  self->generation = file->generation;
  self->count = g_hash_table_size (file->records);
  self->changes = take_changes;
  for (guint i = 0; i < self->changes->len; i++)
    batch_apply (self, g_ptr_array_index (self->changes, i));
  batch_collect (self);
  self->invites_json = sotto_invites_print (batch_get_invites (self));
  return self;
}

void
sotto_account_batch_adopt (SottoAccountBatch *self, SottoAccountFile *file)
{
  GHashTableIter iter;
  gpointer name;
  gpointer account;

  g_hash_table_iter_init (&iter, self->overlay);
  while (g_hash_table_iter_next (&iter, &name, &account))
    {
      /* The key lives in the record: the old one goes with it. */
      g_hash_table_remove (file->records, name);
      if (account != NULL)
        g_hash_table_insert (file->records, ((SottoAccount *)account)->name.str,
                             sotto_account_ref (account));
    }
  file->generation = self->generation;
  if (self->invites == NULL)
    return;
  sotto_invites_free (file->invites);
  file->invites = g_steal_pointer (&self->invites);
}

void
sotto_account_batch_answer (SottoAccountBatch *self, bool written)
{
  for (guint i = 0; i < self->changes->len; i++)
    {
      SottoAccountAsk *ask = g_ptr_array_index (self->changes, i);
      SottoCode code = ask->code;

      /* What was refused did not depend on the disk. */
      if (code == SOTTO_OK && !written)
        code = SOTTO_UNAVAILABLE;
      if (ask->done != NULL)
        ask->done (code, code == SOTTO_OK ? ask->account : NULL, ask->data);
    }
}

void
sotto_account_batch_free (SottoAccountBatch *self)
{
  g_ptr_array_unref (self->changes);
  g_hash_table_unref (self->overlay);
  g_ptr_array_unref (self->records);
  g_ptr_array_unref (self->lines);
  g_free (self->path);
  g_free (self->realm_json);
  g_free (self->invites_json);
  sotto_invites_free (self->invites);
  g_clear_error (&self->error);
  g_free (self);
}
