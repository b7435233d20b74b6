// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Datagrams in. The kernel may hand over a whole train at once (UDP_GRO) and says how long its
 * wagons are; an older one hands them over one by one, which looks like trains of one. What was cut
 * off or is larger than any datagram of ours is dropped, and whole ones before it are not.
 */
#include "shared/net/port-private.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>

typedef struct
{
  struct mmsghdr messages[SOTTO_PORT_BATCH];
  struct iovec vectors[SOTTO_PORT_BATCH];
  SottoSockaddr from[SOTTO_PORT_BATCH];
  union
  {
    struct cmsghdr align;
    uint8_t bytes[CMSG_SPACE (sizeof (int))];
  } control[SOTTO_PORT_BATCH];
} Batch;

void
sotto_port_want_trains (GSocket *socket)
{
  g_socket_set_option (socket, IPPROTO_UDP, UDP_GRO, 1, NULL);
}

/* Returns how many came; -1 = none. */
static int
batch_receive (Batch *self, SottoPortSocket *socket)
{
  SottoPort *port = socket->port;
  int n;

  for (guint i = 0; i < SOTTO_PORT_BATCH; i++)
    {
      self->vectors[i] =
          (struct iovec){ port->buffers + i * SOTTO_PORT_RECEIVE_LEN, SOTTO_PORT_RECEIVE_LEN };
      self->messages[i] =
          (struct mmsghdr){ .msg_hdr = { .msg_name = &self->from[i],
                                         .msg_namelen = sizeof self->from[i],
                                         .msg_iov = &self->vectors[i],
                                         .msg_iovlen = 1,
                                         .msg_control = &self->control[i],
                                         .msg_controllen = sizeof self->control[i] } };
    }
  n = port->kernel.recvmmsg (g_socket_get_fd (socket->socket), self->messages, SOTTO_PORT_BATCH,
                             MSG_DONTWAIT, NULL);
  if (n >= 0)
    return n;
  return sotto_port_error_is_passing (errno) ? 0 : -1;
}

/* How long each datagram of a train is; the last one may be shorter. */
static gsize
wagon_len (struct mmsghdr *message)
{
  struct msghdr *header = &message->msg_hdr;

  for (struct cmsghdr *c = CMSG_FIRSTHDR (header); c != NULL; c = CMSG_NXTHDR (header, c))
    if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO
        && c->cmsg_len >= CMSG_LEN (sizeof (int)))
      {
        int n;

        memcpy (&n, CMSG_DATA (c), sizeof n);
        return n > 0 ? (gsize)n : message->msg_len;
      }
  return message->msg_len;
}

static void
hand_on (SottoPort *self, Batch *batch, guint i)
{
  struct mmsghdr *message = &batch->messages[i];
  const uint8_t *bytes = self->buffers + i * SOTTO_PORT_RECEIVE_LEN;
  bool cut = (message->msg_hdr.msg_flags & MSG_TRUNC) != 0;
  gsize n = wagon_len (message), rest = message->msg_len;
  SottoAddr from;

  if (n > SOTTO_DATAGRAM_MAX || !sotto_sockaddr_to_addr (&batch->from[i], &from) || from.port == 0)
    return;
  for (; rest > 0 && !self->freed; bytes += n, rest -= n)
    {
      n = MIN (n, rest);
      if (n == rest && cut)
        return;
      self->received (self, &from, bytes, n, self->data);
    }
}

static gsize
batch_hand_on (Batch *self, SottoPort *port, guint n)
{
  gsize bytes = 0;

  for (guint i = 0; i < n && !port->freed; i++)
    {
      bytes += self->messages[i].msg_len;
      hand_on (port, self, i);
    }
  return bytes;
}

/* Until the socket is empty or its share of a turn is used: being level-triggered, the poller comes
 * back for the rest. */
void
sotto_port_drain (SottoPortSocket *socket)
{
  SottoPort *self = socket->port;
  gsize bytes = 0;
  Batch batch;

  for (guint i = 0; i < SOTTO_PORT_TURN_BATCHES && bytes < SOTTO_PORT_TURN_BYTES && !self->freed;
       i++)
    {
      int n = batch_receive (&batch, socket);

      if (n > 0)
        bytes += batch_hand_on (&batch, self, (guint)n);
      if (n < 0 || (n > 0 && n < SOTTO_PORT_BATCH))
        return; /* that was all */
    }
}
