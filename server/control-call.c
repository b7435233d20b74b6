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

/* ---- What a request may carry beside `command` ---- */

static bool
read_name (SottoControlCall *self, JsonObject *request)
{
  const char *name;

  return sotto_json_get_string (request, "name", &name)
         && sotto_name_parse (name, strlen (name), &self->name);
}

static bool
read_uses (SottoControlCall *self, JsonObject *request)
{
  gint64 uses;

  if (!sotto_json_get_int (request, "uses", &uses) || uses < 1 || uses > SOTTO_INVITE_USES_MAX)
    return false;
  self->invite.uses = (guint32)uses;
  return true;
}

static bool
read_expires (SottoControlCall *self, JsonObject *request)
{
  return sotto_json_get_int (request, "expires", &self->invite.expires)
         && self->invite.expires >= 0;
}

static bool
read_code (SottoControlCall *self, JsonObject *request)
{
  const char *code;

  return sotto_json_get_string (request, "code", &code)
         && g_strlcpy (self->code, code, sizeof self->code) < sizeof self->code;
}

static const struct
{
  guint flag;
  bool (*read) (SottoControlCall *self, JsonObject *request);
  const char *code;
  const char *wrong;
} members[] = {
  { SOTTO_CONTROL_NAME, read_name, "bad_name", "this is not a username" },
  { SOTTO_CONTROL_INVITE, read_uses, "usage",
    "an invite has 1 to " G_STRINGIFY (SOTTO_INVITE_USES_MAX) " uses" },
  { SOTTO_CONTROL_INVITE, read_expires, "usage", "`expires` is not a time" },
  { SOTTO_CONTROL_CODE, read_code, "not_found", "there is no such invite" },
};

/* NULL, or what is wrong. As strict as a protocol: whoever speaks it is a program. */
static const char *
call_read (SottoControlCall *self, JsonObject *request, const char **out_code)
{
  const char *command;
  gsize n = 1;

  *out_code = "protocol";
  if (!sotto_json_get_string (request, "command", &command))
    return "`command` is missing";
  const SottoControlCommand *found = sotto_control_command_find (command);
  *out_code = "unknown_command";
  if (found == NULL)
    return "this server does not know the command";
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    n += (found->flags & members[i].flag) != 0;
  *out_code = "protocol";
  if (json_object_get_size (request) != n)
    return "members are missing or too many";
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      *out_code = members[i].code;
      if ((found->flags & members[i].flag) != 0 && !members[i].read (self, request))
        return members[i].wrong;
    }
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
  g_clear_pointer (&self->list, g_ptr_array_unref);
  self->next = 0;
  self->more = NULL;
  self->command = NULL;
  self->name = (SottoName){ 0 };
  self->invite = (SottoInvite){ 0 };
  sotto_secret_wipe (self->code, sizeof self->code);
  sotto_secret_wipe (&self->h, sizeof self->h);
}
