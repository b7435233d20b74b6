// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/account-file.h"

#include "shared/base/file.h"
#include "shared/base/json.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include <string.h>

/* What is written is read again: see account.c and invite.c for the lines. */
#define ACCOUNT_LINE_MAX 264
#define INVITE_LINE_MAX  200
G_STATIC_ASSERT ((guint64)SOTTO_ACCOUNTS_MAX *ACCOUNT_LINE_MAX
                     + (guint64)SOTTO_INVITES_MAX * INVITE_LINE_MAX + 1024
                 <= SOTTO_ACCOUNT_FILE_MAX);

void
sotto_account_file_init (SottoAccountFile *self)
{
  self->max = SOTTO_ACCOUNTS_MAX;
  self->realm = NULL;
  self->generation = 0;
  self->records =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)sotto_account_unref);
  self->invites = sotto_invites_new ();
}

void
sotto_account_file_clear (SottoAccountFile *self)
{
  g_clear_pointer (&self->realm, g_free);
  g_clear_pointer (&self->records, g_hash_table_unref);
  g_clear_pointer (&self->invites, sotto_invites_free);
}

/* What we read is what we wrote, one account a line: the first line that opens with the member's
 * name is its own. */
static guint
find_line (const char *text, const char *member)
{
  g_autofree char *needle = g_strdup_printf ("\"%s\"", member);
  const char *at = strstr (text, needle);
  guint line = 1;

  for (const char *c = text; at != NULL && c < at; c++)
    line += *c == '\n';
  return line;
}

static bool
damaged (const char *path, const char *text, const char *member, const char *reason, GError **error)
{
  g_autofree char *shown = sotto_text_display (member, 40);

  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT, "%s:%u: \"%s\": %s", path,
               find_line (text, member), shown, reason);
  return false;
}

static bool
read_invites (SottoAccountFile *self,
              const char *path,
              const char *text,
              JsonObject *root,
              GError **error)
{
  const char *id;
  const char *reason;

  if (!json_object_has_member (root, "invites")
      || !JSON_NODE_HOLDS_OBJECT (json_object_get_member (root, "invites")))
    return damaged (path, text, "invites", "missing or not an object", error);
  return sotto_invites_read (self->invites, json_object_get_object_member (root, "invites"), &id,
                             &reason)
         || damaged (path, text, id, reason, error);
}

static bool
read_header (SottoAccountFile *self,
             const char *path,
             const char *text,
             JsonObject *root,
             GError **error)
{
  gint64 version;
  gint64 generation;
  const char *realm = NULL;

  if (!sotto_json_get_int (root, "version", &version))
    return damaged (path, text, "version", "missing or not a number", error);
  if (version < 1)
    return damaged (path, text, "version", "there is no such version", error);
  if (version > SOTTO_ACCOUNT_FILE_VERSION)
    return damaged (path, text, "version", "written by a newer sotto-server", error);
  if (!sotto_json_get_int (root, "ticket_gen", &generation) || generation < 0
      || generation > G_MAXUINT32)
    return damaged (path, text, "ticket_gen", "missing or not a number of 32 bits", error);
  if (!json_object_has_member (root, "realm")
      || (!json_object_get_null_member (root, "realm")
          && (!sotto_json_get_string (root, "realm", &realm) || realm[0] == '\0'
              || strlen (realm) > SOTTO_REALM_MAX)))
    return damaged (path, text, "realm", "missing or not 1 to 64 bytes of text", error);
  if (!json_object_has_member (root, "accounts")
      || !JSON_NODE_HOLDS_OBJECT (json_object_get_member (root, "accounts")))
    return damaged (path, text, "accounts", "missing or not an object", error);

  self->realm = g_strdup (realm);
  self->generation = (guint32)generation;
  return version == 1 || read_invites (self, path, text, root, error);
}

static bool
read_accounts (SottoAccountFile *self,
               const char *path,
               const char *text,
               JsonObject *accounts,
               GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, accounts);
  while (json_object_iter_next (&iter, &name, &node))
    {
      const char *reason = NULL;
      SottoAccount *account = sotto_account_from_json (name, node, &reason);

      if (account == NULL)
        return damaged (path, text, name, reason, error);
      g_hash_table_insert (self->records, account->name.str, account);
      if (account->generation > self->generation)
        return damaged (path, text, name, "`ticket_gen` is above that of the file", error);
    }
  return true;
}

static bool
read_root (SottoAccountFile *self,
           const char *path,
           const char *text,
           JsonNode *node,
           GError **error)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT, "%s:1: not an object", path);
      return false;
    }

  JsonObject *root = json_node_get_object (node);
  if (json_object_has_member (root, "_default"))
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG,
                   "%s:1:1: this is a TinyDB file of the old server, expected one of "
                   "sotto-server: these accounts must sign up again (move the file away)",
                   path);
      return false;
    }
  return read_header (self, path, text, root, error)
         && read_accounts (self, path, text, json_object_get_object_member (root, "accounts"),
                           error);
}

bool
sotto_account_file_load (SottoAccountFile *self, const char *path, GError **error)
{
  gsize n;
  g_autofree char *text = sotto_file_read (path, SOTTO_ACCOUNT_FILE_MAX, &n, error);

  return text != NULL && sotto_account_file_parse (self, path, text, n, error);
}

bool
sotto_account_file_parse (SottoAccountFile *self,
                          const char *path,
                          const char *text,
                          gsize n,
                          GError **error)
{
  g_autoptr (JsonNode) node = sotto_json_parse (path, text, n, SOTTO_ACCOUNT_FILE_MAX, error);
  if (node == NULL)
    return false;
  if (read_root (self, path, text, node, error))
    return true;
  sotto_account_file_clear (self);
  sotto_account_file_init (self);
  return false;
}

GString *
sotto_account_file_print (const char *realm_json,
                          guint32 generation,
                          const char *invites,
                          const char *const *lines,
                          gsize n_lines)
{
  GString *text = g_string_sized_new (256 + strlen (invites) + n_lines * 256);

  g_string_append_printf (text,
                          "{\n"
                          "  \"version\": %d,\n"
                          "  \"realm\": %s,\n"
                          "  \"ticket_gen\": %u,\n"
                          "  \"invites\": {%s},\n"
                          "  \"accounts\": {",
                          SOTTO_ACCOUNT_FILE_VERSION, realm_json, generation, invites);
  for (gsize i = 0; i < n_lines; i++)
    {
      g_string_append (text, i == 0 ? "\n    " : ",\n    ");
      g_string_append (text, lines[i]);
    }
  g_string_append (text, n_lines == 0 ? "}\n}\n" : "\n  }\n}\n");
  return text;
}

char *
sotto_account_file_quote_realm (const char *realm)
{
  if (realm == NULL)
    return g_strdup ("null");

  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), realm);
  gsize n;
  return sotto_json_to_line (node, &n);
}
