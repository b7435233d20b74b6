// SPDX-License-Identifier: GPL-3.0-or-later
/* The words of the terminal. A message keeps to its line: its own line breaks are marked. */
#include "config.h"

#include "cli/phrases.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include <glib/gi18n.h>

static char *
show (const char *text)
{
  return sotto_text_display (text != NULL ? text : "", SOTTO_TEXT_MAX);
}

/* A message's own line breaks are marked, so that no line of it can pass for one of ours. */
static char *
show_message (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      char *shown = show (*line);
      g_free (*line);
      *line = shown;
    }
  return g_strjoinv (" \xe2\x86\xb5 ", lines);
}

/* Local time of day, with the date when it is not today. Time is the sender's word. */
static char *
show_time (gint64 unix_ms)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) sent = g_date_time_new_from_unix_local (unix_ms / 1000);
  if (sent == NULL)
    return g_strdup ("--:--");
  bool is_today = g_date_time_get_year (sent) == g_date_time_get_year (now)
                  && g_date_time_get_day_of_year (sent) == g_date_time_get_day_of_year (now);
  return g_date_time_format (sent, is_today ? "%H:%M" : "%Y-%m-%d %H:%M");
}

char *
sotto_phrase_connected (const SottoEvent *event)
{
  g_autofree char *server = show (event->server);
  return g_strdup_printf (event->first_use ? _ ("Connected to %s port %u for the first time; from "
                                                "now on its key must be %s")
                                           : _ ("Connected to %s port %u, key %s"),
                          server, event->port, event->fingerprint);
}

char *
sotto_phrase_authenticated (const SottoEvent *event)
{
  return g_strdup_printf (_ ("Logged in as %s"), event->peer.str);
}

char *
sotto_phrase_refused (const SottoEvent *event)
{
  g_autofree char *text = show (event->text);
  return g_strdup_printf (_ ("Refused: %s"), text);
}

char *
sotto_phrase_users (const SottoEvent *event)
{
  GString *line = g_string_new (_ ("Online:"));
  for (gsize i = 0; i < event->n_names; i++)
    g_string_append_printf (line, " %s", event->names[i]);
  return g_string_free (line, FALSE);
}

char *
sotto_phrase_joined (const SottoEvent *event)
{
  return g_strdup_printf (_ ("%s is here"), event->peer.str);
}

char *
sotto_phrase_left (const SottoEvent *event)
{
  return g_strdup_printf (_ ("%s has left"), event->peer.str);
}

char *
sotto_phrase_queued (const SottoEvent *event)
{
  return g_strdup_printf (_ ("To %s: queued"), event->peer.str);
}

char *
sotto_phrase_sent (const SottoEvent *event)
{
  return g_strdup_printf (_ ("To %s: sent"), event->peer.str);
}

char *
sotto_phrase_delivered (const SottoEvent *event)
{
  return g_strdup_printf (_ ("To %s: delivered"), event->peer.str);
}

char *
sotto_phrase_read (const SottoEvent *event)
{
  return g_strdup_printf (_ ("To %s: read"), event->peer.str);
}

char *
sotto_phrase_message (const SottoEvent *event)
{
  g_autofree char *when = show_time (event->sent_ms);
  g_autofree char *text = show_message (event->text);
  return g_strdup_printf ("[%s] %s: %s", when, event->peer.str, text);
}

char *
sotto_phrase_edited (const SottoEvent *event)
{
  g_autofree char *text = show_message (event->text);
  return g_strdup_printf (_ ("%s changed a message: %s"), event->peer.str, text);
}

char *
sotto_phrase_deleted (const SottoEvent *event)
{
  return g_strdup_printf (_ ("%s deleted a message"), event->peer.str);
}

char *
sotto_phrase_reacted (const SottoEvent *event)
{
  g_autofree char *reaction = show_message (event->text);
  if (*reaction == '\0')
    return g_strdup_printf (_ ("%s took back a reaction"), event->peer.str);
  return g_strdup_printf (_ ("%s reacted to a message: %s"), event->peer.str, reaction);
}

char *
sotto_phrase_typing (const SottoEvent *event)
{
  return g_strdup_printf (event->active ? _ ("%s is typing") : _ ("%s has stopped typing"),
                          event->peer.str);
}

char *
sotto_phrase_channel (const SottoEvent *event)
{
  const char *peer = event->peer.str;
  const char *number = event->safety_number != NULL ? event->safety_number : "-";
  const char *verified = event->verified ? _ ("verified") : _ ("not verified yet");
  if (event->channel_state == SOTTO_PEER_CHANNEL_CLOSED && event->safety_number == NULL)
    return g_strdup_printf (_ ("Channel to %s closed"), peer);
  if (event->channel_state == SOTTO_PEER_CHANNEL_CLOSED)
    return g_strdup_printf (_ ("Channel to %s closed, %s. Safety number %s"), peer, verified,
                            number);
  if (event->channel_state == SOTTO_PEER_CHANNEL_ALARM)
    return g_strdup_printf (_ ("WARNING: the key of %s has changed. Nothing is sent until you have "
                               "compared safety numbers. That of the new key is %s"),
                            peer, number);
  return g_strdup_printf (_ ("Channel to %s open, %s, %s. Safety number %s"), peer,
                          event->relayed ? _ ("relayed") : _ ("direct"), verified, number);
}

static char *
say_of_theirs (const SottoEvent *event, const char *name)
{
  g_autofree char *size = g_format_size (event->file.size);
  g_autofree char *id = sotto_hex_encode (event->id.bytes, sizeof event->id.bytes);
  g_autofree char *path = show (event->file.path);
  const char *peer = event->peer.str;

  if (event->file.state == SOTTO_FILE_OFFERED)
    return g_strdup_printf (_ ("%s offers %s (%s): accept %s"), peer, name, size, id);
  return g_strdup_printf (_ ("From %s: %s is at %s"), peer, name, path);
}

static char *
say_of_own (const SottoEvent *event, const char *name)
{
  g_autofree char *size = g_format_size (event->file.size);

  if (event->file.state == SOTTO_FILE_OFFERED)
    return g_strdup_printf (_ ("To %s: %s (%s) is offered"), event->peer.str, name, size);
  return g_strdup_printf (_ ("To %s: %s is there"), event->peer.str, name);
}

char *
sotto_phrase_file (const SottoEvent *event)
{
  g_autofree char *name = show (event->file.name);
  g_autofree char *done = g_format_size (event->file.done);
  g_autofree char *size = g_format_size (event->file.size);
  g_autofree char *why = show (event->text);

  if (event->file.state == SOTTO_FILE_MOVING || event->file.state == SOTTO_FILE_PAUSED)
    return g_strdup_printf (event->file.own ? _ ("To %s: %s, %s of %s")
                                            : _ ("From %s: %s, %s of %s"),
                            event->peer.str, name, done, size);
  if (event->file.state == SOTTO_FILE_REFUSED)
    return g_strdup_printf (event->file.own ? _ ("To %s: %s: %s") : _ ("From %s: %s: %s"),
                            event->peer.str, name, why);
  return event->file.own ? say_of_own (event, name) : say_of_theirs (event, name);
}

char *
sotto_phrase_password_changed (const SottoEvent *event)
{
  return g_strdup (_ ("Password changed"));
}

char *
sotto_phrase_error (const SottoEvent *event)
{
  g_autofree char *text = show (event->text);
  if (!sotto_name_is_set (&event->peer))
    return g_strdup_printf (_ ("Error: %s"), text);
  return g_strdup_printf (_ ("To %s: %s"), event->peer.str, text);
}

char *
sotto_phrase_disconnected (const SottoEvent *event)
{
  g_autofree char *code = show (event->code);
  if (event->retry_in_ms < 0)
    return g_strdup_printf (_ ("Disconnected (%s)"), code);
  return g_strdup_printf (_ ("Disconnected (%s); trying again in %.1f s"), code,
                          (double)event->retry_in_ms / 1000);
}
