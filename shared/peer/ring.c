// SPDX-License-Identifier: GPL-3.0-or-later
/* A power-of-two buffer indexed by stream offset: trimming moves no byte, growing moves each once.
 */
#include "shared/peer/ring.h"

#include "shared/base/secret.h"
#include <string.h>

#define RING_MIN  1024
#define RING_KEEP 65536 /* an empty ring above this is given back */

static void
ring_resize (SottoRing *self, gsize capacity)
{
  uint8_t *data = g_malloc (capacity);
  uint64_t offset = self->base;

  while (offset < self->top)
    {
      gsize n;
      const uint8_t *bytes = sotto_ring_peek (self, offset, self->top - offset, &n);
      gsize at = offset & (capacity - 1);

      n = MIN (n, capacity - at);
      memcpy (data + at, bytes, n);
      offset += n;
    }
  sotto_secret_wipe (self->data, self->capacity);
  g_free (self->data);
  self->data = data;
  self->capacity = capacity;
}

void
sotto_ring_clear (SottoRing *self)
{
  sotto_secret_wipe (self->data, self->capacity);
  g_free (self->data);
  *self = (SottoRing){ 0 };
}

void
sotto_ring_put (SottoRing *self, uint64_t offset, const void *bytes, gsize n)
{
  const uint8_t *from = bytes;
  uint64_t top = MAX (self->top, offset + n);

  g_assert (offset >= self->base);
  if (n == 0)
    return;
  if (top - self->base > self->capacity)
    {
      gsize capacity = MAX (self->capacity, RING_MIN);

      while (capacity < top - self->base)
        capacity *= 2;
      ring_resize (self, capacity);
    }
  self->top = top;
  while (n > 0)
    {
      gsize at = offset & (self->capacity - 1);
      gsize part = MIN (n, self->capacity - at);

      memcpy (self->data + at, from, part);
      from += part;
      offset += part;
      n -= part;
    }
}

const uint8_t *
sotto_ring_peek (const SottoRing *self, uint64_t offset, gsize n, gsize *out_n)
{
  gsize at;

  g_assert (offset >= self->base && offset + n <= self->top);
  at = offset & (self->capacity - 1);
  *out_n = MIN (n, self->capacity - at);
  return self->data + at;
}

void
sotto_ring_copy (const SottoRing *self, uint64_t offset, void *out, gsize n)
{
  uint8_t *to = out;

  while (n > 0)
    {
      gsize part;
      const uint8_t *bytes = sotto_ring_peek (self, offset, n, &part);

      memcpy (to, bytes, part);
      to += part;
      offset += part;
      n -= part;
    }
}

void
sotto_ring_drop_to (SottoRing *self, uint64_t base)
{
  g_assert (base >= self->base);
  self->base = base;
  self->top = MAX (self->top, base);
  if (self->base == self->top && self->capacity > RING_KEEP)
    {
      sotto_secret_wipe (self->data, self->capacity);
      g_clear_pointer (&self->data, g_free);
      self->capacity = 0;
    }
}
