// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Getting in and staying in: connect, judge the server, log in or resume, come back when the
 * connection is lost. Invariant: a session may log in only after judge_server said so.
 */
#include "shared/client/engine-private.h"

#include "shared/base/text.h"
#include "shared/client/pins.h"
#include "shared/client/sentences.h"
#include <string.h>

static void
login_clear (SottoLogin *self)
{
  g_clear_pointer (&self->password, sotto_secret_free);
  g_clear_pointer (&self->invite, sotto_secret_wipe_string);
  g_clear_pointer (&self->server_key, sotto_public_key_unref);
  g_clear_pointer (&self->realm, g_free);
  sotto_secret_wipe (self, sizeof *self);
}

void
sotto_engine_forget_login (SottoEngine *self)
{
  SottoRecord bye = { .type = SOTTO_RECORD_BYE, .bye = { SOTTO_OK } };

  sotto_engine_close_lines (self, SOTTO_OK);
  if (self->session != NULL)
    sotto_session_send (self->session, &bye);
  sotto_engine_drop_connection (self);
  sotto_engine_seen_end (self);
  sotto_engine_history_end (self);
  login_clear (&self->login);
  g_hash_table_remove_all (self->contacts);
  g_clear_pointer (&self->roster, sotto_roster_free);
  g_clear_pointer (&self->book, sotto_contact_book_free);
  g_clear_pointer (&self->vault, sotto_vault_free);
  if (self->folder != NULL)
    sotto_store_flush (self->store); /* the next one to hold the lock is to find all of it */
  g_clear_pointer (&self->folder, sotto_folder_close);
  self->change = (SottoAccountChange){ 0 };
  sotto_secret_wipe (&self->change_h, sizeof self->change_h);
  self->list_wanted = self->leaving = false;
}

/* The attempt is over before it began to hold: nothing of it is kept. */
static void
attempt_failed (SottoEngine *self, const char *code, const char *text)
{
  sotto_engine_forget_login (self);
  sotto_engine_set_state (self, SOTTO_ENGINE_OFFLINE, code);
  sotto_engine_emit_error (self, code, text);
}

static void
refused (SottoEngine *self, SottoCode result, uint16_t retry_s)
{
  const char *code = sotto_code_to_name (result);
  SottoEvent event = { .type = SOTTO_EVENT_REFUSED,
                       .code = code,
                       .text = sotto_sentence (code),
                       .retry_in_ms = retry_s * (SOTTO_US_PER_S / SOTTO_US_PER_MS) };

  sotto_engine_emit (self, &event);
}

static void
emit_disconnected (SottoEngine *self, const char *code, gint64 retry_in_ms)
{
  SottoEvent event = { .type = SOTTO_EVENT_DISCONNECTED,
                       .code = code,
                       .text = sotto_sentence (code),
                       .retry_in_ms = retry_in_ms };

  sotto_engine_emit (self, &event);
}

/* Logged in until now, and not again by itself. */
void
sotto_engine_give_up (SottoEngine *self, const char *code)
{
  sotto_engine_close_lines (self, SOTTO_OK);
  sotto_engine_drop_connection (self);
  sotto_engine_change_lost (self);
  sotto_engine_set_state (self, SOTTO_ENGINE_OFFLINE, code);
  sotto_engine_list_failed (self);
  emit_disconnected (self, code, -1);
}

static gint64
backoff (SottoEngine *self, uint16_t retry_s)
{
  guint doublings = MIN (self->failures, 16);
  gint64 wait = MIN (SOTTO_RECONNECT_FIRST << doublings, SOTTO_RECONNECT_MAX);
  uint32_t dice;

  sotto_random_fill (&self->random, &dice, sizeof dice);
  double jitter = SOTTO_RECONNECT_JITTER * (2.0 * dice / (double)G_MAXUINT32 - 1.0);
  wait += (gint64)((double)wait * jitter);
  /* A clear FAIL carries it too: hence the limit. */
  return MAX (wait, MIN (retry_s, SOTTO_RETRY_S_MAX) * SOTTO_US_PER_S);
}

void
sotto_engine_lost (SottoEngine *self, const char *code, uint16_t retry_s)
{
  if (self->leaving)
    {
      sotto_engine_give_up (self, "ok");
      return;
    }
  if (!self->login.authenticated)
    {
      g_autofree char *where = sotto_server_to_string (self->server.host, self->server.port);
      g_autofree char *text =
          g_strdup_printf ("%s (%s)", sotto_sentence (SOTTO_CODE_UNREACHABLE), where);
      attempt_failed (self, SOTTO_CODE_UNREACHABLE, text);
      return;
    }
  gint64 wait = backoff (self, retry_s);
  bool was_in = self->state == SOTTO_ENGINE_READY;
  self->failures++;
  sotto_engine_drop_connection (self);
  sotto_engine_change_lost (self);
  if (!was_in) /* else the next attempt may still bring it */
    sotto_engine_list_failed (self);
  self->reconnect_at = sotto_engine_now (self) + wait;
  sotto_engine_set_state (self, SOTTO_ENGINE_WAITING, code);
  sotto_engine_wake (self);
  emit_disconnected (self, code, wait / SOTTO_US_PER_MS);
}

/* An attack, an administrator's change or a broken disk: never by itself again. */
void
sotto_engine_stop (SottoEngine *self, const char *code, const char *text)
{
  if (!self->login.authenticated)
    {
      attempt_failed (self, code, text);
      return;
    }
  sotto_engine_emit_error (self, code, text);
  sotto_engine_give_up (self, code);
}

static void
emit_server (SottoEngine *self, SottoEventType type)
{
  g_autofree char *hex = sotto_hex_encode (self->login.fingerprint.bytes, SOTTO_KEY_LEN);
  SottoEvent event = { .type = type,
                       .server = self->server.host,
                       .port = self->server.port,
                       .fingerprint = hex,
                       .realm = sotto_session_get_hello (self->session)->realm,
                       .first_use = type == SOTTO_EVENT_SERVER_UNKNOWN || self->login.first_use };

  sotto_engine_emit (self, &event);
}

static SottoPins *
load_pins (SottoEngine *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->profile_path, SOTTO_PINS_FILE, NULL);

  return sotto_pins_load (path, error);
}

/* true = go on. Otherwise the attempt has ended or waits for a person. */
static bool
judge_server (SottoEngine *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SottoPins) pins = load_pins (self, &error);
  g_autofree char *server = sotto_server_to_string (self->server.host, self->server.port);
  SottoLogin *login = &self->login;

  if (pins == NULL)
    {
      sotto_engine_stop (self, SOTTO_CODE_IO, error->message);
      return false;
    }
  sotto_session_get_fingerprint (self->session, &login->fingerprint);
  switch (sotto_pins_check (pins, server, &login->fingerprint,
                            sotto_session_get_hello (self->session)->realm))
    {
    case SOTTO_PINS_SERVER_KEY:
      sotto_engine_stop (self, SOTTO_CODE_SERVER_KEY, NULL);
      return false;
    case SOTTO_PINS_REALM:
      sotto_engine_stop (self, SOTTO_CODE_REALM, NULL);
      return false;
    case SOTTO_PINS_KNOWN:
      login->first_use = false;
      return true;
    case SOTTO_PINS_NEW:
      break;
    }
  if (self->server.has_fingerprint || login->has_server)
    return true; /* the session has compared it */
  login->first_use = true;
  if (self->trust == SOTTO_TRUST_PIN)
    return true;
  login->waits_for_trust = true;
  emit_server (self, SOTTO_EVENT_SERVER_UNKNOWN);
  /* A person takes longer than the server's deadline for LOGIN: they answer, then we connect anew.
   */
  sotto_engine_drop_connection (self);
  return false;
}

void
sotto_engine_trust (SottoEngine *self, bool accept)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  if (!self->login.waits_for_trust)
    return;
  self->login.waits_for_trust = false;
  if (!accept)
    {
      sotto_engine_forget_login (self);
      sotto_engine_set_state (self, SOTTO_ENGINE_OFFLINE, "not trusted");
      return;
    }
  self->login.has_server = true;
  sotto_engine_connect (self);
}

static void
on_server (SottoEngine *self)
{
  SottoLogin *login = &self->login;
  gint64 now = sotto_engine_now (self);

  if (!judge_server (self))
    return;
  login->has_server = true;
  g_clear_pointer (&login->server_key, sotto_public_key_unref);
  login->server_key = sotto_public_key_ref (sotto_session_get_server_key (self->session));
  emit_server (self, SOTTO_EVENT_CONNECTED);

  login->resuming = login->authenticated && !login->no_ticket && login->ticket.n_text > 0
                    && now < login->ticket.expires;
  if (login->resuming)
    sotto_session_resume (self->session, &login->ticket, now);
  else if (login->has_h)
    {
      const SottoKey *h = login->trying_next ? &login->h_next : &login->h;
      sotto_session_login (self->session, login->op, h,
                           &sotto_vault_get_identity (self->vault)->public, login->invite, now);
    }
  else
    sotto_engine_unlock (self);
}

static void
on_ready (SottoEngine *self)
{
  SottoLogin *login = &self->login;

  if (!sotto_engine_account_settle (self))
    return;
  login->op = SOTTO_LOGIN_AUTH; /* whatever it was: from now on there is an account */
  g_clear_pointer (&login->invite, sotto_secret_wipe_string);
  if (login->realm == NULL)
    login->realm = g_strdup (sotto_session_get_hello (self->session)->realm);
  sotto_session_get_ticket (self->session, &login->ticket);
  login->no_ticket = false;
  login->authenticated = true;
  self->failures = 0;
  sotto_link_set_frame_max (self->link, SOTTO_FRAME_READY_MAX);
  sotto_engine_set_state (self, SOTTO_ENGINE_READY, "authenticated");
  sotto_engine_emit_simple (self, SOTTO_EVENT_AUTHENTICATED, &login->name);
  sotto_engine_tell_locked (self);
  sotto_engine_tell_alarms (self);
  sotto_engine_tell_untold (self);
  sotto_engine_session_begin (self);
}

/* The server's word, and authentic: T includes the HELLO, so its realm is proved too. */
static void
on_result (SottoEngine *self, SottoCode code, uint16_t retry_s)
{
  SottoLogin *login = &self->login;
  bool passing = code == SOTTO_BUSY || code == SOTTO_RATE || code == SOTTO_UNAVAILABLE;

  if (!login->authenticated && !sotto_engine_pin_realm (self))
    return;
  if (code == SOTTO_OK)
    {
      on_ready (self);
      return;
    }
  if (code == SOTTO_TICKET && login->resuming)
    {
      login->ticket.n_text = 0;
      sotto_engine_connect (self);
    }
  else if (login->authenticated && passing)
    sotto_engine_lost (self, sotto_code_to_name (code), retry_s);
  else if (code == SOTTO_AUTH && login->has_next && !login->trying_next)
    {
      /* A password change was under way when the connection broke: then the new one is in force. */
      login->trying_next = true;
      sotto_engine_connect (self);
    }
  else if (login->authenticated)
    {
      refused (self, code, retry_s);
      sotto_engine_give_up (self, sotto_code_to_name (code));
    }
  else
    {
      sotto_engine_forget_login (self);
      sotto_engine_set_state (self, SOTTO_ENGINE_OFFLINE, "refused");
      refused (self, code, retry_s);
    }
}

/* In clear, so anybody may have sent it: nothing is forgotten for it, and TICKET is only a reason
 * to try the other way. A server that lost its tickets' keys may also say HANDSHAKE. */
static void
on_fail (SottoEngine *self, SottoCode code, uint16_t retry_s)
{
  bool ticket = self->login.resuming && (code == SOTTO_TICKET || code == SOTTO_HANDSHAKE);

  if (ticket)
    self->login.no_ticket = true;
  if (ticket && code == SOTTO_TICKET)
    sotto_engine_connect (self);
  else
    sotto_engine_lost (self, SOTTO_CODE_UNREACHABLE, retry_s);
}

static void
on_closed (SottoEngine *self, const SottoSessionEvent *event)
{
  switch (event->end)
    {
    case SOTTO_SESSION_END_SERVER_KEY:
      sotto_engine_stop (self, SOTTO_CODE_SERVER_KEY, NULL);
      break;
    case SOTTO_SESSION_END_REALM:
      sotto_engine_stop (self, SOTTO_CODE_REALM, NULL);
      break;
    case SOTTO_SESSION_END_FAIL:
      on_fail (self, event->code, event->retry_s);
      break;
    case SOTTO_SESSION_END_BROKEN:
    case SOTTO_SESSION_END_TIMEOUT:
      sotto_engine_lost (self, sotto_code_to_name (event->code), 0);
      break;
    case SOTTO_SESSION_END_BYE:
      if (event->code == SOTTO_REPLACED || event->code == SOTTO_KICKED)
        sotto_engine_give_up (self, sotto_code_to_name (event->code));
      else
        sotto_engine_lost (self, sotto_code_to_name (event->code), 0);
      break;
    }
}

void
sotto_engine_on_session_event (SottoEngine *self, const SottoSessionEvent *event)
{
  switch (event->type)
    {
    case SOTTO_SESSION_EVENT_NONE:
      break;
    case SOTTO_SESSION_EVENT_SERVER:
      on_server (self);
      break;
    case SOTTO_SESSION_EVENT_RESULT:
      on_result (self, event->code, event->retry_s);
      break;
    case SOTTO_SESSION_EVENT_RECORD:
      sotto_engine_on_record (self, event->record);
      break;
    case SOTTO_SESSION_EVENT_CLOSED:
      on_closed (self, event);
      break;
    }
}

void
sotto_engine_begin (SottoEngine *self,
                    SottoLoginOp op,
                    const char *username,
                    const char *password,
                    const char *invite)
{
  SottoName name;
  bool is_name = sotto_name_from_typed (username, &name);

  sotto_engine_forget_login (self);
  sotto_engine_set_state (self, SOTTO_ENGINE_OFFLINE, "a new attempt");
  if (self->server.host == NULL)
    sotto_engine_emit_error (self, SOTTO_CODE_UNREACHABLE, NULL);
  else if (password == NULL || *password == '\0')
    sotto_engine_emit_error (self, SOTTO_CODE_PASSWORD, NULL);
  else if (!is_name) /* as the server would answer */
    refused (self, op == SOTTO_LOGIN_SIGN ? SOTTO_BAD_NAME : SOTTO_AUTH, 0);
  else if (invite != NULL && strlen (invite) > SOTTO_INVITE_MAX)
    refused (self, SOTTO_INVITE, 0);
  else
    {
      self->login.op = op;
      self->login.name = name;
      self->login.password = sotto_secret_new (password, strlen (password));
      self->login.invite = g_strdup (invite != NULL ? invite : self->server.invite);
      self->roster = sotto_roster_new (&name);
      sotto_engine_connect (self);
    }
}
