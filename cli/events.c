// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Two small vocabularies joined by one table: fields (how a member of SottoEvent becomes JSON) and
 * sentences (how an event is told to people). Whatever a peer or server wrote goes through
 * sotto_text_display before it reaches a terminal; JSON escapes by itself.
 */
#include "config.h"

#include "cli/events.h"
#include "shared/base/json.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define EVENTS_MAX (SOTTO_EVENT_DISCONNECTED + 1)

/* --- fields --- */

typedef struct
{
  const char *key;
  void (*put) (JsonObject *object, const char *key, const SottoEvent *event);
} Field;

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

static const Field no_fields[] = { { NULL, NULL } };
static const Field connected_fields[] = {
  { "server", put_server }, { "port", put_port },           { "fingerprint", put_fingerprint },
  { "realm", put_realm },   { "first_use", put_first_use }, { NULL, NULL },
};
static const Field username_fields[] = { { "username", put_peer }, { NULL, NULL } };
static const Field refused_fields[] = {
  { "code", put_code },
  { "message", put_text },
  { NULL, NULL },
};
static const Field users_fields[] = { { "online", put_names }, { NULL, NULL } };
static const Field to_fields[] = { { "to", put_peer }, { "id", put_id }, { NULL, NULL } };
static const Field message_fields[] = {
  { "from", put_peer }, { "id", put_id }, { "text", put_text },
  { "sent", put_sent }, { NULL, NULL },
};
static const Field typing_fields[] = {
  { "from", put_peer },
  { "active", put_active },
  { NULL, NULL },
};
static const Field channel_fields[] = {
  { "peer", put_peer },
  { "state", put_state },
  { "path", put_path },
  { "verified", put_verified },
  { "safety_number", put_safety_number },
  { NULL, NULL },
};
static const Field error_fields[] = {
  { "code", put_code },    { "message", put_text }, { "to", put_peer_if_any },
  { "id", put_id_if_any }, { NULL, NULL },
};
static const Field disconnected_fields[] = {
  { "code", put_code },
  { "retry_in", put_retry_in },
  { NULL, NULL },
};

/* --- sentences --- */

static char *
show (const char *text)
{
  return sotto_text_display (text != NULL ? text : "", SOTTO_TEXT_MAX);
}

/* A message's own line breaks are marked, so that no line of it can pass for one of ours. */
static char *
show_message (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      char *shown = show (*line);
      g_free (*line);
      *line = shown;
    }
  return g_strjoinv (" \xe2\x86\xb5 ", lines);
}

/* Local time of day, with the date when it is not today. Time is the sender's word. */
static char *
show_time (gint64 unix_ms)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) sent = g_date_time_new_from_unix_local (unix_ms / 1000);
  if (sent == NULL)
    return g_strdup ("--:--");
  bool is_today = g_date_time_get_year (sent) == g_date_time_get_year (now)
                  && g_date_time_get_day_of_year (sent) == g_date_time_get_day_of_year (now);
  return g_date_time_format (sent, is_today ? "%H:%M" : "%Y-%m-%d %H:%M");
}

static char *
say_connected (const SottoEvent *event)
{
  g_autofree char *server = show (event->server);
  return g_strdup_printf (event->first_use ? _ ("Connected to %s port %u for the first time; from "
                                                "now on its key must be %s")
                                           : _ ("Connected to %s port %u, key %s"),
                          server, event->port, event->fingerprint);
}

static char *
say_authenticated (const SottoEvent *event)
{
  return g_strdup_printf (_ ("Logged in as %s"), event->peer.str);
}

static char *
say_refused (const SottoEvent *event)
{
  g_autofree char *text = show (event->text);
  return g_strdup_printf (_ ("Refused: %s"), text);
}

static char *
say_users (const SottoEvent *event)
{
  GString *line = g_string_new (_ ("Online:"));
  for (gsize i = 0; i < event->n_names; i++)
    g_string_append_printf (line, " %s", event->names[i]);
  return g_string_free (line, FALSE);
}

static char *
say_joined (const SottoEvent *event)
{
  return g_strdup_printf (_ ("%s is here"), event->peer.str);
}

static char *
say_left (const SottoEvent *event)
{
  return g_strdup_printf (_ ("%s has left"), event->peer.str);
}

static char *
say_queued (const SottoEvent *event)
{
  return g_strdup_printf (_ ("To %s: queued"), event->peer.str);
}

static char *
say_sent (const SottoEvent *event)
{
  return g_strdup_printf (_ ("To %s: sent"), event->peer.str);
}

static char *
say_delivered (const SottoEvent *event)
{
  return g_strdup_printf (_ ("To %s: delivered"), event->peer.str);
}

static char *
say_read (const SottoEvent *event)
{
  return g_strdup_printf (_ ("To %s: read"), event->peer.str);
}

static char *
say_message (const SottoEvent *event)
{
  g_autofree char *when = show_time (event->sent_ms);
  g_autofree char *text = show_message (event->text);
  return g_strdup_printf ("[%s] %s: %s", when, event->peer.str, text);
}

static char *
say_typing (const SottoEvent *event)
{
  return g_strdup_printf (event->active ? _ ("%s is typing") : _ ("%s has stopped typing"),
                          event->peer.str);
}

static char *
say_channel (const SottoEvent *event)
{
  const char *peer = event->peer.str;
  if (event->channel_state == SOTTO_PEER_CHANNEL_CLOSED)
    return g_strdup_printf (_ ("Channel to %s closed"), peer);
  if (event->channel_state == SOTTO_PEER_CHANNEL_ALARM)
    return g_strdup_printf (_ ("WARNING: the key of %s has changed. Nothing is sent until you have "
                               "compared safety numbers"),
                            peer);
  return g_strdup_printf (_ ("Channel to %s open, %s, %s. Safety number %s"), peer,
                          event->relayed ? _ ("relayed") : _ ("direct"),
                          event->verified ? _ ("verified") : _ ("not verified yet"),
                          event->safety_number != NULL ? event->safety_number : "-");
}

static char *
say_password_changed (const SottoEvent *event)
{
  return g_strdup (_ ("Password changed"));
}

static char *
say_error (const SottoEvent *event)
{
  g_autofree char *text = show (event->text);
  if (!sotto_name_is_set (&event->peer))
    return g_strdup_printf (_ ("Error: %s"), text);
  return g_strdup_printf (_ ("To %s: %s"), event->peer.str, text);
}

static char *
say_disconnected (const SottoEvent *event)
{
  g_autofree char *code = show (event->code);
  if (event->retry_in_ms < 0)
    return g_strdup_printf (_ ("Disconnected (%s)"), code);
  return g_strdup_printf (_ ("Disconnected (%s); trying again in %.1f s"), code,
                          (double)event->retry_in_ms / 1000);
}

/* --- the table --- */

static const struct
{
  const char *name;
  const Field *fields;
  char *(*say) (const SottoEvent *event);
} events[EVENTS_MAX] = {
  [SOTTO_EVENT_CONNECTED] = { "connected", connected_fields, say_connected },
  [SOTTO_EVENT_AUTHENTICATED] = { "authenticated", username_fields, say_authenticated },
  [SOTTO_EVENT_REFUSED] = { "refused", refused_fields, say_refused },
  [SOTTO_EVENT_USERS] = { "users", users_fields, say_users },
  [SOTTO_EVENT_JOINED] = { "joined", username_fields, say_joined },
  [SOTTO_EVENT_LEFT] = { "left", username_fields, say_left },
  [SOTTO_EVENT_QUEUED] = { "queued", to_fields, say_queued },
  [SOTTO_EVENT_SENT] = { "sent", to_fields, say_sent },
  [SOTTO_EVENT_DELIVERED] = { "delivered", to_fields, say_delivered },
  [SOTTO_EVENT_READ] = { "read", to_fields, say_read },
  [SOTTO_EVENT_MESSAGE] = { "message", message_fields, say_message },
  [SOTTO_EVENT_TYPING] = { "typing", typing_fields, say_typing },
  [SOTTO_EVENT_CHANNEL] = { "channel", channel_fields, say_channel },
  [SOTTO_EVENT_PASSWORD_CHANGED] = { "password_changed", no_fields, say_password_changed },
  [SOTTO_EVENT_ERROR] = { "error", error_fields, say_error },
  [SOTTO_EVENT_DISCONNECTED] = { "disconnected", disconnected_fields, say_disconnected },
};

char *
sotto_events_to_json (const SottoEvent *event)
{
  if (events[event->type].name == NULL)
    return NULL;
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "event", events[event->type].name);
  for (const Field *field = events[event->type].fields; field->key != NULL; field++)
    field->put (object, field->key, event);
  g_autoptr (JsonNode) node = json_node_alloc ();
  json_node_init_object (node, object);
  json_object_unref (object);
  return sotto_json_to_line (node, NULL);
}

char *
sotto_events_to_text (const SottoEvent *event)
{
  return events[event->type].say != NULL ? events[event->type].say (event) : NULL;
}

bool
sotto_events_print (const SottoEvent *event, SottoEventsFormat format)
{
  g_autofree char *line =
      format == SOTTO_EVENTS_JSON ? sotto_events_to_json (event) : sotto_events_to_text (event);
  if (line == NULL)
    return true;
  return fputs (line, stdout) >= 0 && fputc ('\n', stdout) != EOF && fflush (stdout) == 0;
}
