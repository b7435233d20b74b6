// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "tests/client/engine-fixture.h"

#include <string.h>

/* --- The server's side --- */

SottoLink *
engine_fixture_newest_link (EngineFixture *self)
{
  return self->links->len == 0 ? NULL : g_ptr_array_index (self->links, self->links->len - 1);
}

static void
send_bytes (SottoLink *link, GByteArray *bytes)
{
  sotto_link_queue (link, bytes->data, bytes->len);
  sotto_link_flush (link);
}

void
engine_fixture_say (EngineFixture *self, const SottoRecord *record)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  script_server_say (self->server, record, bytes);
  send_bytes (engine_fixture_newest_link (self), bytes);
}

void
engine_fixture_hang_up (EngineFixture *self)
{
  sotto_link_close (engine_fixture_newest_link (self));
}

static void
answer_passwd (EngineFixture *self, const SottoRecord *asked)
{
  SottoRecord ok = { .type = SOTTO_RECORD_OK, .ok = { asked->passwd.req } };
  SottoRecord err = { .type = SOTTO_RECORD_ERR, .err = { asked->passwd.req, SOTTO_AUTH, 0 } };

  if (self->passwd == PASSWD_OK || self->passwd == PASSWD_HANG_UP_DONE)
    {
      self->server->h = asked->passwd.h_new;
      self->server->has_h = true;
      self->server->refuse_tickets = true;
    }
  switch (self->passwd)
    {
    case PASSWD_OK:
      engine_fixture_say (self, &ok);
      break;
    case PASSWD_REFUSE:
      engine_fixture_say (self, &err);
      break;
    case PASSWD_HANG_UP_UNDONE:
    case PASSWD_HANG_UP_DONE:
      engine_fixture_hang_up (self);
      break;
    }
}

static void
answer_list (EngineFixture *self)
{
  SottoRecord users = { .type = SOTTO_RECORD_USERS,
                        .users = { .more = self->endless_list,
                                   .n = self->endless_list  ? 0
                                        : self->nobody_else ? 1
                                                            : 2,
                                   .names = { { "alice" }, { "bob" } } } };

  engine_fixture_say (self, &users);
}

static void
answer_keyreq (EngineFixture *self, const SottoRecord *asked)
{
  SottoRecord err = { .type = SOTTO_RECORD_ERR, .err = { asked->keyreq.req, SOTTO_OFFLINE, 0 } };

  engine_fixture_say (self, &err);
}

static void
on_frame (SottoLink *link, const SottoFrame *frame, gpointer data)
{
  EngineFixture *self = data;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint records = self->server->n_records;

  if (link != engine_fixture_newest_link (self)
      || (frame->type == SOTTO_FRAME_SEALED && !self->server->ready))
    return; /* a BYE that was still under way */
  script_server_take (self->server, frame, out);
  send_bytes (link, out);
  if (self->server->n_records == records)
    return;
  SottoRecord record = self->server->record;
  if (record.type == SOTTO_RECORD_PASSWD)
    answer_passwd (self, &record);
  else if (record.type == SOTTO_RECORD_LIST)
    answer_list (self);
  else if (record.type == SOTTO_RECORD_KEYREQ)
    answer_keyreq (self, &record);
}

static void
on_broken (SottoLink *link, SottoCode code, gpointer data)
{
  g_assert_not_reached ();
}

static void
on_closed (SottoLink *link, const GError *error, gpointer data)
{
}

static const SottoLinkHandler handler = { on_frame, on_broken, on_closed };

static gboolean
on_accept (GSocket *listener, GIOCondition condition, gpointer data)
{
  EngineFixture *self = data;
  g_autoptr (GSocket) socket = g_socket_accept (listener, NULL, NULL);
  g_autoptr (GByteArray) hello = g_byte_array_new ();

  g_assert_nonnull (socket);
  if (self->deaf)
    {
      g_socket_close (socket, NULL);
      return G_SOURCE_CONTINUE;
    }
  SottoLink *link =
      sotto_link_new (self->poller, socket, SOTTO_FRAME_READY_MAX, &handler, self, NULL);
  g_assert_nonnull (link);
  g_ptr_array_add (self->links, link);
  script_server_greet (self->server, hello);
  send_bytes (link, hello);
  return G_SOURCE_CONTINUE;
}

static void
listen_somewhere (EngineFixture *self)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GError) error = NULL;

  self->listener =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_bind (self->listener, any, TRUE, &error));
  g_assert_true (g_socket_listen (self->listener, &error));
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (self->listener, &error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->accepting = g_socket_create_source (self->listener, G_IO_IN, NULL);
  g_source_set_callback (self->accepting, G_SOURCE_FUNC (on_accept), self, NULL);
  g_source_attach (self->accepting, NULL);
}

/* --- The person's side --- */

static void
on_event (SottoEngine *engine, const SottoEvent *event, EngineFixture *self)
{
  g_ptr_array_add (self->events, sotto_event_copy (event));
  if (self->log_out_in_handler)
    sotto_engine_log_out (engine);
}

void
engine_fixture_set_server (EngineFixture *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sotto_engine_set_server (self->engine, "127.0.0.1", self->port, NULL, &error));
  g_assert_no_error (error);
}

void
engine_fixture_start (EngineFixture *self, SottoTrustPolicy trust)
{
  self->engine = sotto_engine_new ("default", self->folder, trust);
  g_signal_connect (self->engine, "event", G_CALLBACK (on_event), self);
  engine_fixture_set_server (self);
}

void
engine_fixture_stop (EngineFixture *self)
{
  SottoEngine *engine = g_steal_pointer (&self->engine);

  if (engine == NULL)
    return;
  g_signal_handlers_disconnect_by_data (engine, self);
  sotto_engine_log_out (engine);
  g_assert_finalize_object (engine);
}

void
engine_fixture_restart (EngineFixture *self)
{
  engine_fixture_stop (self);
  engine_fixture_start (self, SOTTO_TRUST_PIN);
}

/* The next event must be this one. */
const SottoEvent *
engine_fixture_expect (EngineFixture *self, SottoEventType type, const char *code)
{
  gint64 start = g_get_monotonic_time ();

  while (self->events->len == self->seen)
    {
      g_assert_cmpint (g_get_monotonic_time () - start, <, PATIENCE);
      g_main_context_iteration (NULL, TRUE);
    }
  const SottoEvent *event = g_ptr_array_index (self->events, self->seen++);
  if (event->type != type || g_strcmp0 (event->code, code) != 0)
    g_error ("event %u is %d %s (%s), not %d %s", self->seen, event->type, event->code, event->text,
             type, code);
  return event;
}

void
engine_fixture_expect_quiet (EngineFixture *self, guint ms)
{
  gint64 until = g_get_monotonic_time () + ms * 1000;

  while (g_get_monotonic_time () < until)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_cmpuint (self->events->len, ==, self->seen);
}

void
engine_fixture_log_in (EngineFixture *self, const char *password)
{
  sotto_engine_auth (self->engine, "Alice", password);
  engine_fixture_expect (self, SOTTO_EVENT_CONNECTED, NULL);
  engine_fixture_expect (self, SOTTO_EVENT_AUTHENTICATED, NULL);
}

/* So that a wait for what does not come ends. */
static gboolean
on_heartbeat (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

void
engine_fixture_set_up (EngineFixture *self, gconstpointer unused)
{
  self->folder = test_scratch_new ();
  self->poller = sotto_poller_new (G_PRIORITY_DEFAULT, NULL);
  self->links = g_ptr_array_new_with_free_func ((GDestroyNotify)sotto_link_free);
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify)sotto_event_free);
  self->server = script_server_new ("rsa-2048", "lab");
  listen_somewhere (self);
  self->heartbeat = g_timeout_add (100, on_heartbeat, NULL);
  engine_fixture_start (self, SOTTO_TRUST_PIN);
}

void
engine_fixture_tear_down (EngineFixture *self, gconstpointer unused)
{
  engine_fixture_stop (self);
  g_source_remove (self->heartbeat);
  g_source_destroy (self->accepting);
  g_source_unref (self->accepting);
  g_object_unref (self->listener);
  g_ptr_array_unref (self->links);
  sotto_poller_free (self->poller);
  script_server_free (self->server);
  g_ptr_array_unref (self->events);
  test_scratch_remove (self->folder);
}
