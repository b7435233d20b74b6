// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What is stored is what the partial file holds; it is hashed when it is opened again, before what
 * comes then. The kernel is told to write early: else a commit of the history would wait behind all
 * of a file.
 */
#include "shared/client/file-writer.h"

#include "shared/base/file.h"
#include "shared/base/secret.h"
#include "shared/client/file-place.h"
#include "shared/client/lane.h"
#include "shared/crypto/digest.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define HASH_LEN  (256 * 1024)
#define FLUSH_LEN (2 * 1024 * 1024)  /* handed to the disk at a time */
#define DIRTY_MAX (16 * 1024 * 1024) /* not on it yet */

/* The worker's. */
typedef struct
{
  char *path;
  uint64_t size;
  int fd; /* -1 until opened, and after a failure */
  SottoDigest *digest;
  uint64_t stored;
  uint64_t hashed;
  uint64_t flushed; /* writing was begun */
  uint64_t waited;  /* and has ended */
} Sink;

struct _SottoFileWriter
{
  SottoLane *lane;
  SottoFileWriterHandler handler;
  gpointer owner;
  gsize waiting;
  char *folder; /* where it goes, and as what */
  char *name;
  bool failed;
};

typedef struct _Job Job;
struct _Job
{
  SottoLaneJob job;
  void (*tell) (SottoFileWriter *self, Job *job);
  char *folder;
  char *text; /* a name or a path */
  SottoKey hash;
  uint64_t total;
  bool again; /* the place was taken */
  bool found; /* it is in place */
  SottoRefuseCode code;
  GError *error;
  GBytes *bytes; /* to be written */
};

static void
job_free (SottoLaneJob *data)
{
  Job *job = (Job *)data;

  g_clear_error (&job->error);
  g_free (job->folder);
  g_free (job->text);
  g_clear_pointer (&job->bytes, g_bytes_unref);
  g_free (job);
}

static void
sink_free (gpointer data)
{
  Sink *self = data;

  if (self->fd >= 0)
    close (self->fd);
  sotto_digest_free (self->digest);
  g_free (self->path);
  g_free (self);
}

/* --- In the worker --- */

static SottoRefuseCode
code_of (int number)
{
  if (number == ENOSPC || number == EDQUOT)
    return SOTTO_REFUSE_NO_SPACE;
  return number == EFBIG ? SOTTO_REFUSE_TOO_BIG : SOTTO_REFUSE_CANCELLED;
}

static bool
fail (Job *job, const char *path)
{
  int number = errno;

  job->code = code_of (number);
  g_set_error (&job->error, SOTTO_ERROR, SOTTO_ERROR_IO, "%s: %s", path, g_strerror (number));
  return false;
}

static bool
has_room (const char *path, uint64_t n)
{
  struct statvfs info;

  return statvfs (path, &info) != 0 || info.f_bavail > n / info.f_frsize;
}

static bool
open_partial (Sink *self, Job *job)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  struct stat info;

  if (!sotto_file_make_private_dir (folder, &job->error))
    {
      job->code = SOTTO_REFUSE_CANCELLED;
      return false;
    }
  self->fd = open (self->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->fd < 0 || fstat (self->fd, &info) != 0)
    return fail (job, self->path);
  sotto_file_read_in_pieces (self->fd);
  self->stored = self->flushed = self->waited = (uint64_t)info.st_size;
  if (self->stored <= self->size)
    return true;
  self->stored = self->flushed = self->waited = 0; /* no file of ours is longer than it was to be */
  return ftruncate (self->fd, 0) == 0 || fail (job, self->path);
}

/* Known before a byte came, not after all of them. */
static bool
can_place_in (Job *job)
{
  if (job->folder == NULL)
    return true;
  if (g_mkdir_with_parents (job->folder, 0755) == 0 && g_access (job->folder, W_OK | X_OK) == 0)
    return true;
  return fail (job, job->folder);
}

static void
work_open (SottoLaneJob *data, SottoLane *lane)
{
  Sink *self = sotto_lane_get_resource (lane);
  Job *job = (Job *)data;

  if (!open_partial (self, job) || !can_place_in (job))
    return;
  if (has_room (self->path, self->size - self->stored)
      && (job->folder == NULL || has_room (job->folder, self->size - self->stored)))
    {
      job->total = self->stored;
      return;
    }
  errno = ENOSPC;
  fail (job, self->path);
}

/* Only what an earlier run left is not hashed yet. */
static bool
hash_stored (Sink *self, Job *job, SottoLane *lane)
{
  g_autofree uint8_t *buffer = self->hashed < self->stored ? g_malloc (HASH_LEN) : NULL;

  while (self->hashed < self->stored && !sotto_lane_is_over (lane))
    {
      gsize n = (gsize)MIN (self->stored - self->hashed, HASH_LEN);
      ssize_t got = TEMP_FAILURE_RETRY (pread (self->fd, buffer, n, (off_t)self->hashed));
      if (got <= 0)
        return fail (job, self->path);
      sotto_digest_update (self->digest, buffer, (gsize)got);
      self->hashed += (uint64_t)got;
    }
  return self->hashed == self->stored;
}

/* Begun early and waited for late, so that the disk has never much before it. What is on it leaves
 * the cache: nobody reads it before the file is whole, and a large one would push out everything
 * else. */
static void
flush_some (Sink *self)
{
  if (self->stored - self->flushed < FLUSH_LEN)
    return;
  sync_file_range (self->fd, (off_t)self->flushed, (off_t)(self->stored - self->flushed),
                   SYNC_FILE_RANGE_WRITE);
  self->flushed = self->stored;
  if (self->stored - self->waited < DIRTY_MAX)
    return;
  sync_file_range (self->fd, (off_t)self->waited, DIRTY_MAX / 2,
                   SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE
                       | SYNC_FILE_RANGE_WAIT_AFTER);
  posix_fadvise (self->fd, (off_t)self->waited, DIRTY_MAX / 2, POSIX_FADV_DONTNEED);
  self->waited += DIRTY_MAX / 2;
}

static void
work_write (SottoLaneJob *data, SottoLane *lane)
{
  Sink *self = sotto_lane_get_resource (lane);
  Job *job = (Job *)data;
  gsize n_bytes, done = 0;
  const uint8_t *bytes = g_bytes_get_data (job->bytes, &n_bytes);

  if (!hash_stored (self, job, lane))
    return;
  while (done < n_bytes)
    {
      ssize_t n =
          TEMP_FAILURE_RETRY (pwrite (self->fd, bytes + done, n_bytes - done, (off_t)self->stored));
      if (n < 0)
        {
          fail (job, self->path);
          return;
        }
      sotto_digest_update (self->digest, bytes + done, (gsize)n);
      done += (gsize)n;
      self->stored += (uint64_t)n;
      self->hashed = self->stored;
    }
  flush_some (self);
  job->total = self->stored;
}

static void
work_check (SottoLaneJob *data, SottoLane *lane)
{
  Sink *self = sotto_lane_get_resource (lane);
  Job *job = (Job *)data;
  SottoKey hash;

  if (!hash_stored (self, job, lane))
    return;
  sotto_digest_get (self->digest, &hash);
  if (self->stored != self->size || memcmp (&hash, &job->hash, sizeof hash) != 0)
    job->code = SOTTO_REFUSE_DAMAGED;
  else if (fsync (self->fd) != 0)
    fail (job, self->path);
}

static void
work_choose (SottoLaneJob *data, SottoLane *lane)
{
  Job *job = (Job *)data;
  char *path = sotto_file_place_choose (job->folder, job->text, &job->error);

  if (path == NULL)
    job->code = code_of (errno);
  g_free (job->text);
  job->text = path;
}

static void
work_place (SottoLaneJob *data, SottoLane *lane)
{
  Sink *self = sotto_lane_get_resource (lane);
  Job *job = (Job *)data;

  switch (sotto_file_place_move (self->path, job->text, &job->error))
    {
    case SOTTO_PLACED:
      break;
    case SOTTO_PLACE_TAKEN:
      job->again = true;
      break;
    case SOTTO_PLACE_FAILED:
      job->code = code_of (errno);
      break;
    }
}

static void
work_recover (SottoLaneJob *data, SottoLane *lane)
{
  Sink *self = sotto_lane_get_resource (lane);
  Job *job = (Job *)data;

  job->found = sotto_file_place_finish (self->path, job->text);
}

static void
work_discard (SottoLaneJob *data, SottoLane *lane)
{
  Sink *self = sotto_lane_get_resource (lane);

  unlink (self->path);
}

/* --- The owner's side --- */

static void
tell_opened (SottoFileWriter *self, Job *job)
{
  self->handler.opened (job->total, self->owner);
}

static void
tell_stored (SottoFileWriter *self, Job *job)
{
  self->waiting -= g_bytes_get_size (job->bytes);
  self->handler.stored (job->total, self->owner);
}

static void
tell_checked (SottoFileWriter *self, Job *job)
{
  self->handler.checked (self->owner);
}

static void
tell_chosen (SottoFileWriter *self, Job *job)
{
  self->handler.chosen (job->text, self->owner);
}

static void push_choice (SottoFileWriter *self);

static void
tell_placed (SottoFileWriter *self, Job *job)
{
  if (job->again)
    push_choice (self);
  else
    self->handler.placed (job->text, self->owner);
}

static void
tell_recovered (SottoFileWriter *self, Job *job)
{
  if (job->found)
    self->handler.placed (job->text, self->owner);
  else
    self->handler.opened (0, self->owner);
}

static void
on_done (SottoLaneJob *data, gpointer writer)
{
  SottoFileWriter *self = writer;
  Job *job = (Job *)data;

  if (self->failed)
    return;
  if (job->code == 0)
    {
      if (job->tell != NULL)
        job->tell (self, job);
      return;
    }
  self->failed = true;
  self->handler.failed (job->code, job->error, self->owner);
}

SottoFileWriter *
sotto_file_writer_new (GThreadPool *pool,
                       int priority,
                       const char *partial_path,
                       uint64_t size,
                       const SottoFileWriterHandler *handler,
                       gpointer owner)
{
  SottoFileWriter *self = g_new0 (SottoFileWriter, 1);
  Sink *sink = g_new0 (Sink, 1);

  sink->path = g_strdup (partial_path);
  sink->size = size;
  sink->fd = -1;
  sink->digest = sotto_digest_new ();
  self->handler = *handler;
  self->owner = owner;
  self->lane = sotto_lane_new (pool, priority, sink, sink_free, self);
  return self;
}

void
sotto_file_writer_free (SottoFileWriter *self)
{
  if (self == NULL)
    return;
  sotto_lane_free (self->lane);
  g_free (self->folder);
  g_free (self->name);
  g_free (self);
}

static Job *
job_new (void (*work) (SottoLaneJob *job, SottoLane *lane),
         void (*tell) (SottoFileWriter *self, Job *job))
{
  Job *job = g_new0 (Job, 1);

  job->job = (SottoLaneJob){ work, on_done, job_free };
  job->tell = tell;
  return job;
}

void
sotto_file_writer_open (SottoFileWriter *self, const char *folder)
{
  Job *job = job_new (work_open, tell_opened);

  job->folder = g_strdup (folder);
  sotto_lane_push (self->lane, &job->job);
}

void
sotto_file_writer_write (SottoFileWriter *self, GBytes *bytes)
{
  Job *job = job_new (work_write, tell_stored);

  job->bytes = g_bytes_ref (bytes);
  self->waiting += g_bytes_get_size (bytes);
  sotto_lane_push (self->lane, &job->job);
}

gsize
sotto_file_writer_get_waiting (const SottoFileWriter *self)
{
  return self->waiting;
}

void
sotto_file_writer_check (SottoFileWriter *self, const SottoKey *sha256)
{
  Job *job = job_new (work_check, tell_checked);

  job->hash = *sha256;
  sotto_lane_push (self->lane, &job->job);
}

static void
push_choice (SottoFileWriter *self)
{
  Job *job = job_new (work_choose, tell_chosen);

  job->folder = g_strdup (self->folder);
  job->text = g_strdup (self->name);
  sotto_lane_push (self->lane, &job->job);
}

void
sotto_file_writer_choose (SottoFileWriter *self, const char *folder, const char *safe_name)
{
  self->folder = g_strdup (folder);
  self->name = g_strdup (safe_name);
  push_choice (self);
}

static void
push_path (SottoFileWriter *self,
           void (*work) (SottoLaneJob *job, SottoLane *lane),
           void (*tell) (SottoFileWriter *self, Job *job),
           const char *path)
{
  Job *job = job_new (work, tell);

  job->text = g_strdup (path);
  sotto_lane_push (self->lane, &job->job);
}

void
sotto_file_writer_place (SottoFileWriter *self, const char *path)
{
  push_path (self, work_place, tell_placed, path);
}

void
sotto_file_writer_recover (SottoFileWriter *self, const char *path)
{
  push_path (self, work_recover, tell_recovered, path);
}

void
sotto_file_writer_discard (SottoFileWriter *self)
{
  sotto_lane_free_after (self->lane, &job_new (work_discard, NULL)->job);
  self->lane = NULL;
  sotto_file_writer_free (self);
}
