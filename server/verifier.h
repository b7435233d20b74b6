// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The slow arithmetic of logins, off the loop: RSA unwrap and bcrypt. Bounded queues by priority; a
 * full one is an answer (BUSY), never a wait. A job holds copies of all it needs.
 */
#pragma once

#include "server/server-key.h"
#include "server/types.h"
#include "shared/base/limits.h"

typedef enum
{
  SOTTO_VERIFY_UNWRAP,   /* before anything is known; cheap, so first */
  SOTTO_VERIFY_PASSWORD, /* of any name: who waits longer, or is told BUSY first, tells nothing */
  SOTTO_VERIFY_SUSPECT,  /* both, for a source that failed just now: a flood waits behind people */
  SOTTO_VERIFY_SIGNUP
} SottoVerifyClass;

typedef struct _SottoVerifierJob SottoVerifierJob;
typedef void (*SottoVerifierFunc) (SottoVerifierJob *job, gpointer data);

SottoVerifier *sotto_verifier_new (const SottoServerKey *key, guint n_threads, GError **error);
void sotto_verifier_free (SottoVerifier *self);
void sotto_verifier_set_flush (SottoVerifier *self, void (*flush) (gpointer data), gpointer data);
guint sotto_verifier_waiting (const SottoVerifier *self);

/* suspect: the source failed lately. Each returns NULL when the queue is full. The job belongs to
 * the verifier: valid until `done` returned or it was cancelled. */
SottoVerifierJob *sotto_verifier_unwrap (SottoVerifier *self,
                                         const uint8_t *wrap,
                                         gsize n_wrap,
                                         bool suspect,
                                         SottoVerifierFunc done,
                                         gpointer data);
/* Compares h with hash; where it matches and new_h is not NULL also hashes that with cost. hash
 * NULL: nobody's, the same work for a certain no. */
SottoVerifierJob *sotto_verifier_check (SottoVerifier *self,
                                        const SottoKey *h,
                                        const char *hash,
                                        const SottoKey *new_h,
                                        guint cost,
                                        bool suspect,
                                        SottoVerifierFunc done,
                                        gpointer data);
/* Hashes only: sign-up. */
SottoVerifierJob *sotto_verifier_hash (SottoVerifier *self,
                                       const SottoKey *h,
                                       guint cost,
                                       SottoVerifierFunc done,
                                       gpointer data);
/* `done` will not be called. NULL is fine. */
void sotto_verifier_cancel (SottoVerifier *self, SottoVerifierJob *job);

/* Results, inside `done`. */
const SottoKey *sotto_verifier_job_get_key (const SottoVerifierJob *job); /* unwrap */
bool sotto_verifier_job_get_match (const SottoVerifierJob *job);          /* check */
/* NULL where none was made: no match, none wanted, or crypt failed. */
const char *sotto_verifier_job_get_hash (const SottoVerifierJob *job);
