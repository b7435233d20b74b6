// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A vault's place in its folder. Invariant: no vault is ever written over by another one; what
 * cannot be opened now stands aside, as somebody may still know its password.
 */
#include "shared/client/vault.h"

#include "shared/base/file.h"

#define FILE_MAX (64 * 1024)

bool
sotto_vault_exists (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, SOTTO_VAULT_FILE, NULL);

  return sotto_file_exists (path);
}

static char *
aside_path (const char *folder, guint i)
{
  g_autofree char *name = g_strdup_printf ("keys-%u.json", i);

  return g_build_filename (folder, name, NULL);
}

bool
sotto_vault_has_aside (const char *folder)
{
  g_autofree char *first = aside_path (folder, 1);

  return sotto_file_exists (first);
}

/* Copies, never moves: until the new file is in place the old one is the vault. */
static bool
copy_aside (const char *folder, const char *path, GError **error)
{
  gsize n;
  g_autofree char *text = sotto_file_read (path, FILE_MAX, &n, error);

  if (text == NULL)
    return false;
  for (guint i = 1; i < G_MAXUINT16; i++)
    {
      g_autofree char *aside = aside_path (folder, i);
      if (!sotto_file_exists (aside))
        return sotto_file_create (aside, text, n, 0600, error);
    }
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "%s: too many key files", folder);
  return false;
}

bool
sotto_vault_install (SottoVault *self, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, SOTTO_VAULT_FILE, NULL);
  g_autoptr (GBytes) text = sotto_vault_to_file (self);
  gsize n;
  const void *bytes = g_bytes_get_data (text, &n);

  if (sotto_file_exists (path) && !copy_aside (folder, path, error))
    return false;
  return sotto_file_replace (path, bytes, n, 0600, error);
}
