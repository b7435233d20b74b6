// SPDX-License-Identifier: GPL-3.0-or-later
/* Both roles of the handshake: one schedule, one table of what each takes. */
#include "shared/peer/handshake.h"

#include "shared/base/secret.h"
#include "shared/crypto/agreement.h"
#include <string.h>

static void
handshake_bind (SottoHandshake *self, const SottoGrant *grant, const SottoName *own_name)
{
  bool initiator = grant->role == SOTTO_ROLE_INITIATOR;

  self->binding = (SottoPeerBinding){
    .cid = grant->cid,
    .name_i = initiator ? *own_name : grant->peer,
    .name_r = initiator ? grant->peer : *own_name,
    .identity_i = initiator ? self->identity.public : grant->identity,
    .identity_r = initiator ? grant->identity : self->identity.public,
  };
}

static void
handshake_make_init (SottoHandshake *self)
{
  SottoDatagramHeader header = { SOTTO_DATAGRAM_INIT, 0, self->binding.cid };
  SottoInit init = { self->ephemeral.public };
  uint8_t plain[SOTTO_PLAIN_MAX];
  gsize n = sotto_init_encode (&init, plain);

  sotto_datagram_seal (&header, &self->psk_i, plain, n,
                       sotto_datagram_plain_len (SOTTO_HANDSHAKE_LEN), NULL, self->init);
}

void
sotto_handshake_init (SottoHandshake *self,
                      const SottoGrant *grant,
                      const SottoName *own_name,
                      const SottoKeyPair *identity,
                      bool relay_only,
                      const SottoRandom *random,
                      gint64 now)
{
  SottoKey psk_i, psk_r;

  *self = (SottoHandshake){ .role = grant->role,
                            .identity = *identity,
                            .peer_identity = grant->identity,
                            .kxy = grant->kxy,
                            .started = now,
                            .next = now,
                            .interval = SOTTO_INIT_FIRST };
  handshake_bind (self, grant, own_name);
  sotto_key_schedule_psks (&self->binding, &grant->kxy, &psk_i, &psk_r);
  sotto_fernet_key_init (&self->psk_i, &psk_i);
  sotto_fernet_key_init (&self->psk_r, &psk_r);
  sotto_secret_wipe (&psk_i, sizeof psk_i);
  sotto_secret_wipe (&psk_r, sizeof psk_r);
  sotto_key_pair_generate (&self->ephemeral, random);
  if (!relay_only)
    for (guint i = 0; i < grant->n_candidates; i++)
      self->candidates[self->n_candidates++].addr = grant->candidates[i];
  if (self->role == SOTTO_ROLE_INITIATOR)
    handshake_make_init (self);
}

void
sotto_handshake_clear (SottoHandshake *self)
{
  sotto_fernet_key_clear (&self->psk_i);
  sotto_fernet_key_clear (&self->psk_r);
  sotto_secret_wipe (self, sizeof *self);
}

bool
sotto_handshake_asked (const SottoHandshake *self, const SottoPath *path)
{
  for (guint i = 0; i < self->n_candidates; i++)
    if (sotto_path_equal (&self->candidates[i], path))
      return true;
  return sotto_path_is_relay (path);
}

bool
sotto_handshake_answered (const SottoHandshake *self, const SottoPath *path)
{
  for (guint i = 0; i < MIN (self->answers, G_N_ELEMENTS (self->answered_to)); i++)
    if (sotto_path_equal (&self->answered_to[i], path))
      return true;
  return sotto_path_is_relay (path);
}

static void
handshake_queue (SottoHandshake *self, const SottoPath *to, SottoDatagramKind kind)
{
  if (self->n_out < SOTTO_HANDSHAKE_OUT_MAX)
    self->out[self->n_out++] = (SottoHandshakeOut){ *to, kind };
}

static bool
handshake_derive (SottoHandshake *self,
                  const SottoKey *peer_ephemeral,
                  SottoTrafficKeys *out,
                  uint8_t conf[static SOTTO_CONF_LEN])
{
  bool initiator = self->role == SOTTO_ROLE_INITIATOR;
  SottoPeerSecrets secrets;
  SottoKey th;

  if (!sotto_key_schedule_secrets (self->role, &self->identity, &self->ephemeral,
                                   &self->peer_identity, peer_ephemeral, &secrets))
    return false;
  sotto_key_schedule_transcript (&self->binding,
                                 initiator ? &self->ephemeral.public : peer_ephemeral,
                                 initiator ? peer_ephemeral : &self->ephemeral.public, &th);
  sotto_key_schedule_traffic (&secrets, &self->kxy, &th, out, conf);
  sotto_secret_wipe (&secrets, sizeof secrets);
  return true;
}

static void
handshake_make_resp (SottoHandshake *self, const uint8_t conf[static SOTTO_CONF_LEN])
{
  SottoDatagramHeader header = { SOTTO_DATAGRAM_RESP, 0, self->binding.cid };
  SottoResp resp = { .ephemeral = self->ephemeral.public };
  SottoSpan span = SOTTO_SPAN (self->init, sizeof self->init);
  uint8_t plain[SOTTO_PLAIN_MAX];

  sotto_sha256 (&span, 1, &resp.init_hash);
  memcpy (resp.conf, conf, sizeof resp.conf);
  sotto_datagram_seal (&header, &self->psk_r, plain, sotto_resp_encode (&resp, plain),
                       sotto_datagram_plain_len (SOTTO_HANDSHAKE_LEN), NULL, self->resp);
}

static SottoHandshakeResult
take_first_init (SottoHandshake *self, const uint8_t *datagram, SottoTrafficKeys *out_keys)
{
  uint8_t plain[SOTTO_PLAIN_ROOM], conf[SOTTO_CONF_LEN];
  gsize n_plain;
  SottoInit init;

  if (!sotto_datagram_open (datagram, SOTTO_HANDSHAKE_LEN, &self->psk_i, plain, &n_plain)
      || !sotto_init_decode (plain, n_plain, &init)
      || !handshake_derive (self, &init.ephemeral, out_keys, conf))
    return SOTTO_HANDSHAKE_DROP;
  memcpy (self->init, datagram, SOTTO_HANDSHAKE_LEN);
  handshake_make_resp (self, conf);
  sotto_secret_wipe (&self->ephemeral.secret, sizeof self->ephemeral.secret);
  self->answered = true;
  return SOTTO_HANDSHAKE_KEYS;
}

static SottoHandshakeResult
on_init (SottoHandshake *self,
         const SottoPath *from,
         const uint8_t *datagram,
         SottoTrafficKeys *out_keys)
{
  SottoHandshakeResult result = SOTTO_HANDSHAKE_REPEAT;

  if (!self->answered)
    result = take_first_init (self, datagram, out_keys);
  else if (memcmp (datagram, self->init, SOTTO_HANDSHAKE_LEN) != 0
           || self->answers >= SOTTO_RESP_MAX)
    result = SOTTO_HANDSHAKE_DROP;
  if (result == SOTTO_HANDSHAKE_DROP)
    return result;
  self->answered_to[self->answers % G_N_ELEMENTS (self->answered_to)] = *from;
  self->answers++;
  handshake_queue (self, from, SOTTO_DATAGRAM_RESP);
  return result;
}

static SottoHandshakeResult
on_resp (SottoHandshake *self,
         const SottoPath *from,
         const uint8_t *datagram,
         SottoTrafficKeys *out_keys)
{
  uint8_t plain[SOTTO_PLAIN_ROOM], conf[SOTTO_CONF_LEN];
  SottoSpan span = SOTTO_SPAN (self->init, sizeof self->init);
  SottoKey hash;
  SottoResp resp;
  gsize n_plain;

  if (!sotto_datagram_open (datagram, SOTTO_HANDSHAKE_LEN, &self->psk_r, plain, &n_plain)
      || !sotto_resp_decode (plain, n_plain, &resp))
    return SOTTO_HANDSHAKE_DROP;
  sotto_sha256 (&span, 1, &hash);
  if (memcmp (&hash, &resp.init_hash, sizeof hash) != 0
      || !handshake_derive (self, &resp.ephemeral, out_keys, conf))
    return SOTTO_HANDSHAKE_DROP;
  if (!sotto_secret_equal (conf, resp.conf, sizeof conf))
    {
      sotto_secret_wipe (out_keys, sizeof *out_keys);
      return SOTTO_HANDSHAKE_DROP;
    }
  return SOTTO_HANDSHAKE_KEYS;
}

SottoHandshakeResult
sotto_handshake_receive (SottoHandshake *self,
                         const SottoDatagramHeader *header,
                         const SottoPath *from,
                         const uint8_t *datagram,
                         gsize n,
                         SottoTrafficKeys *out_keys)
{
  if (n != SOTTO_HANDSHAKE_LEN)
    return SOTTO_HANDSHAKE_DROP; /* a PROBE has done its work on the way */
  if (header->kind == SOTTO_DATAGRAM_INIT && self->role == SOTTO_ROLE_RESPONDER)
    return on_init (self, from, datagram, out_keys);
  if (header->kind == SOTTO_DATAGRAM_RESP && self->role == SOTTO_ROLE_INITIATOR)
    return on_resp (self, from, datagram, out_keys);
  return SOTTO_HANDSHAKE_DROP;
}

/* When RELAY joins in: late, so that a direct way wins where there is one. */
static gint64
handshake_relay_at (const SottoHandshake *self)
{
  if (self->relayed || !self->relay_available)
    return G_MAXINT64;
  return self->n_candidates == 0 ? self->started : self->started + SOTTO_INIT_RELAY_AFTER;
}

static void
queue_inits (SottoHandshake *self, gint64 now)
{
  SottoPath relay = SOTTO_PATH_RELAY;

  if (now >= self->next)
    {
      for (guint i = 0; i < self->n_candidates; i++)
        handshake_queue (self, &self->candidates[i], SOTTO_DATAGRAM_INIT);
      if (self->relayed && self->relay_available)
        handshake_queue (self, &relay, SOTTO_DATAGRAM_INIT);
      self->next = now + self->interval;
      self->interval = MIN (self->interval * 3 / 2, SOTTO_INIT_INTERVAL_MAX);
    }
  if (now >= handshake_relay_at (self))
    {
      handshake_queue (self, &relay, SOTTO_DATAGRAM_INIT);
      self->relayed = true;
    }
}

static void
queue_probes (SottoHandshake *self, gint64 now)
{
  for (guint i = 0; i < self->n_candidates; i++)
    handshake_queue (self, &self->candidates[i], SOTTO_DATAGRAM_PROBE);
  self->next = now + SOTTO_PROBE_INTERVAL;
  self->rounds++;
}

static bool
handshake_probes (const SottoHandshake *self)
{
  return !self->answered && self->n_candidates > 0 && self->rounds < SOTTO_PROBE_MAX;
}

bool
sotto_handshake_tick (SottoHandshake *self, gint64 now)
{
  if (self->role == SOTTO_ROLE_INITIATOR)
    {
      if (now >= self->started + SOTTO_INIT_GIVE_UP)
        return false;
      queue_inits (self, now);
    }
  else if (handshake_probes (self) && now >= self->next)
    queue_probes (self, now);
  return true;
}

gint64
sotto_handshake_deadline (const SottoHandshake *self)
{
  if (self->role == SOTTO_ROLE_INITIATOR)
    return MIN (MIN (self->next, handshake_relay_at (self)), self->started + SOTTO_INIT_GIVE_UP);
  return handshake_probes (self) ? self->next : G_MAXINT64;
}

static gsize
probe_seal (SottoHandshake *self, uint8_t *out)
{
  SottoDatagramHeader header = { SOTTO_DATAGRAM_PROBE, 0, self->binding.cid };
  SottoProbe probe = { (uint8_t)self->rounds };
  uint8_t plain[SOTTO_PLAIN_MAX];
  gsize n = sotto_probe_encode (&probe, plain);

  return sotto_datagram_seal (&header, &self->psk_r, plain, n, sotto_datagram_padded_len (n), NULL,
                              out);
}

gsize
sotto_handshake_transmit (SottoHandshake *self, SottoPath *out_to, uint8_t *out)
{
  SottoHandshakeOut next;

  if (self->n_out == 0)
    return 0;
  next = self->out[0];
  self->n_out--;
  memmove (self->out, self->out + 1, self->n_out * sizeof next);
  *out_to = next.to;
  if (next.kind == SOTTO_DATAGRAM_PROBE)
    return probe_seal (self, out);
  memcpy (out, next.kind == SOTTO_DATAGRAM_INIT ? self->init : self->resp, SOTTO_HANDSHAKE_LEN);
  return SOTTO_HANDSHAKE_LEN;
}
