// SPDX-License-Identifier: GPL-3.0-or-later
/* Which addresses one user learns of another: PROTOCOL section 3 as a table. */
#undef G_DISABLE_ASSERT
#include "server/candidates.h"

#include "shared/base/text.h"
#include "tests/server/house.h"

static guint
parse_list (const char *text, SottoAddr *out)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  guint n = 0;

  for (char **word = words; *word != NULL; word++)
    if (**word != '\0')
      out[n++] = test_addr (*word, 5000);
  return n;
}

static void
check_list (const SottoAddr *got, guint n, const char *want)
{
  SottoAddr expected[8];
  guint n_expected = parse_list (want, expected);

  g_assert_cmpuint (n, ==, n_expected);
  for (guint i = 0; i < n; i++)
    g_assert_true (sotto_addr_equal (&got[i], &expected[i]));
}

static void
test_accept (void)
{
  static const struct
  {
    const char *remote;
    const char *declared;
    const char *kept;
  } cases[] = {
    { "192.0.2.1", "10.0.0.1 172.16.0.1 192.168.0.1", "10.0.0.1 172.16.0.1 192.168.0.1" },
    { "192.0.2.1", "172.32.0.1 203.0.113.1 192.0.2.1", "192.0.2.1" },
    { "192.0.2.1", "fd00::1 fe80::1 2001:db8::1", "fd00::1" },
    { "192.0.2.1", "127.0.0.1 0.0.0.0 169.254.0.1", "" },
    { "127.0.0.1", "127.0.0.1 127.0.0.2", "127.0.0.1" },
    { "::1", "::1 127.0.0.1", "::1" },
    { "192.0.2.1", "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SottoAddr declared[8];
      SottoAddr kept[SOTTO_ADDRESS_MAX];
      guint n = parse_list (cases[i].declared, declared);
      SottoAddr remote = test_addr (cases[i].remote, 40000);

      g_test_message ("%s: %s", cases[i].remote, cases[i].declared);
      check_list (kept, sotto_candidates_accept (declared, n, &remote, kept), cases[i].kept);
    }
}

static void
test_for (void)
{
  static const struct
  {
    const char *owner;
    const char *bound; /* "" = never bound */
    const char *declared;
    const char *receiver;
    const char *told;
  } cases[] = {
    /* The bound source first, if it is that of the TCP connection. */
    { "192.0.2.1", "192.0.2.1", "", "203.0.113.1", "192.0.2.1" },
    { "192.0.2.1", "198.51.100.1", "", "203.0.113.1", "" },
    { "192.0.2.1", "", "", "203.0.113.1", "" },
    /* Declared ones only from one IP, or of an owner on loopback. */
    { "192.0.2.1", "192.0.2.1", "10.0.0.1", "203.0.113.1", "192.0.2.1" },
    { "192.0.2.1", "192.0.2.1", "10.0.0.1", "192.0.2.1", "192.0.2.1 10.0.0.1" },
    { "127.0.0.1", "127.0.0.1", "10.0.0.1", "127.0.0.1", "127.0.0.1 10.0.0.1" },
    /* A loopback address goes only to who is on loopback too. */
    { "127.0.0.1", "127.0.0.1", "10.0.0.1", "203.0.113.1", "10.0.0.1" },
    { "127.0.0.1", "127.0.0.1", "", "127.0.0.2", "127.0.0.1" },
    { "::1", "::1", "fd00::1", "127.0.0.1", "::1 fd00::1" },
    /* Nothing twice, four at most. */
    { "10.0.0.9", "10.0.0.9", "10.0.0.9 10.0.0.8 10.0.0.7", "10.0.0.9",
      "10.0.0.9 10.0.0.8 10.0.0.7" },
    { "10.0.0.9", "10.0.0.9", "10.0.0.6 10.0.0.8 10.0.0.7", "10.0.0.9",
      "10.0.0.9 10.0.0.6 10.0.0.8 10.0.0.7" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SottoSession owner = { .remote = test_addr (cases[i].owner, 40000) };
      SottoSession receiver = { .remote = test_addr (cases[i].receiver, 40000) };
      SottoAddr told[SOTTO_CANDIDATE_MAX];

      g_test_message ("row %zu", i);
      if (cases[i].bound[0] != '\0')
        owner.bound = test_addr (cases[i].bound, 5000);
      owner.n_declared = (guint8)parse_list (cases[i].declared, owner.declared);
      check_list (told, sotto_candidates_for (&owner, &receiver, told), cases[i].told);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/candidates/accept", test_accept);
  g_test_add_func ("/server/candidates/for", test_for);
  return g_test_run ();
}
