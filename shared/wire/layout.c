// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Layouts: each field function is its reader and its writer side by side.
 */
#include "shared/wire/layout.h"

#include "shared/base/limits.h"

void
sotto_layout_u8 (SottoLayout *self, uint8_t *v)
{
  if (self->in != NULL)
    *v = sotto_read_u8 (self->in);
  else
    sotto_write_u8 (self->out, *v);
}

void
sotto_layout_u16 (SottoLayout *self, uint16_t *v)
{
  if (self->in != NULL)
    *v = sotto_read_u16 (self->in);
  else
    sotto_write_u16 (self->out, *v);
}

void
sotto_layout_u32 (SottoLayout *self, uint32_t *v)
{
  if (self->in != NULL)
    *v = sotto_read_u32 (self->in);
  else
    sotto_write_u32 (self->out, *v);
}

void
sotto_layout_u64 (SottoLayout *self, uint64_t *v)
{
  if (self->in != NULL)
    *v = sotto_read_u64 (self->in);
  else
    sotto_write_u64 (self->out, *v);
}

void
sotto_layout_offset (SottoLayout *self, uint64_t *v)
{
  sotto_layout_u64 (self, v);
  sotto_layout_check (self, *v < SOTTO_U64_LIMIT);
}

void
sotto_layout_bool (SottoLayout *self, bool *v)
{
  uint8_t byte = self->in == NULL && *v ? 1 : 0;

  sotto_layout_u8 (self, &byte);
  sotto_layout_check (self, byte <= 1);
  if (self->in != NULL)
    *v = byte == 1;
}

void
sotto_layout_constant (SottoLayout *self, uint8_t v)
{
  uint8_t byte = v;

  sotto_layout_u8 (self, &byte);
  sotto_layout_check (self, byte == v);
}

void
sotto_layout_copy (SottoLayout *self, void *bytes, gsize n)
{
  if (self->in != NULL)
    sotto_read_copy (self->in, bytes, n);
  else
    sotto_write_bytes (self->out, bytes, n);
}

void
sotto_layout_key (SottoLayout *self, SottoKey *key)
{
  sotto_layout_copy (self, key->bytes, sizeof key->bytes);
}

void
sotto_layout_id (SottoLayout *self, SottoId *id)
{
  sotto_layout_copy (self, id->bytes, sizeof id->bytes);
}

void
sotto_layout_name (SottoLayout *self, SottoName *name)
{
  if (self->in != NULL)
    sotto_read_name (self->in, name);
  else
    sotto_write_name (self->out, name);
}

void
sotto_layout_name_or_empty (SottoLayout *self, SottoName *name)
{
  if (self->in == NULL || self->in->n == 0 || self->in->data[0] != 0)
    {
      sotto_layout_name (self, name);
      return;
    }
  sotto_read_u8 (self->in);
  *name = (SottoName){ 0 };
}

void
sotto_layout_addr (SottoLayout *self, SottoAddr *addr)
{
  if (self->in != NULL)
    sotto_read_addr (self->in, addr);
  else
    sotto_write_addr (self->out, addr);
}

void
sotto_layout_addrs (SottoLayout *self, uint8_t *n, SottoAddr *addrs, unsigned max)
{
  sotto_layout_count (self, n, max);
  for (unsigned i = 0; i < *n; i++)
    sotto_layout_addr (self, &addrs[i]);
}

void
sotto_layout_count (SottoLayout *self, uint8_t *n, unsigned max)
{
  sotto_layout_u8 (self, n);
  sotto_layout_check (self, *n <= max);
  if (self->in != NULL && self->in->failed)
    *n = 0;
}

void
sotto_layout_lp_copy (SottoLayout *self, uint8_t *n, char *text, unsigned max)
{
  sotto_layout_count (self, n, max);
  sotto_layout_copy (self, text, *n);
  if (self->in != NULL)
    text[*n] = '\0';
}

void
sotto_layout_span (SottoLayout *self, const uint8_t **data, gsize n)
{
  if (self->in != NULL)
    *data = sotto_read_bytes (self->in, n);
  else
    sotto_write_bytes (self->out, *data, n);
}

void
sotto_layout_rest (SottoLayout *self, const uint8_t **data, gsize *n)
{
  if (self->in != NULL)
    *n = self->in->failed ? 0 : self->in->n;
  sotto_layout_span (self, data, *n);
}

void
sotto_layout_pad (SottoLayout *self, gsize to)
{
  if (self->in != NULL)
    sotto_read_zeros (self->in);
  else
    sotto_write_pad (self->out, to);
}

void
sotto_layout_check (SottoLayout *self, bool right)
{
  if (self->in == NULL)
    g_assert (right);
  else if (!right)
    self->in->failed = true;
}

void
sotto_layout_choice (SottoLayout *self, unsigned *v, unsigned first, unsigned last)
{
  uint8_t byte = self->in == NULL ? (uint8_t)*v : 0;
  bool right;

  sotto_layout_u8 (self, &byte);
  right = byte >= first && byte <= last && (self->in != NULL || *v == byte);
  sotto_layout_check (self, right);
  if (self->in != NULL)
    *v = right ? byte : first;
}
