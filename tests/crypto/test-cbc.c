// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/crypto/cbc.h"

#include "shared/crypto/provider.h"
#include <string.h>

#define MESSAGE_MAX (5 * SOTTO_CBC_BLOCK_LEN)

/* CBC as OpenSSL does it in a context made for the message. */
static void
reference (bool encrypt,
           const uint8_t *key,
           const uint8_t *iv,
           const uint8_t *in,
           gsize n,
           uint8_t *out)
{
  EVP_CIPHER *aes = EVP_CIPHER_fetch (NULL, "AES-128-CBC", NULL);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  int n_out = 0;
  g_assert_true (EVP_CipherInit_ex2 (context, aes, key, iv, encrypt, NULL));
  g_assert_true (EVP_CIPHER_CTX_set_padding (context, 0));
  g_assert_true (EVP_CipherUpdate (context, out, &n_out, in, (int)n));
  g_assert_cmpint (n_out, ==, (int)n);
  EVP_CIPHER_CTX_free (context);
  EVP_CIPHER_free (aes);
}

static void
fill (GRand *rand, uint8_t *bytes, gsize n)
{
  for (gsize i = 0; i < n; i++)
    bytes[i] = (uint8_t)g_rand_int (rand);
}

typedef struct
{
  SottoCbc encrypting, decrypting;
  EVP_CIPHER *aes;
  GRand *rand;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->aes = EVP_CIPHER_fetch (NULL, "AES-128-CBC", NULL);
  self->rand = g_rand_new_with_seed (3);
  sotto_cbc_init (&self->encrypting, self->aes, true);
  sotto_cbc_init (&self->decrypting, self->aes, false);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sotto_cbc_clear (&self->encrypting);
  sotto_cbc_clear (&self->decrypting);
  EVP_CIPHER_free (self->aes);
  g_rand_free (self->rand);
}

static void
check_message (Fixture *self, const uint8_t *key, const uint8_t *iv, gsize n)
{
  uint8_t plain[MESSAGE_MAX], want[MESSAGE_MAX], got[MESSAGE_MAX];
  fill (self->rand, plain, n);
  reference (true, key, iv, plain, n, want);
  memcpy (got, plain, n);
  sotto_cbc_encrypt (&self->encrypting, key, iv, got, n);
  g_assert_cmpmem (got, n, want, n);
  if (g_rand_boolean (self->rand))
    sotto_cbc_decrypt (&self->decrypting, key, iv, got, n, got);
  else
    {
      memset (got, 0, n);
      sotto_cbc_decrypt (&self->decrypting, key, iv, want, n, got);
    }
  g_assert_cmpmem (got, n, plain, n);
}

/* Each message as if it were the first, whatever came before it: other keys, the same one again,
 * one that was forgotten meanwhile. */
static void
test_messages (Fixture *self, gconstpointer data)
{
  uint8_t keys[3][SOTTO_CBC_KEY_LEN] = { 0 }, iv[SOTTO_CBC_BLOCK_LEN];
  fill (self->rand, keys[1], sizeof keys[1]); /* the first is all zeros */
  fill (self->rand, keys[2], sizeof keys[2]);
  for (int i = 0; i < 3000; i++)
    {
      const uint8_t *key = keys[g_rand_int_range (self->rand, 0, 3)];
      fill (self->rand, iv, sizeof iv);
      check_message (self, key, iv, (gsize)g_rand_int_range (self->rand, 1, 6) * sizeof iv);
      if (i % 7 == 0)
        sotto_cbc_forget (&self->encrypting, keys[g_rand_int_range (self->rand, 0, 3)]);
      if (i % 11 == 0)
        sotto_cbc_forget (&self->decrypting, key);
    }
}

static void
test_forget (Fixture *self, gconstpointer data)
{
  static const uint8_t zeros[SOTTO_CBC_KEY_LEN];
  static const uint8_t key[SOTTO_CBC_KEY_LEN] = { 1, 2, 3 }, other[SOTTO_CBC_KEY_LEN] = { 4 };
  uint8_t block[SOTTO_CBC_BLOCK_LEN] = { 0 };
  sotto_cbc_forget (&self->encrypting, zeros); /* nothing is set yet */
  sotto_cbc_encrypt (&self->encrypting, key, zeros, block, sizeof block);
  sotto_cbc_forget (&self->encrypting, other);
  g_assert_true (self->encrypting.has_key);
  g_assert_cmpmem (self->encrypting.key, sizeof key, key, sizeof key);
  sotto_cbc_forget (&self->encrypting, key);
  g_assert_false (self->encrypting.has_key);
  g_assert_cmpmem (self->encrypting.key, sizeof key, zeros, sizeof zeros);
  check_message (self, key, other, sizeof block);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/cbc/messages", Fixture, NULL, set_up, test_messages, tear_down);
  g_test_add ("/cbc/forget", Fixture, NULL, set_up, test_forget, tear_down);
  return g_test_run ();
}
