// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * LOGIN and RESUME, and the key schedule that they begin (PROTOCOL section 3); HELLO, RESULT and
 * the ticket come with it. Pure: keys, randomness (through SottoFernetNonce and the caller's key
 * pairs) and time are arguments. Decoders return the code that section 5 answers with.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/limits.h"
#include "shared/base/types.h"
#include "shared/crypto/fernet.h"
#include "shared/wire/frame.h"
#include "shared/wire/hello.h"
#include "shared/wire/result.h"
#include "shared/wire/ticket.h"

typedef enum
{
  SOTTO_LOGIN_AUTH = 1,
  SOTTO_LOGIN_SIGN = 2
} SottoLoginOp;

/* LOGIN or RESUME as received: public part, pointers into the frame. */
typedef struct
{
  bool resume;
  uint8_t kid[SOTTO_KID_LEN]; /* LOGIN only */
  SottoKey ephemeral;         /* Ec */
  const uint8_t *wrap;        /* LOGIN: RSA-OAEP; RESUME: the ticket text */
  gsize n_wrap;
  const char *token;
  gsize n_token;
  const uint8_t *frame; /* length field on */
  gsize n_head;         /* frame bytes up to the token: what T hashes */
} SottoLoginFrame;

/* VERSION, HANDSHAKE (sizes of the fields, base64 form of the token and the ticket, low-order or
 * reflected Ec, all decided on public data). The caller compares kid, and n_wrap with its key's.
 * `own` is Es, for the reflection. A ticket of whatever size is let through: it is the opener's to
 * refuse with TICKET, else a client with one of an older server would never fall back to LOGIN. */
SottoCode sotto_login_parse (const SottoFrame *frame, const SottoKey *own, SottoLoginFrame *out);

/* The private part of LOGIN. The name is as sent: it may be no `name` (RESULT BAD_NAME or AUTH). */
typedef struct
{
  SottoLoginOp op;
  uint32_t features;
  uint8_t n_name;
  char name[SOTTO_NAME_MAX + 1];
  SottoKey h;
  SottoKey identity;
  uint8_t n_invite;
  char invite[SOTTO_INVITE_MAX + 1];
} SottoLoginBody;

typedef struct
{
  uint32_t features;
  SottoName name;
} SottoResumeBody;

/* What both sides derive. Wipe with sotto_secret_wipe. */
typedef struct
{
  SottoKey t;  /* T */
  SottoKey k0; /* K0 */
  SottoKey s;  /* S: K of the wrap, or RMS of the ticket */
  SottoKey dh; /* X(Ec, Es) */
} SottoLoginKeys;

typedef struct
{
  SottoKey c_to_s;     /* K_cs */
  SottoKey s_to_c;     /* K_sc */
  SottoKey resumption; /* RMS */
  SottoKey udp_c_to_s; /* U_cs */
  SottoKey udp_s_to_c; /* U_sc */
} SottoSessionKeys;

void sotto_login_derive (const SottoKey *s,
                         const SottoKey *dh,
                         const uint8_t *hello_frame,
                         gsize n_hello,
                         const uint8_t *head,
                         gsize n_head,
                         bool resume,
                         SottoLoginKeys *out);
void sotto_login_session_keys (const SottoLoginKeys *keys,
                               const char *token,
                               gsize n_token,
                               SottoSessionKeys *out);

/* Client: appends a whole LOGIN or RESUME frame and gives both key sets. dh = X(ec, Es) and the
 * wrap are made by the caller. */
void sotto_login_append (GByteArray *out,
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
                         SottoSessionKeys *out_keys);
void sotto_resume_append (GByteArray *out,
                          const uint8_t *hello_frame,
                          gsize n_hello,
                          const SottoKey *ec_public,
                          const char *ticket,
                          gsize n_ticket,
                          const SottoKey *rms,
                          const SottoKey *dh,
                          const SottoResumeBody *body,
                          const SottoFernetNonce *nonce,
                          SottoSessionKeys *out_keys);

/* Server: opens the token under K0. HANDSHAKE on anything wrong. */
SottoCode
sotto_login_open (const SottoLoginFrame *frame, const SottoLoginKeys *keys, SottoLoginBody *out);
SottoCode
sotto_resume_open (const SottoLoginFrame *frame, const SottoLoginKeys *keys, SottoResumeBody *out);
