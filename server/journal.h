// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The server's log: to the journal with fields when systemd reads our standard error, else one line
 * each to standard error. Names of users and addresses, never payloads, keys or tokens. The line of
 * a failed login is a surface: fail2ban reads it.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/types.h"

typedef enum
{
  SOTTO_JOURNAL_LOGIN, /* with a password */
  SOTTO_JOURNAL_RESUME,
  SOTTO_JOURNAL_SIGNUP,
  SOTTO_JOURNAL_LOGIN_FAILED,
  SOTTO_JOURNAL_LOGOUT,
  SOTTO_JOURNAL_PENALTY,
  SOTTO_JOURNAL_PASSWORD,
  SOTTO_JOURNAL_IDENTITY,
  SOTTO_JOURNAL_UNSIGN
} SottoJournalEvent;

/* user NULL or unset: "-". */
void sotto_journal_event (SottoJournalEvent event,
                          const SottoName *user,
                          const SottoAddr *from,
                          SottoCode code);
void sotto_journal_info (const char *format, ...) G_GNUC_PRINTF (1, 2);
void sotto_journal_warning (const char *format, ...) G_GNUC_PRINTF (1, 2);
