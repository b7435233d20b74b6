// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/ephemeral.h"

#include "shared/base/limits.h"
#include "shared/base/secret.h"

struct _SottoEphemerals
{
  const SottoRandom *random;
  SottoEphemeral *current;
};

SottoEphemerals *
sotto_ephemerals_new (const SottoRandom *random)
{
  SottoEphemerals *self = g_new0 (SottoEphemerals, 1);

  self->random = random;
  return self;
}

void
sotto_ephemerals_free (SottoEphemerals *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->current, sotto_ephemeral_unref);
  g_free (self);
}

void
sotto_ephemerals_expire (SottoEphemerals *self, gint64 now)
{
  if (self->current != NULL && now - self->current->made >= SOTTO_HELLO_ROTATE)
    g_clear_pointer (&self->current, sotto_ephemeral_unref);
}

static void
ephemeral_draw (SottoEphemeral *self, const SottoRandom *random)
{
  SottoKeyPair pair;

  sotto_key_pair_generate (&pair, random);
  self->public = pair.public;
  self->agreer = sotto_agreer_new (&pair);
  sotto_secret_wipe (&pair, sizeof pair);
}

SottoEphemeral *
sotto_ephemerals_get (SottoEphemerals *self, gint64 now)
{
  sotto_ephemerals_expire (self, now);
  if (self->current == NULL)
    {
      self->current = g_new0 (SottoEphemeral, 1);
      self->current->n_refs = 1;
      self->current->made = now;
      ephemeral_draw (self->current, self->random);
    }
  self->current->n_refs++;
  return self->current;
}

void
sotto_ephemeral_unref (SottoEphemeral *self)
{
  if (--self->n_refs > 0)
    return;
  sotto_agreer_free (self->agreer);
  g_free (self);
}

bool
sotto_ephemeral_is_usable (const SottoEphemeral *self, gint64 now)
{
  return now - self->made < 2 * SOTTO_HELLO_ROTATE;
}
