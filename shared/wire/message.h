// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Records of stream 0 between two people: TEXT, RECEIVED, READ, files, edits (PROTOCOL section 4).
 * The splitter is fed whatever the stream delivers; an unknown kind is skipped.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/limits.h"
#include "shared/base/types.h"

typedef enum
{
  SOTTO_MESSAGE_TEXT = 0x01,
  SOTTO_MESSAGE_RECEIVED = 0x02,
  SOTTO_MESSAGE_READ = 0x03,
  SOTTO_MESSAGE_FILE_OFFER = 0x04,
  SOTTO_MESSAGE_FILE_ACCEPT = 0x05,
  SOTTO_MESSAGE_FILE_REFUSE = 0x06,
  SOTTO_MESSAGE_EDIT = 0x07,
  SOTTO_MESSAGE_DELETE = 0x08,
  SOTTO_MESSAGE_REACT = 0x09
} SottoMessageType;

typedef enum
{
  SOTTO_REFUSE_DECLINED = 1,
  SOTTO_REFUSE_TOO_BIG = 2,
  SOTTO_REFUSE_NO_SPACE = 3,
  SOTTO_REFUSE_CANCELLED = 4,
  SOTTO_REFUSE_DAMAGED = 5,
  SOTTO_REFUSE_TOO_MANY = 6
} SottoRefuseCode;

/* Texts and names are pointers into the caller's bytes, not NUL-terminated. */
typedef struct
{
  SottoMessageType type;
  SottoId id;
  union
  {
    struct
    {
      uint64_t sent_ms;
      const char *text;
      gsize n;
    } text;
    struct
    {
      uint32_t stream;
      uint64_t size;
      const char *media_type;
      gsize n_media_type;
      const char *name;
      gsize n_name;
    } offer;
    struct
    {
      uint64_t offset;
    } accept;
    struct
    {
      SottoRefuseCode code;
    } refuse;
    struct
    {
      SottoId target;
      const char *text;
      gsize n;
    } edit;
    struct
    {
      SottoId target;
    } delete;
    struct
    {
      SottoId target;
      const char *reaction;
      gsize n;
    } react;
  };
} SottoMessage;

/* Appends length, kind, body. */
void sotto_message_append (GByteArray *out, const SottoMessage *message);
/* What follows the id alone, as it is kept until it is sent; and back, with pointers into it: false
 * when it is no such body. */
void sotto_message_append_body (GByteArray *out, const SottoMessage *message);
bool sotto_message_read_body (SottoMessageType kind,
                              const SottoId *id,
                              const void *body,
                              gsize n,
                              SottoMessage *out);
/* Takes the next record out of data[0..n). *out_used = 0: more is needed. *out_known false: an
 * unknown kind was skipped (used > 0). SOTTO_PROTOCOL for length 0 or over 65,536, a malformed
 * body, invalid UTF-8. */
SottoCode sotto_message_next (const uint8_t *data,
                              gsize n,
                              SottoMessage *out,
                              gsize *out_used,
                              bool *out_known);
