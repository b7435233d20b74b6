// SPDX-License-Identifier: GPL-3.0-or-later
#include <config.h>
#include "server/journal.h"

#include "shared/base/text.h"
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>
#ifdef HAVE_SYSTEMD
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>
#endif

#define SAID_MAX 2000 /* bytes of a line */

/* What is said of an event, and how loudly. `%s` are user, address, code, in this order. */
static const struct
{
  int priority;
  const char *name;
  const char *said;
} events[] = {
  [SOTTO_JOURNAL_LOGIN] = { LOG_INFO, "login", "login of" },
  [SOTTO_JOURNAL_RESUME] = { LOG_INFO, "resume", "return of" },
  [SOTTO_JOURNAL_SIGNUP] = { LOG_NOTICE, "signup", "new account" },
  [SOTTO_JOURNAL_LOGIN_FAILED] = { LOG_NOTICE, "login-failed", "failed login for" },
  [SOTTO_JOURNAL_LOGOUT] = { LOG_INFO, "logout", "end of session of" },
  [SOTTO_JOURNAL_PENALTY] = { LOG_NOTICE, "penalty", "protocol broken by" },
  [SOTTO_JOURNAL_PASSWORD] = { LOG_NOTICE, "password", "password change of" },
  [SOTTO_JOURNAL_IDENTITY] = { LOG_NOTICE, "identity", "identity change of" },
  [SOTTO_JOURNAL_UNSIGN] = { LOG_NOTICE, "unsign", "deletion of the account" },
};

#ifdef HAVE_SYSTEMD
/* systemd.exec(5): the stream is ours only while standard error is still that very file. */
static bool
speaks_to_journal (void)
{
  const char *stream = g_getenv ("JOURNAL_STREAM");
  struct stat st;
  unsigned long long device, inode;

  return stream != NULL && sscanf (stream, "%llu:%llu", &device, &inode) == 2
         && fstat (STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}
#endif

/* Whoever reads our standard error may have stopped doing so; people talk on while he rests. */
static bool
is_heard (void)
{
  struct pollfd out = { .fd = STDERR_FILENO, .events = POLLOUT };

  return poll (&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0;
}

/* In one write of less than PIPE_BUF bytes: a pipe that has room takes it whole. */
static void
say (const char *text)
{
  g_autofree char *line = g_strdup_printf ("sotto-server: %.*s\n", SAID_MAX, text);

  if (is_heard () && write (STDERR_FILENO, line, strlen (line)) < 0)
    return; /* there is nobody to tell */
}

static void
write_line (int priority, const char *text)
{
#ifdef HAVE_SYSTEMD
  if (speaks_to_journal ())
    {
      sd_journal_send ("MESSAGE=%s", text, "PRIORITY=%d", priority, NULL);
      return;
    }
#endif
  say (text);
}

void
sotto_journal_event (SottoJournalEvent event,
                     const SottoName *user,
                     const SottoAddr *from,
                     SottoCode code)
{
  const char *name = user != NULL && sotto_name_is_set (user) ? user->str : "-";
  g_autofree char *address = sotto_addr_to_string (from);
  g_autofree char *text = g_strdup_printf ("%s %s from %s: %s", events[event].said, name, address,
                                           sotto_code_to_name (code));

#ifdef HAVE_SYSTEMD
  if (speaks_to_journal ())
    {
      sd_journal_send ("MESSAGE=%s", text, "PRIORITY=%d", events[event].priority, "SOTTO_EVENT=%s",
                       events[event].name, "SOTTO_USER=%s", name, "SOTTO_SOURCE=%s", address,
                       "SOTTO_CODE=%s", sotto_code_to_name (code), NULL);
      return;
    }
#endif
  write_line (events[event].priority, text);
}

void
sotto_journal_info (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  write_line (LOG_INFO, text);
}

void
sotto_journal_warning (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  g_autofree char *loud = g_strconcat ("warning: ", text, NULL);
  write_line (LOG_WARNING, loud);
}
