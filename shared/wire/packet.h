// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Frames inside SECURE: packet number, then frames, then PADDING. Pure codec; what the frames mean
 * is shared/peer's business.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/limits.h"
#include "shared/base/types.h"
#include "shared/wire/cursor.h"

typedef enum
{
  SOTTO_PACKET_PADDING = 0x00,
  SOTTO_PACKET_PING = 0x01,
  SOTTO_PACKET_ACK = 0x02,
  SOTTO_PACKET_STREAM = 0x03,
  SOTTO_PACKET_MAX_STREAM = 0x04,
  SOTTO_PACKET_RESET_STREAM = 0x05,
  SOTTO_PACKET_STOP_STREAM = 0x06,
  SOTTO_PACKET_PATH_CHALLENGE = 0x07,
  SOTTO_PACKET_PATH_RESPONSE = 0x08,
  SOTTO_PACKET_REKEY1 = 0x09,
  SOTTO_PACKET_REKEY2 = 0x0A,
  SOTTO_PACKET_CLOSE = 0x0B,
  SOTTO_PACKET_NOTICE = 0x0C
} SottoPacketFrameType;

typedef enum
{
  SOTTO_NOTICE_TYPING = 1,
  SOTTO_NOTICE_STOPPED = 2
} SottoNotice;

/* Acknowledged packet numbers, highest range first; both ends inclusive. */
typedef struct
{
  uint64_t low;
  uint64_t high;
} SottoAckRange;

typedef struct
{
  SottoPacketFrameType type;
  union
  {
    struct
    {
      uint16_t delay_ms;
      uint8_t n;
      SottoAckRange ranges[SOTTO_ACK_RANGE_MAX + 1];
    } ack; /* n ≥ 1 */
    struct
    {
      uint32_t id;
      uint64_t offset;
      bool fin;
      const uint8_t *data;
      uint16_t n;
    } stream;
    struct
    {
      uint32_t id;
      uint64_t limit;
    } max_stream;
    struct
    {
      uint32_t id;
      SottoCode code;
    } stream_end; /* RESET_STREAM, STOP_STREAM */
    struct
    {
      uint8_t bytes[8];
    } path; /* PATH_CHALLENGE, PATH_RESPONSE */
    struct
    {
      uint8_t epoch;
      SottoKey ephemeral;
    } rekey;
    struct
    {
      SottoCode code;
    } close;
    struct
    {
      SottoNotice what;
    } notice;
  };
} SottoPacketFrame;

gsize sotto_packet_frame_len (const SottoPacketFrame *frame); /* bytes it takes */
void sotto_packet_frame_write (SottoWriter *out, const SottoPacketFrame *frame);
/* Next frame of a packet (after pn). SOTTO_OK with *out_end: padding was reached and is all zero,
 * or nothing is left. SOTTO_PROTOCOL for anything malformed or unknown. */
SottoCode sotto_packet_frame_read (SottoReader *in, SottoPacketFrame *out, bool *out_end);
