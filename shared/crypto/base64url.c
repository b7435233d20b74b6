// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Works by tables that are made once of the alphabet: encoding takes 12 bits to two characters,
 * decoding adds up what each of four characters is worth in its place.
 */
#include "shared/crypto/base64url.h"

#include <string.h>

#define PAIR_BITS 12
#define PAIR_MASK ((1u << PAIR_BITS) - 1)
#define WRONG     (1u << 31) /* worth of what is not of the alphabet; no sum of others has this bit */

typedef struct
{
  char pairs[1 << PAIR_BITS][2];
  uint32_t worth[4][256];
} Tables;

static const char alphabet[64 + 1] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void
fill (Tables *tables)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (tables->pairs); i++)
    {
      tables->pairs[i][0] = alphabet[i >> 6];
      tables->pairs[i][1] = alphabet[i & 63];
    }
  for (unsigned place = 0; place < 4; place++)
    {
      for (unsigned c = 0; c < 256; c++)
        tables->worth[place][c] = WRONG;
      for (unsigned value = 0; value < 64; value++)
        tables->worth[place][(uint8_t)alphabet[value]] = value << (18 - 6 * place);
    }
}

static const Tables *
get_tables (void)
{
  static Tables tables;
  static gsize made;
  if (g_once_init_enter (&made))
    {
      fill (&tables);
      g_once_init_leave (&made, 1);
    }
  return &tables;
}

static void
put_pair (const Tables *tables, uint64_t bits, char *out)
{
  memcpy (out, tables->pairs[bits & PAIR_MASK], 2);
}

/* 6 bytes at a time: 8 are read and the last 2 read again, so 8 must be there. Each group is read
 * whole before it is written, as the bytes may lie at the end of out. */
static gsize
encode_sixes (const Tables *tables, const uint8_t *bytes, gsize n, char *out)
{
  gsize at = 0;
  for (; n - at >= 8; at += 6, out += 8)
    {
      uint64_t group;
      memcpy (&group, bytes + at, sizeof group);
      group = GUINT64_FROM_BE (group);
      put_pair (tables, group >> 52, out);
      put_pair (tables, group >> 40, out + 2);
      put_pair (tables, group >> 28, out + 4);
      put_pair (tables, group >> 16, out + 6);
    }
  return at;
}

gsize
sotto_base64url_encode (const uint8_t *bytes, gsize n, char *out)
{
  const Tables *tables = get_tables ();
  gsize at = encode_sixes (tables, bytes, n, out);
  char *p = out + at / 3 * 4;
  for (; at < n; at += 3, p += 4)
    {
      gsize n_left = n - at;
      uint32_t group = (uint32_t)bytes[at] << 16;
      if (n_left > 1)
        group |= (uint32_t)bytes[at + 1] << 8;
      if (n_left > 2)
        group |= bytes[at + 2];
      put_pair (tables, group >> 12, p);
      put_pair (tables, group, p + 2);
      if (n_left < 3)
        p[3] = '=';
      if (n_left < 2)
        p[2] = '=';
    }
  return (gsize)(p - out);
}

static uint32_t
sum (const Tables *tables, const uint8_t text[static 4])
{
  return tables->worth[0][text[0]] | tables->worth[1][text[1]] | tables->worth[2][text[2]]
         | tables->worth[3][text[3]];
}

/* The last group, which alone may have padding. */
static bool
decode_last (const Tables *tables, const uint8_t text[static 4], uint8_t *out, gsize *out_n)
{
  gsize n_bytes = text[3] != '=' ? 3 : text[2] != '=' ? 2 : 1;
  uint8_t filled[4];
  memcpy (filled, text, sizeof filled);
  memset (filled + n_bytes + 1, alphabet[0], 3 - n_bytes);
  uint32_t group = sum (tables, filled);
  /* Bits that no byte takes would give one token several spellings. */
  if ((group & WRONG) != 0 || (group & (0xffffffu >> 8 * n_bytes)) != 0)
    return false;
  for (gsize i = 0; i < n_bytes; i++)
    out[i] = (uint8_t)(group >> (16 - 8 * i));
  *out_n = n_bytes;
  return true;
}

bool
sotto_base64url_decode (const char *text, gsize n, uint8_t *out, gsize *out_n)
{
  const Tables *tables = get_tables ();
  const uint8_t *in = (const uint8_t *)text;
  uint8_t *p = out;
  uint32_t all = 0;
  gsize n_last = 0;
  if (n % 4 != 0)
    return false;
  for (; n > 4; in += 4, n -= 4, p += 3)
    {
      uint32_t group = sum (tables, in);
      all |= group;
      /* A fourth byte is written that the next group writes again. */
      group = GUINT32_TO_BE (group << 8);
      memcpy (p, &group, sizeof group);
    }
  if ((all & WRONG) != 0 || (n == 4 && !decode_last (tables, in, p, &n_last)))
    return false;
  *out_n = (gsize)(p - out) + n_last;
  return true;
}
