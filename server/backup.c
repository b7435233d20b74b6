// SPDX-License-Identifier: GPL-3.0-or-later
#include <config.h>

#include "server/backup.h"

#include "server/archive.h"
#include "server/server-key.h"
#include "shared/base/file.h"
#include "shared/base/json.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/certificate.h"
#include <string.h>
#include <sys/stat.h>

#define MANIFEST         "sotto-backup.json"
#define MANIFEST_VERSION 1
#define MANIFEST_MAX     (64 * 1024)
#define KEY_MAX          (64 * 1024)
/* The accounts, and little more. */
#define BACKUP_MAX (SOTTO_ACCOUNT_FILE_MAX + 1024 * 1024)

static const struct
{
  const char *name; /* in the archive */
  gsize max;
} parts[SOTTO_BACKUP_FILES] = {
  [SOTTO_BACKUP_KEY] = { "key.pem", KEY_MAX },
  [SOTTO_BACKUP_CERTIFICATE] = { "certificate.pem", KEY_MAX },
  [SOTTO_BACKUP_ACCOUNTS] = { "pass.json", SOTTO_ACCOUNT_FILE_MAX },
  [SOTTO_BACKUP_CONFIG] = { "config.yaml", SOTTO_CONFIG_MAX_BYTES },
};

static SottoBackup *
backup_new (gint64 created)
{
  SottoBackup *self = g_new0 (SottoBackup, 1);

  self->created = created;
  sotto_account_file_init (&self->accounts);
  return self;
}

void
sotto_backup_free (SottoBackup *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < SOTTO_BACKUP_FILES; i++)
    {
      g_free (self->files[i].path);
      if (self->files[i].bytes != NULL)
        sotto_secret_wipe (self->files[i].bytes, self->files[i].n);
      g_free (self->files[i].bytes);
    }
  sotto_account_file_clear (&self->accounts);
  g_free (self);
}

/* ---- Whether a server would start on it ---- */

static bool
damaged (const char *path, const char *reason, GError **error)
{
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT, "%s: %s", path, reason);
  return false;
}

static bool
backup_check_key (const SottoBackup *self, const SottoServerConfig *config, GError **error)
{
  const SottoBackupFile *key = &self->files[SOTTO_BACKUP_KEY];
  const SottoBackupFile *certificate = &self->files[SOTTO_BACKUP_CERTIFICATE];
  SottoPrivateKey *private = sotto_private_key_from_bytes (key->bytes, key->n, error);
  GBytes *der = NULL;

  if (private == NULL)
    {
      g_prefix_error (error, "%s: ", key->path);
      return false;
    }
  der = sotto_certificate_to_der (certificate->bytes, certificate->n, error);
  if (der == NULL)
    {
      g_prefix_error (error, "%s: ", certificate->path);
      sotto_private_key_free (private);
      return false;
    }
  g_autoptr (SottoServerKey) pair = sotto_server_key_pair (config, private, der, error);
  return pair != NULL;
}

/* The four files are those that the configuration among them names: a list of other places would
 * have root write where no server looks. */
static bool
backup_check_places (const SottoBackup *self, const SottoServerConfig *config, GError **error)
{
  const char *const named[SOTTO_BACKUP_FILES] = {
    [SOTTO_BACKUP_KEY] = config->server_private_key,
    [SOTTO_BACKUP_CERTIFICATE] = config->server_certificate,
    [SOTTO_BACKUP_ACCOUNTS] = config->data_base,
    [SOTTO_BACKUP_CONFIG] = config->path,
  };

  for (gsize i = 0; i < SOTTO_BACKUP_FILES; i++)
    {
      const char *path = self->files[i].path;
      g_autofree char *straight = g_canonicalize_filename (path, NULL);

      if (!g_str_equal (path, straight) || !g_str_equal (path, named[i]))
        return damaged (path, "not the place that the configuration names", error);
      if (!g_utf8_validate (path, -1, NULL))
        return damaged (path, "a backup cannot have a path that is not UTF-8", error);
    }
  return true;
}

static bool
backup_check (SottoBackup *self, GError **error)
{
  const SottoBackupFile *file = &self->files[SOTTO_BACKUP_CONFIG];
  const SottoBackupFile *accounts = &self->files[SOTTO_BACKUP_ACCOUNTS];
  g_autoptr (SottoServerConfig) config =
      sotto_server_config_parse (file->path, file->bytes, file->n, error);

  return config != NULL && backup_check_places (self, config, error)
         && backup_check_key (self, config, error)
         && sotto_account_file_parse (&self->accounts, accounts->path, accounts->bytes, accounts->n,
                                      error);
}

/* ---- Taking ---- */

static bool
backup_take_file (SottoBackup *self, SottoBackupPart part, const char *path, GError **error)
{
  SottoBackupFile *file = &self->files[part];
  struct stat st;

  file->path = g_canonicalize_filename (path, NULL);
  file->bytes = sotto_file_read (path, parts[part].max, &file->n, error);
  file->mode = stat (path, &st) == 0 ? (int)(st.st_mode & 0777) : 0600;
  return file->bytes != NULL;
}

SottoBackup *
sotto_backup_take (const char *config_path, gint64 unix_s, GError **error)
{
  g_autoptr (SottoServerConfig) config = sotto_server_config_load (config_path, error);
  g_autoptr (SottoBackup) self = backup_new (unix_s);

  if (config == NULL
      || !backup_take_file (self, SOTTO_BACKUP_KEY, config->server_private_key, error)
      || !backup_take_file (self, SOTTO_BACKUP_CERTIFICATE, config->server_certificate, error)
      || !backup_take_file (self, SOTTO_BACKUP_ACCOUNTS, config->data_base, error)
      || !backup_take_file (self, SOTTO_BACKUP_CONFIG, config_path, error)
      || !backup_check (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* ---- Writing ---- */

static char *
digest_of (const SottoBackupFile *file)
{
  SottoKey digest;

  sotto_sha256 (&SOTTO_SPAN (file->bytes, file->n), 1, &digest);
  return sotto_hex_encode (&digest, sizeof digest);
}

static char *
backup_print_manifest (const SottoBackup *self)
{
  g_autoptr (JsonNode) node = json_node_alloc ();
  JsonObject *root = json_object_new ();
  JsonObject *files = json_object_new ();

  for (gsize i = 0; i < SOTTO_BACKUP_FILES; i++)
    {
      JsonObject *file = json_object_new ();
      g_autofree char *digest = digest_of (&self->files[i]);

      json_object_set_string_member (file, "path", self->files[i].path);
      json_object_set_int_member (file, "mode", self->files[i].mode);
      json_object_set_string_member (file, "sha256", digest);
      json_object_set_object_member (files, parts[i].name, file);
    }
  json_object_set_int_member (root, "version", MANIFEST_VERSION);
  json_object_set_int_member (root, "created", self->created);
  json_object_set_string_member (root, "server", SOTTO_VERSION);
  json_object_set_object_member (root, "files", files);
  json_node_init_object (node, root);
  json_object_unref (root);
  return sotto_json_to_text (node, NULL);
}

bool
sotto_backup_write (const SottoBackup *self, const char *path, GError **error)
{
  g_autofree char *manifest = backup_print_manifest (self);
  gsize n = sotto_archive_len (strlen (manifest)) + sotto_archive_len (0) * 2;

  for (gsize i = 0; i < SOTTO_BACKUP_FILES; i++)
    n += sotto_archive_len (self->files[i].n);
  /* All at once: an array that grows leaves pieces of the key behind. */
  GByteArray *archive = g_byte_array_sized_new ((guint)n);
  sotto_archive_append (archive, MANIFEST, self->created, manifest, strlen (manifest));
  for (gsize i = 0; i < SOTTO_BACKUP_FILES; i++)
    sotto_archive_append (archive, parts[i].name, self->created, self->files[i].bytes,
                          self->files[i].n);
  sotto_archive_end (archive);
  bool written = sotto_file_create (path, archive->data, archive->len, 0600, error);
  sotto_secret_wipe (archive->data, archive->len);
  g_byte_array_unref (archive);
  return written;
}

/* ---- Reading ---- */

static bool
read_file (SottoBackup *self, SottoBackupPart part, JsonObject *files)
{
  SottoBackupFile *file = &self->files[part];
  JsonNode *node = json_object_get_member (files, parts[part].name);
  const char *digest = NULL;
  const char *path = NULL;
  gint64 mode = 0;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node) || file->bytes == NULL
      || file->n > parts[part].max)
    return false;
  JsonObject *object = json_node_get_object (node);
  if (!sotto_json_get_string (object, "path", &path) || !g_path_is_absolute (path)
      || !sotto_json_get_int (object, "mode", &mode) || mode < 0 || mode > 0777
      || !sotto_json_get_string (object, "sha256", &digest))
    return false;
  file->path = g_strdup (path);
  file->mode = (int)mode;
  g_autofree char *want = digest_of (file);
  return g_str_equal (digest, want);
}

static bool
read_manifest (SottoBackup *self, const char *path, const SottoArchiveFile *at, GError **error)
{
  g_autofree char *text = g_strndup ((const char *)at->bytes, at->n);
  g_autoptr (JsonNode) node = sotto_json_parse (path, text, at->n, MANIFEST_MAX, error);
  gint64 version;

  if (node == NULL)
    return false;
  JsonObject *root = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  if (root == NULL || !sotto_json_get_int (root, "version", &version)
      || !sotto_json_get_int (root, "created", &self->created))
    return damaged (path, "its list of files cannot be read", error);
  if (version > MANIFEST_VERSION)
    return damaged (path, "written by a newer sottoctl", error);
  JsonNode *files = json_object_get_member (root, "files");
  for (guint i = 0; i < SOTTO_BACKUP_FILES; i++)
    if (files == NULL || !JSON_NODE_HOLDS_OBJECT (files)
        || !read_file (self, i, json_node_get_object (files)))
      {
        g_autofree char *reason = g_strdup_printf ("%s is missing or damaged", parts[i].name);

        return damaged (path, reason, error);
      }
  return true;
}

/* Which of the four it is; SOTTO_BACKUP_FILES for none. */
static SottoBackupPart
find_part (const char *name)
{
  SottoBackupPart part = 0;

  while (part < SOTTO_BACKUP_FILES && !g_str_equal (parts[part].name, name))
    part++;
  return part;
}

static void
backup_keep (SottoBackup *self, SottoBackupPart part, const SottoArchiveFile *at)
{
  SottoBackupFile *file = &self->files[part];

  if (file->bytes != NULL)
    return;
  file->bytes = g_malloc (at->n + 1);
  memcpy (file->bytes, at->bytes, at->n);
  file->bytes[at->n] = '\0';
  file->n = at->n;
}

static bool
backup_parse (SottoBackup *self, const char *path, const uint8_t *archive, gsize n, GError **error)
{
  SottoArchiveFile manifest = { .n = 0 };
  SottoArchiveFile file;
  SottoArchiveStep step;
  gsize at = 0;

  while ((step = sotto_archive_next (archive, n, &at, &file)) == SOTTO_ARCHIVE_FILE)
    {
      SottoBackupPart part = find_part (file.name);

      if (part < SOTTO_BACKUP_FILES)
        backup_keep (self, part, &file);
      else if (g_str_equal (file.name, MANIFEST))
        manifest = file;
    }
  if (manifest.n == 0)
    return damaged (path, "this is no backup of a Sotto server", error);
  if (step == SOTTO_ARCHIVE_DAMAGED)
    return damaged (path, "damaged, or not the whole of it", error);
  return read_manifest (self, path, &manifest, error) && backup_check (self, error);
}

SottoBackup *
sotto_backup_read (const char *path, GError **error)
{
  gsize n;
  char *archive = sotto_file_read (path, BACKUP_MAX, &n, error);
  SottoBackup *self = archive != NULL ? backup_new (0) : NULL;

  if (archive == NULL)
    return NULL;
  if (!backup_parse (self, path, (const uint8_t *)archive, n, error))
    g_clear_pointer (&self, sotto_backup_free);
  sotto_secret_wipe (archive, n);
  g_free (archive);
  return self;
}
