// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/admission.h"

#include "server/bucket.h"
#include "server/cidr.h"
#include "server/failures.h"
#include "shared/base/limits.h"

/* "source = IPv4 address or IPv6 /64"; early drop counts neighborhoods. */
#define SOURCE_BITS_4       32
#define SOURCE_BITS_6       64
#define NEIGHBORHOOD_BITS_4 24
#define NEIGHBORHOOD_BITS_6 56

#define SWEEP_AGAIN         SOTTO_US_PER_S

typedef struct
{
  SottoSource source; /* the key */
  SottoBucket logins;
  SottoBucket signups;
  gint64 punished_until;
  gint64 suspect_until;
  guint under_way; /* logins that have begun and not ended */
} SourceState;

typedef struct
{
  SottoSource neighborhood; /* the key */
  guint connections;
} Neighborhood;

struct _SottoAdmission
{
  const SottoServerConfig *config;
  GArray *exempt; /* SottoCidr */
  GHashTable *sources;
  GHashTable *neighborhoods;
  SottoFailures *failures;
  guint unauthenticated;
  gint64 swept;
};

SottoAdmission *
sotto_admission_new (const SottoServerConfig *config)
{
  SottoAdmission *self = g_new0 (SottoAdmission, 1);

  self->config = config;
  self->exempt = g_array_new (FALSE, FALSE, sizeof (SottoCidr));
  self->sources = g_hash_table_new_full (sotto_source_hash, sotto_source_equal, NULL, g_free);
  self->neighborhoods = g_hash_table_new_full (sotto_source_hash, sotto_source_equal, NULL, g_free);
  self->failures = sotto_failures_new ();
  self->swept = G_MININT64 / 2;
  sotto_admission_reload (self);
  return self;
}

void
sotto_admission_reload (SottoAdmission *self)
{
  g_array_set_size (self->exempt, 0);
  for (char **text = self->config->exempt_sources; text != NULL && *text != NULL; text++)
    {
      SottoCidr cidr;

      if (sotto_cidr_parse (*text, &cidr))
        g_array_append_val (self->exempt, cidr);
    }
}

void
sotto_admission_free (SottoAdmission *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->exempt);
  g_hash_table_unref (self->sources);
  g_hash_table_unref (self->neighborhoods);
  sotto_failures_free (self->failures);
  g_free (self);
}

static bool
admission_exempts (const SottoAdmission *self, const SottoAddr *from)
{
  for (guint i = 0; i < self->exempt->len; i++)
    if (sotto_cidr_contains (&g_array_index (self->exempt, SottoCidr, i), from))
      return true;
  return false;
}

/* ---- Connections ---- */

/* As sshd's MaxStartups: certain refusal only at twice the number where the dice begin. */
static bool
neighborhood_is_crowded (const Neighborhood *self, guint32 dice)
{
  if (self == NULL || self->connections < SOTTO_EARLY_DROP_FROM)
    return false;
  guint64 beyond = self->connections - SOTTO_EARLY_DROP_FROM + 1;
  return dice < beyond * G_MAXUINT32 / SOTTO_EARLY_DROP_FROM;
}

bool
sotto_admission_enter (SottoAdmission *self, const SottoAddr *from, guint32 dice)
{
  SottoSource key = sotto_source_of (from, NEIGHBORHOOD_BITS_4, NEIGHBORHOOD_BITS_6);
  Neighborhood *here = g_hash_table_lookup (self->neighborhoods, &key);

  if (self->unauthenticated >= self->config->unauthenticated)
    return false;
  if (neighborhood_is_crowded (here, dice) && !admission_exempts (self, from))
    return false;
  if (here == NULL)
    {
      here = g_new0 (Neighborhood, 1);
      here->neighborhood = key;
      g_hash_table_insert (self->neighborhoods, &here->neighborhood, here);
    }
  here->connections++;
  self->unauthenticated++;
  return true;
}

void
sotto_admission_leave (SottoAdmission *self, const SottoAddr *from)
{
  SottoSource key = sotto_source_of (from, NEIGHBORHOOD_BITS_4, NEIGHBORHOOD_BITS_6);
  Neighborhood *here = g_hash_table_lookup (self->neighborhoods, &key);

  g_return_if_fail (here != NULL && self->unauthenticated > 0);
  self->unauthenticated--;
  if (--here->connections == 0)
    g_hash_table_remove (self->neighborhoods, &key);
}

guint
sotto_admission_get_unauthenticated (const SottoAdmission *self)
{
  return self->unauthenticated;
}

/* ---- Sources ---- */

static SourceState *
admission_find (const SottoAdmission *self, const SottoAddr *from)
{
  SottoSource key = sotto_source_of (from, SOURCE_BITS_4, SOURCE_BITS_6);

  return g_hash_table_lookup (self->sources, &key);
}

static SourceState *
admission_obtain (SottoAdmission *self, const SottoAddr *from, gint64 now)
{
  SottoSource key = sotto_source_of (from, SOURCE_BITS_4, SOURCE_BITS_6);
  SourceState *state = g_hash_table_lookup (self->sources, &key);

  if (state != NULL)
    return state;
  /* Milliseconds: a crowd of new sources shall not have them each time. */
  if (g_hash_table_size (self->sources) >= SOTTO_SOURCES_MAX && now - self->swept >= SWEEP_AGAIN)
    sotto_admission_sweep (self, now);
  if (g_hash_table_size (self->sources) >= SOTTO_SOURCES_MAX)
    return NULL;
  state = g_new0 (SourceState, 1);
  state->source = key;
  g_hash_table_insert (self->sources, &state->source, state);
  return state;
}

static SottoCode
refuse_for (gint64 wait, guint16 *out_retry_s)
{
  *out_retry_s = sotto_bucket_retry_s (wait);
  return SOTTO_RATE;
}

SottoCode
sotto_admission_login (SottoAdmission *self,
                       const SottoAddr *from,
                       gint64 now,
                       guint16 *out_retry_s)
{
  gint64 wait;

  if (admission_exempts (self, from))
    return SOTTO_OK;
  SourceState *state = admission_obtain (self, from, now);
  if (state == NULL) /* more sources than we remember: as if this one had had its share */
    return refuse_for (SOTTO_US_PER_S, out_retry_s);
  if (state->punished_until > now)
    return refuse_for (state->punished_until - now, out_retry_s);
  if (!sotto_bucket_take (&state->logins, &self->config->logins, 1, now, &wait))
    return refuse_for (wait, out_retry_s);
  return SOTTO_OK;
}

SottoCode
sotto_admission_signup (SottoAdmission *self,
                        const SottoAddr *from,
                        gint64 now,
                        guint16 *out_retry_s)
{
  gint64 wait;

  if (admission_exempts (self, from))
    return SOTTO_OK;
  SourceState *state = admission_obtain (self, from, now);
  if (state == NULL)
    return refuse_for (SOTTO_US_PER_S, out_retry_s);
  if (!sotto_bucket_take (&state->signups, &self->config->signups, 1, now, &wait))
    return refuse_for (wait, out_retry_s);
  return SOTTO_OK;
}

void
sotto_admission_punish (SottoAdmission *self, const SottoAddr *from, gint64 now)
{
  if (admission_exempts (self, from))
    return;
  SourceState *state = admission_obtain (self, from, now);
  if (state == NULL)
    return;
  gint64 until = MAX (state->punished_until, now) + SOTTO_PENALTY;
  state->punished_until = MIN (until, now + SOTTO_PENALTY_MAX);
}

static gboolean
source_has_healed (gpointer key, gpointer value, gpointer data)
{
  const SourceState *state = value;
  gint64 now = *(const gint64 *)data;

  return state->under_way == 0 && state->punished_until <= now && state->suspect_until <= now
         && sotto_bucket_is_full (&state->logins, now)
         && sotto_bucket_is_full (&state->signups, now);
}

/* ---- Accounts ---- */

SottoCode
sotto_admission_attempt (SottoAdmission *self,
                         const SottoName *name,
                         const SottoAddr *from,
                         gint64 now,
                         guint16 *out_retry_s)
{
  SottoSource source = sotto_source_of (from, SOURCE_BITS_4, SOURCE_BITS_6);

  if (admission_exempts (self, from))
    return SOTTO_OK;
  gint64 wait = sotto_failures_wait (self->failures, name, &source, now);
  return wait > 0 ? refuse_for (wait, out_retry_s) : SOTTO_OK;
}

void
sotto_admission_failed (SottoAdmission *self,
                        const SottoName *name,
                        const SottoAddr *from,
                        gint64 now)
{
  SottoSource source = sotto_source_of (from, SOURCE_BITS_4, SOURCE_BITS_6);

  sotto_failures_note (self->failures, name, &source, now);
  /* It has a state since it asked to log in, unless it is exempt. */
  SourceState *state = admission_find (self, from);
  if (state != NULL)
    state->suspect_until = now + SOTTO_SUSPECT;
}

bool
sotto_admission_suspects (const SottoAdmission *self, const SottoAddr *from, gint64 now)
{
  const SourceState *state = admission_find (self, from);

  return state != NULL && (state->suspect_until > now || state->under_way > 1);
}

/* Exempt sources have no state. */
void
sotto_admission_begin (SottoAdmission *self, const SottoAddr *from)
{
  SourceState *state = admission_find (self, from);

  if (state != NULL)
    state->under_way++;
}

void
sotto_admission_end (SottoAdmission *self, const SottoAddr *from)
{
  SourceState *state = admission_find (self, from);

  if (state != NULL && state->under_way > 0)
    state->under_way--;
}

void
sotto_admission_sweep (SottoAdmission *self, gint64 now)
{
  self->swept = now;
  g_hash_table_foreach_remove (self->sources, source_has_healed, &now);
  sotto_failures_sweep (self->failures, now);
}
