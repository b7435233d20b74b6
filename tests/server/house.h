// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A whole server without sockets: the real sessions, accounts, verifier and all, on a clock that
 * the test sets, with guests who speak the client's side of the protocol. Waiting for a worker's
 * answer turns the main context; nothing else does.
 */
#pragma once

#include "server/server-key.h"
#include "server/session.h"
#include "shared/base/clock.h"
#include "shared/wire/login.h"
#include "shared/wire/record.h"

typedef struct _TestGuest TestGuest;

typedef struct
{
  SottoTestClock clock;
  SottoServerConfig *config;
  SottoServices services;
  SottoCounters counters;
  SottoServerKey *key;
  char *folder;
  GPtrArray *guests;
} TestHouse;

/* One client's end and the session it talks to. */
struct _TestGuest
{
  SottoSession session; /* first */
  TestHouse *house;
  GByteArray *out; /* what the server said and the guest has not looked at */
  gsize waiting;   /* what the session believes is in its queue, on top of `out` */
  gsize passing;   /* of that: what the kernel takes when it is asked */
  bool reading;
  bool ready;
  bool finished; /* half-closed by the server */
  bool closed;

  SottoName name;
  SottoKeyPair ec;
  GByteArray *hello;
  SottoKey h;
  SottoKey identity;
  const char *invite; /* shown at sign-up; NULL: none */
  SottoSessionKeys keys;
  SottoSealer to_server;
  SottoSealer from_server;
  SottoResult result;
};

/* `yaml` is appended to a minimal configuration; NULL for none. */
TestHouse *test_house_new (const char *yaml);
void test_house_free (TestHouse *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestHouse, test_house_free)
/* Moves the clock and turns the wheel at every tick on the way. */
void test_house_pass (TestHouse *self, gint64 time);
/* Closes the accounts and opens them again, as a restart does. */
void test_house_restart_accounts (TestHouse *self);

/* Connects and has read HELLO. ip NULL = 127.0.0.1. */
TestGuest *test_guest_new (TestHouse *house, const char *name, const char *ip);
/* Sends LOGIN; the answer is looked at with test_guest_answer. H follows from the password. */
void test_guest_send_login (TestGuest *self, SottoLoginOp op, const char *password);
void test_guest_send_resume (TestGuest *self, const TestGuest *from);
/* Turns the context until RESULT or FAIL is there. With RESULT 0 the sealers are ready. */
SottoCode test_guest_answer (TestGuest *self, SottoFrameType *out_type);
/* LOGIN or sign-up, which must succeed. */
TestGuest *test_guest_login (TestHouse *house, const char *name, SottoLoginOp op);
TestGuest *
test_guest_login_from (TestHouse *house, const char *name, SottoLoginOp op, const char *ip);

void test_guest_frame (TestGuest *self, SottoFrameType type, const void *body, gsize n);
void test_guest_send (TestGuest *self, const SottoRecord *record);
/* The next record the server said; false when there is none. */
bool test_guest_next (TestGuest *self, SottoRecord *out);
/* The next record must be of this type. */
void test_guest_expect (TestGuest *self, SottoRecordType type, SottoRecord *out);
/* Turns the context until the server says something; fails the test after a while. */
void test_guest_wait (TestGuest *self);
void test_guest_hang_up (TestGuest *self);

SottoName test_name (const char *text);
SottoAddr test_addr (const char *ip, uint16_t port);
