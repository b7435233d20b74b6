// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * When people were last here, as far as this device saw: at their coming, at their going, when our
 * connection ends and now and then in between, since a killed program writes nothing. It is kept in
 * the contact book and said to nobody.
 */
#include "shared/client/engine-private.h"

#include "shared/base/text.h"
#include <string.h>

#define WRITE_WAIT (10 * SOTTO_US_PER_S)  /* who comes and goes in that time shares a write */
#define LOOK_EVERY (900 * SOTTO_US_PER_S) /* at who is still here */

void
sotto_engine_see (SottoEngine *self, const SottoName *name)
{
  gint64 unix_ms = sotto_clock_unix_ms (self->clock);

  if (self->book == NULL || !sotto_contact_book_set_seen (self->book, name, unix_ms))
    return;
  self->seen_anew = true;
  self->seen_at = MIN (self->seen_at, sotto_engine_now (self) + WRITE_WAIT);
}

void
sotto_engine_see_all (SottoEngine *self)
{
  g_auto (GStrv) names = sotto_engine_dup_contacts (self);

  for (gsize i = 0; names[i] != NULL; i++)
    {
      SottoName name;
      if (sotto_name_parse (names[i], strlen (names[i]), &name)
          && sotto_roster_is_online (self->roster, &name))
        sotto_engine_see (self, &name);
    }
  self->seen_at = MIN (self->seen_at, sotto_engine_now (self) + LOOK_EVERY);
}

void
sotto_engine_seen_end (SottoEngine *self)
{
  self->seen_at = G_MAXINT64;
  if (self->seen_anew)
    sotto_engine_save_book (self);
  self->seen_anew = false;
}

void
sotto_engine_tick_seen (SottoEngine *self, gint64 now)
{
  if (now < self->seen_at)
    return;
  if (self->roster_known)
    sotto_engine_see_all (self);
  sotto_engine_seen_end (self);
  if (self->roster_known)
    self->seen_at = now + LOOK_EVERY;
}

gint64
sotto_engine_get_last_seen (SottoEngine *self, const char *peer)
{
  SottoName name;

  g_return_val_if_fail (SOTTO_IS_ENGINE (self), 0);
  if (sotto_engine_get_username (self) == NULL || !sotto_name_from_typed (peer, &name))
    return 0;
  return sotto_contact_book_get_seen (self->book, &name);
}
