// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Files between two people, as the engine's caller sees them.
 */
#include "shared/client/engine-private.h"

#include "shared/base/text.h"
#include "shared/client/sentences.h"

void
sotto_engine_offer_file (SottoEngine *self, const char *peer, const char *path)
{
  SottoName name = { 0 };

  g_return_if_fail (SOTTO_IS_ENGINE (self));
  sotto_name_from_typed (peer, &name);
  sotto_engine_emit_message_error (self, sotto_code_to_name (SOTTO_UNAVAILABLE), &name, NULL);
}

void
sotto_engine_accept_file (SottoEngine *self, const SottoId *id)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  sotto_engine_emit_error (self, SOTTO_CODE_NOT_FOUND, NULL);
}

void
sotto_engine_refuse_file (SottoEngine *self, const SottoId *id)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  sotto_engine_emit_error (self, SOTTO_CODE_NOT_FOUND, NULL);
}

void
sotto_engine_set_download_dir (SottoEngine *self, const char *path)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  g_free (self->download_dir);
  self->download_dir = g_strdup (path);
}
