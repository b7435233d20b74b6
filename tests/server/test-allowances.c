// SPDX-License-Identifier: GPL-3.0-or-later
/* What a user may still ask for: over sessions, over time, and with very many users. */
#undef G_DISABLE_ASSERT
#include "server/allowances.h"

#include "server/session.h"
#include "tests/server/house.h"

static void
test_table_is_bounded (void)
{
  static const SottoRate rate = { .amount = 1, .period = SOTTO_US_PER_S, .burst = 1 };
  SottoAllowances *allowances = sotto_allowances_new ();
  gint64 now = 100 * SOTTO_US_PER_S;
  SottoName name;

  for (guint i = 0; i < SOTTO_ALLOWANCES_MAX; i++)
    {
      g_snprintf (name.str, sizeof name.str, "u%u", i);
      SottoAllowance *allowance = sotto_allowances_get (allowances, &name, now);
      g_assert_true (sotto_bucket_take (&allowance->key_requests, &rate, 1, now, NULL));
    }
  name = test_name ("late");
  g_assert_null (sotto_allowances_get (allowances, &name, now));
  SottoName known = test_name ("u7");
  g_assert_nonnull (sotto_allowances_get (allowances, &known, now));
  g_assert_nonnull (sotto_allowances_get (allowances, &name, now + SOTTO_US_PER_S));
  g_assert_cmpuint (sotto_allowances_get_count (allowances), ==, 1);
  sotto_allowances_free (allowances);
}

static void
ask_key (TestGuest *guest, guint32 req)
{
  SottoRecord record = { .type = SOTTO_RECORD_KEYREQ };

  record.keyreq.req = req;
  record.keyreq.peer = test_name ("nobody");
  test_guest_send (guest, &record);
}

/* nobody is offline; the answer tells whether the asking itself was let through. */
static SottoCode
ask_key_code (TestGuest *guest, guint32 req)
{
  SottoRecord record;

  ask_key (guest, req);
  do
    {
      test_guest_wait (guest);
      g_assert_true (test_guest_next (guest, &record));
    }
  while (record.type == SOTTO_RECORD_PRESENCE);
  g_assert_cmphex (record.type, ==, SOTTO_RECORD_ERR);
  return record.err.code;
}

static void
test_reconnect_gives_nothing_back (void)
{
  g_autoptr (TestHouse) house = test_house_new ("limits: {key_requests: 1/min burst 3}\n");
  TestGuest *guest = test_guest_login (house, "ann", SOTTO_LOGIN_SIGN);
  TestGuest *other = test_guest_login (house, "ben", SOTTO_LOGIN_SIGN);

  for (guint32 req = 1; req <= 3; req++)
    g_assert_cmpint (ask_key_code (guest, req), ==, SOTTO_OFFLINE);
  g_assert_cmpint (ask_key_code (guest, 4), ==, SOTTO_RATE);
  /* Gone and back, and taken over by a second session: the same user. */
  test_guest_hang_up (guest);
  guest = test_guest_login (house, "ann", SOTTO_LOGIN_AUTH);
  g_assert_cmpint (ask_key_code (guest, 1), ==, SOTTO_RATE);
  guest = test_guest_login (house, "ann", SOTTO_LOGIN_AUTH);
  g_assert_cmpint (ask_key_code (guest, 1), ==, SOTTO_RATE);
  g_assert_cmpint (ask_key_code (other, 1), ==, SOTTO_OFFLINE);
  test_house_pass (house, 61 * SOTTO_US_PER_S);
  guest = test_guest_login (house, "ann", SOTTO_LOGIN_AUTH);
  g_assert_cmpint (ask_key_code (guest, 2), ==, SOTTO_OFFLINE);
  g_assert_cmpint (ask_key_code (guest, 3), ==, SOTTO_RATE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/allowances/table-is-bounded", test_table_is_bounded);
  g_test_add_func ("/server/allowances/reconnect-gives-nothing-back",
                   test_reconnect_gives_nothing_back);
  return g_test_run ();
}
