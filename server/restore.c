// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/restore.h"

#include "shared/base/file.h"
#include "shared/base/secret.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Tickets that were given out since the backup have generations that it does not know of: no
 * account made from now on may get one of those. */
#define GENERATIONS_SKIPPED 65536

/* ---- Owners ---- */

/* Root writes for a service that runs as somebody else: what it puts there belongs to who had the
 * file, or has the folder. */
static void
give_to_owner (const char *path, const struct stat *before)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat st;

  if (geteuid () != 0)
    return;
  if (before == NULL && stat (folder, &st) == 0)
    before = &st;
  if (before != NULL && lchown (path, before->st_uid, before->st_gid) != 0)
    g_unlink (path); /* nobody could read it: better that it is missed */
}

/* ---- One file ---- */

static bool
is_same (const SottoBackupFile *file)
{
  gsize n;
  char *bytes = sotto_file_read (file->path, file->n, &n, NULL);
  bool same = bytes != NULL && n == file->n && memcmp (bytes, file->bytes, n) == 0;

  if (bytes != NULL)
    sotto_secret_wipe (bytes, n);
  g_free (bytes);
  return same;
}

static bool
fail (const char *path, int reason, GError **error)
{
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "%s: %s", path, g_strerror (reason));
  return false;
}

/* A second name for what is there: the first is never without a file. */
static char *
keep_aside (const char *path, gint64 unix_s, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (unix_s);
  g_autofree char *time = g_date_time_format (now, "%Y%m%dT%H%M%SZ");

  for (guint i = 1; i < 100; i++)
    {
      g_autofree char *again = i > 1 ? g_strdup_printf ("-%u", i) : g_strdup ("");
      char *kept = g_strconcat (path, ".replaced-", time, again, NULL);

      if (link (path, kept) == 0)
        return kept;
      g_free (kept);
      if (errno != EEXIST)
        break;
    }
  fail (path, errno, error);
  return NULL;
}

/* Of two names for one file rename() takes none away. */
static void
take_back_kept (SottoRestored *self, SottoBackupPart part, const char *path)
{
  if (self->kept[part] == NULL)
    return;
  g_rename (self->kept[part], path);
  g_unlink (self->kept[part]);
  g_clear_pointer (&self->kept[part], g_free);
}

static bool
put_back (SottoRestored *self,
          SottoBackupPart part,
          const SottoBackupFile *file,
          gint64 unix_s,
          GError **error)
{
  struct stat before;
  bool exists = lstat (file->path, &before) == 0;

  if (is_same (file))
    return true; /* SOTTO_RESTORE_SAME */
  if (exists && (self->kept[part] = keep_aside (file->path, unix_s, error)) == NULL)
    return false;
  if (!sotto_file_replace (file->path, file->bytes, file->n, file->mode, error))
    {
      take_back_kept (self, part, file->path);
      return false;
    }
  self->how[part] = exists ? SOTTO_RESTORE_REPLACED : SOTTO_RESTORE_NEW;
  give_to_owner (file->path, exists ? &before : NULL);
  return true;
}

static void
take_back (SottoRestored *self, SottoBackupPart part, const SottoBackupFile *file)
{
  if (self->how[part] == SOTTO_RESTORE_NEW)
    g_unlink (file->path);
  take_back_kept (self, part, file->path);
  self->how[part] = SOTTO_RESTORE_SAME;
}

/* ---- The accounts, with generations that nobody has seen ---- */

static guint32
present_generation (const char *path)
{
  SottoAccountFile present;

  sotto_account_file_init (&present);
  /* What cannot be read is why a backup is put back. */
  sotto_account_file_load (&present, path, NULL);
  guint32 generation = present.generation;
  sotto_account_file_clear (&present);
  return generation;
}

static SottoBackupFile
print_accounts (const SottoBackup *backup)
{
  const SottoBackupFile *file = &backup->files[SOTTO_BACKUP_ACCOUNTS];
  const SottoAccountFile *accounts = &backup->accounts;
  guint64 generation = MAX (accounts->generation, present_generation (file->path));
  g_autofree char *realm = sotto_account_file_quote_realm (accounts->realm);
  g_autofree char *invites = sotto_invites_print (accounts->invites);
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer account;

  generation = MIN (generation + GENERATIONS_SKIPPED, G_MAXUINT32);
  g_hash_table_iter_init (&iter, accounts->records);
  while (g_hash_table_iter_next (&iter, NULL, &account))
    g_ptr_array_add (lines, ((SottoAccount *)account)->json);
  GString *text = sotto_account_file_print (realm, (guint32)generation, invites,
                                            (const char *const *)lines->pdata, lines->len);
  SottoBackupFile printed = { .path = file->path, .mode = file->mode, .n = text->len };
  printed.bytes = g_string_free (text, FALSE);
  return printed;
}

/* ---- All ---- */

/* A folder that has to be made is open to those who may read something in it. */
static bool
make_folders (const SottoBackup *backup, GError **error)
{
  for (gsize i = 0; i < SOTTO_BACKUP_FILES; i++)
    {
      g_autofree char *folder = g_path_get_dirname (backup->files[i].path);
      mode_t mode = 0700;

      if (g_file_test (folder, G_FILE_TEST_IS_DIR))
        continue;
      for (gsize k = i; k < SOTTO_BACKUP_FILES; k++)
        {
          g_autofree char *other = g_path_get_dirname (backup->files[k].path);

          if (g_str_equal (folder, other) && (backup->files[k].mode & S_IROTH) != 0)
            mode = 0755;
        }
      if (!sotto_file_make_private_dir (folder, error))
        return false;
      if (chmod (folder, mode) != 0)
        return fail (folder, errno, error);
    }
  return true;
}

static bool
restore_all (SottoRestored *self, const SottoBackup *backup, gint64 unix_s, GError **error)
{
  SottoBackupFile files[SOTTO_BACKUP_FILES];
  guint done = 0;

  memcpy (files, backup->files, sizeof files);
  files[SOTTO_BACKUP_ACCOUNTS] = print_accounts (backup);
  while (done < SOTTO_BACKUP_FILES && put_back (self, done, &files[done], unix_s, error))
    done++;
  for (guint i = done; done < SOTTO_BACKUP_FILES && i-- > 0;)
    take_back (self, i, &files[i]);
  sotto_secret_wipe (files[SOTTO_BACKUP_ACCOUNTS].bytes, files[SOTTO_BACKUP_ACCOUNTS].n);
  g_free (files[SOTTO_BACKUP_ACCOUNTS].bytes);
  return done == SOTTO_BACKUP_FILES;
}

bool
sotto_restore (const SottoBackup *backup, gint64 unix_s, SottoRestored *out, GError **error)
{
  const char *accounts = backup->files[SOTTO_BACKUP_ACCOUNTS].path;
  g_autofree char *lock_path = g_strconcat (accounts, ".lock", NULL);
  bool locked_before = sotto_file_exists (lock_path);

  if (!make_folders (backup, error))
    return false;
  int lock = sotto_file_lock (lock_path, error);
  if (lock < 0)
    return false;
  bool restored = restore_all (out, backup, unix_s, error);
  if (!locked_before)
    give_to_owner (lock_path, NULL);
  close (lock);
  return restored;
}

void
sotto_restored_clear (SottoRestored *self)
{
  for (gsize i = 0; i < SOTTO_BACKUP_FILES; i++)
    g_clear_pointer (&self->kept[i], g_free);
}
