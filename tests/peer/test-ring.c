// SPDX-License-Identifier: GPL-3.0-or-later
/* Bytes come back under the offset they were put at, through wraps, growth and trimming. */
#undef G_DISABLE_ASSERT
#include "shared/peer/ring.h"

static uint8_t
byte_of (uint64_t offset)
{
  return (uint8_t)(offset * 31 + offset / 251);
}

static void
put (SottoRing *ring, uint64_t offset, gsize n)
{
  g_autofree uint8_t *bytes = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    bytes[i] = byte_of (offset + i);
  sotto_ring_put (ring, offset, bytes, n);
}

static void
check (const SottoRing *ring, uint64_t offset, gsize n)
{
  g_autofree uint8_t *bytes = g_malloc (n);

  sotto_ring_copy (ring, offset, bytes, n);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpuint (bytes[i], ==, byte_of (offset + i));
}

static void
test_queue (void)
{
  SottoRing ring = { 0 };

  for (guint i = 0; i < 3000; i++)
    {
      put (&ring, ring.top, (gsize)g_test_rand_int_range (0, 2000));
      check (&ring, ring.base, ring.top - ring.base);
      sotto_ring_drop_to (&ring, ring.base
                                     + (uint64_t)g_test_rand_int_range (
                                         0, (gint)MIN (ring.top - ring.base, 1990) + 1));
      if (ring.top - ring.base > 20000)
        sotto_ring_drop_to (&ring, ring.top);
    }
  g_assert_cmpuint (ring.capacity, <=, 65536);
  sotto_ring_clear (&ring);
}

static void
test_out_of_order (void)
{
  SottoRing ring = { 0 };

  put (&ring, 5000, 100);
  put (&ring, 100, 4900);
  put (&ring, 0, 100);
  check (&ring, 0, 5100);
  sotto_ring_drop_to (&ring, 5050);
  check (&ring, 5050, 50);
  sotto_ring_clear (&ring);
}

/* What was once a burst does not stay in memory. */
static void
test_gives_back (void)
{
  SottoRing ring = { 0 };

  put (&ring, 0, 1024 * 1024);
  g_assert_cmpuint (ring.capacity, ==, 1024 * 1024);
  sotto_ring_drop_to (&ring, 1024 * 1024);
  g_assert_cmpuint (ring.capacity, ==, 0);
  put (&ring, 1024 * 1024, 10);
  check (&ring, 1024 * 1024, 10);
  sotto_ring_clear (&ring);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ring/queue", test_queue);
  g_test_add_func ("/ring/out-of-order", test_out_of_order);
  g_test_add_func ("/ring/gives-back", test_gives_back);
  return g_test_run ();
}
