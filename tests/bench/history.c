// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A history of many messages on the disk: how long a person waits for the first page, the list of
 * conversations and a search through all of it, and what a message that comes meanwhile waits.
 * The program fails when a page takes over 150 ms or a search over 500.
 */
#include "shared/client/history-lists.h"

#include "shared/base/limits.h"
#include "tests/client/scratch.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_MESSAGES  100000
#define N_PEERS     20 /* the first has half of all */
#define N_ROUNDS    5
#define PAGE_MS_MAX 150.0
#define FIND_MS_MAX 500.0
#define WHOLE_PEER  "peer00"
#define IN_FLIGHT   2000

static const SottoKey data_key = { { 1, 2, 3 } };

static const char *const texts[] = {
  "Did you see the figures of last week? They look better than I had thought, by a good deal.",
  "ok",
  "D\xc3\xa9j\xc3\xa0 vu\xc2\xa0: la r\xc3\xa9union est report\xc3\xa9"
  "e \xc3\xa0 jeudi, \xc3\xa0 cause de la gr\xc3\xa8ve.",
  "\xe6\x98\x8e\xe5\xa4\xa9\xe4\xb8\x8a\xe5\x8d\x88\xe6\x88\x91\xe4\xbb\xac\xe5\x9c\xa8\xe5\x8a\x9e"
  "\xe5\x85\xac"
  "\xe5\xae\xa4\xe8\xa7\x81\xe9\x9d\xa2\xe5\x90\xa7\xe3\x80\x82",
  "https://example.org/a/long/path?with=parameters&and=more#of-them and a word on what it is",
  "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82, \xd0\xba\xd0\xb0\xd0\xba "
  "\xd0\xb4\xd0\xb5\xd0\xbb\xd0\xb0?",
};

typedef struct
{
  SottoHistory *history;
  guint n_answers;
  GPtrArray *page;
  gint64 waits_since;
  gint64 longest;
} Bench;

static void
on_answer (const SottoHistoryResult *result, gpointer data)
{
  Bench *self = data;

  self->n_answers++;
  if (result->op == SOTTO_HISTORY_OP_RECEIVE)
    sotto_history_set_told (self->history, result->record->place);
  if (result->page != NULL)
    self->page = g_ptr_array_ref (result->page);
  if (self->waits_since != 0)
    self->longest = MAX (self->longest, g_get_monotonic_time () - self->waits_since);
  self->waits_since = 0;
}

static void
on_failed (const GError *error, gpointer data)
{
  g_error ("%s", error->message);
}

static void
on_turn (gpointer data)
{
}

static const SottoHistoryHandler handler = { on_answer, on_failed, on_turn };

static void
open_history (Bench *self, const char *path)
{
  g_autoptr (GError) error = NULL;

  self->history = sotto_history_open (path, &data_key, &error);
  if (self->history == NULL)
    g_error ("%s", error->message);
  sotto_history_start (self->history, G_PRIORITY_DEFAULT, &handler, self);
}

static void
wait_for (Bench *self, guint n_answers)
{
  while (self->n_answers < n_answers)
    g_main_context_iteration (NULL, TRUE);
}

static void
receive (Bench *self, guint n)
{
  guint peer = n % 2 == 0 ? 0 : 1 + n / 2 % (N_PEERS - 1);
  const char *text = n == 7 ? "here is the needle" : texts[n % G_N_ELEMENTS (texts)];
  SottoHistoryRecord *record = sotto_history_record_new (text, strlen (text));

  g_snprintf (record->peer.str, sizeof record->peer.str, "peer%02u", peer);
  record->kind = SOTTO_MESSAGE_TEXT;
  memcpy (&record->id, &n, sizeof n);
  record->sent_ms = record->stored_ms = n;
  sotto_history_receive (self->history, record);
}

static void
on_done (GObject *unused, GAsyncResult *result, gpointer data)
{
  *(GPtrArray **)data = g_task_propagate_pointer (G_TASK (result), NULL);
}

static double
ms_since (gint64 start)
{
  return (double)(g_get_monotonic_time () - start) / 1000;
}

/* How long it took; extra: a message that comes each 5 ms meanwhile. */
static double
time_list (Bench *self, SottoHistoryWork *work, guint expected, guint *extra)
{
  gint64 start = g_get_monotonic_time ();
  GPtrArray *result = NULL;
  GTask *task = g_task_new (NULL, NULL, on_done, &result);

  g_task_set_task_data (task, work, sotto_history_list_free);
  sotto_history_run (self->history, task);
  while (result == NULL)
    {
      if (extra != NULL && self->waits_since == 0)
        {
          self->waits_since = g_get_monotonic_time ();
          receive (self, (*extra)++);
        }
      g_main_context_iteration (NULL, TRUE);
    }
  double ms = ms_since (start);
  if (result->len != expected)
    g_error ("%u found, not %u", result->len, expected);
  g_ptr_array_unref (result);
  return ms;
}

static double
time_first_page (Bench *self, const char *path)
{
  gint64 start = g_get_monotonic_time ();
  SottoName peer = { WHOLE_PEER };

  open_history (self, path);
  guint n = self->n_answers;
  sotto_history_page (self->history, &peer, 0, 50);
  wait_for (self, n + 1);
  double ms = ms_since (start);
  if (self->page->len != 50)
    g_error ("a page of %u", self->page->len);
  g_clear_pointer (&self->page, g_ptr_array_unref);
  return ms;
}

static int
compare (const void *a, const void *b)
{
  double left = *(const double *)a, right = *(const double *)b;

  return left < right ? -1 : left > right;
}

static double
tell (const char *what, double *ms)
{
  qsort (ms, N_ROUNDS, sizeof *ms, compare);
  printf ("%-44s median %7.1f ms   %7.1f to %7.1f\n", what, ms[N_ROUNDS / 2], ms[0],
          ms[N_ROUNDS - 1]);
  return ms[N_ROUNDS / 2];
}

int
main (void)
{
  char *folder = test_scratch_new ();
  g_autofree char *path = g_build_filename (folder, "history", NULL);
  double page[N_ROUNDS], list[N_ROUNDS], none[N_ROUNDS], rare[N_ROUNDS], often[N_ROUNDS];
  Bench bench = { 0 };
  guint next = N_MESSAGES;

  open_history (&bench, path);
  gint64 start = g_get_monotonic_time ();
  for (guint n = 0; n < N_MESSAGES; n++)
    {
      receive (&bench, n);
      wait_for (&bench, n < IN_FLIGHT ? 0 : n - IN_FLIGHT);
    }
  wait_for (&bench, N_MESSAGES);
  printf ("%u messages of %d people, stored at %.0f a second\n", N_MESSAGES, N_PEERS,
          N_MESSAGES / (ms_since (start) / 1000));
  sotto_history_free (bench.history);

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      page[i] = time_first_page (&bench, path);
      list[i] = time_list (&bench, sotto_history_conversations_new (), N_PEERS, NULL);
      none[i] = time_list (&bench, sotto_history_search_new ("nowhere", NULL, 100), 0, NULL);
      rare[i] = time_list (&bench, sotto_history_search_new ("NEEDLE", NULL, 100), 1, &next);
      often[i] = time_list (&bench, sotto_history_search_new ("figures", NULL, 100), 100, NULL);
      sotto_history_free (bench.history);
    }
  double page_ms = tell ("open, and the first page of a conversation", page);
  tell ("list of conversations", list);
  double none_ms = tell ("search of what is nowhere", none);
  double rare_ms = tell ("search while messages come", rare);
  tell ("search of what is often there", often);
  printf ("%-44s %14.1f ms\n", "longest that a message waited meanwhile",
          (double)bench.longest / 1000);
  test_scratch_remove (folder);
  return page_ms <= PAGE_MS_MAX && MAX (none_ms, rare_ms) <= FIND_MS_MAX ? EXIT_SUCCESS
                                                                         : EXIT_FAILURE;
}
