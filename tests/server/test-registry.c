// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "server/registry.h"

#include "tests/server/house.h"

#define CROWD 450

typedef struct
{
  SottoRegistry *registry;
  SottoSession *sessions;
} Hall;

static void
hall_set_up (Hall *self, gconstpointer data)
{
  self->registry = sotto_registry_new ();
  self->sessions = g_new0 (SottoSession, CROWD);
}

static void
hall_tear_down (Hall *self, gconstpointer data)
{
  sotto_registry_free (self->registry);
  g_free (self->sessions);
}

static SottoSession *
enter (Hall *self, guint i, const char *name, SottoSession **out_older)
{
  SottoSession *session = &self->sessions[i];

  session->name = test_name (name);
  session->sid = 1000 + i;
  *out_older = sotto_registry_put (self->registry, session);
  return session;
}

static void
test_newest_wins (Hall *self, gconstpointer data)
{
  SottoSession *older;
  SottoSession *a = enter (self, 0, "alice", &older);
  g_assert_null (older);
  SottoSession *b = enter (self, 1, "alice", &older);
  SottoName name = test_name ("alice");

  g_assert_true (older == a);
  g_assert_false (a->registered);
  g_assert_true (b->registered);
  g_assert_true (sotto_registry_find (self->registry, &name) == b);
  g_assert_null (sotto_registry_find_sid (self->registry, 1000));
  g_assert_true (sotto_registry_find_sid (self->registry, 1001) == b);
  g_assert_cmpuint (sotto_registry_get_count (self->registry), ==, 1);
  /* The replaced one goes without taking the new one with it. */
  sotto_registry_remove (self->registry, a);
  g_assert_true (sotto_registry_find (self->registry, &name) == b);
  sotto_registry_remove (self->registry, b);
  g_assert_null (sotto_registry_find (self->registry, &name));
  g_assert_cmpuint (sotto_registry_list (self->registry, &(SottoName){ 0 }, &b, 1), ==, 0);
}

static void
test_bytewise_order (Hall *self, gconstpointer data)
{
  static const char *const names[] = { "b", "a_", "a", "a.b", "a-", "0", "ab", "z", "a0" };
  static const char *const sorted[] = { "0", "a", "a-", "a.b", "a0", "a_", "ab", "b", "z" };
  SottoName page[16];
  SottoSession *older;
  bool more;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    enter (self, i, names[i], &older);
  g_assert_cmpuint (sotto_registry_page (self->registry, &(SottoName){ 0 }, page, 16, &more), ==,
                    G_N_ELEMENTS (sorted));
  g_assert_false (more);
  for (guint i = 0; i < G_N_ELEMENTS (sorted); i++)
    g_assert_cmpstr (page[i].str, ==, sorted[i]);
}

static void
test_pages (Hall *self, gconstpointer data)
{
  SottoName page[SOTTO_USERS_PAGE];
  SottoName after = { 0 };
  SottoSession *some[3];
  SottoSession *older;
  char text[16];
  guint seen = 0;
  bool more = true;

  for (guint i = 0; i < CROWD; i++)
    {
      g_snprintf (text, sizeof text, "u%03u", (i * 7) % CROWD);
      enter (self, i, text, &older);
    }
  while (more)
    {
      guint n = sotto_registry_page (self->registry, &after, page, SOTTO_USERS_PAGE, &more);

      for (guint i = 0; i < n; i++, seen++)
        {
          g_snprintf (text, sizeof text, "u%03u", seen);
          g_assert_cmpstr (page[i].str, ==, text);
        }
      after = page[n - 1];
    }
  g_assert_cmpuint (seen, ==, CROWD);
  /* After a name that is not here. */
  SottoName between = test_name ("u0005");
  g_assert_cmpuint (sotto_registry_list (self->registry, &between, some, 3), ==, 3);
  g_assert_cmpstr (some[0]->name.str, ==, "u001");
  g_assert_cmpstr (some[2]->name.str, ==, "u003");
  SottoName last = test_name ("zz");
  g_assert_cmpuint (sotto_registry_page (self->registry, &last, page, 5, &more), ==, 0);
  g_assert_false (more);
}

#define ADD(path, func) g_test_add (path, Hall, NULL, hall_set_up, func, hall_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/registry/newest-wins", test_newest_wins);
  ADD ("/server/registry/bytewise-order", test_bytewise_order);
  ADD ("/server/registry/pages", test_pages);
  return g_test_run ();
}
