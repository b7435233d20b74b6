// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "gui/model/fingerprint.h"
#include "gui/options.h"
#include "gui/view/format.h"
#include "gui/view/path-badge.h"
#include <gio/gio.h>
#include <locale.h>
#include <string.h>

#define NOON_MS G_GINT64_CONSTANT (1780315200000) /* Monday 2026-06-01 12:00 UTC */
#define DAY_MS  G_GINT64_CONSTANT (86400000)

static void
test_text (void)
{
  static const struct
  {
    const char *text, *shown, *one_line;
  } cases[] = {
    { "plain", "plain", "plain" },
    { "<b>&amp;</b>", "<b>&amp;</b>", "<b>&amp;</b>" },
    { "two\nlines\tand a tab", "two\nlines\tand a tab", "two lines and a tab" },
    { "evil\xe2\x80\xaegnp.exe", "evil\xef\xbf\xbdgnp.exe", "evil\xef\xbf\xbdgnp.exe" },
    { "bell\a", "bell\xef\xbf\xbd", "bell\xef\xbf\xbd" },
    { "isolate\xe2\x81\xa7", "isolate\xef\xbf\xbd", "isolate\xef\xbf\xbd" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = sotto_format_text (cases[i].text);
      g_autofree char *line = sotto_format_one_line (cases[i].text);

      g_assert_cmpstr (shown, ==, cases[i].shown);
      g_assert_cmpstr (line, ==, cases[i].one_line);
    }
}

static void
test_when (void)
{
  static const struct
  {
    gint64 ago_ms;
    const char *when, *day;
  } cases[] = {
    { 0, "12:00", "Today" },
    { DAY_MS / 2, "00:00", "Today" },
    { DAY_MS / 2 + 60000, "Yesterday", "Yesterday" },
    { 3 * DAY_MS, "Fri", "Friday, 29 May 2026" },
    { 7 * DAY_MS, "25 May", "Monday, 25 May 2026" },
    { -DAY_MS, "2 Jun", "Tuesday, 2 June 2026" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *when = sotto_format_when (NOON_MS - cases[i].ago_ms, NOON_MS);
      g_autofree char *day = sotto_format_day (NOON_MS - cases[i].ago_ms, NOON_MS);

      g_assert_cmpstr (when, ==, cases[i].when);
      g_assert_cmpstr (day, ==, cases[i].day);
    }
}

static void
test_seen (void)
{
  static const struct
  {
    gint64 ago_ms;
    const char *seen;
  } cases[] = {
    { 0, "Last seen today at 12:00" },
    { DAY_MS / 2, "Last seen today at 00:00" },
    { DAY_MS / 2 + 60000, "Last seen yesterday" },
    { 3 * DAY_MS, "Last seen 29 May" },
    { 200 * DAY_MS, "Last seen 13 November 2025" },
  };
  g_autoptr (SottoPerson) person = sotto_person_new ("bob");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *seen = sotto_format_seen (NOON_MS - cases[i].ago_ms, NOON_MS);

      g_assert_cmpstr (seen, ==, cases[i].seen);
    }
  g_assert_null (sotto_format_person_seen (person)); /* nobody knows */
  sotto_person_set_seen_ms (person, NOON_MS);
  g_autofree char *away = sotto_format_person_seen (person);
  g_assert_nonnull (away);
  sotto_person_set_online (person, true);
  g_assert_null (sotto_format_person_seen (person));
}

/* A peer says when it wrote; no number it may say breaks a row. */
static void
test_absurd_times (void)
{
  static const gint64 times[] = { G_MAXINT64, G_MININT64, -1, 0, G_GINT64_CONSTANT (1) << 61 };

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *time = sotto_format_time (times[i]);
      g_autofree char *when = sotto_format_when (times[i], NOON_MS);
      g_autofree char *day = sotto_format_day (times[i], NOON_MS);

      g_assert_true (time != NULL && when != NULL && day != NULL);
    }
}

static void
test_bubble_name (void)
{
  static const struct
  {
    const char *sender, *text;
    SottoBubbleState state;
    const char *name;
  } cases[] = {
    { "bob", "hi", SOTTO_BUBBLE_RECEIVED, "bob, hi, 12:00, received" },
    { "alice", "hi, you", SOTTO_BUBBLE_QUEUED, "You, hi, you, 12:00, queued" },
    { "alice", "hi", SOTTO_BUBBLE_SENT, "You, hi, 12:00, sent" },
    { "alice", "hi", SOTTO_BUBBLE_DELIVERED, "You, hi, 12:00, delivered" },
    { "alice", "hi", SOTTO_BUBBLE_READ, "You, hi, 12:00, read" },
    { "alice", "hi", SOTTO_BUBBLE_FAILED, "You, hi, 12:00, failed" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SottoBubble) bubble =
          sotto_bubble_new (cases[i].sender, cases[i].text, NOON_MS, cases[i].state);
      g_autofree char *name = sotto_format_bubble_name (bubble);

      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

static void
test_remark_name (void)
{
  g_autoptr (SottoBubble) bubble =
      sotto_bubble_new_remark (SOTTO_REMARK_KEY_CHANGED, "The key of bob changed.", NOON_MS);
  g_autofree char *name = sotto_format_bubble_name (bubble);

  g_assert_cmpstr (name, ==, "The key of bob changed. 12:00");
}

static void
assert_person (SottoPerson *person, const char *name, const char *line)
{
  g_autofree char *got_name = sotto_format_person_name (person);
  g_autofree char *got_line = sotto_format_person_line (person);

  g_assert_cmpstr (got_name, ==, name);
  g_assert_cmpstr (got_line, ==, line);
}

static void
test_person (void)
{
  g_autoptr (SottoPerson) person = sotto_person_new ("bob");

  assert_person (person, "bob, offline", "Offline");
  sotto_person_set_online (person, true);
  assert_person (person, "bob, online", "Online");
  sotto_person_set_last (person, "see\nyou", NOON_MS, NOON_MS);
  sotto_person_set_unread (person, 2);
  assert_person (person, "bob, online, 2 unread", "see you");
  sotto_person_set_alias (person, "Robert");
  sotto_person_set_waiting (person, 1);
  assert_person (person, "bob, Robert, online, 2 unread", "Waiting to send 1 message");
  sotto_person_set_typing (person, true);
  assert_person (person, "bob, Robert, online, 2 unread", "Typing…");
  sotto_person_set_channel (person, SOTTO_PATH_ALARM, false, NULL);
  assert_person (person, "bob, Robert, online, 2 unread", "Their key changed");
  sotto_person_set_mark (person, SOTTO_MARK_MUTED, true);
  sotto_person_set_mark (person, SOTTO_MARK_FAVOURITE, true);
  assert_person (person, "bob, Robert, online, 2 unread, favourite, muted", "Their key changed");
  sotto_person_set_mark (person, SOTTO_MARK_FAVOURITE, false);
  sotto_person_set_mark (person, SOTTO_MARK_BLOCKED, true);
  assert_person (person, "bob, Robert, online, 2 unread, muted, blocked", "Blocked");
}

static void
test_fingerprint (void)
{
  static const char hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff";
  g_autofree char *groups = sotto_fingerprint_to_groups (hex);
  g_autofree char *words = sotto_fingerprint_to_words (hex);
  g_auto (GStrv) split = g_strsplit_set (words, " \n", -1);

  g_assert_cmpstr (groups, ==,
                   "0001 0203 0405 0607\n0809 0a0b 0c0d 0e0f\n"
                   "1011 1213 1415 1617\n1819 1a1b 1c1d 1eff");
  g_assert_cmpuint (g_strv_length (split), ==, SOTTO_FINGERPRINT_WORDS);
  g_assert_cmpstr (split[0], ==, "acorn");
  g_assert_null (sotto_fingerprint_to_words ("00"));
  g_assert_null (sotto_fingerprint_to_groups (NULL));
}

/* All 256 words differ: else two keys could read the same. */
static void
test_words_differ (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 256; i++)
    {
      g_autofree char *hex = g_strdup_printf ("%02x%062d", (guint)i, 0);
      g_autofree char *words = sotto_fingerprint_to_words (hex);

      g_assert_true (g_hash_table_add (seen, g_strndup (words, strcspn (words, " "))));
    }
}

/* What is said of the way that words go is true. */
static void
test_path (void)
{
  static const struct
  {
    SottoPath path;
    bool online, blocked, verified;
    SottoLink link;
    const char *phrase;
  } cases[] = {
    { SOTTO_PATH_NONE, true, false, false, SOTTO_LINK_UP, "Connects when you write" },
    { SOTTO_PATH_NONE, false, false, false, SOTTO_LINK_UP, "Waiting for bob" },
    { SOTTO_PATH_NONE, true, false, false, SOTTO_LINK_WAITING, "Server offline" },
    { SOTTO_PATH_NONE, true, true, false, SOTTO_LINK_UP, "Blocked" },
    { SOTTO_PATH_NONE, false, true, false, SOTTO_LINK_WAITING, "Blocked" },
    { SOTTO_PATH_ALARM, true, true, false, SOTTO_LINK_UP, "Blocked" },
    { SOTTO_PATH_ALARM, true, false, false, SOTTO_LINK_UP, "Their key changed" },
    { SOTTO_PATH_DIRECT, true, false, true, SOTTO_LINK_UP, "Direct · verified" },
    { SOTTO_PATH_RELAYED, true, false, false, SOTTO_LINK_UP, "Relayed · not verified yet" },
    { SOTTO_PATH_DIRECT, true, false, true, SOTTO_LINK_WAITING,
      "Server offline, this conversation still works" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SottoPerson) person = sotto_person_new ("bob");

      sotto_person_set_online (person, cases[i].online);
      sotto_person_set_mark (person, SOTTO_MARK_BLOCKED, cases[i].blocked);
      sotto_person_set_channel (person, cases[i].path, cases[i].verified, NULL);
      g_autofree char *phrase = sotto_path_badge_phrase (person, cases[i].link);
      g_assert_cmpstr (phrase, ==, cases[i].phrase);
    }
}

static void
test_app_id (void)
{
  static const struct
  {
    const char *profile, *id;
  } cases[] = {
    { "default", "org.sotto.Sotto" },     { "bob", "org.sotto.Sotto.p_bob" },
    { "bob2", "org.sotto.Sotto.p_bob2" }, { "a.b-c_d", "org.sotto.Sotto.p_a_2Eb_2Dc_5Fd" },
    { "0", "org.sotto.Sotto.p_0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = sotto_options_app_id (cases[i].profile);

      g_assert_cmpstr (id, ==, cases[i].id);
      g_assert_true (g_application_id_is_valid (id));
    }
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/format/text", test_text);
  g_test_add_func ("/gui/format/when", test_when);
  g_test_add_func ("/gui/format/seen", test_seen);
  g_test_add_func ("/gui/format/absurd-times", test_absurd_times);
  g_test_add_func ("/gui/format/bubble-name", test_bubble_name);
  g_test_add_func ("/gui/format/remark-name", test_remark_name);
  g_test_add_func ("/gui/format/person", test_person);
  g_test_add_func ("/gui/format/fingerprint", test_fingerprint);
  g_test_add_func ("/gui/format/words-differ", test_words_differ);
  g_test_add_func ("/gui/format/path", test_path);
  g_test_add_func ("/gui/format/app-id", test_app_id);
  return g_test_run ();
}
