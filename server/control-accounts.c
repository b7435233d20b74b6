// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The commands that change accounts. Yes is said when the change is on the disk; who must go is
 * shown the door before, so that nobody who reads the answer still finds him there.
 */
#include "server/control-commands.h"

#include "server/accounts.h"
#include "server/registry.h"
#include "server/session.h"
#include <string.h>

static const struct
{
  SottoCode code;
  const char *name;
  const char *message;
} refusals[] = {
  { SOTTO_NAME_TAKEN, "name_taken", "there is an account of that name already" },
  { SOTTO_AUTH, "not_found", "there is no account of that name" },
  { SOTTO_BUSY, "busy", "the server has too much to do; try again" },
  { SOTTO_UNAVAILABLE, "unavailable",
    "the file of accounts cannot be written; nothing has changed" },
};

static void
refuse (SottoControlCall *call, SottoCode code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (refusals[i].code == code)
      {
        sotto_control_refuse (call, refusals[i].name, refusals[i].message);
        return;
      }
  sotto_control_refuse (call, sotto_code_to_name (code), "refused");
}

bool
sotto_control_end_session (SottoControlCall *call)
{
  SottoSession *session = sotto_registry_find (call->host->services->registry, &call->name);

  if (session != NULL)
    sotto_session_bye (session, SOTTO_KICKED);
  return session != NULL;
}

/* ---- A change, made durable ---- */

static void
on_stored (SottoCode code, const SottoAccount *account, gpointer data)
{
  SottoControlCall *call = data;

  if (code != SOTTO_OK)
    {
      refuse (call, code);
      return;
    }
  JsonObject *answer = sotto_control_yes ();
  if ((call->command->flags & SOTTO_CONTROL_ENDS_SESSION) != 0)
    json_object_set_boolean_member (answer, "kicked", sotto_control_end_session (call));
  sotto_control_answer (call, answer);
}

static void
store (SottoControlCall *call, SottoAccountChange *change)
{
  change->name = call->name;
  if (!sotto_accounts_change (call->host->services->accounts, change, on_stored, call))
    refuse (call, SOTTO_BUSY);
}

static bool
exists (const SottoControlCall *call)
{
  return sotto_accounts_lookup (call->host->services->accounts, &call->name) != NULL;
}

/* ---- With a password: hashed off the loop first ---- */

static void
hash (SottoControlCall *call, SottoVerifierFunc done)
{
  const SottoServices *services = call->host->services;

  call->job = sotto_verifier_hash (services->verifier, &call->h,
                                   (guint)services->config->bcrypt_cost, done, call);
  if (call->job == NULL)
    refuse (call, SOTTO_BUSY);
}

static void
store_hashed (SottoControlCall *call, const char *hashed, SottoAccountChange *change)
{
  call->job = NULL;
  if (hashed == NULL)
    {
      sotto_control_refuse (call, "unavailable", "the password could not be hashed");
      return;
    }
  g_strlcpy (change->hash, hashed, sizeof change->hash);
  store (call, change);
}

static void
on_add_hashed (SottoVerifierJob *job, gpointer data)
{
  SottoControlCall *call = data;
  /* No identity: the first device that logs in brings one. */
  SottoAccountChange change = {
    .op = SOTTO_ACCOUNT_ADD,
    .created = sotto_clock_unix_ms (call->host->services->clock) / 1000,
  };

  store_hashed (call, sotto_verifier_job_get_hash (job), &change);
}

void
sotto_control_add (SottoControlCall *call)
{
  if (exists (call))
    refuse (call, SOTTO_NAME_TAKEN);
  else
    hash (call, on_add_hashed);
}

static void
on_passwd_hashed (SottoVerifierJob *job, gpointer data)
{
  SottoAccountChange change = { .op = SOTTO_ACCOUNT_UPDATE, .end_tickets = true };

  store_hashed (data, sotto_verifier_job_get_hash (job), &change);
}

void
sotto_control_passwd (SottoControlCall *call)
{
  if (!exists (call))
    refuse (call, SOTTO_AUTH);
  else
    hash (call, on_passwd_hashed);
}

/* ---- Without ---- */

void
sotto_control_disable (SottoControlCall *call)
{
  SottoAccountChange change = {
    .op = SOTTO_ACCOUNT_UPDATE, .has_disabled = true, .disabled = true, .end_tickets = true
  };

  store (call, &change);
}

void
sotto_control_enable (SottoControlCall *call)
{
  SottoAccountChange change = { .op = SOTTO_ACCOUNT_UPDATE, .has_disabled = true };

  store (call, &change);
}

void
sotto_control_delete (SottoControlCall *call)
{
  SottoAccountChange change = { .op = SOTTO_ACCOUNT_REMOVE };

  store (call, &change);
}
