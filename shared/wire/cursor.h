// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Reader and writer over bytes, big-endian, with a sticky failure: a codec reads all its fields and
 * asks once. A failed reader returns zeros and NULL; nothing is ever read or written out of bounds.
 */
#pragma once

#include "shared/base/types.h"

typedef struct
{
  const uint8_t *data;
  gsize n;
  bool failed;
} SottoReader;

typedef struct
{
  uint8_t *data;
  gsize n; /* written */
  gsize max;
  bool failed;
} SottoWriter;

#define SOTTO_READER(data, n)   ((SottoReader){ (data), (n), false })
#define SOTTO_WRITER(data, max) ((SottoWriter){ (data), 0, (max), false })

uint8_t sotto_read_u8 (SottoReader *self);
uint16_t sotto_read_u16 (SottoReader *self);
uint32_t sotto_read_u32 (SottoReader *self);
uint64_t sotto_read_u64 (SottoReader *self);
const uint8_t *sotto_read_bytes (SottoReader *self, gsize n); /* peeks into data, NULL when short */
void sotto_read_copy (SottoReader *self, void *out, gsize n); /* zeros when short */
void sotto_read_key (SottoReader *self, SottoKey *out);
void sotto_read_id (SottoReader *self, SottoId *out);
void sotto_read_name (SottoReader *self,
                      SottoName *out); /* lp(name), fails when it is not a name */
void sotto_read_addr (SottoReader *self, SottoAddr *out); /* fails on port 0, family, mapped form */
void sotto_read_zeros (SottoReader *self);                /* the rest must be zero bytes */
bool sotto_reader_done (const SottoReader *self);         /* nothing failed and nothing is left */

void sotto_write_u8 (SottoWriter *self, uint8_t v);
void sotto_write_u16 (SottoWriter *self, uint16_t v);
void sotto_write_u32 (SottoWriter *self, uint32_t v);
void sotto_write_u64 (SottoWriter *self, uint64_t v);
void sotto_write_bytes (SottoWriter *self, const void *bytes, gsize n);
void sotto_write_key (SottoWriter *self, const SottoKey *key);
void sotto_write_id (SottoWriter *self, const SottoId *id);
void sotto_write_name (SottoWriter *self, const SottoName *name);
void sotto_write_lp (SottoWriter *self, const void *bytes, gsize n);   /* n ≤ 255 */
void sotto_write_lp16 (SottoWriter *self, const void *bytes, gsize n); /* n ≤ 65535 */
void sotto_write_addr (SottoWriter *self, const SottoAddr *addr);
void sotto_write_pad (SottoWriter *self, gsize to); /* zeros until n == to */
