// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/presenter/remembering.h"

#include "gui/presenter/keyring.h"
#include "shared/base/secret.h"
#include <string.h>

struct _SottoRemembering
{
  SottoRememberedFunc found;
  gpointer data;
  GCancellable *search; /* NULL = none runs */
  SottoSecret *password;
};

SottoRemembering *
sotto_remembering_new (SottoRememberedFunc found, gpointer data)
{
  SottoRemembering *self = g_new0 (SottoRemembering, 1);

  self->found = found;
  self->data = data;
  return self;
}

static void
end_search (SottoRemembering *self)
{
  if (self->search != NULL)
    g_cancellable_cancel (self->search);
  g_clear_object (&self->search);
}

void
sotto_remembering_free (SottoRemembering *self)
{
  sotto_remembering_drop (self);
  g_free (self);
}

/* A cancelled search knows self no more: its cancellable tells, and outlives both. */
typedef struct
{
  SottoRemembering *self;
  GCancellable *cancellable;
} Search;

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Search *search = data;
  char *password = sotto_keyring_look_up_finish (result);

  if (!g_cancellable_is_cancelled (search->cancellable))
    {
      g_clear_object (&search->self->search);
      search->self->found (password, search->self->data);
    }
  sotto_keyring_password_free (password);
  g_object_unref (search->cancellable);
  g_free (search);
}

void
sotto_remembering_look_up (SottoRemembering *self, const char *server, const char *username)
{
  Search *search = g_new (Search, 1);

  end_search (self);
  self->search = g_cancellable_new ();
  *search = (Search){ self, g_object_ref (self->search) };
  sotto_keyring_look_up_async (server, username, self->search, found_cb, search);
}

void
sotto_remembering_hold (SottoRemembering *self, const char *password)
{
  sotto_remembering_drop (self);
  self->password = sotto_secret_new (password, strlen (password));
}

void
sotto_remembering_settle (SottoRemembering *self,
                          const char *server,
                          const char *username,
                          bool remember)
{
  if (self->password != NULL && remember)
    sotto_keyring_store (server, username, self->password->bytes);
  sotto_remembering_drop (self);
}

void
sotto_remembering_drop (SottoRemembering *self)
{
  end_search (self);
  g_clear_pointer (&self->password, sotto_secret_free);
}

void
sotto_remembering_forget (SottoRemembering *self, const char *server, const char *username)
{
  sotto_remembering_drop (self);
  sotto_keyring_forget (server, username);
}
