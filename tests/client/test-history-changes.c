// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What changes in a history after it was written: edits, deletions, reactions, marks, drafts, what
 * is not kept or not kept any longer; and what lists and searches make of it.
 */
#undef G_DISABLE_ASSERT
#include "shared/client/history-drafts.h"
#include "shared/client/history-forget.h"
#include "shared/client/history-lists.h"
#include "shared/client/history-marks.h"
#include "shared/client/history-remarks.h"
#include "shared/client/history-row.h"
#include "shared/client/remark.h"

#include "shared/base/limits.h"
#include "tests/client/scratch.h"
#include <sqlite3.h>
#include <string.h>

#define PATIENCE (60 * SOTTO_US_PER_S)

static const SottoKey data_key = { { 7, 7 } };
static const SottoName ben = { "ben" };
static const SottoName cat = { "cat" };

/* One history, and what the last request was answered with. */
typedef struct
{
  char *folder;
  char *path;
  SottoHistory *history;
  guint n_answers;
  bool is_new;
  uint64_t place;
  bool told; /* says so of everything that came */
  GPtrArray *page;
  uint64_t clock; /* of the next record */
} Desk;

static void
on_answer (const SottoHistoryResult *result, gpointer data)
{
  Desk *desk = data;

  g_assert_no_error (result->error);
  desk->n_answers++;
  desk->is_new = result->is_new;
  desk->place = result->record->place;
  if (result->op == SOTTO_HISTORY_OP_RECEIVE && desk->told && desk->place != 0)
    sotto_history_set_told (desk->history, desk->place);
  g_clear_pointer (&desk->page, g_ptr_array_unref);
  if (result->page != NULL)
    desk->page = g_ptr_array_ref (result->page);
}

static void
on_failed (const GError *error, gpointer data)
{
  g_assert_no_error (error);
}

static void
on_turn (gpointer data)
{
}

static const SottoHistoryHandler handler = { on_answer, on_failed, on_turn };

static void
desk_open (Desk *self)
{
  g_autoptr (GError) error = NULL;

  self->history = sotto_history_open (self->path, &data_key, &error);
  g_assert_no_error (error);
  sotto_history_start (self->history, G_PRIORITY_DEFAULT, &handler, self);
}

static void
desk_close (Desk *self)
{
  g_clear_pointer (&self->history, sotto_history_free);
}

static void
set_up (Desk *self, gconstpointer data)
{
  *self = (Desk){ .folder = test_scratch_new (), .told = true, .clock = 1000 };
  self->path = g_build_filename (self->folder, "history", NULL);
  desk_open (self);
}

static void
tear_down (Desk *self, gconstpointer data)
{
  desk_close (self);
  g_clear_pointer (&self->page, g_ptr_array_unref);
  test_scratch_remove (self->folder);
  g_free (self->path);
}

static void
wait (Desk *self)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;
  guint n = self->n_answers;

  while (self->n_answers == n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }
}

static SottoId
id_of (guint n)
{
  return (SottoId){ { (uint8_t)n, (uint8_t)(n >> 8), 0xaa } };
}

static SottoHistoryRecord *
make (Desk *self,
      const SottoName *peer,
      SottoMessageType kind,
      guint id,
      guint target,
      const char *text)
{
  SottoHistoryRecord *record = sotto_history_record_new (text, strlen (text));

  record->peer = *peer;
  record->kind = kind;
  record->id = id_of (id);
  record->target = id_of (target);
  record->sent_ms = record->stored_ms = self->clock++;
  return record;
}

/* true: it was done. */
static bool
ours (Desk *self, SottoMessageType kind, guint id, guint target, const char *text)
{
  sotto_history_queue (self->history, make (self, &ben, kind, id, target, text));
  wait (self);
  return self->is_new;
}

/* true: a person is to be told. */
static bool
theirs (Desk *self, SottoMessageType kind, guint id, guint target, const char *text)
{
  sotto_history_receive (self->history, make (self, &ben, kind, id, target, text));
  wait (self);
  return self->is_new && self->place != 0;
}

/* Many of theirs, in few commits. */
static void
theirs_from_to (Desk *self, guint first, guint last, const char *text)
{
  for (guint i = first; i < last; i++)
    sotto_history_receive (self->history, make (self, &ben, SOTTO_MESSAGE_TEXT, i, 0, text));
  guint end = self->n_answers + last - first;
  while (self->n_answers < end)
    wait (self);
  theirs (self, SOTTO_MESSAGE_TEXT, last, 0, text);
}

static void
came_from (Desk *self, const SottoName *peer, guint id, const char *text)
{
  sotto_history_receive (self->history, make (self, peer, SOTTO_MESSAGE_TEXT, id, 0, text));
  wait (self);
}

static const GPtrArray *
page (Desk *self, const SottoName *peer)
{
  sotto_history_page (self->history, peer, 0, 100);
  wait (self);
  return self->page;
}

/* The message of this id as it is now, of our page with ben. */
static const SottoHistoryRecord *
look (Desk *self, guint id)
{
  const GPtrArray *got = page (self, &ben);
  SottoId wanted = id_of (id);

  for (guint i = 0; i < got->len; i++)
    if (memcmp (&((SottoHistoryRecord *)got->pdata[i])->id, &wanted, sizeof wanted) == 0)
      return got->pdata[i];
  return NULL;
}

static void
on_done (GObject *unused, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

/* The task, returned. */
static GTask *
run (Desk *self, gpointer work, GDestroyNotify free_work)
{
  GAsyncResult *result = NULL;
  GTask *task = g_task_new (NULL, NULL, on_done, &result);

  g_task_set_task_data (task, work, free_work);
  sotto_history_run (self->history, task);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return G_TASK (result);
}

static GPtrArray *
list (Desk *self, SottoHistoryWork *work)
{
  g_autoptr (GTask) task = run (self, work, sotto_history_list_free);
  g_autoptr (GError) error = NULL;
  GPtrArray *result = g_task_propagate_pointer (task, &error);

  g_assert_no_error (error);
  return result;
}

static void
write_work (Desk *self, SottoHistoryWork *work, GDestroyNotify free_work)
{
  g_autoptr (GTask) task = run (self, work, free_work);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_task_propagate_boolean (task, &error));
  g_assert_no_error (error);
}

/* --- Changes --- */

static void
test_who_reaches_what (Desk *self, gconstpointer data)
{
  ours (self, SOTTO_MESSAGE_TEXT, 1, 0, "mine");
  theirs (self, SOTTO_MESSAGE_TEXT, 2, 0, "yours");

  g_assert_false (ours (self, SOTTO_MESSAGE_EDIT, 10, 2, "not mine"));
  g_assert_false (ours (self, SOTTO_MESSAGE_DELETE, 11, 2, ""));
  g_assert_false (ours (self, SOTTO_MESSAGE_EDIT, 12, 99, "nothing"));
  g_assert_false (theirs (self, SOTTO_MESSAGE_EDIT, 20, 1, "not yours"));
  g_assert_false (theirs (self, SOTTO_MESSAGE_DELETE, 21, 1, ""));
  g_assert_false (theirs (self, SOTTO_MESSAGE_REACT, 22, 99, "x"));
  g_assert_cmpstr (look (self, 1)->text, ==, "mine");
  g_assert_cmpstr (look (self, 2)->text, ==, "yours");
  g_assert_false (look (self, 2)->edited);

  g_assert_true (ours (self, SOTTO_MESSAGE_EDIT, 30, 1, "mine, better"));
  g_assert_true (theirs (self, SOTTO_MESSAGE_EDIT, 31, 2, "yours, better"));
  g_assert_false (theirs (self, SOTTO_MESSAGE_EDIT, 31, 2, "again")); /* known */
  g_assert_true (ours (self, SOTTO_MESSAGE_REACT, 32, 2, "+"));
  g_assert_true (ours (self, SOTTO_MESSAGE_REACT, 33, 1, "own"));
  g_assert_true (theirs (self, SOTTO_MESSAGE_REACT, 34, 2, "self"));
  g_assert_true (theirs (self, SOTTO_MESSAGE_REACT, 35, 2, "twice"));
  g_assert_cmpstr (look (self, 1)->text, ==, "mine, better");
  g_assert_true (look (self, 1)->edited);
  g_assert_cmpstr (look (self, 1)->reaction_own, ==, "own");
  g_assert_cmpstr (look (self, 2)->text, ==, "yours, better");
  g_assert_cmpstr (look (self, 2)->reaction_own, ==, "+");
  g_assert_cmpstr (look (self, 2)->reaction_theirs, ==, "twice");
  g_assert_true (ours (self, SOTTO_MESSAGE_REACT, 36, 2, ""));
  g_assert_cmpstr (look (self, 2)->reaction_own, ==, "");
  g_assert_cmpuint (page (self, &ben)->len, ==, 2); /* no change is a message */

  g_assert_true (theirs (self, SOTTO_MESSAGE_DELETE, 40, 2, ""));
  g_assert_true (look (self, 2)->deleted);
  g_assert_false (look (self, 2)->edited);
  g_assert_cmpstr (look (self, 2)->text, ==, "");
  g_assert_cmpstr (look (self, 2)->reaction_theirs, ==, "");
  g_assert_false (theirs (self, SOTTO_MESSAGE_DELETE, 41, 2, ""));
  g_assert_false (theirs (self, SOTTO_MESSAGE_EDIT, 42, 2, "back"));
  g_assert_false (ours (self, SOTTO_MESSAGE_REACT, 43, 2, "+"));
}

/* What waits keeps its order, and is sent as it is now. */
static void
test_outbox (Desk *self, gconstpointer data)
{
  ours (self, SOTTO_MESSAGE_TEXT, 1, 0, "one");
  ours (self, SOTTO_MESSAGE_TEXT, 2, 0, "two");
  ours (self, SOTTO_MESSAGE_EDIT, 3, 1, "eins");
  ours (self, SOTTO_MESSAGE_EDIT, 5, 1, "uno");
  ours (self, SOTTO_MESSAGE_DELETE, 4, 2, "");
  desk_close (self);
  desk_open (self);
  static const struct
  {
    guint id, target;
    SottoMessageType kind;
    const char *text;
  } left[] = { { 1, 0, SOTTO_MESSAGE_TEXT, "uno" },
               { 2, 0, SOTTO_MESSAGE_TEXT, "" },
               { 3, 1, SOTTO_MESSAGE_EDIT, "uno" },
               { 5, 1, SOTTO_MESSAGE_EDIT, "uno" },
               { 4, 2, SOTTO_MESSAGE_DELETE, "" } };
  const GPtrArray *outbox = sotto_history_get_outbox (self->history);
  g_assert_cmpuint (outbox->len, ==, G_N_ELEMENTS (left));
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      const SottoHistoryRecord *record = outbox->pdata[i];
      SottoId id = id_of (left[i].id), target = id_of (left[i].target);
      g_assert_cmpmem (&record->id, sizeof id, &id, sizeof id);
      g_assert_cmpint (record->kind, ==, left[i].kind);
      g_assert_cmpstr (record->text, ==, left[i].text);
      if (left[i].target != 0)
        g_assert_cmpmem (&record->target, sizeof target, &target, sizeof target);
    }
}

/* Killed before it could be told: told at the next start, in order, and then no more. */
static void
test_untold (Desk *self, gconstpointer data)
{
  self->told = false;
  theirs (self, SOTTO_MESSAGE_TEXT, 1, 0, "one");
  theirs (self, SOTTO_MESSAGE_EDIT, 2, 1, "two");
  theirs (self, SOTTO_MESSAGE_REACT, 3, 1, "+");
  theirs (self, SOTTO_MESSAGE_TEXT, 4, 0, "four");
  uint64_t last = self->place;
  desk_close (self);
  desk_open (self);
  const GPtrArray *untold = sotto_history_get_untold (self->history);
  static const SottoMessageType kinds[] = { SOTTO_MESSAGE_TEXT, SOTTO_MESSAGE_EDIT,
                                            SOTTO_MESSAGE_REACT, SOTTO_MESSAGE_TEXT };
  g_assert_cmpuint (untold->len, ==, G_N_ELEMENTS (kinds));
  for (guint i = 0; i < untold->len; i++)
    g_assert_cmpint (((SottoHistoryRecord *)untold->pdata[i])->kind, ==, kinds[i]);
  g_assert_cmpstr (((SottoHistoryRecord *)untold->pdata[1])->text, ==, "two");
  sotto_history_set_told (self->history, last);
  desk_close (self);

  desk_open (self);
  g_assert_cmpuint (sotto_history_get_untold (self->history)->len, ==, 0);
  /* A place whose row has gone is not given again: else this one would count as told. */
  theirs (self, SOTTO_MESSAGE_EDIT, 5, 4, "five");
  sotto_history_set_told (self->history, self->place);
  last = self->place;
  desk_close (self);
  desk_open (self);
  theirs (self, SOTTO_MESSAGE_TEXT, 6, 0, "six");
  g_assert_cmpuint (self->place, >, last);
}

/* --- Nothing of before --- */

static GPtrArray *
read_blobs (const char *path, const char *sql)
{
  g_autoptr (GPtrArray) blobs = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  sqlite3_stmt *statement;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  while (sqlite3_step (statement) == SQLITE_ROW)
    g_ptr_array_add (blobs, g_bytes_new (sqlite3_column_blob (statement, 0),
                                         (gsize)sqlite3_column_bytes (statement, 0)));
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return g_steal_pointer (&blobs);
}

static bool
file_holds (const char *path, GBytes *bytes)
{
  g_autofree char *content = NULL;
  gsize n_content = 0, n;
  const void *data = g_bytes_get_data (bytes, &n);

  return g_file_get_contents (path, &content, &n_content, NULL)
         && memmem (content, n_content, data, n) != NULL;
}

static bool
is_on_disk (Desk *self, GPtrArray *blobs)
{
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);

  for (guint i = 0; i < blobs->len; i++)
    if (file_holds (self->path, blobs->pdata[i]) || file_holds (log, blobs->pdata[i]))
      return true;
  return false;
}

static void
assert_no_row_says (Desk *self, const char *words)
{
  g_autoptr (GPtrArray) rows = read_blobs (
      self->path,
      "SELECT printf('%d,%d,', place, own) || hex(id) || ',' || hex(row) FROM messages "
      "UNION ALL SELECT printf('%d,1,', place) || hex(id) || ',' || hex(row) FROM outbox "
      "UNION ALL SELECT printf('%d,0,', place) || hex(id) || ',' || hex(row) FROM news");
  SottoHistoryKeys keys;

  sotto_history_keys_init (&keys, &data_key);
  for (guint i = 0; i < rows->len; i++)
    {
      gsize n;
      const char *text = g_bytes_get_data (rows->pdata[i], &n);
      g_autofree char *line = g_strndup (text, n);
      g_auto (GStrv) parts = g_strsplit (line, ",", 4);
      gsize n_row = strlen (parts[3]) / 2;
      g_autofree uint8_t *row = g_malloc (n_row);
      SottoId id;
      for (gsize k = 0; k < n_row; k++)
        row[k] = (uint8_t)(g_ascii_xdigit_value (parts[3][2 * k]) << 4
                           | g_ascii_xdigit_value (parts[3][2 * k + 1]));
      for (gsize k = 0; k < sizeof id; k++)
        id.bytes[k] = (uint8_t)(g_ascii_xdigit_value (parts[2][2 * k]) << 4
                                | g_ascii_xdigit_value (parts[2][2 * k + 1]));
      g_autoptr (SottoHistoryRecord) record = sotto_history_open_record (
          &keys, g_ascii_strtoull (parts[0], NULL, 10), parts[1][0] == '1', &id, row, n_row);
      g_assert_nonnull (record);
      g_assert_null (g_strstr_len (record->text, (gssize)record->n, words));
    }
  sotto_history_keys_clear (&keys);
}

static void
test_old_words_are_gone (Desk *self, gconstpointer data)
{
  SottoId id = id_of (1);

  ours (self, SOTTO_MESSAGE_TEXT, 1, 0, "secret: ours");
  sotto_history_delivered (self->history, &ben, &id, self->place);
  wait (self);
  theirs (self, SOTTO_MESSAGE_TEXT, 2, 0, "secret: theirs");
  ours (self, SOTTO_MESSAGE_TEXT, 3, 0, "secret: waits");
  desk_close (self);
  g_autoptr (GPtrArray) before = read_blobs (self->path, "SELECT row FROM messages");
  g_assert_cmpuint (before->len, ==, 3);
  g_assert_true (is_on_disk (self, before)); /* so that the look is worth something */

  desk_open (self);
  ours (self, SOTTO_MESSAGE_EDIT, 10, 1, "ours");
  theirs (self, SOTTO_MESSAGE_EDIT, 11, 2, "secret: between");
  theirs (self, SOTTO_MESSAGE_DELETE, 12, 2, "");
  ours (self, SOTTO_MESSAGE_DELETE, 13, 3, "");
  /* Without being closed: soon after. */
  gint64 end = g_get_monotonic_time () + PATIENCE;
  while (is_on_disk (self, before) && g_get_monotonic_time () < end)
    g_usleep (50000);
  g_assert_false (is_on_disk (self, before));
  desk_close (self);
  assert_no_row_says (self, "secret");
  g_assert_false (is_on_disk (self, before));
}

/* --- Not kept --- */

static void
test_fleeting (Desk *self, gconstpointer data)
{
  SottoHistoryRecord *record = make (self, &ben, SOTTO_MESSAGE_TEXT, 1, 0, "secret: theirs");

  self->told = false;
  record->fleeting = true;
  sotto_history_receive (self->history, record);
  wait (self);
  record = make (self, &ben, SOTTO_MESSAGE_TEXT, 2, 0, "secret: ours");
  record->fleeting = true;
  sotto_history_queue (self->history, record);
  wait (self);
  record = make (self, &ben, SOTTO_MESSAGE_EDIT, 3, 1, "secret: edit");
  record->fleeting = true;
  sotto_history_receive (self->history, record);
  wait (self);
  g_assert_true (self->is_new && self->place != 0);
  uint64_t last = self->place;
  record = make (self, &ben, SOTTO_MESSAGE_DELETE, 4, 99, "");
  record->fleeting = true;
  sotto_history_receive (self->history, record);
  wait (self);
  g_assert_cmpuint (self->place, ==, 0); /* of nothing that ever came */
  g_assert_cmpuint (page (self, &ben)->len, ==, 0);
  desk_close (self);

  desk_open (self);
  g_assert_cmpuint (sotto_history_get_untold (self->history)->len, ==, 2);
  g_assert_cmpuint (sotto_history_get_outbox (self->history)->len, ==, 1);
  const SottoHistoryRecord *waits = sotto_history_get_outbox (self->history)->pdata[0];
  g_assert_cmpstr (waits->text, ==, "secret: ours");
  sotto_history_set_told (self->history, last);
  sotto_history_delivered (self->history, &ben, &waits->id, waits->place);
  wait (self);
  desk_close (self);
  assert_no_row_says (self, "secret");
  desk_open (self);
  g_assert_cmpuint (sotto_history_get_untold (self->history)->len, ==, 0);
  /* Exactly once holds without the words. */
  g_assert_false (theirs (self, SOTTO_MESSAGE_TEXT, 1, 0, "again"));
}

static void
test_expiry (Desk *self, gconstpointer data)
{
  theirs_from_to (self, 1, 1300, "old"); /* more than one step takes */
  uint64_t last = self->place;
  self->clock = 50000;
  ours (self, SOTTO_MESSAGE_TEXT, 2001, 0, "waits");
  self->clock = 100000;
  theirs (self, SOTTO_MESSAGE_TEXT, 2002, 0, "new");
  write_work (self, sotto_history_expire_new (60000), sotto_history_list_free);
  const GPtrArray *got = page (self, &ben);
  g_assert_cmpuint (got->len, ==, 2);
  g_assert_cmpstr (((SottoHistoryRecord *)got->pdata[0])->text, ==, "new");
  g_assert_cmpstr (((SottoHistoryRecord *)got->pdata[1])->text, ==, "waits");
  g_assert_false (theirs (self, SOTTO_MESSAGE_TEXT, 1300, 0, "again"));

  SottoId id = id_of (2001);
  sotto_history_delivered (self->history, &ben, &id, last + 1);
  wait (self);
  write_work (self, sotto_history_expire_new (G_MAXINT64), sotto_history_list_free);
  g_assert_cmpuint (page (self, &ben)->len, ==, 0);
  desk_close (self);
  desk_open (self);
  theirs (self, SOTTO_MESSAGE_TEXT, 2003, 0, "after");
  g_assert_cmpuint (self->place, >, last + 2);
}

static void
note_forgotten (const SottoName *peer, uint64_t place, gpointer data)
{
  if (g_str_equal (peer->str, "ben"))
    *(uint64_t *)data = place;
}

static void
test_forgetting (Desk *self, gconstpointer data)
{
  uint64_t upto = 0;

  theirs_from_to (self, 1, 1100, "secret");
  ours (self, SOTTO_MESSAGE_TEXT, 2000, 0, "secret: waits");
  uint64_t last = self->place;
  came_from (self, &cat, 1, "kept");
  write_work (self, sotto_history_set_draft_new (&ben, "secret: draft"),
              sotto_history_draft_work_free);
  GTask *task = run (self, sotto_history_forget_new (&ben), sotto_history_list_free);
  sotto_history_forget_foreach (g_task_get_task_data (task), note_forgotten, &upto);
  g_object_unref (task);
  g_assert_cmpuint (upto, ==, last);
  g_assert_cmpuint (page (self, &ben)->len, ==, 0);
  g_assert_cmpuint (page (self, &cat)->len, ==, 1);
  g_assert_false (theirs (self, SOTTO_MESSAGE_TEXT, 1000, 0, "again"));
  desk_close (self);
  assert_no_row_says (self, "secret");
  desk_open (self);
  g_assert_cmpuint (sotto_history_get_outbox (self->history)->len, ==, 0);
  g_assert_cmpuint (sotto_history_get_drafts (self->history)->len, ==, 0);
  g_assert_true (theirs (self, SOTTO_MESSAGE_TEXT, 2002, 0, "new"));
  g_assert_cmpuint (self->place, >, last);

  write_work (self, sotto_history_forget_new (NULL), sotto_history_list_free);
  g_assert_cmpuint (page (self, &ben)->len, ==, 0);
  g_assert_cmpuint (page (self, &cat)->len, ==, 0);
}

/* --- Marks, drafts, lists --- */

static bool
mark (Desk *self, guint id, bool shows)
{
  SottoId target = id_of (id);
  g_autoptr (GTask) task = run (self, sotto_history_mark_read_new (&ben, &target, shows), g_free);

  g_assert_true (g_task_propagate_boolean (task, NULL));
  return ((SottoHistoryMarkRead *)g_task_get_task_data (task))->is_news;
}

static void
test_conversations (Desk *self, gconstpointer data)
{
  g_autoptr (GPtrArray) got = list (self, sotto_history_conversations_new ());
  g_assert_cmpuint (got->len, ==, 0);
  for (guint i = 1; i <= 5; i++)
    theirs (self, SOTTO_MESSAGE_TEXT, i, 0, "hello");
  ours (self, SOTTO_MESSAGE_TEXT, 6, 0, "hi");
  came_from (self, &cat, 1, "miaow");
  g_clear_pointer (&got, g_ptr_array_unref);
  got = list (self, sotto_history_conversations_new ());
  g_assert_cmpuint (got->len, ==, 2);
  const SottoConversation *first = got->pdata[0], *second = got->pdata[1];
  g_assert_cmpstr (first->peer.str, ==, "cat");
  g_assert_cmpstr (first->last->text, ==, "miaow");
  g_assert_cmpuint (first->n_unread, ==, 1);
  g_assert_cmpstr (second->peer.str, ==, "ben");
  g_assert_cmpstr (second->last->text, ==, "hi");
  g_assert_cmpuint (second->last_ms, ==, 1005);
  g_assert_cmpuint (second->n_unread, ==, 5);

  g_assert_true (mark (self, 3, true));
  g_assert_false (mark (self, 2, true));  /* never back */
  g_assert_false (mark (self, 6, true));  /* ours */
  g_assert_false (mark (self, 99, true)); /* nobody's */
  g_assert_true (mark (self, 4, false));
  theirs (self, SOTTO_MESSAGE_DELETE, 50, 5, "");
  desk_close (self);
  desk_open (self);
  g_clear_pointer (&got, g_ptr_array_unref);
  got = list (self, sotto_history_conversations_new ());
  g_assert_cmpuint (((SottoConversation *)got->pdata[1])->n_unread, ==, 0);
  /* What was read while nobody was to know is not shown later. */
  const GPtrArray *marks = sotto_history_get_marks (self->history);
  SottoId shown = id_of (3);
  g_assert_cmpuint (marks->len, ==, 1);
  g_assert_cmpmem (&((SottoHistoryMark *)marks->pdata[0])->shown, sizeof shown, &shown,
                   sizeof shown);
}

static guint
count (Desk *self, const SottoName *peer)
{
  g_autoptr (GTask) task =
      run (self, sotto_history_count_new (peer), (GDestroyNotify)sotto_history_list_free);

  g_assert_true (g_task_propagate_boolean (task, NULL));
  return sotto_history_count_get (g_task_get_task_data (task));
}

static void
remark (Desk *self, guint id)
{
  SottoHistoryRecord *record = sotto_history_record_new (NULL, 0);

  record->peer = ben;
  record->id = id_of (id);
  record->kind = (SottoMessageType)SOTTO_REMARK_KEY_CHANGED;
  write_work (self, sotto_history_remark_new (record), sotto_history_remark_free);
}

/* It stands among the messages, waits for nobody, is nobody's last words, and a READ goes past it.
 */
static void
test_remarks (Desk *self, gconstpointer data)
{
  ours (self, SOTTO_MESSAGE_TEXT, 1, 0, "one");
  remark (self, 2);
  ours (self, SOTTO_MESSAGE_TEXT, 3, 0, "two");
  remark (self, 4);
  SottoId last = id_of (3);
  sotto_history_seen (self->history, &ben, &last);
  wait (self);
  desk_close (self);
  desk_open (self);
  const GPtrArray *records = page (self, &ben);
  g_assert_cmpuint (records->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    {
      const SottoHistoryRecord *record = records->pdata[i];
      bool said = i % 2 == 1;
      g_assert_true (sotto_remark_of_kind ((int)record->kind)
                     == (said ? SOTTO_REMARK_NONE : SOTTO_REMARK_KEY_CHANGED));
      if (said)
        g_assert_cmpint (record->state, ==, SOTTO_HISTORY_READ);
    }
  g_assert_cmpuint (sotto_history_get_outbox (self->history)->len, ==, 2);
  g_assert_cmpuint (sotto_history_get_untold (self->history)->len, ==, 0);
  g_autoptr (GPtrArray) got = list (self, sotto_history_conversations_new ());
  const SottoConversation *conversation = got->pdata[0];
  g_assert_cmpuint (count (self, &ben), ==, 2);
  g_assert_cmpuint (count (self, &cat), ==, 0);
  g_assert_cmpstr (conversation->last->text, ==, "two");
  g_assert_cmpuint (conversation->n_unread, ==, 0);
}

static void
test_drafts (Desk *self, gconstpointer data)
{
  write_work (self, sotto_history_set_draft_new (&ben, "so far"), sotto_history_draft_work_free);
  write_work (self, sotto_history_set_draft_new (&cat, "x"), sotto_history_draft_work_free);
  write_work (self, sotto_history_set_draft_new (&ben, "so far, so good"),
              sotto_history_draft_work_free);
  write_work (self, sotto_history_set_draft_new (&cat, ""), sotto_history_draft_work_free);
  desk_close (self);
  desk_open (self);
  const GPtrArray *drafts = sotto_history_get_drafts (self->history);
  g_assert_cmpuint (drafts->len, ==, 1);
  const SottoHistoryDraft *draft = drafts->pdata[0];
  g_assert_cmpstr (draft->peer.str, ==, "ben");
  g_assert_cmpstr (draft->text, ==, "so far, so good");
  g_assert_cmpuint (page (self, &ben)->len, ==, 0);
}

static void
test_search (Desk *self, gconstpointer data)
{
  g_autoptr (GPtrArray) got = NULL;

  ours (self, SOTTO_MESSAGE_TEXT, 1, 0, "The Needle");
  theirs_from_to (self, 2, 2500, "hay");
  came_from (self, &cat, 1, "another NEEDLE here");
  theirs (self, SOTTO_MESSAGE_TEXT, 3000, 0, "Cafe\xcc\x81 au lait"); /* e and an accent */
  theirs (self, SOTTO_MESSAGE_TEXT, 3001, 0, "gone needle");
  theirs (self, SOTTO_MESSAGE_DELETE, 3002, 3001, "");

  got = list (self, sotto_history_search_new (" needle ", NULL, 10));
  g_assert_cmpuint (got->len, ==, 2);
  const SottoHistoryRecord *newest = got->pdata[0], *oldest = got->pdata[1];
  g_assert_cmpstr (newest->peer.str, ==, "cat");
  g_assert_cmpstr (oldest->peer.str, ==, "ben");
  g_assert_cmpstr (oldest->text, ==, "The Needle");
  uint64_t place = oldest->place;
  g_clear_pointer (&got, g_ptr_array_unref);
  got = list (self, sotto_history_search_new ("needle", NULL, 1));
  g_assert_cmpuint (got->len, ==, 1);
  g_assert_cmpstr (((SottoHistoryRecord *)got->pdata[0])->peer.str, ==, "cat");
  g_clear_pointer (&got, g_ptr_array_unref);
  got = list (self, sotto_history_search_new ("needle", &ben, 10));
  g_assert_cmpuint (got->len, ==, 1);
  g_clear_pointer (&got, g_ptr_array_unref);
  got = list (self, sotto_history_search_new ("CAF\xc3\x89", NULL, 10));
  g_assert_cmpuint (got->len, ==, 1);
  g_clear_pointer (&got, g_ptr_array_unref);
  got = list (self, sotto_history_search_new ("", NULL, 10));
  g_assert_cmpuint (got->len, ==, 0);

  /* To where it was found, and on from there. */
  g_clear_pointer (&got, g_ptr_array_unref);
  got = list (self, sotto_history_around_new (&ben, place + 10, 3, 2));
  g_assert_cmpuint (got->len, ==, 6);
  for (guint i = 0; i < got->len; i++)
    g_assert_cmpuint (((SottoHistoryRecord *)got->pdata[i])->place, ==, place + 12 - i);
  g_clear_pointer (&got, g_ptr_array_unref);
  got = list (self, sotto_history_around_new (&ben, 0, 0, 2));
  g_assert_cmpuint (got->len, ==, 2);
  g_assert_cmpuint (((SottoHistoryRecord *)got->pdata[1])->place, ==, place);
  g_clear_pointer (&got, g_ptr_array_unref);
  got = list (self, sotto_history_around_new (&(SottoName){ "nobody" }, place, 9, 9));
  g_assert_cmpuint (got->len, ==, 0);
}

static void
test_ended_meanwhile (Desk *self, gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i <= 5000; i++)
    sotto_history_receive (self->history, make (self, &ben, SOTTO_MESSAGE_TEXT, i, 0, "hay"));
  GTask *task = g_task_new (NULL, NULL, on_done, &result);
  g_task_set_task_data (task, sotto_history_search_new ("x", NULL, 1), sotto_history_list_free);
  sotto_history_run (self->history, task);
  desk_close (self);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (g_task_propagate_pointer (G_TASK (result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_object_unref (result);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/client/history-changes/" name, Desk, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("who-reaches-what", test_who_reaches_what);
  ADD ("outbox", test_outbox);
  ADD ("untold", test_untold);
  ADD ("old-words-are-gone", test_old_words_are_gone);
  ADD ("fleeting", test_fleeting);
  ADD ("expiry", test_expiry);
  ADD ("forgetting", test_forgetting);
  ADD ("conversations", test_conversations);
  ADD ("remarks", test_remarks);
  ADD ("drafts", test_drafts);
  ADD ("search", test_search);
  ADD ("ended-meanwhile", test_ended_meanwhile);
  return g_test_run ();
}
