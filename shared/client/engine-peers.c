// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The channels in use: pumped at the end of each turn and reaped there too, so that none dies while
 * it is being looked at; what their opening and closing means for the contact.
 */
#include "shared/client/engine-private.h"

/* Of one line, one after the other: about a train. And of all, then the window has its turn. */
#define LINE_BYTES (64 * 1024)
#define TURN_BYTES (256 * 1024)
/* While the kernel takes nothing, what is due cannot leave: no use to look all the time. */
#define BLOCKED_PAUSE (10 * SOTTO_US_PER_MS)

SottoContact *
sotto_engine_get_contact (SottoEngine *self, const SottoName *name, bool make)
{
  SottoContact *contact = g_hash_table_lookup (self->contacts, name->str);

  if (contact == NULL && make && g_hash_table_size (self->contacts) < SOTTO_CONTACTS_MAX)
    {
      contact = sotto_contact_new (name);
      contact->blocked = sotto_engine_is_blocked (self, name);
      g_hash_table_insert (self->contacts, contact->name.str, contact);
    }
  return contact;
}

SottoLine *
sotto_engine_get_line (SottoEngine *self, uint64_t cid)
{
  SottoLine *line = g_hash_table_lookup (self->lines, &cid);

  return line == NULL || line->dead ? NULL : line;
}

/* --- Out --- */

static void
send_relayed (SottoEngine *self, uint64_t cid, const uint8_t *datagram, gsize n)
{
  SottoRecord record = { .type = SOTTO_RECORD_RELAY,
                         .relay = { .cid = cid, .datagram = datagram, .n = n } };

  sotto_engine_send_record (self, &record);
}

/* Where the next datagram is written; NULL = not now. What goes by RELAY needs no room in the port,
 * and a CLOSE has no later. */
static uint8_t *
find_room (SottoEngine *self, const SottoLine *line, uint8_t *spare)
{
  bool waits = !line->relayed && sotto_channel_get_state (line->channel) != SOTTO_CHANNEL_CLOSED;
  uint8_t *room = self->port == NULL ? spare : sotto_port_reserve (self->port);

  return room != NULL || waits ? room : spare;
}

/* Bytes, of what is left of the turn. A CLOSE has no later. */
static gsize
share_of (SottoEngine *self, const SottoLine *line)
{
  bool closed = sotto_channel_get_state (line->channel) == SOTTO_CHANNEL_CLOSED;

  return closed || !sotto_engine_turn_is_full (self) ? LINE_BYTES : 0;
}

static bool
transmit (SottoEngine *self, SottoLine *line, gint64 now)
{
  uint8_t spare[SOTTO_DATAGRAM_MAX], *room;
  SottoPath to;
  gsize n, n_sent = 0, share = share_of (self, line);

  while (n_sent < share && (room = find_room (self, line, spare)) != NULL
         && (n = sotto_channel_transmit (line->channel, now, &to, room)) > 0)
    {
      if (sotto_path_is_relay (&to))
        send_relayed (self, line->grant.cid, room, n);
      else if (room != spare)
        sotto_port_put (self->port, &to.addr, n);
      else if (self->port != NULL)
        sotto_port_send (self->port, &to.addr, room, n);
      n_sent += n;
    }
  self->turn_bytes += n_sent;
  return n_sent > 0;
}

/* --- Ends --- */

static void
detach (SottoEngine *self, SottoLine *line)
{
  SottoContact *contact = line->contact;

  sotto_engine_cut_files (self, line);
  line->dead = true;
  line->contact = NULL;
  if (contact == NULL)
    return;
  if (contact->open == line)
    contact->open = NULL;
  if (contact->opening == line)
    contact->opening = NULL;
}

void
sotto_engine_close_line (SottoEngine *self, SottoLine *line, SottoCode code)
{
  SottoContact *contact = line->contact;
  bool was_in_use = contact != NULL && contact->open == line;
  gint64 now = sotto_engine_now (self);

  if (line->dead)
    return;
  sotto_channel_close (line->channel, code, now);
  transmit (self, line, now);
  detach (self, line);
  sotto_engine_wake (self);
  if (was_in_use)
    {
      sotto_engine_stop_typing (self, contact);
      sotto_engine_emit_channel (self, contact, SOTTO_PEER_CHANNEL_CLOSED, line->relayed);
    }
}

/* A newer one took its place: to a person the conversation goes on. */
void
sotto_engine_replace_line (SottoEngine *self, SottoLine *line)
{
  if (line == NULL)
    return;
  detach (self, line);
  sotto_channel_close (line->channel, SOTTO_OK, sotto_engine_now (self));
  transmit (self, line, sotto_engine_now (self));
}

void
sotto_engine_close_lines (SottoEngine *self, SottoCode code)
{
  GHashTableIter iter;
  gpointer line;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &line))
    sotto_engine_close_line (self, line, code);
}

void
sotto_engine_reap_lines (SottoEngine *self)
{
  GHashTableIter iter;
  gpointer line;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &line))
    {
      if (!((SottoLine *)line)->dead)
        continue;
      g_hash_table_iter_remove (&iter);
      sotto_line_free (line);
    }
}

static void
on_closed (SottoEngine *self, SottoLine *line)
{
  SottoContact *contact = line->contact;
  bool was_in_use = contact != NULL && contact->open == line;

  detach (self, line);
  if (contact == NULL)
    return;
  if (was_in_use)
    {
      sotto_engine_stop_typing (self, contact);
      sotto_engine_emit_channel (self, contact, SOTTO_PEER_CHANNEL_CLOSED, line->relayed);
    }
  if (line->useful)
    sotto_key_ask_rewarded (&contact->ask);
  sotto_key_ask_soon (&contact->ask, sotto_engine_now (self));
  if (sotto_contact_is_idle (contact))
    g_hash_table_remove (self->contacts, contact->name.str);
}

/* --- Open --- */

static void
on_open (SottoEngine *self, SottoLine *line, const SottoPath *path)
{
  SottoContact *contact = line->contact;
  gint64 now = sotto_engine_now (self);

  if (contact == NULL)
    return;
  /* OPEN has proved it. */
  if (!sotto_engine_pin_identity (self, contact, &line->grant.identity))
    {
      sotto_engine_close_line (self, line, SOTTO_OK);
      return;
    }
  if (contact->opening == line)
    contact->opening = NULL;
  sotto_engine_replace_line (self, contact->open);
  contact->open = line;
  contact->met = true;
  line->open = true;
  line->stale = false; /* whoever proved the key is there now */
  line->opened_at = now;
  line->relayed = sotto_path_is_relay (path);
  sotto_engine_emit_channel (self, contact, SOTTO_PEER_CHANNEL_OPEN, line->relayed);
  sotto_key_ask_defer (&contact->ask, now);
  sotto_outbox_rewind (contact->outbox);
  sotto_engine_repeat_read (self, contact);
  sotto_engine_tell_withdrawn (self, &contact->name);
  sotto_engine_deliver (self, contact);
}

static void
on_path (SottoEngine *self, SottoLine *line, const SottoPath *path)
{
  bool relayed = sotto_path_is_relay (path);

  if (line->relayed == relayed || line->contact == NULL || line->contact->open != line)
    return;
  line->relayed = relayed;
  sotto_engine_emit_channel (self, line->contact, SOTTO_PEER_CHANNEL_OPEN, relayed);
  if (relayed)
    sotto_engine_seek_address (self);
}

void
sotto_engine_read_line (SottoEngine *self, SottoLine *line)
{
  SottoCode code = sotto_line_read (line, sotto_engine_now (self), sotto_engine_on_message, self);

  if (code != SOTTO_OK)
    sotto_engine_close_line (self, line, code);
}

static void
on_channel_event (SottoEngine *self, SottoLine *line, const SottoChannelEvent *event)
{
  switch (event->type)
    {
    case SOTTO_CHANNEL_EVENT_OPEN:
      on_open (self, line, &event->path);
      break;
    case SOTTO_CHANNEL_EVENT_CLOSED:
      on_closed (self, line);
      break;
    case SOTTO_CHANNEL_EVENT_PATH:
      on_path (self, line, &event->path);
      break;
    case SOTTO_CHANNEL_EVENT_READABLE:
      if (event->stream == 0)
        {
          line->stale = false;
          sotto_engine_read_line (self, line);
        }
      else
        sotto_engine_on_stream (self, line, event);
      break;
    case SOTTO_CHANNEL_EVENT_SENT:
      if (event->stream == 0)
        {
          sotto_line_set_left (line, event->offset);
          sotto_engine_on_left (self, line);
        }
      else
        sotto_engine_on_stream (self, line, event);
      break;
    case SOTTO_CHANNEL_EVENT_NOTICE:
      if (line->contact != NULL && line->contact->open == line)
        sotto_engine_on_notice (self, line->contact, event->notice);
      break;
    case SOTTO_CHANNEL_EVENT_WRITABLE: /* stream 0 takes everything */
    case SOTTO_CHANNEL_EVENT_RESET:    /* and has no end */
      sotto_engine_on_stream (self, line, event);
      break;
    }
}

static bool
pump (SottoEngine *self, SottoLine *line, gint64 now)
{
  SottoChannelEvent event;
  bool moved = transmit (self, line, now);

  while (!line->dead && sotto_channel_next_event (line->channel, &event))
    {
      on_channel_event (self, line, &event);
      moved = true;
    }
  return moved;
}

bool
sotto_engine_pump_lines (SottoEngine *self)
{
  gint64 now = sotto_engine_now (self);
  GHashTableIter iter;
  gpointer line;
  bool moved = false;

  /* Events make no lines and free none, so the table stands still meanwhile. */
  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &line))
    {
      if (!((SottoLine *)line)->dead)
        moved |= pump (self, line, now);
    }
  if (self->port != NULL)
    sotto_port_flush (self->port);
  return moved && !sotto_engine_turn_is_full (self);
}

bool
sotto_engine_turn_is_full (SottoEngine *self)
{
  return self->turn_bytes >= TURN_BYTES;
}

void
sotto_engine_tick_lines (SottoEngine *self, gint64 now)
{
  SottoBinding *binding = self->session == NULL ? NULL : sotto_session_get_binding (self->session);
  uint8_t datagram[SOTTO_DATAGRAM_MAX];
  GHashTableIter iter;
  gpointer value;
  SottoAddr server;
  gsize n;

  if (binding != NULL && (n = sotto_binding_transmit (binding, now, datagram)) > 0
      && sotto_link_get_remote (self->link, &server))
    {
      server.port = sotto_session_get_udp_port (self->session);
      if (server.port != 0)
        sotto_port_send (self->port, &server, datagram, n);
    }
  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SottoLine *line = value;
      if (!line->dead && now >= sotto_channel_deadline (line->channel))
        sotto_channel_tick (line->channel, now);
    }
}

gint64
sotto_engine_peers_deadline (SottoEngine *self)
{
  gint64 deadline = G_MAXINT64;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    deadline = MIN (deadline, sotto_channel_deadline (((SottoLine *)value)->channel));
  if (self->port != NULL && sotto_port_is_blocked (self->port))
    deadline = MAX (deadline, sotto_engine_now (self) + BLOCKED_PAUSE);
  if (self->state != SOTTO_ENGINE_READY)
    return deadline;
  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SottoContact *contact = value;
      deadline = MIN (deadline, sotto_engine_asks_at (self, contact));
    }
  return deadline;
}
