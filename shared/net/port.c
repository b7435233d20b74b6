// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * UDP sockets on a poller. Owns the sockets and one batch of receive buffers. A socket is drained
 * until it is empty or its share of a loop turn is used; being level-triggered, the poller comes
 * back for the rest. Errors of single datagrams (ICMP answers, a full buffer) are no errors of the
 * port: the network may lose anything.
 */
#include "shared/net/port.h"

#include "shared/base/limits.h"
#include "shared/net/interfaces.h"
#include "shared/net/sockaddr.h"
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define PORT_SOCKETS_MAX 2
#define PORT_BATCH       16
#define PORT_BATCHES_MAX 8 /* 128 datagrams a turn, about 150 KB: then others have theirs */
#define PORT_BUFFER      (1024 * 1024) /* asked of the kernel; less is fine */
#define PORT_ADDRS_MAX   32

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
  SottoSockaddr from[PORT_BATCH];
  /* One byte more than the largest datagram: what fills it is too large. */
  uint8_t buffers[PORT_BATCH][SOTTO_DATAGRAM_MAX + 1];
};

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

      if (messages[i].msg_len > SOTTO_DATAGRAM_MAX
          || !sotto_sockaddr_to_addr (&self->from[i], &from) || from.port == 0)
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
  SottoSockaddr address;
  socklen_t n = sizeof address;

  memset (&address, 0, sizeof address);
  return getsockname (g_socket_get_fd (socket), &address.any, &n) == 0
         && sotto_sockaddr_to_addr (&address, out);
}

bool
sotto_port_bind (SottoPort *self, const SottoAddr *addr, SottoAddr *out_bound, GError **error)
{
  GSocketFamily family = addr->family == 4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  SottoSockaddr native;
  socklen_t n_native = sotto_sockaddr_from_addr (addr, &native);

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
  SottoSockaddr address;
  socklen_t n_address;

  if (socket == NULL || self->freed)
    return false;
  n_address = sotto_sockaddr_from_addr (to, &address);
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

gsize
sotto_port_local_addrs (const SottoPort *self, SottoAddr *out, gsize max)
{
  SottoAddr all[PORT_ADDRS_MAX];
  gsize n = 0;

  for (guint i = 0; i < self->n_sockets; i++)
    {
      SottoAddr bound;

      if (socket_get_local (self->sockets[i].socket, &bound))
        n += sotto_interfaces_resolve (&bound, all + n, PORT_ADDRS_MAX - n);
    }
  sotto_interfaces_sort (all, n);
  n = MIN (n, max);
  memcpy (out, all, n * sizeof *out);
  return n;
}
