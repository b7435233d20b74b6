// SPDX-License-Identifier: GPL-3.0-or-later
/* The DH set of Noise KKpsk0, in the order that both sides agree on: that of the initiator. */
#include "shared/peer/key-schedule.h"

#include "shared/base/secret.h"
#include "shared/crypto/agreement.h"
#include "shared/wire/cursor.h"
#include <string.h>

#define BINDING_MAX (8 + 2 * (1 + SOTTO_NAME_MAX) + 2 * SOTTO_KEY_LEN)

static const char label_peer[] = "sotto/1 peer";
static const char label_rekey[] = "sotto/1 rekey";

static gsize
binding_encode (const SottoPeerBinding *self, uint8_t out[static BINDING_MAX])
{
  SottoWriter w = SOTTO_WRITER (out, BINDING_MAX);

  sotto_write_u64 (&w, self->cid);
  sotto_write_name (&w, &self->name_i);
  sotto_write_name (&w, &self->name_r);
  sotto_write_key (&w, &self->identity_i);
  sotto_write_key (&w, &self->identity_r);
  return w.n;
}

static void
derive_psk (const SottoKey *kxy,
            uint64_t cid,
            const char *label,
            const SottoKey *binding_hash,
            SottoKey *out)
{
  uint8_t salt[8], info[32 + SOTTO_KEY_LEN];
  SottoWriter s = SOTTO_WRITER (salt, sizeof salt);
  SottoWriter i = SOTTO_WRITER (info, sizeof info);

  sotto_write_u64 (&s, cid);
  sotto_write_bytes (&i, label, strlen (label));
  sotto_write_key (&i, binding_hash);
  sotto_hkdf (kxy->bytes, SOTTO_KEY_LEN, salt, s.n, info, i.n, out->bytes, SOTTO_KEY_LEN);
}

void
sotto_key_schedule_psks (const SottoPeerBinding *binding,
                         const SottoKey *kxy,
                         SottoKey *out_psk_i,
                         SottoKey *out_psk_r)
{
  uint8_t bytes[BINDING_MAX];
  SottoSpan span = SOTTO_SPAN (bytes, binding_encode (binding, bytes));
  SottoKey hash;

  sotto_sha256 (&span, 1, &hash);
  derive_psk (kxy, binding->cid, "sotto/1 hs i", &hash, out_psk_i);
  derive_psk (kxy, binding->cid, "sotto/1 hs r", &hash, out_psk_r);
}

void
sotto_key_schedule_transcript (const SottoPeerBinding *binding,
                               const SottoKey *ephemeral_i,
                               const SottoKey *ephemeral_r,
                               SottoKey *out_th)
{
  uint8_t bytes[BINDING_MAX];
  SottoSpan spans[] = {
    SOTTO_SPAN (label_peer, strlen (label_peer)),
    SOTTO_SPAN (bytes, binding_encode (binding, bytes)),
    SOTTO_SPAN (ephemeral_i->bytes, SOTTO_KEY_LEN),
    SOTTO_SPAN (ephemeral_r->bytes, SOTTO_KEY_LEN),
  };

  sotto_sha256 (spans, G_N_ELEMENTS (spans), out_th);
}

bool
sotto_key_schedule_secrets (SottoRole role,
                            const SottoKeyPair *identity,
                            const SottoKeyPair *ephemeral,
                            const SottoKey *peer_identity,
                            const SottoKey *peer_ephemeral,
                            SottoPeerSecrets *out)
{
  /* i_i·e_r is the initiator's identity with the responder's ephemeral: own and peer's change
   * places with the role. */
  bool initiator = role == SOTTO_ROLE_INITIATOR;
  const SottoKeyPair *own[] = { ephemeral, initiator ? identity : ephemeral,
                                initiator ? ephemeral : identity, identity };
  const SottoKey *peer[] = { peer_ephemeral, initiator ? peer_ephemeral : peer_identity,
                             initiator ? peer_identity : peer_ephemeral, peer_identity };

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (!sotto_agreement (own[i], peer[i], &out->shared[i]))
      {
        sotto_secret_wipe (out, sizeof *out);
        return false;
      }
  return true;
}

static void
traffic_split (const uint8_t *bytes, SottoTrafficKeys *out)
{
  memcpy (out->k_ir.bytes, bytes, SOTTO_KEY_LEN);
  memcpy (out->k_ri.bytes, bytes + SOTTO_KEY_LEN, SOTTO_KEY_LEN);
  memcpy (out->chain.bytes, bytes + 2 * SOTTO_KEY_LEN, SOTTO_KEY_LEN);
}

void
sotto_key_schedule_traffic (const SottoPeerSecrets *secrets,
                            const SottoKey *kxy,
                            const SottoKey *th,
                            SottoTrafficKeys *out,
                            uint8_t out_conf[static SOTTO_CONF_LEN])
{
  uint8_t bytes[4 * SOTTO_KEY_LEN], info[32 + SOTTO_KEY_LEN], message[1 + SOTTO_KEY_LEN] = { 'r' };
  SottoWriter w = SOTTO_WRITER (info, sizeof info);
  SottoKey kconf, mac;

  sotto_write_bytes (&w, label_peer, strlen (label_peer));
  sotto_write_key (&w, th);
  sotto_hkdf (secrets->shared, sizeof secrets->shared, kxy->bytes, SOTTO_KEY_LEN, info, w.n, bytes,
              sizeof bytes);
  traffic_split (bytes, out);
  memcpy (kconf.bytes, bytes + 3 * SOTTO_KEY_LEN, SOTTO_KEY_LEN);
  memcpy (message + 1, th->bytes, SOTTO_KEY_LEN);
  sotto_hmac_sha256 (&kconf, message, sizeof message, &mac);
  memcpy (out_conf, mac.bytes, SOTTO_CONF_LEN);
  sotto_secret_wipe (bytes, sizeof bytes);
  sotto_secret_wipe (&kconf, sizeof kconf);
}

bool
sotto_key_schedule_rekey (SottoRole role,
                          const SottoKeyPair *ephemeral,
                          const SottoKey *peer_ephemeral,
                          const SottoKey *chain,
                          uint8_t new_epoch,
                          SottoTrafficKeys *out)
{
  bool initiator = role == SOTTO_ROLE_INITIATOR;
  uint8_t bytes[3 * SOTTO_KEY_LEN], info[32 + 1 + 2 * SOTTO_KEY_LEN];
  SottoWriter w = SOTTO_WRITER (info, sizeof info);
  SottoKey shared;

  if (!sotto_agreement (ephemeral, peer_ephemeral, &shared))
    return false;
  sotto_write_bytes (&w, label_rekey, strlen (label_rekey));
  sotto_write_u8 (&w, new_epoch);
  sotto_write_key (&w, initiator ? &ephemeral->public : peer_ephemeral);
  sotto_write_key (&w, initiator ? peer_ephemeral : &ephemeral->public);
  sotto_hkdf (shared.bytes, SOTTO_KEY_LEN, chain->bytes, SOTTO_KEY_LEN, info, w.n, bytes,
              sizeof bytes);
  traffic_split (bytes, out);
  sotto_secret_wipe (bytes, sizeof bytes);
  sotto_secret_wipe (&shared, sizeof shared);
  return true;
}
