// SPDX-License-Identifier: GPL-3.0-or-later
/* Es: one for all who come within a minute, then another; who was greeted with the older one may
 * still log in. */
#undef G_DISABLE_ASSERT
#include "server/ephemeral.h"
#include "shared/crypto/agreement.h"
#include "shared/wire/hello.h"
#include "tests/server/house.h"
#include <string.h>

#define S SOTTO_US_PER_S

static bool
is_same (const SottoEphemeral *a, const SottoEphemeral *b)
{
  return memcmp (&a->public, &b->public, sizeof a->public) == 0;
}

static void
test_rotation (void)
{
  SottoEphemerals *all = sotto_ephemerals_new (sotto_random_system ());
  SottoEphemeral *first = sotto_ephemerals_get (all, 5 * S);
  SottoEphemeral *late = sotto_ephemerals_get (all, 5 * S + SOTTO_HELLO_ROTATE - 1);
  SottoEphemeral *second = sotto_ephemerals_get (all, 5 * S + SOTTO_HELLO_ROTATE);

  g_assert_true (is_same (first, late));
  g_assert_false (is_same (first, second));
  g_assert_true (sotto_ephemeral_is_usable (first, 5 * S + 2 * SOTTO_HELLO_ROTATE - 1));
  g_assert_false (sotto_ephemeral_is_usable (first, 5 * S + 2 * SOTTO_HELLO_ROTATE));
  /* Nobody else has it: it is gone before anyone asks for the next. */
  g_assert_cmpuint (second->n_refs, ==, 2);
  sotto_ephemerals_expire (all, 5 * S + 2 * SOTTO_HELLO_ROTATE);
  g_assert_cmpuint (second->n_refs, ==, 1);
  sotto_ephemeral_unref (first);
  sotto_ephemeral_unref (late);
  sotto_ephemeral_unref (second);
  sotto_ephemerals_free (all);
}

static SottoKey
es_of (const TestGuest *guest)
{
  SottoFrame frame;
  SottoHello hello;
  gsize used;

  sotto_frame_next (guest->hello->data, guest->hello->len, SOTTO_FRAME_FROM_SERVER_MAX, &frame,
                    &used);
  g_assert_cmpint (sotto_hello_decode (&frame, &hello), ==, SOTTO_OK);
  return hello.ephemeral;
}

static void
test_login_on_an_older_hello (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  SottoFrameType type;

  test_guest_new (house, "first", NULL); /* Es is made for him */
  test_house_pass (house, SOTTO_HELLO_ROTATE - 5 * S);
  TestGuest *older = test_guest_new (house, "alice", NULL);
  test_house_pass (house, 9 * S);
  TestGuest *newer = test_guest_new (house, "bob", NULL);
  SottoKey keys[] = { es_of (older), es_of (newer) };
  g_assert_cmpint (memcmp (&keys[0], &keys[1], sizeof keys[0]), !=, 0);
  test_guest_send_login (older, SOTTO_LOGIN_SIGN, "x");
  test_guest_send_login (newer, SOTTO_LOGIN_SIGN, "x");
  g_assert_cmpint (test_guest_answer (older, &type), ==, SOTTO_OK);
  g_assert_cmpint (test_guest_answer (newer, &type), ==, SOTTO_OK);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/ephemeral/rotation", test_rotation);
  g_test_add_func ("/server/ephemeral/login-on-an-older-hello", test_login_on_an_older_hello);
  return g_test_run ();
}
