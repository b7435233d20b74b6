// SPDX-License-Identifier: GPL-3.0-or-later
/* A context of its own, unlike those of the thread: it lives from one call to the next. */
#include "shared/crypto/digest.h"

#include "shared/crypto/provider.h"

struct _SottoDigest
{
  EVP_MD_CTX *md;
};

SottoDigest *
sotto_digest_new (void)
{
  SottoDigest *self = g_new0 (SottoDigest, 1);

  self->md = EVP_MD_CTX_new ();
  sotto_provider_must (self->md != NULL);
  sotto_digest_restart (self);
  return self;
}

void
sotto_digest_free (SottoDigest *self)
{
  if (self == NULL)
    return;
  EVP_MD_CTX_free (self->md);
  g_free (self);
}

void
sotto_digest_update (SottoDigest *self, const void *data, gsize n)
{
  sotto_provider_must (EVP_DigestUpdate (self->md, data, n));
}

void
sotto_digest_get (const SottoDigest *self, SottoKey *out)
{
  EVP_MD_CTX *md = sotto_provider_md ();

  sotto_provider_must (EVP_MD_CTX_copy_ex (md, self->md)
                       && EVP_DigestFinal_ex (md, out->bytes, NULL));
}

void
sotto_digest_restart (SottoDigest *self)
{
  sotto_provider_must (EVP_DigestInit_ex2 (self->md, sotto_provider_sha256 (), NULL));
}
