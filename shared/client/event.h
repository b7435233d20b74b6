// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the engine tells: one struct for the terminal's JSON lines and the window's models alike, so
 * that both show the same truth. Names are those of docs/architecture.md and the man page
 * (SURFACES: `--json` events).
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/types.h"
#include "shared/client/remark.h"

typedef enum
{
  SOTTO_EVENT_SERVER_UNKNOWN, /* fingerprint, server, port, realm: first use; answer
                                 sotto_engine_trust */
  SOTTO_EVENT_CONNECTED,      /* server, port, fingerprint, realm, first_use */
  SOTTO_EVENT_AUTHENTICATED,  /* peer = own username; also after each reconnect */
  SOTTO_EVENT_REFUSED,        /* code, text, retry_in_ms (0 = the server named no time): the answer
                                 to auth or sign */
  SOTTO_EVENT_USERS,          /* names, n_names: sorted, oneself included */
  SOTTO_EVENT_JOINED,         /* peer */
  SOTTO_EVENT_LEFT,           /* peer */
  SOTTO_EVENT_QUEUED,         /* peer = to, id, text, sent_ms; has_target: a change of target */
  SOTTO_EVENT_SENT,           /* peer = to, id: left in a packet */
  SOTTO_EVENT_DELIVERED,      /* peer = to, id: RECEIVED came */
  SOTTO_EVENT_READ,           /* peer = to, id */
  SOTTO_EVENT_MESSAGE,        /* peer = from, id, text, sent_ms. RECEIVED goes out when all handlers
                                 returned */
  SOTTO_EVENT_EDITED,         /* peer = from, id, target, text: TARGET reads so from now on */
  SOTTO_EVENT_DELETED,        /* peer = from, id, target */
  SOTTO_EVENT_REACTED,        /* peer = from, id, target, text: the reaction, empty = taken back */
  SOTTO_EVENT_TYPING,         /* peer = from, active */
  SOTTO_EVENT_CHANNEL,        /* peer, channel_state, relayed, verified, safety_number */
  SOTTO_EVENT_REMARK,         /* peer, id, remark, text: its sentence, sent_ms: it stands in the
                                 conversation from now on */
  SOTTO_EVENT_EXPIRED,        /* sent_ms: messages that were stored before then are not kept any
                                 more, but for what waits for its receiver */
  SOTTO_EVENT_FILE,           /* peer, id, file; code when it was REFUSED (SURFACES: `file`) */
  SOTTO_EVENT_PASSWORD_CHANGED,
  SOTTO_EVENT_ERROR,       /* error_code, text; has_id: peer = to, id */
  SOTTO_EVENT_DISCONNECTED /* error_code, retry_in_ms (-1 = will not retry) */
} SottoEventType;

typedef enum
{
  SOTTO_PEER_CHANNEL_OPEN,
  SOTTO_PEER_CHANNEL_CLOSED,
  SOTTO_PEER_CHANNEL_ALARM
} SottoPeerChannelState;

typedef enum
{
  SOTTO_FILE_OFFERED, /* theirs: waits for accept or refuse; own: in the outbox */
  SOTTO_FILE_MOVING,  /* done grows; at most four events a second and file */
  SOTTO_FILE_PAUSED,  /* theirs: by a person here, until it is accepted again */
  SOTTO_FILE_DONE,    /* whole, its SHA-256 right, at the receiver in its place */
  SOTTO_FILE_REFUSED  /* by either side, see code */
} SottoFileState;

typedef struct
{
  SottoFileState state;
  bool own;         /* we send it */
  const char *name; /* as the sender wrote it: display-safe, never a path */
  const char *media_type;
  uint64_t size, done; /* bytes */
  const char *path;    /* own: what is sent; theirs: where it lies, once DONE; else NULL */
} SottoFileInfo;

/* Borrowed during the signal; nothing in here is owned. Unused fields are zero. */
typedef struct
{
  SottoEventType type;
  SottoName peer;
  bool has_id;
  SottoId id;
  bool has_target;
  SottoId target;
  SottoFileInfo file;
  const char
      *text; /* MESSAGE: the text as sent; REFUSED, ERROR: a sentence for people (translated) */
  gint64 sent_ms;
  const char
      *code; /* REFUSED, ERROR, DISCONNECTED: "auth", "offline", "unreachable", … (SURFACES) */
  const char *server; /* host as configured */
  uint16_t port;
  const char *fingerprint; /* 64 hex digits */
  const char *realm;
  bool first_use;
  const char *const *names;
  gsize n_names;
  bool active;
  SottoRemark remark;
  SottoPeerChannelState channel_state;
  bool relayed;
  bool verified;
  const char *safety_number;
  gint64 retry_in_ms;
} SottoEvent;

/* A copy that owns what it points at. */
SottoEvent *sotto_event_copy (const SottoEvent *self);
void sotto_event_free (SottoEvent *self); /* NULL is fine */
