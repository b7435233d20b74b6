// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The client without a face: composition root of session, roster, contacts, channels and outbox.
 * Runs on the thread-default main context; slow work (scrypt, files) goes to worker threads.
 * Everything it has to say comes as the signal "event" (const SottoEvent *), in order; everything
 * it is told is one of the functions below, which never block and never fail but by an event.
 */
#pragma once

#include "shared/client/config.h"
#include "shared/client/event.h"
#include "shared/client/history.h"
#include <gio/gio.h>

#define SOTTO_TYPE_ENGINE (sotto_engine_get_type ())
G_DECLARE_FINAL_TYPE (SottoEngine, sotto_engine, SOTTO, ENGINE, GObject)

typedef enum
{
  SOTTO_TRUST_ASK, /* SERVER_UNKNOWN is emitted and the engine waits for sotto_engine_trust */
  SOTTO_TRUST_PIN  /* first use is pinned and said in CONNECTED */
} SottoTrustPolicy;

typedef enum
{
  SOTTO_ENGINE_OFFLINE,    /* nothing asked yet, or refused, or given up */
  SOTTO_ENGINE_CONNECTING, /* TCP, HELLO, password hashing, LOGIN */
  SOTTO_ENGINE_READY,      /* authenticated */
  SOTTO_ENGINE_WAITING     /* lost; a reconnect is scheduled */
} SottoEngineState;

/* profile: a `name`; data_dir NULL = $XDG_DATA_HOME/sotto. */
SottoEngine *sotto_engine_new (const char *profile, const char *data_dir, SottoTrustPolicy trust);

/* Where to connect at the next auth or sign. certificate (path) may be NULL; with a join link its
 * fingerprint and realm are what the server must prove. false with SOTTO_ERROR_INVALID / _CRYPTO /
 * _IO when unusable. */
bool sotto_engine_set_server (SottoEngine *self,
                              const char *host,
                              uint16_t port,
                              const char *certificate_path,
                              GError **error);
bool sotto_engine_set_join_link (SottoEngine *self, const SottoJoinLink *link, GError **error);

/* Log in or sign up; ends in AUTHENTICATED, REFUSED or ERROR (unreachable, server_key, realm, io
 * …). A second call replaces a running attempt. The password is copied into wiped memory. invite
 * may be NULL. */
void sotto_engine_auth (SottoEngine *self, const char *username, const char *password);
void sotto_engine_sign (SottoEngine *self,
                        const char *username,
                        const char *password,
                        const char *invite);
void sotto_engine_trust (SottoEngine *self, bool accept);
void
sotto_engine_log_out (SottoEngine *self); /* BYE, closes channels, forgets keys; DISCONNECTED */
void sotto_engine_retry_now (SottoEngine *self); /* skips the wait before a reconnect */

void sotto_engine_list (SottoEngine *self); /* → USERS or ERROR */
/* → QUEUED (or ERROR self, too_big, bad_name without queueing), later SENT, DELIVERED, ERROR
 * offline. */
void sotto_engine_send (SottoEngine *self, const char *peer, const char *text);
/* What changes an earlier message: queued, sent and delivered like a message, with an id of its
 * own. ERROR not_found when there is no such target, or an EDIT or DELETE reaches for one of
 * theirs. */
void
sotto_engine_edit (SottoEngine *self, const char *peer, const SottoId *target, const char *text);
void sotto_engine_delete (SottoEngine *self, const char *peer, const SottoId *target);
void sotto_engine_react (SottoEngine *self,
                         const char *peer,
                         const SottoId *target,
                         const char *reaction); /* "" takes it back */
/* A person has seen this message of theirs and all before it; READ is sent unless marks are off. */
void sotto_engine_mark_read (SottoEngine *self, const char *peer, const SottoId *id);
void sotto_engine_set_typing (SottoEngine *self, const char *peer, bool active);
/* A person's wish: nobody hears of what was read, or of typing. Both are on at first. */
void sotto_engine_set_notices (SottoEngine *self, bool read_marks, bool typing);

/* Files: everything about them comes as FILE events; the first of an own one is OFFERED, or ERROR
 * (io, self, bad_name, not_authenticated) without one. */
void sotto_engine_offer_file (SottoEngine *self, const char *peer, const char *path);
void sotto_engine_accept_file (SottoEngine *self, const SottoId *id);
/* Theirs: declined, or cancelled once accepted. Own: cancelled. */
void sotto_engine_refuse_file (SottoEngine *self, const SottoId *id);
void sotto_engine_set_download_dir (SottoEngine *self, const char *path); /* NULL = the default */

/* → CHANNEL with the safety number and the state of the moment; or ERROR not_found when no key of
 * theirs is known. */
void sotto_engine_show_safety_number (SottoEngine *self, const char *peer);
/* number: 60 digits, blanks between do not matter. Equal: → CHANNEL, verified; a changed key is
 * accepted with it and what waits goes out. ERROR mismatch otherwise. */
void sotto_engine_verify (SottoEngine *self, const char *peer, const char *number);

/* Tries the peer's waiting messages again now (the window's Try Again). */
void sotto_engine_retry_message (SottoEngine *self, const char *peer, const SottoId *id);
void sotto_engine_change_password (SottoEngine *self,
                                   const char *old_password,
                                   const char *new_password);
void sotto_engine_delete_account (SottoEngine *self, const char *password); /* UNSIGN */

/* The newest `max` messages with a peer before a place, 0 = the newest of all: SottoHistoryRecord
 * *, newest first, and in this run's order with the events. Fails when not logged in, or with
 * SOTTO_ERROR_CORRUPT / _IO. */
void sotto_engine_load_messages_async (SottoEngine *self,
                                       const char *peer,
                                       uint64_t before,
                                       guint max,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer data);
GPtrArray *
sotto_engine_load_messages_finish (SottoEngine *self, GAsyncResult *result, GError **error);

SottoEngineState sotto_engine_get_state (SottoEngine *self);
const char *sotto_engine_get_username (SottoEngine *self); /* NULL before AUTHENTICATED */
gsize sotto_engine_get_outbox_size (SottoEngine *self);    /* messages not yet RECEIVED */
bool sotto_engine_is_online (SottoEngine *self, const char *username);
