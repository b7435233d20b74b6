// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/presenter/last-login.h"
#include "shared/base/file.h"
#include "shared/base/text.h"
#include "shared/client/join-link.h"
#include <string.h>

#define GROUP     "Last Login"
#define BYTES_MAX 4096 /* what we write is a tenth of this */

static char *
read_server (GKeyFile *keys)
{
  g_autofree char *text = g_key_file_get_string (keys, GROUP, "Server", NULL);
  g_autofree char *host = NULL;
  uint16_t port;

  if (text == NULL || !sotto_server_parse (text, &host, &port, NULL))
    return NULL;
  return g_steal_pointer (&text);
}

static char *
read_username (GKeyFile *keys)
{
  g_autofree char *text = g_key_file_get_string (keys, GROUP, "Username", NULL);

  if (text == NULL || !sotto_name_parse (text, strlen (text), NULL))
    return NULL;
  return g_steal_pointer (&text);
}

void
sotto_last_login_load (SottoLastLogin *out, const char *path)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  gsize n = 0;
  g_autofree char *text = sotto_file_read (path, BYTES_MAX, &n, NULL);

  memset (out, 0, sizeof *out);
  if (text == NULL || !g_key_file_load_from_data (keys, text, n, G_KEY_FILE_NONE, NULL))
    return;
  out->server = read_server (keys);
  out->username = read_username (keys);
  out->remember = g_key_file_get_boolean (keys, GROUP, "Remember", NULL);
}

void
sotto_last_login_save (const char *path, const SottoLastLogin *login)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autofree char *text = NULL;
  gsize n;

  g_key_file_set_string (keys, GROUP, "Server", login->server);
  g_key_file_set_string (keys, GROUP, "Username", login->username);
  g_key_file_set_boolean (keys, GROUP, "Remember", login->remember);
  text = g_key_file_to_data (keys, &n, NULL);
  /* Not worth waiting for the disk: after a crash one types it again. */
  g_file_set_contents_full (path, text, (gssize)n, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

void
sotto_last_login_clear (SottoLastLogin *self)
{
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->username, g_free);
}
