// SPDX-License-Identifier: GPL-3.0-or-later
/* A server of its own folder, where the engines of the benchmark meet. */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct
{
  char *folder; /* with everything that the engines keep too */
  GPid server;
  int output;
  uint16_t port;
} PeerHouse;

void peer_house_open (PeerHouse *self, const char *server_program);
void peer_house_close (PeerHouse *self); /* removes the folder */
