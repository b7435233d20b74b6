// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Two kinds of failure, never mixed. SottoCode: the outcome of a protocol step, what goes on the
 * wire and what a caller must handle. GError in SOTTO_ERROR: our own trouble (file, configuration,
 * socket), handed up to a program that reports it once. Codes are for `if`, messages for people.
 */
#pragma once

#include <glib.h>

/* PROTOCOL section 3, "Codes". The numbers are those of the wire. */
typedef enum
{
  SOTTO_OK = 0,
  SOTTO_AUTH = 1,
  SOTTO_NAME_TAKEN = 2,
  SOTTO_BAD_NAME = 3,
  SOTTO_BUSY = 4,
  SOTTO_RATE = 5,
  SOTTO_INVITE = 6,
  SOTTO_VERSION_MISMATCH = 7, /* VERSION */
  SOTTO_HANDSHAKE = 8,
  SOTTO_PROTOCOL = 9,
  SOTTO_TOO_BIG = 10,
  SOTTO_TIMEOUT = 11,
  SOTTO_REPLACED = 12,
  SOTTO_OFFLINE = 13,
  SOTTO_SELF = 14,
  SOTTO_UNAVAILABLE = 15,
  SOTTO_SLOW = 16,
  SOTTO_SHUTDOWN = 17,
  SOTTO_TICKET = 18,
  SOTTO_QUOTA = 19,
  SOTTO_KICKED = 20,
  SOTTO_CODE_MAX = SOTTO_KICKED
} SottoCode;

#define SOTTO_ERROR (sotto_error_quark ())
GQuark sotto_error_quark (void);

/* GError codes. */
typedef enum
{
  SOTTO_ERROR_CONFIG, /* message is "FILE:LINE:COLUMN: what is wrong, what was expected"; exit 78 */
  SOTTO_ERROR_IO,     /* a file or socket call failed; message has the name and the reason */
  SOTTO_ERROR_CORRUPT, /* a file of ours is damaged; it was not touched */
  SOTTO_ERROR_IN_USE,  /* another process holds the lock */
  SOTTO_ERROR_CRYPTO,  /* a key or certificate that cannot be used */
  SOTTO_ERROR_LOCKED,  /* the password does not open what is stored */
  SOTTO_ERROR_INVALID  /* an argument of a person is wrong */
} SottoError;

/* Name of a code as events print it: "auth", "name_taken", … ; "unknown" above SOTTO_CODE_MAX. */
const char *sotto_code_to_name (unsigned code);
