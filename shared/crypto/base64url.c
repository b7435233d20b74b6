// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Works in groups of 3 bytes and 4 characters. In `values` a character of the alphabet stands with
 * its value plus one, so that what is not named is 0: not of the alphabet.
 */
#include "shared/crypto/base64url.h"

static const char alphabet[64 + 1] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// clang-format off
static const uint8_t values[256] = {
  ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
  ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
  ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
  ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
  ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
  ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
  ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['-'] = 63, ['_'] = 64,
};
// clang-format on

gsize
sotto_base64url_encode (const uint8_t *bytes, gsize n, char *out)
{
  char *p = out;
  for (; n >= 3; bytes += 3, n -= 3, p += 4)
    {
      /* Read whole before it is written: the bytes may lie at the end of out. */
      uint32_t group = (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
      p[0] = alphabet[group >> 18];
      p[1] = alphabet[group >> 12 & 63];
      p[2] = alphabet[group >> 6 & 63];
      p[3] = alphabet[group & 63];
    }
  if (n > 0)
    {
      uint32_t group = (uint32_t)bytes[0] << 16 | (n == 2 ? (uint32_t)bytes[1] << 8 : 0);
      p[0] = alphabet[group >> 18];
      p[1] = alphabet[group >> 12 & 63];
      p[2] = n == 2 ? alphabet[group >> 6 & 63] : '=';
      p[3] = '=';
      p += 4;
    }
  return (gsize)(p - out);
}

/* The last group: n_chars of 2..4 before the padding. */
static bool
decode_last (const uint8_t *text, gsize n_chars, uint8_t *out)
{
  uint32_t group = 0;
  for (gsize i = 0; i < 4; i++)
    {
      uint8_t value = i < n_chars ? values[text[i]] : 1;
      if (value == 0)
        return false;
      group = group << 6 | (value - 1u);
    }
  gsize n_bytes = n_chars - 1;
  /* Bits that no byte takes would give one token several spellings. */
  if ((group & (0xffffffu >> 8 * n_bytes)) != 0)
    return false;
  for (gsize i = 0; i < n_bytes; i++)
    out[i] = (uint8_t)(group >> (16 - 8 * i));
  return true;
}

bool
sotto_base64url_decode (const char *text, gsize n, uint8_t *out, gsize *out_n)
{
  const uint8_t *in = (const uint8_t *)text;
  uint8_t *p = out;
  if (n % 4 != 0)
    return false;
  for (; n > 4; in += 4, n -= 4, p += 3)
    {
      uint8_t a = values[in[0]], b = values[in[1]], c = values[in[2]], d = values[in[3]];
      if (a == 0 || b == 0 || c == 0 || d == 0)
        return false;
      uint32_t group = (a - 1u) << 18 | (b - 1u) << 12 | (c - 1u) << 6 | (d - 1u);
      p[0] = (uint8_t)(group >> 16);
      p[1] = (uint8_t)(group >> 8);
      p[2] = (uint8_t)group;
    }
  if (n == 4)
    {
      gsize n_chars = in[3] != '=' ? 4 : in[2] != '=' ? 3 : 2;
      if (!decode_last (in, n_chars, p))
        return false;
      p += n_chars - 1;
    }
  *out_n = (gsize)(p - out);
  return true;
}
