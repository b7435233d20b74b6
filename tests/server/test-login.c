// SPDX-License-Identifier: GPL-3.0-or-later
/* What a login means: who gets in, who does not and why, what it changes, what tickets are worth.
 */
#undef G_DISABLE_ASSERT
#include "server/accounts.h"
#include "server/registry.h"
#include "shared/crypto/password.h"
#include "tests/server/house.h"
#include <string.h>

static SottoCode
login (TestHouse *house, const char *name, SottoLoginOp op, const char *password, TestGuest **out)
{
  TestGuest *guest = test_guest_new (house, name, NULL);
  SottoFrameType type;

  test_guest_send_login (guest, op, password);
  SottoCode code = test_guest_answer (guest, &type);
  g_assert_cmphex (type, ==, SOTTO_FRAME_RESULT);
  g_assert_cmpint (guest->finished, ==, code != SOTTO_OK);
  if (out != NULL)
    *out = guest;
  return code;
}

static const SottoAccount *
account_of (TestHouse *house, const char *text)
{
  SottoName name = test_name (text);

  return sotto_accounts_lookup (house->services.accounts, &name);
}

static void
test_sign_then_auth (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *guest;

  g_assert_cmpint (login (house, "alice", SOTTO_LOGIN_SIGN, "secret", &guest), ==, SOTTO_OK);
  g_assert_true (guest->ready);
  g_assert_cmpuint (guest->result.sid, !=, 0);
  g_assert_cmpuint (guest->result.udp_port, ==, 10000);
  g_assert_cmpuint (guest->result.observed.port, ==, 40000);
  g_assert_cmpuint (guest->result.ticket_life_s, ==, SOTTO_TICKET_LIFE_S);
  test_house_restart_accounts (house);
  g_assert_nonnull (account_of (house, "alice"));
  g_assert_cmpint (login (house, "alice", SOTTO_LOGIN_AUTH, "secret", NULL), ==, SOTTO_OK);
  g_assert_cmpuint (house->counters.signups, ==, 1);
  g_assert_cmpuint (house->counters.logins, ==, 1);
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *name;
    SottoLoginOp op;
    const char *password;
    SottoCode code;
  } cases[] = {
    { "alice", SOTTO_LOGIN_SIGN, "secret", SOTTO_NAME_TAKEN },
    { "alice", SOTTO_LOGIN_AUTH, "wrong", SOTTO_AUTH },
    { "nobody", SOTTO_LOGIN_AUTH, "secret", SOTTO_AUTH },
    { "Alice", SOTTO_LOGIN_AUTH, "secret", SOTTO_AUTH },
    { "Alice", SOTTO_LOGIN_SIGN, "secret", SOTTO_BAD_NAME },
    { "", SOTTO_LOGIN_SIGN, "secret", SOTTO_BAD_NAME },
    { "", SOTTO_LOGIN_AUTH, "secret", SOTTO_AUTH },
    { "-a", SOTTO_LOGIN_SIGN, "secret", SOTTO_BAD_NAME },
  };
  g_autoptr (TestHouse) house = test_house_new (NULL);

  g_assert_cmpint (login (house, "alice", SOTTO_LOGIN_SIGN, "secret", NULL), ==, SOTTO_OK);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s %d", cases[i].name, cases[i].op);
      g_assert_cmpint (login (house, cases[i].name, cases[i].op, cases[i].password, NULL), ==,
                       cases[i].code);
    }
  g_assert_cmpuint (sotto_accounts_get_count (house->services.accounts), ==, 1);
}

static void
test_signup_modes (void)
{
  static const char *const modes[] = { "signup: invite\n", "signup: closed\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (TestHouse) house = test_house_new (modes[i]);

      g_assert_cmpint (login (house, "alice", SOTTO_LOGIN_SIGN, "x", NULL), ==, SOTTO_INVITE);
      /* The name is looked at first. */
      g_assert_cmpint (login (house, "A", SOTTO_LOGIN_SIGN, "x", NULL), ==, SOTTO_BAD_NAME);
    }
}

static SottoCode
sign_with (TestHouse *house, const char *name, const char *invite)
{
  TestGuest *guest = test_guest_new (house, name, NULL);
  SottoFrameType type;

  guest->invite = invite;
  test_guest_send_login (guest, SOTTO_LOGIN_SIGN, "secret");
  return test_guest_answer (guest, &type);
}

static void
note_code (SottoCode code, const SottoAccount *account, gpointer data)
{
  *(SottoCode *)data = code;
}

static void
make_invite (TestHouse *house, guint32 uses, char code[static SOTTO_INVITE_CODE_LEN + 1])
{
  SottoAccountChange change = { .op = SOTTO_ACCOUNT_INVITE,
                                .created = house->clock.wall / SOTTO_US_PER_S };
  SottoCode done = SOTTO_CODE_MAX;

  sotto_invite_make (&change.invite, sotto_random_system (), code);
  change.invite.uses = uses;
  change.invite.expires = change.created + 3600;
  g_assert_true (sotto_accounts_change (house->services.accounts, &change, note_code, &done));
  while (done == SOTTO_CODE_MAX)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (done, ==, SOTTO_OK);
}

/* Name, invite, then taken; and the wall clock decides how long. */
static void
test_invites (void)
{
  g_autoptr (TestHouse) house = test_house_new ("signup: invite\n");
  char code[SOTTO_INVITE_CODE_LEN + 1];
  char wrong[SOTTO_INVITE_CODE_LEN + 1];

  make_invite (house, 2, code);
  g_strlcpy (wrong, code, sizeof wrong);
  wrong[SOTTO_INVITE_CODE_LEN - 1] = wrong[SOTTO_INVITE_CODE_LEN - 1] == 'a' ? 'b' : 'a';
  g_assert_cmpint (sign_with (house, "A", wrong), ==, SOTTO_BAD_NAME);
  g_assert_cmpint (sign_with (house, "alice", NULL), ==, SOTTO_INVITE);
  g_assert_cmpint (sign_with (house, "alice", wrong), ==, SOTTO_INVITE);
  g_assert_cmpint (sign_with (house, "alice", "x"), ==, SOTTO_INVITE);
  g_assert_cmpint (sign_with (house, "alice", code), ==, SOTTO_OK);
  g_assert_cmpint (sign_with (house, "alice", wrong), ==, SOTTO_INVITE);
  g_assert_cmpint (sign_with (house, "alice", code), ==, SOTTO_NAME_TAKEN);
  house->clock.wall += 3599 * SOTTO_US_PER_S;
  test_house_restart_accounts (house);
  g_assert_cmpint (sign_with (house, "bob", code), ==, SOTTO_OK);
  g_assert_cmpint (sign_with (house, "carol", code), ==, SOTTO_INVITE); /* used up */

  make_invite (house, 1, code);
  house->clock.wall += 3600 * SOTTO_US_PER_S;
  g_assert_cmpint (sign_with (house, "carol", code), ==, SOTTO_INVITE); /* too late */
}

/* Both were let in while the other's password was hashed; there is one account. */
static void
test_two_with_one_invite (void)
{
  g_autoptr (TestHouse) house = test_house_new ("signup: invite\n");
  char code[SOTTO_INVITE_CODE_LEN + 1];
  SottoFrameType type;

  make_invite (house, 1, code);
  TestGuest *a = test_guest_new (house, "alice", NULL);
  TestGuest *b = test_guest_new (house, "bob", NULL);
  a->invite = b->invite = code;
  test_guest_send_login (a, SOTTO_LOGIN_SIGN, "x");
  test_guest_send_login (b, SOTTO_LOGIN_SIGN, "y");
  SottoCode code_a = test_guest_answer (a, &type);
  SottoCode code_b = test_guest_answer (b, &type);
  g_assert_cmpint (MIN (code_a, code_b), ==, SOTTO_OK);
  g_assert_cmpint (MAX (code_a, code_b), ==, SOTTO_INVITE);
  g_assert_cmpuint (sotto_accounts_get_count (house->services.accounts), ==, 1);
}

/* An invite neither opens what is closed nor is used up where all may come. */
static void
test_invites_of_other_modes (void)
{
  g_autoptr (TestHouse) open = test_house_new (NULL);
  g_autoptr (TestHouse) closed = test_house_new ("signup: closed\n");
  char code[SOTTO_INVITE_CODE_LEN + 1];

  make_invite (closed, 1, code);
  g_assert_cmpint (sign_with (closed, "alice", code), ==, SOTTO_INVITE);
  make_invite (open, 1, code);
  g_assert_cmpint (sign_with (open, "alice", code), ==, SOTTO_OK);
  g_autoptr (GPtrArray) left =
      sotto_invites_list (sotto_accounts_get_invites (open->services.accounts), 0);
  g_assert_cmpuint (left->len, ==, 1);
}

/* Two want one name at once: one gets it, and the other is told so. */
static void
test_two_sign_the_same_name (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *a = test_guest_new (house, "alice", NULL);
  TestGuest *b = test_guest_new (house, "alice", NULL);
  SottoFrameType type;

  test_guest_send_login (a, SOTTO_LOGIN_SIGN, "x");
  test_guest_send_login (b, SOTTO_LOGIN_SIGN, "y");
  SottoCode code_a = test_guest_answer (a, &type);
  SottoCode code_b = test_guest_answer (b, &type);
  g_assert_cmpint (MIN (code_a, code_b), ==, SOTTO_OK);
  g_assert_cmpint (MAX (code_a, code_b), ==, SOTTO_NAME_TAKEN);
}

static void
test_new_device (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *first = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  TestGuest *ticket = test_guest_new (house, "alice", NULL);
  guint32 generation = account_of (house, "alice")->generation;
  TestGuest *second = test_guest_login (house, "alice", SOTTO_LOGIN_AUTH);
  SottoFrameType type;

  g_assert_cmpmem (&account_of (house, "alice")->identity, 32, &second->identity, 32);
  g_assert_cmpuint (account_of (house, "alice")->generation, >, generation);
  /* The first device's ticket is of another generation now; the second's is good. */
  test_guest_send_resume (ticket, first);
  g_assert_cmpint (test_guest_answer (ticket, &type), ==, SOTTO_TICKET);
  g_assert_cmphex (type, ==, SOTTO_FRAME_RESULT);
  ticket = test_guest_new (house, "alice", NULL);
  test_guest_send_resume (ticket, second);
  g_assert_cmpint (test_guest_answer (ticket, &type), ==, SOTTO_OK);
}

static void
test_resume_is_immediate_and_chains (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *last = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  SottoFrameType type;

  for (guint i = 0; i < 3; i++)
    {
      TestGuest *next = test_guest_new (house, "alice", NULL);

      test_guest_send_resume (next, last);
      g_assert_cmpuint (next->out->len, >, 0);
      g_assert_cmpint (test_guest_answer (next, &type), ==, SOTTO_OK);
      g_assert_true (last->finished);
      last = next;
    }
  g_assert_cmpuint (house->counters.resumptions, ==, 3);
}

static void
test_tickets_that_do_not_open (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  TestGuest *alice = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  TestGuest *bob = test_guest_login (house, "bob", SOTTO_LOGIN_SIGN);
  TestGuest *guest = test_guest_new (house, "alice", NULL);
  SottoFrameType type;

  /* Somebody else's ticket under one's own name. */
  test_guest_send_resume (guest, bob);
  g_assert_cmpint (test_guest_answer (guest, &type), ==, SOTTO_HANDSHAKE);
  g_assert_cmphex (type, ==, SOTTO_FRAME_FAIL);
  /* An altered one. */
  guest = test_guest_new (house, "alice", NULL);
  alice->result.ticket[50] = alice->result.ticket[50] == 'A' ? 'B' : 'A';
  test_guest_send_resume (guest, alice);
  g_assert_cmpint (test_guest_answer (guest, &type), ==, SOTTO_TICKET);
  g_assert_cmphex (type, ==, SOTTO_FRAME_FAIL);
  /* An old one, by the server's wall clock. */
  guest = test_guest_new (house, "bob", NULL);
  house->clock.wall += (SOTTO_TICKET_LIFE_S + 1) * SOTTO_US_PER_S;
  test_guest_send_resume (guest, bob);
  g_assert_cmpint (test_guest_answer (guest, &type), ==, SOTTO_TICKET);
  g_assert_cmphex (type, ==, SOTTO_FRAME_FAIL);
}

static void
test_rehash_when_the_cost_rose (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);

  test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  g_assert_cmpuint (sotto_password_cost (account_of (house, "alice")->hash), ==, 4);
  guint32 generation = account_of (house, "alice")->generation;
  house->config->bcrypt_cost = 5;
  TestGuest *guest = test_guest_new (house, "alice", NULL);
  SottoFrameType type;
  guest->identity = account_of (house, "alice")->identity;
  test_guest_send_login (guest, SOTTO_LOGIN_AUTH, "alice");
  g_assert_cmpint (test_guest_answer (guest, &type), ==, SOTTO_OK);
  g_assert_cmpuint (sotto_password_cost (account_of (house, "alice")->hash), ==, 5);
  g_assert_cmpuint (account_of (house, "alice")->generation, ==, generation);
  /* It never falls. */
  house->config->bcrypt_cost = 4;
  test_guest_login (house, "alice", SOTTO_LOGIN_AUTH);
  g_assert_cmpuint (sotto_password_cost (account_of (house, "alice")->hash), ==, 5);
}

static void
test_disabled (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  SottoAccountChange change = { .op = SOTTO_ACCOUNT_UPDATE,
                                .name = test_name ("alice"),
                                .has_disabled = true,
                                .disabled = true,
                                .end_tickets = true };
  TestGuest *alice = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  TestGuest *guest = test_guest_new (house, "alice", NULL);
  SottoFrameType type;

  sotto_accounts_change (house->services.accounts, &change, NULL, NULL);
  while (!account_of (house, "alice")->disabled)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (login (house, "alice", SOTTO_LOGIN_AUTH, "alice", NULL), ==, SOTTO_AUTH);
  test_guest_send_resume (guest, alice);
  g_assert_cmpint (test_guest_answer (guest, &type), ==, SOTTO_TICKET);
}

/* Ten wrong ones, then the source waits; a right password does not help it meanwhile. */
static void
test_failures_delay (void)
{
  g_autoptr (TestHouse) house = test_house_new ("limits: {logins: 1000/s}\n");

  test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  for (guint i = 0; i < SOTTO_ACCOUNT_FAILURES; i++)
    g_assert_cmpint (login (house, "alice", SOTTO_LOGIN_AUTH, "wrong", NULL), ==, SOTTO_AUTH);
  g_assert_cmpint (login (house, "alice", SOTTO_LOGIN_AUTH, "alice", NULL), ==, SOTTO_RATE);
  test_guest_login_from (house, "alice", SOTTO_LOGIN_AUTH, "192.0.2.9");
  for (guint i = 0; i < SOTTO_ACCOUNT_FAILURES; i++)
    g_assert_cmpint (login (house, "nobody", SOTTO_LOGIN_AUTH, "wrong", NULL), ==, SOTTO_AUTH);
  g_assert_cmpint (login (house, "nobody", SOTTO_LOGIN_AUTH, "wrong", NULL), ==, SOTTO_RATE);
}

/* The hash changes while bcrypt compares with the old one: a right password is not called wrong. */
static void
test_changed_while_working (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  SottoAccountChange change = { .op = SOTTO_ACCOUNT_UPDATE, .name = test_name ("alice") };
  TestGuest *first = test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  TestGuest *guest = test_guest_new (house, "alice", NULL);
  SottoFrameType type;

  /* Dear enough to be still at it when the change is on the disk. */
  g_assert_true (sotto_password_hash (&first->h, 12, house->services.random, change.hash));
  g_assert_true (sotto_accounts_change (house->services.accounts, &change, NULL, NULL));
  while (!g_str_equal (account_of (house, "alice")->hash, change.hash))
    g_main_context_iteration (NULL, TRUE);

  test_guest_send_login (guest, SOTTO_LOGIN_AUTH, "alice");
  while (guest->session.login->hash[0] == '\0')
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (sotto_password_hash (&first->h, 4, house->services.random, change.hash));
  g_assert_true (sotto_accounts_change (house->services.accounts, &change, NULL, NULL));
  g_assert_cmpint (test_guest_answer (guest, &type), ==, SOTTO_BUSY);
  g_assert_cmpuint (guest->result.retry_s, >, 0);
  g_assert_cmpint (login (house, "alice", SOTTO_LOGIN_AUTH, "alice", NULL), ==, SOTTO_OK);
}

static void
test_full_house (void)
{
  g_autoptr (TestHouse) house = test_house_new ("limits: {sessions: 2}\n");

  test_guest_login (house, "alice", SOTTO_LOGIN_SIGN);
  test_guest_login (house, "bob", SOTTO_LOGIN_SIGN);
  g_assert_cmpint (login (house, "carol", SOTTO_LOGIN_SIGN, "carol", NULL), ==, SOTTO_BUSY);
  g_assert_null (account_of (house, "carol"));
  /* One's own session may be replaced. */
  test_guest_login (house, "bob", SOTTO_LOGIN_AUTH);
}

/* The connection goes while bcrypt runs: nothing is answered, nothing leaks, nothing crashes. */
static void
test_gone_while_working (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);

  for (guint i = 0; i < 8; i++)
    {
      TestGuest *guest = test_guest_new (house, "alice", NULL);

      test_guest_send_login (guest, SOTTO_LOGIN_SIGN, "x");
      for (guint turn = 0; turn < i; turn++)
        {
          g_main_context_iteration (NULL, FALSE);
          g_usleep (500 * i);
        }
      if (guest->out->len == 0)
        test_guest_hang_up (guest);
    }
  test_guest_login (house, "bob", SOTTO_LOGIN_SIGN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/login/sign-then-auth", test_sign_then_auth);
  g_test_add_func ("/server/login/refusals", test_refusals);
  g_test_add_func ("/server/login/signup-modes", test_signup_modes);
  g_test_add_func ("/server/login/invites", test_invites);
  g_test_add_func ("/server/login/two-with-one-invite", test_two_with_one_invite);
  g_test_add_func ("/server/login/invites-of-other-modes", test_invites_of_other_modes);
  g_test_add_func ("/server/login/two-sign-the-same-name", test_two_sign_the_same_name);
  g_test_add_func ("/server/login/new-device", test_new_device);
  g_test_add_func ("/server/login/resume", test_resume_is_immediate_and_chains);
  g_test_add_func ("/server/login/tickets-that-do-not-open", test_tickets_that_do_not_open);
  g_test_add_func ("/server/login/rehash", test_rehash_when_the_cost_rose);
  g_test_add_func ("/server/login/disabled", test_disabled);
  g_test_add_func ("/server/login/failures-delay", test_failures_delay);
  g_test_add_func ("/server/login/changed-while-working", test_changed_while_working);
  g_test_add_func ("/server/login/full-house", test_full_house);
  g_test_add_func ("/server/login/gone-while-working", test_gone_while_working);
  return g_test_run ();
}
