// SPDX-License-Identifier: GPL-3.0-or-later
/* BIND until BOUND, then keepalive; and what is not the BOUND that is waited for. */
#undef G_DISABLE_ASSERT
#include "shared/client/binding.h"

#include "shared/base/limits.h"
#include "shared/crypto/agreement.h"
#include "shared/wire/datagram.h"
#include <string.h>

#define MS SOTTO_US_PER_MS

typedef struct
{
  SottoBinding binding;
  SottoFernetKey to_server;
  SottoFernetKey from_server;
} Fixture;

static const SottoKey k_cs = { { 1 } };
static const SottoKey k_sc = { { 2 } };
#define SID G_GUINT64_CONSTANT (0x1122334455667788)

static void
set_up (Fixture *self, gconstpointer unused)
{
  sotto_binding_init (&self->binding, SID, &k_cs, &k_sc, sotto_random_system ());
  sotto_fernet_key_init (&self->to_server, &k_cs);
  sotto_fernet_key_init (&self->from_server, &k_sc);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  sotto_binding_clear (&self->binding);
  sotto_fernet_key_clear (&self->to_server);
  sotto_fernet_key_clear (&self->from_server);
}

/* A BIND is due now; returns what is in it. */
static SottoBind
take_bind (Fixture *self, gint64 now)
{
  uint8_t datagram[SOTTO_DATAGRAM_MAX];
  uint8_t plain[SOTTO_PLAIN_ROOM];
  SottoDatagramHeader header;
  SottoBind bind;
  gsize n_plain;
  gsize n = sotto_binding_transmit (&self->binding, now, datagram);

  g_assert_cmpuint (n, ==, 133);
  g_assert_true (sotto_datagram_header (datagram, n, &header));
  g_assert_cmpint (header.kind, ==, SOTTO_DATAGRAM_BIND);
  g_assert_cmpuint (header.id, ==, SID);
  g_assert_true (sotto_datagram_open (datagram, n, &self->to_server, plain, &n_plain));
  g_assert_true (sotto_bind_decode (plain, n_plain, &bind));
  return bind;
}

static void
check_quiet (Fixture *self, gint64 now)
{
  uint8_t datagram[SOTTO_DATAGRAM_MAX];

  g_assert_cmpuint (sotto_binding_transmit (&self->binding, now, datagram), ==, 0);
}

static bool
give_bound (Fixture *self,
            uint64_t sid,
            const SottoFernetKey *key,
            const uint8_t *nonce,
            gint64 now)
{
  uint8_t plain[SOTTO_PLAIN_MAX];
  uint8_t datagram[SOTTO_DATAGRAM_MAX];
  SottoDatagramHeader header = { .kind = SOTTO_DATAGRAM_BOUND, .id = sid };
  SottoBound bound = { .observed = { 4, { 127, 0, 0, 1 }, 7 } };

  memcpy (bound.nonce, nonce, sizeof bound.nonce);
  gsize n = sotto_bound_encode (&bound, plain);
  n = sotto_datagram_seal (&header, key, plain, n, sotto_datagram_padded_len (n), NULL, datagram);
  return sotto_binding_receive (&self->binding, datagram, n, now);
}

static void
test_rounds (Fixture *self, gconstpointer unused)
{
  gint64 now = 1000 * SOTTO_US_PER_S;
  uint64_t counter = 0;

  check_quiet (self, now);
  g_assert_cmpint (sotto_binding_deadline (&self->binding), ==, G_MAXINT64);
  g_assert_cmpint (sotto_binding_settles_at (&self->binding), <,
                   now); /* who hides waits for none */
  sotto_binding_start (&self->binding, now);
  for (guint i = 0; i < 3; i++, now += 500 * MS)
    {
      g_assert_cmpint (sotto_binding_settles_at (&self->binding), ==, 1001 * SOTTO_US_PER_S);
      g_assert_cmpint (sotto_binding_deadline (&self->binding), ==, now);
      g_assert_cmpuint (take_bind (self, now).counter, ==, counter++);
      check_quiet (self, now + 499 * MS);
    }
  gint64 start = 1000 * SOTTO_US_PER_S;
  SottoBind bind = take_bind (self, now);
  counter++;
  g_assert_true (give_bound (self, SID, &self->from_server, bind.nonce, now + MS));
  g_assert_cmpint (self->binding.state, ==, SOTTO_UDP_BOUND);
  g_assert_cmpuint (self->binding.observed.port, ==, 7);
  g_assert_cmpint (sotto_binding_settles_at (&self->binding), <, now);

  /* The next round 25 s after this one began, with a nonce of its own and a higher counter. */
  g_assert_cmpint (sotto_binding_deadline (&self->binding), ==, start + SOTTO_BIND_KEEPALIVE);
  SottoBind next = take_bind (self, start + SOTTO_BIND_KEEPALIVE);
  g_assert_cmpuint (next.counter, ==, counter);
  g_assert_true (memcmp (next.nonce, bind.nonce, sizeof bind.nonce) != 0);
  g_assert_cmpint (self->binding.state, ==, SOTTO_UDP_BOUND);
}

/* A round before its time keeps what is known, and its own BOUND may say otherwise. */
static void
test_again (Fixture *self, gconstpointer unused)
{
  gint64 now = 1000 * SOTTO_US_PER_S;

  sotto_binding_again (&self->binding, now); /* was never begun */
  check_quiet (self, now);
  sotto_binding_start (&self->binding, now);
  SottoBind bind = take_bind (self, now);
  sotto_binding_again (&self->binding, now); /* is under way */
  check_quiet (self, now);
  g_assert_true (give_bound (self, SID, &self->from_server, bind.nonce, now));
  sotto_binding_again (&self->binding, now + SOTTO_US_PER_S);
  SottoBind next = take_bind (self, now + SOTTO_US_PER_S);
  g_assert_cmpint (self->binding.state, ==, SOTTO_UDP_BOUND);
  g_assert_false (give_bound (self, SID, &self->from_server, bind.nonce, now + SOTTO_US_PER_S));
  g_assert_true (give_bound (self, SID, &self->from_server, next.nonce, now + SOTTO_US_PER_S));
}

static void
test_blocked (Fixture *self, gconstpointer unused)
{
  gint64 start = 1000 * SOTTO_US_PER_S;
  gint64 now = start;
  guint binds = 0;
  uint8_t datagram[SOTTO_DATAGRAM_MAX];

  sotto_binding_start (&self->binding, now);
  while (now < start + SOTTO_BIND_KEEPALIVE)
    {
      binds += sotto_binding_transmit (&self->binding, now, datagram) > 0;
      now = sotto_binding_deadline (&self->binding);
    }
  g_assert_cmpuint (binds, ==, 10);
  g_assert_cmpint (self->binding.state, ==, SOTTO_UDP_BLOCKED);
  g_assert_cmpint (now, ==, start + SOTTO_BIND_KEEPALIVE);
  SottoBind bind = take_bind (self, now); /* and tries again, for networks change */
  g_assert_true (give_bound (self, SID, &self->from_server, bind.nonce, now));
  g_assert_cmpint (self->binding.state, ==, SOTTO_UDP_BOUND);
}

static void
test_not_ours (Fixture *self, gconstpointer unused)
{
  gint64 now = 1000 * SOTTO_US_PER_S;
  uint8_t zeros[SOTTO_DATAGRAM_MAX] = { 0 };

  sotto_binding_start (&self->binding, now);
  SottoBind bind = take_bind (self, now);
  SottoBind other = bind;
  other.nonce[0] ^= 1;
  g_assert_false (give_bound (self, SID + 1, &self->from_server, bind.nonce, now));
  g_assert_false (give_bound (self, SID, &self->to_server, bind.nonce, now));
  g_assert_false (give_bound (self, SID, &self->from_server, other.nonce, now));
  g_assert_false (sotto_binding_receive (&self->binding, zeros, 133, now));
  g_assert_cmpint (self->binding.state, ==, SOTTO_UDP_BINDING);
  g_assert_true (give_bound (self, SID, &self->from_server, bind.nonce, now));
  g_assert_false (give_bound (self, SID, &self->from_server, bind.nonce, now)); /* once */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/client/binding/rounds", Fixture, NULL, set_up, test_rounds, tear_down);
  g_test_add ("/client/binding/again", Fixture, NULL, set_up, test_again, tear_down);
  g_test_add ("/client/binding/blocked", Fixture, NULL, set_up, test_blocked, tear_down);
  g_test_add ("/client/binding/not-ours", Fixture, NULL, set_up, test_not_ours, tear_down);
  return g_test_run ();
}
