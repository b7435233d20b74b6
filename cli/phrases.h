// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How events are told to people, one line each. Whatever a peer or server wrote is made safe to
 * show first. Callers free.
 */
#pragma once

#include "shared/client/event.h"

char *sotto_phrase_connected (const SottoEvent *event);
char *sotto_phrase_authenticated (const SottoEvent *event);
char *sotto_phrase_refused (const SottoEvent *event);
char *sotto_phrase_users (const SottoEvent *event);
char *sotto_phrase_joined (const SottoEvent *event);
char *sotto_phrase_left (const SottoEvent *event);
char *sotto_phrase_queued (const SottoEvent *event);
char *sotto_phrase_sent (const SottoEvent *event);
char *sotto_phrase_delivered (const SottoEvent *event);
char *sotto_phrase_read (const SottoEvent *event);
char *sotto_phrase_message (const SottoEvent *event);
char *sotto_phrase_edited (const SottoEvent *event);
char *sotto_phrase_deleted (const SottoEvent *event);
char *sotto_phrase_reacted (const SottoEvent *event);
char *sotto_phrase_typing (const SottoEvent *event);
char *sotto_phrase_channel (const SottoEvent *event);
char *sotto_phrase_file (const SottoEvent *event);
char *sotto_phrase_password_changed (const SottoEvent *event);
char *sotto_phrase_error (const SottoEvent *event);
char *sotto_phrase_disconnected (const SottoEvent *event);
