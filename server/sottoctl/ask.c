// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/sottoctl/ask.h"

#include "server/sottoctl/connection.h"
#include "server/sottoctl/expiry.h"
#include "server/sottoctl/password.h"
#include "shared/base/limits.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include "shared/crypto/password.h"
#include <string.h>

#define EXPIRES_DEFAULT "7d"

typedef struct
{
  const SottoCtlCommand *command;
  char *socket;
  SottoName name;
  JsonObject *request;
  SottoSecret *password;
  SottoKey h;
  JsonNode *answer;
  GPtrArray *rows;
  SottoCtlRefusal *refusal;
} Ask;

static void
ask_clear (Ask *self)
{
  g_free (self->socket);
  json_object_unref (self->request);
  sotto_secret_free (self->password);
  sotto_secret_wipe (&self->h, sizeof self->h);
  g_clear_pointer (&self->answer, json_node_unref);
  g_ptr_array_unref (self->rows);
}

/* ---- What is asked ---- */

static bool
ask_add_name (Ask *self, const char *typed)
{
  if (!sotto_name_from_typed (typed, &self->name))
    {
      sotto_ctl_refusal_set (self->refusal, "bad_name", "this is not a username");
      return false;
    }
  json_object_set_string_member (self->request, "name", self->name.str);
  return true;
}

static bool
ask_add_invite (Ask *self, const SottoCtlLine *line)
{
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  guint64 uses = 1;
  gint64 expires;

  if (line->uses != NULL
      && !g_ascii_string_to_unsigned (line->uses, 10, 1, SOTTO_INVITE_USES_MAX, &uses, NULL))
    {
      sotto_ctl_refusal_set (
          self->refusal, "usage",
          "--uses takes a number from 1 to " G_STRINGIFY (SOTTO_INVITE_USES_MAX));
      return false;
    }
  if (!sotto_ctl_expiry_parse (line->expires != NULL ? line->expires : EXPIRES_DEFAULT, now_s,
                               &expires)
      || expires <= now_s || expires - now_s > SOTTO_INVITE_LIFE_MAX_S)
    {
      sotto_ctl_refusal_set (self->refusal, "usage",
                             "--expires takes a time to come within ten years: 12h, 7d, 2w or a "
                             "date like 2030-12-31");
      return false;
    }
  json_object_set_int_member (self->request, "uses", (gint64)uses);
  json_object_set_int_member (self->request, "expires", expires);
  return true;
}

static bool
ask_prepare (Ask *self, const SottoCtlLine *line)
{
  const SottoCtlCommand *command = self->command;

  json_object_set_string_member (self->request, "command", command->name);
  if (command->takes_invite)
    return ask_add_invite (self, line);
  if (g_strcmp0 (command->argument, "NAME") == 0)
    return ask_add_name (self, line->argument);
  if (g_strcmp0 (command->argument, "CODE") == 0)
    {
      g_autofree char *code = sotto_text_display (line->argument, SOTTO_INVITE_MAX);

      json_object_set_string_member (self->request, "code", g_strstrip (code));
    }
  return true;
}

/* ---- With a password ---- */

/* Whether a server is there is seen before anyone types a password. */
static bool
ask_read_password (Ask *self)
{
  g_autoptr (SottoCtlConnection) there = sotto_ctl_connection_open (self->socket, self->refusal);
  const char *wrong = NULL;

  if (there == NULL)
    return false;
  self->password = sotto_ctl_password_read (self->name.str, &wrong);
  if (self->password == NULL)
    sotto_ctl_refusal_set (self->refusal, "password", wrong);
  return self->password != NULL;
}

/* H, from the password and the realm that the server has. */
static bool
ask_derive (Ask *self, SottoCtlConnection *connection)
{
  g_autoptr (JsonNode) status = sotto_ctl_connection_status (connection, self->refusal);
  const char *realm = "";
  SottoKey v;

  if (status == NULL)
    return false;
  bool derived = sotto_json_get_string (json_node_get_object (status), "realm", &realm)
                 && sotto_password_derive (self->password->bytes, realm, strlen (realm),
                                           &self->name, &self->h, &v);
  sotto_secret_wipe (&v, sizeof v);
  if (!derived)
    sotto_ctl_refusal_set (self->refusal, "unavailable", "the password could not be hashed");
  return derived;
}

/* ---- Asking and answering ---- */

static bool
ask_server (Ask *self)
{
  bool with_password = self->command->takes_password;
  g_autoptr (SottoCtlConnection) connection =
      sotto_ctl_connection_open (self->socket, self->refusal);

  if (connection == NULL || (with_password && !ask_derive (self, connection)))
    return false;
  self->answer = sotto_ctl_connection_ask (
      connection, self->request, with_password ? &self->h : NULL, self->rows, self->refusal);
  return self->answer != NULL;
}

/* Rows without a name are left in the order of the server. */
static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const char *left = "";
  const char *right = "";

  sotto_json_get_string (json_node_get_object (*(JsonNode *const *)a), "name", &left);
  sotto_json_get_string (json_node_get_object (*(JsonNode *const *)b), "name", &right);
  return strcmp (left, right);
}

static void
ask_print (Ask *self, const SottoCtlLine *line)
{
  const SottoCtlAnswer answer = { .done = self->command->done,
                                  .whom = sotto_name_is_set (&self->name) ? self->name.str
                                                                          : line->argument,
                                  .answer = json_node_get_object (self->answer),
                                  .rows = self->rows };

  g_ptr_array_sort (self->rows, compare_rows);
  if (line->json)
    sotto_ctl_print_json (self->answer, self->command->rows, self->rows);
  else
    self->command->print (&answer);
}

bool
sotto_ctl_ask (const SottoCtlCommand *command,
               const SottoCtlLine *line,
               SottoCtlRefusal *out_refusal)
{
  Ask self = { .command = command,
               .socket = sotto_ctl_socket_of (line->socket),
               .request = json_object_new (),
               .rows = g_ptr_array_new_with_free_func ((GDestroyNotify)json_node_unref),
               .refusal = out_refusal };
  bool done = ask_prepare (&self, line) && (!command->takes_password || ask_read_password (&self))
              && ask_server (&self);

  if (done)
    ask_print (&self, line);
  ask_clear (&self);
  return done;
}
