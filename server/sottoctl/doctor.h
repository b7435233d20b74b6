// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * `doctor`: looks at a server from outside and at its files, and says of everything that is not
 * well what to do about it. Changes nothing.
 */
#pragma once

#include "server/config.h"
#include "server/sottoctl/commands.h"
#include "server/sottoctl/connection.h"

bool sotto_ctl_doctor (const SottoCtlCommand *command,
                       const SottoCtlLine *line,
                       SottoCtlRefusal *out_refusal);

/* ---- For the checks ---- */

typedef enum
{
  SOTTO_FINDING_OK,
  SOTTO_FINDING_NOTE, /* nothing that can be seen from here */
  SOTTO_FINDING_WARN, /* it works, but */
  SOTTO_FINDING_FAIL
} SottoFindingState;

typedef struct
{
  const SottoCtlLine *line;
  char *socket;
  SottoCtlConnection *connection; /* NULL: no server answers */
  JsonObject *status;             /* likewise; what it says of itself */
  JsonNode *status_node;
  char *config_path;         /* NULL: there is none */
  SottoServerConfig *config; /* NULL: it cannot be used */
  GPtrArray *findings;
} SottoDoctor;

/* A finding of the check called `name`; fix NULL where there is nothing to do. */
void sotto_doctor_find (SottoDoctor *self,
                        SottoFindingState state,
                        const char *name,
                        const char *fix,
                        const char *format,
                        ...) G_GNUC_PRINTF (5, 6);
/* Of what the server says; 0 and NULL where it says nothing. */
gint64 sotto_doctor_status_int (const SottoDoctor *self, const char *member);
const char *sotto_doctor_status_text (const SottoDoctor *self, const char *member);

/* doctor-files.c: a server need not run for these */
void sotto_doctor_check_config (SottoDoctor *self);
void sotto_doctor_check_key (SottoDoctor *self);
void sotto_doctor_check_accounts (SottoDoctor *self);
void sotto_doctor_check_permissions (SottoDoctor *self);
void sotto_doctor_check_disk (SottoDoctor *self);

/* doctor-net.c */
void sotto_doctor_check_tcp (SottoDoctor *self);
void sotto_doctor_check_udp (SottoDoctor *self);
void sotto_doctor_check_reach (SottoDoctor *self);

/* doctor-machine.c */
void sotto_doctor_check_descriptors (SottoDoctor *self);
void sotto_doctor_check_clock (SottoDoctor *self);
