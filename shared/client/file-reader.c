// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Each byte is hashed once, in order: a block behind what is hashed already is only read, one ahead
 * has what lies between hashed first. The file stays open, so that one put in its place by another
 * name is not read half and half.
 */
#include <config.h>

#include "shared/client/file-reader.h"

#include "shared/base/file.h"
#include "shared/client/lane.h"
#include "shared/crypto/digest.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The worker's. */
typedef struct
{
  char *path;
  SottoFileStamp stamp;
  int fd; /* -1 until the first job */
  SottoDigest *digest;
  uint64_t hashed; /* bytes from the beginning */
} Source;

struct _SottoFileReader
{
  SottoLane *lane;
  SottoFileReaderHandler handler;
  gpointer owner;
  bool failed;
};

typedef struct
{
  SottoLaneJob job;
  uint64_t offset;
  gsize n; /* 0 = the hash is wanted */
  uint8_t *data;
  SottoKey hash;
  GError *error;
} Job;

static void
job_free (SottoLaneJob *data)
{
  Job *job = (Job *)data;

  g_clear_error (&job->error);
  g_free (job->data);
  g_free (job);
}

static void
source_free (gpointer data)
{
  Source *self = data;

  if (self->fd >= 0)
    close (self->fd);
  sotto_digest_free (self->digest);
  g_free (self->path);
  g_free (self);
}

/* --- In the worker --- */

static bool
fail (const char *path, GError **error)
{
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "%s: %s", path, g_strerror (errno));
  return false;
}

static bool
get_stamp (int fd, const char *path, SottoFileStamp *out, GError **error)
{
  struct stat info;

  if (fstat (fd, &info) != 0)
    return fail (path, error);
  if (!S_ISREG (info.st_mode))
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, _ ("%s is not a file"), path);
      return false;
    }
  out->size = (uint64_t)info.st_size;
  out->changed_ns =
      (gint64)info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec;
  return true;
}

/* Without waiting: a pipe has nobody at its other end. */
int
sotto_file_open_to_read (const char *path, SottoFileStamp *out, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    {
      fail (path, error);
      return -1;
    }
  sotto_file_read_in_pieces (fd);
  if (get_stamp (fd, path, out, error))
    return fd;
  close (fd);
  return -1;
}

static bool
is_as_offered (const Source *self, const SottoFileStamp *stamp, GError **error)
{
  if (stamp->size == self->stamp.size && stamp->changed_ns == self->stamp.changed_ns)
    return true;
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, _ ("%s was changed after it was offered"),
               self->path);
  return false;
}

static bool
read_at (Source *self, uint8_t *out, gsize n, uint64_t offset, GError **error)
{
  while (n > 0)
    {
      ssize_t got = TEMP_FAILURE_RETRY (pread (self->fd, out, n, (off_t)offset));
      if (got < 0)
        return fail (self->path, error);
      if (got == 0) /* cut off meanwhile */
        return is_as_offered (self, &(SottoFileStamp){ offset, 0 }, error);
      out += got;
      offset += (uint64_t)got;
      n -= (gsize)got;
    }
  return true;
}

static void
note (Source *self, const uint8_t *data, gsize n, uint64_t offset)
{
  if (offset > self->hashed || offset + n <= self->hashed)
    return;
  gsize known = (gsize)(self->hashed - offset);
  sotto_digest_update (self->digest, data + known, n - known);
  self->hashed = offset + n;
}

static bool
hash_up_to (Source *self, uint64_t end, SottoLane *lane, GError **error)
{
  g_autofree uint8_t *data = self->hashed < end ? g_malloc (SOTTO_FILE_BLOCK) : NULL;

  while (self->hashed < end)
    {
      gsize n = (gsize)MIN (end - self->hashed, SOTTO_FILE_BLOCK);
      if (sotto_lane_is_over (lane))
        return false;
      if (!read_at (self, data, n, self->hashed, error))
        return false;
      note (self, data, n, self->hashed);
    }
  return true;
}

static bool
prepare (Source *self, GError **error)
{
  SottoFileStamp stamp;

  if (self->fd >= 0)
    return true;
  self->fd = sotto_file_open_to_read (self->path, &stamp, error);
  return self->fd >= 0 && is_as_offered (self, &stamp, error);
}

static void
read_block (SottoLaneJob *data, SottoLane *lane)
{
  Source *self = sotto_lane_get_resource (lane);
  Job *job = (Job *)data;

  job->data = g_malloc (job->n);
  if (prepare (self, &job->error) && hash_up_to (self, job->offset, lane, &job->error)
      && read_at (self, job->data, job->n, job->offset, &job->error))
    note (self, job->data, job->n, job->offset);
}

static void
read_hash (SottoLaneJob *data, SottoLane *lane)
{
  Source *self = sotto_lane_get_resource (lane);
  Job *job = (Job *)data;
  SottoFileStamp stamp;

  job->data = g_malloc (job->n);
  if (prepare (self, &job->error) && hash_up_to (self, self->stamp.size, lane, &job->error)
      && get_stamp (self->fd, self->path, &stamp, &job->error)
      && is_as_offered (self, &stamp, &job->error))
    sotto_digest_get (self->digest, &job->hash);
}

/* --- The owner's side --- */

static void
on_done (SottoLaneJob *data, gpointer reader)
{
  SottoFileReader *self = reader;
  Job *job = (Job *)data;

  if (self->failed)
    return;
  if (job->error != NULL)
    {
      self->failed = true;
      self->handler.failed (job->error, self->owner);
    }
  else if (job->n > 0)
    {
      g_autoptr (GBytes) block = g_bytes_new_take (g_steal_pointer (&job->data), job->n);

      self->handler.block (block, job->offset, self->owner);
    }
  else
    self->handler.hash (&job->hash, self->owner);
}

SottoFileReader *
sotto_file_reader_new (GThreadPool *pool,
                       int priority,
                       const char *path,
                       const SottoFileStamp *stamp,
                       const SottoFileReaderHandler *handler,
                       gpointer owner)
{
  SottoFileReader *self = g_new0 (SottoFileReader, 1);
  Source *source = g_new0 (Source, 1);

  source->path = g_strdup (path);
  source->stamp = *stamp;
  source->fd = -1;
  source->digest = sotto_digest_new ();
  self->handler = *handler;
  self->owner = owner;
  self->lane = sotto_lane_new (pool, priority, source, source_free, self);
  return self;
}

void
sotto_file_reader_free (SottoFileReader *self)
{
  if (self == NULL)
    return;
  sotto_lane_free (self->lane);
  g_free (self);
}

static void
push (SottoFileReader *self,
      void (*work) (SottoLaneJob *job, SottoLane *lane),
      uint64_t offset,
      gsize n)
{
  Job *job = g_new0 (Job, 1);

  job->job = (SottoLaneJob){ work, on_done, job_free };
  job->offset = offset;
  job->n = n;
  sotto_lane_push (self->lane, &job->job);
}

void
sotto_file_reader_read (SottoFileReader *self, uint64_t offset, gsize n)
{
  g_return_if_fail (n > 0 && n <= SOTTO_FILE_BLOCK);
  push (self, read_block, offset, n);
}

void
sotto_file_reader_hash (SottoFileReader *self)
{
  push (self, read_hash, 0, 0);
}
