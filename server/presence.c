// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/presence.h"

#include "server/registry.h"
#include "server/session.h"
#include "server/wheel.h"

struct _SottoPresence
{
  SottoTimer timer; /* first */
  const SottoServices *services;
  GHashTable *pending; /* char * name → event */
  GHashTable *telling; /* the batch that is being delivered; NULL = none */
  GPtrArray *records;  /* the same as SottoRecord, in pieces of SOTTO_PRESENCE_MAX */
  SottoName told;      /* the receiver reached so far */
  gint64 batch_began;
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
  self->records = g_ptr_array_new_with_free_func (g_free);
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
  g_ptr_array_unref (self->records);
  g_free (self);
}

/* A batch is the events of at least SOTTO_PRESENCE_BATCH. */
void
sotto_presence_note (SottoPresence *self, const SottoName *name, SottoPresenceEvent event)
{
  g_hash_table_replace (self->pending, g_strdup (name->str), GUINT_TO_POINTER (event));
  if (!sotto_timer_is_set (&self->timer))
    sotto_wheel_set (self->services->wheel, &self->timer, on_timer,
                     sotto_clock_now (self->services->clock) + SOTTO_PRESENCE_BATCH);
}

static void
presence_begin_batch (SottoPresence *self, gint64 now)
{
  GHashTableIter iter;
  gpointer name;
  gpointer event;
  SottoRecord *record = NULL;

  self->telling = self->pending;
  self->pending = events_new ();
  self->told = (SottoName){ 0 };
  self->batch_began = now;
  g_hash_table_iter_init (&iter, self->telling);
  while (g_hash_table_iter_next (&iter, &name, &event))
    {
      if (record == NULL || record->presence.n == SOTTO_PRESENCE_MAX)
        {
          record = g_new0 (SottoRecord, 1);
          record->type = SOTTO_RECORD_PRESENCE;
          g_ptr_array_add (self->records, record);
        }
      guint i = record->presence.n++;
      record->presence.changes[i].event = GPOINTER_TO_UINT (event);
      g_strlcpy (record->presence.changes[i].name.str, name,
                 sizeof record->presence.changes[i].name.str);
    }
}

/* For the few that the batch is about. */
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

static void
presence_tell (SottoPresence *self, SottoSession *session)
{
  bool own = g_hash_table_contains (self->telling, session->name.str);

  for (guint i = 0; i < self->records->len; i++)
    if (own)
      send_without_own (session, g_ptr_array_index (self->records, i));
    else
      sotto_session_send (session, g_ptr_array_index (self->records, i));
}

/* true when everybody was told. */
static bool
presence_slice (SottoPresence *self)
{
  gint64 until = sotto_clock_now (self->services->clock) + SOTTO_SLICE;
  SottoSession *session;

  while ((session = sotto_registry_next (self->services->registry, &self->told)) != NULL)
    {
      self->told = session->name;
      presence_tell (self, session);
      if (sotto_clock_now (self->services->clock) >= until)
        return false;
    }
  return true;
}

static void
on_timer (SottoTimer *timer, gint64 now)
{
  SottoPresence *self = (SottoPresence *)timer;

  if (self->telling == NULL)
    presence_begin_batch (self, now);
  bool done = presence_slice (self);
  if (done)
    {
      g_clear_pointer (&self->telling, g_hash_table_unref);
      g_ptr_array_set_size (self->records, 0);
    }
  if (!done)
    sotto_wheel_set (self->services->wheel, &self->timer, on_timer, now);
  else if (g_hash_table_size (self->pending) > 0)
    sotto_wheel_set (self->services->wheel, &self->timer, on_timer,
                     MAX (now, self->batch_began + SOTTO_PRESENCE_BATCH));
}
