// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A file that is part of what was said: what it is, how far it is on its way, and how it ended.
 * Notifies "state", and "progress" whenever more of it is there.
 */
#pragma once

#include <glib-object.h>
#include <stdbool.h>
#include <stdint.h>

#define SOTTO_TYPE_FILE_PART (sotto_file_part_get_type ())
G_DECLARE_FINAL_TYPE (SottoFilePart, sotto_file_part, SOTTO, FILE_PART, GObject)

typedef enum
{
  SOTTO_FILE_PART_OFFERED,
  SOTTO_FILE_PART_MOVING,
  SOTTO_FILE_PART_PAUSED,
  SOTTO_FILE_PART_DONE,
  SOTTO_FILE_PART_ENDED /* refused by either side, cancelled or broken: see the code */
} SottoFilePartState;

/* name is made safe to show where it is shown. */
SottoFilePart *
sotto_file_part_new (const char *name, const char *media_type, uint64_t size, bool own);

const char *sotto_file_part_get_name (SottoFilePart *self);
const char *sotto_file_part_get_media_type (SottoFilePart *self);
uint64_t sotto_file_part_get_size (SottoFilePart *self);
bool sotto_file_part_is_own (SottoFilePart *self);
SottoFilePartState sotto_file_part_get_state (SottoFilePart *self);
uint64_t sotto_file_part_get_done (SottoFilePart *self);
const char *sotto_file_part_get_code (SottoFilePart *self); /* of ENDED, else NULL */
const char *sotto_file_part_get_path (SottoFilePart *self); /* NULL = not known (yet) */

/* Bytes a second of late, 0 = not known yet; and how long the rest takes then, -1 likewise. */
uint64_t sotto_file_part_get_rate (SottoFilePart *self);
gint64 sotto_file_part_get_seconds_left (SottoFilePart *self);

void sotto_file_part_set_path (SottoFilePart *self, const char *path);
/* It moves, or waits for its peer and moves again: now_us of a monotonic clock. */
void sotto_file_part_move (SottoFilePart *self, uint64_t done, gint64 now_us);
/* Time passed. When nothing came for some seconds its speed is not known any more; false when it
 * does not move at all. */
bool sotto_file_part_tick (SottoFilePart *self, gint64 now_us);
/* Until it moves again. */
void sotto_file_part_pause (SottoFilePart *self, uint64_t done);
void sotto_file_part_finish (SottoFilePart *self);
void sotto_file_part_end (SottoFilePart *self, const char *code);
