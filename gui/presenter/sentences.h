// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What went wrong, in words a person at the window can act on, and the field of the login form it
 * is about. Where the window has nothing to add, the engine's sentence stands.
 */
#pragma once

#include "gui/model/login-model.h"

/* Translated; `fallback` is the engine's own sentence, may be NULL. */
const char *sotto_sentence_for_code (const char *code, const char *fallback);
SottoLoginField sotto_sentence_field (const char *code);
