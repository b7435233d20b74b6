// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Frames over one connected GSocket on a poller. Owns the socket and its buffering: the read buffer
 * exists only while a frame is partial, the write queue only while something waits. Never
 * interprets a frame.
 */
#pragma once

#include "shared/net/poller.h"
#include "shared/base/types.h"
#include "shared/wire/frame.h"
#include <gio/gio.h>

typedef struct _SottoLink SottoLink;

typedef struct
{
  /* A whole frame; its bytes are valid during the call. The link may be closed in here, not freed.
   */
  void (*frame) (SottoLink *link, const SottoFrame *frame, gpointer data);
  /* The peer broke framing (TOO_BIG, PROTOCOL): answer and close. */
  void (*broken) (SottoLink *link, SottoCode code, gpointer data);
  /* End of stream or a socket error (error NULL = end of stream); already closed. Free the link
   * from an idle or after the callback returns. Not called after sotto_link_close. */
  void (*closed) (SottoLink *link, const GError *error, gpointer data);
} SottoLinkHandler;

/* Takes a reference to a connected, non-blocking socket. frame_max as in sotto_frame_next. */
SottoLink *sotto_link_new (SottoPoller *poller,
                           GSocket *socket,
                           gsize frame_max,
                           const SottoLinkHandler *handler,
                           gpointer data,
                           GError **error);
void sotto_link_free (SottoLink *self);

void sotto_link_set_frame_max (SottoLink *self, gsize frame_max);
/* Queues bytes (whole frames); they leave at sotto_link_flush or when the socket is writable.
 * Returns the bytes now waiting, so that the owner can enforce SOTTO_SESSION_QUEUE_MAX. */
gsize sotto_link_queue (SottoLink *self, const uint8_t *bytes, gsize n);
void sotto_link_flush (SottoLink *self);
/* Both in one, and without a copy while the kernel takes it: for what is said to a crowd. */
gsize sotto_link_write (SottoLink *self, const uint8_t *bytes, gsize n);
gsize sotto_link_waiting (const SottoLink *self);
/* Stop and resume reading (backpressure: "read later"). Resuming hands out the frames that had come
 * before the stop, from inside this call. */
void sotto_link_set_reading (SottoLink *self, bool reading);
/* Flushes what the socket takes at once, shuts down and closes. `closed` is not called. */
void sotto_link_close (SottoLink *self);
/* Close that the peer hears: writes what is queued, shuts our direction down, discards what still
 * comes and calls `closed` at the peer's end of stream. The owner sets a deadline for it. */
void sotto_link_finish (SottoLink *self);
bool sotto_link_is_open (const SottoLink *self);
bool sotto_link_get_remote (const SottoLink *self, SottoAddr *out);
bool sotto_link_get_local (const SottoLink *self, SottoAddr *out);

/* GLib's address to ours and back. */
bool sotto_addr_from_gsocket (GSocketAddress *address, SottoAddr *out);
GSocketAddress *sotto_addr_to_gsocket (const SottoAddr *addr);
