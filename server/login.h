// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The server's side of a login as a pure machine: a frame or a result goes in, what to do next
 * comes out. It looks accounts up and asks admission, both in memory; it knows no socket, no thread
 * and no clock. Exists from HELLO to RESULT and holds all secrets of that time, wiped by free.
 */
#pragma once

#include "server/account.h"
#include "server/accounts.h"
#include "server/types.h"
#include "shared/wire/login.h"

typedef enum
{
  SOTTO_LOGIN_WAIT,   /* for more */
  SOTTO_LOGIN_CERT,   /* send the certificate */
  SOTTO_LOGIN_FAIL,   /* send FAIL with code and retry_s, close */
  SOTTO_LOGIN_UNWRAP, /* unwrap self->frame.wrap, then sotto_login_unwrapped */
  SOTTO_LOGIN_CHECK,  /* check self->body.h against self->hash, then sotto_login_checked */
  SOTTO_LOGIN_HASH,   /* hash self->body.h, then sotto_login_hashed */
  SOTTO_LOGIN_STORE,  /* make self->change, then sotto_login_stored */
  SOTTO_LOGIN_RESULT  /* send RESULT with code and retry_s; with OK the user is self->name */
} SottoLoginDo;

typedef struct
{
  SottoLoginDo what;
  SottoCode code;
  guint16 retry_s;
  bool penalty; /* the source broke the protocol */
} SottoLoginStep;

struct _SottoLogin
{
  const SottoServices *services;
  SottoEphemeral *ephemeral;
  SottoAddr from;
  bool gave_certificate;
  bool got_frame; /* LOGIN or RESUME: there is only one */
  GByteArray *hello;
  guint8 *bytes; /* copy of the frame that `frame` points into */
  SottoLoginFrame frame;
  SottoLoginBody body;
  SottoName name; /* unset while the body's name is none */
  SottoSessionKeys keys;
  bool has_keys;                        /* from here on the answer is a RESULT */
  bool must_store;                      /* False unless the change is durable */
  char hash[SOTTO_BCRYPT_HASH_LEN + 1]; /* empty: there is nobody to compare with */
  bool rehash;
  guint32 generation; /* of the account, for the ticket */
  SottoInvite invite; /* that a sign-up uses */
  SottoAccountChange change;
};

/* Greets: self->hello is the HELLO frame to send. */
SottoLogin *sotto_login_new (const SottoServices *services, const SottoAddr *from, gint64 now);
void sotto_login_free (SottoLogin *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoLogin, sotto_login_free)

SottoLoginStep sotto_login_frame (SottoLogin *self, const SottoFrame *frame, gint64 now);
SottoLoginStep sotto_login_unwrapped (SottoLogin *self, const SottoKey *k, gint64 now);
/* new_hash: made because self->rehash was set, or NULL. */
SottoLoginStep sotto_login_checked (SottoLogin *self, bool match, const char *new_hash, gint64 now);
SottoLoginStep sotto_login_hashed (SottoLogin *self, const char *hash);
SottoLoginStep sotto_login_stored (SottoLogin *self, SottoCode code, const SottoAccount *account);
/* A queue is full: the answer for what could not be started. */
SottoLoginStep sotto_login_busy (const SottoLogin *self);

/* Appends the RESULT frame. With OK also a ticket for the name; sid and udp_port as given. */
void sotto_login_append_result (const SottoLogin *self,
                                const SottoLoginStep *step,
                                guint64 sid,
                                guint64 unix_s,
                                GByteArray *out);
