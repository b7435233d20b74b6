// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/presence.h"

#include "server/registry.h"
#include "server/session.h"
#include "server/wheel.h"

typedef struct
{
  SottoRecord record;
  gsize n_plain;
  uint8_t plain[SOTTO_FRAME_READY_MAX];
} Piece;

struct _SottoPresence
{
  SottoTimer timer; /* first */
  const SottoServices *services;
  GHashTable *pending; /* char * name → event */
  GHashTable *telling; /* the batch that is being delivered; NULL = none */
  GPtrArray *pieces;   /* the same as records of SOTTO_PRESENCE_MAX each */
  SottoName told;      /* the receiver reached so far */
  gint64 batch_began;
  gint64 busy; /* telling the last batch took so long */
};

static void on_timer (SottoTimer *timer, gint64 now);

static GHashTable *
events_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

SottoPresence *
sotto_presence_new (const SottoServices *services)
{
  SottoPresence *self = g_new0 (SottoPresence, 1);

  self->services = services;
  self->pending = events_new ();
  self->pieces = g_ptr_array_new_with_free_func (g_free);
  self->batch_began = G_MININT64 / 2;
  return self;
}

void
sotto_presence_free (SottoPresence *self)
{
  if (self == NULL)
    return;
  sotto_wheel_cancel (self->services->wheel, &self->timer);
  g_hash_table_unref (self->pending);
  g_clear_pointer (&self->telling, g_hash_table_unref);
  g_ptr_array_unref (self->pieces);
  g_free (self);
}

/* A batch is the events of at least SOTTO_PRESENCE_BATCH, and telling has its share of the time. */
static void
presence_arm (SottoPresence *self)
{
  gint64 batch = sotto_clock_now (self->services->clock) + SOTTO_PRESENCE_BATCH;
  gint64 share = self->batch_began + SOTTO_PRESENCE_SHARE * self->busy;

  sotto_wheel_set (self->services->wheel, &self->timer, on_timer, MAX (batch, share));
}

void
sotto_presence_note (SottoPresence *self, const SottoName *name, SottoPresenceEvent event)
{
  g_hash_table_replace (self->pending, g_strdup (name->str), GUINT_TO_POINTER (event));
  if (self->telling == NULL && !sotto_timer_is_set (&self->timer))
    presence_arm (self);
}

/* Its record is full, or there is no more: it is encoded for all. */
static void
piece_close (Piece *self)
{
  self->n_plain = sotto_record_encode (&self->record, 0, self->plain, sizeof self->plain);
}

static Piece *
piece_new (SottoPresence *self)
{
  Piece *piece = g_new0 (Piece, 1);

  piece->record.type = SOTTO_RECORD_PRESENCE;
  g_ptr_array_add (self->pieces, piece);
  return piece;
}

/* From now on `telling` says in which piece (from 1) a name stands. */
static void
presence_begin_batch (SottoPresence *self, gint64 now)
{
  GHashTableIter iter;
  gpointer name;
  gpointer event;
  Piece *piece = NULL;

  self->telling = self->pending;
  self->pending = events_new ();
  self->told = (SottoName){ 0 };
  self->batch_began = now;
  self->busy = 0;
  g_hash_table_iter_init (&iter, self->telling);
  while (g_hash_table_iter_next (&iter, &name, &event))
    {
      if (piece == NULL || piece->record.presence.n == SOTTO_PRESENCE_MAX)
        piece = piece_new (self);
      guint i = piece->record.presence.n++;
      piece->record.presence.changes[i].event = GPOINTER_TO_UINT (event);
      g_strlcpy (piece->record.presence.changes[i].name.str, name,
                 sizeof piece->record.presence.changes[i].name.str);
      g_hash_table_iter_replace (&iter, GUINT_TO_POINTER (self->pieces->len));
    }
  for (guint i = 0; i < self->pieces->len; i++)
    piece_close (g_ptr_array_index (self->pieces, i));
}

/* For the few that a piece is about. */
static void
send_without_own (SottoSession *session, const SottoRecord *record)
{
  SottoRecord others;

  others.type = SOTTO_RECORD_PRESENCE;
  others.presence.n = 0;
  for (guint i = 0; i < record->presence.n; i++)
    if (!g_str_equal (record->presence.changes[i].name.str, session->name.str))
      others.presence.changes[others.presence.n++] = record->presence.changes[i];
  if (others.presence.n > 0)
    sotto_session_send (session, &others);
}

/* Written at once: it is the writing that takes the time of a slice. */
static void
presence_tell (SottoPresence *self, SottoSession *session)
{
  guint own = GPOINTER_TO_UINT (g_hash_table_lookup (self->telling, session->name.str));

  self->told = session->name;
  for (guint i = 0; i < self->pieces->len; i++)
    {
      Piece *piece = g_ptr_array_index (self->pieces, i);

      if (i + 1 == own)
        send_without_own (session, &piece->record);
      else
        sotto_session_send_encoded (session, piece->plain, piece->n_plain);
    }
  self->services->output->flush (session);
}

/* true when everybody was told. */
static bool
presence_slice (SottoPresence *self)
{
  const SottoServices *services = self->services;
  gint64 until = sotto_clock_now (services->clock) + SOTTO_SLICE;
  SottoSession *session = sotto_registry_next (services->registry, &self->told);

  while (session != NULL && sotto_clock_now (services->clock) < until)
    {
      /* Who is told may turn out to be too slow, and is gone then; nobody else is. */
      SottoSession *next = sotto_registry_after (session);

      presence_tell (self, session);
      session = next;
    }
  return session == NULL;
}

/* A batch is told without a rest but in slices, others having their turn in between; the longer it
 * took, the longer until the next. */
static void
on_timer (SottoTimer *timer, gint64 now)
{
  SottoPresence *self = (SottoPresence *)timer;
  const SottoServices *services = self->services;

  if (self->telling == NULL)
    presence_begin_batch (self, now);
  gint64 began = sotto_clock_now (services->clock);
  bool done = presence_slice (self);
  self->busy += sotto_clock_now (services->clock) - began;
  if (!done)
    {
      sotto_wheel_set_soon (services->wheel, &self->timer, on_timer);
      return;
    }
  g_clear_pointer (&self->telling, g_hash_table_unref);
  g_ptr_array_set_size (self->pieces, 0);
  if (g_hash_table_size (self->pending) > 0)
    presence_arm (self);
}
