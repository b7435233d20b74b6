// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What one peer has not yet confirmed, in order; each new channel gets all of it again. What is
 * confirmed still counts as unacknowledged until that is on the disk: after a crash the peer is
 * sent it again, and must not have forgotten it. Knows offsets of stream 0, but neither channel nor
 * disk.
 */
#pragma once

#include "shared/wire/message.h"

typedef struct
{
  SottoId id;
  SottoMessageType kind;
  uint64_t sent_ms; /* of a TEXT */
  uint64_t place;   /* on the disk */
  gsize n;
  bool written;        /* on the present channel */
  uint64_t end_offset; /* of stream 0 there */
  bool left;           /* SENT was told */
  bool confirmed;      /* RECEIVED came; here until that is on the disk */
  bool failed;         /* an error was told since it was queued or retried */
  char body[];         /* n bytes and NUL: a TEXT's words, of other kinds what follows the id */
} SottoOutboxItem;

typedef struct _SottoOutbox SottoOutbox;

SottoOutbox *sotto_outbox_new (void);
void sotto_outbox_free (SottoOutbox *self);

guint sotto_outbox_size (const SottoOutbox *self); /* not confirmed */
/* Of those, offers of files written on the present channel: a person answers them, in their time.
 */
guint sotto_outbox_count_patient (const SottoOutbox *self);
SottoOutboxItem *sotto_outbox_push (SottoOutbox *self,
                                    const SottoId *id,
                                    SottoMessageType kind,
                                    uint64_t sent_ms,
                                    const char *body,
                                    gsize n);
/* With pointers into the item; false when its body is none of its kind. */
bool sotto_outbox_item_get_message (const SottoOutboxItem *item, SottoMessage *out);
SottoOutboxItem *sotto_outbox_find (SottoOutbox *self, const SottoId *id);
/* This message was changed: it and the EDITs of it that wait here go out with these words, from the
 * next channel on. */
void sotto_outbox_reword (SottoOutbox *self, const SottoId *id, const char *text, gsize n);
/* What is stored up to this place is not to be sent any more. */
void sotto_outbox_forget (SottoOutbox *self, uint64_t place);

/* RECEIVED came. */
void sotto_outbox_confirm (SottoOutbox *self, SottoOutboxItem *item);
/* A new channel: everything is to be written again. */
void sotto_outbox_rewind (SottoOutbox *self);
/* The next one to write, NULL when all are, or SOTTO_UNACKED_RECORDS_MAX wait for RECEIVED. */
SottoOutboxItem *sotto_outbox_next (SottoOutbox *self);
/* It was written and ends at this offset. */
void sotto_outbox_written (SottoOutbox *self, SottoOutboxItem *item, uint64_t end_offset);
/* Everything below offset has left: the oldest written item for which that is news, else NULL; its
 * `left` is set. */
SottoOutboxItem *sotto_outbox_next_left (SottoOutbox *self, uint64_t offset);
/* The oldest item that has no error told yet; its `failed` is set. */
SottoOutboxItem *sotto_outbox_next_to_fail (SottoOutbox *self);
/* That is on the disk: false when it is not (or no longer) here. */
bool sotto_outbox_received (SottoOutbox *self, const SottoId *id);
