// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/grants.h"

#include "server/accounts.h"
#include "server/candidates.h"
#include "server/registry.h"
#include "server/session.h"
#include "shared/base/secret.h"
#include <string.h>

/* Kept Kxys: with the usual limits nobody comes near; an open configuration shall not eat memory.
 */
#define RECENT_MAX 65536
/* Looking at every route takes milliseconds when there are many. */
#define ROUTES_SWEEP (60 * SOTTO_US_PER_S)

/* The responder's copy of a grant, for its own KEYREQ that is already on the way. */
typedef struct
{
  char *key; /* "asker/peer": no name has a slash */
  guint64 sids[2];
  gint64 made;
  SottoGrant grant;
  GList link; /* in `recent`, oldest first */
} RecentGrant;

/* The newest cids that one asker got, as a ring. */
typedef struct
{
  guint64 cids[SOTTO_GRANTS_PER_ASKER];
  guint next;
  guint n;
} AskerRing;

struct _SottoGrants
{
  const SottoServices *services;
  GHashTable *recent_by_key;
  GQueue recent;
  GHashTable *routes; /* &route->cid → SottoGrantRoute, owned */
  gint64 swept;
  GHashTable *rings; /* GRefString name of an asker → AskerRing, owned */
};

static void
recent_free (gpointer p)
{
  RecentGrant *self = p;

  g_free (self->key);
  sotto_secret_wipe (self, sizeof *self);
  g_free (self);
}

static void
route_free (gpointer p)
{
  SottoGrantRoute *self = p;

  g_ref_string_release (self->names[0]);
  g_ref_string_release (self->names[1]);
  g_free (self);
}

SottoGrants *
sotto_grants_new (const SottoServices *services)
{
  SottoGrants *self = g_new0 (SottoGrants, 1);

  self->services = services;
  self->recent_by_key = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, recent_free);
  g_queue_init (&self->recent);
  self->routes = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, route_free);
  self->rings =
      g_hash_table_new_full (g_str_hash, g_str_equal, (GDestroyNotify)g_ref_string_release, g_free);
  return self;
}

void
sotto_grants_free (SottoGrants *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->recent_by_key);
  g_hash_table_unref (self->routes);
  g_hash_table_unref (self->rings);
  g_free (self);
}

/* ---- Repeats ---- */

static void
recent_drop (SottoGrants *self, RecentGrant *recent)
{
  g_queue_unlink (&self->recent, &recent->link);
  g_hash_table_remove (self->recent_by_key, recent->key);
}

static void
recent_expire (SottoGrants *self, gint64 now)
{
  RecentGrant *oldest;

  while ((oldest = g_queue_peek_head (&self->recent)) != NULL
         && (now - oldest->made >= SOTTO_GRANT_REPEAT || self->recent.length > RECENT_MAX))
    recent_drop (self, oldest);
}

static void
recent_keep (SottoGrants *self,
             const SottoSession *asker,
             const SottoSession *peer,
             const SottoGrant *for_peer,
             gint64 now)
{
  char *key = g_strconcat (asker->name.str, "/", peer->name.str, NULL);
  RecentGrant *older = g_hash_table_lookup (self->recent_by_key, key);
  RecentGrant *recent = g_new0 (RecentGrant, 1);

  if (older != NULL)
    recent_drop (self, older);
  recent->key = key;
  recent->sids[0] = asker->sid;
  recent->sids[1] = peer->sid;
  recent->made = now;
  recent->grant = *for_peer;
  recent->link.data = recent;
  g_hash_table_insert (self->recent_by_key, recent->key, recent);
  g_queue_push_tail_link (&self->recent, &recent->link);
}

/* The grant that `peer` asked for just now and that `asker` is the responder of. */
static RecentGrant *
recent_find (SottoGrants *self, const SottoSession *asker, const SottoSession *peer, gint64 now)
{
  g_autofree char *key = g_strconcat (peer->name.str, "/", asker->name.str, NULL);
  RecentGrant *recent = g_hash_table_lookup (self->recent_by_key, key);

  if (recent == NULL || recent->sids[0] != peer->sid || recent->sids[1] != asker->sid
      || now - recent->made >= SOTTO_GRANT_REPEAT)
    return NULL;
  return recent;
}

/* ---- Routes ---- */

static void
ring_put (SottoGrants *self, const char *asker, guint64 cid)
{
  AskerRing *ring = g_hash_table_lookup (self->rings, asker);

  if (ring == NULL)
    {
      ring = g_new0 (AskerRing, 1);
      g_hash_table_insert (self->rings, g_ref_string_new_intern (asker), ring);
    }
  if (ring->n == SOTTO_GRANTS_PER_ASKER)
    g_hash_table_remove (self->routes, &ring->cids[ring->next]);
  else
    ring->n++;
  ring->cids[ring->next] = cid;
  ring->next = (ring->next + 1) % SOTTO_GRANTS_PER_ASKER;
}

static void
route_keep (SottoGrants *self, guint64 cid, const char *asker, const char *peer, gint64 now)
{
  SottoGrantRoute *route = g_new0 (SottoGrantRoute, 1);

  route->cid = cid;
  route->names[0] = g_ref_string_new_intern (asker);
  route->names[1] = g_ref_string_new_intern (peer);
  route->seen = now;
  route->refused[0] = route->refused[1] = G_MININT64 / 2;
  ring_put (self, asker, cid);
  g_hash_table_insert (self->routes, &route->cid, route);
}

SottoGrantRoute *
sotto_grants_find_route (const SottoGrants *self,
                         guint64 cid,
                         const SottoName *user,
                         guint *out_side)
{
  SottoGrantRoute *route = g_hash_table_lookup (self->routes, &cid);

  for (guint side = 0; route != NULL && side < 2; side++)
    if (g_str_equal (route->names[side], user->str))
      {
        *out_side = side;
        return route;
      }
  return NULL;
}

guint
sotto_grants_count_routes (const SottoGrants *self)
{
  return g_hash_table_size (self->routes);
}

static bool
is_online (const SottoGrants *self, const char *text)
{
  SottoName name;

  g_strlcpy (name.str, text, sizeof name.str);
  return sotto_registry_find (self->services->registry, &name) != NULL;
}

static gboolean
route_is_stale (gpointer key, gpointer value, gpointer data)
{
  SottoGrantRoute *route = value;
  const SottoGrants *self = ((gpointer *)data)[0];
  gint64 now = *(gint64 *)((gpointer *)data)[1];

  if (is_online (self, route->names[0]) && is_online (self, route->names[1]))
    route->seen = now;
  /* Who went away just after a sweep was seen by it: never too early. */
  return now - route->seen >= SOTTO_GRANT_FORGET + ROUTES_SWEEP;
}

/* A ring is kept while one of its cids is; the others it names are gone and do no harm. */
static gboolean
ring_is_stale (gpointer key, gpointer value, gpointer data)
{
  const AskerRing *ring = value;
  const SottoGrants *self = data;

  for (guint i = 0; i < ring->n; i++)
    if (g_hash_table_contains (self->routes, &ring->cids[i]))
      return FALSE;
  return TRUE;
}

void
sotto_grants_sweep (SottoGrants *self, gint64 now)
{
  recent_expire (self, now);
  if (now - self->swept < ROUTES_SWEEP)
    return;
  self->swept = now;
  g_hash_table_foreach_remove (self->routes, route_is_stale, (gpointer[]){ self, &now });
  g_hash_table_foreach_remove (self->rings, ring_is_stale, self);
}

/* ---- KEYREQ ---- */

static guint64
draw_cid (SottoGrants *self)
{
  guint64 cid;

  do
    sotto_random_fill (self->services->random, &cid, sizeof cid);
  while (g_hash_table_contains (self->routes, &cid));
  return cid;
}

static void
send_grant (SottoSession *to, const SottoGrant *grant)
{
  SottoRecord record;

  record.type = SOTTO_RECORD_KEYGRANT;
  record.grant = *grant;
  sotto_session_send (to, &record);
  sotto_secret_wipe (&record.grant, sizeof record.grant);
}

/* What `to` is told of `about`. */
static void
fill_grant (SottoGrant *grant,
            guint32 req,
            SottoRole role,
            const SottoSession *about,
            const SottoAccount *account,
            const SottoSession *to)
{
  grant->req = req;
  grant->role = role;
  grant->peer = about->name;
  grant->identity = account->identity;
  grant->ttl_s = SOTTO_GRANT_TTL_S;
  grant->n_candidates = (uint8_t)sotto_candidates_for (about, to, grant->candidates);
}

static void
grants_make (SottoGrants *self,
             SottoSession *asker,
             SottoSession *peer,
             const SottoAccount *asker_account,
             const SottoAccount *peer_account,
             guint32 req,
             gint64 now)
{
  SottoGrant for_asker = { .cid = draw_cid (self) };
  sotto_random_fill (self->services->random, &for_asker.kxy, sizeof for_asker.kxy);
  SottoGrant for_peer = for_asker;

  fill_grant (&for_asker, req, SOTTO_ROLE_INITIATOR, peer, peer_account, asker);
  fill_grant (&for_peer, 0, SOTTO_ROLE_RESPONDER, asker, asker_account, peer);
  route_keep (self, for_asker.cid, asker->name.str, peer->name.str, now);
  recent_keep (self, asker, peer, &for_peer, now);
  self->services->counters->grants++;
  /* Careful: a slow receiver is gone after its send. */
  send_grant (peer, &for_peer);
  send_grant (asker, &for_asker);
  sotto_secret_wipe (&for_asker, sizeof for_asker);
  sotto_secret_wipe (&for_peer, sizeof for_peer);
}

SottoCode
sotto_grants_request (SottoGrants *self,
                      SottoSession *asker,
                      guint32 req,
                      const SottoName *peer_name,
                      gint64 now)
{
  const SottoServices *services = self->services;
  const SottoAccount *asker_account = sotto_accounts_lookup (services->accounts, &asker->name);
  const SottoAccount *peer_account = sotto_accounts_lookup (services->accounts, peer_name);
  SottoSession *peer = sotto_registry_find (services->registry, peer_name);

  if (g_str_equal (peer_name->str, asker->name.str))
    return SOTTO_SELF;
  if (peer == NULL || peer_account == NULL || asker_account == NULL)
    return SOTTO_OFFLINE;

  recent_expire (self, now);
  RecentGrant *recent = recent_find (self, asker, peer, now);
  if (recent == NULL)
    {
      grants_make (self, asker, peer, asker_account, peer_account, req, now);
      return SOTTO_OK;
    }
  SottoGrant again = recent->grant;
  again.req = req;
  send_grant (asker, &again);
  sotto_secret_wipe (&again, sizeof again);
  return SOTTO_OK;
}
