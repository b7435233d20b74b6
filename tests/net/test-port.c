// SPDX-License-Identifier: GPL-3.0-or-later
/* Ports on loopback: what goes in comes out, too much is dropped, errors of the network pass. */
#undef G_DISABLE_ASSERT
#include "tests/net/port-end.h"

#include "shared/base/text.h"
#include <string.h>

static void
test_there_and_back (gconstpointer ip)
{
  End a, b;
  uint8_t bytes[SOTTO_DATAGRAM_MAX];

  memset (bytes, 0x5a, sizeof bytes);
  end_open (&a, ip);
  end_open (&b, ip);
  g_assert_true (sotto_port_send (a.port, &b.addr, bytes, sizeof bytes));
  end_turn_until (&b, 1);
  g_assert_cmpmem (b.last, b.last_n, bytes, sizeof bytes);
  g_assert_true (sotto_addr_equal (&b.from, &a.addr));
  g_assert_true (sotto_port_send (b.port, &b.from, bytes, 133));
  end_turn_until (&a, 1);
  g_assert_cmpuint (a.last_n, ==, 133);
  end_close (&a);
  end_close (&b);
}

/* More than one dispatch drains, and one that is too large, which is dropped. */
static void
test_many (void)
{
  End a, b;
  uint8_t bytes[SOTTO_DATAGRAM_MAX + 1] = { 0 };

  end_open (&a, "127.0.0.1");
  end_open (&b, "127.0.0.1");
  g_assert_true (sotto_port_send (a.port, &b.addr, bytes, sizeof bytes));
  for (guint i = 0; i < 150; i++)
    {
      bytes[0] = (uint8_t)i;
      g_assert_true (sotto_port_send (a.port, &b.addr, bytes, 133));
    }
  end_turn_until (&b, 150);
  g_assert_cmpuint (b.received, ==, 150);
  g_assert_cmpuint (b.last[0], ==, 149);
  end_close (&a);
  end_close (&b);
}

/* Nobody listens: ICMP answers, the port works on. A family without a socket is refused. */
static void
test_refused (void)
{
  End a, b;
  uint8_t bytes[133] = { 0 };
  SottoAddr gone, v6;

  end_open (&a, "127.0.0.1");
  end_open (&b, "127.0.0.1");
  gone = b.addr;
  end_close (&b);
  for (guint i = 0; i < 3; i++)
    {
      sotto_port_send (a.port, &gone, bytes, sizeof bytes);
      g_main_context_iteration (NULL, FALSE);
    }
  end_open (&b, "127.0.0.1");
  g_assert_true (sotto_port_send (a.port, &b.addr, bytes, sizeof bytes));
  end_turn_until (&b, 1);
  g_assert_cmpuint (b.received, ==, 1);
  g_assert_true (sotto_addr_from_string ("::1", 9, &v6));
  g_assert_false (sotto_port_send (a.port, &v6, bytes, sizeof bytes));
  end_close (&a);
  end_close (&b);
}

static void
test_free_in_call (void)
{
  End a, b;
  uint8_t bytes[133] = { 0 };

  end_open (&a, "127.0.0.1");
  end_open (&b, "127.0.0.1");
  b.free_in_call = true;
  for (guint i = 0; i < 5; i++)
    g_assert_true (sotto_port_send (a.port, &b.addr, bytes, sizeof bytes));
  end_turn_until (&b, 1);
  g_assert_null (b.port);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (b.received, ==, 1);
  end_close (&a);
  end_close (&b);
}

static void
test_local_addrs (void)
{
  End a, b;
  SottoAddr addrs[8];
  gsize n;

  end_open (&a, "127.0.0.1");
  g_assert_cmpuint (sotto_port_local_addrs (a.port, addrs, G_N_ELEMENTS (addrs)), ==, 1);
  g_assert_true (sotto_addr_equal (&addrs[0], &a.addr));
  end_open (&b, "0.0.0.0");
  n = sotto_port_local_addrs (b.port, addrs, G_N_ELEMENTS (addrs));
  for (gsize i = 0; i < n; i++)
    {
      g_assert_cmpuint (addrs[i].port, ==, b.addr.port);
      g_assert_cmpuint (addrs[i].ip[0], !=, 0);
    }
  end_close (&a);
  end_close (&b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/port/there-and-back/4", "127.0.0.1", test_there_and_back);
  if (end_has_ipv6 ())
    g_test_add_data_func ("/port/there-and-back/6", "::1", test_there_and_back);
  g_test_add_func ("/port/many", test_many);
  g_test_add_func ("/port/refused", test_refused);
  g_test_add_func ("/port/free-in-call", test_free_in_call);
  g_test_add_func ("/port/local-addrs", test_local_addrs);
  return g_test_run ();
}
