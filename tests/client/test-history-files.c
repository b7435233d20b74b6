// SPDX-License-Identifier: GPL-3.0-or-later
/* What is kept of files: until they are over, and for who asks again afterwards. */
#undef G_DISABLE_ASSERT
#include "scratch.h"
#include "shared/client/history-files.h"

#include <string.h>

typedef struct
{
  TestScratch *folder;
  char *path;
  SottoKey key;
  SottoHistory *history;
  GPtrArray *page;
} Fixture;

static void
on_answer (const SottoHistoryResult *result, gpointer fixture)
{
  Fixture *f = fixture;

  if (result->op == SOTTO_HISTORY_OP_PAGE)
    f->page = g_ptr_array_ref (result->page);
}

static void
on_failed (const GError *error, gpointer fixture)
{
  g_error ("%s", error->message);
}

static void
on_turn (gpointer fixture)
{
}

static const SottoHistoryHandler handler = { on_answer, on_failed, on_turn };

static void
open_history (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->history = sotto_history_open (f->path, &f->key, &error);
  g_assert_no_error (error);
  sotto_history_start (f->history, G_PRIORITY_DEFAULT, &handler, f);
}

/* As another run of the program finds it. */
static void
open_again (Fixture *f)
{
  sotto_history_free (f->history);
  open_history (f);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->folder = test_scratch_new ();
  f->path = g_build_filename (f->folder, "history", NULL);
  memset (&f->key, 7, sizeof f->key);
  open_history (f);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  sotto_history_free (f->history);
  g_free (f->path);
  test_scratch_remove (f->folder);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer out)
{
  *(GTask **)out = g_object_ref (G_TASK (result));
}

static void
run (Fixture *f, SottoHistoryFileWork *take_work, SottoHistoryFileWork *out)
{
  g_autoptr (GTask) done = NULL;
  GTask *task = g_task_new (NULL, NULL, on_done, &done);

  g_task_set_task_data (task, take_work, sotto_history_file_work_free);
  sotto_history_run (f->history, task);
  while (done == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_task_propagate_boolean (done, NULL));
  *out = *(SottoHistoryFileWork *)g_task_get_task_data (done);
  out->record = sotto_history_record_new (NULL, 0);
  memcpy (out->record, ((SottoHistoryFileWork *)g_task_get_task_data (done))->record,
          G_STRUCT_OFFSET (SottoHistoryRecord, n));
  out->record->file = sotto_history_file_copy (out->record->file);
}

static SottoHistoryRecord *
offer_of (bool own, uint8_t id, SottoHistoryFileState state, SottoRefuseCode code)
{
  SottoHistoryRecord *record = sotto_history_record_new ("what is sent", 12);
  SottoHistoryFile file = { .state = state,
                            .code = code,
                            .size = G_GUINT64_CONSTANT (1) << 61,
                            .changed_ns = -5,
                            .name = (char *)"n\303\244me.txt",
                            .media_type = (char *)"text/plain",
                            .path = own ? (char *)"/own/n\303\244me.txt" : NULL };

  g_strlcpy (record->peer.str, "bob", sizeof record->peer.str);
  record->id.bytes[0] = id;
  record->kind = SOTTO_MESSAGE_FILE_OFFER;
  record->own = own;
  record->file = sotto_history_file_copy (&file);
  return record;
}

static void
assert_file (const SottoHistoryRecord *record, bool own, SottoHistoryFileState state)
{
  g_assert_nonnull (record->file);
  g_assert_cmpint (record->kind, ==, SOTTO_MESSAGE_FILE_OFFER);
  g_assert_cmpstr (record->peer.str, ==, "bob");
  g_assert_cmpint (record->own, ==, own);
  g_assert_cmpint (record->file->state, ==, state);
  g_assert_cmpuint (record->file->size, ==, G_GUINT64_CONSTANT (1) << 61);
  g_assert_cmpint (record->file->changed_ns, ==, -5);
  g_assert_cmpstr (record->file->name, ==, "n\303\244me.txt");
  g_assert_cmpstr (record->file->media_type, ==, "text/plain");
}

static GPtrArray *
page_of (Fixture *f)
{
  SottoName bob = { "bob" };

  f->page = NULL;
  sotto_history_page (f->history, &bob, 0, 10);
  while (f->page == NULL)
    g_main_context_iteration (NULL, TRUE);
  return f->page;
}

static void
test_own (Fixture *f, gconstpointer unused)
{
  SottoHistoryFileWork work;

  run (f, sotto_history_offer_file (offer_of (true, 1, SOTTO_HISTORY_FILE_OFFERED, 0)), &work);
  uint64_t place = work.record->place;
  g_assert_cmpuint (place, !=, 0);
  sotto_history_record_free (work.record);

  open_again (f);
  GPtrArray *files = sotto_history_get_files (f->history);
  GPtrArray *outbox = sotto_history_get_outbox (f->history);
  g_assert_cmpuint (files->len, ==, 1);
  assert_file (files->pdata[0], true, SOTTO_HISTORY_FILE_OFFERED);
  g_assert_cmpuint (outbox->len, ==, 1);
  g_assert_cmpstr (((SottoHistoryRecord *)outbox->pdata[0])->text, ==, "what is sent");

  SottoHistoryRecord *done = offer_of (true, 1, SOTTO_HISTORY_FILE_DONE, 0);
  done->place = place;
  run (f, sotto_history_set_file (done), &work);
  sotto_history_record_free (work.record);
  open_again (f);
  g_assert_cmpuint (sotto_history_get_files (f->history)->len, ==, 0);
  g_assert_cmpuint (sotto_history_get_outbox (f->history)->len, ==, 0);

  g_autoptr (GPtrArray) page = page_of (f);
  g_assert_cmpuint (page->len, ==, 1);
  const SottoHistoryRecord *shown = page->pdata[0];
  assert_file (shown, true, SOTTO_HISTORY_FILE_DONE);
  g_assert_cmpstr (shown->text, ==, "n\303\244me.txt");
  g_assert_cmpstr (shown->file->path, ==, "/own/n\303\244me.txt");
  g_assert_cmpint (shown->state, ==, SOTTO_HISTORY_DELIVERED);
}

/* Cancelled without a channel: out of the outbox, and not forgotten before they heard of it. */
static void
test_withdrawn (Fixture *f, gconstpointer unused)
{
  SottoHistoryFileWork work;

  run (f, sotto_history_offer_file (offer_of (true, 1, SOTTO_HISTORY_FILE_OFFERED, 0)), &work);
  SottoHistoryRecord *withdrawn =
      offer_of (true, 1, SOTTO_HISTORY_FILE_WITHDRAWN, SOTTO_REFUSE_CANCELLED);
  withdrawn->place = work.record->place;
  sotto_history_record_free (work.record);
  run (f, sotto_history_set_file (withdrawn), &work);
  sotto_history_record_free (work.record);
  open_again (f);
  g_assert_cmpuint (sotto_history_get_outbox (f->history)->len, ==, 0);
  g_assert_cmpuint (sotto_history_get_files (f->history)->len, ==, 1);
  assert_file (sotto_history_get_files (f->history)->pdata[0], true, SOTTO_HISTORY_FILE_WITHDRAWN);
}

static void
test_theirs (Fixture *f, gconstpointer unused)
{
  SottoHistoryFileWork work;

  run (f, sotto_history_receive_file (offer_of (false, 2, SOTTO_HISTORY_FILE_OFFERED, 0)), &work);
  g_assert_true (work.is_new);
  SottoHistoryRecord *refused =
      offer_of (false, 2, SOTTO_HISTORY_FILE_REFUSED, SOTTO_REFUSE_DAMAGED);
  refused->place = work.record->place;
  sotto_history_record_free (work.record);
  open_again (f);
  g_assert_cmpuint (sotto_history_get_files (f->history)->len, ==, 1);

  run (f, sotto_history_set_file (refused), &work);
  sotto_history_record_free (work.record);
  open_again (f);
  g_assert_cmpuint (sotto_history_get_files (f->history)->len, ==, 0);
  run (f, sotto_history_receive_file (offer_of (false, 2, SOTTO_HISTORY_FILE_OFFERED, 0)), &work);
  g_assert_false (work.is_new); /* it comes again: as it ended */
  assert_file (work.record, false, SOTTO_HISTORY_FILE_REFUSED);
  g_assert_cmpint (work.record->file->code, ==, SOTTO_REFUSE_DAMAGED);
  sotto_history_record_free (work.record);
  g_autoptr (GPtrArray) page = page_of (f);
  g_assert_cmpuint (page->len, ==, 1);
  assert_file (page->pdata[0], false, SOTTO_HISTORY_FILE_REFUSED);
}

/* One too many: its end is known, but no conversation shows it. */
static void
test_refused_at_once (Fixture *f, gconstpointer unused)
{
  SottoHistoryFileWork work;

  run (f,
       sotto_history_receive_file (
           offer_of (false, 3, SOTTO_HISTORY_FILE_REFUSED, SOTTO_REFUSE_TOO_MANY)),
       &work);
  g_assert_true (work.is_new);
  sotto_history_record_free (work.record);
  run (f, sotto_history_receive_file (offer_of (false, 3, SOTTO_HISTORY_FILE_OFFERED, 0)), &work);
  g_assert_false (work.is_new);
  g_assert_cmpint (work.record->file->code, ==, SOTTO_REFUSE_TOO_MANY);
  sotto_history_record_free (work.record);
  g_autoptr (GPtrArray) page = page_of (f);
  g_assert_cmpuint (page->len, ==, 0);
}

/* Of a conversation that is not kept: the id and the end stay, name and path do not. */
static void
test_fleeting (Fixture *f, gconstpointer unused)
{
  SottoHistoryFileWork work;
  SottoHistoryRecord *offer = offer_of (false, 4, SOTTO_HISTORY_FILE_OFFERED, 0);
  SottoHistoryRecord *done = offer_of (false, 4, SOTTO_HISTORY_FILE_DONE, 0);

  offer->fleeting = done->fleeting = true;
  run (f, sotto_history_receive_file (offer), &work);
  done->place = work.record->place;
  sotto_history_record_free (work.record);
  run (f, sotto_history_set_file (done), &work);
  sotto_history_record_free (work.record);
  run (f, sotto_history_receive_file (offer_of (false, 4, SOTTO_HISTORY_FILE_OFFERED, 0)), &work);
  g_assert_false (work.is_new);
  g_assert_cmpint (work.record->file->state, ==, SOTTO_HISTORY_FILE_DONE);
  g_assert_cmpstr (work.record->file->name, ==, "");
  sotto_history_record_free (work.record);
  g_autoptr (GPtrArray) page = page_of (f);
  g_assert_cmpuint (page->len, ==, 0);
}

#define ADD(path, test)                                                                            \
  g_test_add ("/client/history-files/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("own", test_own);
  ADD ("withdrawn", test_withdrawn);
  ADD ("theirs", test_theirs);
  ADD ("refused-at-once", test_refused_at_once);
  ADD ("fleeting", test_fleeting);
  return g_test_run ();
}
