// SPDX-License-Identifier: GPL-3.0-or-later
/* KEYREQ: who gets which grant, repeats, limits, and how long cids are known. */
#undef G_DISABLE_ASSERT
#include "server/grants.h"

#include "tests/server/house.h"
#include <string.h>

#define S SOTTO_US_PER_S

typedef struct
{
  TestHouse *house;
  TestGuest *alice;
  TestGuest *bob;
} Pair;

static void
pair_set_up (Pair *self, gconstpointer yaml)
{
  SottoRecord record;

  self->house = test_house_new (yaml);
  self->alice = test_guest_login (self->house, "alice", SOTTO_LOGIN_SIGN);
  self->bob = test_guest_login (self->house, "bob", SOTTO_LOGIN_SIGN);
  test_house_pass (self->house, S);
  while (test_guest_next (self->alice, &record) || test_guest_next (self->bob, &record))
    ;
}

static void
pair_tear_down (Pair *self, gconstpointer yaml)
{
  test_house_free (self->house);
}

static void
ask (TestGuest *guest, guint32 req, const char *peer)
{
  SottoRecord record = { .type = SOTTO_RECORD_KEYREQ };

  record.keyreq.req = req;
  record.keyreq.peer = test_name (peer);
  test_guest_send (guest, &record);
}

static SottoGrant
take_grant (TestGuest *guest, guint32 req, SottoRole role, const char *peer)
{
  SottoRecord record;

  test_guest_expect (guest, SOTTO_RECORD_KEYGRANT, &record);
  g_assert_cmpuint (record.grant.req, ==, req);
  g_assert_cmpint (record.grant.role, ==, role);
  g_assert_cmpstr (record.grant.peer.str, ==, peer);
  g_assert_cmpuint (record.grant.ttl_s, ==, SOTTO_GRANT_TTL_S);
  return record.grant;
}

static SottoCode
take_error (TestGuest *guest, guint32 req)
{
  SottoRecord record;

  test_guest_expect (guest, SOTTO_RECORD_ERR, &record);
  g_assert_cmpuint (record.err.req, ==, req);
  g_assert_true (record.err.code != SOTTO_RATE || record.err.retry_s > 0);
  return record.err.code;
}

static void
test_both_get_it (Pair *self, gconstpointer data)
{
  ask (self->alice, 7, "bob");
  SottoGrant a = take_grant (self->alice, 7, SOTTO_ROLE_INITIATOR, "bob");
  SottoGrant b = take_grant (self->bob, 0, SOTTO_ROLE_RESPONDER, "alice");

  g_assert_cmpuint (a.cid, ==, b.cid);
  g_assert_cmpmem (&a.kxy, sizeof a.kxy, &b.kxy, sizeof b.kxy);
  g_assert_cmpmem (&a.identity, 32, &self->bob->identity, 32);
  g_assert_cmpmem (&b.identity, 32, &self->alice->identity, 32);
  ask (self->alice, 8, "bob");
  SottoGrant next = take_grant (self->alice, 8, SOTTO_ROLE_INITIATOR, "bob");
  g_assert_cmpuint (next.cid, !=, a.cid);
  g_assert_cmpint (memcmp (&next.kxy, &a.kxy, sizeof a.kxy), !=, 0);
}

static void
test_errors (Pair *self, gconstpointer data)
{
  ask (self->alice, 1, "alice");
  g_assert_cmpint (take_error (self->alice, 1), ==, SOTTO_SELF);
  ask (self->alice, 2, "nobody");
  g_assert_cmpint (take_error (self->alice, 2), ==, SOTTO_OFFLINE);
  test_guest_hang_up (self->bob);
  ask (self->alice, 3, "bob");
  g_assert_cmpint (take_error (self->alice, 3), ==, SOTTO_OFFLINE);
  g_assert_false (self->alice->finished);
}

static void
test_crossing (Pair *self, gconstpointer data)
{
  SottoRecord record;

  ask (self->alice, 7, "bob");
  SottoGrant a = take_grant (self->alice, 7, SOTTO_ROLE_INITIATOR, "bob");
  take_grant (self->bob, 0, SOTTO_ROLE_RESPONDER, "alice");
  test_house_pass (self->house, 9 * S);
  ask (self->bob, 9, "alice");
  SottoGrant b = take_grant (self->bob, 9, SOTTO_ROLE_RESPONDER, "alice");
  g_assert_cmpuint (a.cid, ==, b.cid);
  g_assert_cmpmem (&a.kxy, 32, &b.kxy, 32);
  g_assert_false (test_guest_next (self->alice, &record));
  /* After 10 s it is a new one, and bob is who asks. */
  test_house_pass (self->house, 2 * S);
  ask (self->bob, 10, "alice");
  g_assert_cmpuint (take_grant (self->bob, 10, SOTTO_ROLE_INITIATOR, "alice").cid, !=, a.cid);
  take_grant (self->alice, 0, SOTTO_ROLE_RESPONDER, "bob");
}

static void
test_crossing_only_in_the_same_sessions (Pair *self, gconstpointer data)
{
  ask (self->alice, 7, "bob");
  SottoGrant a = take_grant (self->alice, 7, SOTTO_ROLE_INITIATOR, "bob");
  TestGuest *again = test_guest_login (self->house, "bob", SOTTO_LOGIN_AUTH);
  ask (again, 9, "alice");
  g_assert_cmpuint (take_grant (again, 9, SOTTO_ROLE_INITIATOR, "alice").cid, !=, a.cid);
}

static void
test_rate (Pair *self, gconstpointer data)
{
  for (guint32 req = 1; req <= 20; req++)
    {
      ask (self->alice, req, "nobody");
      g_assert_cmpint (take_error (self->alice, req), ==, SOTTO_OFFLINE);
    }
  ask (self->alice, 21, "bob");
  g_assert_cmpint (take_error (self->alice, 21), ==, SOTTO_RATE);
  ask (self->bob, 1, "nobody");
  g_assert_cmpint (take_error (self->bob, 1), ==, SOTTO_OFFLINE);
  test_house_pass (self->house, 7 * S);
  ask (self->alice, 22, "bob");
  take_grant (self->alice, 22, SOTTO_ROLE_INITIATOR, "bob");
}

static void
test_newest_64 (Pair *self, gconstpointer data)
{
  SottoName alice = test_name ("alice");
  SottoName carol = test_name ("carol");
  guint64 cids[SOTTO_GRANTS_PER_ASKER + 6];
  guint side;

  for (guint i = 0; i < G_N_ELEMENTS (cids); i++)
    {
      ask (self->alice, i + 1, "bob");
      cids[i] = take_grant (self->alice, i + 1, SOTTO_ROLE_INITIATOR, "bob").cid;
    }
  SottoGrants *grants = self->house->services.grants;
  g_assert_cmpuint (sotto_grants_count_routes (grants), ==, SOTTO_GRANTS_PER_ASKER);
  for (guint i = 0; i < G_N_ELEMENTS (cids); i++)
    g_assert_cmpint (sotto_grants_find_route (grants, cids[i], &alice, &side) != NULL, ==, i >= 6);
  g_assert_nonnull (sotto_grants_find_route (grants, cids[6], &self->bob->name, &side));
  g_assert_cmpuint (side, ==, 1);
  g_assert_null (sotto_grants_find_route (grants, cids[6], &carol, &side));
}

static void
test_forgotten_after_absence (Pair *self, gconstpointer data)
{
  SottoGrants *grants = self->house->services.grants;
  gint64 *now = &self->house->clock.now;

  ask (self->alice, 1, "bob");
  sotto_grants_sweep (grants, *now);
  /* Both are here: an hour changes nothing. */
  for (guint i = 0; i < 60; i++)
    sotto_grants_sweep (grants, *now += 60 * S);
  g_assert_cmpuint (sotto_grants_count_routes (grants), ==, 1);
  /* He goes right before a sweep; that was to be forgotten ten minutes after he went, not after he
   * was last seen by one. */
  *now += 59 * S;
  test_guest_hang_up (self->bob);
  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpuint (sotto_grants_count_routes (grants), ==, 1);
      sotto_grants_sweep (grants, *now += i == 0 ? 1 * S : 60 * S);
    }
  g_assert_cmpuint (sotto_grants_count_routes (grants), ==, 1);
  for (guint i = 0; i < 2; i++)
    sotto_grants_sweep (grants, *now += 60 * S);
  g_assert_cmpuint (sotto_grants_count_routes (grants), ==, 0);
}

static void
test_addresses (Pair *self, gconstpointer data)
{
  SottoRecord record = { .type = SOTTO_RECORD_ADDRESS, .address.n = 2 };

  record.address.addrs[0] = test_addr ("127.0.0.1", 5001);
  record.address.addrs[1] = test_addr ("203.0.113.1", 5001);
  test_guest_send (self->bob, &record);
  ask (self->alice, 1, "bob");
  SottoGrant grant = take_grant (self->alice, 1, SOTTO_ROLE_INITIATOR, "bob");
  g_assert_cmpuint (grant.n_candidates, ==, 1);
  g_assert_cmpuint (grant.candidates[0].port, ==, 5001);
  /* The next ADDRESS replaces it. */
  record.address.n = 0;
  test_guest_send (self->bob, &record);
  ask (self->alice, 2, "bob");
  g_assert_cmpuint (take_grant (self->alice, 2, SOTTO_ROLE_INITIATOR, "bob").n_candidates, ==, 0);
}

#define OPEN_LIMITS           "limits: {key_requests: 1000/s}\n"
#define ADD(path, yaml, func) g_test_add (path, Pair, yaml, pair_set_up, func, pair_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/grants/both-get-it", NULL, test_both_get_it);
  ADD ("/server/grants/errors", NULL, test_errors);
  ADD ("/server/grants/crossing", NULL, test_crossing);
  ADD ("/server/grants/crossing-only-in-the-same-sessions", NULL,
       test_crossing_only_in_the_same_sessions);
  ADD ("/server/grants/rate", NULL, test_rate);
  ADD ("/server/grants/newest-64", OPEN_LIMITS, test_newest_64);
  ADD ("/server/grants/forgotten-after-absence", NULL, test_forgotten_after_absence);
  ADD ("/server/grants/addresses", NULL, test_addresses);
  return g_test_run ();
}
