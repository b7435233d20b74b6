// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The history: order, shared commits, what a killed program leaves, damage, a full disk, limits. A
 * child of this program (`--child PATH`) writes until it is killed.
 */
#undef G_DISABLE_ASSERT
#include "shared/client/history.h"

#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "tests/client/scratch.h"
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE (60 * SOTTO_US_PER_S)

static const SottoKey data_key = { { 1, 2, 3 } };
static const SottoKey other_key = { { 3, 2, 1 } };
static const SottoName ben = { "ben" };
static const SottoName cat = { "cat" };

/* What was answered so far. */
typedef struct
{
  SottoHistory *history;
  char *path;
  guint n_answers;
  guint n_new;
  guint n_failed;
  guint n_troubles;
  guint n_turns;
  GPtrArray *page;
  uint64_t last; /* the number of the last id answered */
  bool in_order;
  int print_to; /* -1 = nowhere */
  bool forgets; /* does not say what was told */
} Desk;

static SottoId
id_of (uint64_t n)
{
  SottoId id = { 0 };

  memcpy (id.bytes, &n, sizeof n);
  return id;
}

static uint64_t
number_of (const SottoId *id)
{
  uint64_t n;

  memcpy (&n, id->bytes, sizeof n);
  return n;
}

static void
on_answer (const SottoHistoryResult *result, gpointer data)
{
  Desk *desk = data;
  uint64_t n = number_of (&result->record->id);

  desk->n_answers++;
  desk->n_failed += result->error != NULL;
  desk->n_new += result->is_new && result->op != SOTTO_HISTORY_OP_QUEUE;
  if (result->op == SOTTO_HISTORY_OP_QUEUE)
    {
      desk->in_order &= desk->last == 0 || n == desk->last + 1;
      desk->last = n;
    }
  if (result->op == SOTTO_HISTORY_OP_RECEIVE && result->is_new && !desk->forgets
      && result->record->place != 0)
    sotto_history_set_told (desk->history, result->record->place);
  if (result->page != NULL)
    {
      g_clear_pointer (&desk->page, g_ptr_array_unref);
      desk->page = g_ptr_array_ref (result->page);
    }
  if (desk->print_to >= 0 && result->op == SOTTO_HISTORY_OP_QUEUE && result->error == NULL)
    g_assert_cmpint (write (desk->print_to, &n, sizeof n), ==, sizeof n);
}

static void
on_turn (gpointer data)
{
  ((Desk *)data)->n_turns++;
}

static void
on_failed (const GError *error, gpointer data)
{
  g_assert_nonnull (error);
  ((Desk *)data)->n_troubles++;
}

static const SottoHistoryHandler handler = { on_answer, on_failed, on_turn };

static void
desk_open (Desk *desk, const char *path)
{
  g_autoptr (GError) error = NULL;

  *desk = (Desk){ .path = g_strdup (path), .in_order = true, .print_to = -1 };
  desk->history = sotto_history_open (path, &data_key, &error);
  g_assert_no_error (error);
  sotto_history_start (desk->history, G_PRIORITY_DEFAULT, &handler, desk);
}

static void
desk_clear (Desk *desk)
{
  g_clear_pointer (&desk->history, sotto_history_free);
  g_clear_pointer (&desk->page, g_ptr_array_unref);
  g_clear_pointer (&desk->path, g_free);
}

static void
wait_for (Desk *desk, guint n_answers)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  while (desk->n_answers < n_answers)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (200);
    }
  g_assert_cmpuint (desk->n_answers, ==, n_answers);
}

static SottoHistoryRecord *
record_of (const SottoName *peer, SottoMessageType kind, uint64_t n)
{
  g_autofree char *text = g_strdup_printf ("text %" G_GUINT64_FORMAT, n);
  SottoHistoryRecord *record = sotto_history_record_new (text, strlen (text));

  record->peer = *peer;
  record->kind = kind;
  record->id = id_of (n);
  record->sent_ms = 1000 + n;
  record->stored_ms = 2000 + n;
  return record;
}

static void
queue (Desk *desk, const SottoName *peer, uint64_t n)
{
  sotto_history_queue (desk->history, record_of (peer, SOTTO_MESSAGE_TEXT, n));
}

static void
receive (Desk *desk, const SottoName *peer, uint64_t n)
{
  sotto_history_receive (desk->history, record_of (peer, SOTTO_MESSAGE_TEXT, n));
}

/* The count-th record with the peer who came number-th. */
static uint64_t
place_of (uint64_t number, uint64_t count)
{
  return (number << 40) + count;
}

static void
delivered (Desk *desk, const SottoName *peer, uint64_t n, uint64_t place)
{
  SottoId id = id_of (n);

  sotto_history_delivered (desk->history, peer, &id, place);
}

static void
seen (Desk *desk, const SottoName *peer, uint64_t n)
{
  SottoId id = id_of (n);

  sotto_history_seen (desk->history, peer, &id);
}

static const GPtrArray *
page (Desk *desk, const SottoName *peer, uint64_t before, guint max)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  g_clear_pointer (&desk->page, g_ptr_array_unref);
  sotto_history_page (desk->history, peer, before, max);
  while (desk->page == NULL && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (desk->page);
  return desk->page;
}

static void
assert_record (const SottoHistoryRecord *record, uint64_t n, bool own, SottoHistoryState state)
{
  g_autofree char *text = g_strdup_printf ("text %" G_GUINT64_FORMAT, n);

  g_assert_cmpstr (record->text, ==, text);
  g_assert_cmpuint (record->n, ==, strlen (text));
  g_assert_cmpuint (number_of (&record->id), ==, n);
  g_assert_true (record->own == own);
  g_assert_cmpint (record->state, ==, state);
  g_assert_cmpint (record->kind, ==, SOTTO_MESSAGE_TEXT);
  g_assert_cmpuint (record->sent_ms, ==, 1000 + n);
  g_assert_cmpuint (record->stored_ms, ==, 2000 + n);
}

static GPtrArray *
load_outbox (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SottoHistory) history = sotto_history_open (path, &data_key, &error);

  g_assert_no_error (error);
  return g_ptr_array_ref (sotto_history_get_outbox (history));
}

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = test_scratch_new ();
  self->path = g_build_filename (self->folder, "history", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_scratch_remove (self->folder);
  g_free (self->path);
}

/* --- What it is for --- */

static void
test_outbox (Fixture *self, gconstpointer data)
{
  Desk desk;

  desk_open (&desk, self->path);
  for (guint i = 1; i <= 5; i++)
    queue (&desk, i % 2 == 1 ? &ben : &cat, i);
  delivered (&desk, &ben, 3, place_of (1, 2));
  delivered (&desk, &ben, 99, place_of (1, 3)); /* nothing of ours */
  wait_for (&desk, 7);
  g_assert_true (desk.in_order);
  g_assert_cmpuint (desk.n_failed, ==, 0);
  desk_clear (&desk);

  g_autoptr (GPtrArray) outbox = load_outbox (self->path);
  static const struct
  {
    uint64_t n;
    const SottoName *peer;
  } left[] = { { 1, &ben }, { 5, &ben }, { 2, &cat }, { 4, &cat } };
  g_assert_cmpuint (outbox->len, ==, G_N_ELEMENTS (left));
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      const SottoHistoryRecord *record = outbox->pdata[i];
      assert_record (record, left[i].n, true, SOTTO_HISTORY_QUEUED);
      g_assert_cmpstr (record->peer.str, ==, left[i].peer->str);
    }
}

/* Other kinds wait in the outbox and are no messages of the conversation; without their target they
 * do not even wait (what they do to it: test-history-changes.c). */
static void
test_kinds (Fixture *self, gconstpointer data)
{
  Desk desk;

  desk_open (&desk, self->path);
  sotto_history_queue (desk.history, record_of (&ben, SOTTO_MESSAGE_FILE_OFFER, 1));
  sotto_history_queue (desk.history, record_of (&ben, SOTTO_MESSAGE_REACT, 3));
  sotto_history_receive (desk.history, record_of (&ben, SOTTO_MESSAGE_EDIT, 2));
  sotto_history_receive (desk.history, record_of (&ben, SOTTO_MESSAGE_EDIT, 2));
  wait_for (&desk, 4);
  g_assert_cmpuint (desk.n_new, ==, 1);
  g_assert_cmpuint (page (&desk, &ben, 0, 10)->len, ==, 0);
  desk_clear (&desk);

  g_autoptr (GPtrArray) outbox = load_outbox (self->path);
  g_assert_cmpuint (outbox->len, ==, 1);
  g_assert_cmpint (((SottoHistoryRecord *)outbox->pdata[0])->kind, ==, SOTTO_MESSAGE_FILE_OFFER);
}

static void
test_pages (Fixture *self, gconstpointer data)
{
  Desk desk;
  const GPtrArray *got;

  desk_open (&desk, self->path);
  for (guint i = 1; i <= 9; i++)
    {
      if (i % 3 == 0)
        receive (&desk, &ben, i);
      else
        queue (&desk, &ben, i);
    }
  queue (&desk, &cat, 10);
  got = page (&desk, &ben, 0, 4); /* asked in the same breath, and sees them all */
  g_assert_cmpuint (got->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    assert_record (got->pdata[i], 9 - i, (9 - i) % 3 != 0,
                   (9 - i) % 3 != 0 ? SOTTO_HISTORY_QUEUED : SOTTO_HISTORY_CAME);
  got = page (&desk, &ben, ((SottoHistoryRecord *)got->pdata[3])->place, 100);
  g_assert_cmpuint (got->len, ==, 5);
  assert_record (got->pdata[4], 1, true, SOTTO_HISTORY_QUEUED);
  g_assert_cmpuint (page (&desk, &cat, 0, 100)->len, ==, 1);
  g_assert_cmpuint (page (&desk, &(SottoName){ "nobody" }, 0, 100)->len, ==, 0);
  desk_clear (&desk);
}

static void
test_states (Fixture *self, gconstpointer data)
{
  Desk desk;
  const GPtrArray *got;

  desk_open (&desk, self->path);
  for (guint i = 1; i <= 4; i++)
    {
      queue (&desk, &ben, i);
      if (i < 4)
        delivered (&desk, &ben, i, place_of (1, i));
    }
  seen (&desk, &ben, 2); /* and what was before it */
  seen (&desk, &ben, 2); /* repeated on a new channel */
  seen (&desk, &ben, 77);
  wait_for (&desk, 10);
  g_assert_cmpuint (desk.n_new, ==, 1);
  got = page (&desk, &ben, 0, 10);
  assert_record (got->pdata[3], 1, true, SOTTO_HISTORY_READ);
  assert_record (got->pdata[2], 2, true, SOTTO_HISTORY_READ);
  assert_record (got->pdata[1], 3, true, SOTTO_HISTORY_DELIVERED);
  assert_record (got->pdata[0], 4, true, SOTTO_HISTORY_QUEUED);
  desk_clear (&desk);
}

/* An id that came is known, also to the next program; the same id of another peer is another. */
static void
test_known (Fixture *self, gconstpointer data)
{
  Desk desk;

  desk_open (&desk, self->path);
  receive (&desk, &ben, 1);
  receive (&desk, &ben, 1);
  receive (&desk, &cat, 1);
  wait_for (&desk, 3);
  g_assert_cmpuint (desk.n_new, ==, 2);
  desk_clear (&desk);
  desk_open (&desk, self->path);
  receive (&desk, &ben, 1);
  receive (&desk, &ben, 2);
  wait_for (&desk, 2);
  g_assert_cmpuint (desk.n_new, ==, 1);
  g_assert_cmpuint (page (&desk, &ben, 0, 10)->len, ==, 2);
  desk_clear (&desk);
}

/* The newest SOTTO_KNOWN_IDS of a peer, whoever else writes. */
static void
test_known_limit (Fixture *self, gconstpointer data)
{
  const guint extra = 3;
  Desk desk;
  guint n = 0;

  desk_open (&desk, self->path);
  for (uint64_t i = 1; i <= SOTTO_KNOWN_IDS + extra; i++, n++)
    {
      sotto_history_receive (desk.history, record_of (&ben, SOTTO_MESSAGE_EDIT, i));
      if (i == SOTTO_KNOWN_IDS / 2)
        {
          wait_for (&desk, ++n);
          desk_clear (&desk);
          desk_open (&desk, self->path);
          n = (guint)-1;
        }
    }
  wait_for (&desk, n);
  desk.n_new = 0;
  sotto_history_receive (desk.history, record_of (&ben, SOTTO_MESSAGE_EDIT, extra + 1));
  sotto_history_receive (desk.history, record_of (&ben, SOTTO_MESSAGE_EDIT, SOTTO_KNOWN_IDS));
  wait_for (&desk, n + 2);
  g_assert_cmpuint (desk.n_new, ==, 0);
  sotto_history_receive (desk.history, record_of (&ben, SOTTO_MESSAGE_EDIT, extra));
  wait_for (&desk, n + 3);
  g_assert_cmpuint (desk.n_new, ==, 1);
  desk_clear (&desk);
}

static void
test_shared_commits (Fixture *self, gconstpointer data)
{
  Desk desk;

  desk_open (&desk, self->path);
  for (guint i = 1; i <= 1000; i++)
    queue (&desk, &ben, i);
  wait_for (&desk, 1000);
  g_assert_true (desk.in_order);
  g_assert_cmpuint (sotto_history_count_commits (desk.history), <, 100);
  g_assert_cmpuint (desk.n_turns, <=, sotto_history_count_commits (desk.history));

  /* Nobody waits for these: they share one commit though they come one by one. */
  guint64 before = sotto_history_count_commits (desk.history);
  for (guint i = 1; i <= 5; i++)
    {
      delivered (&desk, &ben, i, place_of (1, i));
      g_usleep (1000);
    }
  wait_for (&desk, 1005);
  g_assert_cmpuint (sotto_history_count_commits (desk.history), <=, before + 2);
  desk_clear (&desk);
}

/* Freed at once: all is on the disk, and nobody is called. */
static void
test_free_waits (Fixture *self, gconstpointer data)
{
  Desk desk;

  desk_open (&desk, self->path);
  for (guint i = 1; i <= 100; i++)
    queue (&desk, &ben, i);
  delivered (&desk, &ben, 1, place_of (1, 1));
  desk_clear (&desk);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (desk.n_answers, ==, 0);
  g_autoptr (GPtrArray) outbox = load_outbox (self->path);
  g_assert_cmpuint (outbox->len, ==, 99);
}

static void
free_on_answer (const SottoHistoryResult *result, gpointer data)
{
  Desk *desk = data;

  g_assert_nonnull (desk->history);
  g_clear_pointer (&desk->history, sotto_history_free);
}

/* Logging out in a handler: the other answers of that commit go to nobody. */
static void
test_free_in_answer (Fixture *self, gconstpointer data)
{
  static const SottoHistoryHandler freeing = { free_on_answer, on_failed, on_turn };
  Desk desk = { .print_to = -1 };

  desk.history = sotto_history_open (self->path, &data_key, NULL);
  sotto_history_start (desk.history, G_PRIORITY_DEFAULT, &freeing, &desk);
  for (guint i = 1; i <= 100; i++)
    queue (&desk, &ben, i);
  while (desk.history != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (desk.n_turns, ==, 0);
  g_autoptr (GPtrArray) outbox = load_outbox (self->path);
  g_assert_cmpuint (outbox->len, ==, 100);
}

/* What came and was not told before the end is there at the next beginning, once. */
static void
test_untold (Fixture *self, gconstpointer data)
{
  g_autofree char *told = g_strconcat (self->path, ".told", NULL);
  Desk desk;

  desk_open (&desk, self->path);
  for (guint i = 1; i <= 3; i++)
    receive (&desk, &ben, i);
  wait_for (&desk, 3);
  desk.forgets = true;
  for (guint i = 4; i <= 6; i++)
    {
      receive (&desk, &ben, i);
      receive (&desk, &cat, i);
      queue (&desk, &ben, 10 + i);
    }
  wait_for (&desk, 12);
  desk_clear (&desk);

  desk_open (&desk, self->path);
  GPtrArray *untold = sotto_history_get_untold (desk.history);
  g_assert_cmpuint (untold->len, ==, 6);
  uint64_t next_of_ben = 4, next_of_cat = 4;
  for (guint i = 0; i < untold->len; i++)
    {
      const SottoHistoryRecord *record = untold->pdata[i];
      bool is_ben = g_str_equal (record->peer.str, "ben");
      assert_record (record, is_ben ? next_of_ben++ : next_of_cat++, false, SOTTO_HISTORY_CAME);
      sotto_history_set_told (desk.history, record->place);
    }
  desk_clear (&desk);
  desk_open (&desk, self->path);
  g_assert_cmpuint (sotto_history_get_untold (desk.history)->len, ==, 0);
  desk_clear (&desk);

  /* Without that file nothing old is told as new, now or later. */
  g_assert_cmpint (g_unlink (told), ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      desk_open (&desk, self->path);
      g_assert_cmpuint (sotto_history_get_untold (desk.history)->len, ==, 0);
      desk_clear (&desk);
    }
}

/* --- What may happen to it --- */

static int
child_main (const char *path)
{
  Desk desk;
  g_autoptr (GPtrArray) outbox = load_outbox (path);
  uint64_t n = 0;

  if (outbox->len > 0)
    n = number_of (&((SottoHistoryRecord *)outbox->pdata[outbox->len - 1])->id);
  desk_open (&desk, path);
  desk.print_to = STDOUT_FILENO;
  if (n > 0) /* of its pair only the first half may have been written */
    {
      receive (&desk, &cat, n);
      wait_for (&desk, 1);
    }
  for (guint round = 0; round < 100000; round++) /* the parent may have died */
    {
      guint n_before = desk.n_answers;
      for (guint i = 0; i < 7; i++)
        {
          queue (&desk, &ben, ++n);
          receive (&desk, &cat, n);
          receive (&desk, &cat, n > 20 ? n - 20 : n);
        }
      wait_for (&desk, n_before + 21);
    }
  return 1;
}

static char *own_path;

/* Returns the last number that the child was answered before it was killed. */
static uint64_t
run_child (const char *path, guint ms)
{
  char *argv[] = { own_path, (char *)"--child", (char *)path, NULL };
  g_autoptr (GError) error = NULL;
  uint64_t last = 0, n;
  GPid pid;
  int out;

  g_spawn_async_with_pipes (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL,
                            &out, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read (out, &last, sizeof last), ==, sizeof last); /* it is at work */
  g_usleep (ms * 1000);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  while (read (out, &n, sizeof n) == sizeof n)
    last = n;
  close (out);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  g_spawn_close_pid (pid);
  return last;
}

/* Killed at any point: what was answered is there, in order and once. */
static void
test_killed (Fixture *self, gconstpointer data)
{
  guint rounds = g_test_slow () ? 60 : 12;
  uint64_t told = 0;

  for (guint i = 0; i < rounds; i++)
    {
      uint64_t last = run_child (self->path, (guint)g_test_rand_int_range (0, 120));
      told = MAX (told, last);
      g_autoptr (GPtrArray) outbox = load_outbox (self->path);
      g_assert_cmpuint (outbox->len, >=, told);
      for (guint k = 0; k < outbox->len; k++)
        g_assert_cmpuint (number_of (&((SottoHistoryRecord *)outbox->pdata[k])->id), ==, k + 1);
    }

  Desk desk;
  desk_open (&desk, self->path);
  uint64_t expected = 0, before = 0;
  do
    {
      const GPtrArray *got = page (&desk, &cat, before, 100);
      for (guint k = 0; k < got->len; k++)
        {
          const SottoHistoryRecord *record = got->pdata[k];
          uint64_t n = number_of (&record->id);
          g_assert_true (expected == 0 || n == expected);
          g_assert_cmpuint (n, >=, 1);
          expected = n - 1;
          before = record->place;
        }
      if (got->len < 100)
        break;
    }
  while (true);
  g_assert_cmpuint (expected, ==, 0);
  g_test_message ("%" G_GUINT64_FORMAT " told over %u kills", told, rounds);
  desk_clear (&desk);
}

static void
assert_refused (const char *path, const SottoKey *key, const char *word)
{
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_before, n_after;

  g_assert_true (g_file_get_contents (path, &before, &n_before, NULL));
  g_autoptr (SottoHistory) history = sotto_history_open (path, key, &error);
  g_assert_null (history);
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, word));
  g_assert_true (g_file_get_contents (path, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
}

static void
fill (const char *path)
{
  Desk desk;

  desk_open (&desk, path);
  for (guint i = 1; i <= 20; i++)
    queue (&desk, i % 2 == 0 ? &ben : &cat, i);
  receive (&desk, &ben, 30);
  wait_for (&desk, 21);
  desk_clear (&desk);
}

static void
test_wrong_key (Fixture *self, gconstpointer data)
{
  fill (self->path);
  assert_refused (self->path, &other_key, "data key");
}

static void
write_file (const char *path, gsize offset, gsize n_cut, const char *bytes)
{
  g_autofree char *content = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (path, &content, &n, NULL));
  if (bytes != NULL)
    memcpy (content + offset, bytes, strlen (bytes));
  g_assert_true (g_file_set_contents (path, content, (gssize)(n_cut > 0 ? n_cut : n), NULL));
}

static void
test_damaged (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *what;
    gsize offset;
    const char *bytes;
    gsize n_cut;
  } damages[] = {
    { "header", 0, "not a database at all", 0 },
    { "other program", 68, "Ring", 0 },
    { "first page", 100, "\xff\xff\xff\xff\xff\xff\xff\xff", 0 },
    { "cut", 0, NULL, 4096 },
    { "cut short", 0, NULL, 50 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s-%zu", self->path, i);
      g_test_message ("%s", damages[i].what);
      fill (path);
      write_file (path, damages[i].offset, damages[i].n_cut, damages[i].bytes);
      assert_refused (path, &data_key, "left as it is");
    }
  g_autofree char *empty = g_strconcat (self->path, "-empty", NULL);
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  assert_refused (empty, &data_key, "empty");
}

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/* Rows that were swapped, renamed, copied or bent do not open. */
static void
test_tampered (Fixture *self, gconstpointer data)
{
  static const char *const tricks[] = {
    "UPDATE outbox SET row = (SELECT row FROM outbox AS o WHERE o.place <> outbox.place LIMIT 1)"
    " WHERE place = (SELECT min (place) FROM outbox)",
    "UPDATE outbox SET place = -place; UPDATE outbox SET place = (1 << 40) - place - 2 * (1 << 40)"
    " WHERE place > -(2 << 40)",
    "UPDATE outbox SET id = randomblob (16) WHERE place = (SELECT max (place) FROM outbox)",
    "UPDATE outbox SET row = zeroblob (length (row))",
    "UPDATE peers SET row = (SELECT row FROM peers AS p WHERE p.number <> peers.number)",
    "UPDATE peers SET number = number + 10",
    "DELETE FROM peers",
    "PRAGMA user_version = 7",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tricks); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s-%zu", self->path, i);
      g_test_message ("%s", tricks[i]);
      fill (path);
      run_sql (path, tricks[i]);
      assert_refused (path, &data_key, "left as it is");
    }
}

/* Found when a page is read: from then on nothing is written. */
static void
test_tampered_message (Fixture *self, gconstpointer data)
{
  Desk desk;

  fill (self->path);
  run_sql (self->path, "UPDATE messages SET row = zeroblob (length (row))");
  desk_open (&desk, self->path);
  sotto_history_page (desk.history, &ben, 0, 10);
  wait_for (&desk, 1);
  queue (&desk, &ben, 50);
  wait_for (&desk, 2);
  g_assert_cmpuint (desk.n_failed, ==, 2);
  g_assert_null (desk.page);
  desk_clear (&desk);
}

/* Nothing that a person wrote, and no name, is on the disk in clear. */
static void
test_nothing_in_clear (Fixture *self, gconstpointer data)
{
  static const char *const secrets[] = { "text 7", "benedict" };
  const SottoName benedict = { "benedict" };
  Desk desk;

  desk_open (&desk, self->path);
  queue (&desk, &benedict, 7);
  wait_for (&desk, 1);
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  const char *const paths[] = { self->path, log };
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *content = NULL;
      gsize n;
      GStatBuf status;
      g_assert_true (g_file_get_contents (paths[i], &content, &n, NULL));
      g_assert_cmpuint (n, >, 0);
      for (gsize k = 0; k < G_N_ELEMENTS (secrets); k++)
        g_assert_null (memmem (content, n, secrets[k], strlen (secrets[k])));
      g_assert_cmpint (g_stat (paths[i], &status), ==, 0);
      g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
    }
  desk_clear (&desk);
}

static void
set_file_limit (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* No room: told, nothing half done; with room again all goes on, and what nobody waits for was
 * kept.
 */
static void
test_full_disk (Fixture *self, gconstpointer data)
{
  Desk desk;

  signal (SIGXFSZ, SIG_IGN);
  desk_open (&desk, self->path);
  queue (&desk, &ben, 1);
  queue (&desk, &ben, 2);
  wait_for (&desk, 2);
  set_file_limit (4096);
  queue (&desk, &ben, 3);
  receive (&desk, &ben, 4);
  delivered (&desk, &ben, 1, place_of (1, 1));
  wait_for (&desk, 3);
  g_assert_cmpuint (desk.n_failed, ==, 1);
  queue (&desk, &ben, 3); /* fails again, and is not told again */
  wait_for (&desk, 4);
  g_assert_cmpuint (desk.n_failed, ==, 2);
  g_assert_cmpuint (desk.n_troubles, ==, 1);
  set_file_limit (RLIM_INFINITY);

  wait_for (&desk, 6); /* the others by themselves */
  receive (&desk, &ben, 4);
  queue (&desk, &ben, 4);
  wait_for (&desk, 8);
  g_assert_cmpuint (desk.n_failed, ==, 2);
  g_assert_cmpuint (desk.n_new, ==, 1);
  const GPtrArray *got = page (&desk, &ben, 0, 10);
  g_assert_cmpuint (got->len, ==, 4);
  assert_record (got->pdata[0], 4, true, SOTTO_HISTORY_QUEUED);
  assert_record (got->pdata[1], 4, false, SOTTO_HISTORY_CAME);
  assert_record (got->pdata[2], 2, true, SOTTO_HISTORY_QUEUED);
  assert_record (got->pdata[3], 1, true, SOTTO_HISTORY_DELIVERED);
  desk_clear (&desk);
  g_autoptr (GPtrArray) outbox = load_outbox (self->path);
  g_assert_cmpuint (outbox->len, ==, 2);
}

/* A folder that is not there, or no room for the first file: told, and nothing is left. */
static void
test_cannot_make (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (self->folder, "none", "history", NULL);

  g_assert_null (sotto_history_open (path, &data_key, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  g_clear_error (&error);
  signal (SIGXFSZ, SIG_IGN);
  set_file_limit (8192);
  g_assert_null (sotto_history_open (self->path, &data_key, &error));
  set_file_limit (RLIM_INFINITY);
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  fill (self->path); /* over what was left */
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--child"))
    return child_main (argv[2]);
  own_path = argv[0];
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/client/history/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("outbox", test_outbox);
  ADD ("kinds", test_kinds);
  ADD ("pages", test_pages);
  ADD ("states", test_states);
  ADD ("known", test_known);
  ADD ("known-limit", test_known_limit);
  ADD ("shared-commits", test_shared_commits);
  ADD ("free-waits", test_free_waits);
  ADD ("free-in-answer", test_free_in_answer);
  ADD ("untold", test_untold);
  ADD ("killed", test_killed);
  ADD ("wrong-key", test_wrong_key);
  ADD ("damaged", test_damaged);
  ADD ("tampered", test_tampered);
  ADD ("tampered-message", test_tampered_message);
  ADD ("nothing-in-clear", test_nothing_in_clear);
  ADD ("full-disk", test_full_disk);
  ADD ("cannot-make", test_cannot_make);
#undef ADD
  return g_test_run ();
}
