// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Numeric addresses as text, and what kind they are. One address has one form: a mapped IPv6
 * address is folded to IPv4 before anything compares it. Unused bytes of ip are zero.
 */
#include "shared/base/text.h"
#include <arpa/inet.h>
#include <string.h>

static gsize
ip_len (const SottoAddr *self)
{
  return self->family == 4 ? 4 : self->family == 6 ? 16 : 0;
}

char *
sotto_addr_to_string (const SottoAddr *self)
{
  char ip[INET6_ADDRSTRLEN];
  if (ip_len (self) == 0)
    return g_strdup ("none");
  inet_ntop (self->family == 4 ? AF_INET : AF_INET6, self->ip, ip, sizeof ip);
  return g_strdup_printf (self->family == 4 ? "%s:%u" : "[%s]:%u", ip, self->port);
}

char *
sotto_addr_ip_to_string (const SottoAddr *self)
{
  char ip[INET6_ADDRSTRLEN];
  if (ip_len (self) == 0)
    return g_strdup ("none");
  inet_ntop (self->family == 4 ? AF_INET : AF_INET6, self->ip, ip, sizeof ip);
  return g_strdup (ip);
}

bool
sotto_addr_from_string (const char *ip, uint16_t port, SottoAddr *out)
{
  static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
  SottoAddr addr = { .port = port };
  if (inet_pton (AF_INET, ip, addr.ip) == 1)
    addr.family = 4;
  else if (inet_pton (AF_INET6, ip, addr.ip) == 1)
    addr.family = 6;
  else
    return false;
  if (addr.family == 6 && memcmp (addr.ip, mapped, sizeof mapped) == 0)
    {
      addr.family = 4;
      memmove (addr.ip, addr.ip + sizeof mapped, 4);
      memset (addr.ip + 4, 0, sizeof addr.ip - 4);
    }
  *out = addr;
  return true;
}

bool
sotto_addr_same_ip (const SottoAddr *a, const SottoAddr *b)
{
  return a->family == b->family && memcmp (a->ip, b->ip, ip_len (a)) == 0;
}

bool
sotto_addr_equal (const SottoAddr *a, const SottoAddr *b)
{
  return a->port == b->port && sotto_addr_same_ip (a, b);
}

bool
sotto_addr_is_loopback (const SottoAddr *self)
{
  static const uint8_t one[16] = { [15] = 1 };
  if (self->family == 4)
    return self->ip[0] == 127;
  return self->family == 6 && memcmp (self->ip, one, sizeof one) == 0;
}

bool
sotto_addr_is_private (const SottoAddr *self)
{
  const uint8_t *ip = self->ip;
  if (self->family == 4)
    return ip[0] == 10 || (ip[0] == 172 && (ip[1] & 0xf0) == 16) || (ip[0] == 192 && ip[1] == 168);
  return self->family == 6 && (ip[0] & 0xfe) == 0xfc;
}

guint
sotto_addr_hash (gconstpointer addr)
{
  const SottoAddr *self = addr;
  guint hash = 5381u * 33 + self->family;
  hash = hash * 33 + self->port;
  for (gsize i = 0; i < ip_len (self); i++)
    hash = hash * 33 + self->ip[i];
  return hash;
}

gboolean
sotto_addr_equal_func (gconstpointer a, gconstpointer b)
{
  return sotto_addr_equal (a, b);
}
