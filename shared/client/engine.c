// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The composition root: makes the parts, runs the one timer, settles each turn. Nothing of the
 * protocol is decided here.
 */
#include "shared/client/engine-private.h"

#include "shared/base/file.h"
#include "shared/base/text.h"
#include "shared/client/sentences.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/certificate.h"
#include <string.h>

#define CERTIFICATE_MAX_BYTES (64 * 1024)
/* A new attempt does not wait for the one that it replaced; 32 MiB each. */
#define WORKERS 2

G_DEFINE_FINAL_TYPE (SottoEngine, sotto_engine, G_TYPE_OBJECT)

typedef struct
{
  GSource source;
  SottoEngine *engine; /* borrowed: the engine destroys its timer */
} Timer;

void
sotto_engine_set_state (SottoEngine *self, SottoEngineState state, const char *why)
{
  static const char *const names[] = { "offline", "connecting", "ready", "waiting" };

  if (self->state == state)
    return;
  g_debug ("engine: %s → %s: %s", names[self->state], names[state], why);
  self->state = state;
}

void
sotto_engine_wake (SottoEngine *self)
{
  g_source_set_ready_time (self->timer, 0);
}

static gint64
next_deadline (SottoEngine *self)
{
  gint64 deadline = sotto_engine_peers_deadline (self);

  if (self->session != NULL)
    deadline = MIN (deadline, sotto_session_deadline (self->session));
  if (self->state == SOTTO_ENGINE_WAITING)
    deadline = MIN (deadline, self->reconnect_at);
  deadline = MIN (deadline, self->typing_deadline);
  deadline = MIN (deadline, self->seen_at);
  return MIN (deadline, sotto_engine_keeping_deadline (self));
}

/* Ours is a GSource of this machine's monotonic clock, as the deadlines are. It is never put off:
 * that would wake the loop at once for nothing. When it comes too early, it is set anew. */
static void
arm_timer (SottoEngine *self, gint64 deadline)
{
  gint64 armed = g_source_get_ready_time (self->timer);

  if (deadline != G_MAXINT64 && (armed < 0 || deadline < armed))
    g_source_set_ready_time (self->timer, deadline);
}

/* The end of every turn. Handlers may have asked for more, and answers may be due: until all is
 * quiet. Careful: the last reference may go in a handler. */
void
sotto_engine_settle (SottoEngine *self)
{
  if (self->settling)
    return;
  g_object_ref (self);
  self->settling = true;
  self->turn_bytes = 0;
  do
    {
      sotto_engine_ask_keys (self);
      while (sotto_engine_pump_lines (self))
        ;
      sotto_engine_flush_session (self);
      sotto_engine_reap_lines (self);
      g_ptr_array_set_size (self->closing, 0);
      sotto_engine_emit_queued (self);
    }
  while (sotto_engine_pump_lines (self) || self->events.length > 0);
  sotto_engine_flush_session (self);
  sotto_engine_reap_lines (self);
  self->settling = false;

  gint64 deadline = next_deadline (self);
  /* The last flush may have found the connection broken. */
  if (self->events.length > 0 || sotto_engine_turn_is_full (self))
    deadline = 0;
  arm_timer (self, deadline);
  g_object_unref (self);
}

static void
on_poller_turn (gpointer engine)
{
  sotto_engine_settle (engine);
}

static void
tick_session (SottoEngine *self, gint64 now)
{
  SottoSessionEvent event;

  if (self->session == NULL || now < sotto_session_deadline (self->session))
    return;
  sotto_session_tick (self->session, now, &event);
  sotto_engine_on_session_event (self, &event);
}

static gboolean
on_timer (GSource *source, GSourceFunc unused, gpointer data)
{
  SottoEngine *self = ((Timer *)source)->engine;
  gint64 now = sotto_engine_now (self);

  g_source_set_ready_time (source, -1);
  tick_session (self, now);
  sotto_engine_tick_lines (self, now);
  sotto_engine_tick_reading (self, now);
  sotto_engine_tick_keeping (self, now);
  sotto_engine_tick_seen (self, now);
  if (self->state == SOTTO_ENGINE_WAITING && now >= self->reconnect_at)
    sotto_engine_connect (self);
  sotto_engine_settle (self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs timer_funcs = { .dispatch = on_timer };

static GSource *
make_timer (SottoEngine *self)
{
  GSource *source = g_source_new (&timer_funcs, sizeof (Timer));

  ((Timer *)source)->engine = self;
  g_source_set_priority (source, SOTTO_ENGINE_PRIORITY);
  g_source_set_static_name (source, "sotto engine");
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

static void
server_clear (SottoServer *self)
{
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->certified, sotto_public_key_unref);
  g_clear_pointer (&self->realm, g_free);
  g_clear_pointer (&self->invite, g_free);
  self->has_fingerprint = false;
}

static void
sotto_engine_init (SottoEngine *self)
{
  g_autoptr (GError) error = NULL;

  self->clock = sotto_clock_system ();
  self->random = *sotto_random_system ();
  self->poller = sotto_poller_new (SOTTO_ENGINE_PRIORITY, &error);
  if (self->poller == NULL) /* no file descriptors left at the start: nothing can work */
    g_error ("sotto: %s", error->message);
  sotto_poller_set_flush (self->poller, on_poller_turn, self);
  self->store = sotto_store_new ();
  self->workers = g_thread_pool_new (sotto_engine_work, NULL, WORKERS, FALSE, NULL);
  self->timer = make_timer (self);
  self->closing = g_ptr_array_new_with_free_func (sotto_engine_closing_free);
  g_queue_init (&self->events);
  g_queue_init (&self->used_cids);
  g_queue_init (&self->verified);
  g_queue_init (&self->pages);
  sotto_engine_files_init (self);
  self->contacts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, sotto_contact_free);
  self->lines = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, NULL);
  self->typing_deadline = self->seen_at = G_MAXINT64;
  sotto_engine_keeping_init (self);
  self->readers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  self->grant_tokens = SOTTO_GRANTS_ACTED_BURST;
  self->grant_refill = sotto_engine_now (self);
}

static void
sotto_engine_dispose (GObject *object)
{
  SottoEngine *self = SOTTO_ENGINE (object);

  if (self->poller != NULL)
    {
      sotto_engine_forget_login (self);
      sotto_engine_reap_lines (self);
      g_ptr_array_set_size (self->closing, 0);
      g_clear_pointer (&self->port, sotto_port_free);
      g_clear_pointer (&self->address_watch, sotto_address_watch_free);
      g_source_destroy (self->timer);
      g_clear_pointer (&self->timer, g_source_unref);
      g_clear_pointer (&self->store, sotto_store_free);
      sotto_engine_files_free (self);
      /* A process that ends while a worker is inside OpenSSL crashes in its exit handlers. */
      g_thread_pool_free (self->workers, FALSE, TRUE);
      g_clear_pointer (&self->poller, sotto_poller_free);
    }
  G_OBJECT_CLASS (sotto_engine_parent_class)->dispose (object);
}

static void
sotto_engine_finalize (GObject *object)
{
  SottoEngine *self = SOTTO_ENGINE (object);

  sotto_engine_drop_events (self);
  g_queue_clear_full (&self->used_cids, g_free);
  g_queue_clear_full (&self->verified, g_free);
  sotto_halving_finish (self->halving, NULL);
  g_ptr_array_unref (self->closing);
  g_hash_table_unref (self->contacts);
  g_hash_table_unref (self->lines);
  g_hash_table_unref (self->readers);
  sotto_engine_keeping_clear (self);
  server_clear (&self->server);
  g_free (self->profile_path);
  g_free (self->download_dir);
  G_OBJECT_CLASS (sotto_engine_parent_class)->finalize (object);
}

static void
sotto_engine_class_init (SottoEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sotto_engine_dispose;
  object_class->finalize = sotto_engine_finalize;
  sotto_engine_events_class_init (klass);
}

SottoEngine *
sotto_engine_new (const char *profile, const char *data_dir, SottoTrustPolicy trust)
{
  SottoEngine *self = g_object_new (SOTTO_TYPE_ENGINE, NULL);

  self->profile_path = sotto_folder_of_profile (data_dir, profile);
  self->trust = trust;
  return self;
}

static SottoPublicKey *
load_certificate (const char *path, GError **error)
{
  gsize n;
  g_autofree char *bytes = sotto_file_read (path, CERTIFICATE_MAX_BYTES, &n, error);

  if (bytes == NULL)
    return NULL;
  SottoPublicKey *key = sotto_certificate_public_key (bytes, n, error);
  if (key == NULL)
    g_prefix_error (error, "%s: ", path);
  return key;
}

bool
sotto_engine_set_server (SottoEngine *self,
                         const char *host,
                         uint16_t port,
                         const char *certificate_path,
                         GError **error)
{
  SottoServer server = { .port = port };

  g_return_val_if_fail (SOTTO_IS_ENGINE (self), false);
  if (host == NULL || *host == '\0' || port == 0)
    {
      g_set_error_literal (error, SOTTO_ERROR, SOTTO_ERROR_INVALID, "no server given");
      return false;
    }
  if (certificate_path != NULL)
    {
      server.certified = load_certificate (certificate_path, error);
      if (server.certified == NULL)
        return false;
      sotto_public_key_fingerprint (server.certified, &server.fingerprint);
      server.has_fingerprint = true;
    }
  server.host = g_strdup (host);
  server_clear (&self->server);
  self->server = server;
  return true;
}

bool
sotto_engine_set_join_link (SottoEngine *self, const SottoJoinLink *link, GError **error)
{
  g_return_val_if_fail (SOTTO_IS_ENGINE (self), false);
  if (!sotto_engine_set_server (self, link->host, link->port, NULL, error))
    return false;
  self->server.has_fingerprint = link->has_fingerprint;
  self->server.fingerprint = link->fingerprint;
  self->server.realm = g_strdup (link->realm);
  self->server.invite = g_strdup (link->invite);
  return true;
}

void
sotto_engine_auth (SottoEngine *self, const char *username, const char *password)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  sotto_engine_begin (self, SOTTO_LOGIN_AUTH, username, password, NULL);
}

void
sotto_engine_sign (SottoEngine *self,
                   const char *username,
                   const char *password,
                   const char *invite)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  sotto_engine_begin (self, SOTTO_LOGIN_SIGN, username, password, invite);
}

void
sotto_engine_log_out (SottoEngine *self)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  bool told = self->login.authenticated && self->state != SOTTO_ENGINE_OFFLINE;
  SottoEvent event = { .type = SOTTO_EVENT_DISCONNECTED, .code = "ok", .retry_in_ms = -1 };

  sotto_engine_forget_login (self);
  sotto_engine_set_state (self, SOTTO_ENGINE_OFFLINE, "logged out");
  event.text = sotto_sentence (event.code);
  if (told)
    sotto_engine_emit (self, &event);
}

void
sotto_engine_retry_now (SottoEngine *self)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  self->reconnect_at = sotto_engine_now (self);
  sotto_engine_wake (self);
}

void
sotto_engine_list (SottoEngine *self)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  if (sotto_engine_get_username (self) == NULL)
    sotto_engine_emit_error (self, SOTTO_CODE_NOT_AUTHENTICATED, NULL);
  else
    sotto_engine_request_list (self, true);
}

SottoEngineState
sotto_engine_get_state (SottoEngine *self)
{
  return self->state;
}

/* While a connection comes and goes one stays logged in; a refusal or the person ends it. */
const char *
sotto_engine_get_username (SottoEngine *self)
{
  bool in = self->login.authenticated && self->state != SOTTO_ENGINE_OFFLINE;

  return in ? self->login.name.str : NULL;
}

gsize
sotto_engine_get_outbox_size (SottoEngine *self)
{
  GHashTableIter iter;
  gpointer contact;
  gsize size = self->n_queueing;

  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    size += sotto_outbox_size (((SottoContact *)contact)->outbox);
  return size;
}

bool
sotto_engine_is_online (SottoEngine *self, const char *username)
{
  SottoName name;

  return self->roster != NULL && self->state == SOTTO_ENGINE_READY
         && sotto_name_from_typed (username, &name) && sotto_roster_is_online (self->roster, &name);
}
