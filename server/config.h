// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the server's file may say. Each key stands once, in the table of config.c; defaults, checks
 * and the manual come from there.
 */
#pragma once

#include "shared/base/types.h"
#include "shared/base/yaml.h"

/* The state folder of the service: systemd makes it at the first start. */
#define SOTTO_SERVICE_STATE "/var/lib/sotto"

typedef enum
{
  SOTTO_SIGNUP_OPEN,
  SOTTO_SIGNUP_INVITE,
  SOTTO_SIGNUP_CLOSED
} SottoSignup;

typedef struct
{
  char *path; /* of the file, NULL for none; freed by clear */
  char *server_address;
  uint16_t server_port;
  char *server_certificate;
  char *server_private_key;
  char *data_base;
  uint16_t udp_port; /* 0 = as server_port */
  char *public_address;
  char *realm;
  int signup; /* SottoSignup */
  int64_t bcrypt_cost;
  bool relay;
  char *control_socket;
  bool control_by_default; /* nobody asked for it to be there */
  char **exempt_sources;
  SottoRate logins;
  SottoRate signups;
  SottoRate key_requests;
  SottoRate password_changes;
  SottoRate records;
  SottoRate relay_rate;
  uint64_t unauthenticated;
  uint64_t sessions;
  uint64_t queue;
} SottoServerConfig;

/* The table itself: the manual, completions and `check` are made from it. */
const SottoYamlKey *sotto_server_config_keys (void);

/* Where the file is found without --config: ./config.yaml, then /etc/sotto/config.yaml. Caller
 * frees; NULL when there is none. */
char *sotto_server_config_find (void);

/* Loads and checks what the table alone cannot. SOTTO_ERROR_CONFIG on the file's fault. */
SottoServerConfig *sotto_server_config_load (const char *path, GError **error);
/* From text, as if it stood in `path`: for tests. */
SottoServerConfig *
sotto_server_config_parse (const char *path, const char *text, gsize n, GError **error);
void sotto_server_config_free (SottoServerConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoServerConfig, sotto_server_config_free)

/* What works but deserves a word (low bcrypt cost, wildcard without public_address, a key that
 * others may read, a state folder yet to be made). Strings, caller frees the array. */
GPtrArray *sotto_server_config_warnings (const SottoServerConfig *self);

/* As the file spells it. */
const char *sotto_server_config_signup_name (const SottoServerConfig *self);

/* 0.0.0.0 or :: */
bool sotto_server_config_is_wildcard (const SottoServerConfig *self);
