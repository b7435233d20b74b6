// SPDX-License-Identifier: GPL-3.0-or-later
/* The table of what sottoctl can ask for, and what is behind its rows. */
#pragma once

#include "server/control-call.h"

/* NULL when there is none of that name. */
const SottoControlCommand *sotto_control_command_find (const char *name);

/* Of accounts: each is durable before it is answered. */
void sotto_control_add (SottoControlCall *call);
void sotto_control_passwd (SottoControlCall *call);
void sotto_control_disable (SottoControlCall *call);
void sotto_control_enable (SottoControlCall *call);
void sotto_control_delete (SottoControlCall *call);

/* Of what runs. */
void sotto_control_status (SottoControlCall *call);
void sotto_control_users (SottoControlCall *call);
void sotto_control_kick (SottoControlCall *call);
void sotto_control_reload (SottoControlCall *call);
void sotto_control_metrics (SottoControlCall *call);

/* Of invites. */
void sotto_control_invite (SottoControlCall *call);
void sotto_control_invites (SottoControlCall *call);
void sotto_control_revoke (SottoControlCall *call);

/* NULL when nobody has said which host people reach us by. Caller frees. */
char *sotto_control_join_link (const SottoControlHost *host);
/* A member that is text, or null for NULL. */
void sotto_control_set_text (JsonObject *answer, const char *member, const char *text);
/* BYE(KICKED) to the user's session; false when there is none. */
bool sotto_control_end_session (SottoControlCall *call);
