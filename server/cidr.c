// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cidr.h"

#include "shared/base/text.h"
#include <string.h>

static void
mask (guint8 *bytes, gsize n, guint prefix)
{
  for (gsize i = 0; i < n; i++)
    {
      guint kept = prefix > 8 * i ? MIN (prefix - 8 * (guint)i, 8) : 0;

      bytes[i] &= (guint8)(0xff00 >> kept);
    }
}

bool
sotto_cidr_parse (const char *text, SottoCidr *out)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  SottoCidr cidr = { 0 };
  guint64 prefix;

  if (parts[0] == NULL || !sotto_addr_from_string (parts[0], 0, &cidr.network))
    return false;
  guint bits = cidr.network.family == 4 ? 32 : 128;
  if (parts[1] == NULL)
    prefix = bits;
  else if (!g_ascii_string_to_unsigned (parts[1], 10, 0, bits, &prefix, NULL))
    return false;
  cidr.prefix = (guint8)prefix;
  mask (cidr.network.ip, bits / 8, cidr.prefix);
  *out = cidr;
  return true;
}

bool
sotto_cidr_contains (const SottoCidr *self, const SottoAddr *addr)
{
  SottoAddr masked = *addr;

  if (addr->family != self->network.family)
    return false;
  mask (masked.ip, sizeof masked.ip, self->prefix);
  return memcmp (masked.ip, self->network.ip, addr->family == 4 ? 4 : 16) == 0;
}

SottoSource
sotto_source_of (const SottoAddr *addr, guint bits4, guint bits6)
{
  SottoAddr masked = *addr;
  SottoSource source = { .family = addr->family };

  mask (masked.ip, sizeof masked.ip, addr->family == 4 ? bits4 : bits6);
  memcpy (&source.bits, masked.ip, addr->family == 4 ? 4 : 8);
  return source;
}

guint
sotto_source_hash (gconstpointer source)
{
  const SottoSource *self = source;
  guint64 mixed = (self->bits ^ self->family) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);

  return (guint)(mixed >> 32);
}

gboolean
sotto_source_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (SottoSource)) == 0;
}
