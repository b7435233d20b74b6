// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/presence.h"

#include "server/registry.h"
#include "server/session.h"
#include "server/wheel.h"

/* So many are told together, or as few as make so many bytes. */
#define HANDFUL       16
#define HANDFUL_BYTES (16 * 1024)

typedef struct
{
  SottoRecord record;
  uint8_t plain[SOTTO_FRAME_READY_MAX];
} Piece;

struct _SottoPresence
{
  SottoTimer timer; /* first */
  const SottoServices *services;
  GHashTable *pending; /* char * name → event */
  GHashTable *telling; /* the batch that is being delivered; NULL = none */
  GPtrArray *pieces;   /* the same as records of SOTTO_PRESENCE_MAX each */
  GArray *encoded;     /* SottoEncodedRecord: theirs */
  GByteArray *sealed;  /* what is about to be written */
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
  self->encoded = g_array_new (FALSE, FALSE, sizeof (SottoEncodedRecord));
  self->sealed = g_byte_array_new ();
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
  g_array_unref (self->encoded);
  g_byte_array_unref (self->sealed);
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

/* Once, for all who are told. */
static void
presence_encode (SottoPresence *self)
{
  g_array_set_size (self->encoded, self->pieces->len);
  for (guint i = 0; i < self->pieces->len; i++)
    {
      Piece *piece = g_ptr_array_index (self->pieces, i);

      g_array_index (self->encoded, SottoEncodedRecord, i) =
          (SottoEncodedRecord){ piece->plain, sotto_record_encode (&piece->record, 0, piece->plain,
                                                                   sizeof piece->plain) };
    }
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
  presence_encode (self);
}

/* A piece without what it says of its receiver. false when nothing is left. */
static bool
encode_without (const Piece *piece,
                const SottoName *own,
                Piece *out,
                SottoEncodedRecord *out_encoded)
{
  SottoRecord *others = &out->record;

  others->type = SOTTO_RECORD_PRESENCE;
  others->presence.n = 0;
  for (guint i = 0; i < piece->record.presence.n; i++)
    if (!g_str_equal (piece->record.presence.changes[i].name.str, own->str))
      others->presence.changes[others->presence.n++] = piece->record.presence.changes[i];
  *out_encoded = (SottoEncodedRecord){ out->plain, sotto_record_encode (others, 0, out->plain,
                                                                        sizeof out->plain) };
  return others->presence.n > 0;
}

/* For the few that piece `own` (from 0) is about. */
static void
seal_involved (SottoPresence *self, SottoSession *session, guint own)
{
  g_autoptr (GArray) records = g_array_copy (self->encoded);
  Piece others;

  if (!encode_without (g_ptr_array_index (self->pieces, own), &session->name, &others,
                       &g_array_index (records, SottoEncodedRecord, own)))
    g_array_remove_index (records, own);
  sotto_session_seal (session, (SottoEncodedRecord *)records->data, records->len, self->sealed);
}

static void
presence_seal (SottoPresence *self, SottoSession *session)
{
  guint own = GPOINTER_TO_UINT (g_hash_table_lookup (self->telling, session->name.str));

  if (own > 0)
    seal_involved (self, session, own - 1);
  else
    sotto_session_seal (session, (SottoEncodedRecord *)self->encoded->data, self->encoded->len,
                        self->sealed);
}

/* The next few: first all is sealed, then all is written, so that each of the two finds its own
 * code in the processor's caches. false when everybody was told. */
static bool
presence_tell_handful (SottoPresence *self, gint64 until)
{
  const SottoServices *services = self->services;
  SottoSession *sessions[HANDFUL];
  gsize ends[HANDFUL];
  guint n = sotto_registry_list (services->registry, &self->told, sessions, HANDFUL);
  guint sealed = 0;
  gsize at = 0;

  if (n == 0)
    return false;
  g_byte_array_set_size (self->sealed, 0);
  do
    {
      presence_seal (self, sessions[sealed]);
      ends[sealed++] = self->sealed->len;
    }
  while (sealed < n && self->sealed->len < HANDFUL_BYTES
         && sotto_clock_now (services->clock) < until);
  self->told = sessions[sealed - 1]->name;
  /* Who is written to may turn out to be too slow, and is gone then; nobody else of them is. */
  for (guint i = 0; i < sealed; at = ends[i++])
    sotto_session_write (sessions[i], self->sealed->data + at, ends[i] - at);
  return true;
}

/* true when everybody was told. */
static bool
presence_slice (SottoPresence *self)
{
  gint64 until = sotto_clock_now (self->services->clock) + SOTTO_SLICE;
  bool more;

  do
    more = presence_tell_handful (self, until);
  while (more && sotto_clock_now (self->services->clock) < until);
  return !more;
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
