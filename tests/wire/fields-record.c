// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Session records and the vectors' `fields`.
 */
#include "tests/wire/fields.h"

#include <string.h>

static void
get_name (JsonObject *fields, const char *member, SottoName *out)
{
  memset (out, 0, sizeof *out);
  g_strlcpy (out->str, test_vectors_string (fields, member), sizeof out->str);
}

static uint8_t
get_addrs (JsonObject *fields, SottoAddr *out)
{
  JsonArray *addrs = test_vectors_array (fields, "addrs");
  guint n = json_array_get_length (addrs);

  for (guint i = 0; i < n; i++)
    test_vectors_addr (json_array_get_object_element (addrs, i), &out[i]);
  return (uint8_t)n;
}

static void
set_addrs (JsonObject *fields, uint8_t n, const SottoAddr *addrs)
{
  JsonArray *array = json_array_new ();

  for (unsigned i = 0; i < n; i++)
    json_array_add_object_element (array, test_addr_to_fields (&addrs[i]));
  json_object_set_array_member (fields, "addrs", array);
}

static void
address_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  r->address.n = get_addrs (f, r->address.addrs);
}

static void
address_to (const SottoRecord *r, JsonObject *f)
{
  set_addrs (f, r->address.n, r->address.addrs);
}

static void
list_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  get_name (f, "after", &r->list.after);
}

static void
list_to (const SottoRecord *r, JsonObject *f)
{
  json_object_set_string_member (f, "after", r->list.after.str);
}

static void
users_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  JsonArray *names = test_vectors_array (f, "names");

  r->users.more = test_vectors_int (f, "more") == 1;
  r->users.n = (uint8_t)json_array_get_length (names);
  for (guint i = 0; i < r->users.n; i++)
    g_strlcpy (r->users.names[i].str, json_array_get_string_element (names, i),
               sizeof r->users.names[i].str);
}

static void
users_to (const SottoRecord *r, JsonObject *f)
{
  JsonArray *names = json_array_new ();

  for (guint i = 0; i < r->users.n; i++)
    json_array_add_string_element (names, r->users.names[i].str);
  json_object_set_int_member (f, "more", r->users.more);
  json_object_set_array_member (f, "names", names);
}

static void
presence_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  JsonArray *events = test_vectors_array (f, "events");

  r->presence.n = (uint8_t)json_array_get_length (events);
  for (guint i = 0; i < r->presence.n; i++)
    {
      JsonObject *event = json_array_get_object_element (events, i);

      r->presence.changes[i].event = (SottoPresenceEvent)test_vectors_int (event, "ev");
      get_name (event, "name", &r->presence.changes[i].name);
    }
}

static void
presence_to (const SottoRecord *r, JsonObject *f)
{
  JsonArray *events = json_array_new ();

  for (guint i = 0; i < r->presence.n; i++)
    {
      JsonObject *event = json_object_new ();

      json_object_set_int_member (event, "ev", r->presence.changes[i].event);
      json_object_set_string_member (event, "name", r->presence.changes[i].name.str);
      json_array_add_object_element (events, event);
    }
  json_object_set_array_member (f, "events", events);
}

static void
keyreq_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  r->keyreq.req = (uint32_t)test_vectors_int (f, "req");
  get_name (f, "peer", &r->keyreq.peer);
}

static void
keyreq_to (const SottoRecord *r, JsonObject *f)
{
  json_object_set_int_member (f, "req", r->keyreq.req);
  json_object_set_string_member (f, "peer", r->keyreq.peer.str);
}

static void
keygrant_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  r->grant.req = (uint32_t)test_vectors_int (f, "req");
  r->grant.role = (SottoRole)test_vectors_int (f, "role");
  r->grant.cid = test_vectors_u64 (f, "cid");
  get_name (f, "peer", &r->grant.peer);
  test_vectors_key (f, "I_peer", &r->grant.identity);
  test_vectors_key (f, "Kxy", &r->grant.kxy);
  r->grant.ttl_s = (uint16_t)test_vectors_int (f, "ttl_s");
  r->grant.n_candidates = get_addrs (f, r->grant.candidates);
}

static void
keygrant_to (const SottoRecord *r, JsonObject *f)
{
  json_object_set_int_member (f, "req", r->grant.req);
  json_object_set_int_member (f, "role", r->grant.role);
  test_set_u64 (f, "cid", r->grant.cid);
  json_object_set_string_member (f, "peer", r->grant.peer.str);
  test_set_hex (f, "I_peer", r->grant.identity.bytes, SOTTO_KEY_LEN);
  test_set_hex (f, "Kxy", r->grant.kxy.bytes, SOTTO_KEY_LEN);
  json_object_set_int_member (f, "ttl_s", r->grant.ttl_s);
  set_addrs (f, r->grant.n_candidates, r->grant.candidates);
}

static void
relay_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  TestExact datagram = test_exact_hex (f, "datagram");

  g_ptr_array_add (keep, datagram.data);
  r->relay.cid = test_vectors_u64 (f, "cid");
  r->relay.datagram = datagram.data;
  r->relay.n = datagram.n;
}

static void
relay_to (const SottoRecord *r, JsonObject *f)
{
  test_set_u64 (f, "cid", r->relay.cid);
  test_set_hex (f, "datagram", r->relay.datagram, r->relay.n);
}

static void
relayno_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  r->relayno.cid = test_vectors_u64 (f, "cid");
  r->relayno.code = (SottoCode)test_vectors_int (f, "code");
}

static void
relayno_to (const SottoRecord *r, JsonObject *f)
{
  test_set_u64 (f, "cid", r->relayno.cid);
  json_object_set_int_member (f, "code", r->relayno.code);
}

static void
passwd_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  r->passwd.req = (uint32_t)test_vectors_int (f, "req");
  test_vectors_key (f, "H_old", &r->passwd.h_old);
  test_vectors_key (f, "H_new", &r->passwd.h_new);
}

static void
passwd_to (const SottoRecord *r, JsonObject *f)
{
  json_object_set_int_member (f, "req", r->passwd.req);
  test_set_hex (f, "H_old", r->passwd.h_old.bytes, SOTTO_KEY_LEN);
  test_set_hex (f, "H_new", r->passwd.h_new.bytes, SOTTO_KEY_LEN);
}

static void
identity_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  r->identity.req = (uint32_t)test_vectors_int (f, "req");
  test_vectors_key (f, "H", &r->identity.h);
  test_vectors_key (f, "I_new", &r->identity.identity);
}

static void
identity_to (const SottoRecord *r, JsonObject *f)
{
  json_object_set_int_member (f, "req", r->identity.req);
  test_set_hex (f, "H", r->identity.h.bytes, SOTTO_KEY_LEN);
  test_set_hex (f, "I_new", r->identity.identity.bytes, SOTTO_KEY_LEN);
}

static void
unsign_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  r->unsign.req = (uint32_t)test_vectors_int (f, "req");
  test_vectors_key (f, "H", &r->unsign.h);
}

static void
unsign_to (const SottoRecord *r, JsonObject *f)
{
  json_object_set_int_member (f, "req", r->unsign.req);
  test_set_hex (f, "H", r->unsign.h.bytes, SOTTO_KEY_LEN);
}

static void
ok_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  r->ok.req = (uint32_t)test_vectors_int (f, "req");
}

static void
ok_to (const SottoRecord *r, JsonObject *f)
{
  json_object_set_int_member (f, "req", r->ok.req);
}

static void
err_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  r->err.req = (uint32_t)test_vectors_int (f, "req");
  r->err.code = (SottoCode)test_vectors_int (f, "code");
  r->err.retry_s = (uint16_t)test_vectors_int (f, "retry_s");
}

static void
err_to (const SottoRecord *r, JsonObject *f)
{
  json_object_set_int_member (f, "req", r->err.req);
  json_object_set_int_member (f, "code", r->err.code);
  json_object_set_int_member (f, "retry_s", r->err.retry_s);
}

static void
ping_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  r->ping.nonce = test_vectors_u64 (f, "nonce");
}

static void
ping_to (const SottoRecord *r, JsonObject *f)
{
  test_set_u64 (f, "nonce", r->ping.nonce);
}

static void
bye_from (JsonObject *f, GPtrArray *keep, SottoRecord *r)
{
  r->bye.code = (SottoCode)test_vectors_int (f, "code");
}

static void
bye_to (const SottoRecord *r, JsonObject *f)
{
  json_object_set_int_member (f, "code", r->bye.code);
}

static const struct
{
  const char *name;
  SottoRecordType type;
  void (*from) (JsonObject *f, GPtrArray *keep, SottoRecord *r);
  void (*to) (const SottoRecord *r, JsonObject *f);
} kinds[] = {
  { "ADDRESS", SOTTO_RECORD_ADDRESS, address_from, address_to },
  { "LIST", SOTTO_RECORD_LIST, list_from, list_to },
  { "USERS", SOTTO_RECORD_USERS, users_from, users_to },
  { "PRESENCE", SOTTO_RECORD_PRESENCE, presence_from, presence_to },
  { "KEYREQ", SOTTO_RECORD_KEYREQ, keyreq_from, keyreq_to },
  { "KEYGRANT", SOTTO_RECORD_KEYGRANT, keygrant_from, keygrant_to },
  { "RELAY", SOTTO_RECORD_RELAY, relay_from, relay_to },
  { "RELAYNO", SOTTO_RECORD_RELAYNO, relayno_from, relayno_to },
  { "PASSWD", SOTTO_RECORD_PASSWD, passwd_from, passwd_to },
  { "IDENTITY", SOTTO_RECORD_IDENTITY, identity_from, identity_to },
  { "UNSIGN", SOTTO_RECORD_UNSIGN, unsign_from, unsign_to },
  { "OK", SOTTO_RECORD_OK, ok_from, ok_to },
  { "ERR", SOTTO_RECORD_ERR, err_from, err_to },
  { "PING", SOTTO_RECORD_PING, ping_from, ping_to },
  { "PONG", SOTTO_RECORD_PONG, ping_from, ping_to },
  { "BYE", SOTTO_RECORD_BYE, bye_from, bye_to },
};

void
test_record_from_fields (const char *name, JsonObject *fields, GPtrArray *keep, SottoRecord *out)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].name, name) == 0)
      {
        memset (out, 0, sizeof *out);
        out->type = kinds[i].type;
        kinds[i].from (fields, keep, out);
        return;
      }
  g_error ("vector: record %s is not known here", name);
}

JsonObject *
test_record_to_fields (const SottoRecord *record, const char **out_name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].type == record->type)
      {
        JsonObject *fields = json_object_new ();

        *out_name = kinds[i].name;
        kinds[i].to (record, fields);
        return fields;
      }
  g_error ("record type %02x is not known here", (unsigned)record->type);
}
