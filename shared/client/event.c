// SPDX-License-Identifier: GPL-3.0-or-later
/* Events that wait for their turn own what they point at. */
#include "shared/client/event.h"

SottoEvent *
sotto_event_copy (const SottoEvent *self)
{
  SottoEvent *copy = g_new (SottoEvent, 1);

  *copy = *self;
  copy->text = g_strdup (self->text);
  copy->code = g_strdup (self->code);
  copy->server = g_strdup (self->server);
  copy->fingerprint = g_strdup (self->fingerprint);
  copy->realm = g_strdup (self->realm);
  copy->safety_number = g_strdup (self->safety_number);
  copy->file.name = g_strdup (self->file.name);
  copy->file.media_type = g_strdup (self->file.media_type);
  copy->file.path = g_strdup (self->file.path);
  if (self->names != NULL)
    {
      char **names = g_new0 (char *, self->n_names + 1);
      for (gsize i = 0; i < self->n_names; i++)
        names[i] = g_strdup (self->names[i]);
      copy->names = (const char *const *)names;
    }
  return copy;
}

void
sotto_event_free (SottoEvent *self)
{
  if (self == NULL)
    return;
  g_free ((char *)self->text);
  g_free ((char *)self->code);
  g_free ((char *)self->server);
  g_free ((char *)self->fingerprint);
  g_free ((char *)self->realm);
  g_free ((char *)self->safety_number);
  g_free ((char *)self->file.name);
  g_free ((char *)self->file.media_type);
  g_free ((char *)self->file.path);
  g_strfreev ((char **)self->names);
  g_free (self);
}
