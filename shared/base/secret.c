// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * explicit_bzero is the C library's promise that the store is not optimised away; everything that
 * wipes comes through here.
 */
#include "shared/base/secret.h"
#include <string.h>

void
sotto_secret_wipe (void *p, gsize n)
{
  if (n > 0)
    explicit_bzero (p, n);
}

bool
sotto_secret_equal (const void *a, const void *b, gsize n)
{
  const uint8_t *left = a, *right = b;
  uint64_t difference = 0;
  for (; n >= sizeof (uint64_t); n -= sizeof (uint64_t))
    {
      uint64_t l, r;
      memcpy (&l, left, sizeof l);
      memcpy (&r, right, sizeof r);
      difference |= l ^ r;
      /* For all the compiler knows it may have changed here: it cannot stop at the first one. */
      __asm__("" : "+r"(difference));
      left += sizeof l;
      right += sizeof r;
    }
  for (; n > 0; n--)
    {
      difference |= (uint64_t)(*left++ ^ *right++);
      __asm__("" : "+r"(difference));
    }
  return difference == 0;
}

SottoSecret *
sotto_secret_new (const char *bytes, gsize n)
{
  SottoSecret *self = g_malloc (sizeof *self + n + 1);
  self->n = n;
  if (n > 0)
    memcpy (self->bytes, bytes, n);
  self->bytes[n] = '\0';
  return self;
}

SottoSecret *
sotto_secret_copy (const SottoSecret *self)
{
  return self != NULL ? sotto_secret_new (self->bytes, self->n) : NULL;
}

void
sotto_secret_free (SottoSecret *self)
{
  if (self == NULL)
    return;
  sotto_secret_wipe (self, sizeof *self + self->n);
  g_free (self);
}

void
sotto_secret_wipe_string (char *s)
{
  if (s == NULL)
    return;
  sotto_secret_wipe (s, strlen (s));
  g_free (s);
}
