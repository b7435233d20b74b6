// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tickets: the vectors', the slots they open in, and what does not open.
 */
#undef G_DISABLE_ASSERT
#include "shared/wire/ticket.h"

#include "tests/wire/fields.h"
#include <string.h>

static void
server_secret (JsonObject *v, SottoKey *out)
{
  JsonArray *keys = test_vectors_array (test_vectors_load ("sotto.json"), "server_key");
  const char *name = test_vectors_string (v, "server_key");

  for (guint i = 0; i < json_array_get_length (keys); i++)
    {
      JsonObject *key = json_array_get_object_element (keys, i);

      if (strcmp (test_vectors_string (key, "name"), name) == 0)
        {
          test_vectors_key (key, "CK", out);
          return;
        }
    }
  g_error ("vector: no server key %s", name);
}

static JsonObject *
to_fields (const SottoTicket *ticket)
{
  JsonObject *f = json_object_new ();

  json_object_set_int_member (f, "ver", SOTTO_PROTOCOL_VERSION);
  json_object_set_string_member (f, "name", ticket->name.str);
  json_object_set_int_member (f, "ticket_gen", ticket->generation);
  test_set_hex (f, "RMS", ticket->resumption.bytes, SOTTO_KEY_LEN);
  test_set_u64 (f, "expiry", ticket->expiry);
  return f;
}

static SottoTicket
from_fields (JsonObject *f)
{
  SottoTicket ticket = { .generation = (uint32_t)test_vectors_int (f, "ticket_gen"),
                         .expiry = test_vectors_u64 (f, "expiry") };

  g_strlcpy (ticket.name.str, test_vectors_string (f, "name"), sizeof ticket.name.str);
  test_vectors_key (f, "RMS", &ticket.resumption);
  return ticket;
}

static void
check_times (JsonObject *v, const char *member, const SottoKey *secret, SottoCode code)
{
  JsonArray *times = test_vectors_array (v, member);
  g_auto (TestExact) text = test_exact_string (v, "text_form");

  for (guint i = 0; i < json_array_get_length (times); i++)
    {
      uint64_t now = (uint64_t)json_array_get_int_element (times, i);
      SottoTicket got;

      g_assert_cmpint (sotto_ticket_open (secret, now, (const char *)text.data, text.n, &got), ==,
                       code);
      if (code == SOTTO_OK)
        test_assert_fields ("ticket", to_fields (&got), test_vectors_object (v, "fields"));
    }
}

static void
test_vectors (void)
{
  JsonArray *tickets = test_vectors_array (test_vectors_load ("sotto.json"), "ticket");

  for (guint i = 0; i < json_array_get_length (tickets); i++)
    {
      JsonObject *v = json_array_get_object_element (tickets, i);
      SottoTicket ticket = from_fields (test_vectors_object (v, "fields"));
      SottoFernetNonce nonce = test_nonce (v);
      uint64_t slot = test_vectors_u64 (v, "slot");
      char text[SOTTO_TICKET_TEXT_SIZE];
      SottoKey secret, tk, want;

      server_secret (v, &secret);
      test_vectors_key (v, "TK", &want);
      sotto_ticket_key (&secret, slot, &tk);
      test_assert_bytes ("TK", tk.bytes, SOTTO_KEY_LEN, want.bytes, SOTTO_KEY_LEN);
      g_assert_cmpuint (
          sotto_ticket_seal (&secret, slot * SOTTO_TICKET_SLOT_S, &ticket, &nonce, text), ==,
          strlen (text));
      g_assert_cmpstr (text, ==, test_vectors_string (v, "text_form"));
      check_times (v, "opens_at", &secret, SOTTO_OK);
      check_times (v, "refused_at", &secret, SOTTO_TICKET);
    }
}

/* A long life shows the slots: made in one, opened in it and the two after it. */
static void
test_slots (void)
{
  const uint64_t made = 40000;
  SottoKey secret = { { 1, 2, 3 } };
  SottoTicket got, ticket = { .name = { "alice" }, .expiry = G_MAXUINT64 };
  char text[SOTTO_TICKET_TEXT_SIZE];
  gsize n = sotto_ticket_seal (&secret, made * SOTTO_TICKET_SLOT_S, &ticket, NULL, text);

  for (uint64_t slot = made - 2; slot <= made + 4; slot++)
    g_assert_cmpint (sotto_ticket_open (&secret, slot * SOTTO_TICKET_SLOT_S, text, n, &got), ==,
                     slot >= made && slot <= made + 2 ? SOTTO_OK : SOTTO_TICKET);
  /* There is no slot before the first. */
  n = sotto_ticket_seal (&secret, 0, &ticket, NULL, text);
  g_assert_cmpint (sotto_ticket_open (&secret, 1, text, n, &got), ==, SOTTO_OK);
}

static void
test_damaged (void)
{
  SottoKey secret = { { 1 } }, other = { { 2 } };
  SottoTicket got, ticket = { .name = { "alice" }, .expiry = 1000 };
  char text[SOTTO_TICKET_TEXT_SIZE];
  gsize n = sotto_ticket_seal (&secret, 500, &ticket, NULL, text);

  g_assert_cmpint (sotto_ticket_open (&secret, 999, text, n, &got), ==, SOTTO_OK);
  g_assert_cmpint (sotto_ticket_open (&secret, 1000, text, n, &got), ==, SOTTO_TICKET);
  g_assert_cmpint (sotto_ticket_open (&other, 999, text, n, &got), ==, SOTTO_TICKET);
  for (gsize length = 0; length < n; length++)
    {
      g_auto (TestExact) part = test_exact_copy (text, length);

      g_assert_cmpint (sotto_ticket_open (&secret, 999, (const char *)part.data, length, &got), ==,
                       SOTTO_TICKET);
    }
  for (gsize at = 0; at < n; at++)
    {
      char damaged[SOTTO_TICKET_TEXT_SIZE];

      memcpy (damaged, text, n);
      damaged[at] = damaged[at] == 'A' ? 'B' : 'A';
      g_assert_cmpint (sotto_ticket_open (&secret, 999, damaged, n, &got), ==, SOTTO_TICKET);
    }
}

/* Sealed by the right key, and yet no ticket: a head, then gen, RMS and an expiry far away. */
static void
test_foreign_bodies (void)
{
  static const struct
  {
    const char *what;
    const char *head;
    gsize n_head;
    gsize n;
    SottoCode code;
  } cases[] = {
    { "right", "\1\1a", 3, SOTTO_TICKET_BODY_LEN, SOTTO_OK },
    { "version 2", "\2\1a", 3, SOTTO_TICKET_BODY_LEN, SOTTO_TICKET },
    { "no name", "\1\0", 2, SOTTO_TICKET_BODY_LEN, SOTTO_TICKET },
    { "upper case", "\1\1A", 3, SOTTO_TICKET_BODY_LEN, SOTTO_TICKET },
    { "name over the end", "\1\xFF", 2, SOTTO_TICKET_BODY_LEN, SOTTO_TICKET },
    { "94 bytes", "\1\1a", 3, SOTTO_TICKET_BODY_LEN - 1, SOTTO_TICKET },
    { "96 bytes", "\1\1a", 3, SOTTO_TICKET_BODY_LEN + 1, SOTTO_TICKET },
  };
  SottoKey tk, secret = { { 1 } };
  SottoFernetKey key;

  sotto_ticket_key (&secret, 0, &tk);
  sotto_fernet_key_init (&key, &tk);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      uint8_t plain[SOTTO_TICKET_BODY_LEN + 1] = { 0 };
      char text[SOTTO_TICKET_TEXT_SIZE];
      SottoTicket got;

      memcpy (plain, cases[i].head, cases[i].n_head);
      memset (plain + cases[i].n_head + 4 + SOTTO_KEY_LEN, 0xFF, 8);
      sotto_fernet_seal_text (&key, NULL, plain, cases[i].n, text);
      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (
          sotto_ticket_open (&secret, 0, text, sotto_fernet_text_len (cases[i].n), &got), ==,
          cases[i].code);
      plain[cases[i].n - 1] = 1;
      sotto_fernet_seal_text (&key, NULL, plain, cases[i].n, text);
      g_assert_cmpint (
          sotto_ticket_open (&secret, 0, text, sotto_fernet_text_len (cases[i].n), &got), ==,
          SOTTO_TICKET);
    }
  sotto_fernet_key_clear (&key);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/ticket/vectors", test_vectors);
  g_test_add_func ("/wire/ticket/slots", test_slots);
  g_test_add_func ("/wire/ticket/damaged", test_damaged);
  g_test_add_func ("/wire/ticket/foreign-bodies", test_foreign_bodies);
  return g_test_run ();
}
