// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/invite.h"

#include "shared/base/text.h"
#include "shared/crypto/fernet.h"
#include <string.h>

/* 32 of them, so that no letter is likelier; without those that are mistaken for each other. */
static const char letters[] = "abcdefghijkmnopqrstuvwxyz2345678";

#define DIGEST_TEXT_LEN 44 /* of 32 bytes, with padding */

void
sotto_invite_make (SottoInvite *self,
                   const SottoRandom *random,
                   char out_code[static SOTTO_INVITE_CODE_LEN + 1])
{
  guint8 bytes[SOTTO_INVITE_CODE_LEN];

  sotto_random_fill (random, bytes, sizeof bytes);
  for (gsize i = 0; i < sizeof bytes; i++)
    out_code[i] = letters[bytes[i] % 32];
  out_code[SOTTO_INVITE_ID_LEN] = '-';
  out_code[SOTTO_INVITE_CODE_LEN] = '\0';
  sotto_invite_from_code (self, out_code, SOTTO_INVITE_CODE_LEN);
}

bool
sotto_invite_id_is_valid (const char *id)
{
  return strlen (id) == SOTTO_INVITE_ID_LEN && strspn (id, letters) == SOTTO_INVITE_ID_LEN;
}

bool
sotto_invite_from_code (SottoInvite *self, const char *code, gsize n)
{
  char id[SOTTO_INVITE_ID_LEN + 1] = { 0 };

  if (n != SOTTO_INVITE_CODE_LEN || code[SOTTO_INVITE_ID_LEN] != '-')
    return false;
  memcpy (id, code, SOTTO_INVITE_ID_LEN);
  if (!sotto_invite_id_is_valid (id))
    return false;
  g_strlcpy (self->id, id, sizeof self->id);
  sotto_sha256 (&SOTTO_SPAN (code, n), 1, &self->digest);
  return true;
}

void
sotto_invite_append_json (const SottoInvite *self, GString *out)
{
  char digest[DIGEST_TEXT_LEN + 1] = { 0 };

  sotto_base64url_encode (self->digest.bytes, SOTTO_KEY_LEN, digest);
  g_string_append_printf (out,
                          "\"%s\": {\"digest\": \"%s\", \"uses\": %u, "
                          "\"created\": %" G_GINT64_FORMAT ", \"expires\": %" G_GINT64_FORMAT "}",
                          self->id, digest, self->uses, self->created, self->expires);
}

static bool
read_digest (JsonObject *object, SottoInvite *out)
{
  uint8_t bytes[DIGEST_TEXT_LEN / 4 * 3];
  const char *text;
  gsize n;

  if (!sotto_json_get_string (object, "digest", &text) || strlen (text) != DIGEST_TEXT_LEN
      || !sotto_base64url_decode (text, DIGEST_TEXT_LEN, bytes, &n) || n != SOTTO_KEY_LEN)
    return false;
  memcpy (out->digest.bytes, bytes, SOTTO_KEY_LEN);
  return true;
}

bool
sotto_invite_from_json (SottoInvite *self, const char *id, JsonNode *node, const char **out_reason)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  gint64 uses;

  *out_reason = NULL;
  if (!sotto_invite_id_is_valid (id))
    *out_reason = "not the id of an invite";
  else if (object == NULL)
    *out_reason = "not an object";
  else if (!read_digest (object, self))
    *out_reason = "`digest` is not 32 bytes";
  else if (!sotto_json_get_int (object, "uses", &uses) || uses < 1 || uses > SOTTO_INVITE_USES_MAX)
    *out_reason = "`uses` is not a number from 1 to " G_STRINGIFY (SOTTO_INVITE_USES_MAX);
  else if (!sotto_json_get_int (object, "created", &self->created))
    *out_reason = "`created` is not a number";
  else if (!sotto_json_get_int (object, "expires", &self->expires))
    *out_reason = "`expires` is not a number";
  else
    {
      g_strlcpy (self->id, id, sizeof self->id);
      self->uses = (guint32)uses;
    }
  return *out_reason == NULL;
}
