// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where files lie: what was received where people look for it, and in the account's own folder what
 * is not whole yet, and what was made of bytes to be offered. What a crash left there of transfers
 * that are over goes when the next run begins.
 */
#include "shared/client/engine-files-private.h"

#include <glib/gstdio.h>

#define PARTIAL_FOLDER "partial"
#define MADE_FOLDER    "made"

void
sotto_engine_set_download_dir (SottoEngine *self, const char *path)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  g_free (self->download_dir);
  self->download_dir = g_strdup (path);
}

const char *
sotto_engine_get_download_dir (SottoEngine *self)
{
  const char *known = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);

  if (self->download_dir == NULL)
    self->download_dir =
        known != NULL ? g_strdup (known) : g_build_filename (g_get_home_dir (), "Downloads", NULL);
  return self->download_dir;
}

static char *
name_of_partial (uint64_t place)
{
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x", place);
}

char *
sotto_engine_path_of_partial (SottoEngine *self, uint64_t place)
{
  g_autofree char *name = name_of_partial (place);

  return g_build_filename (self->folder->path, PARTIAL_FOLDER, name, NULL);
}

char *
sotto_engine_folder_of_made (SottoEngine *self)
{
  return g_build_filename (self->folder->path, MADE_FOLDER, NULL);
}

static bool
is_made (const SottoFile *file)
{
  g_autofree char *made = sotto_engine_folder_of_made (file->engine);
  g_autofree char *folder = file->path != NULL ? g_path_get_dirname (file->path) : NULL;

  return file->transfer.own && g_strcmp0 (folder, made) == 0;
}

void
sotto_file_remove_made (SottoFile *file)
{
  if (is_made (file))
    g_unlink (file->path);
}

SottoLane *
sotto_engine_get_lane (SottoEngine *self)
{
  if (self->looks == NULL)
    self->looks = sotto_lane_new (self->disk, SOTTO_ENGINE_PRIORITY, NULL, NULL, self);
  return self->looks;
}

/* --- After a crash --- */

typedef struct
{
  SottoLaneJob job;
  char *folder;
  GHashTable *keep; /* names */
} Sweep;

static void
sweep_free (SottoLaneJob *job)
{
  Sweep *sweep = (Sweep *)job;

  g_free (sweep->folder);
  g_hash_table_unref (sweep->keep);
  g_free (sweep);
}

static void
sweep_work (SottoLaneJob *job, SottoLane *lane)
{
  Sweep *sweep = (Sweep *)job;
  GDir *dir = g_dir_open (sweep->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (sweep->folder, name, NULL);
      if (!g_hash_table_contains (sweep->keep, name))
        g_unlink (path);
    }
  g_clear_pointer (&dir, g_dir_close);
}

static void
sweep_done (SottoLaneJob *job, gpointer engine)
{
}

static Sweep *
sweep_new (SottoEngine *self, const char *folder)
{
  Sweep *sweep = g_new0 (Sweep, 1);

  sweep->job = (SottoLaneJob){ sweep_work, sweep_done, sweep_free };
  sweep->folder = g_build_filename (self->folder->path, folder, NULL);
  sweep->keep = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return sweep;
}

void
sotto_engine_sweep_folders (SottoEngine *self)
{
  Sweep *partial = sweep_new (self, PARTIAL_FOLDER);
  Sweep *made = sweep_new (self, MADE_FOLDER);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      const SottoFile *file = value;
      if (!file->transfer.own)
        g_hash_table_add (partial->keep, name_of_partial (file->place));
      else if (file->transfer.state != SOTTO_TRANSFER_ENDED && is_made (file))
        g_hash_table_add (made->keep, g_path_get_basename (file->path));
    }
  sotto_lane_push (sotto_engine_get_lane (self), &partial->job);
  sotto_lane_push (sotto_engine_get_lane (self), &made->job);
}
