// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * An engine with a folder of its own, a scripted server on a real socket that it talks to, and what
 * it said so far.
 */
#pragma once

#include "shared/client/engine.h"
#include "shared/net/link.h"
#include "tests/client/scratch.h"
#include "tests/client/script-server.h"

#define PATIENCE (60 * G_USEC_PER_SEC) /* a sanitizer on a busy machine */

typedef enum
{
  PASSWD_OK,
  PASSWD_REFUSE,
  PASSWD_HANG_UP_UNDONE, /* the connection breaks before the server did it */
  PASSWD_HANG_UP_DONE    /* …and after */
} PasswdMode;

typedef struct
{
  char *folder;
  SottoPoller *poller;
  GSocket *listener;
  GSource *accepting;
  guint heartbeat;
  uint16_t port;
  GPtrArray *links; /* the newest last; freed with the fixture */
  ScriptServer *server;
  bool deaf; /* connections are closed as they come */
  PasswdMode passwd;
  bool endless_list;
  bool nobody_else; /* without bob */

  SottoEngine *engine;
  GPtrArray *events; /* SottoEvent * */
  guint seen;        /* of them, by expect */
  bool log_out_in_handler;
} EngineFixture;

void engine_fixture_set_up (EngineFixture *self, gconstpointer unused);
void engine_fixture_tear_down (EngineFixture *self, gconstpointer unused);

/* The server's side */
SottoLink *engine_fixture_newest_link (EngineFixture *self);
void engine_fixture_say (EngineFixture *self, const SottoRecord *record);
void engine_fixture_hang_up (EngineFixture *self);

/* The person's side */
void engine_fixture_set_server (EngineFixture *self);
void engine_fixture_start (EngineFixture *self, SottoTrustPolicy trust);
void engine_fixture_stop (EngineFixture *self);
void engine_fixture_restart (EngineFixture *self);
/* The next event must be this one. */
const SottoEvent *
engine_fixture_expect (EngineFixture *self, SottoEventType type, const char *code);
void engine_fixture_expect_quiet (EngineFixture *self, guint ms);
void engine_fixture_log_in (EngineFixture *self, const char *password);

#define ENGINE_TEST(name, data, func)                                                              \
  g_test_add ("/client/engine/" name, EngineFixture, data, engine_fixture_set_up, func,            \
              engine_fixture_tear_down)
