// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A stretch of a longer list: the rows somebody can see, and some more on either side. GTK 3 makes
 * a widget for every item of a list, so a long list is shown through one of these. Whoever shows it
 * moves it; when the list itself changes it stays with the items it has. Never longer than its
 * limit.
 */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#define SOTTO_TYPE_SLICE (sotto_slice_get_type ())
G_DECLARE_FINAL_TYPE (SottoSlice, sotto_slice, SOTTO, SLICE, GObject)

/* at_end: begins with the last `limit` items, and follows what is appended, as long as it is told
 * to; otherwise with the first ones. */
SottoSlice *sotto_slice_new (GListModel *source, guint limit, bool at_end);

guint sotto_slice_get_first (SottoSlice *self);
guint sotto_slice_get_n_source (SottoSlice *self); /* how long the whole list is */
/* As near to `first` as the list allows. Only what comes and goes is told. */
void sotto_slice_move (SottoSlice *self, guint first);
/* Another limit too. */
void sotto_slice_set_window (SottoSlice *self, guint first, guint limit);
/* At the limit, appended items push the oldest out; else they wait beyond the end. */
void sotto_slice_set_following (SottoSlice *self, bool following);
