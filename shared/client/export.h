// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A conversation as a document: what stands before its messages, each of them, and what stands
 * after. Pure: records in, text out. Whatever a peer wrote is text there and nothing else.
 */
#pragma once

#include "shared/client/history.h"

typedef enum
{
  SOTTO_EXPORT_TEXT,
  SOTTO_EXPORT_HTML,
  SOTTO_EXPORT_JSON
} SottoExportFormat;

typedef struct
{
  SottoExportFormat format;
  SottoName own;
  SottoName peer;
  uint64_t n_records; /* so far */
  int day;            /* of the last one, 0 = none */
} SottoExport;

void sotto_export_begin (SottoExport *self, GString *out);
void sotto_export_record (SottoExport *self, const SottoHistoryRecord *record, GString *out);
void sotto_export_end (SottoExport *self, GString *out);
