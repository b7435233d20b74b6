// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The client without a face: composition root of session, roster, contacts, channels and outbox.
 * Runs on the thread-default main context; slow work (scrypt, files) goes to worker threads.
 * Everything it has to say comes as the signal "event" (const SottoEvent *), in order; everything
 * it is told is one of the functions below, which never block and never fail but by an event.
 */
#pragma once

#include "shared/client/config.h"
#include "shared/client/contact-prefs.h"
#include "shared/client/event.h"
#include "shared/client/export.h"
#include "shared/client/history.h"
#include <gio/gio.h>

/* Of all its sources: below GDK's redraw (G_PRIORITY_HIGH_IDLE + 20), so that a transfer never
 * freezes a window. While one runs, nothing lower has a turn. */
#define SOTTO_ENGINE_PRIORITY (G_PRIORITY_HIGH_IDLE + 30)

#define SOTTO_TYPE_ENGINE     (sotto_engine_get_type ())
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
/* From the next login on nobody learns our address: peers are reached by the relay alone. */
void sotto_engine_set_hidden (SottoEngine *self, bool hidden);
void sotto_engine_retry_now (SottoEngine *self); /* skips the wait before a reconnect */
/* The network changed, or the machine slept: a dead connection is found out in seconds. */
void sotto_engine_check_connection (SottoEngine *self);

void sotto_engine_list (SottoEngine *self); /* → USERS or ERROR */
/* → QUEUED (or ERROR self, too_big, bad_name without queueing), later SENT, DELIVERED, ERROR
 * offline. */
void sotto_engine_send (SottoEngine *self, const char *peer, const char *text);
/* What changes an earlier message: queued, sent and delivered like a message, with an id of its
 * own; QUEUED has the target too, and no EDITED, DELETED or REACTED comes for one's own. ERROR
 * not_found, its id that of the target, when there is no such target, it was deleted, or an EDIT or
 * DELETE reaches for one of theirs. */
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
/* What is no file yet: it becomes one of that name in the account's folder, for as long as it is
 * offered. */
void
sotto_engine_offer_bytes (SottoEngine *self, const char *peer, const char *name, GBytes *bytes);
void sotto_engine_accept_file (SottoEngine *self, const SottoId *id);
/* Theirs, accepted: no more of it is taken until it is accepted again, in this run or a later one;
 * what is here stays. The sender is told nothing, and held back. */
void sotto_engine_pause_file (SottoEngine *self, const SottoId *id);
/* Theirs: declined, or cancelled once accepted. Own: cancelled. */
void sotto_engine_refuse_file (SottoEngine *self, const SottoId *id);
void sotto_engine_set_download_dir (SottoEngine *self, const char *path); /* NULL = the default */
bool sotto_engine_is_receiving (SottoEngine *self); /* bytes of an accepted file, now */

/* → CHANNEL with the safety number and the state of the moment; or ERROR not_found when no key of
 * theirs is known. */
void sotto_engine_show_safety_number (SottoEngine *self, const char *peer);
/* number: 60 digits, blanks between do not matter. Equal: → CHANNEL, verified; a changed key is
 * accepted with it and what waits goes out. ERROR mismatch otherwise. */
void sotto_engine_verify (SottoEngine *self, const char *peer, const char *number);

/* --- What is known of a person (engine-contacts.c). Only while logged in. --- */

/* false when not logged in or not a name; *out of somebody nothing was settled about is all zero.
 */
bool sotto_engine_get_contact_prefs (SottoEngine *self, const char *peer, SottoContactPrefs *out);
/* In force at once and soon on the disk. ERROR not_authenticated, bad_name, self, usage (the alias
 * is too long or cannot be shown), quota, io. Blocking closes the channel; sending to somebody
 * blocked is ERROR unavailable and nothing is queued. */
void sotto_engine_set_contact_prefs (SottoEngine *self,
                                     const char *peer,
                                     const SottoContactPrefs *prefs);
/* Whose key is pinned or about whom something was settled, sorted. Free with g_strfreev. */
char **sotto_engine_dup_contacts (SottoEngine *self);

/* When somebody whose key is pinned or about whom something was settled was last here, unix ms, as
 * far as this device saw; 0 = never. Nobody else is told. Of who is here, when that was looked at
 * last. */
gint64 sotto_engine_get_last_seen (SottoEngine *self, const char *peer);

/* The popover of a conversation. */
typedef struct
{
  bool known; /* a key of theirs is pinned */
  bool verified;
  bool alarm;            /* another key was offered, and nobody has compared since */
  gint64 key_since_ms;   /* when this key was pinned, unix; 0 = before that was written down */
  gint64 key_changed_ms; /* when it took another one's place; 0 = never */
  bool open;             /* the rest is of the channel, and zero without one */
  bool relayed;
  bool own_relayed_only; /* we have no address of our own: UDP is blocked, or not bound yet */
  char peer_address[64]; /* "192.0.2.7:40000", "[2001:db8::7]:40000"; empty when relayed */
  char own_address[64];  /* as the server sees it; empty = not known */
  gint64 rtt_us;         /* smoothed; 0 = not measured yet */
  gint64 key_age_us;     /* since the keys in use were made */
  uint8_t epoch;         /* how often they were changed, mod 256 */
  uint64_t packets_sent, packets_lost, packets_received;
} SottoChannelInfo;
/* false when not logged in or not a name. */
bool sotto_engine_get_channel_info (SottoEngine *self, const char *peer, SottoChannelInfo *out);

/* --- The identity as a file (engine-identity-file.c, docs/identity-file.md) --- */

/* Writes identity key, pins and contact settings of the account that is logged in to a new file,
 * encrypted with the passphrase. SOTTO_ERROR_INVALID: not logged in, or an empty passphrase;
 * SOTTO_ERROR_IO: cannot be written, also when something is there already. */
void sotto_engine_export_identity_async (SottoEngine *self,
                                         const char *path,
                                         const char *passphrase,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer data);
bool sotto_engine_export_identity_finish (SottoEngine *self, GAsyncResult *result, GError **error);
/* Before the first login of that account in this profile. Afterwards that login goes on as the
 * device that wrote the file. When the account has another password by now than the passphrase,
 * log in with the same engine. Nothing is changed on an error: SOTTO_ERROR_LOCKED another
 * passphrase, _CORRUPT damaged or no such file at all, _INVALID the account is here already with
 * another identity or its server is pinned otherwise, _IN_USE that account is logged in, _IO. */
void sotto_engine_import_identity_async (SottoEngine *self,
                                         const char *path,
                                         const char *passphrase,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer data);
/* The name of the account, caller frees; out_server (may be NULL): its HOST:PORT, likewise. NULL on
 * an error. */
char *sotto_engine_import_identity_finish (SottoEngine *self,
                                           GAsyncResult *result,
                                           char **out_server,
                                           GError **error);

/* The password was reset by an administrator, or changed on another device, and what was kept here
 * under an earlier one is locked, not lost: it stays in its files, untouched. When that happens
 * ERROR password says so, after AUTHENTICATED. */
bool sotto_engine_has_locked_history (SottoEngine *self);

/* Whether this is the password of the account that is logged in, as this device knows it; asks no
 * server. false with SOTTO_ERROR_LOCKED: it is not; SOTTO_ERROR_INVALID: nobody is logged in. While
 * a change of it is unanswered both are right. The password is copied into wiped memory. */
void sotto_engine_check_password_async (SottoEngine *self,
                                        const char *password,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer data);
bool sotto_engine_check_password_finish (SottoEngine *self, GAsyncResult *result, GError **error);

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

/* To jump into a conversation, and to go on from there in either direction: the message of a place
 * with up to n_before older and n_after newer ones; SottoHistoryRecord *, newest first. */
void sotto_engine_load_messages_around_async (SottoEngine *self,
                                              const char *peer,
                                              uint64_t place,
                                              guint n_before,
                                              guint n_after,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer data);
GPtrArray *
sotto_engine_load_messages_around_finish (SottoEngine *self, GAsyncResult *result, GError **error);

/* Everybody with whom there are messages, the newest conversation first: SottoConversation *. */
void sotto_engine_load_conversations_async (SottoEngine *self,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer data);
GPtrArray *
sotto_engine_load_conversations_finish (SottoEngine *self, GAsyncResult *result, GError **error);

/* How many messages with a peer are kept here, files among them. */
void sotto_engine_count_messages_async (SottoEngine *self,
                                        const char *peer,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer data);
bool sotto_engine_count_messages_finish (SottoEngine *self,
                                         GAsyncResult *result,
                                         guint *out_n,
                                         GError **error);

/* Messages that hold the words of query next to each other, however they are capitalized: at most
 * max SottoHistoryRecord *, newest first; each has its peer, and its place to jump to. peer NULL =
 * in all conversations. */
void sotto_engine_search_async (SottoEngine *self,
                                const char *query,
                                const char *peer,
                                guint max,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data);
GPtrArray *sotto_engine_search_finish (SottoEngine *self, GAsyncResult *result, GError **error);

/* What stands in the entry and was not sent: kept, encrypted, from a second after it was told; ""
 * or NULL = nothing. Borrowed until the next call; NULL = none. Known from AUTHENTICATED on. */
void sotto_engine_set_draft (SottoEngine *self, const char *peer, const char *text);
const char *sotto_engine_get_draft (SottoEngine *self, const char *peer);

/* Messages older than this go, now and every hour; 0 = none ever does (so it is at first). To be
 * said at each start. What still waits for its receiver stays. → EXPIRED each time. */
void sotto_engine_set_retention_days (SottoEngine *self, guint days);
/* Nothing that was said is left here, drafts and what still waits included; peer NULL = with
 * anybody. Asks nothing and cannot be undone; the other side keeps theirs. */
void sotto_engine_forget_conversation (SottoEngine *self, const char *peer);

/* A whole conversation into a file, oldest first; what was there is replaced, but only when all of
 * it was written. */
void sotto_engine_export_async (SottoEngine *self,
                                const char *peer,
                                const char *path,
                                SottoExportFormat format,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data);
bool sotto_engine_export_finish (SottoEngine *self, GAsyncResult *result, GError **error);

SottoEngineState sotto_engine_get_state (SottoEngine *self);
const char *sotto_engine_get_username (SottoEngine *self); /* NULL before AUTHENTICATED */
gsize sotto_engine_get_outbox_size (SottoEngine *self);    /* messages not yet RECEIVED */
bool sotto_engine_is_online (SottoEngine *self, const char *username);
