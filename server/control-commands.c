// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/control-commands.h"

#define NAME         SOTTO_CONTROL_NAME
#define KEY          SOTTO_CONTROL_KEY
#define INVITE       SOTTO_CONTROL_INVITE
#define CODE         SOTTO_CONTROL_CODE
#define LOGGED       SOTTO_CONTROL_LOGGED
#define ENDS_SESSION SOTTO_CONTROL_ENDS_SESSION

static const SottoControlCommand commands[] = {
  { "status", 0, sotto_control_status },
  { "users", 0, sotto_control_users },
  { "add", NAME | KEY | LOGGED, sotto_control_add },
  { "passwd", NAME | KEY | LOGGED | ENDS_SESSION, sotto_control_passwd },
  { "disable", NAME | LOGGED | ENDS_SESSION, sotto_control_disable },
  { "enable", NAME | LOGGED, sotto_control_enable },
  { "delete", NAME | LOGGED | ENDS_SESSION, sotto_control_delete },
  { "kick", NAME | LOGGED, sotto_control_kick },
  { "invite", INVITE | LOGGED, sotto_control_invite },
  { "invites", 0, sotto_control_invites },
  { "revoke", CODE | LOGGED, sotto_control_revoke },
  { "reload", LOGGED, sotto_control_reload },
  { "metrics", 0, sotto_control_metrics },
};

const SottoControlCommand *
sotto_control_command_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  return NULL;
}
