// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "tests/net/port-end.h"

#include "shared/base/text.h"
#include <string.h>

static void
on_datagram (SottoPort *port,
             const SottoAddr *from,
             const uint8_t *datagram,
             gsize n,
             gpointer data)
{
  End *end = data;

  if (end->received < END_LOG_MAX)
    {
      end->log[end->received].n = n;
      end->log[end->received].first = datagram[0];
    }
  end->received++;
  end->last_n = n;
  end->from = *from;
  memcpy (end->last, datagram, n);
  if (end->free_in_call)
    g_clear_pointer (&end->port, sotto_port_free);
}

void
end_open (End *end, const char *ip)
{
  g_autoptr (GError) error = NULL;
  SottoAddr any;

  *end = (End){ 0 };
  g_assert_true (sotto_addr_from_string (ip, 0, &any));
  end->poller = sotto_poller_new (G_PRIORITY_DEFAULT, &error);
  g_assert_no_error (error);
  end->port = sotto_port_new (end->poller, on_datagram, end);
  g_assert_true (sotto_port_bind (end->port, &any, &end->addr, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (end->addr.port, !=, 0);
}

void
end_close (End *end)
{
  sotto_port_free (end->port);
  sotto_poller_free (end->poller);
}

void
end_turn_until (End *end, guint want)
{
  gint64 until = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  while (end->received < want && g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (200);
}

bool
end_has_ipv6 (void)
{
  return g_file_test ("/proc/net/if_inet6", G_FILE_TEST_EXISTS);
}
