// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * From a grant and four Diffie-Hellman results to traffic keys, and from one epoch to the next
 * (PROTOCOL section 4, "Peer keys" and "Rekey"). Pure functions; the caller wipes.
 */
#pragma once

#include "shared/base/types.h"
#include "shared/wire/record.h"

#define SOTTO_CONF_LEN 16

/* What both sides know before the handshake: B of the text. */
typedef struct
{
  uint64_t cid;
  SottoName name_i, name_r;
  SottoKey identity_i, identity_r;
} SottoPeerBinding;

typedef struct
{
  SottoKey k_ir, k_ri, chain;
} SottoTrafficKeys;

/* ee, i_i·e_r, e_i·i_r, i_i·i_r */
typedef struct
{
  SottoKey shared[4];
} SottoPeerSecrets;

void sotto_key_schedule_psks (const SottoPeerBinding *binding,
                              const SottoKey *kxy,
                              SottoKey *out_psk_i,
                              SottoKey *out_psk_r);
void sotto_key_schedule_transcript (const SottoPeerBinding *binding,
                                    const SottoKey *ephemeral_i,
                                    const SottoKey *ephemeral_r,
                                    SottoKey *out_th);
/* false (out wiped) when a result is all zero or a public key of our own came back. */
bool sotto_key_schedule_secrets (SottoRole role,
                                 const SottoKeyPair *identity,
                                 const SottoKeyPair *ephemeral,
                                 const SottoKey *peer_identity,
                                 const SottoKey *peer_ephemeral,
                                 SottoPeerSecrets *out);
void sotto_key_schedule_traffic (const SottoPeerSecrets *secrets,
                                 const SottoKey *kxy,
                                 const SottoKey *th,
                                 SottoTrafficKeys *out,
                                 uint8_t out_conf[static SOTTO_CONF_LEN]);
/* The next epoch's keys. ephemeral is ours, whichever role; false as above. */
bool sotto_key_schedule_rekey (SottoRole role,
                               const SottoKeyPair *ephemeral,
                               const SottoKey *peer_ephemeral,
                               const SottoKey *chain,
                               uint8_t new_epoch,
                               SottoTrafficKeys *out);
