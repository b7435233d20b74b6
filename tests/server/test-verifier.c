// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "server/verifier.h"

#include "shared/crypto/agreement.h"
#include "shared/crypto/password.h"
#include "tests/server/house.h"
#include <string.h>

typedef struct
{
  guint done;
  bool match;
  SottoKey key;
  char hash[SOTTO_BCRYPT_HASH_LEN + 1];
} Verdict;

static void
on_done (SottoVerifierJob *job, gpointer data)
{
  Verdict *self = data;
  const char *hash = sotto_verifier_job_get_hash (job);

  self->done++;
  self->match = sotto_verifier_job_get_match (job);
  self->key = *sotto_verifier_job_get_key (job);
  g_strlcpy (self->hash, hash != NULL ? hash : "", sizeof self->hash);
}

static void
wait_for (Verdict *verdict, guint n)
{
  while (verdict->done < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_unwrap (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  SottoVerifier *verifier = house->services.verifier;
  SottoPublicKey *public = sotto_private_key_public (house->key->private);
  uint8_t wrap[SOTTO_WRAP_MAX];
  SottoKey k = { { 1, 2, 3 } };
  Verdict verdict = { 0 };
  gsize n = sotto_envelope_wrap (public, &k, wrap);

  g_assert_nonnull (sotto_verifier_unwrap (verifier, wrap, n, false, on_done, &verdict));
  wait_for (&verdict, 1);
  g_assert_cmpmem (&verdict.key, sizeof k, &k, sizeof k);
  wrap[5] ^= 1;
  g_assert_nonnull (sotto_verifier_unwrap (verifier, wrap, n, false, on_done, &verdict));
  wait_for (&verdict, 2);
  g_assert_cmpint (memcmp (&verdict.key, &k, sizeof k), !=, 0);
}

static void
test_check (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  SottoVerifier *verifier = house->services.verifier;
  SottoKey h = { { 7 } };
  SottoKey other = { { 8 } };
  Verdict verdict = { 0 };
  char hash[SOTTO_BCRYPT_HASH_LEN + 1];

  sotto_verifier_hash (verifier, &h, 4, on_done, &verdict);
  wait_for (&verdict, 1);
  g_strlcpy (hash, verdict.hash, sizeof hash);
  g_assert_cmpuint (sotto_password_cost (hash), ==, 4);

  sotto_verifier_check (verifier, &h, hash, NULL, 4, false, on_done, &verdict);
  wait_for (&verdict, 2);
  g_assert_true (verdict.match);
  g_assert_cmpstr (verdict.hash, ==, "");

  /* The new hash is made only for who knew the old password. */
  sotto_verifier_check (verifier, &h, hash, &other, 5, false, on_done, &verdict);
  wait_for (&verdict, 3);
  g_assert_cmpuint (sotto_password_cost (verdict.hash), ==, 5);
  g_assert_true (sotto_password_verify (&other, verdict.hash));
  sotto_verifier_check (verifier, &other, hash, &other, 5, false, on_done, &verdict);
  wait_for (&verdict, 4);
  g_assert_false (verdict.match);
  g_assert_cmpstr (verdict.hash, ==, "");

  sotto_verifier_check (verifier, &h, NULL, &h, 4, false, on_done, &verdict);
  wait_for (&verdict, 5);
  g_assert_false (verdict.match);
}

/* Nobody's password costs what somebody's does: at cost 8 bcrypt is most of the time. */
static void
test_nobody_costs_the_same (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  SottoKey h = { { 7 } };
  Verdict verdict = { 0 };
  char hash[SOTTO_BCRYPT_HASH_LEN + 1];
  gint64 spent[2] = { G_MAXINT64, G_MAXINT64 };

  sotto_verifier_hash (house->services.verifier, &h, 8, on_done, &verdict);
  wait_for (&verdict, 1);
  g_strlcpy (hash, verdict.hash, sizeof hash);
  h.bytes[0] = 8;
  for (guint i = 0; i < 30; i++)
    {
      gint64 begun = g_get_monotonic_time ();

      sotto_verifier_check (house->services.verifier, &h, i % 2 == 0 ? hash : NULL, NULL, 8, false,
                            on_done, &verdict);
      wait_for (&verdict, i + 2);
      spent[i % 2] = MIN (spent[i % 2], g_get_monotonic_time () - begun);
    }
  g_test_message ("wrong password %d us, nobody's %d us", (int)spent[0], (int)spent[1]);
  g_assert_cmpint (spent[1] * 2, >, spent[0]);
  g_assert_cmpint (spent[0] * 2, >, spent[1]);
}

/* One queue, also when it is full: whether a name is there does not decide who is told BUSY. */
static void
test_nobody_waits_in_the_same_queue (void)
{
  static const char hash[] = "$2b$04$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  g_autoptr (TestHouse) house = test_house_new (NULL);
  SottoVerifier *verifier = house->services.verifier;
  SottoKey h = { { 7 } };
  Verdict verdict = { 0 };
  guint n = 0;

  while (sotto_verifier_check (verifier, &h, NULL, NULL, 12, false, on_done, &verdict) != NULL)
    g_assert_cmpuint (++n, <=, SOTTO_VERIFY_QUEUE_MAX + 10);
  g_assert_cmpuint (n, >=, SOTTO_VERIFY_QUEUE_MAX);
  g_assert_null (sotto_verifier_check (verifier, &h, hash, NULL, 12, false, on_done, &verdict));
}

static void
test_full_and_cancelled (void)
{
  g_autoptr (TestHouse) house = test_house_new (NULL);
  SottoVerifier *verifier = house->services.verifier;
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  SottoKey h = { { 7 } };
  Verdict verdict = { 0 };
  SottoVerifierJob *job;

  while ((job = sotto_verifier_hash (verifier, &h, 10, on_done, &verdict)) != NULL)
    {
      g_ptr_array_add (jobs, job);
      g_assert_cmpuint (jobs->len, <=, SOTTO_SIGNUP_QUEUE_MAX + 10);
    }
  g_assert_cmpuint (jobs->len, >=, SOTTO_SIGNUP_QUEUE_MAX);
  for (guint i = 0; i < jobs->len; i++)
    sotto_verifier_cancel (verifier, g_ptr_array_index (jobs, i));
  g_assert_cmpuint (sotto_verifier_waiting (verifier), ==, 0);
  sotto_verifier_check (verifier, &h, NULL, NULL, 4, false, on_done, &verdict);
  wait_for (&verdict, 1);
  g_assert_cmpuint (verdict.done, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/verifier/unwrap", test_unwrap);
  g_test_add_func ("/server/verifier/check", test_check);
  g_test_add_func ("/server/verifier/nobody-costs-the-same", test_nobody_costs_the_same);
  g_test_add_func ("/server/verifier/nobody-waits-in-the-same-queue",
                   test_nobody_waits_in_the_same_queue);
  g_test_add_func ("/server/verifier/full-and-cancelled", test_full_and_cancelled);
  return g_test_run ();
}
