// SPDX-License-Identifier: GPL-3.0-or-later
/* GLib's socket addresses to ours and back; declared in link.h. Mapped IPv4 becomes family 4. */
#include "shared/net/link.h"

#include <string.h>

static const uint8_t mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

bool
sotto_addr_from_gsocket (GSocketAddress *address, SottoAddr *out)
{
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return false;

  GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (address);
  GInetAddress *ip = g_inet_socket_address_get_address (inet);
  const guint8 *bytes = g_inet_address_to_bytes (ip);
  SottoAddr addr = { .port = g_inet_socket_address_get_port (inet) };

  if (g_inet_address_get_family (ip) == G_SOCKET_FAMILY_IPV4)
    {
      addr.family = 4;
      memcpy (addr.ip, bytes, 4);
    }
  else if (memcmp (bytes, mapped_prefix, sizeof mapped_prefix) == 0)
    {
      addr.family = 4;
      memcpy (addr.ip, bytes + 12, 4);
    }
  else
    {
      addr.family = 6;
      memcpy (addr.ip, bytes, 16);
    }
  *out = addr;
  return true;
}

GSocketAddress *
sotto_addr_to_gsocket (const SottoAddr *addr)
{
  GSocketFamily family = addr->family == 6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4;
  g_autoptr (GInetAddress) ip = g_inet_address_new_from_bytes (addr->ip, family);

  return g_inet_socket_address_new (ip, addr->port);
}
