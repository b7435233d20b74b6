// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where a UNIX socket lies, however long its path: an address has 108 bytes, so a longer one is
 * written by way of its opened folder. For the server and for sottoctl.
 */
#pragma once

#include "shared/base/error.h"
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

typedef struct
{
  struct sockaddr_un address;
  int folder; /* keeps the address valid; -1 = none needed */
} SottoControlPath;

/* false: SOTTO_ERROR_IO, and nothing to clear. */
bool sotto_control_path_init (SottoControlPath *self, const char *path, GError **error);
void sotto_control_path_clear (SottoControlPath *self);
/* Connects a new stream socket. Where the listener's queue is full: EAGAIN after that time; with 0
 * at once, and the socket does not block. -1 and errno as connect() leaves it. */
int sotto_control_path_connect (const SottoControlPath *self, guint wait_s);
