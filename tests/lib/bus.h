// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A message bus of the test's own, with the two ends of it: the program's and that of whom the test
 * plays.
 */
#pragma once

#include <gio/gio.h>

typedef struct
{
  GTestDBus *daemon;
  GDBusConnection *ours;
  GDBusConnection *theirs;
} SottoTestBus;

void sotto_test_bus_up (SottoTestBus *self);
/* Whoever is played has this name, too. */
void sotto_test_bus_own (SottoTestBus *self, const char *name);
/* They say so; arguments in the form of g_variant_new_parsed. */
void sotto_test_bus_say (SottoTestBus *self,
                         const char *path,
                         const char *interface,
                         const char *name,
                         const char *arguments);
void sotto_test_bus_down (SottoTestBus *self);

/* The default main context runs meanwhile. */
void sotto_test_wait_ms (guint ms);
