// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The value types that every layer speaks: plain structs with their length in the type, copied by
 * assignment, owning nothing. Absent is a flag or a zero family, never an all-zero key.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define SOTTO_KEY_LEN  32 /* Fernet and X25519 keys, HKDF outputs, SHA-256 */
#define SOTTO_ID_LEN   16 /* id of a stored record (message, file offer) */
#define SOTTO_KID_LEN  8  /* first bytes of a key's fingerprint */
#define SOTTO_NAME_MAX 32 /* bytes of a username, PROTOCOL section 2 */

/* Any 32 bytes of key material, private or public. Secret ones are wiped by their owner. */
typedef struct
{
  uint8_t bytes[SOTTO_KEY_LEN];
} SottoKey;

/* Random id of a record of stream 0; unique between two users. */
typedef struct
{
  uint8_t bytes[SOTTO_ID_LEN];
} SottoId;

/* A valid username: `[a-z0-9][a-z0-9._-]{0,31}`, NUL-terminated. Empty string = none. */
typedef struct
{
  char str[SOTTO_NAME_MAX + 1];
} SottoName;

/* A datagram or TCP address. Family 0 = none; 4 uses ip[0..3]; 6 all of ip. Port in host order,
 * never 0. An IPv4-mapped IPv6 address is always held as family 4. */
typedef struct
{
  uint8_t family;
  uint8_t ip[16];
  uint16_t port;
} SottoAddr;

/* An X25519 pair. */
typedef struct
{
  SottoKey secret;
  SottoKey public;
} SottoKeyPair;

/* Randomness is handed in, so that the simulator and the vectors decide it. `fill` writes n bytes.
 */
typedef struct
{
  void (*fill) (gpointer data, uint8_t *out, gsize n);
  gpointer data;
} SottoRandom;

static inline void
sotto_random_fill (const SottoRandom *self, void *out, gsize n)
{
  self->fill (self->data, out, n);
}
