// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/base/error.h"

/* In the order of the protocol's list, by its numbers. */
static void
test_names (void)
{
  static const char *const names[] = {
    "ok",      "auth",        "name_taken", "bad_name", "busy",    "rate",     "invite",
    "version", "handshake",   "protocol",   "too_big",  "timeout", "replaced", "offline",
    "self",    "unavailable", "slow",       "shutdown", "ticket",  "quota",    "kicked",
  };
  g_assert_cmpuint (G_N_ELEMENTS (names), ==, SOTTO_CODE_MAX + 1);
  for (unsigned code = 0; code <= SOTTO_CODE_MAX; code++)
    g_assert_cmpstr (sotto_code_to_name (code), ==, names[code]);
  g_assert_cmpstr (sotto_code_to_name (SOTTO_CODE_MAX + 1), ==, "unknown");
  g_assert_cmpstr (sotto_code_to_name (255), ==, "unknown");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/names", test_names);
  return g_test_run ();
}
