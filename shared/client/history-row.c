// SPDX-License-Identifier: GPL-3.0-or-later
/* Every plaintext is a tag, a number and what that kind of row holds. */
#include "shared/client/history-row.h"

#include "shared/base/secret.h"
#include "shared/base/text.h"
#include "shared/crypto/agreement.h"
#include <string.h>

#define TAG_FIRST_RECORD 'R' /* without flags, target and reactions: of before they were */
#define TAG_RECORD       'M'
#define TAG_PEER         'P'
#define TAG_PROOF        'H'
#define TAG_DRAFT        'D'
#define TAG_FILE         'F'
#define HEAD_LEN         9 /* tag, number u64 */
/* own u8, kind u8, id, sent u64, stored u64; then flags u8, lp of either reaction, the target of
 * what has one, and the text */
#define RECORD_LEN   (1 + 1 + SOTTO_ID_LEN + 8 + 8)
#define MORE_MAX     (1 + 2 * (1 + SOTTO_REACTION_MAX) + SOTTO_ID_LEN)

#define FLAG_EDITED  1
#define FLAG_DELETED 2

static const char names_info[] = "sotto/1 history names";

void
sotto_history_keys_init (SottoHistoryKeys *self, const SottoKey *data_key)
{
  sotto_fernet_key_init (&self->rows, data_key);
  sotto_hkdf (data_key, sizeof *data_key, NULL, 0, names_info, strlen (names_info),
              self->names.bytes, sizeof self->names.bytes);
}

void
sotto_history_keys_clear (SottoHistoryKeys *self)
{
  sotto_fernet_key_clear (&self->rows);
  sotto_secret_wipe (self, sizeof *self);
}

void
sotto_history_tag_of (const SottoHistoryKeys *keys,
                      const SottoName *name,
                      uint8_t out[static SOTTO_HISTORY_TAG_LEN])
{
  SottoKey hash;

  sotto_hmac_sha256 (&keys->names, name->str, strlen (name->str), &hash);
  memcpy (out, &hash, SOTTO_HISTORY_TAG_LEN);
}

static void
put_u64 (uint8_t *out, uint64_t value)
{
  value = GUINT64_TO_BE (value);
  memcpy (out, &value, sizeof value);
}

static uint64_t
get_u64 (const uint8_t *bytes)
{
  uint64_t value;

  memcpy (&value, bytes, sizeof value);
  return GUINT64_FROM_BE (value);
}

/* A token with room for n bytes of plaintext, in which they are sealed in place; tag and number are
 * there already. out_body is what follows them. */
static uint8_t *
token_new (char tag, uint64_t number, gsize n_body, uint8_t **out_body)
{
  uint8_t *token = g_malloc (sotto_fernet_raw_len (HEAD_LEN + n_body));
  uint8_t *plain = token + SOTTO_FERNET_PLAIN_OFFSET;

  plain[0] = (uint8_t)tag;
  put_u64 (plain + 1, number);
  *out_body = plain + HEAD_LEN;
  return token;
}

static GBytes *
token_seal (const SottoHistoryKeys *keys, uint8_t *take_token, gsize n_body)
{
  gsize n = HEAD_LEN + n_body;

  sotto_fernet_seal_raw (&keys->rows, NULL, take_token + SOTTO_FERNET_PLAIN_OFFSET, n, take_token);
  return g_bytes_new_take (take_token, sotto_fernet_raw_len (n));
}

/* Wiped and freed by the caller (n bytes); NULL when it is not this tag's and number's. */
static uint8_t *
token_open (const SottoHistoryKeys *keys,
            char tag,
            uint64_t number,
            const uint8_t *token,
            gsize n,
            gsize *out_n_body)
{
  uint8_t *plain = g_malloc0 (n + 1);
  gsize n_plain = 0;

  if (sotto_fernet_open_raw (&keys->rows, token, n, plain, &n_plain) && n_plain >= HEAD_LEN
      && plain[0] == (uint8_t)tag && get_u64 (plain + 1) == number)
    {
      *out_n_body = n_plain - HEAD_LEN;
      return plain;
    }
  sotto_secret_wipe (plain, n);
  g_free (plain);
  return NULL;
}

static void
plain_free (uint8_t *plain, gsize n)
{
  sotto_secret_wipe (plain, n);
  g_free (plain);
}

static uint8_t *
put_reaction (uint8_t *p, const char *reaction)
{
  gsize n = strlen (reaction);

  *p = (uint8_t)n;
  memcpy (p + 1, reaction, n);
  return p + 1 + n;
}

/* What follows the part that every version of a record has. */
static gsize
put_more (uint8_t out[static MORE_MAX], const SottoHistoryRecord *record)
{
  uint8_t *p = out;

  *p++ = (uint8_t)((record->edited ? FLAG_EDITED : 0) | (record->deleted ? FLAG_DELETED : 0));
  p = put_reaction (p, record->reaction_own);
  p = put_reaction (p, record->reaction_theirs);
  if (sotto_history_is_change (record->kind))
    {
      memcpy (p, &record->target, SOTTO_ID_LEN);
      p += SOTTO_ID_LEN;
    }
  return (gsize)(p - out);
}

GBytes *
sotto_history_seal_record (const SottoHistoryKeys *keys, const SottoHistoryRecord *record)
{
  uint8_t more[MORE_MAX];
  gsize n_more = put_more (more, record);
  uint8_t *p;
  uint8_t *token = token_new (TAG_RECORD, record->place, RECORD_LEN + n_more + record->n, &p);

  *p++ = record->own;
  *p++ = (uint8_t)record->kind;
  memcpy (p, &record->id, SOTTO_ID_LEN);
  p += SOTTO_ID_LEN;
  put_u64 (p, record->sent_ms);
  put_u64 (p + 8, record->stored_ms);
  memcpy (p + 16, more, n_more);
  if (record->n > 0)
    memcpy (p + 16 + n_more, record->text, record->n);
  return token_seal (keys, token, RECORD_LEN + n_more + record->n);
}

static bool
get_reaction (const uint8_t **p, const uint8_t *end, char out[static SOTTO_REACTION_MAX + 1])
{
  gsize n = *p < end ? **p : SOTTO_REACTION_MAX + 1;

  if (n > SOTTO_REACTION_MAX || (gsize)(end - *p) < 1 + n)
    return false;
  memcpy (out, *p + 1, n);
  out[n] = '\0';
  *p += 1 + n;
  return true;
}

/* out: a record without a text. The text is what is left from *p on. */
static bool
get_more (const uint8_t **p, const uint8_t *end, SottoHistoryRecord *out)
{
  if (*p == end)
    return false;
  uint8_t flags = *(*p)++;
  out->edited = (flags & FLAG_EDITED) != 0;
  out->deleted = (flags & FLAG_DELETED) != 0;
  if (!get_reaction (p, end, out->reaction_own) || !get_reaction (p, end, out->reaction_theirs))
    return false;
  if (!sotto_history_is_change (out->kind))
    return true;
  if ((gsize)(end - *p) < SOTTO_ID_LEN)
    return false;
  memcpy (&out->target, *p, SOTTO_ID_LEN);
  *p += SOTTO_ID_LEN;
  return true;
}

static SottoHistoryRecord *
read_body (const uint8_t *p, gsize n, bool first_version)
{
  const uint8_t *end = p + n;
  SottoHistoryRecord head = { 0 };

  if (n < RECORD_LEN)
    return NULL;
  head.own = p[0] != 0;
  head.kind = (SottoMessageType)p[1];
  memcpy (&head.id, p + 2, SOTTO_ID_LEN);
  head.sent_ms = get_u64 (p + 2 + SOTTO_ID_LEN);
  head.stored_ms = get_u64 (p + 10 + SOTTO_ID_LEN);
  p += RECORD_LEN;
  if (!first_version && !get_more (&p, end, &head))
    return NULL;
  SottoHistoryRecord *record = sotto_history_record_new ((const char *)p, (gsize)(end - p));
  head.n = record->n;
  memcpy (record, &head, G_STRUCT_OFFSET (SottoHistoryRecord, text));
  return record;
}

SottoHistoryRecord *
sotto_history_open_record (const SottoHistoryKeys *keys,
                           uint64_t place,
                           bool own,
                           const SottoId *id,
                           const uint8_t *token,
                           gsize n)
{
  gsize n_body = 0;
  uint8_t *plain = token_open (keys, TAG_RECORD, place, token, n, &n_body);
  bool first_version = plain == NULL;

  if (first_version)
    plain = token_open (keys, TAG_FIRST_RECORD, place, token, n, &n_body);
  if (plain == NULL)
    return NULL;
  g_autoptr (SottoHistoryRecord) record = read_body (plain + HEAD_LEN, n_body, first_version);
  plain_free (plain, n);
  if (record == NULL || record->own != own || memcmp (&record->id, id, SOTTO_ID_LEN) != 0)
    return NULL;
  record->place = place;
  return g_steal_pointer (&record);
}

GBytes *
sotto_history_seal_draft (const SottoHistoryKeys *keys, uint64_t number, const char *text)
{
  gsize n = strlen (text);
  uint8_t *body;
  uint8_t *token = token_new (TAG_DRAFT, number, n, &body);

  memcpy (body, text, n);
  return token_seal (keys, token, n);
}

char *
sotto_history_open_draft (const SottoHistoryKeys *keys,
                          uint64_t number,
                          const uint8_t *token,
                          gsize n)
{
  gsize n_body = 0;
  uint8_t *plain = token_open (keys, TAG_DRAFT, number, token, n, &n_body);

  if (plain == NULL)
    return NULL;
  char *text = g_strndup ((const char *)plain + HEAD_LEN, n_body);
  plain_free (plain, n);
  return text;
}

GBytes *
sotto_history_seal_peer (const SottoHistoryKeys *keys, uint64_t number, const SottoName *name)
{
  gsize n = strlen (name->str);
  uint8_t *body;
  uint8_t *token = token_new (TAG_PEER, number, n, &body);

  memcpy (body, name->str, n);
  return token_seal (keys, token, n);
}

bool
sotto_history_open_peer (const SottoHistoryKeys *keys,
                         uint64_t number,
                         const uint8_t *token,
                         gsize n,
                         SottoName *out_name)
{
  gsize n_body = 0;
  uint8_t *plain = token_open (keys, TAG_PEER, number, token, n, &n_body);

  if (plain == NULL)
    return false;
  bool is_name = sotto_name_parse (plain + HEAD_LEN, n_body, out_name);
  plain_free (plain, n);
  return is_name;
}

GBytes *
sotto_history_seal_file (const SottoHistoryKeys *keys, uint64_t place, const uint8_t *body, gsize n)
{
  uint8_t *p;
  uint8_t *token = token_new (TAG_FILE, place, n, &p);

  memcpy (p, body, n);
  return token_seal (keys, token, n);
}

uint8_t *
sotto_history_open_file (const SottoHistoryKeys *keys,
                         uint64_t place,
                         const uint8_t *token,
                         gsize n,
                         gsize *out_n)
{
  uint8_t *plain = token_open (keys, TAG_FILE, place, token, n, out_n);

  if (plain == NULL)
    return NULL;
  uint8_t *body = g_memdup2 (plain + HEAD_LEN, *out_n);
  plain_free (plain, n);
  return body;
}

GBytes *
sotto_history_seal_proof (const SottoHistoryKeys *keys)
{
  uint8_t *body;

  return token_seal (keys, token_new (TAG_PROOF, 0, 0, &body), 0);
}

bool
sotto_history_is_proof (const SottoHistoryKeys *keys, const uint8_t *token, gsize n)
{
  gsize n_body = 0;
  uint8_t *plain = token_open (keys, TAG_PROOF, 0, token, n, &n_body);

  if (plain == NULL)
    return false;
  plain_free (plain, n);
  return n_body == 0;
}
