// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A file of theirs on its way in: gathered as a partial one that outlives the program, hashed as it
 * grows, and put into its place when the hash is right. All of it off the loop; answers come in the
 * order of the calls, none from within one.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/types.h"
#include "shared/wire/message.h"

typedef struct
{
  void (*opened) (uint64_t stored, gpointer owner);
  void (*stored) (uint64_t total, gpointer owner); /* after each write */
  void (*checked) (gpointer owner);                /* the hash is right and all is on the disk */
  void (*chosen) (const char *path, gpointer owner);
  void (*placed) (const char *path, gpointer owner);
  /* The last call. error: NULL when the bytes are at fault (DAMAGED). */
  void (*failed) (SottoRefuseCode code, const GError *error, gpointer owner);
} SottoFileWriterHandler;

typedef struct _SottoFileWriter SottoFileWriter;

SottoFileWriter *sotto_file_writer_new (GThreadPool *pool,
                                        int priority,
                                        const char *partial_path,
                                        uint64_t size,
                                        const SottoFileWriterHandler *handler,
                                        gpointer owner);
/* What was written stays, but for what waits to be; does not wait. NULL is fine. */
void sotto_file_writer_free (SottoFileWriter *self);

/* → opened, or failed NO_SPACE when the rest has no room there or in `folder`. */
void sotto_file_writer_open (SottoFileWriter *self, const char *folder);
void sotto_file_writer_write (SottoFileWriter *self, GBytes *bytes); /* → stored; not empty */
gsize sotto_file_writer_get_waiting (const SottoFileWriter *self);   /* bytes not stored yet */
void sotto_file_writer_check (SottoFileWriter *self, const SottoKey *sha256); /* → checked */

/* Into the folder: first a path nothing has, which the caller writes down, then the move; → chosen
 * again when somebody was quicker. */
void sotto_file_writer_choose (SottoFileWriter *self, const char *folder, const char *safe_name);
void sotto_file_writer_place (SottoFileWriter *self, const char *path);
/* After a crash, instead of opening: → placed when it is in its place, else opened with 0. */
void sotto_file_writer_recover (SottoFileWriter *self, const char *path);
/* Frees it, and the partial file goes. */
void sotto_file_writer_discard (SottoFileWriter *self);
