// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/sottoctl/print.h"

#include "shared/base/text.h"
#include <stdio.h>
#include <string.h>

/* Members that an older or newer server may not have read as nothing. */
static const char *
text_of (JsonObject *object, const char *member)
{
  const char *text = "";

  sotto_json_get_string (object, member, &text);
  return text;
}

static gint64
int_of (JsonObject *object, const char *member)
{
  gint64 value = 0;

  sotto_json_get_int (object, member, &value);
  return value;
}

static bool
bool_of (JsonObject *object, const char *member)
{
  bool value = false;

  sotto_json_get_bool (object, member, &value);
  return value;
}

static void
print_pair (const char *name, const char *value)
{
  printf ("%-12s %s\n", name, value);
}

/* ---- status ---- */

static char *
describe_time (gint64 seconds)
{
  if (seconds < 60)
    return g_strdup_printf ("%d s", (int)seconds);
  if (seconds < 3600)
    return g_strdup_printf ("%d min", (int)(seconds / 60));
  if (seconds < 86400)
    return g_strdup_printf ("%d h %d min", (int)(seconds / 3600), (int)(seconds / 60 % 60));
  return g_strdup_printf ("%" G_GINT64_FORMAT " d %d h", seconds / 86400,
                          (int)(seconds / 3600 % 24));
}

void
sotto_ctl_print_status (const SottoCtlAnswer *answer)
{
  JsonObject *status = answer->answer;
  g_autofree char *time = describe_time (int_of (status, "uptime_s"));
  g_autofree char *running = g_strdup_printf ("%s, process %d", time, (int)int_of (status, "pid"));
  g_autofree char *ports =
      g_strdup_printf ("%s, TCP %d, UDP %d", text_of (status, "address"),
                       (int)int_of (status, "port"), (int)int_of (status, "udp_port"));
  g_autofree char *accounts =
      g_strdup_printf ("%" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " online",
                       int_of (status, "accounts"), int_of (status, "online"));
  g_autofree char *realm = sotto_text_display (text_of (status, "realm"), 64);
  const char *link = text_of (status, "join_link");

  print_pair ("version", text_of (status, "version"));
  print_pair ("running", running);
  print_pair ("listening", ports);
  print_pair ("realm", realm);
  print_pair ("fingerprint", text_of (status, "fingerprint"));
  print_pair ("join link", *link != '\0' ? link : "none: public_address is not set");
  print_pair ("sign-up", text_of (status, "signup"));
  print_pair ("relay", bool_of (status, "relay") ? "on" : "off");
  print_pair ("accounts", accounts);
  if (json_object_has_member (status, "writable") && !bool_of (status, "writable"))
    print_pair ("trouble", "the accounts could not be written: sottoctl doctor");
}

/* ---- users ---- */

static const char *
state_of (JsonObject *user)
{
  if (bool_of (user, "disabled"))
    return "disabled";
  return bool_of (user, "online") ? "online" : "offline";
}

void
sotto_ctl_print_users (const SottoCtlAnswer *answer)
{
  for (guint i = 0; i < answer->rows->len; i++)
    {
      JsonObject *user = json_node_get_object (g_ptr_array_index (answer->rows, i));
      g_autoptr (GDateTime) created = g_date_time_new_from_unix_local (int_of (user, "created"));
      g_autofree char *day = created != NULL ? g_date_time_format (created, "%F") : g_strdup ("-");
      const char *address = text_of (user, "address");

      printf ("%-32s  %-8s  %s%s%s\n", text_of (user, "name"), state_of (user), day,
              *address != '\0' ? "  " : "", address);
    }
}

/* ---- invite, invites ---- */

static char *
describe_moment (gint64 unix_s)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (unix_s);

  return moment != NULL ? g_date_time_format (moment, "%F %R") : g_strdup ("-");
}

/* The last line is the one to give away, as it is with `sotto-server init`. */
void
sotto_ctl_print_invite (const SottoCtlAnswer *answer)
{
  g_autofree char *until = describe_moment (int_of (answer->answer, "expires"));
  gint64 uses = int_of (answer->answer, "uses");
  const char *link = text_of (answer->answer, "join_link");
  const char *signup = text_of (answer->answer, "signup");

  printf ("For %" G_GINT64_FORMAT " sign-up%s, until %s. Code and link:\n%s\n", uses,
          uses == 1 ? "" : "s", until, text_of (answer->answer, "code"));
  if (*link != '\0')
    printf ("%s\n", link);
  fflush (stdout);
  if (*link == '\0')
    fprintf (stderr, "sottoctl: there is no join link: public_address is not set\n");
  if (!g_str_equal (signup, "invite"))
    fprintf (stderr, "sottoctl: nobody needs it now: `signup` is %s in the configuration\n",
             signup);
}

void
sotto_ctl_print_invites (const SottoCtlAnswer *answer)
{
  for (guint i = 0; i < answer->rows->len; i++)
    {
      JsonObject *invite = json_node_get_object (g_ptr_array_index (answer->rows, i));
      g_autofree char *until = describe_moment (int_of (invite, "expires"));
      gint64 uses = int_of (invite, "uses");

      printf ("%s  %" G_GINT64_FORMAT " sign-up%s left  until %s\n", text_of (invite, "id"), uses,
              uses == 1 ? "" : "s", until);
    }
}

/* ---- metrics: the text format of Prometheus ---- */

static void
print_metric (JsonObject *metric)
{
  const char *name = text_of (metric, "name");

  printf ("# HELP %s %s\n# TYPE %s %s\n%s %" G_GINT64_FORMAT "\n", name, text_of (metric, "help"),
          name, text_of (metric, "type"), name, int_of (metric, "value"));
}

void
sotto_ctl_print_metrics (const SottoCtlAnswer *answer)
{
  JsonNode *node = json_object_get_member (answer->answer, "metrics");
  JsonArray *metrics =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = metrics != NULL ? json_array_get_length (metrics) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *metric = json_array_get_element (metrics, i);

      if (JSON_NODE_HOLDS_OBJECT (metric))
        print_metric (json_node_get_object (metric));
    }
}

/* ---- What was done ---- */

void
sotto_ctl_print_reload (const SottoCtlAnswer *answer)
{
  JsonNode *node = json_object_get_member (answer->answer, "after_restart");
  JsonArray *keys =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = keys != NULL ? json_array_get_length (keys) : 0;

  printf ("The configuration was read again.\n");
  for (guint i = 0; i < n; i++)
    printf ("`%s` has changed, but takes effect only after a restart.\n",
            json_array_get_string_element (keys, i));
}

void
sotto_ctl_print_done (const SottoCtlAnswer *answer)
{
  printf ("%s %s%s.\n", answer->done, answer->whom,
          bool_of (answer->answer, "kicked") ? " and logged them out" : "");
}

void
sotto_ctl_print_json (JsonNode *answer, const char *rows_member, GPtrArray *rows)
{
  if (rows_member != NULL)
    {
      JsonArray *array = json_array_new ();

      for (guint i = 0; i < rows->len; i++)
        json_array_add_element (array, json_node_copy (g_ptr_array_index (rows, i)));
      json_object_set_array_member (json_node_get_object (answer), rows_member, array);
    }
  g_autofree char *line = sotto_json_to_line (answer, NULL);
  /* A file's name may have any bytes in it, JSON may not. */
  g_autofree char *valid = g_utf8_make_valid (line, -1);
  puts (valid);
}
