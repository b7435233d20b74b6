// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/archive.h"

#include <string.h>

#define BLOCK     512
#define OWNER     "root"
#define FILE_MODE "0000600"

/* IEEE Std 1003.1, pax, "ustar Interchange Format". Numbers are octal digits and a NUL. */
typedef struct
{
  char name[SOTTO_ARCHIVE_NAME_MAX + 1];
  char mode[8];
  char uid[8];
  char gid[8];
  char size[12];
  char mtime[12];
  char checksum[8];
  char type;
  char link[100];
  char magic[6];
  char version[2];
  char user[32];
  char group[32];
  char major[8];
  char minor[8];
  char prefix[155];
  char rest[12];
} Header;

G_STATIC_ASSERT (sizeof (Header) == BLOCK);

static const uint8_t zeros[2 * BLOCK];

static gsize
padding (gsize n)
{
  return (BLOCK - n % BLOCK) % BLOCK;
}

gsize
sotto_archive_len (gsize n)
{
  return BLOCK + n + padding (n);
}

/* Of all bytes, those of the sum itself taken as blanks. */
static guint
header_sum (const Header *self)
{
  Header blank = *self;
  const uint8_t *bytes = (const uint8_t *)&blank;
  guint sum = 0;

  memset (blank.checksum, ' ', sizeof blank.checksum);
  for (gsize i = 0; i < sizeof blank; i++)
    sum += bytes[i];
  return sum;
}

void
sotto_archive_append (GByteArray *out, const char *name, gint64 unix_s, const void *bytes, gsize n)
{
  Header header = { .mode = FILE_MODE,
                    .uid = "0000000",
                    .gid = "0000000",
                    .type = '0',
                    .magic = "ustar",
                    .version = { '0', '0' },
                    .user = OWNER,
                    .group = OWNER,
                    .major = "0000000",
                    .minor = "0000000" };

  g_strlcpy (header.name, name, sizeof header.name);
  g_snprintf (header.size, sizeof header.size, "%011" G_GINT64_MODIFIER "o", (guint64)n);
  g_snprintf (header.mtime, sizeof header.mtime, "%011" G_GINT64_MODIFIER "o", (guint64)unix_s);
  g_snprintf (header.checksum, sizeof header.checksum - 1, "%06o", header_sum (&header));
  header.checksum[7] = ' ';
  g_byte_array_append (out, (const uint8_t *)&header, sizeof header);
  g_byte_array_append (out, bytes, (guint)n);
  g_byte_array_append (out, zeros, (guint)padding (n));
}

void
sotto_archive_end (GByteArray *out)
{
  g_byte_array_append (out, zeros, sizeof zeros);
}

/* ---- Reading ---- */

static bool
read_octal (const char *field, gsize n, guint64 *out)
{
  g_autofree char *digits = g_strndup (field, n);

  return g_ascii_string_to_unsigned (g_strstrip (digits), 8, 0, G_MAXUINT32, out, NULL);
}

static bool
is_end (const uint8_t *archive, gsize n, gsize at)
{
  if (n - at < sizeof zeros)
    return false;
  for (gsize i = at; i < n; i++)
    if (archive[i] != 0)
      return false;
  return true;
}

SottoArchiveStep
sotto_archive_next (const uint8_t *archive, gsize n, gsize *at, SottoArchiveFile *out)
{
  Header header;
  guint64 sum;
  guint64 size;

  if (is_end (archive, n, *at))
    return SOTTO_ARCHIVE_END;
  if (n - *at < sizeof header)
    return SOTTO_ARCHIVE_DAMAGED;
  memcpy (&header, archive + *at, sizeof header);
  if (memcmp (header.magic, "ustar", 5) != 0 || header.type != '0'
      || memchr (header.name, '\0', sizeof header.name) == NULL
      || !read_octal (header.checksum, sizeof header.checksum, &sum) || sum != header_sum (&header)
      || !read_octal (header.size, sizeof header.size, &size) || n - *at < sotto_archive_len (size))
    return SOTTO_ARCHIVE_DAMAGED;
  g_strlcpy (out->name, header.name, sizeof out->name);
  out->bytes = archive + *at + BLOCK;
  out->n = size;
  *at += sotto_archive_len (size);
  return SOTTO_ARCHIVE_FILE;
}
