// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/verifier.h"

#include "server/workers.h"
#include "shared/base/secret.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/password.h"
#include <string.h>

struct _SottoVerifierJob
{
  SottoWork work;         /* first */
  SottoVerifierFunc done; /* the loop's alone; NULL = cancelled */
  gpointer data;
  const SottoPrivateKey *private;
  gsize n_wrap;
  guint cost;
  bool nobody; /* there is no account: whatever the comparison says, it is no match */
  bool want_hash;
  bool match;
  SottoKey key; /* of the wrap, or H */
  SottoKey new_h;
  char hash[SOTTO_BCRYPT_HASH_LEN + 1];
  char new_hash[SOTTO_BCRYPT_HASH_LEN + 1];
  uint8_t wrap[SOTTO_WRAP_MAX];
};

struct _SottoVerifier
{
  const SottoServerKey *key;
  SottoWorkers *workers;
};

SottoVerifier *
sotto_verifier_new (const SottoServerKey *key, guint n_threads, GError **error)
{
  static const guint queue_max[SOTTO_WORK_PRIORITIES] = {
    [SOTTO_VERIFY_UNWRAP] = SOTTO_UNWRAP_QUEUE_MAX,
    [SOTTO_VERIFY_PASSWORD] = SOTTO_VERIFY_QUEUE_MAX,
    [SOTTO_VERIFY_SUSPECT] = SOTTO_VERIFY_QUEUE_MAX,
    [SOTTO_VERIFY_SIGNUP] = SOTTO_SIGNUP_QUEUE_MAX,
  };
  SottoWorkers *workers = sotto_workers_new (n_threads, queue_max, true, error);

  if (workers == NULL)
    return NULL;
  SottoVerifier *self = g_new0 (SottoVerifier, 1);
  self->key = key;
  self->workers = workers;
  return self;
}

void
sotto_verifier_free (SottoVerifier *self)
{
  if (self == NULL)
    return;
  sotto_workers_free (self->workers);
  g_free (self);
}

void
sotto_verifier_set_flush (SottoVerifier *self, void (*flush) (gpointer data), gpointer data)
{
  sotto_workers_set_flush (self->workers, flush, data);
}

guint
sotto_verifier_waiting (const SottoVerifier *self)
{
  return sotto_workers_waiting (self->workers);
}

/* ---- In a worker: only the job's own memory, and the immutable key ---- */

static void
run_unwrap (SottoWork *work)
{
  SottoVerifierJob *self = (SottoVerifierJob *)work;

  /* A failure leaves a random key: it will look like a bad MAC. */
  self->match = sotto_envelope_unwrap (self->private, self->wrap, self->n_wrap, &self->key);
}

static void
run_hash (SottoWork *work)
{
  SottoVerifierJob *self = (SottoVerifierJob *)work;

  if (!sotto_password_hash (&self->new_h, self->cost, sotto_random_system (), self->new_hash))
    self->new_hash[0] = '\0';
}

static void
run_check (SottoWork *work)
{
  SottoVerifierJob *self = (SottoVerifierJob *)work;

  self->match = sotto_password_verify (&self->key, self->hash) && !self->nobody;
  if (self->match && self->want_hash)
    run_hash (work);
}

/* ---- On the loop ---- */

static void
job_discard (SottoWork *work)
{
  sotto_secret_wipe (work, sizeof (SottoVerifierJob));
  g_free (work);
}

static void
job_done (SottoWork *work)
{
  SottoVerifierJob *self = (SottoVerifierJob *)work;

  if (self->done != NULL)
    self->done (self, self->data);
  job_discard (work);
}

static SottoVerifierJob *
job_new (void (*run) (SottoWork *work), SottoVerifierFunc done, gpointer data)
{
  SottoVerifierJob *self = g_new0 (SottoVerifierJob, 1);

  self->work.run = run;
  self->work.done = job_done;
  self->work.discard = job_discard;
  self->done = done;
  self->data = data;
  return self;
}

static SottoVerifierJob *
job_push (SottoVerifierJob *self, SottoVerifier *verifier, SottoVerifyClass class)
{
  if (sotto_workers_push (verifier->workers, &self->work, class))
    return self;
  job_discard (&self->work);
  return NULL;
}

SottoVerifierJob *
sotto_verifier_unwrap (SottoVerifier *self,
                       const uint8_t *wrap,
                       gsize n_wrap,
                       bool suspect,
                       SottoVerifierFunc done,
                       gpointer data)
{
  SottoVerifierJob *job = job_new (run_unwrap, done, data);

  g_assert (n_wrap <= sizeof job->wrap);
  job->private = self->key->private;
  job->n_wrap = n_wrap;
  memcpy (job->wrap, wrap, n_wrap);
  return job_push (job, self, suspect ? SOTTO_VERIFY_SUSPECT : SOTTO_VERIFY_UNWRAP);
}

SottoVerifierJob *
sotto_verifier_check (SottoVerifier *self,
                      const SottoKey *h,
                      const char *hash,
                      const SottoKey *new_h,
                      guint cost,
                      bool suspect,
                      SottoVerifierFunc done,
                      gpointer data)
{
  SottoVerifierJob *job = job_new (run_check, done, data);

  job->key = *h;
  job->cost = cost;
  job->nobody = hash == NULL;
  if (hash != NULL)
    g_strlcpy (job->hash, hash, sizeof job->hash);
  else /* a setting of the cost in use with a hash that no one has */
    g_snprintf (job->hash, sizeof job->hash,
                "$2b$%02u$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", cost);
  job->want_hash = new_h != NULL;
  if (new_h != NULL)
    job->new_h = *new_h;
  return job_push (job, self, suspect ? SOTTO_VERIFY_SUSPECT : SOTTO_VERIFY_PASSWORD);
}

SottoVerifierJob *
sotto_verifier_hash (SottoVerifier *self,
                     const SottoKey *h,
                     guint cost,
                     SottoVerifierFunc done,
                     gpointer data)
{
  SottoVerifierJob *job = job_new (run_hash, done, data);

  job->new_h = *h;
  job->cost = cost;
  return job_push (job, self, SOTTO_VERIFY_SIGNUP);
}

void
sotto_verifier_cancel (SottoVerifier *self, SottoVerifierJob *job)
{
  if (job == NULL)
    return;
  job->done = NULL;
  sotto_workers_remove (self->workers, &job->work);
}

const SottoKey *
sotto_verifier_job_get_key (const SottoVerifierJob *job)
{
  return &job->key;
}

bool
sotto_verifier_job_get_match (const SottoVerifierJob *job)
{
  return job->match;
}

const char *
sotto_verifier_job_get_hash (const SottoVerifierJob *job)
{
  return job->new_hash[0] != '\0' ? job->new_hash : NULL;
}
