// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a session may use: the parts of the server, handed in by the composition root (or by a test,
 * which may leave out what it does not touch). Borrowed, all of it.
 */
#pragma once

#include "server/config.h"
#include "server/journal.h"
#include "server/types.h"
#include "shared/base/clock.h"

/* Where a session's words go. The rim implements it with a link; a test with a byte array. */
typedef struct
{
  /* Queues bytes; returns how many wait now. */
  gsize (*send) (SottoSession *session, const uint8_t *bytes, gsize n);
  gsize (*waiting) (SottoSession *session);
  /* Hands on what it can before the turn is over; returns how many still wait. */
  gsize (*flush) (SottoSession *session);
  /* Both: for what is said to many, one after the other. */
  gsize (*write) (SottoSession *session, const uint8_t *bytes, gsize n);
  void (*set_reading) (SottoSession *session, bool reading);
  void (*set_ready) (SottoSession *session); /* frames may be larger from now on */
  void (*finish) (SottoSession *session);    /* no more from us; close once the peer has heard it */
  void (*close) (SottoSession *session);     /* at once */
} SottoSessionOutput;

typedef struct
{
  guint64 logins;
  guint64 logins_failed;
  guint64 resumptions;
  guint64 signups;
  guint64 grants;
  guint64 relayed;
  guint64 penalties;
  guint64 connections_refused;
  guint64 datagrams_dropped;
} SottoCounters;

struct _SottoServices
{
  const SottoServerConfig *config;
  const SottoClock *clock;
  const SottoRandom *random;
  const SottoSessionOutput *output;
  const SottoServerKey *key;
  SottoWheel *wheel;
  SottoEphemerals *ephemerals;
  SottoAdmission *admission;
  SottoAllowances *allowances;
  SottoAccounts *accounts;
  SottoVerifier *verifier;
  SottoRegistry *registry;
  SottoPresence *presence;
  SottoGrants *grants;
  SottoCounters *counters;
  GByteArray *scratch; /* for the frame being made; never kept across a call */
  /* Tells the program what happened, NULL = nobody listens. */
  void (*report) (SottoJournalEvent event,
                  const SottoName *user,
                  const SottoAddr *from,
                  SottoCode code);
  guint16 udp_port;
};
