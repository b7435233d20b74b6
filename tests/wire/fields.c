// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What every test of this folder needs: exact copies, and JSON in the spelling of the vectors.
 */
#include "tests/wire/fields.h"

#include "shared/wire/frame.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

TestExact
test_exact_copy (const void *data, gsize n)
{
  TestExact exact = { malloc (n), n };

  if (n > 0)
    memcpy (exact.data, data, n);
  return exact;
}

TestExact
test_exact_hex (JsonObject *object, const char *member)
{
  g_autoptr (GBytes) bytes = test_vectors_hex (object, member);
  gsize n;
  const void *data = g_bytes_get_data (bytes, &n);

  return test_exact_copy (data, n);
}

TestExact
test_exact_string (JsonObject *object, const char *member)
{
  const char *text = test_vectors_string (object, member);

  return test_exact_copy (text, strlen (text));
}

void
test_exact_clear (TestExact *self)
{
  free (self->data);
}

void
test_assert_exact (const char *what, const void *got, gsize n_got, const TestExact *want)
{
  test_assert_bytes (what, got, n_got, want->data, want->n);
}

SottoFernetNonce
test_nonce (JsonObject *object)
{
  g_auto (TestExact) iv = test_exact_hex (object, "iv");
  SottoFernetNonce nonce = { .time = test_vectors_u64 (object, "time") };

  g_assert_cmpuint (iv.n, ==, sizeof nonce.iv);
  memcpy (nonce.iv, iv.data, sizeof nonce.iv);
  return nonce;
}

void
test_fernet_key (JsonObject *object, const char *member, SottoFernetKey *out)
{
  SottoKey key;

  test_vectors_key (object, member, &key);
  sotto_fernet_key_init (out, &key);
}

SottoFrame
test_one_frame (const TestExact *bytes, gsize max)
{
  SottoFrame frame = { 0 };
  gsize used = 0;

  g_assert_cmpint (sotto_frame_next (bytes->data, bytes->n, max, &frame, &used), ==, SOTTO_OK);
  g_assert_cmpuint (used, ==, bytes->n);
  return frame;
}

GPtrArray *
test_keep_new (void)
{
  return g_ptr_array_new_with_free_func (free);
}

void
test_assert_fields (const char *what, JsonObject *got, JsonObject *want)
{
  g_autoptr (JsonNode) a = json_node_init_object (json_node_alloc (), got);
  g_autoptr (JsonNode) b = json_node_init_object (json_node_alloc (), want);

  if (!json_node_equal (a, b))
    {
      g_autofree char *a_text = json_to_string (a, FALSE);
      g_autofree char *b_text = json_to_string (b, FALSE);

      g_error ("%s: decoded to %s, not to %s", what, a_text, b_text);
    }
  json_object_unref (got);
}

void
test_set_hex (JsonObject *object, const char *member, const void *bytes, gsize n)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    g_string_append_printf (hex, "%02x", ((const uint8_t *)bytes)[i]);
  json_object_set_string_member (object, member, hex->str);
}

void
test_set_u64 (JsonObject *object, const char *member, uint64_t v)
{
  g_autofree char *hex = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", v);

  json_object_set_string_member (object, member, hex);
}

void
test_set_text (JsonObject *object, const char *member, const void *text, gsize n)
{
  g_autofree char *copy = g_strndup (text, n);

  json_object_set_string_member (object, member, copy);
}

JsonObject *
test_addr_to_fields (const SottoAddr *addr)
{
  char ip[INET6_ADDRSTRLEN];
  JsonObject *object = json_object_new ();

  g_assert_true (addr->family == 4 || addr->family == 6);
  inet_ntop (addr->family == 4 ? AF_INET : AF_INET6, addr->ip, ip, sizeof ip);
  json_object_set_string_member (object, "ip", ip);
  json_object_set_int_member (object, "port", addr->port);
  return object;
}
