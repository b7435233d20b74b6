// SPDX-License-Identifier: GPL-3.0-or-later
/* Which addresses of one user another may learn: PROTOCOL section 3, as one pure function. */
#pragma once

#include "server/types.h"
#include "shared/base/limits.h"
#include "shared/base/types.h"

/* Keeps of a client's own words what it may say: private addresses, or the IP it comes from. */
guint sotto_candidates_accept (const SottoAddr *declared,
                               guint n,
                               const SottoAddr *remote,
                               SottoAddr out[static SOTTO_ADDRESS_MAX]);
/* The owner's addresses for `receiver`. */
guint sotto_candidates_for (const SottoSession *owner,
                            const SottoSession *receiver,
                            SottoAddr out[static SOTTO_CANDIDATE_MAX]);
