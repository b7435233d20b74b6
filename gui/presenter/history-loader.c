// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/presenter/history-loader.h"
#include <glib/gi18n-lib.h>

#define PAGE 48 /* messages: two or three screens */

struct _SottoHistoryLoader
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoPeople *people;
  GHashTable *busy; /* SottoChat that waits for a page → its Request, borrowed */
  GCancellable *cancellable;
};

G_DEFINE_TYPE (SottoHistoryLoader, sotto_history_loader, G_TYPE_OBJECT)

static guint extended_signal;

typedef enum
{
  OLDER,
  NEWER,
  AROUND
} Direction;

typedef struct
{
  SottoHistoryLoader *loader;
  SottoChat *chat;
  Direction direction;
  uint64_t place; /* of AROUND */
} Request;

static void
request_free (Request *self)
{
  g_object_unref (self->loader);
  g_object_unref (self->chat);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static SottoBubbleState
state_of (const SottoHistoryRecord *record)
{
  if (record->kind == SOTTO_MESSAGE_FILE_OFFER && record->own)
    return SOTTO_BUBBLE_SENT; /* how far it is its file says */
  switch (record->state)
    {
    case SOTTO_HISTORY_QUEUED:
      return SOTTO_BUBBLE_QUEUED;
    case SOTTO_HISTORY_DELIVERED:
      return SOTTO_BUBBLE_DELIVERED;
    case SOTTO_HISTORY_READ:
      return SOTTO_BUBBLE_READ;
    case SOTTO_HISTORY_CAME:
    case SOTTO_HISTORY_WITHDRAWN:
    case SOTTO_HISTORY_REMARKED:
      break;
    }
  return SOTTO_BUBBLE_RECEIVED;
}

static const char *
name_of_refusal (SottoRefuseCode code)
{
  static const char *const names[] = {
    [SOTTO_REFUSE_DECLINED] = "declined", [SOTTO_REFUSE_TOO_BIG] = "too_big_file",
    [SOTTO_REFUSE_NO_SPACE] = "no_space", [SOTTO_REFUSE_CANCELLED] = "cancelled",
    [SOTTO_REFUSE_DAMAGED] = "damaged",   [SOTTO_REFUSE_TOO_MANY] = "too_many",
  };

  return code < G_N_ELEMENTS (names) ? names[code] : NULL;
}

static SottoFilePart *
file_from (const SottoHistoryRecord *record)
{
  const SottoHistoryFile *kept = record->file;
  SottoFilePart *file = sotto_file_part_new (kept->name, kept->media_type, kept->size, record->own);

  sotto_file_part_set_path (file, kept->path);
  switch (kept->state)
    {
    case SOTTO_HISTORY_FILE_OFFERED:
      break;
    case SOTTO_HISTORY_FILE_ACCEPTED:
    case SOTTO_HISTORY_FILE_PLACING:
      sotto_file_part_move (file, 0, g_get_monotonic_time ());
      break;
    case SOTTO_HISTORY_FILE_DONE:
      sotto_file_part_finish (file);
      break;
    case SOTTO_HISTORY_FILE_WITHDRAWN:
      sotto_file_part_end (file, "cancelled");
      break;
    case SOTTO_HISTORY_FILE_REFUSED:
      sotto_file_part_end (file, name_of_refusal (kept->code));
      break;
    }
  return file;
}

static SottoBubble *
remark_from (const SottoHistoryRecord *record, SottoRemark remark)
{
  g_autofree char *sentence = sotto_remark_dup_sentence (remark, record->peer.str);
  SottoBubble *bubble = sotto_bubble_new_remark (remark, sentence, (gint64)record->sent_ms);

  sotto_bubble_set_came_ms (bubble, (gint64)record->stored_ms);
  sotto_bubble_set_id (bubble, &record->id);
  sotto_bubble_set_kept_place (bubble, record->place);
  return bubble;
}

static SottoBubble *
bubble_from (SottoHistoryLoader *self, const SottoHistoryRecord *record)
{
  const char *own = sotto_engine_get_username (self->engine);
  const char *sender = record->own ? (own != NULL ? own : "") : record->peer.str;
  SottoBubble *bubble =
      sotto_bubble_new (sender, record->text, (gint64)record->sent_ms, state_of (record));

  if (record->file != NULL)
    {
      g_autoptr (SottoFilePart) file = file_from (record);
      sotto_bubble_set_file (bubble, file);
    }
  sotto_bubble_set_came_ms (bubble, (gint64)record->stored_ms);
  sotto_bubble_set_id (bubble, &record->id);
  sotto_bubble_set_kept_place (bubble, record->place);
  if (record->edited)
    sotto_bubble_edit (bubble, record->text);
  sotto_bubble_set_reaction (bubble, true, record->reaction_own);
  sotto_bubble_set_reaction (bubble, false, record->reaction_theirs);
  if (record->deleted)
    sotto_bubble_delete (bubble);
  return bubble;
}

/* Words and files; changes of them are not rows of their own. */
static bool
is_said (const SottoHistoryRecord *record)
{
  return record->kind == SOTTO_MESSAGE_TEXT
         || (record->kind == SOTTO_MESSAGE_FILE_OFFER && record->file != NULL);
}

/* The engine's pages are newest first, a chat is oldest first; `beyond` is at the edge itself. */
static GPtrArray *
bubbles_from (SottoHistoryLoader *self, GPtrArray *page)
{
  GPtrArray *bubbles = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = page->len; i > 0; i--)
    {
      SottoHistoryRecord *record = g_ptr_array_index (page, i - 1);

      SottoRemark remark = sotto_remark_of_kind ((int)record->kind);

      if (remark != SOTTO_REMARK_NONE)
        g_ptr_array_add (bubbles, remark_from (record, remark));
      else if (is_said (record))
        g_ptr_array_add (bubbles, bubble_from (self, record));
    }
  return bubbles;
}

static void
point_at (SottoChat *chat, GPtrArray *bubbles, uint64_t place)
{
  for (guint i = 0; i < bubbles->len; i++)
    if (sotto_bubble_get_kept_place (g_ptr_array_index (bubbles, i)) == place)
      sotto_chat_point_at (chat, g_ptr_array_index (bubbles, i));
}

static void
take_page (Request *request, GPtrArray *page)
{
  SottoHistoryLoader *self = request->loader;
  g_autoptr (GPtrArray) bubbles = bubbles_from (self, page);

  switch (request->direction)
    {
    case OLDER:
      sotto_chat_extend (request->chat, false, bubbles, page->len >= PAGE);
      break;
    case NEWER:
      sotto_chat_extend (request->chat, true, bubbles, page->len > PAGE);
      break;
    case AROUND:
      sotto_chat_reset (request->chat);
      sotto_chat_extend (request->chat, true, bubbles, true);
      point_at (request->chat, bubbles, request->place);
      break;
    }
  g_signal_emit (self, extended_signal, 0, request->chat, request->direction != OLDER);
}

/* What cannot be read now is asked for again at the next scroll. A later request for the same chat
 * made this one void. */
static void
end (Request *request, GPtrArray *page, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_hash_table_lookup (request->loader->busy, request->chat) != request)
    return;
  g_hash_table_remove (request->loader->busy, request->chat);
  if (page != NULL)
    take_page (request, page);
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) page =
      sotto_engine_load_messages_finish (SOTTO_ENGINE (source), result, &error);

  end (request, page, error);
}

static void
around_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) page =
      sotto_engine_load_messages_around_finish (SOTTO_ENGINE (source), result, &error);

  end (request, page, error);
}

static Request *
begin (SottoHistoryLoader *self, SottoChat *chat, Direction direction, uint64_t place)
{
  Request *request = g_new (Request, 1);

  *request = (Request){ g_object_ref (self), g_object_ref (chat), direction, place };
  g_hash_table_replace (self->busy, g_object_ref (chat), request);
  return request;
}

static const char *
peer_of (SottoChat *chat)
{
  return sotto_person_get_name (sotto_chat_get_person (chat));
}

void
sotto_history_loader_extend (SottoHistoryLoader *self, SottoChat *chat, bool newer)
{
  Request *request;

  if (!sotto_chat_get_has_more (chat, newer) || g_hash_table_contains (self->busy, chat))
    return;
  request = begin (self, chat, newer ? NEWER : OLDER, 0);
  if (newer)
    sotto_engine_load_messages_around_async (self->engine, peer_of (chat),
                                             sotto_chat_get_edge (chat, true), 0, PAGE,
                                             self->cancellable, around_cb, request);
  else
    sotto_engine_load_messages_async (self->engine, peer_of (chat),
                                      sotto_chat_get_edge (chat, false), PAGE, self->cancellable,
                                      page_cb, request);
}

void
sotto_history_loader_jump (SottoHistoryLoader *self, SottoChat *chat, uint64_t place)
{
  sotto_engine_load_messages_around_async (self->engine, peer_of (chat), place, PAGE / 2, PAGE / 2,
                                           self->cancellable, around_cb,
                                           begin (self, chat, AROUND, place));
}

static void
list_person (SottoHistoryLoader *self, const SottoConversation *conversation)
{
  SottoPerson *person = sotto_people_ensure (self->people, conversation->peer.str);
  const SottoHistoryRecord *last = conversation->last;

  sotto_person_set_kept (person, true);
  sotto_person_set_seen_ms (person,
                            sotto_engine_get_last_seen (self->engine, conversation->peer.str));
  if (sotto_person_get_last_ms (person) == 0 && last != NULL && is_said (last))
    sotto_person_set_last (person, last->deleted ? _ ("Message deleted") : last->text,
                           (gint64)last->sent_ms, (gint64)last->stored_ms);
  /* What came meanwhile is in both counts. */
  sotto_person_set_unread (person, MAX (sotto_person_get_unread (person), conversation->n_unread));
}

static void
conversations_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SottoHistoryLoader) self = data;
  g_autoptr (GPtrArray) conversations =
      sotto_engine_load_conversations_finish (SOTTO_ENGINE (source), result, NULL);

  for (guint i = 0; conversations != NULL && i < conversations->len; i++)
    list_person (self, g_ptr_array_index (conversations, i));
}

void
sotto_history_loader_list_conversations (SottoHistoryLoader *self)
{
  sotto_engine_load_conversations_async (self->engine, self->cancellable, conversations_cb,
                                         g_object_ref (self));
}

void
sotto_history_loader_stop (SottoHistoryLoader *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_hash_table_remove_all (self->busy);
}

static void
sotto_history_loader_dispose (GObject *object)
{
  SottoHistoryLoader *self = SOTTO_HISTORY_LOADER (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->busy, g_hash_table_unref);
  g_clear_object (&self->engine);
  g_clear_object (&self->people);
  G_OBJECT_CLASS (sotto_history_loader_parent_class)->dispose (object);
}

static void
sotto_history_loader_class_init (SottoHistoryLoaderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_history_loader_dispose;
  extended_signal = g_signal_new ("extended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, SOTTO_TYPE_CHAT, G_TYPE_BOOLEAN);
}

static void
sotto_history_loader_init (SottoHistoryLoader *self)
{
  self->busy = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->cancellable = g_cancellable_new ();
}

SottoHistoryLoader *
sotto_history_loader_new (SottoEngine *engine, SottoPeople *people)
{
  SottoHistoryLoader *self = g_object_new (SOTTO_TYPE_HISTORY_LOADER, NULL);

  self->engine = g_object_ref (engine);
  self->people = g_object_ref (people);
  return self;
}
