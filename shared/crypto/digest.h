// SPDX-License-Identifier: GPL-3.0-or-later
/* SHA-256 of what comes bit by bit: a file that is too large to hold. One thread at a time. */
#pragma once

#include "shared/base/types.h"

typedef struct _SottoDigest SottoDigest;

SottoDigest *sotto_digest_new (void);
void sotto_digest_free (SottoDigest *self); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoDigest, sotto_digest_free)

void sotto_digest_update (SottoDigest *self, const void *data, gsize n);
/* Of all so far; more may follow. */
void sotto_digest_get (const SottoDigest *self, SottoKey *out);
void sotto_digest_restart (SottoDigest *self); /* as if it were new */
