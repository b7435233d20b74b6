// SPDX-License-Identifier: GPL-3.0-or-later
/* BIND and BOUND; and that nothing else is answered. */
#undef G_DISABLE_ASSERT
#include "server/udp.h"

#include "shared/base/text.h"
#include "shared/wire/datagram.h"
#include "tests/server/house.h"
#include <string.h>

#define BIND_LEN 133

static gsize
make_bind (TestGuest *guest, guint64 counter, uint8_t *out)
{
  const SottoDatagramHeader header = { .kind = SOTTO_DATAGRAM_BIND, .id = guest->result.sid };
  SottoBind bind = { .counter = counter, .nonce = { 1, 2, 3, 4, 5, 6, 7, 8 } };
  SottoFernetKey key = { 0 };
  uint8_t plain[SOTTO_PLAIN_MAX];
  gsize n = sotto_bind_encode (&bind, plain);

  sotto_fernet_key_init (&key, &guest->keys.udp_c_to_s);
  n = sotto_datagram_seal (&header, &key, plain, n, 63, NULL, out);
  sotto_fernet_key_clear (&key);
  return n;
}

static bool
answers (TestGuest *guest, const SottoAddr *from, const uint8_t *datagram, gsize n)
{
  uint8_t out[SOTTO_DATAGRAM_MAX];
  gsize n_out = sotto_udp_answer (&guest->house->services, from, datagram, n, out);

  g_assert_true (n_out == 0 || n_out == n);
  return n_out > 0;
}

static void
test_bound (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoAddr from = test_addr ("192.0.2.7", 5353);
  uint8_t bind[SOTTO_DATAGRAM_MAX];
  uint8_t out[SOTTO_DATAGRAM_MAX];
  uint8_t plain[SOTTO_PLAIN_ROOM];
  SottoFernetKey key = { 0 };
  SottoDatagramHeader header;
  SottoBound bound;
  gsize n_plain;

  g_assert_cmpuint (make_bind (guest, 0, bind), ==, BIND_LEN);
  g_assert_cmpuint (sotto_udp_answer (&house->services, &from, bind, BIND_LEN, out), ==, BIND_LEN);
  g_assert_true (sotto_datagram_header (out, BIND_LEN, &header));
  g_assert_cmpint (header.kind, ==, SOTTO_DATAGRAM_BOUND);
  g_assert_cmpuint (header.id, ==, guest->result.sid);
  sotto_fernet_key_init (&key, &guest->keys.udp_s_to_c);
  g_assert_true (sotto_datagram_open (out, BIND_LEN, &key, plain, &n_plain));
  sotto_fernet_key_clear (&key);
  g_assert_true (sotto_bound_decode (plain, n_plain, &bound));
  g_assert_cmpuint (bound.nonce[7], ==, 8);
  g_assert_true (sotto_addr_equal (&bound.observed, &from));
  g_assert_true (sotto_addr_equal (&guest->session.bound, &from));
}

static void
test_counters_only_rise (void)
{
  static const struct
  {
    guint64 counter;
    bool answered;
  } cases[] = {
    { 5, true }, { 5, false },          { 4, false },           { 0, false },
    { 6, true }, { G_MAXUINT64, true }, { G_MAXUINT64, false }, { 7, false },
  };
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoAddr from = test_addr ("127.0.0.1", 5353);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      uint8_t bind[SOTTO_DATAGRAM_MAX];

      make_bind (guest, cases[i].counter, bind);
      g_test_message ("row %zu", i);
      g_assert_cmpint (answers (guest, &from, bind, BIND_LEN), ==, cases[i].answered);
    }
}

static void
test_everything_else_is_dropped (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoAddr from = test_addr ("127.0.0.1", 5353);
  uint8_t bind[SOTTO_DATAGRAM_MAX] = { 0 };

  make_bind (guest, 1, bind);
  /* Every byte counts, each size is wrong but one. */
  for (gsize i = 0; i < BIND_LEN; i++)
    {
      bind[i] ^= 1;
      g_assert_false (answers (guest, &from, bind, BIND_LEN));
      bind[i] ^= 1;
    }
  for (gsize n = 0; n < sizeof bind; n++)
    g_assert_true (n == BIND_LEN || !answers (guest, &from, bind, n));
  test_guest_hang_up (guest);
  g_assert_false (answers (guest, &from, bind, BIND_LEN));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/udp/bound", test_bound);
  g_test_add_func ("/server/udp/counters-only-rise", test_counters_only_rise);
  g_test_add_func ("/server/udp/everything-else", test_everything_else_is_dropped);
  return g_test_run ();
}
