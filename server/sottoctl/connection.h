// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * sottoctl's end of the control socket: finds it, asks one thing after the other, hands the answers
 * on as they are. Knows no command.
 */
#pragma once

#include "server/sottoctl/refusal.h"
#include "shared/base/json.h"
#include "shared/base/types.h"

typedef struct _SottoCtlConnection SottoCtlConnection;

/* The one that was said, else the socket that ./config.yaml names, the service's, or that of
 * /etc/sotto/config.yaml: the first that is there; else the one to be missed. Caller frees. */
char *sotto_ctl_socket_of (const char *said);

/* NULL and *out_refusal when no server answers there. */
SottoCtlConnection *sotto_ctl_connection_open (const char *path, SottoCtlRefusal *out_refusal);
void sotto_ctl_connection_close (SottoCtlConnection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoCtlConnection, sotto_ctl_connection_close)

/* h NULL where the command takes none. The answer is an object with `ok`; rows that came
 * before it are appended to `rows` (JsonNode). NULL and *out_refusal when it is no. */
JsonNode *sotto_ctl_connection_ask (SottoCtlConnection *self,
                                    JsonObject *request,
                                    const SottoKey *h,
                                    GPtrArray *rows,
                                    SottoCtlRefusal *out_refusal);
/* What `status` answers, likewise. */
JsonNode *sotto_ctl_connection_status (SottoCtlConnection *self, SottoCtlRefusal *out_refusal);
