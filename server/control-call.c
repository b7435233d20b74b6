// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/control-call.h"

#include "server/accounts.h"
#include "server/control-commands.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include <string.h>

JsonObject *
sotto_control_yes (void)
{
  JsonObject *answer = json_object_new ();

  json_object_set_boolean_member (answer, "ok", TRUE);
  return answer;
}

static void
call_answer (SottoControlCall *self, bool ok, JsonObject *take_answer)
{
  g_autoptr (JsonNode) node = json_node_alloc ();

  json_node_init_object (node, take_answer);
  json_object_unref (take_answer);
  self->answered (self, ok, sotto_json_to_line (node, NULL));
}

void
sotto_control_answer (SottoControlCall *self, JsonObject *take_answer)
{
  call_answer (self, true, take_answer);
}

void
sotto_control_refuse (SottoControlCall *self, const char *code, const char *message)
{
  JsonObject *answer = json_object_new ();

  json_object_set_boolean_member (answer, "ok", FALSE);
  json_object_set_string_member (answer, "code", code);
  json_object_set_string_member (answer, "message", message);
  call_answer (self, false, answer);
}

/* NULL, or what is wrong. As strict as a protocol: whoever speaks it is a program. */
static const char *
call_read (SottoControlCall *self, JsonObject *request, const char **out_code)
{
  const char *command;
  const char *name;

  *out_code = "protocol";
  if (!sotto_json_get_string (request, "command", &command))
    return "`command` is missing";
  const SottoControlCommand *found = sotto_control_command_find (command);
  *out_code = "unknown_command";
  if (found == NULL)
    return "this server does not know the command";
  bool takes_name = (found->flags & SOTTO_CONTROL_NAME) != 0;
  *out_code = "protocol";
  if (json_object_get_size (request) != (takes_name ? 2 : 1))
    return "members are missing or too many";
  *out_code = "bad_name";
  if (takes_name
      && (!sotto_json_get_string (request, "name", &name)
          || !sotto_name_parse (name, strlen (name), &self->name)))
    return "this is not a username";
  self->command = found;
  return NULL;
}

bool
sotto_control_call_parse (SottoControlCall *self, const char *line, gsize n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = sotto_json_parse ("request", line, n, SOTTO_CONTROL_LINE_MAX, &error);
  const char *code = "protocol";
  const char *wrong = NULL;

  if (node == NULL)
    wrong = error->message;
  else if (!JSON_NODE_HOLDS_OBJECT (node))
    wrong = "request:1: not an object";
  else
    wrong = call_read (self, json_node_get_object (node), &code);
  if (wrong != NULL)
    sotto_control_refuse (self, code, wrong);
  return wrong == NULL;
}

/* H is not a member of the request because nobody wipes what JSON was read into. */
bool
sotto_control_call_parse_key (SottoControlCall *self, const char *line, gsize n)
{
  char digits[2 * SOTTO_KEY_LEN + 1] = { 0 };
  bool right = n == 2 * SOTTO_KEY_LEN;

  if (right)
    {
      memcpy (digits, line, n);
      right = sotto_hex_decode (digits, self->h.bytes, SOTTO_KEY_LEN);
      sotto_secret_wipe (digits, sizeof digits);
    }
  if (!right)
    sotto_control_refuse (self, "protocol", "expected 64 hexadecimal digits");
  return right;
}

void
sotto_control_call_clear (SottoControlCall *self)
{
  if (self->job != NULL)
    sotto_verifier_cancel (self->host->services->verifier, self->job);
  self->job = NULL;
  sotto_accounts_disown (self->host->services->accounts, self);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  self->next = 0;
  self->more = NULL;
  self->command = NULL;
  self->name = (SottoName){ 0 };
  sotto_secret_wipe (&self->h, sizeof self->h);
}
