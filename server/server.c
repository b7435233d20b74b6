// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/server.h"

#include "server/accounts.h"
#include "server/admission.h"
#include "server/allowances.h"
#include "server/control.h"
#include "server/crowd.h"
#include "server/ephemeral.h"
#include "server/grants.h"
#include "server/listener.h"
#include "server/presence.h"
#include "server/registry.h"
#include "server/reload.h"
#include "server/restoring.h"
#include "server/server-key.h"
#include "server/ticker.h"
#include "server/udp.h"
#include "server/verifier.h"
#include "server/wheel.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/crypto/agreement.h"
#include "shared/net/link.h"
#include <malloc.h>
#include <stdio.h>

#define SWEEP_INTERVAL  (10 * SOTTO_US_PER_S)
#define BIND_TRIES      16 /* for a free TCP port whose UDP twin is free too */
#define VERIFIERS_MIN   2
#define SERVER_PRIORITY G_PRIORITY_DEFAULT

struct _SottoServer
{
  SottoTimer sweep; /* first */
  SottoTimer drain;
  SottoServerConfig *config;
  SottoServices services;
  SottoCounters counters;
  guint64 trimmed_at; /* how many had come and gone when memory was given back */
  SottoPoller *poller;
  SottoTicker *ticker;
  SottoCrowd *crowd;
  SottoListener *listener;
  SottoUdp *udp;
  GArray *bound; /* SottoAddr: where we listen */
  SottoControlHost control_host;
  SottoControl *control; /* NULL: sottoctl cannot reach us */
  bool draining;
  void (*drained) (gpointer data);
  gpointer drained_data;
};

static void
on_turn_over (gpointer data)
{
  SottoServer *self = data;

  sotto_crowd_flush (self->crowd);
  if (self->drained != NULL && sotto_crowd_get_count (self->crowd) == 0)
    {
      void (*drained) (gpointer) = g_steal_pointer (&self->drained);

      drained (self->drained_data);
    }
}

static void
on_accepted (GSocket *socket, const SottoAddr *remote, gpointer data)
{
  SottoServer *self = data;

  sotto_crowd_accept (self->crowd, socket, remote);
}

static void
on_trouble (const GError *error, gpointer data)
{
  if (error != NULL)
    sotto_journal_warning ("accounts cannot be written, changes are refused: %s", error->message);
  else
    sotto_journal_info ("accounts can be written again");
}

/* What a storm of logins, or reading the accounts, needed goes back to the system: the C library
 * keeps it otherwise. Milliseconds, so not while there is a storm. */
static void
server_give_back (SottoServer *self)
{
  guint64 done = self->counters.logins + self->counters.resumptions + self->counters.logins_failed
                 + self->counters.signups;

  if (done == self->trimmed_at
      || sotto_admission_get_unauthenticated (self->services.admission) > 0)
    return;
  self->trimmed_at = done;
  malloc_trim (0);
}

static void
on_sweep (SottoTimer *timer, gint64 now)
{
  SottoServer *self = (SottoServer *)timer;

  server_give_back (self);

  sotto_ephemerals_expire (self->services.ephemerals, now);
  sotto_admission_sweep (self->services.admission, now);
  sotto_allowances_sweep (self->services.allowances, now);
  sotto_grants_sweep (self->services.grants, now);
  sotto_wheel_set (self->services.wheel, &self->sweep, on_sweep, now + SWEEP_INTERVAL);
}

/* ---- Making ---- */

static SottoServerKey *
server_key (const SottoServer *self)
{
  return (SottoServerKey *)self->services.key;
}

static bool
server_open_accounts (SottoServer *self, GError **error)
{
  SottoServices *services = &self->services;

  services->accounts =
      sotto_accounts_open (self->config->data_base, self->config->realm, services->random, error);
  if (services->accounts == NULL)
    return false;
  sotto_server_key_set_realm (server_key (self), sotto_accounts_get_realm (services->accounts));
  sotto_accounts_set_trouble (services->accounts, on_trouble, self);
  sotto_accounts_set_flush (services->accounts, on_turn_over, self);

  const char *forgotten = sotto_accounts_get_forgotten_realm (services->accounts);
  if (forgotten != NULL)
    sotto_journal_warning ("realm is not \"%s\" any more: no password made under it will work",
                           forgotten);
  return true;
}

static bool
server_make_parts (SottoServer *self, GError **error)
{
  SottoServices *services = &self->services;
  gint64 now = sotto_clock_now (services->clock);

  services->key = sotto_server_key_load (self->config, error);
  /* Now that the accounts are ours no restore can begin; one may have since we read the rest. */
  if (services->key == NULL || !server_open_accounts (self, error)
      || !sotto_restoring_check (self->config->path, error))
    return false;
  services->verifier =
      sotto_verifier_new (services->key, MAX (g_get_num_processors (), VERIFIERS_MIN), error);
  self->poller = sotto_poller_new (SERVER_PRIORITY, error);
  if (services->verifier == NULL || self->poller == NULL)
    return false;
  sotto_verifier_set_flush (services->verifier, on_turn_over, self);
  sotto_poller_set_flush (self->poller, on_turn_over, self);

  services->wheel = sotto_wheel_new (now);
  self->ticker = sotto_ticker_new (services->wheel, services->clock, on_turn_over, self);
  services->ephemerals = sotto_ephemerals_new (services->random);
  services->admission = sotto_admission_new (self->config);
  services->allowances = sotto_allowances_new ();
  services->registry = sotto_registry_new ();
  services->presence = sotto_presence_new (services);
  services->grants = sotto_grants_new (services);
  services->scratch = g_byte_array_new ();
  self->crowd = sotto_crowd_new (services, self->poller);
  self->listener =
      sotto_listener_new (self->poller, services->wheel, services->clock, on_accepted, self);
  self->udp = sotto_udp_new (services, self->poller);
  on_sweep (&self->sweep, now);
  malloc_trim (0);
  return true;
}

SottoServer *
sotto_server_new (SottoServerConfig *take_config, GError **error)
{
  SottoServer *self = g_new0 (SottoServer, 1);

  self->config = take_config;
  self->bound = g_array_new (FALSE, FALSE, sizeof (SottoAddr));
  self->services = (SottoServices){
    .config = take_config,
    .clock = sotto_clock_system (),
    .random = sotto_random_system (),
    .output = sotto_crowd_get_output (),
    .counters = &self->counters,
    .report = sotto_journal_event,
  };
  if (!server_make_parts (self, error))
    g_clear_pointer (&self, sotto_server_free);
  return self;
}

/* Top-down: who uses goes before what is used. */
void
sotto_server_free (SottoServer *self)
{
  if (self == NULL)
    return;
  SottoServices *services = &self->services;

  sotto_control_free (self->control);
  sotto_listener_free (self->listener);
  sotto_udp_free (self->udp);
  sotto_crowd_free (self->crowd);
  sotto_verifier_free (services->verifier);
  sotto_accounts_free (services->accounts);
  sotto_grants_free (services->grants);
  sotto_presence_free (services->presence);
  sotto_registry_free (services->registry);
  sotto_allowances_free (services->allowances);
  sotto_admission_free (services->admission);
  sotto_ephemerals_free (services->ephemerals);
  sotto_ticker_free (self->ticker);
  sotto_wheel_free (services->wheel);
  sotto_poller_free (self->poller);
  sotto_server_key_free (server_key (self));
  g_clear_pointer (&services->scratch, g_byte_array_unref);
  sotto_server_config_free (self->config);
  g_array_unref (self->bound);
  g_free (self);
}

/* ---- Reloading ---- */

static bool
on_reload_asked (gpointer data, GPtrArray **out_later, GError **error)
{
  SottoServer *self = data;
  g_autoptr (SottoServerConfig) fresh = sotto_server_config_load (self->config->path, error);

  if (fresh == NULL)
    return false;
  *out_later = sotto_reload_config (self->config, fresh);
  sotto_reload_note_key (*out_later, self->services.key, self->config);
  sotto_admission_reload (self->services.admission);
  return true;
}

void
sotto_server_reload (SottoServer *self)
{
  g_autoptr (GPtrArray) later = NULL;
  g_autoptr (GError) error = NULL;

  if (!on_reload_asked (self, &later, &error))
    sotto_journal_warning ("nothing reloaded: %s", error->message);
}

/* ---- Binding ---- */

/* IPv6 may be missing on this machine though a name has such an address. */
static bool
is_missing_family (const SottoAddr *addr, const GError *error)
{
  return addr->family == 6
         && (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED)
             || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT)
             || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED));
}

/* One address on both transports. *port 0 becomes the one that was free. */
static bool
server_bind_one (SottoServer *self, SottoAddr addr, guint16 *port, GArray *bound, GError **error)
{
  SottoAddr tcp;
  SottoAddr udp;

  addr.port = *port;
  if (!sotto_listener_bind (self->listener, &addr, &tcp, error))
    return false;
  addr.port = self->config->udp_port != 0 ? self->config->udp_port : tcp.port;
  if (!sotto_udp_bind (self->udp, &addr, &udp, error))
    {
      g_prefix_error (error, "UDP port %u: ", addr.port);
      return false;
    }
  *port = tcp.port;
  self->services.udp_port = udp.port;
  g_array_append_val (bound, tcp);
  return true;
}

static bool
server_bind_all (SottoServer *self, const GArray *addresses, GArray *bound, GError **error)
{
  guint16 port = self->config->server_port;

  for (guint i = 0; i < addresses->len; i++)
    {
      const SottoAddr *addr = &g_array_index (addresses, SottoAddr, i);
      g_autoptr (GError) failure = NULL;

      if (server_bind_one (self, *addr, &port, bound, &failure))
        continue;
      if (addresses->len > 1 && is_missing_family (addr, failure))
        {
          sotto_journal_warning ("not listening by IPv6: %s", failure->message);
          continue;
        }
      g_propagate_prefixed_error (error, g_steal_pointer (&failure),
                                  "cannot listen on %s (port %u): ", self->config->server_address,
                                  port);
      return false;
    }
  if (bound->len > 0)
    return true;
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO,
               "cannot listen on %s: none of its addresses is one of this machine",
               self->config->server_address);
  return false;
}

static void
server_unbind (SottoServer *self, GArray *bound)
{
  sotto_listener_unbind (self->listener);
  sotto_udp_unbind (self->udp);
  g_array_set_size (bound, 0);
}

static bool
server_bind (SottoServer *self, GArray *bound, GError **error)
{
  g_autoptr (GArray) addresses = sotto_listener_resolve (self->config->server_address, error);
  guint tries = self->config->server_port == 0 ? BIND_TRIES : 1;

  if (addresses == NULL)
    {
      g_prefix_error (error, "cannot resolve %s: ", self->config->server_address);
      return false;
    }
  for (guint i = 0; i < tries; i++)
    {
      g_clear_error (error);
      if (server_bind_all (self, addresses, bound, error))
        return true;
      server_unbind (self, bound);
    }
  return false;
}

/* A place that nobody asked for is no reason not to serve. */
static bool
server_open_control (SottoServer *self, GError **error)
{
  g_autoptr (GError) failure = NULL;

  self->control_host = (SottoControlHost){
    .services = &self->services,
    .started = sotto_clock_now (self->services.clock),
    .port = g_array_index (self->bound, SottoAddr, 0).port,
    .addresses = self->bound,
    .reload = on_reload_asked,
    .data = self,
  };
  self->control =
      sotto_control_new (&self->control_host, self->poller, self->config->control_socket, &failure);
  if (self->control != NULL)
    return true;
  if (self->config->control_by_default)
    {
      sotto_journal_warning ("sottoctl cannot reach this server: %s", failure->message);
      return true;
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return false;
}

/* Scripts wait for this line: flushed, and without brackets. */
static void
print_bound (const SottoAddr *addr)
{
  g_autofree char *text = sotto_addr_ip_to_string (addr);

  printf ("listening on %s port %u\n", text, addr->port);
  fflush (stdout);
}

bool
sotto_server_start (SottoServer *self, GError **error)
{
  g_autoptr (GPtrArray) warnings = sotto_server_config_warnings (self->config);
  g_autofree char *fingerprint =
      sotto_hex_encode (&self->services.key->fingerprint, sizeof (SottoKey));

  if (!server_bind (self, self->bound, error) || !server_open_control (self, error))
    return false;
  for (guint i = 0; i < warnings->len; i++)
    sotto_journal_warning ("%s", (const char *)g_ptr_array_index (warnings, i));
  sotto_journal_info ("fingerprint %s, %u accounts", fingerprint,
                      sotto_accounts_get_count (self->services.accounts));
  for (guint i = 0; i < self->bound->len; i++)
    print_bound (&g_array_index (self->bound, SottoAddr, i));
  return true;
}

/* ---- Ending ---- */

static void
on_drain_over (SottoTimer *timer, gint64 now)
{
  SottoServer *self = (SottoServer *)((char *)timer - G_STRUCT_OFFSET (SottoServer, drain));
  void (*drained) (gpointer) = g_steal_pointer (&self->drained);

  if (drained != NULL)
    drained (self->drained_data);
}

void
sotto_server_drain (SottoServer *self, void (*drained) (gpointer data), gpointer data)
{
  if (self->draining)
    return;
  self->draining = true;
  self->drained = drained;
  self->drained_data = data;
  sotto_listener_unbind (self->listener);
  sotto_wheel_set (self->services.wheel, &self->drain, on_drain_over,
                   sotto_clock_now (self->services.clock) + SOTTO_DRAIN - SOTTO_US_PER_S);
  sotto_crowd_farewell (self->crowd, SOTTO_SHUTDOWN);
  on_turn_over (self);
}
