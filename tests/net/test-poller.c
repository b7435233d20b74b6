// SPDX-License-Identifier: GPL-3.0-or-later
/* The epoll source: who is woken, who is not any more, and the flush at the end of a turn. */
#undef G_DISABLE_ASSERT
#include "shared/net/poller.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  SottoPollerWatch watch;
  SottoPoller *poller;
  SottoPollerWatch *victim; /* removed when we are woken */
  guint woken;
  uint32_t events;
} Sleeper;

typedef struct
{
  SottoPoller *poller;
  int fds[2][2];
  Sleeper sleepers[2];
  guint flushed;
} Bedroom;

static void
on_woken (SottoPollerWatch *watch, uint32_t events)
{
  Sleeper *self = (Sleeper *)watch;

  self->woken++;
  self->events = events;
  if (self->victim != NULL)
    sotto_poller_remove (self->poller, self->victim);
}

static void
on_flush (gpointer data)
{
  (*(guint *)data)++;
}

static void
bedroom_set_up (Bedroom *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->poller = sotto_poller_new (G_PRIORITY_DEFAULT, &error);
  g_assert_no_error (error);
  sotto_poller_set_flush (self->poller, on_flush, &self->flushed);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, self->fds[i]), ==, 0);
      self->sleepers[i].poller = self->poller;
      self->sleepers[i].watch.fd = -1;
      g_assert_true (sotto_poller_add (self->poller, &self->sleepers[i].watch, self->fds[i][0],
                                       EPOLLIN, on_woken, &error));
    }
}

static void
bedroom_tear_down (Bedroom *self, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      sotto_poller_remove (self->poller, &self->sleepers[i].watch);
      close (self->fds[i][0]);
      close (self->fds[i][1]);
    }
  sotto_poller_free (self->poller);
}

static void
poke (Bedroom *self, guint i)
{
  g_assert_cmpint (write (self->fds[i][1], "x", 1), ==, 1);
}

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    if (!g_main_context_pending (NULL))
      break;
}

static void
test_wakes (Bedroom *self, gconstpointer data)
{
  turn ();
  g_assert_cmpuint (self->flushed, ==, 0);
  poke (self, 1);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (self->sleepers[0].woken, ==, 0);
  g_assert_cmpuint (self->sleepers[1].woken, ==, 1);
  g_assert_cmpuint (self->sleepers[1].events, ==, EPOLLIN);
  g_assert_cmpuint (self->flushed, ==, 1);
  /* Nobody has read: it is told again. */
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (self->sleepers[1].woken, ==, 2);
}

static void
test_modify (Bedroom *self, gconstpointer data)
{
  poke (self, 0);
  sotto_poller_modify (self->poller, &self->sleepers[0].watch, 0);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (self->sleepers[0].woken, ==, 0);
  sotto_poller_modify (self->poller, &self->sleepers[0].watch, EPOLLOUT);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (self->sleepers[0].events, ==, EPOLLOUT);
}

/* Both have something to say in one turn; whoever comes first silences the other. */
static void
test_removed_in_the_same_turn (Bedroom *self, gconstpointer data)
{
  self->sleepers[0].victim = &self->sleepers[1].watch;
  self->sleepers[1].victim = &self->sleepers[0].watch;
  poke (self, 0);
  poke (self, 1);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (self->sleepers[0].woken + self->sleepers[1].woken, ==, 1);
  g_assert_cmpuint (self->flushed, ==, 1);
}

static void
test_removes_itself (Bedroom *self, gconstpointer data)
{
  self->sleepers[0].victim = &self->sleepers[0].watch;
  poke (self, 0);
  g_main_context_iteration (NULL, FALSE);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (self->sleepers[0].woken, ==, 1);
  g_assert_cmpint (self->sleepers[0].watch.fd, ==, -1);
  sotto_poller_remove (self->poller, &self->sleepers[0].watch);
}

static void
test_refuses_a_bad_fd (Bedroom *self, gconstpointer data)
{
  SottoPollerWatch watch = { .fd = -1 };
  g_autoptr (GError) error = NULL;

  g_assert_false (sotto_poller_add (self->poller, &watch, -1, EPOLLIN, on_woken, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  g_assert_cmpint (watch.fd, ==, -1);
}

#define ADD(path, func) g_test_add (path, Bedroom, NULL, bedroom_set_up, func, bedroom_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/net/poller/wakes", test_wakes);
  ADD ("/net/poller/modify", test_modify);
  ADD ("/net/poller/removed-in-the-same-turn", test_removed_in_the_same_turn);
  ADD ("/net/poller/removes-itself", test_removes_itself);
  ADD ("/net/poller/refuses-a-bad-fd", test_refuses_a_bad_fd);
  return g_test_run ();
}
