// SPDX-License-Identifier: GPL-3.0-or-later
/* Networks in CIDR spelling, and the "source" by which limits count: IPv4 address or IPv6 /64. */
#pragma once

#include "shared/base/types.h"

typedef struct
{
  SottoAddr network; /* bits beyond the prefix are zero, port unused */
  guint8 prefix;
} SottoCidr;

/* "10.0.0.0/8", "::1/128", or an address alone for all its bits. */
bool sotto_cidr_parse (const char *text, SottoCidr *out);
bool sotto_cidr_contains (const SottoCidr *self, const SottoAddr *addr);

/* addr cut to its first bits (bits4 for IPv4, bits6 for IPv6), in eight bytes and the family. */
typedef struct
{
  guint64 bits;
  guint64 family;
} SottoSource;

SottoSource sotto_source_of (const SottoAddr *addr, guint bits4, guint bits6);
/* For GHashTable keys. */
guint sotto_source_hash (gconstpointer source);
gboolean sotto_source_equal (gconstpointer a, gconstpointer b);
