// SPDX-License-Identifier: GPL-3.0-or-later
/* Epochs: who asks, who follows when, what a repeat and a contradiction do, what is erased when. */
#undef G_DISABLE_ASSERT
#include "shared/peer/keys.h"

#include "shared/base/limits.h"
#include "shared/crypto/agreement.h"
#include "tests/lib/vectors.h"
#include <string.h>

#define S  SOTTO_US_PER_S
#define T0 (3 * S)

typedef struct
{
  SottoKeys i, r;
} Pair;

static void
pair_init (Pair *self)
{
  SottoTrafficKeys keys = { { { 1 } }, { { 2 } }, { { 3 } } };

  sotto_keys_init (&self->i, SOTTO_ROLE_INITIATOR, &keys, sotto_random_system (), T0);
  sotto_keys_init (&self->r, SOTTO_ROLE_RESPONDER, &keys, sotto_random_system (), T0);
}

static void
pair_clear (Pair *self)
{
  sotto_keys_clear (&self->i);
  sotto_keys_clear (&self->r);
}

/* What one seals now the other opens. */
static void
assert_opens (const SottoKeys *from, const SottoKeys *to, gint64 now)
{
  uint8_t token[200], out[200];
  uint8_t epoch;
  const SottoFernetKey *send = sotto_keys_get_send (from, &epoch);
  const SottoFernetKey *receive = sotto_keys_get_receive (to, epoch, now);
  gsize n;

  g_assert_nonnull (receive);
  sotto_fernet_seal_raw (send, NULL, (const uint8_t *)"word", 4, token);
  g_assert_true (sotto_fernet_open_raw (receive, token, sotto_fernet_raw_len (4), out, &n));
  g_assert_cmpmem (out, n, "word", 4);
}

/* One whole rekey at `now`, the REKEYs passed in the given epoch. */
static void
rekey (Pair *self, uint8_t epoch, gint64 now)
{
  SottoPacketFrame ask, answer;
  bool switched;

  g_assert_true (sotto_keys_tick (&self->i, now));
  g_assert_true (sotto_keys_get_frame (&self->i, &ask));
  g_assert_cmpuint (ask.rekey.epoch, ==, (uint8_t)(epoch + 1));
  sotto_keys_frame_sent (&self->i);
  g_assert_cmpint (sotto_keys_on_rekey (&self->r, &ask, epoch, now, &switched), ==, SOTTO_OK);
  g_assert_false (switched);
  assert_opens (&self->r, &self->i, now);
  g_assert_true (sotto_keys_get_frame (&self->r, &answer));
  sotto_keys_frame_sent (&self->r);
  g_assert_cmpint (sotto_keys_on_rekey (&self->i, &answer, epoch, now, &switched), ==, SOTTO_OK);
  g_assert_true (switched);
  assert_opens (&self->i, &self->r, now);
  assert_opens (&self->r, &self->i, now); /* still in the old one */
  sotto_keys_on_received (&self->r, (uint8_t)(epoch + 1), now);
  assert_opens (&self->r, &self->i, now);
  g_assert_cmpuint (self->r.current->number, ==, (uint8_t)(epoch + 1));
}

static void
test_rekeys (void)
{
  Pair pair;
  gint64 now = T0;

  pair_init (&pair);
  for (guint i = 0; i < 300; i++) /* past 255 */
    {
      g_assert_cmpint (sotto_keys_deadline (&pair.i), <=, now + SOTTO_REKEY_AFTER);
      now += SOTTO_REKEY_AFTER;
      rekey (&pair, (uint8_t)i, now);
    }
  g_assert_cmpmem (&pair.i.chain, sizeof (SottoKey), &pair.r.chain, sizeof (SottoKey));
  pair_clear (&pair);
}

static void
test_erasing (void)
{
  static const SottoKeyPair nothing;
  Pair pair;
  gint64 now = T0 + SOTTO_REKEY_AFTER;

  pair_init (&pair);
  rekey (&pair, 0, now);
  g_assert_cmpmem (&pair.i.ephemeral, sizeof nothing, &nothing, sizeof nothing);
  g_assert_false (sotto_fernet_key_is_set (&pair.i.previous->send));
  g_assert_false (sotto_fernet_key_is_set (&pair.r.previous->send));
  g_assert_nonnull (sotto_keys_get_receive (&pair.i, 0, now + SOTTO_REKEY_KEEP_OLD - 1));
  g_assert_null (sotto_keys_get_receive (&pair.i, 0, now + SOTTO_REKEY_KEEP_OLD));
  g_assert_cmpint (sotto_keys_deadline (&pair.i), ==, now + SOTTO_REKEY_KEEP_OLD);
  sotto_keys_tick (&pair.i, now + SOTTO_REKEY_KEEP_OLD);
  g_assert_null (pair.i.previous);
  pair_clear (&pair);
}

static void
test_repeats (void)
{
  Pair pair;
  SottoPacketFrame ask, answer, other;
  bool switched;
  gint64 now = T0 + SOTTO_REKEY_AFTER;

  pair_init (&pair);
  sotto_keys_tick (&pair.i, now);
  g_assert_true (sotto_keys_get_frame (&pair.i, &ask));
  g_assert_cmpint (sotto_keys_on_rekey (&pair.r, &ask, 0, now, &switched), ==, SOTTO_OK);
  g_assert_true (sotto_keys_get_frame (&pair.r, &answer));
  g_assert_cmpint (sotto_keys_on_rekey (&pair.r, &ask, 0, now, &switched), ==, SOTTO_OK);
  g_assert_true (sotto_keys_get_frame (&pair.r, &other));
  g_assert_cmpmem (&other.rekey, sizeof other.rekey, &answer.rekey, sizeof answer.rekey);
  /* Lost REKEYs go again only while they are wanted. */
  sotto_keys_frame_sent (&pair.r);
  sotto_keys_frame_lost (&pair.r, SOTTO_PACKET_REKEY2, 1);
  g_assert_true (sotto_keys_get_frame (&pair.r, &other));
  g_assert_cmpint (sotto_keys_on_rekey (&pair.i, &answer, 0, now, &switched), ==, SOTTO_OK);
  g_assert_cmpint (sotto_keys_on_rekey (&pair.i, &answer, 0, now, &switched), ==, SOTTO_OK);
  g_assert_false (switched);
  sotto_keys_frame_lost (&pair.i, SOTTO_PACKET_REKEY1, 1);
  g_assert_false (sotto_keys_get_frame (&pair.i, &other));
  sotto_keys_on_received (&pair.r, 1, now);
  sotto_keys_frame_lost (&pair.r, SOTTO_PACKET_REKEY2, 1);
  g_assert_false (sotto_keys_get_frame (&pair.r, &other));
  g_assert_cmpint (sotto_keys_on_rekey (&pair.r, &ask, 0, now, &switched), ==, SOTTO_OK);
  pair_clear (&pair);
}

typedef struct
{
  const char *what;
  bool to_initiator;
  SottoPacketFrameType type;
  uint8_t epoch;    /* in the frame */
  uint8_t in_epoch; /* of the datagram */
  bool after_one;   /* a right one came before */
  bool zero_point;
} Broken;

static void
test_broken (void)
{
  static const Broken table[] = {
    { "REKEY1 to the initiator", true, SOTTO_PACKET_REKEY1, 1, 0, false, false },
    { "REKEY2 to the responder", false, SOTTO_PACKET_REKEY2, 1, 0, false, false },
    { "REKEY2 without REKEY1", true, SOTTO_PACKET_REKEY2, 1, 0, false, false },
    { "an epoch too far", false, SOTTO_PACKET_REKEY1, 2, 0, false, false },
    { "the same epoch", false, SOTTO_PACKET_REKEY1, 0, 0, false, false },
    { "another E' for the same epoch", false, SOTTO_PACKET_REKEY1, 1, 0, true, false },
    { "a point of low order", false, SOTTO_PACKET_REKEY1, 1, 0, false, true },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const Broken *row = &table[i];
      Pair pair;
      SottoPacketFrame frame = { .type = row->type }, right;
      bool switched;

      pair_init (&pair);
      g_test_message ("%s", row->what);
      if (row->after_one)
        {
          sotto_keys_tick (&pair.i, T0 + SOTTO_REKEY_AFTER);
          sotto_keys_get_frame (&pair.i, &right);
          sotto_keys_on_rekey (&pair.r, &right, 0, T0, &switched);
        }
      frame.rekey.epoch = row->epoch;
      if (!row->zero_point)
        frame.rekey.ephemeral = (SottoKey){ { 9 } };
      g_assert_cmpint (sotto_keys_on_rekey (row->to_initiator ? &pair.i : &pair.r, &frame,
                                            row->in_epoch, T0, &switched),
                       ==, SOTTO_PROTOCOL);
      pair_clear (&pair);
    }
}

static void
test_too_long (void)
{
  Pair pair;

  pair_init (&pair);
  g_assert_cmpint (sotto_keys_deadline (&pair.r), ==, T0 + SOTTO_EPOCH_LIFE_MAX);
  g_assert_true (sotto_keys_tick (&pair.r, T0 + SOTTO_EPOCH_LIFE_MAX - 1));
  g_assert_false (sotto_keys_tick (&pair.r, T0 + SOTTO_EPOCH_LIFE_MAX));
  g_assert_true (sotto_keys_tick (&pair.i, T0 + SOTTO_REKEY_AFTER));
  g_assert_cmpint (sotto_keys_deadline (&pair.i), ==, T0 + SOTTO_EPOCH_LIFE_MAX);
  g_assert_false (sotto_keys_tick (&pair.i, T0 + SOTTO_EPOCH_LIFE_MAX));
  pair_clear (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/keys/rekeys", test_rekeys);
  g_test_add_func ("/keys/erasing", test_erasing);
  g_test_add_func ("/keys/repeats", test_repeats);
  g_test_add_func ("/keys/broken", test_broken);
  g_test_add_func ("/keys/too-long", test_too_long);
  return g_test_run ();
}
