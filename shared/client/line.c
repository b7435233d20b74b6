// SPDX-License-Identifier: GPL-3.0-or-later
/* Stream 0 as records. */
#include "shared/client/line.h"

#include "shared/base/secret.h"

#define READ_LEN (16 * 1024)

SottoLine *
sotto_line_new (const SottoChannelConfig *config, SottoContact *contact, gint64 now)
{
  SottoLine *self = g_new0 (SottoLine, 1);

  self->channel = sotto_channel_new (config, now);
  self->contact = contact;
  self->grant = config->grant;
  sotto_secret_wipe (&self->grant.kxy, sizeof self->grant.kxy);
  self->granted_at = now;
  self->in = g_byte_array_new ();
  g_queue_init (&self->answers);
  return self;
}

void
sotto_line_free (SottoLine *self)
{
  if (self == NULL)
    return;
  sotto_channel_free (self->channel);
  sotto_secret_wipe (self->in->data, self->in->len);
  g_byte_array_unref (self->in);
  g_queue_clear_full (&self->answers, g_free);
  g_free (self);
}

uint64_t
sotto_line_write (SottoLine *self, const SottoMessage *message, gint64 now)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  sotto_message_append (bytes, message);
  sotto_channel_write (self->channel, 0, bytes->data, bytes->len, false, now);
  self->written += bytes->len;
  sotto_secret_wipe (bytes->data, bytes->len);
  return self->written;
}

bool
sotto_line_answer (SottoLine *self, const SottoMessage *message, gint64 now)
{
  if (self->answers.length >= SOTTO_ANSWERS_MAX)
    return false;
  uint64_t *end = g_new (uint64_t, 1);
  *end = sotto_line_write (self, message, now);
  g_queue_push_tail (&self->answers, end);
  return true;
}

void
sotto_line_set_left (SottoLine *self, uint64_t offset)
{
  self->left = offset;
  while (self->answers.length > 0 && *(uint64_t *)g_queue_peek_head (&self->answers) <= offset)
    g_free (g_queue_pop_head (&self->answers));
}

/* Hands out the whole records of `in`. */
static SottoCode
take_records (SottoLine *self, SottoLineFunc func, gpointer data)
{
  gsize used = 0;

  while (!self->dead && !self->paused)
    {
      SottoMessage message;
      gsize n = 0;
      bool known;
      SottoCode code =
          sotto_message_next (self->in->data + used, self->in->len - used, &message, &n, &known);

      if (code != SOTTO_OK)
        return code;
      if (n == 0)
        break;
      used += n;
      if (known)
        func (self, &message, data);
    }
  if (used > 0)
    g_byte_array_remove_range (self->in, 0, used);
  return SOTTO_OK;
}

SottoCode
sotto_line_read (SottoLine *self, gint64 now, SottoLineFunc func, gpointer data)
{
  uint8_t bytes[READ_LEN];
  SottoCode code = take_records (self, func, data);
  gsize n;
  bool fin;

  while (code == SOTTO_OK && !self->dead && !self->paused
         && (n = sotto_channel_read (self->channel, 0, bytes, sizeof bytes, &fin, now)) > 0)
    {
      g_byte_array_append (self->in, bytes, n);
      code = take_records (self, func, data);
    }
  return code;
}
