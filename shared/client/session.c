// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * HELLO → (GETCERT, CERT) → the owner's decision → LOGIN or RESUME → RESULT → records. A table says
 * which frame each state takes; anything else ends the session, and FAIL ends it from everywhere.
 */
#include "shared/client/session.h"

#include "shared/base/secret.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/certificate.h"
#include <string.h>

struct _SottoSession
{
  SottoSessionState state;
  SottoName name;
  SottoRandom random;
  bool has_nonce;
  SottoFernetNonce nonce;
  bool has_fingerprint;
  SottoKey fingerprint;
  char *realm;
  SottoPublicKey *server_key;
  GBytes *certificate; /* of CERT, NULL = none came */

  GByteArray *hello_frame; /* T hashes it as it came */
  SottoHello hello;
  SottoKeyPair ephemeral; /* ec; until LOGIN or RESUME is sent */
  SottoKey dh;            /* X(ec, Es) */
  SottoSessionKeys keys;
  SottoFernetKey result_key; /* K_sc, for RESULT alone */
  SottoResult result;
  SottoSealer to_server;
  SottoSealer from_server;
  SottoBinding binding;

  gint64 started;     /* of the state, before READY */
  gint64 received_at; /* last record, in READY */
  gint64 pinged_at;
  gint64 dead_at; /* when nothing came until then; sooner after a probe */
  GByteArray *out;
  SottoRecord record;
  uint8_t plain[SOTTO_FRAME_READY_MAX];
};

SottoSession *
sotto_session_new (const SottoSessionConfig *config, gint64 now)
{
  SottoSession *self = g_new0 (SottoSession, 1);

  self->state = SOTTO_SESSION_HELLO;
  self->name = config->name;
  self->random = config->random;
  self->has_nonce = config->nonce != NULL;
  if (self->has_nonce)
    self->nonce = *config->nonce;
  self->has_fingerprint = config->has_fingerprint;
  self->fingerprint = config->fingerprint;
  self->realm = g_strdup (config->realm);
  if (config->server_key != NULL)
    self->server_key = sotto_public_key_ref (config->server_key);
  self->hello_frame = g_byte_array_new ();
  self->out = g_byte_array_new ();
  self->started = now;
  return self;
}

void
sotto_session_free (SottoSession *self)
{
  if (self == NULL)
    return;
  sotto_sealer_clear (&self->to_server);
  sotto_sealer_clear (&self->from_server);
  sotto_fernet_key_clear (&self->result_key);
  sotto_binding_clear (&self->binding);
  g_clear_pointer (&self->server_key, sotto_public_key_unref);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_byte_array_unref (self->hello_frame);
  g_byte_array_unref (self->out);
  g_free (self->realm);
  sotto_secret_wipe (self, sizeof *self);
  g_free (self);
}

static void
set_state (SottoSession *self, SottoSessionState state, gint64 now)
{
  self->state = state;
  self->started = now;
}

static void
end (SottoSession *self, SottoSessionEnd why, SottoCode code, SottoSessionEvent *out)
{
  self->state = SOTTO_SESSION_CLOSED;
  *out = (SottoSessionEvent){ .type = SOTTO_SESSION_EVENT_CLOSED, .end = why, .code = code };
}

/* Before a server key is known only the pin's first bytes can be compared; CERT proves the rest. */
static bool
kid_is_pinned (SottoSession *self)
{
  return !self->has_fingerprint
         || memcmp (self->hello.kid, self->fingerprint.bytes, SOTTO_KID_LEN) == 0;
}

static bool
key_is_right (SottoSession *self, const SottoPublicKey *key)
{
  SottoKey fingerprint;

  sotto_public_key_fingerprint (key, &fingerprint);
  return memcmp (fingerprint.bytes, self->hello.kid, SOTTO_KID_LEN) == 0
         && (!self->has_fingerprint
             || memcmp (&fingerprint, &self->fingerprint, sizeof fingerprint) == 0);
}

static void
on_hello (SottoSession *self, const SottoFrame *frame, gint64 now, SottoSessionEvent *out)
{
  SottoCode code = sotto_hello_decode (frame, &self->hello);

  sotto_key_pair_generate (&self->ephemeral, &self->random);
  if (code != SOTTO_OK)
    end (self, SOTTO_SESSION_END_BROKEN, code, out);
  else if (!sotto_agreement (&self->ephemeral, &self->hello.ephemeral, &self->dh))
    end (self, SOTTO_SESSION_END_BROKEN, SOTTO_HANDSHAKE, out);
  else if (!kid_is_pinned (self)
           || (self->server_key != NULL && !key_is_right (self, self->server_key)))
    end (self, SOTTO_SESSION_END_SERVER_KEY, SOTTO_HANDSHAKE, out);
  else if (self->realm != NULL && strcmp (self->realm, self->hello.realm) != 0)
    end (self, SOTTO_SESSION_END_REALM, SOTTO_HANDSHAKE, out);
  else
    {
      g_byte_array_append (self->hello_frame, frame->frame, frame->n_frame);
      if (self->server_key != NULL)
        {
          set_state (self, SOTTO_SESSION_SERVER, now);
          out->type = SOTTO_SESSION_EVENT_SERVER;
          return;
        }
      sotto_frame_append (self->out, SOTTO_FRAME_GETCERT, NULL, 0);
      set_state (self, SOTTO_SESSION_CERT, now);
    }
}

static void
on_cert (SottoSession *self, const SottoFrame *frame, gint64 now, SottoSessionEvent *out)
{
  g_autoptr (SottoPublicKey) key = sotto_certificate_public_key (frame->body, frame->n_body, NULL);

  if (key == NULL)
    end (self, SOTTO_SESSION_END_BROKEN, SOTTO_HANDSHAKE, out);
  else if (!key_is_right (self, key))
    end (self, SOTTO_SESSION_END_SERVER_KEY, SOTTO_HANDSHAKE, out);
  else
    {
      self->server_key = g_steal_pointer (&key);
      self->certificate = g_bytes_new (frame->body, frame->n_body);
      set_state (self, SOTTO_SESSION_SERVER, now);
      out->type = SOTTO_SESSION_EVENT_SERVER;
    }
}

static void
heard (SottoSession *self, gint64 now)
{
  self->received_at = now;
  self->dead_at = now + SOTTO_SESSION_DEAD_AFTER;
}

static void
become_ready (SottoSession *self, gint64 now)
{
  self->state = SOTTO_SESSION_READY;
  self->pinged_at = now;
  heard (self, now);
  sotto_sealer_init (&self->to_server, &self->keys.c_to_s, 0);
  sotto_sealer_init (&self->from_server, &self->keys.s_to_c, 1); /* RESULT was 0 */
  sotto_binding_init (&self->binding, self->result.sid, &self->keys.udp_c_to_s,
                      &self->keys.udp_s_to_c, &self->random);
}

static void
on_result (SottoSession *self, const SottoFrame *frame, gint64 now, SottoSessionEvent *out)
{
  if (sotto_result_open (frame, &self->result_key, &self->result) != SOTTO_OK)
    {
      end (self, SOTTO_SESSION_END_BROKEN, SOTTO_HANDSHAKE, out);
      return;
    }
  sotto_fernet_key_clear (&self->result_key);
  if (self->result.code == SOTTO_OK)
    become_ready (self, now);
  else
    self->state = SOTTO_SESSION_CLOSED;
  out->type = SOTTO_SESSION_EVENT_RESULT;
  out->code = self->result.code;
  out->retry_s = self->result.retry_s;
  out->result = self->result;
}

static void
on_sealed (SottoSession *self, const SottoFrame *frame, gint64 now, SottoSessionEvent *out)
{
  SottoCode code = sotto_record_open (frame, &self->from_server, true, self->plain, &self->record);

  if (code != SOTTO_OK)
    {
      end (self, SOTTO_SESSION_END_BROKEN, code, out);
      return;
    }
  heard (self, now);
  if (self->record.type == SOTTO_RECORD_PING)
    {
      SottoRecord pong = { .type = SOTTO_RECORD_PONG, .ping = self->record.ping };
      sotto_session_send (self, &pong);
    }
  else if (self->record.type == SOTTO_RECORD_BYE)
    end (self, SOTTO_SESSION_END_BYE, self->record.bye.code, out);
  else if (self->record.type != SOTTO_RECORD_PONG)
    {
      out->type = SOTTO_SESSION_EVENT_RECORD;
      out->record = &self->record;
    }
}

static void
on_fail (SottoSession *self, const SottoFrame *frame, SottoSessionEvent *out)
{
  SottoCode code;
  uint16_t retry_s;

  if (sotto_fail_decode (frame, &code, &retry_s) != SOTTO_OK)
    {
      end (self, SOTTO_SESSION_END_BROKEN, SOTTO_PROTOCOL, out);
      return;
    }
  end (self, SOTTO_SESSION_END_FAIL, code, out);
  out->retry_s = MIN (retry_s, SOTTO_RETRY_S_MAX);
}

typedef void (*FrameFunc) (SottoSession *, const SottoFrame *, gint64, SottoSessionEvent *);

static const struct
{
  uint8_t type;
  FrameFunc take;
} expected[] = {
  [SOTTO_SESSION_HELLO] = { SOTTO_FRAME_HELLO, on_hello },
  [SOTTO_SESSION_CERT] = { SOTTO_FRAME_CERT, on_cert },
  [SOTTO_SESSION_SERVER] = { 0, NULL }, /* the server has nothing to say until LOGIN */
  [SOTTO_SESSION_RESULT] = { SOTTO_FRAME_RESULT, on_result },
  [SOTTO_SESSION_READY] = { SOTTO_FRAME_SEALED, on_sealed },
  [SOTTO_SESSION_CLOSED] = { 0, NULL },
};

void
sotto_session_frame (SottoSession *self,
                     const SottoFrame *frame,
                     gint64 now,
                     SottoSessionEvent *out)
{
  memset (out, 0, sizeof *out);
  if (self->state == SOTTO_SESSION_CLOSED)
    return;
  if (frame->type == SOTTO_FRAME_FAIL && self->state != SOTTO_SESSION_READY)
    on_fail (self, frame, out);
  else if (expected[self->state].take == NULL || frame->type != expected[self->state].type)
    end (self, SOTTO_SESSION_END_BROKEN, SOTTO_PROTOCOL, out);
  else
    expected[self->state].take (self, frame, now, out);
}

/* How long the state waits for the server; the owner's own time (SERVER) is not measured. */
static gint64
patience (const SottoSession *self)
{
  switch (self->state)
    {
    case SOTTO_SESSION_HELLO:
    case SOTTO_SESSION_CERT:
      return SOTTO_LOGIN_DEADLINE;
    case SOTTO_SESSION_RESULT:
      /* The server may take the whole of it; the way back is on top. */
      return SOTTO_RESULT_DEADLINE + SOTTO_LOGIN_DEADLINE / 2;
    case SOTTO_SESSION_SERVER:
    case SOTTO_SESSION_READY:
    case SOTTO_SESSION_CLOSED:
      break;
    }
  return 0;
}

static gint64
next_ping (const SottoSession *self)
{
  return MAX (self->received_at, self->pinged_at) + SOTTO_SESSION_PING_AFTER;
}

gint64
sotto_session_deadline (const SottoSession *self)
{
  if (self->state == SOTTO_SESSION_READY)
    return MIN (MIN (next_ping (self), self->dead_at), sotto_binding_deadline (&self->binding));
  return patience (self) == 0 ? G_MAXINT64 : self->started + patience (self);
}

static void
ping (SottoSession *self, gint64 now)
{
  SottoRecord record = { .type = SOTTO_RECORD_PING };

  sotto_random_fill (&self->random, &record.ping.nonce, sizeof record.ping.nonce);
  self->pinged_at = now;
  sotto_session_send (self, &record);
}

void
sotto_session_probe (SottoSession *self, gint64 now)
{
  gint64 dead_at = now + SOTTO_SESSION_PROBE_WAIT;

  /* One that is under way is not put off by the next. */
  if (self->state != SOTTO_SESSION_READY || self->dead_at <= dead_at)
    return;
  self->dead_at = dead_at;
  ping (self, now);
}

void
sotto_session_tick (SottoSession *self, gint64 now, SottoSessionEvent *out)
{
  memset (out, 0, sizeof *out);
  if (self->state != SOTTO_SESSION_READY)
    {
      if (patience (self) != 0 && now >= self->started + patience (self))
        end (self, SOTTO_SESSION_END_TIMEOUT, SOTTO_TIMEOUT, out);
      return;
    }
  if (now >= self->dead_at)
    end (self, SOTTO_SESSION_END_TIMEOUT, SOTTO_TIMEOUT, out);
  else if (now >= next_ping (self))
    ping (self, now);
}

static const SottoFernetNonce *
token_nonce (const SottoSession *self)
{
  return self->has_nonce ? &self->nonce : NULL;
}

static void
await_result (SottoSession *self, gint64 now)
{
  sotto_fernet_key_init (&self->result_key, &self->keys.s_to_c);
  sotto_secret_wipe (&self->ephemeral.secret, sizeof self->ephemeral.secret);
  sotto_secret_wipe (&self->dh, sizeof self->dh);
  set_state (self, SOTTO_SESSION_RESULT, now);
}

void
sotto_session_login (SottoSession *self,
                     SottoLoginOp op,
                     const SottoKey *h,
                     const SottoKey *identity,
                     const char *invite,
                     gint64 now)
{
  SottoLoginBody body = { .op = op, .h = *h, .identity = *identity };
  uint8_t wrap[SOTTO_WRAP_MAX];
  SottoKey k;

  g_return_if_fail (self->state == SOTTO_SESSION_SERVER);
  body.n_name = (uint8_t)strlen (self->name.str);
  memcpy (body.name, self->name.str, body.n_name);
  if (invite != NULL)
    {
      body.n_invite = (uint8_t)MIN (strlen (invite), SOTTO_INVITE_MAX);
      memcpy (body.invite, invite, body.n_invite);
    }
  sotto_random_fill (&self->random, &k, sizeof k);
  gsize n_wrap = sotto_envelope_wrap (self->server_key, &k, wrap);
  sotto_login_append (self->out, self->hello_frame->data, self->hello_frame->len, self->hello.kid,
                      &self->ephemeral.public, wrap, n_wrap, &k, &self->dh, &body,
                      token_nonce (self), &self->keys);
  await_result (self, now);
  sotto_secret_wipe (&k, sizeof k);
  sotto_secret_wipe (&body, sizeof body);
}

void
sotto_session_resume (SottoSession *self, const SottoClientTicket *ticket, gint64 now)
{
  SottoResumeBody body = { .name = self->name };

  g_return_if_fail (self->state == SOTTO_SESSION_SERVER);
  sotto_resume_append (self->out, self->hello_frame->data, self->hello_frame->len,
                       &self->ephemeral.public, ticket->text, ticket->n_text, &ticket->resumption,
                       &self->dh, &body, token_nonce (self), &self->keys);
  await_result (self, now);
}

bool
sotto_session_send (SottoSession *self, const SottoRecord *record)
{
  if (self->state != SOTTO_SESSION_READY)
    return false;
  sotto_record_append (self->out, &self->to_server, record, NULL);
  return true;
}

GByteArray *
sotto_session_get_output (SottoSession *self)
{
  return self->out;
}

SottoSessionState
sotto_session_get_state (const SottoSession *self)
{
  return self->state;
}

const SottoHello *
sotto_session_get_hello (const SottoSession *self)
{
  return &self->hello;
}

SottoPublicKey *
sotto_session_get_server_key (const SottoSession *self)
{
  return self->server_key;
}

GBytes *
sotto_session_get_certificate (const SottoSession *self)
{
  return self->certificate;
}

void
sotto_session_get_fingerprint (const SottoSession *self, SottoKey *out)
{
  sotto_public_key_fingerprint (self->server_key, out);
}

void
sotto_session_get_ticket (const SottoSession *self, SottoClientTicket *out)
{
  memset (out, 0, sizeof *out);
  out->n_text = self->result.n_ticket;
  memcpy (out->text, self->result.ticket, self->result.n_ticket);
  out->resumption = self->keys.resumption;
  out->expires = self->received_at + self->result.ticket_life_s * SOTTO_US_PER_S;
}

SottoBinding *
sotto_session_get_binding (SottoSession *self)
{
  return self->state == SOTTO_SESSION_READY ? &self->binding : NULL;
}

uint16_t
sotto_session_get_udp_port (const SottoSession *self)
{
  return self->result.udp_port;
}
