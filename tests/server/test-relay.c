// SPDX-License-Identifier: GPL-3.0-or-later
/* RELAY: forwarded by cid, never read; quotas, silence and what is refused. */
#undef G_DISABLE_ASSERT
#include "tests/server/house.h"

#include "shared/wire/datagram.h"
#include <string.h>

#define S SOTTO_US_PER_S

typedef struct
{
  TestHouse *house;
  TestGuest *alice;
  TestGuest *bob;
  guint64 cid;
} Pair;

static void
pair_set_up (Pair *self, gconstpointer yaml)
{
  SottoRecord record = { .type = SOTTO_RECORD_KEYREQ };

  self->house = test_house_new (yaml);
  self->alice = test_guest_login (self->house, "alice", SOTTO_LOGIN_SIGN);
  self->bob = test_guest_login (self->house, "bob", SOTTO_LOGIN_SIGN);
  test_house_pass (self->house, S);
  record.keyreq.req = 1;
  record.keyreq.peer = test_name ("bob");
  test_guest_send (self->alice, &record);
  while (test_guest_next (self->alice, &record))
    if (record.type == SOTTO_RECORD_KEYGRANT)
      self->cid = record.grant.cid;
  while (test_guest_next (self->bob, &record))
    ;
}

static void
pair_tear_down (Pair *self, gconstpointer yaml)
{
  test_house_free (self->house);
}

/* A datagram of the cid that carries nothing but its mark. */
static void
relay (TestGuest *guest, guint64 cid, guint8 mark)
{
  uint8_t datagram[1221] = { SOTTO_DATAGRAM_MAGIC, SOTTO_DATAGRAM_SECURE, 0, 0 };
  SottoRecord record = { .type = SOTTO_RECORD_RELAY };

  for (guint i = 0; i < 8; i++)
    datagram[4 + i] = (uint8_t)(cid >> (56 - 8 * i));
  datagram[12] = 0x80;
  datagram[20] = mark;
  record.relay.cid = cid;
  record.relay.datagram = datagram;
  record.relay.n = sizeof datagram;
  test_guest_send (guest, &record);
}

static guint
count_relayed (TestGuest *guest)
{
  SottoRecord record;
  guint n = 0;

  while (test_guest_next (guest, &record))
    {
      g_assert_cmphex (record.type, ==, SOTTO_RECORD_RELAY);
      n++;
    }
  return n;
}

static void
expect_no (TestGuest *guest, guint64 cid, SottoCode code)
{
  SottoRecord record;

  g_assert_true (test_guest_next (guest, &record));
  g_assert_cmphex (record.type, ==, SOTTO_RECORD_RELAYNO);
  g_assert_cmpuint (record.relayno.cid, ==, cid);
  g_assert_cmpint (record.relayno.code, ==, code);
}

static void
test_forwards_both_ways (Pair *self, gconstpointer data)
{
  SottoRecord record;

  relay (self->alice, self->cid, 1);
  relay (self->bob, self->cid, 2);
  g_assert_cmpuint (count_relayed (self->bob), ==, 1);
  g_assert_cmpuint (count_relayed (self->alice), ==, 1);
  g_assert_false (test_guest_next (self->alice, &record));
  g_assert_cmpuint (self->house->counters.relayed, ==, 2);
}

static void
test_follows_the_name (Pair *self, gconstpointer data)
{
  TestGuest *again = test_guest_login (self->house, "bob", SOTTO_LOGIN_AUTH);

  relay (self->alice, self->cid, 1);
  g_assert_cmpuint (count_relayed (again), ==, 1);
}

static void
test_refused (Pair *self, gconstpointer data)
{
  TestGuest *carol = test_guest_login (self->house, "carol", SOTTO_LOGIN_SIGN);
  SottoRecord record;

  relay (carol, self->cid, 1);
  expect_no (carol, self->cid, SOTTO_UNAVAILABLE);
  g_assert_cmpuint (count_relayed (self->bob), ==, 0);
  /* At most one a second and cid, but each cid has its own. */
  relay (carol, self->cid, 1);
  relay (carol, self->cid + 1, 1);
  relay (carol, self->cid, 1);
  relay (carol, self->cid + 1, 1);
  expect_no (carol, self->cid + 1, SOTTO_UNAVAILABLE);
  g_assert_false (test_guest_next (carol, &record));
  test_house_pass (self->house, S + 1);
  g_byte_array_set_size (carol->out, 0);
  carol->from_server.counter = carol->session.outgoing.counter;
  relay (carol, self->cid, 1);
  expect_no (carol, self->cid, SOTTO_UNAVAILABLE);
}

static void
test_offline (Pair *self, gconstpointer data)
{
  SottoRecord record;

  test_guest_hang_up (self->bob);
  relay (self->alice, self->cid, 1);
  expect_no (self->alice, self->cid, SOTTO_OFFLINE);
  relay (self->alice, self->cid, 1);
  g_assert_false (test_guest_next (self->alice, &record));
}

static void
test_switched_off (Pair *self, gconstpointer data)
{
  relay (self->alice, self->cid, 1);
  expect_no (self->alice, self->cid, SOTTO_UNAVAILABLE);
  g_assert_cmpuint (count_relayed (self->bob), ==, 0);
}

/* Who has not spoken gets 20; once he has, all. */
static void
test_unasked (Pair *self, gconstpointer data)
{
  for (guint i = 0; i < 30; i++)
    relay (self->alice, self->cid, 1);
  g_assert_cmpuint (count_relayed (self->bob), ==, SOTTO_RELAY_UNASKED_MAX);
  relay (self->bob, self->cid, 1);
  for (guint i = 0; i < 30; i++)
    relay (self->alice, self->cid, 1);
  g_assert_cmpuint (count_relayed (self->bob), ==, 30);
}

/* As many as get through, the receiver keeping up. */
static guint
relay_many (Pair *self, guint count)
{
  guint n = 0;

  for (guint i = 0; i < count; i++)
    {
      relay (self->alice, self->cid, 1);
      n += count_relayed (self->bob);
    }
  return n;
}

static void
test_quota (Pair *self, gconstpointer data)
{
  SottoRecord record;

  relay (self->bob, self->cid, 1);
  count_relayed (self->alice);
  g_assert_cmpuint (relay_many (self, 300), ==, 256 * 1024 / 1221);
  expect_no (self->alice, self->cid, SOTTO_QUOTA);
  g_assert_false (test_guest_next (self->alice, &record));
  g_assert_true (self->alice->reading);
  test_house_pass (self->house, S);
  guint n = relay_many (self, 300);
  g_assert_cmpuint (n, >=, 53);
  g_assert_cmpuint (n, <=, 54);
}

/* What waits for a slow reader is his own; RELAY never makes him SLOW. */
static void
test_slow_receiver (Pair *self, gconstpointer data)
{
  self->bob->waiting = SOTTO_RELAY_SLOW + 1;
  relay (self->alice, self->cid, 1);
  g_assert_cmpuint (self->bob->out->len, ==, 0);
  self->bob->waiting = 0;
  relay (self->alice, self->cid, 1);
  g_assert_cmpuint (count_relayed (self->bob), ==, 1);
}

static void
test_small_queue (Pair *self, gconstpointer data)
{
  relay (self->bob, self->cid, 1);
  for (guint i = 0; i < 100; i++)
    relay (self->alice, self->cid, 1);
  g_assert_cmpuint (self->bob->out->len, <=, 32 * 1024);
  g_assert_cmpuint (count_relayed (self->bob), >, 10);
  g_assert_false (self->bob->finished);
}

#define ADD(path, yaml, func) g_test_add (path, Pair, yaml, pair_set_up, func, pair_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/relay/forwards-both-ways", NULL, test_forwards_both_ways);
  ADD ("/server/relay/follows-the-name", NULL, test_follows_the_name);
  ADD ("/server/relay/refused", NULL, test_refused);
  ADD ("/server/relay/offline", NULL, test_offline);
  ADD ("/server/relay/switched-off", "relay: no\n", test_switched_off);
  ADD ("/server/relay/unasked", NULL, test_unasked);
  ADD ("/server/relay/quota", NULL, test_quota);
  ADD ("/server/relay/slow-receiver", NULL, test_slow_receiver);
  ADD ("/server/relay/small-queue", "limits: {queue: 32 KiB}\n", test_small_queue);
  return g_test_run ();
}
