// SPDX-License-Identifier: GPL-3.0-or-later
/* The commands about invites: made, listed, revoked. A code is told once, to who made it. */
#include "server/control-commands.h"

#include "server/accounts.h"
#include "shared/base/secret.h"
#include <string.h>

static gint64
unix_s (const SottoControlCall *call)
{
  return sotto_clock_unix_ms (call->host->services->clock) / 1000;
}

static void
refuse (SottoControlCall *call, SottoCode code)
{
  if (code == SOTTO_QUOTA)
    sotto_control_refuse (call, "quota",
                          G_STRINGIFY (SOTTO_INVITES_MAX) " invites are open; revoke some first");
  else if (code == SOTTO_INVITE)
    sotto_control_refuse (call, "not_found", "there is no such invite");
  else if (code == SOTTO_BUSY)
    sotto_control_refuse (call, "busy", "the server has too much to do; try again");
  else
    sotto_control_refuse (call, "unavailable",
                          "the file of accounts cannot be written; nothing has changed");
}

static void
store (SottoControlCall *call, const SottoAccountChange *change, SottoAccountDone done)
{
  if (!sotto_accounts_change (call->host->services->accounts, change, done, call))
    refuse (call, SOTTO_BUSY);
}

/* ---- invite ---- */

static void
on_made (SottoCode code, const SottoAccount *account, gpointer data)
{
  SottoControlCall *call = data;

  if (code != SOTTO_OK)
    {
      refuse (call, code);
      return;
    }
  g_autofree char *link = sotto_control_join_link (call->host);
  g_autofree char *invitation =
      link != NULL ? g_strdup_printf ("%s&invite=%s", link, call->code) : NULL;
  JsonObject *answer = sotto_control_yes ();

  json_object_set_string_member (answer, "code", call->code);
  json_object_set_int_member (answer, "uses", (gint64)call->invite.uses);
  json_object_set_int_member (answer, "expires", call->invite.expires);
  sotto_control_set_text (answer, "join_link", invitation);
  json_object_set_string_member (answer, "signup",
                                 sotto_server_config_signup_name (call->host->services->config));
  sotto_control_answer (call, answer);
}

void
sotto_control_invite (SottoControlCall *call)
{
  SottoAccountChange change = { .op = SOTTO_ACCOUNT_INVITE, .created = unix_s (call) };
  SottoInvite *invite = &call->invite;

  if (invite->expires <= change.created
      || invite->expires - change.created > SOTTO_INVITE_LIFE_MAX_S)
    {
      sotto_control_refuse (call, "usage",
                            "an invite expires within ten years, and not before now");
      return;
    }
  sotto_invite_make (invite, call->host->services->random, call->code);
  invite->created = change.created;
  change.invite = *invite;
  store (call, &change, on_made);
}

/* ---- invites ---- */

/* Ids need no escaping. */
static void
append_invite (const SottoInvite *invite, GString *out)
{
  g_string_append_printf (out,
                          "{\"id\":\"%s\",\"uses\":%u,\"created\":%" G_GINT64_FORMAT
                          ",\"expires\":%" G_GINT64_FORMAT "}\n",
                          invite->id, invite->uses, invite->created, invite->expires);
}

static bool
more_invites (SottoControlCall *call, GString *out)
{
  while (call->next < call->list->len && out->len < SOTTO_CONTROL_QUEUE_MAX)
    append_invite (g_ptr_array_index (call->list, call->next++), out);
  return call->next < call->list->len;
}

void
sotto_control_invites (SottoControlCall *call)
{
  call->list = sotto_invites_list (sotto_accounts_get_invites (call->host->services->accounts),
                                   unix_s (call));
  call->more = more_invites;
}

/* ---- revoke ---- */

static void
on_revoked (SottoCode code, const SottoAccount *account, gpointer data)
{
  if (code == SOTTO_OK)
    sotto_control_answer (data, sotto_control_yes ());
  else
    refuse (data, code);
}

/* The whole code, or the id that the list shows. */
static bool
read_wanted (const char *text, SottoInvite *out)
{
  if (sotto_invite_from_code (out, text, strlen (text)))
    return true;
  if (sotto_invite_id_is_valid (text))
    g_strlcpy (out->id, text, sizeof out->id);
  return out->id[0] != '\0';
}

void
sotto_control_revoke (SottoControlCall *call)
{
  SottoAccountChange change = { .op = SOTTO_ACCOUNT_REVOKE };

  if (read_wanted (call->code, &change.invite))
    store (call, &change, on_revoked);
  else
    refuse (call, SOTTO_INVITE);
}
