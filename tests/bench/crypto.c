// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Fernet's speed, raw and text, beside versions that make their contexts for each message; and what
 * a key weighs. Nothing is asserted of time; that a token opens to what was sealed is.
 *
 *   crypto [--cpu] [ROUNDS [MILLISECONDS]]
 */
#undef G_DISABLE_ASSERT
#include "shared/crypto/fernet.h"
#include "tests/bench/compare.h"
#include "tests/bench/naive-fernet.h"
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

typedef struct _Scheme Scheme;

/* One scheme at work on one size. */
typedef struct
{
  const Scheme *scheme;
  NaiveFernet naive;
  SottoFernetKey key;
  gsize n_plain, n_token;
  uint8_t *plain, *token, *opened;
} Subject;

struct _Scheme
{
  const char *name;
  gsize (*seal) (Subject *);
  bool (*open) (Subject *, gsize *out_n);
  bool keeps; /* ours: the midstates; naive: the algorithms */
};

static gsize
seal_raw (Subject *s)
{
  sotto_fernet_seal_raw (&s->key, NULL, s->plain, s->n_plain, s->token);
  return sotto_fernet_raw_len (s->n_plain);
}

static bool
open_raw (Subject *s, gsize *out_n)
{
  return sotto_fernet_open_raw (&s->key, s->token, s->n_token, s->opened, out_n);
}

static gsize
seal_text (Subject *s)
{
  sotto_fernet_seal_text (&s->key, NULL, s->plain, s->n_plain, (char *)s->token);
  return sotto_fernet_text_len (s->n_plain);
}

static bool
open_text (Subject *s, gsize *out_n)
{
  return sotto_fernet_open_text (&s->key, (char *)s->token, s->n_token, s->opened, out_n);
}

static gsize
seal_naive_raw (Subject *s)
{
  return naive_fernet_seal_raw (&s->naive, s->plain, s->n_plain, s->token);
}

static bool
open_naive_raw (Subject *s, gsize *out_n)
{
  return naive_fernet_open_raw (&s->naive, s->token, s->n_token, s->opened, out_n);
}

static gsize
seal_naive_text (Subject *s)
{
  return naive_fernet_seal_text (&s->naive, s->plain, s->n_plain, (char *)s->token);
}

static bool
open_naive_text (Subject *s, gsize *out_n)
{
  return naive_fernet_open_text (&s->naive, (char *)s->token, s->n_token, s->opened, out_n);
}

/* The first of each form is what the others are compared with. The second is how it is mostly
 * written: EVP_aes_128_cbc () fetches for every message, behind its name. */
static const Scheme schemes[][4] = {
  { { "raw   contexts a message", seal_naive_raw, open_naive_raw, true },
    { "raw   contexts, algorithms a message", seal_naive_raw, open_naive_raw, false },
    { "raw   ours", seal_raw, open_raw, false },
    { "raw   ours, warm", seal_raw, open_raw, true } },
  { { "text  contexts a message", seal_naive_text, open_naive_text, true },
    { "text  contexts, algorithms a message", seal_naive_text, open_naive_text, false },
    { "text  ours", seal_text, open_text, false },
    { "text  ours, warm", seal_text, open_text, true } },
};
#define N_SCHEMES G_N_ELEMENTS (schemes[0])

static void
run_seal (gpointer data)
{
  Subject *s = data;
  s->n_token = s->scheme->seal (s);
}

static void
run_open (gpointer data)
{
  Subject *s = data;
  gsize n = 0;
  g_assert_true (s->scheme->open (s, &n) && n == s->n_plain);
}

static void
run_both (gpointer data)
{
  run_seal (data);
  run_open (data);
}

static void
subject_init (Subject *self, const Scheme *scheme, gsize n_plain)
{
  static const SottoKey key = { { 1, 2, 3 } };
  gsize n_room = sotto_fernet_text_len (n_plain) + 1;
  self->scheme = scheme;
  self->n_plain = n_plain;
  self->plain = g_malloc0 (n_plain);
  self->token = g_malloc0 (n_room);
  self->opened = g_malloc0 (n_room);
  naive_fernet_init (&self->naive, &key, scheme->keeps);
  sotto_fernet_key_init (&self->key, &key);
  if (scheme->keeps)
    sotto_fernet_key_warm (&self->key);
  run_both (self);
  g_assert_cmpmem (self->opened, n_plain, self->plain, n_plain);
}

static void
subject_clear (Subject *self)
{
  naive_fernet_clear (&self->naive);
  sotto_fernet_key_clear (&self->key);
  g_free (self->plain);
  g_free (self->token);
  g_free (self->opened);
}

static void
print_result (const Subject *s, const char *what, const CompareResult *result)
{
  g_print ("%6zu %-36s %-4s %10.0f /s %7.1f MB/s   x%5.2f [%.2f..%.2f]\n", s->n_plain,
           s->scheme->name, what, result->rate.median,
           result->rate.median * (double)s->n_plain / 1e6, result->ratio.median, result->ratio.low,
           result->ratio.high);
}

static void
measure (const CompareOptions *options, const Scheme *of_form, gsize n_plain)
{
  static const struct
  {
    const char *name;
    void (*run) (gpointer data);
  } operations[] = { { "seal", run_seal }, { "open", run_open }, { "both", run_both } };
  Subject subjects[N_SCHEMES];
  CompareCase cases[N_SCHEMES];
  CompareResult results[N_SCHEMES];
  for (gsize k = 0; k < N_SCHEMES; k++)
    subject_init (&subjects[k], &of_form[k], n_plain);
  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      for (gsize k = 0; k < N_SCHEMES; k++)
        cases[k] = (CompareCase){ operations[i].run, &subjects[k] };
      compare_run (options, cases, N_SCHEMES, results);
      for (gsize k = 0; k < N_SCHEMES; k++)
        print_result (&subjects[k], operations[i].name, &results[k]);
    }
  for (gsize k = 0; k < N_SCHEMES; k++)
    subject_clear (&subjects[k]);
}

/* What a thousand keys take of the heap, beside their structs. */
static void
weigh (bool warm)
{
  enum
  {
    N = 1000
  };
  static const SottoKey bytes = { { 1 } };
  SottoFernetKey *keys = g_new0 (SottoFernetKey, N);
  struct mallinfo2 before = mallinfo2 ();
  for (gsize i = 0; i < N; i++)
    {
      sotto_fernet_key_init (&keys[i], &bytes);
      if (warm)
        sotto_fernet_key_warm (&keys[i]);
    }
  g_print ("a key%s: %zu bytes and %zu of the heap\n", warm ? ", warm" : "", sizeof *keys,
           (mallinfo2 ().uordblks - before.uordblks) / N);
  for (gsize i = 0; i < N; i++)
    sotto_fernet_key_clear (&keys[i]);
  g_free (keys);
}

int
main (int argc, char **argv)
{
  static const gsize sizes[] = { 64, 1024, 65536 };
  CompareOptions options = { .n_rounds = 7, .seconds = 0.02 };
  int at = 1;
  if (at < argc && g_str_equal (argv[at], "--cpu"))
    {
      options.is_cpu_time = true;
      at++;
    }
  if (at < argc)
    options.n_rounds = (guint)CLAMP (atoi (argv[at]), 1, 1000);
  if (at + 1 < argc)
    options.seconds = CLAMP (atoi (argv[at + 1]), 1, 10000) / 1e3;
  for (gsize form = 0; form < G_N_ELEMENTS (schemes); form++)
    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
      measure (&options, schemes[form], sizes[i]);
  weigh (false);
  weigh (true);
  return 0;
}
