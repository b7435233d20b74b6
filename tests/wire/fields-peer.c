// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Frames of SECURE, records of stream 0 and the vectors' `fields`.
 */
#include "tests/wire/fields.h"

#include <stdlib.h>
#include <string.h>

static const struct
{
  const char *name;
  SottoPacketFrameType type;
} frames[] = {
  { "PING", SOTTO_PACKET_PING },
  { "ACK", SOTTO_PACKET_ACK },
  { "STREAM", SOTTO_PACKET_STREAM },
  { "MAX_STREAM", SOTTO_PACKET_MAX_STREAM },
  { "RESET_STREAM", SOTTO_PACKET_RESET_STREAM },
  { "STOP_STREAM", SOTTO_PACKET_STOP_STREAM },
  { "PATH_CHALLENGE", SOTTO_PACKET_PATH_CHALLENGE },
  { "PATH_RESPONSE", SOTTO_PACKET_PATH_RESPONSE },
  { "REKEY1", SOTTO_PACKET_REKEY1 },
  { "REKEY2", SOTTO_PACKET_REKEY2 },
  { "CLOSE", SOTTO_PACKET_CLOSE },
  { "NOTICE", SOTTO_PACKET_NOTICE },
};

static uint64_t
get_end (JsonArray *range, guint i)
{
  return strtoull (json_array_get_string_element (range, i), NULL, 16);
}

static void
ack_from (JsonObject *f, SottoPacketFrame *out)
{
  JsonArray *ranges = test_vectors_array (f, "ranges");

  out->ack.delay_ms = (uint16_t)test_vectors_int (f, "delay");
  out->ack.n = (uint8_t)json_array_get_length (ranges);
  for (guint i = 0; i < out->ack.n; i++)
    {
      JsonArray *range = json_array_get_array_element (ranges, i);

      out->ack.ranges[i] = (SottoAckRange){ get_end (range, 0), get_end (range, 1) };
    }
}

static void
ack_to (const SottoPacketFrame *frame, JsonObject *f)
{
  JsonArray *ranges = json_array_new ();

  for (guint i = 0; i < frame->ack.n; i++)
    {
      g_autofree char *low =
          g_strdup_printf ("%016" G_GINT64_MODIFIER "x", frame->ack.ranges[i].low);
      g_autofree char *high =
          g_strdup_printf ("%016" G_GINT64_MODIFIER "x", frame->ack.ranges[i].high);
      JsonArray *range = json_array_new ();

      json_array_add_string_element (range, low);
      json_array_add_string_element (range, high);
      json_array_add_array_element (ranges, range);
    }
  json_object_set_int_member (f, "delay", frame->ack.delay_ms);
  json_object_set_array_member (f, "ranges", ranges);
}

void
test_packet_frame_from_fields (const char *name,
                               JsonObject *f,
                               GPtrArray *keep,
                               SottoPacketFrame *out)
{
  g_auto (TestExact) data = { 0 };

  memset (out, 0, sizeof *out);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    if (strcmp (frames[i].name, name) == 0)
      out->type = frames[i].type;
  if (test_vectors_has (f, "data"))
    data = test_exact_hex (f, "data");

  switch (out->type)
    {
    case SOTTO_PACKET_PADDING:
      g_error ("vector: frame %s is not known here", name);
    case SOTTO_PACKET_PING:
      break;
    case SOTTO_PACKET_ACK:
      ack_from (f, out);
      break;
    case SOTTO_PACKET_STREAM:
      out->stream.id = (uint32_t)test_vectors_int (f, "id");
      out->stream.offset = test_vectors_u64 (f, "offset");
      out->stream.fin = test_vectors_int (f, "flags") == 1;
      out->stream.data = data.data;
      out->stream.n = (uint16_t)data.n;
      g_ptr_array_add (keep, g_steal_pointer (&data.data));
      break;
    case SOTTO_PACKET_MAX_STREAM:
      out->max_stream.id = (uint32_t)test_vectors_int (f, "id");
      out->max_stream.limit = test_vectors_u64 (f, "limit");
      break;
    case SOTTO_PACKET_RESET_STREAM:
    case SOTTO_PACKET_STOP_STREAM:
      out->stream_end.id = (uint32_t)test_vectors_int (f, "id");
      out->stream_end.code = (SottoCode)test_vectors_int (f, "code");
      break;
    case SOTTO_PACKET_PATH_CHALLENGE:
    case SOTTO_PACKET_PATH_RESPONSE:
      g_assert_cmpuint (data.n, ==, sizeof out->path.bytes);
      memcpy (out->path.bytes, data.data, data.n);
      break;
    case SOTTO_PACKET_REKEY1:
    case SOTTO_PACKET_REKEY2:
      out->rekey.epoch = (uint8_t)test_vectors_int (f, "epoch");
      test_vectors_key (f, "E", &out->rekey.ephemeral);
      break;
    case SOTTO_PACKET_CLOSE:
      out->close.code = (SottoCode)test_vectors_int (f, "code");
      break;
    case SOTTO_PACKET_NOTICE:
      out->notice.what = (SottoNotice)test_vectors_int (f, "notice");
      break;
    }
}

JsonObject *
test_packet_frame_to_fields (const SottoPacketFrame *frame, const char **out_name)
{
  JsonObject *f = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    if (frames[i].type == frame->type)
      *out_name = frames[i].name;

  switch (frame->type)
    {
    case SOTTO_PACKET_PADDING:
      g_error ("PADDING is never given out");
    case SOTTO_PACKET_PING:
      break;
    case SOTTO_PACKET_ACK:
      ack_to (frame, f);
      break;
    case SOTTO_PACKET_STREAM:
      json_object_set_int_member (f, "id", frame->stream.id);
      test_set_u64 (f, "offset", frame->stream.offset);
      json_object_set_int_member (f, "flags", frame->stream.fin);
      test_set_hex (f, "data", frame->stream.data, frame->stream.n);
      break;
    case SOTTO_PACKET_MAX_STREAM:
      json_object_set_int_member (f, "id", frame->max_stream.id);
      test_set_u64 (f, "limit", frame->max_stream.limit);
      break;
    case SOTTO_PACKET_RESET_STREAM:
    case SOTTO_PACKET_STOP_STREAM:
      json_object_set_int_member (f, "id", frame->stream_end.id);
      json_object_set_int_member (f, "code", frame->stream_end.code);
      break;
    case SOTTO_PACKET_PATH_CHALLENGE:
    case SOTTO_PACKET_PATH_RESPONSE:
      test_set_hex (f, "data", frame->path.bytes, sizeof frame->path.bytes);
      break;
    case SOTTO_PACKET_REKEY1:
    case SOTTO_PACKET_REKEY2:
      json_object_set_int_member (f, "epoch", frame->rekey.epoch);
      test_set_hex (f, "E", frame->rekey.ephemeral.bytes, SOTTO_KEY_LEN);
      break;
    case SOTTO_PACKET_CLOSE:
      json_object_set_int_member (f, "code", frame->close.code);
      break;
    case SOTTO_PACKET_NOTICE:
      json_object_set_int_member (f, "notice", frame->notice.what);
      break;
    }
  return f;
}

static const struct
{
  const char *name;
  SottoMessageType type;
} messages[] = {
  { "TEXT", SOTTO_MESSAGE_TEXT },
  { "RECEIVED", SOTTO_MESSAGE_RECEIVED },
  { "READ", SOTTO_MESSAGE_READ },
  { "FILE_OFFER", SOTTO_MESSAGE_FILE_OFFER },
  { "FILE_ACCEPT", SOTTO_MESSAGE_FILE_ACCEPT },
  { "FILE_REFUSE", SOTTO_MESSAGE_FILE_REFUSE },
  { "EDIT", SOTTO_MESSAGE_EDIT },
  { "DELETE", SOTTO_MESSAGE_DELETE },
  { "REACT", SOTTO_MESSAGE_REACT },
};

static void
get_id (JsonObject *f, const char *member, SottoId *out)
{
  g_auto (TestExact) id = test_exact_hex (f, member);

  g_assert_cmpuint (id.n, ==, sizeof out->bytes);
  memcpy (out->bytes, id.data, id.n);
}

static const char *
get_text (JsonObject *f, const char *member, GPtrArray *keep, gsize *out_n)
{
  TestExact text = test_exact_string (f, member);

  g_ptr_array_add (keep, text.data);
  *out_n = text.n;
  return (const char *)text.data;
}

void
test_message_from_fields (const char *name, JsonObject *f, GPtrArray *keep, SottoMessage *out)
{
  memset (out, 0, sizeof *out);
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    if (strcmp (messages[i].name, name) == 0)
      out->type = messages[i].type;
  get_id (f, "id", &out->id);

  switch (out->type)
    {
    case SOTTO_MESSAGE_TEXT:
      out->text.sent_ms = test_vectors_u64 (f, "sent");
      out->text.text = get_text (f, "text", keep, &out->text.n);
      break;
    case SOTTO_MESSAGE_RECEIVED:
    case SOTTO_MESSAGE_READ:
      break;
    case SOTTO_MESSAGE_FILE_OFFER:
      out->offer.stream = (uint32_t)test_vectors_int (f, "stream");
      out->offer.size = test_vectors_u64 (f, "size");
      out->offer.media_type = get_text (f, "media_type", keep, &out->offer.n_media_type);
      out->offer.name = get_text (f, "name", keep, &out->offer.n_name);
      break;
    case SOTTO_MESSAGE_FILE_ACCEPT:
      out->accept.offset = test_vectors_u64 (f, "offset");
      break;
    case SOTTO_MESSAGE_FILE_REFUSE:
      out->refuse.code = (SottoRefuseCode)test_vectors_int (f, "code");
      break;
    case SOTTO_MESSAGE_EDIT:
      get_id (f, "target", &out->edit.target);
      out->edit.text = get_text (f, "text", keep, &out->edit.n);
      break;
    case SOTTO_MESSAGE_DELETE:
      get_id (f, "target", &out->delete.target);
      break;
    case SOTTO_MESSAGE_REACT:
      get_id (f, "target", &out->react.target);
      out->react.reaction = get_text (f, "reaction", keep, &out->react.n);
      break;
    }
}

JsonObject *
test_message_to_fields (const SottoMessage *m, const char **out_name)
{
  JsonObject *f = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    if (messages[i].type == m->type)
      *out_name = messages[i].name;
  test_set_hex (f, "id", m->id.bytes, SOTTO_ID_LEN);

  switch (m->type)
    {
    case SOTTO_MESSAGE_TEXT:
      test_set_u64 (f, "sent", m->text.sent_ms);
      test_set_text (f, "text", m->text.text, m->text.n);
      break;
    case SOTTO_MESSAGE_RECEIVED:
    case SOTTO_MESSAGE_READ:
      break;
    case SOTTO_MESSAGE_FILE_OFFER:
      json_object_set_int_member (f, "stream", m->offer.stream);
      test_set_u64 (f, "size", m->offer.size);
      test_set_text (f, "media_type", m->offer.media_type, m->offer.n_media_type);
      test_set_text (f, "name", m->offer.name, m->offer.n_name);
      break;
    case SOTTO_MESSAGE_FILE_ACCEPT:
      test_set_u64 (f, "offset", m->accept.offset);
      break;
    case SOTTO_MESSAGE_FILE_REFUSE:
      json_object_set_int_member (f, "code", m->refuse.code);
      break;
    case SOTTO_MESSAGE_EDIT:
      test_set_hex (f, "target", m->edit.target.bytes, SOTTO_ID_LEN);
      test_set_text (f, "text", m->edit.text, m->edit.n);
      break;
    case SOTTO_MESSAGE_DELETE:
      test_set_hex (f, "target", m->delete.target.bytes, SOTTO_ID_LEN);
      break;
    case SOTTO_MESSAGE_REACT:
      test_set_hex (f, "target", m->react.target.bytes, SOTTO_ID_LEN);
      test_set_text (f, "reaction", m->react.reaction, m->react.n);
      break;
    }
  return f;
}
