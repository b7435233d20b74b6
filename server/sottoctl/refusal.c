// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/sottoctl/refusal.h"

void
sotto_ctl_refusal_set (SottoCtlRefusal *self, const char *code, const char *message)
{
  sotto_ctl_refusal_clear (self);
  self->code = g_strdup (code);
  self->message = g_strdup (message);
}

void
sotto_ctl_refusal_clear (SottoCtlRefusal *self)
{
  g_clear_pointer (&self->code, g_free);
  g_clear_pointer (&self->message, g_free);
}

void
sotto_ctl_refusal_take (SottoCtlRefusal *self, GError *take_error)
{
  const char *code = "io";

  if (g_error_matches (take_error, SOTTO_ERROR, SOTTO_ERROR_CONFIG))
    code = "config";
  else if (g_error_matches (take_error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT)
           || g_error_matches (take_error, SOTTO_ERROR, SOTTO_ERROR_CRYPTO))
    code = "damaged";
  else if (g_error_matches (take_error, SOTTO_ERROR, SOTTO_ERROR_IN_USE))
    code = "in_use";
  sotto_ctl_refusal_set (self, code, take_error->message);
  g_error_free (take_error);
}
