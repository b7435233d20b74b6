// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a service tells its manager (sd_notify(3)): that it is ready, reloads, ends, and that its
 * loop still turns. Without a manager, or built without libsystemd, nothing of this does anything.
 */
#pragma once

#include <stdbool.h>

void sotto_service_ready (void);
void sotto_service_reloading (void); /* sotto_service_ready ends it */
void sotto_service_stopping (void);

/* From now on the watchdog is told twice in its period, by the loop that it watches. */
void sotto_service_watch_start (void);
void sotto_service_watch_stop (void);
