// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What outlives the program: the outbox, the ids that came, and the conversations. One worker owns
 * the database; requests go in by a queue, and all that wait at a time share one commit. An answer
 * means that it is on the disk. Knows no channel and no event.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/types.h"
#include "shared/wire/message.h"

#define SOTTO_HISTORY_FILE     "history"
#define SOTTO_HISTORY_PAGE_MAX 500 /* messages of one sotto_history_page */

/* The numbers are those of the disk. */
typedef enum
{
  SOTTO_HISTORY_QUEUED = 1,
  SOTTO_HISTORY_DELIVERED = 2,
  SOTTO_HISTORY_READ = 3,
  SOTTO_HISTORY_CAME = 4,      /* theirs */
  SOTTO_HISTORY_WITHDRAWN = 5, /* theirs, deleted: nobody has to read it */
  SOTTO_HISTORY_REMARKED = 6   /* nobody's: a remark */
} SottoHistoryState;

/* Of an offer of a file. The numbers are those of the disk. */
typedef enum
{
  SOTTO_HISTORY_FILE_OFFERED = 1,
  SOTTO_HISTORY_FILE_ACCEPTED = 2,  /* theirs */
  SOTTO_HISTORY_FILE_PLACING = 3,   /* theirs: whole, on its way to its path */
  SOTTO_HISTORY_FILE_WITHDRAWN = 4, /* own: cancelled, and they have not heard of it */
  SOTTO_HISTORY_FILE_DONE = 5,
  SOTTO_HISTORY_FILE_REFUSED = 6
} SottoHistoryFileState;

typedef struct
{
  SottoHistoryFileState state;
  SottoRefuseCode code; /* of REFUSED */
  uint64_t size;
  gint64 changed_ns; /* own: its mtime when it was offered */
  char *name;        /* as the sender wrote it */
  char *media_type;
  char *path; /* own: what is sent; theirs: where it is or will be put; may be NULL or "" */
} SottoHistoryFile;

SottoHistoryFile *sotto_history_file_copy (const SottoHistoryFile *self);
void sotto_history_file_free (SottoHistoryFile *self); /* NULL is fine */

/* One record between us and a peer. Of a conversation it comes as it is now: with all changes. */
typedef struct
{
  SottoName peer;
  SottoId id;
  bool own;
  SottoMessageType kind; /* or a SottoRemark, without a text */
  SottoId target;        /* of an EDIT, DELETE or REACT */
  SottoHistoryState state;
  uint64_t place; /* grows with each record of a peer; given by the store, never 0 */
  uint64_t sent_ms;
  uint64_t stored_ms;
  bool fleeting; /* a person wants none of it kept: as long as it takes, and no longer */
  bool edited;
  bool deleted;                              /* then nothing else of it is left */
  char reaction_own[SOTTO_REACTION_MAX + 1]; /* "" = none */
  char reaction_theirs[SOTTO_REACTION_MAX + 1];
  SottoHistoryFile *file; /* of a FILE_OFFER, whose text in a conversation is its name */
  gsize n;
  char text[]; /* n bytes and NUL: a TEXT's words, of other kinds what is to be sent */
} SottoHistoryRecord;

/* An EDIT, a DELETE or a REACT: such a record has a target. */
bool sotto_history_is_change (SottoMessageType kind);

SottoHistoryRecord *sotto_history_record_new (const char *text, gsize n); /* the rest is zero */
void sotto_history_record_free (gpointer record);                         /* wipes; NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoHistoryRecord, sotto_history_record_free)

/* A conversation as a list of them shows it. */
typedef struct
{
  SottoName peer;
  SottoHistoryRecord *last;
  uint64_t last_ms; /* when it was stored here */
  guint n_unread;   /* theirs, after what sotto_engine_mark_read was told last */
} SottoConversation;

void sotto_conversation_free (gpointer conversation); /* NULL is fine */

typedef enum
{
  SOTTO_HISTORY_OP_QUEUE, /* → record; is_new: false when a change has no target: it was not done */
  SOTTO_HISTORY_OP_DELIVERED, /* → record: peer and id */
  SOTTO_HISTORY_OP_SEEN, /* → record: peer and id; is_new: a message of ours was not seen yet */
  SOTTO_HISTORY_OP_RECEIVE, /* → record; is_new: false when its id came before; place 0: of no
                               message that is kept, or a change without a target */
  SOTTO_HISTORY_OP_WORK,    /* no answer of this kind: see history-work.h */
  SOTTO_HISTORY_OP_PAGE     /* → record: peer; page: SottoHistoryRecord *, newest first */
} SottoHistoryOp;

/* Borrowed during the call. error: QUEUE and PAGE only; then nothing of the request was done. The
 * others are tried again until they are done. */
typedef struct
{
  SottoHistoryOp op;
  SottoHistoryRecord *record;
  bool is_new;
  GPtrArray *page;
  const GError *error;
} SottoHistoryResult;

/* Answers come in the order of the requests, a PAGE after all that share its commit. */
typedef struct
{
  void (*answer) (const SottoHistoryResult *result, gpointer data);
  void (*failed) (const GError *error, gpointer data); /* a commit, and the one before had not */
  void (*turn) (gpointer data);                        /* all answers of a commit were given */
} SottoHistoryHandler;

typedef struct _SottoHistory SottoHistory;

/* Makes the file where there is none; blocks. CORRUPT: damaged, of another key or of a newer
 * program, or a row is; and left as it is. */
SottoHistory *sotto_history_open (const char *path, const SottoKey *data_key, GError **error);
/* Waits until all that was asked is on the disk (or cannot be); nobody is called any more. */
void sotto_history_free (SottoHistory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoHistory, sotto_history_free)

/* What was queued and never RECEIVED, and what came and was never said to be told (for the program
 * was killed): SottoHistoryRecord *, of each peer in order, as it was at the opening. */
GPtrArray *sotto_history_get_outbox (SottoHistory *self);
GPtrArray *sotto_history_get_untold (SottoHistory *self);
/* Offers of files that are not over, likewise. */
GPtrArray *sotto_history_get_files (SottoHistory *self);
/* From now on there is a worker; it answers in the context that is the thread's default now. */
void sotto_history_start (SottoHistory *self,
                          int priority,
                          const SottoHistoryHandler *handler,
                          gpointer data);

/* Into the outbox and, a TEXT, into the conversation. */
void sotto_history_queue (SottoHistory *self, SottoHistoryRecord *take_record);
/* RECEIVED came for what was queued at this place: out of the outbox, and it is delivered. */
void sotto_history_delivered (SottoHistory *self,
                              const SottoName *peer,
                              const SottoId *id,
                              uint64_t place);
/* READ came: it and all of ours before it were seen. */
void sotto_history_seen (SottoHistory *self, const SottoName *peer, const SottoId *id);
/* Remembers the id and, of a TEXT, the words. */
void sotto_history_receive (SottoHistory *self, SottoHistoryRecord *take_record);
/* The newest `max` messages before a place, 0 = the newest of all. */
void sotto_history_page (SottoHistory *self, const SottoName *peer, uint64_t before, guint max);

/* A person was told of the message of this place, and of all of that peer before it. At once. */
void sotto_history_set_told (SottoHistory *self, uint64_t place);

/* Since the start: how well commits are shared. */
guint64 sotto_history_count_commits (SottoHistory *self);
