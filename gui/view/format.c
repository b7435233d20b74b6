// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/format.h"
#include "gui/view/format-file.h"
#include "gui/view/markup.h"
#include "shared/base/text.h"
#include <glib/gi18n-lib.h>
#include <string.h>

#define ONE_LINE_MAX 200
#define DAY_S        86400

/* Marks that reorder the text around them: somebody could make one sentence read as another. */
static bool
is_bidi_control (gunichar c)
{
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

char *
sotto_format_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      bool keeps = c == '\n' || c == '\t' || !(g_unichar_iscntrl (c) || is_bidi_control (c));

      g_string_append_unichar (out, keeps ? c : 0xFFFD);
    }
  return g_string_free (out, FALSE);
}

char *
sotto_format_one_line (const char *text)
{
  g_autofree char *line = g_strdup (text);

  g_strdelimit (line, "\r\n\t", ' ');
  return sotto_text_display (line, ONE_LINE_MAX);
}

static GDateTime *
local_time (gint64 unix_ms)
{
  GDateTime *time = g_date_time_new_from_unix_local (unix_ms / 1000);

  /* A peer may claim any time; what no calendar has is shown as the first of them. */
  return time != NULL ? time : g_date_time_new_from_unix_local (0);
}

static char *
format_date (gint64 unix_ms, const char *format)
{
  g_autoptr (GDateTime) time = local_time (unix_ms);

  return g_date_time_format (time, format);
}

/* Whole days between two local dates: 0 today, 1 yesterday. */
static int
days_between (gint64 unix_ms, gint64 now_ms)
{
  g_autoptr (GDateTime) then = local_time (unix_ms);
  g_autoptr (GDateTime) now = local_time (now_ms);
  GDate a, b;

  g_date_clear (&a, 1);
  g_date_clear (&b, 1);
  g_date_set_dmy (&a, (GDateDay)g_date_time_get_day_of_month (then),
                  (GDateMonth)g_date_time_get_month (then), (GDateYear)g_date_time_get_year (then));
  g_date_set_dmy (&b, (GDateDay)g_date_time_get_day_of_month (now),
                  (GDateMonth)g_date_time_get_month (now), (GDateYear)g_date_time_get_year (now));
  return g_date_days_between (&a, &b);
}

char *
sotto_format_time (gint64 unix_ms)
{
  /* TRANSLATORS: a time of day, as g_date_time_format takes it */
  return format_date (unix_ms, _ ("%H:%M"));
}

char *
sotto_format_when (gint64 unix_ms, gint64 now_ms)
{
  int days = days_between (unix_ms, now_ms);

  if (days == 0)
    return sotto_format_time (unix_ms);
  if (days == 1)
    return g_strdup (_ ("Yesterday"));
  if (days > 1 && days < 7)
    return format_date (unix_ms, "%a");
  /* TRANSLATORS: a day of the year, short, as g_date_time_format takes it */
  return format_date (unix_ms, _ ("%-d %b"));
}

char *
sotto_format_day (gint64 unix_ms, gint64 now_ms)
{
  int days = days_between (unix_ms, now_ms);

  if (days == 0)
    return g_strdup (_ ("Today"));
  if (days == 1)
    return g_strdup (_ ("Yesterday"));
  /* TRANSLATORS: a day in full, as g_date_time_format takes it */
  return format_date (unix_ms, _ ("%A, %-d %B %Y"));
}

char *
sotto_format_seen (gint64 unix_ms, gint64 now_ms)
{
  int days = days_between (unix_ms, now_ms);
  g_autoptr (GDateTime) then = local_time (unix_ms);
  g_autoptr (GDateTime) now = local_time (now_ms);

  if (days == 0)
    {
      g_autofree char *time = sotto_format_time (unix_ms);

      /* TRANSLATORS: %s is a time of day */
      return g_strdup_printf (_ ("Last seen today at %s"), time);
    }
  if (days == 1)
    return g_strdup (_ ("Last seen yesterday"));
  /* TRANSLATORS: when somebody was here, as g_date_time_format takes it */
  if (g_date_time_get_year (then) == g_date_time_get_year (now))
    return format_date (unix_ms, _ ("Last seen %-d %B"));
  /* TRANSLATORS: when somebody was here in another year, as g_date_time_format takes it */
  return format_date (unix_ms, _ ("Last seen %-d %B %Y"));
}

bool
sotto_format_same_day (gint64 a_ms, gint64 b_ms)
{
  return days_between (a_ms, b_ms) == 0;
}

static const struct
{
  const char *word;
  const char *under;
  const char *icon;
} states[] = {
  [SOTTO_BUBBLE_RECEIVED] = { N_ ("received"), "%s", NULL },
  [SOTTO_BUBBLE_QUEUED] = { N_ ("queued"), N_ ("Queued %s"), "sotto-queued-symbolic" },
  [SOTTO_BUBBLE_SENT] = { N_ ("sent"), N_ ("Sent %s"), "sotto-sent-symbolic" },
  [SOTTO_BUBBLE_DELIVERED] = { N_ ("delivered"), N_ ("Delivered %s"), "sotto-delivered-symbolic" },
  [SOTTO_BUBBLE_READ] = { N_ ("read"), N_ ("Read %s"), "sotto-read-symbolic" },
  [SOTTO_BUBBLE_FAILED] = { N_ ("failed"), N_ ("Failed %s"), "sotto-failed-symbolic" },
};

const char *
sotto_format_state (SottoBubbleState state)
{
  return _ (states[state].word);
}

const char *
sotto_format_state_icon (SottoBubbleState state)
{
  return states[state].icon;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
char *
sotto_format_under (SottoBubble *bubble)
{
  g_autofree char *clock = sotto_format_time (sotto_bubble_get_time_ms (bubble));
  g_autofree char *time = sotto_bubble_get_edited (bubble)
                              ? g_strdup_printf (_ ("%s, edited"), clock)
                              : g_strdup (clock);

  if (sotto_bubble_get_file (bubble) != NULL)
    return g_steal_pointer (&clock); /* how far it is stands with the file */
  return g_strdup_printf (_ (states[sotto_bubble_get_state (bubble)].under), time);
}
#pragma GCC diagnostic pop

char *
sotto_format_reactions (SottoBubble *bubble)
{
  g_autofree char *theirs = sotto_format_one_line (sotto_bubble_get_reaction (bubble, false));
  g_autofree char *ours = sotto_format_one_line (sotto_bubble_get_reaction (bubble, true));

  if (strcmp (theirs, ours) == 0 && *ours != '\0')
    return g_strdup_printf ("%s 2", ours);
  return g_strjoin (*theirs != '\0' && *ours != '\0' ? "  " : "", theirs, ours, NULL);
}

static char *
format_remark_name (SottoBubble *bubble)
{
  g_autofree char *time = sotto_format_time (sotto_bubble_get_time_ms (bubble));

  /* TRANSLATORS: what happened, a whole sentence, and the time of day */
  return g_strdup_printf (_ ("%s %s"), sotto_bubble_get_text (bubble), time);
}

char *
sotto_format_bubble_name (SottoBubble *bubble)
{
  if (sotto_bubble_get_file (bubble) != NULL)
    return sotto_format_file_name (bubble);
  if (sotto_bubble_get_remark (bubble) != SOTTO_REMARK_NONE)
    return format_remark_name (bubble);
  g_autofree char *text = sotto_bubble_get_deleted (bubble)
                              ? g_strdup (_ ("Message deleted"))
                              : sotto_format_text (sotto_bubble_get_text (bubble));
  g_autofree char *time = sotto_format_time (sotto_bubble_get_time_ms (bubble));
  const char *sender = sotto_bubble_is_own (bubble) ? _ ("You") : sotto_bubble_get_sender (bubble);

  return g_strjoin (", ", sender, text, time, sotto_format_state (sotto_bubble_get_state (bubble)),
                    NULL);
}

/* Of an answer the answer, not what it answers. */
static char *
format_last (const char *text)
{
  const char *rest = text;
  g_autofree char *quote = sotto_markup_dup_quote (text, &rest);

  return sotto_format_one_line (quote != NULL ? rest : text);
}

static const struct
{
  const char *word;
  const char *icon;
} marks[SOTTO_N_MARKS] = {
  [SOTTO_MARK_FAVOURITE] = { N_ ("favourite"), "starred-symbolic" },
  [SOTTO_MARK_MUTED] = { N_ ("muted"), "notifications-disabled-symbolic" },
  [SOTTO_MARK_BLOCKED] = { N_ ("blocked"), "action-unavailable-symbolic" },
};

const char *
sotto_format_mark (SottoMark mark)
{
  return _ (marks[mark].word);
}

const char *
sotto_format_mark_icon (SottoMark mark)
{
  return marks[mark].icon;
}

char *
sotto_format_person_line (SottoPerson *person)
{
  guint waiting = sotto_person_get_waiting (person);

  if (sotto_person_get_mark (person, SOTTO_MARK_BLOCKED))
    return g_strdup (_ ("Blocked"));
  if (sotto_person_get_path (person) == SOTTO_PATH_ALARM)
    return g_strdup (_ ("Their key changed"));
  if (sotto_person_get_typing (person))
    return g_strdup (_ ("Typing…"));
  if (waiting > 0)
    return g_strdup_printf (
        ngettext ("Waiting to send %u message", "Waiting to send %u messages", waiting), waiting);
  if (sotto_person_get_last_text (person) != NULL)
    return format_last (sotto_person_get_last_text (person));
  return g_strdup (sotto_person_get_online (person) ? _ ("Online") : _ ("Offline"));
}

char *
sotto_format_person_seen (SottoPerson *person)
{
  gint64 seen_ms = sotto_person_get_seen_ms (person);

  return sotto_person_get_online (person) || seen_ms == 0
             ? NULL
             : sotto_format_seen (seen_ms, g_get_real_time () / 1000);
}

char *
sotto_format_person_title (SottoPerson *person)
{
  const char *alias = sotto_person_get_alias (person);
  g_autofree char *shown = alias != NULL ? sotto_format_one_line (alias) : NULL;

  if (shown == NULL)
    return g_strdup (sotto_person_get_name (person));
  /* TRANSLATORS: somebody's alias, and their username */
  return g_strdup_printf (_ ("%s (%s)"), shown, sotto_person_get_name (person));
}

char *
sotto_format_person_name (SottoPerson *person)
{
  GString *name = g_string_new (sotto_person_get_name (person));
  guint unread = sotto_person_get_unread (person);

  if (sotto_person_get_alias (person) != NULL)
    {
      g_autofree char *alias = sotto_format_one_line (sotto_person_get_alias (person));

      g_string_append_printf (name, ", %s", alias);
    }
  g_string_append_printf (name, ", %s",
                          sotto_person_get_online (person) ? _ ("online") : _ ("offline"));
  if (unread > 0)
    {
      g_string_append (name, ", ");
      g_string_append_printf (name, ngettext ("%u unread", "%u unread", unread), unread);
    }
  for (SottoMark mark = 0; mark < SOTTO_N_MARKS; mark++)
    if (sotto_person_get_mark (person, mark))
      g_string_append_printf (name, ", %s", sotto_format_mark (mark));
  return g_string_free (name, FALSE);
}
