// SPDX-License-Identifier: GPL-3.0-or-later
/* Word of sleep comes over a bus of the test's own, as logind says it. */
#undef G_DISABLE_ASSERT
#include "gui/desktop/network-watch.h"
#include "tests/lib/bus.h"

#define LOGIN1 "org.freedesktop.login1"

typedef struct
{
  SottoTestBus bus;
  SottoNetworkWatch *watch;
  guint n_changes;
} Fixture;

static void
on_changed (Fixture *self)
{
  self->n_changes++;
}

static void
set_up (Fixture *self, gconstpointer unused)
{
  sotto_test_bus_up (&self->bus);
  sotto_test_bus_own (&self->bus, LOGIN1);
  self->watch = sotto_network_watch_new_on (self->bus.ours);
  g_signal_connect_swapped (self->watch, "changed", G_CALLBACK (on_changed), self);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  g_assert_finalize_object (self->watch);
  sotto_test_bus_down (&self->bus);
}

static void
say (Fixture *self, gboolean going)
{
  sotto_test_bus_say (&self->bus, "/org/freedesktop/login1", LOGIN1 ".Manager", "PrepareForSleep",
                      going ? "(true,)" : "(false,)");
}

static void
test_waking (Fixture *self, gconstpointer unused)
{
  say (self, TRUE);
  sotto_test_wait_ms (1200);
  g_assert_cmpuint (self->n_changes, ==, 0);
  say (self, FALSE);
  say (self, FALSE);
  while (self->n_changes == 0)
    g_main_context_iteration (NULL, TRUE);
  sotto_test_wait_ms (1200);
  g_assert_cmpuint (self->n_changes, ==, 1);
}

/* It goes with a word of waking still on its way. */
static void
test_gone (Fixture *self, gconstpointer unused)
{
  say (self, FALSE);
  sotto_test_wait_ms (100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/gui/network-watch/waking", Fixture, NULL, set_up, test_waking, tear_down);
  g_test_add ("/gui/network-watch/gone", Fixture, NULL, set_up, test_gone, tear_down);
  return g_test_run ();
}
