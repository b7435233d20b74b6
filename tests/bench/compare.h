// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Compares functions by how often a second they run. They run in turn, round after round, and a
 * ratio is that of two runs of one round: a machine that slows down slows both.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  void (*run) (gpointer data);
  gpointer data;
} CompareCase;

typedef struct
{
  double median, low, high;
} CompareFigure;

typedef struct
{
  CompareFigure rate;  /* calls a second */
  CompareFigure ratio; /* to the rate of the first case in the same round */
} CompareResult;

typedef struct
{
  guint n_rounds;
  double seconds;   /* of one run */
  bool is_cpu_time; /* counts time on a processor, for a machine that others use; else the clock */
} CompareOptions;

void compare_run (const CompareOptions *options,
                  const CompareCase *cases,
                  gsize n_cases,
                  CompareResult *out_results);
