// SPDX-License-Identifier: GPL-3.0-or-later
/* Forward declarations of the server's parts, so that headers need no headers. */
#pragma once

typedef struct _SottoAccounts SottoAccounts;
typedef struct _SottoAdmission SottoAdmission;
typedef struct _SottoAllowances SottoAllowances;
typedef struct _SottoEphemeral SottoEphemeral;
typedef struct _SottoEphemerals SottoEphemerals;
typedef struct _SottoGrants SottoGrants;
typedef struct _SottoListener SottoListener;
typedef struct _SottoLogin SottoLogin;
typedef struct _SottoPresence SottoPresence;
typedef struct _SottoRegistry SottoRegistry;
typedef struct _SottoServer SottoServer;
typedef struct _SottoServerKey SottoServerKey;
typedef struct _SottoServices SottoServices;
typedef struct _SottoSession SottoSession;
typedef struct _SottoVerifier SottoVerifier;
typedef struct _SottoWheel SottoWheel;
typedef struct _SottoWorkers SottoWorkers;
