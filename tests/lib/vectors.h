// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Test vectors: JSON files of tests/vectors/ as nodes, hex members as bytes. Every getter fails the
 * test with the member's name when it is absent or malformed: a vector that is not there is not a
 * vector that passes.
 */
#pragma once

#include "shared/base/types.h"
#include <json-glib/json-glib.h>

/* Loads once per process; file is a name in tests/vectors/. Borrowed. */
JsonObject *test_vectors_load (const char *file);
JsonArray *test_vectors_array (JsonObject *object, const char *member);
JsonObject *test_vectors_object (JsonObject *object, const char *member);
bool test_vectors_has (JsonObject *object, const char *member); /* false for null too */
const char *test_vectors_string (JsonObject *object, const char *member);
gint64 test_vectors_int (JsonObject *object, const char *member);
uint64_t test_vectors_u64 (JsonObject *object, const char *member); /* from 16 hex digits */
GBytes *test_vectors_hex (JsonObject *object, const char *member);  /* caller unrefs */
GBytes *test_vectors_from_hex (const char *hex);
void test_vectors_key (JsonObject *object, const char *member, SottoKey *out);
void test_vectors_addr (JsonObject *object, SottoAddr *out); /* {ip, port} */

/* Compares and prints both as hex with `what` on a difference. */
void
test_assert_bytes (const char *what, const void *got, gsize n_got, const void *want, gsize n_want);

/* A random source that gives out queued bytes, then fails the test. */
typedef struct
{
  GByteArray *bytes;
  SottoRandom random;
} TestRandom;
void test_random_init (TestRandom *self);
void test_random_push (TestRandom *self, const void *bytes, gsize n);
void test_random_clear (TestRandom *self);
