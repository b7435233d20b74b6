// SPDX-License-Identifier: GPL-3.0-or-later
/* Frames over a socket pair: pieces, limits, backpressure, and the ways a link ends. */
#undef G_DISABLE_ASSERT
#include "shared/net/link.h"

#include "shared/base/limits.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAME_MAX 1024

typedef struct
{
  SottoPoller *poller;
  SottoLink *link;
  int peer;
  GString *seen; /* a letter for each frame's type */
  guint closed;
  SottoCode broken;
  guint stop_after; /* stop reading at this many frames */
  bool close_at_frame;
} Line;

static void
on_frame (SottoLink *link, const SottoFrame *frame, gpointer data)
{
  Line *self = data;

  g_string_append_c (self->seen, (char)('a' + frame->type - SOTTO_FRAME_HELLO));
  if (self->stop_after > 0 && self->seen->len == self->stop_after)
    sotto_link_set_reading (link, false);
  if (self->close_at_frame)
    sotto_link_close (link);
}

static void
on_broken (SottoLink *link, SottoCode code, gpointer data)
{
  ((Line *)data)->broken = code;
}

static void
on_closed (SottoLink *link, const GError *error, gpointer data)
{
  Line *self = data;

  g_assert_false (sotto_link_is_open (link));
  self->closed++;
}

static const SottoLinkHandler handler = { on_frame, on_broken, on_closed };

static void
line_set_up (Line *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), ==, 0);
  self->peer = fds[1];
  self->seen = g_string_new (NULL);
  self->poller = sotto_poller_new (G_PRIORITY_DEFAULT, &error);
  g_assert_no_error (error);
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  self->link = sotto_link_new (self->poller, socket, FRAME_MAX, &handler, self, &error);
  g_assert_no_error (error);
}

static void
line_tear_down (Line *self, gconstpointer data)
{
  sotto_link_free (self->link);
  sotto_poller_free (self->poller);
  if (self->peer >= 0)
    close (self->peer);
  g_string_free (self->seen, TRUE);
}

static void
settle (void)
{
  for (guint i = 0; i < 200 && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

static void
send_bytes (Line *self, const void *bytes, gsize n)
{
  g_assert_cmpint (write (self->peer, bytes, n), ==, (gssize)n);
}

/* A frame of the letter's type ('a' = HELLO) and n body bytes. */
static void
append_frame (GByteArray *out, char letter, gsize n)
{
  g_autofree uint8_t *body = g_malloc0 (n + 1);

  sotto_frame_append (out, (SottoFrameType)(SOTTO_FRAME_HELLO + letter - 'a'), body, n);
}

static void
test_whole_and_in_pieces (Line *self, gconstpointer data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  append_frame (bytes, 'a', 0);
  append_frame (bytes, 'b', 300);
  append_frame (bytes, 'c', 7);
  send_bytes (self, bytes->data, bytes->len);
  settle ();
  g_assert_cmpstr (self->seen->str, ==, "abc");
  for (guint i = 0; i < bytes->len; i++)
    {
      send_bytes (self, bytes->data + i, 1);
      settle ();
    }
  g_assert_cmpstr (self->seen->str, ==, "abcabc");
  g_assert_cmpuint (self->closed, ==, 0);
}

static void
test_broken_framing (Line *self, gconstpointer data)
{
  static const struct
  {
    uint8_t bytes[4];
    SottoCode code;
  } cases[] = {
    { { 0, 0, 0, 0 }, SOTTO_PROTOCOL },
    { { 0xff, 0xff, 0xff, 0xff }, SOTTO_TOO_BIG },
    { { 0, 0, 4, 1 }, SOTTO_TOO_BIG },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (i > 0)
        {
          line_tear_down (self, NULL);
          *self = (Line){ 0 };
          line_set_up (self, NULL);
        }
      send_bytes (self, cases[i].bytes, sizeof cases[i].bytes);
      settle ();
      g_assert_cmpint (self->broken, ==, cases[i].code);
      /* It has been told once; what comes after is not looked at. */
      self->broken = SOTTO_OK;
      send_bytes (self, cases[i].bytes, sizeof cases[i].bytes);
      settle ();
      g_assert_cmpint (self->broken, ==, SOTTO_OK);
    }
}

static void
test_frame_max_can_grow (Line *self, gconstpointer data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  append_frame (bytes, 'g', SOTTO_FRAME_READY_MAX - 5);
  sotto_link_set_frame_max (self->link, SOTTO_FRAME_READY_MAX);
  send_bytes (self, bytes->data, bytes->len);
  settle ();
  g_assert_cmpstr (self->seen->str, ==, "g");
}

static void
test_reading_stops_and_goes_on (Line *self, gconstpointer data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (char c = 'a'; c <= 'e'; c++)
    append_frame (bytes, c, 10);
  self->stop_after = 2;
  send_bytes (self, bytes->data, bytes->len);
  settle ();
  g_assert_cmpstr (self->seen->str, ==, "ab");
  send_bytes (self, bytes->data, bytes->len);
  settle ();
  g_assert_cmpstr (self->seen->str, ==, "ab");
  sotto_link_set_reading (self->link, true);
  g_assert_cmpstr (self->seen->str, ==, "abcde");
  settle ();
  g_assert_cmpstr (self->seen->str, ==, "abcdeabcde");
}

/* A peer that hangs up while it is not read must not wake us for ever. */
static void
test_hang_up_while_not_reading (Line *self, gconstpointer data)
{
  sotto_link_set_reading (self->link, false);
  close (self->peer);
  self->peer = -1;
  settle ();
  g_assert_cmpuint (self->closed, ==, 1);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
}

static void
test_queue_flush_and_waiting (Line *self, gconstpointer data)
{
  uint8_t chunk[4096] = { 1 };
  uint8_t got[65536];
  gsize sent = 0;
  gsize received = 0;

  while (sotto_link_waiting (self->link) < 65536)
    {
      g_assert_cmpuint (sotto_link_queue (self->link, chunk, sizeof chunk), >=, sizeof chunk);
      sent += sizeof chunk;
      sotto_link_flush (self->link);
    }
  while (received < sent)
    {
      gssize n = read (self->peer, got, sizeof got);

      if (n > 0)
        received += n;
      settle ();
    }
  g_assert_cmpuint (received, ==, sent);
  g_assert_cmpuint (sotto_link_waiting (self->link), ==, 0);
}

/* Written at once or queued behind what waits: it comes as it was given, every byte. */
static void
test_write (Line *self, gconstpointer data)
{
  uint32_t chunk[1024];
  uint32_t got[G_N_ELEMENTS (chunk)];
  uint32_t next = 0;
  gsize n_got = 0;

  memset (chunk, 0, sizeof chunk);
  g_assert_cmpuint (sotto_link_write (self->link, (uint8_t *)chunk, sizeof chunk), ==, 0);
  for (uint32_t n = 1; n < 10 || sotto_link_waiting (self->link) < 65536; n++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (chunk); i++)
        chunk[i] = n;
      if (n % 3 == 0)
        sotto_link_queue (self->link, (uint8_t *)chunk, sizeof chunk);
      else
        g_assert_cmpuint (sotto_link_write (self->link, (uint8_t *)chunk, sizeof chunk), ==,
                          sotto_link_waiting (self->link));
    }
  for (;;)
    {
      gsize waited = sotto_link_waiting (self->link);
      gssize n = read (self->peer, (uint8_t *)got + n_got, sizeof got - n_got);

      settle ();
      if (n < 0 && waited == 0)
        break;
      if (n < 0)
        continue;
      n_got += (gsize)n;
      if (n_got < sizeof got)
        continue;
      for (guint i = 0; i < G_N_ELEMENTS (chunk); i++)
        g_assert_cmpuint (got[i], ==, next);
      next++;
      n_got = 0;
    }
  g_assert_cmpuint (n_got, ==, 0);
  g_assert_cmpuint (next, >, 16);
  g_assert_cmpuint (sotto_link_waiting (self->link), ==, 0);
}

static void
test_end_of_stream (Line *self, gconstpointer data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  append_frame (bytes, 'f', 1);
  send_bytes (self, bytes->data, bytes->len);
  shutdown (self->peer, SHUT_WR);
  settle ();
  g_assert_cmpstr (self->seen->str, ==, "f");
  g_assert_cmpuint (self->closed, ==, 1);
}

static void
test_closed_inside_a_frame (Line *self, gconstpointer data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  append_frame (bytes, 'a', 1);
  append_frame (bytes, 'b', 1);
  self->close_at_frame = true;
  send_bytes (self, bytes->data, bytes->len);
  settle ();
  g_assert_cmpstr (self->seen->str, ==, "a");
  g_assert_cmpuint (self->closed, ==, 0);
  g_assert_false (sotto_link_is_open (self->link));
}

/* What was queued is read although the peer is still talking, and then the peer's end ends it. */
static void
test_finish (Line *self, gconstpointer data)
{
  uint8_t noise[512] = { 0 };
  char got[16];

  send_bytes (self, noise, sizeof noise);
  sotto_link_queue (self->link, (const uint8_t *)"farewell", 8);
  sotto_link_finish (self->link);
  settle ();
  send_bytes (self, noise, sizeof noise);
  settle ();
  g_assert_cmpint (read (self->peer, got, sizeof got), ==, 8);
  g_assert_cmpint (memcmp (got, "farewell", 8), ==, 0);
  g_assert_cmpint (read (self->peer, got, sizeof got), ==, 0);
  g_assert_cmpuint (self->closed, ==, 0);
  shutdown (self->peer, SHUT_WR);
  settle ();
  g_assert_cmpuint (self->closed, ==, 1);
  g_assert_cmpuint (self->seen->len, ==, 0);
}

/* A peer that talks on for ever is not listened to for ever. */
static void
test_finish_has_a_limit (Line *self, gconstpointer data)
{
  uint8_t noise[8192] = { 0 };

  sotto_link_finish (self->link);
  for (guint i = 0; i < 100 && self->closed == 0; i++)
    {
      if (send (self->peer, noise, sizeof noise, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        break;
      settle ();
    }
  g_assert_cmpuint (self->closed, ==, 1);
}

#define ADD(path, func) g_test_add (path, Line, NULL, line_set_up, func, line_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/net/link/whole-and-in-pieces", test_whole_and_in_pieces);
  ADD ("/net/link/broken-framing", test_broken_framing);
  ADD ("/net/link/frame-max-can-grow", test_frame_max_can_grow);
  ADD ("/net/link/reading-stops-and-goes-on", test_reading_stops_and_goes_on);
  ADD ("/net/link/hang-up-while-not-reading", test_hang_up_while_not_reading);
  ADD ("/net/link/queue-flush-and-waiting", test_queue_flush_and_waiting);
  ADD ("/net/link/write", test_write);
  ADD ("/net/link/end-of-stream", test_end_of_stream);
  ADD ("/net/link/closed-inside-a-frame", test_closed_inside_a_frame);
  ADD ("/net/link/finish", test_finish);
  ADD ("/net/link/finish-has-a-limit", test_finish_has_a_limit);
  return g_test_run ();
}
