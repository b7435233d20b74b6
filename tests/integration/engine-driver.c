// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The engine by the line, for what no terminal command does: a test types, and reads the events
 * that the terminal client would print. It stands in for that program: its first argument is
 * the program whose place it takes, the others are that program's.
 */
#include "cli/events.h"
#include "shared/base/json.h"
#include "shared/base/text.h"
#include "shared/client/engine.h"
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  SottoEngine *engine;
  GMainLoop *loop;
  GDataInputStream *input;
} Driver;

static void
on_event (SottoEngine *engine, const SottoEvent *event, gpointer unused)
{
  sotto_events_print (event, SOTTO_EVENTS_JSON);
}

static void
print_object (JsonObject *take_object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, take_object);
  g_autofree char *line = sotto_json_to_line (node, NULL);
  puts (line);
  fflush (stdout);
}

static JsonObject *
record_to_json (const SottoHistoryRecord *record)
{
  JsonObject *object = json_object_new ();
  g_autofree char *id = sotto_hex_encode (record->id.bytes, sizeof record->id.bytes);

  json_object_set_string_member (object, "id", id);
  json_object_set_boolean_member (object, "own", record->own);
  json_object_set_string_member (object, "peer", record->peer.str);
  json_object_set_string_member (object, "text", record->text);
  json_object_set_int_member (object, "state", record->state);
  json_object_set_boolean_member (object, "edited", record->edited);
  json_object_set_boolean_member (object, "deleted", record->deleted);
  json_object_set_string_member (object, "own_reaction", record->reaction_own);
  json_object_set_string_member (object, "their_reaction", record->reaction_theirs);
  return object;
}

static void
print_records (const char *event, GPtrArray *take_records)
{
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; take_records != NULL && i < take_records->len; i++)
    json_array_add_object_element (array, record_to_json (take_records->pdata[i]));
  json_object_set_string_member (object, "event", event);
  json_object_set_boolean_member (object, "ok", take_records != NULL);
  json_object_set_array_member (object, "records", array);
  print_object (object);
  g_clear_pointer (&take_records, g_ptr_array_unref);
}

static void
on_page (GObject *engine, GAsyncResult *result, gpointer unused)
{
  print_records ("page", sotto_engine_load_messages_finish (SOTTO_ENGINE (engine), result, NULL));
}

static void
on_found (GObject *engine, GAsyncResult *result, gpointer unused)
{
  print_records ("found", sotto_engine_search_finish (SOTTO_ENGINE (engine), result, NULL));
}

static void
on_conversations (GObject *engine, GAsyncResult *result, gpointer unused)
{
  g_autoptr (GPtrArray) got =
      sotto_engine_load_conversations_finish (SOTTO_ENGINE (engine), result, NULL);
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; got != NULL && i < got->len; i++)
    {
      const SottoConversation *conversation = got->pdata[i];
      JsonObject *row = record_to_json (conversation->last);
      json_object_set_int_member (row, "unread", conversation->n_unread);
      json_array_add_object_element (array, row);
    }
  json_object_set_string_member (object, "event", "conversations");
  json_object_set_array_member (object, "records", array);
  print_object (object);
}

static void
on_exported (GObject *engine, GAsyncResult *result, gpointer unused)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "event", "exported");
  json_object_set_boolean_member (object, "ok",
                                  sotto_engine_export_finish (SOTTO_ENGINE (engine), result, NULL));
  print_object (object);
}

static void
print_draft (Driver *self, const char *peer)
{
  JsonObject *object = json_object_new ();
  const char *draft = sotto_engine_get_draft (self->engine, peer);

  json_object_set_string_member (object, "event", "draft");
  json_object_set_string_member (object, "text", draft != NULL ? draft : "");
  print_object (object);
}

/* words: the command, then up to three; missing ones are empty. */
static void
obey (Driver *self, char **words)
{
  const char *command = words[0], *peer = words[1], *third = words[2], *rest = words[3];
  SottoId id = { 0 };

  sotto_hex_decode (third, id.bytes, sizeof id);
  if (g_str_equal (command, "sign"))
    sotto_engine_sign (self->engine, peer, third, NULL);
  else if (g_str_equal (command, "auth"))
    sotto_engine_auth (self->engine, peer, third);
  else if (g_str_equal (command, "send"))
    sotto_engine_send (self->engine, peer, third);
  else if (g_str_equal (command, "edit"))
    sotto_engine_edit (self->engine, peer, &id, rest);
  else if (g_str_equal (command, "delete"))
    sotto_engine_delete (self->engine, peer, &id);
  else if (g_str_equal (command, "react"))
    sotto_engine_react (self->engine, peer, &id, rest);
  else if (g_str_equal (command, "read"))
    sotto_engine_mark_read (self->engine, peer, &id);
  else if (g_str_equal (command, "typing"))
    sotto_engine_set_typing (self->engine, peer, g_str_equal (third, "yes"));
  else if (g_str_equal (command, "notices"))
    sotto_engine_set_notices (self->engine, g_str_equal (peer, "yes"), g_str_equal (third, "yes"));
  else if (g_str_equal (command, "hide"))
    sotto_engine_set_hidden (self->engine, true);
  else if (g_str_equal (command, "page"))
    sotto_engine_load_messages_async (self->engine, peer, 0, 100, NULL, on_page, NULL);
  else if (g_str_equal (command, "search"))
    sotto_engine_search_async (self->engine, peer, NULL, 10, NULL, on_found, NULL);
  else if (g_str_equal (command, "conversations"))
    sotto_engine_load_conversations_async (self->engine, NULL, on_conversations, NULL);
  else if (g_str_equal (command, "draft"))
    sotto_engine_set_draft (self->engine, peer, third);
  else if (g_str_equal (command, "drafted"))
    print_draft (self, peer);
  else if (g_str_equal (command, "forget"))
    sotto_engine_forget_conversation (self->engine, *peer == '\0' ? NULL : peer);
  else if (g_str_equal (command, "export"))
    sotto_engine_export_async (self->engine, peer, third, (SottoExportFormat)atoi (rest), NULL,
                               on_exported, NULL);
  else
    g_main_loop_quit (self->loop);
}

static void
on_line (GObject *input, GAsyncResult *result, gpointer data)
{
  Driver *self = data;
  g_autofree char *line =
      g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (input), result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  char *words[4] = { line, line + strlen (line), line + strlen (line), line + strlen (line) };
  bool rest_is_text = g_str_has_prefix (line, "send ") || g_str_has_prefix (line, "draft ");
  for (guint i = 1; i < (rest_is_text ? 3 : 4); i++)
    {
      char *blank = strchr (words[i - 1], ' ');
      if (blank == NULL)
        break;
      *blank = '\0';
      words[i] = blank + 1;
    }
  obey (self, words);
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

static const char *
find_option (char **argv, const char *name)
{
  for (char **arg = argv; *arg != NULL && arg[1] != NULL; arg++)
    if (g_str_equal (*arg, name))
      return arg[1];
  g_error ("%s is missing", name);
}

int
main (int argc, char **argv)
{
  g_autoptr (GInputStream) bytes = g_unix_input_stream_new (0, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (bytes);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  SottoJoinLink link = { 0 };
  Driver self = { .loop = loop, .input = input };

  self.engine = sotto_engine_new (find_option (argv, "--profile"), NULL, SOTTO_TRUST_PIN);
  if (!sotto_join_link_parse (find_option (argv, "--join"), &link, &error)
      || !sotto_engine_set_join_link (self.engine, &link, &error))
    g_error ("%s", error->message);
  sotto_join_link_clear (&link);
  g_signal_connect (self.engine, "event", G_CALLBACK (on_event), NULL);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, &self);
  g_main_loop_run (loop);
  sotto_engine_log_out (self.engine);
  g_object_unref (self.engine);
  return EXIT_SUCCESS;
}
