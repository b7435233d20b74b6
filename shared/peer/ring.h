// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Bytes of a stream under their offsets in the stream, from `base` on. Grows by doubling to what is
 * put in, gives its memory back when it runs empty. What lies in it is conversation: wiped on
 * clear.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

/* A zeroed struct is an empty ring. */
typedef struct
{
  uint8_t *data;
  gsize capacity; /* 0 or a power of two: offset o lies at o mod capacity */
  uint64_t base;  /* lowest offset held */
  uint64_t top;   /* one beyond the highest offset ever put */
} SottoRing;

void sotto_ring_clear (SottoRing *self);
/* offset ≥ base. What lies between top and offset is undefined until put. */
void sotto_ring_put (SottoRing *self, uint64_t offset, const void *bytes, gsize n);
/* The bytes at offset as far as they lie together, at most n; *out_n ≥ 1 for n ≥ 1 below top. */
const uint8_t *sotto_ring_peek (const SottoRing *self, uint64_t offset, gsize n, gsize *out_n);
void sotto_ring_copy (const SottoRing *self, uint64_t offset, void *out, gsize n);
void sotto_ring_drop_to (SottoRing *self, uint64_t base); /* forgets everything below */
