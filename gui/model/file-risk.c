// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/file-risk.h"
#include <gio/gio.h>
#include <stdbool.h>
#include <string.h>

/* By their ends, for what a desktop knows of types differs, and files travel between systems. */
static const char *const ends[] = {
  "appimage", "apk",  "app",  "bash", "bat", "cmd",        "com",    "cpl", "deb",
  "desktop",  "dll",  "dmg",  "elf",  "exe", "flatpakref", "gadget", "hta", "inf",
  "jar",      "js",   "jse",  "lnk",  "msc", "msi",        "msp",    "pif", "pkg",
  "pl",       "ps1",  "psm1", "py",   "rb",  "reg",        "rpm",    "run", "scf",
  "scr",      "sh",   "snap", "so",   "url", "vbe",        "vbs",    "wsf", "wsh",
  "docm",     "xlsm", "pptm", "zsh",  "csh", "fish",
};

static const char *const types[] = {
  "application/x-executable",
  "application/x-sharedlib",
  "application/x-pie-executable",
  "application/x-shellscript",
  "application/x-desktop",
  "application/x-ms-dos-executable",
  "application/x-msdownload",
  "application/vnd.microsoft.portable-executable",
  "application/x-msi",
  "application/x-java-archive",
  "application/java-archive",
  "application/vnd.appimage",
  "application/x-iso9660-appimage",
  "application/vnd.debian.binary-package",
  "application/x-rpm",
  "application/javascript",
  "text/javascript",
  "application/x-perl",
  "text/x-python",
};

static bool
is_risky_type (const char *type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_content_type_is_a (type, types[i]))
      return true;
  return false;
}

/* What stands after the last dot, blanks after it aside: they are there to hide it. */
static bool
has_risky_end (const char *name)
{
  g_autofree char *bare = g_strchomp (g_ascii_strdown (name, -1));
  const char *dot = strrchr (bare, '.');

  for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS (ends); i++)
    if (strcmp (dot + 1, ends[i]) == 0)
      return true;
  return false;
}

/* A replaced character was a control one, or one that turns the direction of what follows. */
static bool
is_disguised (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);

  if (strstr (valid, "     ") != NULL)
    return true;
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      GUnicodeType type = g_unichar_type (c);

      if (c == 0xFFFD || type == G_UNICODE_CONTROL
          || (type == G_UNICODE_FORMAT && c != 0x200C && c != 0x200D))
        return true;
    }
  return false;
}

SottoFileRisk
sotto_file_risk (const char *name, const char *media_type)
{
  g_autofree char *guessed = g_content_type_guess (name, NULL, 0, NULL);
  g_autofree char *claimed = g_content_type_from_mime_type (media_type);

  if (is_disguised (name))
    return SOTTO_FILE_RISK_DISGUISED;
  if (has_risky_end (name) || is_risky_type (guessed)
      || (claimed != NULL && is_risky_type (claimed)))
    return SOTTO_FILE_RISK_PROGRAM;
  return SOTTO_FILE_RISK_NONE;
}
