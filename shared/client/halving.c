// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/client/halving.h"

#include <string.h>

struct _SottoHalving
{
  SottoName name;
  SottoKey identity;
  GThread *thread; /* NULL = the machine has none left */
  int done;
  char half[SOTTO_SAFETY_HALF_LEN + 1];
};

static gpointer
halve (gpointer data)
{
  SottoHalving *self = data;

  sotto_safety_number_half (&self->name, &self->identity, self->half);
  g_atomic_int_set (&self->done, true);
  return NULL;
}

SottoHalving *
sotto_halving_new (const SottoName *name, const SottoKey *identity)
{
  SottoHalving *self = g_new0 (SottoHalving, 1);

  self->name = *name;
  self->identity = *identity;
  self->thread = g_thread_try_new ("sotto-halving", halve, self, NULL);
  if (self->thread == NULL)
    halve (self);
  return self;
}

bool
sotto_halving_is_of (const SottoHalving *self, const SottoName *name, const SottoKey *identity)
{
  return g_str_equal (self->name.str, name->str)
         && memcmp (&self->identity, identity, sizeof *identity) == 0;
}

bool
sotto_halving_is_done (const SottoHalving *self)
{
  return g_atomic_int_get (&self->done);
}

void
sotto_halving_finish (SottoHalving *self, char *out)
{
  if (self == NULL)
    return;
  if (self->thread != NULL)
    g_thread_join (self->thread);
  if (out != NULL)
    memcpy (out, self->half, sizeof self->half);
  g_free (self);
}
