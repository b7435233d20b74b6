// SPDX-License-Identifier: GPL-3.0-or-later
/* Scopes of link-local addresses are not kept: we neither send to such nor offer them. */
#include "shared/net/sockaddr.h"

#include <string.h>

socklen_t
sotto_sockaddr_from_addr (const SottoAddr *addr, SottoSockaddr *out)
{
  memset (out, 0, sizeof *out);
  if (addr->family == 4)
    {
      out->v4.sin_family = AF_INET;
      out->v4.sin_port = htons (addr->port);
      memcpy (&out->v4.sin_addr, addr->ip, 4);
      return sizeof out->v4;
    }
  out->v6.sin6_family = AF_INET6;
  out->v6.sin6_port = htons (addr->port);
  memcpy (&out->v6.sin6_addr, addr->ip, 16);
  return sizeof out->v6;
}

bool
sotto_sockaddr_to_addr (const SottoSockaddr *address, SottoAddr *out)
{
  SottoAddr addr = { 0 };

  if (address->any.sa_family == AF_INET)
    {
      addr.family = 4;
      addr.port = ntohs (address->v4.sin_port);
      memcpy (addr.ip, &address->v4.sin_addr, 4);
    }
  else if (address->any.sa_family == AF_INET6)
    {
      const uint8_t *ip = address->v6.sin6_addr.s6_addr;
      bool mapped = IN6_IS_ADDR_V4MAPPED (&address->v6.sin6_addr);

      addr.family = mapped ? 4 : 6;
      addr.port = ntohs (address->v6.sin6_port);
      memcpy (addr.ip, mapped ? ip + 12 : ip, mapped ? 4 : 16);
    }
  else
    return false;
  *out = addr;
  return true;
}
