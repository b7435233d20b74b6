// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Records: one table of types, one layout each. A record is believed when its MAC, its counter, its
 * direction and its form are right; all four are checked here, before anyone sees it.
 */
#include "shared/wire/record.h"

#include "shared/base/secret.h"
#include "shared/wire/datagram.h"
#include "shared/wire/layout.h"
#include <string.h>

#define RECORD_FIRST   SOTTO_RECORD_ADDRESS
#define CLIENT         (1u << 0)
#define SERVER         (1u << 1)
#define BOTH           (CLIENT | SERVER)
#define PLAIN_MAX      SOTTO_FRAME_READY_MAX
#define DATAGRAM_ID_AT 4

static void
lay_address (SottoLayout *l, SottoRecord *r)
{
  sotto_layout_addrs (l, &r->address.n, r->address.addrs, SOTTO_ADDRESS_MAX);
}

static void
lay_list (SottoLayout *l, SottoRecord *r)
{
  sotto_layout_name_or_empty (l, &r->list.after);
}

static void
lay_users (SottoLayout *l, SottoRecord *r)
{
  sotto_layout_bool (l, &r->users.more);
  sotto_layout_count (l, &r->users.n, SOTTO_USERS_PAGE);
  for (unsigned i = 0; i < r->users.n; i++)
    {
      sotto_layout_name (l, &r->users.names[i]);
      if (i > 0)
        sotto_layout_check (l, strcmp (r->users.names[i - 1].str, r->users.names[i].str) < 0);
    }
}

/* The names so far by their hashes, as index + 1: no batch makes us compare all with all. */
#define SEEN_SLOTS 512
G_STATIC_ASSERT (SOTTO_PRESENCE_MAX < SEEN_SLOTS && SOTTO_PRESENCE_MAX <= G_MAXUINT8);

static bool
is_new_in_batch (uint8_t seen[static SEEN_SLOTS], const SottoRecord *r, unsigned at)
{
  const char *name = r->presence.changes[at].name.str;
  unsigned slot = g_str_hash (name) % SEEN_SLOTS;

  for (; seen[slot] != 0; slot = (slot + 1) % SEEN_SLOTS)
    if (strcmp (r->presence.changes[seen[slot] - 1].name.str, name) == 0)
      return false;
  seen[slot] = (uint8_t)(at + 1);
  return true;
}

static void
lay_presence (SottoLayout *l, SottoRecord *r)
{
  uint8_t seen[SEEN_SLOTS] = { 0 };

  sotto_layout_count (l, &r->presence.n, SOTTO_PRESENCE_MAX);
  for (unsigned i = 0; i < r->presence.n; i++)
    {
      sotto_layout_enum (l, &r->presence.changes[i].event, SOTTO_PRESENCE_CONNECTED,
                         SOTTO_PRESENCE_DISCONNECTED);
      sotto_layout_name (l, &r->presence.changes[i].name);
      sotto_layout_check (l, is_new_in_batch (seen, r, i));
    }
}

static void
lay_keyreq (SottoLayout *l, SottoRecord *r)
{
  sotto_layout_u32 (l, &r->keyreq.req);
  sotto_layout_check (l, r->keyreq.req != 0);
  sotto_layout_name (l, &r->keyreq.peer);
}

static void
lay_keygrant (SottoLayout *l, SottoRecord *r)
{
  SottoGrant *grant = &r->grant;

  sotto_layout_u32 (l, &grant->req);
  sotto_layout_enum (l, &grant->role, SOTTO_ROLE_INITIATOR, SOTTO_ROLE_RESPONDER);
  sotto_layout_u64 (l, &grant->cid);
  sotto_layout_name (l, &grant->peer);
  sotto_layout_key (l, &grant->identity);
  sotto_layout_key (l, &grant->kxy);
  sotto_layout_u16 (l, &grant->ttl_s);
  sotto_layout_addrs (l, &grant->n_candidates, grant->candidates, SOTTO_CANDIDATE_MAX);
}

/* The datagram itself is the peers' affair; its size and its id are what a server may see. */
static bool
is_datagram_of (const uint8_t *datagram, gsize n, uint64_t cid)
{
  SottoReader in = SOTTO_READER (datagram, n);

  if (!sotto_datagram_is_size (n))
    return false;
  sotto_read_bytes (&in, DATAGRAM_ID_AT);
  return sotto_read_u64 (&in) == cid;
}

static void
lay_relay (SottoLayout *l, SottoRecord *r)
{
  sotto_layout_u64 (l, &r->relay.cid);
  sotto_layout_rest (l, &r->relay.datagram, &r->relay.n);
  sotto_layout_check (l, is_datagram_of (r->relay.datagram, r->relay.n, r->relay.cid));
}

static void
lay_relayno (SottoLayout *l, SottoRecord *r)
{
  sotto_layout_u64 (l, &r->relayno.cid);
  sotto_layout_code (l, &r->relayno.code);
  sotto_layout_check (l, r->relayno.code == SOTTO_OFFLINE || r->relayno.code == SOTTO_UNAVAILABLE
                             || r->relayno.code == SOTTO_QUOTA);
}

static void
lay_passwd (SottoLayout *l, SottoRecord *r)
{
  sotto_layout_u32 (l, &r->passwd.req);
  sotto_layout_key (l, &r->passwd.h_old);
  sotto_layout_key (l, &r->passwd.h_new);
}

static void
lay_identity (SottoLayout *l, SottoRecord *r)
{
  sotto_layout_u32 (l, &r->identity.req);
  sotto_layout_key (l, &r->identity.h);
  sotto_layout_key (l, &r->identity.identity);
}

static void
lay_unsign (SottoLayout *l, SottoRecord *r)
{
  sotto_layout_u32 (l, &r->unsign.req);
  sotto_layout_key (l, &r->unsign.h);
}

static void
lay_ok (SottoLayout *l, SottoRecord *r)
{
  sotto_layout_u32 (l, &r->ok.req);
}

static void
lay_err (SottoLayout *l, SottoRecord *r)
{
  sotto_layout_u32 (l, &r->err.req);
  sotto_layout_code (l, &r->err.code);
  sotto_layout_u16 (l, &r->err.retry_s);
}

static void
lay_ping (SottoLayout *l, SottoRecord *r)
{
  sotto_layout_u64 (l, &r->ping.nonce);
}

static void
lay_bye (SottoLayout *l, SottoRecord *r)
{
  sotto_layout_code (l, &r->bye.code);
}

typedef struct
{
  unsigned from;
  void (*lay) (SottoLayout *l, SottoRecord *r);
} RecordKind;

/* By type, from RECORD_FIRST on. */
static const RecordKind kinds[] = {
  [SOTTO_RECORD_ADDRESS - RECORD_FIRST] = { CLIENT, lay_address },
  [SOTTO_RECORD_LIST - RECORD_FIRST] = { CLIENT, lay_list },
  [SOTTO_RECORD_USERS - RECORD_FIRST] = { SERVER, lay_users },
  [SOTTO_RECORD_PRESENCE - RECORD_FIRST] = { SERVER, lay_presence },
  [SOTTO_RECORD_KEYREQ - RECORD_FIRST] = { CLIENT, lay_keyreq },
  [SOTTO_RECORD_KEYGRANT - RECORD_FIRST] = { SERVER, lay_keygrant },
  [SOTTO_RECORD_RELAY - RECORD_FIRST] = { BOTH, lay_relay },
  [SOTTO_RECORD_RELAYNO - RECORD_FIRST] = { SERVER, lay_relayno },
  [SOTTO_RECORD_PASSWD - RECORD_FIRST] = { CLIENT, lay_passwd },
  [SOTTO_RECORD_IDENTITY - RECORD_FIRST] = { CLIENT, lay_identity },
  [SOTTO_RECORD_OK - RECORD_FIRST] = { SERVER, lay_ok },
  [SOTTO_RECORD_ERR - RECORD_FIRST] = { SERVER, lay_err },
  [SOTTO_RECORD_PING - RECORD_FIRST] = { BOTH, lay_ping },
  [SOTTO_RECORD_PONG - RECORD_FIRST] = { BOTH, lay_ping },
  [SOTTO_RECORD_BYE - RECORD_FIRST] = { BOTH, lay_bye },
  [SOTTO_RECORD_UNSIGN - RECORD_FIRST] = { CLIENT, lay_unsign },
};

static const RecordKind *
find_kind (unsigned type)
{
  if (type < RECORD_FIRST || type - RECORD_FIRST >= G_N_ELEMENTS (kinds))
    return NULL;
  return kinds[type - RECORD_FIRST].lay != NULL ? &kinds[type - RECORD_FIRST] : NULL;
}

gsize
sotto_record_encode (const SottoRecord *record, uint64_t counter, uint8_t *out, gsize max)
{
  const RecordKind *kind = find_kind (record->type);
  SottoWriter w = SOTTO_WRITER (out, max);

  g_assert (kind != NULL);
  sotto_write_u64 (&w, counter);
  sotto_write_u8 (&w, (uint8_t)record->type);
  kind->lay (SOTTO_LAYOUT_WRITE (&w), (SottoRecord *)record);
  g_assert (!w.failed);
  return w.n;
}

SottoCode
sotto_record_decode (const uint8_t *plain, gsize n, uint64_t *out_counter, SottoRecord *out)
{
  SottoReader in = SOTTO_READER (plain, n);
  uint64_t counter = sotto_read_u64 (&in);
  uint8_t type = sotto_read_u8 (&in);
  const RecordKind *kind = in.failed ? NULL : find_kind (type);

  if (kind == NULL)
    return SOTTO_PROTOCOL;
  out->type = (SottoRecordType)type;
  kind->lay (SOTTO_LAYOUT_READ (&in), out);
  if (!sotto_reader_done (&in))
    return SOTTO_PROTOCOL;
  *out_counter = counter;
  return SOTTO_OK;
}

void
sotto_sealer_init (SottoSealer *self, const SottoKey *key, uint64_t counter)
{
  sotto_fernet_key_init (&self->key, key);
  self->counter = counter;
}

void
sotto_sealer_clear (SottoSealer *self)
{
  sotto_fernet_key_clear (&self->key);
  self->counter = 0;
}

/* The token is written where it will stand: frames to a crowd are not copied twice. */
static void
append_sealed (GByteArray *out,
               SottoSealer *sealer,
               const uint8_t *plain,
               gsize n,
               const SottoFernetNonce *nonce)
{
  uint8_t head[SOTTO_FRAME_LENGTH_LEN + 1];
  SottoWriter w = SOTTO_WRITER (head, sizeof head);
  gsize n_token = sotto_fernet_text_len (n);
  guint start = out->len;

  g_assert (1 + n_token <= SOTTO_FRAME_READY_MAX);
  sotto_write_u32 (&w, (uint32_t)(1 + n_token));
  sotto_write_u8 (&w, SOTTO_FRAME_SEALED);
  g_byte_array_set_size (out, start + (guint)(sizeof head + n_token));
  memcpy (out->data + start, head, sizeof head);
  sotto_fernet_seal_text (&sealer->key, nonce, plain, n, (char *)out->data + start + sizeof head);
  sealer->counter++;
}

void
sotto_record_append (GByteArray *out,
                     SottoSealer *sealer,
                     const SottoRecord *record,
                     const SottoFernetNonce *nonce)
{
  uint8_t plain[PLAIN_MAX];
  gsize n = sotto_record_encode (record, sealer->counter, plain, sizeof plain);

  append_sealed (out, sealer, plain, n, nonce);
  sotto_secret_wipe (plain, n);
}

void
sotto_record_append_encoded (GByteArray *out, SottoSealer *sealer, uint8_t *plain, gsize n)
{
  SottoWriter w = SOTTO_WRITER (plain, n);

  sotto_write_u64 (&w, sealer->counter);
  append_sealed (out, sealer, plain, n, NULL);
}

SottoCode
sotto_record_open (const SottoFrame *frame,
                   SottoSealer *sealer,
                   bool from_server,
                   uint8_t *plain,
                   SottoRecord *out)
{
  gsize n = 0;
  uint64_t counter;

  if (frame->type != SOTTO_FRAME_SEALED || frame->n_body > PLAIN_MAX)
    return SOTTO_PROTOCOL;
  if (!sotto_fernet_open_text (&sealer->key, (const char *)frame->body, frame->n_body, plain, &n))
    return SOTTO_PROTOCOL;
  if (sotto_record_decode (plain, n, &counter, out) != SOTTO_OK || counter != sealer->counter)
    return SOTTO_PROTOCOL;
  if ((find_kind (out->type)->from & (from_server ? SERVER : CLIENT)) == 0)
    return SOTTO_PROTOCOL;
  sealer->counter++;
  return SOTTO_OK;
}
