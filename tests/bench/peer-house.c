// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "tests/bench/peer-house.h"

#include "tests/client/scratch.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char config[] = "server_address: 127.0.0.1\n"
                             "server_port: 0\n"
                             "server_certificate: certificate.pem\n"
                             "server_privateKey: key.pem\n"
                             "data_base: pass.json\n"
                             "bcrypt_cost: 4\n"
                             "exempt_sources: [127.0.0.0/8]\n";

static void
make_folder (PeerHouse *self, const char *program)
{
  const char *const argv[] = { program, "init", self->folder, NULL };
  g_autofree char *path = g_build_filename (self->folder, "config.yaml", NULL);
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &said, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
  g_file_set_contents (path, config, -1, &error);
  g_assert_no_error (error);
}

static uint16_t
read_port (int output)
{
  char line[256] = "";
  gsize n = 0;
  unsigned int port = 0;

  while (n < sizeof line - 1 && read (output, line + n, 1) == 1 && line[n] != '\n')
    n++;
  if (sscanf (line, "listening on %*s port %u", &port) != 1)
    g_error ("the server says: %s", line);
  return (uint16_t)port;
}

void
peer_house_open (PeerHouse *self, const char *server_program)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  *self = (PeerHouse){ .folder = test_scratch_new () };
  make_folder (self, server_program);
  path = g_build_filename (self->folder, "config.yaml", NULL);
  const char *const argv[] = { server_program, "--config", path, NULL };
  g_spawn_async_with_pipes (NULL, (char **)argv, NULL,
                            G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD
                                | G_SPAWN_STDERR_TO_DEV_NULL,
                            NULL, NULL, &self->server, NULL, &self->output, NULL, &error);
  g_assert_no_error (error);
  self->port = read_port (self->output);
}

void
peer_house_close (PeerHouse *self)
{
  kill (self->server, SIGTERM);
  waitpid (self->server, NULL, 0);
  close (self->output);
  test_scratch_remove (g_steal_pointer (&self->folder));
}
