// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a file of somebody else may be called here: one component, nothing hidden, nothing that
 * makes a name look like another one. Pure.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Always a name that a folder takes, of at most SOTTO_FILE_NAME_MAX bytes. Caller frees. */
char *sotto_file_name_make_safe (const char *name);
/* The same name for the n-th file of it, from 1 on: "name.ext", "name (2).ext", … Caller frees. */
char *sotto_file_name_of_copy (const char *safe_name, guint n);
/* What we may offer a file of ours as: as a name on the wire has to be. */
char *sotto_file_name_for_wire (const char *path);
