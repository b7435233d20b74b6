// SPDX-License-Identifier: GPL-3.0-or-later
/* A field says what it is read from; the lists say which fields an event has. */
#include "cli/fields.h"
#include "shared/base/text.h"

static void
put_string_or_null (JsonObject *object, const char *key, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, key, text);
  else
    json_object_set_null_member (object, key);
}

static void
put_peer (JsonObject *object, const char *key, const SottoEvent *event)
{
  json_object_set_string_member (object, key, event->peer.str);
}

static void
put_peer_if_any (JsonObject *object, const char *key, const SottoEvent *event)
{
  if (sotto_name_is_set (&event->peer))
    put_peer (object, key, event);
}

static void
put_id (JsonObject *object, const char *key, const SottoEvent *event)
{
  g_autofree char *hex = sotto_hex_encode (event->id.bytes, sizeof event->id.bytes);
  json_object_set_string_member (object, key, hex);
}

static void
put_target (JsonObject *object, const char *key, const SottoEvent *event)
{
  g_autofree char *hex = sotto_hex_encode (event->target.bytes, sizeof event->target.bytes);
  json_object_set_string_member (object, key, hex);
}

static void
put_id_if_any (JsonObject *object, const char *key, const SottoEvent *event)
{
  if (event->has_id)
    put_id (object, key, event);
}

static void
put_text (JsonObject *object, const char *key, const SottoEvent *event)
{
  json_object_set_string_member (object, key, event->text != NULL ? event->text : "");
}

static void
put_sent (JsonObject *object, const char *key, const SottoEvent *event)
{
  json_object_set_int_member (object, key, event->sent_ms);
}

static void
put_code (JsonObject *object, const char *key, const SottoEvent *event)
{
  put_string_or_null (object, key, event->code);
}

static void
put_server (JsonObject *object, const char *key, const SottoEvent *event)
{
  put_string_or_null (object, key, event->server);
}

static void
put_port (JsonObject *object, const char *key, const SottoEvent *event)
{
  json_object_set_int_member (object, key, event->port);
}

static void
put_fingerprint (JsonObject *object, const char *key, const SottoEvent *event)
{
  put_string_or_null (object, key, event->fingerprint);
}

static void
put_realm (JsonObject *object, const char *key, const SottoEvent *event)
{
  put_string_or_null (object, key, event->realm);
}

static void
put_first_use (JsonObject *object, const char *key, const SottoEvent *event)
{
  json_object_set_boolean_member (object, key, event->first_use);
}

static void
put_names (JsonObject *object, const char *key, const SottoEvent *event)
{
  JsonArray *names = json_array_sized_new ((guint)event->n_names);
  for (gsize i = 0; i < event->n_names; i++)
    json_array_add_string_element (names, event->names[i]);
  json_object_set_array_member (object, key, names);
}

static void
put_active (JsonObject *object, const char *key, const SottoEvent *event)
{
  json_object_set_boolean_member (object, key, event->active);
}

static const char *
get_state_name (SottoPeerChannelState state)
{
  static const char *const names[] = {
    [SOTTO_PEER_CHANNEL_OPEN] = "open",
    [SOTTO_PEER_CHANNEL_CLOSED] = "closed",
    [SOTTO_PEER_CHANNEL_ALARM] = "alarm",
  };
  return names[state];
}

static void
put_state (JsonObject *object, const char *key, const SottoEvent *event)
{
  json_object_set_string_member (object, key, get_state_name (event->channel_state));
}

static void
put_path (JsonObject *object, const char *key, const SottoEvent *event)
{
  json_object_set_string_member (object, key, event->relayed ? "relayed" : "direct");
}

static void
put_verified (JsonObject *object, const char *key, const SottoEvent *event)
{
  json_object_set_boolean_member (object, key, event->verified);
}

static void
put_safety_number (JsonObject *object, const char *key, const SottoEvent *event)
{
  put_string_or_null (object, key, event->safety_number);
}

static void
put_retry_in (JsonObject *object, const char *key, const SottoEvent *event)
{
  if (event->retry_in_ms < 0)
    json_object_set_null_member (object, key);
  else if (event->retry_in_ms % 1000 == 0)
    json_object_set_int_member (object, key, event->retry_in_ms / 1000);
  else
    json_object_set_double_member (object, key, (double)event->retry_in_ms / 1000);
}

/* The one key that depends on the event. */
static void
put_sender_or_receiver (JsonObject *object, const char *key, const SottoEvent *event)
{
  put_peer (object, event->file.own ? "to" : "from", event);
}

static void
put_file_name (JsonObject *object, const char *key, const SottoEvent *event)
{
  json_object_set_string_member (object, key, event->file.name);
}

static void
put_file_size (JsonObject *object, const char *key, const SottoEvent *event)
{
  json_object_set_int_member (object, key, (gint64)event->file.size);
}

static void
put_file_done (JsonObject *object, const char *key, const SottoEvent *event)
{
  json_object_set_int_member (object, key, (gint64)event->file.done);
}

/* At the receiver, once it is there. */
static void
put_file_path (JsonObject *object, const char *key, const SottoEvent *event)
{
  if (event->file.own || event->file.state != SOTTO_FILE_DONE)
    return;
  g_autofree char *path = g_filename_to_utf8 (event->file.path, -1, NULL, NULL, NULL);
  g_autofree char *shown = path == NULL ? g_utf8_make_valid (event->file.path, -1) : NULL;
  json_object_set_string_member (object, key, path != NULL ? path : shown);
}

static void
put_file_state (JsonObject *object, const char *key, const SottoEvent *event)
{
  if (event->file.state == SOTTO_FILE_REFUSED)
    json_object_set_string_member (object, key, "refused");
}

static void
put_file_code (JsonObject *object, const char *key, const SottoEvent *event)
{
  if (event->file.state == SOTTO_FILE_REFUSED)
    put_code (object, key, event);
}

const SottoField sotto_fields_none[] = { { NULL, NULL } };
const SottoField sotto_fields_of_connected[] = {
  { "server", put_server }, { "port", put_port },           { "fingerprint", put_fingerprint },
  { "realm", put_realm },   { "first_use", put_first_use }, { NULL, NULL },
};
const SottoField sotto_fields_of_username[] = { { "username", put_peer }, { NULL, NULL } };
const SottoField sotto_fields_of_refused[] = {
  { "code", put_code },
  { "message", put_text },
  { NULL, NULL },
};
const SottoField sotto_fields_of_users[] = { { "online", put_names }, { NULL, NULL } };
const SottoField sotto_fields_of_to[] = { { "to", put_peer }, { "id", put_id }, { NULL, NULL } };
const SottoField sotto_fields_of_message[] = {
  { "from", put_peer }, { "id", put_id }, { "text", put_text },
  { "sent", put_sent }, { NULL, NULL },
};
const SottoField sotto_fields_of_edited[] = {
  { "from", put_peer }, { "id", put_id }, { "target", put_target },
  { "text", put_text }, { NULL, NULL },
};
const SottoField sotto_fields_of_deleted[] = {
  { "from", put_peer },
  { "id", put_id },
  { "target", put_target },
  { NULL, NULL },
};
const SottoField sotto_fields_of_reacted[] = {
  { "from", put_peer },     { "id", put_id }, { "target", put_target },
  { "reaction", put_text }, { NULL, NULL },
};
const SottoField sotto_fields_of_typing[] = {
  { "from", put_peer },
  { "active", put_active },
  { NULL, NULL },
};
const SottoField sotto_fields_of_channel[] = {
  { "peer", put_peer },
  { "state", put_state },
  { "path", put_path },
  { "verified", put_verified },
  { "safety_number", put_safety_number },
  { NULL, NULL },
};
const SottoField sotto_fields_of_file[] = {
  { "from or to", put_sender_or_receiver },
  { "id", put_id },
  { "name", put_file_name },
  { "size", put_file_size },
  { "done", put_file_done },
  { "path", put_file_path },
  { "state", put_file_state },
  { "code", put_file_code },
  { NULL, NULL },
};
const SottoField sotto_fields_of_error[] = {
  { "code", put_code },    { "message", put_text }, { "to", put_peer_if_any },
  { "id", put_id_if_any }, { NULL, NULL },
};
const SottoField sotto_fields_of_disconnected[] = {
  { "code", put_code },
  { "retry_in", put_retry_in },
  { NULL, NULL },
};
