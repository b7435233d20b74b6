// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What went wrong, in words a person can act on: every code that the engine reports, once, with the
 * field of the login form it is about. Codes are for this table, the sentences for people.
 */
#pragma once

#include "gui/model/login-model.h"

/* Translated; `fallback` (the engine's own sentence, may be NULL) for codes without one here. */
const char *sotto_sentence_for_code (const char *code, const char *fallback);
SottoLoginField sotto_sentence_field (const char *code);
