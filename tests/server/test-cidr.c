// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "server/cidr.h"

#include "tests/server/house.h"

static void
test_contains (void)
{
  static const struct
  {
    const char *network;
    const char *ip;
    bool in;
  } cases[] = {
    { "127.0.0.0/8", "127.255.0.1", true },
    { "127.0.0.0/8", "128.0.0.1", false },
    { "10.1.2.3/8", "10.200.0.1", true },
    { "192.0.2.4", "192.0.2.4", true },
    { "192.0.2.4", "192.0.2.5", false },
    { "192.0.2.4/31", "192.0.2.5", true },
    { "192.0.2.4/31", "192.0.2.6", false },
    { "0.0.0.0/0", "203.0.113.9", true },
    { "0.0.0.0/0", "2001:db8::1", false },
    { "::1/128", "::1", true },
    { "::1/128", "::2", false },
    { "2001:db8::/33", "2001:db8:7fff::", true },
    { "2001:db8::/33", "2001:db8:8000::", false },
    { "::/0", "127.0.0.1", false },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SottoAddr addr = test_addr (cases[i].ip, 1);
      SottoCidr cidr;

      g_test_message ("%s in %s", cases[i].ip, cases[i].network);
      g_assert_true (sotto_cidr_parse (cases[i].network, &cidr));
      g_assert_cmpint (sotto_cidr_contains (&cidr, &addr), ==, cases[i].in);
    }
}

static void
test_malformed (void)
{
  static const char *const cases[] = { "",          "example.org", "10.0.0.0/33", "10.0.0.0/-1",
                                       "10.0.0/8",  "::/129",      "10.0.0.0/",   "10.0.0.0/8/8",
                                       "10.0.0.0/x" };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SottoCidr cidr;

      g_test_message ("%s", cases[i]);
      g_assert_false (sotto_cidr_parse (cases[i], &cidr));
    }
}

static bool
same_source (const char *a, const char *b)
{
  SottoAddr left = test_addr (a, 1);
  SottoAddr right = test_addr (b, 2);
  SottoSource x = sotto_source_of (&left, 32, 64);
  SottoSource y = sotto_source_of (&right, 32, 64);

  return sotto_source_equal (&x, &y);
}

static void
test_source (void)
{
  g_assert_true (same_source ("192.0.2.1", "192.0.2.1"));
  g_assert_false (same_source ("192.0.2.1", "192.0.2.2"));
  g_assert_true (same_source ("2001:db8::1", "2001:db8::ffff:1"));
  g_assert_false (same_source ("2001:db8::1", "2001:db8:0:1::1"));
  g_assert_true (same_source ("::ffff:192.0.2.1", "192.0.2.1"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/cidr/contains", test_contains);
  g_test_add_func ("/server/cidr/malformed", test_malformed);
  g_test_add_func ("/server/cidr/source", test_source);
  return g_test_run ();
}
