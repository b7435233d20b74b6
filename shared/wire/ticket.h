// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tickets: what a server that keeps no state gives a client to RESUME with. Only the server reads
 * them; to a client they are text. Time is the server's and an argument.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/limits.h"
#include "shared/base/types.h"
#include "shared/crypto/fernet.h"

#define SOTTO_TICKET_TEXT_SIZE 256 /* a buffer for the text form and its NUL */

typedef struct
{
  SottoName name;
  uint32_t generation; /* ticket_gen */
  SottoKey resumption; /* RMS */
  uint64_t expiry;     /* unix seconds by the server's clock */
} SottoTicket;

/* TK of a slot; slot = unix seconds / SOTTO_TICKET_SLOT_S. */
void sotto_ticket_key (const SottoKey *server_secret, uint64_t slot, SottoKey *out);
/* Text form to out (SOTTO_TICKET_TEXT_SIZE bytes, NUL-terminated); returns its length. */
gsize sotto_ticket_seal (const SottoKey *server_secret,
                         uint64_t unix_s,
                         const SottoTicket *self,
                         const SottoFernetNonce *nonce,
                         char *out);
/* TICKET when it does not open under the current and two earlier slots, or is expired. */
SottoCode sotto_ticket_open (const SottoKey *server_secret,
                             uint64_t unix_s,
                             const char *text,
                             gsize n,
                             SottoTicket *out);
