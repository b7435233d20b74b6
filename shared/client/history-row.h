// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a row of the history looks like on the disk: a raw Fernet token under the data key, with the
 * row's identity inside, so that a row copied to another place does not open there. A peer is
 * looked up by a keyed hash of the name. Pure: bytes in, bytes out.
 */
#pragma once

#include "shared/client/history.h"
#include "shared/crypto/fernet.h"

#define SOTTO_HISTORY_TAG_LEN SOTTO_ID_LEN

typedef struct
{
  SottoFernetKey rows;
  SottoKey names; /* of the keyed hash */
} SottoHistoryKeys;

void sotto_history_keys_init (SottoHistoryKeys *self, const SottoKey *data_key);
void sotto_history_keys_clear (SottoHistoryKeys *self); /* wipes */

void sotto_history_tag_of (const SottoHistoryKeys *keys,
                           const SottoName *name,
                           uint8_t out[static SOTTO_HISTORY_TAG_LEN]);

/* All but peer and state: a place belongs to one peer, and a state changes often. */
GBytes *sotto_history_seal_record (const SottoHistoryKeys *keys, const SottoHistoryRecord *record);
/* The identity as the columns say it; NULL when the token is damaged or another row's. */
SottoHistoryRecord *sotto_history_open_record (const SottoHistoryKeys *keys,
                                               uint64_t place,
                                               bool own,
                                               const SottoId *id,
                                               const uint8_t *token,
                                               gsize n);

GBytes *
sotto_history_seal_peer (const SottoHistoryKeys *keys, uint64_t number, const SottoName *name);
bool sotto_history_open_peer (const SottoHistoryKeys *keys,
                              uint64_t number,
                              const uint8_t *token,
                              gsize n,
                              SottoName *out_name);

GBytes *sotto_history_seal_draft (const SottoHistoryKeys *keys, uint64_t number, const char *text);
char *sotto_history_open_draft (const SottoHistoryKeys *keys,
                                uint64_t number,
                                const uint8_t *token,
                                gsize n);

GBytes *sotto_history_seal_file (const SottoHistoryKeys *keys,
                                 uint64_t place,
                                 const uint8_t *body,
                                 gsize n);
/* Caller wipes and frees. */
uint8_t *sotto_history_open_file (const SottoHistoryKeys *keys,
                                  uint64_t place,
                                  const uint8_t *token,
                                  gsize n,
                                  gsize *out_n);

/* The file's own row: proves the data key. */
GBytes *sotto_history_seal_proof (const SottoHistoryKeys *keys);
bool sotto_history_is_proof (const SottoHistoryKeys *keys, const uint8_t *token, gsize n);
