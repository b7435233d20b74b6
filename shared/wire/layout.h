// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A body's fields, said once: the same function reads them from bytes and writes them to bytes, so
 * that the two cannot drift apart. Exactly one of `in` and `out` is set. A writing layout only
 * looks at the struct; what it could not write rightly is the caller's bug and asserted. Used
 * within shared/wire only.
 */
#pragma once

#include "shared/wire/cursor.h"

typedef struct
{
  SottoReader *in;
  SottoWriter *out;
} SottoLayout;

#define SOTTO_LAYOUT_READ(in)   (&(SottoLayout){ (in), NULL })
#define SOTTO_LAYOUT_WRITE(out) (&(SottoLayout){ NULL, (out) })

void sotto_layout_u8 (SottoLayout *self, uint8_t *v);
void sotto_layout_u16 (SottoLayout *self, uint16_t *v);
void sotto_layout_u32 (SottoLayout *self, uint32_t *v);
void sotto_layout_u64 (SottoLayout *self, uint64_t *v);
void sotto_layout_offset (SottoLayout *self, uint64_t *v); /* below 2^62 */
void sotto_layout_bool (SottoLayout *self, bool *v);       /* 0 or 1 */
void sotto_layout_constant (SottoLayout *self, uint8_t v);
void sotto_layout_copy (SottoLayout *self, void *bytes, gsize n);
void sotto_layout_key (SottoLayout *self, SottoKey *key);
void sotto_layout_id (SottoLayout *self, SottoId *id);
void sotto_layout_name (SottoLayout *self, SottoName *name);
void sotto_layout_name_or_empty (SottoLayout *self, SottoName *name);
void sotto_layout_addr (SottoLayout *self, SottoAddr *addr);
void sotto_layout_addrs (SottoLayout *self, uint8_t *n, SottoAddr *addrs, unsigned max);

/* A count of at most max; 0 after a failure, so that a loop over it ends. */
void sotto_layout_count (SottoLayout *self, uint8_t *n, unsigned max);
/* lp(text) of at most max bytes, copied and NUL-terminated. */
void sotto_layout_lp_copy (SottoLayout *self, uint8_t *n, char *text, unsigned max);
/* n bytes, or all that are left, as a pointer into what is read. */
void sotto_layout_span (SottoLayout *self, const uint8_t **data, gsize n);
void sotto_layout_rest (SottoLayout *self, const uint8_t **data, gsize *n);
/* The end of a padded body of `to` bytes: nothing but zeros. */
void sotto_layout_pad (SottoLayout *self, gsize to);
/* A rule between fields: a reader that breaks it fails, a writer must not. */
void sotto_layout_check (SottoLayout *self, bool right);

/* A u8 held as an enum, within first..last. */
void sotto_layout_choice (SottoLayout *self, unsigned *v, unsigned first, unsigned last);
#define sotto_layout_enum(self, field, first, last)                                                \
  ((void)G_STATIC_ASSERT_EXPR (sizeof *(field) == sizeof (unsigned)),                              \
   sotto_layout_choice ((self), (unsigned *)(field), (first), (last)))
/* Any code, known or not yet: what it says is no reason to call the bytes malformed. */
#define sotto_layout_code(self, field) sotto_layout_enum (self, field, 0, G_MAXUINT8)
