// SPDX-License-Identifier: GPL-3.0-or-later
/* A session over its whole life, on a clock that the test moves: deadlines, limits, account
 * changes. */
#undef G_DISABLE_ASSERT
#include "server/accounts.h"
#include "server/registry.h"
#include "shared/crypto/agreement.h"
#include "tests/server/house.h"
#include <string.h>

#define S SOTTO_US_PER_S
/* For those who break the protocol again and again. */
#define EXEMPT "exempt_sources: [127.0.0.0/8]\n"

static void
expect_fail (TestGuest *guest, SottoCode code)
{
  SottoFrameType type;

  g_assert_cmpint (test_guest_answer (guest, &type), ==, code);
  g_assert_cmphex (type, ==, SOTTO_FRAME_FAIL);
  g_assert_true (guest->finished);
}

static void
expect_error (TestGuest *guest, guint32 req, SottoCode code)
{
  SottoRecord record;

  test_guest_expect (guest, SOTTO_RECORD_ERR, &record);
  g_assert_cmpuint (record.err.req, ==, req);
  g_assert_cmpint (record.err.code, ==, code);
}

static void
expect_ok (TestGuest *guest, guint32 req)
{
  SottoRecord record;

  test_guest_expect (guest, SOTTO_RECORD_OK, &record);
  g_assert_cmpuint (record.ok.req, ==, req);
}

static void
expect_bye (TestGuest *guest, SottoCode code)
{
  SottoRecord record;

  test_guest_expect (guest, SOTTO_RECORD_BYE, &record);
  g_assert_cmpint (record.bye.code, ==, code);
  g_assert_true (guest->finished);
}

/* ---- Deadlines ---- */

static void
test_login_deadline (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_new (house, "alice", "192.0.2.1");

  test_house_pass (house, 9 * S + 900 * SOTTO_US_PER_MS);
  g_assert_cmpuint (guest->out->len, ==, 0);
  test_guest_frame (guest, SOTTO_FRAME_GETCERT, NULL, 0);
  g_byte_array_set_size (guest->out, 0);
  test_house_pass (house, 200 * SOTTO_US_PER_MS);
  expect_fail (guest, SOTTO_TIMEOUT);
  g_assert_cmpuint (house->counters.penalties, ==, 1);
  g_assert_false (guest->closed);
  test_house_pass (house, SOTTO_LINGER + S);
  g_assert_true (guest->closed);
}

static void
test_result_deadline (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_new (house, "alice", "192.0.2.1");

  /* The context is not turned, so no answer of the verifier arrives. */
  test_guest_send_login (guest, SOTTO_LOGIN_SIGN, "x");
  test_house_pass (house, 29 * S);
  g_assert_cmpuint (guest->out->len, ==, 0);
  test_house_pass (house, 2 * S);
  expect_fail (guest, SOTTO_TIMEOUT);
  g_assert_cmpuint (house->counters.penalties, ==, 0);
}

static void
test_ping_and_death (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoRecord record;

  test_house_pass (house, 29 * S);
  g_assert_false (test_guest_next (guest, &record));
  test_house_pass (house, 2 * S);
  test_guest_expect (guest, SOTTO_RECORD_PING, &record);
  record.type = SOTTO_RECORD_PONG;
  test_guest_send (guest, &record);
  test_house_pass (house, 29 * S);
  g_assert_false (test_guest_next (guest, &record));
  test_house_pass (house, 2 * S);
  test_guest_expect (guest, SOTTO_RECORD_PING, &record);
  test_house_pass (house, 43 * S);
  g_assert_false (test_guest_next (guest, &record));
  test_house_pass (house, 2 * S);
  expect_bye (guest, SOTTO_TIMEOUT);
  g_assert_cmpuint (sotto_registry_get_count (house->services.registry), ==, 0);
}

static void
test_answers_ping (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoRecord record = { .type = SOTTO_RECORD_PING, .ping.nonce = 77 };

  test_guest_send (guest, &record);
  test_guest_expect (guest, SOTTO_RECORD_PONG, &record);
  g_assert_cmpuint (record.ping.nonce, ==, 77);
}

/* ---- Frames in the wrong place ---- */

static void
test_frames_before_login (void)
{
  static const SottoFrameType types[] = { SOTTO_FRAME_HELLO, SOTTO_FRAME_RESULT, SOTTO_FRAME_FAIL,
                                          SOTTO_FRAME_CERT, SOTTO_FRAME_SEALED };
  g_autoptr (TestHouse) house = test_house_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      TestGuest *guest = test_guest_new (house, "alice", NULL);

      test_guest_frame (guest, types[i], "x", 1);
      expect_fail (guest, SOTTO_PROTOCOL);
      g_assert_cmpuint (house->counters.penalties, ==, i + 1);
    }
}

static void
test_getcert_once (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_new (house, "alice", NULL);
  gsize n = g_bytes_get_size (house->key->certificate);

  test_guest_frame (guest, SOTTO_FRAME_GETCERT, NULL, 0);
  g_assert_cmpuint (guest->out->len, ==, n + 5);
  g_assert_cmpuint (guest->out->data[4], ==, SOTTO_FRAME_CERT);
  g_byte_array_set_size (guest->out, 0);
  test_guest_frame (guest, SOTTO_FRAME_GETCERT, NULL, 0);
  expect_fail (guest, SOTTO_PROTOCOL);
  guest = test_guest_new (house, "alice", NULL);
  test_guest_frame (guest, SOTTO_FRAME_GETCERT, "x", 1);
  expect_fail (guest, SOTTO_PROTOCOL);
}

static void
test_frames_while_working (void)
{
  static const SottoFrameType types[] = { SOTTO_FRAME_LOGIN, SOTTO_FRAME_RESUME,
                                          SOTTO_FRAME_GETCERT, SOTTO_FRAME_SEALED };
  g_autoptr (TestHouse) house = test_house_new (EXEMPT);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      TestGuest *guest = test_guest_new (house, "alice", NULL);

      test_guest_send_login (guest, SOTTO_LOGIN_SIGN, "x");
      test_guest_frame (guest, types[i], NULL, 0);
      expect_fail (guest, SOTTO_PROTOCOL);
    }
}

static void
test_broken_framing (void)
{
  g_autoptr (TestHouse) house = test_house_new (EXEMPT);
  TestGuest *guest = test_guest_new (house, "alice", NULL);

  sotto_session_broken (&guest->session, SOTTO_TOO_BIG, house->clock.now);
  expect_fail (guest, SOTTO_TOO_BIG);
  guest = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  sotto_session_broken (&guest->session, SOTTO_TOO_BIG, house->clock.now);
  expect_fail (guest, SOTTO_TOO_BIG);
  g_assert_cmpuint (sotto_registry_get_count (house->services.registry), ==, 0);
}

static void
test_bad_records_close_without_an_answer (void)
{
  g_autoptr (TestHouse) house = test_house_new (EXEMPT);
  SottoRecord ping = { .type = SOTTO_RECORD_PING };

  for (guint i = 0; i < 3; i++)
    {
      TestGuest *guest =
          test_guest_login (house, "alice", i == 0 ? SOTTO_LOGIN_SIGN : SOTTO_LOGIN_AUTH);

      if (i == 0)
        test_guest_frame (guest, SOTTO_FRAME_SEALED, "AAAA", 4);
      else
        {
          guest->to_server.counter += i == 1 ? 1 : G_MAXUINT64;
          test_guest_send (guest, &ping);
        }
      g_assert_true (guest->closed);
      g_assert_cmpuint (guest->out->len, ==, 0);
      g_assert_cmpuint (house->counters.penalties, ==, i + 1);
    }
}

/* ---- One session a name ---- */

static void
test_newest_wins (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *watcher = test_guest_login (house, "bob", SOTTO_LOGIN_SIGN);
  TestGuest *first = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoRecord record;

  test_house_pass (house, S);
  test_guest_expect (watcher, SOTTO_RECORD_PRESENCE, &record);
  g_byte_array_set_size (first->out, 0);
  TestGuest *second = test_guest_login (house, "alice", SOTTO_LOGIN_AUTH);
  first->from_server.counter++; /* a PRESENCE was thrown away above */
  expect_bye (first, SOTTO_REPLACED);
  test_house_pass (house, S);
  g_assert_false (test_guest_next (watcher, &record));
  /* The old connection's end is not the new one's. */
  test_guest_hang_up (first);
  test_house_pass (house, S);
  g_assert_false (test_guest_next (watcher, &record));
  g_assert_true (sotto_registry_find (house->services.registry, &second->name) == &second->session);
}

static void
test_bye_of_the_client (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoRecord record = { .type = SOTTO_RECORD_BYE };

  test_guest_send (guest, &record);
  g_assert_true (guest->finished);
  g_assert_cmpuint (guest->out->len, ==, 0);
  g_assert_cmpuint (sotto_registry_get_count (house->services.registry), ==, 0);
}

/* ---- Limits ---- */

static void
test_records_are_read_later (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoRecord ping = { .type = SOTTO_RECORD_PING };
  guint n = 0;

  for (; guest->reading && n < 1000; n++)
    test_guest_send (guest, &ping);
  g_assert_cmpuint (n, ==, 100);
  /* A second's worth, read as time allows; a pause begins with the record that empties it. */
  for (guint i = 0; i < 100; i++)
    {
      test_house_pass (house, 10 * SOTTO_US_PER_MS);
      for (; guest->reading && n < 1000; n++)
        test_guest_send (guest, &ping);
    }
  g_assert_cmpuint (n, >=, 140);
  g_assert_cmpuint (n, <=, 151);
  g_assert_false (guest->finished);
}

static void
test_slow_reader (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoRecord ping = { .type = SOTTO_RECORD_PING };
  SottoRecord record;

  guest->waiting = SOTTO_SESSION_QUEUE_MAX - 1000;
  test_guest_send (guest, &ping);
  g_assert_false (guest->finished);
  /* A turn with much to say is not the reader's fault. */
  guest->waiting = 4 * SOTTO_SESSION_QUEUE_MAX;
  guest->passing = 4 * SOTTO_SESSION_QUEUE_MAX;
  test_guest_send (guest, &ping);
  g_assert_false (guest->finished);
  guest->waiting = SOTTO_SESSION_QUEUE_MAX;
  test_guest_send (guest, &ping);
  test_guest_expect (guest, SOTTO_RECORD_PONG, &record);
  test_guest_expect (guest, SOTTO_RECORD_PONG, &record);
  test_guest_expect (guest, SOTTO_RECORD_PONG, &record);
  expect_bye (guest, SOTTO_SLOW);
}

/* ---- One's own account ---- */

static SottoRecord
passwd (guint32 req, const TestGuest *guest, const char *new_password)
{
  SottoRecord record = { .type = SOTTO_RECORD_PASSWD, .passwd = { .req = req, .h_old = guest->h } };

  sotto_sha256 (&SOTTO_SPAN (new_password, strlen (new_password)), 1, &record.passwd.h_new);
  return record;
}

static void
test_passwd (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoRecord record = passwd (5, guest, "new");
  SottoFrameType type;

  test_guest_send (guest, &record);
  expect_ok (guest, 5);
  g_assert_false (guest->finished);
  /* The asker's ticket is over too; the old password is wrong, the new one right. */
  TestGuest *again = test_guest_new (house, "alice", NULL);
  test_guest_send_resume (again, guest);
  g_assert_cmpint (test_guest_answer (again, &type), ==, SOTTO_TICKET);
  again = test_guest_new (house, "alice", NULL);
  test_guest_send_login (again, SOTTO_LOGIN_AUTH, "alice");
  g_assert_cmpint (test_guest_answer (again, &type), ==, SOTTO_AUTH);
  again = test_guest_new (house, "alice", NULL);
  test_guest_send_login (again, SOTTO_LOGIN_AUTH, "new");
  g_assert_cmpint (test_guest_answer (again, &type), ==, SOTTO_OK);
}

static void
test_passwd_refused (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoRecord first = passwd (1, guest, "new");
  SottoRecord second = passwd (2, guest, "newer");

  /* One at a time. */
  first.passwd.h_old.bytes[0] ^= 1;
  test_guest_send (guest, &first);
  test_guest_send (guest, &second);
  expect_error (guest, 2, SOTTO_BUSY);
  expect_error (guest, 1, SOTTO_AUTH);
  /* Three a minute. */
  for (guint32 req = 3; req < 5; req++)
    {
      SottoRecord record = passwd (req, guest, "new");

      record.passwd.h_old.bytes[0] ^= 1;
      test_guest_send (guest, &record);
      expect_error (guest, req, SOTTO_AUTH);
    }
  SottoRecord record = passwd (9, guest, "new");
  test_guest_send (guest, &record);
  expect_error (guest, 9, SOTTO_RATE);
  test_house_pass (house, 20 * S);
  record = passwd (10, guest, "new");
  test_guest_send (guest, &record);
  expect_ok (guest, 10);
}

static void
test_identity (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoRecord record = { .type = SOTTO_RECORD_IDENTITY,
                         .identity = { .req = 3, .h = guest->h, .identity = { { 9 } } } };
  SottoName name = test_name ("alice");
  guint32 generation = sotto_accounts_lookup (house->services.accounts, &name)->generation;

  test_guest_send (guest, &record);
  expect_ok (guest, 3);
  const SottoAccount *account = sotto_accounts_lookup (house->services.accounts, &name);
  g_assert_cmpuint (account->identity.bytes[0], ==, 9);
  g_assert_cmpuint (account->generation, >, generation);
  /* The same again changes nothing that would end tickets. */
  generation = account->generation;
  test_guest_send (guest, &record);
  expect_ok (guest, 3);
  g_assert_cmpuint (sotto_accounts_lookup (house->services.accounts, &name)->generation, ==,
                    generation);
}

static void
test_unsign (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoRecord record = { .type = SOTTO_RECORD_UNSIGN, .unsign = { .req = 4, .h = { { 1 } } } };

  test_guest_send (guest, &record);
  expect_error (guest, 4, SOTTO_AUTH);
  record.unsign.h = guest->h;
  record.unsign.req = 5;
  test_guest_send (guest, &record);
  expect_ok (guest, 5);
  expect_bye (guest, SOTTO_OK);
  g_assert_cmpuint (sotto_accounts_get_count (house->services.accounts), ==, 0);
  g_assert_cmpuint (sotto_registry_get_count (house->services.registry), ==, 0);
  test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/session/login-deadline", test_login_deadline);
  g_test_add_func ("/server/session/result-deadline", test_result_deadline);
  g_test_add_func ("/server/session/ping-and-death", test_ping_and_death);
  g_test_add_func ("/server/session/answers-ping", test_answers_ping);
  g_test_add_func ("/server/session/frames-before-login", test_frames_before_login);
  g_test_add_func ("/server/session/getcert-once", test_getcert_once);
  g_test_add_func ("/server/session/frames-while-working", test_frames_while_working);
  g_test_add_func ("/server/session/broken-framing", test_broken_framing);
  g_test_add_func ("/server/session/bad-records", test_bad_records_close_without_an_answer);
  g_test_add_func ("/server/session/newest-wins", test_newest_wins);
  g_test_add_func ("/server/session/bye-of-the-client", test_bye_of_the_client);
  g_test_add_func ("/server/session/records-are-read-later", test_records_are_read_later);
  g_test_add_func ("/server/session/slow-reader", test_slow_reader);
  g_test_add_func ("/server/session/passwd", test_passwd);
  g_test_add_func ("/server/session/passwd-refused", test_passwd_refused);
  g_test_add_func ("/server/session/identity", test_identity);
  g_test_add_func ("/server/session/unsign", test_unsign);
  return g_test_run ();
}
