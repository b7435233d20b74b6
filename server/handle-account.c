// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One's own account: PASSWD, IDENTITY, UNSIGN. All three go the same way: limits, the password
 * checked in the verifier, a change made durable, OK. One at a time a session; what differs stands
 * in the operation that is kept meanwhile.
 */
#include "server/handlers.h"

#include "server/accounts.h"
#include "server/admission.h"
#include "server/allowances.h"
#include "shared/base/secret.h"
#include <string.h>

struct _SottoAccountOperation
{
  guint32 req;
  SottoJournalEvent event;
  SottoAccountChange change;
};

void
sotto_account_operation_free (SottoAccountOperation *self)
{
  if (self == NULL)
    return;
  sotto_secret_wipe (self, sizeof *self);
  g_free (self);
}

static void
session_report (SottoSession *session, SottoJournalEvent event, SottoCode code)
{
  if (session->services->report != NULL)
    session->services->report (event, &session->name, &session->remote, code);
}

/* The operation is over; OK or ERR to its req. */
static void
operation_answer (SottoSession *session, SottoCode code, guint16 retry_s)
{
  SottoAccountOperation *operation = g_steal_pointer (&session->operation);
  guint32 req = operation->req;
  SottoJournalEvent event = operation->event;

  sotto_account_operation_free (operation);
  session_report (session, event, code);
  if (code != SOTTO_OK)
    {
      sotto_session_error (session, req, code, retry_s);
      return;
    }
  sotto_session_ok (session, req);
  if (event == SOTTO_JOURNAL_UNSIGN)
    sotto_session_bye (session, SOTTO_OK);
}

static void
on_stored (SottoCode code, const SottoAccount *account, gpointer data)
{
  bool passing = code == SOTTO_UNAVAILABLE || code == SOTTO_BUSY;

  operation_answer (data, code, passing ? SOTTO_BUSY_RETRY_S : 0);
}

static void
on_checked (SottoVerifierJob *job, gpointer data)
{
  SottoSession *session = data;
  const SottoServices *services = session->services;
  SottoAccountChange *change = &session->operation->change;

  session->job = NULL;
  if (!sotto_verifier_job_get_match (job))
    {
      sotto_admission_failed (services->admission, &session->name, &session->remote,
                              sotto_clock_now (services->clock));
      operation_answer (session, SOTTO_AUTH, 0);
      return;
    }
  if (session->operation->event == SOTTO_JOURNAL_PASSWORD)
    {
      const char *hash = sotto_verifier_job_get_hash (job);

      if (hash == NULL)
        {
          operation_answer (session, SOTTO_UNAVAILABLE, SOTTO_BUSY_RETRY_S);
          return;
        }
      g_strlcpy (change->hash, hash, sizeof change->hash);
    }
  if (!sotto_accounts_change (services->accounts, change, on_stored, session))
    operation_answer (session, SOTTO_BUSY, SOTTO_BUSY_RETRY_S);
}

/* "Verified, queued and counted as a LOGIN is", and 3/min on top. */
static SottoCode
check_limits (SottoSession *session, gint64 now, guint16 *out_retry_s)
{
  const SottoServices *services = session->services;
  SottoAllowance *allowance = sotto_allowances_get (services->allowances, &session->name, now);
  gint64 wait = SOTTO_US_PER_S;

  if (session->operation != NULL)
    {
      *out_retry_s = 1;
      return SOTTO_BUSY;
    }
  if (allowance == NULL
      || !sotto_bucket_take (&allowance->changes, &services->config->password_changes, 1, now,
                             &wait))
    {
      *out_retry_s = sotto_bucket_retry_s (wait);
      return SOTTO_RATE;
    }
  SottoCode code = sotto_admission_login (services->admission, &session->remote, now, out_retry_s);
  if (code != SOTTO_OK)
    return code;
  return sotto_admission_attempt (services->admission, &session->name, &session->remote, now,
                                  out_retry_s);
}

/* Takes over req and change; h is checked, new_h hashed. */
static void
operation_begin (SottoSession *session,
                 SottoJournalEvent event,
                 guint32 req,
                 const SottoAccountChange *change,
                 const SottoKey *h,
                 const SottoKey *new_h)
{
  const SottoServices *services = session->services;
  const SottoAccount *account = sotto_accounts_lookup (services->accounts, &session->name);
  SottoAccountOperation *operation = g_new0 (SottoAccountOperation, 1);

  operation->req = req;
  operation->event = event;
  operation->change = *change;
  operation->change.name = session->name;
  if (account != NULL)
    g_strlcpy (operation->change.expected_hash, account->hash,
               sizeof operation->change.expected_hash);
  session->operation = operation;
  bool suspect = sotto_admission_suspects (services->admission, &session->remote,
                                           sotto_clock_now (services->clock));
  session->job =
      sotto_verifier_check (services->verifier, h, account != NULL ? account->hash : NULL, new_h,
                            (guint)services->config->bcrypt_cost, suspect, on_checked, session);
  if (session->job == NULL)
    operation_answer (session, SOTTO_BUSY, SOTTO_BUSY_RETRY_S);
}

static bool
refused (SottoSession *session, guint32 req, gint64 now)
{
  guint16 retry_s = 0;
  SottoCode code = check_limits (session, now, &retry_s);

  if (code != SOTTO_OK)
    sotto_session_error (session, req, code, retry_s);
  return code != SOTTO_OK;
}

bool
sotto_handle_passwd (SottoSession *session, SottoRecord *record, gint64 now)
{
  guint32 req = record->passwd.req;
  const SottoAccountChange change = { .op = SOTTO_ACCOUNT_UPDATE, .end_tickets = true };
  bool other = refused (session, req, now);

  if (!other)
    operation_begin (session, SOTTO_JOURNAL_PASSWORD, req, &change, &record->passwd.h_old,
                     &record->passwd.h_new);
  sotto_secret_wipe (&record->passwd, sizeof record->passwd);
  return other;
}

bool
sotto_handle_identity (SottoSession *session, SottoRecord *record, gint64 now)
{
  guint32 req = record->identity.req;
  const SottoAccount *account = sotto_accounts_lookup (session->services->accounts, &session->name);
  bool changed = account == NULL
                 || memcmp (&account->identity, &record->identity.identity, sizeof (SottoKey)) != 0;
  const SottoAccountChange change = { .op = SOTTO_ACCOUNT_UPDATE,
                                      .has_identity = true,
                                      .identity = record->identity.identity,
                                      .end_tickets = changed };
  bool other = refused (session, req, now);

  if (!other)
    operation_begin (session, SOTTO_JOURNAL_IDENTITY, req, &change, &record->identity.h, NULL);
  sotto_secret_wipe (&record->identity, sizeof record->identity);
  return other;
}

bool
sotto_handle_unsign (SottoSession *session, SottoRecord *record, gint64 now)
{
  guint32 req = record->unsign.req;
  const SottoAccountChange change = { .op = SOTTO_ACCOUNT_REMOVE };
  bool other = refused (session, req, now);

  if (!other)
    operation_begin (session, SOTTO_JOURNAL_UNSIGN, req, &change, &record->unsign.h, NULL);
  sotto_secret_wipe (&record->unsign, sizeof record->unsign);
  return other;
}
