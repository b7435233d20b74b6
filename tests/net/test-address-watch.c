// SPDX-License-Identifier: GPL-3.0-or-later
/* Addresses of this machine: which are ours, and being told when that changes. */
#undef G_DISABLE_ASSERT
#include "shared/net/address-watch.h"
#include "shared/net/interfaces.h"

#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void
test_have (void)
{
  static const SottoAddr ours = { 4, { 127, 0, 0, 1 }, 4000 };
  static const SottoAddr documented = { 4, { 192, 0, 2, 1 }, 4000 };
  static const SottoAddr documented_6 = { 6, { 0x20, 1, 0x0d, 0xb8, [15] = 1 }, 4000 };
  static const SottoAddr link_local = { 6, { 0xfe, 0x80, [15] = 1 }, 4000 };

  g_assert_true (sotto_interfaces_have (&ours));
  g_assert_false (sotto_interfaces_have (&documented));
  g_assert_false (sotto_interfaces_have (&documented_6));
  g_assert_true (sotto_interfaces_have (&link_local)); /* cannot be told */
}

static void
on_changed (gpointer data)
{
  (*(guint *)data)++;
}

/* In a network of our own it has no address before. */
static void
bring_loopback_up (void)
{
  struct ifreq request = { .ifr_flags = IFF_UP };
  int fd = socket (AF_INET, SOCK_DGRAM, 0);

  g_assert_cmpint (fd, >=, 0);
  memcpy (request.ifr_name, "lo", 3);
  g_assert_cmpint (ioctl (fd, SIOCSIFFLAGS, &request), ==, 0);
  close (fd);
}

static gboolean
on_late (gpointer data)
{
  *(bool *)data = true;
  return G_SOURCE_REMOVE;
}

static void
test_watch (void)
{
  g_autoptr (GError) error = NULL;
  SottoPoller *poller;
  SottoAddressWatch *watch;
  guint told = 0;
  bool late = false;

  if (unshare (CLONE_NEWNET) != 0 && unshare (CLONE_NEWUSER | CLONE_NEWNET) != 0)
    {
      g_test_skip ("no network of our own can be made here");
      return;
    }
  poller = sotto_poller_new (G_PRIORITY_DEFAULT, &error);
  g_assert_no_error (error);
  watch = sotto_address_watch_new (poller, on_changed, &told);
  g_assert_nonnull (watch);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (told, ==, 0);
  bring_loopback_up ();
  g_timeout_add_seconds (10, on_late, &late);
  while (told == 0 && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (told, >=, 1);
  sotto_address_watch_free (watch);
  sotto_poller_free (poller);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/addresses/have", test_have);
  g_test_add_func ("/addresses/watch", test_watch);
  return g_test_run ();
}
