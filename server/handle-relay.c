// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * RELAY: a raw peer datagram, forwarded by its cid to the other of the two names in whatever
 * session that has now. The server can read nothing of it. Over quota, to a slow reader or to a
 * side that has long not spoken it is dropped: datagrams may be lost, and both ends' transport
 * knows.
 */
#include "server/handlers.h"

#include "server/grants.h"
#include "server/registry.h"

#define REFUSAL_INTERVAL SOTTO_US_PER_S
/* Cids that are not the sender's and were refused within the interval; more are dropped unsaid. */
#define REFUSALS_MAX 16

/* A queue may be configured that is smaller than what RELAY fills: room for one is left. */
#define RELAY_FRAME_MAX 2048

struct _SottoRelayRefusals
{
  guint n;
  struct
  {
    guint64 cid;
    gint64 at;
  } said[REFUSALS_MAX];
};

static void
refuse (SottoSession *session, guint64 cid, SottoCode code)
{
  SottoRecord record;

  record.type = SOTTO_RECORD_RELAYNO;
  record.relayno.cid = cid;
  record.relayno.code = code;
  sotto_session_send (session, &record);
}

/* "at most one a second and cid": of a cid that is the sender's, its route remembers. */
static void
refuse_route (SottoSession *session, SottoGrantRoute *route, guint side, SottoCode code, gint64 now)
{
  if (now - route->refused[side] < REFUSAL_INTERVAL)
    return;
  route->refused[side] = now;
  refuse (session, route->cid, code);
}

/* Of any other cid the session does. */
static void
refuse_unknown (SottoSession *session, guint64 cid, gint64 now)
{
  SottoRelayRefusals *refusals = session->relay_refusals;
  guint kept = 0;

  if (refusals == NULL)
    refusals = session->relay_refusals = g_new0 (SottoRelayRefusals, 1);
  for (guint i = 0; i < refusals->n; i++)
    if (now - refusals->said[i].at < REFUSAL_INTERVAL)
      refusals->said[kept++] = refusals->said[i];
  refusals->n = kept;
  for (guint i = 0; i < kept; i++)
    if (refusals->said[i].cid == cid)
      return;
  if (kept == REFUSALS_MAX)
    return;
  refusals->said[kept].cid = cid;
  refusals->said[kept].at = now;
  refusals->n++;
  refuse (session, cid, SOTTO_UNAVAILABLE);
}

static SottoSession *
find_other (SottoSession *session, const SottoGrantRoute *route, guint side)
{
  SottoName name;

  g_strlcpy (name.str, route->names[1 - side], sizeof name.str);
  return sotto_registry_find (session->services->registry, &name);
}

static bool
over_quota (SottoSession *session, gsize n, gint64 now)
{
  return !sotto_bucket_take (&session->relay, &session->services->config->relay_rate, n, now, NULL);
}

static void
forward (SottoSession *session,
         SottoSession *to,
         SottoGrantRoute *route,
         guint side,
         const SottoRecord *record)
{
  const SottoServices *services = session->services;

  if (!route->sent[1 - side])
    {
      if (route->unasked[1 - side] >= SOTTO_RELAY_UNASKED_MAX)
        return;
      route->unasked[1 - side]++;
    }
  gsize waiting = services->output->waiting (to);
  if (waiting > SOTTO_RELAY_SLOW || waiting + RELAY_FRAME_MAX > services->config->queue)
    return;
  services->counters->relayed++;
  sotto_session_send (to, record);
}

bool
sotto_handle_relay (SottoSession *session, SottoRecord *record, gint64 now)
{
  guint64 cid = record->relay.cid;
  guint side = 0;
  bool quota = over_quota (session, record->relay.n, now);
  SottoGrantRoute *route =
      sotto_grants_find_route (session->services->grants, cid, &session->name, &side);

  if (route == NULL || !session->services->config->relay)
    {
      refuse_unknown (session, cid, now);
      return true;
    }
  route->sent[side] = true;
  SottoSession *to = find_other (session, route, side);
  if (quota)
    refuse_route (session, route, side, SOTTO_QUOTA, now);
  else if (to == NULL)
    refuse_route (session, route, side, SOTTO_OFFLINE, now);
  else
    forward (session, to, route, side, record);
  return false;
}
