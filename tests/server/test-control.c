// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The control socket as sottoctl meets it: a real socket and poller before a house with a clock
 * that is set. What sottoctl itself makes of the answers is told in tests/integration.
 */
#undef G_DISABLE_ASSERT
#include "server/control.h"

#include "server/accounts.h"
#include "server/control-path.h"
#include "server/metrics.h"
#include "shared/base/text.h"
#include "tests/server/house.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define PATIENCE (30 * SOTTO_US_PER_S)

typedef struct
{
  TestHouse *house;
  SottoPoller *poller;
  SottoControlHost host;
  SottoControl *control;
  char *path;
  bool reload_fails;
} Door;

static bool
on_reload (gpointer data, GPtrArray **out_later, GError **error)
{
  Door *self = data;

  if (self->reload_fails)
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG,
                   "config.yaml:1:1: wrong, expected right");
      return false;
    }
  *out_later = g_ptr_array_new ();
  g_ptr_array_add (*out_later, (char *)"realm");
  return true;
}

static void
door_init (Door *self)
{
  g_autoptr (GError) error = NULL;

  *self = (Door){ .house = test_house_new (NULL) };
  self->poller = sotto_poller_new (G_PRIORITY_DEFAULT, &error);
  g_assert_no_error (error);
  self->host = (SottoControlHost){ .services = &self->house->services,
                                   .started = self->house->clock.now,
                                   .port = 10000,
                                   .reload = on_reload,
                                   .data = self };
  self->path = g_build_filename (self->house->folder, "control", NULL);
  self->control = sotto_control_new (&self->host, self->poller, self->path, &error);
  g_assert_no_error (error);
}

static void
door_clear (Door *self)
{
  sotto_control_free (self->control);
  sotto_poller_free (self->poller);
  test_house_free (self->house);
  g_free (self->path);
}

/* ---- Somebody at the door ---- */

static int
call_at (const char *path)
{
  g_autoptr (GError) error = NULL;
  SottoControlPath at;

  g_assert_true (sotto_control_path_init (&at, path, &error));
  int fd = sotto_control_path_connect (&at, 0);
  sotto_control_path_clear (&at);
  return fd;
}

static int
call (const Door *self)
{
  int fd = call_at (self->path);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

static void
say (int fd, const char *text)
{
  g_assert_cmpint (send (fd, text, strlen (text), MSG_NOSIGNAL), ==, strlen (text));
}

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* The next line, without its end; NULL once the server has hung up. Byte by byte: what is behind it
 * is for the next call. */
static char *
hear (int fd)
{
  GString *line = g_string_new (NULL);
  gint64 until = g_get_monotonic_time () + PATIENCE;
  char c;

  for (;;)
    {
      ssize_t n = recv (fd, &c, 1, 0);

      if (n == 1 && c == '\n')
        return g_string_free (line, FALSE);
      if (n == 1)
        g_string_append_c (line, c);
      else if (n == 0 || errno == ECONNRESET)
        return g_string_free (line, TRUE);
      else
        {
          g_assert_cmpint (g_get_monotonic_time (), <, until);
          if (!g_main_context_iteration (NULL, FALSE))
            g_usleep (200);
        }
    }
}

static void
hear_nothing_more (int fd)
{
  g_autofree char *line = hear (fd);

  g_assert_null (line);
  close (fd);
}

/* The next line must be this. */
static void
expect (int fd, const char *want)
{
  g_autofree char *line = hear (fd);

  g_assert_cmpstr (line, ==, want);
}

/* … a refusal with this code. */
static void
expect_refusal (int fd, const char *code)
{
  g_autofree char *want = g_strdup_printf ("{\"ok\":false,\"code\":\"%s\",\"message\":\"", code);
  g_autofree char *line = hear (fd);

  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, want));
}

static void
ask (int fd, const char *command, const char *name)
{
  g_autofree char *line =
      name != NULL ? g_strdup_printf ("{\"command\":\"%s\",\"name\":\"%s\"}\n", command, name)
                   : g_strdup_printf ("{\"command\":\"%s\"}\n", command);

  say (fd, line);
}

static SottoAccount *
account (const Door *self, const char *name)
{
  SottoName found = test_name (name);

  return sotto_accounts_lookup (self->house->services.accounts, &found);
}

static void
add (int fd, const char *name)
{
  ask (fd, "add", name);
  say (fd, DIGITS "\n");
  expect (fd, "{\"ok\":true}");
}

static void
expect_kicked (TestGuest *guest)
{
  SottoRecord record;

  do
    {
      test_guest_wait (guest);
      g_assert_true (test_guest_next (guest, &record));
    }
  while (record.type == SOTTO_RECORD_PRESENCE);
  g_assert_cmphex (record.type, ==, SOTTO_RECORD_BYE);
  g_assert_cmpint (record.bye.code, ==, SOTTO_KICKED);
}

/* ---- What is asked ---- */

static void
test_status (void)
{
  Door door;

  door_init (&door);
  int fd = call (&door);
  door.house->clock.now += 5 * SOTTO_US_PER_S;
  test_guest_login (door.house, "ann", SOTTO_LOGIN_SIGN);
  ask (fd, "status", NULL);
  g_autofree char *line = hear (fd);
  g_assert_true (g_str_has_prefix (line, "{\"ok\":true,\"version\":\""));
  g_assert_nonnull (strstr (line, "\"uptime_s\":5,"));
  g_assert_nonnull (strstr (line, "\"port\":10000,\"udp_port\":10000,\"realm\":\"test house\","));
  g_assert_nonnull (strstr (
      line, "\"signup\":\"open\",\"relay\":true,\"accounts\":1,\"writable\":true,\"online\":1,"));
  g_assert_nonnull (strstr (line, "\"join_link\":\"sotto://127.0.0.1:10000/?realm="));
  close (fd);
  door_clear (&door);
}

static void
test_accounts (void)
{
  Door door;

  door_init (&door);
  int fd = call (&door);
  add (fd, "ann");
  g_assert_false (account (&door, "ann")->has_identity);
  test_house_restart_accounts (door.house); /* it is on the disk */
  g_assert_nonnull (account (&door, "ann"));
  guint32 generation = account (&door, "ann")->generation;
  g_autofree char *hash = g_strdup (account (&door, "ann")->hash);

  ask (fd, "add", "ann");
  say (fd, DIGITS "\n");
  expect_refusal (fd, "name_taken");
  ask (fd, "passwd", "ann");
  say (fd, DIGITS "\n");
  expect (fd, "{\"ok\":true,\"kicked\":false}");
  g_assert_cmpstr (account (&door, "ann")->hash, !=, hash);
  g_assert_cmpuint (account (&door, "ann")->generation, >, generation);
  ask (fd, "disable", "ann");
  expect (fd, "{\"ok\":true,\"kicked\":false}");
  g_assert_true (account (&door, "ann")->disabled);
  ask (fd, "enable", "ann");
  expect (fd, "{\"ok\":true}");
  g_assert_false (account (&door, "ann")->disabled);
  ask (fd, "delete", "ann");
  expect (fd, "{\"ok\":true,\"kicked\":false}");
  g_assert_null (account (&door, "ann"));
  close (fd);
  door_clear (&door);
}

static void
test_nobody (void)
{
  static const char *const commands[] = { "passwd", "disable", "enable", "delete", "kick" };
  Door door;

  door_init (&door);
  int fd = call (&door);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      ask (fd, commands[i], "nobody");
      if (g_str_equal (commands[i], "passwd"))
        say (fd, DIGITS "\n");
      expect_refusal (fd, "not_found");
    }
  close (fd);
  door_clear (&door);
}

static void
test_sessions_end (void)
{
  static const char *const commands[] = { "kick", "passwd", "disable", "delete" };
  Door door;

  door_init (&door);
  int fd = call (&door);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      TestGuest *guest = test_guest_login (door.house, commands[i], SOTTO_LOGIN_SIGN);

      ask (fd, commands[i], commands[i]);
      if (g_str_equal (commands[i], "passwd"))
        say (fd, DIGITS "\n");
      g_autofree char *line = hear (fd);
      g_assert_true (g_str_has_prefix (line, "{\"ok\":true"));
      expect_kicked (guest);
      g_assert_true (guest->finished);
    }
  close (fd);
  door_clear (&door);
}

/* Only kick leaves the ticket alone; a name made again does not bring the old one's back. */
static void
test_tickets (void)
{
  static const struct
  {
    const char *first;
    const char *then;
    SottoCode code;
  } cases[] = {
    { "kick", NULL, SOTTO_OK },
    { "disable", NULL, SOTTO_TICKET },
    { "disable", "enable", SOTTO_TICKET },
    { "passwd", NULL, SOTTO_TICKET },
    { "delete", NULL, SOTTO_TICKET },
    { "delete", "add", SOTTO_TICKET },
  };
  Door door;

  door_init (&door);
  int fd = call (&door);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("guest%u", (guint)i);
      TestGuest *guest = test_guest_login (door.house, name, SOTTO_LOGIN_SIGN);
      const char *const commands[] = { cases[i].first, cases[i].then };

      for (gsize j = 0; j < 2 && commands[j] != NULL; j++)
        {
          ask (fd, commands[j], name);
          if (g_str_equal (commands[j], "passwd") || g_str_equal (commands[j], "add"))
            say (fd, DIGITS "\n");
          g_autofree char *line = hear (fd);
          g_assert_true (g_str_has_prefix (line, "{\"ok\":true"));
        }
      TestGuest *again = test_guest_new (door.house, name, NULL);
      SottoFrameType type;
      test_guest_send_resume (again, guest);
      g_assert_cmpint (test_guest_answer (again, &type), ==, cases[i].code);
    }
  close (fd);
  door_clear (&door);
}

/* Decided before the account was disabled, written after: the door is shut all the same. */
static void
test_disabled_during_login (void)
{
  Door door;
  SottoAddr from = test_addr ("127.0.0.1", 40000);

  door_init (&door);
  int fd = call (&door);
  add (fd, "ann");
  SottoLogin *login = sotto_login_new (&door.house->services, &from, door.house->clock.now);
  login->name = test_name ("ann");
  g_assert_cmpint (sotto_login_stored (login, SOTTO_OK, account (&door, "ann")).code, ==, SOTTO_OK);
  g_assert_cmpint (sotto_login_stored (login, SOTTO_UNAVAILABLE, NULL).code, ==, SOTTO_OK);
  g_assert_cmpint (sotto_login_stored (login, SOTTO_BUSY, NULL).code, ==, SOTTO_BUSY);
  ask (fd, "disable", "ann");
  expect (fd, "{\"ok\":true,\"kicked\":false}");
  g_assert_cmpint (sotto_login_stored (login, SOTTO_OK, account (&door, "ann")).code, ==,
                   SOTTO_AUTH);
  ask (fd, "delete", "ann");
  expect (fd, "{\"ok\":true,\"kicked\":false}");
  g_assert_cmpint (sotto_login_stored (login, SOTTO_UNAVAILABLE, NULL).code, ==, SOTTO_AUTH);
  sotto_login_free (login);
  close (fd);
  door_clear (&door);
}

static void
test_kick_of_the_absent (void)
{
  Door door;

  door_init (&door);
  int fd = call (&door);
  add (fd, "ann");
  ask (fd, "kick", "ann");
  expect_refusal (fd, "offline");
  close (fd);
  door_clear (&door);
}

static void
test_reload (void)
{
  Door door;

  door_init (&door);
  int fd = call (&door);
  ask (fd, "reload", NULL);
  expect (fd, "{\"ok\":true,\"after_restart\":[\"realm\"]}");
  door.reload_fails = true;
  ask (fd, "reload", NULL);
  expect (fd, "{\"ok\":false,\"code\":\"config\",\"message\":\"config.yaml:1:1: wrong, expected "
              "right\"}");
  close (fd);
  door_clear (&door);
}

static void
test_metrics (void)
{
  Door door;
  gsize n;
  const SottoMetric *metrics = sotto_metrics_get (&n);

  for (gsize i = 0; i < n; i++)
    {
      bool counter = g_str_equal (metrics[i].type, "counter");

      g_assert_true (counter || g_str_equal (metrics[i].type, "gauge"));
      g_assert_true (g_str_has_prefix (metrics[i].name, "sotto_")
                     || g_str_has_prefix (metrics[i].name, "process_"));
      g_assert_true (g_str_has_suffix (metrics[i].name, "_total") == counter);
      g_assert_null (strpbrk (metrics[i].help, "\\\n"));
    }
  door_init (&door);
  test_guest_login (door.house, "ann", SOTTO_LOGIN_SIGN);
  int fd = call (&door);
  ask (fd, "metrics", NULL);
  g_autofree char *line = hear (fd);
  g_assert_nonnull (strstr (line, "{\"name\":\"sotto_sessions\",\"type\":\"gauge\","));
  g_assert_nonnull (strstr (line, "{\"name\":\"sotto_signups_total\",\"type\":\"counter\",\"help\":"
                                  "\"Accounts made by their users.\",\"value\":1}"));
  close (fd);
  door_clear (&door);
}

/* As strict as the rest: what sottoctl would never send is refused, and the door is shut. */
static void
test_invites (void)
{
  static const struct
  {
    const char *request;
    const char *code;
  } refused[] = {
    { "{\"command\":\"invite\"}", "protocol" },
    { "{\"command\":\"invite\",\"uses\":0,\"expires\":1900000000}", "usage" },
    { "{\"command\":\"invite\",\"uses\":100001,\"expires\":1900000000}", "usage" },
    { "{\"command\":\"invite\",\"uses\":1,\"expires\":-1}", "usage" },
    { "{\"command\":\"invite\",\"uses\":1,\"expires\":1800000000}", "usage" }, /* now */
    { "{\"command\":\"invite\",\"uses\":1,\"expires\":9000000000}", "usage" },
    { "{\"command\":\"revoke\",\"code\":5}", "not_found" },
    { "{\"command\":\"revoke\",\"code\":\"0123456789012345678901234567890123\"}", "not_found" },
    { "{\"command\":\"revoke\",\"code\":\"abcdef\"}", "not_found" },
  };
  Door door;

  door_init (&door);
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      int fd = call (&door);

      say (fd, refused[i].request);
      say (fd, "\n");
      expect_refusal (fd, refused[i].code);
      close (fd);
    }
  int fd = call (&door);
  say (fd, "{\"command\":\"invite\",\"uses\":3,\"expires\":1800003600}\n");
  g_autofree char *made = hear (fd);
  g_assert_true (g_str_has_prefix (made, "{\"ok\":true,\"code\":\""));
  g_assert_nonnull (strstr (made, "\"uses\":3,\"expires\":1800003600,"));
  ask (fd, "invites", NULL);
  g_autofree char *row = hear (fd);
  g_assert_nonnull (strstr (row, "\"uses\":3,\"created\":1800000000,\"expires\":1800003600}"));
  expect (fd, "{\"ok\":true}");
  door.house->clock.wall += 3600 * SOTTO_US_PER_S;
  ask (fd, "invites", NULL);
  expect (fd, "{\"ok\":true}"); /* nothing is left to list */
  close (fd);
  door_clear (&door);
}

/* What the disk does not take has not happened: nobody is told yes, nobody is kicked. */
static void
test_disk_trouble (void)
{
  Door door;

  door_init (&door);
  TestGuest *guest = test_guest_login (door.house, "ann", SOTTO_LOGIN_SIGN);
  g_autofree char *away = g_strconcat (door.house->folder, "-away", NULL);
  int fd = call (&door);
  turn ();
  g_assert_cmpint (g_rename (door.house->folder, away), ==, 0);
  ask (fd, "add", "ben");
  say (fd, DIGITS "\n");
  expect_refusal (fd, "unavailable");
  ask (fd, "disable", "ann");
  expect_refusal (fd, "unavailable");
  g_assert_false (account (&door, "ann")->disabled);
  g_assert_null (account (&door, "ben"));
  g_assert_true (sotto_accounts_is_in_trouble (door.house->services.accounts));
  g_assert_cmpint (guest->session.state, ==, SOTTO_SESSION_READY);
  g_assert_cmpint (g_rename (away, door.house->folder), ==, 0);
  ask (fd, "disable", "ann");
  expect (fd, "{\"ok\":true,\"kicked\":true}");
  g_assert_false (sotto_accounts_is_in_trouble (door.house->services.accounts));
  close (fd);
  door_clear (&door);
}

/* ---- A long answer ---- */

#define CROWD 4000 /* more than a socket holds */

static void
fill_house (const Door *self)
{
  for (guint i = 0; i < CROWD; i++)
    {
      g_autofree char *name = g_strdup_printf ("somebody-with-a-long-name-%u", i);
      SottoAccountChange change = { .op = SOTTO_ACCOUNT_ADD, .name = test_name (name) };

      g_strlcpy (change.hash, "$2b$04$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                 sizeof change.hash);
      g_assert_true (sotto_accounts_change (self->house->services.accounts, &change, NULL, NULL));
    }
  while (sotto_accounts_get_count (self->house->services.accounts) < CROWD)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_users (void)
{
  Door door;

  door_init (&door);
  int fd = call (&door);
  ask (fd, "users", NULL);
  expect (fd, "{\"ok\":true}");
  fill_house (&door);
  test_guest_login (door.house, "ann", SOTTO_LOGIN_SIGN);
  ask (fd, "users", NULL);
  ask (fd, "kick", "nobody"); /* waits its turn */
  guint offline = 0;
  guint online = 0;
  for (guint i = 0; i < CROWD + 1; i++)
    {
      g_autofree char *line = hear (fd);

      offline += strstr (line, "\"online\":false,\"disabled\":false,\"created\":0}") != NULL;
      online += g_str_has_prefix (line, "{\"name\":\"ann\",\"online\":true,")
                && g_str_has_suffix (line, ",\"address\":\"127.0.0.1:40000\"}");
    }
  g_assert_cmpuint (offline, ==, CROWD);
  g_assert_cmpuint (online, ==, 1);
  expect (fd, "{\"ok\":true}");
  expect_refusal (fd, "not_found");
  close (fd);
  door_clear (&door);
}

/* Who does not read what he asked for neither keeps a place nor memory. */
static void
test_slow_reader (void)
{
  Door door;
  char bytes[4096];
  gsize n = 0;
  ssize_t got;

  door_init (&door);
  fill_house (&door);
  int fd = call (&door);
  ask (fd, "users", NULL);
  for (guint i = 0; i < 100; i++)
    turn ();
  test_house_pass (door.house, SOTTO_CONTROL_IDLE + SOTTO_US_PER_S);
  while ((got = recv (fd, bytes, sizeof bytes, 0)) > 0)
    n += (gsize)got;
  g_assert_cmpint (got, ==, 0);
  g_assert_cmpuint (n, >, SOTTO_CONTROL_QUEUE_MAX);
  g_assert_cmpuint (n, <, CROWD * 60);
  close (fd);
  door_clear (&door);
}

/* ---- What is not asked rightly ---- */

static void
test_malformed (void)
{
  static const struct
  {
    const char *line;
    const char *code;
  } cases[] = {
    { "", "protocol" },
    { "status", "protocol" },
    { "[]", "protocol" },
    { "{}", "protocol" },
    { "{\"command\":1}", "protocol" },
    { "{\"command\":\"status\"", "protocol" },
    { "{\"command\":\"status\",\"command\":\"users\"}", "protocol" },
    { "{\"command\":\"status\",\"more\":1}", "protocol" },
    { "{\"command\":\"status\",\"name\":\"ann\"}", "protocol" },
    { "{\"command\":\"kick\"}", "protocol" },
    { "{\"command\":\"kick\",\"name\":\"ann\",\"more\":1}", "protocol" },
    { "{\"command\":\"\"}", "unknown_command" },
    { "{\"command\":\"STATUS\"}", "unknown_command" },
    { "{\"command\":\"kick\",\"name\":7}", "bad_name" },
    { "{\"command\":\"kick\",\"name\":\"\"}", "bad_name" },
    { "{\"command\":\"kick\",\"name\":\"Ann\"}", "bad_name" },
    { "{\"command\":\"kick\",\"name\":\"a/b\"}", "bad_name" },
    { "{\"command\":\"add\",\"name\":\"012345678901234567890123456789012\"}", "bad_name" },
    { "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "protocol" },
  };
  Door door;

  door_init (&door);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int fd = call (&door);

      say (fd, cases[i].line);
      say (fd, "\n{\"command\":\"status\"}\n"); /* not answered any more */
      expect_refusal (fd, cases[i].code);
      hear_nothing_more (fd);
    }
  door_clear (&door);
}

static void
test_bad_keys (void)
{
  static const char *const keys[] = { "", "00", DIGITS "00", "zz" DIGITS,
                                      "{\"command\":\"status\"}" };
  Door door;

  door_init (&door);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      int fd = call (&door);

      ask (fd, "add", "ann");
      say (fd, keys[i]);
      say (fd, "\n");
      expect_refusal (fd, "protocol");
      hear_nothing_more (fd);
    }
  g_assert_null (account (&door, "ann"));
  door_clear (&door);
}

static void
test_pieces (void)
{
  const char *line = "{\"command\":\"add\",\"name\":\"ann\"}\n" DIGITS "\n";
  Door door;

  door_init (&door);
  int fd = call (&door);
  for (const char *c = line; *c != '\0'; c++)
    {
      send (fd, c, 1, MSG_NOSIGNAL);
      turn ();
    }
  expect (fd, "{\"ok\":true}");
  /* Several at once, and then no more. */
  say (fd, "{\"command\":\"enable\",\"name\":\"ann\"}\n{\"command\":\"reload\"}\n"
           "{\"command\":\"disable\",\"name\":\"ann\"}\n");
  shutdown (fd, SHUT_WR);
  expect (fd, "{\"ok\":true}");
  expect (fd, "{\"ok\":true,\"after_restart\":[\"realm\"]}");
  expect (fd, "{\"ok\":true,\"kicked\":false}");
  hear_nothing_more (fd);
  door_clear (&door);
}

/* ---- Limits ---- */

static void
test_long_line (void)
{
  Door door;

  door_init (&door);
  for (guint n = SOTTO_CONTROL_LINE_MAX - 1; n <= SOTTO_CONTROL_LINE_MAX + 1; n++)
    {
      g_autofree char *blanks = g_strnfill (n - strlen ("{\"command\":\"reload\"}"), ' ');
      int fd = call (&door);

      say (fd, "{\"command\":\"reload\"}");
      say (fd, blanks);
      say (fd, "\n");
      if (n < SOTTO_CONTROL_LINE_MAX)
        {
          expect (fd, "{\"ok\":true,\"after_restart\":[\"realm\"]}");
          close (fd);
          continue;
        }
      expect_refusal (fd, "too_big");
      hear_nothing_more (fd);
    }
  door_clear (&door);
}

static void
test_too_many (void)
{
  Door door;
  int fds[SOTTO_CONTROL_CONNECTIONS_MAX];

  door_init (&door);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = call (&door);
      turn ();
    }
  int late = call (&door);
  expect_refusal (late, "busy");
  hear_nothing_more (late);
  close (fds[0]);
  turn ();
  fds[0] = call (&door);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      ask (fds[i], "reload", NULL);
      expect (fds[i], "{\"ok\":true,\"after_restart\":[\"realm\"]}");
      close (fds[i]);
    }
  door_clear (&door);
}

static void
test_idle (void)
{
  Door door;

  door_init (&door);
  int fd = call (&door);
  turn ();
  for (guint i = 0; i < 3; i++)
    {
      test_house_pass (door.house, SOTTO_CONTROL_IDLE - SOTTO_US_PER_S);
      ask (fd, "reload", NULL);
      expect (fd, "{\"ok\":true,\"after_restart\":[\"realm\"]}");
    }
  test_house_pass (door.house, SOTTO_CONTROL_IDLE + SOTTO_US_PER_S);
  hear_nothing_more (fd);

  /* While it is the server who is slow, nobody counts. */
  fd = call (&door);
  ask (fd, "add", "ann");
  say (fd, DIGITS "\n");
  turn ();
  test_house_pass (door.house, 2 * SOTTO_CONTROL_IDLE);
  expect (fd, "{\"ok\":true}");
  close (fd);
  door_clear (&door);
}

/* ---- Hanging up ---- */

static void
test_hang_up (void)
{
  Door door;

  door_init (&door);
  TestGuest *guest = test_guest_login (door.house, "ann", SOTTO_LOGIN_SIGN);
  int fd = call (&door);
  ask (fd, "disable", "ann");
  close (fd);
  expect_kicked (guest);
  g_assert_true (account (&door, "ann")->disabled);

  fd = call (&door);
  ask (fd, "add", "ben");
  say (fd, DIGITS "\n");
  close (fd);
  gint64 until = g_get_monotonic_time () + PATIENCE;
  while (account (&door, "ben") == NULL && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
  g_assert_nonnull (account (&door, "ben"));
  door_clear (&door);
}

/* The server goes while a request is under way: no answer comes, nothing is lost on the heap. */
static void
test_shutdown (void)
{
  Door door;

  for (guint turns = 1; turns < 4; turns++)
    {
      door_init (&door);
      int fd = call (&door);
      ask (fd, "add", "ann");
      say (fd, DIGITS "\n");
      for (guint i = 0; i < turns; i++)
        g_main_context_iteration (NULL, FALSE);
      sotto_control_free (g_steal_pointer (&door.control));
      hear_nothing_more (fd);
      door_clear (&door);
    }
}

/* ---- The socket ---- */

static void
test_place (void)
{
  Door door;
  GStatBuf st;

  door_init (&door);
  g_assert_cmpint (g_lstat (door.path, &st), ==, 0);
  g_assert_true (S_ISSOCK (st.st_mode));
  g_assert_cmphex (st.st_mode & 0777, ==, 0600);

  g_autoptr (GError) error = NULL;
  g_assert_null (sotto_control_new (&door.host, door.poller, door.path, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IN_USE);
  int fd = call (&door); /* the first is where it was */
  ask (fd, "reload", NULL);
  expect (fd, "{\"ok\":true,\"after_restart\":[\"realm\"]}");
  close (fd);
  sotto_control_free (g_steal_pointer (&door.control));
  g_assert_cmpint (g_lstat (door.path, &st), !=, 0);
  door_clear (&door);
}

/* A socket bound and then forgotten, as kill -9 leaves it. */
static void
leave_dead_socket (const char *path)
{
  g_autoptr (GError) error = NULL;
  SottoControlPath at;
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_true (sotto_control_path_init (&at, path, &error));
  g_assert_cmpint (bind (fd, (const struct sockaddr *)&at.address, sizeof at.address), ==, 0);
  sotto_control_path_clear (&at);
  close (fd);
}

static void
test_dead_server (void)
{
  Door door;
  g_autoptr (GError) error = NULL;

  door_init (&door);
  g_autofree char *path = g_build_filename (door.house->folder, "dead", NULL);
  leave_dead_socket (path);
  SottoControl *control = sotto_control_new (&door.host, door.poller, path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (call_at (path), >=, 0);

  /* Another has taken the place meanwhile: it is not ours to remove. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  leave_dead_socket (path);
  sotto_control_free (control);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  door_clear (&door);
}

static void
test_foreign_file (void)
{
  Door door;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  door_init (&door);
  g_autofree char *path = g_build_filename (door.house->folder, "letter", NULL);
  g_assert_true (g_file_set_contents (path, "dear", -1, NULL));
  g_assert_null (sotto_control_new (&door.host, door.poller, path, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "dear");
  door_clear (&door);
}

static void
test_no_folder (void)
{
  Door door;
  g_autoptr (GError) error = NULL;

  door_init (&door);
  g_autofree char *path = g_build_filename (door.house->folder, "missing", "control", NULL);
  g_assert_null (sotto_control_new (&door.host, door.poller, path, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  door_clear (&door);
}

static void
test_long_path (void)
{
  Door door;
  g_autoptr (GError) error = NULL;
  GStatBuf st;

  door_init (&door);
  g_autofree char *filling = g_strnfill (200, 'x');
  g_autofree char *folder = g_build_filename (door.house->folder, filling, NULL);
  g_autofree char *path = g_build_filename (folder, "control", NULL);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  SottoControl *control = sotto_control_new (&door.host, door.poller, path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_lstat (path, &st), ==, 0);
  g_assert_cmphex (st.st_mode & 0777, ==, 0600);
  int fd = call_at (path);
  ask (fd, "reload", NULL);
  expect (fd, "{\"ok\":true,\"after_restart\":[\"realm\"]}");
  close (fd);
  sotto_control_free (control);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  door_clear (&door);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/status", test_status);
  g_test_add_func ("/control/accounts", test_accounts);
  g_test_add_func ("/control/nobody", test_nobody);
  g_test_add_func ("/control/sessions-end", test_sessions_end);
  g_test_add_func ("/control/tickets", test_tickets);
  g_test_add_func ("/control/disabled-during-login", test_disabled_during_login);
  g_test_add_func ("/control/kick-of-the-absent", test_kick_of_the_absent);
  g_test_add_func ("/control/reload", test_reload);
  g_test_add_func ("/control/metrics", test_metrics);
  g_test_add_func ("/control/invites", test_invites);
  g_test_add_func ("/control/disk-trouble", test_disk_trouble);
  g_test_add_func ("/control/users", test_users);
  g_test_add_func ("/control/slow-reader", test_slow_reader);
  g_test_add_func ("/control/malformed", test_malformed);
  g_test_add_func ("/control/bad-keys", test_bad_keys);
  g_test_add_func ("/control/pieces", test_pieces);
  g_test_add_func ("/control/long-line", test_long_line);
  g_test_add_func ("/control/too-many", test_too_many);
  g_test_add_func ("/control/idle", test_idle);
  g_test_add_func ("/control/hang-up", test_hang_up);
  g_test_add_func ("/control/shutdown", test_shutdown);
  g_test_add_func ("/control/place", test_place);
  g_test_add_func ("/control/dead-server", test_dead_server);
  g_test_add_func ("/control/foreign-file", test_foreign_file);
  g_test_add_func ("/control/no-folder", test_no_folder);
  g_test_add_func ("/control/long-path", test_long_path);
  return g_test_run ();
}
