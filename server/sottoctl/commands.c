// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/sottoctl/commands.h"

#include "server/sottoctl/connection.h"
#include "server/sottoctl/password.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include "shared/crypto/password.h"
#include <stdio.h>
#include <string.h>

static const SottoCtlCommand commands[] = {
  { .name = "status", .what = "say how the server is", .print = sotto_ctl_print_status },
  { .name = "users", .what = "list the accounts", .rows = "users", .print = sotto_ctl_print_users },
  { .name = "add",
    .takes_name = true,
    .takes_password = true,
    .what = "make an account; asks for its password",
    .done = "Added",
    .print = sotto_ctl_print_done },
  { .name = "passwd",
    .takes_name = true,
    .takes_password = true,
    .what = "give an account another password, and log the user out",
    .done = "Changed the password of",
    .print = sotto_ctl_print_done },
  { .name = "disable",
    .takes_name = true,
    .what = "let the user in no more, and log them out",
    .done = "Disabled",
    .print = sotto_ctl_print_done },
  { .name = "enable",
    .takes_name = true,
    .what = "let the user in again",
    .done = "Enabled",
    .print = sotto_ctl_print_done },
  { .name = "delete",
    .takes_name = true,
    .what = "delete the account, and log the user out",
    .done = "Deleted",
    .print = sotto_ctl_print_done },
  { .name = "kick",
    .takes_name = true,
    .what = "log the user out; they may log in again",
    .done = "Logged out",
    .print = sotto_ctl_print_done },
  { .name = "reload",
    .what = "have the server read its configuration again",
    .print = sotto_ctl_print_reload },
  { .name = "metrics",
    .what = "print counters and gauges in Prometheus' text format",
    .print = sotto_ctl_print_metrics },
};

const SottoCtlCommand *
sotto_ctl_command_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  return NULL;
}

char *
sotto_ctl_commands_help (void)
{
  GString *help = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *form =
          g_strconcat (commands[i].name, commands[i].takes_name ? " NAME" : "", NULL);

      g_string_append_printf (help, "  %-14s %s\n", form, commands[i].what);
    }
  return g_string_free (help, FALSE);
}

SottoCtlExit
sotto_ctl_fail (SottoCtlExit status, const char *code, const char *message, bool json)
{
  g_autofree char *shown = sotto_text_display (message, 500);

  fprintf (stderr, "sottoctl: %s\n", shown);
  if (json)
    {
      g_autoptr (JsonNode) node = json_node_alloc ();
      JsonObject *object = json_object_new ();

      json_object_set_boolean_member (object, "ok", FALSE);
      json_object_set_string_member (object, "code", code);
      json_object_set_string_member (object, "message", message);
      json_node_init_object (node, object);
      json_object_unref (object);
      sotto_ctl_print_json (node, NULL, NULL);
    }
  return status;
}

/* ---- Running ---- */

typedef struct
{
  const SottoCtlCommand *command;
  char *socket;
  SottoName name;
  SottoSecret *password;
  SottoKey h;
  JsonNode *answer;
  GPtrArray *rows;
  SottoCtlRefusal refusal;
} Run;

static void
run_clear (Run *self)
{
  g_free (self->socket);
  sotto_secret_free (self->password);
  sotto_secret_wipe (&self->h, sizeof self->h);
  g_clear_pointer (&self->answer, json_node_unref);
  g_ptr_array_unref (self->rows);
  sotto_ctl_refusal_clear (&self->refusal);
}

/* H, from the password and the realm that the server has. */
static bool
run_derive (Run *self, SottoCtlConnection *connection)
{
  g_autoptr (JsonNode) status =
      sotto_ctl_connection_ask (connection, "status", NULL, NULL, self->rows, &self->refusal);
  const char *realm = "";
  SottoKey v;

  if (status == NULL)
    return false;
  bool derived = sotto_json_get_string (json_node_get_object (status), "realm", &realm)
                 && sotto_password_derive (self->password->bytes, realm, strlen (realm),
                                           &self->name, &self->h, &v);
  sotto_secret_wipe (&v, sizeof v);
  if (!derived)
    sotto_ctl_refusal_set (&self->refusal, "unavailable", "the password could not be hashed");
  return derived;
}

static bool
run_ask (Run *self)
{
  const SottoCtlCommand *command = self->command;
  g_autoptr (SottoCtlConnection) connection =
      sotto_ctl_connection_open (self->socket, &self->refusal);

  if (connection == NULL || (command->takes_password && !run_derive (self, connection)))
    return false;
  self->answer = sotto_ctl_connection_ask (
      connection, command->name, command->takes_name ? &self->name : NULL,
      command->takes_password ? &self->h : NULL, self->rows, &self->refusal);
  return self->answer != NULL;
}

/* Whether a server is there is seen before anyone types a password. */
static bool
run_read_password (Run *self)
{
  g_autoptr (SottoCtlConnection) there = sotto_ctl_connection_open (self->socket, &self->refusal);
  const char *wrong = NULL;

  if (there == NULL)
    return false;
  self->password = sotto_ctl_password_read (self->name.str, &wrong);
  if (self->password == NULL)
    sotto_ctl_refusal_set (&self->refusal, "password", wrong);
  return self->password != NULL;
}

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
run_print (Run *self, bool json)
{
  const SottoCtlAnswer answer = { .done = self->command->done,
                                  .name = &self->name,
                                  .answer = json_node_get_object (self->answer),
                                  .rows = self->rows };

  g_ptr_array_sort (self->rows, compare_rows);
  if (json)
    sotto_ctl_print_json (self->answer, self->command->rows, self->rows);
  else
    self->command->print (&answer);
}

SottoCtlExit
sotto_ctl_command_run (const SottoCtlCommand *command,
                       const char *socket,
                       const char *typed,
                       bool json)
{
  Run self = { .command = command,
               .rows = g_ptr_array_new_with_free_func ((GDestroyNotify)json_node_unref) };
  SottoCtlExit status = SOTTO_CTL_DONE;

  self.socket = socket != NULL ? g_strdup (socket) : sotto_ctl_socket_find ();
  if (command->takes_name && !sotto_name_from_typed (typed, &self.name))
    sotto_ctl_refusal_set (&self.refusal, "bad_name", "this is not a username");
  else if ((!command->takes_password || run_read_password (&self)) && run_ask (&self))
    run_print (&self, json);
  if (self.refusal.code != NULL)
    status = sotto_ctl_fail (SOTTO_CTL_FAILED, self.refusal.code, self.refusal.message, json);
  run_clear (&self);
  return status;
}
