// SPDX-License-Identifier: GPL-3.0-or-later
/* What the engine leaves on the disk: after wrong passwords, damage, and changes that are cut off.
 */
#undef G_DISABLE_ASSERT
#include "shared/client/pins.h"
#include "shared/client/vault.h"
#include "tests/client/engine-fixture.h"
#include <string.h>

static char *
account_folder (EngineFixture *self)
{
  g_autofree char *profile = g_build_filename (self->folder, "default", NULL);
  g_autoptr (GDir) dir = g_dir_open (profile, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (name, "-alice"))
        return g_build_filename (profile, name, NULL);
    }
  g_assert_not_reached ();
}

static char *
read_keys (EngineFixture *self, const char *file)
{
  g_autofree char *folder = account_folder (self);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static void
test_wrong_password_touches_nothing (EngineFixture *self, gconstpointer unused)
{
  engine_fixture_log_in (self, "secret");
  self->server->h = self->server->login.h;
  self->server->has_h = true;
  SottoKey identity = self->server->login.identity;
  g_autofree char *before = read_keys (self, SOTTO_VAULT_FILE);

  engine_fixture_restart (self);
  sotto_engine_auth (self->engine, "alice", "wrong");
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_REFUSED, "auth");
  g_autofree char *after = read_keys (self, SOTTO_VAULT_FILE);
  g_assert_cmpstr (after, ==, before);
  engine_fixture_log_in (self, "secret");
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
}

/* The server takes a password that does not open what is here: a new device, and the old is kept.
 */
static void
test_password_changed_elsewhere (EngineFixture *self, gconstpointer unused)
{
  engine_fixture_log_in (self, "secret");
  SottoKey identity = self->server->login.identity;
  g_autofree char *before = read_keys (self, SOTTO_VAULT_FILE);
  g_assert_false (sotto_engine_has_locked_history (self->engine));

  engine_fixture_restart (self);
  engine_fixture_log_in (self, "other");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "password"); /* locked, not lost */
  g_assert_true (sotto_engine_has_locked_history (self->engine));
  g_assert_true (memcmp (&self->server->login.identity, &identity, sizeof identity) != 0);
  identity = self->server->login.identity;
  g_autofree char *aside = read_keys (self, "keys-1.json");
  g_assert_cmpstr (aside, ==, before);

  engine_fixture_restart (self);
  engine_fixture_log_in (self, "other");
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
}

static void
test_damaged_files (EngineFixture *self, gconstpointer which)
{
  engine_fixture_log_in (self, "secret");
  engine_fixture_stop (self);
  g_autofree char *folder = strcmp (which, SOTTO_PINS_FILE) == 0
                                ? g_build_filename (self->folder, "default", NULL)
                                : account_folder (self);
  g_autofree char *path = g_build_filename (folder, which, NULL);
  g_autofree char *after = NULL;
  guint logins = self->server->n_login;

  g_assert_true (g_file_set_contents (path, "{", -1, NULL));
  engine_fixture_start (self, SOTTO_TRUST_PIN);
  sotto_engine_auth (self->engine, "alice", "secret");
  if (strcmp (which, SOTTO_PINS_FILE) != 0)
    engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "io");
  g_assert_cmpuint (self->server->n_login, ==, logins);
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, "{");
}

static void
test_in_use (EngineFixture *self, gconstpointer unused)
{
  engine_fixture_log_in (self, "secret");
  g_autoptr (SottoEngine) first = g_steal_pointer (&self->engine);
  guint logins = self->server->n_login;

  engine_fixture_start (self, SOTTO_TRUST_PIN);
  sotto_engine_auth (self->engine, "alice", "secret");
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "io");
  g_assert_cmpuint (self->server->n_login, ==, logins);
  g_signal_handlers_disconnect_by_data (first, self);
  sotto_engine_log_out (first);
}

/* --- Passwords --- */

typedef struct
{
  bool done;
  bool right;
  GError *error;
} Checked;

static void
checked_cb (GObject *engine, GAsyncResult *result, gpointer data)
{
  Checked *checked = data;

  checked->right =
      sotto_engine_check_password_finish (SOTTO_ENGINE (engine), result, &checked->error);
  checked->done = true;
}

static bool
check (EngineFixture *self, const char *password, GCancellable *cancellable, int code)
{
  Checked checked = { 0 };

  sotto_engine_check_password_async (self->engine, password, cancellable, checked_cb, &checked);
  g_cancellable_cancel (cancellable);
  while (!checked.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (checked.right == (checked.error == NULL));
  if (cancellable != NULL)
    g_assert_error (checked.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  else if (!checked.right)
    g_assert_error (checked.error, SOTTO_ERROR, code);
  g_clear_error (&checked.error);
  return checked.right;
}

/* The one the person logged in with, and after a change the new one; no server is asked. */
static void
test_check_password (EngineFixture *self, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_assert_false (check (self, "secret", NULL, SOTTO_ERROR_INVALID));
  engine_fixture_log_in (self, "secret");
  guint logins = self->server->n_login;
  g_assert_true (check (self, "secret", NULL, 0));
  g_assert_false (check (self, "Secret", NULL, SOTTO_ERROR_LOCKED));
  g_assert_false (check (self, "", NULL, SOTTO_ERROR_LOCKED));
  g_assert_false (check (self, "\xff", NULL, SOTTO_ERROR_LOCKED));
  g_assert_false (check (self, "secret", cancellable, 0));

  self->server->h = self->server->login.h;
  self->server->has_h = true;
  sotto_engine_change_password (self->engine, "secret", "newer");
  engine_fixture_expect (self, SOTTO_EVENT_PASSWORD_CHANGED, NULL);
  g_assert_true (check (self, "newer", NULL, 0));
  g_assert_false (check (self, "secret", NULL, SOTTO_ERROR_LOCKED));
  self->deaf = true;
  engine_fixture_hang_up (self);
  g_assert_true (check (self, "newer", NULL, 0));
  g_assert_cmpuint (self->server->n_login, ==, logins);
  sotto_engine_log_out (self->engine);
  g_assert_false (check (self, "newer", NULL, SOTTO_ERROR_INVALID));
}

static void
test_password_change (EngineFixture *self, gconstpointer unused)
{
  engine_fixture_log_in (self, "secret");
  SottoKey identity = self->server->login.identity;
  self->passwd = PASSWD_REFUSE;
  sotto_engine_change_password (self->engine, "wrong", "newer");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "auth");

  self->passwd = PASSWD_OK;
  sotto_engine_change_password (self->engine, "secret", "");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "password");
  sotto_engine_change_password (self->engine, "secret", "newer");
  sotto_engine_change_password (self->engine, "secret", "newest");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "busy");
  engine_fixture_expect (self, SOTTO_EVENT_PASSWORD_CHANGED, NULL);

  /* The ticket is void, and the connection comes back with the new H. */
  engine_fixture_hang_up (self);
  engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
  g_assert_cmpuint (self->server->n_resume, ==, 0);

  engine_fixture_restart (self);
  engine_fixture_log_in (self, "newer");
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
  g_assert_null (read_keys (self, "keys-1.json"));
}

/* The connection breaks over a change: whichever password the server has, it goes on, here at once
 * and after a restart, with the same identity. */
static void
test_password_change_cut_off (EngineFixture *self, gconstpointer mode)
{
  bool done = GPOINTER_TO_INT (mode) == PASSWD_HANG_UP_DONE;

  engine_fixture_log_in (self, "secret");
  self->server->h = self->server->login.h;
  self->server->has_h = true;
  SottoKey identity = self->server->login.identity;
  self->passwd = GPOINTER_TO_INT (mode);
  sotto_engine_change_password (self->engine, "secret", "newer");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "unreachable");
  engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  self->server->refuse_tickets = true;

  /* As if killed now: */
  engine_fixture_restart (self);
  engine_fixture_log_in (self, done ? "newer" : "secret");
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
  engine_fixture_restart (self);
  engine_fixture_log_in (self, done ? "newer" : "secret");
  g_assert_cmpmem (&self->server->login.identity, SOTTO_KEY_LEN, &identity, SOTTO_KEY_LEN);
  g_assert_null (read_keys (self, "keys-1.json"));
}

static void
test_password_change_cut_off_and_back (EngineFixture *self, gconstpointer mode)
{
  bool done = GPOINTER_TO_INT (mode) == PASSWD_HANG_UP_DONE;

  engine_fixture_log_in (self, "secret");
  self->server->h = self->server->login.h;
  self->server->has_h = true;
  self->passwd = GPOINTER_TO_INT (mode);
  self->server->refuse_tickets = true;
  sotto_engine_change_password (self->engine, "secret", "newer");
  engine_fixture_expect (self, SOTTO_EVENT_ERROR, "unreachable");
  engine_fixture_expect (self, SOTTO_EVENT_DISCONNECTED, "unreachable");
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL); /* RESUME, which is refused */
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL); /* LOGIN with the old H */
  if (done)
    engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL); /* LOGIN with the new one */
  engine_fixture_expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);

  engine_fixture_restart (self);
  engine_fixture_log_in (self, done ? "newer" : "secret");
  g_assert_null (read_keys (self, "keys-1.json"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ENGINE_TEST ("wrong-password-touches-nothing", NULL, test_wrong_password_touches_nothing);
  ENGINE_TEST ("password-changed-elsewhere", NULL, test_password_changed_elsewhere);
  ENGINE_TEST ("damaged-keys", SOTTO_VAULT_FILE, test_damaged_files);
  ENGINE_TEST ("damaged-pins", SOTTO_PINS_FILE, test_damaged_files);
  ENGINE_TEST ("in-use", NULL, test_in_use);
  ENGINE_TEST ("check-password", NULL, test_check_password);
  ENGINE_TEST ("password-change", NULL, test_password_change);
  ENGINE_TEST ("password-change-undone", GINT_TO_POINTER (PASSWD_HANG_UP_UNDONE),
               test_password_change_cut_off);
  ENGINE_TEST ("password-change-done", GINT_TO_POINTER (PASSWD_HANG_UP_DONE),
               test_password_change_cut_off);
  ENGINE_TEST ("password-change-undone-and-back", GINT_TO_POINTER (PASSWD_HANG_UP_UNDONE),
               test_password_change_cut_off_and_back);
  ENGINE_TEST ("password-change-done-and-back", GINT_TO_POINTER (PASSWD_HANG_UP_DONE),
               test_password_change_cut_off_and_back);
  return g_test_run ();
}
