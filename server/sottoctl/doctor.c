// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/sottoctl/doctor.h"

#include "shared/base/text.h"
#include <stdarg.h>
#include <stdio.h>

typedef struct
{
  SottoFindingState state;
  const char *name;
  char *message;
  char *fix;
} Finding;

static const char *const states[] = {
  [SOTTO_FINDING_OK] = "ok",
  [SOTTO_FINDING_NOTE] = "note",
  [SOTTO_FINDING_WARN] = "warn",
  [SOTTO_FINDING_FAIL] = "fail",
};

static void
finding_free (gpointer p)
{
  Finding *self = p;

  g_free (self->message);
  g_free (self->fix);
  g_free (self);
}

void
sotto_doctor_find (SottoDoctor *self,
                   SottoFindingState state,
                   const char *name,
                   const char *fix,
                   const char *format,
                   ...)
{
  Finding *finding = g_new0 (Finding, 1);
  va_list args;

  va_start (args, format);
  finding->message = g_strdup_vprintf (format, args);
  va_end (args);
  finding->state = state;
  finding->name = name;
  finding->fix = g_strdup (fix);
  g_ptr_array_add (self->findings, finding);
}

gint64
sotto_doctor_status_int (const SottoDoctor *self, const char *member)
{
  gint64 value = 0;

  if (self->status != NULL)
    sotto_json_get_int (self->status, member, &value);
  return value;
}

const char *
sotto_doctor_status_text (const SottoDoctor *self, const char *member)
{
  const char *text = NULL;

  if (self->status != NULL)
    sotto_json_get_string (self->status, member, &text);
  return text;
}

/* ---- The server itself ---- */

static void
check_server (SottoDoctor *self)
{
  SottoCtlRefusal refusal = { 0 };

  self->connection = sotto_ctl_connection_open (self->socket, &refusal);
  if (self->connection != NULL)
    self->status_node = sotto_ctl_connection_status (self->connection, &refusal);
  if (self->status_node != NULL)
    self->status = json_node_get_object (self->status_node);
  if (self->status != NULL)
    sotto_doctor_find (self, SOTTO_FINDING_OK, "server", NULL,
                       "version %s runs as process %d and answers on %s",
                       sotto_doctor_status_text (self, "version"),
                       (int)sotto_doctor_status_int (self, "pid"), self->socket);
  else
    sotto_doctor_find (self, SOTTO_FINDING_FAIL, "server",
                       "start it: systemctl start sotto-server, or sotto-server --config FILE; "
                       "journalctl -u sotto-server says why it ended",
                       "no server answers: %s", refusal.message);
  sotto_ctl_refusal_clear (&refusal);
}

static void (*const checks[]) (SottoDoctor *self) = {
  check_server,
  sotto_doctor_check_config,
  sotto_doctor_check_key,
  sotto_doctor_check_accounts,
  sotto_doctor_check_permissions,
  sotto_doctor_check_disk,
  sotto_doctor_check_tcp,
  sotto_doctor_check_udp,
  sotto_doctor_check_reach,
  sotto_doctor_check_descriptors,
  sotto_doctor_check_clock,
};

/* ---- What it says ---- */

static guint
count (const SottoDoctor *self, SottoFindingState state)
{
  guint n = 0;

  for (guint i = 0; i < self->findings->len; i++)
    n += ((const Finding *)g_ptr_array_index (self->findings, i))->state == state;
  return n;
}

static void
print_text (const SottoDoctor *self)
{
  for (guint i = 0; i < self->findings->len; i++)
    {
      const Finding *finding = g_ptr_array_index (self->findings, i);
      g_autofree char *message = sotto_text_display (finding->message, 500);

      printf ("%-4s  %-11s  %s\n", states[finding->state], finding->name, message);
      if (finding->fix != NULL)
        printf ("%19s%s\n", "do: ", finding->fix);
    }
  printf ("%u failed, %u to look at\n", count (self, SOTTO_FINDING_FAIL),
          count (self, SOTTO_FINDING_WARN));
}

static void
print_json (const SottoDoctor *self)
{
  g_autoptr (JsonNode) node = json_node_alloc ();
  JsonObject *root = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < self->findings->len; i++)
    {
      const Finding *finding = g_ptr_array_index (self->findings, i);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "check", finding->name);
      json_object_set_string_member (object, "state", states[finding->state]);
      json_object_set_string_member (object, "message", finding->message);
      if (finding->fix != NULL)
        json_object_set_string_member (object, "fix", finding->fix);
      json_array_add_object_element (array, object);
    }
  json_object_set_boolean_member (root, "ok", count (self, SOTTO_FINDING_FAIL) == 0);
  json_object_set_array_member (root, "checks", array);
  json_node_init_object (node, root);
  json_object_unref (root);
  sotto_ctl_print_json (node, NULL, NULL);
}

bool
sotto_ctl_doctor (const SottoCtlCommand *command,
                  const SottoCtlLine *line,
                  SottoCtlRefusal *out_refusal)
{
  SottoDoctor self = { .line = line,
                       .socket = sotto_ctl_socket_of (line->socket),
                       .findings = g_ptr_array_new_with_free_func (finding_free) };

  for (gsize i = 0; i < G_N_ELEMENTS (checks); i++)
    checks[i](&self);
  if (line->json)
    print_json (&self);
  else
    print_text (&self);
  bool well = count (&self, SOTTO_FINDING_FAIL) == 0;
  g_ptr_array_unref (self.findings);
  sotto_server_config_free (self.config);
  g_free (self.config_path);
  g_clear_pointer (&self.status_node, json_node_unref);
  sotto_ctl_connection_close (self.connection);
  g_free (self.socket);
  return well;
}
