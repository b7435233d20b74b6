// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The identity keys that other people proved: what makes a changed key an alarm; and what was
 * settled about them. Stored under the data key, since who talks to whom is nobody's business.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/types.h"
#include "shared/client/contact-prefs.h"
#include "shared/client/vault.h"

#define SOTTO_CONTACTS_MAX       10000 /* pinned people; beyond, a stranger's key request is ignored */
#define SOTTO_CONTACTS_MAX_BYTES (8 * 1024 * 1024)

typedef struct
{
  SottoName name;
  SottoKey identity;
  gint64 since_ms;   /* of this key, unix; 0 = of before it was written down */
  gint64 changed_ms; /* another key was accepted last; 0 = never */
  bool verified;     /* a person compared the safety number */
  bool alarm;        /* another key was offered, and nobody has compared since */
  SottoKey offered;  /* with alarm */
} SottoContactEntry;

typedef struct _SottoContactBook SottoContactBook;

SottoContactBook *sotto_contact_book_new (void);
void sotto_contact_book_free (SottoContactBook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoContactBook, sotto_contact_book_free)

guint sotto_contact_book_size (const SottoContactBook *self);
SottoContactEntry *sotto_contact_book_find (SottoContactBook *self, const SottoName *name);
/* SottoContactEntry *, borrowed, by name. */
GPtrArray *sotto_contact_book_list (const SottoContactBook *self);
/* Unverified. NULL when the book is full. */
SottoContactEntry *
sotto_contact_book_add (SottoContactBook *self, const SottoName *name, const SottoKey *identity);

/* Of anybody, met or not; never NULL. */
const SottoContactPrefs *sotto_contact_book_get_prefs (const SottoContactBook *self,
                                                       const SottoName *name);
/* false when SOTTO_CONTACTS_MAX others have some. All zero is forgotten. */
bool sotto_contact_book_set_prefs (SottoContactBook *self,
                                   const SottoName *name,
                                   const SottoContactPrefs *prefs);
/* When they were last here, as far as we saw, unix; 0 = never. Kept of whoever is pinned or has
 * prefs, of nobody else: false. */
gint64 sotto_contact_book_get_seen (const SottoContactBook *self, const SottoName *name);
bool sotto_contact_book_set_seen (SottoContactBook *self, const SottoName *name, gint64 unix_ms);
void
sotto_contact_book_forget_seen (SottoContactBook *self); /* of all: it is to leave the device */
/* Who is pinned or has prefs, sorted. */
char **sotto_contact_book_dup_names (const SottoContactBook *self);

/* As text: {contacts: [pins], prefs: [settings], seen: [when]}. Both wiped by who is done with
 * them. */
char *sotto_contact_book_to_json (const SottoContactBook *self, gsize *out_n);
/* NULL with CORRUPT, "name:LINE: reason". */
SottoContactBook *
sotto_contact_book_from_json (const char *name, const char *text, gsize n, GError **error);

/* Of this vault in its folder; no file is an empty book. CORRUPT: damaged, and left as it is:
 * without its pins a changed key would pass for a new one. */
SottoContactBook *
sotto_contact_book_load (const char *folder, const SottoVault *vault, GError **error);
/* What sotto_vault_file_name (vault, SOTTO_CONTACTS_FILE) is to hold. */
GBytes *sotto_contact_book_seal (const SottoContactBook *self, const SottoVault *vault);
#define SOTTO_CONTACTS_FILE "contacts"
