// SPDX-License-Identifier: GPL-3.0-or-later
/* In pieces or at once: the same hash. */
#undef G_DISABLE_ASSERT
#include "shared/crypto/digest.h"

#include "shared/crypto/agreement.h"

static void
assert_is (const SottoDigest *digest, const void *data, gsize n)
{
  SottoSpan span = SOTTO_SPAN (data, n);
  SottoKey expected, got;

  sotto_sha256 (&span, 1, &expected);
  sotto_digest_get (digest, &got);
  g_assert_cmpmem (&got, sizeof got, &expected, sizeof expected);
}

static void
test_pieces (void)
{
  g_autoptr (SottoDigest) digest = sotto_digest_new ();
  g_autofree uint8_t *data = g_malloc (100 * 1000);

  for (gsize i = 0; i < 100 * 1000; i++)
    data[i] = (uint8_t)(i * 7 + i / 251);
  assert_is (digest, "", 0);
  for (gsize at = 0; at < 100 * 1000; at += 1000)
    {
      sotto_digest_update (digest, data + at, 1000);
      assert_is (digest, data, at + 1000); /* asking for it ends nothing */
    }
  sotto_digest_restart (digest);
  assert_is (digest, "", 0);
  sotto_digest_update (digest, data, 63);
  assert_is (digest, data, 63);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/digest/pieces", test_pieces);
  return g_test_run ();
}
