// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * HELLO. The version comes first and is judged first: what follows it is only known to be ours
 * then.
 */
#include "shared/wire/hello.h"

#include "shared/base/text.h"
#include "shared/crypto/agreement.h"
#include "shared/wire/layout.h"

#define HELLO_MAX (1 + 4 + SOTTO_KID_LEN + SOTTO_NONCE_LEN + SOTTO_KEY_LEN + 1 + SOTTO_REALM_MAX)

static void
lay_hello (SottoLayout *l, SottoHello *self)
{
  uint8_t n_realm = (uint8_t)self->n_realm;

  sotto_layout_u32 (l, &self->features);
  sotto_layout_copy (l, self->kid, sizeof self->kid);
  sotto_layout_copy (l, self->nonce, sizeof self->nonce);
  sotto_layout_key (l, &self->ephemeral);
  sotto_layout_lp_copy (l, &n_realm, self->realm, SOTTO_REALM_MAX);
  if (l->in != NULL)
    self->n_realm = n_realm;
}

SottoCode
sotto_hello_decode (const SottoFrame *frame, SottoHello *out)
{
  SottoReader in = SOTTO_READER (frame->body, frame->n_body);
  SottoHello hello = { 0 };
  uint8_t version = sotto_read_u8 (&in);

  if (!in.failed && version != SOTTO_PROTOCOL_VERSION)
    return SOTTO_VERSION_MISMATCH;
  lay_hello (SOTTO_LAYOUT_READ (&in), &hello);
  if (!sotto_reader_done (&in) || !sotto_text_is_valid (hello.realm, hello.n_realm)
      || sotto_agreement_is_low_order (&hello.ephemeral))
    return SOTTO_HANDSHAKE;

  *out = hello;
  return SOTTO_OK;
}

void
sotto_hello_append (GByteArray *out, const SottoHello *self)
{
  uint8_t body[HELLO_MAX];
  SottoWriter w = SOTTO_WRITER (body, sizeof body);

  sotto_write_u8 (&w, SOTTO_PROTOCOL_VERSION);
  lay_hello (SOTTO_LAYOUT_WRITE (&w), (SottoHello *)self);
  g_assert (!w.failed);
  sotto_frame_append (out, SOTTO_FRAME_HELLO, body, w.n);
}
