// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the engine's files share. engine.c composes and emits, engine-login.c gets a connection up
 * and keeps it, engine-session.c speaks the records of a session, engine-account.c unlocks what is
 * here and engine-password.c changes the password, engine-peers.c has the channels,
 * engine-identity.c whose keys are whose, engine-contacts.c what was settled about them,
 * engine-seen.c when they were here, engine-remarks.c what stands in a conversation unsaid,
 * engine-messages.c what goes out through them, engine-inbox.c what comes, engine-history.c what of
 * it is kept.
 *
 * Order: everything that happens queues its events and marks what is to be flushed;
 * sotto_engine_settle runs once at the end of a turn and is the only place that writes and emits.
 * So a handler of "event" may call any function of engine.h: nothing is half done while it runs.
 */
#pragma once

#include "shared/base/clock.h"
#include "shared/base/secret.h"
#include "shared/client/contact.h"
#include "shared/client/contact-book.h"
#include "shared/client/engine.h"
#include "shared/client/folder.h"
#include "shared/client/halving.h"
#include "shared/client/history.h"
#include "shared/client/lane.h"
#include "shared/client/roster.h"
#include "shared/client/session.h"
#include "shared/client/store.h"
#include "shared/client/typing.h"
#include "shared/client/vault.h"
#include "shared/net/address-watch.h"
#include "shared/net/link.h"
#include "shared/net/port.h"

#define SOTTO_CODE_IO                "io"
#define SOTTO_CODE_UNREACHABLE       "unreachable"
#define SOTTO_CODE_SERVER_KEY        "server_key"
#define SOTTO_CODE_REALM             "realm"
#define SOTTO_CODE_NOT_AUTHENTICATED "not_authenticated"
#define SOTTO_CODE_PASSWORD          "password"
#define SOTTO_CODE_USAGE             "usage"
#define SOTTO_CODE_ALARM             "alarm"
#define SOTTO_CODE_MISMATCH          "mismatch"
#define SOTTO_CODE_NOT_FOUND         "not_found"

/* Where, and what it must prove. */
typedef struct
{
  char *host;
  uint16_t port;
  SottoPublicKey *certified; /* of the configured certificate */
  bool has_fingerprint;      /* of a join link or a certificate */
  SottoKey fingerprint;
  char *realm;  /* of a join link */
  char *invite; /* of a join link */
} SottoServer;

/* Who wants in, and what the server showed so far. Kept while logged in, for the next connection.
 */
typedef struct
{
  SottoLoginOp op;
  SottoName name;
  SottoSecret *password; /* until H and V are made */
  char *invite;
  bool has_h;
  SottoKey h;
  bool has_next; /* a password change was sent and not answered */
  SottoKey h_next;
  bool trying_next; /* this LOGIN is with h_next */
  SottoClientTicket ticket;
  bool no_ticket;  /* the next connection is a LOGIN */
  bool resuming;   /* this connection is a RESUME */
  bool has_server; /* the fingerprint is decided for this attempt */
  SottoKey fingerprint;
  SottoPublicKey *server_key;
  char *realm; /* once authenticated */
  bool first_use;
  bool waits_for_trust;
  bool authenticated; /* at least once: from then on a lost connection comes back */
} SottoLogin;

/* PASSWD or UNSIGN under way; one at a time, as the server wants it. */
typedef struct
{
  bool active;
  bool unsign;
  uint32_t req; /* 0 = not sent yet */
} SottoAccountChange;

/* What a worker of the engine does; the first member of what it does it with. */
typedef struct
{
  void (*work) (GTask *task, gpointer job);
} SottoJob;

/* A person compared; to be told once that is on the disk. */
typedef struct
{
  SottoName name;
  bool changed; /* it ended an alarm */
} SottoVerified;

/* What another person may know of us and we of them while it lasts. */
typedef struct
{
  SottoName name;
  bool has_shown;
  SottoId shown; /* the READ to be repeated on each channel */
  SottoTyping typing;
} SottoAttention;

struct _SottoEngine
{
  GObject parent_instance;

  SottoTrustPolicy trust;
  char *profile_path;
  const SottoClock *clock;
  SottoRandom random;
  SottoPoller *poller;
  SottoStore *store;
  GThreadPool *workers; /* of passwords; their GTasks */
  GSource *timer;
  GQueue events; /* SottoQueuedEvent */
  bool settling;
  GPtrArray *closing; /* links and connections to be freed at the end of the turn */

  SottoServer server;
  SottoLogin login;
  SottoEngineState state;
  GCancellable *cancellable; /* of what runs for this attempt */
  GSocketConnection *connection;
  SottoLink *link;
  SottoSession *session;
  guint failures; /* connections in a row */
  gint64 reconnect_at;
  bool leaving; /* the account was deleted: do not come back */

  SottoFolder *folder;
  SottoVault *vault;
  bool vault_is_new;
  bool has_locked;       /* this login made a vault beside one that it does not open */
  SottoName halved_name; /* whose half of all safety numbers own_half is, */
  SottoKey halved;       /* and of which key */
  char own_half[SOTTO_SAFETY_HALF_LEN + 1];
  SottoHalving *halving; /* theirs, of the last grant that needed it; NULL = none */
  bool has_import;       /* an identity was imported in this run, and not logged in with yet */
  SottoKey import_v;
  SottoContactBook *book;
  SottoHistory *history;
  bool history_runs;  /* once authenticated */
  guint n_queueing;   /* messages on their way into the outbox */
  bool no_read_marks; /* a person's wish: nobody hears of what was read */
  bool no_typing;
  GHashTable *readers;        /* name.str → SottoAttention */
  GHashTable *drafts;         /* name → text */
  GHashTable *changed_drafts; /* names: of what is to be written */
  gint64 drafts_at;           /* …then */
  guint retention_days;       /* 0 = for ever */
  gint64 expire_at;
  gint64 seen_at;         /* then it is looked at who is here, and written down */
  bool seen_anew;         /* something is to be */
  gint64 typing_deadline; /* none of theirs is earlier */
  GQueue pages;           /* GTasks of sotto_engine_load_messages_async, as their answers come */
  SottoAccountChange change;
  SottoKey change_h; /* of the old password, until PASSWD is sent and answered */

  SottoRoster *roster;
  bool roster_known; /* a listing of this session is complete */
  bool listing;
  bool listing_is_asked; /* the running one answers sotto_engine_list */
  bool list_wanted;
  uint32_t last_req;
  gint64 ask_not_before; /* the server said RATE */

  SottoPort *port;
  SottoAddressWatch *address_watch;
  gint64 session_began;
  bool hidden;          /* nobody is to learn our address */
  gsize turn_bytes;     /* of datagrams made in this turn */
  GHashTable *contacts; /* name.str → SottoContact */
  GHashTable *files;    /* SottoFile: transfers that are not over */
  GThreadPool *disk;    /* of their lanes */
  SottoLane *looks;     /* at what is to be offered */
  char *download_dir;   /* NULL = the default */
  GHashTable *lines;    /* uint64_t * → SottoLine */
  GQueue used_cids;     /* uint64_t *, newest last */
  GQueue verified;      /* SottoVerified *, as their writes come back */
  double grant_tokens;
  gint64 grant_refill;
};

static inline gint64
sotto_engine_now (SottoEngine *self)
{
  return sotto_clock_now (self->clock);
}

/* engine-events.c */
void sotto_engine_events_class_init (SottoEngineClass *klass);
void sotto_engine_emit_queued (SottoEngine *self); /* sotto_engine_settle alone */
void sotto_engine_drop_events (SottoEngine *self);
/* Logging out: what nobody was told yet is told after the next login. */
void sotto_engine_drop_messages (SottoEngine *self);
void sotto_engine_emit (SottoEngine *self, const SottoEvent *event); /* queues a copy */
const char *sotto_engine_get_own_half (SottoEngine *self);           /* of a safety number */
/* A CHANNEL with the safety number of ourselves and this key. */
void
sotto_engine_emit_numbered (SottoEngine *self, const SottoEvent *event, const SottoKey *identity);
void sotto_engine_emit_simple (SottoEngine *self, SottoEventType type, const SottoName *peer);
void
sotto_engine_emit_error (SottoEngine *self, const char *code, const char *text); /* text or NULL */
void sotto_engine_emit_message_error (SottoEngine *self,
                                      const char *code,
                                      const SottoName *to,
                                      const SottoId *id);
/* Once the handlers of all events before it returned, `id` of this peer is answered with RECEIVED;
 * place: of the message they were told of, 0 = of none. */
void sotto_engine_emit_answer (SottoEngine *self,
                               const SottoName *peer,
                               const SottoId *id,
                               uint64_t place);

/* engine.c */
void sotto_engine_wake (SottoEngine *self); /* a turn is to be settled soon */
void sotto_engine_settle (SottoEngine *self);
void sotto_engine_set_state (SottoEngine *self, SottoEngineState state, const char *why);

/* engine-addresses.c */
void sotto_engine_addresses_begin (SottoEngine *self); /* with a session */
const SottoAddr *sotto_engine_get_seen_address (SottoEngine *self);
void sotto_engine_seek_address (SottoEngine *self); /* it may have changed */
gint64 sotto_engine_placed_at (SottoEngine *self);  /* the server knows where we are, or will not */
/* When the peer is to hear where we are now; G_MAXINT64 = they know, or need not. */
gint64 sotto_engine_refresh_at (SottoEngine *self, const SottoContact *contact);

/* engine-connect.c */
void sotto_engine_connect (SottoEngine *self);
void sotto_engine_flush_session (SottoEngine *self);
void sotto_engine_drop_connection (SottoEngine *self);
void sotto_engine_closing_free (gpointer closing); /* a link and its connection, of `closing` */

/* engine-login.c */
void sotto_engine_begin (SottoEngine *self,
                         SottoLoginOp op,
                         const char *username,
                         const char *password,
                         const char *invite);
void sotto_engine_forget_login (SottoEngine *self); /* and account, contacts, channels */
void sotto_engine_lost (SottoEngine *self, const char *code, uint16_t retry_s);
void sotto_engine_give_up (SottoEngine *self, const char *code);
/* An ERROR after which nothing goes on; text NULL = the code's sentence. */
void sotto_engine_stop (SottoEngine *self, const char *code, const char *text);
void sotto_engine_on_session_event (SottoEngine *self, const SottoSessionEvent *event);

/* engine-account.c: the folder and its secrets */
void sotto_engine_work (gpointer task, gpointer unused); /* the workers' function */
void sotto_engine_run (SottoEngine *self,
                       SottoJob *take_job,
                       GDestroyNotify free_job,
                       GCancellable *cancellable,
                       GAsyncReadyCallback done,
                       gpointer data);
bool sotto_engine_derive (const SottoSecret *password,
                          const char *realm,
                          const SottoName *name,
                          SottoKey *out_h,
                          SottoKey *out_v,
                          GError **error);
void sotto_engine_unlock (SottoEngine *self);    /* → H, V and vault, then LOGIN */
bool sotto_engine_pin_realm (SottoEngine *self); /* after any RESULT to LOGIN; false = stopped */
bool sotto_engine_account_settle (SottoEngine *self); /* after RESULT 0; false = cannot be stored */
void sotto_engine_save_book (SottoEngine *self);
void sotto_engine_save_book_and (SottoEngine *self, SottoStoreFunc done);
void sotto_engine_tell_locked (SottoEngine *self);
void sotto_engine_save_vault (SottoEngine *self, SottoStoreFunc done);
void sotto_engine_saved (const GError *error, gpointer engine); /* says only what failed */
void sotto_engine_settle_passwords (SottoEngine *self);

/* engine-password.c */
void sotto_engine_change_answered (SottoEngine *self, SottoCode code);
void sotto_engine_change_lost (SottoEngine *self);

/* engine-session.c */
void sotto_engine_session_begin (SottoEngine *self);
void sotto_engine_on_record (SottoEngine *self, const SottoRecord *record);
bool sotto_engine_send_record (SottoEngine *self, const SottoRecord *record);
uint32_t sotto_engine_next_req (SottoEngine *self);
void sotto_engine_request_list (SottoEngine *self, bool asked);
/* No connection can be had: whoever waits for the list hears so. */
void sotto_engine_list_failed (SottoEngine *self);

/* engine-peers.c */
SottoContact *sotto_engine_get_contact (SottoEngine *self, const SottoName *name, bool make);
void sotto_engine_close_lines (SottoEngine *self, SottoCode code);
void sotto_engine_tick_lines (SottoEngine *self, gint64 now);
/* true when anything moved and more may: the turn is not full. */
bool sotto_engine_pump_lines (SottoEngine *self);
bool sotto_engine_turn_is_full (SottoEngine *self); /* the rest waits for the next */
void sotto_engine_reap_lines (SottoEngine *self);
gint64 sotto_engine_peers_deadline (SottoEngine *self);
SottoLine *sotto_engine_get_line (SottoEngine *self, uint64_t cid);
void sotto_engine_read_line (SottoEngine *self, SottoLine *line);
void sotto_engine_close_line (SottoEngine *self, SottoLine *line, SottoCode code);

void sotto_engine_replace_line (SottoEngine *self, SottoLine *line); /* NULL is fine */

/* engine-identity.c */
bool sotto_engine_in_alarm (SottoEngine *self, const SottoContact *contact);
void sotto_engine_emit_channel (SottoEngine *self,
                                SottoContact *contact,
                                SottoPeerChannelState state,
                                bool relayed);
/* anew: nobody was told of another key of theirs yet */
void sotto_engine_raise_alarm (SottoEngine *self, SottoContact *contact, bool anew);
void sotto_engine_tell_alarm (SottoEngine *self, SottoContact *contact);
void sotto_engine_tell_alarms (SottoEngine *self);
/* A first key is pinned. false when this is not the pinned one. */
bool sotto_engine_pin_identity (SottoEngine *self, SottoContact *contact, const SottoKey *identity);

/* engine-contacts.c */
bool sotto_engine_is_blocked (SottoEngine *self, const SottoName *name);
/* A person wants nothing kept of this conversation. */
bool sotto_engine_is_fleeting (SottoEngine *self, const SottoName *peer);

/* engine-grants.c */
void sotto_engine_on_grant (SottoEngine *self, const SottoGrant *grant);

/* engine-datagrams.c */
void sotto_engine_on_relay (SottoEngine *self, uint64_t cid, const uint8_t *datagram, gsize n);
void sotto_engine_on_relay_refused (SottoEngine *self, uint64_t cid, SottoCode code);
void sotto_engine_on_datagram (SottoPort *port,
                               const SottoAddr *from,
                               const uint8_t *datagram,
                               gsize n,
                               gpointer engine);
void sotto_engine_set_relay (SottoEngine *self, const SottoName *peer, bool available);

/* engine-history.c */
SottoHistory *
sotto_engine_open_history (const char *folder, const SottoVault *vault, GError **error);
bool sotto_engine_history_begin (SottoEngine *self, GError **error); /* the outbox is in place */
void sotto_engine_tell_untold (SottoEngine *self);
void sotto_engine_history_end (SottoEngine *self);
void sotto_engine_store_own (SottoEngine *self,
                             const SottoName *peer,
                             const SottoId *id,
                             const char *text);
void
sotto_engine_store_change (SottoEngine *self, const SottoName *peer, const SottoMessage *change);
void sotto_engine_store_theirs (SottoEngine *self, SottoLine *line, const SottoMessage *message);
void sotto_engine_store_seen (SottoEngine *self, SottoLine *line, const SottoId *id);

/* engine-changes.c */
/* NULL and the name, or the code of why nothing can be sent to them. */
const char *sotto_engine_refuse_peer (SottoEngine *self, const char *peer, SottoName *out_name);
const char *sotto_engine_refuse_text (const char *text, gsize n, gsize max);
/* Of a record that is shown: a TEXT or a change. */
SottoEventType sotto_engine_event_of (SottoMessageType kind);
void sotto_engine_read_change (const SottoMessage *change,
                               SottoId *out_target,
                               const char **out_text,
                               gsize *out_n);
GByteArray *sotto_engine_body_of_change (const SottoHistoryRecord *change);
/* An own change was stored: what still waits is sent with the new words. */
void sotto_engine_reword (SottoContact *contact, const SottoHistoryRecord *change);

/* engine-reading.c */
void sotto_engine_reading_begin (SottoEngine *self); /* the history is open */
void sotto_engine_reading_end (SottoEngine *self);
/* A channel opened: the last READ is repeated. */
void sotto_engine_repeat_read (SottoEngine *self, SottoContact *contact);
void sotto_engine_on_notice (SottoEngine *self, SottoContact *contact, SottoNotice notice);
/* Nobody types for ever, nor without a channel. */
void sotto_engine_stop_typing (SottoEngine *self, SottoContact *contact);
void sotto_engine_tick_reading (SottoEngine *self, gint64 now);

/* engine-remarks.c */
void sotto_engine_remark (SottoEngine *self, const SottoName *peer, SottoRemark remark);

/* engine-seen.c */
void sotto_engine_see (SottoEngine *self, const SottoName *name); /* they are here, or just left */
void sotto_engine_see_all (SottoEngine *self);                    /* whoever is here */
void sotto_engine_seen_end (SottoEngine *self);                   /* the book is about to go */
void sotto_engine_tick_seen (SottoEngine *self, gint64 now);

/* engine-keeping.c */
void sotto_engine_keeping_init (SottoEngine *self);
void sotto_engine_keeping_clear (SottoEngine *self);
void sotto_engine_keeping_begin (SottoEngine *self); /* the history is open */
void sotto_engine_keeping_end (SottoEngine *self);   /* …and about to be closed */
void sotto_engine_tick_keeping (SottoEngine *self, gint64 now);
gint64 sotto_engine_keeping_deadline (SottoEngine *self);

/* Stored: it waits for its receiver from now on. */
void sotto_engine_enter_outbox (SottoEngine *self, const SottoHistoryRecord *record);

/* engine-files.c */
void sotto_engine_files_init (SottoEngine *self);
void sotto_engine_files_begin (SottoEngine *self); /* the history is open */
void sotto_engine_tell_offers (SottoEngine *self);
void sotto_engine_files_end (SottoEngine *self);
void sotto_engine_files_free (SottoEngine *self);
const char *sotto_engine_get_download_dir (SottoEngine *self);
char *sotto_engine_path_of_partial (SottoEngine *self, uint64_t place);

/* engine-offers.c: records about files, and the streams of their bytes */
/* Gives it a stream; false when it is over and not to be sent. */
bool sotto_engine_prepare_offer (SottoEngine *self, SottoLine *line, SottoMessage *offer);
void sotto_engine_on_offer (SottoEngine *self, SottoLine *line, const SottoMessage *message);
void sotto_engine_on_accept (SottoEngine *self, SottoLine *line, const SottoMessage *message);
void sotto_engine_on_refuse (SottoEngine *self, SottoLine *line, const SottoMessage *message);
void sotto_engine_on_file_received (SottoEngine *self, const SottoName *peer, const SottoId *id);
void sotto_engine_on_stream (SottoEngine *self, SottoLine *line, const SottoChannelEvent *event);
/* A channel opened: they hear of what was cancelled meanwhile. */
void sotto_engine_tell_withdrawn (SottoEngine *self, const SottoName *peer);
void sotto_engine_cut_files (SottoEngine *self, const SottoLine *line); /* it is gone */

/* engine-inbox.c */
void sotto_engine_on_message (SottoLine *line, const SottoMessage *message, gpointer engine);
void
sotto_engine_answer (SottoEngine *self, const SottoName *peer, const SottoId *id, uint64_t place);

/* engine-messages.c */
void sotto_engine_ask_key (SottoEngine *self, SottoContact *contact);
void sotto_engine_deliver (SottoEngine *self, SottoContact *contact);
void sotto_engine_ask_keys (SottoEngine *self); /* for whoever is due */
gint64 sotto_engine_asks_at (SottoEngine *self, const SottoContact *contact); /* of one online */
void sotto_engine_asks_lost (SottoEngine *self); /* a new session: none of the old is answered */
void
sotto_engine_on_ask_refused (SottoEngine *self, uint32_t req, SottoCode code, uint16_t retry_s);
void sotto_engine_move (SottoEngine *self, SottoContact *contact); /* something is to be sent */
void sotto_engine_on_left (SottoEngine *self, SottoLine *line);
void sotto_engine_roster_settled (SottoEngine *self);
void sotto_engine_peer_came (SottoEngine *self, const SottoName *name, bool was_online);
void sotto_engine_peer_left (SottoEngine *self, const SottoName *name);
