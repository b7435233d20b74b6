// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the server does with each record of a client. A handler may end the session; it wipes the
 * secrets of its record. Returns false where the record was already counted by a limit of its own.
 */
#pragma once

#include "server/session.h"

/* handle-people.c */
bool sotto_handle_address (SottoSession *session, SottoRecord *record, gint64 now);
bool sotto_handle_list (SottoSession *session, SottoRecord *record, gint64 now);
bool sotto_handle_keyreq (SottoSession *session, SottoRecord *record, gint64 now);
/* handle-account.c */
bool sotto_handle_passwd (SottoSession *session, SottoRecord *record, gint64 now);
bool sotto_handle_identity (SottoSession *session, SottoRecord *record, gint64 now);
bool sotto_handle_unsign (SottoSession *session, SottoRecord *record, gint64 now);
void sotto_account_operation_free (SottoAccountOperation *self);
/* handle-line.c */
bool sotto_handle_ping (SottoSession *session, SottoRecord *record, gint64 now);
bool sotto_handle_pong (SottoSession *session, SottoRecord *record, gint64 now);
bool sotto_handle_bye (SottoSession *session, SottoRecord *record, gint64 now);
/* handle-relay.c */
bool sotto_handle_relay (SottoSession *session, SottoRecord *record, gint64 now);
