// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A set of u64 as sorted, disjoint, non-touching half-open ranges: what of a stream was received
 * out of order, acknowledged, or must be sent again.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct
{
  uint64_t low;
  uint64_t high; /* exclusive */
} SottoRange;

/* A zeroed struct is the empty set. */
typedef struct
{
  GArray *ranges; /* of SottoRange, ascending; NULL when never used */
} SottoRangeSet;

void sotto_range_set_clear (SottoRangeSet *self);
void sotto_range_set_add (SottoRangeSet *self, uint64_t low, uint64_t high);
void sotto_range_set_remove (SottoRangeSet *self, uint64_t low, uint64_t high);
bool sotto_range_set_contains (const SottoRangeSet *self, uint64_t value);
bool sotto_range_set_first (const SottoRangeSet *self, SottoRange *out);
guint sotto_range_set_count (const SottoRangeSet *self);
