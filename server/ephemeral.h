// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Es, the server's ephemeral X25519 pair: shared by the connections that were greeted with it,
 * replaced after SOTTO_HELLO_ROTATE, wiped when the last login that uses it is over, and at the
 * latest as long again after that.
 */
#pragma once

#include "server/types.h"
#include "shared/crypto/agreement.h"

struct _SottoEphemeral
{
  guint n_refs;
  gint64 made;
  SottoKey public;
  SottoAgreer *agreer; /* knows the secret */
};

/* The current pair, made anew when there is none or it is old; caller unrefs. */
SottoEphemerals *sotto_ephemerals_new (const SottoRandom *random);
void sotto_ephemerals_free (SottoEphemerals *self);
SottoEphemeral *sotto_ephemerals_get (SottoEphemerals *self, gint64 now);
/* Drops a pair that is due, so that it is not kept just because nobody comes. */
void sotto_ephemerals_expire (SottoEphemerals *self, gint64 now);

void sotto_ephemeral_unref (SottoEphemeral *self);
/* false once it is older than a HELLO may be. */
bool sotto_ephemeral_is_usable (const SottoEphemeral *self, gint64 now);
