// SPDX-License-Identifier: GPL-3.0-or-later
#include <config.h>

#include "shared/client/remark.h"

#include <glib/gi18n-lib.h>

static const struct
{
  SottoRemark remark;
  const char *name;
  const char *sentence; /* %s: their name */
} remarks[] = {
  { SOTTO_REMARK_KEY_CHANGED, "key_changed",
    N_ ("The key of %s changed. What you write waits until you have compared safety numbers.") },
  { SOTTO_REMARK_KEY_ACCEPTED, "key_accepted",
    N_ ("You compared safety numbers with %s and accepted the new key.") },
};

SottoRemark
sotto_remark_of_kind (int kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (remarks); i++)
    if ((int)remarks[i].remark == kind)
      return remarks[i].remark;
  return SOTTO_REMARK_NONE;
}

const char *
sotto_remark_to_name (SottoRemark remark)
{
  for (gsize i = 0; i < G_N_ELEMENTS (remarks); i++)
    if (remarks[i].remark == remark)
      return remarks[i].name;
  return NULL;
}

char *
sotto_remark_dup_sentence (SottoRemark remark, const char *peer)
{
  for (gsize i = 0; i < G_N_ELEMENTS (remarks); i++)
    if (remarks[i].remark == remark)
      {
        g_auto (GStrv) parts = g_strsplit (_ (remarks[i].sentence), "%s", 2);

        return g_strjoinv (peer, parts);
      }
  return g_strdup ("");
}
