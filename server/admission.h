// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Who is let in how fast, cheapest question first: how many connections have not logged in, how
 * often a source tries, whether it is being punished, and how often an account was failed at. Pure:
 * time and dice are handed in. All tables are bounded; what is like new is forgotten.
 */
#pragma once

#include "server/config.h"
#include "server/types.h"
#include "shared/base/error.h"
#include "shared/base/types.h"

/* The configuration is borrowed and must outlive self. */
SottoAdmission *sotto_admission_new (const SottoServerConfig *config);
void sotto_admission_free (SottoAdmission *self);
/* The configuration's exempt_sources have changed; rates are looked up there each time. */
void sotto_admission_reload (SottoAdmission *self);

/* A new connection, counted until `leave`. false: refuse it (BUSY). dice is uniform in 0..2^32-1.
 */
bool sotto_admission_enter (SottoAdmission *self, const SottoAddr *from, guint32 dice);
void sotto_admission_leave (SottoAdmission *self, const SottoAddr *from);
guint sotto_admission_get_unauthenticated (const SottoAdmission *self);

/* A LOGIN (never a RESUME) is about to cost an RSA operation. OK or RATE. */
SottoCode sotto_admission_login (SottoAdmission *self,
                                 const SottoAddr *from,
                                 gint64 now,
                                 guint16 *out_retry_s);
/* A sign-up is about to cost a bcrypt. OK or RATE. */
SottoCode sotto_admission_signup (SottoAdmission *self,
                                  const SottoAddr *from,
                                  gint64 now,
                                  guint16 *out_retry_s);
/* The source broke the protocol. */
void sotto_admission_punish (SottoAdmission *self, const SottoAddr *from, gint64 now);

/* A password is about to be checked for an account, there or not. OK or RATE. */
SottoCode sotto_admission_attempt (SottoAdmission *self,
                                   const SottoName *name,
                                   const SottoAddr *from,
                                   gint64 now,
                                   guint16 *out_retry_s);
/* Its account and its source are noted. */
void sotto_admission_failed (SottoAdmission *self,
                             const SottoName *name,
                             const SottoAddr *from,
                             gint64 now);

/* A login of that source begins to cost work, and has ended. */
void sotto_admission_begin (SottoAdmission *self, const SottoAddr *from);
void sotto_admission_end (SottoAdmission *self, const SottoAddr *from);
/* The source failed within SOTTO_SUSPECT, or has other logins under way: it is served after those
 * who have not. */
bool sotto_admission_suspects (const SottoAdmission *self, const SottoAddr *from, gint64 now);

/* Forgets what time has healed; call it every minute or so. */
void sotto_admission_sweep (SottoAdmission *self, gint64 now);
