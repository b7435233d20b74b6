// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A few small files in one, as a POSIX tar (ustar): what backups are, so that tar(1) opens them
 * too. Reads only what it writes: plain files with short names.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define SOTTO_ARCHIVE_NAME_MAX 99

/* How many bytes a file of n takes in it. */
gsize sotto_archive_len (gsize n);
void
sotto_archive_append (GByteArray *out, const char *name, gint64 unix_s, const void *bytes, gsize n);
void sotto_archive_end (GByteArray *out);

typedef struct
{
  char name[SOTTO_ARCHIVE_NAME_MAX + 1];
  const uint8_t *bytes; /* in the archive */
  gsize n;
} SottoArchiveFile;

typedef enum
{
  SOTTO_ARCHIVE_FILE,
  SOTTO_ARCHIVE_END, /* and nothing behind it */
  SOTTO_ARCHIVE_DAMAGED
} SottoArchiveStep;

/* The file at *at, which moves on. */
SottoArchiveStep
sotto_archive_next (const uint8_t *archive, gsize n, gsize *at, SottoArchiveFile *out);
