// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/check.h"

#include "server/account-file.h"
#include "server/config.h"
#include "server/server-key.h"
#include "shared/base/file.h"
#include "shared/base/text.h"
#include <stdio.h>

static bool
check_accounts (const SottoServerConfig *config, guint *out_n, GError **error)
{
  SottoAccountFile file;
  bool right = true;

  sotto_account_file_init (&file);
  if (sotto_file_exists (config->data_base))
    right = sotto_account_file_load (&file, config->data_base, error);
  if (right)
    *out_n = g_hash_table_size (file.records);
  sotto_account_file_clear (&file);
  return right;
}

bool
sotto_check_config (const char *path, GError **error)
{
  g_autoptr (SottoServerConfig) config = sotto_server_config_load (path, error);
  g_autoptr (SottoServerKey) key = NULL;
  guint n_accounts = 0;

  if (config == NULL || (key = sotto_server_key_load (config, error)) == NULL
      || !check_accounts (config, &n_accounts, error))
    return false;

  g_autoptr (GPtrArray) warnings = sotto_server_config_warnings (config);
  for (guint i = 0; i < warnings->len; i++)
    printf ("warning: %s\n", (const char *)g_ptr_array_index (warnings, i));
  g_autofree char *fingerprint = sotto_hex_encode (&key->fingerprint, sizeof key->fingerprint);
  printf ("fingerprint %s\n"
          "%u accounts\n"
          "configuration is right\n",
          fingerprint, n_accounts);
  return true;
}
