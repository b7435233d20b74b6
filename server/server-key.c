// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/server-key.h"

#include "shared/base/file.h"
#include "shared/base/limits.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include "shared/crypto/certificate.h"
#include <string.h>

#define KEY_FILE_MAX (64u * 1024)
/* The frame's limit counts its type and body. */
#define CERTIFICATE_MAX (SOTTO_FRAME_FROM_SERVER_MAX - 1)

SottoServerKey *
sotto_server_key_new (SottoPrivateKey *take_private, GBytes *take_certificate)
{
  SottoServerKey *self = g_new0 (SottoServerKey, 1);
  SottoPublicKey *public = sotto_private_key_public (take_private);

  self->private = take_private;
  self->certificate = take_certificate;
  sotto_public_key_kid (public, self->kid);
  sotto_public_key_fingerprint (public, &self->fingerprint);
  self->wrap_len = sotto_public_key_wrap_len (public);
  sotto_private_key_server_secret (take_private, &self->secret);
  return self;
}

void
sotto_server_key_free (SottoServerKey *self)
{
  if (self == NULL)
    return;
  sotto_private_key_free (self->private);
  g_bytes_unref (self->certificate);
  sotto_secret_wipe (&self->secret, sizeof self->secret);
  g_free (self->realm);
  g_free (self);
}

void
sotto_server_key_set_realm (SottoServerKey *self, const char *realm)
{
  g_free (self->realm);
  self->realm = g_strdup (realm);
}

/* Whatever is wrong with a file that the configuration names is a fault of the configuration. */
static void
blame_config (GError **error, const SottoServerConfig *config, const char *key, const char *path)
{
  g_autofree char *reason = g_strdup ((*error)->message);

  g_clear_error (error);
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG, "%s:1:1: `%s` cannot be used (%s): %s",
               config->path, key, path, reason);
}

static SottoPrivateKey *
load_private (const SottoServerConfig *config, GError **error)
{
  gsize n;
  char *bytes = sotto_file_read (config->server_private_key, KEY_FILE_MAX, &n, error);
  SottoPrivateKey *key = NULL;

  if (bytes != NULL)
    {
      key = sotto_private_key_from_bytes (bytes, n, error);
      sotto_secret_wipe (bytes, n);
      g_free (bytes);
    }
  return key;
}

static GBytes *
load_certificate (const SottoServerConfig *config, GError **error)
{
  gsize n;
  g_autofree char *bytes = sotto_file_read (config->server_certificate, KEY_FILE_MAX, &n, error);

  return bytes != NULL ? sotto_certificate_to_der (bytes, n, error) : NULL;
}

static bool
is_certificate_of (const SottoServerKey *self)
{
  gsize n;
  const uint8_t *der = g_bytes_get_data (self->certificate, &n);
  g_autoptr (SottoPublicKey) public = sotto_certificate_public_key (der, n, NULL);
  SottoKey fingerprint;

  if (public == NULL)
    return false;
  sotto_public_key_fingerprint (public, &fingerprint);
  return memcmp (&self->fingerprint, &fingerprint, sizeof fingerprint) == 0;
}

/* CERT must fit into what a client takes before it is logged in. */
static bool
check_pair (const SottoServerConfig *config, const SottoServerKey *self, GError **error)
{
  if (!is_certificate_of (self))
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG,
                   "%s:1:1: `server_privateKey` and `server_certificate` do not belong together, "
                   "expected the certificate of that key",
                   config->path);
      return false;
    }
  if (g_bytes_get_size (self->certificate) <= CERTIFICATE_MAX)
    return true;
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG,
               "%s:1:1: `server_certificate` is too large, expected at most %d bytes of DER",
               config->path, CERTIFICATE_MAX);
  return false;
}

SottoServerKey *
sotto_server_key_pair (const SottoServerConfig *config,
                       SottoPrivateKey *take_private,
                       GBytes *take_certificate,
                       GError **error)
{
  SottoServerKey *self = sotto_server_key_new (take_private, take_certificate);

  if (!check_pair (config, self, error))
    g_clear_pointer (&self, sotto_server_key_free);
  return self;
}

SottoServerKey *
sotto_server_key_load (const SottoServerConfig *config, GError **error)
{
  g_autoptr (GError) reason = NULL;
  SottoPrivateKey *private = load_private (config, &reason);
  GBytes *certificate = private != NULL ? load_certificate (config, &reason) : NULL;

  if (certificate != NULL)
    return sotto_server_key_pair (config, private, certificate, error);
  if (private == NULL)
    blame_config (&reason, config, "server_privateKey", config->server_private_key);
  else
    blame_config (&reason, config, "server_certificate", config->server_certificate);
  sotto_private_key_free (private);
  g_propagate_error (error, g_steal_pointer (&reason));
  return NULL;
}

char *
sotto_server_key_join_link (const SottoServerKey *self, const char *host, guint16 port)
{
  bool v6 = strchr (host, ':') != NULL;
  g_autofree char *fingerprint = sotto_hex_encode (&self->fingerprint, sizeof self->fingerprint);
  g_autofree char *realm = g_uri_escape_string (self->realm, NULL, FALSE);

  return g_strdup_printf ("sotto://%s%s%s:%u/?realm=%s&fp=%s", v6 ? "[" : "", host, v6 ? "]" : "",
                          port, realm, fingerprint);
}
