// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * UDP sockets on a poller. Owns the sockets and one batch of receive buffers. A socket is drained
 * until it is empty or its share of a loop turn is used; being level-triggered, the poller comes
 * back for the rest. Errors of single datagrams (ICMP answers, a full buffer) are no errors of the
 * port: the network may lose anything.
 */
#include "shared/net/port.h"

#include "shared/base/limits.h"
#include "shared/base/text.h"
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define PORT_SOCKETS_MAX 2
#define PORT_BATCH       16
#define PORT_BATCHES_MAX 8 /* 128 datagrams a turn, about 150 KB: then others have theirs */
#define PORT_BUFFER      (1024 * 1024) /* asked of the kernel; less is fine */
#define PORT_ADDRS_MAX   32

typedef union
{
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  struct sockaddr_storage storage;
} PortAddress;

typedef struct
{
  SottoPollerWatch watch; /* first: the poller hands it back */
  SottoPort *port;
  GSocket *socket;
  uint8_t family;
} PortSocket;

struct _SottoPort
{
  SottoPoller *poller;
  SottoPortFunc received;
  gpointer data;
  PortSocket sockets[PORT_SOCKETS_MAX];
  guint n_sockets;
  bool receiving; /* inside on_readable: freeing waits for its end */
  bool freed;
  PortAddress from[PORT_BATCH];
  /* One byte more than the largest datagram: what fills it is too large. */
  uint8_t buffers[PORT_BATCH][SOTTO_DATAGRAM_MAX + 1];
};

static socklen_t
address_from_addr (const SottoAddr *addr, PortAddress *out)
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

static bool
address_to_addr (const PortAddress *address, SottoAddr *out)
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

static void
port_destroy (SottoPort *self)
{
  g_free (self);
}

/* Errors that belong to one datagram, mostly to an earlier one of ours that ICMP answered. */
static bool
error_is_passing (int error)
{
  return error == EINTR || error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH
         || error == EHOSTDOWN || error == ENETDOWN || error == EMSGSIZE || error == ENOBUFS
         || error == EPROTO || error == EOPNOTSUPP;
}

/* Returns how many came; 0 = try again, -1 = nothing is there. */
static int
socket_receive (PortSocket *socket, struct mmsghdr *messages)
{
  SottoPort *port = socket->port;
  struct iovec vectors[PORT_BATCH];
  int n;

  for (guint i = 0; i < PORT_BATCH; i++)
    {
      vectors[i] = (struct iovec){ port->buffers[i], sizeof port->buffers[i] };
      messages[i] = (struct mmsghdr){ .msg_hdr = { .msg_name = &port->from[i],
                                                   .msg_namelen = sizeof port->from[i],
                                                   .msg_iov = &vectors[i],
                                                   .msg_iovlen = 1 } };
    }
  n = recvmmsg (g_socket_get_fd (socket->socket), messages, PORT_BATCH, MSG_DONTWAIT, NULL);
  if (n >= 0)
    return n;
  return error_is_passing (errno) ? 0 : -1;
}

static void
port_hand_on (SottoPort *self, const struct mmsghdr *messages, guint n)
{
  for (guint i = 0; i < n && !self->freed; i++)
    {
      SottoAddr from;

      if (messages[i].msg_len > SOTTO_DATAGRAM_MAX || !address_to_addr (&self->from[i], &from)
          || from.port == 0)
        continue;
      self->received (self, &from, self->buffers[i], messages[i].msg_len, self->data);
    }
}

static void
on_readable (SottoPollerWatch *watch, uint32_t events)
{
  PortSocket *socket = (PortSocket *)watch;
  SottoPort *self = socket->port;
  struct mmsghdr messages[PORT_BATCH];

  self->receiving = true;
  for (guint i = 0; i < PORT_BATCHES_MAX && !self->freed; i++)
    {
      int n = socket_receive (socket, messages);

      if (n < 0)
        break;
      port_hand_on (self, messages, (guint)n);
    }
  self->receiving = false;
  if (self->freed)
    port_destroy (self);
}

SottoPort *
sotto_port_new (SottoPoller *poller, SottoPortFunc received, gpointer data)
{
  SottoPort *self = g_new0 (SottoPort, 1);

  self->poller = poller;
  self->received = received;
  self->data = data;
  return self;
}

static PortSocket *
port_find (const SottoPort *self, uint8_t family)
{
  for (guint i = 0; i < self->n_sockets; i++)
    if (self->sockets[i].family == family)
      return (PortSocket *)&self->sockets[i];
  return NULL;
}

bool
sotto_port_add (SottoPort *self, GSocket *socket, GError **error)
{
  uint8_t family = g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV4 ? 4 : 6;
  PortSocket *place;

  g_return_val_if_fail (g_socket_get_socket_type (socket) == G_SOCKET_TYPE_DATAGRAM, false);
  g_return_val_if_fail (port_find (self, family) == NULL, false);

  /* A burst must fit while the loop is busy; the kernel may give less. */
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, PORT_BUFFER, NULL);
  g_socket_set_option (socket, SOL_SOCKET, SO_SNDBUF, PORT_BUFFER, NULL);
  g_socket_set_blocking (socket, FALSE);

  place = &self->sockets[self->n_sockets];
  *place = (PortSocket){ .watch = { .fd = -1 }, .port = self, .family = family };
  if (!sotto_poller_add (self->poller, &place->watch, g_socket_get_fd (socket), EPOLLIN,
                         on_readable, error))
    return false;
  place->socket = g_object_ref (socket);
  self->n_sockets++;
  return true;
}

static bool
socket_get_local (GSocket *socket, SottoAddr *out)
{
  PortAddress address;
  socklen_t n = sizeof address;

  memset (&address, 0, sizeof address);
  return getsockname (g_socket_get_fd (socket), &address.any, &n) == 0
         && address_to_addr (&address, out);
}

bool
sotto_port_bind (SottoPort *self, const SottoAddr *addr, SottoAddr *out_bound, GError **error)
{
  GSocketFamily family = addr->family == 4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  PortAddress native;
  socklen_t n_native = address_from_addr (addr, &native);

  socket = g_socket_new (family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
  if (socket == NULL)
    return false;
  if (addr->family == 6 && !g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, error))
    return false;
  address = g_socket_address_new_from_native (&native, n_native);
  /* No address reuse: two clients on one port would steal each other's datagrams. */
  if (!g_socket_bind (socket, address, FALSE, error) || !sotto_port_add (self, socket, error))
    return false;
  if (out_bound != NULL && !socket_get_local (socket, out_bound))
    *out_bound = *addr;
  return true;
}

void
sotto_port_free (SottoPort *self)
{
  if (self == NULL || self->freed)
    return;
  self->freed = true;
  for (guint i = 0; i < self->n_sockets; i++)
    {
      sotto_poller_remove (self->poller, &self->sockets[i].watch);
      g_socket_close (self->sockets[i].socket, NULL);
      g_clear_object (&self->sockets[i].socket);
    }
  if (!self->receiving)
    port_destroy (self);
}

bool
sotto_port_send (SottoPort *self, const SottoAddr *to, const uint8_t *datagram, gsize n)
{
  PortSocket *socket = port_find (self, to->family);
  PortAddress address;
  socklen_t n_address;

  if (socket == NULL || self->freed)
    return false;
  n_address = address_from_addr (to, &address);
  /* The first call may only fetch an error that an earlier datagram left behind: hence twice. */
  for (guint tries = 0; tries < 2; tries++)
    {
      gssize sent = sendto (g_socket_get_fd (socket->socket), datagram, n,
                            MSG_DONTWAIT | MSG_NOSIGNAL, &address.any, n_address);

      if (sent >= 0)
        return (gsize)sent == n;
      if (errno != EINTR && errno != ECONNREFUSED)
        return false;
    }
  return false;
}

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

static int
addr_rank (const SottoAddr *addr)
{
  if (sotto_addr_is_loopback (addr))
    return 2;
  return sotto_addr_is_private (addr) ? 0 : 1;
}

static gsize
interface_addrs (const SottoAddr *bound, SottoAddr *out, gsize max)
{
  struct ifaddrs *all = NULL;
  gsize n = 0;

  if (getifaddrs (&all) != 0)
    return 0;
  for (const struct ifaddrs *it = all; it != NULL && n < max; it = it->ifa_next)
    {
      PortAddress address;
      SottoAddr addr;

      if (it->ifa_addr == NULL || (it->ifa_flags & IFF_UP) == 0
          || (it->ifa_addr->sa_family != AF_INET && it->ifa_addr->sa_family != AF_INET6))
        continue;
      memset (&address, 0, sizeof address);
      memcpy (&address, it->ifa_addr,
              it->ifa_addr->sa_family == AF_INET ? sizeof address.v4 : sizeof address.v6);
      if (!address_to_addr (&address, &addr) || addr.family != bound->family
          || addr_is_link_local (&addr))
        continue;
      addr.port = bound->port;
      out[n++] = addr;
    }
  freeifaddrs (all);
  return n;
}

gsize
sotto_port_local_addrs (const SottoPort *self, SottoAddr *out, gsize max)
{
  SottoAddr all[PORT_ADDRS_MAX];
  gsize n_all = 0, n = 0;

  for (guint i = 0; i < self->n_sockets && n_all < PORT_ADDRS_MAX; i++)
    {
      SottoAddr bound;

      if (!socket_get_local (self->sockets[i].socket, &bound))
        continue;
      if (addr_is_wildcard (&bound))
        n_all += interface_addrs (&bound, all + n_all, PORT_ADDRS_MAX - n_all);
      else
        all[n_all++] = bound;
    }
  for (int rank = 0; rank <= 2; rank++)
    for (gsize i = 0; i < n_all && n < max; i++)
      if (addr_rank (&all[i]) == rank)
        out[n++] = all[i];
  return n;
}
