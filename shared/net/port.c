// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * UDP sockets on a poller: owns them and what the other two sources read into and write from.
 * Errors of single datagrams (ICMP answers, a full buffer) are no errors of the port: the network
 * may lose anything.
 */
#include "shared/net/port-private.h"

#include "shared/net/interfaces.h"
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define PORT_BUFFER    (4 * 1024 * 1024) /* asked of the kernel; less is fine */
#define PORT_ADDRS_MAX 32

static const SottoPortKernel real_kernel = { sendmsg, recvmmsg };

bool
sotto_port_error_is_passing (int error)
{
  return error == EINTR || error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH
         || error == EHOSTDOWN || error == ENETDOWN || error == EMSGSIZE || error == ENOBUFS
         || error == EPROTO || error == EOPNOTSUPP;
}

static void
port_destroy (SottoPort *self)
{
  g_free (self->train);
  g_free (self->buffers);
  g_free (self);
}

static void
on_socket_ready (SottoPollerWatch *watch, uint32_t events)
{
  SottoPortSocket *socket = (SottoPortSocket *)watch;
  SottoPort *self = socket->port;

  if ((events & EPOLLOUT) != 0)
    sotto_port_flush (self);
  if ((events & ~(uint32_t)EPOLLOUT) == 0)
    return;
  self->receiving = true;
  sotto_port_drain (socket);
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
  self->kernel = real_kernel;
  self->buffers = g_malloc (SOTTO_PORT_BATCH * SOTTO_PORT_RECEIVE_LEN);
  return self;
}

void
sotto_port_set_kernel (SottoPort *self, const SottoPortKernel *kernel)
{
  self->kernel = kernel != NULL ? *kernel : real_kernel;
}

SottoPortSocket *
sotto_port_find (const SottoPort *self, uint8_t family)
{
  for (guint i = 0; i < self->n_sockets; i++)
    if (self->sockets[i].family == family)
      return (SottoPortSocket *)&self->sockets[i];
  return NULL;
}

static bool
add (SottoPort *self, GSocket *socket, GError **error)
{
  uint8_t family = g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV4 ? 4 : 6;
  SottoPortSocket *place;

  g_return_val_if_fail (g_socket_get_socket_type (socket) == G_SOCKET_TYPE_DATAGRAM, false);
  g_return_val_if_fail (sotto_port_find (self, family) == NULL, false);

  /* A burst must fit while the loop is busy; the kernel may give less. */
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, PORT_BUFFER, NULL);
  g_socket_set_option (socket, SOL_SOCKET, SO_SNDBUF, PORT_BUFFER, NULL);
  sotto_port_want_trains (socket);
  g_socket_set_blocking (socket, FALSE);

  place = &self->sockets[self->n_sockets];
  *place = (SottoPortSocket){ .watch = { .fd = -1 }, .port = self, .family = family };
  if (!sotto_poller_add (self->poller, &place->watch, g_socket_get_fd (socket), EPOLLIN,
                         on_socket_ready, error))
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
  if (!g_socket_bind (socket, address, FALSE, error) || !add (self, socket, error))
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
  sotto_port_flush (self); /* what was put has been promised */
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
