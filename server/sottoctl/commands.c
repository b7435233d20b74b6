// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/sottoctl/commands.h"

#include "server/sottoctl/ask.h"
#include "server/sottoctl/backup.h"
#include "server/sottoctl/doctor.h"
#include "shared/base/text.h"
#include <stdio.h>

static const SottoCtlCommand commands[] = {
  { .name = "status",
    .what = "say how the server is",
    .print = sotto_ctl_print_status,
    .run = sotto_ctl_ask },
  { .name = "users",
    .what = "list the accounts",
    .rows = "users",
    .print = sotto_ctl_print_users,
    .run = sotto_ctl_ask },
  { .name = "add",
    .argument = "NAME",
    .takes_password = true,
    .what = "make an account; asks for its password",
    .done = "Added",
    .print = sotto_ctl_print_done,
    .run = sotto_ctl_ask },
  { .name = "passwd",
    .argument = "NAME",
    .takes_password = true,
    .what = "give an account another password, and log the user out",
    .done = "Changed the password of",
    .print = sotto_ctl_print_done,
    .run = sotto_ctl_ask },
  { .name = "disable",
    .argument = "NAME",
    .what = "let the user in no more, and log them out",
    .done = "Disabled",
    .print = sotto_ctl_print_done,
    .run = sotto_ctl_ask },
  { .name = "enable",
    .argument = "NAME",
    .what = "let the user in again",
    .done = "Enabled",
    .print = sotto_ctl_print_done,
    .run = sotto_ctl_ask },
  { .name = "delete",
    .argument = "NAME",
    .what = "delete the account, and log the user out",
    .done = "Deleted",
    .print = sotto_ctl_print_done,
    .run = sotto_ctl_ask },
  { .name = "kick",
    .argument = "NAME",
    .what = "log the user out; they may log in again",
    .done = "Logged out",
    .print = sotto_ctl_print_done,
    .run = sotto_ctl_ask },
  { .name = "invite",
    .takes_invite = true,
    .what = "make an invite and print its code and link",
    .print = sotto_ctl_print_invite,
    .run = sotto_ctl_ask },
  { .name = "invites",
    .what = "list the invites that are open",
    .rows = "invites",
    .print = sotto_ctl_print_invites,
    .run = sotto_ctl_ask },
  { .name = "revoke",
    .argument = "CODE",
    .what = "take an invite back, by its code or its id in the list",
    .done = "Revoked",
    .print = sotto_ctl_print_done,
    .run = sotto_ctl_ask },
  { .name = "backup",
    .argument = "FILE",
    .what = "write all that the server is into a new file",
    .run = sotto_ctl_backup },
  { .name = "restore",
    .argument = "FILE",
    .what = "put a backup back, while the server is stopped",
    .run = sotto_ctl_restore },
  { .name = "metrics",
    .what = "print counters and gauges in Prometheus' text format",
    .print = sotto_ctl_print_metrics,
    .run = sotto_ctl_ask },
  { .name = "reload",
    .what = "have the server read its configuration again",
    .print = sotto_ctl_print_reload,
    .run = sotto_ctl_ask },
  { .name = "doctor",
    .what = "look for what is not well, and say what to do about it",
    .run = sotto_ctl_doctor },
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
      const char *argument = commands[i].argument;
      g_autofree char *form = g_strjoin (" ", commands[i].name, argument, NULL);

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

SottoCtlExit
sotto_ctl_command_run (const SottoCtlCommand *self, const SottoCtlLine *line)
{
  SottoCtlRefusal refusal = { 0 };
  SottoCtlExit status = SOTTO_CTL_DONE;

  if (!self->run (self, line, &refusal))
    status = g_strcmp0 (refusal.code, "usage") == 0 ? SOTTO_CTL_USAGE : SOTTO_CTL_FAILED;
  if (refusal.code != NULL)
    sotto_ctl_fail (status, refusal.code, refusal.message, line->json);
  sotto_ctl_refusal_clear (&refusal);
  return status;
}
