// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What every fuzz target is: libFuzzer calls it with input of its making, driver.c with the corpus
 * and mutations of that. A target looks for more than crashes: what a decoder takes must encode to
 * the same bytes, for one meaning has one spelling.
 */
#pragma once

#undef G_DISABLE_ASSERT
#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

static inline void
assert_same (const void *a, gsize n_a, const void *b, gsize n_b)
{
  g_assert_cmpuint (n_a, ==, n_b);
  g_assert_true (n_a == 0 || memcmp (a, b, n_a) == 0);
}
