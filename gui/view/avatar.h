// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A person's picture with their presence at its corner: a full disc when here, a hollow ring when
 * not.
 */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

#define SOTTO_TYPE_AVATAR (sotto_avatar_get_type ())
G_DECLARE_FINAL_TYPE (SottoAvatar, sotto_avatar, SOTTO, AVATAR, GtkOverlay)

void sotto_avatar_show_person (SottoAvatar *self, const char *name, bool online);
