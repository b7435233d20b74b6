// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/failures.h"

#include "shared/base/limits.h"

typedef struct
{
  SottoSource source;
  guint failures; /* beyond the allowed ones */
  gint64 blocked_until;
} FailedSource;

typedef struct
{
  SottoName name; /* the key */
  guint failures;
  gint64 window_ends;
  guint n_sources;
  guint oldest; /* the next to be overwritten once all are taken */
  FailedSource sources[SOTTO_FAILED_SOURCES_MAX];
} FailedName;

struct _SottoFailures
{
  GHashTable *names; /* the name in its FailedName → FailedName */
};

SottoFailures *
sotto_failures_new (void)
{
  SottoFailures *self = g_new0 (SottoFailures, 1);

  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  return self;
}

void
sotto_failures_free (SottoFailures *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->names);
  g_free (self);
}

static gboolean
has_healed (gpointer key, gpointer value, gpointer now)
{
  const FailedName *failed = value;

  return failed->window_ends <= *(const gint64 *)now;
}

void
sotto_failures_sweep (SottoFailures *self, gint64 now)
{
  g_hash_table_foreach_remove (self->names, has_healed, &now);
}

static FailedName *
failures_obtain (SottoFailures *self, const SottoName *name, gint64 now)
{
  FailedName *failed = g_hash_table_lookup (self->names, name->str);

  if (failed != NULL)
    return failed;
  if (g_hash_table_size (self->names) >= SOTTO_FAILED_NAMES_MAX)
    sotto_failures_sweep (self, now);
  /* Still full: somebody guesses at many names at once, and the per-source limits hold him. */
  if (g_hash_table_size (self->names) >= SOTTO_FAILED_NAMES_MAX)
    return NULL;
  failed = g_new0 (FailedName, 1);
  failed->name = *name;
  failed->window_ends = now + SOTTO_ACCOUNT_WINDOW;
  g_hash_table_insert (self->names, failed->name.str, failed);
  return failed;
}

static FailedSource *
find_source (FailedName *failed, const SottoSource *source)
{
  for (guint i = 0; i < failed->n_sources; i++)
    if (sotto_source_equal (&failed->sources[i].source, source))
      return &failed->sources[i];
  return NULL;
}

static FailedSource *
obtain_source (FailedName *failed, const SottoSource *source)
{
  FailedSource *found = find_source (failed, source);

  if (found != NULL)
    return found;
  if (failed->n_sources < SOTTO_FAILED_SOURCES_MAX)
    found = &failed->sources[failed->n_sources++];
  else
    {
      found = &failed->sources[failed->oldest];
      failed->oldest = (failed->oldest + 1) % SOTTO_FAILED_SOURCES_MAX;
    }
  *found = (FailedSource){ .source = *source };
  return found;
}

void
sotto_failures_note (SottoFailures *self,
                     const SottoName *name,
                     const SottoSource *source,
                     gint64 now)
{
  FailedName *failed = failures_obtain (self, name, now);

  if (failed == NULL)
    return;
  if (failed->window_ends <= now)
    {
      failed->failures = 0;
      failed->n_sources = 0;
      failed->window_ends = now + SOTTO_ACCOUNT_WINDOW;
    }
  FailedSource *at = obtain_source (failed, source);
  if (++failed->failures < SOTTO_ACCOUNT_FAILURES)
    return;

  gint64 delay = SOTTO_US_PER_S << MIN (at->failures, 20);
  at->failures++;
  at->blocked_until = now + MIN (delay, SOTTO_ACCOUNT_WINDOW);
  failed->window_ends = MAX (failed->window_ends, at->blocked_until + SOTTO_ACCOUNT_WINDOW);
}

gint64
sotto_failures_wait (const SottoFailures *self,
                     const SottoName *name,
                     const SottoSource *source,
                     gint64 now)
{
  FailedName *failed = g_hash_table_lookup (self->names, name->str);

  if (failed == NULL || failed->window_ends <= now)
    return 0;
  const FailedSource *at = find_source (failed, source);
  return at != NULL ? MAX (at->blocked_until - now, 0) : 0;
}
