// SPDX-License-Identifier: GPL-3.0-or-later
/* The checks of configuration, key, accounts, who may read them, and room for more. */
#include "server/sottoctl/doctor.h"

#include "server/account-file.h"
#include "server/server-key.h"
#include "shared/base/file.h"
#include "shared/base/text.h"
#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/* The file of accounts is written anew beside itself; the log and the journal want some too. */
#define DISK_SPARE (64u * 1024 * 1024)

/* ---- Configuration ---- */

void
sotto_doctor_check_config (SottoDoctor *self)
{
  g_autoptr (GError) error = NULL;

  self->config_path = g_strdup (sotto_doctor_status_text (self, "config"));
  if (self->config_path == NULL && self->line->socket == NULL)
    self->config_path = sotto_server_config_find ();
  if (self->config_path == NULL)
    {
      sotto_doctor_find (self, SOTTO_FINDING_FAIL, "config", "sotto-server init DIR makes one",
                         "no configuration: neither ./config.yaml nor /etc/sotto/config.yaml");
      return;
    }
  self->config = sotto_server_config_load (self->config_path, &error);
  if (self->config == NULL)
    {
      sotto_doctor_find (self, SOTTO_FINDING_FAIL, "config",
                         "mend that line; sotto-server check says whether it is right", "%s",
                         error->message);
      return;
    }
  g_autoptr (GPtrArray) warnings = sotto_server_config_warnings (self->config);
  if (warnings->len == 0)
    sotto_doctor_find (self, SOTTO_FINDING_OK, "config", NULL, "%s is right", self->config_path);
  for (guint i = 0; i < warnings->len; i++)
    sotto_doctor_find (self, SOTTO_FINDING_WARN, "config", "see sotto.yaml(5)", "%s",
                       (const char *)g_ptr_array_index (warnings, i));
}

/* ---- Key ---- */

void
sotto_doctor_check_key (SottoDoctor *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SottoServerKey) key = NULL;
  const char *running = sotto_doctor_status_text (self, "fingerprint");

  if (self->config == NULL)
    return;
  key = sotto_server_key_load (self->config, &error);
  if (key == NULL)
    {
      sotto_doctor_find (self, SOTTO_FINDING_FAIL, "key",
                         "put key and certificate of one backup back (sottoctl restore), or make "
                         "new ones: docs/operations.md, A new key",
                         "%s", error->message);
      return;
    }
  g_autofree char *fingerprint = sotto_hex_encode (&key->fingerprint, sizeof key->fingerprint);
  gsize bits = key->wrap_len * 8;
  if (running != NULL && !g_str_equal (running, fingerprint))
    sotto_doctor_find (self, SOTTO_FINDING_WARN, "key", "restart the server",
                       "the key on the disk is not the one that the server runs with");
  else if (bits < SOTTO_RSA_BITS_MADE)
    sotto_doctor_find (self, SOTTO_FINDING_WARN, "key",
                       "make a new one when it suits: docs/operations.md, A new key",
                       "the key has %u bits; new ones have %u", (guint)bits, SOTTO_RSA_BITS_MADE);
  else
    sotto_doctor_find (self, SOTTO_FINDING_OK, "key", NULL,
                       "RSA of %u bits, and the certificate is its own", (guint)bits);
}

/* ---- Accounts ---- */

void
sotto_doctor_check_accounts (SottoDoctor *self)
{
  g_autoptr (GError) error = NULL;
  SottoAccountFile file;

  if (self->config == NULL)
    return;
  sotto_account_file_init (&file);
  if (!sotto_file_exists (self->config->data_base))
    sotto_doctor_find (self, SOTTO_FINDING_NOTE, "accounts", NULL,
                       "%s is not there yet: the server makes it", self->config->data_base);
  else if (sotto_account_file_load (&file, self->config->data_base, &error))
    sotto_doctor_find (self, SOTTO_FINDING_OK, "accounts", NULL, "%s is sound, %u accounts",
                       self->config->data_base, g_hash_table_size (file.records));
  else
    sotto_doctor_find (self, SOTTO_FINDING_FAIL, "accounts",
                       "stop the server and put a backup back: sottoctl restore FILE", "%s",
                       error->message);
  sotto_account_file_clear (&file);
}

/* ---- Permissions ---- */

/* What nobody but the owner may do with a file. */
static bool
check_mode (SottoDoctor *self, const char *path, mode_t forbidden, const char *chmod)
{
  struct stat st;

  if (path == NULL || stat (path, &st) != 0 || (st.st_mode & forbidden) == 0)
    return true;
  g_autofree char *fix = g_strdup_printf ("chmod %s %s", chmod, path);
  sotto_doctor_find (self, SOTTO_FINDING_FAIL, "permissions", fix,
                     "%s has mode %04o: others than its owner may %s it", path,
                     (guint)st.st_mode & 07777, (forbidden & S_IROTH) != 0 ? "read" : "change");
  return false;
}

void
sotto_doctor_check_permissions (SottoDoctor *self)
{
  const mode_t anything = S_IRWXG | S_IRWXO;
  const mode_t writing = S_IWGRP | S_IWOTH;

  if (self->config == NULL)
    return;
  g_autofree char *folder = g_path_get_dirname (self->config->data_base);
  const struct
  {
    const char *path;
    mode_t forbidden;
    const char *chmod;
  } files[] = {
    { self->config->server_private_key, anything, "600" },
    { self->config->data_base, anything, "600" },
    { self->status != NULL ? self->socket : NULL, anything, "600" },
    { self->config_path, writing, "go-w" },
    { self->config->server_certificate, writing, "go-w" },
    { folder, S_IWOTH, "o-w" },
  };
  bool right = true;

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    right = check_mode (self, files[i].path, files[i].forbidden, files[i].chmod) && right;
  if (right)
    sotto_doctor_find (self, SOTTO_FINDING_OK, "permissions", NULL,
                       "key, accounts and control socket are their owner's alone");
}

/* ---- Disk ---- */

/* What the server met is not always to be seen from here: a disk that fails, a quota. */
static bool
check_last_write (SottoDoctor *self)
{
  bool writable = true;

  if (self->status != NULL)
    sotto_json_get_bool (self->status, "writable", &writable);
  if (!writable)
    sotto_doctor_find (self, SOTTO_FINDING_FAIL, "disk",
                       "journalctl -u sotto-server says why; once that is mended the next change "
                       "is written by itself",
                       "the server could not write the accounts when it last tried");
  return writable;
}

static void
check_room (SottoDoctor *self, const char *folder, const struct statvfs *disk)
{
  struct stat st = { .st_size = 0 };

  stat (self->config->data_base, &st);
  guint64 needed = 2 * (guint64)st.st_size;
  guint64 free_bytes = (guint64)disk->f_bavail * disk->f_frsize;
  g_autofree char *size = g_format_size (free_bytes);

  if ((disk->f_flag & ST_RDONLY) != 0)
    sotto_doctor_find (self, SOTTO_FINDING_FAIL, "disk",
                       "mount -o remount,rw, or put data_base elsewhere", "%s is mounted read-only",
                       folder);
  else if (free_bytes < needed + DISK_SPARE || (disk->f_files > 0 && disk->f_favail < 16))
    sotto_doctor_find (self, free_bytes <= needed ? SOTTO_FINDING_FAIL : SOTTO_FINDING_WARN, "disk",
                       "make room: without it nobody can sign up or change a password",
                       "only %s and %llu files are left in %s", size,
                       (unsigned long long)disk->f_favail, folder);
  else if (check_last_write (self))
    sotto_doctor_find (self, SOTTO_FINDING_OK, "disk", NULL, "%s are free in %s", size, folder);
}

void
sotto_doctor_check_disk (SottoDoctor *self)
{
  struct statvfs disk;

  if (self->config == NULL)
    return;
  g_autofree char *folder = g_path_get_dirname (self->config->data_base);
  if (statvfs (folder, &disk) == 0)
    check_room (self, folder, &disk);
  else
    sotto_doctor_find (self, SOTTO_FINDING_FAIL, "disk", NULL, "%s: %s", folder,
                       g_strerror (errno));
}
