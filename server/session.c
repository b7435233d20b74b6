// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/session.h"

#include "server/admission.h"
#include "server/dispatch.h"
#include "server/handlers.h"
#include "server/presence.h"
#include "server/registry.h"
#include "server/server-key.h"
#include "shared/base/secret.h"
#include "shared/crypto/agreement.h"
#include <string.h>

/* How long a refused client is asked to wait when the server is full. */
#define FULL_RETRY_S 10

static void session_arm (SottoSession *self, gint64 now);
static void session_perform (SottoSession *self, const SottoLoginStep *step, gint64 now);

static void
session_set_state (SottoSession *self, SottoSessionState state)
{
  self->state = state;
}

static void
session_report (SottoSession *self, SottoJournalEvent event, SottoCode code)
{
  const SottoName *user = self->login != NULL ? &self->login->name : &self->name;

  if (self->services->report != NULL)
    self->services->report (event, user, &self->remote, code);
}

static gint64
session_now (const SottoSession *self)
{
  return sotto_clock_now (self->services->clock);
}

/* ---- Words ---- */

static GByteArray *
session_scratch (SottoSession *self)
{
  g_byte_array_set_size (self->services->scratch, 0);
  return self->services->scratch;
}

static gsize
session_put (SottoSession *self, const GByteArray *bytes)
{
  return self->services->output->send (self, bytes->data, bytes->len);
}

static void
session_put_record (SottoSession *self, const SottoRecord *record)
{
  GByteArray *out = session_scratch (self);

  sotto_record_append (out, &self->outgoing, record, NULL);
  session_put (self, out);
}

void
sotto_session_send (SottoSession *self, const SottoRecord *record)
{
  if (self->state != SOTTO_SESSION_READY)
    return;
  session_put_record (self, record);
  if (self->services->output->waiting (self) > self->services->config->queue)
    sotto_session_bye (self, SOTTO_SLOW);
}

void
sotto_session_ok (SottoSession *self, guint32 req)
{
  SottoRecord record;

  record.type = SOTTO_RECORD_OK;
  record.ok.req = req;
  sotto_session_send (self, &record);
}

void
sotto_session_error (SottoSession *self, guint32 req, SottoCode code, guint16 retry_s)
{
  SottoRecord record;

  record.type = SOTTO_RECORD_ERR;
  record.err.req = req;
  record.err.code = code;
  record.err.retry_s = retry_s;
  sotto_session_send (self, &record);
}

/* ---- The end ---- */

static void
session_leave_crowd (SottoSession *self)
{
  if (self->counted)
    sotto_admission_leave (self->services->admission, &self->remote);
  self->counted = false;
}

/* Everything others see of the session goes; the connection may still be writing. */
static void
session_end (SottoSession *self, SottoCode code)
{
  const SottoServices *services = self->services;

  if (self->state == SOTTO_SESSION_CLOSING)
    return;
  session_leave_crowd (self);
  if (self->place != NULL)
    {
      sotto_registry_remove (services->registry, self);
      sotto_presence_note (services->presence, &self->name, SOTTO_PRESENCE_DISCONNECTED);
    }
  if (self->state == SOTTO_SESSION_READY)
    session_report (self, SOTTO_JOURNAL_LOGOUT, code);
  session_set_state (self, SOTTO_SESSION_CLOSING);
  sotto_session_clear (self);
}

void
sotto_session_clear (SottoSession *self)
{
  sotto_wheel_cancel (self->services->wheel, &self->timer);
  if (self->job != NULL)
    sotto_verifier_cancel (self->services->verifier, self->job);
  self->job = NULL;
  if (self->login != NULL || self->operation != NULL)
    sotto_accounts_disown (self->services->accounts, self);
  g_clear_pointer (&self->operation, sotto_account_operation_free);
  g_clear_pointer (&self->login, sotto_login_free);
  g_clear_pointer (&self->relay_refusals, g_free);
  sotto_sealer_clear (&self->incoming);
  sotto_sealer_clear (&self->outgoing);
  sotto_secret_wipe (&self->udp_c_to_s, sizeof self->udp_c_to_s);
  sotto_secret_wipe (&self->udp_s_to_c, sizeof self->udp_s_to_c);
}

static void
on_linger_over (SottoTimer *timer, gint64 now)
{
  SottoSession *self = (SottoSession *)((char *)timer - G_STRUCT_OFFSET (SottoSession, timer));

  self->services->output->close (self);
}

/* Ends, and leaves the peer a moment to read what was said last. */
static void
session_finish (SottoSession *self, SottoCode code, gint64 now)
{
  session_end (self, code);
  sotto_wheel_set (self->services->wheel, &self->timer, on_linger_over, now + SOTTO_LINGER);
  self->services->output->finish (self);
}

static void
session_fail (SottoSession *self, SottoCode code, guint16 retry_s, gint64 now)
{
  GByteArray *out = session_scratch (self);

  sotto_fail_append (out, code, retry_s);
  session_put (self, out);
  session_finish (self, code, now);
}

static void
session_note_penalty (SottoSession *self, SottoCode code, gint64 now)
{
  self->services->counters->penalties++;
  session_report (self, SOTTO_JOURNAL_PENALTY, code);
  sotto_admission_punish (self->services->admission, &self->remote, now);
}

void
sotto_session_bye (SottoSession *self, SottoCode code)
{
  if (self->state == SOTTO_SESSION_CLOSING)
    return;
  if (self->state != SOTTO_SESSION_READY)
    {
      session_fail (self, code, 0, session_now (self));
      return;
    }
  SottoRecord record;
  record.type = SOTTO_RECORD_BYE;
  record.bye.code = code;
  session_put_record (self, &record);
  session_finish (self, code, session_now (self));
}

void
sotto_session_hang_up (SottoSession *self)
{
  session_finish (self, SOTTO_OK, session_now (self));
}

void
sotto_session_punish (SottoSession *self)
{
  if (self->state == SOTTO_SESSION_CLOSING)
    return;
  session_note_penalty (self, SOTTO_PROTOCOL, session_now (self));
  session_end (self, SOTTO_PROTOCOL);
  self->services->output->close (self);
}

void
sotto_session_broken (SottoSession *self, SottoCode code, gint64 now)
{
  if (self->state == SOTTO_SESSION_CLOSING)
    return;
  session_note_penalty (self, code, now);
  session_fail (self, code, 0, now);
}

void
sotto_session_lost (SottoSession *self, gint64 now)
{
  session_end (self, SOTTO_OK);
  sotto_wheel_cancel (self->services->wheel, &self->timer);
}

/* ---- Time ---- */

static gint64
session_deadline (const SottoSession *self)
{
  if (self->state == SOTTO_SESSION_GREETED)
    return self->started + SOTTO_LOGIN_DEADLINE;
  if (self->state == SOTTO_SESSION_WORKING)
    return self->last_received + SOTTO_RESULT_DEADLINE;
  gint64 silent = self->pinged ? SOTTO_SESSION_DEAD_AFTER : SOTTO_SESSION_PING_AFTER;
  gint64 deadline = self->last_received + silent;
  return self->paused ? MIN (deadline, self->resume_at) : deadline;
}

static void
session_ping (SottoSession *self)
{
  SottoRecord record;

  record.type = SOTTO_RECORD_PING;
  sotto_random_fill (self->services->random, &record.ping.nonce, sizeof record.ping.nonce);
  self->pinged = true;
  sotto_session_send (self, &record);
}

/* Careful: resuming hands out frames that had come before. */
static void
session_resume_reading (SottoSession *self)
{
  self->paused = false;
  self->services->output->set_reading (self, true);
}

static void
session_tick (SottoSession *self, gint64 now)
{
  switch (self->state)
    {
    case SOTTO_SESSION_GREETED:
      session_note_penalty (self, SOTTO_TIMEOUT, now);
      session_fail (self, SOTTO_TIMEOUT, 0, now);
      break;
    case SOTTO_SESSION_WORKING: /* we were too slow: no fault of the source */
      session_fail (self, SOTTO_TIMEOUT, 0, now);
      break;
    case SOTTO_SESSION_READY:
      if (self->paused && now >= self->resume_at)
        session_resume_reading (self);
      else if (!self->pinged)
        session_ping (self);
      else
        sotto_session_bye (self, SOTTO_TIMEOUT);
      break;
    case SOTTO_SESSION_CLOSING:
      break;
    }
}

/* Frames only write down when they came: the timer finds out here that it is not yet due. */
static void
on_timer (SottoTimer *timer, gint64 now)
{
  SottoSession *self = (SottoSession *)((char *)timer - G_STRUCT_OFFSET (SottoSession, timer));

  if (session_deadline (self) <= now)
    session_tick (self, now);
  session_arm (self, now);
}

static void
session_arm (SottoSession *self, gint64 now)
{
  if (self->state != SOTTO_SESSION_CLOSING)
    sotto_wheel_set (self->services->wheel, &self->timer, on_timer, session_deadline (self));
}

/* ---- Login ---- */

void
sotto_session_init (SottoSession *self,
                    const SottoServices *services,
                    const SottoAddr *remote,
                    gint64 now)
{
  self->services = services;
  self->remote = *remote;
  self->started = now;
  self->last_received = now;
  session_set_state (self, SOTTO_SESSION_GREETED);
}

void
sotto_session_start (SottoSession *self, gint64 now)
{
  self->counted = true;
  self->login = sotto_login_new (self->services, &self->remote, now);
  session_put (self, self->login->hello);
  session_arm (self, now);
}

void
sotto_session_refuse (SottoSession *self, SottoCode code, guint16 retry_s, gint64 now)
{
  session_fail (self, code, retry_s, now);
}

static void
session_send_certificate (SottoSession *self)
{
  GByteArray *out = session_scratch (self);
  gsize n;
  const uint8_t *der = g_bytes_get_data (self->services->key->certificate, &n);

  sotto_frame_append (out, SOTTO_FRAME_CERT, der, n);
  session_put (self, out);
}

static void
session_step_busy (SottoSession *self, gint64 now)
{
  SottoLoginStep busy = sotto_login_busy (self->login);

  session_perform (self, &busy, now);
}

static void
on_unwrapped (SottoVerifierJob *job, gpointer data)
{
  SottoSession *self = data;
  gint64 now = session_now (self);

  self->job = NULL;
  SottoLoginStep step = sotto_login_unwrapped (self->login, sotto_verifier_job_get_key (job), now);
  session_perform (self, &step, now);
}

static void
on_checked (SottoVerifierJob *job, gpointer data)
{
  SottoSession *self = data;
  gint64 now = session_now (self);

  self->job = NULL;
  SottoLoginStep step = sotto_login_checked (self->login, sotto_verifier_job_get_match (job),
                                             sotto_verifier_job_get_hash (job), now);
  session_perform (self, &step, now);
}

static void
on_hashed (SottoVerifierJob *job, gpointer data)
{
  SottoSession *self = data;

  self->job = NULL;
  SottoLoginStep step = sotto_login_hashed (self->login, sotto_verifier_job_get_hash (job));
  session_perform (self, &step, session_now (self));
}

static void
on_stored (SottoCode code, const SottoAccount *account, gpointer data)
{
  SottoSession *self = data;
  SottoLoginStep step = sotto_login_stored (self->login, code, account);

  session_perform (self, &step, session_now (self));
}

static void
session_begin_job (SottoSession *self, SottoLoginDo what, gint64 now)
{
  SottoLogin *login = self->login;
  SottoVerifier *verifier = self->services->verifier;
  guint cost = (guint)self->services->config->bcrypt_cost;

  session_set_state (self, SOTTO_SESSION_WORKING);
  if (what == SOTTO_LOGIN_UNWRAP)
    self->job = sotto_verifier_unwrap (verifier, login->frame.wrap, login->frame.n_wrap,
                                       on_unwrapped, self);
  else if (what == SOTTO_LOGIN_HASH)
    self->job = sotto_verifier_hash (verifier, &login->body.h, cost, on_hashed, self);
  else
    {
      bool known = login->hash[0] != '\0';

      self->job =
          sotto_verifier_check (verifier, known ? SOTTO_VERIFY_KNOWN : SOTTO_VERIFY_GUESS,
                                &login->body.h, known ? login->hash : NULL,
                                login->rehash ? &login->body.h : NULL, cost, on_checked, self);
    }
  if (self->job == NULL)
    session_step_busy (self, now);
  else
    session_arm (self, now);
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
  session_leave_crowd (self);
  session_set_state (self, SOTTO_SESSION_READY);
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
  GByteArray *out = session_scratch (self);

  if (step.code == SOTTO_OK && !session_has_room (self))
    step = (SottoLoginStep){ SOTTO_LOGIN_RESULT, SOTTO_BUSY, FULL_RETRY_S };
  if (step.code == SOTTO_OK)
    self->sid = draw_sid (services);
  sotto_login_append_result (self->login, &step, self->sid,
                             (guint64)sotto_clock_unix_ms (services->clock) / 1000, out);
  session_put (self, out);

  SottoJournalEvent event = login_event (self->login, step.code);
  count_login (services->counters, event);
  session_report (self, event, step.code);
  if (step.code != SOTTO_OK)
    {
      session_finish (self, step.code, now);
      return;
    }
  self->last_received = now;
  session_become_ready (self);
  session_arm (self, now);
}

static void
session_perform (SottoSession *self, const SottoLoginStep *step, gint64 now)
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
        session_note_penalty (self, step->code, now);
      else
        session_report (self, SOTTO_JOURNAL_LOGIN_FAILED, step->code);
      session_fail (self, step->code, step->retry_s, now);
      break;
    case SOTTO_LOGIN_UNWRAP:
    case SOTTO_LOGIN_CHECK:
    case SOTTO_LOGIN_HASH:
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

/* ---- Frames ---- */

/* The record that empties the bucket is answered; the next one waits in the kernel. */
static void
session_charge (SottoSession *self, gint64 now)
{
  const SottoRate *rate = &self->services->config->records;

  sotto_bucket_take (&self->records, rate, 1, now, NULL);
  gint64 wait = sotto_bucket_wait (&self->records, rate, 1, now);
  if (wait == 0 || self->paused || self->state != SOTTO_SESSION_READY)
    return;
  self->paused = true;
  self->resume_at = now + wait;
  self->services->output->set_reading (self, false);
  session_arm (self, now);
}

static void
session_sealed (SottoSession *self, const SottoFrame *frame, gint64 now)
{
  uint8_t plain[SOTTO_FRAME_READY_MAX];
  SottoRecord record;

  if (sotto_record_open (frame, &self->incoming, false, plain, &record) != SOTTO_OK)
    {
      sotto_session_punish (self);
      return;
    }
  self->last_received = now;
  if (self->pinged) /* the timer stands at the end of patience: back to the next PING */
    {
      self->pinged = false;
      session_arm (self, now);
    }
  if (sotto_dispatch (self, &record, now))
    session_charge (self, now);
  sotto_secret_wipe (plain, frame->n_body / 4 * 3);
}

void
sotto_session_frame (SottoSession *self, const SottoFrame *frame, gint64 now)
{
  switch (self->state)
    {
    case SOTTO_SESSION_GREETED:
      {
        self->last_received = now;
        SottoLoginStep step = sotto_login_frame (self->login, frame, now);
        session_perform (self, &step, now);
        break;
      }
    case SOTTO_SESSION_READY:
      if (frame->type == SOTTO_FRAME_SEALED)
        session_sealed (self, frame, now);
      else
        sotto_session_broken (self, SOTTO_PROTOCOL, now);
      break;
    case SOTTO_SESSION_WORKING: /* LOGIN twice, SEALED before RESULT */
      sotto_session_broken (self, SOTTO_PROTOCOL, now);
      break;
    case SOTTO_SESSION_CLOSING:
      break;
    }
}
