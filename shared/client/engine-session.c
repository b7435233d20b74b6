// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the records of a session mean: the list, presence, grants, answers; and what begins with a
 * session: a first listing that nobody asked for.
 */
#include "shared/client/engine-private.h"

#include <string.h>

bool
sotto_engine_send_record (SottoEngine *self, const SottoRecord *record)
{
  if (self->session == NULL || !sotto_session_send (self->session, record))
    return false;
  sotto_engine_wake (self);
  return true;
}

uint32_t
sotto_engine_next_req (SottoEngine *self)
{
  if (++self->last_req == 0)
    self->last_req = 1;
  return self->last_req;
}

/* --- The list --- */

static void
send_list (SottoEngine *self, const SottoName *after)
{
  SottoRecord record = { .type = SOTTO_RECORD_LIST, .list = { *after } };

  sotto_engine_send_record (self, &record);
}

static void
start_listing (SottoEngine *self, bool asked)
{
  static const SottoName start = { 0 };

  self->listing = true;
  self->listing_is_asked = asked;
  sotto_roster_list (self->roster);
  send_list (self, &start);
}

/* A listing that is under way may be older than the question: then another one follows it. Without
 * a connection the answer is that of the next attempt, which a question brings forward. */
void
sotto_engine_request_list (SottoEngine *self, bool asked)
{
  if (self->state == SOTTO_ENGINE_WAITING)
    sotto_engine_retry_now (self);
  if (self->listing || self->state != SOTTO_ENGINE_READY)
    self->list_wanted |= asked;
  else
    start_listing (self, asked);
}

void
sotto_engine_list_failed (SottoEngine *self)
{
  if (!self->list_wanted)
    return;
  self->list_wanted = false;
  sotto_engine_emit_error (self, SOTTO_CODE_UNREACHABLE, NULL);
}

static void
on_roster_change (SottoRosterChange change, const SottoName *name, gpointer data)
{
  SottoEngine *self = data;

  sotto_engine_emit_simple (
      self, change == SOTTO_ROSTER_JOINED ? SOTTO_EVENT_JOINED : SOTTO_EVENT_LEFT, name);
}

static void
emit_users (SottoEngine *self)
{
  SottoEvent event = { .type = SOTTO_EVENT_USERS };

  event.names = sotto_roster_tell (self->roster, &event.n_names);
  sotto_engine_emit (self, &event);
}

static void
on_users (SottoEngine *self, const SottoRecord *record)
{
  SottoName after;

  if (!self->listing)
    return;
  if (sotto_roster_page (self->roster, record, &after) != SOTTO_OK)
    {
      sotto_engine_lost (self, sotto_code_to_name (SOTTO_PROTOCOL), 0);
      return;
    }
  if (record->users.more)
    {
      send_list (self, &after);
      return;
    }
  self->listing = false;
  if (self->listing_is_asked)
    emit_users (self);
  if (!self->roster_known)
    {
      self->roster_known = true;
      sotto_engine_see_all (self);
      sotto_roster_settle (self->roster, on_roster_change, self);
      sotto_engine_roster_settled (self);
    }
  if (self->list_wanted)
    {
      self->list_wanted = false;
      start_listing (self, true);
    }
}

static void
on_presence (SottoEngine *self, const SottoRecord *record)
{
  for (guint i = 0; i < record->presence.n; i++)
    {
      const SottoName *name = &record->presence.changes[i].name;
      SottoPresenceEvent event = record->presence.changes[i].event;
      bool was_online = sotto_roster_is_online (self->roster, name);
      SottoRosterChange change = sotto_roster_presence (self->roster, event, name);

      sotto_engine_see (self, name);
      if (change != SOTTO_ROSTER_NOTHING)
        on_roster_change (change, name, self);
      if (event == SOTTO_PRESENCE_CONNECTED)
        sotto_engine_peer_came (self, name, was_online);
      else
        sotto_engine_peer_left (self, name);
    }
}

/* --- Answers and the rest --- */

/* A grant may be quicker than the PRESENCE of its asker: then it is what tells that they came,
 * before anything of theirs does. */
static void
on_grant (SottoEngine *self, const SottoRecord *record)
{
  const SottoName *peer = &record->grant.peer;

  if (self->roster_known && !sotto_roster_is_online (self->roster, peer)
      && sotto_roster_presence (self->roster, SOTTO_PRESENCE_CONNECTED, peer)
             == SOTTO_ROSTER_JOINED)
    on_roster_change (SOTTO_ROSTER_JOINED, peer, self);
  sotto_engine_on_grant (self, &record->grant);
}

static void
on_relay (SottoEngine *self, const SottoRecord *record)
{
  sotto_engine_on_relay (self, record->relay.cid, record->relay.datagram, record->relay.n);
}

static void
on_relayno (SottoEngine *self, const SottoRecord *record)
{
  sotto_engine_on_relay_refused (self, record->relayno.cid, record->relayno.code);
}

static void
on_ok (SottoEngine *self, const SottoRecord *record)
{
  if (self->change.req != 0 && record->ok.req == self->change.req)
    sotto_engine_change_answered (self, SOTTO_OK);
}

static void
on_err (SottoEngine *self, const SottoRecord *record)
{
  if (self->change.req != 0 && record->err.req == self->change.req)
    sotto_engine_change_answered (self, record->err.code);
  else
    sotto_engine_on_ask_refused (self, record->err.req, record->err.code, record->err.retry_s);
}

static const struct
{
  SottoRecordType type;
  void (*take) (SottoEngine *self, const SottoRecord *record);
} handlers[] = {
  { SOTTO_RECORD_USERS, on_users },     { SOTTO_RECORD_PRESENCE, on_presence },
  { SOTTO_RECORD_KEYGRANT, on_grant },  { SOTTO_RECORD_RELAY, on_relay },
  { SOTTO_RECORD_RELAYNO, on_relayno }, { SOTTO_RECORD_OK, on_ok },
  { SOTTO_RECORD_ERR, on_err },
};

void
sotto_engine_on_record (SottoEngine *self, const SottoRecord *record)
{
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    {
      if (handlers[i].type == record->type)
        {
          handlers[i].take (self, record);
          return;
        }
    }
}

void
sotto_engine_session_begin (SottoEngine *self)
{
  sotto_engine_addresses_begin (self);
  sotto_engine_set_relay (self, NULL, true);
  sotto_roster_begin (self->roster);
  sotto_engine_asks_lost (self);
  self->roster_known = false;
  self->ask_not_before = 0;
  sotto_engine_get_own_half (self); /* before a conversation would wait for it */
  start_listing (self, false);
}
