// SPDX-License-Identifier: GPL-3.0-or-later
/* Accounts by the thousand, without a thousand sign-ups; and samples. */
#include "server/account-file.h"
#include "shared/base/file.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/password.h"
#include "tests/bench/load.h"
#include <string.h>

SottoName
load_user_name (guint user)
{
  SottoName name;

  g_snprintf (name.str, sizeof name.str, "u%u", user);
  return name;
}

const SottoKey *
load_password (void)
{
  static const SottoKey h = { .bytes = "the one password of the house" };

  return &h;
}

/* Generation 1 is what forged tickets say. */
static SottoAccount *
make_account (guint user, const char *hash)
{
  SottoAccount account = { .name = load_user_name (user), .has_identity = true, .generation = 1 };

  memset (&account.identity, 9, sizeof account.identity);
  g_strlcpy (account.hash, hash, sizeof account.hash);
  return sotto_account_new (&account);
}

bool
load_make_accounts (Load *self, guint n, guint cost, GError **error)
{
  char hash[SOTTO_BCRYPT_HASH_LEN + 1];
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *realm = sotto_account_file_quote_realm (self->config->realm);

  sotto_password_hash (load_password (), cost, sotto_random_system (), hash);
  for (guint i = 0; i < n; i++)
    {
      SottoAccount *account = make_account (i, hash);

      g_ptr_array_add (lines, g_strdup (account->json));
      sotto_account_unref (account);
    }
  GString *text =
      sotto_account_file_print (realm, 1, "", (const char *const *)lines->pdata, lines->len);
  bool written = sotto_file_replace (self->config->data_base, text->str, text->len, 0600, error);
  g_string_free (text, TRUE);
  return written;
}

LoadSamples
load_samples_new (void)
{
  return (LoadSamples){ g_array_new (FALSE, FALSE, sizeof (gint64)) };
}

void
load_samples_add (LoadSamples *self, gint64 value)
{
  g_array_append_val (self->values, value);
}

static int
compare (const void *a, const void *b)
{
  gint64 left = *(const gint64 *)a;
  gint64 right = *(const gint64 *)b;

  return (left > right) - (left < right);
}

gint64
load_samples_quantile (LoadSamples *self, double q)
{
  if (self->values->len == 0)
    return -1;
  g_array_sort (self->values, compare);
  return g_array_index (self->values, gint64, (guint)((self->values->len - 1) * q));
}

void
load_samples_clear (LoadSamples *self)
{
  g_array_unref (self->values);
}
