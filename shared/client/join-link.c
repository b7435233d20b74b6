// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Join links and typed server names. A parameter that we do not know is passed over, so that a
 * newer server's link still joins; one given twice is refused, as nobody can say which was meant.
 */
#include "shared/client/join-link.h"

#include "shared/base/error.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include <gio/gio.h>
#include <string.h>

#define SCHEME   "sotto://"
#define HOST_MAX 253 /* of a DNS name, RFC 1035 */

static bool
invalid (GError **error, const char *what)
{
  g_set_error_literal (error, SOTTO_ERROR, SOTTO_ERROR_INVALID, what);
  return false;
}

static bool
is_ipv6 (const char *text)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  return address != NULL && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;
}

static bool
is_host_name (const char *text)
{
  gsize n = strlen (text);

  if (n == 0 || n > HOST_MAX)
    return false;
  for (const char *c = text; *c != '\0'; c++)
    {
      /* Beyond ASCII: an internationalized name, which the resolver judges. */
      if ((uint8_t)*c < 0x80 && !g_ascii_isalnum (*c) && strchr (".-_", *c) == NULL)
        return false;
    }
  return g_utf8_validate (text, n, NULL);
}

static bool
parse_port (const char *digits, uint16_t *out)
{
  guint64 port;

  if (!g_ascii_string_to_unsigned (digits, 10, 1, 65535, &port, NULL))
    return false;
  *out = (uint16_t)port;
  return true;
}

/* text = HOST, an optional colon and PORT; host keeps no brackets. */
static bool
split_host_port (const char *text, char **out_host, uint16_t *out_port)
{
  const char *close = *text == '[' ? strchr (text, ']') : NULL;
  const char *colon = strchr (close != NULL ? close : text, ':');
  g_autofree char *host = NULL;
  uint16_t port = SOTTO_PORT_DEFAULT;

  if (close != NULL)
    host = g_strndup (text + 1, close - text - 1);
  else if (colon != NULL && strchr (colon + 1, ':') == NULL)
    host = g_strndup (text, colon - text);
  else
    {
      host = g_strdup (text);
      colon = NULL;
    }

  bool is_literal = close != NULL || strchr (host, ':') != NULL;
  if (is_literal ? !is_ipv6 (host) : !is_host_name (host))
    return false;
  if (close != NULL && close[1] != '\0' && colon != close + 1)
    return false;
  if (colon != NULL && !parse_port (colon + 1, &port))
    return false;
  *out_host = g_steal_pointer (&host);
  *out_port = port;
  return true;
}

bool
sotto_server_parse (const char *typed, char **out_host, uint16_t *out_port, GError **error)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));

  if (!split_host_port (text, out_host, out_port))
    return invalid (error, "not a server: expected HOST, HOST:PORT or [IPv6]:PORT");
  return true;
}

char *
sotto_server_to_string (const char *host, uint16_t port)
{
  g_autofree char *lower = g_ascii_strdown (host, -1);
  bool is_literal = strchr (host, ':') != NULL;

  return g_strdup_printf (is_literal ? "[%s]:%u" : "%s:%u", lower, port);
}

static bool
take_text (char **field, const char *value, gsize max)
{
  gsize n = strlen (value);

  if (*field != NULL || n == 0 || n > max || !g_utf8_validate (value, n, NULL))
    return false;
  *field = g_strdup (value);
  return true;
}

static bool
take_parameter (SottoJoinLink *self, const char *key, const char *value)
{
  if (g_str_equal (key, "realm"))
    return take_text (&self->realm, value, SOTTO_REALM_MAX);
  if (g_str_equal (key, "invite"))
    return take_text (&self->invite, value, SOTTO_INVITE_MAX);
  if (!g_str_equal (key, "fp"))
    return true;
  if (self->has_fingerprint
      || !sotto_hex_decode (value, self->fingerprint.bytes, sizeof self->fingerprint.bytes))
    return false;
  self->has_fingerprint = true;
  return true;
}

static bool
parse_query (SottoJoinLink *self, const char *query)
{
  g_auto (GStrv) pairs = g_strsplit (query, "&", -1);

  for (char **pair = pairs; *pair != NULL; pair++)
    {
      char *equals = strchr (*pair, '=');
      if (equals == NULL)
        return false;
      *equals = '\0';
      /* NULL for a broken escape and for %00 */
      g_autofree char *value = g_uri_unescape_string (equals + 1, NULL);
      if (value == NULL || !take_parameter (self, *pair, value))
        return false;
    }
  return true;
}

bool
sotto_join_link_parse (const char *text, SottoJoinLink *out, GError **error)
{
  SottoJoinLink link = { 0 };
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  if (g_ascii_strncasecmp (stripped, SCHEME, strlen (SCHEME)) != 0)
    return invalid (error, "not a join link: expected sotto://HOST:PORT/?realm=…&fp=…");

  const char *rest = stripped + strlen (SCHEME);
  gsize n_authority = strcspn (rest, "/?#");
  g_autofree char *authority = g_strndup (rest, n_authority);
  rest += n_authority;
  if (*rest == '/')
    rest++;

  if (!split_host_port (authority, &link.host, &link.port)
      || (*rest != '\0'
          && (*rest != '?' || strchr (rest, '#') != NULL || !parse_query (&link, rest + 1))))
    {
      sotto_join_link_clear (&link);
      return invalid (error, "a damaged join link: copy it whole, with realm and fp");
    }
  *out = link;
  return true;
}

char *
sotto_join_link_to_string (const SottoJoinLink *self)
{
  g_autofree char *server = sotto_server_to_string (self->host, self->port);
  GString *link = g_string_new (SCHEME);
  char separator = '?';

  g_string_append_printf (link, "%s/", server);
  if (self->realm != NULL)
    {
      g_autofree char *realm = g_uri_escape_string (self->realm, NULL, FALSE);
      g_string_append_printf (link, "%crealm=%s", separator, realm);
      separator = '&';
    }
  if (self->has_fingerprint)
    {
      g_autofree char *hex = sotto_hex_encode (self->fingerprint.bytes, SOTTO_KEY_LEN);
      g_string_append_printf (link, "%cfp=%s", separator, hex);
      separator = '&';
    }
  if (self->invite != NULL)
    {
      g_autofree char *invite = g_uri_escape_string (self->invite, NULL, FALSE);
      g_string_append_printf (link, "%cinvite=%s", separator, invite);
    }
  return g_string_free (link, FALSE);
}

void
sotto_join_link_clear (SottoJoinLink *self)
{
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->realm, g_free);
  g_clear_pointer (&self->invite, g_free);
  self->has_fingerprint = false;
}
