// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Runs a fuzz target without a fuzzer: over its corpus, then over mutations of it that are the same
 * on every machine and every day. Input is a heap block of exactly its size. TAP on stdout.
 */
#include "tests/fuzz/target.h"

#include <stdio.h>
#include <stdlib.h>

#define MUTATIONS 20000
#define INPUT_MAX 20000

typedef struct
{
  uint64_t state;
} Dice;

/* xorshift64: chance enough, and always the same. */
static gsize
roll (Dice *self, gsize sides)
{
  self->state ^= self->state << 13;
  self->state ^= self->state >> 7;
  self->state ^= self->state << 17;
  return (gsize)((self->state >> 11) % sides);
}

static void
run_one (const GByteArray *input)
{
  uint8_t *exact = malloc (input->len);

  if (input->len > 0)
    memcpy (exact, input->data, input->len);
  LLVMFuzzerTestOneInput (exact, input->len);
  free (exact);
}

/* Values at which lengths and counts break. */
static uint8_t
edge (Dice *dice)
{
  static const uint8_t edges[] = { 0, 1, 2, 3, 4, 16, 17, 32, 33, 63, 64, 127, 128, 200, 201, 255 };

  return edges[roll (dice, sizeof edges)];
}

static void
mutate (GByteArray *input, const GByteArray *other, Dice *dice)
{
  guint at = (guint)roll (dice, input->len + 1);
  guint n = (guint)roll (dice, 9);
  guint from = (guint)roll (dice, other->len + 1);

  switch (roll (dice, 6))
    {
    case 0: /* a bit */
      if (at < input->len)
        input->data[at] ^= (uint8_t)(1u << roll (dice, 8));
      break;
    case 1: /* a byte at its edge */
      if (at < input->len)
        input->data[at] = edge (dice);
      break;
    case 2: /* cut short */
      g_byte_array_set_size (input, at);
      break;
    case 3: /* some bytes less */
      g_byte_array_remove_range (input, at, MIN (n, input->len - at));
      break;
    case 4: /* some bytes more */
      for (guint i = 0; i < n; i++)
        g_byte_array_append (input, &(uint8_t){ edge (dice) }, 1);
      break;
    case 5: /* the end of another seed */
      g_byte_array_set_size (input, at);
      g_byte_array_append (input, other->data + from, other->len - from);
      break;
    default:
      g_assert_not_reached ();
    }
  if (input->len > INPUT_MAX)
    g_byte_array_set_size (input, INPUT_MAX);
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
load_corpus (const char *folder)
{
  GPtrArray *seeds = g_ptr_array_new_with_free_func ((GDestroyNotify)g_byte_array_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, by_name);
  for (guint i = 0; i < names->len; i++)
    {
      char *bytes;
      gsize n;

      g_assert_true (g_file_get_contents (names->pdata[i], &bytes, &n, NULL));
      g_ptr_array_add (seeds, g_byte_array_new_take ((guint8 *)bytes, n));
    }
  return seeds;
}

int
main (int argc, char **argv)
{
  Dice dice = { G_GUINT64_CONSTANT (0x536F74746F) };

  g_assert_cmpint (argc, ==, 2);
  g_autoptr (GPtrArray) seeds = load_corpus (argv[1]);
  printf ("1..2\n");
  for (guint i = 0; i < seeds->len; i++)
    run_one (seeds->pdata[i]);
  printf ("%s 1 - %u seeds\n", seeds->len > 0 ? "ok" : "not ok", seeds->len);
  for (guint i = 0; i < MUTATIONS && seeds->len > 0; i++)
    {
      const GByteArray *seed = seeds->pdata[i % seeds->len];
      g_autoptr (GByteArray) input = g_byte_array_sized_new (seed->len);

      g_byte_array_append (input, seed->data, seed->len);
      for (gsize n = 1 + roll (&dice, 4); n > 0; n--)
        mutate (input, seeds->pdata[roll (&dice, seeds->len)], &dice);
      run_one (input);
    }
  printf ("ok 2 - %d mutations\n", MUTATIONS);
  return seeds->len > 0 ? 0 : 1;
}
