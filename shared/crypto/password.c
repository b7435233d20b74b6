// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Two slow functions in a row: scrypt on the client, whose H is all the server ever sees, and
 * bcrypt on the server, so that what it stores does not log in. bcrypt takes its input as text
 * without NUL, hence base64url of H.
 */
#include "shared/crypto/password.h"
#include "shared/base/limits.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/base64url.h"
#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#define PREFIX      "$2b$"
#define COST_OFFSET 4
#define SALT_OFFSET 7
#define SALT_LEN    16 /* bytes, 22 characters */
#define SETTING_LEN 29
#define H_TEXT_LEN  44 /* with the padding that bcrypt does not get */

/* A program may end while a worker still hashes. OpenSSL's own clean-up at exit would take away
 * what that worker stands on; the kernel's cannot. */
__attribute__ ((constructor)) static void
keep_openssl_to_the_end (void)
{
  OPENSSL_init_crypto (OPENSSL_INIT_NO_ATEXIT, NULL);
}

static void
make_salt (const char *realm, gsize n_realm, const SottoName *name, SottoKey *out)
{
  static const char domain[] = "sotto/1 password";
  uint8_t realm_len = (uint8_t)n_realm, name_len = (uint8_t)strlen (name->str);
  const SottoSpan spans[] = {
    SOTTO_SPAN (domain, sizeof domain - 1),
    SOTTO_SPAN (&realm_len, 1),
    SOTTO_SPAN (realm, n_realm),
    SOTTO_SPAN (&name_len, 1),
    SOTTO_SPAN (name->str, name_len),
  };
  sotto_sha256 (spans, G_N_ELEMENTS (spans), out);
}

/* Of the NFC of what was typed. */
static bool
stretch (const char *typed, const SottoKey *salt, uint8_t *out, gsize n_out)
{
  char *normal = sotto_text_normalize_password (typed);
  if (normal == NULL)
    return false;
  bool derived =
      EVP_PBE_scrypt (normal, strlen (normal), salt->bytes, sizeof salt->bytes, SOTTO_SCRYPT_N,
                      SOTTO_SCRYPT_R, SOTTO_SCRYPT_P, SOTTO_SCRYPT_MAXMEM, out, n_out)
      == 1;
  if (!derived)
    ERR_clear_error ();
  sotto_secret_wipe_string (normal);
  return derived;
}

bool
sotto_password_derive (const char *password,
                       const char *realm,
                       gsize n_realm,
                       const SottoName *name,
                       SottoKey *out_h,
                       SottoKey *out_v)
{
  SottoKey salt, both[2];
  if (n_realm > SOTTO_REALM_MAX)
    return false;
  make_salt (realm, n_realm, name, &salt);
  bool derived = stretch (password, &salt, both[0].bytes, sizeof both);
  if (derived)
    {
      *out_h = both[0];
      *out_v = both[1];
    }
  sotto_secret_wipe (both, sizeof both);
  return derived;
}

bool
sotto_password_file_key (const char *passphrase, const SottoKey *salt, SottoKey *out)
{
  static const char domain[] = "sotto/1 identity file";
  const SottoSpan spans[] = { SOTTO_SPAN (domain, sizeof domain - 1),
                              SOTTO_SPAN (salt->bytes, sizeof salt->bytes) };
  SottoKey own, key;
  sotto_sha256 (spans, G_N_ELEMENTS (spans), &own);
  bool derived = stretch (passphrase, &own, key.bytes, sizeof key);
  if (derived)
    *out = key;
  sotto_secret_wipe (&key, sizeof key);
  return derived;
}

static bool
is_bcrypt_character (char c)
{
  return g_ascii_isalnum (c) || c == '.' || c == '/';
}

/* Cost of a setting, which a hash begins with; 0 when it is not one. */
static unsigned
setting_cost (const char *setting)
{
  if (strlen (setting) < SETTING_LEN || !g_str_has_prefix (setting, PREFIX)
      || !g_ascii_isdigit (setting[COST_OFFSET]) || !g_ascii_isdigit (setting[COST_OFFSET + 1])
      || setting[COST_OFFSET + 2] != '$')
    return 0;
  for (gsize i = SALT_OFFSET; i < SETTING_LEN; i++)
    if (!is_bcrypt_character (setting[i]))
      return 0;
  unsigned cost =
      (unsigned)(setting[COST_OFFSET] - '0') * 10 + (unsigned)(setting[COST_OFFSET + 1] - '0');
  return cost >= SOTTO_BCRYPT_COST_MIN && cost <= SOTTO_BCRYPT_COST_MAX ? cost : 0;
}

unsigned
sotto_password_cost (const char *hash)
{
  if (strlen (hash) != SOTTO_BCRYPT_HASH_LEN)
    return 0;
  for (gsize i = SETTING_LEN; i < SOTTO_BCRYPT_HASH_LEN; i++)
    if (!is_bcrypt_character (hash[i]))
      return 0;
  return setting_cost (hash);
}

bool
sotto_password_hash_with (const SottoKey *h, const char *setting, char *out)
{
  if (setting_cost (setting) == 0)
    return false;
  char phrase[H_TEXT_LEN + 1];
  sotto_base64url_encode (h->bytes, sizeof h->bytes, phrase);
  phrase[SOTTO_BCRYPT_INPUT_LEN] = '\0';
  /* 32 KiB: too much for the stack of a worker. */
  struct crypt_data *data = g_new0 (struct crypt_data, 1);
  const char *hash = crypt_r (phrase, setting, data);
  bool hashed = hash != NULL && strlen (hash) == SOTTO_BCRYPT_HASH_LEN;
  if (hashed)
    memcpy (out, hash, SOTTO_BCRYPT_HASH_LEN + 1);
  sotto_secret_wipe (data, sizeof *data);
  sotto_secret_wipe (phrase, sizeof phrase);
  g_free (data);
  return hashed;
}

bool
sotto_password_hash (const SottoKey *h, unsigned cost, const SottoRandom *random, char *out)
{
  char salt[SALT_LEN];
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  if (cost < SOTTO_BCRYPT_COST_MIN || cost > SOTTO_BCRYPT_COST_MAX)
    return false;
  sotto_random_fill (random, salt, sizeof salt);
  return crypt_gensalt_rn (PREFIX, cost, salt, sizeof salt, setting, sizeof setting) != NULL
         && sotto_password_hash_with (h, setting, out);
}

bool
sotto_password_verify (const SottoKey *h, const char *hash)
{
  char again[SOTTO_BCRYPT_HASH_LEN + 1];
  return sotto_password_cost (hash) != 0 && sotto_password_hash_with (h, hash, again)
         && sotto_secret_equal (again, hash, SOTTO_BCRYPT_HASH_LEN);
}
