// SPDX-License-Identifier: GPL-3.0-or-later
/* Pictures that others sent: scaled, turned away when they are none, and never a burden. */
#undef G_DISABLE_ASSERT
#include "gui/view/picture.h"
#include "shared/base/limits.h"
#include <glib/gstdio.h>
#include <string.h>

#define FIT_WIDTH  280
#define FIT_HEIGHT 220

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("sotto-picture-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "picture", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_remove (self->path);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static GdkPixbuf *
load (Fixture *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  sotto_picture_load_async (self->path, FIT_WIDTH, FIT_HEIGHT, NULL, on_loaded, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return sotto_picture_load_finish (result, error);
}

static void
assert_refused (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) picture = load (self, &error);

  g_assert_null (picture);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static void
draw (Fixture *self, int width, int height, const char *type)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autoptr (GError) error = NULL;

  gdk_pixbuf_fill (picture, 0x3584e4ff);
  gdk_pixbuf_save (picture, self->path, type, &error, NULL);
  g_assert_no_error (error);
}

static void
assert_size (Fixture *self, int width, int height)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) picture = load (self, &error);

  g_assert_no_error (error);
  g_assert_cmpint (gdk_pixbuf_get_width (picture), ==, width);
  g_assert_cmpint (gdk_pixbuf_get_height (picture), ==, height);
}

static void
test_fits (Fixture *self, gconstpointer type)
{
  draw (self, 1400, 700, type);
  assert_size (self, FIT_WIDTH, FIT_WIDTH / 2);
  draw (self, 100, 2200, type);
  assert_size (self, 10, FIT_HEIGHT);
  draw (self, 20, 10, type);
  assert_size (self, 20, 10);
  draw (self, 4000, 1, type);
  assert_size (self, FIT_WIDTH, 1);
}

static void
append_u32 (GByteArray *out, guint32 value)
{
  guint32 big = GUINT32_TO_BE (value);

  g_byte_array_append (out, (const guint8 *)&big, sizeof big);
}

static guint32
crc_of (const guint8 *data, gsize n)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < n; i++)
    {
      crc ^= data[i];
      for (int k = 0; k < 8; k++)
        crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
    }
  return ~crc;
}

static void
append_chunk (GByteArray *out, const char *type, const guint8 *data, guint n)
{
  guint begin;

  append_u32 (out, n);
  begin = out->len;
  g_byte_array_append (out, (const guint8 *)type, 4);
  g_byte_array_append (out, data, n);
  append_u32 (out, crc_of (out->data + begin, out->len - begin));
}

/* A few bytes that say they are a picture of this size, as a bomb does. */
static void
write_claim (Fixture *self, guint32 width, guint32 height)
{
  static const guint8 magic[] = "\x89PNG\r\n\x1a\n";
  static const guint8 bits[] = { 8, 2, 0, 0, 0 };
  g_autoptr (GByteArray) png = g_byte_array_new ();
  g_autoptr (GByteArray) header = g_byte_array_new ();
  guint8 rows[4096] = { 0x78, 0x9c };

  append_u32 (header, width);
  append_u32 (header, height);
  g_byte_array_append (header, bits, sizeof bits);
  g_byte_array_append (png, magic, sizeof magic - 1);
  append_chunk (png, "IHDR", header->data, header->len);
  append_chunk (png, "IDAT", rows, sizeof rows);
  g_assert_true (g_file_set_contents (self->path, (const char *)png->data, png->len, NULL));
}

/* Most memory this process ever had, in KiB. */
static guint64
peak_kib (void)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "VmHWM:");
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10);
}

static void
test_claims (Fixture *self, gconstpointer data)
{
  const guint32 side = 6000; /* the limit is below 6000², and what that takes is seen at once */
  guint64 before;

  G_STATIC_ASSERT (6000 * 6000 > SOTTO_PICTURE_PIXELS_MAX);
  write_claim (self, 1, 1);
  assert_size (self, 1, 1); /* such a header is taken at its word */
  before = peak_kib ();
  write_claim (self, side, side);
  assert_refused (self);
  write_claim (self, 1000000, 1000000);
  assert_refused (self);
  write_claim (self, 0x7fffffff, 0x7fffffff);
  assert_refused (self);
  g_assert_cmpuint (peak_kib () - before, <, 8 * 1024);
}

/* One row fewer than too many is shown, so it is the limit that is crossed above. */
static void
test_limit (Fixture *self, gconstpointer data)
{
  const int width = 4000, height = SOTTO_PICTURE_PIXELS_MAX / width;

  draw (self, width, height, "png");
  assert_size (self, width * FIT_HEIGHT / height, FIT_HEIGHT);
  draw (self, width, height + 1, "png");
  assert_refused (self);
}

static void
test_bytes (Fixture *self, gconstpointer data)
{
  g_autofree char *contents = NULL;
  g_autofree char *more = g_malloc0 (SOTTO_PICTURE_BYTES_MAX);
  gsize n = 0;
  FILE *file;

  draw (self, 20, 10, "png");
  g_assert_true (g_file_get_contents (self->path, &contents, &n, NULL));
  file = fopen (self->path, "ab");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (more, 1, SOTTO_PICTURE_BYTES_MAX, file), ==, SOTTO_PICTURE_BYTES_MAX);
  fclose (file);
  assert_refused (self);
}

static void
test_others (Fixture *self, gconstpointer data)
{
  static const char *const contents[] = {
    "",
    "GI",
    "no picture",
    "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>",
    "BM",
    "\x89PNG\r\n\x1a\n",
    "\xff\xd8\xff\xe0",
    "GIF89a",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_assert_true (g_file_set_contents (self->path, contents[i], -1, NULL));
      assert_refused (self);
    }
  g_remove (self->path);
  assert_refused (self);
}

static void
test_half (Fixture *self, gconstpointer data)
{
  g_autofree char *contents = NULL;
  gsize n = 0;

  draw (self, 300, 300, "jpeg");
  g_assert_true (g_file_get_contents (self->path, &contents, &n, NULL));
  for (gsize i = 0; i < n; i += n / 20 + 1)
    {
      g_autoptr (GdkPixbuf) picture = NULL;

      g_assert_true (g_file_set_contents (self->path, contents, (gssize)i, NULL));
      picture = load (self, NULL); /* part of it or nothing */
    }
}

static void
test_likely (void)
{
  g_assert_true (sotto_picture_is_likely ("a.png"));
  g_assert_true (sotto_picture_is_likely ("holiday.JPEG"));
  g_assert_false (sotto_picture_is_likely ("png"));
  g_assert_false (sotto_picture_is_likely ("a.png.exe"));
  g_assert_false (sotto_picture_is_likely ("a.svg"));
  g_assert_false (sotto_picture_is_likely (""));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    gconstpointer data;
    void (*run) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/gui/picture/png", "png", test_fits },     { "/gui/picture/jpeg", "jpeg", test_fits },
    { "/gui/picture/claims", NULL, test_claims }, { "/gui/picture/limit", NULL, test_limit },
    { "/gui/picture/bytes", NULL, test_bytes },   { "/gui/picture/others", NULL, test_others },
    { "/gui/picture/half", NULL, test_half },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, tests[i].data, set_up, tests[i].run, tear_down);
  g_test_add_func ("/gui/picture/likely", test_likely);
  return g_test_run ();
}
