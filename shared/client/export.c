// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Three ways to write a message. In plain text the lines of one message after its first are
 * indented, so that nobody can write what looks like a message of somebody else.
 */
#include <config.h>

#include "shared/client/export.h"

#include "shared/base/json.h"
#include "shared/base/text.h"
#include "shared/client/remark.h"
#include <glib/gi18n-lib.h>
#include <string.h>

#define DAY_MS (G_GUINT64_CONSTANT (86400) * 1000)

/* When it was sent, unless that cannot be. */
static GDateTime *
time_of (const SottoHistoryRecord *record)
{
  bool likely = record->sent_ms > 0 && record->sent_ms < record->stored_ms + DAY_MS;
  gint64 ms = (gint64)(likely ? record->sent_ms : record->stored_ms);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);

  return utc != NULL ? g_date_time_to_local (utc) : g_date_time_new_from_unix_utc (0);
}

static SottoRemark
remark_of (const SottoHistoryRecord *record)
{
  return sotto_remark_of_kind ((int)record->kind);
}

static const char *
sender_of (const SottoExport *self, const SottoHistoryRecord *record)
{
  return record->own ? self->own.str : self->peer.str;
}

static char *
join_parts (const char *text, const char *separator, const char *with, char *(*show) (const char *))
{
  g_auto (GStrv) parts = g_strsplit (text, separator, -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      char *shown = show (parts[i]);
      g_free (parts[i]);
      parts[i] = shown;
    }
  return g_strjoinv (with, parts);
}

static char *
show_part (const char *text)
{
  return sotto_text_display (text, G_MAXSIZE);
}

static char *
show_line (const char *text)
{
  return join_parts (text, "\t", "\t", show_part);
}

/* Line breaks and tabs are all that is left of what a terminal or a page could be led by. */
static char *
show_text (const char *text, const char *line_break)
{
  return join_parts (text, "\n", line_break, show_line);
}

/* --- Plain text --- */

static void
begin_text (SottoExport *self, GString *out)
{
  g_string_append_printf (out, _ ("Conversation of %s with %s"), self->own.str, self->peer.str);
  g_string_append_c (out, '\n');
}

static void
append_notes (const SottoHistoryRecord *record, const char *prefix, const char *end, GString *out)
{
  const char *reactions[] = { record->reaction_own, record->reaction_theirs };

  if (record->edited)
    g_string_append_printf (out, "%s%s%s", prefix, _ ("edited"), end);
  for (gsize i = 0; i < G_N_ELEMENTS (reactions); i++)
    {
      g_autofree char *shown = show_part (reactions[i]);
      g_autofree char *escaped = *end == '<' ? g_markup_escape_text (shown, -1) : g_strdup (shown);
      if (*shown != '\0')
        g_string_append_printf (out, "%s%s%s", prefix, escaped, end);
    }
}

static char *
words_of (const SottoExport *self, const SottoHistoryRecord *record, const char *line_break)
{
  if (remark_of (record) != SOTTO_REMARK_NONE)
    return sotto_remark_dup_sentence (remark_of (record), self->peer.str);
  if (record->deleted)
    return g_strdup (_ ("This message was deleted"));
  g_autofree char *text = show_text (record->text, line_break);
  if (record->kind == SOTTO_MESSAGE_FILE_OFFER)
    return g_strdup_printf (_ ("File: %s"), text);
  return g_steal_pointer (&text);
}

static void
record_text (SottoExport *self, const SottoHistoryRecord *record, GDateTime *time, GString *out)
{
  g_autofree char *clock = g_date_time_format (time, "%H:%M");
  g_autofree char *words = words_of (self, record, "\n    ");

  if (remark_of (record) != SOTTO_REMARK_NONE) /* nobody's words: no sender, no colon */
    g_string_append_printf (out, "[%s] %s", clock, words);
  else
    g_string_append_printf (out, "[%s] %s: %s", clock, sender_of (self, record), words);
  append_notes (record, " (", ")", out);
  g_string_append_c (out, '\n');
}

static void
day_text (const char *day, GString *out)
{
  g_string_append_printf (out, "\n%s\n", day);
}

static void
end_text (SottoExport *self, GString *out)
{
}

/* --- HTML --- */

static const char style[] =
    "body{font-family:sans-serif;max-width:44em;margin:2em auto;padding:0 1em;line-height:1.4}"
    "h2{font-size:1em;text-align:center;color:#666;margin:2em 0 1em}"
    "article{margin:.6em 0}article.own{margin-left:6em}article p{white-space:pre-wrap;margin:0;"
    "overflow-wrap:anywhere}header,footer{color:#666;font-size:.85em}"
    "@media(prefers-color-scheme:dark){body{background:#1e1e1e;color:#eee}}";

static void
begin_html (SottoExport *self, GString *out)
{
  g_autofree char *title =
      g_strdup_printf (_ ("Conversation of %s with %s"), self->own.str, self->peer.str);
  g_autofree char *escaped = g_markup_escape_text (title, -1);

  g_string_append_printf (out,
                          "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">"
                          "<meta http-equiv=\"Content-Security-Policy\" "
                          "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
                          "<title>%s</title><style>%s</style></head>\n<body><h1>%s</h1>\n",
                          escaped, style, escaped);
}

static void
record_html (SottoExport *self, const SottoHistoryRecord *record, GDateTime *time, GString *out)
{
  g_autofree char *clock = g_date_time_format (time, "%H:%M");
  g_autofree char *words = words_of (self, record, "\n");
  g_autofree char *escaped = g_markup_escape_text (words, -1);

  if (remark_of (record) != SOTTO_REMARK_NONE)
    {
      g_string_append_printf (out, "<h2>%s %s</h2>\n", clock, escaped);
      return;
    }
  g_string_append_printf (out, "<article%s><header>%s %s</header><p dir=\"auto\">%s</p>",
                          record->own ? " class=\"own\"" : "", sender_of (self, record), clock,
                          escaped);
  append_notes (record, "<footer>", "</footer>", out);
  g_string_append (out, "</article>\n");
}

static void
day_html (const char *day, GString *out)
{
  g_string_append_printf (out, "<h2>%s</h2>\n", day);
}

static void
end_html (SottoExport *self, GString *out)
{
  g_string_append (out, "</body></html>\n");
}

/* --- JSON --- */

static void
append_object (GString *out, JsonObject *take_object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, take_object);
  g_autofree char *line = sotto_json_to_line (node, NULL);
  g_string_append (out, line);
}

static void
begin_json (SottoExport *self, GString *out)
{
  g_string_append_printf (out, "{\"own\":\"%s\",\"peer\":\"%s\",\"messages\":[", self->own.str,
                          self->peer.str);
}

/* What a remark has not: it is nobody's words. */
static void
fill_said (const SottoExport *self, const SottoHistoryRecord *record, JsonObject *object)
{
  static const char *const states[] = { [SOTTO_HISTORY_QUEUED] = "queued",
                                        [SOTTO_HISTORY_DELIVERED] = "delivered",
                                        [SOTTO_HISTORY_READ] = "read" };

  json_object_set_string_member (object, "from", sender_of (self, record));
  json_object_set_string_member (object, record->kind == SOTTO_MESSAGE_FILE_OFFER ? "file" : "text",
                                 record->text);
  if (record->own && record->state < G_N_ELEMENTS (states))
    json_object_set_string_member (object, "state", states[record->state]);
  json_object_set_boolean_member (object, "edited", record->edited);
  json_object_set_boolean_member (object, "deleted", record->deleted);
  json_object_set_string_member (object, "reaction_own", record->reaction_own);
  json_object_set_string_member (object, "reaction_theirs", record->reaction_theirs);
}

static void
record_json (SottoExport *self, const SottoHistoryRecord *record, GDateTime *time, GString *out)
{
  g_autofree char *id = sotto_hex_encode (record->id.bytes, sizeof record->id.bytes);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", id);
  json_object_set_int_member (object, "sent", (gint64)MIN (record->sent_ms, (uint64_t)G_MAXINT64));
  json_object_set_int_member (object, "stored", (gint64)record->stored_ms);
  if (remark_of (record) != SOTTO_REMARK_NONE)
    json_object_set_string_member (object, "remark", sotto_remark_to_name (remark_of (record)));
  else
    fill_said (self, record, object);
  g_string_append (out, self->n_records == 0 ? "\n" : ",\n");
  append_object (out, object);
}

static void
end_json (SottoExport *self, GString *out)
{
  g_string_append (out, "\n]}\n");
}

/* --- All --- */

static const struct
{
  void (*begin) (SottoExport *self, GString *out);
  void (*day) (const char *day, GString *out); /* NULL = without days */
  void (*record) (SottoExport *self,
                  const SottoHistoryRecord *record,
                  GDateTime *time,
                  GString *out);
  void (*end) (SottoExport *self, GString *out);
} formats[] = {
  [SOTTO_EXPORT_TEXT] = { begin_text, day_text, record_text, end_text },
  [SOTTO_EXPORT_HTML] = { begin_html, day_html, record_html, end_html },
  [SOTTO_EXPORT_JSON] = { begin_json, NULL, record_json, end_json },
};

void
sotto_export_begin (SottoExport *self, GString *out)
{
  formats[self->format].begin (self, out);
}

void
sotto_export_record (SottoExport *self, const SottoHistoryRecord *record, GString *out)
{
  g_autoptr (GDateTime) time = time_of (record);
  int day = g_date_time_get_year (time) * 1000 + g_date_time_get_day_of_year (time);

  if (formats[self->format].day != NULL && day != self->day)
    {
      g_autofree char *text = g_date_time_format (time, "%Y-%m-%d");
      formats[self->format].day (text, out);
    }
  self->day = day;
  formats[self->format].record (self, record, time, out);
  self->n_records++;
}

void
sotto_export_end (SottoExport *self, GString *out)
{
  formats[self->format].end (self, out);
}
