// SPDX-License-Identifier: GPL-3.0-or-later
/* What the handshake sends when and where, what it takes and what it drops; vectors' datagrams. */
#undef G_DISABLE_ASSERT
#include "shared/peer/handshake.h"

#include "shared/crypto/agreement.h"
#include "tests/lib/vectors.h"
#include <string.h>

#define T0 (50 * SOTTO_US_PER_S)

static const SottoPath relay;
static const SottoPath one = { { .family = 4, .ip = { 10, 0, 0, 1 }, .port = 1 } };
static const SottoPath two = { { .family = 4, .ip = { 10, 0, 0, 2 }, .port = 2 } };
static const SottoPath away = { { .family = 4, .ip = { 10, 0, 0, 9 }, .port = 9 } };

typedef struct
{
  SottoName names[2];
  SottoKeyPair identities[2];
  SottoGrant grants[2];
  SottoHandshake sides[2];
} Pair;

static void
pair_init (Pair *self, guint n_candidates, bool relay_available)
{
  *self = (Pair){ .names = { { "alice" }, { "bob" } } };
  for (guint i = 0; i < 2; i++)
    sotto_key_pair_generate (&self->identities[i], sotto_random_system ());
  for (guint i = 0; i < 2; i++)
    {
      self->grants[i] = (SottoGrant){ .role = i == 0 ? SOTTO_ROLE_INITIATOR : SOTTO_ROLE_RESPONDER,
                                      .cid = 77,
                                      .peer = self->names[1 - i],
                                      .identity = self->identities[1 - i].public,
                                      .kxy = { { 5 } },
                                      .ttl_s = SOTTO_GRANT_TTL_S,
                                      .n_candidates = (uint8_t)n_candidates,
                                      .candidates = { one.addr, two.addr } };
      sotto_handshake_init (&self->sides[i], &self->grants[i], &self->names[i],
                            &self->identities[i], false, sotto_random_system (), T0);
      self->sides[i].relay_available = relay_available;
    }
}

static void
pair_clear (Pair *self)
{
  sotto_handshake_clear (&self->sides[0]);
  sotto_handshake_clear (&self->sides[1]);
}

static SottoHandshakeResult
feed (SottoHandshake *side,
      const SottoPath *from,
      const uint8_t *bytes,
      gsize n,
      SottoTrafficKeys *keys)
{
  SottoDatagramHeader header;

  if (!sotto_datagram_header (bytes, n, &header))
    return SOTTO_HANDSHAKE_DROP;
  return sotto_handshake_receive (side, &header, from, bytes, n, keys);
}

/* Hands over one datagram of `from` to the other side. */
static SottoHandshakeResult
pass (Pair *self, guint from, SottoTrafficKeys *keys)
{
  uint8_t bytes[SOTTO_DATAGRAM_MAX];
  SottoPath to;
  gsize n = sotto_handshake_transmit (&self->sides[from], &to, bytes);

  g_assert_cmpuint (n, ==, SOTTO_HANDSHAKE_LEN);
  return feed (&self->sides[1 - from], &one, bytes, n, keys);
}

static void
test_both_agree (void)
{
  Pair pair;
  SottoTrafficKeys i, r;

  pair_init (&pair, 1, false);
  g_assert_true (sotto_handshake_tick (&pair.sides[0], T0));
  g_assert_cmpint (pass (&pair, 0, &r), ==, SOTTO_HANDSHAKE_KEYS);
  g_assert_cmpint (pass (&pair, 1, &i), ==, SOTTO_HANDSHAKE_KEYS);
  g_assert_cmpmem (&i, sizeof i, &r, sizeof r);
  g_assert_true (sotto_handshake_answered (&pair.sides[1], &one));
  g_assert_false (sotto_handshake_answered (&pair.sides[1], &away));
  g_assert_true (sotto_handshake_asked (&pair.sides[0], &one));
  g_assert_false (sotto_handshake_asked (&pair.sides[0], &away));
  pair_clear (&pair);
}

typedef struct
{
  gint64 ms;
  guint direct, relayed;
} Round;

/* Runs to the deadlines and compares what leaves when; ends at the last round. */
static void
check_rounds (SottoHandshake *side, const Round *rounds, guint n_rounds, gsize size)
{
  uint8_t bytes[SOTTO_DATAGRAM_MAX], first[SOTTO_DATAGRAM_MAX];
  gint64 now = T0;

  for (guint i = 0; i < n_rounds; i++)
    {
      guint direct = 0, relayed = 0;
      SottoPath to;
      gsize n;

      g_assert_true (sotto_handshake_tick (side, now));
      while ((n = sotto_handshake_transmit (side, &to, bytes)) > 0)
        {
          g_assert_cmpuint (n, ==, size);
          *(sotto_path_is_relay (&to) ? &relayed : &direct) += 1;
          if (i == 0)
            memcpy (first, bytes, n);
          if (size == SOTTO_HANDSHAKE_LEN)
            g_assert_cmpmem (bytes, n, first, n);
        }
      g_assert_cmpint ((now - T0) / SOTTO_US_PER_MS, ==, rounds[i].ms);
      g_assert_cmpuint (direct, ==, rounds[i].direct);
      g_assert_cmpuint (relayed, ==, rounds[i].relayed);
      now = sotto_handshake_deadline (side);
    }
}

static void
test_init_schedule (void)
{
  static const Round with_relay[] = { { 0, 2, 0 },    { 250, 2, 0 },  { 625, 2, 0 },
                                      { 1187, 2, 0 }, { 2031, 2, 0 }, { 2500, 0, 1 },
                                      { 3031, 2, 1 }, { 4031, 2, 1 } };
  static const Round without[] = { { 0, 2, 0 },    { 250, 2, 0 },  { 625, 2, 0 },
                                   { 1187, 2, 0 }, { 2031, 2, 0 }, { 3031, 2, 0 } };
  static const Round relay_alone[] = { { 0, 0, 1 }, { 250, 0, 1 }, { 625, 0, 1 } };
  Pair pair;

  pair_init (&pair, 2, true);
  check_rounds (&pair.sides[0], with_relay, G_N_ELEMENTS (with_relay), SOTTO_HANDSHAKE_LEN);
  pair_clear (&pair);
  pair_init (&pair, 2, false);
  check_rounds (&pair.sides[0], without, G_N_ELEMENTS (without), SOTTO_HANDSHAKE_LEN);
  pair_clear (&pair);
  pair_init (&pair, 0, true);
  check_rounds (&pair.sides[0], relay_alone, G_N_ELEMENTS (relay_alone), SOTTO_HANDSHAKE_LEN);
  g_assert_true (sotto_handshake_tick (&pair.sides[0], T0 + SOTTO_INIT_GIVE_UP - 1));
  g_assert_false (sotto_handshake_tick (&pair.sides[0], T0 + SOTTO_INIT_GIVE_UP));
  pair_clear (&pair);
}

static void
test_probes (void)
{
  Round rounds[SOTTO_PROBE_MAX];
  Pair pair;
  SottoTrafficKeys keys;

  for (guint i = 0; i < SOTTO_PROBE_MAX; i++)
    rounds[i] = (Round){ 200 * i, 2, 0 };
  pair_init (&pair, 2, true);
  check_rounds (&pair.sides[1], rounds, SOTTO_PROBE_MAX, 133);
  g_assert_cmpint (sotto_handshake_deadline (&pair.sides[1]), ==, G_MAXINT64);
  pair_clear (&pair);

  pair_init (&pair, 2, true);
  check_rounds (&pair.sides[1], rounds, 2, 133);
  sotto_handshake_tick (&pair.sides[0], T0);
  g_assert_cmpint (pass (&pair, 0, &keys), ==, SOTTO_HANDSHAKE_KEYS);
  g_assert_cmpint (sotto_handshake_deadline (&pair.sides[1]), ==, G_MAXINT64);
  pair_clear (&pair);
}

/* Copies are answered where they came from, at most 100 times; another INIT never. */
static void
test_copies (void)
{
  Pair pair;
  SottoHandshake other;
  SottoTrafficKeys keys;
  uint8_t answer[SOTTO_DATAGRAM_MAX], first[SOTTO_DATAGRAM_MAX];
  SottoPath to;

  pair_init (&pair, 1, true);
  for (guint i = 0; i < SOTTO_RESP_MAX + 5; i++)
    {
      const SottoPath *from = i % 2 == 0 ? &away : &relay;
      SottoHandshakeResult want = i == 0               ? SOTTO_HANDSHAKE_KEYS
                                  : i < SOTTO_RESP_MAX ? SOTTO_HANDSHAKE_REPEAT
                                                       : SOTTO_HANDSHAKE_DROP;

      g_assert_cmpint (feed (&pair.sides[1], from, pair.sides[0].init, SOTTO_HANDSHAKE_LEN, &keys),
                       ==, want);
      if (want == SOTTO_HANDSHAKE_DROP)
        {
          g_assert_cmpuint (sotto_handshake_transmit (&pair.sides[1], &to, answer), ==, 0);
          continue;
        }
      g_assert_cmpuint (sotto_handshake_transmit (&pair.sides[1], &to, answer), ==,
                        SOTTO_HANDSHAKE_LEN);
      g_assert_true (sotto_path_equal (&to, from));
      if (i == 0)
        memcpy (first, answer, sizeof first);
      g_assert_cmpmem (answer, SOTTO_HANDSHAKE_LEN, first, SOTTO_HANDSHAKE_LEN);
    }
  pair_clear (&pair);

  /* Same keys, another ephemeral: valid, but not the first. */
  pair_init (&pair, 1, true);
  feed (&pair.sides[1], &one, pair.sides[0].init, SOTTO_HANDSHAKE_LEN, &keys);
  sotto_handshake_transmit (&pair.sides[1], &to, answer);
  sotto_handshake_init (&other, &pair.grants[0], &pair.names[0], &pair.identities[0], false,
                        sotto_random_system (), T0);
  g_assert_cmpint (feed (&pair.sides[1], &one, other.init, SOTTO_HANDSHAKE_LEN, &keys), ==,
                   SOTTO_HANDSHAKE_DROP);
  g_assert_cmpuint (sotto_handshake_transmit (&pair.sides[1], &to, answer), ==, 0);
  sotto_handshake_clear (&other);
  pair_clear (&pair);
}

/* Copies in one turn, before anything may leave: no more than the queue holds. */
static void
test_copies_at_once (void)
{
  Pair pair;
  SottoTrafficKeys keys;
  uint8_t answer[SOTTO_DATAGRAM_MAX];
  SottoPath to;
  guint n = 0;

  pair_init (&pair, 1, true);
  for (guint i = 0; i < 2 * SOTTO_HANDSHAKE_OUT_MAX; i++)
    feed (&pair.sides[1], &away, pair.sides[0].init, SOTTO_HANDSHAKE_LEN, &keys);
  while (sotto_handshake_transmit (&pair.sides[1], &to, answer) > 0)
    n++;
  g_assert_cmpuint (n, ==, SOTTO_HANDSHAKE_OUT_MAX);
  pair_clear (&pair);
}

/* Damage, the wrong role, the RESP to another INIT, another's identity: dropped without a word. */
static void
test_drops (void)
{
  Pair pair, stranger;
  SottoTrafficKeys keys;
  uint8_t bytes[SOTTO_DATAGRAM_MAX];
  SottoPath to;

  pair_init (&pair, 1, false);
  for (gsize i = 0; i < SOTTO_HANDSHAKE_LEN; i += 13)
    {
      memcpy (bytes, pair.sides[0].init, SOTTO_HANDSHAKE_LEN);
      bytes[i] ^= 1;
      if (i >= 4 && i < 12)
        continue; /* the id: the channel looks at it */
      g_assert_cmpint (feed (&pair.sides[1], &one, bytes, SOTTO_HANDSHAKE_LEN, &keys), ==,
                       SOTTO_HANDSHAKE_DROP);
    }
  g_assert_cmpint (feed (&pair.sides[0], &one, pair.sides[0].init, SOTTO_HANDSHAKE_LEN, &keys), ==,
                   SOTTO_HANDSHAKE_DROP);
  g_assert_cmpuint (sotto_handshake_transmit (&pair.sides[1], &to, bytes), ==, 0);

  feed (&pair.sides[1], &one, pair.sides[0].init, SOTTO_HANDSHAKE_LEN, &keys);
  g_assert_cmpint (feed (&pair.sides[1], &one, pair.sides[1].resp, SOTTO_HANDSHAKE_LEN, &keys), ==,
                   SOTTO_HANDSHAKE_DROP);
  pair.sides[0].init[20] ^= 1; /* as if it had sent another one */
  g_assert_cmpint (feed (&pair.sides[0], &one, pair.sides[1].resp, SOTTO_HANDSHAKE_LEN, &keys), ==,
                   SOTTO_HANDSHAKE_DROP);
  pair.sides[0].init[20] ^= 1;
  g_assert_cmpint (feed (&pair.sides[0], &one, pair.sides[1].resp, SOTTO_HANDSHAKE_LEN, &keys), ==,
                   SOTTO_HANDSHAKE_KEYS);
  pair_clear (&pair);

  /* The server knows Kxy and answers with an identity of its own: PSKs differ. */
  pair_init (&stranger, 1, false);
  sotto_handshake_clear (&stranger.sides[1]);
  sotto_handshake_init (&stranger.sides[1], &stranger.grants[1], &stranger.names[1],
                        &stranger.identities[0], false, sotto_random_system (), T0);
  g_assert_cmpint (
      feed (&stranger.sides[1], &one, stranger.sides[0].init, SOTTO_HANDSHAKE_LEN, &keys), ==,
      SOTTO_HANDSHAKE_DROP);
  pair_clear (&stranger);
}

/* Knowing both identities in public is not enough: RESP must prove the private one. */
static void
test_conf_needs_identity (void)
{
  Pair pair;
  SottoTrafficKeys keys;
  SottoKeyPair wrong;

  pair_init (&pair, 1, false);
  sotto_key_pair_generate (&wrong, sotto_random_system ());
  pair.sides[1].identity.secret = wrong.secret;
  g_assert_cmpint (feed (&pair.sides[1], &one, pair.sides[0].init, SOTTO_HANDSHAKE_LEN, &keys), ==,
                   SOTTO_HANDSHAKE_KEYS);
  g_assert_cmpint (feed (&pair.sides[0], &one, pair.sides[1].resp, SOTTO_HANDSHAKE_LEN, &keys), ==,
                   SOTTO_HANDSHAKE_DROP);
  pair_clear (&pair);
}

static void
vector_side (JsonObject *v, SottoRole role, SottoHandshake *out)
{
  bool initiator = role == SOTTO_ROLE_INITIATOR;
  SottoGrant grant = { .role = role, .cid = test_vectors_u64 (v, "cid"), .ttl_s = 120 };
  SottoName own = { "" };
  SottoKeyPair identity;
  SottoKey secret;
  TestRandom random;

  g_strlcpy (own.str, test_vectors_string (v, initiator ? "name_i" : "name_r"), sizeof own.str);
  g_strlcpy (grant.peer.str, test_vectors_string (v, initiator ? "name_r" : "name_i"),
             sizeof grant.peer.str);
  test_vectors_key (v, initiator ? "I_r" : "I_i", &grant.identity);
  test_vectors_key (v, "Kxy", &grant.kxy);
  test_vectors_key (v, initiator ? "i_i" : "i_r", &secret);
  sotto_key_pair_from_secret (&identity, &secret);
  test_vectors_key (v, initiator ? "e_i" : "e_r", &secret);
  test_random_init (&random);
  test_random_push (&random, &secret, sizeof secret);
  sotto_handshake_init (out, &grant, &own, &identity, false, &random.random, T0);
  test_random_clear (&random);
}

static void
check_vector (JsonObject *v)
{
  JsonObject *keys = test_vectors_object (v, "keys");
  g_autoptr (GBytes) init = test_vectors_hex (test_vectors_object (v, "init"), "datagram");
  g_autoptr (GBytes) resp = test_vectors_hex (test_vectors_object (v, "resp"), "datagram");
  uint8_t got[SOTTO_PLAIN_ROOM], want[SOTTO_PLAIN_ROOM];
  SottoHandshake i, r;
  SottoTrafficKeys from_init, from_resp;
  SottoKey k_ir;
  gsize n_got, n_want;

  vector_side (v, SOTTO_ROLE_INITIATOR, &i);
  vector_side (v, SOTTO_ROLE_RESPONDER, &r);
  g_assert_cmpuint (g_bytes_get_size (init), ==, SOTTO_HANDSHAKE_LEN);
  g_assert_cmpint (feed (&r, &one, g_bytes_get_data (init, NULL), SOTTO_HANDSHAKE_LEN, &from_init),
                   ==, SOTTO_HANDSHAKE_KEYS);
  /* Ours differs from the vector's in IV and time alone. */
  g_assert_true (sotto_datagram_open (r.resp, SOTTO_HANDSHAKE_LEN, &r.psk_r, got, &n_got));
  g_assert_true (sotto_datagram_open (g_bytes_get_data (resp, NULL), SOTTO_HANDSHAKE_LEN, &r.psk_r,
                                      want, &n_want));
  test_assert_bytes ("RESP", got, n_got, want, n_want);
  memcpy (i.init, g_bytes_get_data (init, NULL), SOTTO_HANDSHAKE_LEN);
  g_assert_cmpint (feed (&i, &one, g_bytes_get_data (resp, NULL), SOTTO_HANDSHAKE_LEN, &from_resp),
                   ==, SOTTO_HANDSHAKE_KEYS);
  g_assert_cmpmem (&from_init, sizeof from_init, &from_resp, sizeof from_resp);
  test_vectors_key (keys, "K_ir", &k_ir);
  g_assert_cmpmem (&k_ir, sizeof k_ir, &from_init.k_ir, sizeof k_ir);
  sotto_handshake_clear (&i);
  sotto_handshake_clear (&r);
}

static void
test_vectors (void)
{
  JsonArray *peers = test_vectors_array (test_vectors_load ("sotto.json"), "peer");

  for (guint i = 0; i < json_array_get_length (peers); i++)
    check_vector (json_array_get_object_element (peers, i));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/handshake/both-agree", test_both_agree);
  g_test_add_func ("/handshake/init-schedule", test_init_schedule);
  g_test_add_func ("/handshake/probes", test_probes);
  g_test_add_func ("/handshake/copies", test_copies);
  g_test_add_func ("/handshake/copies-at-once", test_copies_at_once);
  g_test_add_func ("/handshake/drops", test_drops);
  g_test_add_func ("/handshake/conf-needs-identity", test_conf_needs_identity);
  g_test_add_func ("/handshake/vectors", test_vectors);
  return g_test_run ();
}
