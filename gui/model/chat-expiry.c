// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/chat-private.h"

static bool
waits (SottoBubble *bubble)
{
  SottoFilePart *file = sotto_bubble_get_file (bubble);

  return sotto_bubble_get_state (bubble) == SOTTO_BUBBLE_QUEUED
         || (file != NULL && sotto_file_part_is_own (file)
             && sotto_file_part_get_state (file) < SOTTO_FILE_PART_DONE);
}

/* How many in a row from there on are too old, and whether they wait. */
static guint
count_old (SottoChat *self, guint from, gint64 before_ms, bool waiting)
{
  guint n = 0;

  while (from + n < self->bubbles->len
         && sotto_bubble_get_came_ms (sotto_chat_at (self, from + n)) < before_ms
         && waits (sotto_chat_at (self, from + n)) == waiting)
    n++;
  return n;
}

void
sotto_chat_expire (SottoChat *self, gint64 before_ms)
{
  guint from = 0, gone, stay;

  do
    {
      gone = count_old (self, from, before_ms, false);
      sotto_chat_drop (self, from, gone);
      stay = count_old (self, from, before_ms, true);
      from += stay;
    }
  while (gone + stay > 0);
}
