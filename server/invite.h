// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One invite: lets a number of people sign up until a day. Its code is given away and not kept; an
 * invite knows the code's digest, and the first characters of it, its id, by which it is listed and
 * revoked.
 */
#pragma once

#include "shared/base/json.h"
#include "shared/base/limits.h"
#include "shared/base/types.h"
#include "shared/crypto/agreement.h"

/* `ID-SECRET`, 5 bits a character: 30 that tell invites apart and 100 that nobody guesses. */
#define SOTTO_INVITE_ID_LEN   6
#define SOTTO_INVITE_CODE_LEN 27

G_STATIC_ASSERT (SOTTO_INVITE_CODE_LEN <= SOTTO_INVITE_MAX);

typedef struct
{
  char id[SOTTO_INVITE_ID_LEN + 1]; /* empty: none */
  SottoKey digest;                  /* SHA-256 of the code */
  guint32 uses;                     /* left */
  gint64 created;                   /* unix seconds, by the server's wall clock */
  gint64 expires;
} SottoInvite;

/* Draws a code; sets id and digest. */
void sotto_invite_make (SottoInvite *self,
                        const SottoRandom *random,
                        char out_code[static SOTTO_INVITE_CODE_LEN + 1]);
/* Id and digest of a code that somebody shows; false when it cannot be one. */
bool sotto_invite_from_code (SottoInvite *self, const char *code, gsize n);
bool sotto_invite_id_is_valid (const char *id);

/* `"id": {…}`, without an end. */
void sotto_invite_append_json (const SottoInvite *self, GString *out);
/* false and *out_reason (static text) when the member is not an invite. */
bool
sotto_invite_from_json (SottoInvite *self, const char *id, JsonNode *node, const char **out_reason);
