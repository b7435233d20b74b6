// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/dispatch.h"

#include "server/handlers.h"

typedef bool (*Handler) (SottoSession *session, SottoRecord *record, gint64 now);

#define FIRST SOTTO_RECORD_ADDRESS
#define LAST  SOTTO_RECORD_UNSIGN

static const Handler handlers[LAST - FIRST + 1] = {
  [SOTTO_RECORD_ADDRESS - FIRST] = sotto_handle_address,
  [SOTTO_RECORD_LIST - FIRST] = sotto_handle_list,
  [SOTTO_RECORD_KEYREQ - FIRST] = sotto_handle_keyreq,
  [SOTTO_RECORD_RELAY - FIRST] = sotto_handle_relay,
  [SOTTO_RECORD_PASSWD - FIRST] = sotto_handle_passwd,
  [SOTTO_RECORD_IDENTITY - FIRST] = sotto_handle_identity,
  [SOTTO_RECORD_PING - FIRST] = sotto_handle_ping,
  [SOTTO_RECORD_PONG - FIRST] = sotto_handle_pong,
  [SOTTO_RECORD_BYE - FIRST] = sotto_handle_bye,
  [SOTTO_RECORD_UNSIGN - FIRST] = sotto_handle_unsign,
};

bool
sotto_dispatch (SottoSession *session, SottoRecord *record, gint64 now)
{
  guint index = (guint)record->type - FIRST;

  /* The codec lets through only what a client may send: a hole here is our own. */
  g_assert (index < G_N_ELEMENTS (handlers) && handlers[index] != NULL);
  return handlers[index](session, record, now);
}
