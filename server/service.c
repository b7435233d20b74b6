// SPDX-License-Identifier: GPL-3.0-or-later
#include <config.h>

#include "server/service.h"

#include <glib.h>
#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

static guint watch; /* the one thing that is a program's, not a server's */

static void
tell (const char *state)
{
#ifdef HAVE_SYSTEMD
  sd_notify (0, state);
#endif
}

void
sotto_service_ready (void)
{
  tell ("READY=1");
}

void
sotto_service_reloading (void)
{
  g_autofree char *state =
      g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());

  tell (state);
}

void
sotto_service_stopping (void)
{
  tell ("STOPPING=1");
}

#ifdef HAVE_SYSTEMD
static gboolean
on_watch (gpointer data)
{
  tell ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}
#endif

void
sotto_service_watch_start (void)
{
#ifdef HAVE_SYSTEMD
  uint64_t period;

  if (watch == 0 && sd_watchdog_enabled (0, &period) > 0)
    watch = g_timeout_add ((guint)MAX (period / 2000, 1), on_watch, NULL);
#endif
}

void
sotto_service_watch_stop (void)
{
  if (watch != 0)
    g_source_remove (watch);
  watch = 0;
}
