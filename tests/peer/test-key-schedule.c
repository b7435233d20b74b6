// SPDX-License-Identifier: GPL-3.0-or-later
/* Key schedule of two peers and of rekeying, bit for bit as in the vectors, from both sides. */
#undef G_DISABLE_ASSERT
#include "shared/peer/key-schedule.h"

#include "shared/crypto/agreement.h"
#include "tests/lib/vectors.h"
#include <string.h>

static void
load_pair (JsonObject *v, const char *member, SottoKeyPair *out)
{
  SottoKey secret;

  test_vectors_key (v, member, &secret);
  sotto_key_pair_from_secret (out, &secret);
}

static void
assert_key (JsonObject *v, const char *member, const SottoKey *got)
{
  SottoKey want;

  test_vectors_key (v, member, &want);
  test_assert_bytes (member, got, sizeof *got, &want, sizeof want);
}

static void
assert_hex (JsonObject *v, const char *member, const void *got, gsize n)
{
  g_autoptr (GBytes) want = test_vectors_hex (v, member);

  test_assert_bytes (member, got, n, g_bytes_get_data (want, NULL), g_bytes_get_size (want));
}

static void
assert_traffic (JsonObject *v, const SottoTrafficKeys *keys)
{
  assert_key (v, "K_ir", &keys->k_ir);
  assert_key (v, "K_ri", &keys->k_ri);
  assert_key (v, "chain", &keys->chain);
}

static void
load_binding (JsonObject *v, SottoPeerBinding *out)
{
  *out = (SottoPeerBinding){ .cid = test_vectors_u64 (v, "cid") };
  g_strlcpy (out->name_i.str, test_vectors_string (v, "name_i"), sizeof out->name_i.str);
  g_strlcpy (out->name_r.str, test_vectors_string (v, "name_r"), sizeof out->name_r.str);
  test_vectors_key (v, "I_i", &out->identity_i);
  test_vectors_key (v, "I_r", &out->identity_r);
}

static void
check_side (JsonObject *v, SottoRole role)
{
  bool initiator = role == SOTTO_ROLE_INITIATOR;
  JsonObject *keys = test_vectors_object (v, "keys");
  SottoPeerBinding binding;
  SottoKeyPair identity, ephemeral;
  SottoKey kxy, peer_ephemeral, psk_i, psk_r, th;
  SottoPeerSecrets secrets;
  SottoTrafficKeys traffic;
  uint8_t conf[SOTTO_CONF_LEN];

  load_binding (v, &binding);
  load_pair (v, initiator ? "i_i" : "i_r", &identity);
  load_pair (v, initiator ? "e_i" : "e_r", &ephemeral);
  test_vectors_key (v, initiator ? "E_r" : "E_i", &peer_ephemeral);
  test_vectors_key (v, "Kxy", &kxy);

  sotto_key_schedule_psks (&binding, &kxy, &psk_i, &psk_r);
  assert_key (keys, "PSK_i", &psk_i);
  assert_key (keys, "PSK_r", &psk_r);
  sotto_key_schedule_transcript (&binding, initiator ? &ephemeral.public : &peer_ephemeral,
                                 initiator ? &peer_ephemeral : &ephemeral.public, &th);
  assert_key (keys, "TH", &th);
  g_assert_true (sotto_key_schedule_secrets (role, &identity, &ephemeral,
                                             initiator ? &binding.identity_r : &binding.identity_i,
                                             &peer_ephemeral, &secrets));
  assert_hex (keys, "dh", &secrets, sizeof secrets);
  sotto_key_schedule_traffic (&secrets, &kxy, &th, &traffic, conf);
  assert_traffic (keys, &traffic);
  assert_hex (keys, "conf", conf, sizeof conf);
}

static void
check_rekey (JsonObject *v, SottoRole role)
{
  bool initiator = role == SOTTO_ROLE_INITIATOR;
  SottoKeyPair ephemeral;
  SottoKey peer, chain;
  SottoTrafficKeys traffic;

  load_pair (v, initiator ? "e_i" : "e_r", &ephemeral);
  test_vectors_key (v, initiator ? "E_r" : "E_i", &peer);
  test_vectors_key (v, "chain_before", &chain);
  g_assert_true (sotto_key_schedule_rekey (role, &ephemeral, &peer, &chain,
                                           (uint8_t)test_vectors_int (v, "epoch"), &traffic));
  assert_traffic (v, &traffic);
}

static void
check_rekeys (JsonObject *object, const char *member)
{
  JsonArray *rekeys = test_vectors_array (object, member);

  for (guint i = 0; i < json_array_get_length (rekeys); i++)
    {
      check_rekey (json_array_get_object_element (rekeys, i), SOTTO_ROLE_INITIATOR);
      check_rekey (json_array_get_object_element (rekeys, i), SOTTO_ROLE_RESPONDER);
    }
}

static void
test_vectors (void)
{
  JsonObject *root = test_vectors_load ("sotto.json");
  JsonArray *peers = test_vectors_array (root, "peer");

  g_assert_cmpuint (json_array_get_length (peers), >, 0);
  for (guint i = 0; i < json_array_get_length (peers); i++)
    {
      JsonObject *v = json_array_get_object_element (peers, i);

      check_side (v, SOTTO_ROLE_INITIATOR);
      check_side (v, SOTTO_ROLE_RESPONDER);
      check_rekeys (v, "rekeys");
    }
  check_rekeys (root, "rekey");
}

/* A public key that makes the result zero, or our own coming back, ends it; nothing is left. */
static void
test_bad_points (void)
{
  static const SottoPeerSecrets zero;
  SottoKeyPair identity, ephemeral;
  SottoKey nil = { 0 }, good;
  SottoPeerSecrets secrets;
  SottoTrafficKeys traffic;
  SottoKey chain = { { 1 } };

  sotto_key_pair_generate (&identity, sotto_random_system ());
  sotto_key_pair_generate (&ephemeral, sotto_random_system ());
  good = (SottoKey){ { 9 } };
  memset (&secrets, 0xff, sizeof secrets);
  g_assert_false (sotto_key_schedule_secrets (SOTTO_ROLE_INITIATOR, &identity, &ephemeral, &good,
                                              &nil, &secrets));
  g_assert_cmpmem (&secrets, sizeof secrets, &zero, sizeof zero);
  g_assert_false (sotto_key_schedule_secrets (SOTTO_ROLE_RESPONDER, &identity, &ephemeral, &good,
                                              &ephemeral.public, &secrets));
  g_assert_false (
      sotto_key_schedule_rekey (SOTTO_ROLE_RESPONDER, &ephemeral, &nil, &chain, 1, &traffic));
  g_assert_false (sotto_key_schedule_rekey (SOTTO_ROLE_RESPONDER, &ephemeral, &ephemeral.public,
                                            &chain, 1, &traffic));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-schedule/vectors", test_vectors);
  g_test_add_func ("/key-schedule/bad-points", test_bad_points);
  return g_test_run ();
}
