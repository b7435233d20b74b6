// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One request of sottoctl while it is being answered: a line of JSON in, lines of JSON out. Knows
 * neither the socket nor what the commands do. The last line of an answer has `ok`, those before it
 * have not.
 *
 *   {"command":"add","name":"bob"}          {"command":"users"}
 *   64 hexadecimal digits: H                → {"name":"bob","online":false,…}
 *   → {"ok":true}                           → {"ok":true}
 *
 * A no is {"ok":false,"code":"not_found","message":"…"}; after one to a malformed request the
 * server hangs up.
 */
#pragma once

#include "server/invite.h"
#include "server/services.h"
#include "server/verifier.h"
#include "shared/base/json.h"

typedef struct _SottoControlCall SottoControlCall;

/* What the commands may use: handed in by the composition root. Borrowed. */
typedef struct
{
  const SottoServices *services;
  gint64 started;          /* monotonic */
  guint16 port;            /* the one that was bound */
  const GArray *addresses; /* SottoAddr, all that were bound */
  /* Reads the configuration again. *out_later: names of the keys that wait for a restart. */
  bool (*reload) (gpointer data, GPtrArray **out_later, GError **error);
  gpointer data;
} SottoControlHost;

typedef enum
{
  SOTTO_CONTROL_NAME = 1 << 0,        /* takes `name` */
  SOTTO_CONTROL_KEY = 1 << 1,         /* takes H, on a line of its own */
  SOTTO_CONTROL_INVITE = 1 << 2,      /* takes `uses` and `expires` */
  SOTTO_CONTROL_CODE = 1 << 3,        /* takes `code`, of an invite or its id */
  SOTTO_CONTROL_LOGGED = 1 << 4,      /* changes something: worth a line in the log */
  SOTTO_CONTROL_ENDS_SESSION = 1 << 5 /* the user is kicked once it is done */
} SottoControlFlags;

typedef struct
{
  const char *name;
  guint flags;
  /* Answers, or sets `more`, now or later. */
  void (*run) (SottoControlCall *call);
} SottoControlCommand;

struct _SottoControlCall
{
  const SottoControlHost *host;
  const SottoControlCommand *command; /* NULL: none is known */
  SottoName name;
  SottoKey h;
  SottoInvite invite;
  char code[SOTTO_INVITE_MAX + 1];
  SottoVerifierJob *job; /* while H is being hashed */

  /* A long answer: `more` appends some lines, and false says that the last one was among them. */
  bool (*more) (SottoControlCall *call, GString *out);
  GPtrArray *list;
  guint next;

  /* Takes the line. Careful: the call may be gone afterwards. */
  void (*answered) (SottoControlCall *call, bool ok, char *take_line);
};

/* Reads a request. Otherwise answers what is wrong with it and returns false. */
bool sotto_control_call_parse (SottoControlCall *self, const char *line, gsize n);
/* Reads the line with H, in hexadecimal digits. Likewise. */
bool sotto_control_call_parse_key (SottoControlCall *self, const char *line, gsize n);
/* Lets go of what a call took, whether it was answered or not. */
void sotto_control_call_clear (SottoControlCall *self);

/* An answer of yes, for more members; give it to sotto_control_answer. */
JsonObject *sotto_control_yes (void);
void sotto_control_answer (SottoControlCall *self, JsonObject *take_answer);
/* code as in the events of sotto-cli; message is for people. */
void sotto_control_refuse (SottoControlCall *self, const char *code, const char *message);
