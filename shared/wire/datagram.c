// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Datagrams. Whatever does not fit is refused without a reason: nobody is told, and nothing but the
 * header is looked at before the MAC was right.
 */
#include "shared/wire/datagram.h"

#include "shared/wire/layout.h"
#include <string.h>

/* Padded plaintexts and what they make, smallest first. */
static const struct
{
  gsize n_plain;
  gsize n_datagram;
} sizes[] = { { 63, 133 }, { 255, 325 }, { 511, 581 }, { 1151, 1221 } };

bool
sotto_datagram_is_size (gsize n)
{
  return sotto_datagram_plain_len (n) != 0;
}

gsize
sotto_datagram_len (gsize n_plain)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (sizes[i].n_plain == n_plain)
      return sizes[i].n_datagram;
  return 0;
}

gsize
sotto_datagram_plain_len (gsize n_datagram)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (sizes[i].n_datagram == n_datagram)
      return sizes[i].n_plain;
  return 0;
}

gsize
sotto_datagram_padded_len (gsize n_content)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (n_content <= sizes[i].n_plain)
      return sizes[i].n_plain;
  return 0;
}

/* By kind; unset = no such kind. */
static const struct
{
  bool is_kind;
  gsize n_plain; /* 0 = any of the four */
} kinds[] = {
  [SOTTO_DATAGRAM_INIT] = { true, 255 }, [SOTTO_DATAGRAM_RESP] = { true, 255 },
  [SOTTO_DATAGRAM_SECURE] = { true, 0 }, [SOTTO_DATAGRAM_PROBE] = { true, 63 },
  [SOTTO_DATAGRAM_BIND] = { true, 63 },  [SOTTO_DATAGRAM_BOUND] = { true, 63 },
};

gsize
sotto_datagram_kind_len (SottoDatagramKind kind)
{
  g_assert (kind < G_N_ELEMENTS (kinds) && kinds[kind].is_kind);
  return kinds[kind].n_plain;
}

bool
sotto_datagram_header (const uint8_t *datagram, gsize n, SottoDatagramHeader *out)
{
  SottoReader in = SOTTO_READER (datagram, n);
  gsize n_plain = sotto_datagram_plain_len (n);
  uint8_t magic = sotto_read_u8 (&in);
  uint8_t kind = sotto_read_u8 (&in);
  uint8_t epoch = sotto_read_u8 (&in);
  uint8_t zero = sotto_read_u8 (&in);
  uint64_t id = sotto_read_u64 (&in);

  if (n_plain == 0 || magic != SOTTO_DATAGRAM_MAGIC || zero != 0)
    return false;
  if (kind >= G_N_ELEMENTS (kinds) || !kinds[kind].is_kind)
    return false;
  if (kinds[kind].n_plain != 0 && (kinds[kind].n_plain != n_plain || epoch != 0))
    return false;
  *out = (SottoDatagramHeader){ .kind = (SottoDatagramKind)kind, .epoch = epoch, .id = id };
  return true;
}

gsize
sotto_datagram_seal (const SottoDatagramHeader *header,
                     const SottoFernetKey *key,
                     const uint8_t *plain,
                     gsize n,
                     gsize n_padded,
                     const SottoFernetNonce *nonce,
                     uint8_t *out)
{
  SottoWriter w = SOTTO_WRITER (out, SOTTO_DATAGRAM_HEADER_LEN);
  uint8_t *in_place = out + SOTTO_DATAGRAM_HEADER_LEN + SOTTO_FERNET_PLAIN_OFFSET;

  g_assert (n <= n_padded && sotto_datagram_len (n_padded) != 0);
  g_assert (kinds[header->kind].n_plain == 0 || kinds[header->kind].n_plain == n_padded);
  if (plain != in_place)
    memmove (in_place, plain, n);
  memset (in_place + n, 0, n_padded - n);
  sotto_write_u8 (&w, SOTTO_DATAGRAM_MAGIC);
  sotto_write_u8 (&w, (uint8_t)header->kind);
  sotto_write_u8 (&w, header->epoch);
  sotto_write_u8 (&w, 0);
  sotto_write_u64 (&w, header->id);
  sotto_fernet_seal_raw (key, nonce, in_place, n_padded, out + SOTTO_DATAGRAM_HEADER_LEN);
  return sotto_datagram_len (n_padded);
}

bool
sotto_datagram_open (const uint8_t *datagram,
                     gsize n,
                     const SottoFernetKey *key,
                     uint8_t *plain,
                     gsize *out_n)
{
  gsize n_plain = sotto_datagram_plain_len (n);
  gsize n_opened = 0;

  if (n_plain == 0
      || !sotto_fernet_open_raw (key, datagram + SOTTO_DATAGRAM_HEADER_LEN,
                                 n - SOTTO_DATAGRAM_HEADER_LEN, plain, &n_opened)
      || n_opened != n_plain)
    return false;
  *out_n = n_plain;
  return true;
}

static void
lay_bind (SottoLayout *l, SottoBind *self)
{
  sotto_layout_constant (l, SOTTO_DATAGRAM_BIND);
  sotto_layout_u64 (l, &self->counter);
  sotto_layout_copy (l, self->nonce, sizeof self->nonce);
}

static void
lay_bound (SottoLayout *l, SottoBound *self)
{
  sotto_layout_constant (l, SOTTO_DATAGRAM_BOUND);
  sotto_layout_copy (l, self->nonce, sizeof self->nonce);
  sotto_layout_addr (l, &self->observed);
}

static void
lay_init (SottoLayout *l, SottoInit *self)
{
  sotto_layout_constant (l, SOTTO_DATAGRAM_INIT);
  sotto_layout_constant (l, SOTTO_PROTOCOL_VERSION);
  sotto_layout_key (l, &self->ephemeral);
}

static void
lay_resp (SottoLayout *l, SottoResp *self)
{
  sotto_layout_constant (l, SOTTO_DATAGRAM_RESP);
  sotto_layout_key (l, &self->ephemeral);
  sotto_layout_key (l, &self->init_hash);
  sotto_layout_copy (l, self->conf, sizeof self->conf);
}

static void
lay_probe (SottoLayout *l, SottoProbe *self)
{
  sotto_layout_constant (l, SOTTO_DATAGRAM_PROBE);
  sotto_layout_u8 (l, &self->n);
}

/* The same pair for each body: content without padding out, whole padded plaintext in. */
#define BODY_CODEC(name, Type, KIND)                                                               \
  gsize sotto_##name##_encode (const Type *self, uint8_t *out)                                     \
  {                                                                                                \
    SottoWriter w = SOTTO_WRITER (out, kinds[KIND].n_plain);                                       \
                                                                                                   \
    lay_##name (SOTTO_LAYOUT_WRITE (&w), (Type *)self);                                            \
    g_assert (!w.failed);                                                                          \
    return w.n;                                                                                    \
  }                                                                                                \
                                                                                                   \
  bool sotto_##name##_decode (const uint8_t *plain, gsize n, Type *out)                            \
  {                                                                                                \
    SottoReader in = SOTTO_READER (plain, n);                                                      \
    Type body;                                                                                     \
                                                                                                   \
    lay_##name (SOTTO_LAYOUT_READ (&in), &body);                                                   \
    sotto_read_zeros (&in);                                                                        \
    if (n != kinds[KIND].n_plain || !sotto_reader_done (&in))                                      \
      return false;                                                                                \
    *out = body;                                                                                   \
    return true;                                                                                   \
  }

BODY_CODEC (bind, SottoBind, SOTTO_DATAGRAM_BIND)
BODY_CODEC (bound, SottoBound, SOTTO_DATAGRAM_BOUND)
BODY_CODEC (init, SottoInit, SOTTO_DATAGRAM_INIT)
BODY_CODEC (resp, SottoResp, SOTTO_DATAGRAM_RESP)
BODY_CODEC (probe, SottoProbe, SOTTO_DATAGRAM_PROBE)
