// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One secret after the other: each answer comes back to gather, which goes on with the next that is
 * missing.
 */
#include "config.h"

#include "cli/secrets.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include <glib/gi18n.h>
#include <string.h>

static bool
is_missing (const char *word)
{
  return word == NULL || strcmp (word, "-") == 0;
}

/* The first that is missing, or NULL. */
static const SottoCommandSecret *
find_missing (const SottoCall *call)
{
  const SottoCommandSecret *secret = call->command->secrets;
  for (; secret != NULL && secret->prompt != NULL; secret++)
    if (is_missing (call->args[secret->position]))
      return secret;
  return NULL;
}

static bool
is_usable (const char *value)
{
  return value != NULL && *value != '\0' && sotto_text_is_valid (value, strlen (value));
}

static void
set_arg (SottoCall *call, guint position, const char *value)
{
  sotto_secret_wipe_string (call->args[position]);
  call->args[position] = g_strdup (value);
}

static void
on_answer (const char *answer, gpointer data)
{
  SottoSecrets *self = data;
  if (!is_usable (answer) || is_missing (answer))
    {
      self->done (false, self->data);
      return;
    }
  set_arg (self->call, find_missing (self->call)->position, answer);
  sotto_secrets_gather (self);
}

void
sotto_secrets_gather (SottoSecrets *self)
{
  const SottoCommandSecret *secret = find_missing (self->call);
  if (secret == NULL)
    {
      self->done (true, self->data);
      return;
    }
  const char *value = g_getenv (secret->variable);
  if (is_usable (value) && !is_missing (value))
    {
      set_arg (self->call, secret->position, value);
      sotto_secrets_gather (self);
    }
  else if (self->terminal != NULL)
    {
      self->before_asking (self->data);
      sotto_terminal_ask (self->terminal, _ (secret->prompt), true, on_answer, self);
    }
  else
    self->done (false, self->data);
}
