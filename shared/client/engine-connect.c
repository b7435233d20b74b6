// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The socket under the session: connecting, writing what the session has to say, letting go. A link
 * that is dropped inside its own callback is closed at once and freed at the end of the turn.
 */
#include "shared/client/engine-private.h"

#include "shared/client/pins.h"

#define CONNECT_TIMEOUT_S 10

typedef struct
{
  SottoLink *link;
  GSocketConnection *connection; /* closes its socket when it goes: after the link */
} Closing;

void
sotto_engine_closing_free (gpointer data)
{
  Closing *closing = data;

  sotto_link_free (closing->link);
  g_clear_object (&closing->connection);
  g_free (closing);
}

/* Returns the bytes that the kernel did not take. */
static gsize
write_output (SottoEngine *self)
{
  if (self->session == NULL || self->link == NULL)
    return 0;
  GByteArray *out = sotto_session_get_output (self->session);
  if (out->len > 0)
    {
      sotto_link_queue (self->link, out->data, out->len);
      g_byte_array_set_size (out, 0);
      sotto_link_flush (self->link);
    }
  return sotto_link_waiting (self->link);
}

/* May run inside a callback of the link: that is closed at once and freed at the end of the turn.
 */
void
sotto_engine_drop_connection (SottoEngine *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->link != NULL)
    {
      Closing *closing = g_new0 (Closing, 1);
      write_output (self);
      sotto_link_close (self->link);
      closing->link = g_steal_pointer (&self->link);
      closing->connection = g_steal_pointer (&self->connection);
      g_ptr_array_add (self->closing, closing);
      sotto_engine_wake (self);
    }
  g_clear_pointer (&self->session, sotto_session_free);
  if (self->roster_known)
    sotto_engine_see_all (self);
  self->list_wanted |= self->listing && self->listing_is_asked;
  self->roster_known = self->listing = false;
  sotto_engine_set_relay (self, NULL, false);
}

static void
on_link_frame (SottoLink *link, const SottoFrame *frame, gpointer data)
{
  SottoEngine *self = data;
  SottoSessionEvent event;

  if (link != self->link)
    return;
  sotto_session_frame (self->session, frame, sotto_engine_now (self), &event);
  sotto_engine_on_session_event (self, &event);
}

static void
on_link_broken (SottoLink *link, SottoCode code, gpointer data)
{
  SottoEngine *self = data;

  if (link == self->link)
    sotto_engine_lost (self, sotto_code_to_name (code), 0);
}

static void
on_link_closed (SottoLink *link, const GError *error, gpointer data)
{
  SottoEngine *self = data;

  if (link == self->link)
    sotto_engine_lost (self, SOTTO_CODE_UNREACHABLE, 0);
}

static const SottoLinkHandler link_handler = {
  .frame = on_link_frame,
  .broken = on_link_broken,
  .closed = on_link_closed,
};

void
sotto_engine_flush_session (SottoEngine *self)
{
  /* The server does not read: as with a slow client on its side, that is the end. */
  if (write_output (self) > SOTTO_SESSION_QUEUE_MAX)
    sotto_engine_lost (self, sotto_code_to_name (SOTTO_SLOW), 0);
}

/* NULL: not pinned yet, or nothing that can be read; that is judged when the server has spoken. */
static SottoPublicKey *
dup_pinned_key (SottoEngine *self)
{
  g_autofree char *path = g_build_filename (self->profile_path, SOTTO_PINS_FILE, NULL);
  g_autofree char *server = sotto_server_to_string (self->server.host, self->server.port);
  g_autoptr (SottoPins) pins = sotto_pins_load (path, NULL);

  return pins == NULL ? NULL : sotto_pins_dup_key (pins, server);
}

static SottoSession *
make_session (SottoEngine *self)
{
  SottoLogin *login = &self->login;
  g_autoptr (SottoPublicKey) pinned = dup_pinned_key (self);
  SottoPublicKey *known = login->server_key != NULL ? login->server_key : self->server.certified;
  SottoSessionConfig config = {
    .name = login->name,
    .server_key = known != NULL ? known : pinned,
    .has_fingerprint = login->has_server || self->server.has_fingerprint,
    .fingerprint = login->has_server ? login->fingerprint : self->server.fingerprint,
    .realm = login->realm != NULL ? login->realm : self->server.realm,
    .random = self->random,
  };

  return sotto_session_new (&config, sotto_engine_now (self));
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SottoEngine *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and self may be gone */
  if (connection != NULL)
    {
      GSocket *socket = g_socket_connection_get_socket (connection);
      g_socket_set_timeout (socket, 0);
      self->link = sotto_link_new (self->poller, socket, SOTTO_FRAME_FROM_SERVER_MAX, &link_handler,
                                   self, &error);
    }
  if (self->link == NULL)
    {
      sotto_engine_lost (self, SOTTO_CODE_UNREACHABLE, 0);
      return;
    }
  self->connection = g_steal_pointer (&connection);
  self->session = make_session (self);
  sotto_engine_wake (self);
}

void
sotto_engine_connect (SottoEngine *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) address =
      g_network_address_new (self->server.host, self->server.port);

  sotto_engine_drop_connection (self);
  sotto_engine_set_state (self, SOTTO_ENGINE_CONNECTING, "asked to");
  self->cancellable = g_cancellable_new ();
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, CONNECT_TIMEOUT_S);
  g_socket_client_connect_async (client, address, self->cancellable, connected_cb, self);
}

void
sotto_engine_check_connection (SottoEngine *self)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  if (self->state == SOTTO_ENGINE_WAITING)
    sotto_engine_retry_now (self);
  else if (self->state == SOTTO_ENGINE_READY && self->session != NULL)
    sotto_session_probe (self->session, sotto_engine_now (self));
  sotto_engine_wake (self);
}
