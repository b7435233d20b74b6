// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "gui/presenter/conversation-presenter.h"
#include "gui/presenter/login-presenter.h"
#include "gui/presenter/people-presenter.h"
#include "gui/presenter/security-presenter.h"
#include "gui/presenter/session-presenter.h"
#include "tests/gui/fake-engine.h"
#include <glib/gstdio.h>
#include <string.h>

#define FINGERPRINT "3b0c8f21a97e5d4410f2c6b8e7a9d35562f0b1c4d8e3a6975a1b2c3d4e5f6071"

typedef struct
{
  SottoEngine *engine;
  SottoClientConfig config;
  SottoLoginModel *login;
  SottoSessionModel *session;
  SottoPeople *people;
  SottoLoginPresenter *login_presenter;
  SottoSessionPresenter *session_presenter;
  SottoPeoplePresenter *people_presenter;
  SottoConversationPresenter *conversations;
  SottoSecurityPresenter *security;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->config.server_address = (char *)"lab.example";
  self->config.server_port = 10000;
  self->config.server_certificate = (char *)"/lab.pem";
  self->engine = sotto_engine_new ("default", NULL, SOTTO_TRUST_ASK);
  self->login = sotto_login_model_new ();
  self->session = sotto_session_model_new ();
  self->people = sotto_people_new ();
  self->login_presenter =
      sotto_login_presenter_new (self->engine, self->login, &self->config, NULL);
  self->session_presenter = sotto_session_presenter_new (self->engine, self->session);
  self->people_presenter = sotto_people_presenter_new (self->engine, self->people);
  self->conversations = sotto_conversation_presenter_new (self->engine, self->people);
  self->security = sotto_security_presenter_new (self->engine, self->people);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  settle (); /* what is under way holds them */
  g_assert_finalize_object (self->security);
  g_assert_finalize_object (self->conversations);
  g_assert_finalize_object (self->people_presenter);
  g_assert_finalize_object (self->session_presenter);
  g_assert_finalize_object (self->login_presenter);
  g_assert_finalize_object (self->people);
  g_assert_finalize_object (self->session);
  g_assert_finalize_object (self->login);
  g_assert_finalize_object (self->engine);
}

static void
assert_log (Fixture *self, const char *expected)
{
  g_autofree char *log = sotto_fake_engine_take_log (self->engine);

  g_assert_cmpstr (log, ==, expected);
}

static void
emit (Fixture *self, SottoEventType type, const char *peer, const char *code)
{
  SottoEvent event = { .type = type, .code = code, .text = "engine's words" };

  g_strlcpy (event.peer.str, peer != NULL ? peer : "", sizeof event.peer.str);
  sotto_fake_engine_emit (self->engine, &event);
}

static void
emit_id (Fixture *self, SottoEventType type, const char *peer, guint number, const char *code)
{
  SottoEvent event = { .type = type, .code = code, .has_id = true };

  g_strlcpy (event.peer.str, peer, sizeof event.peer.str);
  event.id = sotto_fake_engine_id (number);
  sotto_fake_engine_emit (self->engine, &event);
}

static void
say (Fixture *self, const char *from, const char *text)
{
  SottoEvent event = { .type = SOTTO_EVENT_MESSAGE, .text = text, .sent_ms = 1 };

  g_strlcpy (event.peer.str, from, sizeof event.peer.str);
  sotto_fake_engine_emit (self->engine, &event);
}

static void
test_last_seen (Fixture *self, gconstpointer data)
{
  emit (self, SOTTO_EVENT_AUTHENTICATED, "alice", NULL);
  emit (self, SOTTO_EVENT_JOINED, "bob", NULL);
  sotto_conversation_presenter_open (self->conversations, "bob");
  SottoPerson *bob = sotto_people_find (self->people, "bob");
  g_assert_cmpint (sotto_person_get_seen_ms (bob), ==, 0);
  sotto_fake_engine_set_last_seen (self->engine, 5000);
  emit (self, SOTTO_EVENT_LEFT, "bob", NULL);
  g_assert_cmpint (sotto_person_get_seen_ms (bob), ==, 5000);
}

static void
submit (Fixture *self, bool sign_up, const char *server)
{
  sotto_login_presenter_submit (self->login_presenter, sign_up, server, " Alice ", "secret");
}

static void
test_submit (Fixture *self, gconstpointer data)
{
  g_autofree char *link =
      g_strdup_printf ("sotto://other:77/?realm=r&fp=%s&invite=code", FINGERPRINT);

  g_assert_cmpstr (sotto_login_model_get_server (self->login), ==, "lab.example:10000");
  submit (self, false, "lab.example:10000");
  assert_log (self, "server lab.example 10000 /lab.pem; auth alice secret");
  g_assert_cmpint (sotto_login_model_get_stage (self->login), ==, SOTTO_LOGIN_LOGGING_IN);
  submit (self, true, "elsewhere");
  assert_log (self, "server elsewhere 10000 -; sign alice secret -");
  submit (self, true, link);
  assert_log (self, "link other 77; sign alice secret code");
}

static void
test_fields_are_checked (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *server, *username, *password;
    bool wrong[3];
  } cases[] = {
    { "", "alice", "x", { true, false, false } },
    { "lab", "", "x", { false, true, false } },
    { "lab", "a b", "x", { false, true, false } },
    { "lab", "alice", "", { false, false, true } },
    { "sotto://lab:99999/", "alice", "x", { true, false, false } },
    { "", "", "", { true, true, true } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      sotto_login_presenter_submit (self->login_presenter, false, cases[i].server,
                                    cases[i].username, cases[i].password);
      for (int field = 0; field < 3; field++)
        g_assert_true ((sotto_login_model_get_error (self->login, (SottoLoginField)field) != NULL)
                       == cases[i].wrong[field]);
      g_assert_cmpint (sotto_login_model_get_stage (self->login), ==, SOTTO_LOGIN_FORM);
    }
}

static void
test_refusals (Fixture *self, gconstpointer data)
{
  static const struct
  {
    SottoEventType type;
    const char *code;
    SottoLoginField field;
    const char *words;
  } cases[] = {
    { SOTTO_EVENT_REFUSED, "auth", SOTTO_LOGIN_FIELD_PASSWORD, "Wrong password" },
    { SOTTO_EVENT_REFUSED, "name_taken", SOTTO_LOGIN_FIELD_USERNAME, "is taken" },
    { SOTTO_EVENT_REFUSED, "bad_name", SOTTO_LOGIN_FIELD_USERNAME, "letters" },
    { SOTTO_EVENT_REFUSED, "invite", SOTTO_LOGIN_FIELD_SERVER, "invitation" },
    { SOTTO_EVENT_REFUSED, "busy", SOTTO_LOGIN_FIELD_NONE, "engine's words" },
    { SOTTO_EVENT_ERROR, "unreachable", SOTTO_LOGIN_FIELD_SERVER, "Cannot reach the server" },
    { SOTTO_EVENT_ERROR, "server_key", SOTTO_LOGIN_FIELD_SERVER, "server key changed" },
    { SOTTO_EVENT_ERROR, "realm", SOTTO_LOGIN_FIELD_SERVER, "realm changed" },
    { SOTTO_EVENT_ERROR, "io", SOTTO_LOGIN_FIELD_NONE, "engine's words" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *error;

      submit (self, false, "lab");
      emit (self, cases[i].type, NULL, cases[i].code);
      error = sotto_login_model_get_error (self->login, cases[i].field);
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error, cases[i].words));
      g_assert_cmpint (sotto_login_model_get_stage (self->login), ==, SOTTO_LOGIN_FORM);
    }
}

static void
test_asked_to_wait (Fixture *self, gconstpointer data)
{
  SottoEvent event = { .type = SOTTO_EVENT_REFUSED, .code = "rate", .retry_in_ms = 11500 };
  const char *error;

  submit (self, false, "lab");
  sotto_fake_engine_emit (self->engine, &event);
  error = sotto_login_model_get_error (self->login, SOTTO_LOGIN_FIELD_NONE);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error, "12 seconds"));
  submit (self, false, "lab");
  g_assert_null (sotto_login_model_get_error (self->login, SOTTO_LOGIN_FIELD_NONE));
}

/* The address that was reached, not the link that was pasted; and nothing after a refusal. */
static void
test_last_login (Fixture *self, gconstpointer data)
{
  SottoEvent connected = { .type = SOTTO_EVENT_CONNECTED, .server = "::1", .port = 7 };
  g_autofree char *folder = g_dir_make_tmp ("sotto-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "last-login.ini", NULL);
  g_autofree char *kept = NULL;
  SottoClientConfig config = { 0 };

  g_object_unref (self->login_presenter);
  self->login_presenter = sotto_login_presenter_new (self->engine, self->login, &config, folder);
  g_assert_cmpstr (sotto_login_model_get_server (self->login), ==, "");
  submit (self, false, "[::1]:7");
  emit (self, SOTTO_EVENT_REFUSED, NULL, "auth");
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  submit (self, false, "[::1]:7");
  sotto_fake_engine_emit (self->engine, &connected);
  emit (self, SOTTO_EVENT_AUTHENTICATED, "alice", NULL);

  /* Started again: both are there. A configured server comes first. */
  g_object_unref (self->login_presenter);
  sotto_login_model_prefill (self->login, "", "");
  self->login_presenter = sotto_login_presenter_new (self->engine, self->login, &config, folder);
  g_assert_cmpstr (sotto_login_model_get_server (self->login), ==, "[::1]:7");
  g_assert_cmpstr (sotto_login_model_get_username (self->login), ==, "alice");
  g_assert_true (g_file_get_contents (file, &kept, NULL, NULL));
  g_assert_null (strstr (kept, "secret"));
  g_object_unref (self->login_presenter);
  self->login_presenter =
      sotto_login_presenter_new (self->engine, self->login, &self->config, folder);
  g_assert_cmpstr (sotto_login_model_get_server (self->login), ==, "lab.example:10000");

  /* What is not ours is no last time. */
  g_assert_true (
      g_file_set_contents (file, "[Last Login]\nServer=a b\nUsername=No Good\n", -1, NULL));
  g_object_unref (self->login_presenter);
  sotto_login_model_prefill (self->login, "", "");
  self->login_presenter = sotto_login_presenter_new (self->engine, self->login, &config, folder);
  g_assert_cmpstr (sotto_login_model_get_server (self->login), ==, "");
  g_assert_cmpstr (sotto_login_model_get_username (self->login), ==, "");
  g_object_unref (self->login_presenter);
  self->login_presenter =
      sotto_login_presenter_new (self->engine, self->login, &self->config, NULL);
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_first_use (Fixture *self, gconstpointer data)
{
  SottoEvent event = {
    .type = SOTTO_EVENT_SERVER_UNKNOWN, .server = "lab", .port = 1, .fingerprint = FINGERPRINT
  };

  submit (self, false, "lab");
  sotto_fake_engine_emit (self->engine, &event);
  g_assert_cmpint (sotto_login_model_get_stage (self->login), ==, SOTTO_LOGIN_FIRST_USE);
  g_assert_cmpstr (sotto_login_model_get_fingerprint (self->login), ==, FINGERPRINT);
  g_free (sotto_fake_engine_take_log (self->engine));
  sotto_login_presenter_answer_first_use (self->login_presenter, false);
  assert_log (self, "trust no");
  /* What the engine says of the end it was told to make is no news. */
  emit (self, SOTTO_EVENT_ERROR, NULL, "server_key");
  g_assert_null (sotto_login_model_get_error (self->login, SOTTO_LOGIN_FIELD_SERVER));

  submit (self, false, "lab");
  sotto_fake_engine_emit (self->engine, &event);
  g_free (sotto_fake_engine_take_log (self->engine));
  sotto_login_presenter_answer_first_use (self->login_presenter, true);
  assert_log (self, "trust yes");
  emit (self, SOTTO_EVENT_AUTHENTICATED, "alice", NULL);
  g_assert_cmpint (sotto_login_model_get_stage (self->login), ==, SOTTO_LOGIN_DONE);
}

static void
test_session (Fixture *self, gconstpointer data)
{
  SottoEvent connected = { .type = SOTTO_EVENT_CONNECTED, .server = "lab", .port = 10000 };
  SottoEvent lost = { .type = SOTTO_EVENT_DISCONNECTED,
                      .code = "unreachable",
                      .retry_in_ms = 5000 };

  sotto_fake_engine_emit (self->engine, &connected);
  emit (self, SOTTO_EVENT_AUTHENTICATED, "alice", NULL);
  g_assert_cmpstr (sotto_session_model_get_username (self->session), ==, "alice");
  g_assert_cmpstr (sotto_session_model_get_server (self->session), ==, "lab");
  assert_log (self, "list");
  sotto_fake_engine_emit (self->engine, &lost);
  g_assert_cmpint (sotto_session_model_get_link (self->session), ==, SOTTO_LINK_WAITING);
  sotto_session_presenter_retry_now (self->session_presenter);
  assert_log (self, "retry");
  emit (self, SOTTO_EVENT_AUTHENTICATED, "alice", NULL);
  g_assert_cmpint (sotto_session_model_get_link (self->session), ==, SOTTO_LINK_UP);
  lost.code = "replaced";
  lost.retry_in_ms = -1;
  sotto_fake_engine_emit (self->engine, &lost);
  g_assert_cmpint (sotto_session_model_get_link (self->session), ==, SOTTO_LINK_ENDED);
  g_assert_true (g_str_has_prefix (sotto_session_model_get_notice (self->session),
                                   "Another device logged in as alice ("));
  g_assert_nonnull (strstr (sotto_session_model_get_notice (self->session), "change it"));
  emit (self, SOTTO_EVENT_AUTHENTICATED, "alice", NULL);
  lost.code = "kicked";
  lost.text = "The administrator.";
  sotto_fake_engine_emit (self->engine, &lost);
  g_assert_cmpstr (sotto_session_model_get_notice (self->session), ==, "The administrator.");
  g_free (sotto_fake_engine_take_log (self->engine));
  sotto_session_presenter_log_out (self->session_presenter);
  assert_log (self, "logout");
  g_assert_null (sotto_session_model_get_username (self->session));
}

static void
test_errands (Fixture *self, gconstpointer data)
{
  emit (self, SOTTO_EVENT_AUTHENTICATED, "alice", NULL);
  g_free (sotto_fake_engine_take_log (self->engine));
  sotto_session_presenter_change_password (self->session_presenter, "old", "new");
  assert_log (self, "passwd old new");
  emit (self, SOTTO_EVENT_ERROR, "bob", "offline"); /* somebody else's trouble */
  g_assert_cmpint (sotto_session_model_get_errand (self->session), ==, SOTTO_ERRAND_RUNNING);
  emit (self, SOTTO_EVENT_ERROR, NULL, "auth");
  g_assert_cmpint (sotto_session_model_get_errand (self->session), ==, SOTTO_ERRAND_FAILED);
  g_assert_cmpstr (sotto_session_model_get_errand_error (self->session), ==, "Wrong password.");
  sotto_session_presenter_change_password (self->session_presenter, "old", "new");
  emit (self, SOTTO_EVENT_PASSWORD_CHANGED, NULL, NULL);
  g_assert_cmpint (sotto_session_model_get_errand (self->session), ==, SOTTO_ERRAND_DONE);
  sotto_session_presenter_end_errand (self->session_presenter);
  g_free (sotto_fake_engine_take_log (self->engine));

  sotto_session_presenter_delete_account (self->session_presenter, "new");
  assert_log (self, "delete new");
  emit (self, SOTTO_EVENT_DISCONNECTED, NULL, NULL);
  g_assert_null (sotto_session_model_get_username (self->session));
}

static SottoBubbleState
state_of (SottoChat *chat, guint position)
{
  g_autoptr (SottoBubble) bubble = g_list_model_get_item (G_LIST_MODEL (chat), position);

  return sotto_bubble_get_state (bubble);
}

static void
test_message_states (Fixture *self, gconstpointer data)
{
  SottoChat *chat = sotto_conversation_presenter_open (self->conversations, "bob");

  sotto_conversation_presenter_send (self->conversations, chat, "one");
  sotto_conversation_presenter_send (self->conversations, chat, "two");
  assert_log (self, "send bob one; send bob two");
  g_assert_cmpint (state_of (chat, 0), ==, SOTTO_BUBBLE_QUEUED);
  emit_id (self, SOTTO_EVENT_SENT, "bob", 1, NULL);
  g_assert_cmpint (state_of (chat, 0), ==, SOTTO_BUBBLE_SENT);
  emit_id (self, SOTTO_EVENT_DELIVERED, "bob", 1, NULL);
  g_assert_cmpint (state_of (chat, 0), ==, SOTTO_BUBBLE_DELIVERED);
  emit_id (self, SOTTO_EVENT_ERROR, "bob", 2, "offline");
  g_assert_cmpint (state_of (chat, 1), ==, SOTTO_BUBBLE_QUEUED);
  emit_id (self, SOTTO_EVENT_ERROR, "bob", 2, "alarm");
  g_assert_cmpint (state_of (chat, 1), ==, SOTTO_BUBBLE_FAILED);
  /* Another person's message of the same number is not meant. */
  emit_id (self, SOTTO_EVENT_DELIVERED, "carol", 2, NULL);
  g_assert_cmpint (state_of (chat, 1), ==, SOTTO_BUBBLE_FAILED);
}

static void
test_try_again (Fixture *self, gconstpointer data)
{
  SottoChat *chat = sotto_conversation_presenter_open (self->conversations, "bob");
  g_autoptr (SottoBubble) bubble = NULL;

  sotto_conversation_presenter_send (self->conversations, chat, "one");
  emit_id (self, SOTTO_EVENT_ERROR, "bob", 1, "alarm");
  bubble = g_list_model_get_item (G_LIST_MODEL (chat), 0);
  g_free (sotto_fake_engine_take_log (self->engine));
  sotto_conversation_presenter_act (self->conversations, chat, bubble, "retry", NULL);
  assert_log (self, "again bob 1");
  g_assert_cmpint (sotto_bubble_get_state (bubble), ==, SOTTO_BUBBLE_QUEUED);
}

static void
test_unread (Fixture *self, gconstpointer data)
{
  SottoPerson *bob;

  sotto_people_join (self->people, "bob");
  bob = sotto_people_find (self->people, "bob");
  say (self, "bob", "one");
  say (self, "bob", "two");
  g_assert_cmpuint (sotto_person_get_unread (bob), ==, 2);
  sotto_conversation_presenter_look_at (self->conversations, "bob");
  g_assert_cmpuint (sotto_person_get_unread (bob), ==, 0);
  say (self, "bob", "three");
  g_assert_cmpuint (sotto_person_get_unread (bob), ==, 0);
  sotto_conversation_presenter_look_at (self->conversations, NULL);
  say (self, "bob", "four");
  g_assert_cmpuint (sotto_person_get_unread (bob), ==, 1);
  sotto_conversation_presenter_clear (self->conversations);
  g_assert_null (sotto_people_find (self->people, "bob"));
}

static char *
text_at (SottoChat *chat, guint i)
{
  g_autoptr (SottoBubble) bubble = g_list_model_get_item (G_LIST_MODEL (chat), i);

  return bubble != NULL ? g_strdup (sotto_bubble_get_text (bubble)) : NULL;
}

static void
assert_ends (SottoChat *chat, guint n, const char *first, const char *last)
{
  g_autofree char *a = text_at (chat, 0);
  g_autofree char *b = text_at (chat, n - 1);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat)), ==, n);
  g_assert_cmpstr (a, ==, first);
  g_assert_cmpstr (b, ==, last);
}

/* 100 messages of bob's, of which the last 3 are new; who opens sees the end, and more by asking.
 */
static void
test_history (Fixture *self, gconstpointer data)
{
  SottoEvent event = { .type = SOTTO_EVENT_MESSAGE, .peer = { "bob" }, .has_id = true };
  SottoPerson *bob;
  SottoChat *chat;

  for (int i = 1; i <= 100; i++)
    {
      g_autofree char *text = g_strdup_printf ("%d", i);

      sotto_fake_engine_remember (self->engine, "bob", false, text, i * 1000);
    }
  sotto_fake_engine_set_unread (self->engine, 3);
  emit (self, SOTTO_EVENT_AUTHENTICATED, "alice", NULL);
  settle ();
  bob = sotto_people_find (self->people, "bob");
  g_assert_nonnull (bob);
  g_assert_cmpuint (sotto_person_get_unread (bob), ==, 3);
  g_assert_cmpstr (sotto_person_get_last_text (bob), ==, "100");

  /* The newest of them comes as news as well, before the page is there: once is enough. */
  chat = sotto_conversation_presenter_open (self->conversations, "bob");
  sotto_conversation_presenter_look_at (self->conversations, "bob");
  event.text = "100";
  event.id.bytes[3] = 100;
  sotto_fake_engine_emit (self->engine, &event);
  settle ();
  assert_ends (chat, 48, "53", "100");
  g_assert_cmpstr (sotto_bubble_get_text (sotto_chat_get_first_unread (chat)), ==, "98");
  g_assert_cmpuint (sotto_person_get_unread (bob), ==, 0);
  sotto_conversation_presenter_extend (self->conversations, chat, false);
  sotto_conversation_presenter_extend (self->conversations, chat, false); /* one at a time */
  settle ();
  assert_ends (chat, 96, "5", "100");
  sotto_conversation_presenter_extend (self->conversations, chat, false);
  settle ();
  assert_ends (chat, 100, "1", "100");
  g_assert_false (sotto_chat_get_has_more (chat, false));
}

/* What one does with a message shows at once and goes to the engine; what they do shows. */
static void
test_changes (Fixture *self, gconstpointer data)
{
  SottoChat *chat = sotto_conversation_presenter_open (self->conversations, "bob");
  SottoEvent event = { .type = SOTTO_EVENT_REACTED, .peer = { "bob" }, .text = "👍" };
  SottoBubble *bubble;

  sotto_conversation_presenter_send (self->conversations, chat, "one");
  bubble = sotto_chat_find_last_own (chat);
  g_free (sotto_fake_engine_take_log (self->engine));
  sotto_conversation_presenter_act (self->conversations, chat, bubble, "edit", "one");
  sotto_conversation_presenter_act (self->conversations, chat, bubble, "edit", "two");
  sotto_conversation_presenter_act (self->conversations, chat, bubble, "react", "❤️");
  sotto_conversation_presenter_act (self->conversations, chat, bubble, "react", "❤️");
  assert_log (self, "edit bob 1 two; react bob 1 ❤️; react bob 1 ");
  g_assert_cmpstr (sotto_bubble_get_text (bubble), ==, "two");
  g_assert_true (sotto_bubble_get_edited (bubble));
  event.target = sotto_fake_engine_id (1);
  sotto_fake_engine_emit (self->engine, &event);
  g_assert_cmpstr (sotto_bubble_get_reaction (bubble, false), ==, "👍");
  g_assert_cmpstr (sotto_bubble_get_reaction (bubble, true), ==, "");
  sotto_conversation_presenter_act (self->conversations, chat, bubble, "delete", NULL);
  assert_log (self, "unsay bob 1");
  g_assert_cmpstr (sotto_bubble_get_text (bubble), ==, "");
  g_assert_null (sotto_chat_find_last_own (chat));
}

static void
test_channel (Fixture *self, gconstpointer data)
{
  SottoEvent event = { .type = SOTTO_EVENT_CHANNEL, .peer = { "bob" } };
  static const struct
  {
    SottoPeerChannelState state;
    bool relayed;
    SottoPath path;
  } cases[] = {
    { SOTTO_PEER_CHANNEL_OPEN, false, SOTTO_PATH_DIRECT },
    { SOTTO_PEER_CHANNEL_OPEN, true, SOTTO_PATH_RELAYED },
    { SOTTO_PEER_CHANNEL_CLOSED, false, SOTTO_PATH_NONE },
    { SOTTO_PEER_CHANNEL_ALARM, false, SOTTO_PATH_ALARM },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      event.channel_state = cases[i].state;
      event.relayed = cases[i].relayed;
      sotto_fake_engine_emit (self->engine, &event);
      g_assert_cmpint (sotto_person_get_path (sotto_people_find (self->people, "bob")), ==,
                       cases[i].path);
    }
}

/* Told, and of the history: once, at its place. The person's last words stay theirs. */
static void
test_remark (Fixture *self, gconstpointer data)
{
  SottoEvent event = { .type = SOTTO_EVENT_REMARK,
                       .peer = { "bob" },
                       .has_id = true,
                       .remark = SOTTO_REMARK_KEY_CHANGED,
                       .text = "It changed.",
                       .sent_ms = 3 };
  SottoChat *chat = sotto_conversation_presenter_open (self->conversations, "bob");

  sotto_fake_engine_remember (self->engine, "bob", false, "before", 1);
  event.id = sotto_fake_engine_remember_remark (self->engine, "bob", SOTTO_REMARK_KEY_CHANGED, 3);
  sotto_fake_engine_emit (self->engine, &event);
  sotto_conversation_presenter_look_at (self->conversations, "bob");
  settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat)), ==, 2);
  g_autoptr (SottoBubble) bubble = g_list_model_get_item (G_LIST_MODEL (chat), 1);
  g_assert_cmpint (sotto_bubble_get_remark (bubble), ==, SOTTO_REMARK_KEY_CHANGED);
  g_assert_cmpstr (sotto_bubble_get_text (bubble), ==, "It changed.");
  g_assert_cmpuint (sotto_person_get_unread (sotto_chat_get_person (chat)), ==, 0);

  sotto_conversation_presenter_go_to_newest (self->conversations, chat);
  settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat)), ==, 2);
  g_autoptr (SottoBubble) again = g_list_model_get_item (G_LIST_MODEL (chat), 1);
  g_assert_cmpint (sotto_bubble_get_remark (again), ==, SOTTO_REMARK_KEY_CHANGED);
  g_assert_nonnull (strstr (sotto_bubble_get_text (again), "The key of bob changed"));
}

static void
tell_channel (Fixture *self, const char *peer, SottoPeerChannelState state, bool verified)
{
  SottoEvent event = { .type = SOTTO_EVENT_CHANNEL,
                       .channel_state = state,
                       .verified = verified,
                       .safety_number = "1 2" };

  g_strlcpy (event.peer.str, peer, sizeof event.peer.str);
  sotto_fake_engine_emit (self->engine, &event);
}

/* Who looks is shown what is measured at that moment, and nothing of a channel that is no more. */
static void
test_route (Fixture *self, gconstpointer data)
{
  SottoPerson *bob = sotto_people_ensure (self->people, "bob");
  SottoChannelInfo info = { .peer_address = "192.0.2.7:1", .rtt_us = 5, .key_age_us = 6 };

  sotto_security_presenter_look_into (self->security, "bob");
  g_assert_null (sotto_person_get_route (bob));
  assert_log (self, ""); /* of whom no key is known there is nothing to ask */
  info.known = info.open = true;
  sotto_fake_engine_set_channel_info (self->engine, &info);
  sotto_security_presenter_look_into (self->security, "bob");
  assert_log (self, "number bob");
  g_assert_cmpstr (sotto_person_get_route (bob)->theirs, ==, "192.0.2.7:1");
  g_assert_cmpint (sotto_person_get_route (bob)->rtt_us, ==, 5);
  g_assert_cmpint (sotto_person_get_route (bob)->key_age_us, ==, 6);
  tell_channel (self, "carol", SOTTO_PEER_CHANNEL_CLOSED, false);
  g_assert_nonnull (sotto_person_get_route (bob));
  tell_channel (self, "bob", SOTTO_PEER_CHANNEL_CLOSED, false);
  g_assert_null (sotto_person_get_route (bob));
}

static void
test_compare (Fixture *self, gconstpointer data)
{
  SottoChannelInfo info = { .known = true };
  g_autoptr (SottoComparison) first = NULL;
  g_autoptr (SottoComparison) now = NULL;

  sotto_fake_engine_set_channel_info (self->engine, &info);
  first = g_object_ref (sotto_security_presenter_compare (self->security, "bob"));
  now = g_object_ref (sotto_security_presenter_compare (self->security, "bob"));
  assert_log (self, "number bob; number bob");
  sotto_security_presenter_verify (self->security, first, "3 4"); /* an older dialog */
  assert_log (self, "");
  /* Nobody decided, so none of these is an answer. */
  tell_channel (self, "bob", SOTTO_PEER_CHANNEL_OPEN, true);
  emit (self, SOTTO_EVENT_ERROR, NULL, "mismatch");
  g_assert_cmpint (sotto_comparison_get_state (now), ==, SOTTO_COMPARISON_OPEN);

  sotto_security_presenter_verify (self->security, now, "3 4");
  sotto_security_presenter_verify (self->security, now, "3 4"); /* a double click */
  assert_log (self, "verify bob 3 4");
  emit_id (self, SOTTO_EVENT_ERROR, "bob", 1, "io"); /* of a message */
  tell_channel (self, "bob", SOTTO_PEER_CHANNEL_ALARM, false);
  tell_channel (self, "carol", SOTTO_PEER_CHANNEL_OPEN, true);
  g_assert_cmpint (sotto_comparison_get_state (now), ==, SOTTO_COMPARISON_RUNNING);
  emit (self, SOTTO_EVENT_ERROR, NULL, "mismatch");
  g_assert_cmpint (sotto_comparison_get_state (now), ==, SOTTO_COMPARISON_FAILED);
  g_assert_nonnull (strstr (sotto_comparison_get_error (now), "differ"));

  sotto_security_presenter_verify (self->security, now, "1 2");
  assert_log (self, "verify bob 1 2");
  tell_channel (self, "bob", SOTTO_PEER_CHANNEL_CLOSED, true);
  g_assert_cmpint (sotto_comparison_get_state (now), ==, SOTTO_COMPARISON_AGREED);
  g_assert_true (sotto_person_get_verified (sotto_people_find (self->people, "bob")));
}

/* Told once a login; a reconnect does not bring back what a person has read. */
static void
test_locked_history (Fixture *self, gconstpointer data)
{
  emit (self, SOTTO_EVENT_AUTHENTICATED, "alice", NULL);
  g_assert_cmpint (sotto_session_model_get_old_history (self->session), ==, SOTTO_OLD_HISTORY_NONE);
  sotto_session_presenter_log_out (self->session_presenter);
  sotto_fake_engine_set_locked_history (self->engine, true);
  emit (self, SOTTO_EVENT_AUTHENTICATED, "alice", NULL);
  g_assert_cmpint (sotto_session_model_get_old_history (self->session), ==,
                   SOTTO_OLD_HISTORY_LOCKED);
  sotto_session_model_set_old_history (self->session, SOTTO_OLD_HISTORY_LOCKED_KNOWN);
  emit (self, SOTTO_EVENT_AUTHENTICATED, "alice", NULL);
  g_assert_cmpint (sotto_session_model_get_old_history (self->session), ==,
                   SOTTO_OLD_HISTORY_LOCKED_KNOWN);
  emit (self, SOTTO_EVENT_ERROR, NULL, "password"); /* it happened once more */
  g_assert_cmpint (sotto_session_model_get_old_history (self->session), ==,
                   SOTTO_OLD_HISTORY_LOCKED_NOW);
  sotto_session_presenter_log_out (self->session_presenter);
  g_assert_cmpint (sotto_session_model_get_old_history (self->session), ==, SOTTO_OLD_HISTORY_NONE);
}

#define ADD(name, function) g_test_add ("/gui/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("login/submit", test_submit);
  ADD ("login/fields-are-checked", test_fields_are_checked);
  ADD ("login/refusals", test_refusals);
  ADD ("login/asked-to-wait", test_asked_to_wait);
  ADD ("login/last-login", test_last_login);
  ADD ("login/first-use", test_first_use);
  ADD ("people/last-seen", test_last_seen);
  ADD ("session/link", test_session);
  ADD ("session/errands", test_errands);
  ADD ("session/locked-history", test_locked_history);
  ADD ("conversation/states", test_message_states);
  ADD ("conversation/try-again", test_try_again);
  ADD ("conversation/unread", test_unread);
  ADD ("conversation/history", test_history);
  ADD ("conversation/changes", test_changes);
  ADD ("conversation/channel", test_channel);
  ADD ("conversation/remark", test_remark);
  ADD ("security/route", test_route);
  ADD ("security/compare", test_compare);
  return g_test_run ();
}
