// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "gui/model/people.h"
#include "gui/presenter/contact-presenter.h"
#include "tests/gui/fake-engine.h"

/* "bob+ carol-": names in order, + when here. */
static char *
describe (SottoPeople *people)
{
  GString *text = g_string_new (NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (people));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SottoPerson) person = g_list_model_get_item (G_LIST_MODEL (people), i);

      g_string_append_printf (text, "%s%s%c", i > 0 ? " " : "", sotto_person_get_name (person),
                              sotto_person_get_online (person) ? '+' : '-');
    }
  return g_string_free (text, FALSE);
}

static void
assert_people (SottoPeople *people, const char *expected)
{
  g_autofree char *got = describe (people);

  g_assert_cmpstr (got, ==, expected);
}

/* Replays items-changed on a copy: the model must announce exactly what happens to it. */
typedef struct
{
  GPtrArray *items;
  guint n_changes;
} Mirror;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Mirror *mirror)
{
  g_assert_cmpuint (position + removed, <=, mirror->items->len);
  if (removed > 0)
    g_ptr_array_remove_range (mirror->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror->items, (int)(position + i),
                        g_list_model_get_item (model, position + i));
  mirror->n_changes++;
}

static void
assert_mirrored (SottoPeople *people, Mirror *mirror)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (people));

  g_assert_cmpuint (n, ==, mirror->items->len);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SottoPerson) person = g_list_model_get_item (G_LIST_MODEL (people), i);

      g_assert_true (person == g_ptr_array_index (mirror->items, i));
      g_assert_cmpint (sotto_people_get_position (people, person), ==, (int)i);
    }
}

static void
test_order (void)
{
  g_autoptr (SottoPeople) people = sotto_people_new ();
  static const char *const here[] = { "alice", "dave", "bob" };

  sotto_people_set_own_name (people, "alice");
  sotto_people_set_online (people, here, G_N_ELEMENTS (here));
  assert_people (people, "bob+ dave+");
  sotto_people_join (people, "carol");
  assert_people (people, "bob+ carol+ dave+");
  sotto_people_leave (people, "bob");
  assert_people (people, "carol+ dave+");
  sotto_people_leave (people, "nobody");
  assert_people (people, "carol+ dave+");
}

static void
test_kept (void)
{
  g_autoptr (SottoPeople) people = sotto_people_new ();
  SottoPerson *bob;
  static const char *const here[] = { "carol" };

  sotto_people_join (people, "bob");
  sotto_people_join (people, "carol");
  bob = sotto_people_find (people, "bob");
  sotto_person_set_kept (bob, true);
  sotto_people_leave (people, "bob");
  assert_people (people, "carol+ bob-");
  sotto_people_join (people, "bob");
  assert_people (people, "bob+ carol+");
  g_assert_true (bob == sotto_people_find (people, "bob"));
  sotto_people_set_online (people, here, G_N_ELEMENTS (here));
  assert_people (people, "carol+ bob-");
  sotto_person_set_mark (sotto_people_find (people, "carol"), SOTTO_MARK_BLOCKED, true);
  sotto_people_leave (people, "carol");
  assert_people (people, "bob- carol-");
}

static void
test_filter (void)
{
  g_autoptr (SottoPeople) people = sotto_people_new ();
  static const struct
  {
    const char *filter;
    const char *expected;
  } cases[] = {
    { "o", "bob+ carol+" },        { "CAR", "carol+" },
    { "  rol ", "carol+" },        { "zzz", "" },
    { "friend", "dave+" },         { "", "bob+ carol+ dave+" },
    { NULL, "bob+ carol+ dave+" },
  };

  sotto_people_join (people, "dave");
  sotto_people_join (people, "carol");
  sotto_people_join (people, "bob");
  sotto_person_set_alias (sotto_people_find (people, "dave"), "My Friend");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      sotto_people_set_filter (people, cases[i].filter);
      assert_people (people, cases[i].expected);
      g_assert_cmpuint (sotto_people_get_n_known (people), ==, 3);
    }
  sotto_people_set_filter (people, "car");
  g_assert_cmpint (sotto_people_get_position (people, sotto_people_find (people, "bob")), ==, -1);
}

/* Favourites by the name they are shown with, conversations by when they went on, then the rest. */
static void
test_favourites_and_conversations (void)
{
  g_autoptr (SottoPeople) people = sotto_people_new ();
  static const char *const here[] = { "ann", "bob", "carol", "dave", "eve" };

  sotto_people_set_online (people, here, G_N_ELEMENTS (here));
  sotto_person_set_last (sotto_people_find (people, "dave"), "hello", 5, 5);
  assert_people (people, "dave+ ann+ bob+ carol+ eve+");
  sotto_person_set_last (sotto_people_find (people, "carol"), "hello", 7, 7);
  assert_people (people, "carol+ dave+ ann+ bob+ eve+");
  sotto_person_set_mark (sotto_people_find (people, "eve"), SOTTO_MARK_FAVOURITE, true);
  sotto_person_set_mark (sotto_people_find (people, "bob"), SOTTO_MARK_FAVOURITE, true);
  assert_people (people, "bob+ eve+ carol+ dave+ ann+");
  sotto_person_set_alias (sotto_people_find (people, "bob"), "Zoe");
  assert_people (people, "eve+ bob+ carol+ dave+ ann+");
  sotto_people_leave (people, "eve");
  assert_people (people, "eve- bob+ carol+ dave+ ann+");
}

/* Whose clock is years ahead does not stay on top, and whose is behind comes there like others. */
static void
test_wrong_clocks (void)
{
  g_autoptr (SottoPeople) people = sotto_people_new ();
  static const char *const here[] = { "ann", "bob", "carol" };

  sotto_people_set_online (people, here, G_N_ELEMENTS (here));
  sotto_person_set_last (sotto_people_find (people, "bob"), "of 2096", 4000000, 5);
  assert_people (people, "bob+ ann+ carol+");
  sotto_person_set_last (sotto_people_find (people, "carol"), "hello", 6, 6);
  assert_people (people, "carol+ bob+ ann+");
  sotto_person_set_last (sotto_people_find (people, "ann"), "of 1970", 1, 7);
  assert_people (people, "ann+ carol+ bob+");
  g_assert_cmpint (sotto_person_get_last_ms (sotto_people_find (people, "bob")), ==, 4000000);
}

/* With whom the last words are too old nothing was said, unless some wait or nobody knows when. */
static void
test_expire (void)
{
  g_autoptr (SottoPeople) people = sotto_people_new ();
  static const char *const here[] = { "ann", "bob", "carol", "dave" };

  sotto_people_set_online (people, here, G_N_ELEMENTS (here));
  sotto_person_set_last (sotto_people_find (people, "ann"), "old", 9000, 5);
  sotto_person_set_unread (sotto_people_find (people, "ann"), 2);
  sotto_person_set_last (sotto_people_find (people, "bob"), "new", 1, 6);
  sotto_person_set_last (sotto_people_find (people, "carol"), "waits", 5, 5);
  sotto_person_set_waiting (sotto_people_find (people, "carol"), 1);
  sotto_person_set_unread (sotto_people_find (people, "dave"), 1);
  sotto_people_expire (people, 6);
  g_assert_null (sotto_person_get_last_text (sotto_people_find (people, "ann")));
  g_assert_cmpuint (sotto_person_get_unread (sotto_people_find (people, "ann")), ==, 0);
  g_assert_cmpstr (sotto_person_get_last_text (sotto_people_find (people, "bob")), ==, "new");
  g_assert_cmpstr (sotto_person_get_last_text (sotto_people_find (people, "carol")), ==, "waits");
  g_assert_cmpuint (sotto_person_get_unread (sotto_people_find (people, "dave")), ==, 1);
}

/* Rows stay while nothing about their place changes, whatever else does; and while somebody aims at
 * one of them, also when it does. */
static void
test_rows_stay (void)
{
  g_autoptr (SottoPeople) people = sotto_people_new ();
  Mirror mirror = { g_ptr_array_new_with_free_func (g_object_unref), 0 };

  g_signal_connect (people, "items-changed", G_CALLBACK (on_items_changed), &mirror);
  sotto_people_join (people, "bob");
  sotto_people_join (people, "carol");
  g_assert_cmpuint (mirror.n_changes, ==, 2);
  sotto_people_join (people, "bob");
  sotto_person_set_unread (sotto_people_find (people, "carol"), 3);
  sotto_person_set_typing (sotto_people_find (people, "carol"), true);
  g_assert_cmpuint (mirror.n_changes, ==, 2);
  sotto_people_hold (people, true);
  sotto_person_set_last (sotto_people_find (people, "carol"), "hello", 5, 5);
  g_assert_cmpuint (mirror.n_changes, ==, 2);
  assert_people (people, "bob+ carol+");
  sotto_people_join (people, "dave");
  assert_people (people, "bob+ carol+ dave+");
  sotto_people_hold (people, false);
  assert_people (people, "carol+ bob+ dave+");
  assert_mirrored (people, &mirror);
  g_ptr_array_unref (mirror.items);
}

/* Whatever happened while rows stood still, afterwards all are where a new list would have them. */
static void
assert_sorted (SottoPeople *people)
{
  gint64 last_ms = G_MAXINT64;
  bool favourites = true;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (people)); i++)
    {
      g_autoptr (SottoPerson) person = g_list_model_get_item (G_LIST_MODEL (people), i);
      bool favourite = sotto_person_get_mark (person, SOTTO_MARK_FAVOURITE);

      g_assert_true (favourites || !favourite);
      favourites = favourite;
      if (favourite)
        continue;
      g_assert_cmpint (sotto_person_get_last_came_ms (person), <=, last_ms);
      last_ms = sotto_person_get_last_came_ms (person);
    }
}

static void
test_announces (void)
{
  g_autoptr (SottoPeople) people = sotto_people_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  Mirror mirror = { g_ptr_array_new_with_free_func (g_object_unref), 0 };
  static const char *const filters[] = { NULL, "1", "p2", "3", "none" };

  g_signal_connect (people, "items-changed", G_CALLBACK (on_items_changed), &mirror);
  for (int i = 0; i < 2000; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%d", g_rand_int_range (rand, 0, 40));

      switch (g_rand_int_range (rand, 0, 8))
        {
        case 0:
          sotto_people_join (people, name);
          break;
        case 1:
          sotto_people_leave (people, name);
          break;
        case 2:
          sotto_person_set_kept (sotto_people_ensure (people, name), true);
          break;
        case 3:
          sotto_person_set_last (sotto_people_ensure (people, name), "hello", i, i);
          break;
        case 4:
          sotto_person_set_mark (sotto_people_ensure (people, name), SOTTO_MARK_FAVOURITE,
                                 g_rand_boolean (rand));
          break;
        case 5:
          sotto_people_hold (people, g_rand_boolean (rand));
          break;
        default:
          sotto_people_set_filter (people,
                                   filters[g_rand_int_range (rand, 0, G_N_ELEMENTS (filters))]);
        }
      assert_mirrored (people, &mirror);
    }
  sotto_people_hold (people, false);
  sotto_people_set_filter (people, NULL);
  assert_sorted (people);
  sotto_people_clear (people);
  assert_mirrored (people, &mirror);
  g_ptr_array_unref (mirror.items);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* What the title of the window counts. */
static void
test_unread (void)
{
  g_autoptr (SottoPeople) people = sotto_people_new ();
  SottoPerson *bob = sotto_people_ensure (people, "bob");
  SottoPerson *carol = sotto_people_ensure (people, "carol");
  guint told = 0;

  g_signal_connect_swapped (people, "unread", G_CALLBACK (count_cb), &told);
  sotto_person_set_unread (bob, 2);
  sotto_people_set_filter (people, "carol");
  sotto_person_set_unread (carol, 3);
  g_assert_cmpuint (sotto_people_get_n_unread (people), ==, 5);
  g_assert_cmpuint (told, ==, 2);
  sotto_person_set_mark (carol, SOTTO_MARK_MUTED, true);
  g_assert_cmpuint (sotto_people_get_n_unread (people), ==, 2);
  g_assert_cmpuint (told, ==, 3);
  sotto_person_set_unread (bob, 0);
  g_assert_cmpuint (sotto_people_get_n_unread (people), ==, 0);
}

/* What is settled about somebody is the engine's, and listed again after the next login. */
static void
test_contacts (void)
{
  g_autoptr (SottoEngine) engine = sotto_engine_new ("default", NULL, SOTTO_TRUST_ASK);
  g_autoptr (SottoPeople) people = sotto_people_new ();
  g_autoptr (SottoPeople) later = sotto_people_new ();
  g_autoptr (SottoContactPresenter) presenter = sotto_contact_presenter_new (engine, people);
  g_autoptr (SottoContactPresenter) next = sotto_contact_presenter_new (engine, later);
  g_autofree char *too_long = g_strnfill (SOTTO_ALIAS_MAX + 1, 'x');
  SottoEvent event = { .type = SOTTO_EVENT_AUTHENTICATED, .peer = { .str = "alice" } };
  SottoPerson *bob;

  sotto_people_join (people, "bob");
  bob = sotto_people_find (people, "bob");
  sotto_contact_presenter_set_mark (presenter, "bob", SOTTO_MARK_MUTED, true);
  g_assert_true (sotto_person_get_mark (bob, SOTTO_MARK_MUTED));
  g_assert_null (sotto_contact_presenter_set_alias (presenter, "bob", "  Robert "));
  g_assert_cmpstr (sotto_person_get_alias (bob), ==, "Robert");
  g_assert_nonnull (sotto_contact_presenter_set_alias (presenter, "bob", too_long));
  g_assert_nonnull (sotto_contact_presenter_set_alias (presenter, "bob",
                                                       "a\xe2\x80\xae"
                                                       "b"));
  g_assert_cmpstr (sotto_person_get_alias (bob), ==, "Robert");
  assert_people (later, "");
  sotto_fake_engine_emit (engine, &event);
  assert_people (later, "bob-");
  bob = sotto_people_find (later, "bob");
  g_assert_true (sotto_person_get_mark (bob, SOTTO_MARK_MUTED));
  g_assert_false (sotto_person_get_mark (bob, SOTTO_MARK_BLOCKED));
  g_assert_null (sotto_contact_presenter_set_alias (next, "bob", " "));
  g_assert_null (sotto_person_get_alias (bob));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/people/order", test_order);
  g_test_add_func ("/gui/people/kept", test_kept);
  g_test_add_func ("/gui/people/filter", test_filter);
  g_test_add_func ("/gui/people/favourites-and-conversations", test_favourites_and_conversations);
  g_test_add_func ("/gui/people/wrong-clocks", test_wrong_clocks);
  g_test_add_func ("/gui/people/expire", test_expire);
  g_test_add_func ("/gui/people/rows-stay", test_rows_stay);
  g_test_add_func ("/gui/people/announces", test_announces);
  g_test_add_func ("/gui/people/unread", test_unread);
  g_test_add_func ("/gui/people/contacts", test_contacts);
  return g_test_run ();
}
