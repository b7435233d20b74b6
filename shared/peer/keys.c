// SPDX-License-Identifier: GPL-3.0-or-later
/* Epochs come and go by pointer; each is wiped the moment nothing may be sealed or opened with it.
 */
#include "shared/peer/keys.h"

#include "shared/base/limits.h"
#include "shared/base/secret.h"
#include "shared/crypto/agreement.h"
#include <string.h>

static SottoEpoch *
epoch_new (SottoRole role, uint8_t number, const SottoTrafficKeys *keys)
{
  SottoEpoch *self = g_new0 (SottoEpoch, 1);
  bool initiator = role == SOTTO_ROLE_INITIATOR;

  self->number = number;
  sotto_fernet_key_init (&self->send, initiator ? &keys->k_ir : &keys->k_ri);
  sotto_fernet_key_init (&self->receive, initiator ? &keys->k_ri : &keys->k_ir);
  sotto_fernet_key_warm (&self->send);
  sotto_fernet_key_warm (&self->receive);
  return self;
}

static void
epoch_free (SottoEpoch *self)
{
  if (self == NULL)
    return;
  sotto_fernet_key_clear (&self->send);
  sotto_fernet_key_clear (&self->receive);
  g_free (self);
}

void
sotto_keys_init (SottoKeys *self,
                 SottoRole role,
                 const SottoTrafficKeys *keys,
                 const SottoRandom *random,
                 gint64 now)
{
  *self = (SottoKeys){ .role = role, .random = random, .began = now, .previous_until = G_MAXINT64 };
  self->current = epoch_new (role, 0, keys);
  self->chain = keys->chain;
}

void
sotto_keys_clear (SottoKeys *self)
{
  epoch_free (self->current);
  epoch_free (self->previous);
  epoch_free (self->next);
  sotto_secret_wipe (self, sizeof *self);
}

bool
sotto_keys_are_set (const SottoKeys *self)
{
  return self->current != NULL;
}

const SottoFernetKey *
sotto_keys_get_send (const SottoKeys *self, uint8_t *out_epoch)
{
  *out_epoch = self->current->number;
  return &self->current->send;
}

const SottoFernetKey *
sotto_keys_get_receive (const SottoKeys *self, uint8_t epoch, gint64 now)
{
  if (self->current == NULL)
    return NULL;
  if (self->current->number == epoch)
    return &self->current->receive;
  if (self->next != NULL && self->next->number == epoch)
    return &self->next->receive;
  if (self->previous != NULL && self->previous->number == epoch && now < self->previous_until)
    return &self->previous->receive;
  return NULL;
}

static void
keys_switch (SottoKeys *self, gint64 now)
{
  epoch_free (self->previous);
  self->previous = self->current;
  sotto_fernet_key_clear (&self->previous->send);
  self->previous_until = now + SOTTO_REKEY_KEEP_OLD;
  self->current = g_steal_pointer (&self->next);
  self->began = now;
  self->due = false;
}

void
sotto_keys_on_received (SottoKeys *self, uint8_t epoch, gint64 now)
{
  if (self->next != NULL && self->next->number == epoch)
    keys_switch (self, now);
}

static bool
keys_is_repeat (const SottoKeys *self, uint8_t epoch, const SottoKey *public)
{
  return self->heard && self->heard_epoch == epoch
         && memcmp (&self->heard_public, public, sizeof *public) == 0;
}

/* Makes the next epoch of own ephemeral and the peer's public key; the old chain goes with it. */
static bool
keys_derive_next (SottoKeys *self, const SottoKeyPair *ephemeral, const SottoPacketFrame *frame)
{
  SottoTrafficKeys keys;

  if (!sotto_key_schedule_rekey (self->role, ephemeral, &frame->rekey.ephemeral, &self->chain,
                                 frame->rekey.epoch, &keys))
    return false;
  self->next = epoch_new (self->role, frame->rekey.epoch, &keys);
  self->chain = keys.chain;
  self->heard = true;
  self->heard_epoch = frame->rekey.epoch;
  self->heard_public = frame->rekey.ephemeral;
  sotto_secret_wipe (&keys, sizeof keys);
  return true;
}

static SottoCode
keys_on_rekey1 (SottoKeys *self, const SottoPacketFrame *frame)
{
  SottoKeyPair ephemeral;
  bool derived;

  if (self->next != NULL)
    return SOTTO_PROTOCOL; /* another one than that we answered */
  sotto_key_pair_generate (&ephemeral, self->random);
  derived = keys_derive_next (self, &ephemeral, frame);
  self->own_public = ephemeral.public;
  sotto_secret_wipe (&ephemeral, sizeof ephemeral);
  self->due = derived;
  return derived ? SOTTO_OK : SOTTO_PROTOCOL;
}

static SottoCode
keys_on_rekey2 (SottoKeys *self, const SottoPacketFrame *frame, gint64 now, bool *out_switched)
{
  bool derived;

  if (!self->asked)
    return SOTTO_PROTOCOL;
  derived = keys_derive_next (self, &self->ephemeral, frame);
  sotto_secret_wipe (&self->ephemeral, sizeof self->ephemeral);
  self->asked = false;
  if (!derived)
    return SOTTO_PROTOCOL;
  keys_switch (self, now);
  *out_switched = true;
  return SOTTO_OK;
}

SottoCode
sotto_keys_on_rekey (SottoKeys *self,
                     const SottoPacketFrame *frame,
                     uint8_t epoch,
                     gint64 now,
                     bool *out_switched)
{
  bool initiator = self->role == SOTTO_ROLE_INITIATOR;

  *out_switched = false;
  if (initiator != (frame->type == SOTTO_PACKET_REKEY2))
    return SOTTO_PROTOCOL; /* only the initiator asks, only the responder answers */
  if (keys_is_repeat (self, frame->rekey.epoch, &frame->rekey.ephemeral))
    return SOTTO_OK;
  if (epoch != self->current->number || frame->rekey.epoch != (uint8_t)(epoch + 1))
    return SOTTO_PROTOCOL;
  return initiator ? keys_on_rekey2 (self, frame, now, out_switched) : keys_on_rekey1 (self, frame);
}

bool
sotto_keys_get_frame (const SottoKeys *self, SottoPacketFrame *out)
{
  if (!self->due)
    return false;
  *out = (SottoPacketFrame){ .type = self->role == SOTTO_ROLE_INITIATOR ? SOTTO_PACKET_REKEY1
                                                                        : SOTTO_PACKET_REKEY2 };
  out->rekey.epoch = (uint8_t)(self->current->number + 1);
  out->rekey.ephemeral = self->own_public;
  return true;
}

void
sotto_keys_frame_sent (SottoKeys *self)
{
  self->due = false;
}

void
sotto_keys_frame_lost (SottoKeys *self, SottoPacketFrameType type, uint8_t epoch)
{
  bool wanted = type == SOTTO_PACKET_REKEY1 ? self->asked : self->next != NULL;

  if (wanted && epoch == (uint8_t)(self->current->number + 1))
    self->due = true;
}

bool
sotto_keys_tick (SottoKeys *self, gint64 now)
{
  if (self->current == NULL)
    return true;
  if (now >= self->previous_until)
    {
      g_clear_pointer (&self->previous, epoch_free);
      self->previous_until = G_MAXINT64;
    }
  if (self->role == SOTTO_ROLE_INITIATOR && !self->asked && now >= self->began + SOTTO_REKEY_AFTER)
    {
      sotto_key_pair_generate (&self->ephemeral, self->random);
      self->own_public = self->ephemeral.public;
      self->asked = self->due = true;
    }
  return now < self->began + SOTTO_EPOCH_LIFE_MAX;
}

gint64
sotto_keys_deadline (const SottoKeys *self)
{
  bool asks = self->role == SOTTO_ROLE_INITIATOR && !self->asked;

  if (self->current == NULL)
    return G_MAXINT64;
  return MIN (self->previous_until,
              self->began + (asks ? SOTTO_REKEY_AFTER : SOTTO_EPOCH_LIFE_MAX));
}
