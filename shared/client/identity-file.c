// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The secret key stands before the text, so that it never passes through JSON. `sum` tells damage
 * from another passphrase, which the MAC alone cannot: it protects against nobody.
 */
#include <config.h>

#include "shared/client/identity-file.h"

#include "shared/base/json.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/fernet.h"
#include "shared/crypto/password.h"
#include <glib/gi18n-lib.h>
#include <string.h>

#define KIND    "identity"
#define VERSION 1

void
sotto_identity_file_clear (SottoIdentityFile *self)
{
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->realm, g_free);
  g_clear_pointer (&self->book, sotto_contact_book_free);
  sotto_secret_wipe (self, sizeof *self);
}

static bool
make_key (const char *passphrase, const SottoKey *salt, SottoFernetKey *out, GError **error)
{
  SottoKey key;

  if (passphrase == NULL || *passphrase == '\0'
      || !sotto_password_file_key (passphrase, salt, &key))
    {
      g_set_error_literal (error, SOTTO_ERROR, SOTTO_ERROR_INVALID,
                           _ ("A passphrase is needed, of valid characters."));
      return false;
    }
  sotto_fernet_key_init (out, &key);
  sotto_secret_wipe (&key, sizeof key);
  return true;
}

static void
make_sum (const SottoKey *salt, const char *token, SottoKey *out)
{
  const SottoSpan spans[] = { SOTTO_SPAN (salt->bytes, sizeof salt->bytes),
                              SOTTO_SPAN (token, strlen (token)) };

  sotto_sha256 (spans, G_N_ELEMENTS (spans), out);
}

static JsonNode *
take_object (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node;
}

static void
set_key (JsonObject *object, const char *member, const SottoKey *key)
{
  g_autofree char *hex = sotto_hex_encode (key->bytes, sizeof key->bytes);

  json_object_set_string_member (object, member, hex);
}

static bool
get_key (JsonObject *object, const char *member, SottoKey *out)
{
  const char *hex;

  return sotto_json_get_string (object, member, &hex)
         && sotto_hex_decode (hex, out->bytes, sizeof out->bytes);
}

/* --- Inside: the secret key, a line that says whose it is, a line with the contact book --- */

static GByteArray *
make_content (const SottoIdentityFile *self)
{
  JsonObject *object = json_object_new ();
  GByteArray *content = g_byte_array_new ();
  gsize n_head, n_book;

  json_object_set_string_member (object, "server", self->server);
  set_key (object, "fingerprint", &self->fingerprint);
  json_object_set_string_member (object, "realm", self->realm);
  json_object_set_string_member (object, "name", self->name.str);
  g_autoptr (JsonNode) node = take_object (object);
  g_autofree char *head = sotto_json_to_line (node, &n_head);
  char *book = sotto_contact_book_to_json (self->book, &n_book);

  /* At its full size from the start: what grows leaves copies behind. */
  g_byte_array_set_size (content, (guint)(SOTTO_KEY_LEN + n_head + 1 + n_book));
  g_byte_array_set_size (content, 0);
  g_byte_array_append (content, self->identity.secret.bytes, SOTTO_KEY_LEN);
  g_byte_array_append (content, (const guint8 *)head, (guint)n_head);
  g_byte_array_append (content, (const guint8 *)"\n", 1);
  g_byte_array_append (content, (const guint8 *)book, (guint)n_book);
  sotto_secret_wipe_string (book);
  return content;
}

static bool
read_head (const char *text, gsize n, SottoIdentityFile *out)
{
  const char *server, *realm, *name;
  g_autoptr (JsonNode) node = sotto_json_parse ("identity", text, n, n, NULL);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return false;
  JsonObject *object = json_node_get_object (node);
  if (!sotto_json_get_string (object, "server", &server)
      || !get_key (object, "fingerprint", &out->fingerprint)
      || !sotto_json_get_string (object, "realm", &realm) || strlen (realm) > SOTTO_REALM_MAX
      || !sotto_json_get_string (object, "name", &name)
      || !sotto_name_parse (name, strlen (name), &out->name))
    return false;
  out->server = g_strdup (server);
  out->realm = g_strdup (realm);
  return true;
}

/* Authentic, but a later program may have written it. */
static bool
read_content (const uint8_t *content, gsize n, SottoIdentityFile *out)
{
  if (n <= SOTTO_KEY_LEN)
    return false;
  const char *head = (const char *)content + SOTTO_KEY_LEN;
  const char *end = memchr (head, '\n', n - SOTTO_KEY_LEN);
  if (end == NULL || !read_head (head, (gsize)(end - head), out))
    return false;
  gsize n_book = n - SOTTO_KEY_LEN - (gsize)(end + 1 - head);
  out->book = sotto_contact_book_from_json ("identity", end + 1, n_book, NULL);
  if (out->book == NULL)
    return false;
  SottoKey secret;
  memcpy (secret.bytes, content, SOTTO_KEY_LEN);
  sotto_key_pair_from_secret (&out->identity, &secret);
  sotto_secret_wipe (&secret, sizeof secret);
  return true;
}

/* --- Outside --- */

static GBytes *
to_text (const SottoKey *salt, const char *token)
{
  JsonObject *object = json_object_new ();
  SottoKey sum;
  gsize n;

  make_sum (salt, token, &sum);
  json_object_set_string_member (object, "sotto", KIND);
  json_object_set_int_member (object, "version", VERSION);
  set_key (object, "salt", salt);
  set_key (object, "sum", &sum);
  json_object_set_string_member (object, "token", token);
  g_autoptr (JsonNode) node = take_object (object);
  char *text = sotto_json_to_text (node, &n);
  return g_bytes_new_take (text, n);
}

GBytes *
sotto_identity_file_seal (const SottoIdentityFile *self,
                          const char *passphrase,
                          const SottoRandom *random,
                          GError **error)
{
  SottoFernetKey key = { 0 };
  SottoKey salt;

  sotto_random_fill (random, &salt, sizeof salt);
  if (!make_key (passphrase, &salt, &key, error))
    return NULL;
  GByteArray *content = make_content (self);
  g_autofree char *token = g_malloc0 (sotto_fernet_text_len (content->len) + 1);
  sotto_fernet_seal_text (&key, NULL, content->data, content->len, token);
  sotto_fernet_key_clear (&key);
  sotto_secret_wipe (content->data, content->len);
  g_byte_array_unref (content);
  return to_text (&salt, token);
}

static bool
fail (const char *path, SottoError code, const char *what, GError **error)
{
  g_set_error (error, SOTTO_ERROR, (gint)code, "%s: %s", path, what);
  return false;
}

/* token is borrowed from root. */
static bool
read_outside (const char *path,
              JsonNode *root,
              SottoKey *out_salt,
              const char **out_token,
              GError **error)
{
  const char *kind;
  gint64 version;
  SottoKey sum, real;

  JsonObject *object = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  if (object == NULL || !sotto_json_get_string (object, "sotto", &kind)
      || !g_str_equal (kind, KIND))
    return fail (path, SOTTO_ERROR_CORRUPT, _ ("this is not an identity file"), error);
  if (!sotto_json_get_int (object, "version", &version) || version != VERSION)
    return fail (path, SOTTO_ERROR_CORRUPT, _ ("this identity file is of another version"), error);
  if (!get_key (object, "salt", out_salt) || !get_key (object, "sum", &sum)
      || !sotto_json_get_string (object, "token", out_token))
    return fail (path, SOTTO_ERROR_CORRUPT, _ ("this identity file is damaged"), error);
  make_sum (out_salt, *out_token, &real);
  if (memcmp (&sum, &real, sizeof sum) != 0)
    return fail (path, SOTTO_ERROR_CORRUPT, _ ("this identity file is damaged"), error);
  return true;
}

bool
sotto_identity_file_open (const char *path,
                          const char *text,
                          gsize n,
                          const char *passphrase,
                          SottoIdentityFile *out,
                          GError **error)
{
  g_autoptr (JsonNode) root = sotto_json_parse (path, text, n, SOTTO_IDENTITY_FILE_MAX_BYTES, NULL);
  g_auto (SottoIdentityFile) file = { 0 };
  SottoFernetKey key = { 0 };
  const char *token;
  gsize n_content = 0;
  SottoKey salt;

  if (root == NULL)
    return fail (path, SOTTO_ERROR_CORRUPT, _ ("this is not an identity file, or it is damaged"),
                 error);
  if (!read_outside (path, root, &salt, &token, error)
      || !make_key (passphrase, &salt, &key, error))
    return false;
  gsize n_token = strlen (token);
  uint8_t *content = g_malloc0 (n_token + 1);
  bool opened = sotto_fernet_open_text (&key, token, n_token, content, &n_content);
  bool understood = opened && read_content (content, n_content, &file);
  sotto_fernet_key_clear (&key);
  sotto_secret_wipe (content, n_token);
  g_free (content);
  if (!opened)
    return fail (path, SOTTO_ERROR_LOCKED, _ ("another passphrase opens this identity file"),
                 error);
  if (!understood)
    return fail (path, SOTTO_ERROR_CORRUPT, _ ("this identity file is of another version"), error);
  *out = file;
  sotto_secret_wipe (&file, sizeof file); /* its parts have moved */
  return true;
}
