// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A file out and a file in: lane, reader, writer and the place where it ends, with the loop between
 * them as in a program.
 */
#undef G_DISABLE_ASSERT
#include "scratch.h"
#include "shared/client/file-place.h"
#include "shared/client/file-reader.h"
#include "shared/client/file-writer.h"
#include "shared/client/lane.h"
#include "shared/crypto/agreement.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  TestScratch *folder;
  GThreadPool *pool;
  GString *said; /* what the handlers heard, one word each */
  GByteArray *read;
  SottoKey hash;
  char *path;
  uint64_t total;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->folder = test_scratch_new ();
  f->pool = sotto_lane_pool_new (2);
  f->said = g_string_new (NULL);
  f->read = g_byte_array_new ();
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_thread_pool_free (f->pool, FALSE, TRUE);
  g_string_free (f->said, TRUE);
  g_byte_array_unref (f->read);
  g_free (f->path);
  test_scratch_remove (f->folder);
}

static gboolean
on_late (gpointer late)
{
  *(bool *)late = true;
  return G_SOURCE_REMOVE;
}

/* Until that was said, and nothing more is. */
static void
expect (Fixture *f, const char *said)
{
  bool late = false;
  guint timer = g_timeout_add_seconds (20, on_late, &late);

  while (!late && f->said->len < strlen (said))
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (timer);
  g_assert_cmpstr (f->said->str, ==, said);
  g_string_truncate (f->said, 0);
}

static char *
path_of (Fixture *f, const char *name)
{
  return g_build_filename (f->folder, name, NULL);
}

static SottoKey
hash_of (const void *data, gsize n)
{
  SottoKey hash;

  sotto_sha256 (&SOTTO_SPAN (data, n), 1, &hash);
  return hash;
}

static void
assert_content (const char *path, const void *data, gsize n)
{
  g_autofree char *content = NULL;
  gsize n_content;

  g_assert_true (g_file_get_contents (path, &content, &n_content, NULL));
  g_assert_cmpmem (content, n_content, data, n);
}

/* --- Lane --- */

typedef struct
{
  SottoLaneJob job;
  guint number;
  guint *counter;
} Count;

static void
count_work (SottoLaneJob *job, SottoLane *lane)
{
  Count *count = (Count *)job;

  g_assert_cmpuint ((*count->counter)++, ==, count->number); /* never two at a time */
}

static void
count_done (SottoLaneJob *job, gpointer owner)
{
  g_string_append_c (((Fixture *)owner)->said, 'x');
}

static void
count_free (SottoLaneJob *job)
{
  g_free (job);
}

static Count *
count_new (guint number, guint *counter)
{
  Count *count = g_new0 (Count, 1);

  *count = (Count){ { count_work, count_done, count_free }, number, counter };
  return count;
}

static void
free_flag (gpointer flag)
{
  g_atomic_int_set ((int *)flag, 1);
}

static void
test_lane (Fixture *f, gconstpointer unused)
{
  int freed[8] = { 0 };
  guint counters[8] = { 0 };
  SottoLane *lanes[8];

  for (guint i = 0; i < 8; i++)
    lanes[i] = sotto_lane_new (f->pool, G_PRIORITY_DEFAULT, &freed[i], free_flag, f);
  for (guint n = 0; n < 20; n++)
    for (guint i = 0; i < 8; i++)
      sotto_lane_push (lanes[i], &count_new (n, &counters[i])->job);
  g_autofree char *all = g_strnfill (160, 'x');
  expect (f, all);
  for (guint i = 0; i < 8; i++)
    {
      g_assert_cmpuint (counters[i], ==, 20);
      sotto_lane_push (lanes[i], &count_new (20, &counters[i])->job); /* perhaps */
      if (i % 2 == 0)
        sotto_lane_free (lanes[i]);
      else
        {
          counters[i] = 100;
          sotto_lane_free_after (lanes[i], &count_new (100, &counters[i])->job);
        }
    }
  g_thread_pool_free (f->pool, FALSE, TRUE);
  f->pool = sotto_lane_pool_new (2);
  for (guint i = 0; i < 8; i++)
    g_assert_cmpint (g_atomic_int_get (&freed[i]), ==, 1);
  g_assert_cmpuint (counters[1], ==, 101);
  g_assert_cmpuint (f->said->len, ==, 0);
}

/* --- Reader --- */

static void
on_block (GBytes *block, uint64_t offset, gpointer fixture)
{
  Fixture *f = fixture;

  g_byte_array_append (f->read, g_bytes_get_data (block, NULL), g_bytes_get_size (block));
  g_string_append_c (f->said, 'b');
}

static void
on_hash (const SottoKey *sha256, gpointer fixture)
{
  Fixture *f = fixture;

  f->hash = *sha256;
  g_string_append_c (f->said, 'h');
}

static void
on_read_failed (const GError *error, gpointer fixture)
{
  g_test_message ("%s", error->message);
  g_string_append_c (((Fixture *)fixture)->said, 'F');
}

static const SottoFileReaderHandler reader_handler = { on_block, on_hash, on_read_failed };

static SottoFileReader *
reader_of (Fixture *f, const char *path)
{
  SottoFileStamp stamp;
  int fd = sotto_file_open_to_read (path, &stamp, NULL);

  g_assert_cmpint (fd, >=, 0);
  close (fd);
  return sotto_file_reader_new (f->pool, G_PRIORITY_DEFAULT, path, &stamp, &reader_handler, f);
}

/* Ahead, back and across what was hashed: the bytes asked for, and always the hash of the whole. */
static void
test_reader (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = path_of (f, "own");
  g_autofree uint8_t *data = g_malloc (700 * 1000);
  const struct
  {
    uint64_t offset;
    gsize n;
  } reads[] = { { 500000, 1000 }, { 0, 1000 }, { 500500, 199000 }, { 699999, 1 }, { 600000, 9 } };

  for (gsize i = 0; i < 700 * 1000; i++)
    data[i] = (uint8_t)(i % 253);
  g_assert_true (g_file_set_contents (path, (char *)data, 700 * 1000, NULL));
  SottoFileReader *reader = reader_of (f, path);
  for (gsize i = 0; i < G_N_ELEMENTS (reads); i++)
    {
      sotto_file_reader_read (reader, reads[i].offset, reads[i].n);
      expect (f, "b");
      g_assert_cmpmem (f->read->data, f->read->len, data + reads[i].offset, reads[i].n);
      g_byte_array_set_size (f->read, 0);
    }
  sotto_file_reader_hash (reader);
  expect (f, "h");
  SottoKey expected = hash_of (data, 700 * 1000);
  g_assert_cmpmem (&f->hash, 32, &expected, 32);
  sotto_file_reader_free (reader);

  SottoFileReader *hasty = reader_of (f, path); /* nothing read before */
  sotto_file_reader_hash (hasty);
  expect (f, "h");
  g_assert_cmpmem (&f->hash, 32, &expected, 32);
  sotto_file_reader_free (hasty);
}

static void
test_changed_file (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = path_of (f, "own");

  g_assert_true (g_file_set_contents (path, "twelve bytes", 12, NULL));
  SottoFileReader *shorter = reader_of (f, path);
  sotto_file_reader_read (shorter, 0, 4);
  expect (f, "b");
  g_assert_cmpint (truncate (path, 6), ==, 0);
  sotto_file_reader_read (shorter, 4, 8);
  sotto_file_reader_hash (shorter); /* after a failure nothing is told any more */
  expect (f, "F");
  sotto_file_reader_free (shorter);

  SottoFileReader *other = reader_of (f, path); /* the same length, other bytes */
  sotto_file_reader_read (other, 0, 6);
  expect (f, "b");
  struct timespec times[2] = { { 0, UTIME_OMIT }, { 1000, 0 } };
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  sotto_file_reader_hash (other);
  expect (f, "F");
  sotto_file_reader_free (other);

  SottoFileReader *gone = reader_of (f, path);
  g_assert_cmpint (unlink (path), ==, 0);
  sotto_file_reader_read (gone, 0, 1);
  expect (f, "F");
  sotto_file_reader_free (gone);
}

static void
test_no_files (Fixture *f, gconstpointer unused)
{
  g_autofree char *fifo = path_of (f, "fifo");
  g_autofree char *nothing = path_of (f, "nothing");
  SottoFileStamp stamp;

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  const char *const paths[] = { fifo, nothing, f->folder, "/dev/zero" };
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_cmpint (sotto_file_open_to_read (paths[i], &stamp, &error), ==, -1);
      g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
    }
}

/* --- Writer --- */

static void
on_opened (uint64_t stored, gpointer fixture)
{
  ((Fixture *)fixture)->total = stored;
  g_string_append_c (((Fixture *)fixture)->said, 'o');
}

static void
on_stored (uint64_t total, gpointer fixture)
{
  ((Fixture *)fixture)->total = total;
  g_string_append_c (((Fixture *)fixture)->said, 's');
}

static void
on_checked (gpointer fixture)
{
  g_string_append_c (((Fixture *)fixture)->said, 'c');
}

static void
take_path (Fixture *f, const char *path, char letter)
{
  g_free (f->path);
  f->path = g_strdup (path);
  g_string_append_c (f->said, letter);
}

static void
on_chosen (const char *path, gpointer fixture)
{
  take_path (fixture, path, 'p');
}

static void
on_placed (const char *path, gpointer fixture)
{
  take_path (fixture, path, 'P');
}

static void
on_write_failed (SottoRefuseCode code, const GError *error, gpointer fixture)
{
  if (error != NULL)
    g_test_message ("%s", error->message);
  g_string_append_c (((Fixture *)fixture)->said, (char)('0' + code));
}

static const SottoFileWriterHandler writer_handler = { on_opened, on_stored, on_checked,
                                                       on_chosen, on_placed, on_write_failed };

static SottoFileWriter *
writer_of (Fixture *f, const char *partial, uint64_t size)
{
  return sotto_file_writer_new (f->pool, G_PRIORITY_DEFAULT, partial, size, &writer_handler, f);
}

static void
write_text (SottoFileWriter *writer, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  sotto_file_writer_write (writer, bytes);
}

static void
test_writer (Fixture *f, gconstpointer unused)
{
  g_autofree char *partial = path_of (f, "partial/1");
  g_autofree char *downloads = path_of (f, "Downloads");
  g_autofree char *first = path_of (f, "Downloads/a.txt");
  g_autofree char *second = path_of (f, "Downloads/a (2).txt");
  g_autofree char *third = path_of (f, "Downloads/a (3).txt");
  SottoKey hash = hash_of ("hello world", 11);
  struct stat info;

  g_assert_cmpint (g_mkdir (downloads, 0700), ==, 0);
  g_assert_true (g_file_set_contents (first, "mine", 4, NULL));
  SottoFileWriter *writer = writer_of (f, partial, 11);
  sotto_file_writer_open (writer, downloads);
  write_text (writer, "hello");
  g_assert_cmpuint (sotto_file_writer_get_waiting (writer), ==, 5);
  expect (f, "os");
  g_assert_cmpuint (f->total, ==, 5);
  g_assert_cmpuint (sotto_file_writer_get_waiting (writer), ==, 0);
  sotto_file_writer_free (writer);

  /* Another run: what is there counts, also for the hash. */
  writer = writer_of (f, partial, 11);
  sotto_file_writer_open (writer, downloads);
  expect (f, "o");
  g_assert_cmpuint (f->total, ==, 5);
  write_text (writer, " world");
  sotto_file_writer_check (writer, &hash);
  expect (f, "sc");
  sotto_file_writer_choose (writer, downloads, "a.txt");
  expect (f, "p");
  g_assert_cmpstr (f->path, ==, second);
  g_assert_true (g_file_set_contents (second, "quicker", 7, NULL));
  sotto_file_writer_place (writer, second);
  expect (f, "p");
  g_assert_cmpstr (f->path, ==, third);
  sotto_file_writer_place (writer, third);
  expect (f, "P");
  sotto_file_writer_free (writer);

  assert_content (first, "mine", 4);
  assert_content (second, "quicker", 7);
  assert_content (third, "hello world", 11);
  g_assert_cmpint (stat (third, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_false (g_file_test (partial, G_FILE_TEST_EXISTS));
}

static void
test_damaged (Fixture *f, gconstpointer unused)
{
  g_autofree char *partial = path_of (f, "partial");
  SottoKey hash = hash_of ("something else", 14);

  SottoFileWriter *writer = writer_of (f, partial, 5);
  sotto_file_writer_open (writer, NULL);
  write_text (writer, "hello");
  sotto_file_writer_check (writer, &hash);
  sotto_file_writer_choose (writer, f->folder, "never");
  expect (f, "os5");
  sotto_file_writer_discard (writer);
  g_thread_pool_free (f->pool, FALSE, TRUE);
  f->pool = sotto_lane_pool_new (1);
  g_assert_false (g_file_test (partial, G_FILE_TEST_EXISTS));
}

/* Before it is begun, and when the disk (here: the limit of a process) says so in the middle. */
static void
test_no_room (Fixture *f, gconstpointer unused)
{
  g_autofree char *partial = path_of (f, "partial");
  g_autoptr (GBytes) data = g_bytes_new_take (g_malloc0 (64 * 1024), 64 * 1024);
  struct rlimit before, low;

  SottoFileWriter *huge = writer_of (f, partial, G_GUINT64_CONSTANT (1) << 61);
  sotto_file_writer_open (huge, NULL);
  expect (f, "3");
  sotto_file_writer_discard (huge);

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  low = (struct rlimit){ 100 * 1000, before.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &low), ==, 0);
  SottoFileWriter *writer = writer_of (f, partial, 1000 * 1000);
  sotto_file_writer_open (writer, NULL);
  sotto_file_writer_write (writer, data);
  sotto_file_writer_write (writer, data);
  expect (f, "os2");
  setrlimit (RLIMIT_FSIZE, &before);
  sotto_file_writer_free (writer);
}

/* A partial file that cannot be ours: longer than what was to come. And one that is a trap. */
static void
test_odd_partials (Fixture *f, gconstpointer unused)
{
  g_autofree char *partial = path_of (f, "partial");
  g_autofree char *victim = path_of (f, "victim");

  g_assert_true (g_file_set_contents (partial, "too long", 8, NULL));
  SottoFileWriter *writer = writer_of (f, partial, 5);
  sotto_file_writer_open (writer, NULL);
  expect (f, "o");
  g_assert_cmpuint (f->total, ==, 0);
  sotto_file_writer_free (writer);

  g_assert_true (g_file_set_contents (victim, "victim", 6, NULL));
  g_assert_cmpint (unlink (partial), ==, 0);
  g_assert_cmpint (symlink (victim, partial), ==, 0);
  writer = writer_of (f, partial, 50);
  sotto_file_writer_open (writer, NULL);
  expect (f, "4");
  sotto_file_writer_free (writer);
  assert_content (victim, "victim", 6);
}

/* --- After a crash --- */

static void
test_recover (Fixture *f, gconstpointer unused)
{
  g_autofree char *partial = path_of (f, "part");
  g_autofree char *place = path_of (f, "a.txt");
  g_autofree char *copy = path_of (f, ".sotto-part");
  SottoFileWriter *writer = writer_of (f, partial, 5);

  g_assert_true (g_file_set_contents (partial, "hello", 5, NULL)); /* before the move */
  sotto_file_writer_recover (writer, place);
  expect (f, "o");
  g_assert_cmpint (rename (partial, copy), ==, 0); /* as a move to another file system leaves it */
  sotto_file_writer_recover (writer, place);
  expect (f, "P");
  assert_content (place, "hello", 5);
  sotto_file_writer_recover (writer, place); /* after it */
  expect (f, "P");
  sotto_file_writer_free (writer);
}

/* Another file system, where there is one that a test may write to. */
static void
test_other_file_system (Fixture *f, gconstpointer unused)
{
  g_autofree char *partial = path_of (f, "part");
  char other[] = "/dev/shm/sotto-XXXXXX";
  struct stat here, there;

  if (g_mkdtemp (other) == NULL || stat (f->folder, &here) != 0 || stat (other, &there) != 0
      || here.st_dev == there.st_dev)
    {
      g_rmdir (other);
      g_test_skip ("no second file system here");
      return;
    }
  g_autofree char *place = sotto_file_place_choose (other, "b.bin", NULL);
  g_assert_true (g_file_set_contents (partial, "hello", 5, NULL));
  g_assert_cmpint (sotto_file_place_move (partial, place, NULL), ==, SOTTO_PLACED);
  assert_content (place, "hello", 5);
  g_assert_false (g_file_test (partial, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_set_contents (partial, "other", 5, NULL));
  g_assert_cmpint (sotto_file_place_move (partial, place, NULL), ==, SOTTO_PLACE_TAKEN);
  assert_content (place, "hello", 5);
  assert_content (partial, "other", 5);
  test_scratch_remove (g_strdup (other));
}

#define ADD(path, test) g_test_add ("/client/file-io/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("lane", test_lane);
  ADD ("reader", test_reader);
  ADD ("changed-file", test_changed_file);
  ADD ("no-files", test_no_files);
  ADD ("writer", test_writer);
  ADD ("damaged", test_damaged);
  ADD ("no-room", test_no_room);
  ADD ("odd-partials", test_odd_partials);
  ADD ("recover", test_recover);
  ADD ("other-file-system", test_other_file_system);
  return g_test_run ();
}
