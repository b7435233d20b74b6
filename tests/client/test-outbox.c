// SPDX-License-Identifier: GPL-3.0-or-later
/* What waits for RECEIVED: order, resending, what was told, and how much may be under way. */
#undef G_DISABLE_ASSERT
#include "shared/client/outbox.h"

#include "shared/base/limits.h"
#include "shared/base/text.h"
#include <string.h>

static SottoId
id_of (guint n)
{
  SottoId id = { 0 };

  memcpy (id.bytes, &n, sizeof n);
  return id;
}

static SottoOutbox *
filled (guint n)
{
  SottoOutbox *outbox = sotto_outbox_new ();

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("text %u", i);
      SottoId id = id_of (i);
      sotto_outbox_push (outbox, &id, SOTTO_MESSAGE_TEXT, 1000 + i, text, strlen (text));
    }
  return outbox;
}

static void
write_next (SottoOutbox *outbox, guint expected, uint64_t end)
{
  SottoOutboxItem *item = sotto_outbox_next (outbox);
  SottoId id = id_of (expected);

  g_assert_nonnull (item);
  g_assert_true (sotto_id_equal (&item->id, &id));
  sotto_outbox_written (outbox, item, end);
}

static void
test_order_and_rewind (void)
{
  SottoOutbox *outbox = filled (3);
  SottoId one = id_of (1);

  write_next (outbox, 0, 10);
  write_next (outbox, 1, 20);
  write_next (outbox, 2, 30);
  g_assert_null (sotto_outbox_next (outbox));

  /* RECEIVED of the middle one; a new channel gets the other two, in order. */
  g_assert_true (sotto_outbox_received (outbox, &one));
  g_assert_false (sotto_outbox_received (outbox, &one));
  g_assert_cmpuint (sotto_outbox_size (outbox), ==, 2);
  sotto_outbox_rewind (outbox);
  write_next (outbox, 0, 10);
  write_next (outbox, 2, 20);
  g_assert_null (sotto_outbox_next (outbox));
  sotto_outbox_free (outbox);
}

/* Confirmed, and not on the disk yet: not sent again, not waited for, and still in its place. */
static void
test_confirmed (void)
{
  SottoOutbox *outbox = filled (SOTTO_UNACKED_RECORDS_MAX + 2);
  SottoId one = id_of (1), two = id_of (2);

  for (guint i = 0; i < SOTTO_UNACKED_RECORDS_MAX; i++)
    write_next (outbox, i, i + 1);
  for (guint i = 0; i < 2; i++) /* once, however often it is said */
    sotto_outbox_confirm (outbox, sotto_outbox_find (outbox, &one));
  g_assert_cmpuint (sotto_outbox_size (outbox), ==, SOTTO_UNACKED_RECORDS_MAX + 1);
  g_assert_null (sotto_outbox_next (outbox));

  sotto_outbox_rewind (outbox);
  sotto_outbox_confirm (outbox, sotto_outbox_find (outbox, &two)); /* an answer of before */
  write_next (outbox, 0, 10);
  write_next (outbox, 3, 20);
  g_assert_cmpstr (sotto_outbox_next_left (outbox, 20)->body, ==, "text 0");
  g_assert_cmpstr (sotto_outbox_next_left (outbox, 20)->body, ==, "text 3");
  g_assert_null (sotto_outbox_next_left (outbox, 20));
  for (guint i = 4; i < SOTTO_UNACKED_RECORDS_MAX; i++)
    write_next (outbox, i, 20 + i);
  g_assert_null (sotto_outbox_next (outbox));
  g_assert_true (sotto_outbox_received (outbox, &one));
  g_assert_true (sotto_outbox_received (outbox, &two));
  write_next (outbox, SOTTO_UNACKED_RECORDS_MAX, 9000);
  write_next (outbox, SOTTO_UNACKED_RECORDS_MAX + 1, 9001);
  g_assert_null (sotto_outbox_next (outbox));
  g_assert_cmpuint (sotto_outbox_size (outbox), ==, SOTTO_UNACKED_RECORDS_MAX);
  sotto_outbox_free (outbox);
}

static void
test_left_is_told_once (void)
{
  SottoOutbox *outbox = filled (3);
  SottoOutboxItem *item;

  write_next (outbox, 0, 10);
  write_next (outbox, 1, 20);
  g_assert_null (sotto_outbox_next_left (outbox, 9));
  item = sotto_outbox_next_left (outbox, 10);
  g_assert_cmpstr (item->body, ==, "text 0");
  g_assert_null (sotto_outbox_next_left (outbox, 10));
  item = sotto_outbox_next_left (outbox, 25);
  g_assert_cmpstr (item->body, ==, "text 1");

  sotto_outbox_rewind (outbox);
  write_next (outbox, 0, 10);
  write_next (outbox, 1, 20);
  write_next (outbox, 2, 30);
  item = sotto_outbox_next_left (outbox, 30);
  g_assert_cmpstr (item->body, ==, "text 2");
  g_assert_null (sotto_outbox_next_left (outbox, 30));
  sotto_outbox_free (outbox);
}

static void
test_left_survives_received (void)
{
  SottoOutbox *outbox = filled (3);
  SottoId id;

  write_next (outbox, 0, 10);
  write_next (outbox, 1, 20);
  write_next (outbox, 2, 30);
  while (sotto_outbox_next_left (outbox, 20) != NULL)
    ;
  for (guint i = 0; i < 2; i++)
    {
      id = id_of (i);
      g_assert_true (sotto_outbox_received (outbox, &id));
    }
  g_assert_cmpstr (sotto_outbox_next_left (outbox, 30)->body, ==, "text 2");
  sotto_outbox_free (outbox);
}

static void
test_unacknowledged_limit (void)
{
  SottoOutbox *outbox = filled (SOTTO_UNACKED_RECORDS_MAX + 2);
  SottoId first = id_of (0);

  for (guint i = 0; i < SOTTO_UNACKED_RECORDS_MAX; i++)
    write_next (outbox, i, i + 1);
  g_assert_null (sotto_outbox_next (outbox));
  g_assert_true (sotto_outbox_received (outbox, &first));
  write_next (outbox, SOTTO_UNACKED_RECORDS_MAX, SOTTO_UNACKED_RECORDS_MAX + 1);
  g_assert_null (sotto_outbox_next (outbox));
  sotto_outbox_free (outbox);
}

/* A text is kept as its words, anything else as it goes out. */
static void
test_kinds (void)
{
  SottoMessage edit = { .type = SOTTO_MESSAGE_EDIT, .id = id_of (7) };
  g_autoptr (GByteArray) body = g_byte_array_new ();
  SottoOutbox *outbox = filled (1);
  SottoId text = id_of (0);
  SottoMessage message;

  edit.edit.target = text;
  edit.edit.text = "better";
  edit.edit.n = 6;
  sotto_message_append_body (body, &edit);
  sotto_outbox_push (outbox, &edit.id, edit.type, 0, (char *)body->data, body->len);
  sotto_outbox_push (outbox, &edit.id, edit.type, 0, (char *)body->data, 3);

  g_assert_true (sotto_outbox_item_get_message (sotto_outbox_find (outbox, &text), &message));
  g_assert_cmpint (message.type, ==, SOTTO_MESSAGE_TEXT);
  g_assert_cmpuint (message.text.sent_ms, ==, 1000);
  g_assert_cmpmem (message.text.text, message.text.n, "text 0", 6);
  write_next (outbox, 0, 10);
  g_assert_true (sotto_outbox_item_get_message (sotto_outbox_next (outbox), &message));
  g_assert_cmpint (message.type, ==, SOTTO_MESSAGE_EDIT);
  g_assert_true (sotto_id_equal (&message.edit.target, &text));
  g_assert_cmpmem (message.edit.text, message.edit.n, "better", 6);
  write_next (outbox, 7, 20);
  g_assert_false (sotto_outbox_item_get_message (sotto_outbox_next (outbox), &message));
  sotto_outbox_free (outbox);
}

/* An offer that lies with them is no reason to ask for another channel; one not written there is.
 */
static void
test_patient (void)
{
  SottoOutbox *outbox = filled (1);
  SottoId one = id_of (1), two = id_of (2);

  sotto_outbox_push (outbox, &one, SOTTO_MESSAGE_FILE_OFFER, 0, "", 0);
  sotto_outbox_push (outbox, &two, SOTTO_MESSAGE_FILE_OFFER, 0, "", 0);
  g_assert_cmpuint (sotto_outbox_count_patient (outbox), ==, 0);
  write_next (outbox, 0, 10);
  g_assert_cmpuint (sotto_outbox_count_patient (outbox), ==, 0);
  write_next (outbox, 1, 20);
  write_next (outbox, 2, 30);
  g_assert_cmpuint (sotto_outbox_count_patient (outbox), ==, 2);
  sotto_outbox_confirm (outbox, sotto_outbox_find (outbox, &one));
  g_assert_cmpuint (sotto_outbox_count_patient (outbox), ==, 1);
  g_assert_true (sotto_outbox_received (outbox, &one));
  g_assert_cmpuint (sotto_outbox_count_patient (outbox), ==, 1);
  sotto_outbox_rewind (outbox);
  g_assert_cmpuint (sotto_outbox_count_patient (outbox), ==, 0);
  write_next (outbox, 0, 10);
  write_next (outbox, 2, 20);
  g_assert_true (sotto_outbox_received (outbox, &two));
  g_assert_cmpuint (sotto_outbox_count_patient (outbox), ==, 0);
  sotto_outbox_free (outbox);
}

static void
test_failure_is_told_once (void)
{
  SottoOutbox *outbox = filled (2);
  SottoId first = id_of (0);

  g_assert_cmpstr (sotto_outbox_next_to_fail (outbox)->body, ==, "text 0");
  g_assert_cmpstr (sotto_outbox_next_to_fail (outbox)->body, ==, "text 1");
  g_assert_null (sotto_outbox_next_to_fail (outbox));
  sotto_outbox_find (outbox, &first)->failed = false; /* Try Again */
  g_assert_cmpstr (sotto_outbox_next_to_fail (outbox)->body, ==, "text 0");
  sotto_outbox_free (outbox);
}

/* A message that was changed goes out with its new words, and so do the edits of it. */
static void
test_reword (void)
{
  SottoOutbox *outbox = filled (2);
  SottoId text = id_of (0), edit = id_of (7), other = id_of (1);
  char body[SOTTO_ID_LEN + 3];

  memcpy (body, &text, SOTTO_ID_LEN);
  memcpy (body + SOTTO_ID_LEN, "old", 3);
  sotto_outbox_push (outbox, &edit, SOTTO_MESSAGE_EDIT, 0, body, sizeof body)->place = 9;
  sotto_outbox_reword (outbox, &text, "new words", 9);
  g_assert_cmpstr (sotto_outbox_find (outbox, &text)->body, ==, "new words");
  g_assert_cmpstr (sotto_outbox_find (outbox, &other)->body, ==, "text 1");
  SottoMessage message;
  g_assert_true (sotto_outbox_item_get_message (sotto_outbox_find (outbox, &edit), &message));
  g_assert_cmpmem (message.edit.text, message.edit.n, "new words", 9);
  g_assert_cmpmem (&message.edit.target, sizeof text, &text, sizeof text);
  for (guint i = 0; i < 3; i++) /* still in their order */
    write_next (outbox, i == 2 ? 7 : i, 10 * (i + 1));
  sotto_outbox_reword (outbox, &text, "", 0);
  g_assert_cmpuint (sotto_outbox_find (outbox, &text)->n, ==, 0);

  sotto_outbox_forget (outbox, 8);
  g_assert_cmpuint (sotto_outbox_size (outbox), ==, 1);
  g_assert_nonnull (sotto_outbox_find (outbox, &edit));
  sotto_outbox_forget (outbox, 9);
  g_assert_cmpuint (sotto_outbox_size (outbox), ==, 0);
  sotto_outbox_free (outbox);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/outbox/order-and-rewind", test_order_and_rewind);
  g_test_add_func ("/client/outbox/confirmed", test_confirmed);
  g_test_add_func ("/client/outbox/left-once", test_left_is_told_once);
  g_test_add_func ("/client/outbox/left-after-received", test_left_survives_received);
  g_test_add_func ("/client/outbox/unacknowledged-limit", test_unacknowledged_limit);
  g_test_add_func ("/client/outbox/kinds", test_kinds);
  g_test_add_func ("/client/outbox/patient", test_patient);
  g_test_add_func ("/client/outbox/reword", test_reword);
  g_test_add_func ("/client/outbox/failure-once", test_failure_is_told_once);
  return g_test_run ();
}
