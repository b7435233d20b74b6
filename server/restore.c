// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/restore.h"

#include "server/restoring.h"
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

/* What others than the owner may be allowed, whatever the backup says. */
static const int modes[SOTTO_BACKUP_FILES] = {
  [SOTTO_BACKUP_KEY] = 0640,
  [SOTTO_BACKUP_CERTIFICATE] = 0644,
  [SOTTO_BACKUP_ACCOUNTS] = 0600,
  [SOTTO_BACKUP_CONFIG] = 0644,
};

/* ---- Owners ---- */

/* Root writes for a service that runs as somebody else: what it puts there belongs to who had the
 * file, or has the folder. NULL when it belongs to who writes it. */
static const SottoFileOwner *
find_owner (const char *path, SottoFileOwner *out)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat st;

  if (geteuid () != 0 || (lstat (path, &st) != 0 && stat (folder, &st) != 0))
    return NULL;
  *out = (SottoFileOwner){ st.st_uid, st.st_gid };
  return out;
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
static bool
take_back_kept (SottoRestored *self, SottoBackupPart part, const char *path)
{
  bool done = self->kept[part] == NULL || g_rename (self->kept[part], path) == 0;

  if (done && self->kept[part] != NULL)
    g_unlink (self->kept[part]);
  g_clear_pointer (&self->kept[part], g_free);
  return done;
}

static bool
put_back (SottoRestored *self,
          SottoBackupPart part,
          const SottoBackupFile *file,
          gint64 unix_s,
          GError **error)
{
  bool exists = sotto_file_exists (file->path);
  SottoFileOwner owner;

  if (is_same (file))
    return true; /* SOTTO_RESTORE_SAME */
  if (exists && (self->kept[part] = keep_aside (file->path, unix_s, error)) == NULL)
    return false;
  if (!sotto_file_replace_for (file->path, file->bytes, file->n, (file->mode & modes[part]) | 0600,
                               find_owner (file->path, &owner), error))
    {
      take_back_kept (self, part, file->path);
      return false;
    }
  self->how[part] = exists ? SOTTO_RESTORE_REPLACED : SOTTO_RESTORE_NEW;
  return true;
}

static bool
take_back (SottoRestored *self, SottoBackupPart part, const SottoBackupFile *file)
{
  bool done = self->how[part] != SOTTO_RESTORE_NEW || g_unlink (file->path) == 0;

  self->how[part] = SOTTO_RESTORE_SAME;
  return take_back_kept (self, part, file->path) && done;
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

/* All or none; *out_mixed when a file could not be taken back. */
static bool
put_all_back (SottoRestored *self,
              const SottoBackupFile *files,
              gint64 unix_s,
              bool *out_mixed,
              GError **error)
{
  guint done = 0;

  while (done < SOTTO_BACKUP_FILES && put_back (self, done, &files[done], unix_s, error))
    done++;
  if (done == SOTTO_BACKUP_FILES)
    return true;
  while (done-- > 0)
    *out_mixed = !take_back (self, done, &files[done]) || *out_mixed;
  return false;
}

/* The accounts always differ, and are replaced at a blow; with another file there is a between. */
static bool
has_between (const SottoBackupFile *files)
{
  return !is_same (&files[SOTTO_BACKUP_KEY]) || !is_same (&files[SOTTO_BACKUP_CERTIFICATE])
         || !is_same (&files[SOTTO_BACKUP_CONFIG]);
}

/* A mark that another restore left goes with one that reaches its end, and only with that. */
static bool
restore_marked (SottoRestored *self, const SottoBackupFile *files, gint64 unix_s, GError **error)
{
  const char *config = files[SOTTO_BACKUP_CONFIG].path;
  bool mixed = sotto_restoring_is_begun (config);

  if (!mixed && has_between (files) && !sotto_restoring_begin (config, error))
    return false;
  if (put_all_back (self, files, unix_s, &mixed, error))
    return sotto_restoring_end (config, error);
  if (!mixed)
    sotto_restoring_end (config, NULL);
  return false;
}

static bool
restore_all (SottoRestored *self, const SottoBackup *backup, gint64 unix_s, GError **error)
{
  SottoBackupFile files[SOTTO_BACKUP_FILES];
  SottoBackupFile *accounts = &files[SOTTO_BACKUP_ACCOUNTS];

  memcpy (files, backup->files, sizeof files);
  *accounts = print_accounts (backup);
  for (gsize i = 0; i < SOTTO_BACKUP_FILES; i++)
    sotto_file_clean (files[i].path);
  bool restored = restore_marked (self, files, unix_s, error);
  sotto_secret_wipe (accounts->bytes, accounts->n);
  g_free (accounts->bytes);
  return restored;
}

/* ---- Nobody else meanwhile ---- */

static int
lock_accounts (const char *path, GError **error)
{
  g_autofree char *lock = g_strconcat (path, ".lock", NULL);
  bool locked_before = sotto_file_exists (lock);
  SottoFileOwner owner;
  int fd = sotto_file_lock (lock, error);

  /* Of the folder's owner, who is to lock it next. */
  if (fd >= 0 && !locked_before && find_owner (path, &owner) != NULL
      && fchown (fd, owner.uid, owner.gid) != 0)
    {
      fail (lock, errno, error);
      close (fd);
      return -1;
    }
  return fd;
}

/* The accounts that the configuration in the way names, if they are others: a server may run on
 * them. -1 and true: there are none, or it names none. */
static bool
lock_present (const SottoBackup *backup, int *out_fd, GError **error)
{
  const char *path = backup->files[SOTTO_BACKUP_CONFIG].path;
  gsize n;
  g_autofree char *text = sotto_file_read (path, SOTTO_CONFIG_MAX_BYTES, &n, NULL);
  g_autoptr (SottoServerConfig) config =
      text != NULL ? sotto_server_config_parse (path, text, n, NULL) : NULL;

  *out_fd = -1;
  if (config == NULL || g_str_equal (config->data_base, backup->files[SOTTO_BACKUP_ACCOUNTS].path)
      || !sotto_file_exists (config->data_base))
    return true;
  *out_fd = lock_accounts (config->data_base, error);
  return *out_fd >= 0;
}

bool
sotto_restore (const SottoBackup *backup, gint64 unix_s, SottoRestored *out, GError **error)
{
  int present;

  if (!lock_present (backup, &present, error))
    return false;
  int lock = make_folders (backup, error)
                 ? lock_accounts (backup->files[SOTTO_BACKUP_ACCOUNTS].path, error)
                 : -1;
  bool restored = lock >= 0 && restore_all (out, backup, unix_s, error);
  if (lock >= 0)
    close (lock);
  if (present >= 0)
    close (present);
  return restored;
}

void
sotto_restored_clear (SottoRestored *self)
{
  for (gsize i = 0; i < SOTTO_BACKUP_FILES; i++)
    g_clear_pointer (&self->kept[i], g_free);
}
