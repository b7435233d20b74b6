// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/metrics.h"

#include "server/accounts.h"
#include "server/admission.h"
#include "server/grants.h"
#include "server/registry.h"
#include "server/verifier.h"

#define READ_COUNTER(field)                                                                        \
  static guint64 read_##field (const SottoServices *services)                                      \
  {                                                                                                \
    return services->counters->field;                                                              \
  }

READ_COUNTER (logins)
READ_COUNTER (logins_failed)
READ_COUNTER (resumptions)
READ_COUNTER (signups)
READ_COUNTER (grants)
READ_COUNTER (relayed)
READ_COUNTER (penalties)
READ_COUNTER (datagrams_dropped)

static guint64
read_accounts (const SottoServices *services)
{
  return sotto_accounts_get_count (services->accounts);
}

static guint64
read_sessions (const SottoServices *services)
{
  return sotto_registry_get_count (services->registry);
}

static guint64
read_unauthenticated (const SottoServices *services)
{
  return sotto_admission_get_unauthenticated (services->admission);
}

static guint64
read_verifying (const SottoServices *services)
{
  return sotto_verifier_waiting (services->verifier);
}

static guint64
read_routes (const SottoServices *services)
{
  return sotto_grants_count_routes (services->grants);
}

static const SottoMetric metrics[] = {
  { "sotto_accounts", "gauge", "Accounts, disabled ones too.", read_accounts },
  { "sotto_sessions", "gauge", "Users logged in.", read_sessions },
  { "sotto_unauthenticated", "gauge", "Connections that have not logged in.",
    read_unauthenticated },
  { "sotto_verifier_waiting", "gauge", "Logins and sign-ups waiting for a processor.",
    read_verifying },
  { "sotto_relay_routes", "gauge", "Channels that the relay would serve.", read_routes },
  { "sotto_logins_total", "counter", "Logins with a password.", read_logins },
  { "sotto_logins_failed_total", "counter", "Logins, resumptions and sign-ups refused.",
    read_logins_failed },
  { "sotto_resumptions_total", "counter", "Logins with a ticket.", read_resumptions },
  { "sotto_signups_total", "counter", "Accounts made by their users.", read_signups },
  { "sotto_grants_total", "counter", "Keys handed out for two users.", read_grants },
  { "sotto_relayed_total", "counter", "Datagrams relayed.", read_relayed },
  { "sotto_penalties_total", "counter", "Connections that broke the protocol.", read_penalties },
  { "sotto_datagrams_dropped_total", "counter", "Datagrams dropped in silence.",
    read_datagrams_dropped },
};

const SottoMetric *
sotto_metrics_get (gsize *out_n)
{
  *out_n = G_N_ELEMENTS (metrics);
  return metrics;
}
