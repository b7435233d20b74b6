// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/config.h"

#include "server/cidr.h"
#include "server/restoring.h"
#include "shared/base/file.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include <string.h>
#include <sys/stat.h>

#define AT(field) G_STRUCT_OFFSET (SottoServerConfig, field)

static bool
accept_realm (const void *field, char **out_expected)
{
  const char *realm = *(char *const *)field;

  if (strlen (realm) <= SOTTO_REALM_MAX && sotto_text_is_valid (realm, strlen (realm)))
    return true;
  *out_expected = g_strdup_printf ("1 to %d bytes of UTF-8", SOTTO_REALM_MAX);
  return false;
}

static bool
accept_data_base (const void *field, char **out_expected)
{
  const char *path = *(char *const *)field;

  /* The parser has made it absolute, which folds nothing but the front. */
  if (strstr (path, ":/") == NULL)
    return true;
  *out_expected = g_strdup ("the path of a JSON file; other stores are not built in");
  return false;
}

static bool
accept_sources (const void *field, char **out_expected)
{
  char *const *sources = *(char **const *)field;

  for (gsize i = 0; sources != NULL && sources[i] != NULL; i++)
    {
      SottoCidr ignored;

      if (sotto_cidr_parse (sources[i], &ignored))
        continue;
      *out_expected = g_strdup ("addresses with a prefix length, like 127.0.0.0/8 or \"::1/128\"");
      return false;
    }
  return true;
}

static const char *const signup_values[] = { "open", "invite", "closed", NULL };

static const SottoYamlKey limit_keys[] = {
  { .name = "logins",
    .type = SOTTO_YAML_RATE,
    .offset = AT (logins),
    .fallback = "5/s burst 20",
    .what = "logins with a password that one source may try" },
  { .name = "signups",
    .type = SOTTO_YAML_RATE,
    .offset = AT (signups),
    .fallback = "3/min burst 10",
    .what = "sign-ups from one source" },
  { .name = "key_requests",
    .type = SOTTO_YAML_RATE,
    .offset = AT (key_requests),
    .fallback = "10/min burst 20",
    .what = "keys that one user may ask for" },
  { .name = "password_changes",
    .type = SOTTO_YAML_RATE,
    .offset = AT (password_changes),
    .fallback = "3/min",
    .what = "changes of password or identity and deletions that one user may ask for" },
  { .name = "records",
    .type = SOTTO_YAML_RATE,
    .offset = AT (records),
    .fallback = "50/s burst 100",
    .what = "other records of one session; beyond that they are read later" },
  { .name = "relay_rate",
    .type = SOTTO_YAML_BYTE_RATE,
    .offset = AT (relay_rate),
    .fallback = "64 KiB/s burst 256 KiB",
    .what = "bytes that one session may send through the relay" },
  { .name = "unauthenticated",
    .type = SOTTO_YAML_COUNT,
    .offset = AT (unauthenticated),
    .fallback = "10000",
    .what = "connections that have not logged in yet" },
  { .name = "sessions",
    .type = SOTTO_YAML_COUNT,
    .offset = AT (sessions),
    .fallback = "19000",
    .what = "users logged in at once" },
  { .name = "queue",
    .type = SOTTO_YAML_SIZE,
    .offset = AT (queue),
    .fallback = "256 KiB",
    .what = "bytes that may wait for one session; a reader slower than that is disconnected" },
  { .name = NULL },
};

static const SottoYamlKey server_keys[] = {
  { .name = "server_address",
    .type = SOTTO_YAML_STRING,
    .offset = AT (server_address),
    .fallback = "127.0.0.1",
    .what = "name or address to listen on; 0.0.0.0 is every IPv4, \"::\" every address" },
  { .name = "server_port",
    .type = SOTTO_YAML_PORT,
    .offset = AT (server_port),
    .fallback = "10000",
    .what = "port for TCP and UDP; 0 takes a free one" },
  { .name = "server_certificate",
    .type = SOTTO_YAML_PATH,
    .offset = AT (server_certificate),
    .what = "certificate, PEM or DER; only its key counts" },
  { .name = "server_privateKey",
    .type = SOTTO_YAML_PATH,
    .offset = AT (server_private_key),
    .what = "private RSA key of the certificate, PEM or DER" },
  { .name = "data_base",
    .type = SOTTO_YAML_PATH,
    .offset = AT (data_base),
    .fallback = "pass.json",
    .what = "file of the accounts",
    .accept = accept_data_base },
  { .name = "udp_port",
    .type = SOTTO_YAML_PORT,
    .offset = AT (udp_port),
    .min = 1,
    .max = 65535,
    .what = "UDP port where it is not that of TCP" },
  { .name = "public_address",
    .type = SOTTO_YAML_STRING,
    .offset = AT (public_address),
    .what = "host that people's clients connect to, for the join link" },
  { .name = "realm",
    .type = SOTTO_YAML_STRING,
    .offset = AT (realm),
    .what = "name of this service, part of every password's hash: never change it; made once and "
            "kept beside the accounts where it is missing",
    .accept = accept_realm },
  { .name = "signup",
    .type = SOTTO_YAML_ENUM,
    .offset = AT (signup),
    .fallback = "open",
    .values = signup_values,
    .what = "who may make an account: anyone, who has an invite, nobody" },
  { .name = "bcrypt_cost",
    .type = SOTTO_YAML_INT,
    .offset = AT (bcrypt_cost),
    .fallback = G_STRINGIFY (SOTTO_BCRYPT_COST),
    .min = SOTTO_BCRYPT_COST_MIN,
    .max = SOTTO_BCRYPT_COST_MAX,
    .what = "work of a password check; stored hashes follow at the next login when it rises" },
  { .name = "relay",
    .type = SOTTO_YAML_BOOL,
    .offset = AT (relay),
    .fallback = "yes",
    .what = "forward datagrams of users who cannot reach each other" },
  { .name = "control_socket",
    .type = SOTTO_YAML_PATH,
    .offset = AT (control_socket),
    .what = "where sottoctl finds the server; /run/sotto/control as a service, else `control` "
            "beside this file" },
  { .name = "exempt_sources",
    .type = SOTTO_YAML_STRINGS,
    .offset = AT (exempt_sources),
    .what = "networks that per-source limits and penalties pass over",
    .accept = accept_sources },
  { .name = "limits",
    .type = SOTTO_YAML_MAPPING,
    .keys = limit_keys,
    .what = "how much of everything" },
  { .name = "download_dir",
    .type = SOTTO_YAML_FOREIGN,
    .what = "this is a client's file: download_dir means nothing to a server" },
  { .name = NULL },
};

const SottoYamlKey *
sotto_server_config_keys (void)
{
  return server_keys;
}

char *
sotto_server_config_find (void)
{
  static const char *const places[] = { "config.yaml", "/etc/sotto/config.yaml" };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if (sotto_file_exists (places[i]))
      return g_strdup (places[i]);
  return NULL;
}

/* A service that may not read the key is given it by its manager (systemd.exec(5), LoadCredential=)
 * under the name of the key of the configuration. */
static void
take_credential (SottoServerConfig *self)
{
  const char *folder = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autofree char *path =
      folder != NULL ? g_build_filename (folder, "server_privateKey", NULL) : NULL;

  if (path == NULL || !sotto_file_exists (path))
    return;
  g_free (self->server_private_key);
  self->server_private_key = g_steal_pointer (&path);
}

/* The table knows single keys; here is what the file as a whole must have. */
static bool
config_complete (SottoServerConfig *self, GError **error)
{
  const struct
  {
    const char *name;
    const char *value;
    const char *expected;
  } needed[] = {
    { "server_certificate", self->server_certificate, "the path of a certificate" },
    { "server_privateKey", self->server_private_key, "the path of a private RSA key" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    if (needed[i].value == NULL)
      {
        g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG,
                     "%s:1:1: `%s` is missing, expected %s (`sotto-server init` makes a file)",
                     self->path, needed[i].name, needed[i].expected);
        return false;
      }
  if (self->control_socket == NULL)
    {
      g_autofree char *folder = g_path_get_dirname (self->path);
      const char *runtime = g_getenv ("RUNTIME_DIRECTORY"); /* /run/sotto */

      self->control_by_default = true;
      self->control_socket = g_build_filename (runtime != NULL ? runtime : folder, "control", NULL);
    }
  take_credential (self);
  return true;
}

static bool
is_folder_to_come (const char *folder)
{
  return g_str_equal (folder, SOTTO_SERVICE_STATE) && !g_file_test (folder, G_FILE_TEST_EXISTS);
}

/* The accounts' file may be made, its folder not: that is more likely a slip in the path. Between
 * `init` and the first start of the service it is none. */
static bool
config_has_place (const SottoServerConfig *self, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->data_base);

  if (g_file_test (folder, G_FILE_TEST_IS_DIR) || is_folder_to_come (folder))
    return true;
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG,
               "%s:1:1: `data_base` cannot be used (%s): expected a file in a folder that is there",
               self->path, self->data_base);
  return false;
}

SottoServerConfig *
sotto_server_config_parse (const char *path, const char *text, gsize n, GError **error)
{
  SottoServerConfig *self = g_new0 (SottoServerConfig, 1);

  if (!sotto_yaml_parse (server_keys, self, path, text, n, error))
    {
      g_free (self);
      return NULL;
    }
  self->path = g_strdup (path);
  if (!config_complete (self, error))
    g_clear_pointer (&self, sotto_server_config_free);
  return self;
}

SottoServerConfig *
sotto_server_config_load (const char *path, GError **error)
{
  SottoServerConfig *self = g_new0 (SottoServerConfig, 1);

  if (!sotto_restoring_check (path, error) || !sotto_yaml_load (server_keys, self, path, error))
    {
      g_free (self);
      return NULL;
    }
  self->path = g_strdup (path);
  if (!config_complete (self, error) || !config_has_place (self, error))
    g_clear_pointer (&self, sotto_server_config_free);
  return self;
}

void
sotto_server_config_free (SottoServerConfig *self)
{
  if (self == NULL)
    return;
  sotto_yaml_clear (server_keys, self);
  g_free (self->path);
  g_free (self);
}

const char *
sotto_server_config_signup_name (const SottoServerConfig *self)
{
  return signup_values[self->signup];
}

bool
sotto_server_config_is_wildcard (const SottoServerConfig *self)
{
  return g_str_equal (self->server_address, "0.0.0.0") || g_str_equal (self->server_address, "::");
}

static void
warn_of_open_key (const SottoServerConfig *self, GPtrArray *warnings)
{
  struct stat info;

  if (stat (self->server_private_key, &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    g_ptr_array_add (warnings,
                     g_strdup_printf ("%s is open to others than its owner (mode %04o): "
                                      "chmod 600 it",
                                      self->server_private_key, (guint)info.st_mode & 07777));
}

static void
warn_of_folder_to_come (const SottoServerConfig *self, GPtrArray *warnings)
{
  g_autofree char *folder = g_path_get_dirname (self->data_base);

  if (is_folder_to_come (folder))
    g_ptr_array_add (warnings, g_strdup_printf ("%s is not there yet: the service makes it when it "
                                                "starts (systemctl start sotto-server)",
                                                folder));
}

GPtrArray *
sotto_server_config_warnings (const SottoServerConfig *self)
{
  GPtrArray *warnings = g_ptr_array_new_with_free_func (g_free);

  if (self->bcrypt_cost < SOTTO_BCRYPT_COST)
    g_ptr_array_add (warnings, g_strdup_printf ("bcrypt_cost is %d: below %d a stolen file of "
                                                "accounts is easier to guess passwords from",
                                                (int)self->bcrypt_cost, SOTTO_BCRYPT_COST));
  if (sotto_server_config_is_wildcard (self) && self->public_address == NULL)
    g_ptr_array_add (warnings,
                     g_strdup_printf ("server_address is %s: without public_address there "
                                      "is no host for the join link",
                                      self->server_address));
  if (self->relay && self->relay_rate.burst < SOTTO_DATAGRAM_MAX)
    g_ptr_array_add (warnings,
                     g_strdup_printf ("relay_rate has a burst of %" G_GUINT64_FORMAT " bytes: a "
                                      "datagram of %d never gets through (relay: no says so)",
                                      self->relay_rate.burst, SOTTO_DATAGRAM_MAX));
  warn_of_open_key (self, warnings);
  warn_of_folder_to_come (self, warnings);
  return warnings;
}
