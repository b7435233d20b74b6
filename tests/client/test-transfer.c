// SPDX-License-Identifier: GPL-3.0-or-later
/* One transfer: whose bytes are whose, channels that come and go, and how often people hear of it.
 */
#undef G_DISABLE_ASSERT
#include "shared/client/transfer.h"

#include <string.h>

static const uint8_t bytes[100] = { 1, 2, 3, 4, 5 };

static SottoTransfer
made (bool own, uint64_t size)
{
  SottoName peer = { "bob" };
  SottoId id = { { 7 } };
  SottoTransfer transfer;

  sotto_transfer_init (&transfer, &peer, &id, own, "a.txt", "text/plain", size);
  transfer.state = own ? SOTTO_TRANSFER_OFFERED : SOTTO_TRANSFER_ACCEPTED;
  return transfer;
}

/* Whatever pieces the stream comes in, the file's bytes and the hash's are told apart. */
static void
test_take (void)
{
  for (gsize size = 0; size <= 40; size += 8)
    for (gsize offset = 0; offset <= size; offset += 4)
      for (gsize step = 1; step <= 80; step += 13)
        {
          SottoTransfer transfer = made (false, size);
          gsize n_all = size - offset + 32, n_file = 0, n;

          sotto_transfer_offered (&transfer, 2);
          sotto_transfer_begin (&transfer, offset);
          for (gsize at = 0; at < n_all; at += step)
            {
              bool last = at + step >= n_all;
              SottoTransferVerdict verdict =
                  sotto_transfer_take (&transfer, bytes + at, MIN (step, n_all - at), last, &n);
              n_file += n;
              g_assert_cmpint (verdict, ==, last ? SOTTO_TRANSFER_ALL : SOTTO_TRANSFER_MORE);
            }
          g_assert_cmpuint (n_file, ==, size - offset);
          g_assert_cmpmem (&transfer.hash, 32, bytes + size - offset, 32);
          g_assert_cmpint (transfer.state, ==, SOTTO_TRANSFER_WHOLE);
          sotto_transfer_clear (&transfer);
        }
}

static void
test_wrong_ends (void)
{
  static const struct
  {
    gsize n;
    bool fin;
    SottoTransferVerdict verdict;
  } cases[] = {
    { 0, true, SOTTO_TRANSFER_DAMAGED },   { 9, true, SOTTO_TRANSFER_DAMAGED },
    { 10, true, SOTTO_TRANSFER_DAMAGED },  { 41, true, SOTTO_TRANSFER_DAMAGED },
    { 42, false, SOTTO_TRANSFER_MORE },    { 42, true, SOTTO_TRANSFER_ALL },
    { 43, false, SOTTO_TRANSFER_BROKEN },  { 43, true, SOTTO_TRANSFER_BROKEN },
    { 100, false, SOTTO_TRANSFER_BROKEN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SottoTransfer transfer = made (false, 10);
      gsize n;

      sotto_transfer_offered (&transfer, 2);
      sotto_transfer_begin (&transfer, 0);
      g_assert_cmpint (sotto_transfer_take (&transfer, bytes, cases[i].n, cases[i].fin, &n), ==,
                       cases[i].verdict);
      g_assert_cmpuint (n, <=, 10);
      sotto_transfer_clear (&transfer);
    }
}

/* Half a hash is forgotten with its channel; what came whole needs none. */
static void
test_channels (void)
{
  SottoTransfer theirs = made (false, 10), own = made (true, 10);
  gsize n;

  sotto_transfer_offered (&theirs, 2);
  sotto_transfer_begin (&theirs, 0);
  sotto_transfer_take (&theirs, bytes, 30, false, &n);
  g_assert_cmpuint (theirs.n_hash, ==, 20);
  sotto_transfer_cut (&theirs);
  g_assert_cmpint (theirs.state, ==, SOTTO_TRANSFER_ACCEPTED);
  g_assert_cmpuint (theirs.stream, ==, 0);
  sotto_transfer_offered (&theirs, 4);
  sotto_transfer_begin (&theirs, 10);
  g_assert_cmpint (sotto_transfer_take (&theirs, bytes, 32, true, &n), ==, SOTTO_TRANSFER_ALL);
  sotto_transfer_cut (&theirs);
  g_assert_cmpint (theirs.state, ==, SOTTO_TRANSFER_WHOLE);

  sotto_transfer_offered (&own, 1);
  sotto_transfer_begin (&own, 3);
  own.state = SOTTO_TRANSFER_WHOLE; /* it all went, and may never have come */
  sotto_transfer_cut (&own);
  g_assert_cmpint (own.state, ==, SOTTO_TRANSFER_OFFERED);
  sotto_transfer_end (&own, SOTTO_REFUSE_DECLINED);
  sotto_transfer_cut (&own);
  g_assert_cmpint (own.state, ==, SOTTO_TRANSFER_ENDED);
  sotto_transfer_clear (&theirs);
  sotto_transfer_clear (&own);
}

static void
test_told_four_times_a_second (void)
{
  SottoTransfer transfer = made (false, 1000001);
  guint told = 0;

  sotto_transfer_offered (&transfer, 2);
  sotto_transfer_begin (&transfer, 0);
  for (gint64 ms = 0; ms < 1000; ms++) /* a second long, a thousand times */
    told += sotto_transfer_progress (&transfer, (uint64_t)(ms + 1) * 1000, ms * SOTTO_US_PER_MS);
  g_assert_cmpuint (told, ==, 4);
  g_assert_cmpuint (transfer.done, ==, 1000000);
  g_assert_false (sotto_transfer_progress (&transfer, 1000000, SOTTO_US_PER_S * 9)); /* no news */
  g_assert_false (sotto_transfer_progress (&transfer, 1000001, SOTTO_US_PER_S * 9)); /* the end */
  sotto_transfer_clear (&transfer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/transfer/take", test_take);
  g_test_add_func ("/client/transfer/wrong-ends", test_wrong_ends);
  g_test_add_func ("/client/transfer/channels", test_channels);
  g_test_add_func ("/client/transfer/told", test_told_four_times_a_second);
  return g_test_run ();
}
