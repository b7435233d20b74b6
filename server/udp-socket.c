// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/udp-socket.h"

#include "shared/base/limits.h"
#include "shared/net/sockaddr.h"
#include <gio/gio.h>
#include <string.h>
#include <sys/epoll.h>

#define BATCH        32
#define TURN_BATCHES 16 /* then others have their turn */

struct _SottoUdpSocket
{
  SottoPollerWatch watch; /* first */
  SottoPoller *poller;
  GSocket *socket;
  SottoUdpAnswer answer;
  gpointer data;
};

typedef union
{
  struct cmsghdr align;
  uint8_t bytes[CMSG_SPACE (sizeof (struct in6_pktinfo))];
} Control;

typedef struct
{
  struct mmsghdr messages[BATCH];
  struct iovec vectors[BATCH];
  SottoSockaddr from[BATCH];
  Control control[BATCH];
  uint8_t bytes[BATCH][SOTTO_UDP_QUESTION_MAX + 1];
} Batch;

/* ---- The address that was asked ---- */

/* As what came with a question says it; made into what is sent with an answer. The interface is the
 * routes' choice, but where an address means nothing without one. */
static gsize
turn_round (struct msghdr *question, Control *out)
{
  struct msghdr answer = { .msg_control = out, .msg_controllen = sizeof *out };
  struct cmsghdr *to = CMSG_FIRSTHDR (&answer);

  for (struct cmsghdr *c = CMSG_FIRSTHDR (question); c != NULL; c = CMSG_NXTHDR (question, c))
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
      {
        struct in_pktinfo info;

        memcpy (&info, CMSG_DATA (c), sizeof info);
        const struct in_pktinfo source = { .ipi_spec_dst = info.ipi_spec_dst };
        *to = (struct cmsghdr){ CMSG_LEN (sizeof source), IPPROTO_IP, IP_PKTINFO };
        memcpy (CMSG_DATA (to), &source, sizeof source);
        return CMSG_SPACE (sizeof source);
      }
    else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO)
      {
        struct in6_pktinfo info;

        memcpy (&info, CMSG_DATA (c), sizeof info);
        if (!IN6_IS_ADDR_LINKLOCAL (&info.ipi6_addr))
          info.ipi6_ifindex = 0;
        *to = (struct cmsghdr){ CMSG_LEN (sizeof info), IPPROTO_IPV6, IPV6_PKTINFO };
        memcpy (CMSG_DATA (to), &info, sizeof info);
        return CMSG_SPACE (sizeof info);
      }
  return 0;
}

static void
send_back (SottoUdpSocket *self, struct msghdr *question, uint8_t *answer, gsize n)
{
  struct iovec vector = { answer, n };
  Control control = { 0 };
  struct msghdr message = { .msg_name = question->msg_name,
                            .msg_namelen = question->msg_namelen,
                            .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = &control,
                            .msg_controllen = turn_round (question, &control) };

  /* What the kernel does not take now is lost, as on any network: it will be asked again. */
  if (sendmsg (g_socket_get_fd (self->socket), &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
    return;
}

/* ---- Receiving ---- */

static int
batch_receive (Batch *self, GSocket *socket)
{
  for (guint i = 0; i < BATCH; i++)
    {
      self->vectors[i] = (struct iovec){ self->bytes[i], sizeof self->bytes[i] };
      self->messages[i] =
          (struct mmsghdr){ .msg_hdr = { .msg_name = &self->from[i],
                                         .msg_namelen = sizeof self->from[i],
                                         .msg_iov = &self->vectors[i],
                                         .msg_iovlen = 1,
                                         .msg_control = &self->control[i],
                                         .msg_controllen = sizeof self->control[i] } };
    }
  return recvmmsg (g_socket_get_fd (socket), self->messages, BATCH, MSG_DONTWAIT, NULL);
}

static void
take_question (SottoUdpSocket *self, Batch *batch, guint i)
{
  struct mmsghdr *message = &batch->messages[i];
  uint8_t answer[SOTTO_DATAGRAM_MAX];
  SottoAddr from;

  if (!sotto_sockaddr_to_addr (&batch->from[i], &from) || from.port == 0)
    return;
  gsize n = self->answer (&from, batch->bytes[i], message->msg_len, answer, self->data);
  if (n > 0)
    send_back (self, &message->msg_hdr, answer, n);
}

static void
on_ready (SottoPollerWatch *watch, uint32_t events)
{
  SottoUdpSocket *self = (SottoUdpSocket *)watch;
  int n = BATCH;
  Batch batch;

  /* Being level-triggered, the poller comes back for the rest. */
  for (guint i = 0; i < TURN_BATCHES && n == BATCH; i++)
    {
      n = batch_receive (&batch, self->socket);
      for (int k = 0; k < n; k++)
        take_question (self, &batch, (guint)k);
    }
}

/* ---- Binding ---- */

static GSocket *
bind_socket (const SottoAddr *addr, GError **error)
{
  bool v6 = addr->family == 6;
  g_autoptr (GSocket) socket = g_socket_new (v6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4,
                                             G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
  SottoSockaddr native;
  socklen_t n = sotto_sockaddr_from_addr (addr, &native);

  if (socket == NULL || (v6 && !g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, error))
      || !g_socket_set_option (socket, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
                               v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, 1, error))
    return NULL;
  g_autoptr (GSocketAddress) address = g_socket_address_new_from_native (&native, n);
  return g_socket_bind (socket, address, FALSE, error) ? g_steal_pointer (&socket) : NULL;
}

static bool
read_bound (GSocket *socket, SottoAddr *out)
{
  SottoSockaddr native;
  socklen_t n = sizeof native;

  return getsockname (g_socket_get_fd (socket), &native.any, &n) == 0
         && sotto_sockaddr_to_addr (&native, out);
}

SottoUdpSocket *
sotto_udp_socket_new (SottoPoller *poller,
                      const SottoAddr *addr,
                      SottoAddr *out_bound,
                      SottoUdpAnswer answer,
                      gpointer data,
                      GError **error)
{
  g_autoptr (GSocket) socket = bind_socket (addr, error);

  if (socket == NULL)
    return NULL;
  if (!read_bound (socket, out_bound))
    *out_bound = *addr;
  SottoUdpSocket *self = g_new0 (SottoUdpSocket, 1);
  self->poller = poller;
  self->answer = answer;
  self->data = data;
  self->socket = g_steal_pointer (&socket);
  if (!sotto_poller_add (poller, &self->watch, g_socket_get_fd (self->socket), EPOLLIN, on_ready,
                         error))
    {
      g_object_unref (self->socket);
      g_clear_pointer (&self, g_free);
    }
  return self;
}

void
sotto_udp_socket_free (SottoUdpSocket *self)
{
  if (self == NULL)
    return;
  sotto_poller_remove (self->poller, &self->watch);
  g_object_unref (self->socket);
  g_free (self);
}
