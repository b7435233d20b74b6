// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Grants that a server makes up: which of them make the engine send anything at all. A socket
 * stands in for the candidates and counts.
 */
#undef G_DISABLE_ASSERT
#include "shared/base/limits.h"
#include "shared/wire/datagram.h"
#include "tests/client/engine-fixture.h"
#include <string.h>

typedef struct
{
  GSocket *socket;
  SottoAddr addr;
} Candidate;

static void
candidate_init (Candidate *self)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);

  self->socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_assert_true (g_socket_bind (self->socket, any, TRUE, NULL));
  g_socket_set_blocking (self->socket, FALSE);
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (self->socket, NULL);
  g_assert_true (sotto_addr_from_gsocket (bound, &self->addr));
}

/* How many cids were heard of within half a second. */
static guint
count_cids (Candidate *self)
{
  g_autoptr (GHashTable) cids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  gint64 until = g_get_monotonic_time () + G_USEC_PER_SEC / 2;

  while (g_get_monotonic_time () < until)
    {
      uint8_t datagram[2048];
      SottoDatagramHeader header;
      gssize n;

      while ((n = g_socket_receive (self->socket, (char *)datagram, sizeof datagram, NULL, NULL))
             > 0)
        {
          g_assert_true (sotto_datagram_header (datagram, n, &header));
          g_hash_table_add (cids, g_memdup2 (&header.id, sizeof header.id));
        }
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  return g_hash_table_size (cids);
}

static SottoRecord
grant_of (const Candidate *candidate, const char *peer, uint64_t cid)
{
  SottoRecord record = { .type = SOTTO_RECORD_KEYGRANT };

  record.grant = (SottoGrant){ .role = SOTTO_ROLE_INITIATOR,
                               .cid = cid,
                               .identity = { { 9, 9, 9 } },
                               .kxy = { { 1 } },
                               .ttl_s = SOTTO_GRANT_TTL_S,
                               .n_candidates = 1,
                               .candidates = { candidate->addr } };
  g_strlcpy (record.grant.peer.str, peer, sizeof record.grant.peer.str);
  return record;
}

static void
test_ignored (EngineFixture *self, gconstpointer unused)
{
  Candidate candidate;

  candidate_init (&candidate);
  engine_fixture_log_in (self, "secret");
  SottoRecord of_oneself = grant_of (&candidate, "alice", 1);
  SottoRecord own_key = grant_of (&candidate, "dave", 2);
  own_key.grant.identity = self->server->login.identity;
  engine_fixture_say (self, &of_oneself);
  engine_fixture_say (self, &own_key);
  g_assert_cmpuint (count_cids (&candidate), ==, 0);

  /* One that is used, and again: the second changes nothing, under whatever name. */
  SottoRecord good = grant_of (&candidate, "bob", 3);
  SottoRecord again = grant_of (&candidate, "bob", 3);
  SottoRecord renamed = grant_of (&candidate, "dave", 3);
  engine_fixture_say (self, &good);
  engine_fixture_say (self, &again);
  engine_fixture_say (self, &renamed);
  g_assert_cmpuint (count_cids (&candidate), ==, 1);

  /* A later one replaces it, and the earlier falls silent. */
  SottoRecord later = grant_of (&candidate, "bob", 4);
  engine_fixture_say (self, &later);
  count_cids (&candidate);
  g_assert_cmpuint (count_cids (&candidate), ==, 1);
  g_object_unref (candidate.socket);
}

static void
test_rate (EngineFixture *self, gconstpointer unused)
{
  Candidate candidate;

  candidate_init (&candidate);
  engine_fixture_log_in (self, "secret");
  for (guint i = 1; i <= SOTTO_GRANTS_ACTED_BURST + 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("peer%u", i);
      SottoRecord grant = grant_of (&candidate, name, i);
      engine_fixture_say (self, &grant);
    }
  guint acted = count_cids (&candidate);
  g_assert_cmpuint (acted, >=, SOTTO_GRANTS_ACTED_BURST);
  g_assert_cmpuint (acted, <=, SOTTO_GRANTS_ACTED_BURST + 5); /* a busy machine earns a few */
  g_object_unref (candidate.socket);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ENGINE_TEST ("grants/ignored", NULL, test_ignored);
  ENGINE_TEST ("grants/rate", NULL, test_rate);
  return g_test_run ();
}
