// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Datagrams: BIND, BOUND, PROBE, INIT and RESP of the vectors, alone and of whole handshakes, and
 * everything that is dropped.
 */
#undef G_DISABLE_ASSERT
#include "shared/wire/datagram.h"

#include "tests/wire/fields.h"
#include <string.h>

typedef union
{
  SottoBind bind;
  SottoBound bound;
  SottoInit init;
  SottoResp resp;
  SottoProbe probe;
} Body;

static void
get_bytes (JsonObject *f, const char *member, void *out, gsize n)
{
  g_auto (TestExact) bytes = test_exact_hex (f, member);

  g_assert_cmpuint (bytes.n, ==, n);
  memcpy (out, bytes.data, n);
}

static gsize
encode (SottoDatagramKind kind, JsonObject *f, uint8_t *out)
{
  Body body = { 0 };

  switch (kind)
    {
    case SOTTO_DATAGRAM_BIND:
      body.bind.counter = test_vectors_u64 (f, "ctr");
      get_bytes (f, "nonce", body.bind.nonce, sizeof body.bind.nonce);
      return sotto_bind_encode (&body.bind, out);
    case SOTTO_DATAGRAM_BOUND:
      get_bytes (f, "nonce", body.bound.nonce, sizeof body.bound.nonce);
      test_vectors_addr (test_vectors_object (f, "addr"), &body.bound.observed);
      return sotto_bound_encode (&body.bound, out);
    case SOTTO_DATAGRAM_INIT:
      test_vectors_key (f, "E_i", &body.init.ephemeral);
      return sotto_init_encode (&body.init, out);
    case SOTTO_DATAGRAM_RESP:
      test_vectors_key (f, "E_r", &body.resp.ephemeral);
      test_vectors_key (f, "init_hash", &body.resp.init_hash);
      get_bytes (f, "conf", body.resp.conf, sizeof body.resp.conf);
      return sotto_resp_encode (&body.resp, out);
    case SOTTO_DATAGRAM_PROBE:
      body.probe.n = (uint8_t)test_vectors_int (f, "n");
      return sotto_probe_encode (&body.probe, out);
    case SOTTO_DATAGRAM_SECURE:
      break;
    }
  g_assert_not_reached ();
}

/* NULL when it does not decode. */
static JsonObject *
decode (SottoDatagramKind kind, const uint8_t *plain, gsize n)
{
  g_autoptr (JsonObject) f = json_object_new ();
  Body body;

  switch (kind)
    {
    case SOTTO_DATAGRAM_BIND:
      if (!sotto_bind_decode (plain, n, &body.bind))
        return NULL;
      test_set_u64 (f, "ctr", body.bind.counter);
      test_set_hex (f, "nonce", body.bind.nonce, sizeof body.bind.nonce);
      break;
    case SOTTO_DATAGRAM_BOUND:
      if (!sotto_bound_decode (plain, n, &body.bound))
        return NULL;
      test_set_hex (f, "nonce", body.bound.nonce, sizeof body.bound.nonce);
      json_object_set_object_member (f, "addr", test_addr_to_fields (&body.bound.observed));
      break;
    case SOTTO_DATAGRAM_INIT:
      if (!sotto_init_decode (plain, n, &body.init))
        return NULL;
      json_object_set_int_member (f, "ver", SOTTO_PROTOCOL_VERSION);
      test_set_hex (f, "E_i", body.init.ephemeral.bytes, SOTTO_KEY_LEN);
      break;
    case SOTTO_DATAGRAM_RESP:
      if (!sotto_resp_decode (plain, n, &body.resp))
        return NULL;
      test_set_hex (f, "E_r", body.resp.ephemeral.bytes, SOTTO_KEY_LEN);
      test_set_hex (f, "init_hash", body.resp.init_hash.bytes, SOTTO_KEY_LEN);
      test_set_hex (f, "conf", body.resp.conf, sizeof body.resp.conf);
      break;
    case SOTTO_DATAGRAM_PROBE:
      if (!sotto_probe_decode (plain, n, &body.probe))
        return NULL;
      json_object_set_int_member (f, "n", body.probe.n);
      break;
    case SOTTO_DATAGRAM_SECURE:
      return NULL;
    }
  return g_steal_pointer (&f);
}

/* Opened as a receiver would: header, MAC, body. NULL when it is dropped. */
static JsonObject *
receive (const TestExact *datagram, const SottoFernetKey *key, SottoDatagramHeader *header)
{
  uint8_t plain[SOTTO_PLAIN_ROOM];
  gsize n;

  if (!sotto_datagram_header (datagram->data, datagram->n, header)
      || !sotto_datagram_open (datagram->data, datagram->n, key, plain, &n))
    return NULL;
  g_auto (TestExact) exact = test_exact_copy (plain, n);
  return decode (header->kind, exact.data, exact.n);
}

static void
check (SottoDatagramKind kind,
       uint64_t id,
       const SottoKey *key,
       JsonObject *fields,
       const SottoFernetNonce *nonce,
       const TestExact *want)
{
  SottoDatagramHeader header, sent = { .kind = kind, .id = id };
  uint8_t content[SOTTO_PLAIN_MAX], datagram[SOTTO_DATAGRAM_MAX];
  gsize n = encode (kind, fields, content);
  SottoFernetKey fernet;

  sotto_fernet_key_init (&fernet, key);
  n = sotto_datagram_seal (&sent, &fernet, content, n, sotto_datagram_kind_len (kind), nonce,
                           datagram);
  test_assert_exact ("datagram", datagram, n, want);

  JsonObject *got = receive (want, &fernet, &header);
  g_assert_nonnull (got);
  test_assert_fields ("datagram", got, fields);
  g_assert_cmpint (header.kind, ==, kind);
  g_assert_cmpint (header.epoch, ==, 0);
  g_assert_cmpuint (header.id, ==, id);
  sotto_fernet_key_clear (&fernet);
}

static SottoDatagramKind
kind_of (const char *name)
{
  static const struct
  {
    const char *name;
    SottoDatagramKind kind;
  } kinds[] = { { "INIT", SOTTO_DATAGRAM_INIT },
                { "RESP", SOTTO_DATAGRAM_RESP },
                { "PROBE", SOTTO_DATAGRAM_PROBE },
                { "BIND", SOTTO_DATAGRAM_BIND },
                { "BOUND", SOTTO_DATAGRAM_BOUND } };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].name, name) == 0)
      return kinds[i].kind;
  g_error ("vector: datagram %s is not known here", name);
}

static void
test_valid (void)
{
  JsonArray *valid = test_vectors_array (
      test_vectors_object (test_vectors_load ("sotto.json"), "datagram"), "valid");

  for (guint i = 0; i < json_array_get_length (valid); i++)
    {
      JsonObject *v = json_array_get_object_element (valid, i);
      g_auto (TestExact) datagram = test_exact_hex (v, "datagram");
      SottoFernetNonce nonce = test_nonce (v);
      SottoKey key;

      test_vectors_key (v, "key", &key);
      check (kind_of (test_vectors_string (v, "kind")), test_vectors_u64 (v, "id64"), &key,
             test_vectors_object (v, "fields"), &nonce, &datagram);
    }
}

static void
test_invalid (void)
{
  JsonArray *invalid = test_vectors_array (
      test_vectors_object (test_vectors_load ("sotto.json"), "datagram"), "invalid");

  for (guint i = 0; i < json_array_get_length (invalid); i++)
    {
      JsonObject *v = json_array_get_object_element (invalid, i);
      g_auto (TestExact) datagram = test_exact_hex (v, "datagram");
      SottoDatagramHeader header;
      SottoFernetKey key;

      test_fernet_key (v, "key", &key);
      g_test_message ("%s", test_vectors_string (v, "why"));
      g_assert_null (receive (&datagram, &key, &header));
      sotto_fernet_key_clear (&key);
    }
}

/* The datagrams of whole handshakes, from the fields that lie about in `peer`. */
static void
check_of_peer (JsonObject *peer,
               const char *which,
               SottoDatagramKind kind,
               const char *psk,
               const char *const *members,
               JsonObject *const *from)
{
  JsonObject *v = test_vectors_object (peer, which);
  g_autoptr (JsonObject) fields = json_object_new ();
  g_auto (TestExact) datagram = test_exact_hex (v, "datagram");
  SottoFernetNonce nonce = test_nonce (v);
  SottoKey key;

  if (kind == SOTTO_DATAGRAM_INIT)
    json_object_set_int_member (fields, "ver", SOTTO_PROTOCOL_VERSION);
  for (guint i = 0; members[i] != NULL; i++)
    json_object_set_member (fields, members[i], json_object_dup_member (from[i], members[i]));
  test_vectors_key (test_vectors_object (peer, "keys"), psk, &key);
  check (kind, test_vectors_u64 (peer, "cid"), &key, fields, &nonce, &datagram);
}

static void
test_peer (void)
{
  static const char *const of_init[] = { "E_i", NULL };
  static const char *const of_resp[] = { "E_r", "init_hash", "conf", NULL };
  static const char *const of_probe[] = { "n", NULL };
  JsonArray *peers = test_vectors_array (test_vectors_load ("sotto.json"), "peer");

  for (guint i = 0; i < json_array_get_length (peers); i++)
    {
      JsonObject *peer = json_array_get_object_element (peers, i);
      JsonObject *keys = test_vectors_object (peer, "keys");
      JsonObject *resp = test_vectors_object (peer, "resp");
      JsonObject *probe = test_vectors_object (peer, "probe_of_r");

      check_of_peer (peer, "init", SOTTO_DATAGRAM_INIT, "PSK_i", of_init, (JsonObject *[]){ peer });
      check_of_peer (peer, "resp", SOTTO_DATAGRAM_RESP, "PSK_r", of_resp,
                     (JsonObject *[]){ peer, resp, keys });
      check_of_peer (peer, "probe_of_r", SOTTO_DATAGRAM_PROBE, "PSK_r", of_probe,
                     (JsonObject *[]){ probe });
    }
}

static void
test_sizes (void)
{
  static const gsize plain[] = { 63, 255, 511, 1151 };
  static const gsize whole[] = { 133, 325, 581, 1221 };

  for (gsize n = 0; n <= 1300; n++)
    {
      gsize as_plain = 0, as_datagram = 0, padded = 0;

      for (guint i = G_N_ELEMENTS (plain); i-- > 0;)
        {
          as_plain = n == plain[i] ? whole[i] : as_plain;
          as_datagram = n == whole[i] ? plain[i] : as_datagram;
          padded = n <= plain[i] ? plain[i] : padded;
        }
      g_assert_cmpuint (sotto_datagram_len (n), ==, as_plain);
      g_assert_cmpuint (sotto_datagram_plain_len (n), ==, as_datagram);
      g_assert_cmpuint (sotto_datagram_padded_len (n), ==, padded);
      g_assert_cmpint (sotto_datagram_is_size (n), ==, as_datagram != 0);
    }
}

/* Every value of the header's first four bytes in every size. */
static void
test_headers (void)
{
  static const struct
  {
    uint8_t kind;
    gsize n; /* 0 = all four */
  } rows[] = { { 0x01, 325 }, { 0x02, 325 }, { 0x03, 0 },
               { 0x04, 133 }, { 0x10, 133 }, { 0x11, 133 } };
  static const gsize sizes[] = { 0, 1, 11, 12, 132, 133, 134, 325, 581, 1220, 1221, 1222 };

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (unsigned kind = 0; kind <= G_MAXUINT8; kind++)
      for (unsigned epoch = 0; epoch < 2; epoch++)
        {
          uint8_t head[12] = { 0xC4, (uint8_t)kind, (uint8_t)epoch, 0, 1, 2, 3, 4, 5, 6, 7, 8 };
          uint8_t datagram[1222] = { 0 };
          bool want = false;
          SottoDatagramHeader header;

          memcpy (datagram, head, sizeof head);
          g_auto (TestExact) exact = test_exact_copy (datagram, sizes[s]);
          for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
            want = want
                   || (rows[i].kind == kind && sotto_datagram_is_size (sizes[s])
                       && (rows[i].n == 0 || (rows[i].n == sizes[s] && epoch == 0)));
          g_assert_cmpint (sotto_datagram_header (exact.data, exact.n, &header), ==, want);
          if (!want)
            continue;
          g_assert_cmpint (header.kind, ==, kind);
          g_assert_cmpint (header.epoch, ==, epoch);
          g_assert_cmphex (header.id, ==, G_GUINT64_CONSTANT (0x0102030405060708));
          exact.data[0] ^= 1;
          g_assert_false (sotto_datagram_header (exact.data, exact.n, &header));
          exact.data[0] ^= 1;
          exact.data[3] = 1;
          g_assert_false (sotto_datagram_header (exact.data, exact.n, &header));
        }
}

/* A right token in a right size, and yet of another plaintext: 48..62 bytes fill 133 as 63 do. */
static void
test_other_plaintexts (void)
{
  const SottoKey key = { { 1 } };
  SottoFernetKey fernet;

  sotto_fernet_key_init (&fernet, &key);
  for (gsize n_plain = 48; n_plain <= 63; n_plain++)
    {
      uint8_t plain[SOTTO_PLAIN_ROOM] = { 0 }, datagram[SOTTO_DATAGRAM_MAX] = { 0xC4, 0x03 };
      gsize n;

      sotto_fernet_seal_raw (&fernet, NULL, plain, n_plain, datagram + 12);
      g_auto (TestExact) exact = test_exact_copy (datagram, 12 + sotto_fernet_raw_len (n_plain));
      g_assert_cmpuint (exact.n, ==, 133);
      g_assert_cmpint (sotto_datagram_open (exact.data, exact.n, &fernet, plain, &n), ==,
                       n_plain == 63);
    }
  sotto_fernet_key_clear (&fernet);
}

/* Each body has its one size. */
static void
test_body_sizes (void)
{
  static const SottoDatagramKind kinds[] = { SOTTO_DATAGRAM_INIT, SOTTO_DATAGRAM_RESP,
                                             SOTTO_DATAGRAM_PROBE, SOTTO_DATAGRAM_BIND };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (gsize n = 0; n <= 300; n++)
      {
        uint8_t plain[300] = { (uint8_t)kinds[i], SOTTO_PROTOCOL_VERSION };
        g_auto (TestExact) exact = test_exact_copy (plain, n);
        JsonObject *got = decode (kinds[i], exact.data, n);

        g_assert_cmpint (got != NULL, ==, n == sotto_datagram_kind_len (kinds[i]));
        g_clear_pointer (&got, json_object_unref);
      }
}

/* Content may be built where it will be sealed. */
static void
test_seal_in_place (void)
{
  const SottoDatagramHeader header = { .kind = SOTTO_DATAGRAM_SECURE, .epoch = 9, .id = 3 };
  const SottoFernetNonce nonce = { .time = 1 };
  SottoKey key = { { 1 } };
  uint8_t a[SOTTO_DATAGRAM_MAX], b[SOTTO_DATAGRAM_MAX];
  SottoFernetKey fernet;

  sotto_fernet_key_init (&fernet, &key);
  memcpy (b + 37, "content", 7);
  gsize n = sotto_datagram_seal (&header, &fernet, (const uint8_t *)"content", 7, 511, &nonce, a);
  g_assert_cmpuint (n, ==, 581);
  g_assert_cmpuint (sotto_datagram_seal (&header, &fernet, b + 37, 7, 511, &nonce, b), ==, n);
  test_assert_bytes ("in place", b, n, a, n);
  sotto_fernet_key_clear (&fernet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/datagram/valid", test_valid);
  g_test_add_func ("/wire/datagram/invalid", test_invalid);
  g_test_add_func ("/wire/datagram/peer", test_peer);
  g_test_add_func ("/wire/datagram/sizes", test_sizes);
  g_test_add_func ("/wire/datagram/headers", test_headers);
  g_test_add_func ("/wire/datagram/other-plaintexts", test_other_plaintexts);
  g_test_add_func ("/wire/datagram/body-sizes", test_body_sizes);
  g_test_add_func ("/wire/datagram/in-place", test_seal_in_place);
  return g_test_run ();
}
