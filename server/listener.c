// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/listener.h"

#include "server/wheel.h"
#include "shared/base/clock.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/net/link.h"
#include "shared/net/sockaddr.h"
#include "shared/wire/result.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define LISTENER_BACKLOG 4096
/* Of one turn: a storm must not keep those who are here waiting. */
#define LISTENER_ACCEPT_MAX 64
/* When even the reserve is of no use. */
#define LISTENER_REST (100 * SOTTO_US_PER_MS)

typedef struct
{
  SottoPollerWatch watch; /* first */
  SottoListener *listener;
  GSocket *socket;
} Bound;

struct _SottoListener
{
  SottoTimer rest; /* first */
  SottoPoller *poller;
  SottoWheel *wheel;
  const SottoClock *clock;
  SottoListenerFunc accepted;
  gpointer data;
  int reserve_fd;
  GPtrArray *bound;
};

static int
open_reserve (void)
{
  return open ("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
bound_free (gpointer p)
{
  Bound *self = p;

  sotto_poller_remove (self->listener->poller, &self->watch);
  g_socket_close (self->socket, NULL);
  g_object_unref (self->socket);
  g_free (self);
}

SottoListener *
sotto_listener_new (SottoPoller *poller,
                    SottoWheel *wheel,
                    const SottoClock *clock,
                    SottoListenerFunc accepted,
                    gpointer data)
{
  SottoListener *self = g_new0 (SottoListener, 1);

  self->poller = poller;
  self->wheel = wheel;
  self->clock = clock;
  self->accepted = accepted;
  self->data = data;
  self->reserve_fd = open_reserve ();
  self->bound = g_ptr_array_new_with_free_func (bound_free);
  return self;
}

void
sotto_listener_free (SottoListener *self)
{
  if (self == NULL)
    return;
  sotto_wheel_cancel (self->wheel, &self->rest);
  g_ptr_array_unref (self->bound);
  if (self->reserve_fd >= 0)
    close (self->reserve_fd);
  g_free (self);
}

void
sotto_listener_unbind (SottoListener *self)
{
  g_ptr_array_set_size (self->bound, 0);
}

/* ---- Names ---- */

static void
add_address (GArray *addresses, GInetAddress *address)
{
  g_autoptr (GSocketAddress) socket_address = g_inet_socket_address_new (address, 0);
  SottoAddr addr;

  if (!sotto_addr_from_gsocket (socket_address, &addr))
    return;
  for (guint i = 0; i < addresses->len; i++)
    if (sotto_addr_same_ip (&g_array_index (addresses, SottoAddr, i), &addr))
      return;
  g_array_append_val (addresses, addr);
}

GArray *
sotto_listener_resolve (const char *host, GError **error)
{
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (SottoAddr));
  g_autoptr (GInetAddress) numeric = g_inet_address_new_from_string (host);

  if (numeric != NULL)
    {
      add_address (addresses, numeric);
      if (g_inet_address_get_is_any (numeric)
          && g_inet_address_get_family (numeric) == G_SOCKET_FAMILY_IPV6)
        {
          g_autoptr (GInetAddress) any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV4);

          add_address (addresses, any);
        }
      return g_steal_pointer (&addresses);
    }

  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GList *found = g_resolver_lookup_by_name (resolver, host, NULL, error);
  if (found == NULL)
    return NULL;
  for (GList *at = found; at != NULL; at = at->next)
    add_address (addresses, at->data);
  g_resolver_free_addresses (found);
  return g_steal_pointer (&addresses);
}

/* ---- Accepting ---- */

static void
on_rested (SottoTimer *timer, gint64 now)
{
  SottoListener *self = (SottoListener *)timer;

  if (self->reserve_fd < 0)
    self->reserve_fd = open_reserve ();
  for (guint i = 0; i < self->bound->len; i++)
    sotto_poller_modify (self->poller, &((Bound *)g_ptr_array_index (self->bound, i))->watch,
                         EPOLLIN);
}

static void
listener_rest (SottoListener *self)
{
  for (guint i = 0; i < self->bound->len; i++)
    sotto_poller_modify (self->poller, &((Bound *)g_ptr_array_index (self->bound, i))->watch, 0);
  sotto_wheel_set (self->wheel, &self->rest, on_rested,
                   sotto_clock_now (self->clock) + LISTENER_REST);
}

/* Takes one connection on the reserve's number, tells it FAIL(BUSY) and lets it go. */
static bool
listener_refuse_one (SottoListener *self, int listen_fd)
{
  if (self->reserve_fd < 0)
    return false;
  close (self->reserve_fd);

  int fd = accept4 (listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd >= 0)
    {
      g_autoptr (GByteArray) last_words = g_byte_array_new ();

      sotto_fail_append (last_words, SOTTO_BUSY, SOTTO_FULL_RETRY_S);
      if (send (fd, last_words->data, last_words->len, MSG_NOSIGNAL) > 0)
        shutdown (fd, SHUT_WR);
      close (fd);
    }
  self->reserve_fd = open_reserve ();
  return fd >= 0;
}

static bool
is_exhausted (int reason)
{
  return reason == EMFILE || reason == ENFILE || reason == ENOBUFS || reason == ENOMEM;
}

/* A connection that died in the queue is nobody's trouble (accept(2) has these). */
static bool
is_passing (int reason)
{
  static const int passing[] = { ECONNABORTED, EINTR,        EPROTO,      ENETDOWN,   ENETUNREACH,
                                 EHOSTDOWN,    EHOSTUNREACH, ENOPROTOOPT, EOPNOTSUPP, ENONET };

  for (gsize i = 0; i < G_N_ELEMENTS (passing); i++)
    if (reason == passing[i])
      return true;
  return false;
}

static void
listener_hand_on (SottoListener *self, int fd, const SottoSockaddr *from)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, NULL);
  SottoAddr remote;

  if (socket == NULL)
    close (fd);
  else if (sotto_sockaddr_to_addr (from, &remote))
    self->accepted (socket, &remote, self->data);
}

/* false: nothing more to take now. */
static bool
listener_accept_one (SottoListener *self, Bound *bound)
{
  int listen_fd = g_socket_get_fd (bound->socket);
  SottoSockaddr from;
  socklen_t n_from = sizeof from;
  int fd = accept4 (listen_fd, &from.any, &n_from, SOCK_CLOEXEC | SOCK_NONBLOCK);

  if (fd >= 0)
    {
      listener_hand_on (self, fd, &from);
      return true;
    }
  int reason = errno;
  if (reason == EAGAIN)
    return false;
  if (is_passing (reason) || (is_exhausted (reason) && listener_refuse_one (self, listen_fd)))
    return true;
  listener_rest (self); /* anything else would come again at once */
  return false;
}

static void
on_ready (SottoPollerWatch *watch, uint32_t events)
{
  Bound *bound = (Bound *)watch;

  for (guint i = 0; i < LISTENER_ACCEPT_MAX; i++)
    if (!listener_accept_one (bound->listener, bound))
      break;
}

/* ---- Binding ---- */

static GSocket *
listen_on (const SottoAddr *addr, GError **error)
{
  bool v6 = addr->family == 6;
  g_autoptr (GSocket) socket = g_socket_new (v6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4,
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  g_autoptr (GSocketAddress) address = sotto_addr_to_gsocket (addr);

  if (socket == NULL)
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, LISTENER_BACKLOG);
  /* Each family has its own socket, also for the wildcard. */
  if (v6 && !g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, error))
    return NULL;
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

bool
sotto_listener_bind (SottoListener *self,
                     const SottoAddr *addr,
                     SottoAddr *out_bound,
                     GError **error)
{
  g_autoptr (GSocket) socket = listen_on (addr, error);

  if (socket == NULL)
    return false;
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, error);
  if (local == NULL)
    return false;
  Bound *bound = g_new0 (Bound, 1);
  bound->listener = self;
  bound->socket = g_object_ref (socket);
  bound->watch.fd = -1;
  g_ptr_array_add (self->bound, bound);
  if (!sotto_poller_add (self->poller, &bound->watch, g_socket_get_fd (socket), EPOLLIN, on_ready,
                         error))
    return false;
  return sotto_addr_from_gsocket (local, out_bound);
}
