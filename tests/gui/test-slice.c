// SPDX-License-Identifier: GPL-3.0-or-later
/* A slice beside a copy that believes every change it is told of: both must always agree. */
#undef G_DISABLE_ASSERT
#include "gui/model/slice.h"
#include <string.h>

typedef struct
{
  GListStore *source;
  SottoSlice *slice;
  GPtrArray *copy;
  guint most; /* told to have come at once */
} Fixture;

static void
on_changed (GListModel *slice, guint position, guint removed, guint added, Fixture *self)
{
  g_assert_cmpuint (position + removed, <=, self->copy->len);
  self->most = MAX (self->most, added);
  if (removed > 0)
    g_ptr_array_remove_range (self->copy, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->copy, (int)(position + i),
                        g_list_model_get_item (slice, position + i));
}

static void
begin (Fixture *self, guint n, guint limit, bool at_end)
{
  self->most = 0;
  self->source = g_list_store_new (G_TYPE_OBJECT);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_object_new (G_TYPE_OBJECT, NULL);

      g_list_store_append (self->source, item);
    }
  self->slice = sotto_slice_new (G_LIST_MODEL (self->source), limit, at_end);
  self->copy = g_ptr_array_new_with_free_func (g_object_unref);
  on_changed (G_LIST_MODEL (self->slice), 0, 0,
              g_list_model_get_n_items (G_LIST_MODEL (self->slice)), self);
  g_signal_connect (self->slice, "items-changed", G_CALLBACK (on_changed), self);
}

static void
end (Fixture *self)
{
  g_ptr_array_unref (self->copy);
  g_assert_finalize_object (self->slice);
  g_assert_finalize_object (self->source);
}

static void
check (Fixture *self, guint limit)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->slice));
  guint first = sotto_slice_get_first (self->slice);
  guint total = g_list_model_get_n_items (G_LIST_MODEL (self->source));

  g_assert_cmpuint (n, <=, limit);
  g_assert_true (n > 0 || total == 0);
  g_assert_cmpuint (first + n, <=, total);
  g_assert_cmpuint (self->copy->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->source), first + i);

      g_assert_true (g_ptr_array_index (self->copy, i) == item);
    }
}

static void
insert (Fixture *self, guint position)
{
  g_autoptr (GObject) item = g_object_new (G_TYPE_OBJECT, NULL);

  g_list_store_insert (self->source, position, item);
}

static void
test_end (void)
{
  Fixture self;

  begin (&self, 100, 10, true);
  g_assert_cmpuint (sotto_slice_get_first (self.slice), ==, 90);
  insert (&self, 100); /* followed */
  g_assert_cmpuint (sotto_slice_get_first (self.slice), ==, 91);
  insert (&self, 0); /* before: the same items stay */
  g_assert_cmpuint (sotto_slice_get_first (self.slice), ==, 92);
  sotto_slice_set_following (self.slice, false);
  insert (&self, 102); /* waits beyond the end */
  g_assert_cmpuint (sotto_slice_get_first (self.slice), ==, 92);
  check (&self, 10);
  sotto_slice_move (self.slice, 50);
  check (&self, 10);
  g_assert_cmpuint (sotto_slice_get_n_source (self.slice), ==, 103);
  end (&self);
}

/* The first page of a history comes into an empty list, and older ones before it. */
static void
test_grows_backwards (void)
{
  Fixture self;

  begin (&self, 0, 10, true);
  insert (&self, 0);
  for (int i = 0; i < 20; i++)
    {
      insert (&self, 0);
      check (&self, 10);
    }
  g_assert_cmpuint (sotto_slice_get_first (self.slice), ==, 11);
  end (&self);
}

/* However many come at once: never more are told of than there is room for. */
static void
test_crowd (void)
{
  static const struct
  {
    bool at_end;
    guint position;
    guint first; /* then */
  } cases[] = {
    { true, 100, 990 }, { true, 95, 990 }, { true, 0, 990 },
    { false, 0, 0 },    { false, 5, 0 },   { false, 50, 0 },
  };
  gpointer crowd[900];

  for (gsize i = 0; i < G_N_ELEMENTS (crowd); i++)
    crowd[i] = g_object_new (G_TYPE_OBJECT, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture self;

      begin (&self, 100, 10, cases[i].at_end);
      g_list_store_splice (self.source, cases[i].position, 0, crowd, G_N_ELEMENTS (crowd));
      check (&self, 10);
      g_assert_cmpuint (sotto_slice_get_first (self.slice), ==, cases[i].first);
      g_assert_cmpuint (self.most, <=, 10);
      sotto_slice_set_window (self.slice, 500, 30);
      check (&self, 30);
      g_assert_cmpuint (self.copy->len, ==, 30);
      sotto_slice_set_window (self.slice, 505, 10);
      check (&self, 10);
      g_assert_cmpuint (sotto_slice_get_first (self.slice), ==, 505);
      end (&self);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (crowd); i++)
    g_object_unref (crowd[i]);
}

static void
test_anything (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);

  for (int round = 0; round < 200; round++)
    {
      guint limit = (guint)g_rand_int_range (random, 1, 12);
      Fixture self;

      begin (&self, (guint)g_rand_int_range (random, 0, 30), limit, round % 2 == 0);
      for (int step = 0; step < 60; step++)
        {
          guint total = g_list_model_get_n_items (G_LIST_MODEL (self.source));
          int what = g_rand_int_range (random, 0, 8);

          if (what < 3)
            insert (&self, (guint)g_rand_int_range (random, 0, (int)total + 1));
          else if (what < 5 && total > 0)
            g_list_store_remove (self.source, (guint)g_rand_int_range (random, 0, (int)total));
          else if (what == 5)
            sotto_slice_set_following (self.slice, g_rand_boolean (random));
          else if (what == 6 && total > 3)
            {
              guint from = (guint)g_rand_int_range (random, 0, (int)total - 3);
              gpointer come[20];
              guint n_come = (guint)g_rand_int_range (random, 0, G_N_ELEMENTS (come));

              for (guint i = 0; i < n_come; i++)
                come[i] = g_object_new (G_TYPE_OBJECT, NULL);
              g_list_store_splice (self.source, from, 3, come, n_come);
              for (guint i = 0; i < n_come; i++)
                g_object_unref (come[i]);
            }
          else
            sotto_slice_move (self.slice, (guint)g_rand_int_range (random, 0, (int)total + 3));
          check (&self, limit);
        }
      end (&self);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/slice/end", test_end);
  g_test_add_func ("/gui/slice/grows-backwards", test_grows_backwards);
  g_test_add_func ("/gui/slice/crowd", test_crowd);
  g_test_add_func ("/gui/slice/anything", test_anything);
  return g_test_run ();
}
