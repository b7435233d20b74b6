// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Durable writes of the client's files, off the loop and in the order they were asked for: one
 * worker thread. Freeing it waits until all is written, so nothing that was accepted is lost.
 */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

typedef struct _SottoStore SottoStore;

/* Called in the context the store was made in; error NULL = it is on the disk. Not called after
 * sotto_store_free. */
typedef void (*SottoStoreFunc) (const GError *error, gpointer data);

SottoStore *sotto_store_new (void);
void sotto_store_free (SottoStore *self);

/* Waits until all that was accepted is written; who was to be told still will be. */
void sotto_store_flush (SottoStore *self);

/* Replaces path (0600). done may be NULL. */
void sotto_store_replace (SottoStore *self,
                          const char *path,
                          GBytes *content,
                          SottoStoreFunc done,
                          gpointer data);
