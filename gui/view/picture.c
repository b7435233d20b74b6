// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/picture.h"
#include "shared/base/limits.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define PIECE 65536

static const struct
{
  const char *type; /* gdk-pixbuf's name */
  const char *ends[2];
  const char *begins;
} kinds[] = {
  { "png", { "png" }, "\x89PNG\r\n\x1a\n" },
  { "jpeg", { "jpg", "jpeg" }, "\xff\xd8\xff" },
  { "gif", { "gif" }, "GIF8" },
};

typedef struct
{
  char *path;
  int width;
  int height;
  bool too_large;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_free (wish->path);
  g_free (wish);
}

gboolean
sotto_picture_is_likely (const char *name)
{
  const char *dot = strrchr (name, '.');

  for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS (kinds); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (kinds[i].ends); k++)
      if (kinds[i].ends[k] != NULL && g_ascii_strcasecmp (dot + 1, kinds[i].ends[k]) == 0)
        return TRUE;
  return FALSE;
}

static const char *
type_of (const guchar *data, gsize n)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      gsize begins = strlen (kinds[i].begins);

      if (n >= begins && memcmp (data, kinds[i].begins, begins) == 0)
        return kinds[i].type;
    }
  return NULL;
}

/* Called when the header was read: before memory for the picture is taken. */
static void
on_size (GdkPixbufLoader *loader, int width, int height, Wish *wish)
{
  double scale =
      MIN (1.0, MIN ((double)wish->width / MAX (width, 1), (double)wish->height / MAX (height, 1)));

  wish->too_large = (uint64_t)MAX (width, 0) * (uint64_t)MAX (height, 0) > SOTTO_PICTURE_PIXELS_MAX;
  if (wish->too_large)
    gdk_pixbuf_loader_set_size (loader, 0, 0); /* gdk-pixbuf's word for: no further */
  else
    gdk_pixbuf_loader_set_size (loader, MAX (1, (int)(width * scale)),
                                MAX (1, (int)(height * scale)));
}

static bool
feed (GdkPixbufLoader *loader, GInputStream *stream, const Wish *wish, GTask *task, GError **error)
{
  g_autofree guchar *piece = g_malloc (PIECE);
  uint64_t total = 0;
  gssize n;

  while ((n = g_input_stream_read (stream, piece, PIECE, g_task_get_cancellable (task), error)) > 0)
    {
      total += (uint64_t)n;
      if (total > SOTTO_PICTURE_BYTES_MAX)
        return false;
      if (!gdk_pixbuf_loader_write (loader, piece, (gsize)n, error) || wish->too_large)
        return false;
    }
  return n == 0;
}

/* The loader of this very kind: the others of a desktop are many, old, and never asked. */
static GdkPixbufLoader *
open_loader (GInputStream *stream, Wish *wish, GTask *task, GError **error)
{
  guchar begin[8];
  GdkPixbufLoader *loader;
  gsize n = 0;
  const char *type;

  if (!g_input_stream_read_all (stream, begin, sizeof begin, &n, g_task_get_cancellable (task),
                                error))
    return NULL;
  type = type_of (begin, n);
  loader = type != NULL ? gdk_pixbuf_loader_new_with_type (type, error) : NULL;
  if (loader == NULL)
    return NULL;
  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size), wish);
  if (gdk_pixbuf_loader_write (loader, begin, n, error))
    return loader;
  gdk_pixbuf_loader_close (loader, NULL);
  g_object_unref (loader);
  return NULL;
}

static GdkPixbuf *
decode (Wish *wish, GTask *task, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (wish->path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, g_task_get_cancellable (task), error);
  g_autoptr (GdkPixbufLoader) loader = NULL;
  GdkPixbuf *picture;
  bool whole;

  if (stream != NULL)
    loader = open_loader (G_INPUT_STREAM (stream), wish, task, error);
  if (loader == NULL)
    return NULL;
  whole = feed (loader, G_INPUT_STREAM (stream), wish, task, error);
  if (!gdk_pixbuf_loader_close (loader, whole ? error : NULL) || !whole)
    return NULL;
  picture = gdk_pixbuf_loader_get_pixbuf (loader);
  return picture != NULL ? gdk_pixbuf_apply_embedded_orientation (picture) : NULL;
}

static void
work (gpointer data, gpointer unused)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  GdkPixbuf *picture = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  picture = decode (g_task_get_task_data (task), task, &error);
  if (picture != NULL)
    g_task_return_pointer (task, picture, g_object_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s",
                             error != NULL ? error->message : "too large, or no picture");
}

/* One after the other: what a single one may take is limited, and so all of them are. */
static void
push (GTask *task)
{
  static GThreadPool *pool;

  if (pool == NULL)
    pool = g_thread_pool_new (work, NULL, 1, FALSE, NULL);
  g_thread_pool_push (pool, task, NULL);
}

void
sotto_picture_load_async (const char *path,
                          int width,
                          int height,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Wish *wish = g_new0 (Wish, 1);

  wish->path = g_strdup (path);
  wish->width = width;
  wish->height = height;
  g_task_set_source_tag (task, sotto_picture_load_async);
  g_task_set_task_data (task, wish, wish_free);
  push (task);
}

GdkPixbuf *
sotto_picture_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
