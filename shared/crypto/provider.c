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
} Algorithms;

typedef struct
{
  EVP_MD_CTX *md;
  SottoCbc cbc[2]; /* decrypting, encrypting */
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
      sotto_provider_must (algorithms.sha256 != NULL && algorithms.sha512 != NULL);
      sotto_provider_must (algorithms.aes != NULL);
      sotto_provider_must (pthread_atfork (NULL, NULL, count_fork) == 0);
      g_once_init_leave (&made, 1);
    }
  return &algorithms;
}

static _Thread_local ThreadState *thread_state; /* NULL until first use; a GPrivate frees it */

static void
thread_state_free (gpointer data)
{
  ThreadState *self = data;
  thread_state = NULL; /* another destructor of the thread may still seal */
  EVP_MD_CTX_free (self->md);
  for (int encrypt = 0; encrypt < 2; encrypt++)
    sotto_cbc_clear (&self->cbc[encrypt]);
  sotto_secret_wipe (self, sizeof *self);
  g_free (self);
}

static ThreadState *
make_thread_state (void)
{
  static GPrivate owner = G_PRIVATE_INIT (thread_state_free);
  ThreadState *self = g_new0 (ThreadState, 1);
  self->md = EVP_MD_CTX_new ();
  sotto_provider_must (self->md != NULL);
  for (int encrypt = 0; encrypt < 2; encrypt++)
    sotto_cbc_init (&self->cbc[encrypt], get_algorithms ()->aes, encrypt);
  g_private_set (&owner, self);
  thread_state = self;
  return self;
}

static ThreadState *
get_thread_state (void)
{
  return G_LIKELY (thread_state != NULL) ? thread_state : make_thread_state ();
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

EVP_MD_CTX *
sotto_provider_md (void)
{
  return get_thread_state ()->md;
}

SottoCbc *
sotto_provider_cbc (bool encrypt)
{
  return &get_thread_state ()->cbc[encrypt];
}

void
sotto_provider_forget_cbc (const uint8_t key[static SOTTO_CBC_KEY_LEN])
{
  for (int encrypt = 0; thread_state != NULL && encrypt < 2; encrypt++)
    sotto_cbc_forget (&thread_state->cbc[encrypt], key);
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
