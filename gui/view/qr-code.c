// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/qr-code.h"
#include <glib/gi18n-lib.h>
#ifdef HAVE_QRENCODE
#include <qrencode.h>
#endif

#define MARGIN        4 /* modules: ISO/IEC 18004 wants them left free */
#define MODULE_WANTED 5 /* pixels */

struct _SottoQrCode
{
  GtkDrawingArea parent_instance;
  guchar *dark; /* a byte a module, row by row */
  int width;    /* modules, 0 = nothing to show */
};

G_DEFINE_TYPE (SottoQrCode, sotto_qr_code, GTK_TYPE_DRAWING_AREA)

#ifdef HAVE_QRENCODE

bool
sotto_qr_code_is_possible (void)
{
  return true;
}

/* Medium correction: a screen is clean, but a hand is not steady. */
static void
encode (SottoQrCode *self, const char *digits)
{
  QRcode *code = QRcode_encodeString (digits, 0, QR_ECLEVEL_M, QR_MODE_8, 1);

  if (code == NULL)
    return;
  self->width = code->width;
  self->dark = g_new (guchar, code->width * code->width);
  for (int i = 0; i < code->width * code->width; i++)
    self->dark[i] = code->data[i] & 1;
  QRcode_free (code);
}

#else

bool
sotto_qr_code_is_possible (void)
{
  return false;
}

static void
encode (SottoQrCode *self, const char *digits)
{
}

#endif

/* Whole device pixels a module, so that no edge is blurred at any scale of the screen. */
static gboolean
sotto_qr_code_draw (GtkWidget *widget, cairo_t *cr)
{
  SottoQrCode *self = SOTTO_QR_CODE (widget);
  int factor = gtk_widget_get_scale_factor (widget);
  int modules = self->width + 2 * MARGIN;
  int width = gtk_widget_get_allocated_width (widget) * factor;
  int height = gtk_widget_get_allocated_height (widget) * factor;
  int module = MIN (width, height) / modules;
  int left = (width - module * modules) / 2, top = (height - module * modules) / 2;

  if (self->width == 0)
    return GDK_EVENT_PROPAGATE;
  cairo_scale (cr, 1.0 / factor, 1.0 / factor);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_rectangle (cr, left, top, module * modules, module * modules);
  cairo_fill (cr);
  for (int y = 0; y < self->width; y++)
    for (int x = 0; x < self->width; x++)
      if (self->dark[y * self->width + x])
        cairo_rectangle (cr, left + (x + MARGIN) * module, top + (y + MARGIN) * module, module,
                         module);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_fill (cr);
  return GDK_EVENT_PROPAGATE;
}

static void
sotto_qr_code_finalize (GObject *object)
{
  g_free (SOTTO_QR_CODE (object)->dark);
  G_OBJECT_CLASS (sotto_qr_code_parent_class)->finalize (object);
}

static void
sotto_qr_code_class_init (SottoQrCodeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sotto_qr_code_finalize;
  widget_class->draw = sotto_qr_code_draw;
  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_IMAGE);
}

static void
sotto_qr_code_init (SottoQrCode *self)
{
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self));

  atk_object_set_name (accessible, _ ("QR code of the safety number"));
}

void
sotto_qr_code_set_number (SottoQrCode *self, const char *number)
{
  g_auto (GStrv) groups = g_strsplit (number, " ", -1);
  g_autofree char *digits = g_strjoinv ("", groups);
  int size;

  g_clear_pointer (&self->dark, g_free);
  self->width = 0;
  encode (self, digits);
  size = (self->width + 2 * MARGIN) * MODULE_WANTED;
  gtk_widget_set_size_request (GTK_WIDGET (self), size, size);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self)), number);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
