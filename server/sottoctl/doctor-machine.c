// SPDX-License-Identifier: GPL-3.0-or-later
/* The checks of what the machine gives: descriptors and a clock. */
#include "server/sottoctl/doctor.h"

#include <sys/stat.h>
#include <sys/timex.h>

/* Beside connections: listeners, epoll, the control socket, files being written. */
#define DESCRIPTORS_SPARE 64

void
sotto_doctor_check_descriptors (SottoDoctor *self)
{
  gint64 limit = sotto_doctor_status_int (self, "fd_limit");

  if (self->config == NULL || limit == 0)
    return;
  guint64 wanted = self->config->sessions + self->config->unauthenticated + DESCRIPTORS_SPARE;
  if ((guint64)limit >= wanted)
    {
      sotto_doctor_find (self, SOTTO_FINDING_OK, "descriptors", NULL,
                         "%" G_GINT64_FORMAT " may be open, %" G_GUINT64_FORMAT " are wanted",
                         limit, wanted);
      return;
    }
  g_autofree char *fix = g_strdup_printf ("LimitNOFILE=%" G_GUINT64_FORMAT
                                          " in the service (systemctl edit sotto-server), or lower "
                                          "`sessions` and `unauthenticated` in `limits`",
                                          wanted);
  sotto_doctor_find (self, SOTTO_FINDING_WARN, "descriptors", fix,
                     "%" G_GINT64_FORMAT " may be open, but `limits` let in %" G_GUINT64_FORMAT
                     ": the last of them will be refused",
                     limit, wanted);
}

/* Nothing between people depends on a clock. Tickets and invites go by the server's own. */
void
sotto_doctor_check_clock (SottoDoctor *self)
{
  struct timex clock = { .modes = 0 };
  struct stat st;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  bool steered = adjtimex (&clock) != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;

  if (self->config != NULL && stat (self->config->data_base, &st) == 0 && st.st_mtime > now + 60)
    sotto_doctor_find (self, SOTTO_FINDING_WARN, "clock", "set it: timedatectl set-ntp true",
                       "the clock has gone back behind the last change of the accounts: tickets "
                       "and invites expire too late");
  else
    sotto_doctor_find (self, SOTTO_FINDING_OK, "clock", NULL,
                       "%s; only tickets and invites look at it, logins and messages do not",
                       steered ? "kept right by the network" : "nothing keeps it right");
}
