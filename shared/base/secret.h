// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Secrets have a shape: wiped when done with, compared in constant time, never printed. SottoSecret
 * is for those of unknown length (passwords); keys are SottoKey and wiped with sotto_secret_wipe.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Heap bytes that are wiped on free. `bytes` is NUL-terminated beyond n, so a password prints as
 * text. */
typedef struct
{
  gsize n;
  char bytes[];
} SottoSecret;

void sotto_secret_wipe (void *p, gsize n);                       /* p may be NULL when n is 0 */
bool sotto_secret_equal (const void *a, const void *b, gsize n); /* constant time in n */

SottoSecret *sotto_secret_new (const char *bytes, gsize n); /* copies */
SottoSecret *sotto_secret_copy (const SottoSecret *self);   /* NULL gives NULL */
void sotto_secret_free (SottoSecret *self);                 /* wipes; NULL is fine */
void sotto_secret_wipe_string (char *s);                    /* wipes and g_frees a string */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoSecret, sotto_secret_free)
