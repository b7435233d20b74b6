// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/control-path.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static bool
fail (const char *path, int reason, GError **error)
{
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "%s: %s", path, g_strerror (reason));
  return false;
}

bool
sotto_control_path_init (SottoControlPath *self, const char *path, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int folder = -1;

  if (strlen (path) < sizeof address.sun_path)
    g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  else
    {
      g_autofree char *folder_path = g_path_get_dirname (path);
      g_autofree char *name = g_path_get_basename (path);

      folder = open (folder_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
      if (folder < 0)
        return fail (path, errno, error);
      int n = g_snprintf (address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", folder,
                          name);
      if (n >= (int)sizeof address.sun_path)
        {
          close (folder);
          return fail (path, ENAMETOOLONG, error);
        }
    }
  self->address = address;
  self->folder = folder;
  return true;
}

void
sotto_control_path_clear (SottoControlPath *self)
{
  if (self->folder >= 0)
    close (self->folder);
  self->folder = -1;
}

int
sotto_control_path_connect (const SottoControlPath *self, guint wait_s)
{
  const struct timeval wait = { .tv_sec = wait_s };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (wait_s == 0 ? SOCK_NONBLOCK : 0), 0);

  if (fd >= 0 && wait_s > 0)
    setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  if (fd < 0 || connect (fd, (const struct sockaddr *)&self->address, sizeof self->address) == 0)
    return fd;
  int reason = errno;
  close (fd);
  errno = reason;
  return -1;
}
