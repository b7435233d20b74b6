// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What stands in a conversation and nobody said: a record of its own kind, kept at its place in
 * time. Its words are not kept; they are made when it is shown, in the language of that moment.
 */
#pragma once

#include "shared/base/types.h"
#include <stdbool.h>

/* The numbers are those of the disk, above those of the wire's records. */
typedef enum
{
  SOTTO_REMARK_NONE = 0,
  SOTTO_REMARK_KEY_CHANGED = 0xf0, /* theirs is another than the one that is pinned */
  SOTTO_REMARK_KEY_ACCEPTED = 0xf1 /* a person compared, and it is pinned now */
} SottoRemark;

/* Of a record's kind; NONE when it is none that this program knows. */
SottoRemark sotto_remark_of_kind (int kind);
const char *sotto_remark_to_name (SottoRemark remark); /* "key_changed"; NULL of NONE */
/* A sentence for people, translated; caller frees. */
char *sotto_remark_dup_sentence (SottoRemark remark, const char *peer);
