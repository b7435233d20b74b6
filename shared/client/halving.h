// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Half a safety number, made on a thread of its own: it takes a millisecond or two, in which a
 * handshake comes far.
 */
#pragma once

#include "shared/crypto/safety-number.h"

typedef struct _SottoHalving SottoHalving;

SottoHalving *sotto_halving_new (const SottoName *name, const SottoKey *identity);
bool
sotto_halving_is_of (const SottoHalving *self, const SottoName *name, const SottoKey *identity);
bool sotto_halving_is_done (const SottoHalving *self); /* finishing will not wait */
/* Waits for what is left to do. out: the half, or NULL; self may be NULL then. */
void sotto_halving_finish (SottoHalving *self, char *out);
