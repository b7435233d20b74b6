// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Base64 with the alphabet of URLs, strict: padding there, trailing bits zero, nothing between. One
 * sequence of bytes has one spelling.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Padded, no NUL; returns the length, 4 characters for each 3 bytes begun. bytes may lie at the end
 * of the room for the text. */
gsize sotto_base64url_encode (const uint8_t *bytes, gsize n, char *out);
/* out has room for n / 4 * 3 bytes. */
bool sotto_base64url_decode (const char *text, gsize n, uint8_t *out, gsize *out_n);
