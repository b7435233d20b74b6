// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/slice.h"

struct _SottoSlice
{
  GObject parent_instance;
  GListModel *source;
  guint limit;
  bool at_end;
  bool following;
  guint first;
  guint n;
};

static void sotto_slice_list_model_init (GListModelInterface *iface);

G_DEFINE_TYPE_WITH_CODE (SottoSlice,
                         sotto_slice,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, sotto_slice_list_model_init))

static GType
sotto_slice_get_item_type (GListModel *model)
{
  return g_list_model_get_item_type (SOTTO_SLICE (model)->source);
}

static guint
sotto_slice_get_n_items (GListModel *model)
{
  return SOTTO_SLICE (model)->n;
}

static gpointer
sotto_slice_get_item (GListModel *model, guint position)
{
  SottoSlice *self = SOTTO_SLICE (model);

  return position < self->n ? g_list_model_get_item (self->source, self->first + position) : NULL;
}

static void
sotto_slice_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = sotto_slice_get_item_type;
  iface->get_n_items = sotto_slice_get_n_items;
  iface->get_item = sotto_slice_get_item;
}

static void
changed (SottoSlice *self, guint position, guint removed, guint added)
{
  if (removed > 0 || added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
drop_front (SottoSlice *self, guint count)
{
  self->first += count;
  self->n -= count;
  changed (self, 0, count, 0);
}

static void
drop_back (SottoSlice *self, guint count)
{
  self->n -= count;
  changed (self, self->n, count, 0);
}

static void
keep_limit (SottoSlice *self)
{
  if (self->n <= self->limit)
    return;
  if (self->following)
    drop_front (self, self->n - self->limit);
  else
    drop_back (self, self->n - self->limit);
}

static void
grow_front (SottoSlice *self, guint missing)
{
  guint count = MIN (missing, self->first);

  self->first -= count;
  self->n += count;
  changed (self, 0, 0, count);
}

static void
grow_back (SottoSlice *self, guint missing)
{
  guint after = g_list_model_get_n_items (self->source) - (self->first + self->n);
  guint count = MIN (missing, after);

  self->n += count;
  changed (self, self->n - count, 0, count);
}

/* Up to the limit with what lies beside it, on the side it grows to first. */
static void
fill (SottoSlice *self)
{
  if (self->at_end && self->n < self->limit)
    grow_front (self, self->limit - self->n);
  if (self->n < self->limit)
    grow_back (self, self->limit - self->n);
  if (self->n < self->limit)
    grow_front (self, self->limit - self->n);
}

/* Of what came among our items no more is taken in than there is room for: for each one somebody
 * makes a row. n_before and n_after of ours stay on either side of it. */
static void
take_in (SottoSlice *self, guint position, guint n_before, guint n_after, guint added)
{
  guint room = self->limit - (self->following ? n_after : n_before);
  guint removed = self->n - n_before - n_after;

  if (added <= room)
    {
      self->n = n_before + added + n_after;
      changed (self, n_before, removed, added);
      keep_limit (self);
    }
  else if (self->following)
    {
      self->first = position + added - room;
      self->n = room + n_after;
      changed (self, 0, n_before + removed, room);
    }
  else
    {
      self->n = self->limit;
      changed (self, n_before, removed + n_after, room);
    }
}

/* What changed lies before us, after us, or among what we have. */
static void
on_source_changed (GListModel *source, guint position, guint removed, guint added, SottoSlice *self)
{
  guint end = self->first + self->n;
  guint from = MAX (position, self->first);
  guint to = CLAMP (position + removed, from, MAX (end, from));
  bool prepended = self->at_end && position == 0 && removed == 0 && self->n > 0;
  bool before = position < self->first || prepended;
  bool beyond = position > end || (position == end && self->n >= self->limit && !self->following);

  if (before)
    {
      self->first = position + added
                    + (self->first > position + removed ? self->first - position - removed : 0);
      self->n -= to - from;
      changed (self, 0, to - from, 0);
    }
  else if (!beyond)
    take_in (self, position, from - self->first, end - to, added);
  fill (self);
}

static void
sotto_slice_finalize (GObject *object)
{
  g_object_unref (SOTTO_SLICE (object)->source);
  G_OBJECT_CLASS (sotto_slice_parent_class)->finalize (object);
}

static void
sotto_slice_class_init (SottoSliceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sotto_slice_finalize;
}

static void
sotto_slice_init (SottoSlice *self)
{
}

SottoSlice *
sotto_slice_new (GListModel *source, guint limit, bool at_end)
{
  SottoSlice *self = g_object_new (SOTTO_TYPE_SLICE, NULL);
  guint total = g_list_model_get_n_items (source);

  self->source = g_object_ref (source);
  self->limit = limit;
  self->at_end = at_end;
  self->following = at_end;
  self->n = MIN (limit, total);
  self->first = at_end ? total - self->n : 0;
  g_signal_connect_object (source, "items-changed", G_CALLBACK (on_source_changed), self, 0);
  return self;
}

guint
sotto_slice_get_first (SottoSlice *self)
{
  return self->first;
}

guint
sotto_slice_get_n_source (SottoSlice *self)
{
  return g_list_model_get_n_items (self->source);
}

void
sotto_slice_move (SottoSlice *self, guint first)
{
  guint total = g_list_model_get_n_items (self->source);
  guint n = MIN (self->limit, total);
  guint old_first = self->first, old_n = self->n;

  first = MIN (first, total - n);
  self->first = first;
  self->n = n;
  if (first == old_first && n == old_n)
    return;
  if (first >= old_first + old_n || first + n <= old_first)
    {
      changed (self, 0, old_n, n);
      return;
    }
  /* Each step is told of a list that is as the step leaves it. */
  self->first = MAX (first, old_first);
  self->n = old_first + old_n - self->first;
  changed (self, 0, self->first - old_first, 0);
  if (self->first + self->n > first + n)
    drop_back (self, self->first + self->n - (first + n));
  if (self->first > first)
    grow_front (self, self->first - first);
  if (first + n > self->first + self->n)
    grow_back (self, first + n - (self->first + self->n));
}

void
sotto_slice_set_window (SottoSlice *self, guint first, guint limit)
{
  self->limit = limit;
  sotto_slice_move (self, first);
}

void
sotto_slice_set_following (SottoSlice *self, bool following)
{
  self->following = following;
}
