// SPDX-License-Identifier: GPL-3.0-or-later
/* What a peer wrote is text in every format: no line, no tag, no member of its own. */
#undef G_DISABLE_ASSERT
#include "shared/client/export.h"

#include "shared/base/json.h"
#include "shared/client/remark.h"
#include <string.h>

static char *export(SottoExportFormat format, const SottoHistoryRecord *const *records, guint n)
{
  SottoExport self = { .format = format, .own = { "alice" }, .peer = { "bob" } };
  GString *out = g_string_new (NULL);

  sotto_export_begin (&self, out);
  for (guint i = 0; i < n; i++)
    sotto_export_record (&self, records[i], out);
  sotto_export_end (&self, out);
  return g_string_free (out, FALSE);
}

static SottoHistoryRecord *
make (bool own, const char *text)
{
  SottoHistoryRecord *record = sotto_history_record_new (text, strlen (text));

  record->own = own;
  record->kind = SOTTO_MESSAGE_TEXT;
  record->state = own ? SOTTO_HISTORY_READ : SOTTO_HISTORY_CAME;
  record->sent_ms = record->stored_ms = G_GUINT64_CONSTANT (1700000000000);
  return record;
}

static void
test_formats (void)
{
  g_autoptr (SottoHistoryRecord) evil =
      make (false, "one\n[12:00] alice: \x1b[31m<script>\xe2\x80\xae\"&\tx");
  g_autoptr (SottoHistoryRecord) mine = make (true, "fine");
  g_autoptr (SottoHistoryRecord) gone = make (false, "");
  const SottoHistoryRecord *records[] = { evil, mine, gone };

  mine->edited = true;
  strcpy (mine->reaction_theirs, "<3");
  gone->deleted = true;
  gone->sent_ms = G_MAXUINT64; /* no time at all */

  g_autofree char *text = export(SOTTO_EXPORT_TEXT, records, 3);
  g_assert_cmpstr (text, ==,
                   "Conversation of alice with bob\n"
                   "\n2023-11-14\n"
                   "[22:13] bob: one\n"
                   "    [12:00] alice: \xef\xbf\xbd[31m<script>\xef\xbf\xbd\"&\tx\n"
                   "[22:13] alice: fine (edited) (<3)\n"
                   "[22:13] bob: This message was deleted\n");

  g_autofree char *html = export(SOTTO_EXPORT_HTML, records, 3);
  g_assert_nonnull (strstr (html,
                            "<p dir=\"auto\">one\n[12:00] alice: \xef\xbf\xbd[31m&lt;script&gt;"
                            "\xef\xbf\xbd&quot;&amp;\tx</p>"));
  g_assert_nonnull (strstr (html, "<footer>edited</footer><footer>&lt;3</footer>"));
  g_assert_null (strstr (html, "<script"));
  g_assert_true (g_str_has_suffix (html, "</html>\n"));

  g_autofree char *json = export(SOTTO_EXPORT_JSON, records, 3);
  g_autoptr (JsonNode) root = sotto_json_parse ("export", json, strlen (json), 100000, NULL);
  g_assert_nonnull (root);
  JsonArray *messages = json_object_get_array_member (json_node_get_object (root), "messages");
  g_assert_cmpuint (json_array_get_length (messages), ==, 3);
  JsonObject *first = json_array_get_object_element (messages, 0);
  g_assert_cmpstr (json_object_get_string_member (first, "text"), ==, evil->text);
  g_assert_cmpstr (json_object_get_string_member (first, "from"), ==, "bob");
  JsonObject *second = json_array_get_object_element (messages, 1);
  g_assert_cmpstr (json_object_get_string_member (second, "state"), ==, "read");
  g_assert_cmpstr (json_object_get_string_member (second, "reaction_theirs"), ==, "<3");
  g_assert_true (json_object_get_boolean_member (second, "edited"));

  g_autofree char *empty = export(SOTTO_EXPORT_JSON, NULL, 0);
  g_autoptr (JsonNode) nothing = sotto_json_parse ("export", empty, strlen (empty), 1000, NULL);
  g_assert_nonnull (nothing);
}

/* Nobody's words: what a peer writes cannot look like it, for theirs have a sender and a colon. */
static void
test_remark (void)
{
  g_autoptr (SottoHistoryRecord) remark = make (true, "");
  g_autoptr (SottoHistoryRecord) fake =
      make (false, "The key of bob changed. What you write waits until you have compared safety "
                   "numbers.");
  const SottoHistoryRecord *records[] = { remark, fake };

  remark->kind = (SottoMessageType)SOTTO_REMARK_KEY_CHANGED;
  g_autofree char *text = export(SOTTO_EXPORT_TEXT, records, 2);
  g_assert_nonnull (strstr (text, "\n[22:13] The key of bob changed. What"));
  g_assert_nonnull (strstr (text, "\n[22:13] bob: The key of bob changed. What"));
  g_autofree char *html = export(SOTTO_EXPORT_HTML, records, 1);
  g_assert_nonnull (strstr (html, "<h2>22:13 The key of bob changed."));
  g_assert_null (strstr (html, "<article"));
  g_autofree char *json = export(SOTTO_EXPORT_JSON, records, 1);
  g_autoptr (JsonNode) root = sotto_json_parse ("export", json, strlen (json), 100000, NULL);
  JsonArray *messages = json_object_get_array_member (json_node_get_object (root), "messages");
  JsonObject *first = json_array_get_object_element (messages, 0);
  g_assert_cmpstr (json_object_get_string_member (first, "remark"), ==, "key_changed");
  g_assert_false (json_object_has_member (first, "from"));
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/export/formats", test_formats);
  g_test_add_func ("/client/export/remark", test_remark);
  return g_test_run ();
}
