// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How the members of a SottoEvent become members of a JSON object: for each kind of event the
 * fields that docs and man page name, in that order.
 */
#pragma once

#include "shared/base/json.h"
#include "shared/client/event.h"

typedef struct
{
  const char *key; /* NULL ends the list */
  void (*put) (JsonObject *object, const char *key, const SottoEvent *event);
} SottoField;

extern const SottoField sotto_fields_none[];
extern const SottoField sotto_fields_of_connected[];
extern const SottoField sotto_fields_of_username[];
extern const SottoField sotto_fields_of_refused[];
extern const SottoField sotto_fields_of_users[];
extern const SottoField sotto_fields_of_to[];
extern const SottoField sotto_fields_of_message[];
extern const SottoField sotto_fields_of_edited[];
extern const SottoField sotto_fields_of_deleted[];
extern const SottoField sotto_fields_of_reacted[];
extern const SottoField sotto_fields_of_typing[];
extern const SottoField sotto_fields_of_channel[];
extern const SottoField sotto_fields_of_file[];
extern const SottoField sotto_fields_of_error[];
extern const SottoField sotto_fields_of_disconnected[];
