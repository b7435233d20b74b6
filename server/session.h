// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One connection's life, from HELLO to the last word: GREETED → WORKING (on a login) → READY →
 * CLOSING. Pure but for the parts handed in by services: no socket, no thread, no clock of its own.
 * Small, because there are tens of thousands: what only a login needs lives in SottoLogin, what
 * only a running account change needs in its operation.
 */
#pragma once

#include "server/bucket.h"
#include "server/login.h"
#include "server/services.h"
#include "server/verifier.h"
#include "server/wheel.h"
#include "shared/wire/record.h"

typedef enum
{
  SOTTO_SESSION_GREETED,
  SOTTO_SESSION_WORKING,
  SOTTO_SESSION_READY,
  SOTTO_SESSION_CLOSING /* nothing is read or answered any more */
} SottoSessionState;

typedef struct
{
  uint8_t *plain; /* borrowed */
  gsize n;
} SottoEncodedRecord;

typedef struct _SottoAccountOperation SottoAccountOperation;
typedef struct _SottoRelayRefusals SottoRelayRefusals;

struct _SottoSession
{
  const SottoServices *services;
  SottoTimer timer;
  SottoSessionState state;
  bool registered; /* in the registry, which says so */
  SottoName name;  /* of who is READY */
  SottoSealer outgoing;
  bool counted; /* among the unauthenticated */
  bool working; /* counted among the logins under way of its source */
  bool pinged;  /* since the last frame */
  bool paused;  /* reading is off until resume_at */
  SottoAddr remote;
  gint64 started;
  gint64 last_received;
  gint64 resume_at;
  SottoLogin *login;
  SottoVerifierJob *job;
  SottoAccountOperation *operation; /* PASSWD, IDENTITY or UNSIGN: one at a time */

  /* From READY on */
  guint64 sid;
  SottoSealer incoming;
  SottoKey udp_c_to_s;
  SottoKey udp_s_to_c;
  guint64 bind_counter; /* of the last BIND; means nothing while none came */
  SottoAddr bound;      /* source of the last BIND, family 0 = none */
  guint8 n_declared;
  SottoAddr declared[SOTTO_ADDRESS_MAX];
  SottoBucket records;
  SottoBucket relay;
  SottoRelayRefusals *relay_refusals; /* NULL for who relays rightly */
};

/* Zeroed memory becomes a session; sends HELLO, or FAIL when refusal is a code. */
void sotto_session_init (SottoSession *self,
                         const SottoServices *services,
                         const SottoAddr *remote,
                         gint64 now);
void sotto_session_start (SottoSession *self, gint64 now);
void sotto_session_refuse (SottoSession *self, SottoCode code, guint16 retry_s, gint64 now);
/* Lets go of everything; tells nobody. */
void sotto_session_clear (SottoSession *self);

/* Events of the connection. */
void sotto_session_frame (SottoSession *self, const SottoFrame *frame, gint64 now);
void sotto_session_broken (SottoSession *self, SottoCode code, gint64 now);
void sotto_session_lost (SottoSession *self, gint64 now);

/* What other parts do with a session. */
void sotto_session_send (SottoSession *self, const SottoRecord *record);
/* The same records to many, which are encoded once, with whatever counter: sealed into `out`, which
 * gets nothing for a session that is not READY, and written at once. What was sealed is written
 * before anything else is said to the session. */
void sotto_session_seal (SottoSession *self,
                         const SottoEncodedRecord *records,
                         guint n,
                         GByteArray *out);
void sotto_session_write (SottoSession *self, const uint8_t *bytes, gsize n);
void sotto_session_ok (SottoSession *self, guint32 req);
void sotto_session_error (SottoSession *self, guint32 req, SottoCode code, guint16 retry_s);
/* The last word, by state: BYE or FAIL. Then closes. */
void sotto_session_bye (SottoSession *self, SottoCode code);
/* The client said BYE: closes without another word. */
void sotto_session_hang_up (SottoSession *self);
