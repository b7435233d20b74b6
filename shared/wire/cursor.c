// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Cursors. The one invariant: data + n never leaves the caller's bytes, and once failed a cursor
 * moves no more, so a codec may read on and ask at the end.
 */
#include "shared/wire/cursor.h"

#include "shared/base/text.h"
#include <string.h>

static const uint8_t mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF };

const uint8_t *
sotto_read_bytes (SottoReader *self, gsize n)
{
  const uint8_t *bytes = self->data;

  if (self->failed || n > self->n)
    {
      self->failed = true;
      return NULL;
    }
  if (n > 0)
    self->data += n;
  self->n -= n;
  return bytes;
}

static uint64_t
read_number (SottoReader *self, unsigned n)
{
  const uint8_t *bytes = sotto_read_bytes (self, n);
  uint64_t v = 0;

  for (unsigned i = 0; bytes != NULL && i < n; i++)
    v = v << 8 | bytes[i];
  return v;
}

uint8_t
sotto_read_u8 (SottoReader *self)
{
  return (uint8_t)read_number (self, 1);
}

uint16_t
sotto_read_u16 (SottoReader *self)
{
  return (uint16_t)read_number (self, 2);
}

uint32_t
sotto_read_u32 (SottoReader *self)
{
  return (uint32_t)read_number (self, 4);
}

uint64_t
sotto_read_u64 (SottoReader *self)
{
  return read_number (self, 8);
}

void
sotto_read_copy (SottoReader *self, void *out, gsize n)
{
  const uint8_t *bytes = sotto_read_bytes (self, n);

  if (n == 0)
    return;
  if (bytes != NULL)
    memcpy (out, bytes, n);
  else
    memset (out, 0, n);
}

void
sotto_read_key (SottoReader *self, SottoKey *out)
{
  sotto_read_copy (self, out->bytes, sizeof out->bytes);
}

void
sotto_read_id (SottoReader *self, SottoId *out)
{
  sotto_read_copy (self, out->bytes, sizeof out->bytes);
}

void
sotto_read_name (SottoReader *self, SottoName *out)
{
  gsize n = sotto_read_u8 (self);
  const uint8_t *bytes = sotto_read_bytes (self, n);

  if (bytes == NULL || !sotto_name_parse (bytes, n, out))
    {
      self->failed = true;
      memset (out, 0, sizeof *out);
    }
}

void
sotto_read_addr (SottoReader *self, SottoAddr *out)
{
  memset (out, 0, sizeof *out);
  out->family = sotto_read_u8 (self);
  if (out->family != 4 && out->family != 6)
    self->failed = true;
  sotto_read_copy (self, out->ip, out->family == 6 ? 16 : 4);
  out->port = sotto_read_u16 (self);
  if (out->port == 0)
    self->failed = true;
  if (out->family == 6 && memcmp (out->ip, mapped_prefix, sizeof mapped_prefix) == 0)
    self->failed = true;
  if (self->failed)
    memset (out, 0, sizeof *out);
}

void
sotto_read_zeros (SottoReader *self)
{
  gsize n = self->n;
  const uint8_t *bytes = sotto_read_bytes (self, n);
  uint8_t any = 0;

  for (gsize i = 0; bytes != NULL && i < n; i++)
    any |= bytes[i];
  if (any != 0)
    self->failed = true;
}

bool
sotto_reader_done (const SottoReader *self)
{
  return !self->failed && self->n == 0;
}

/* Room for n more bytes, or NULL and failed. */
static uint8_t *
write_room (SottoWriter *self, gsize n)
{
  uint8_t *room;

  if (self->failed || n > self->max - self->n)
    {
      self->failed = true;
      return NULL;
    }
  room = self->data + self->n;
  self->n += n;
  return room;
}

static void
write_number (SottoWriter *self, uint64_t v, unsigned n)
{
  uint8_t *room = write_room (self, n);

  for (unsigned i = n; room != NULL && i > 0; i--, v >>= 8)
    room[i - 1] = (uint8_t)v;
}

void
sotto_write_u8 (SottoWriter *self, uint8_t v)
{
  write_number (self, v, 1);
}

void
sotto_write_u16 (SottoWriter *self, uint16_t v)
{
  write_number (self, v, 2);
}

void
sotto_write_u32 (SottoWriter *self, uint32_t v)
{
  write_number (self, v, 4);
}

void
sotto_write_u64 (SottoWriter *self, uint64_t v)
{
  write_number (self, v, 8);
}

void
sotto_write_bytes (SottoWriter *self, const void *bytes, gsize n)
{
  uint8_t *room = write_room (self, n);

  if (room != NULL && n > 0)
    memcpy (room, bytes, n);
}

void
sotto_write_key (SottoWriter *self, const SottoKey *key)
{
  sotto_write_bytes (self, key->bytes, sizeof key->bytes);
}

void
sotto_write_id (SottoWriter *self, const SottoId *id)
{
  sotto_write_bytes (self, id->bytes, sizeof id->bytes);
}

void
sotto_write_name (SottoWriter *self, const SottoName *name)
{
  sotto_write_lp (self, name->str, strnlen (name->str, SOTTO_NAME_MAX));
}

void
sotto_write_lp (SottoWriter *self, const void *bytes, gsize n)
{
  g_assert (n <= G_MAXUINT8);
  sotto_write_u8 (self, (uint8_t)n);
  sotto_write_bytes (self, bytes, n);
}

void
sotto_write_lp16 (SottoWriter *self, const void *bytes, gsize n)
{
  g_assert (n <= G_MAXUINT16);
  sotto_write_u16 (self, (uint16_t)n);
  sotto_write_bytes (self, bytes, n);
}

void
sotto_write_addr (SottoWriter *self, const SottoAddr *addr)
{
  g_assert (addr->family == 4 || addr->family == 6);
  g_assert (addr->port != 0);
  sotto_write_u8 (self, addr->family);
  sotto_write_bytes (self, addr->ip, addr->family == 6 ? 16 : 4);
  sotto_write_u16 (self, addr->port);
}

void
sotto_write_pad (SottoWriter *self, gsize to)
{
  uint8_t *room = to >= self->n ? write_room (self, to - self->n) : NULL;

  if (room == NULL)
    self->failed = true;
  else if (room < self->data + to)
    memset (room, 0, (gsize)(self->data + to - room));
}
