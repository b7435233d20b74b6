// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/allowances.h"

#include "shared/base/limits.h"

struct _SottoAllowances
{
  GHashTable *by_name; /* the name in its SottoAllowance → SottoAllowance */
  gint64 swept;        /* last, because there was no room */
};

SottoAllowances *
sotto_allowances_new (void)
{
  SottoAllowances *self = g_new0 (SottoAllowances, 1);

  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  return self;
}

void
sotto_allowances_free (SottoAllowances *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_name);
  g_free (self);
}

static gboolean
is_as_new (gpointer name, gpointer value, gpointer now)
{
  const SottoAllowance *allowance = value;

  return sotto_bucket_is_full (&allowance->key_requests, *(const gint64 *)now)
         && sotto_bucket_is_full (&allowance->changes, *(const gint64 *)now);
}

void
sotto_allowances_sweep (SottoAllowances *self, gint64 now)
{
  g_hash_table_foreach_remove (self->by_name, is_as_new, &now);
}

/* A full table is looked through once a second, not at each request. */
static bool
has_room (SottoAllowances *self, gint64 now)
{
  if (g_hash_table_size (self->by_name) >= SOTTO_ALLOWANCES_MAX
      && now - self->swept >= SOTTO_US_PER_S)
    {
      self->swept = now;
      sotto_allowances_sweep (self, now);
    }
  return g_hash_table_size (self->by_name) < SOTTO_ALLOWANCES_MAX;
}

SottoAllowance *
sotto_allowances_get (SottoAllowances *self, const SottoName *name, gint64 now)
{
  SottoAllowance *allowance = g_hash_table_lookup (self->by_name, name->str);

  if (allowance == NULL && has_room (self, now))
    {
      allowance = g_new0 (SottoAllowance, 1);
      allowance->name = *name;
      g_hash_table_insert (self->by_name, allowance->name.str, allowance);
    }
  return allowance;
}

guint
sotto_allowances_get_count (const SottoAllowances *self)
{
  return g_hash_table_size (self->by_name);
}
