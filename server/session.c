// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/session-private.h"

#include "server/admission.h"
#include "server/dispatch.h"
#include "server/handlers.h"
#include "server/presence.h"
#include "server/registry.h"
#include "shared/base/secret.h"
#include <string.h>

void
_sotto_session_set_state (SottoSession *self, SottoSessionState state)
{
  self->state = state;
}

void
_sotto_session_report (SottoSession *self, SottoJournalEvent event, SottoCode code)
{
  const SottoName *user = self->login != NULL ? &self->login->name : &self->name;

  if (self->services->report != NULL)
    self->services->report (event, user, &self->remote, code);
}

gint64
_sotto_session_now (const SottoSession *self)
{
  return sotto_clock_now (self->services->clock);
}

/* ---- Words ---- */

GByteArray *
_sotto_session_scratch (SottoSession *self)
{
  g_byte_array_set_size (self->services->scratch, 0);
  return self->services->scratch;
}

gsize
_sotto_session_put (SottoSession *self, const GByteArray *bytes)
{
  return self->services->output->send (self, bytes->data, bytes->len);
}

static void
session_put_record (SottoSession *self, const SottoRecord *record)
{
  GByteArray *out = _sotto_session_scratch (self);

  sotto_record_append (out, &self->outgoing, record, NULL);
  _sotto_session_put (self, out);
}

/* What one turn says to a crowd may be more than that: only what the kernel refuses is slow. */
static void
session_check_queue (SottoSession *self)
{
  const SottoSessionOutput *output = self->services->output;
  guint64 queue = self->services->config->queue;

  if (output->waiting (self) > queue && output->flush (self) > queue)
    sotto_session_bye (self, SOTTO_SLOW);
}

void
sotto_session_send (SottoSession *self, const SottoRecord *record)
{
  if (self->state != SOTTO_SESSION_READY)
    return;
  session_put_record (self, record);
  session_check_queue (self);
}

void
sotto_session_seal (SottoSession *self, const SottoEncodedRecord *records, guint n, GByteArray *out)
{
  if (self->state != SOTTO_SESSION_READY)
    return;
  for (guint i = 0; i < n; i++)
    sotto_record_append_encoded (out, &self->outgoing, records[i].plain, records[i].n);
}

void
sotto_session_write (SottoSession *self, const uint8_t *bytes, gsize n)
{
  if (n > 0 && self->services->output->write (self, bytes, n) > self->services->config->queue)
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

void
_sotto_session_leave_crowd (SottoSession *self)
{
  if (self->counted)
    sotto_admission_leave (self->services->admission, &self->remote);
  if (self->working)
    sotto_admission_end (self->services->admission, &self->remote);
  self->counted = false;
  self->working = false;
}

/* Everything others see of the session goes; the connection may still be writing. */
static void
session_end (SottoSession *self, SottoCode code)
{
  const SottoServices *services = self->services;

  if (self->state == SOTTO_SESSION_CLOSING)
    return;
  _sotto_session_leave_crowd (self);
  if (self->registered)
    {
      sotto_registry_remove (services->registry, self);
      sotto_presence_note (services->presence, &self->name, SOTTO_PRESENCE_DISCONNECTED);
    }
  if (self->state == SOTTO_SESSION_READY)
    _sotto_session_report (self, SOTTO_JOURNAL_LOGOUT, code);
  _sotto_session_set_state (self, SOTTO_SESSION_CLOSING);
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

void
_sotto_session_finish (SottoSession *self, SottoCode code, gint64 now)
{
  session_end (self, code);
  sotto_wheel_set (self->services->wheel, &self->timer, on_linger_over, now + SOTTO_LINGER);
  self->services->output->finish (self);
}

void
_sotto_session_fail (SottoSession *self, SottoCode code, guint16 retry_s, gint64 now)
{
  GByteArray *out = _sotto_session_scratch (self);

  sotto_fail_append (out, code, retry_s);
  _sotto_session_put (self, out);
  _sotto_session_finish (self, code, now);
}

void
_sotto_session_note_penalty (SottoSession *self, SottoCode code, gint64 now)
{
  self->services->counters->penalties++;
  _sotto_session_report (self, SOTTO_JOURNAL_PENALTY, code);
  sotto_admission_punish (self->services->admission, &self->remote, now);
}

void
sotto_session_bye (SottoSession *self, SottoCode code)
{
  if (self->state == SOTTO_SESSION_CLOSING)
    return;
  if (self->state != SOTTO_SESSION_READY)
    {
      _sotto_session_fail (self, code, 0, _sotto_session_now (self));
      return;
    }
  SottoRecord record;
  record.type = SOTTO_RECORD_BYE;
  record.bye.code = code;
  session_put_record (self, &record);
  _sotto_session_finish (self, code, _sotto_session_now (self));
}

void
sotto_session_hang_up (SottoSession *self)
{
  _sotto_session_finish (self, SOTTO_OK, _sotto_session_now (self));
}

/* Closes at once, without an answer. */
static void
punish (SottoSession *self)
{
  if (self->state == SOTTO_SESSION_CLOSING)
    return;
  _sotto_session_note_penalty (self, SOTTO_PROTOCOL, _sotto_session_now (self));
  session_end (self, SOTTO_PROTOCOL);
  self->services->output->close (self);
}

void
sotto_session_broken (SottoSession *self, SottoCode code, gint64 now)
{
  if (self->state == SOTTO_SESSION_CLOSING)
    return;
  _sotto_session_note_penalty (self, code, now);
  _sotto_session_fail (self, code, 0, now);
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
      _sotto_session_note_penalty (self, SOTTO_TIMEOUT, now);
      _sotto_session_fail (self, SOTTO_TIMEOUT, 0, now);
      break;
    case SOTTO_SESSION_WORKING: /* we were too slow: no fault of the source */
      _sotto_session_fail (self, SOTTO_TIMEOUT, 0, now);
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
  _sotto_session_arm (self, now);
}

void
_sotto_session_arm (SottoSession *self, gint64 now)
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
  _sotto_session_set_state (self, SOTTO_SESSION_GREETED);
}

void
sotto_session_start (SottoSession *self, gint64 now)
{
  self->counted = true;
  self->login = sotto_login_new (self->services, &self->remote, now);
  _sotto_session_put (self, self->login->hello);
  _sotto_session_arm (self, now);
}

void
sotto_session_refuse (SottoSession *self, SottoCode code, guint16 retry_s, gint64 now)
{
  _sotto_session_fail (self, code, retry_s, now);
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
  _sotto_session_arm (self, now);
}

static void
session_sealed (SottoSession *self, const SottoFrame *frame, gint64 now)
{
  uint8_t plain[SOTTO_FRAME_READY_MAX];
  SottoRecord record;

  if (sotto_record_open (frame, &self->incoming, false, plain, &record) != SOTTO_OK)
    {
      sotto_secret_wipe (plain, frame->n_body / 4 * 3);
      punish (self);
      return;
    }
  self->last_received = now;
  if (self->pinged) /* the timer stands at the end of patience: back to the next PING */
    {
      self->pinged = false;
      _sotto_session_arm (self, now);
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
        _sotto_session_perform (self, &step, now);
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
