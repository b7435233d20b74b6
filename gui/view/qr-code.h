// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Digits as a picture that another device's camera reads. Always dark on light with a light margin,
 * whatever the theme: that is what cameras look for. Made without libqrencode it stays empty.
 */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

#define SOTTO_TYPE_QR_CODE (sotto_qr_code_get_type ())
G_DECLARE_FINAL_TYPE (SottoQrCode, sotto_qr_code, SOTTO, QR_CODE, GtkDrawingArea)

/* Whether there is anything to show at all. */
bool sotto_qr_code_is_possible (void);
/* Blanks in it are for readers and are left out of the picture. */
void sotto_qr_code_set_number (SottoQrCode *self, const char *number);
