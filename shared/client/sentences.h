// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A code of SURFACES as a sentence for people, translated: what happened, and what to do about it.
 */
#pragma once

/* "auth", "unreachable", … Never NULL. */
const char *sotto_sentence (const char *code);
