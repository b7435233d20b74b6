// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/search.h"

struct _SottoSearch
{
  GObject parent_instance;
  SottoSearchState state;
  char *words;
  GPtrArray *findings;
  bool has_more;
};

static void sotto_search_list_model_init (GListModelInterface *iface);

G_DEFINE_TYPE_WITH_CODE (SottoSearch,
                         sotto_search,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, sotto_search_list_model_init))

static guint changed_signal;

static GType
sotto_search_get_item_type (GListModel *model)
{
  return SOTTO_TYPE_FINDING;
}

static guint
sotto_search_get_n_items (GListModel *model)
{
  return SOTTO_SEARCH (model)->findings->len;
}

static gpointer
sotto_search_get_item (GListModel *model, guint position)
{
  SottoSearch *self = SOTTO_SEARCH (model);

  return position < self->findings->len
             ? g_object_ref (g_ptr_array_index (self->findings, position))
             : NULL;
}

static void
sotto_search_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = sotto_search_get_item_type;
  iface->get_n_items = sotto_search_get_n_items;
  iface->get_item = sotto_search_get_item;
}

static void
sotto_search_finalize (GObject *object)
{
  SottoSearch *self = SOTTO_SEARCH (object);

  g_ptr_array_unref (self->findings);
  g_free (self->words);
  G_OBJECT_CLASS (sotto_search_parent_class)->finalize (object);
}

static void
sotto_search_class_init (SottoSearchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sotto_search_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
sotto_search_init (SottoSearch *self)
{
  self->words = g_strdup ("");
  self->findings = g_ptr_array_new_with_free_func (g_object_unref);
}

SottoSearch *
sotto_search_new (void)
{
  return g_object_new (SOTTO_TYPE_SEARCH, NULL);
}

SottoSearchState
sotto_search_get_state (SottoSearch *self)
{
  return self->state;
}

const char *
sotto_search_get_words (SottoSearch *self)
{
  return self->words;
}

bool
sotto_search_get_has_more (SottoSearch *self)
{
  return self->has_more;
}

static void
become (SottoSearch *self,
        SottoSearchState state,
        const char *words,
        GPtrArray *take_findings,
        bool has_more)
{
  g_autoptr (GPtrArray) before = self->findings;
  g_autofree char *old_words = self->words;

  self->state = state;
  self->words = g_strdup (words);
  self->findings = take_findings;
  self->has_more = has_more;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before->len, self->findings->len);
  g_signal_emit (self, changed_signal, 0);
}

static GPtrArray *
nothing (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

void
sotto_search_show (SottoSearch *self, const char *words, GPtrArray *take_findings, bool has_more)
{
  become (self, SOTTO_SEARCH_FOUND, words, take_findings, has_more);
}

void
sotto_search_fail (SottoSearch *self)
{
  become (self, SOTTO_SEARCH_FAILED, "", nothing (), false);
}

void
sotto_search_clear (SottoSearch *self)
{
  become (self, SOTTO_SEARCH_IDLE, "", nothing (), false);
}
