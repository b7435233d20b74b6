// SPDX-License-Identifier: GPL-3.0-or-later
/* getifaddrs, filtered. */
#include "shared/net/interfaces.h"

#include "shared/base/text.h"
#include "shared/net/sockaddr.h"
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool
addr_is_wildcard (const SottoAddr *addr)
{
  static const uint8_t zeros[16];

  return memcmp (addr->ip, zeros, addr->family == 4 ? 4 : 16) == 0;
}

static bool
addr_is_link_local (const SottoAddr *addr)
{
  if (addr->family == 4)
    return addr->ip[0] == 169 && addr->ip[1] == 254;
  return addr->ip[0] == 0xfe && (addr->ip[1] & 0xc0) == 0x80;
}

static bool
interface_addr (const struct ifaddrs *interface, SottoAddr *out)
{
  const struct sockaddr *any = interface->ifa_addr;
  SottoSockaddr address = { 0 };

  if (any == NULL || (interface->ifa_flags & IFF_UP) == 0)
    return false;
  if (any->sa_family != AF_INET && any->sa_family != AF_INET6)
    return false;
  memcpy (&address, any, any->sa_family == AF_INET ? sizeof address.v4 : sizeof address.v6);
  return sotto_sockaddr_to_addr (&address, out) && !addr_is_link_local (out);
}

gsize
sotto_interfaces_resolve (const SottoAddr *bound, SottoAddr *out, gsize max)
{
  struct ifaddrs *all = NULL;
  gsize n = 0;

  if (max > 0 && !addr_is_wildcard (bound))
    {
      out[0] = *bound;
      return 1;
    }
  if (getifaddrs (&all) != 0)
    return 0;
  for (const struct ifaddrs *it = all; it != NULL && n < max; it = it->ifa_next)
    if (interface_addr (it, &out[n]) && out[n].family == bound->family)
      out[n++].port = bound->port;
  freeifaddrs (all);
  return n;
}

/* A link-local one cannot be told without its interface: it counts as there. */
bool
sotto_interfaces_have (const SottoAddr *addr)
{
  SottoSockaddr native;
  SottoAddr any_port = *addr;

  any_port.port = 0;
  socklen_t n = sotto_sockaddr_from_addr (&any_port, &native);
  int fd = socket (native.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return true;
  bool gone = bind (fd, &native.any, n) != 0 && errno == EADDRNOTAVAIL;
  close (fd);
  return !gone;
}

static int
addr_rank (const SottoAddr *addr)
{
  if (sotto_addr_is_loopback (addr))
    return 2;
  return sotto_addr_is_private (addr) ? 0 : 1;
}

/* Insertion keeps the order of equals; there are few. */
void
sotto_interfaces_sort (SottoAddr *addrs, gsize n)
{
  for (gsize i = 1; i < n; i++)
    for (gsize k = i; k > 0 && addr_rank (&addrs[k]) < addr_rank (&addrs[k - 1]); k--)
      {
        SottoAddr other = addrs[k];

        addrs[k] = addrs[k - 1];
        addrs[k - 1] = other;
      }
}
