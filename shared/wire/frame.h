// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Frames of the control connection: u32 length, u8 type, body. Pure: looks into bytes that the
 * caller has received, allocates nothing, so a claimed length costs nobody memory.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/types.h"

typedef enum
{
  SOTTO_FRAME_HELLO = 0x01,
  SOTTO_FRAME_LOGIN = 0x02,
  SOTTO_FRAME_RESUME = 0x03,
  SOTTO_FRAME_RESULT = 0x04,
  SOTTO_FRAME_FAIL = 0x05,
  SOTTO_FRAME_GETCERT = 0x06,
  SOTTO_FRAME_CERT = 0x07,
  SOTTO_FRAME_SEALED = 0x10
} SottoFrameType;

/* Points into the caller's bytes: valid until they move. */
typedef struct
{
  const uint8_t *frame; /* from the length field on: what T hashes */
  gsize n_frame;
  uint8_t type;
  const uint8_t *body;
  gsize n_body;
} SottoFrame;

/* *out_used = 0 and SOTTO_OK: more bytes are needed. SOTTO_TOO_BIG: the length field (type and
 * body; the whole frame is 4 bytes more) is above max, said as soon as it is there. SOTTO_PROTOCOL:
 * length 0 or an unknown type. Which side may send a type, and when, is the caller's to know. */
SottoCode
sotto_frame_next (const uint8_t *data, gsize n, gsize max, SottoFrame *out, gsize *out_used);
/* Appends a frame. */
void sotto_frame_append (GByteArray *out, SottoFrameType type, const void *body, gsize n_body);
