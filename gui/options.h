// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The command line of the window, and the application id that follows from the profile.
 */
#pragma once

#include "shared/client/config.h"
#include <glib.h>

#define SOTTO_APP_ID          "org.sotto.Sotto"
#define SOTTO_PROFILE_DEFAULT "default"

#define SOTTO_EXIT_USAGE      2
#define SOTTO_EXIT_CONFIG     78

typedef struct
{
  char *profile;   /* a name */
  char *link;      /* join link, or NULL */
  bool service;    /* started by D-Bus */
  bool background; /* started with the session: no window until it is needed */
  SottoClientConfig config;
} SottoOptions;

/* false: the program ends now with *out_status; everything there is to say was said. */
bool sotto_options_parse (SottoOptions *out, int argc, char **argv, int *out_status);
void sotto_options_clear (SottoOptions *self);

/* "org.sotto.Sotto", or "org.sotto.Sotto.p_PROFILE" with bytes outside A-Z a-z 0-9 as _XX. */
char *sotto_options_app_id (const char *profile);
