// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/realm.h"

#include "shared/base/limits.h"

/* 32 of them, so that no letter is likelier; without l, 1, 0, 9 and the like. A letter goes first:
 * YAML shall not take it for a number. */
static const char letters[] = "abcdefghijkmnopqrstuvwxyz2345678";

char *
sotto_realm_make (const SottoRandom *random)
{
  guint8 bytes[SOTTO_REALM_MADE_LEN];
  char *realm = g_malloc0 (SOTTO_REALM_MADE_LEN + 1);

  sotto_random_fill (random, bytes, sizeof bytes);
  realm[0] = letters[bytes[0] % 16];
  for (gsize i = 1; i < sizeof bytes; i++)
    realm[i] = letters[bytes[i] % 32];
  return realm;
}
