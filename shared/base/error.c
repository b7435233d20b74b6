// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The names of the wire's codes, which events and logs print. One table, in the order of the wire.
 */
#include "shared/base/error.h"

G_DEFINE_QUARK (sotto - error - quark, sotto_error)

static const char *const code_names[] = {
  [SOTTO_OK] = "ok",
  [SOTTO_AUTH] = "auth",
  [SOTTO_NAME_TAKEN] = "name_taken",
  [SOTTO_BAD_NAME] = "bad_name",
  [SOTTO_BUSY] = "busy",
  [SOTTO_RATE] = "rate",
  [SOTTO_INVITE] = "invite",
  [SOTTO_VERSION_MISMATCH] = "version",
  [SOTTO_HANDSHAKE] = "handshake",
  [SOTTO_PROTOCOL] = "protocol",
  [SOTTO_TOO_BIG] = "too_big",
  [SOTTO_TIMEOUT] = "timeout",
  [SOTTO_REPLACED] = "replaced",
  [SOTTO_OFFLINE] = "offline",
  [SOTTO_SELF] = "self",
  [SOTTO_UNAVAILABLE] = "unavailable",
  [SOTTO_SLOW] = "slow",
  [SOTTO_SHUTDOWN] = "shutdown",
  [SOTTO_TICKET] = "ticket",
  [SOTTO_QUOTA] = "quota",
  [SOTTO_KICKED] = "kicked",
};
G_STATIC_ASSERT (G_N_ELEMENTS (code_names) == SOTTO_CODE_MAX + 1);

const char *
sotto_code_to_name (unsigned code)
{
  return code <= SOTTO_CODE_MAX ? code_names[code] : "unknown";
}
