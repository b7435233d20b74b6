// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/presenter/file-presenter.h"
#include "gui/presenter/pasted.h"
#include <string.h>

struct _SottoFilePresenter
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoConversationPresenter *conversations;
  GCancellable *pasting; /* pictures that become files are still wanted */
  GPtrArray *moving;     /* SottoFilePart: somebody may be looking at their speed */
  guint tick;            /* while there are any */
  GQueue offering; /* Offering *, oldest first: the engine has not said anything of them yet */
};

typedef struct
{
  char *peer;
  char *path; /* NULL = of a picture, which has none yet */
  char *name;
} Offering;

G_DEFINE_TYPE (SottoFilePresenter, sotto_file_presenter, G_TYPE_OBJECT)

static void
offering_free (gpointer data)
{
  Offering *offering = data;

  g_free (offering->peer);
  g_free (offering->path);
  g_free (offering->name);
  g_free (offering);
}

static void
add_bubble (SottoFilePresenter *self, const char *peer, SottoFilePart *file, const SottoId *id)
{
  SottoChat *chat = sotto_conversation_presenter_open (self->conversations, peer);
  bool own = sotto_file_part_is_own (file);
  const char *username = sotto_engine_get_username (self->engine);
  g_autoptr (SottoBubble) bubble = sotto_bubble_new (
      own ? (username != NULL ? username : "") : peer, sotto_file_part_get_name (file),
      g_get_real_time () / 1000, own ? SOTTO_BUBBLE_SENT : SOTTO_BUBBLE_RECEIVED);

  sotto_bubble_set_file (bubble, file);
  if (id != NULL)
    sotto_bubble_set_id (bubble, id);
  sotto_chat_append (chat, bubble);
}

/* --- What the engine says --- */

static bool
is_of (const Offering *self, const SottoEvent *event)
{
  return strcmp (self->peer, event->peer.str) == 0
         && (self->path == NULL || g_strcmp0 (self->path, event->file.path) == 0);
}

static void
forget_offering (SottoFilePresenter *self, const SottoEvent *event)
{
  for (GList *l = self->offering.head; l != NULL; l = l->next)
    if (is_of (l->data, event))
      {
        offering_free (l->data);
        g_queue_delete_link (&self->offering, l);
        return;
      }
}

static void
on_offered (SottoFilePresenter *self, const SottoEvent *event)
{
  const SottoFileInfo *info = &event->file;
  g_autoptr (SottoFilePart) file =
      sotto_file_part_new (info->name, info->media_type, info->size, info->own);

  sotto_file_part_set_path (file, info->path);
  if (info->own)
    forget_offering (self, event);
  add_bubble (self, event->peer.str, file, &event->id);
  if (!info->own)
    sotto_conversation_presenter_note_arrival (
        self->conversations,
        sotto_conversation_presenter_open (self->conversations, event->peer.str));
}

static gboolean
on_tick (gpointer data)
{
  SottoFilePresenter *self = data;

  for (guint i = self->moving->len; i > 0; i--)
    if (!sotto_file_part_tick (self->moving->pdata[i - 1], g_get_monotonic_time ()))
      g_ptr_array_remove_index_fast (self->moving, i - 1);
  if (self->moving->len > 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static void
move (SottoFilePresenter *self, SottoFilePart *file, uint64_t done)
{
  sotto_file_part_move (file, done, g_get_monotonic_time ());
  if (!g_ptr_array_find (self->moving, file, NULL))
    g_ptr_array_add (self->moving, g_object_ref (file));
  if (self->tick == 0)
    self->tick = g_timeout_add_seconds (1, on_tick, self);
}

static void
update (SottoFilePresenter *self, SottoFilePart *file, const SottoEvent *event)
{
  const SottoFileInfo *info = &event->file;

  if (info->path != NULL)
    sotto_file_part_set_path (file, info->path);
  switch (info->state)
    {
    case SOTTO_FILE_OFFERED:
      break;
    case SOTTO_FILE_MOVING:
      move (self, file, info->done);
      break;
    case SOTTO_FILE_PAUSED:
      sotto_file_part_pause (file, info->done);
      break;
    case SOTTO_FILE_DONE:
      sotto_file_part_finish (file);
      break;
    case SOTTO_FILE_REFUSED:
      sotto_file_part_end (file, event->code);
      break;
    }
}

/* Of one that is not here a page of the history tells when somebody looks. */
static void
on_file (SottoFilePresenter *self, const SottoEvent *event)
{
  SottoChat *chat = sotto_conversation_presenter_open (self->conversations, event->peer.str);
  SottoBubble *bubble = sotto_chat_find (chat, &event->id);

  if (bubble == NULL && event->file.state == SOTTO_FILE_OFFERED)
    on_offered (self, event);
  else if (bubble != NULL && sotto_bubble_get_file (bubble) != NULL)
    update (self, sotto_bubble_get_file (bubble), event);
}

static void
show_failed (SottoFilePresenter *self, const char *peer, const char *name, const char *code)
{
  g_autoptr (SottoFilePart) file = sotto_file_part_new (name, NULL, 0, true);

  sotto_file_part_end (file, code);
  add_bubble (self, peer, file, NULL);
}

/* The engine looks at files in the order it was told of them, and names none it cannot read. */
static void
on_error (SottoFilePresenter *self, const SottoEvent *event)
{
  Offering *offering = g_queue_peek_head (&self->offering);

  if (event->has_id || offering == NULL || *event->peer.str != '\0'
      || g_strcmp0 (event->code, "io") != 0)
    return;
  show_failed (self, offering->peer, offering->name, event->code);
  offering_free (g_queue_pop_head (&self->offering));
}

static void
on_disconnected (SottoFilePresenter *self)
{
  g_cancellable_cancel (self->pasting);
  g_object_unref (self->pasting);
  self->pasting = g_cancellable_new ();
  g_queue_clear_full (&self->offering, offering_free);
}

static void
on_event (SottoEngine *engine, const SottoEvent *event, SottoFilePresenter *self)
{
  if (event->type == SOTTO_EVENT_FILE)
    on_file (self, event);
  else if (event->type == SOTTO_EVENT_ERROR)
    on_error (self, event);
  else if (event->type == SOTTO_EVENT_DISCONNECTED && event->retry_in_ms < 0)
    on_disconnected (self);
}

static void
sotto_file_presenter_dispose (GObject *object)
{
  SottoFilePresenter *self = SOTTO_FILE_PRESENTER (object);

  g_queue_clear_full (&self->offering, offering_free);
  if (self->pasting != NULL)
    g_cancellable_cancel (self->pasting);
  g_clear_object (&self->pasting);
  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_pointer (&self->moving, g_ptr_array_unref);
  g_clear_object (&self->conversations);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (sotto_file_presenter_parent_class)->dispose (object);
}

static void
sotto_file_presenter_class_init (SottoFilePresenterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_file_presenter_dispose;
}

static void
sotto_file_presenter_init (SottoFilePresenter *self)
{
  g_queue_init (&self->offering);
  self->pasting = g_cancellable_new ();
  self->moving = g_ptr_array_new_with_free_func (g_object_unref);
}

SottoFilePresenter *
sotto_file_presenter_new (SottoEngine *engine, SottoConversationPresenter *conversations)
{
  SottoFilePresenter *self = g_object_new (SOTTO_TYPE_FILE_PRESENTER, NULL);

  self->engine = g_object_ref (engine);
  self->conversations = g_object_ref (conversations);
  g_signal_connect_object (engine, "event", G_CALLBACK (on_event), self, 0);
  return self;
}

static void
note_offering (SottoFilePresenter *self, const char *peer, char *take_path, char *take_name)
{
  Offering *offering = g_new (Offering, 1);

  *offering = (Offering){ g_strdup (peer), take_path, take_name };
  g_queue_push_tail (&self->offering, offering);
}

void
sotto_file_presenter_offer (SottoFilePresenter *self, SottoChat *chat, const char *path)
{
  const char *peer = sotto_person_get_name (sotto_chat_get_person (chat));

  note_offering (self, peer, g_canonicalize_filename (path, NULL),
                 g_filename_display_basename (path));
  sotto_engine_offer_file (self->engine, peer, path);
}

typedef struct
{
  SottoFilePresenter *presenter;
  char *peer;
  char *name;
} Paste;

static void
paste_free (Paste *self)
{
  g_object_unref (self->presenter);
  g_free (self->peer);
  g_free (self->name);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Paste, paste_free)

static void
encoded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Paste) paste = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = sotto_pasted_encode_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (bytes == NULL)
    {
      show_failed (paste->presenter, paste->peer, paste->name, "io");
      return;
    }
  note_offering (paste->presenter, paste->peer, NULL, g_strdup (paste->name));
  sotto_engine_offer_bytes (paste->presenter->engine, paste->peer, paste->name, bytes);
}

void
sotto_file_presenter_offer_picture (SottoFilePresenter *self, SottoChat *chat, GdkPixbuf *picture)
{
  Paste *paste = g_new (Paste, 1);

  *paste =
      (Paste){ g_object_ref (self), g_strdup (sotto_person_get_name (sotto_chat_get_person (chat))),
               sotto_pasted_name (g_get_real_time () / 1000) };
  sotto_pasted_encode_async (picture, self->pasting, encoded_cb, paste);
}
