// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * HELLO, LOGIN, RESUME, RESULT, FAIL, the ticket and the key schedule between them (PROTOCOL
 * section 3). Pure: keys, randomness (through SottoFernetNonce and the caller's key pairs) and time
 * are arguments. Decoders return the code that section 5 answers with.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/limits.h"
#include "shared/base/types.h"
#include "shared/crypto/fernet.h"
#include "shared/wire/frame.h"

typedef struct
{
  uint32_t features;
  uint8_t kid[SOTTO_KID_LEN];
  uint8_t nonce[SOTTO_NONCE_LEN];
  SottoKey ephemeral; /* Es */
  gsize n_realm;
  char realm[SOTTO_REALM_MAX + 1]; /* NUL-terminated; hashed as sent, 1..64 bytes of UTF-8 */
} SottoHello;

/* VERSION for another version, HANDSHAKE for anything else that is wrong. */
SottoCode sotto_hello_decode (const SottoFrame *frame, SottoHello *out);
void sotto_hello_append (GByteArray *out, const SottoHello *self);

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

/* VERSION, HANDSHAKE (sizes of the fields, base64 form of the token, low-order or reflected Ec, all
 * decided on public data). The caller compares kid, and wrap_len with its key. `own` is Es, for the
 * reflection. */
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

typedef struct
{
  SottoCode code;
  uint16_t retry_s;
  uint64_t sid;
  uint16_t udp_port;
  SottoAddr observed; /* of the TCP peer */
  gsize n_ticket;
  char ticket[256]; /* text form, NUL-terminated (204 characters today) */
  uint32_t ticket_life_s;
} SottoResult;

void sotto_result_append (GByteArray *out,
                          const SottoFernetKey *s_to_c,
                          const SottoResult *self,
                          const SottoFernetNonce *nonce);
SottoCode
sotto_result_open (const SottoFrame *frame, const SottoFernetKey *s_to_c, SottoResult *out);

void sotto_fail_append (GByteArray *out, SottoCode code, uint16_t retry_s);
/* PROTOCOL when the body is malformed or carries a code that FAIL may not. */
SottoCode sotto_fail_decode (const SottoFrame *frame, SottoCode *out_code, uint16_t *out_retry_s);

typedef struct
{
  SottoName name;
  uint32_t generation; /* ticket_gen */
  SottoKey resumption; /* RMS */
  uint64_t expiry;     /* unix seconds by the server's clock */
} SottoTicket;

/* TK of a slot; slot = unix seconds / SOTTO_TICKET_SLOT_S. */
void sotto_ticket_key (const SottoKey *server_secret, uint64_t slot, SottoKey *out);
/* Text form to out (256 bytes, NUL-terminated); returns its length. */
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
