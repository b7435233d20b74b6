// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Frame splitter. Owns nothing. A frame is judged by its first four bytes (length) and its fifth
 * (type), so that one which will be refused is refused before its body has to be received.
 */
#include "shared/wire/frame.h"

#include "shared/base/limits.h"
#include "shared/wire/cursor.h"

static bool
is_known (uint8_t type)
{
  return (type >= SOTTO_FRAME_HELLO && type <= SOTTO_FRAME_CERT) || type == SOTTO_FRAME_SEALED;
}

SottoCode
sotto_frame_next (const uint8_t *data, gsize n, gsize max, SottoFrame *out, gsize *out_used)
{
  SottoReader in = SOTTO_READER (data, n);
  gsize length = sotto_read_u32 (&in);

  *out_used = 0;
  if (in.failed)
    return SOTTO_OK;
  if (length == 0)
    return SOTTO_PROTOCOL;
  if (length > max)
    return SOTTO_TOO_BIG;
  if (in.n > 0 && !is_known (in.data[0]))
    return SOTTO_PROTOCOL;
  if (in.n < length)
    return SOTTO_OK;

  *out = (SottoFrame){
    .frame = data,
    .n_frame = SOTTO_FRAME_LENGTH_LEN + length,
    .type = in.data[0],
    .body = in.data + 1,
    .n_body = length - 1,
  };
  *out_used = out->n_frame;
  return SOTTO_OK;
}

void
sotto_frame_append (GByteArray *out, SottoFrameType type, const void *body, gsize n_body)
{
  uint8_t head[SOTTO_FRAME_LENGTH_LEN + 1];
  SottoWriter w = SOTTO_WRITER (head, sizeof head);

  g_assert (n_body < SOTTO_FRAME_READY_MAX);
  sotto_write_u32 (&w, (uint32_t)(n_body + 1));
  sotto_write_u8 (&w, (uint8_t)type);
  g_byte_array_append (out, head, (guint)w.n);
  if (n_body > 0)
    g_byte_array_append (out, body, (guint)n_body);
}
