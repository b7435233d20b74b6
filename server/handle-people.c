// SPDX-License-Identifier: GPL-3.0-or-later
/* People and how to reach them: ADDRESS, LIST, KEYREQ. */
#include "server/handlers.h"

#include "server/allowances.h"
#include "server/candidates.h"
#include "server/grants.h"
#include "server/registry.h"

bool
sotto_handle_address (SottoSession *session, SottoRecord *record, gint64 now)
{
  session->n_declared = (guint8)sotto_candidates_accept (record->address.addrs, record->address.n,
                                                         &session->remote, session->declared);
  return true;
}

bool
sotto_handle_list (SottoSession *session, SottoRecord *record, gint64 now)
{
  SottoRecord users;

  users.type = SOTTO_RECORD_USERS;
  users.users.n =
      (uint8_t)sotto_registry_page (session->services->registry, &record->list.after,
                                    users.users.names, SOTTO_USERS_PAGE, &users.users.more);
  sotto_session_send (session, &users);
  return true;
}

/* One that is over its rate counts among the other records too: answering it is work. */
bool
sotto_handle_keyreq (SottoSession *session, SottoRecord *record, gint64 now)
{
  guint32 req = record->keyreq.req;
  const SottoServices *services = session->services;
  SottoAllowance *allowance = sotto_allowances_get (services->allowances, &session->name, now);
  gint64 wait = SOTTO_US_PER_S;

  if (allowance == NULL
      || !sotto_bucket_take (&allowance->key_requests, &services->config->key_requests, 1, now,
                             &wait))
    {
      sotto_session_error (session, req, SOTTO_RATE, sotto_bucket_retry_s (wait));
      return true;
    }
  SottoCode code = sotto_grants_request (services->grants, session, req, &record->keyreq.peer, now);
  if (code != SOTTO_OK)
    sotto_session_error (session, req, code, 0);
  return false;
}
