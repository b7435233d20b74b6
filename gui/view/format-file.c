// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/format-file.h"
#include "gui/model/file-risk.h"
#include "gui/view/format.h"
#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#define MINUTE_S 60
#define HOUR_S   3600

/* What ended it, in a word and in a sentence for the one who sent it and the one who did not. */
static const struct
{
  const char *code;
  const char *word;
  const char *own;
  const char *theirs;
} endings[] = {
  { "declined", N_ ("declined"), N_ ("They declined this file."), N_ ("You declined this file.") },
  { "cancelled", N_ ("cancelled"), N_ ("The transfer was cancelled."),
    N_ ("The transfer was cancelled.") },
  { "damaged", N_ ("damaged"), N_ ("The file was damaged on its way."),
    N_ ("The file was damaged on its way and was not kept.") },
  { "too_big_file", N_ ("too big"), N_ ("The file is too big for them."),
    N_ ("The file is too big.") },
  { "no_space", N_ ("no room"), N_ ("They have no room for the file."),
    N_ ("There is no room for the file here.") },
  { "too_many", N_ ("too many files"), N_ ("They have too many offers of yours already."),
    N_ ("Too many files are offered at once.") },
  { "io", N_ ("failed"), N_ ("The file cannot be read."), N_ ("The file cannot be written.") },
  { NULL, N_ ("failed"), N_ ("The file could not be sent."),
    N_ ("The file could not be received.") },
};

static gsize
find_ending (SottoFilePart *file)
{
  gsize i = 0;

  while (endings[i].code != NULL
         && g_strcmp0 (endings[i].code, sotto_file_part_get_code (file)) != 0)
    i++;
  return i;
}

/* By its name, for that is what a desktop goes by; what the sender says of it comes second. */
static char *
dup_type (SottoFilePart *file)
{
  g_autofree char *named = g_content_type_guess (sotto_file_part_get_name (file), NULL, 0, NULL);
  g_autofree char *claimed = g_content_type_from_mime_type (sotto_file_part_get_media_type (file));
  const char *type = g_content_type_is_unknown (named) && claimed != NULL ? claimed : named;
  g_autofree char *description = g_content_type_get_description (type);

  return g_content_type_is_unknown (type) ? NULL : sotto_format_one_line (description);
}

char *
sotto_format_file_kind (SottoFilePart *file)
{
  g_autofree char *size = g_format_size (sotto_file_part_get_size (file));
  g_autofree char *type = dup_type (file);

  return type != NULL ? g_strdup_printf (_ ("%s · %s"), size, type) : g_steal_pointer (&size);
}

char *
sotto_format_seconds_left (gint64 seconds)
{
  gint64 minutes = (seconds + MINUTE_S - 1) / MINUTE_S;
  gint64 hours = (seconds + HOUR_S - 1) / HOUR_S;

  if (seconds < MINUTE_S)
    return g_strdup_printf (ngettext ("%u second left", "%u seconds left", (gulong)seconds),
                            (guint)seconds);
  if (minutes < MINUTE_S)
    return g_strdup_printf (ngettext ("%u minute left", "%u minutes left", (gulong)minutes),
                            (guint)minutes);
  hours = MIN (hours, 9999);
  return g_strdup_printf (ngettext ("%u hour left", "%u hours left", (gulong)hours), (guint)hours);
}

static char *
format_so_far (SottoFilePart *file)
{
  g_autofree char *done = g_format_size (sotto_file_part_get_done (file));
  g_autofree char *size = g_format_size (sotto_file_part_get_size (file));

  return g_strdup_printf (_ ("%s of %s"), done, size);
}

static char *
format_paused (SottoFilePart *file)
{
  g_autofree char *so_far = format_so_far (file);

  return g_strdup_printf (_ ("Paused · %s"), so_far);
}

static char *
format_progress (SottoFilePart *file)
{
  g_autofree char *so_far = format_so_far (file);
  gint64 seconds = sotto_file_part_get_seconds_left (file);

  if (seconds < 0)
    return g_steal_pointer (&so_far);
  g_autofree char *speed = g_format_size (sotto_file_part_get_rate (file));
  g_autofree char *rate = g_strdup_printf (_ ("%s/s"), speed);
  g_autofree char *left = sotto_format_seconds_left (seconds);
  return g_strdup_printf (_ ("%s · %s · %s"), so_far, rate, left);
}

/* It lies under another name when there was a file of that name already. */
static char *
format_done (SottoFilePart *file)
{
  const char *path = sotto_file_part_get_path (file);
  g_autofree char *name = path != NULL ? g_filename_display_basename (path) : NULL;

  if (sotto_file_part_is_own (file))
    return g_strdup (_ ("They have it."));
  return name != NULL ? g_strdup_printf (_ ("Saved as %s"), name) : g_strdup (_ ("Received"));
}

char *
sotto_format_file_status (SottoFilePart *file)
{
  bool own = sotto_file_part_is_own (file);

  switch (sotto_file_part_get_state (file))
    {
    case SOTTO_FILE_PART_OFFERED:
      return g_strdup (own ? _ ("Waiting for their answer")
                           : _ ("Nothing is sent before you accept."));
    case SOTTO_FILE_PART_MOVING:
      return format_progress (file);
    case SOTTO_FILE_PART_PAUSED:
      return format_paused (file);
    case SOTTO_FILE_PART_DONE:
      return format_done (file);
    case SOTTO_FILE_PART_ENDED:
      break;
    }
  gsize i = find_ending (file);
  return g_strdup (own ? _ (endings[i].own) : _ (endings[i].theirs));
}

const char *
sotto_format_file_state (SottoFilePart *file)
{
  bool own = sotto_file_part_is_own (file);

  switch (sotto_file_part_get_state (file))
    {
    case SOTTO_FILE_PART_OFFERED:
      return _ ("offered");
    case SOTTO_FILE_PART_MOVING:
      return own ? _ ("sending") : _ ("receiving");
    case SOTTO_FILE_PART_PAUSED:
      return _ ("paused");
    case SOTTO_FILE_PART_DONE:
      return sotto_format_state (own ? SOTTO_BUBBLE_DELIVERED : SOTTO_BUBBLE_RECEIVED);
    case SOTTO_FILE_PART_ENDED:
      break;
    }
  return _ (endings[find_ending (file)].word);
}

const char *
sotto_format_file_warning (SottoFilePart *file)
{
  if (sotto_file_part_is_own (file))
    return NULL;
  switch (sotto_file_risk (sotto_file_part_get_name (file), sotto_file_part_get_media_type (file)))
    {
    case SOTTO_FILE_RISK_PROGRAM:
      return _ ("This is a program. It can do anything you can do on this computer.");
    case SOTTO_FILE_RISK_DISGUISED:
      return _ ("The name has hidden characters that make it look like another kind of file.");
    case SOTTO_FILE_RISK_NONE:
      break;
    }
  return NULL;
}

char *
sotto_format_file_name (SottoBubble *bubble)
{
  SottoFilePart *file = sotto_bubble_get_file (bubble);
  g_autofree char *name = sotto_format_one_line (sotto_file_part_get_name (file));
  g_autofree char *size = g_format_size (sotto_file_part_get_size (file));
  g_autofree char *time = sotto_format_time (sotto_bubble_get_time_ms (bubble));
  const char *sender = sotto_bubble_is_own (bubble) ? _ ("You") : sotto_bubble_get_sender (bubble);

  return g_strjoin (", ", sender, name, size, time, sotto_format_file_state (file), NULL);
}
