// SPDX-License-Identifier: GPL-3.0-or-later
/* Who is let in how fast, on a clock that is just a number. */
#undef G_DISABLE_ASSERT
#include "server/admission.h"

#include "shared/base/limits.h"
#include "tests/server/house.h"
#include <string.h>

#define S SOTTO_US_PER_S

typedef struct
{
  SottoServerConfig *config;
  SottoAdmission *admission;
} Gate;

static void
gate_set_up (Gate *self, gconstpointer data)
{
  const char *text = "server_certificate: c\nserver_privateKey: k\n"
                     "exempt_sources: [127.0.0.0/8]\nlimits: {unauthenticated: 300}\n";
  g_autoptr (GError) error = NULL;

  self->config = sotto_server_config_parse ("/x/c.yaml", text, strlen (text), &error);
  g_assert_no_error (error);
  self->admission = sotto_admission_new (self->config);
}

static void
gate_tear_down (Gate *self, gconstpointer data)
{
  sotto_admission_free (self->admission);
  sotto_server_config_free (self->config);
}

static guint
logins_at_once (Gate *self, const char *ip, gint64 now)
{
  SottoAddr from = test_addr (ip, 1);
  guint16 retry_s;
  guint n = 0;

  while (n < 100 && sotto_admission_login (self->admission, &from, now, &retry_s) == SOTTO_OK)
    n++;
  return n;
}

static void
test_logins_by_source (Gate *self, gconstpointer data)
{
  SottoAddr from = test_addr ("192.0.2.1", 1);
  guint16 retry_s = 0;

  g_assert_cmpuint (logins_at_once (self, "192.0.2.1", S), ==, 20);
  g_assert_cmpint (sotto_admission_login (self->admission, &from, S, &retry_s), ==, SOTTO_RATE);
  g_assert_cmpuint (retry_s, ==, 1);
  g_assert_cmpuint (logins_at_once (self, "192.0.2.2", S), ==, 20);
  g_assert_cmpuint (logins_at_once (self, "192.0.2.1", 2 * S), ==, 5);
  g_assert_cmpuint (logins_at_once (self, "2001:db8::1", S), ==, 20);
  g_assert_cmpuint (logins_at_once (self, "2001:db8::2", S), ==, 0);
  g_assert_cmpuint (logins_at_once (self, "127.0.0.9", S), ==, 100);
}

static void
test_signups_by_source (Gate *self, gconstpointer data)
{
  SottoAddr from = test_addr ("192.0.2.1", 1);
  guint16 retry_s = 0;

  for (guint i = 0; i < 10; i++)
    g_assert_cmpint (sotto_admission_signup (self->admission, &from, S, &retry_s), ==, SOTTO_OK);
  g_assert_cmpint (sotto_admission_signup (self->admission, &from, S, &retry_s), ==, SOTTO_RATE);
  g_assert_cmpuint (retry_s, ==, 20);
  g_assert_cmpuint (logins_at_once (self, "192.0.2.1", S), ==, 20);
}

static void
test_penalties (Gate *self, gconstpointer data)
{
  SottoAddr from = test_addr ("192.0.2.1", 1);
  SottoAddr exempt = test_addr ("127.0.0.1", 1);
  guint16 retry_s = 0;

  sotto_admission_punish (self->admission, &from, S);
  g_assert_cmpint (sotto_admission_login (self->admission, &from, 2 * S, &retry_s), ==, SOTTO_RATE);
  g_assert_cmpuint (retry_s, ==, 9);
  g_assert_cmpint (sotto_admission_login (self->admission, &from, 11 * S, &retry_s), ==, SOTTO_OK);
  /* They add up, to a limit. */
  for (guint i = 0; i < 20; i++)
    sotto_admission_punish (self->admission, &from, 20 * S);
  g_assert_cmpint (sotto_admission_login (self->admission, &from, 20 * S, &retry_s), ==,
                   SOTTO_RATE);
  g_assert_cmpuint (retry_s, ==, 60);
  g_assert_cmpint (sotto_admission_login (self->admission, &from, 80 * S, &retry_s), ==, SOTTO_OK);
  sotto_admission_punish (self->admission, &exempt, S);
  g_assert_cmpint (sotto_admission_login (self->admission, &exempt, S, &retry_s), ==, SOTTO_OK);
}

static void
test_unauthenticated (Gate *self, gconstpointer data)
{
  char ip[32];

  /* 300 in all, from as many neighborhoods. */
  for (guint i = 0; i < 300; i++)
    {
      g_snprintf (ip, sizeof ip, "10.%u.%u.1", i / 200, i % 200);
      SottoAddr from = test_addr (ip, 1);
      g_assert_true (sotto_admission_enter (self->admission, &from, 0));
    }
  SottoAddr late = test_addr ("10.9.9.9", 1);
  SottoAddr exempt = test_addr ("127.0.0.1", 1);
  g_assert_false (sotto_admission_enter (self->admission, &late, G_MAXUINT32));
  g_assert_false (sotto_admission_enter (self->admission, &exempt, G_MAXUINT32));
  sotto_admission_leave (self->admission, &(SottoAddr){ .family = 4, .ip = { 10, 0, 0, 1 } });
  g_assert_true (sotto_admission_enter (self->admission, &late, G_MAXUINT32));
  g_assert_cmpuint (sotto_admission_get_unauthenticated (self->admission), ==, 300);
}

/* From 64 of a /24 on the dice decide; at twice that they need not be thrown. */
static void
test_early_drop (Gate *self, gconstpointer data)
{
  SottoAddr from = test_addr ("192.0.2.1", 1);
  SottoAddr neighbor = test_addr ("192.0.2.200", 1);
  SottoAddr stranger = test_addr ("192.0.3.1", 1);

  for (guint i = 0; i < SOTTO_EARLY_DROP_FROM; i++)
    g_assert_true (sotto_admission_enter (self->admission, &from, 0));
  g_assert_false (sotto_admission_enter (self->admission, &neighbor, 0));
  g_assert_true (sotto_admission_enter (self->admission, &stranger, 0));
  for (guint i = 0; i < SOTTO_EARLY_DROP_FROM - 1; i++)
    g_assert_true (sotto_admission_enter (self->admission, &neighbor, G_MAXUINT32 - 1));
  g_assert_false (sotto_admission_enter (self->admission, &from, G_MAXUINT32 - 1));
  sotto_admission_leave (self->admission, &from);
  g_assert_true (sotto_admission_enter (self->admission, &from, G_MAXUINT32 - 1));
}

static guint16
attempt (Gate *self, const char *user, const char *ip, gint64 now)
{
  SottoName name = test_name (user);
  SottoAddr from = test_addr (ip, 1);
  guint16 retry_s = 0;

  return sotto_admission_attempt (self->admission, &name, &from, now, &retry_s) == SOTTO_OK
             ? 0
             : retry_s;
}

static void
failed (Gate *self, const char *user, const char *ip, gint64 now)
{
  SottoName name = test_name (user);
  SottoAddr from = test_addr (ip, 1);

  sotto_admission_failed (self->admission, &name, &from, now);
}

static void
test_failures_delay_their_source (Gate *self, gconstpointer data)
{
  for (guint i = 0; i < SOTTO_ACCOUNT_FAILURES - 1; i++)
    failed (self, "alice", "192.0.2.1", S);
  g_assert_cmpuint (attempt (self, "alice", "192.0.2.1", S), ==, 0);
  failed (self, "alice", "192.0.2.1", S);
  g_assert_cmpuint (attempt (self, "alice", "192.0.2.1", S), ==, 1);
  /* Never others, never another account. */
  g_assert_cmpuint (attempt (self, "alice", "192.0.2.2", S), ==, 0);
  g_assert_cmpuint (attempt (self, "bob", "192.0.2.1", S), ==, 0);
  /* It grows, to a limit. */
  failed (self, "alice", "192.0.2.1", 3 * S);
  g_assert_cmpuint (attempt (self, "alice", "192.0.2.1", 3 * S), ==, 2);
  for (guint i = 0; i < 30; i++)
    failed (self, "alice", "192.0.2.1", 4 * S);
  g_assert_cmpuint (attempt (self, "alice", "192.0.2.1", 4 * S), ==, 900);
  /* And heals. */
  g_assert_cmpuint (attempt (self, "alice", "192.0.2.1", 2000 * S), ==, 0);
}

static void
test_failures_are_counted_by_account (Gate *self, gconstpointer data)
{
  char ip[32];

  /* Nine from nine sources; then whoever fails next waits, and only he. */
  for (guint i = 1; i < SOTTO_ACCOUNT_FAILURES; i++)
    {
      g_snprintf (ip, sizeof ip, "192.0.2.%u", i);
      failed (self, "alice", ip, S);
    }
  failed (self, "alice", "198.51.100.1", S);
  g_assert_cmpuint (attempt (self, "alice", "198.51.100.1", S), ==, 1);
  g_assert_cmpuint (attempt (self, "alice", "192.0.2.1", S), ==, 0);
  g_assert_cmpuint (attempt (self, "alice", "203.0.113.1", S), ==, 0);
}

/* More names, sources and sources of one name than are remembered: bounded, and nobody crashes. */
static void
test_tables_are_bounded (Gate *self, gconstpointer data)
{
  char text[40];
  guint16 retry_s;

  for (guint i = 0; i < SOTTO_FAILED_NAMES_MAX + 10; i++)
    {
      g_snprintf (text, sizeof text, "u%u", i);
      failed (self, text, "192.0.2.1", S);
    }
  for (guint i = 0; i < SOTTO_FAILED_SOURCES_MAX + 10; i++)
    {
      g_snprintf (text, sizeof text, "198.51.100.%u", i);
      failed (self, "u1", text, S);
    }
  for (guint i = 0; i < SOTTO_SOURCES_MAX + 10; i++)
    {
      g_snprintf (text, sizeof text, "10.%u.%u.%u", i >> 16, (i >> 8) & 255, i & 255);
      SottoAddr from = test_addr (text, 1);
      SottoCode code = sotto_admission_login (self->admission, &from, S, &retry_s);
      g_assert_cmpint (code, ==, i < SOTTO_SOURCES_MAX ? SOTTO_OK : SOTTO_RATE);
    }
  /* A second later there is room without anybody's help. */
  SottoAddr late = test_addr ("203.0.113.2", 1);
  g_assert_cmpint (sotto_admission_login (self->admission, &late, 2 * S, &retry_s), ==, SOTTO_OK);
  sotto_admission_sweep (self->admission, 3000 * S);
  g_assert_cmpuint (logins_at_once (self, "203.0.113.1", 3000 * S), ==, 20);
}

/* Whoever failed is served last for a while, whichever account it was; nobody else is. */
static void
test_suspects (Gate *self, gconstpointer data)
{
  SottoAddr from = test_addr ("192.0.2.1", 1);
  SottoAddr other = test_addr ("192.0.2.2", 1);
  SottoAddr exempt = test_addr ("127.0.0.1", 1);

  logins_at_once (self, "192.0.2.1", S);
  logins_at_once (self, "192.0.2.2", S);
  g_assert_false (sotto_admission_suspects (self->admission, &from, S));
  failed (self, "alice", "192.0.2.1", S);
  failed (self, "alice", "127.0.0.1", S);
  g_assert_true (sotto_admission_suspects (self->admission, &from, S));
  g_assert_false (sotto_admission_suspects (self->admission, &other, S));
  g_assert_false (sotto_admission_suspects (self->admission, &exempt, S));
  sotto_admission_sweep (self->admission, S + SOTTO_SUSPECT - 1);
  g_assert_true (sotto_admission_suspects (self->admission, &from, S + SOTTO_SUSPECT - 1));
  g_assert_false (sotto_admission_suspects (self->admission, &from, S + SOTTO_SUSPECT));
}

/* Of a source that tries several at once the first is served with the others' firsts. */
static void
test_several_at_once (Gate *self, gconstpointer data)
{
  SottoAddr from = test_addr ("192.0.2.1", 1);
  SottoAddr other = test_addr ("192.0.2.2", 1);

  logins_at_once (self, "192.0.2.1", S);
  logins_at_once (self, "192.0.2.2", S);
  sotto_admission_begin (self->admission, &from);
  g_assert_false (sotto_admission_suspects (self->admission, &from, S));
  sotto_admission_begin (self->admission, &from);
  g_assert_true (sotto_admission_suspects (self->admission, &from, S));
  g_assert_false (sotto_admission_suspects (self->admission, &other, S));
  sotto_admission_sweep (self->admission, 3000 * S);
  g_assert_true (sotto_admission_suspects (self->admission, &from, 3000 * S));
  sotto_admission_end (self->admission, &from);
  g_assert_false (sotto_admission_suspects (self->admission, &from, 3000 * S));
  sotto_admission_end (self->admission, &from);
  sotto_admission_end (self->admission, &from);
  sotto_admission_begin (self->admission, &from);
  g_assert_false (sotto_admission_suspects (self->admission, &from, 3000 * S));
}

#define ADD(path, func) g_test_add (path, Gate, NULL, gate_set_up, func, gate_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/admission/logins-by-source", test_logins_by_source);
  ADD ("/server/admission/signups-by-source", test_signups_by_source);
  ADD ("/server/admission/penalties", test_penalties);
  ADD ("/server/admission/unauthenticated", test_unauthenticated);
  ADD ("/server/admission/early-drop", test_early_drop);
  ADD ("/server/admission/failures-delay-their-source", test_failures_delay_their_source);
  ADD ("/server/admission/failures-are-counted-by-account", test_failures_are_counted_by_account);
  ADD ("/server/admission/suspects", test_suspects);
  ADD ("/server/admission/several-at-once", test_several_at_once);
  ADD ("/server/admission/tables-are-bounded", test_tables_are_bounded);
  return g_test_run ();
}
