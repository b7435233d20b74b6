// SPDX-License-Identifier: GPL-3.0-or-later
/* One peer: what a changed key does, and when a key is wanted. */
#undef G_DISABLE_ASSERT
#include "shared/client/contact.h"

#include "shared/base/limits.h"

#include <string.h>

#define S SOTTO_US_PER_S

static SottoKey
key_of (uint8_t c)
{
  SottoKey key;

  memset (&key, c, sizeof key);
  return key;
}

static void
test_judge (void)
{
  SottoContactEntry entry = { .identity = key_of (1) };
  SottoKey same = key_of (1);
  SottoKey other = key_of (2);
  SottoKey third = key_of (3);

  g_assert_cmpint (sotto_contact_judge (NULL, &same), ==, SOTTO_CONTACT_GO_ON);
  g_assert_cmpint (sotto_contact_judge (&entry, &same), ==, SOTTO_CONTACT_GO_ON);
  g_assert_false (entry.alarm);

  g_assert_cmpint (sotto_contact_judge (&entry, &other), ==, SOTTO_CONTACT_CHANGED);
  g_assert_true (entry.alarm);
  g_assert_cmpmem (&entry.offered, sizeof other, &other, sizeof other);
  g_assert_cmpmem (&entry.identity, sizeof same, &same, sizeof same); /* never overwritten */

  /* Told once for each key, and ALARM until a person has compared, whatever is offered: what they
   * are shown is what is offered now, be it the pinned one again. */
  g_assert_cmpint (sotto_contact_judge (&entry, &other), ==, SOTTO_CONTACT_ALARM);
  g_assert_cmpint (sotto_contact_judge (&entry, &third), ==, SOTTO_CONTACT_CHANGED);
  g_assert_cmpint (sotto_contact_judge (&entry, &same), ==, SOTTO_CONTACT_CHANGED);
  g_assert_cmpint (sotto_contact_judge (&entry, &same), ==, SOTTO_CONTACT_ALARM);
  g_assert_true (entry.alarm);
  g_assert_cmpmem (&entry.offered, sizeof same, &same, sizeof same);
}

static void
test_deadline (void)
{
  SottoName name = { "bob" };
  SottoContact *contact = sotto_contact_new (&name);
  SottoLine opening = { .grant = { .role = SOTTO_ROLE_INITIATOR } };
  SottoId id = { { 1 } };
  gint64 now = 1000 * S;

  g_assert_true (sotto_contact_is_idle (contact));
  g_assert_cmpint (sotto_contact_deadline (contact), ==, G_MAXINT64);

  sotto_outbox_push (contact->outbox, &id, SOTTO_MESSAGE_TEXT, 1, "hi", 2);
  sotto_key_ask_soon (&contact->ask, now);
  g_assert_false (sotto_contact_is_idle (contact));
  g_assert_cmpint (sotto_contact_deadline (contact), ==, now);

  sotto_key_ask_sent (&contact->ask, 1, now);
  g_assert_cmpint (sotto_contact_deadline (contact), ==, now + 5 * S);

  /* Our own handshake is given its time; as the responder we cannot know. */
  contact->opening = &opening;
  g_assert_cmpint (sotto_contact_deadline (contact), ==, G_MAXINT64);
  opening.grant.role = SOTTO_ROLE_RESPONDER;
  g_assert_cmpint (sotto_contact_deadline (contact), <=, now + 6 * S);

  contact->opening = NULL;
  g_assert_true (sotto_outbox_received (contact->outbox, &id));
  g_assert_cmpint (sotto_contact_deadline (contact), ==, G_MAXINT64);
  contact->met = true;
  g_assert_false (sotto_contact_is_idle (contact)); /* what it sent is remembered */
  sotto_contact_free (contact);
}

static void
test_storing (void)
{
  SottoName name = { "ben" };
  SottoContact *contact = sotto_contact_new (&name);

  sotto_contact_begin_storing (contact, SOTTO_STORING_MAX - 1);
  g_assert_false (sotto_contact_is_full (contact));
  sotto_contact_begin_storing (contact, 1);
  g_assert_true (sotto_contact_is_full (contact));
  sotto_contact_end_storing (contact, 1);
  g_assert_false (sotto_contact_is_full (contact));
  sotto_contact_end_storing (contact, 2 * SOTTO_STORING_MAX); /* another's */
  g_assert_cmpuint (contact->storing, ==, 0);
  sotto_contact_free (contact);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/contact/judge", test_judge);
  g_test_add_func ("/client/contact/deadline", test_deadline);
  g_test_add_func ("/client/contact/storing", test_storing);
  return g_test_run ();
}
