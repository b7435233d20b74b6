// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/presenter/history-presenter.h"
#include <string.h>

struct _SottoHistoryPresenter
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoConversationPresenter *conversations;
};

G_DEFINE_TYPE (SottoHistoryPresenter, sotto_history_presenter, G_TYPE_OBJECT)

static guint exported_signal;

typedef struct
{
  SottoHistoryPresenter *presenter;
  char *path;
} Export;

static void
export_free (Export *self)
{
  g_object_unref (self->presenter);
  g_free (self->path);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Export, export_free)

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Export) export = data;
  g_autoptr (GError) error = NULL;

  sotto_engine_export_finish (SOTTO_ENGINE (source), result, &error);
  g_signal_emit (export->presenter, exported_signal, 0, export->path,
                 error != NULL ? error->message : NULL);
}

static SottoExportFormat
format_of (const char *kind)
{
  static const char *const kinds[] = {
    [SOTTO_EXPORT_TEXT] = "text", [SOTTO_EXPORT_HTML] = "html", [SOTTO_EXPORT_JSON] = "json"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i], kind) == 0)
      return (SottoExportFormat)i;
  g_return_val_if_reached (SOTTO_EXPORT_TEXT);
}

static void
sotto_history_presenter_dispose (GObject *object)
{
  SottoHistoryPresenter *self = SOTTO_HISTORY_PRESENTER (object);

  g_clear_object (&self->conversations);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (sotto_history_presenter_parent_class)->dispose (object);
}

static void
sotto_history_presenter_class_init (SottoHistoryPresenterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_history_presenter_dispose;
  exported_signal = g_signal_new ("exported", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
sotto_history_presenter_init (SottoHistoryPresenter *self)
{
}

SottoHistoryPresenter *
sotto_history_presenter_new (SottoEngine *engine, SottoConversationPresenter *conversations)
{
  SottoHistoryPresenter *self = g_object_new (SOTTO_TYPE_HISTORY_PRESENTER, NULL);

  self->engine = g_object_ref (engine);
  self->conversations = g_object_ref (conversations);
  return self;
}

void
sotto_history_presenter_export (SottoHistoryPresenter *self,
                                const char *name,
                                const char *path,
                                const char *kind)
{
  Export *export = g_new (Export, 1);

  export->presenter = g_object_ref (self);
  export->path = g_strdup (path);
  sotto_engine_export_async (self->engine, name, path, format_of (kind), NULL, exported_cb, export);
}

bool
sotto_history_presenter_keeps_nothing (SottoHistoryPresenter *self, const char *name)
{
  SottoContactPrefs prefs = { 0 };

  return sotto_engine_get_contact_prefs (self->engine, name, &prefs) && prefs.forget;
}

void
sotto_history_presenter_keep_nothing (SottoHistoryPresenter *self, const char *name, bool nothing)
{
  SottoContactPrefs prefs = { 0 };

  if (!sotto_engine_get_contact_prefs (self->engine, name, &prefs) || prefs.forget == nothing)
    return;
  prefs.forget = nothing;
  sotto_engine_set_contact_prefs (self->engine, name, &prefs);
}

void
sotto_history_presenter_clear (SottoHistoryPresenter *self, const char *name)
{
  sotto_engine_forget_conversation (self->engine, name);
  sotto_conversation_presenter_empty (self->conversations, name);
}

bool
sotto_history_presenter_has_waiting (SottoHistoryPresenter *self, const char *name)
{
  return name != NULL ? sotto_conversation_presenter_has_waiting (self->conversations, name)
                      : sotto_engine_get_outbox_size (self->engine) > 0;
}
