// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * RESULT, sealed and hence believed, and FAIL, in clear and hence not: the two ways a handshake
 * ends (PROTOCOL section 3).
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/types.h"
#include "shared/crypto/fernet.h"
#include "shared/wire/frame.h"
#include "shared/wire/ticket.h"

typedef struct
{
  SottoCode code;
  uint16_t retry_s;
  uint64_t sid;
  uint16_t udp_port;
  SottoAddr observed; /* of the TCP peer */
  gsize n_ticket;
  char ticket[SOTTO_TICKET_TEXT_SIZE]; /* text form, NUL-terminated (204 characters today) */
  uint32_t ticket_life_s;
} SottoResult;

/* With a code other than OK only code and retry_s are looked at, and set. */
void sotto_result_append (GByteArray *out,
                          const SottoFernetKey *s_to_c,
                          const SottoResult *self,
                          const SottoFernetNonce *nonce);
/* HANDSHAKE on anything but the server's one valid answer. */
SottoCode
sotto_result_open (const SottoFrame *frame, const SottoFernetKey *s_to_c, SottoResult *out);

void sotto_fail_append (GByteArray *out, SottoCode code, uint16_t retry_s);
/* PROTOCOL when the body is malformed or carries a code that FAIL may not. */
SottoCode sotto_fail_decode (const SottoFrame *frame, SottoCode *out_code, uint16_t *out_retry_s);
