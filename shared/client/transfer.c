// SPDX-License-Identifier: GPL-3.0-or-later
/* The bytes of a stream are the file's from the accepted offset on, then its hash, then nothing. */
#include "shared/client/transfer.h"

#include "shared/base/limits.h"
#include <string.h>

void
sotto_transfer_init (SottoTransfer *self,
                     const SottoName *peer,
                     const SottoId *id,
                     bool own,
                     const char *name,
                     const char *media_type,
                     uint64_t size)
{
  *self = (SottoTransfer){ .peer = *peer, .id = *id, .own = own, .size = size };
  self->name = g_strdup (name);
  self->media_type = g_strdup (media_type);
  self->told_at = G_MININT64 / 2;
}

void
sotto_transfer_clear (SottoTransfer *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->media_type, g_free);
}

/* Of ours nobody knows before FILE_ACCEPT; theirs is accepted once and for all. What came whole
 * needs no stream any more. */
static void
fall_back (SottoTransfer *self)
{
  bool moves = self->state == SOTTO_TRANSFER_MOVING;

  if (self->own && (moves || self->state == SOTTO_TRANSFER_WHOLE))
    self->state = SOTTO_TRANSFER_OFFERED;
  else if (moves)
    self->state = SOTTO_TRANSFER_ACCEPTED;
  self->n_hash = 0;
}

void
sotto_transfer_offered (SottoTransfer *self, uint32_t stream)
{
  fall_back (self);
  self->stream = stream;
}

void
sotto_transfer_cut (SottoTransfer *self)
{
  sotto_transfer_offered (self, 0);
}

void
sotto_transfer_begin (SottoTransfer *self, uint64_t offset)
{
  g_assert (offset <= self->size);
  self->state = SOTTO_TRANSFER_MOVING;
  self->at = offset;
  self->done = offset;
  self->n_hash = 0;
}

void
sotto_transfer_end (SottoTransfer *self, SottoRefuseCode code)
{
  self->state = SOTTO_TRANSFER_ENDED;
  self->code = code;
}

SottoTransferVerdict
sotto_transfer_take (SottoTransfer *self, const uint8_t *data, gsize n, bool fin, gsize *out_n_file)
{
  gsize n_file = (gsize)MIN (n, self->size - self->at);
  gsize n_rest = n - n_file;

  *out_n_file = n_file;
  self->at += n_file;
  if (n_rest > sizeof self->hash - self->n_hash)
    return SOTTO_TRANSFER_BROKEN;
  memcpy (self->hash.bytes + self->n_hash, data + n_file, n_rest);
  self->n_hash += (guint)n_rest;
  if (!fin)
    return SOTTO_TRANSFER_MORE;
  if (self->n_hash < sizeof self->hash)
    return SOTTO_TRANSFER_DAMAGED;
  self->state = SOTTO_TRANSFER_WHOLE;
  return SOTTO_TRANSFER_ALL;
}

/* All of it is told when it is over, not when the last byte is there. */
bool
sotto_transfer_progress (SottoTransfer *self, uint64_t done, gint64 now)
{
  if (done <= self->done)
    return false;
  self->done = done;
  if (done >= self->size || now - self->told_at < SOTTO_TRANSFER_TELL_EVERY)
    return false;
  self->told_at = now;
  return true;
}
