// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a person settled about another one, on this device and for nobody else's eyes. All zero is
 * how everybody begins.
 */
#pragma once

#include "shared/base/limits.h"
#include <stdbool.h>

typedef struct
{
  char alias[SOTTO_ALIAS_MAX + 1]; /* shown in place of the name; empty = none */
  bool favourite;
  bool muted;   /* messages come, without a sound or a notification */
  bool blocked; /* nothing is sent, nothing comes, no key of theirs is answered */
  bool forget;  /* their conversation is not kept on the disk */
} SottoContactPrefs;

typedef struct _JsonObject JsonObject;

bool sotto_contact_prefs_are_set (const SottoContactPrefs *self); /* anything at all */
/* false: the alias is no line of text, or has no end. */
bool sotto_contact_prefs_are_valid (const SottoContactPrefs *self);
void sotto_contact_prefs_write (const SottoContactPrefs *self, JsonObject *object);
bool sotto_contact_prefs_read (SottoContactPrefs *self, JsonObject *object);
