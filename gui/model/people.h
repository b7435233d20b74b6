// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Everybody we know of, as a GListModel of SottoPerson: favourites by name, then conversations, the
 * latest first, then who is here and who is not, by name; and only those whose name or alias holds
 * what was typed as filter. Somebody who left goes, unless there is a conversation or something was
 * settled about them.
 */
#pragma once

#include "gui/model/person.h"
#include <gio/gio.h>

#define SOTTO_TYPE_PEOPLE (sotto_people_get_type ())
G_DECLARE_FINAL_TYPE (SottoPeople, sotto_people, SOTTO, PEOPLE, GObject)

SottoPeople *sotto_people_new (void);

/* Borrowed. `ensure` makes the person, offline, when unknown. */
SottoPerson *sotto_people_find (SottoPeople *self, const char *name);
SottoPerson *sotto_people_ensure (SottoPeople *self, const char *name);
/* The person's place in the list, -1 where it does not list them. */
int sotto_people_get_position (SottoPeople *self, SottoPerson *person);

/* `own` is never listed: one does not write to oneself. */
void sotto_people_set_own_name (SottoPeople *self, const char *own);
/* Exactly these are here now; everybody else is not. */
void sotto_people_set_online (SottoPeople *self, const char *const *names, gsize n_names);
void sotto_people_join (SottoPeople *self, const char *name);
void sotto_people_leave (SottoPeople *self, const char *name);
void sotto_people_clear (SottoPeople *self);
/* Nothing was ever said with anybody. */
void sotto_people_forget_words (SottoPeople *self);
/* With whom nothing was said since then, nothing was; what waits for its receiver counts. */
void sotto_people_expire (SottoPeople *self, gint64 before_ms);

/* While held no row moves away from under a pointer; who would have moved does so afterwards. */
void sotto_people_hold (SottoPeople *self, bool held);
void sotto_people_set_filter (SottoPeople *self, const char *filter);
guint sotto_people_get_n_known (SottoPeople *self); /* filtered out ones too */
/* Of everybody who is not muted; "unread" is emitted when it may have changed. */
guint sotto_people_get_n_unread (SottoPeople *self);
