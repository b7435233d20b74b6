// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of the fake engine share: fake-history.c is the part that remembers. */
#pragma once

#include "tests/gui/fake-engine.h"

struct _SottoEngine
{
  GObject parent_instance;
  GString *log;
  char *username;
  SottoEngineState state;
  guint n_queued;
  GPtrArray *history;
  guint n_unread;
  SottoChannelInfo info;
  gint64 seen_ms;
  bool has_locked;
  GHashTable *prefs; /* name → SottoContactPrefs */
};

void sotto_fake_engine_note (SottoEngine *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

#define SELF SottoEngine *self
#define FINISHES(wish, type, kind)                                                                 \
  type wish (SELF, GAsyncResult *result, GError **error)                                           \
  {                                                                                                \
    return g_task_propagate_##kind (G_TASK (result), error);                                       \
  }
