// SPDX-License-Identifier: GPL-3.0-or-later
/* A table of u64 in big-endian order, by a peer's number. */
#include "shared/client/history-told.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool
sotto_history_told_open (SottoHistoryTold *self, const char *path, GError **error)
{
  self->fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  self->is_new = self->fd < 0 && errno == ENOENT;
  if (self->is_new)
    self->fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (self->fd >= 0)
    return true;
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "%s: %s", path, g_strerror (errno));
  return false;
}

void
sotto_history_told_close (SottoHistoryTold *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

uint64_t
sotto_history_told_get (const SottoHistoryTold *self, uint64_t number)
{
  uint64_t place = 0;
  gssize n =
      TEMP_FAILURE_RETRY (pread (self->fd, &place, sizeof place, (off_t)(number * sizeof place)));

  return n == (gssize)sizeof place ? GUINT64_FROM_BE (place) : 0;
}

/* A failure is not told: without a kill it means nothing, and then only a message told twice. */
void
sotto_history_told_set (const SottoHistoryTold *self, uint64_t number, uint64_t place)
{
  uint64_t bytes = GUINT64_TO_BE (place);
  gssize n G_GNUC_UNUSED =
      TEMP_FAILURE_RETRY (pwrite (self->fd, &bytes, sizeof bytes, (off_t)(number * sizeof bytes)));
}
