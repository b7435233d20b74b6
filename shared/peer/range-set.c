// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Ranges in one array, found by bisection. Bounding their number is the business of whoever lets a
 * peer add to the set.
 */
#include "shared/peer/range-set.h"

static SottoRange *
range_at (const SottoRangeSet *self, guint i)
{
  return &g_array_index (self->ranges, SottoRange, i);
}

/* Index of the first range that ends at or after value (touching counts). */
static guint
range_set_find (const SottoRangeSet *self, uint64_t value)
{
  guint low = 0, high = sotto_range_set_count (self);

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (range_at (self, middle)->high < value)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

void
sotto_range_set_clear (SottoRangeSet *self)
{
  g_clear_pointer (&self->ranges, g_array_unref);
}

guint
sotto_range_set_count (const SottoRangeSet *self)
{
  return self->ranges == NULL ? 0 : self->ranges->len;
}

void
sotto_range_set_add (SottoRangeSet *self, uint64_t low, uint64_t high)
{
  SottoRange merged = { low, high };
  guint first, end;

  if (low >= high)
    return;
  if (self->ranges == NULL)
    self->ranges = g_array_new (FALSE, FALSE, sizeof (SottoRange));
  first = end = range_set_find (self, low);
  while (end < self->ranges->len && range_at (self, end)->low <= high)
    {
      merged.low = MIN (merged.low, range_at (self, end)->low);
      merged.high = MAX (merged.high, range_at (self, end)->high);
      end++;
    }
  if (end == first)
    {
      g_array_insert_val (self->ranges, first, merged);
      return;
    }
  *range_at (self, first) = merged;
  if (end - first > 1)
    g_array_remove_range (self->ranges, first + 1, end - first - 1);
}

void
sotto_range_set_remove (SottoRangeSet *self, uint64_t low, uint64_t high)
{
  guint i;

  if (low >= high || self->ranges == NULL)
    return;
  i = range_set_find (self, low);
  while (i < self->ranges->len && range_at (self, i)->low < high)
    {
      SottoRange *range = range_at (self, i);
      SottoRange old = *range;

      if (old.high <= low) /* only touches */
        i++;
      else if (old.low >= low && old.high <= high)
        g_array_remove_index (self->ranges, i);
      else if (old.low < low && old.high > high)
        {
          SottoRange above = { high, old.high };

          range->high = low;
          g_array_insert_val (self->ranges, i + 1, above);
          return;
        }
      else if (old.low < low)
        {
          range->high = low;
          i++;
        }
      else
        {
          range->low = high;
          return;
        }
    }
}

bool
sotto_range_set_contains (const SottoRangeSet *self, uint64_t value)
{
  guint i = range_set_find (self, value);

  for (; i < sotto_range_set_count (self) && range_at (self, i)->low <= value; i++)
    if (value < range_at (self, i)->high)
      return true;
  return false;
}

bool
sotto_range_set_first (const SottoRangeSet *self, SottoRange *out)
{
  if (sotto_range_set_count (self) == 0)
    return false;
  *out = *range_at (self, 0);
  return true;
}
