// SPDX-License-Identifier: GPL-3.0-or-later
/* Answers as people want to read them, to standard output. */
#pragma once

#include "shared/base/json.h"

typedef struct
{
  const char *done; /* of commands that change something: what was done to `whom` */
  const char *whom;
  JsonObject *answer;
  GPtrArray *rows; /* JsonNode */
} SottoCtlAnswer;

void sotto_ctl_print_status (const SottoCtlAnswer *answer);
void sotto_ctl_print_users (const SottoCtlAnswer *answer);
void sotto_ctl_print_invite (const SottoCtlAnswer *answer);
void sotto_ctl_print_invites (const SottoCtlAnswer *answer);
void sotto_ctl_print_metrics (const SottoCtlAnswer *answer);
void sotto_ctl_print_reload (const SottoCtlAnswer *answer);
void sotto_ctl_print_done (const SottoCtlAnswer *answer);
/* One line of JSON, as the server said it but for the rows, which become a member. */
void sotto_ctl_print_json (JsonNode *answer, const char *rows_member, GPtrArray *rows);
