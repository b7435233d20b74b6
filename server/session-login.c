// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A session while it logs in: does what the login machine says next (unwrap, check, hash, store,
 * answer) and gives it the result, until the session is READY or over.
 */
#include "server/session-private.h"

#include "server/admission.h"
#include "server/presence.h"
#include "server/registry.h"
#include "server/server-key.h"

static const SottoLoginStep full = { SOTTO_LOGIN_RESULT, SOTTO_BUSY, SOTTO_FULL_RETRY_S };

static void
session_send_certificate (SottoSession *self)
{
  GByteArray *out = _sotto_session_scratch (self);
  gsize n;
  const uint8_t *der = g_bytes_get_data (self->services->key->certificate, &n);

  sotto_frame_append (out, SOTTO_FRAME_CERT, der, n);
  _sotto_session_put (self, out);
}

static void
session_step_busy (SottoSession *self, gint64 now)
{
  SottoLoginStep busy = sotto_login_busy (self->login);

  _sotto_session_perform (self, &busy, now);
}

static void
on_unwrapped (SottoVerifierJob *job, gpointer data)
{
  SottoSession *self = data;
  gint64 now = _sotto_session_now (self);

  self->job = NULL;
  SottoLoginStep step = sotto_login_unwrapped (self->login, sotto_verifier_job_get_key (job), now);
  _sotto_session_perform (self, &step, now);
}

static void
on_checked (SottoVerifierJob *job, gpointer data)
{
  SottoSession *self = data;
  gint64 now = _sotto_session_now (self);

  self->job = NULL;
  SottoLoginStep step = sotto_login_checked (self->login, sotto_verifier_job_get_match (job),
                                             sotto_verifier_job_get_hash (job), now);
  _sotto_session_perform (self, &step, now);
}

static void
on_hashed (SottoVerifierJob *job, gpointer data)
{
  SottoSession *self = data;

  self->job = NULL;
  SottoLoginStep step = sotto_login_hashed (self->login, sotto_verifier_job_get_hash (job));
  _sotto_session_perform (self, &step, _sotto_session_now (self));
}

static void
on_stored (SottoCode code, const SottoAccount *account, gpointer data)
{
  SottoSession *self = data;
  SottoLoginStep step = sotto_login_stored (self->login, code, account);

  _sotto_session_perform (self, &step, _sotto_session_now (self));
}

static void
session_begin_job (SottoSession *self, SottoLoginDo what, gint64 now)
{
  SottoLogin *login = self->login;
  SottoVerifier *verifier = self->services->verifier;
  guint cost = (guint)self->services->config->bcrypt_cost;

  if (!self->working)
    sotto_admission_begin (self->services->admission, &self->remote);
  self->working = true;
  bool suspect = sotto_admission_suspects (self->services->admission, &self->remote, now);
  _sotto_session_set_state (self, SOTTO_SESSION_WORKING);
  if (what == SOTTO_LOGIN_UNWRAP)
    self->job = sotto_verifier_unwrap (verifier, login->frame.wrap, login->frame.n_wrap, suspect,
                                       on_unwrapped, self);
  else if (what == SOTTO_LOGIN_HASH)
    self->job = sotto_verifier_hash (verifier, &login->body.h, cost, on_hashed, self);
  else
    {
      bool known = login->hash[0] != '\0';

      self->job = sotto_verifier_check (verifier, &login->body.h, known ? login->hash : NULL,
                                        login->rehash ? &login->body.h : NULL, cost, suspect,
                                        on_checked, self);
    }
  if (self->job == NULL)
    session_step_busy (self, now);
  else
    _sotto_session_arm (self, now);
}

/* Two draws that clash would hand one session's datagrams to another. */
static guint64
draw_sid (const SottoServices *services)
{
  guint64 sid;

  do
    sotto_random_fill (services->random, &sid, sizeof sid);
  while (sid == 0 || sotto_registry_find_sid (services->registry, sid) != NULL);
  return sid;
}

static void
session_become_ready (SottoSession *self)
{
  const SottoSessionKeys *keys = &self->login->keys;

  self->name = self->login->name;
  sotto_sealer_init (&self->incoming, &keys->c_to_s, 0);
  sotto_sealer_init (&self->outgoing, &keys->s_to_c, 1); /* RESULT was record 0 */
  self->udp_c_to_s = keys->udp_c_to_s;
  self->udp_s_to_c = keys->udp_s_to_c;
  g_clear_pointer (&self->login, sotto_login_free);
  _sotto_session_leave_crowd (self);
  _sotto_session_set_state (self, SOTTO_SESSION_READY);
  self->services->output->set_ready (self);

  SottoSession *older = sotto_registry_put (self->services->registry, self);
  if (older != NULL)
    sotto_session_bye (older, SOTTO_REPLACED);
  else
    sotto_presence_note (self->services->presence, &self->name, SOTTO_PRESENCE_CONNECTED);
}

static SottoJournalEvent
login_event (const SottoLogin *login, SottoCode code)
{
  if (code != SOTTO_OK)
    return SOTTO_JOURNAL_LOGIN_FAILED;
  if (login->frame.resume)
    return SOTTO_JOURNAL_RESUME;
  return login->body.op == SOTTO_LOGIN_SIGN ? SOTTO_JOURNAL_SIGNUP : SOTTO_JOURNAL_LOGIN;
}

static void
count_login (SottoCounters *counters, SottoJournalEvent event)
{
  counters->logins += event == SOTTO_JOURNAL_LOGIN;
  counters->signups += event == SOTTO_JOURNAL_SIGNUP;
  counters->resumptions += event == SOTTO_JOURNAL_RESUME;
  counters->logins_failed += event == SOTTO_JOURNAL_LOGIN_FAILED;
}

/* A full house still lets a user replace his own session. */
static bool
session_has_room (SottoSession *self)
{
  SottoRegistry *registry = self->services->registry;

  return sotto_registry_get_count (registry) < self->services->config->sessions
         || sotto_registry_find (registry, &self->login->name) != NULL;
}

static void
session_result (SottoSession *self, const SottoLoginStep *decided, gint64 now)
{
  const SottoServices *services = self->services;
  SottoLoginStep step = *decided;
  GByteArray *out = _sotto_session_scratch (self);

  if (step.code == SOTTO_OK && !session_has_room (self))
    step = full;
  if (step.code == SOTTO_OK)
    self->sid = draw_sid (services);
  sotto_login_append_result (self->login, &step, self->sid,
                             (guint64)sotto_clock_unix_ms (services->clock) / 1000, out);
  _sotto_session_put (self, out);

  SottoJournalEvent event = login_event (self->login, step.code);
  count_login (services->counters, event);
  _sotto_session_report (self, event, step.code);
  if (step.code != SOTTO_OK)
    {
      _sotto_session_finish (self, step.code, now);
      return;
    }
  self->last_received = now;
  session_become_ready (self);
  _sotto_session_arm (self, now);
}

void
_sotto_session_perform (SottoSession *self, const SottoLoginStep *step, gint64 now)
{
  switch (step->what)
    {
    case SOTTO_LOGIN_WAIT:
      break;
    case SOTTO_LOGIN_CERT:
      session_send_certificate (self);
      break;
    case SOTTO_LOGIN_FAIL:
      if (step->penalty)
        _sotto_session_note_penalty (self, step->code, now);
      else
        _sotto_session_report (self, SOTTO_JOURNAL_LOGIN_FAILED, step->code);
      _sotto_session_fail (self, step->code, step->retry_s, now);
      break;
    case SOTTO_LOGIN_HASH:
      /* Not after an account was made of which its owner would hear BUSY, and then NAME_TAKEN. */
      if (!session_has_room (self))
        {
          session_result (self, &full, now);
          break;
        }
      session_begin_job (self, step->what, now);
      break;
    case SOTTO_LOGIN_UNWRAP:
    case SOTTO_LOGIN_CHECK:
      session_begin_job (self, step->what, now);
      break;
    case SOTTO_LOGIN_STORE:
      if (!sotto_accounts_change (self->services->accounts, &self->login->change, on_stored, self))
        session_step_busy (self, now);
      break;
    case SOTTO_LOGIN_RESULT:
      session_result (self, step, now);
      break;
    }
}
