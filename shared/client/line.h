// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One channel with the buffers of its stream 0: records in, records out. Knows no outbox and no
 * events; counts the answers that wait, so that a peer who never reads cannot fill our memory.
 */
#pragma once

#include "shared/peer/channel.h"
#include "shared/wire/message.h"

typedef struct _SottoContact SottoContact;

typedef struct
{
  SottoChannel *channel;
  SottoContact *contact; /* borrowed; NULL when the line is on its way out */
  SottoGrant grant;      /* Kxy wiped */
  bool open;
  bool dead; /* to be freed when the pump is done */
  bool relayed;
  bool useful; /* a record came */
  bool paused; /* nothing is to be read for now */
  bool stale;  /* the peer has a new session: this channel may have nobody at its other end */
  gint64 granted_at;
  SottoAddr seen_at; /* where the server saw us at the grant; family 0 = it did not */
  gint64 opened_at;
  uint64_t written;      /* bytes of stream 0 */
  uint64_t left;         /* of those, in packets */
  uint32_t last_stream;  /* of a file of ours; 0 = none yet */
  uint32_t last_offered; /* of theirs */
  GByteArray *in;        /* a part of a record */
  GQueue answers;        /* end offsets (uint64_t *) of answers that have not left */
} SottoLine;

SottoLine *sotto_line_new (const SottoChannelConfig *config, SottoContact *contact, gint64 now);
void sotto_line_free (SottoLine *self);

/* Returns the offset after it. */
uint64_t sotto_line_write (SottoLine *self, const SottoMessage *message, gint64 now);
/* A RECEIVED or a refusal: false when too many wait (SOTTO_ANSWERS_MAX): close with SLOW. */
bool sotto_line_answer (SottoLine *self, const SottoMessage *message, gint64 now);
/* The channel's SENT event. */
void sotto_line_set_left (SottoLine *self, uint64_t offset);

typedef void (*SottoLineFunc) (SottoLine *self, const SottoMessage *message, gpointer data);
/* Reads what stream 0 has and hands out whole records. Stops when a record closes the line
 * or pauses it; then what was read waits for the next call. */
SottoCode sotto_line_read (SottoLine *self, gint64 now, SottoLineFunc func, gpointer data);
