// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Somebody we can write to, as the list of people shows them. Setters are quiet when nothing
 * changes; otherwise the property notifies and whoever shows it redraws.
 */
#pragma once

#include "shared/base/types.h"
#include <glib-object.h>

#define SOTTO_TYPE_PERSON (sotto_person_get_type ())
G_DECLARE_FINAL_TYPE (SottoPerson, sotto_person, SOTTO, PERSON, GObject)

/* How words travel between us and them. Always what is, never what is hoped for. */
typedef enum
{
  SOTTO_PATH_NONE,    /* no channel */
  SOTTO_PATH_DIRECT,  /* straight, datagram to datagram */
  SOTTO_PATH_RELAYED, /* through the server, which still cannot read */
  SOTTO_PATH_ALARM    /* their key changed: nothing is sent */
} SottoPath;

/* What we settled about them, for our own eyes: properties of these names. */
typedef enum
{
  SOTTO_MARK_FAVOURITE,
  SOTTO_MARK_MUTED,   /* their messages are counted, and not announced */
  SOTTO_MARK_BLOCKED, /* nothing goes to them or comes from them */
  SOTTO_N_MARKS
} SottoMark;

/* What was measured of an open channel, at the moment somebody looked. */
typedef struct
{
  char theirs[64]; /* "192.0.2.7:40000"; empty when relayed */
  char ours[64];   /* as the server sees it; empty = not known */
  gint64 rtt_us;   /* 0 = not measured yet */
  gint64 key_age_us;
} SottoRoute;

/* What this device has kept of them, at the moment somebody looked. */
typedef struct
{
  bool key_known;
  gint64 key_since_ms;   /* 0 = not known */
  gint64 key_changed_ms; /* when we accepted another one; 0 = never */
  bool keeps_nothing;    /* of what is said from now on */
  bool counted;
  guint n_messages;
} SottoFacts;

SottoPerson *sotto_person_new (const char *name);

const char *sotto_person_get_name (SottoPerson *self);
const char *sotto_person_get_alias (SottoPerson *self); /* NULL when none is set */
void sotto_person_set_alias (SottoPerson *self, const char *alias);
const char *sotto_person_get_shown_name (SottoPerson *self); /* the alias, or the name */
const char *sotto_person_get_sort_key (SottoPerson *self);   /* of that, for strcmp */

bool sotto_person_get_online (SottoPerson *self);
void sotto_person_set_online (SottoPerson *self, bool online);
/* Kept people stay listed when they leave: there is a conversation with them, or we settled
 * something about them. */
bool sotto_person_get_kept (SottoPerson *self);
void sotto_person_set_kept (SottoPerson *self, bool kept);
bool sotto_person_get_mark (SottoPerson *self, SottoMark mark);
void sotto_person_set_mark (SottoPerson *self, SottoMark mark, bool set);
/* When they were last here, as far as this device saw; 0 = not known. */
gint64 sotto_person_get_seen_ms (SottoPerson *self);
void sotto_person_set_seen_ms (SottoPerson *self, gint64 unix_ms);
bool sotto_person_get_typing (SottoPerson *self);
void sotto_person_set_typing (SottoPerson *self, bool typing);

guint sotto_person_get_unread (SottoPerson *self);
void sotto_person_set_unread (SottoPerson *self, guint unread);
guint sotto_person_get_waiting (SottoPerson *self); /* own messages still queued */
void sotto_person_set_waiting (SottoPerson *self, guint waiting);

/* The last words said, by either side, and when, by the clock of whoever said them; NULL and 0 when
 * nothing was said yet. came_ms: when they came into being here, by our clock. */
const char *sotto_person_get_last_text (SottoPerson *self);
gint64 sotto_person_get_last_ms (SottoPerson *self);
gint64 sotto_person_get_last_came_ms (SottoPerson *self);
void sotto_person_set_last (SottoPerson *self, const char *text, gint64 unix_ms, gint64 came_ms);
/* Nothing was ever said, and so nothing is unread. */
void sotto_person_forget_words (SottoPerson *self);

SottoPath sotto_person_get_path (SottoPerson *self);
bool sotto_person_get_verified (SottoPerson *self);
const char *sotto_person_get_safety_number (SottoPerson *self); /* NULL before the first channel */
void sotto_person_set_channel (SottoPerson *self,
                               SottoPath path,
                               bool verified,
                               const char *safety_number);
/* NULL when there is no channel, or nobody looked. */
const SottoRoute *sotto_person_get_route (SottoPerson *self);
void sotto_person_set_route (SottoPerson *self, const SottoRoute *route);
/* NULL when nobody looked. */
const SottoFacts *sotto_person_get_facts (SottoPerson *self);
void sotto_person_set_facts (SottoPerson *self, const SottoFacts *facts);
