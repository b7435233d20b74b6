// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Iterated, so that looking for another key with the same 30 digits costs 5,200 times more.
 */
#include "shared/crypto/safety-number.h"
#include "shared/base/limits.h"
#include "shared/base/secret.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/provider.h"
#include <string.h>

#define DIGEST_LEN   64
#define GROUPS       6
#define GROUP_BYTES  5
#define GROUP_DIGITS 5
#define HALF_DIGITS  (GROUPS * GROUP_DIGITS)

G_STATIC_ASSERT (HALF_DIGITS == SOTTO_SAFETY_HALF_LEN);

static void
sha512 (const SottoSpan *spans, gsize n_spans, uint8_t out[static DIGEST_LEN])
{
  EVP_MD_CTX *md = sotto_provider_md ();
  sotto_provider_must (EVP_DigestInit_ex2 (md, sotto_provider_sha512 (), NULL));
  for (gsize i = 0; i < n_spans; i++)
    sotto_provider_must (EVP_DigestUpdate (md, spans[i].data, spans[i].n));
  sotto_provider_must (EVP_DigestFinal_ex (md, out, NULL));
}

static void
write_group (const uint8_t *bytes, char *out)
{
  uint64_t value = 0;
  for (gsize i = 0; i < GROUP_BYTES; i++)
    value = value << 8 | bytes[i];
  value %= 100000;
  for (gsize i = GROUP_DIGITS; i > 0; i--, value /= 10)
    out[i - 1] = (char)('0' + value % 10);
}

void
sotto_safety_number_half (const SottoName *name,
                          const SottoKey *identity,
                          char out[static SOTTO_SAFETY_HALF_LEN + 1])
{
  static const uint8_t version[2];
  uint8_t h[DIGEST_LEN + SOTTO_KEY_LEN]; /* what is hashed again and again */
  const SottoSpan first[] = {
    SOTTO_SPAN (version, sizeof version),
    SOTTO_SPAN (identity->bytes, SOTTO_KEY_LEN),
    SOTTO_SPAN (name->str, strlen (name->str)),
    SOTTO_SPAN (identity->bytes, SOTTO_KEY_LEN),
  };
  const SottoSpan again[] = { SOTTO_SPAN (h, sizeof h) };

  memcpy (h + DIGEST_LEN, identity->bytes, SOTTO_KEY_LEN);
  sha512 (first, G_N_ELEMENTS (first), h);
  for (int i = 0; i < SOTTO_SAFETY_ITERATIONS; i++)
    sha512 (again, G_N_ELEMENTS (again), h);
  for (gsize k = 0; k < GROUPS; k++)
    write_group (h + GROUP_BYTES * k, out + GROUP_DIGITS * k);
  out[HALF_DIGITS] = '\0';
}

void
sotto_safety_number_join (const char *a, const char *b, char *out)
{
  char digits[2 * HALF_DIGITS + 1];
  bool in_order = strcmp (a, b) <= 0;
  memcpy (digits, in_order ? a : b, HALF_DIGITS);
  memcpy (digits + HALF_DIGITS, in_order ? b : a, HALF_DIGITS);
  for (gsize k = 0; k < 2 * GROUPS; k++, out += GROUP_DIGITS + 1)
    {
      memcpy (out, digits + GROUP_DIGITS * k, GROUP_DIGITS);
      out[GROUP_DIGITS] = ' ';
    }
  out[-1] = '\0';
}

void
sotto_safety_number (const SottoName *name_a,
                     const SottoKey *identity_a,
                     const SottoName *name_b,
                     const SottoKey *identity_b,
                     char *out)
{
  char a[HALF_DIGITS + 1], b[HALF_DIGITS + 1];

  sotto_safety_number_half (name_a, identity_a, a);
  sotto_safety_number_half (name_b, identity_b, b);
  sotto_safety_number_join (a, b, out);
}

/* Copies the digits of text to out; false when there is something else but blanks, or not 60. */
static bool
take_digits (const char *text, char out[static 2 * HALF_DIGITS])
{
  gsize n = 0;
  for (; *text != '\0'; text++)
    {
      if (g_ascii_isspace (*text))
        continue;
      if (!g_ascii_isdigit (*text) || n == 2 * HALF_DIGITS)
        return false;
      out[n++] = *text;
    }
  return n == 2 * HALF_DIGITS;
}

bool
sotto_safety_number_matches (const char *number, const char *typed)
{
  char ours[2 * HALF_DIGITS], theirs[2 * HALF_DIGITS];
  return take_digits (number, ours) && take_digits (typed, theirs)
         && sotto_secret_equal (ours, theirs, sizeof ours);
}
