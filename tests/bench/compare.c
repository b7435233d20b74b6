// SPDX-License-Identifier: GPL-3.0-or-later
/* The clock is read once a batch, and batches grow until reading it weighs nothing. */
#include "tests/bench/compare.h"

#include <stdlib.h>
#include <time.h>

#define BATCHES 20 /* at least so many a run */

static double
get_seconds (const CompareOptions *options)
{
  struct timespec now;
  clock_gettime (options->is_cpu_time ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double
measure_rate (const CompareOptions *options, const CompareCase *one)
{
  double start = get_seconds (options), taken = 0;
  guint64 n_done = 0, n_batch = 1;
  while (taken < options->seconds)
    {
      for (guint64 i = 0; i < n_batch; i++)
        one->run (one->data);
      n_done += n_batch;
      double before = taken;
      taken = get_seconds (options) - start;
      if (taken - before < options->seconds / BATCHES / 2)
        n_batch *= 2;
    }
  return (double)n_done / taken;
}

static int
compare_doubles (const void *a, const void *b)
{
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static CompareFigure
summarize (double *values, gsize n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return (CompareFigure){ values[n / 2], values[0], values[n - 1] };
}

void
compare_run (const CompareOptions *options,
             const CompareCase *cases,
             gsize n_cases,
             CompareResult *out_results)
{
  gsize n_rounds = options->n_rounds;
  g_autofree double *rates = g_new (double, n_cases *n_rounds);
  g_autofree double *ratios = g_new (double, n_rounds);
  for (gsize k = 0; k < n_cases; k++)
    cases[k].run (cases[k].data); /* caches are warm, what is made once is made */
  for (gsize round = 0; round < n_rounds; round++)
    for (gsize k = 0; k < n_cases; k++)
      rates[k * n_rounds + round] = measure_rate (options, &cases[k]);
  for (gsize k = n_cases; k-- > 0;) /* the first last: summarizing it sorts its rounds */
    {
      for (gsize round = 0; round < n_rounds; round++)
        ratios[round] = rates[k * n_rounds + round] / rates[round];
      out_results[k].ratio = summarize (ratios, n_rounds);
      out_results[k].rate = summarize (rates + k * n_rounds, n_rounds);
    }
}
