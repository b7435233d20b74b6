// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Words for files: what they are, how far they are, how they ended. Plain text, safe to show.
 * Callers free.
 */
#pragma once

#include "gui/model/bubble.h"

char *sotto_format_file_kind (SottoFilePart *file);   /* "2.1 MB · PDF document" */
char *sotto_format_file_status (SottoFilePart *file); /* "1 MB of 2 MB · 1 MB/s · 1 second left" */
char *sotto_format_seconds_left (gint64 seconds);     /* "7 minutes left" */
const char *sotto_format_file_state (SottoFilePart *file);   /* "receiving" */
const char *sotto_format_file_warning (SottoFilePart *file); /* NULL = none */
/* "SENDER, FILE NAME, SIZE, TIME, STATE" */
char *sotto_format_file_name (SottoBubble *bubble);
