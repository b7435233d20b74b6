// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tickets. Sealed under the key of the slot they are made in, opened under that and the two next:
 * which slot it was is not written anywhere, so each is tried.
 */
#include "shared/wire/ticket.h"

#include "shared/base/secret.h"
#include "shared/crypto/agreement.h"
#include "shared/wire/layout.h"
#include <string.h>

#define TICKET_INFO "sotto/1 ticket"

void
sotto_ticket_key (const SottoKey *server_secret, uint64_t slot, SottoKey *out)
{
  uint8_t info[sizeof TICKET_INFO - 1 + 8];
  SottoWriter w = SOTTO_WRITER (info, sizeof info);

  sotto_write_bytes (&w, TICKET_INFO, strlen (TICKET_INFO));
  sotto_write_u64 (&w, slot);
  sotto_hkdf (server_secret->bytes, sizeof server_secret->bytes, NULL, 0, info, w.n, out->bytes,
              sizeof out->bytes);
}

static void
init_slot_key (SottoFernetKey *self, const SottoKey *server_secret, uint64_t slot)
{
  SottoKey tk;

  sotto_ticket_key (server_secret, slot, &tk);
  sotto_fernet_key_init (self, &tk);
  sotto_secret_wipe (&tk, sizeof tk);
}

static void
lay_ticket (SottoLayout *l, SottoTicket *self)
{
  sotto_layout_constant (l, SOTTO_PROTOCOL_VERSION);
  sotto_layout_name (l, &self->name);
  sotto_layout_u32 (l, &self->generation);
  sotto_layout_key (l, &self->resumption);
  sotto_layout_u64 (l, &self->expiry);
  sotto_layout_pad (l, SOTTO_TICKET_BODY_LEN);
}

gsize
sotto_ticket_seal (const SottoKey *server_secret,
                   uint64_t unix_s,
                   const SottoTicket *self,
                   const SottoFernetNonce *nonce,
                   char *out)
{
  uint8_t plain[SOTTO_TICKET_BODY_LEN];
  SottoWriter w = SOTTO_WRITER (plain, sizeof plain);
  gsize n = sotto_fernet_text_len (sizeof plain);
  SottoFernetKey tk = { 0 };

  lay_ticket (SOTTO_LAYOUT_WRITE (&w), (SottoTicket *)self);
  g_assert (!w.failed && n < SOTTO_TICKET_TEXT_SIZE);
  init_slot_key (&tk, server_secret, unix_s / SOTTO_TICKET_SLOT_S);
  sotto_fernet_seal_text (&tk, nonce, plain, sizeof plain, out);
  out[n] = '\0';
  sotto_fernet_key_clear (&tk);
  sotto_secret_wipe (plain, sizeof plain);
  return n;
}

/* plain has room for n bytes. */
static bool
open_in_slot (const SottoKey *server_secret,
              uint64_t slot,
              const char *text,
              gsize n,
              uint8_t *plain,
              SottoTicket *out)
{
  SottoFernetKey tk = { 0 };
  gsize n_plain = 0;
  bool opened;

  init_slot_key (&tk, server_secret, slot);
  opened = sotto_fernet_open_text (&tk, text, n, plain, &n_plain);
  sotto_fernet_key_clear (&tk);
  if (!opened || n_plain != SOTTO_TICKET_BODY_LEN)
    return false;

  SottoReader in = SOTTO_READER (plain, n_plain);

  lay_ticket (SOTTO_LAYOUT_READ (&in), out);
  return sotto_reader_done (&in);
}

SottoCode
sotto_ticket_open (const SottoKey *server_secret,
                   uint64_t unix_s,
                   const char *text,
                   gsize n,
                   SottoTicket *out)
{
  uint8_t plain[SOTTO_TICKET_TEXT_SIZE];
  uint64_t slot = unix_s / SOTTO_TICKET_SLOT_S;
  SottoTicket ticket = { 0 };
  bool opened = false;

  if (n != sotto_fernet_text_len (SOTTO_TICKET_BODY_LEN))
    return SOTTO_TICKET;
  for (unsigned i = 0; !opened && i <= SOTTO_TICKET_SLOTS_BEFORE && i <= slot; i++)
    opened = open_in_slot (server_secret, slot - i, text, n, plain, &ticket);
  opened = opened && unix_s < ticket.expiry;
  if (opened)
    *out = ticket;
  sotto_secret_wipe (plain, sizeof plain);
  sotto_secret_wipe (&ticket, sizeof ticket);
  return opened ? SOTTO_OK : SOTTO_TICKET;
}
