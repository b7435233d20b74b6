// SPDX-License-Identifier: GPL-3.0-or-later
/* As JSON only what is set is written, so that a later program may add to it. */
#include "shared/client/contact-prefs.h"

#include "shared/base/json.h"
#include "shared/base/text.h"
#include <string.h>

static const struct
{
  const char *member;
  gsize offset;
} flags[] = {
  { "favourite", offsetof (SottoContactPrefs, favourite) },
  { "muted", offsetof (SottoContactPrefs, muted) },
  { "blocked", offsetof (SottoContactPrefs, blocked) },
  { "forget", offsetof (SottoContactPrefs, forget) },
};

static bool *
flag_of (const SottoContactPrefs *self, gsize i)
{
  return (bool *)((char *)self + flags[i].offset);
}

/* What would be shown otherwise than it was typed is no alias. */
bool
sotto_contact_prefs_are_valid (const SottoContactPrefs *self)
{
  if (memchr (self->alias, '\0', sizeof self->alias) == NULL
      || !g_utf8_validate (self->alias, -1, NULL))
    return false;
  g_autofree char *shown = sotto_text_display (self->alias, SOTTO_ALIAS_MAX);
  return g_str_equal (shown, self->alias);
}

bool
sotto_contact_prefs_are_set (const SottoContactPrefs *self)
{
  bool any = self->alias[0] != '\0';

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    any |= *flag_of (self, i);
  return any;
}

void
sotto_contact_prefs_write (const SottoContactPrefs *self, JsonObject *object)
{
  if (self->alias[0] != '\0')
    json_object_set_string_member (object, "alias", self->alias);
  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      if (*flag_of (self, i))
        json_object_set_boolean_member (object, flags[i].member, true);
    }
}

bool
sotto_contact_prefs_read (SottoContactPrefs *self, JsonObject *object)
{
  SottoContactPrefs prefs = { 0 };
  const char *alias = "";

  if (json_object_has_member (object, "alias")
      && (!sotto_json_get_string (object, "alias", &alias)
          || g_strlcpy (prefs.alias, alias, sizeof prefs.alias) >= sizeof prefs.alias))
    return false;
  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      if (json_object_has_member (object, flags[i].member)
          && !sotto_json_get_bool (object, flags[i].member, flag_of (&prefs, i)))
        return false;
    }
  *self = prefs;
  return sotto_contact_prefs_are_valid (self);
}
