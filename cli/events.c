// SPDX-License-Identifier: GPL-3.0-or-later
/* The table: each event once, with its name, its fields and its phrase. */
#include "cli/events.h"
#include "cli/fields.h"
#include "cli/phrases.h"
#include <stdio.h>

static const struct
{
  const char *name;
  const SottoField *fields;
  char *(*say) (const SottoEvent *event);
} events[] = {
  [SOTTO_EVENT_CONNECTED] = { "connected", sotto_fields_of_connected, sotto_phrase_connected },
  [SOTTO_EVENT_AUTHENTICATED] = { "authenticated", sotto_fields_of_username,
                                  sotto_phrase_authenticated },
  [SOTTO_EVENT_REFUSED] = { "refused", sotto_fields_of_refused, sotto_phrase_refused },
  [SOTTO_EVENT_USERS] = { "users", sotto_fields_of_users, sotto_phrase_users },
  [SOTTO_EVENT_JOINED] = { "joined", sotto_fields_of_username, sotto_phrase_joined },
  [SOTTO_EVENT_LEFT] = { "left", sotto_fields_of_username, sotto_phrase_left },
  [SOTTO_EVENT_QUEUED] = { "queued", sotto_fields_of_to, sotto_phrase_queued },
  [SOTTO_EVENT_SENT] = { "sent", sotto_fields_of_to, sotto_phrase_sent },
  [SOTTO_EVENT_DELIVERED] = { "delivered", sotto_fields_of_to, sotto_phrase_delivered },
  [SOTTO_EVENT_READ] = { "read", sotto_fields_of_to, sotto_phrase_read },
  [SOTTO_EVENT_MESSAGE] = { "message", sotto_fields_of_message, sotto_phrase_message },
  [SOTTO_EVENT_EDITED] = { "edited", sotto_fields_of_edited, sotto_phrase_edited },
  [SOTTO_EVENT_DELETED] = { "deleted", sotto_fields_of_deleted, sotto_phrase_deleted },
  [SOTTO_EVENT_REACTED] = { "reacted", sotto_fields_of_reacted, sotto_phrase_reacted },
  [SOTTO_EVENT_TYPING] = { "typing", sotto_fields_of_typing, sotto_phrase_typing },
  [SOTTO_EVENT_CHANNEL] = { "channel", sotto_fields_of_channel, sotto_phrase_channel },
  [SOTTO_EVENT_FILE] = { "file", sotto_fields_of_file, sotto_phrase_file },
  [SOTTO_EVENT_PASSWORD_CHANGED] = { "password_changed", sotto_fields_none,
                                     sotto_phrase_password_changed },
  [SOTTO_EVENT_ERROR] = { "error", sotto_fields_of_error, sotto_phrase_error },
  [SOTTO_EVENT_DISCONNECTED] = { "disconnected", sotto_fields_of_disconnected,
                                 sotto_phrase_disconnected },
};

char *
sotto_events_to_json (const SottoEvent *event)
{
  if (events[event->type].name == NULL)
    return NULL;
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "event", events[event->type].name);
  for (const SottoField *field = events[event->type].fields; field->key != NULL; field++)
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
