// SPDX-License-Identifier: GPL-3.0-or-later
/* Batches: when they come, what they say, and to whom. */
#undef G_DISABLE_ASSERT
#include "server/presence.h"

#include "tests/server/house.h"

#define MS SOTTO_US_PER_MS

static void
note (TestHouse *house, const char *name, SottoPresenceEvent event)
{
  SottoName who = test_name (name);

  sotto_presence_note (house->services.presence, &who, event);
}

static void
drain (TestHouse *house, TestGuest *guest)
{
  SottoRecord record;

  test_house_pass (house, 1000 * MS);
  while (test_guest_next (guest, &record))
    ;
}

static void
test_real_comings_and_goings (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *alice = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  TestGuest *bob = test_guest_login (house, "bob", SOTTO_LOGIN_SIGN);
  SottoRecord record;

  test_house_pass (house, 100 * MS);
  test_guest_expect (alice, SOTTO_RECORD_PRESENCE, &record);
  g_assert_cmpuint (record.presence.n, ==, 1);
  g_assert_cmpint (record.presence.changes[0].event, ==, SOTTO_PRESENCE_CONNECTED);
  g_assert_cmpstr (record.presence.changes[0].name.str, ==, "bob");
  drain (house, bob);
  test_guest_hang_up (bob);
  test_house_pass (house, 100 * MS);
  test_guest_expect (alice, SOTTO_RECORD_PRESENCE, &record);
  g_assert_cmpint (record.presence.changes[0].event, ==, SOTTO_PRESENCE_DISCONNECTED);
  g_assert_false (test_guest_next (alice, &record));
}

static void
test_batches (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *alice = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoRecord record;

  drain (house, alice);
  note (house, "x", SOTTO_PRESENCE_CONNECTED);
  test_house_pass (house, 30 * MS);
  note (house, "y", SOTTO_PRESENCE_CONNECTED);
  note (house, "x", SOTTO_PRESENCE_DISCONNECTED);
  note (house, "alice", SOTTO_PRESENCE_CONNECTED);
  test_house_pass (house, 19 * MS);
  g_assert_false (test_guest_next (alice, &record));
  test_house_pass (house, 50 * MS);
  test_guest_expect (alice, SOTTO_RECORD_PRESENCE, &record);
  /* The latest of each name, not one's own. */
  g_assert_cmpuint (record.presence.n, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      bool x = record.presence.changes[i].name.str[0] == 'x';

      g_assert_cmpint (record.presence.changes[i].event, ==,
                       x ? SOTTO_PRESENCE_DISCONNECTED : SOTTO_PRESENCE_CONNECTED);
    }
  g_assert_false (test_guest_next (alice, &record));
}

static void
test_only_about_oneself_is_nothing (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *alice = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoRecord record;

  test_house_pass (house, 1000 * MS);
  g_assert_false (test_guest_next (alice, &record));
}

/* More changes than one record holds. */
static void
test_many_changes (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *alice = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoRecord record;
  char name[16];
  guint n = 0;
  guint records = 0;

  drain (house, alice);
  for (guint i = 0; i < 600; i++)
    {
      g_snprintf (name, sizeof name, "u%u", i);
      note (house, name, SOTTO_PRESENCE_CONNECTED);
    }
  test_house_pass (house, 100 * MS);
  for (; test_guest_next (alice, &record); records++)
    n += record.presence.n;
  g_assert_cmpuint (n, ==, 600);
  g_assert_cmpuint (records, ==, 3);
}

/* One who is too slow for the news goes while it is told, and that is news again. */
static void
test_slow_reader_goes_in_the_middle (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *alice = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  TestGuest *bob = test_guest_login (house, "bob", SOTTO_LOGIN_SIGN);
  TestGuest *carol = test_guest_login (house, "carol", SOTTO_LOGIN_SIGN);
  SottoRecord record;

  drain (house, alice);
  drain (house, carol);
  bob->waiting = SOTTO_SESSION_QUEUE_MAX;
  note (house, "x", SOTTO_PRESENCE_CONNECTED);
  test_house_pass (house, 300 * MS);
  g_assert_true (bob->finished);
  for (guint i = 0; i < 2; i++)
    {
      TestGuest *guest = i == 0 ? alice : carol;

      test_guest_expect (guest, SOTTO_RECORD_PRESENCE, &record);
      g_assert_cmpstr (record.presence.changes[0].name.str, ==, "x");
      test_guest_expect (guest, SOTTO_RECORD_PRESENCE, &record);
      g_assert_cmpstr (record.presence.changes[0].name.str, ==, "bob");
      g_assert_cmpint (record.presence.changes[0].event, ==, SOTTO_PRESENCE_DISCONNECTED);
    }
}

/* A clock by which everything takes a millisecond. */
static gint64
tick (gpointer data)
{
  SottoTestClock *clock = data;

  clock->now += MS;
  return clock->now;
}

/* Three are told in a slice at most, the rest in the turns after it; then there is a rest of four
 * times as long as telling took. */
static void
test_slices_and_share (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guests[9];
  SottoClock slow = { .monotonic = tick, .real = house->clock.clock.real, .data = &house->clock };
  SottoWheel *wheel = house->services.wheel;
  SottoRecord record;
  char name[8];
  guint told = 0;
  guint turns = 0;

  for (guint i = 0; i < G_N_ELEMENTS (guests); i++)
    {
      g_snprintf (name, sizeof name, "u%02u", i);
      guests[i] = test_guest_login (house, name, SOTTO_LOGIN_SIGN);
    }
  for (guint i = 0; i < G_N_ELEMENTS (guests); i++)
    drain (house, guests[i]);
  note (house, "x", SOTTO_PRESENCE_CONNECTED);
  test_house_pass (house, 30 * MS);
  house->services.clock = &slow;
  gint64 began = house->clock.now;
  for (; told < G_N_ELEMENTS (guests) && turns < 1000; turns++)
    {
      guint before = told;

      house->clock.now += sotto_wheel_advance (wheel, house->clock.now) > house->clock.now ? MS : 0;
      while (told < G_N_ELEMENTS (guests) && test_guest_next (guests[told], &record))
        told++;
      g_assert_cmpuint (told - before, <=, 3);
    }
  g_assert_cmpuint (told, ==, G_N_ELEMENTS (guests));
  gint64 took = house->clock.now - began - 30 * MS;
  house->services.clock = &house->clock.clock;
  note (house, "x", SOTTO_PRESENCE_DISCONNECTED);
  test_house_pass (house, took);
  g_assert_false (test_guest_next (guests[0], &record));
  test_house_pass (house, 5 * took);
  test_guest_expect (guests[0], SOTTO_RECORD_PRESENCE, &record);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/presence/real", test_real_comings_and_goings);
  g_test_add_func ("/server/presence/batches", test_batches);
  g_test_add_func ("/server/presence/only-oneself", test_only_about_oneself_is_nothing);
  g_test_add_func ("/server/presence/many-changes", test_many_changes);
  g_test_add_func ("/server/presence/slices-and-share", test_slices_and_share);
  g_test_add_func ("/server/presence/slow-reader", test_slow_reader_goes_in_the_middle);
  return g_test_run ();
}
