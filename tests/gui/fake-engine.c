// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/fake-engine-private.h"
#include <string.h>

G_DEFINE_TYPE (SottoEngine, sotto_engine, G_TYPE_OBJECT)

static guint event_signal;
static SottoEngine *last; /* the composition root keeps its engine to itself */

static void
sotto_engine_finalize (GObject *object)
{
  SottoEngine *self = SOTTO_ENGINE (object);

  g_string_free (self->log, TRUE);
  g_free (self->username);
  g_ptr_array_unref (self->history);
  g_hash_table_unref (self->prefs);
  G_OBJECT_CLASS (sotto_engine_parent_class)->finalize (object);
}

static void
sotto_engine_class_init (SottoEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sotto_engine_finalize;
  event_signal = g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
sotto_engine_init (SottoEngine *self)
{
  self->log = g_string_new (NULL);
  self->history = g_ptr_array_new_with_free_func (sotto_history_record_free);
  self->prefs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

void
sotto_fake_engine_note (SottoEngine *self, const char *format, ...)
{
  va_list args;

  if (self->log->len > 0)
    g_string_append (self->log, "; ");
  va_start (args, format);
  g_string_append_vprintf (self->log, format, args);
  va_end (args);
}

SottoEngine *
sotto_engine_new (const char *profile, const char *data_dir, SottoTrustPolicy trust)
{
  SottoEngine *self = g_object_new (SOTTO_TYPE_ENGINE, NULL);

  g_set_weak_pointer (&last, self);
  return self;
}

bool
sotto_engine_set_server (SottoEngine *self,
                         const char *host,
                         uint16_t port,
                         const char *certificate_path,
                         GError **error)
{
  sotto_fake_engine_note (self, "server %s %u %s", host, (guint)port,
                          certificate_path != NULL ? certificate_path : "-");
  return true;
}

bool
sotto_engine_set_join_link (SottoEngine *self, const SottoJoinLink *link, GError **error)
{
  sotto_fake_engine_note (self, "link %s %u", link->host, (guint)link->port);
  return true;
}

static guint
number_of (const SottoId *id)
{
  return id->bytes[0];
}

static const char *
kind_of (GBytes *bytes)
{
  return memcmp (g_bytes_get_data (bytes, NULL), "\x89PNG", 4) == 0 ? "PNG" : "what?";
}

/* --- Wishes that are written down, and no more --- */

#define NOTES(wish, parameters, words)                                                             \
  void wish parameters                                                                             \
  {                                                                                                \
    sotto_fake_engine_note words;                                                                  \
  }
#define IGNORES(wish, parameters)                                                                  \
  void wish parameters                                                                             \
  {                                                                                                \
  }

NOTES (sotto_engine_auth,
       (SELF, const char *username, const char *password),
       (self, "auth %s %s", username, password))
NOTES (sotto_engine_sign,
       (SELF, const char *username, const char *password, const char *invite),
       (self, "sign %s %s %s", username, password, invite != NULL ? invite : "-"))
NOTES (sotto_engine_trust, (SELF, bool accept), (self, "trust %s", accept ? "yes" : "no"))
NOTES (sotto_engine_log_out, (SELF), (self, "logout"))
NOTES (sotto_engine_retry_now, (SELF), (self, "retry"))
NOTES (sotto_engine_list, (SELF), (self, "list"))
NOTES (sotto_engine_edit,
       (SELF, const char *peer, const SottoId *target, const char *text),
       (self, "edit %s %u %s", peer, number_of (target), text))
NOTES (sotto_engine_delete,
       (SELF, const char *peer, const SottoId *target),
       (self, "unsay %s %u", peer, number_of (target)))
NOTES (sotto_engine_react,
       (SELF, const char *peer, const SottoId *target, const char *reaction),
       (self, "react %s %u %s", peer, number_of (target), reaction))
NOTES (sotto_engine_retry_message,
       (SELF, const char *peer, const SottoId *id),
       (self, "again %s %u", peer, number_of (id)))
NOTES (sotto_engine_change_password,
       (SELF, const char *old_password, const char *new_password),
       (self, "passwd %s %s", old_password, new_password))
NOTES (sotto_engine_delete_account, (SELF, const char *password), (self, "delete %s", password))
NOTES (sotto_engine_offer_file,
       (SELF, const char *peer, const char *path),
       (self, "offer %s %s", peer, path))
NOTES (sotto_engine_offer_bytes,
       (SELF, const char *peer, const char *name, GBytes *bytes),
       (self, "offer %s %s of %s", peer, name, kind_of (bytes)))
NOTES (sotto_engine_accept_file, (SELF, const SottoId *id), (self, "accept %u", number_of (id)))
NOTES (sotto_engine_pause_file, (SELF, const SottoId *id), (self, "pause %u", number_of (id)))
NOTES (sotto_engine_refuse_file, (SELF, const SottoId *id), (self, "refuse %u", number_of (id)))
NOTES (sotto_engine_check_connection, (SELF), (self, "check connection"))
NOTES (sotto_engine_set_notices,
       (SELF, bool read_marks, bool typing),
       (self, "notices %d %d", read_marks, typing))
NOTES (sotto_engine_set_retention_days, (SELF, guint days), (self, "keep %u days", days))
NOTES (sotto_engine_show_safety_number, (SELF, const char *peer), (self, "number %s", peer))
NOTES (sotto_engine_verify,
       (SELF, const char *peer, const char *number),
       (self, "verify %s %s", peer, number))
IGNORES (sotto_engine_mark_read, (SELF, const char *peer, const SottoId *id))
IGNORES (sotto_engine_set_typing, (SELF, const char *peer, bool active))
IGNORES (sotto_engine_set_draft, (SELF, const char *peer, const char *text))
IGNORES (sotto_engine_set_download_dir, (SELF, const char *path))

/* Like the real one it answers at once, from within the call. */
void
sotto_engine_send (SottoEngine *self, const char *peer, const char *text)
{
  SottoEvent event = { .type = SOTTO_EVENT_QUEUED, .has_id = true };

  sotto_fake_engine_note (self, "send %s %s", peer, text);
  g_strlcpy (event.peer.str, peer, sizeof event.peer.str);
  event.id = sotto_fake_engine_id (++self->n_queued);
  sotto_fake_engine_emit (self, &event);
}

const char *
sotto_engine_get_draft (SottoEngine *self, const char *peer)
{
  return NULL;
}

/* --- Answers --- */

FINISHES (sotto_engine_check_password_finish, bool, boolean)
FINISHES (sotto_engine_export_finish, bool, boolean)
FINISHES (sotto_engine_export_identity_finish, bool, boolean)

SottoEngineState
sotto_engine_get_state (SottoEngine *self)
{
  return self->state;
}

const char *
sotto_engine_get_username (SottoEngine *self)
{
  return self->username;
}

gsize
sotto_engine_get_outbox_size (SottoEngine *self)
{
  return 0;
}

bool
sotto_engine_is_online (SottoEngine *self, const char *username)
{
  return false;
}

SottoEngine *
sotto_fake_engine_get_last (void)
{
  return last;
}

void
sotto_fake_engine_emit (SottoEngine *self, const SottoEvent *event)
{
  if (event->type == SOTTO_EVENT_AUTHENTICATED)
    {
      g_free (self->username);
      self->username = g_strdup (event->peer.str);
      self->state = SOTTO_ENGINE_READY;
    }
  g_signal_emit (self, event_signal, 0, event);
}

char *
sotto_fake_engine_take_log (SottoEngine *self)
{
  char *log = g_strdup (self->log->str);

  g_string_truncate (self->log, 0);
  return log;
}

SottoId
sotto_fake_engine_id (guint number)
{
  SottoId id = { 0 };

  id.bytes[0] = (uint8_t)number;
  return id;
}

bool
sotto_engine_get_contact_prefs (SottoEngine *self, const char *peer, SottoContactPrefs *out)
{
  const SottoContactPrefs *prefs = g_hash_table_lookup (self->prefs, peer);

  *out = prefs != NULL ? *prefs : (SottoContactPrefs){ 0 };
  return true;
}

void
sotto_engine_set_contact_prefs (SottoEngine *self, const char *peer, const SottoContactPrefs *prefs)
{
  sotto_fake_engine_note (self, "prefs %s%s%s%s%s%s%s", peer,
                          prefs->alias[0] != '\0' ? " alias " : "", prefs->alias,
                          prefs->favourite ? " favourite" : "", prefs->muted ? " muted" : "",
                          prefs->blocked ? " blocked" : "", prefs->forget ? " forget" : "");
  g_hash_table_replace (self->prefs, g_strdup (peer), g_memdup2 (prefs, sizeof *prefs));
}

char **
sotto_engine_dup_contacts (SottoEngine *self)
{
  g_autofree char **names = (char **)g_hash_table_get_keys_as_array (self->prefs, NULL);

  return g_strdupv (names);
}

bool
sotto_engine_has_locked_history (SottoEngine *self)
{
  return self->has_locked;
}

void
sotto_fake_engine_set_locked_history (SottoEngine *self, bool locked)
{
  self->has_locked = locked;
}

/* "secret" is right. */
void
sotto_engine_check_password_async (SottoEngine *self,
                                   const char *password,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  sotto_fake_engine_note (self, "check %s", password);
  if (strcmp (password, "secret") == 0)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, SOTTO_ERROR, SOTTO_ERROR_LOCKED, "wrong");
}

/* A path that begins with "/no/" cannot be written. */
void
sotto_engine_export_async (SottoEngine *self,
                           const char *peer,
                           const char *path,
                           SottoExportFormat format,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  sotto_fake_engine_note (self, "export %s %s %d", peer, path, (int)format);
  if (g_str_has_prefix (path, "/no/"))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no such folder");
  else
    g_task_return_boolean (task, TRUE);
}

bool
sotto_engine_get_channel_info (SottoEngine *self, const char *peer, SottoChannelInfo *out)
{
  *out = self->info;
  return true;
}

void
sotto_fake_engine_set_channel_info (SottoEngine *self, const SottoChannelInfo *info)
{
  self->info = *info;
}

gint64
sotto_engine_get_last_seen (SottoEngine *self, const char *peer)
{
  return self->seen_ms;
}

void
sotto_fake_engine_set_last_seen (SottoEngine *self, gint64 unix_ms)
{
  self->seen_ms = unix_ms;
}

void
sotto_engine_export_identity_async (SottoEngine *self,
                                    const char *path,
                                    const char *passphrase,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  sotto_fake_engine_note (self, "export identity %s %s", path, passphrase);
  g_task_return_boolean (task, TRUE);
}

/* The file of anybody is alice's at lab.example. */
void
sotto_engine_import_identity_async (SottoEngine *self,
                                    const char *path,
                                    const char *passphrase,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  sotto_fake_engine_note (self, "import identity %s %s", path, passphrase);
  g_task_return_pointer (task, g_strdup ("alice"), g_free);
}

char *
sotto_engine_import_identity_finish (SottoEngine *self,
                                     GAsyncResult *result,
                                     char **out_server,
                                     GError **error)
{
  *out_server = g_strdup ("lab.example:10000");
  return g_task_propagate_pointer (G_TASK (result), error);
}
