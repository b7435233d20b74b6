// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The client's configuration file (YAML) and join links. One table in config.c makes parser and man
 * page.
 */
#pragma once

#include "shared/base/types.h"
#include "shared/base/yaml.h"

#define SOTTO_PORT_DEFAULT 10000

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

/* `sotto://HOST:PORT/?realm=R&fp=SHA256-HEX[&invite=CODE]` */
typedef struct
{
  char *host;
  uint16_t port;
  char *realm; /* NULL when not in the link */
  bool has_fingerprint;
  SottoKey fingerprint;
  char *invite; /* NULL when not in the link */
} SottoJoinLink;

bool sotto_join_link_parse (const char *text, SottoJoinLink *out, GError **error);
char *sotto_join_link_to_string (const SottoJoinLink *self);
void sotto_join_link_clear (SottoJoinLink *self);
/* "host", "host:port", "[v6]:port", "v6" as a person types it in Server; SOTTO_ERROR_INVALID
 * otherwise. */
bool sotto_server_parse (const char *typed, char **out_host, uint16_t *out_port, GError **error);
