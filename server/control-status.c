// SPDX-License-Identifier: GPL-3.0-or-later
/* The commands about what runs: look, kick, reload. None of them touches an account. */
#include <config.h>

#include "server/control-commands.h"

#include "server/accounts.h"
#include "server/admission.h"
#include "server/metrics.h"
#include "server/registry.h"
#include "server/server-key.h"
#include "server/session.h"
#include "shared/base/text.h"
#include <sys/resource.h>
#include <unistd.h>

/* ---- status ---- */

char *
sotto_control_join_link (const SottoControlHost *host)
{
  const SottoServerConfig *config = host->services->config;
  const char *name = config->public_address;

  if (name == NULL && !sotto_server_config_is_wildcard (config))
    name = config->server_address;
  return name == NULL ? NULL : sotto_server_key_join_link (host->services->key, name, host->port);
}

void
sotto_control_set_text (JsonObject *answer, const char *member, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (answer, member, text);
  else
    json_object_set_null_member (answer, member);
}

static void
add_addresses (JsonObject *answer, const SottoControlHost *host)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; host->addresses != NULL && i < host->addresses->len; i++)
    {
      g_autofree char *ip =
          sotto_addr_ip_to_string (&g_array_index (host->addresses, SottoAddr, i));

      json_array_add_string_element (array, ip);
    }
  json_object_set_array_member (answer, "addresses", array);
}

/* What `backup` and `doctor` have to look at. */
static void
add_places (JsonObject *answer, const SottoServerConfig *config)
{
  g_autofree char *path = g_canonicalize_filename (config->path, NULL);
  struct rlimit limit = { 0 };

  getrlimit (RLIMIT_NOFILE, &limit);
  json_object_set_string_member (answer, "config", path);
  json_object_set_string_member (answer, "data_base", config->data_base);
  json_object_set_int_member (answer, "fd_limit", (gint64)limit.rlim_cur);
}

static void
add_counts (JsonObject *answer, const SottoServices *services)
{
  json_object_set_int_member (answer, "accounts", sotto_accounts_get_count (services->accounts));
  json_object_set_boolean_member (answer, "writable",
                                  !sotto_accounts_is_in_trouble (services->accounts));
  json_object_set_int_member (answer, "online", sotto_registry_get_count (services->registry));
  json_object_set_int_member (answer, "unauthenticated",
                              sotto_admission_get_unauthenticated (services->admission));
}

void
sotto_control_status (SottoControlCall *call)
{
  const SottoControlHost *host = call->host;
  const SottoServices *services = host->services;
  gint64 uptime = sotto_clock_now (services->clock) - host->started;
  g_autofree char *fingerprint = sotto_hex_encode (&services->key->fingerprint, SOTTO_KEY_LEN);
  g_autofree char *join_link = sotto_control_join_link (host);
  JsonObject *answer = sotto_control_yes ();

  json_object_set_string_member (answer, "version", SOTTO_VERSION);
  json_object_set_int_member (answer, "pid", getpid ());
  json_object_set_int_member (answer, "uptime_s", uptime / SOTTO_US_PER_S);
  json_object_set_string_member (answer, "address", services->config->server_address);
  add_addresses (answer, host);
  json_object_set_int_member (answer, "port", host->port);
  json_object_set_int_member (answer, "udp_port", services->udp_port);
  json_object_set_string_member (answer, "realm", services->key->realm);
  json_object_set_string_member (answer, "fingerprint", fingerprint);
  sotto_control_set_text (answer, "join_link", join_link);
  json_object_set_string_member (answer, "signup",
                                 sotto_server_config_signup_name (services->config));
  json_object_set_boolean_member (answer, "relay", services->config->relay);
  add_counts (answer, services);
  add_places (answer, services->config);
  sotto_control_answer (call, answer);
}

/* ---- users ---- */

/* Names and addresses need no escaping. */
static void
append_user (SottoControlCall *call, const SottoAccount *account, GString *out)
{
  const SottoSession *session =
      sotto_registry_find (call->host->services->registry, &account->name);

  g_string_append_printf (
      out, "{\"name\":\"%s\",\"online\":%s,\"disabled\":%s,\"created\":%" G_GINT64_FORMAT,
      account->name.str, session != NULL ? "true" : "false", account->disabled ? "true" : "false",
      account->created);
  if (session != NULL)
    {
      g_autofree char *address = sotto_addr_to_string (&session->remote);

      g_string_append_printf (out, ",\"address\":\"%s\"", address);
    }
  g_string_append (out, "}\n");
}

/* As many as may wait to be read; the rest when they have been, so that a crowd's list neither
 * keeps the loop nor fills the memory. */
static bool
more_users (SottoControlCall *call, GString *out)
{
  while (call->next < call->list->len && out->len < SOTTO_CONTROL_QUEUE_MAX)
    append_user (call, g_ptr_array_index (call->list, call->next++), out);
  return call->next < call->list->len;
}

void
sotto_control_users (SottoControlCall *call)
{
  call->list = sotto_accounts_list (call->host->services->accounts);
  call->more = more_users;
}

/* ---- kick, reload, metrics ---- */

void
sotto_control_kick (SottoControlCall *call)
{
  bool exists = sotto_accounts_lookup (call->host->services->accounts, &call->name) != NULL;

  if (sotto_control_end_session (call))
    sotto_control_answer (call, sotto_control_yes ());
  else if (exists)
    sotto_control_refuse (call, "offline", "the user is not logged in");
  else
    sotto_control_refuse (call, "not_found", "there is no account of that name");
}

void
sotto_control_reload (SottoControlCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) later = NULL;

  if (!call->host->reload (call->host->data, &later, &error))
    {
      sotto_control_refuse (call, "config", error->message);
      return;
    }
  JsonObject *answer = sotto_control_yes ();
  JsonArray *keys = json_array_new ();

  for (guint i = 0; i < later->len; i++)
    json_array_add_string_element (keys, g_ptr_array_index (later, i));
  json_object_set_array_member (answer, "after_restart", keys);
  sotto_control_answer (call, answer);
}

void
sotto_control_metrics (SottoControlCall *call)
{
  gsize n;
  const SottoMetric *metrics = sotto_metrics_get (&n);
  JsonObject *answer = sotto_control_yes ();
  JsonArray *array = json_array_new ();

  for (gsize i = 0; i < n; i++)
    {
      JsonObject *metric = json_object_new ();

      json_object_set_string_member (metric, "name", metrics[i].name);
      json_object_set_string_member (metric, "type", metrics[i].type);
      json_object_set_string_member (metric, "help", metrics[i].help);
      json_object_set_int_member (metric, "value", (gint64)metrics[i].read (call->host->services));
      json_array_add_object_element (array, metric);
    }
  json_object_set_array_member (answer, "metrics", array);
  sotto_control_answer (call, answer);
}
