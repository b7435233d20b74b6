// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The client's side of the control connection as one pure state machine: frames and time in, bytes
 * and events out. It checks what can be checked on this connection alone (kid, pinned fingerprint,
 * pinned realm, every record's counter); whether a new server is to be trusted is its owner's
 * decision, and until sotto_session_login nothing that depends on the password is asked for or
 * sent.
 *
 * Invariant: no LOGIN and no RESUME leaves before sotto_session_login / _resume was called for the
 * server that the event SERVER named.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/limits.h"
#include "shared/base/types.h"
#include "shared/client/binding.h"
#include "shared/crypto/envelope.h"
#include "shared/wire/login.h"
#include "shared/wire/record.h"

typedef struct _SottoSession SottoSession;

/* What makes the next connection possible without a password. */
typedef struct
{
  gsize n_text; /* 0 = none */
  char text[SOTTO_TICKET_TEXT_SIZE];
  SottoKey resumption; /* RMS */
  gint64 expires;      /* by our monotonic clock; the server's is what decides */
} SottoClientTicket;

typedef struct
{
  SottoName name;
  SottoPublicKey *server_key; /* known already, or NULL: GETCERT asks for it */
  bool has_fingerprint;       /* the key must be this one */
  SottoKey fingerprint;
  const char *realm; /* the realm must be this one; NULL = any */
  SottoRandom random;
  const SottoFernetNonce *nonce; /* of LOGIN's or RESUME's token, for vectors; else NULL */
} SottoSessionConfig;

typedef enum
{
  SOTTO_SESSION_HELLO,  /* waiting for HELLO */
  SOTTO_SESSION_CERT,   /* GETCERT sent */
  SOTTO_SESSION_SERVER, /* the server is known; the owner decides, then logs in or resumes */
  SOTTO_SESSION_RESULT, /* LOGIN or RESUME sent */
  SOTTO_SESSION_READY,
  SOTTO_SESSION_CLOSED
} SottoSessionState;

typedef enum
{
  SOTTO_SESSION_END_SERVER_KEY, /* not the key that was pinned or certified */
  SOTTO_SESSION_END_REALM,      /* not the realm that was pinned */
  SOTTO_SESSION_END_FAIL,       /* FAIL: in clear, so untrusted */
  SOTTO_SESSION_END_BROKEN,     /* not this protocol, or a record that is not authentic */
  SOTTO_SESSION_END_TIMEOUT,
  SOTTO_SESSION_END_BYE /* authenticated */
} SottoSessionEnd;

typedef enum
{
  SOTTO_SESSION_EVENT_NONE,
  SOTTO_SESSION_EVENT_SERVER, /* hello, key and fingerprint are known */
  SOTTO_SESSION_EVENT_RESULT, /* result; READY when its code is OK, else CLOSED */
  SOTTO_SESSION_EVENT_RECORD, /* in READY; PING and PONG are answered in here, BYE is CLOSED */
  SOTTO_SESSION_EVENT_CLOSED  /* end, code, retry_s */
} SottoSessionEventType;

/* What one call came to: a frame or a tick makes one event at most. Valid until the next call. */
typedef struct
{
  SottoSessionEventType type;
  SottoSessionEnd end;
  SottoCode code;
  uint16_t retry_s;
  SottoResult result;
  const SottoRecord *record;
} SottoSessionEvent;

SottoSession *sotto_session_new (const SottoSessionConfig *config, gint64 now);
void sotto_session_free (SottoSession *self); /* wipes all keys */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoSession, sotto_session_free)

/* In */
void sotto_session_frame (SottoSession *self,
                          const SottoFrame *frame,
                          gint64 now,
                          SottoSessionEvent *out);
void sotto_session_tick (SottoSession *self, gint64 now, SottoSessionEvent *out);
/* In state SERVER. */
void sotto_session_login (SottoSession *self,
                          SottoLoginOp op,
                          const SottoKey *h,
                          const SottoKey *identity,
                          const char *invite, /* NULL = none */
                          gint64 now);
void sotto_session_resume (SottoSession *self, const SottoClientTicket *ticket, gint64 now);
/* In READY: something says that the connection may be dead (another network, a sleep of which the
 * clock knows nothing). What does not answer a PING within SOTTO_SESSION_PROBE_WAIT is. */
void sotto_session_probe (SottoSession *self, gint64 now);
/* In READY; elsewhere nothing happens and false is returned. */
bool sotto_session_send (SottoSession *self, const SottoRecord *record);

/* Out: bytes for the connection since the last call; the array is the session's, the caller empties
 * it with g_byte_array_set_size (…, 0). */
GByteArray *sotto_session_get_output (SottoSession *self);
gint64 sotto_session_deadline (const SottoSession *self); /* G_MAXINT64 = none */

SottoSessionState sotto_session_get_state (const SottoSession *self);
const SottoHello *sotto_session_get_hello (const SottoSession *self);    /* from SERVER on */
SottoPublicKey *sotto_session_get_server_key (const SottoSession *self); /* from SERVER on */
void sotto_session_get_fingerprint (const SottoSession *self, SottoKey *out);
/* What CERT brought, for the next connection; NULL when the key was known. */
GBytes *sotto_session_get_certificate (const SottoSession *self);
/* In READY: the ticket of RESULT and its RMS. */
void sotto_session_get_ticket (const SottoSession *self, SottoClientTicket *out);

/* BIND and BOUND of this session; READY only, NULL before. */
SottoBinding *sotto_session_get_binding (SottoSession *self);
uint16_t sotto_session_get_udp_port (const SottoSession *self); /* 0 = the server has none */
