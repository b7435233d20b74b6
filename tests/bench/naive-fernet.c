// SPDX-License-Identifier: GPL-3.0-or-later
/* Nothing is kept between messages, but nothing is wasted on purpose either. */
#include "tests/bench/naive-fernet.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <string.h>
#include <time.h>

#define HEAD_LEN 25
#define MAC_LEN  32
#define HALF_LEN 16

static EVP_CIPHER *
fetch_cipher (void)
{
  return EVP_CIPHER_fetch (NULL, "AES-128-CBC", NULL);
}

static EVP_MAC *
fetch_mac (void)
{
  return EVP_MAC_fetch (NULL, "HMAC", NULL);
}

void
naive_fernet_init (NaiveFernet *self, const SottoKey *key, bool fetch_once)
{
  self->key = *key;
  self->cipher = fetch_once ? fetch_cipher () : NULL;
  self->mac = fetch_once ? fetch_mac () : NULL;
}

void
naive_fernet_clear (NaiveFernet *self)
{
  EVP_CIPHER_free (self->cipher);
  EVP_MAC_free (self->mac);
  memset (self, 0, sizeof *self);
}

static void
compute_mac (const NaiveFernet *self, const uint8_t *data, gsize n, uint8_t *out)
{
  EVP_MAC *mac = self->mac != NULL ? self->mac : fetch_mac ();
  EVP_MAC_CTX *context = EVP_MAC_CTX_new (mac);
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
    OSSL_PARAM_construct_end (),
  };
  gsize n_out = 0;
  if (!EVP_MAC_init (context, self->key.bytes, HALF_LEN, params)
      || !EVP_MAC_update (context, data, n) || !EVP_MAC_final (context, out, &n_out, MAC_LEN))
    g_error ("HMAC failed");
  EVP_MAC_CTX_free (context);
  if (mac != self->mac)
    EVP_MAC_free (mac);
}

static bool
run_cipher (const NaiveFernet *self,
            bool encrypt,
            const uint8_t *iv,
            const uint8_t *in,
            gsize n,
            uint8_t *out,
            gsize *out_n)
{
  EVP_CIPHER *cipher = self->cipher != NULL ? self->cipher : fetch_cipher ();
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  int n_most = 0, n_last = 0;
  bool done = EVP_CipherInit_ex2 (context, cipher, self->key.bytes + HALF_LEN, iv, encrypt, NULL)
              && EVP_CipherUpdate (context, out, &n_most, in, (int)n)
              && EVP_CipherFinal_ex (context, out + n_most, &n_last);
  *out_n = (gsize)(n_most + n_last);
  EVP_CIPHER_CTX_free (context);
  if (cipher != self->cipher)
    EVP_CIPHER_free (cipher);
  return done;
}

gsize
naive_fernet_seal_raw (const NaiveFernet *self, const uint8_t *plain, gsize n, uint8_t *out)
{
  uint64_t seconds = GUINT64_TO_BE ((uint64_t)time (NULL));
  gsize n_cipher = 0;
  out[0] = 0x80;
  memcpy (out + 1, &seconds, sizeof seconds);
  if (RAND_bytes (out + 9, 16) != 1
      || !run_cipher (self, true, out + 9, plain, n, out + HEAD_LEN, &n_cipher))
    g_error ("sealing failed");
  compute_mac (self, out, HEAD_LEN + n_cipher, out + HEAD_LEN + n_cipher);
  return HEAD_LEN + n_cipher + MAC_LEN;
}

bool
naive_fernet_open_raw (const NaiveFernet *self,
                       const uint8_t *token,
                       gsize n,
                       uint8_t *out,
                       gsize *out_n)
{
  uint8_t mac[MAC_LEN];
  if (n < HEAD_LEN + HALF_LEN + MAC_LEN || token[0] != 0x80)
    return false;
  compute_mac (self, token, n - MAC_LEN, mac);
  return CRYPTO_memcmp (mac, token + n - MAC_LEN, MAC_LEN) == 0
         && run_cipher (self, false, token + 9, token + HEAD_LEN, n - HEAD_LEN - MAC_LEN, out,
                        out_n);
}

/* OpenSSL knows only the other alphabet. */
static void
replace (char *text, gsize n, const char *from, const char *to)
{
  for (gsize i = 0; i < n; i++)
    text[i] = text[i] == from[0] ? to[0] : text[i] == from[1] ? to[1] : text[i];
}

gsize
naive_fernet_seal_text (const NaiveFernet *self, const uint8_t *plain, gsize n, char *out)
{
  g_autofree uint8_t *raw = g_malloc (n + HEAD_LEN + HALF_LEN + MAC_LEN);
  gsize n_raw = naive_fernet_seal_raw (self, plain, n, raw);
  gsize n_text = (gsize)EVP_EncodeBlock ((uint8_t *)out, raw, (int)n_raw);
  replace (out, n_text, "+/", "-_");
  return n_text;
}

bool
naive_fernet_open_text (const NaiveFernet *self,
                        const char *token,
                        gsize n,
                        uint8_t *out,
                        gsize *out_n)
{
  g_autofree char *text = g_memdup2 (token, n);
  g_autofree uint8_t *raw = g_malloc (n);
  replace (text, n, "-_", "+/");
  int n_raw = EVP_DecodeBlock (raw, (uint8_t *)text, (int)n);
  for (gsize i = n; n_raw > 0 && i > n - 2 && token[i - 1] == '='; i--)
    n_raw--;
  return n_raw > 0 && naive_fernet_open_raw (self, raw, (gsize)n_raw, out, out_n);
}
