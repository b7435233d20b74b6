// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/metrics.h"

#include "server/accounts.h"
#include "server/admission.h"
#include "server/grants.h"
#include "server/registry.h"
#include "server/verifier.h"
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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
READ_COUNTER (connections_refused)
READ_COUNTER (datagrams_dropped)

static guint64
read_accounts (const SottoServices *services)
{
  return sotto_accounts_get_count (services->accounts);
}

static guint64
read_trouble (const SottoServices *services)
{
  return sotto_accounts_is_in_trouble (services->accounts);
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
read_invites (const SottoServices *services)
{
  g_autoptr (GPtrArray) list = sotto_invites_list (sotto_accounts_get_invites (services->accounts),
                                                   sotto_clock_unix_ms (services->clock) / 1000);

  return list->len;
}

/* ---- The process, under the names that every exporter has for it ---- */

static guint64
read_open_fds (const SottoServices *services)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint64 n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static guint64
read_max_fds (const SottoServices *services)
{
  struct rlimit limit = { 0 };

  getrlimit (RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

/* The second number of statm: pages. */
static guint64
read_resident (const SottoServices *services)
{
  g_autofree char *text = NULL;
  guint64 pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL) && strchr (text, ' ') != NULL)
    pages = g_ascii_strtoull (strchr (text, ' '), NULL, 10);
  return pages * (guint64)sysconf (_SC_PAGESIZE);
}

static guint64
read_routes (const SottoServices *services)
{
  return sotto_grants_count_routes (services->grants);
}

static const SottoMetric metrics[] = {
  { "sotto_accounts", "gauge", "Accounts, disabled ones too.", read_accounts },
  { "sotto_accounts_unwritable", "gauge",
    "1 when the accounts could not be written at the last try.", read_trouble },
  { "sotto_sessions", "gauge", "Users logged in.", read_sessions },
  { "sotto_unauthenticated", "gauge", "Connections that have not logged in.",
    read_unauthenticated },
  { "sotto_verifier_waiting", "gauge", "Logins and sign-ups waiting for a processor.",
    read_verifying },
  { "sotto_relay_routes", "gauge", "Channels that the relay would serve.", read_routes },
  { "sotto_invites", "gauge", "Invites that still let somebody in.", read_invites },
  { "process_open_fds", "gauge", "Open descriptors.", read_open_fds },
  { "process_max_fds", "gauge", "Descriptors that may be open.", read_max_fds },
  { "process_resident_memory_bytes", "gauge", "Resident memory.", read_resident },
  { "sotto_logins_total", "counter", "Logins with a password.", read_logins },
  { "sotto_logins_failed_total", "counter", "Logins, resumptions and sign-ups refused.",
    read_logins_failed },
  { "sotto_resumptions_total", "counter", "Logins with a ticket.", read_resumptions },
  { "sotto_signups_total", "counter", "Accounts made by their users.", read_signups },
  { "sotto_grants_total", "counter", "Keys handed out for two users.", read_grants },
  { "sotto_relayed_total", "counter", "Datagrams relayed.", read_relayed },
  { "sotto_penalties_total", "counter", "Connections that broke the protocol.", read_penalties },
  { "sotto_connections_refused_total", "counter", "Connections refused because the house was full.",
    read_connections_refused },
  { "sotto_datagrams_dropped_total", "counter", "Datagrams dropped in silence.",
    read_datagrams_dropped },
};

const SottoMetric *
sotto_metrics_get (gsize *out_n)
{
  *out_n = G_N_ELEMENTS (metrics);
  return metrics;
}
