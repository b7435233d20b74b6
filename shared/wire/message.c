// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Records of stream 0. Owns no buffer: a record is read when all of it has come, in the caller's
 * bytes. Every text that leaves here is UTF-8 without NUL and within its limit.
 */
#include "shared/wire/message.h"

#include "shared/base/text.h"
#include "shared/wire/layout.h"
#include <string.h>

#define LENGTH_LEN      4
#define ID_AND_KIND_LEN (1 + SOTTO_ID_LEN)
#define BODY_MAX        (ID_AND_KIND_LEN + SOTTO_ID_LEN + SOTTO_TEXT_MAX) /* an EDIT is the longest */

static void
check_text (SottoLayout *l, const char *text, gsize n, gsize max)
{
  bool failed = l->in != NULL && l->in->failed;

  sotto_layout_check (l, !failed && n <= max && sotto_text_is_valid (text, n));
}

/* To the end of the record. */
static void
lay_rest_text (SottoLayout *l, const char **text, gsize *n, gsize max)
{
  sotto_layout_rest (l, (const uint8_t **)text, n);
  check_text (l, *text, *n, max);
}

static void
lay_lp16_text (SottoLayout *l, const char **text, gsize *n, gsize max)
{
  uint16_t length = (uint16_t)*n;

  sotto_layout_u16 (l, &length);
  sotto_layout_span (l, (const uint8_t **)text, length);
  if (l->in != NULL)
    *n = length;
  check_text (l, *text, *n, max);
}

static void
lay_lp_text (SottoLayout *l, const char **text, gsize *n, gsize max)
{
  uint8_t length = (uint8_t)*n;

  sotto_layout_u8 (l, &length);
  sotto_layout_span (l, (const uint8_t **)text, length);
  if (l->in != NULL)
    *n = length;
  check_text (l, *text, *n, max);
}

static void
lay_text (SottoLayout *l, SottoMessage *m)
{
  sotto_layout_u64 (l, &m->text.sent_ms);
  lay_rest_text (l, &m->text.text, &m->text.n, SOTTO_TEXT_MAX);
}

static void
lay_id_alone (SottoLayout *l, SottoMessage *m)
{
}

/* A name of a file, never a path to one. */
static bool
is_file_name (const char *name, gsize n)
{
  if (n == 0 || memchr (name, '/', n) != NULL || memchr (name, '\\', n) != NULL)
    return false;
  return !(name[0] == '.' && (n == 1 || (n == 2 && name[1] == '.')));
}

static void
lay_offer (SottoLayout *l, SottoMessage *m)
{
  sotto_layout_u32 (l, &m->offer.stream);
  sotto_layout_offset (l, &m->offer.size);
  lay_lp16_text (l, &m->offer.media_type, &m->offer.n_media_type, SOTTO_MEDIA_TYPE_MAX);
  lay_lp16_text (l, &m->offer.name, &m->offer.n_name, SOTTO_FILE_NAME_MAX);
  if (l->in == NULL || !l->in->failed)
    sotto_layout_check (l, is_file_name (m->offer.name, m->offer.n_name));
}

static void
lay_accept (SottoLayout *l, SottoMessage *m)
{
  sotto_layout_offset (l, &m->accept.offset);
}

static void
lay_refuse (SottoLayout *l, SottoMessage *m)
{
  sotto_layout_enum (l, &m->refuse.code, SOTTO_REFUSE_DECLINED, SOTTO_REFUSE_TOO_MANY);
}

static void
lay_edit (SottoLayout *l, SottoMessage *m)
{
  sotto_layout_id (l, &m->edit.target);
  lay_rest_text (l, &m->edit.text, &m->edit.n, SOTTO_TEXT_MAX);
}

static void
lay_delete (SottoLayout *l, SottoMessage *m)
{
  sotto_layout_id (l, &m->delete.target);
}

static void
lay_react (SottoLayout *l, SottoMessage *m)
{
  sotto_layout_id (l, &m->react.target);
  lay_lp_text (l, &m->react.reaction, &m->react.n, SOTTO_REACTION_MAX);
}

/* By kind: what follows the id. */
static void (*const kinds[]) (SottoLayout *l, SottoMessage *m) = {
  [SOTTO_MESSAGE_TEXT] = lay_text,          [SOTTO_MESSAGE_RECEIVED] = lay_id_alone,
  [SOTTO_MESSAGE_READ] = lay_id_alone,      [SOTTO_MESSAGE_FILE_OFFER] = lay_offer,
  [SOTTO_MESSAGE_FILE_ACCEPT] = lay_accept, [SOTTO_MESSAGE_FILE_REFUSE] = lay_refuse,
  [SOTTO_MESSAGE_EDIT] = lay_edit,          [SOTTO_MESSAGE_DELETE] = lay_delete,
  [SOTTO_MESSAGE_REACT] = lay_react,
};

static bool
is_kind (unsigned kind)
{
  return kind < G_N_ELEMENTS (kinds) && kinds[kind] != NULL;
}

void
sotto_message_append (GByteArray *out, const SottoMessage *message)
{
  uint8_t record[LENGTH_LEN + BODY_MAX];
  SottoWriter w = SOTTO_WRITER (record, sizeof record);
  SottoMessage *m = (SottoMessage *)message;

  g_assert (is_kind (message->type));
  sotto_write_u32 (&w, 0);
  sotto_write_u8 (&w, (uint8_t)message->type);
  sotto_write_id (&w, &message->id);
  kinds[message->type](SOTTO_LAYOUT_WRITE (&w), m);
  g_assert (!w.failed);

  SottoWriter length = SOTTO_WRITER (record, LENGTH_LEN);

  sotto_write_u32 (&length, (uint32_t)(w.n - LENGTH_LEN));
  g_byte_array_append (out, record, (guint)w.n);
}

void
sotto_message_append_body (GByteArray *out, const SottoMessage *message)
{
  uint8_t body[BODY_MAX];
  SottoWriter w = SOTTO_WRITER (body, sizeof body);

  g_assert (is_kind (message->type));
  kinds[message->type](SOTTO_LAYOUT_WRITE (&w), (SottoMessage *)message);
  g_assert (!w.failed);
  g_byte_array_append (out, body, (guint)w.n);
}

bool
sotto_message_read_body (SottoMessageType kind,
                         const SottoId *id,
                         const void *body,
                         gsize n,
                         SottoMessage *out)
{
  SottoReader in = SOTTO_READER (body, n);

  if (!is_kind (kind))
    return false;
  out->type = kind;
  out->id = *id;
  kinds[kind](SOTTO_LAYOUT_READ (&in), out);
  return sotto_reader_done (&in);
}

SottoCode
sotto_message_next (const uint8_t *data,
                    gsize n,
                    SottoMessage *out,
                    gsize *out_used,
                    bool *out_known)
{
  SottoReader in = SOTTO_READER (data, n);
  gsize length = sotto_read_u32 (&in);

  *out_used = 0;
  *out_known = false;
  if (in.failed)
    return SOTTO_OK;
  if (length == 0 || length > SOTTO_RECORD_MAX)
    return SOTTO_PROTOCOL;
  if (in.n < length)
    return SOTTO_OK;

  in.n = length;
  uint8_t kind = sotto_read_u8 (&in);

  if (is_kind (kind))
    {
      out->type = (SottoMessageType)kind;
      sotto_read_id (&in, &out->id);
      kinds[kind](SOTTO_LAYOUT_READ (&in), out);
      if (!sotto_reader_done (&in))
        return SOTTO_PROTOCOL;
      *out_known = true;
    }
  *out_used = LENGTH_LEN + length;
  return SOTTO_OK;
}
