// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One file between us and a peer, from the offer to its end: what it is, how far it is, and what
 * the bytes of its stream mean. Pure: knows neither channel nor disk nor time but what it is told.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/types.h"
#include "shared/wire/message.h"

#define SOTTO_TRANSFER_TELL_EVERY (250 * SOTTO_US_PER_MS) /* SURFACES: four a second */

typedef enum
{
  SOTTO_TRANSFER_STORING,  /* on its way into the history */
  SOTTO_TRANSFER_OFFERED,  /* a person is to decide: theirs, or ours */
  SOTTO_TRANSFER_ACCEPTED, /* theirs: no bytes yet, or none any more on this channel */
  SOTTO_TRANSFER_MOVING,   /* bytes on the stream */
  SOTTO_TRANSFER_WHOLE,    /* all of them went, or came: RECEIVED is waited for, or made ready */
  SOTTO_TRANSFER_ENDED
} SottoTransferState;

/* What bytes that came were. */
typedef enum
{
  SOTTO_TRANSFER_MORE,    /* more are to come */
  SOTTO_TRANSFER_ALL,     /* the file and its hash, which is to be compared */
  SOTTO_TRANSFER_DAMAGED, /* the stream ended before the file did */
  SOTTO_TRANSFER_BROKEN   /* beyond its end: the peer is */
} SottoTransferVerdict;

typedef struct
{
  SottoName peer;
  SottoId id;
  bool own;
  char *name; /* as it is on the wire */
  char *media_type;
  uint64_t size;
  SottoTransferState state;
  SottoRefuseCode code; /* ENDED: 0 = done */

  uint32_t stream; /* on the present channel; 0 = it was not offered there */
  uint64_t at;     /* the byte of the file that is next on the stream */
  SottoKey hash;   /* theirs: as far as it came */
  guint n_hash;

  uint64_t done; /* as people were told, or will be */
  gint64 told_at;
} SottoTransfer;

void sotto_transfer_init (SottoTransfer *self,
                          const SottoName *peer,
                          const SottoId *id,
                          bool own,
                          const char *name,
                          const char *media_type,
                          uint64_t size);
void sotto_transfer_clear (SottoTransfer *self);

/* On a (new) channel, or on another stream of it: what was moving begins anew. */
void sotto_transfer_offered (SottoTransfer *self, uint32_t stream);
/* The channel is gone. */
void sotto_transfer_cut (SottoTransfer *self);
/* FILE_ACCEPT goes out or came. */
void sotto_transfer_begin (SottoTransfer *self, uint64_t offset);
void sotto_transfer_end (SottoTransfer *self, SottoRefuseCode code);

/* Theirs: the next bytes of the stream; of these *out_n_file belong to the file. */
SottoTransferVerdict sotto_transfer_take (SottoTransfer *self,
                                          const uint8_t *data,
                                          gsize n,
                                          bool fin,
                                          gsize *out_n_file);

/* So many bytes of the file are there. true: people are to be told now. */
bool sotto_transfer_progress (SottoTransfer *self, uint64_t done, gint64 now);
