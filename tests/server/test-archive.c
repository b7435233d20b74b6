// SPDX-License-Identifier: GPL-3.0-or-later
/* The container of backups: what is written comes back, what is cut or changed does not. */
#undef G_DISABLE_ASSERT
#include "server/archive.h"

#include <string.h>

static GByteArray *
make (void)
{
  GByteArray *archive = g_byte_array_new ();
  char block[512];

  memset (block, 'x', sizeof block);
  sotto_archive_append (archive, "empty", 1, "", 0);
  sotto_archive_append (archive, "small", 1800000000, "abc", 3);
  sotto_archive_append (archive, "block", 1800000000, block, sizeof block);
  sotto_archive_end (archive);
  g_assert_cmpuint (archive->len, ==,
                    sotto_archive_len (0) + sotto_archive_len (3) + sotto_archive_len (512) + 1024);
  return archive;
}

static void
test_round_trip (void)
{
  static const struct
  {
    const char *name;
    gsize n;
  } files[] = { { "empty", 0 }, { "small", 3 }, { "block", 512 } };
  g_autoptr (GByteArray) archive = make ();
  SottoArchiveFile file;
  gsize at = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_assert_cmpint (sotto_archive_next (archive->data, archive->len, &at, &file), ==,
                       SOTTO_ARCHIVE_FILE);
      g_assert_cmpstr (file.name, ==, files[i].name);
      g_assert_cmpuint (file.n, ==, files[i].n);
      g_assert_true (file.n == 0 || file.bytes[0] == (i == 1 ? 'a' : 'x'));
    }
  g_assert_cmpint (sotto_archive_next (archive->data, archive->len, &at, &file), ==,
                   SOTTO_ARCHIVE_END);
}

static SottoArchiveStep
walk (const uint8_t *archive, gsize n)
{
  SottoArchiveFile file;
  SottoArchiveStep step;
  gsize at = 0;

  while ((step = sotto_archive_next (archive, n, &at, &file)) == SOTTO_ARCHIVE_FILE)
    ;
  return step;
}

/* Copied to its exact size each time, so that a byte read beyond it is seen. */
static void
test_cut (void)
{
  g_autoptr (GByteArray) archive = make ();

  for (gsize n = 0; n < archive->len; n++)
    {
      g_autofree uint8_t *cut = g_memdup2 (archive->data, n);

      g_assert_cmpint (walk (cut, n), ==, SOTTO_ARCHIVE_DAMAGED);
    }
}

static void
test_changed_headers (void)
{
  g_autoptr (GByteArray) archive = make ();

  for (gsize i = 0; i < 512; i++)
    {
      g_autofree uint8_t *changed = g_memdup2 (archive->data, archive->len);

      /* The end of the sum's field says nothing. */
      if (i >= 154 && i < 156)
        continue;
      changed[i] ^= 0x11;
      g_assert_cmpint (walk (changed, archive->len), ==, SOTTO_ARCHIVE_DAMAGED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/archive/round-trip", test_round_trip);
  g_test_add_func ("/server/archive/cut", test_cut);
  g_test_add_func ("/server/archive/changed-headers", test_changed_headers);
  return g_test_run ();
}
