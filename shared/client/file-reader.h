// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A file of ours on its way out: blocks of it and its hash, read off the loop. What it was when it
 * was offered it has to be until the end, or reading fails. Nothing is called from within a call.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/types.h"

#define SOTTO_FILE_BLOCK (256u * 1024)

/* How a file is known again: nobody changed it in between. */
typedef struct
{
  uint64_t size;
  gint64 changed_ns; /* its mtime */
} SottoFileStamp;

typedef struct
{
  void (*block) (GBytes *block, uint64_t offset, gpointer owner); /* borrowed */
  void (*hash) (const SottoKey *sha256, gpointer owner);
  void (*failed) (const GError *error, gpointer owner); /* the last call */
} SottoFileReaderHandler;

typedef struct _SottoFileReader SottoFileReader;

/* An fd for reading of a regular file, and what it is; -1 when it is none, or cannot be read.
 * Blocks. */
int sotto_file_open_to_read (const char *path, SottoFileStamp *out, GError **error);

SottoFileReader *sotto_file_reader_new (GThreadPool *pool,
                                        int priority,
                                        const char *path,
                                        const SottoFileStamp *stamp,
                                        const SottoFileReaderHandler *handler,
                                        gpointer owner);
void sotto_file_reader_free (SottoFileReader *self); /* NULL is fine; does not wait */

/* → block, of n bytes, at most SOTTO_FILE_BLOCK, within the file. Going back is cheap, going ahead
 * hashes what lies between. */
void sotto_file_reader_read (SottoFileReader *self, uint64_t offset, gsize n);
/* → hash of the whole file. */
void sotto_file_reader_hash (SottoFileReader *self);
