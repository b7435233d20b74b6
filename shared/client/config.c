// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The client's keys, each once: parser, man page and --help are made of this table. The seed's file
 * is read as it is.
 */
#include "shared/client/config.h"

#include <stddef.h>

#define AT(field) offsetof (SottoClientConfig, field)

const SottoYamlKey sotto_client_config_keys[] = {
  { .name = "server_address",
    .type = SOTTO_YAML_STRING,
    .offset = AT (server_address),
    .what = "Name or address of the server." },
  { .name = "server_port",
    .type = SOTTO_YAML_PORT,
    .offset = AT (server_port),
    .fallback = "10000",
    .what = "TCP port of the server.",
    .min = 1,
    .max = 65535 },
  { .name = "server_certificate",
    .type = SOTTO_YAML_PATH,
    .offset = AT (server_certificate),
    .what =
        "The server's certificate, PEM or DER. Without it a join link or the first use pins the "
        "server's key." },
  { .name = "download_dir",
    .type = SOTTO_YAML_PATH,
    .offset = AT (download_dir),
    .what = "Where received files go; the XDG download folder, else ~/Downloads, unless set." },
  { .name = "server_privateKey", .type = SOTTO_YAML_FOREIGN, .what = "this is a server's file" },
  { NULL }
};

static char *
find_file (const char *profile)
{
  g_autofree char *name = g_strconcat (profile, ".yaml", NULL);
  g_autofree char *own = g_build_filename (g_get_user_config_dir (), "sotto", name, NULL);

  if (g_file_test (own, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&own);
  if (g_file_test ("config.yaml", G_FILE_TEST_EXISTS))
    return g_strdup ("config.yaml");
  return NULL;
}

bool
sotto_client_config_load (SottoClientConfig *out,
                          const char *path,
                          const char *profile,
                          GError **error)
{
  g_autofree char *found = path == NULL ? find_file (profile) : NULL;

  if (path == NULL && found == NULL)
    {
      sotto_yaml_defaults (sotto_client_config_keys, out, "config.yaml");
      return true;
    }
  return sotto_yaml_load (sotto_client_config_keys, out, path != NULL ? path : found, error);
}

void
sotto_client_config_clear (SottoClientConfig *self)
{
  sotto_yaml_clear (sotto_client_config_keys, self);
}
