// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * LOGIN, RESUME and the key schedule. Parsing decides on public data alone and does it all before
 * any key is touched; opening fails in one way only, whatever was wrong inside.
 */
#include "shared/wire/login.h"

#include "shared/base/secret.h"
#include "shared/crypto/agreement.h"
#include "shared/wire/layout.h"
#include <string.h>

#define LOGIN_INFO   "sotto/1 login"
#define RESUME_INFO  "sotto/1 resume"
#define SESSION_INFO "sotto/1 session"

/* Of either token; opening one needs room for its text, sealing one for its padded body. */
#define TOKEN_MAX 512

void
sotto_login_derive (const SottoKey *s,
                    const SottoKey *dh,
                    const uint8_t *hello_frame,
                    gsize n_hello,
                    const uint8_t *head,
                    gsize n_head,
                    bool resume,
                    SottoLoginKeys *out)
{
  const SottoSpan seen[] = { SOTTO_SPAN (hello_frame, n_hello), SOTTO_SPAN (head, n_head) };
  const char *info = resume ? RESUME_INFO : LOGIN_INFO;
  SottoKey ikm[2] = { *s, *dh };

  out->s = *s;
  out->dh = *dh;
  sotto_sha256 (seen, G_N_ELEMENTS (seen), &out->t);
  sotto_hkdf (ikm, sizeof ikm, out->t.bytes, sizeof out->t.bytes, info, strlen (info),
              out->k0.bytes, sizeof out->k0.bytes);
  sotto_secret_wipe (ikm, sizeof ikm);
}

void
sotto_login_session_keys (const SottoLoginKeys *keys,
                          const char *token,
                          gsize n_token,
                          SottoSessionKeys *out)
{
  const SottoSpan seen[] = { SOTTO_SPAN (keys->t.bytes, sizeof keys->t.bytes),
                             SOTTO_SPAN (token, n_token) };
  SottoKey ikm[3] = { keys->s, keys->dh, keys->k0 };
  SottoKey made[5];
  SottoKey t2;

  sotto_sha256 (seen, G_N_ELEMENTS (seen), &t2);
  sotto_hkdf (ikm, sizeof ikm, t2.bytes, sizeof t2.bytes, SESSION_INFO, strlen (SESSION_INFO),
              made[0].bytes, sizeof made);
  out->c_to_s = made[0];
  out->s_to_c = made[1];
  out->resumption = made[2];
  out->udp_c_to_s = made[3];
  out->udp_s_to_c = made[4];
  sotto_secret_wipe (ikm, sizeof ikm);
  sotto_secret_wipe (made, sizeof made);
}

/* One spelling: what decodes strictly. Nothing of the wire is longer than a frame. */
static bool
is_canonical (const void *text, gsize n)
{
  uint8_t scratch[SOTTO_FRAME_TO_SERVER_MAX];
  gsize n_scratch;

  return n <= sizeof scratch && sotto_base64url_decode (text, n, scratch, &n_scratch);
}

static bool
sizes_fit (const SottoLoginFrame *self)
{
  if (self->resume)
    return self->n_token == sotto_fernet_text_len (SOTTO_RESUME_BODY_LEN)
           && is_canonical (self->wrap, self->n_wrap);
  return self->n_token == sotto_fernet_text_len (SOTTO_LOGIN_BODY_LEN)
         && self->n_wrap >= SOTTO_RSA_BITS_MIN / 8 && self->n_wrap <= SOTTO_WRAP_MAX;
}

SottoCode
sotto_login_parse (const SottoFrame *frame, const SottoKey *own, SottoLoginFrame *out)
{
  SottoReader in = SOTTO_READER (frame->body, frame->n_body);
  SottoLoginFrame login = { .resume = frame->type == SOTTO_FRAME_RESUME, .frame = frame->frame };
  uint8_t version = sotto_read_u8 (&in);

  if (frame->type != SOTTO_FRAME_LOGIN && frame->type != SOTTO_FRAME_RESUME)
    return SOTTO_PROTOCOL;
  if (!in.failed && version != SOTTO_PROTOCOL_VERSION)
    return SOTTO_VERSION_MISMATCH;
  if (!login.resume)
    sotto_read_copy (&in, login.kid, sizeof login.kid);
  sotto_read_key (&in, &login.ephemeral);
  login.n_wrap = sotto_read_u16 (&in);
  login.wrap = sotto_read_bytes (&in, login.n_wrap);
  if (in.failed)
    return SOTTO_HANDSHAKE;
  login.token = (const char *)in.data;
  login.n_token = in.n;
  login.n_head = frame->n_frame - in.n;

  if (!sizes_fit (&login) || !is_canonical (login.token, login.n_token)
      || sotto_agreement_is_low_order (&login.ephemeral)
      || sotto_agreement_is_same_point (&login.ephemeral, own))
    return SOTTO_HANDSHAKE;
  *out = login;
  return SOTTO_OK;
}

static void
lay_login_body (SottoLayout *l, SottoLoginBody *self)
{
  sotto_layout_enum (l, &self->op, SOTTO_LOGIN_AUTH, SOTTO_LOGIN_SIGN);
  sotto_layout_u32 (l, &self->features);
  sotto_layout_lp_copy (l, &self->n_name, self->name, SOTTO_NAME_MAX);
  sotto_layout_key (l, &self->h);
  sotto_layout_key (l, &self->identity);
  sotto_layout_lp_copy (l, &self->n_invite, self->invite, SOTTO_INVITE_MAX);
  sotto_layout_pad (l, SOTTO_LOGIN_BODY_LEN);
}

static void
lay_resume_body (SottoLayout *l, SottoResumeBody *self)
{
  sotto_layout_u32 (l, &self->features);
  sotto_layout_name (l, &self->name);
  sotto_layout_pad (l, SOTTO_RESUME_BODY_LEN);
}

/* The frame up to the token, its length already counting that. Returns where it begins in out. */
static guint
append_head (GByteArray *out,
             SottoFrameType type,
             const uint8_t *kid,
             const SottoKey *ec_public,
             const void *wrap,
             gsize n_wrap,
             gsize n_token)
{
  uint8_t head[SOTTO_FRAME_TO_SERVER_MAX];
  SottoWriter w = SOTTO_WRITER (head, sizeof head);
  gsize n_kid = kid != NULL ? SOTTO_KID_LEN : 0;
  guint start = out->len;

  sotto_write_u32 (&w, (uint32_t)(1 + 1 + n_kid + SOTTO_KEY_LEN + 2 + n_wrap + n_token));
  sotto_write_u8 (&w, (uint8_t)type);
  sotto_write_u8 (&w, SOTTO_PROTOCOL_VERSION);
  sotto_write_bytes (&w, kid, n_kid);
  sotto_write_key (&w, ec_public);
  sotto_write_lp16 (&w, wrap, n_wrap);
  g_assert (!w.failed);
  g_byte_array_append (out, head, (guint)w.n);
  return start;
}

/* Seals the body under K0, appends it, and goes on to the session's keys. */
static void
append_token (GByteArray *out,
              const SottoLoginKeys *keys,
              const uint8_t *body,
              gsize n_body,
              const SottoFernetNonce *nonce,
              SottoSessionKeys *out_keys)
{
  char token[TOKEN_MAX];
  gsize n_token = sotto_fernet_text_len (n_body);
  SottoFernetKey k0 = { 0 };

  g_assert (n_token <= sizeof token);
  sotto_fernet_key_init (&k0, &keys->k0);
  sotto_fernet_seal_text (&k0, nonce, body, n_body, token);
  sotto_fernet_key_clear (&k0);
  g_byte_array_append (out, (const uint8_t *)token, (guint)n_token);
  sotto_login_session_keys (keys, token, n_token, out_keys);
}

void
sotto_login_append (GByteArray *out,
                    const uint8_t *hello_frame,
                    gsize n_hello,
                    const uint8_t kid[static SOTTO_KID_LEN],
                    const SottoKey *ec_public,
                    const uint8_t *wrap,
                    gsize n_wrap,
                    const SottoKey *k,
                    const SottoKey *dh,
                    const SottoLoginBody *body,
                    const SottoFernetNonce *nonce,
                    SottoSessionKeys *out_keys)
{
  uint8_t plain[SOTTO_LOGIN_BODY_LEN];
  SottoWriter w = SOTTO_WRITER (plain, sizeof plain);
  gsize n_token = sotto_fernet_text_len (sizeof plain);
  guint start = append_head (out, SOTTO_FRAME_LOGIN, kid, ec_public, wrap, n_wrap, n_token);
  SottoLoginKeys keys;

  lay_login_body (SOTTO_LAYOUT_WRITE (&w), (SottoLoginBody *)body);
  g_assert (!w.failed);
  sotto_login_derive (k, dh, hello_frame, n_hello, out->data + start, out->len - start, false,
                      &keys);
  append_token (out, &keys, plain, sizeof plain, nonce, out_keys);
  sotto_secret_wipe (plain, sizeof plain);
  sotto_secret_wipe (&keys, sizeof keys);
}

void
sotto_resume_append (GByteArray *out,
                     const uint8_t *hello_frame,
                     gsize n_hello,
                     const SottoKey *ec_public,
                     const char *ticket,
                     gsize n_ticket,
                     const SottoKey *rms,
                     const SottoKey *dh,
                     const SottoResumeBody *body,
                     const SottoFernetNonce *nonce,
                     SottoSessionKeys *out_keys)
{
  uint8_t plain[SOTTO_RESUME_BODY_LEN];
  SottoWriter w = SOTTO_WRITER (plain, sizeof plain);
  gsize n_token = sotto_fernet_text_len (sizeof plain);
  guint start = append_head (out, SOTTO_FRAME_RESUME, NULL, ec_public, ticket, n_ticket, n_token);
  SottoLoginKeys keys;

  lay_resume_body (SOTTO_LAYOUT_WRITE (&w), (SottoResumeBody *)body);
  g_assert (!w.failed);
  sotto_login_derive (rms, dh, hello_frame, n_hello, out->data + start, out->len - start, true,
                      &keys);
  append_token (out, &keys, plain, sizeof plain, nonce, out_keys);
  sotto_secret_wipe (&keys, sizeof keys);
}

/* plain has room for TOKEN_MAX bytes; false unless the token opens to exactly n bytes. */
static bool
open_token (const SottoLoginFrame *frame, const SottoLoginKeys *keys, uint8_t *plain, gsize n)
{
  SottoFernetKey k0 = { 0 };
  gsize n_plain = 0;
  bool opened;

  if (frame->n_token > TOKEN_MAX)
    return false;
  sotto_fernet_key_init (&k0, &keys->k0);
  opened = sotto_fernet_open_text (&k0, frame->token, frame->n_token, plain, &n_plain);
  sotto_fernet_key_clear (&k0);
  return opened && n_plain == n;
}

SottoCode
sotto_login_open (const SottoLoginFrame *frame, const SottoLoginKeys *keys, SottoLoginBody *out)
{
  uint8_t plain[TOKEN_MAX];
  SottoReader in = SOTTO_READER (plain, SOTTO_LOGIN_BODY_LEN);
  SottoLoginBody body = { 0 };
  SottoCode code = SOTTO_HANDSHAKE;

  if (open_token (frame, keys, plain, SOTTO_LOGIN_BODY_LEN))
    {
      lay_login_body (SOTTO_LAYOUT_READ (&in), &body);
      if (sotto_reader_done (&in))
        {
          *out = body;
          code = SOTTO_OK;
        }
    }
  sotto_secret_wipe (plain, sizeof plain);
  sotto_secret_wipe (&body, sizeof body);
  return code;
}

SottoCode
sotto_resume_open (const SottoLoginFrame *frame, const SottoLoginKeys *keys, SottoResumeBody *out)
{
  uint8_t plain[TOKEN_MAX];
  SottoReader in = SOTTO_READER (plain, SOTTO_RESUME_BODY_LEN);
  SottoResumeBody body = { 0 };

  if (!open_token (frame, keys, plain, SOTTO_RESUME_BODY_LEN))
    return SOTTO_HANDSHAKE;
  lay_resume_body (SOTTO_LAYOUT_READ (&in), &body);
  if (!sotto_reader_done (&in))
    return SOTTO_HANDSHAKE;
  *out = body;
  return SOTTO_OK;
}
