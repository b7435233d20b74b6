// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "server/bucket.h"

#include "shared/base/limits.h"

#define S SOTTO_US_PER_S

static const SottoRate five_a_second = { .amount = 5, .period = S, .burst = 20 };

static guint
drain (SottoBucket *bucket, const SottoRate *rate, gint64 now)
{
  guint n = 0;

  while (n < 1000 && sotto_bucket_take (bucket, rate, 1, now, NULL))
    n++;
  return n;
}

static void
test_burst_then_rate (void)
{
  SottoBucket bucket = { 0 };
  gint64 wait = 0;

  g_assert_cmpuint (drain (&bucket, &five_a_second, 100 * S), ==, 20);
  g_assert_false (sotto_bucket_take (&bucket, &five_a_second, 1, 100 * S, &wait));
  g_assert_cmpint (wait, >, 190 * SOTTO_US_PER_MS);
  g_assert_cmpint (wait, <=, 201 * SOTTO_US_PER_MS);
  g_assert_cmpint (sotto_bucket_wait (&bucket, &five_a_second, 1, 100 * S), ==, wait);
  g_assert_cmpuint (drain (&bucket, &five_a_second, 100 * S + wait), ==, 1);
  g_assert_cmpuint (drain (&bucket, &five_a_second, 102 * S + wait), ==, 10);
  g_assert_cmpuint (drain (&bucket, &five_a_second, 1000 * S), ==, 20);
}

static void
test_extremes (void)
{
  static const SottoRate rates[] = {
    { .amount = 1, .period = 3600 * S, .burst = 1 },
    { .amount = 1000000000, .period = S, .burst = 1000000000 },
    { .amount = 3, .period = 60 * S, .burst = 10 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      SottoBucket bucket = { 0 };
      gint64 wait;

      g_assert_true (sotto_bucket_take (&bucket, &rates[i], rates[i].burst, 0, NULL));
      g_assert_false (sotto_bucket_is_full (&bucket, 0));
      g_assert_false (sotto_bucket_take (&bucket, &rates[i], rates[i].burst, 0, &wait));
      g_assert_true (sotto_bucket_take (&bucket, &rates[i], rates[i].burst, wait, NULL));
      g_assert_true (sotto_bucket_is_full (&bucket, 2 * wait + S));
    }
}

/* "1/h burst 1000000000" may be configured: its price in time is more than a clock can hold. */
static void
test_burst_of_years (void)
{
  static const SottoRate rate = { .amount = 1, .period = 3600 * S, .burst = 1000000000 };
  gint64 now = 1000 * S;
  SottoBucket bucket = { 0 };

  for (guint i = 0; i < 100000; i++)
    g_assert_true (sotto_bucket_take (&bucket, &rate, 1, now, NULL));
  g_assert_false (sotto_bucket_is_full (&bucket, now));
  g_assert_true (sotto_bucket_take (&bucket, &rate, 100000, now, NULL));
}

static void
test_bytes_at_once (void)
{
  static const SottoRate relay = { .amount = 65536, .period = S, .burst = 262144 };
  SottoBucket bucket = { 0 };

  g_assert_false (sotto_bucket_take (&bucket, &relay, 262145, S, NULL));
  g_assert_true (sotto_bucket_take (&bucket, &relay, 262144, S, NULL));
  g_assert_false (sotto_bucket_take (&bucket, &relay, 1221, S, NULL));
  g_assert_true (sotto_bucket_take (&bucket, &relay, 65000, 2 * S, NULL));
}

static void
test_retry (void)
{
  static const struct
  {
    gint64 wait;
    guint16 retry_s;
  } cases[] = { { 0, 1 }, { 1, 1 }, { S, 1 }, { S + 1, 2 }, { G_MAXINT64 / 2, G_MAXUINT16 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (sotto_bucket_retry_s (cases[i].wait), ==, cases[i].retry_s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/bucket/burst-then-rate", test_burst_then_rate);
  g_test_add_func ("/server/bucket/extremes", test_extremes);
  g_test_add_func ("/server/bucket/burst-of-years", test_burst_of_years);
  g_test_add_func ("/server/bucket/bytes-at-once", test_bytes_at_once);
  g_test_add_func ("/server/bucket/retry", test_retry);
  return g_test_run ();
}
