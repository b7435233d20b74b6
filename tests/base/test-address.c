// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/base/text.h"
#include <string.h>

static SottoAddr
make (const char *ip, uint16_t port)
{
  SottoAddr addr;
  memset (&addr, 0xAA, sizeof addr);
  g_assert_true (sotto_addr_from_string (ip, port, &addr));
  return addr;
}

static void
test_table (void)
{
  static const struct
  {
    const char *ip, *shown;
    bool loopback, private;
  } rows[] = {
    { "127.0.0.1", "127.0.0.1:9", true, false },
    { "127.255.0.3", "127.255.0.3:9", true, false },
    { "128.0.0.1", "128.0.0.1:9", false, false },
    { "10.0.0.1", "10.0.0.1:9", false, true },
    { "11.0.0.1", "11.0.0.1:9", false, false },
    { "172.15.0.1", "172.15.0.1:9", false, false },
    { "172.16.0.1", "172.16.0.1:9", false, true },
    { "172.31.255.255", "172.31.255.255:9", false, true },
    { "172.32.0.1", "172.32.0.1:9", false, false },
    { "192.168.0.1", "192.168.0.1:9", false, true },
    { "192.169.0.1", "192.169.0.1:9", false, false },
    { "169.254.0.1", "169.254.0.1:9", false, false },
    { "::1", "[::1]:9", true, false },
    { "::", "[::]:9", false, false },
    { "fc00::1", "[fc00::1]:9", false, true },
    { "FDFF::1", "[fdff::1]:9", false, true },
    { "fe80::1", "[fe80::1]:9", false, false },
    { "2001:db8::1", "[2001:db8::1]:9", false, false },
    { "::ffff:127.0.0.1", "127.0.0.1:9", true, false },
    { "::ffff:0a00:0001", "10.0.0.1:9", false, true },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      SottoAddr addr = make (rows[i].ip, 9);
      g_autofree char *shown = sotto_addr_to_string (&addr);
      g_assert_cmpstr (shown, ==, rows[i].shown);
      g_assert_cmpint (sotto_addr_is_loopback (&addr), ==, rows[i].loopback);
      g_assert_cmpint (sotto_addr_is_private (&addr), ==, rows[i].private);
    }
}

static void
test_refused (void)
{
  static const char *const rows[] = { "",      "localhost",  "127.0.0.1 ",
                                      "127.1", "1.2.3.4.5",  "256.0.0.1",
                                      "[::1]", "fe80::1%lo", "127.0.0.1:80",
                                      "::1::" };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      SottoAddr addr = { .family = 77 };
      g_assert_false (sotto_addr_from_string (rows[i], 1, &addr));
      g_assert_cmpuint (addr.family, ==, 77);
    }
}

static void
test_equal (void)
{
  SottoAddr a = make ("10.1.2.3", 80), mapped = make ("::ffff:10.1.2.3", 80);
  SottoAddr port = make ("10.1.2.3", 81), ip = make ("10.1.2.4", 80), v6 = make ("::1", 80);
  SottoAddr none = { 0 };
  g_assert_true (sotto_addr_equal (&a, &mapped));
  g_assert_true (sotto_addr_equal_func (&a, &mapped));
  g_assert_cmpuint (sotto_addr_hash (&a), ==, sotto_addr_hash (&mapped));
  g_assert_false (sotto_addr_equal (&a, &port));
  g_assert_true (sotto_addr_same_ip (&a, &port));
  g_assert_false (sotto_addr_equal (&a, &ip));
  g_assert_false (sotto_addr_same_ip (&a, &ip));
  g_assert_false (sotto_addr_same_ip (&a, &v6));
  g_assert_false (sotto_addr_same_ip (&a, &none));
  g_assert_true (sotto_addr_equal (&none, &none));
  g_autofree char *shown = sotto_addr_to_string (&none);
  g_assert_cmpstr (shown, ==, "none");
  /* Bytes that the family does not use are no part of an address. */
  a.ip[9] = 1;
  g_assert_true (sotto_addr_equal (&a, &mapped));
  g_assert_cmpuint (sotto_addr_hash (&a), ==, sotto_addr_hash (&mapped));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address/table", test_table);
  g_test_add_func ("/address/refused", test_refused);
  g_test_add_func ("/address/equal", test_equal);
  return g_test_run ();
}
