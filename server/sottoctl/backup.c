// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/sottoctl/backup.h"

#include "server/restore.h"
#include "server/sottoctl/connection.h"
#include <stdio.h>

static gint64
now_s (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
print_object (JsonObject *take_object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), take_object);

  json_object_unref (take_object);
  sotto_ctl_print_json (node, NULL, NULL);
}

static guint
count_invites (const SottoBackup *backup)
{
  g_autoptr (GPtrArray) list = sotto_invites_list (backup->accounts.invites, now_s ());

  return list->len;
}

static JsonObject *
describe (const SottoBackup *backup)
{
  JsonObject *answer = json_object_new ();

  json_object_set_boolean_member (answer, "ok", TRUE);
  json_object_set_int_member (answer, "created", backup->created);
  json_object_set_int_member (answer, "accounts", g_hash_table_size (backup->accounts.records));
  json_object_set_int_member (answer, "invites", count_invites (backup));
  return answer;
}

/* ---- backup ---- */

/* What the running server says of itself; NULL and *out_refusal when there is none. */
static JsonNode *
ask_status (const SottoCtlLine *line, SottoCtlRefusal *out_refusal)
{
  g_autofree char *socket = sotto_ctl_socket_of (line->socket);
  g_autoptr (SottoCtlConnection) connection = sotto_ctl_connection_open (socket, out_refusal);

  return connection != NULL ? sotto_ctl_connection_status (connection, out_refusal) : NULL;
}

/* Of the server that runs; of one that does not, where it would look for its configuration. */
static SottoBackup *
take (const SottoCtlLine *line, SottoCtlRefusal *out_refusal)
{
  g_autoptr (JsonNode) status = ask_status (line, out_refusal);
  g_autofree char *found = NULL;
  g_autoptr (SottoBackup) backup = NULL;
  g_autoptr (GError) error = NULL;
  const char *config = NULL;
  const char *data_base = NULL;

  if (status != NULL)
    {
      sotto_json_get_string (json_node_get_object (status), "config", &config);
      sotto_json_get_string (json_node_get_object (status), "data_base", &data_base);
    }
  else if (line->socket == NULL)
    config = found = sotto_server_config_find ();
  if (config == NULL)
    return NULL;
  sotto_ctl_refusal_clear (out_refusal);
  backup = sotto_backup_take (config, now_s (), &error);
  if (backup == NULL)
    sotto_ctl_refusal_take (out_refusal, g_steal_pointer (&error));
  else if (data_base != NULL && !g_str_equal (data_base, backup->files[SOTTO_BACKUP_ACCOUNTS].path))
    sotto_ctl_refusal_set (out_refusal, "config",
                           "`data_base` was changed in the configuration, but the server still "
                           "uses another file: restart it first");
  return out_refusal->code == NULL ? g_steal_pointer (&backup) : NULL;
}

static void
print_taken (const SottoBackup *backup, const char *path)
{
  guint n = g_hash_table_size (backup->accounts.records);
  guint n_invites = count_invites (backup);

  printf ("Wrote configuration, key, certificate, %u account%s and %u invite%s to %s.\n"
          "Whoever has this file can be this server: keep it as you keep the key.\n",
          n, n == 1 ? "" : "s", n_invites, n_invites == 1 ? "" : "s", path);
}

bool
sotto_ctl_backup (const SottoCtlCommand *command,
                  const SottoCtlLine *line,
                  SottoCtlRefusal *out_refusal)
{
  g_autoptr (SottoBackup) backup = take (line, out_refusal);
  g_autofree char *path = g_canonicalize_filename (line->argument, NULL);
  g_autoptr (GError) error = NULL;

  if (backup == NULL)
    return false;
  if (!sotto_backup_write (backup, path, &error))
    {
      sotto_ctl_refusal_take (out_refusal, g_steal_pointer (&error));
      return false;
    }
  if (!line->json)
    {
      print_taken (backup, path);
      return true;
    }
  JsonObject *answer = describe (backup);
  json_object_set_string_member (answer, "file", path);
  print_object (answer);
  return true;
}

/* ---- restore ---- */

static const struct
{
  const char *name;
  const char *said;
} hows[] = {
  [SOTTO_RESTORE_SAME] = { "same", "is as it was" },
  [SOTTO_RESTORE_NEW] = { "new", "written" },
  [SOTTO_RESTORE_REPLACED] = { "replaced", "replaced; the other one is now " },
};

static void
print_restored_json (const SottoBackup *backup, const SottoRestored *restored)
{
  JsonObject *answer = describe (backup);
  JsonArray *files = json_array_new ();

  for (gsize i = 0; i < SOTTO_BACKUP_FILES; i++)
    {
      JsonObject *file = json_object_new ();

      json_object_set_string_member (file, "path", backup->files[i].path);
      json_object_set_string_member (file, "state", hows[restored->how[i]].name);
      if (restored->kept[i] != NULL)
        json_object_set_string_member (file, "kept", restored->kept[i]);
      json_array_add_object_element (files, file);
    }
  json_object_set_array_member (answer, "files", files);
  print_object (answer);
}

static void
print_restored (const SottoBackup *backup, const SottoRestored *restored)
{
  g_autoptr (GDateTime) created = g_date_time_new_from_unix_local (backup->created);
  g_autofree char *when = created != NULL ? g_date_time_format (created, "%F %R") : g_strdup ("-");
  guint n = g_hash_table_size (backup->accounts.records);

  printf ("Put back the server of %s with %u account%s:\n", when, n, n == 1 ? "" : "s");
  for (gsize i = 0; i < SOTTO_BACKUP_FILES; i++)
    printf ("  %-36s  %s%s\n", backup->files[i].path, hows[restored->how[i]].said,
            restored->kept[i] != NULL ? restored->kept[i] : "");
  printf ("What was changed since then is undone. Now start the server.\n");
}

bool
sotto_ctl_restore (const SottoCtlCommand *command,
                   const SottoCtlLine *line,
                   SottoCtlRefusal *out_refusal)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SottoBackup) backup = sotto_backup_read (line->argument, &error);
  g_auto (SottoRestored) restored = { 0 };

  if (backup == NULL || !sotto_restore (backup, now_s (), &restored, &error))
    {
      if (g_error_matches (error, SOTTO_ERROR, SOTTO_ERROR_IN_USE))
        sotto_ctl_refusal_set (out_refusal, "in_use",
                               "the server is running: stop it first, then restore and start it");
      else
        sotto_ctl_refusal_take (out_refusal, g_steal_pointer (&error));
      return false;
    }
  if (line->json)
    print_restored_json (backup, &restored);
  else
    print_restored (backup, &restored);
  return true;
}
