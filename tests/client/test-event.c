// SPDX-License-Identifier: GPL-3.0-or-later
/* A copy shares nothing with what it was made of. */
#undef G_DISABLE_ASSERT
#include "shared/client/event.h"

static void
test_copy (void)
{
  char text[] = "text";
  const char *names[] = { "alice", "bob" };
  SottoEvent event = { .type = SOTTO_EVENT_USERS,
                       .peer = { "bob" },
                       .text = text,
                       .code = "auth",
                       .server = "host",
                       .fingerprint = "00",
                       .realm = "lab",
                       .safety_number = "1 2",
                       .names = names,
                       .n_names = 2,
                       .retry_in_ms = 7 };
  SottoEvent *copy = sotto_event_copy (&event);

  text[0] = 'T';
  names[0] = "carol";
  g_assert_cmpstr (copy->text, ==, "text");
  g_assert_cmpstr (copy->names[0], ==, "alice");
  g_assert_null (copy->names[2]);
  g_assert_cmpstr (copy->peer.str, ==, "bob");
  g_assert_cmpstr (copy->code, ==, "auth");
  g_assert_cmpint (copy->retry_in_ms, ==, 7);
  sotto_event_free (copy);
  sotto_event_free (NULL);

  SottoEvent empty = { .type = SOTTO_EVENT_PASSWORD_CHANGED };
  copy = sotto_event_copy (&empty);
  g_assert_null (copy->text);
  g_assert_null (copy->names);
  sotto_event_free (copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/event/copy", test_copy);
  return g_test_run ();
}
