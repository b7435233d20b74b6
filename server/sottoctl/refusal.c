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
