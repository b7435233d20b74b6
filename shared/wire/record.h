// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Records inside SEALED: one struct of a tag and a union, one encoder, one decoder, one table. A
 * sealer holds a direction's key and counter. PROTOCOL section 3, "Session records".
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/limits.h"
#include "shared/base/types.h"
#include "shared/crypto/fernet.h"
#include "shared/wire/frame.h"

typedef enum
{
  SOTTO_RECORD_ADDRESS = 0x20,
  SOTTO_RECORD_LIST = 0x22,
  SOTTO_RECORD_USERS = 0x23,
  SOTTO_RECORD_PRESENCE = 0x24,
  SOTTO_RECORD_KEYREQ = 0x25,
  SOTTO_RECORD_KEYGRANT = 0x26,
  SOTTO_RECORD_RELAY = 0x27,
  SOTTO_RECORD_RELAYNO = 0x28,
  SOTTO_RECORD_PASSWD = 0x29,
  SOTTO_RECORD_IDENTITY = 0x2A,
  SOTTO_RECORD_OK = 0x2B,
  SOTTO_RECORD_ERR = 0x2C,
  SOTTO_RECORD_PING = 0x2D,
  SOTTO_RECORD_PONG = 0x2E,
  SOTTO_RECORD_BYE = 0x2F,
  SOTTO_RECORD_UNSIGN = 0x30
} SottoRecordType;

typedef enum
{
  SOTTO_PRESENCE_CONNECTED = 1,
  SOTTO_PRESENCE_DISCONNECTED = 2
} SottoPresenceEvent;

typedef enum
{
  SOTTO_ROLE_INITIATOR = 1,
  SOTTO_ROLE_RESPONDER = 2
} SottoRole;

typedef struct
{
  uint32_t req; /* 0 to the other side */
  SottoRole role;
  uint64_t cid;
  SottoName peer;
  SottoKey identity; /* I_peer */
  SottoKey kxy;
  uint16_t ttl_s;
  uint8_t n_candidates;
  SottoAddr candidates[SOTTO_CANDIDATE_MAX];
} SottoGrant;

/* About 9 KB; lives on the stack. Pointers (relay.datagram) look into the caller's plaintext. */
typedef struct
{
  SottoRecordType type;
  union
  {
    struct
    {
      uint8_t n;
      SottoAddr addrs[SOTTO_ADDRESS_MAX];
    } address;
    struct
    {
      SottoName after;
    } list; /* unset = from the start */
    struct
    {
      bool more;
      uint8_t n;
      SottoName names[SOTTO_USERS_PAGE];
    } users;
    struct
    {
      uint8_t n;
      struct
      {
        SottoPresenceEvent event;
        SottoName name;
      } changes[SOTTO_PRESENCE_MAX];
    } presence;
    struct
    {
      uint32_t req;
      SottoName peer;
    } keyreq;
    SottoGrant grant;
    struct
    {
      uint64_t cid;
      const uint8_t *datagram;
      gsize n;
    } relay;
    struct
    {
      uint64_t cid;
      SottoCode code;
    } relayno;
    struct
    {
      uint32_t req;
      SottoKey h_old;
      SottoKey h_new;
    } passwd;
    struct
    {
      uint32_t req;
      SottoKey h;
      SottoKey identity;
    } identity;
    struct
    {
      uint32_t req;
      SottoKey h;
    } unsign;
    struct
    {
      uint32_t req;
    } ok;
    struct
    {
      uint32_t req;
      SottoCode code;
      uint16_t retry_s;
    } err;
    struct
    {
      uint64_t nonce;
    } ping; /* PING and PONG */
    struct
    {
      SottoCode code;
    } bye;
  };
} SottoRecord;

/* One direction. Clear wipes the key. */
typedef struct
{
  SottoFernetKey key;
  uint64_t counter; /* of the next record */
} SottoSealer;

void sotto_sealer_init (SottoSealer *self, const SottoKey *key, uint64_t counter);
void sotto_sealer_clear (SottoSealer *self);

/* Appends a SEALED frame; nonce NULL = random. */
void sotto_record_append (GByteArray *out,
                          SottoSealer *sealer,
                          const SottoRecord *record,
                          const SottoFernetNonce *nonce);
/* The same to many: `plain` is the record as sotto_record_encode gave it, with any counter, which
 * is set for this one. */
void sotto_record_append_encoded (GByteArray *out, SottoSealer *sealer, uint8_t *plain, gsize n);
/* Opens the next record. plain has room for SOTTO_FRAME_READY_MAX bytes and must outlive *out.
 * Anything but the next valid record is SOTTO_PROTOCOL: close without an answer. Neither side may
 * send what only the other does: the caller says which side sent it. */
SottoCode sotto_record_open (const SottoFrame *frame,
                             SottoSealer *sealer,
                             bool from_server,
                             uint8_t *plain,
                             SottoRecord *out);

/* The plaintext alone (ctr, t, body), for vectors and the fuzzer. */
gsize sotto_record_encode (const SottoRecord *record, uint64_t counter, uint8_t *out, gsize max);
SottoCode
sotto_record_decode (const uint8_t *plain, gsize n, uint64_t *out_counter, SottoRecord *out);
