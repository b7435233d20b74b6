// SPDX-License-Identifier: GPL-3.0-or-later
/* The line itself: PING, PONG, BYE. */
#include "server/handlers.h"

bool
sotto_handle_ping (SottoSession *session, SottoRecord *record, gint64 now)
{
  record->type = SOTTO_RECORD_PONG;
  sotto_session_send (session, record);
  return true;
}

/* That it came is all it says; the session has noted that. */
bool
sotto_handle_pong (SottoSession *session, SottoRecord *record, gint64 now)
{
  return true;
}

bool
sotto_handle_bye (SottoSession *session, SottoRecord *record, gint64 now)
{
  sotto_session_hang_up (session);
  return false;
}
