// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A server of a few lines, pure like the client's session: frames in, bytes out. Does what it is
 * told, lies included. It is made of the codecs alone, so nothing of server/ is needed to test a
 * client.
 */
#pragma once

#include "shared/crypto/envelope.h"
#include "shared/wire/login.h"
#include "shared/wire/record.h"

typedef struct
{
  /* What it says and does; set before greeting. */
  char realm[SOTTO_REALM_MAX + 1];
  bool other_certificate; /* CERT is of another key than the one its kid names */
  bool low_order;         /* Es is a point whose secret anybody knows */
  SottoCode fail;         /* FAIL instead of HELLO, or at LOGIN with fail_at_login */
  bool fail_at_login;
  uint16_t retry_s;
  SottoCode result;    /* of LOGIN and RESUME */
  bool break_result;   /* its MAC */
  bool refuse_tickets; /* RESUME gets RESULT TICKET */
  bool has_h;          /* LOGIN with another H gets AUTH */
  SottoKey h;

  /* What it saw. */
  guint n_getcert;
  guint n_login;
  guint n_resume;
  SottoLoginBody login;
  SottoRecord record; /* the last */
  guint n_records;

  /* Its own. */
  const char *key_name; /* in the vectors */
  SottoPrivateKey *key;
  GBytes *certificate;
  SottoKeyPair es;
  GByteArray *hello;
  SottoSessionKeys keys;
  SottoKey ticket_rms; /* of the one ticket that is good */
  char ticket[SOTTO_TICKET_TEXT_SIZE];
  SottoSealer to_client;
  SottoSealer from_client;
  bool ready;
  uint8_t plain[SOTTO_FRAME_READY_MAX];
} ScriptServer;

/* key_name is one of the vectors' server keys: "rsa-2048", "rsa-3072", … */
ScriptServer *script_server_new (const char *key_name, const char *realm);
void script_server_free (ScriptServer *self);
SottoPublicKey *script_server_public_key (const ScriptServer *self); /* borrowed */
void script_server_fingerprint (const ScriptServer *self, SottoKey *out);

/* A new connection: HELLO. */
void script_server_greet (ScriptServer *self, GByteArray *out);
/* One frame of the client; answers are appended. */
void script_server_take (ScriptServer *self, const SottoFrame *frame, GByteArray *out);
void script_server_say (ScriptServer *self, const SottoRecord *record, GByteArray *out);
