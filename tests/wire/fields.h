// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the `fields` of a vector and the structs of shared/wire, in both directions and without
 * the codecs: what was decoded is turned into JSON and compared with the vector's own.
 */
#pragma once

#include "shared/crypto/fernet.h"
#include "shared/wire/message.h"
#include "shared/wire/packet.h"
#include "shared/wire/record.h"
#include "tests/lib/vectors.h"

/* A heap block of exactly n bytes, so that the sanitizer sees a read of one more. */
typedef struct
{
  uint8_t *data;
  gsize n;
} TestExact;

TestExact test_exact_copy (const void *data, gsize n);
TestExact test_exact_hex (JsonObject *object, const char *member);
TestExact test_exact_string (JsonObject *object, const char *member); /* no NUL */
void test_exact_clear (TestExact *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestExact, test_exact_clear)

void test_assert_exact (const char *what, const void *got, gsize n_got, const TestExact *want);
/* `iv` and `time` of the token beside them. */
SottoFernetNonce test_nonce (JsonObject *object);
void test_fernet_key (JsonObject *object, const char *member, SottoFernetKey *out);
/* Exactly one frame, found by sotto_frame_next in the caller's bytes. */
SottoFrame test_one_frame (const TestExact *bytes, gsize max);

/* Pointers in what comes out look into `keep`, a GPtrArray of g_free. */
GPtrArray *test_keep_new (void);
void
test_record_from_fields (const char *name, JsonObject *fields, GPtrArray *keep, SottoRecord *out);
JsonObject *test_record_to_fields (const SottoRecord *record, const char **out_name);
void test_packet_frame_from_fields (const char *name,
                                    JsonObject *fields,
                                    GPtrArray *keep,
                                    SottoPacketFrame *out);
JsonObject *test_packet_frame_to_fields (const SottoPacketFrame *frame, const char **out_name);
void
test_message_from_fields (const char *name, JsonObject *fields, GPtrArray *keep, SottoMessage *out);
JsonObject *test_message_to_fields (const SottoMessage *message, const char **out_name);

/* Consumes got. */
void test_assert_fields (const char *what, JsonObject *got, JsonObject *want);

/* Members of a JsonObject as the vectors write them. */
void test_set_hex (JsonObject *object, const char *member, const void *bytes, gsize n);
void test_set_u64 (JsonObject *object, const char *member, uint64_t v);
void test_set_text (JsonObject *object, const char *member, const void *text, gsize n);
JsonObject *test_addr_to_fields (const SottoAddr *addr);
