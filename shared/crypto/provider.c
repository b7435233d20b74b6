// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The state of a thread is made at first use and freed as the thread ends; that of the process is
 * made once and stays.
 */
#include "shared/crypto/provider.h"
#include "shared/base/secret.h"
#include <openssl/rand.h>
#include <pthread.h>
#include <string.h>

#define IV_LEN  16
#define IV_POOL (64 * IV_LEN)

typedef struct
{
  EVP_MD *sha256;
  EVP_MD *sha512;
  EVP_CIPHER *aes;
  EVP_KDF *hkdf;
} Algorithms;

typedef struct
{
  EVP_MD_CTX *md;
  EVP_CIPHER_CTX *cipher;
  uint8_t ivs[IV_POOL];
  gsize n_left;   /* the pool is used from its end, and wiped as it is used */
  unsigned forks; /* as many as there were when it was filled */
} ThreadState;

/* Times that this process is a fork of another, which has the same pools. */
static unsigned forks;

static void
count_fork (void)
{
  forks++;
}

void
sotto_provider_must (bool succeeded)
{
  if (!succeeded)
    g_error ("OpenSSL has no memory or no entropy");
}

static const Algorithms *
get_algorithms (void)
{
  static Algorithms algorithms;
  static gsize made;
  if (g_once_init_enter (&made))
    {
      algorithms.sha256 = EVP_MD_fetch (NULL, "SHA256", NULL);
      algorithms.sha512 = EVP_MD_fetch (NULL, "SHA512", NULL);
      algorithms.aes = EVP_CIPHER_fetch (NULL, "AES-128-CBC", NULL);
      algorithms.hkdf = EVP_KDF_fetch (NULL, "HKDF", NULL);
      sotto_provider_must (algorithms.sha256 != NULL && algorithms.sha512 != NULL);
      sotto_provider_must (algorithms.aes != NULL && algorithms.hkdf != NULL);
      sotto_provider_must (pthread_atfork (NULL, NULL, count_fork) == 0);
      g_once_init_leave (&made, 1);
    }
  return &algorithms;
}

static void
thread_state_free (gpointer data)
{
  ThreadState *self = data;
  EVP_MD_CTX_free (self->md);
  EVP_CIPHER_CTX_free (self->cipher);
  sotto_secret_wipe (self, sizeof *self);
  g_free (self);
}

static ThreadState *
get_thread_state (void)
{
  static GPrivate key = G_PRIVATE_INIT (thread_state_free);
  ThreadState *self = g_private_get (&key);
  if (G_LIKELY (self != NULL))
    return self;
  self = g_new0 (ThreadState, 1);
  self->md = EVP_MD_CTX_new ();
  self->cipher = EVP_CIPHER_CTX_new ();
  sotto_provider_must (self->md != NULL && self->cipher != NULL);
  sotto_provider_must (
      EVP_CipherInit_ex2 (self->cipher, get_algorithms ()->aes, NULL, NULL, 1, NULL));
  sotto_provider_must (EVP_CIPHER_CTX_set_padding (self->cipher, 0));
  g_private_set (&key, self);
  return self;
}

const EVP_MD *
sotto_provider_sha256 (void)
{
  return get_algorithms ()->sha256;
}

const EVP_MD *
sotto_provider_sha512 (void)
{
  return get_algorithms ()->sha512;
}

EVP_KDF *
sotto_provider_hkdf (void)
{
  return get_algorithms ()->hkdf;
}

EVP_MD_CTX *
sotto_provider_md (void)
{
  return get_thread_state ()->md;
}

EVP_CIPHER_CTX *
sotto_provider_cipher (void)
{
  return get_thread_state ()->cipher;
}

void
sotto_provider_iv (uint8_t out[static 16])
{
  ThreadState *self = get_thread_state ();
  if (self->n_left == 0 || self->forks != forks)
    {
      sotto_provider_must (RAND_bytes (self->ivs, sizeof self->ivs) == 1);
      self->n_left = sizeof self->ivs;
      self->forks = forks;
    }
  self->n_left -= IV_LEN;
  memcpy (out, self->ivs + self->n_left, IV_LEN);
  sotto_secret_wipe (self->ivs + self->n_left, IV_LEN);
}
