// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/login.h"

#include "server/admission.h"
#include "server/ephemeral.h"
#include "server/server-key.h"
#include "server/services.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/password.h"
#include "shared/wire/hello.h"
#include <string.h>

#define STEP(...) ((SottoLoginStep){ __VA_ARGS__ })

SottoLogin *
sotto_login_new (const SottoServices *services, const SottoAddr *from, gint64 now)
{
  SottoLogin *self = g_new0 (SottoLogin, 1);
  SottoHello hello = { 0 };

  self->services = services;
  self->from = *from;
  self->ephemeral = sotto_ephemerals_get (services->ephemerals, now);
  memcpy (hello.kid, services->key->kid, sizeof hello.kid);
  sotto_random_fill (services->random, hello.nonce, sizeof hello.nonce);
  hello.ephemeral = self->ephemeral->public;
  hello.n_realm = g_strlcpy (hello.realm, services->key->realm, sizeof hello.realm);
  self->hello = g_byte_array_new ();
  sotto_hello_append (self->hello, &hello);
  return self;
}

void
sotto_login_free (SottoLogin *self)
{
  if (self == NULL)
    return;
  sotto_ephemeral_unref (self->ephemeral);
  g_byte_array_unref (self->hello);
  g_free (self->bytes);
  sotto_secret_wipe (self, sizeof *self);
  g_free (self);
}

static SottoLoginStep
fail (SottoCode code)
{
  return STEP (SOTTO_LOGIN_FAIL, code);
}

static SottoLoginStep
result (SottoCode code, guint16 retry_s)
{
  return STEP (SOTTO_LOGIN_RESULT, code, retry_s);
}

SottoLoginStep
sotto_login_busy (const SottoLogin *self)
{
  return STEP (self->has_keys ? SOTTO_LOGIN_RESULT : SOTTO_LOGIN_FAIL, SOTTO_BUSY,
               SOTTO_BUSY_RETRY_S);
}

/* The frame's bytes go away after the call that brought them. */
static SottoCode
login_keep_frame (SottoLogin *self, const SottoFrame *frame)
{
  SottoFrame kept = *frame;

  self->bytes = g_memdup2 (frame->frame, frame->n_frame);
  kept.frame = self->bytes;
  kept.body = self->bytes + (frame->body - frame->frame);
  return sotto_login_parse (&kept, &self->ephemeral->public, &self->frame);
}

/* K0 and what opens under it. S is the wrap's K or the ticket's RMS. */
static SottoCode
login_derive (SottoLogin *self, const SottoKey *s, SottoLoginKeys *out)
{
  SottoKey dh;

  if (!sotto_agreer_agree (self->ephemeral->agreer, &self->frame.ephemeral, &dh))
    return SOTTO_HANDSHAKE;
  sotto_login_derive (s, &dh, self->hello->data, self->hello->len, self->frame.frame,
                      self->frame.n_head, self->frame.resume, out);
  sotto_secret_wipe (&dh, sizeof dh);
  return SOTTO_OK;
}

static void
login_take_keys (SottoLogin *self, const SottoLoginKeys *keys)
{
  sotto_login_session_keys (keys, self->frame.token, self->frame.n_token, &self->keys);
  self->has_keys = true;
}

/* ---- RESUME: all on the spot ---- */

static SottoLoginStep
resume_decide (SottoLogin *self, const SottoTicket *ticket)
{
  const SottoAccount *account = sotto_accounts_lookup (self->services->accounts, &ticket->name);

  if (account == NULL || account->disabled || account->generation != ticket->generation)
    return result (SOTTO_TICKET, 0);
  self->name = ticket->name;
  self->generation = account->generation;
  return result (SOTTO_OK, 0);
}

static SottoLoginStep
login_resume (SottoLogin *self)
{
  SottoTicket ticket;
  SottoLoginKeys keys;
  SottoResumeBody body;
  guint64 unix_s = sotto_clock_unix_ms (self->services->clock) / 1000;
  SottoCode code = sotto_ticket_open (&self->services->key->secret, unix_s,
                                      (const char *)self->frame.wrap, self->frame.n_wrap, &ticket);

  if (code != SOTTO_OK)
    return fail (code);
  code = login_derive (self, &ticket.resumption, &keys);
  if (code == SOTTO_OK)
    code = sotto_resume_open (&self->frame, &keys, &body);
  if (code == SOTTO_OK && !g_str_equal (body.name.str, ticket.name.str))
    code = SOTTO_HANDSHAKE;
  if (code == SOTTO_OK)
    login_take_keys (self, &keys);
  sotto_secret_wipe (&keys, sizeof keys);
  SottoLoginStep step = code == SOTTO_OK ? resume_decide (self, &ticket) : fail (code);
  sotto_secret_wipe (&ticket, sizeof ticket);
  return step;
}

/* ---- Frames ---- */

static SottoLoginStep
login_first (SottoLogin *self, const SottoFrame *frame, gint64 now)
{
  const SottoServerKey *key = self->services->key;
  guint16 retry_s = 0;
  SottoCode code = login_keep_frame (self, frame);

  if (code != SOTTO_OK)
    return fail (code);
  if (!sotto_ephemeral_is_usable (self->ephemeral, now))
    return fail (SOTTO_HANDSHAKE);
  if (self->frame.resume)
    return login_resume (self);
  if (memcmp (self->frame.kid, key->kid, sizeof key->kid) != 0
      || self->frame.n_wrap != key->wrap_len)
    return fail (SOTTO_HANDSHAKE);
  code = sotto_admission_login (self->services->admission, &self->from, now, &retry_s);
  if (code != SOTTO_OK)
    return STEP (SOTTO_LOGIN_FAIL, code, retry_s);
  return STEP (SOTTO_LOGIN_UNWRAP);
}

SottoLoginStep
sotto_login_frame (SottoLogin *self, const SottoFrame *frame, gint64 now)
{
  if (frame->type == SOTTO_FRAME_GETCERT && frame->n_body == 0 && !self->gave_certificate
      && !self->got_frame)
    {
      self->gave_certificate = true;
      return STEP (SOTTO_LOGIN_CERT);
    }
  if ((frame->type == SOTTO_FRAME_LOGIN || frame->type == SOTTO_FRAME_RESUME) && !self->got_frame)
    {
      self->got_frame = true;
      return login_first (self, frame, now);
    }
  return STEP (SOTTO_LOGIN_FAIL, SOTTO_PROTOCOL, .penalty = true);
}

/* ---- LOGIN: after the wrap is open ---- */

/* Remembers the invite where one is needed: its use is taken when the account is stored. */
static bool
login_is_invited (SottoLogin *self)
{
  const SottoServices *services = self->services;
  gint64 unix_s = sotto_clock_unix_ms (services->clock) / 1000;

  switch ((SottoSignup)services->config->signup)
    {
    case SOTTO_SIGNUP_OPEN:
      return true;
    case SOTTO_SIGNUP_INVITE:
      return sotto_invite_from_code (&self->invite, self->body.invite, self->body.n_invite)
             && sotto_invites_match (sotto_accounts_get_invites (services->accounts), &self->invite,
                                     unix_s)
                    != NULL;
    case SOTTO_SIGNUP_CLOSED:
      return false;
    }
  g_assert_not_reached ();
}

/* "Sign-up checks name, invite, then whether it is taken." */
static SottoLoginStep
login_sign (SottoLogin *self, gint64 now)
{
  const SottoServices *services = self->services;
  guint16 retry_s = 0;

  if (!sotto_name_is_set (&self->name))
    return result (SOTTO_BAD_NAME, 0);
  if (!login_is_invited (self))
    return result (SOTTO_INVITE, 0);
  if (sotto_accounts_lookup (services->accounts, &self->name) != NULL)
    return result (SOTTO_NAME_TAKEN, 0);
  SottoCode code = sotto_admission_signup (services->admission, &self->from, now, &retry_s);
  return code == SOTTO_OK ? STEP (SOTTO_LOGIN_HASH) : result (code, retry_s);
}

static SottoLoginStep
login_auth (SottoLogin *self, gint64 now)
{
  const SottoServices *services = self->services;
  const SottoAccount *account = sotto_accounts_lookup (services->accounts, &self->name);
  guint16 retry_s = 0;

  if (sotto_name_is_set (&self->name))
    {
      SottoCode code =
          sotto_admission_attempt (services->admission, &self->name, &self->from, now, &retry_s);
      if (code != SOTTO_OK)
        return result (code, retry_s);
    }
  /* Unknown, disabled and no name at all: the same work for the same answer. */
  if (account != NULL && !account->disabled)
    {
      g_strlcpy (self->hash, account->hash, sizeof self->hash);
      self->rehash = sotto_password_cost (account->hash) < services->config->bcrypt_cost;
    }
  return STEP (SOTTO_LOGIN_CHECK);
}

SottoLoginStep
sotto_login_unwrapped (SottoLogin *self, const SottoKey *k, gint64 now)
{
  SottoLoginKeys keys;
  SottoCode code = login_derive (self, k, &keys);

  if (code == SOTTO_OK)
    code = sotto_login_open (&self->frame, &keys, &self->body);
  if (code == SOTTO_OK)
    login_take_keys (self, &keys);
  sotto_secret_wipe (&keys, sizeof keys);
  if (code != SOTTO_OK)
    return fail (code);

  if (!sotto_name_parse (self->body.name, self->body.n_name, &self->name))
    self->name = (SottoName){ 0 };
  return self->body.op == SOTTO_LOGIN_SIGN ? login_sign (self, now) : login_auth (self, now);
}

/* ---- After bcrypt ---- */

SottoLoginStep
sotto_login_hashed (SottoLogin *self, const char *hash)
{
  if (hash == NULL)
    return result (SOTTO_UNAVAILABLE, SOTTO_BUSY_RETRY_S);
  self->must_store = true;
  self->change = (SottoAccountChange){
    .op = SOTTO_ACCOUNT_ADD,
    .name = self->name,
    .has_identity = true,
    .identity = self->body.identity,
    .invite = self->invite,
    .created = sotto_clock_unix_ms (self->services->clock) / 1000,
  };
  g_strlcpy (self->change.hash, hash, sizeof self->change.hash);
  return STEP (SOTTO_LOGIN_STORE);
}

/* What this login leaves behind: a new device's identity, a hash of the cost in use, or nothing. */
static SottoLoginStep
login_accept (SottoLogin *self, const SottoAccount *account, const char *new_hash)
{
  bool new_device =
      !account->has_identity
      || memcmp (&account->identity, &self->body.identity, sizeof account->identity) != 0;

  self->generation = account->generation;
  if (!new_device && new_hash == NULL)
    return result (SOTTO_OK, 0);
  self->must_store = new_device;
  self->change = (SottoAccountChange){
    .op = SOTTO_ACCOUNT_UPDATE,
    .name = self->name,
    .has_identity = new_device,
    .identity = self->body.identity,
    .end_tickets = new_device,
  };
  g_strlcpy (self->change.expected_hash, self->hash, sizeof self->change.expected_hash);
  if (new_hash != NULL)
    g_strlcpy (self->change.hash, new_hash, sizeof self->change.hash);
  return STEP (SOTTO_LOGIN_STORE);
}

SottoLoginStep
sotto_login_checked (SottoLogin *self, bool match, const char *new_hash, gint64 now)
{
  const SottoServices *services = self->services;
  const SottoAccount *account = sotto_accounts_lookup (services->accounts, &self->name);

  /* The account may have gone or changed while bcrypt ran. Against a new hash (of a changed
   * password, or of the same one at another cost) nothing was checked: that is no failure. */
  if (match && account != NULL && !account->disabled)
    return g_str_equal (account->hash, self->hash) ? login_accept (self, account, new_hash)
                                                   : result (SOTTO_BUSY, SOTTO_BUSY_RETRY_S);
  if (sotto_name_is_set (&self->name))
    sotto_admission_failed (services->admission, &self->name, &self->from, now);
  return result (SOTTO_AUTH, 0);
}

/* An administrator may have disabled or deleted the account while the change was being written. */
static bool
login_still_stands (const SottoLogin *self)
{
  const SottoAccount *account = sotto_accounts_lookup (self->services->accounts, &self->name);

  return account != NULL && !account->disabled;
}

SottoLoginStep
sotto_login_stored (SottoLogin *self, SottoCode code, const SottoAccount *account)
{
  if (account != NULL)
    self->generation = account->generation;
  /* A hash of the new cost can wait for a better day. (BUSY is another matter: the password is not
   * that which was checked any more.) */
  if (code == SOTTO_UNAVAILABLE && !self->must_store)
    code = SOTTO_OK;
  if (code == SOTTO_OK && !login_still_stands (self))
    code = SOTTO_AUTH;
  if (code == SOTTO_OK)
    return result (SOTTO_OK, 0);
  return result (code, code == SOTTO_UNAVAILABLE || code == SOTTO_BUSY ? SOTTO_BUSY_RETRY_S : 0);
}

void
sotto_login_append_result (const SottoLogin *self,
                           const SottoLoginStep *step,
                           guint64 sid,
                           guint64 unix_s,
                           GByteArray *out)
{
  SottoResult answer = { .code = step->code, .retry_s = step->retry_s };
  SottoFernetKey key = { 0 };

  if (step->code == SOTTO_OK)
    {
      const SottoTicket ticket = { .name = self->name,
                                   .generation = self->generation,
                                   .resumption = self->keys.resumption,
                                   .expiry = unix_s + SOTTO_TICKET_LIFE_S };

      answer.sid = sid;
      answer.udp_port = self->services->udp_port;
      answer.observed = self->from;
      answer.ticket_life_s = SOTTO_TICKET_LIFE_S;
      answer.n_ticket =
          sotto_ticket_seal (&self->services->key->secret, unix_s, &ticket, NULL, answer.ticket);
    }
  sotto_fernet_key_init (&key, &self->keys.s_to_c);
  sotto_result_append (out, &key, &answer, NULL);
  sotto_fernet_key_clear (&key);
}
