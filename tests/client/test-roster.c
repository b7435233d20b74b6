// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Each coming and going is told once, whichever record brings it. Scripts in a small language: one
 * step a line, one letter a name, "me" is m.
 */
#undef G_DISABLE_ASSERT
#include "shared/client/roster.h"

#include <string.h>

/*
 * ">"     a listing begins          "+ab."  a page with more=0, "+ab," one with more to come
 * "?"     the listing is told       "=abm"  …and this is what it says
 * "^a"    PRESENCE connected        "va"    disconnected
 * "Ja" "La" "_"  what the step before told: joined, left, nothing
 * "#"     a new session             "!JaLb" settle, and what it tells, in any order
 */
static const struct
{
  const char *name;
  const char *script;
} scripts[] = {
  { "presence alone", "# ^a Ja ^a _ va La va _ ^a Ja" },
  { "listing tells", "# > +abm. ? =abm ^a _ va La ^a Ja" },
  { "a listing nobody asked for swallows no join", "# > +abm. !  ^a Ja ^a _ vb Lb" },
  { "presence before the listing", "# ^a Ja > +am. ? =am ^a _" },
  { "presence during the listing", "# > +ab, ^c Jc va La +m. ? =bcm" },
  { "left is told for the silently known", "# > +am. ! va La va _" },
  { "oneself is never told", "# ^m _ vm _ > +m. ? =m" },
  { "oneself is always listed", "# > +. ? =m" },
  { "a new session tells the difference", "# > +abm. ? =abm # > +bcm. !JcLa" },
  { "presence before the second listing", "# > +abm. ? =abm # ^a _ ^d Jd > +abdm. !" },
  { "left before the second listing", "# > +abm. ? =abm # va La > +bm. !" },
  { "a session without a listing tells nothing", "# > +abm. ? =abm # # > +am. !Lb" },
  { "the first session settles silently", "# > +abm. !" },
};

static GString *told;

static void
on_change (SottoRosterChange change, const SottoName *name, gpointer data)
{
  g_string_append_printf (told, "%c%s", change == SOTTO_ROSTER_JOINED ? 'J' : 'L', name->str);
}

static SottoCode
page (SottoRoster *roster, const char *step)
{
  SottoRecord *record = g_new0 (SottoRecord, 1);
  gsize n = strlen (step) - 1;
  SottoName after;

  record->type = SOTTO_RECORD_USERS;
  record->users.more = step[n] == ',';
  for (gsize i = 0; i < n; i++)
    record->users.names[record->users.n++].str[0] = step[i];
  SottoCode code = sotto_roster_page (roster, record, &after);
  if (code == SOTTO_OK && n > 0)
    g_assert_cmpint (after.str[0], ==, step[n - 1]);
  g_free (record);
  return code;
}

static void
presence (SottoRoster *roster, SottoPresenceEvent event, const char *step, char **out)
{
  SottoName name = { 0 };

  name.str[0] = step[0];
  g_free (*out);
  switch (sotto_roster_presence (roster, event, &name))
    {
    case SOTTO_ROSTER_NOTHING:
      *out = g_strdup ("_");
      break;
    case SOTTO_ROSTER_JOINED:
      *out = g_strdup_printf ("J%s", name.str);
      break;
    case SOTTO_ROSTER_LEFT:
      *out = g_strdup_printf ("L%s", name.str);
      break;
    }
  g_assert_true (sotto_roster_is_online (roster, &name)
                 == (event == SOTTO_PRESENCE_CONNECTED && name.str[0] != 'm'));
}

static void
tell (SottoRoster *roster, char **out)
{
  gsize n;
  const char *const *names = sotto_roster_tell (roster, &n);
  GString *text = g_string_new ("=");

  for (gsize i = 0; i < n; i++)
    g_string_append (text, names[i]);
  g_free (*out);
  *out = g_string_free (text, FALSE);
}

static gint
compare_pairs (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, 2);
}

static void
settle (SottoRoster *roster, const char *expected)
{
  told = g_string_new (NULL);
  sotto_roster_settle (roster, on_change, NULL);
  g_assert_cmpuint (told->len % 2, ==, 0);
  qsort (told->str, told->len / 2, 2, compare_pairs);
  g_assert_cmpstr (told->str, ==, expected);
  g_string_free (told, TRUE);
}

static void
test_script (gconstpointer data)
{
  SottoName me = { "m" };
  SottoRoster *roster = sotto_roster_new (&me);
  g_auto (GStrv) steps = g_strsplit_set (data, " ", -1);
  g_autofree char *answer = NULL;

  for (char **step = steps; *step != NULL; step++)
    {
      const char *rest = *step + 1;
      switch (**step)
        {
        case '#':
          sotto_roster_begin (roster);
          break;
        case '>':
          sotto_roster_list (roster);
          break;
        case '+':
          g_assert_cmpint (page (roster, rest), ==, SOTTO_OK);
          break;
        case '?':
          tell (roster, &answer);
          break;
        case '^':
          presence (roster, SOTTO_PRESENCE_CONNECTED, rest, &answer);
          break;
        case 'v':
          presence (roster, SOTTO_PRESENCE_DISCONNECTED, rest, &answer);
          break;
        case '!':
          settle (roster, rest);
          break;
        case '\0':
          break;
        default:
          g_assert_cmpstr (answer, ==, *step);
        }
    }
  sotto_roster_free (roster);
}

/* Pages that would never end, or are not what the protocol says. */
static void
test_bad_pages (void)
{
  static const struct
  {
    const char *first; /* NULL = none */
    const char *second;
  } cases[] = {
    { NULL, "," },   { NULL, "ba." }, { NULL, "aa." },
    { "bc,", "a." }, { "bc,", "c." }, { "bc,", "," },
  };
  SottoName me = { "m" };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SottoRoster *roster = sotto_roster_new (&me);
      sotto_roster_begin (roster);
      sotto_roster_list (roster);
      if (cases[i].first != NULL)
        g_assert_cmpint (page (roster, cases[i].first), ==, SOTTO_OK);
      g_assert_cmpint (page (roster, cases[i].second), ==, SOTTO_PROTOCOL);
      sotto_roster_free (roster);
    }

  SottoRoster *roster = sotto_roster_new (&me);
  sotto_roster_begin (roster);
  g_assert_cmpint (page (roster, "a."), ==, SOTTO_PROTOCOL); /* nobody asked */
  sotto_roster_free (roster);
}

static void
test_limit (void)
{
  SottoName me = { "m" };
  SottoRoster *roster = sotto_roster_new (&me);
  SottoRecord *record = g_new0 (SottoRecord, 1);
  SottoCode code = SOTTO_OK;
  SottoName after;
  guint names = 0;

  record->type = SOTTO_RECORD_USERS;
  record->users.more = true;
  record->users.n = SOTTO_USERS_PAGE;
  sotto_roster_begin (roster);
  sotto_roster_list (roster);
  while (code == SOTTO_OK && names <= 2 * SOTTO_ROSTER_MAX)
    {
      for (guint i = 0; i < SOTTO_USERS_PAGE; i++)
        g_snprintf (record->users.names[i].str, sizeof record->users.names[i].str, "u%07u",
                    names++);
      code = sotto_roster_page (roster, record, &after);
    }
  g_assert_cmpint (code, ==, SOTTO_PROTOCOL);
  g_assert_cmpuint (names, >=, SOTTO_ROSTER_MAX);
  g_assert_cmpuint (names, <, SOTTO_ROSTER_MAX + 2 * SOTTO_USERS_PAGE);
  g_free (record);
  sotto_roster_free (roster);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autofree char *path = g_strdup_printf ("/client/roster/%s", scripts[i].name);
      g_test_add_data_func (path, scripts[i].script, test_script);
    }
  g_test_add_func ("/client/roster/bad-pages", test_bad_pages);
  g_test_add_func ("/client/roster/limit", test_limit);
  return g_test_run ();
}
