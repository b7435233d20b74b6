// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/udp.h"

#include "server/registry.h"
#include "server/session.h"
#include "server/udp-socket.h"
#include "shared/base/secret.h"
#include "shared/wire/datagram.h"
#include <string.h>

#define BIND_PLAIN_LEN 63 /* SOTTO_UDP_QUESTION_MAX with what goes around it */

struct _SottoUdp
{
  const SottoServices *services;
  SottoPoller *poller;
  GPtrArray *sockets; /* one an address */
};

/* The session whose key opens it; a counter is used once, so nothing is gained by sending it again.
 */
static bool
read_bind (SottoSession *session, const uint8_t *datagram, gsize n, SottoBind *out)
{
  uint8_t plain[SOTTO_PLAIN_ROOM];
  SottoFernetKey key = { 0 };
  gsize n_plain;

  sotto_fernet_key_init (&key, &session->udp_c_to_s);
  bool opened = sotto_datagram_open (datagram, n, &key, plain, &n_plain)
                && sotto_bind_decode (plain, n_plain, out);
  sotto_fernet_key_clear (&key);
  return opened && (session->bound.family == 0 || out->counter > session->bind_counter);
}

static gsize
write_bound (const SottoSession *session, const SottoBind *bind, uint8_t *out)
{
  const SottoDatagramHeader header = { .kind = SOTTO_DATAGRAM_BOUND, .id = session->sid };
  SottoBound bound = { .observed = session->bound };
  uint8_t plain[SOTTO_PLAIN_MAX];
  SottoFernetKey key = { 0 };

  memcpy (bound.nonce, bind->nonce, sizeof bound.nonce);
  gsize n = sotto_bound_encode (&bound, plain);
  sotto_fernet_key_init (&key, &session->udp_s_to_c);
  gsize n_datagram = sotto_datagram_seal (&header, &key, plain, n, BIND_PLAIN_LEN, NULL, out);
  sotto_fernet_key_clear (&key);
  return n_datagram;
}

gsize
sotto_udp_answer (const SottoServices *services,
                  const SottoAddr *from,
                  const uint8_t *datagram,
                  gsize n,
                  uint8_t *out)
{
  SottoDatagramHeader header;
  SottoBind bind;

  if (n != sotto_datagram_len (BIND_PLAIN_LEN) || !sotto_datagram_header (datagram, n, &header)
      || header.kind != SOTTO_DATAGRAM_BIND)
    return 0;
  SottoSession *session = sotto_registry_find_sid (services->registry, header.id);
  if (session == NULL || !read_bind (session, datagram, n, &bind))
    return 0;
  session->bind_counter = bind.counter;
  session->bound = *from;
  return write_bound (session, &bind, out);
}

static gsize
on_question (const SottoAddr *from, const uint8_t *question, gsize n, uint8_t *out, gpointer data)
{
  SottoUdp *self = data;
  gsize n_out = sotto_udp_answer (self->services, from, question, n, out);

  self->services->counters->datagrams_dropped += n_out == 0;
  return n_out;
}

SottoUdp *
sotto_udp_new (const SottoServices *services, SottoPoller *poller)
{
  SottoUdp *self = g_new0 (SottoUdp, 1);

  self->services = services;
  self->poller = poller;
  self->sockets = g_ptr_array_new_with_free_func ((GDestroyNotify)sotto_udp_socket_free);
  return self;
}

void
sotto_udp_free (SottoUdp *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->sockets);
  g_free (self);
}

void
sotto_udp_unbind (SottoUdp *self)
{
  g_ptr_array_set_size (self->sockets, 0);
}

bool
sotto_udp_bind (SottoUdp *self, const SottoAddr *addr, SottoAddr *out_bound, GError **error)
{
  SottoUdpSocket *socket =
      sotto_udp_socket_new (self->poller, addr, out_bound, on_question, self, error);

  if (socket != NULL)
    g_ptr_array_add (self->sockets, socket);
  return socket != NULL;
}
