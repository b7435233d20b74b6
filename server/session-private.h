// SPDX-License-Identifier: GPL-3.0-or-later
/* What session.c and session-login.c share of one machine. For these two files only. */
#pragma once

#include "server/session.h"

gint64 _sotto_session_now (const SottoSession *self);
void _sotto_session_set_state (SottoSession *self, SottoSessionState state);
void _sotto_session_report (SottoSession *self, SottoJournalEvent event, SottoCode code);
/* The deadline of the state it is in now. */
void _sotto_session_arm (SottoSession *self, gint64 now);

/* An empty buffer for one frame, and its way out. */
GByteArray *_sotto_session_scratch (SottoSession *self);
gsize _sotto_session_put (SottoSession *self, const GByteArray *bytes);

/* No longer among the unauthenticated. */
void _sotto_session_leave_crowd (SottoSession *self);
void _sotto_session_note_penalty (SottoSession *self, SottoCode code, gint64 now);
/* Ends, and leaves the peer a moment to read what was said last. */
void _sotto_session_finish (SottoSession *self, SottoCode code, gint64 now);
/* FAIL, then the same. */
void _sotto_session_fail (SottoSession *self, SottoCode code, guint16 retry_s, gint64 now);

/* session-login.c: does a step of the login. */
void _sotto_session_perform (SottoSession *self, const SottoLoginStep *step, gint64 now);
