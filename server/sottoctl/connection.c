// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/sottoctl/connection.h"

#include "server/config.h"
#include "server/control-path.h"
#include "shared/base/file.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define SERVICE_SOCKET "/run/sotto/control"
/* The longest wait is for bcrypt behind a storm of logins. */
#define ANSWER_WAIT_S 60
/* A server that turns takes at once who knocks. */
#define ACCEPT_WAIT_S   5
#define ANSWER_LINE_MAX (64 * 1024)

struct _SottoCtlConnection
{
  int fd;
  GByteArray *in;
};

/* ---- Finding ---- */

/* A client's file, or none at all, names no socket. */
static char *
socket_of (const char *config_path)
{
  g_autoptr (SottoServerConfig) config = NULL;

  if (sotto_file_exists (config_path))
    config = sotto_server_config_load (config_path, NULL);
  return config != NULL ? g_strdup (config->control_socket) : NULL;
}

/* `control` is where it is by default: a configuration that was spoilt since names none. */
static char *
socket_find (void)
{
  g_autofree char *here = socket_of ("config.yaml");
  g_autofree char *etc = socket_of ("/etc/sotto/config.yaml");
  const char *const places[] = { here, here == NULL ? "control" : NULL, SERVICE_SOCKET, etc };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if (places[i] != NULL && sotto_file_exists (places[i]))
      return g_strdup (places[i]);
  return g_strdup (here != NULL ? here : SERVICE_SOCKET);
}

char *
sotto_ctl_socket_of (const char *said)
{
  return said != NULL ? g_strdup (said) : socket_find ();
}

/* ---- Connecting ---- */

static void
refuse_unreachable (SottoCtlRefusal *refusal, const char *path, int reason)
{
  const char *advice = "";

  if (reason == ENOENT || reason == ECONNREFUSED)
    advice = "; is the server running? (--socket says where)";
  else if (reason == EAGAIN)
    advice = "; the server is there and does not take who asks: it hangs, or is stopped";
  else if (reason == EACCES || reason == EPERM)
    advice = "; only root and the server's own user may";
  g_autofree char *message = g_strdup_printf ("%s: %s%s", path, g_strerror (reason), advice);
  sotto_ctl_refusal_set (refusal, "unreachable", message);
}

SottoCtlConnection *
sotto_ctl_connection_open (const char *path, SottoCtlRefusal *out_refusal)
{
  const struct timeval wait = { .tv_sec = ANSWER_WAIT_S };
  g_autoptr (GError) error = NULL;
  SottoControlPath at;

  if (!sotto_control_path_init (&at, path, &error))
    {
      sotto_ctl_refusal_set (out_refusal, "unreachable", error->message);
      return NULL;
    }
  int fd = sotto_control_path_connect (&at, ACCEPT_WAIT_S);
  int reason = errno;
  sotto_control_path_clear (&at);
  if (fd < 0)
    {
      refuse_unreachable (out_refusal, path, reason);
      return NULL;
    }
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);

  SottoCtlConnection *self = g_new0 (SottoCtlConnection, 1);
  self->fd = fd;
  self->in = g_byte_array_new ();
  return self;
}

void
sotto_ctl_connection_close (SottoCtlConnection *self)
{
  if (self == NULL)
    return;
  close (self->fd);
  g_byte_array_unref (self->in);
  g_free (self);
}

/* ---- Asking ---- */

static bool
send_all (SottoCtlConnection *self, const char *bytes, gsize n)
{
  while (n > 0)
    {
      ssize_t sent = send (self->fd, bytes, n, MSG_NOSIGNAL);

      if (sent < 0 && errno != EINTR)
        return false;
      bytes += MAX (sent, 0);
      n -= (gsize)MAX (sent, 0);
    }
  return true;
}

static bool
send_request (SottoCtlConnection *self, JsonObject *request, const SottoKey *h)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), request);
  g_autofree char *line = sotto_json_to_line (node, NULL);
  bool sent = send_all (self, line, strlen (line)) && send_all (self, "\n", 1);

  if (sent && h != NULL)
    {
      char *digits = sotto_hex_encode (h, sizeof *h);

      sent = send_all (self, digits, strlen (digits)) && send_all (self, "\n", 1);
      sotto_secret_wipe_string (digits);
    }
  return sent;
}

/* The next line, NULL when none comes. */
static char *
read_line (SottoCtlConnection *self)
{
  for (;;)
    {
      uint8_t bytes[4096];
      const uint8_t *end = self->in->len > 0 ? memchr (self->in->data, '\n', self->in->len) : NULL;

      if (end != NULL)
        {
          gsize n = (gsize)(end - self->in->data);
          char *line = g_strndup ((const char *)self->in->data, n);

          g_byte_array_remove_range (self->in, 0, (guint)n + 1);
          return line;
        }
      if (self->in->len > ANSWER_LINE_MAX)
        return NULL;
      ssize_t n = recv (self->fd, bytes, sizeof bytes, 0);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return NULL;
      g_byte_array_append (self->in, bytes, (guint)n);
    }
}

static JsonNode *
read_object (SottoCtlConnection *self)
{
  g_autofree char *line = read_line (self);
  JsonNode *node = NULL;

  if (line != NULL)
    node = sotto_json_parse ("answer", line, strlen (line), ANSWER_LINE_MAX, NULL);
  if (node != NULL && !JSON_NODE_HOLDS_OBJECT (node))
    g_clear_pointer (&node, json_node_unref);
  return node;
}

static void
take_refusal (JsonObject *answer, SottoCtlRefusal *out_refusal)
{
  const char *code = "unavailable";
  const char *message = "the server refused and did not say why";

  sotto_json_get_string (answer, "code", &code);
  sotto_json_get_string (answer, "message", &message);
  sotto_ctl_refusal_set (out_refusal, code, message);
}

JsonNode *
sotto_ctl_connection_ask (SottoCtlConnection *self,
                          JsonObject *request,
                          const SottoKey *h,
                          GPtrArray *rows,
                          SottoCtlRefusal *out_refusal)
{
  /* Where sending fails there may still be an answer that says why. */
  bool sent = send_request (self, request, h);
  JsonNode *node;

  while ((node = read_object (self)) != NULL)
    {
      JsonObject *answer = json_node_get_object (node);
      bool ok;

      if (!sotto_json_get_bool (answer, "ok", &ok))
        {
          g_ptr_array_add (rows, node);
          continue;
        }
      if (ok)
        return node;
      take_refusal (answer, out_refusal);
      json_node_unref (node);
      return NULL;
    }
  sotto_ctl_refusal_set (out_refusal, "unreachable",
                         sent ? "the server hung up or does not answer"
                              : "the server hung up; only root and its own user may ask");
  return NULL;
}

JsonNode *
sotto_ctl_connection_status (SottoCtlConnection *self, SottoCtlRefusal *out_refusal)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)json_node_unref);
  JsonObject *request = json_object_new ();

  json_object_set_string_member (request, "command", "status");
  JsonNode *status = sotto_ctl_connection_ask (self, request, NULL, rows, out_refusal);
  json_object_unref (request);
  return status;
}
