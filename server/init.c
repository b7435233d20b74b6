// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/init.h"

#include "server/config.h"
#include "server/realm.h"
#include "server/server-key.h"
#include "shared/base/file.h"
#include "shared/base/limits.h"
#include "shared/base/secret.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/certificate.h"
#include <stdio.h>
#include <string.h>

#define INIT_ADDRESS "127.0.0.1"
#define INIT_PORT    10000
/* Where a service may read and cannot write; its accounts have a place of their own. */
#define SERVICE_FOLDER   "/etc/sotto"
#define SERVICE_ACCOUNTS SOTTO_SERVICE_STATE "/pass.json"

/* In the order of writing: the configuration last, so that a folder with one is complete. */
typedef struct
{
  const char *name;
  int mode;
  const char *text;
  char *path;
} InitFile;

static const char config_text[] =
    "# Sotto server. `sotto-server check` says whether this file is right;\n"
    "# sotto.yaml(5) has every key. Paths are relative to this file.\n"
    "\n"
    "# 0.0.0.0 listens on every IPv4 address, \"::\" on every address; then say in\n"
    "# public_address which host people's clients connect to.\n"
    "server_address: %s\n"
    "server_port: %d\n"
    "#public_address: chat.example.org\n"
    "\n"
    "server_certificate: certificate.pem\n"
    "server_privateKey: key.pem\n"
    "data_base: %s\n"
    "\n"
    "# Part of every password's hash: changing it locks everybody out.\n"
    "realm: %s\n"
    "\n"
    "# open, invite or closed\n"
    "signup: open\n"
    "\n"
    "# Limits that count by address pass over these networks.\n"
    "exempt_sources: [\"127.0.0.0/8\", \"::1/128\"]\n";

static bool
is_for_service (const char *folder)
{
  g_autofree char *path = g_canonicalize_filename (folder, NULL);

  return g_str_equal (path, SERVICE_FOLDER);
}

static bool
check_nothing_there (const InitFile *files, gsize n, GError **error)
{
  for (gsize i = 0; i < n; i++)
    if (sotto_file_exists (files[i].path))
      {
        g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "%s exists already and is left as it is",
                     files[i].path);
        return false;
      }
  return true;
}

static bool
write_files (const char *folder, InitFile *files, gsize n, GError **error)
{
  bool written = true;

  for (gsize i = 0; i < n; i++)
    files[i].path = g_build_filename (folder, files[i].name, NULL);
  if (g_mkdir_with_parents (folder, is_for_service (folder) ? 0755 : 0700) != 0)
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "cannot make the folder %s", folder);
      written = false;
    }
  written = written && check_nothing_there (files, n, error);
  for (gsize i = 0; written && i < n; i++)
    written = sotto_file_create (files[i].path, files[i].text, strlen (files[i].text),
                                 files[i].mode, error);
  for (gsize i = 0; i < n; i++)
    g_free (files[i].path);
  return written;
}

static void
print_next (const char *folder, const SottoServerKey *key)
{
  g_autofree char *config = g_build_filename (folder, "config.yaml", NULL);
  g_autofree char *link = sotto_server_key_join_link (key, INIT_ADDRESS, INIT_PORT);
  g_autofree char *start = is_for_service (folder)
                               ? g_strdup ("systemctl enable --now sotto-server")
                               : g_strdup_printf ("sotto-server --config %s", config);

  printf ("Wrote config.yaml, key.pem and certificate.pem to %s.\n"
          "Look at %s, then start the server:\n"
          "  %s\n"
          "People join with this link:\n"
          "%s\n",
          folder, config, start, link);
}

bool
sotto_init_folder (const char *folder, GError **error)
{
  SottoPrivateKey *private = sotto_private_key_generate (SOTTO_RSA_BITS_MADE);
  char *key_pem = sotto_private_key_to_pem (private);
  g_autofree char *certificate = sotto_certificate_make (private, "Sotto server", error);
  g_autofree char *realm = sotto_realm_make (sotto_random_system ());
  g_autofree char *config =
      g_strdup_printf (config_text, INIT_ADDRESS, INIT_PORT,
                       is_for_service (folder) ? SERVICE_ACCOUNTS : "pass.json", realm);
  InitFile files[] = {
    { .name = "key.pem", .mode = 0600, .text = key_pem },
    { .name = "certificate.pem", .mode = 0644, .text = certificate },
    { .name = "config.yaml", .mode = 0644, .text = config },
  };
  GBytes *der = certificate == NULL
                    ? NULL
                    : sotto_certificate_to_der (certificate, strlen (certificate), error);

  bool done = der != NULL && write_files (folder, files, G_N_ELEMENTS (files), error);
  sotto_secret_wipe_string (key_pem);
  if (der == NULL)
    {
      sotto_private_key_free (private);
      return false;
    }
  g_autoptr (SottoServerKey) key = sotto_server_key_new (private, der);
  sotto_server_key_set_realm (key, realm);
  if (done)
    print_next (folder, key);
  return done;
}
