// SPDX-License-Identifier: GPL-3.0-or-later
/* The kernel's addresses to ours and back, without an object each: for the paths of datagrams. */
#pragma once

#include "shared/base/types.h"
#include <netinet/in.h>
#include <sys/socket.h>

typedef union
{
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  struct sockaddr_storage storage;
} SottoSockaddr;

socklen_t sotto_sockaddr_from_addr (const SottoAddr *addr, SottoSockaddr *out);
/* Mapped IPv4 becomes family 4; false for anything but IP. */
bool sotto_sockaddr_to_addr (const SottoSockaddr *address, SottoAddr *out);
