// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A queue with three cursors into it: the next to write, the next whose leaving is to be told, the
 * next to fail. RECEIVED may come in any order, hence the index by id.
 */
#include "shared/client/outbox.h"

#include "shared/base/limits.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include <string.h>

struct _SottoOutbox
{
  GQueue items;
  GHashTable *links; /* SottoId * in the item → its GList * */
  GList *next;       /* to write; NULL = all are written */
  GList *leaving;    /* the first that may not have been told as left; NULL = look from `head` */
  guint n_written;   /* or confirmed */
  guint n_confirmed;
  guint n_patient; /* written, not confirmed offers */
};

SottoOutbox *
sotto_outbox_new (void)
{
  SottoOutbox *self = g_new0 (SottoOutbox, 1);

  g_queue_init (&self->items);
  self->links = g_hash_table_new (sotto_id_hash, sotto_id_equal_func);
  return self;
}

static void
item_free (gpointer data)
{
  SottoOutboxItem *item = data;

  sotto_secret_wipe (item->body, item->n);
  g_free (item);
}

void
sotto_outbox_free (SottoOutbox *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->links);
  g_queue_clear_full (&self->items, item_free);
  g_free (self);
}

guint
sotto_outbox_size (const SottoOutbox *self)
{
  return self->items.length - self->n_confirmed;
}

guint
sotto_outbox_count_patient (const SottoOutbox *self)
{
  return self->n_patient;
}

static bool
is_patient (const SottoOutboxItem *item)
{
  return item->kind == SOTTO_MESSAGE_FILE_OFFER && item->written && !item->confirmed;
}

SottoOutboxItem *
sotto_outbox_push (SottoOutbox *self,
                   const SottoId *id,
                   SottoMessageType kind,
                   uint64_t sent_ms,
                   const char *body,
                   gsize n)
{
  SottoOutboxItem *item = g_malloc0 (sizeof *item + n + 1);

  item->id = *id;
  item->kind = kind;
  item->sent_ms = sent_ms;
  item->n = n;
  memcpy (item->body, body, n);
  g_queue_push_tail (&self->items, item);
  g_hash_table_insert (self->links, &item->id, self->items.tail);
  if (self->next == NULL)
    self->next = self->items.tail;
  return item;
}

bool
sotto_outbox_item_get_message (const SottoOutboxItem *item, SottoMessage *out)
{
  if (item->kind != SOTTO_MESSAGE_TEXT)
    return sotto_message_read_body (item->kind, &item->id, item->body, item->n, out);
  *out = (SottoMessage){ .type = SOTTO_MESSAGE_TEXT,
                         .id = item->id,
                         .text = { item->sent_ms, item->body, item->n } };
  return true;
}

SottoOutboxItem *
sotto_outbox_find (SottoOutbox *self, const SottoId *id)
{
  GList *link = g_hash_table_lookup (self->links, id);

  return link == NULL ? NULL : link->data;
}

/* The first n_kept bytes of its body stay. */
static void
reword (SottoOutbox *self, GList *link, gsize n_kept, const char *text, gsize n)
{
  SottoOutboxItem *old = link->data;
  SottoOutboxItem *item = g_malloc0 (sizeof *item + n_kept + n + 1);

  *item = *old;
  item->n = n_kept + n;
  memcpy (item->body, old->body, n_kept);
  if (n > 0)
    memcpy (item->body + n_kept, text, n);
  link->data = item;
  g_hash_table_replace (self->links, &item->id, link);
  item_free (old);
}

void
sotto_outbox_reword (SottoOutbox *self, const SottoId *id, const char *text, gsize n)
{
  for (GList *link = self->items.head; link != NULL; link = link->next)
    {
      const SottoOutboxItem *item = link->data;
      bool edits = item->kind == SOTTO_MESSAGE_EDIT && item->n >= sizeof *id
                   && memcmp (item->body, id, sizeof *id) == 0;
      if (edits)
        reword (self, link, sizeof *id, text, n);
      else if (item->kind == SOTTO_MESSAGE_TEXT && sotto_id_equal (&item->id, id))
        reword (self, link, 0, text, n);
    }
}

void
sotto_outbox_confirm (SottoOutbox *self, SottoOutboxItem *item)
{
  if (item->confirmed)
    return;
  self->n_patient -= is_patient (item);
  item->confirmed = item->left = true;
  self->n_confirmed++;
  self->n_written += !item->written;
  item->written = true;
}

void
sotto_outbox_rewind (SottoOutbox *self)
{
  for (GList *link = self->items.head; link != NULL; link = link->next)
    {
      SottoOutboxItem *item = link->data;
      item->written = item->confirmed;
    }
  self->next = self->items.head;
  self->leaving = NULL;
  self->n_written = self->n_confirmed;
  self->n_patient = 0;
}

SottoOutboxItem *
sotto_outbox_next (SottoOutbox *self)
{
  while (self->next != NULL && ((SottoOutboxItem *)self->next->data)->written)
    self->next = self->next->next;
  if (self->next == NULL || self->n_written >= SOTTO_UNACKED_RECORDS_MAX)
    return NULL;
  return self->next->data;
}

void
sotto_outbox_written (SottoOutbox *self, SottoOutboxItem *item, uint64_t end_offset)
{
  g_assert (self->next != NULL && self->next->data == item);
  item->written = true;
  item->end_offset = end_offset;
  self->n_written++;
  self->n_patient += is_patient (item);
  self->next = self->next->next;
}

SottoOutboxItem *
sotto_outbox_next_left (SottoOutbox *self, uint64_t offset)
{
  GList *link = self->leaving != NULL ? self->leaving : self->items.head;

  for (; link != NULL; link = link->next)
    {
      SottoOutboxItem *item = link->data;
      if (!item->confirmed && (!item->written || item->end_offset > offset))
        break;
      self->leaving = link;
      if (!item->left)
        {
          item->left = true;
          return item;
        }
    }
  return NULL;
}

SottoOutboxItem *
sotto_outbox_next_to_fail (SottoOutbox *self)
{
  for (GList *link = self->items.head; link != NULL; link = link->next)
    {
      SottoOutboxItem *item = link->data;
      if (!item->failed && !item->confirmed)
        {
          item->failed = true;
          return item;
        }
    }
  return NULL;
}

bool
sotto_outbox_received (SottoOutbox *self, const SottoId *id)
{
  GList *link = g_hash_table_lookup (self->links, id);

  if (link == NULL)
    return false;
  SottoOutboxItem *item = link->data;
  self->n_patient -= is_patient (item);
  self->n_written -= item->written;
  self->n_confirmed -= item->confirmed;
  if (self->next == link)
    self->next = link->next;
  if (self->leaving == link)
    self->leaving = link->prev;
  g_hash_table_remove (self->links, id);
  g_queue_delete_link (&self->items, link);
  item_free (item);
  return true;
}

void
sotto_outbox_forget (SottoOutbox *self, uint64_t place)
{
  GList *next;

  for (GList *link = self->items.head; link != NULL; link = next)
    {
      const SottoOutboxItem *item = link->data;
      next = link->next;
      if (item->place <= place)
        sotto_outbox_received (self, &item->id);
    }
}
