// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/account.h"

#include "shared/base/json.h"
#include "shared/base/text.h"
#include "shared/crypto/fernet.h"
#include "shared/crypto/password.h"
#include <string.h>

/* Text form of 32 bytes: 44 characters with padding. */
#define IDENTITY_TEXT_LEN 44

/* Names, hashes and base64url need no escaping, so that the line is made without a JSON builder. */
static char *
account_to_json (const SottoAccount *self)
{
  char identity[IDENTITY_TEXT_LEN + 3] = "null";

  if (self->has_identity)
    {
      identity[0] = '"';
      sotto_base64url_encode (self->identity.bytes, SOTTO_KEY_LEN, identity + 1);
      identity[IDENTITY_TEXT_LEN + 1] = '"';
    }
  return g_strdup_printf ("\"%s\": {\"hash\": \"%s\", \"identity\": %s, \"ticket_gen\": %u, "
                          "\"created\": %" G_GINT64_FORMAT ", \"disabled\": %s}",
                          self->name.str, self->hash, identity, self->generation, self->created,
                          self->disabled ? "true" : "false");
}

SottoAccount *
sotto_account_new (const SottoAccount *from)
{
  SottoAccount *self = g_memdup2 (from, sizeof *from);

  self->n_refs = 1;
  self->json = account_to_json (self);
  return self;
}

SottoAccount *
sotto_account_ref (SottoAccount *self)
{
  self->n_refs++;
  return self;
}

void
sotto_account_unref (SottoAccount *self)
{
  if (--self->n_refs > 0)
    return;
  g_free (self->json);
  g_free (self);
}

static bool
read_identity (JsonObject *object, SottoAccount *out)
{
  uint8_t bytes[IDENTITY_TEXT_LEN / 4 * 3];
  const char *text;
  gsize n;

  if (json_object_has_member (object, "identity")
      && json_object_get_null_member (object, "identity"))
    return true;
  if (!sotto_json_get_string (object, "identity", &text) || strlen (text) != IDENTITY_TEXT_LEN
      || !sotto_base64url_decode (text, IDENTITY_TEXT_LEN, bytes, &n) || n != SOTTO_KEY_LEN)
    return false;
  memcpy (out->identity.bytes, bytes, SOTTO_KEY_LEN);
  out->has_identity = true;
  return true;
}

SottoAccount *
sotto_account_from_json (const char *name, JsonNode *node, const char **out_reason)
{
  SottoAccount account = { 0 };
  const char *hash;
  gint64 generation;

  if (!sotto_name_parse (name, strlen (name), &account.name))
    *out_reason = "not a username";
  else if (!JSON_NODE_HOLDS_OBJECT (node))
    *out_reason = "not an object";
  else if (!sotto_json_get_string (json_node_get_object (node), "hash", &hash)
           || sotto_password_cost (hash) == 0)
    *out_reason = "`hash` is not a bcrypt hash ($2b$)";
  else if (!read_identity (json_node_get_object (node), &account))
    *out_reason = "`identity` is neither a key of 32 bytes nor null";
  else if (!sotto_json_get_int (json_node_get_object (node), "ticket_gen", &generation)
           || generation < 0 || generation > G_MAXUINT32)
    *out_reason = "`ticket_gen` is not a number of 32 bits";
  else if (!sotto_json_get_int (json_node_get_object (node), "created", &account.created))
    *out_reason = "`created` is not a number";
  else if (!sotto_json_get_bool (json_node_get_object (node), "disabled", &account.disabled))
    *out_reason = "`disabled` is neither true nor false";
  else
    {
      g_strlcpy (account.hash, hash, sizeof account.hash);
      account.generation = (guint32)generation;
      return sotto_account_new (&account);
    }
  return NULL;
}
