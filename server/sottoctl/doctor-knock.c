// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/sottoctl/doctor-knock.h"

#include "shared/base/text.h"
#include "shared/net/link.h"
#include "shared/wire/hello.h"
#include <netinet/in.h>
#include <string.h>

#define PATIENCE_S 5

/* The first frame; SOTTO_OK and nothing used: the stream ended before. */
static bool
read_frame (GInputStream *stream, GByteArray *bytes, SottoFrame *out, GError **error)
{
  gsize used = 0;

  while (used == 0)
    {
      guint8 piece[4096];
      gssize n = g_input_stream_read (stream, piece, sizeof piece, NULL, error);

      if (n <= 0)
        return false;
      g_byte_array_append (bytes, piece, (guint)n);
      if (sotto_frame_next (bytes->data, bytes->len, SOTTO_FRAME_FROM_SERVER_MAX, out, &used)
          != SOTTO_OK)
        return false;
    }
  return true;
}

static char *
read_hello (GInputStream *stream, const char *fingerprint)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  SottoFrame frame;
  SottoHello hello;

  if (!read_frame (stream, bytes, &frame, &error))
    return g_strdup (error != NULL ? error->message : "something else answers there");
  if (frame.type == SOTTO_FRAME_FAIL)
    return g_strdup ("the server is too busy to greet");
  if (sotto_hello_decode (&frame, &hello) != SOTTO_OK)
    return g_strdup ("something else answers there");
  g_autofree char *kid = sotto_hex_encode (hello.kid, sizeof hello.kid);
  return g_str_has_prefix (fingerprint, kid) ? NULL
                                             : g_strdup ("a Sotto server with another key answers");
}

char *
sotto_doctor_knock_tcp (const char *host, guint16 port, const char *fingerprint)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;

  g_socket_client_set_timeout (client, PATIENCE_S);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_autoptr (GSocketConnectable) where = g_network_address_new (host, port);
  g_autoptr (GSocketConnection) connection = g_socket_client_connect (client, where, NULL, &error);
  if (connection == NULL)
    return g_strdup (error->message);
  return read_hello (g_io_stream_get_input_stream (G_IO_STREAM (connection)), fingerprint);
}

char *
sotto_doctor_try_port (const SottoAddr *addr, GSocketType type)
{
  bool v6 = addr->family == 6;
  bool stream = type == G_SOCKET_TYPE_STREAM;
  g_autoptr (GSocketAddress) where = sotto_addr_to_gsocket (addr);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new (v6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4, type,
                                             G_SOCKET_PROTOCOL_DEFAULT, NULL);

  /* Where there is no IPv6 the server does without. */
  if (socket == NULL || (v6 && !g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, NULL)))
    return NULL;
  if (g_socket_bind (socket, where, stream, &error)
      && (!stream || g_socket_listen (socket, &error)))
    return NULL;
  return g_strdup (error->message);
}

void
sotto_doctor_knock_udp (const char *ip, guint16 port)
{
  g_autoptr (GSocketAddress) where = g_inet_socket_address_new_from_string (ip, port);
  g_autoptr (GSocket) socket = NULL;

  if (where != NULL)
    socket = g_socket_new (g_socket_address_get_family (where), G_SOCKET_TYPE_DATAGRAM,
                           G_SOCKET_PROTOCOL_UDP, NULL);
  if (socket != NULL)
    g_socket_send_to (socket, where, "doctor", strlen ("doctor"), NULL, NULL);
}
