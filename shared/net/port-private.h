// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The port's parts, seen by its three sources: port.c owns the sockets, -receive.c takes apart what
 * came, -send.c puts together what leaves.
 */
#pragma once

#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/net/port.h"
#include "shared/net/sockaddr.h"

#define SOTTO_PORT_SOCKETS_MAX 2
/* A train is one datagram of at most 65,507 bytes to the kernel, which cuts it apart. */
#define SOTTO_PORT_TRAIN_MAX 53
/* No train is longer than that, whoever put it together. */
#define SOTTO_PORT_RECEIVE_LEN 65536
#define SOTTO_PORT_BATCH       8
/* Of one turn and socket; then others have theirs. A batch may go beyond by what it can hold. */
#define SOTTO_PORT_TURN_BYTES   (256 * 1024)
#define SOTTO_PORT_TURN_BATCHES 16

G_STATIC_ASSERT (SOTTO_PORT_TRAIN_MAX *SOTTO_DATAGRAM_MAX <= 65507);

typedef struct
{
  SottoPollerWatch watch; /* first: the poller hands it back */
  SottoPort *port;
  GSocket *socket;
  uint8_t family;
  guint n_single; /* trains that go as single datagrams before the kernel is asked again */
} SottoPortSocket;

/* Datagrams of one size to one address, the last one perhaps shorter. */
typedef struct
{
  SottoAddr to;
  gsize size;  /* of each */
  guint count; /* 0 = empty */
  guint sent;  /* of them; more than 0 only where they go singly */
  gsize n;     /* bytes */
  uint8_t bytes[SOTTO_PORT_TRAIN_MAX * SOTTO_DATAGRAM_MAX];
} SottoTrain;

/* What the port asks of the kernel: a test puts another one here. */
typedef struct
{
  ssize_t (*sendmsg) (int fd, const struct msghdr *message, int flags);
  int (*recvmmsg) (int fd,
                   struct mmsghdr *messages,
                   unsigned int n,
                   int flags,
                   struct timespec *timeout);
} SottoPortKernel;

struct _SottoPort
{
  SottoPoller *poller;
  SottoPortFunc received;
  gpointer data;
  SottoPortSocket sockets[SOTTO_PORT_SOCKETS_MAX];
  guint n_sockets;
  bool receiving; /* inside on_readable: freeing waits for its end */
  bool freed;
  SottoPortKernel kernel;
  SottoTrain *train; /* NULL until something is put */
  bool blocked;      /* the kernel takes nothing: the train waits */
  uint8_t *buffers;  /* BATCH × RECEIVE_LEN; what is never filled takes no memory */
};

/* port.c */
SottoPortSocket *sotto_port_find (const SottoPort *self, uint8_t family);
void sotto_port_set_kernel (SottoPort *self, const SottoPortKernel *kernel);
/* Errors that belong to one datagram, mostly to an earlier one of ours that ICMP answered. */
bool sotto_port_error_is_passing (int error);

/* port-receive.c: the port may be marked freed afterwards. */
void sotto_port_drain (SottoPortSocket *socket);
void sotto_port_want_trains (GSocket *socket);
