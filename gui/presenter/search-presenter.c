// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/presenter/search-presenter.h"
#include <string.h>

#define PAUSE_MS     180 /* between two letters of somebody who types on */
#define FINDINGS_MAX 200 /* rows made at once; whoever needs more has to say more */

struct _SottoSearchPresenter
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoSearch *search;
  char *name;  /* NULL = everybody */
  char *words; /* as typed last, without blanks round them */
  guint pause;
  GCancellable *cancellable; /* of the question under way */
};

G_DEFINE_TYPE (SottoSearchPresenter, sotto_search_presenter, G_TYPE_OBJECT)

static SottoFinding *
finding_from (const SottoHistoryRecord *record)
{
  return sotto_finding_new (record->peer.str, record->own, record->text, (gint64)record->sent_ms,
                            record->place, &record->id);
}

static void
take_answer (SottoSearchPresenter *self, GPtrArray *records)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func (g_object_unref);
  bool has_more = records->len > FINDINGS_MAX;

  for (guint i = 0; i < MIN (records->len, FINDINGS_MAX); i++)
    g_ptr_array_add (findings, finding_from (g_ptr_array_index (records, i)));
  sotto_search_show (self->search, self->words, findings, has_more);
}

/* A cancelled question still calls back, but then looks at nothing of ours. */
static void
search_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records =
      sotto_engine_search_finish (SOTTO_ENGINE (source), result, &error);
  SottoSearchPresenter *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = data;
  g_clear_object (&self->cancellable);
  if (records != NULL)
    take_answer (self, records);
  else
    sotto_search_fail (self->search);
}

static gboolean
ask_cb (gpointer data)
{
  SottoSearchPresenter *self = data;

  self->pause = 0;
  self->cancellable = g_cancellable_new ();
  sotto_engine_search_async (self->engine, self->words, self->name, FINDINGS_MAX + 1,
                             self->cancellable, search_cb, self);
  return G_SOURCE_REMOVE;
}

/* What was asked before is of no use any more. */
static void
stop (SottoSearchPresenter *self)
{
  g_clear_handle_id (&self->pause, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
sotto_search_presenter_dispose (GObject *object)
{
  SottoSearchPresenter *self = SOTTO_SEARCH_PRESENTER (object);

  stop (self);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->words, g_free);
  g_clear_object (&self->search);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (sotto_search_presenter_parent_class)->dispose (object);
}

static void
sotto_search_presenter_class_init (SottoSearchPresenterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_search_presenter_dispose;
}

static void
sotto_search_presenter_init (SottoSearchPresenter *self)
{
}

SottoSearchPresenter *
sotto_search_presenter_new (SottoEngine *engine)
{
  SottoSearchPresenter *self = g_object_new (SOTTO_TYPE_SEARCH_PRESENTER, NULL);

  self->engine = g_object_ref (engine);
  self->search = sotto_search_new ();
  return self;
}

SottoSearch *
sotto_search_presenter_get_search (SottoSearchPresenter *self)
{
  return self->search;
}

void
sotto_search_presenter_look_for (SottoSearchPresenter *self, const char *name, const char *words)
{
  stop (self);
  g_free (self->name);
  g_free (self->words);
  self->name = *name != '\0' ? g_strdup (name) : NULL;
  self->words = g_strstrip (g_strdup (words));
  if (*self->words == '\0')
    sotto_search_clear (self->search);
  else
    self->pause = g_timeout_add (PAUSE_MS, ask_cb, self);
}
