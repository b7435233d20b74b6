// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/presenter/keyring.h"

#ifdef HAVE_LIBSECRET
#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

static const SecretSchema schema = {
  "org.sotto.Sotto",
  SECRET_SCHEMA_NONE,
  { { "server", SECRET_SCHEMA_ATTRIBUTE_STRING }, { "username", SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

/* So long does the end of the program wait for a keyring that does not answer. */
#define PATIENCE_MS 2000

static guint n_writing;

bool
sotto_keyring_is_available (void)
{
  return true;
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  n_writing--;
}

void
sotto_keyring_store (const char *server, const char *username, const char *password)
{
  g_autofree char *label = g_strdup_printf (_ ("Sotto: %s on %s"), username, server);

  n_writing++;
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, password, NULL, written_cb,
                         NULL, "server", server, "username", username, NULL);
}

void
sotto_keyring_forget (const char *server, const char *username)
{
  n_writing++;
  secret_password_clear (&schema, NULL, written_cb, NULL, "server", server, "username", username,
                         NULL);
}

static gboolean
late_cb (gpointer data)
{
  *(bool *)data = true;
  return G_SOURCE_REMOVE;
}

void
sotto_keyring_settle (void)
{
  bool late = false;
  guint timeout = g_timeout_add (PATIENCE_MS, late_cb, &late);

  while (n_writing > 0 && !late)
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (timeout);
}

void
sotto_keyring_look_up_async (const char *server,
                             const char *username,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  secret_password_lookup (&schema, cancellable, callback, data, "server", server, "username",
                          username, NULL);
}

char *
sotto_keyring_look_up_finish (GAsyncResult *result)
{
  return secret_password_lookup_nonpageable_finish (result, NULL);
}

void
sotto_keyring_password_free (char *password)
{
  secret_password_free (password);
}

#else

bool
sotto_keyring_is_available (void)
{
  return false;
}

void
sotto_keyring_store (const char *server, const char *username, const char *password)
{
}

void
sotto_keyring_forget (const char *server, const char *username)
{
}

void
sotto_keyring_settle (void)
{
}

void
sotto_keyring_look_up_async (const char *server,
                             const char *username,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_return_pointer (task, NULL, NULL);
}

char *
sotto_keyring_look_up_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

void
sotto_keyring_password_free (char *password)
{
}
#endif
