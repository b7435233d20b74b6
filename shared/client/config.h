// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The client's configuration file (YAML). One table in config.c makes parser and man page.
 */
#pragma once

#include "shared/base/types.h"
#include "shared/base/yaml.h"
#include "shared/client/join-link.h"

typedef struct
{
  char *server_address; /* NULL when not configured */
  uint16_t server_port;
  char *server_certificate; /* absolute path or NULL */
  char *download_dir;       /* absolute path; NULL = XDG download folder, else ~/Downloads */
} SottoClientConfig;

extern const SottoYamlKey sotto_client_config_keys[];

/* `path` NULL: $XDG_CONFIG_HOME/sotto/PROFILE.yaml, then ./config.yaml, else defaults. */
bool sotto_client_config_load (SottoClientConfig *out,
                               const char *path,
                               const char *profile,
                               GError **error);
void sotto_client_config_clear (SottoClientConfig *self);
