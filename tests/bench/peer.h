// SPDX-License-Identifier: GPL-3.0-or-later
/* What the two halves of the benchmark share: how figures are named, taken and shown. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* One line a figure: SCENARIO.WHAT, the value, its unit. */
void peer_print_figure (const char *scenario, const char *what, double value, const char *unit);
double peer_cpu (void); /* seconds of this process so far */
/* Sorts the values. */
double peer_quantile (double *values, gsize n, double q);
/* Whoever named no scenario wants all. */
bool peer_is_wanted (const char *const *names, const char *scenario);

/* Each function runs in a process of its own, the two over a pair of sockets; both have to succeed.
 */
typedef void (*PeerSide) (int pipe, gpointer data);
void peer_run_pair (PeerSide asking, PeerSide answering, gpointer data);
void peer_must_write (int pipe, const void *bytes, gsize n);
void peer_must_read (int pipe, void *bytes, gsize n);

/* peer-channel.c: channel and port alone. */
void peer_channel_run (const char *const *names);
/* peer-store.c: two engines with their stores, and a server. */
void peer_store_run (const char *const *names, const char *server_program);
