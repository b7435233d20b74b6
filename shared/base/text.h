// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Text from people and peers: names, passwords' normal form, what may be shown. Knows nothing of
 * GTK.
 */
#pragma once

#include "shared/base/types.h"

/* true when bytes[0..n) is a name; out may be NULL. Nothing is folded here. */
bool sotto_name_parse (const void *bytes, gsize n, SottoName *out);
/* What a person typed: surrounding blanks stripped, A-Z lowered, then sotto_name_parse. */
bool sotto_name_from_typed (const char *typed, SottoName *out);
static inline bool
sotto_name_is_set (const SottoName *self)
{
  return self->str[0] != '\0';
}

/* Well-formed UTF-8 without NUL. */
bool sotto_text_is_valid (const void *bytes, gsize n);
/* NFC of a password; NULL when it is not UTF-8. Free with sotto_secret_wipe_string. */
char *sotto_text_normalize_password (const char *password);
/* Safe to show on one line or in a log: control characters, line breaks and bidirectional overrides
 * become U+FFFD, cut to max_chars with an ellipsis. Always valid UTF-8. Caller frees. */
char *sotto_text_display (const char *text, gsize max_chars);

char *sotto_hex_encode (const void *bytes, gsize n);            /* lower case, caller frees */
bool sotto_hex_decode (const char *hex, uint8_t *out, gsize n); /* exactly 2n digits */

bool sotto_id_equal (const SottoId *a, const SottoId *b);
guint sotto_id_hash (gconstpointer id); /* for GHashTable keys */
gboolean sotto_id_equal_func (gconstpointer a, gconstpointer b);

/* "127.0.0.1:10000", "[::1]:10000". Caller frees. */
char *sotto_addr_to_string (const SottoAddr *self);
char *sotto_addr_ip_to_string (const SottoAddr *self); /* without port and brackets */
/* Numeric only; mapped addresses are folded to family 4. Port may be 0 here. */
bool sotto_addr_from_string (const char *ip, uint16_t port, SottoAddr *out);
bool sotto_addr_equal (const SottoAddr *a, const SottoAddr *b);
bool sotto_addr_same_ip (const SottoAddr *a, const SottoAddr *b);
bool sotto_addr_is_loopback (const SottoAddr *self);
bool sotto_addr_is_private (const SottoAddr *self); /* RFC 1918, RFC 4193 */
guint sotto_addr_hash (gconstpointer addr);
gboolean sotto_addr_equal_func (gconstpointer a, gconstpointer b);
