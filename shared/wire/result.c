// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * RESULT is the first record of the server's direction: counter 0 and type 04 stand before it as
 * before any record, and it has one size whatever it says. FAIL is three bytes that prove nothing.
 */
#include "shared/wire/result.h"

#include "shared/base/limits.h"
#include "shared/wire/layout.h"

#define FAIL_BODY_LEN 3
#define TOKEN_MAX     1024 /* text of SOTTO_RESULT_BODY_LEN bytes is 760 */

/* PROTOCOL section 3: what may be said without having proved who says it. */
static const uint32_t fail_codes =
    1u << SOTTO_BUSY | 1u << SOTTO_RATE | 1u << SOTTO_VERSION_MISMATCH | 1u << SOTTO_HANDSHAKE
    | 1u << SOTTO_PROTOCOL | 1u << SOTTO_TOO_BIG | 1u << SOTTO_TIMEOUT | 1u << SOTTO_UNAVAILABLE
    | 1u << SOTTO_SHUTDOWN | 1u << SOTTO_TICKET;

static void
lay_ticket_text (SottoLayout *l, SottoResult *self)
{
  uint16_t n = (uint16_t)self->n_ticket;

  sotto_layout_u16 (l, &n);
  sotto_layout_check (l, n < sizeof self->ticket);
  if (l->in != NULL && l->in->failed)
    n = 0;
  sotto_layout_copy (l, self->ticket, n);
  if (l->in == NULL)
    return;
  self->n_ticket = n;
  self->ticket[n] = '\0';
}

static void
lay_result (SottoLayout *l, SottoResult *self)
{
  uint64_t counter = 0;

  sotto_layout_u64 (l, &counter);
  sotto_layout_check (l, counter == 0);
  sotto_layout_constant (l, SOTTO_FRAME_RESULT);
  sotto_layout_enum (l, &self->code, SOTTO_OK, SOTTO_CODE_MAX);
  sotto_layout_u16 (l, &self->retry_s);
  if (self->code == SOTTO_OK)
    {
      sotto_layout_u64 (l, &self->sid);
      sotto_layout_u16 (l, &self->udp_port);
      sotto_layout_addr (l, &self->observed);
      lay_ticket_text (l, self);
      sotto_layout_u32 (l, &self->ticket_life_s);
    }
  sotto_layout_pad (l, SOTTO_RESULT_BODY_LEN);
}

void
sotto_result_append (GByteArray *out,
                     const SottoFernetKey *s_to_c,
                     const SottoResult *self,
                     const SottoFernetNonce *nonce)
{
  uint8_t plain[SOTTO_RESULT_BODY_LEN];
  char token[TOKEN_MAX];
  SottoWriter w = SOTTO_WRITER (plain, sizeof plain);
  gsize n_token = sotto_fernet_text_len (sizeof plain);

  lay_result (SOTTO_LAYOUT_WRITE (&w), (SottoResult *)self);
  g_assert (!w.failed && n_token <= sizeof token);
  sotto_fernet_seal_text (s_to_c, nonce, plain, sizeof plain, token);
  sotto_frame_append (out, SOTTO_FRAME_RESULT, token, n_token);
}

SottoCode
sotto_result_open (const SottoFrame *frame, const SottoFernetKey *s_to_c, SottoResult *out)
{
  uint8_t plain[TOKEN_MAX];
  SottoReader in = SOTTO_READER (plain, SOTTO_RESULT_BODY_LEN);
  SottoResult result = { 0 };
  gsize n_plain = 0;

  if (frame->type != SOTTO_FRAME_RESULT
      || frame->n_body != sotto_fernet_text_len (SOTTO_RESULT_BODY_LEN))
    return SOTTO_HANDSHAKE;
  if (!sotto_fernet_open_text (s_to_c, (const char *)frame->body, frame->n_body, plain, &n_plain)
      || n_plain != SOTTO_RESULT_BODY_LEN)
    return SOTTO_HANDSHAKE;
  lay_result (SOTTO_LAYOUT_READ (&in), &result);
  if (!sotto_reader_done (&in))
    return SOTTO_HANDSHAKE;
  *out = result;
  return SOTTO_OK;
}

static bool
is_fail_code (unsigned code)
{
  return code <= SOTTO_CODE_MAX && (fail_codes >> code & 1) != 0;
}

void
sotto_fail_append (GByteArray *out, SottoCode code, uint16_t retry_s)
{
  uint8_t body[FAIL_BODY_LEN];
  SottoWriter w = SOTTO_WRITER (body, sizeof body);

  g_assert (is_fail_code (code));
  sotto_write_u8 (&w, (uint8_t)code);
  sotto_write_u16 (&w, retry_s);
  sotto_frame_append (out, SOTTO_FRAME_FAIL, body, w.n);
}

SottoCode
sotto_fail_decode (const SottoFrame *frame, SottoCode *out_code, uint16_t *out_retry_s)
{
  SottoReader in = SOTTO_READER (frame->body, frame->n_body);
  unsigned code = sotto_read_u8 (&in);
  uint16_t retry_s = sotto_read_u16 (&in);

  if (frame->type != SOTTO_FRAME_FAIL || !sotto_reader_done (&in) || !is_fail_code (code))
    return SOTTO_PROTOCOL;
  *out_code = (SottoCode)code;
  *out_retry_s = retry_s;
  return SOTTO_OK;
}
