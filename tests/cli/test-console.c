// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "cli/console.h"
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  int fds[2];
  SottoConsole *console;
  GPtrArray *lines;
  GArray *lengths;
  bool has_ended;
} Fixture;

static void
on_line (char *line, gsize n, gpointer data)
{
  Fixture *self = data;
  if (line == NULL)
    {
      self->has_ended = true;
      return;
    }
  g_ptr_array_add (self->lines, g_strdup (line));
  g_array_append_val (self->lengths, n);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (pipe (self->fds), ==, 0);
  self->console = sotto_console_new (self->fds[0], on_line, self);
  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->lengths = g_array_new (FALSE, FALSE, sizeof (gsize));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sotto_console_free (self->console);
  g_ptr_array_unref (self->lines);
  g_array_unref (self->lengths);
  close (self->fds[0]);
  if (self->fds[1] >= 0)
    close (self->fds[1]);
}

static void
put (Fixture *self, const char *text)
{
  g_assert_cmpint (write (self->fds[1], text, strlen (text)), ==, (gssize)strlen (text));
}

static void
end_input (Fixture *self)
{
  close (self->fds[1]);
  self->fds[1] = -1;
}

/* Wants one line and runs the loop for as long as something happens. */
static void
want (Fixture *self)
{
  sotto_console_want_line (self->console);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static const char *
get_line (Fixture *self, guint i)
{
  g_assert_cmpuint (i, <, self->lines->len);
  return self->lines->pdata[i];
}

static void
test_one_at_a_time (Fixture *self, gconstpointer data)
{
  put (self, "one\ntwo\n\nfour");
  g_assert_cmpuint (self->lines->len, ==, 0);
  want (self);
  g_assert_cmpuint (self->lines->len, ==, 1);
  want (self);
  want (self);
  want (self);
  g_assert_cmpuint (self->lines->len, ==, 3);
  g_assert_false (self->has_ended);
  end_input (self);
  while (self->lines->len < 4)
    g_main_context_iteration (NULL, TRUE);
  want (self);
  g_assert_true (self->has_ended);
  g_assert_cmpstr (get_line (self, 0), ==, "one");
  g_assert_cmpstr (get_line (self, 1), ==, "two");
  g_assert_cmpstr (get_line (self, 2), ==, "");
  g_assert_cmpstr (get_line (self, 3), ==, "four");
}

static void
test_pieces (Fixture *self, gconstpointer data)
{
  put (self, "he");
  want (self);
  put (self, "llo");
  want (self);
  g_assert_cmpuint (self->lines->len, ==, 0);
  put (self, " there\nnext");
  while (self->lines->len < 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (get_line (self, 0), ==, "hello there");
}

static void
test_nul_is_counted (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (write (self->fds[1], "a\0b\n", 4), ==, 4);
  want (self);
  while (self->lines->len < 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_array_index (self->lengths, gsize, 0), ==, 3);
}

static gpointer
write_long_line (gpointer data)
{
  Fixture *self = data;
  g_autofree char *block = g_strnfill (64 * 1024, 'x');
  for (guint i = 0; i < 2 * SOTTO_CONSOLE_LINE_MAX / (64 * 1024); i++)
    put (self, block);
  put (self, "\nafter\n");
  return NULL;
}

static void
test_too_long_loses_its_end (Fixture *self, gconstpointer data)
{
  GThread *writer = g_thread_new ("writer", write_long_line, self);
  want (self);
  while (self->lines->len < 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (strlen (get_line (self, 0)), >=, SOTTO_CONSOLE_LINE_MAX);
  g_assert_cmpuint (strlen (get_line (self, 0)), <, SOTTO_CONSOLE_LINE_MAX + 8192);
  want (self);
  while (self->lines->len < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (get_line (self, 1), ==, "after");
  g_thread_join (writer);
}

static void
test_typed_ahead_is_kept (Fixture *self, gconstpointer data)
{
  put (self, "one\ntwo\n");
  sotto_console_take_typed (self->console);
  char byte;
  end_input (self);
  g_assert_cmpint (read (self->fds[0], &byte, 1), ==, 0);
  want (self);
  want (self);
  g_assert_cmpstr (get_line (self, 1), ==, "two");
}

#define ADD(name, func) g_test_add ("/cli/console/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("one-at-a-time", test_one_at_a_time);
  ADD ("pieces", test_pieces);
  ADD ("nul-is-counted", test_nul_is_counted);
  ADD ("too-long-loses-its-end", test_too_long_loses_its_end);
  ADD ("typed-ahead-is-kept", test_typed_ahead_is_kept);
  return g_test_run ();
}
