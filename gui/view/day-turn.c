// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/day-turn.h"

/* Rather than one long wait until midnight: the machine may sleep, or be taken to another country.
 */
#define LOOK_S 60

struct _SottoDayTurn
{
  GObject parent_instance;
  int day; /* of its year */
};

G_DEFINE_TYPE (SottoDayTurn, sotto_day_turn, G_TYPE_OBJECT)

static guint turned_signal;

static int
today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_get_day_of_year (now);
}

static gboolean
look (gpointer data)
{
  SottoDayTurn *self = data;
  int day = today ();

  if (day != self->day)
    {
      self->day = day;
      g_signal_emit (self, turned_signal, 0);
    }
  return G_SOURCE_CONTINUE;
}

static void
sotto_day_turn_class_init (SottoDayTurnClass *klass)
{
  turned_signal = g_signal_new ("turned", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
}

static void
sotto_day_turn_init (SottoDayTurn *self)
{
  self->day = today ();
  g_timeout_add_seconds (LOOK_S, look, self);
}

SottoDayTurn *
sotto_day_turn_get_default (void)
{
  static SottoDayTurn *one;

  if (one == NULL)
    one = g_object_new (SOTTO_TYPE_DAY_TURN, NULL);
  return one;
}
