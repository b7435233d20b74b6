// SPDX-License-Identifier: GPL-3.0-or-later
/* A routing netlink socket that hears of addresses alone. What it says is not read: that it says
 * something is enough, and so a lost or forged message does no harm. */
#include "shared/net/address-watch.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct _SottoAddressWatch
{
  SottoPollerWatch watch; /* first: the poller hands it back */
  SottoPoller *poller;
  void (*changed) (gpointer data);
  gpointer data;
};

/* A read that fails for want of room has lost messages, which says the same as one that came. */
static void
on_readable (SottoPollerWatch *watch, uint32_t events)
{
  SottoAddressWatch *self = (SottoAddressWatch *)watch;
  uint8_t unread[8192];

  while (recv (watch->fd, unread, sizeof unread, MSG_DONTWAIT) > 0)
    ;
  self->changed (self->data);
}

static int
open_socket (void)
{
  struct sockaddr_nl address = { .nl_family = AF_NETLINK,
                                 .nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR };
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

  if (fd >= 0 && bind (fd, (struct sockaddr *)&address, sizeof address) != 0)
    {
      close (fd);
      return -1;
    }
  return fd;
}

SottoAddressWatch *
sotto_address_watch_new (SottoPoller *poller, void (*changed) (gpointer data), gpointer data)
{
  SottoAddressWatch *self = g_new0 (SottoAddressWatch, 1);
  int fd = open_socket ();

  *self = (SottoAddressWatch){
    .watch = { .fd = -1 }, .poller = poller, .changed = changed, .data = data
  };
  if (fd >= 0 && sotto_poller_add (poller, &self->watch, fd, EPOLLIN, on_readable, NULL))
    return self;
  if (fd >= 0)
    close (fd);
  g_free (self);
  return NULL;
}

void
sotto_address_watch_free (SottoAddressWatch *self)
{
  if (self == NULL)
    return;
  int fd = self->watch.fd;
  sotto_poller_remove (self->poller, &self->watch);
  close (fd);
  g_free (self);
}
