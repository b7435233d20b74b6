// SPDX-License-Identifier: GPL-3.0-or-later
/* Trains: what was put comes out one by one, in order, whatever the kernel makes of it. */
#undef G_DISABLE_ASSERT
#include "shared/net/port-private.h"
#include "tests/net/port-end.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

/* A kernel of our own: what it refuses, and how often it was asked. */
static struct
{
  int refusal;       /* of trains; 0 = the real one is asked */
  guint n_blocked;   /* calls that are told EAGAIN */
  guint n_trains;    /* asked for, taken or not */
  guint n_datagrams; /* sent singly */
  gsize n;           /* what it says has come: bytes, */
  int wagon;         /* the size of each; 0 = no word about that */
  int flags;
  guint n_calls;
} fake;

static ssize_t
fake_sendmsg (int fd, const struct msghdr *message, int flags)
{
  bool train = message->msg_controllen > 0;

  if (fake.n_blocked > 0)
    {
      fake.n_blocked--;
      errno = EAGAIN;
      return -1;
    }
  fake.n_trains += train;
  fake.n_datagrams += !train;
  if (train && fake.refusal != 0)
    {
      errno = fake.refusal;
      return -1;
    }
  return sendmsg (fd, message, flags);
}

/* One arrival that is all made up; what really waits is thrown away. */
static int
fake_recvmmsg (int fd,
               struct mmsghdr *messages,
               unsigned int n,
               int flags,
               struct timespec *timeout)
{
  struct msghdr *header = &messages[0].msg_hdr;
  SottoAddr from = { .family = 4, .ip = { 127, 0, 0, 1 }, .port = 7 };
  struct cmsghdr *control = CMSG_FIRSTHDR (header);
  uint8_t byte;

  if (recv (fd, &byte, 1, MSG_DONTWAIT) < 0)
    return -1;
  g_assert_cmpuint (fake.n, <=, header->msg_iov->iov_len);
  memset (header->msg_iov->iov_base, 0x5a, fake.n);
  header->msg_namelen = sotto_sockaddr_from_addr (&from, header->msg_name);
  header->msg_flags = fake.flags;
  messages[0].msg_len = (unsigned int)fake.n;
  if (fake.wagon == 0)
    header->msg_controllen = 0;
  else
    {
      control->cmsg_level = IPPROTO_UDP;
      control->cmsg_type = UDP_GRO;
      control->cmsg_len = CMSG_LEN (sizeof (int));
      memcpy (CMSG_DATA (control), &fake.wagon, sizeof (int));
    }
  return 1;
}

static void
put (End *from, const End *to, gsize n, uint8_t first)
{
  uint8_t *room = sotto_port_reserve (from->port);

  g_assert_nonnull (room);
  memset (room, first, n);
  sotto_port_put (from->port, &to->addr, n);
}

static void
assert_log (const End *end, guint i, gsize n, uint8_t first)
{
  g_assert_cmpuint (end->log[i].n, ==, n);
  g_assert_cmpuint (end->log[i].first, ==, first);
}

/* More than two trains of full size. */
static void
test_order (gconstpointer ip)
{
  enum
  {
    N = 2 * SOTTO_PORT_TRAIN_MAX + 7
  };
  End a, b;

  end_open (&a, ip);
  end_open (&b, ip);
  for (guint i = 0; i < N; i++)
    put (&a, &b, SOTTO_DATAGRAM_MAX, (uint8_t)i);
  sotto_port_flush (a.port);
  end_turn_until (&b, N);
  g_assert_cmpuint (b.received, ==, N);
  for (guint i = 0; i < N; i++)
    assert_log (&b, i, SOTTO_DATAGRAM_MAX, (uint8_t)i);
  g_assert_true (sotto_addr_equal (&b.from, &a.addr));
  end_close (&a);
  end_close (&b);
}

static const gsize mixed[] = { 1221, 1221, 133, 133, 133,  1221, 325, 325, 581,  1221,
                               133,  325,  581, 133, 1221, 1221, 581, 581, 1221, 133 };

static void
put_mixed (End *from, const End *to)
{
  for (guint i = 0; i < G_N_ELEMENTS (mixed); i++)
    put (from, to, mixed[i], (uint8_t)i);
  sotto_port_flush (from->port);
}

static void
assert_mixed (End *end)
{
  end_turn_until (end, G_N_ELEMENTS (mixed));
  g_assert_cmpuint (end->received, ==, G_N_ELEMENTS (mixed));
  for (guint i = 0; i < G_N_ELEMENTS (mixed); i++)
    assert_log (end, i, mixed[i], (uint8_t)i);
}

static void
test_mixed_sizes (void)
{
  End a, b;

  end_open (&a, "127.0.0.1");
  end_open (&b, "127.0.0.1");
  put_mixed (&a, &b);
  assert_mixed (&b);
  end_close (&a);
  end_close (&b);
}

/* A train is of one address. What is reserved and not put leaves no trace. */
static void
test_two_addresses (void)
{
  End a, b, c;

  end_open (&a, "127.0.0.1");
  end_open (&b, "127.0.0.1");
  end_open (&c, "127.0.0.1");
  for (guint i = 0; i < 30; i++)
    {
      put (&a, i % 3 == 0 ? &c : &b, 325, (uint8_t)i);
      memset (sotto_port_reserve (a.port), 0xff, SOTTO_DATAGRAM_MAX);
    }
  sotto_port_flush (a.port);
  end_turn_until (&b, 20);
  end_turn_until (&c, 10);
  g_assert_cmpuint (b.received, ==, 20);
  g_assert_cmpuint (c.received, ==, 10);
  for (guint i = 0; i < 10; i++)
    assert_log (&c, i, 325, (uint8_t)(3 * i));
  end_close (&a);
  end_close (&b);
  end_close (&c);
}

/* The kernel, or the way, knows no trains: nobody notices, and it is not asked each time. */
static void
test_refused_trains (gconstpointer error)
{
  const SottoPortKernel kernel = { fake_sendmsg, recvmmsg };
  End a, b;

  memset (&fake, 0, sizeof fake);
  fake.refusal = GPOINTER_TO_INT (error);
  end_open (&a, "127.0.0.1");
  end_open (&b, "127.0.0.1");
  sotto_port_set_kernel (a.port, &kernel);
  put_mixed (&a, &b);
  assert_mixed (&b);
  g_assert_cmpuint (fake.n_trains, ==, 1);
  g_assert_cmpuint (fake.n_datagrams, ==, G_N_ELEMENTS (mixed));
  end_close (&a);
  end_close (&b);
}

/* Full buffers in the kernel: the train waits, and nothing more is made meanwhile. */
static void
test_blocked (gconstpointer refusal)
{
  const SottoPortKernel kernel = { fake_sendmsg, recvmmsg };
  End a, b;

  memset (&fake, 0, sizeof fake);
  fake.refusal = GPOINTER_TO_INT (refusal);
  end_open (&a, "127.0.0.1");
  end_open (&b, "127.0.0.1");
  sotto_port_set_kernel (a.port, &kernel);
  for (uint8_t i = 0; i < 5; i++)
    put (&a, &b, 581, i);
  fake.n_blocked = 1;
  sotto_port_flush (a.port);
  g_assert_true (sotto_port_is_blocked (a.port));
  g_assert_null (sotto_port_reserve (a.port));
  end_turn_until (&b, 5);
  g_assert_cmpuint (b.received, ==, 5);
  for (uint8_t i = 0; i < 5; i++)
    assert_log (&b, i, 581, i);
  g_assert_false (sotto_port_is_blocked (a.port));
  put (&a, &b, 133, 9);
  sotto_port_flush (a.port);
  end_turn_until (&b, 6);
  assert_log (&b, 5, 133, 9);
  end_close (&a);
  end_close (&b);
}

static const struct
{
  gsize n;
  int wagon, flags;
  guint received;
  gsize last;
} arrivals[] = {
  { 399, 133, 0, 3, 133 },
  { 400, 133, 0, 4, 1 },                /* the last one is shorter */
  { 399, 133, MSG_TRUNC, 2, 133 },      /* the last one may have been longer */
  { 400, 133, MSG_TRUNC, 3, 133 },      /* it certainly was */
  { 65536, 1221, MSG_TRUNC, 53, 1221 }, /* more than there is room for */
  { 64713, 1221, 0, 53, 1221 },         /* the longest of ours */
  { 100, 133, 0, 1, 100 },              /* a wagon larger than all that came */
  { 3000, 1500, 0, 0, 0 },              /* larger than any of ours */
  { 1222, 0, 0, 0, 0 },                 /* no train, and too large */
  { 1221, 0, 0, 1, 1221 },              /* no train */
  { 1221, 0, MSG_TRUNC, 0, 0 },         /* cut off */
  { 1221, -1, 0, 1, 1221 },             /* nonsense */
  { 0, 0, 0, 0, 0 },                    /* empty */
};

static void
test_arrivals (void)
{
  const SottoPortKernel kernel = { sendmsg, fake_recvmmsg };

  for (guint i = 0; i < G_N_ELEMENTS (arrivals); i++)
    {
      End a, b;

      memset (&fake, 0, sizeof fake);
      fake.n = arrivals[i].n;
      fake.wagon = arrivals[i].wagon;
      fake.flags = arrivals[i].flags;
      end_open (&a, "127.0.0.1");
      end_open (&b, "127.0.0.1");
      sotto_port_set_kernel (b.port, &kernel);
      g_assert_true (sotto_port_send (a.port, &b.addr, (const uint8_t *)"x", 1));
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (b.received, ==, arrivals[i].received);
      g_assert_cmpuint (b.last_n, ==, arrivals[i].last);
      end_close (&a);
      end_close (&b);
    }
}

/* As much as there is room for, and no end of it. */
static int
flooding_recvmmsg (int fd,
                   struct mmsghdr *messages,
                   unsigned int n,
                   int flags,
                   struct timespec *timeout)
{
  SottoAddr from = { .family = 4, .ip = { 127, 0, 0, 1 }, .port = 7 };

  fake.n_calls++;
  for (unsigned int i = 0; i < n; i++)
    {
      struct msghdr *header = &messages[i].msg_hdr;
      struct cmsghdr *control = CMSG_FIRSTHDR (header);

      memset (header->msg_iov->iov_base, 0x5a, fake.n);
      header->msg_namelen = sotto_sockaddr_from_addr (&from, header->msg_name);
      messages[i].msg_len = (unsigned int)fake.n;
      control->cmsg_level = IPPROTO_UDP;
      control->cmsg_type = UDP_GRO;
      control->cmsg_len = CMSG_LEN (sizeof (int));
      memcpy (CMSG_DATA (control), &fake.wagon, sizeof (int));
    }
  return (int)n;
}

/* However fast they come, a turn ends and the window has its own: so many bytes, or so many calls
 * when they are small. */
static void
test_turns_end (void)
{
  const SottoPortKernel kernel = { sendmsg, flooding_recvmmsg };
  const int sizes[] = { SOTTO_DATAGRAM_MAX, 133 };
  const guint batch_max = SOTTO_PORT_BATCH * SOTTO_PORT_TRAIN_MAX * SOTTO_DATAGRAM_MAX;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint in_train = 1; in_train <= SOTTO_PORT_TRAIN_MAX; in_train += SOTTO_PORT_TRAIN_MAX - 1)
      {
        End a, b;

        memset (&fake, 0, sizeof fake);
        fake.wagon = sizes[i];
        fake.n = in_train * (gsize)sizes[i];
        end_open (&a, "127.0.0.1");
        end_open (&b, "127.0.0.1");
        sotto_port_set_kernel (b.port, &kernel);
        g_assert_true (sotto_port_send (a.port, &b.addr, (const uint8_t *)"x", 1));
        for (guint turns = 1; turns <= 3; turns++)
          {
            guint before = b.received;

            fake.n_calls = 0;
            g_main_context_iteration (NULL, TRUE);
            g_assert_cmpuint (b.received, >, before);
            g_assert_cmpuint (fake.n_calls, <=, SOTTO_PORT_TURN_BATCHES);
            g_assert_cmpuint ((b.received - before) * (guint)sizes[i], <,
                              SOTTO_PORT_TURN_BYTES + batch_max);
          }
        end_close (&a);
        end_close (&b);
      }
}

/* In the middle of a train; and what was put before a port is freed still leaves. */
static void
test_free (void)
{
  End a, b, c;

  end_open (&a, "127.0.0.1");
  end_open (&b, "127.0.0.1");
  end_open (&c, "127.0.0.1");
  b.free_in_call = true;
  for (uint8_t i = 0; i < 5; i++)
    put (&a, &b, 581, i);
  sotto_port_flush (a.port);
  end_turn_until (&b, 1);
  g_main_context_iteration (NULL, FALSE);
  g_assert_null (b.port);
  g_assert_cmpuint (b.received, ==, 1);
  put (&a, &c, 133, 1);
  end_close (&a);
  end_turn_until (&c, 1);
  g_assert_cmpuint (c.received, ==, 1);
  end_close (&b);
  end_close (&c);
}

int
main (int argc, char **argv)
{
  static const int refusals[] = { EIO, EINVAL, ENOPROTOOPT, EOPNOTSUPP, EMSGSIZE };

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/port/trains/order/4", "127.0.0.1", test_order);
  if (end_has_ipv6 ())
    g_test_add_data_func ("/port/trains/order/6", "::1", test_order);
  g_test_add_func ("/port/trains/mixed-sizes", test_mixed_sizes);
  g_test_add_func ("/port/trains/two-addresses", test_two_addresses);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strdup_printf ("/port/trains/refused/%d", refusals[i]);

      g_test_add_data_func (path, GINT_TO_POINTER (refusals[i]), test_refused_trains);
    }
  g_test_add_data_func ("/port/trains/blocked", NULL, test_blocked);
  g_test_add_data_func ("/port/trains/blocked-singly", GINT_TO_POINTER (EIO), test_blocked);
  g_test_add_func ("/port/trains/arrivals", test_arrivals);
  g_test_add_func ("/port/trains/turns-end", test_turns_end);
  g_test_add_func ("/port/trains/free", test_free);
  return g_test_run ();
}
