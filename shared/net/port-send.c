// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Datagrams out. What is put goes into one buffer; while sizes and address stay the same it becomes
 * a train, which the kernel takes in one call and cuts apart as late as it can (UDP_SEGMENT). Where
 * it will not, for want of the option, of checksums in the device or of a large enough MTU, the
 * wagons go one by one and nobody notices.
 */
#include "shared/net/port-private.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/epoll.h>

/* A refusal may be that of one route: trains are tried again after so many. */
#define SINGLE_AFTER_REFUSAL 1024

typedef enum
{
  DONE,    /* or lost: nothing is to be done any more */
  BLOCKED, /* not now */
  REFUSED  /* not in this form */
} Verdict;

static Verdict
judge (int error)
{
  switch (error)
    {
    case EAGAIN:
      return BLOCKED;
    case EIO:
    case EINVAL:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case EMSGSIZE:
      return REFUSED;
    default: /* none, or one of the network, which may lose anything */
      return DONE;
    }
}

/* 0 or an errno. */
static int
kernel_send (SottoPortSocket *socket, const struct msghdr *message)
{
  /* The first call may only fetch an error that an earlier datagram left behind: hence twice. */
  for (guint tries = 0; tries < 2; tries++)
    {
      if (socket->port->kernel.sendmsg (g_socket_get_fd (socket->socket), message,
                                        MSG_DONTWAIT | MSG_NOSIGNAL)
          >= 0)
        return 0;
      if (errno != EINTR && errno != ECONNREFUSED)
        break;
    }
  return errno;
}

/* --- Trains --- */

static Verdict
send_together (SottoPortSocket *socket, SottoTrain *train, struct msghdr message)
{
  struct iovec vector = { train->bytes, train->n };
  uint16_t size = (uint16_t)train->size;
  union
  {
    struct cmsghdr header;
    uint8_t bytes[CMSG_SPACE (sizeof (uint16_t))];
  } control = { 0 };

  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  control.header.cmsg_level = IPPROTO_UDP;
  control.header.cmsg_type = UDP_SEGMENT;
  control.header.cmsg_len = CMSG_LEN (sizeof size);
  memcpy (CMSG_DATA (&control.header), &size, sizeof size);
  return judge (kernel_send (socket, &message));
}

static Verdict
send_singly (SottoPortSocket *socket, SottoTrain *train, struct msghdr message)
{
  struct iovec vector;

  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  for (; train->sent < train->count; train->sent++)
    {
      gsize at = train->sent * train->size;

      vector = (struct iovec){ train->bytes + at, MIN (train->size, train->n - at) };
      if (judge (kernel_send (socket, &message)) == BLOCKED)
        return BLOCKED;
    }
  return DONE;
}

static Verdict
send_train (SottoPortSocket *socket, SottoTrain *train)
{
  SottoSockaddr address;
  struct msghdr message = { .msg_name = &address };
  Verdict verdict = REFUSED;

  message.msg_namelen = sotto_sockaddr_from_addr (&train->to, &address);
  if (train->count > 1 && train->sent == 0 && socket->n_single == 0)
    {
      verdict = send_together (socket, train, message);
      if (verdict == REFUSED)
        socket->n_single = SINGLE_AFTER_REFUSAL;
    }
  else if (train->count > 1 && train->sent == 0)
    socket->n_single--;
  return verdict == REFUSED ? send_singly (socket, train, message) : verdict;
}

static void
set_blocked (SottoPort *self, SottoPortSocket *socket, bool blocked)
{
  if (self->blocked == blocked)
    return;
  self->blocked = blocked;
  sotto_poller_modify (self->poller, &socket->watch, EPOLLIN | (blocked ? EPOLLOUT : 0));
}

void
sotto_port_flush (SottoPort *self)
{
  SottoTrain *train = self->train;
  SottoPortSocket *socket;

  if (train == NULL || train->count == 0)
    return;
  socket = sotto_port_find (self, train->to.family);
  if (socket != NULL && send_train (socket, train) == BLOCKED)
    {
      set_blocked (self, socket, true);
      return;
    }
  if (socket != NULL)
    set_blocked (self, socket, false);
  train->count = train->sent = 0;
  train->n = 0;
}

bool
sotto_port_is_blocked (const SottoPort *self)
{
  return self->blocked;
}

uint8_t *
sotto_port_reserve (SottoPort *self)
{
  if (self->train == NULL)
    self->train = g_new0 (SottoTrain, 1);
  if (self->train->count == SOTTO_PORT_TRAIN_MAX)
    sotto_port_flush (self);
  return self->blocked ? NULL : self->train->bytes + self->train->n;
}

static bool
train_takes (const SottoTrain *self, const SottoAddr *to, gsize n)
{
  return self->count == 0
         || (n <= self->size && self->n == self->count * self->size
             && sotto_addr_equal (to, &self->to));
}

void
sotto_port_put (SottoPort *self, const SottoAddr *to, gsize n)
{
  SottoTrain *train = self->train;
  const uint8_t *datagram = train->bytes + train->n;

  g_return_if_fail (!self->blocked && n <= SOTTO_DATAGRAM_MAX);
  if (!train_takes (train, to, n))
    {
      sotto_port_flush (self);
      if (self->blocked)
        return; /* this one is lost, as on any network */
      memmove (train->bytes, datagram, n);
    }
  if (train->count == 0)
    {
      train->to = *to;
      train->size = n;
    }
  train->count++;
  train->n += n;
}

/* --- One --- */

bool
sotto_port_send (SottoPort *self, const SottoAddr *to, const uint8_t *datagram, gsize n)
{
  SottoPortSocket *socket = sotto_port_find (self, to->family);
  struct iovec vector = { (uint8_t *)datagram, n };
  SottoSockaddr address;
  struct msghdr message = { .msg_name = &address, .msg_iov = &vector, .msg_iovlen = 1 };

  if (socket == NULL || self->freed)
    return false;
  message.msg_namelen = sotto_sockaddr_from_addr (to, &address);
  return kernel_send (socket, &message) == 0;
}
