// SPDX-License-Identifier: GPL-3.0-or-later
/* Records over a real channel: two lines on a network that is a queue. */
#undef G_DISABLE_ASSERT
#include "shared/client/line.h"

#include "shared/crypto/agreement.h"
#include <string.h>

typedef struct
{
  SottoLine *line[2];
  gint64 now;
  GPtrArray *got[2]; /* texts, or the kind of a record that is none */
} Pair;

static SottoLine *
make_line (SottoRole role, const SottoKeyPair *own, const SottoKeyPair *peer)
{
  SottoChannelConfig config = {
    .grant = { .role = role, .cid = 7, .identity = peer->public, .kxy = { { 1 } }, .ttl_s = 120 },
    .own_name = { "i" },
    .identity = *own,
    .random = *sotto_random_system (),
  };

  g_strlcpy (config.own_name.str, role == SOTTO_ROLE_INITIATOR ? "i" : "r", 2);
  g_strlcpy (config.grant.peer.str, role == SOTTO_ROLE_INITIATOR ? "r" : "i", 2);
  config.grant.n_candidates = 1;
  config.grant.candidates[0] =
      (SottoAddr){ 4, { 127, 0, 0, 1 }, role == SOTTO_ROLE_INITIATOR ? 2 : 1 };
  return sotto_line_new (&config, NULL, 0);
}

static guint pause_at; /* 0 = never */

static void
on_message (SottoLine *line, const SottoMessage *message, gpointer data)
{
  GPtrArray *got = data;

  if (message->type == SOTTO_MESSAGE_TEXT)
    g_ptr_array_add (got, g_strndup (message->text.text, message->text.n));
  else
    g_ptr_array_add (got, g_strdup_printf ("#%02x", message->type));
  line->paused = got->len == pause_at;
}

/* Moves what can be moved now; true when anything did. */
static bool
step (Pair *self)
{
  bool moved = false;

  for (int i = 0; i < 2; i++)
    {
      uint8_t datagram[SOTTO_DATAGRAM_MAX];
      SottoChannelEvent event;
      SottoPath to;
      SottoPath from = { { 4, { 127, 0, 0, 1 }, i == 0 ? 1 : 2 } };
      gsize n;

      while ((n = sotto_channel_transmit (self->line[i]->channel, self->now, &to, datagram)) > 0)
        {
          sotto_channel_receive (self->line[1 - i]->channel, &from, datagram, n, self->now);
          moved = true;
        }
      while (sotto_channel_next_event (self->line[i]->channel, &event))
        {
          moved = true;
          if (event.type == SOTTO_CHANNEL_EVENT_SENT)
            sotto_line_set_left (self->line[i], event.offset);
          if (event.type == SOTTO_CHANNEL_EVENT_READABLE)
            g_assert_cmpint (sotto_line_read (self->line[i], self->now, on_message, self->got[i]),
                             ==, SOTTO_OK);
        }
    }
  return moved;
}

static void
run (Pair *self, gint64 duration)
{
  gint64 until = self->now + duration;

  while (self->now < until)
    {
      while (step (self))
        ;
      gint64 next = MIN (sotto_channel_deadline (self->line[0]->channel),
                         sotto_channel_deadline (self->line[1]->channel));
      self->now = CLAMP (next, self->now + 1, until);
      for (int i = 0; i < 2; i++)
        sotto_channel_tick (self->line[i]->channel, self->now);
    }
}

static void
set_up (Pair *self, gconstpointer unused)
{
  SottoKeyPair keys[2];

  for (int i = 0; i < 2; i++)
    {
      sotto_key_pair_generate (&keys[i], sotto_random_system ());
      self->got[i] = g_ptr_array_new_with_free_func (g_free);
    }
  self->line[0] = make_line (SOTTO_ROLE_INITIATOR, &keys[0], &keys[1]);
  self->line[1] = make_line (SOTTO_ROLE_RESPONDER, &keys[1], &keys[0]);
  run (self, SOTTO_US_PER_S);
  g_assert_cmpint (sotto_channel_get_state (self->line[0]->channel), ==, SOTTO_CHANNEL_OPEN);
  g_assert_cmpint (sotto_channel_get_state (self->line[1]->channel), ==, SOTTO_CHANNEL_OPEN);
}

static void
tear_down (Pair *self, gconstpointer unused)
{
  for (int i = 0; i < 2; i++)
    {
      sotto_line_free (self->line[i]);
      g_ptr_array_unref (self->got[i]);
    }
}

static void
write_texts (SottoLine *line, guint n, gint64 now)
{
  g_autofree char *text = g_strnfill (SOTTO_TEXT_MAX, 'x');
  SottoMessage message = { .type = SOTTO_MESSAGE_TEXT,
                           .text = { .text = text, .n = SOTTO_TEXT_MAX } };

  for (guint i = 0; i < n; i++)
    sotto_line_write (line, &message, now);
}

/* A paused line takes nothing out of the channel: the sender runs out of credit, and all comes once
 * it goes on. */
static void
test_paused (Pair *self, gconstpointer unused)
{
  const guint n = 4 * SOTTO_STREAM0_CREDIT / SOTTO_TEXT_MAX;

  pause_at = 3;
  write_texts (self->line[0], n, self->now);
  run (self, 5 * SOTTO_US_PER_S);
  g_assert_cmpuint (self->got[1]->len, ==, 3);
  g_assert_cmpuint (self->line[1]->in->len, <=, SOTTO_RECORD_MAX);
  g_assert_cmpuint (self->line[0]->left, <=, 2 * SOTTO_STREAM0_CREDIT);
  pause_at = 0;
  self->line[1]->paused = false;
  g_assert_cmpint (sotto_line_read (self->line[1], self->now, on_message, self->got[1]), ==,
                   SOTTO_OK);
  run (self, 5 * SOTTO_US_PER_S);
  g_assert_cmpuint (self->got[1]->len, ==, n);
}

static void
test_records (Pair *self, gconstpointer unused)
{
  g_autofree char *longest = g_strnfill (SOTTO_TEXT_MAX, 'x');
  const char *texts[] = { "first", "", "héllo", longest, "last" };
  uint64_t end = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      SottoMessage message = { .type = SOTTO_MESSAGE_TEXT,
                               .text = { .text = texts[i], .n = strlen (texts[i]) } };
      uint64_t next = sotto_line_write (self->line[0], &message, self->now);
      g_assert_cmpuint (next, ==, end + 4 + 1 + 16 + 8 + strlen (texts[i]));
      end = next;
    }
  run (self, 5 * SOTTO_US_PER_S);
  g_assert_cmpuint (self->got[1]->len, ==, G_N_ELEMENTS (texts));
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpstr (g_ptr_array_index (self->got[1], i), ==, texts[i]);
  g_assert_cmpuint (self->line[0]->left, ==, end);
}

static void
test_malformed (Pair *self, gconstpointer unused)
{
  static const uint8_t zero_length[4] = { 0 };
  g_autoptr (GPtrArray) got = g_ptr_array_new_with_free_func (g_free);
  uint8_t datagram[SOTTO_DATAGRAM_MAX];
  SottoPath to;
  SottoPath from = { { 4, { 127, 0, 0, 1 }, 1 } };
  gsize n;

  sotto_channel_write (self->line[0]->channel, 0, zero_length, sizeof zero_length, false,
                       self->now);
  while ((n = sotto_channel_transmit (self->line[0]->channel, self->now, &to, datagram)) > 0)
    sotto_channel_receive (self->line[1]->channel, &from, datagram, n, self->now);
  g_assert_cmpint (sotto_line_read (self->line[1], self->now, on_message, got), ==, SOTTO_PROTOCOL);
  g_assert_cmpuint (got->len, ==, 0);
}

/* Nobody acknowledges: answers pile up to the limit and not beyond; what leaves makes room. */
static void
test_answers (Pair *self, gconstpointer unused)
{
  SottoMessage received = { .type = SOTTO_MESSAGE_RECEIVED };

  for (guint i = 0; i < SOTTO_ANSWERS_MAX; i++)
    g_assert_true (sotto_line_answer (self->line[0], &received, self->now));
  g_assert_false (sotto_line_answer (self->line[0], &received, self->now));
  run (self, 5 * SOTTO_US_PER_S);
  g_assert_cmpuint (self->got[1]->len, ==, SOTTO_ANSWERS_MAX);
  g_assert_cmpuint (self->line[0]->answers.length, ==, 0);
  g_assert_true (sotto_line_answer (self->line[0], &received, self->now));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/client/line/records", Pair, NULL, set_up, test_records, tear_down);
  g_test_add ("/client/line/paused", Pair, NULL, set_up, test_paused, tear_down);
  g_test_add ("/client/line/malformed", Pair, NULL, set_up, test_malformed, tear_down);
  g_test_add ("/client/line/answers", Pair, NULL, set_up, test_answers, tear_down);
  return g_test_run ();
}
