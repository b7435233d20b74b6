// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/ticker.h"

#include "server/wheel.h"

struct _SottoTicker
{
  GSource source; /* first: the source is the ticker */
  SottoWheel *wheel;
  const SottoClock *clock;
  void (*turned) (gpointer data);
  gpointer data;
};

static gboolean
ticker_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  SottoTicker *self = (SottoTicker *)source;

  g_source_set_ready_time (source,
                           sotto_wheel_advance (self->wheel, sotto_clock_now (self->clock)));
  self->turned (self->data);
  return G_SOURCE_CONTINUE;
}

static void
on_wake (gint64 when, gpointer data)
{
  g_source_set_ready_time (data, when);
}

static GSourceFuncs ticker_funcs = { .dispatch = ticker_dispatch };

SottoTicker *
sotto_ticker_new (SottoWheel *wheel,
                  const SottoClock *clock,
                  void (*turned) (gpointer data),
                  gpointer data)
{
  GSource *source = g_source_new (&ticker_funcs, sizeof (SottoTicker));
  SottoTicker *self = (SottoTicker *)source;

  self->wheel = wheel;
  self->clock = clock;
  self->turned = turned;
  self->data = data;
  g_source_set_static_name (source, "sotto-ticker");
  sotto_wheel_set_wake (wheel, on_wake, source);
  g_source_attach (source, g_main_context_get_thread_default ());
  return self;
}

void
sotto_ticker_free (SottoTicker *self)
{
  if (self == NULL)
    return;
  sotto_wheel_set_wake (self->wheel, NULL, NULL);
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}
