// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where a server is, as people hand it on: a join link, or what they type into the field Server.
 * Pure text; knows nothing of connecting.
 */
#pragma once

#include "shared/base/types.h"

#define SOTTO_PORT_DEFAULT 10000

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
/* "host:port" or "[v6]:port", lower case: the name a server's pin is kept under. Caller frees. */
char *sotto_server_to_string (const char *host, uint16_t port);
