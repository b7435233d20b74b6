// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/password-strength.h"
#include "shared/base/secret.h"
#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* Bits that one character is worth: in a word they hang together, digits are few. */
#define BITS_OF_WORD   3.0
#define BITS_OF_LETTER 4.7
#define BITS_OF_DIGIT  3.3
#define BITS_OF_OTHER  5.0
#define BITS_KNOWN     8.0 /* one of some hundred things that are tried first */
#define BITS_FAIR      35.0
#define BITS_STRONG    60.0
#define USERNAME_MIN   3
#define WORD_MIN       4
#define TAKEN          '\1'

/* What lists of stolen passwords begin with, as far as runs and repeats do not cover it. */
static const char *const known[] = {
  "password", "passwort", "contraseña", "motdepasse", "qwertyuiop", "qwerty",   "qwertz",
  "azerty",   "asdfgh",   "zxcvbn",     "letmein",    "welcome",    "iloveyou", "princess",
  "sunshine", "football", "baseball",   "monkey",     "dragon",     "shadow",   "master",
  "superman", "batman",   "trustno1",   "michael",    "jennifer",   "jordan",   "charlie",
  "computer", "internet", "secret",     "hello",      "admin",      "root",     "guest",
  "login",    "changeme", "default",    "sotto",      "summer",     "winter",   "spring",
  "autumn",   "1q2w3e",   "abc123",     "pass",
};

typedef struct
{
  char *text; /* case-folded; what was found is TAKEN */
  double bits;
  bool common;
} Guess;

/* Every occurrence is worth the knowledge of it, not its letters. */
static bool
take_out (Guess *self, const char *word)
{
  gsize n = strlen (word);
  bool found = false;

  for (char *at = self->text; (at = strstr (at, word)) != NULL; at += n)
    {
      memset (at, TAKEN, n);
      self->bits += found ? 0 : BITS_KNOWN;
      found = true;
    }
  return found;
}

static bool
goes_on (gunichar before, gunichar c)
{
  return c == before || c == before + 1 || c + 1 == before;
}

static gsize
letters_at (const char *text)
{
  gsize n = 0;

  for (; g_unichar_isalpha (g_utf8_get_char (text)); text = g_utf8_next_char (text))
    n++;
  return n;
}

static double
worth_of (gunichar c, bool in_word)
{
  if (g_unichar_isdigit (c))
    return BITS_OF_DIGIT;
  if (!g_unichar_isalpha (c))
    return BITS_OF_OTHER;
  return in_word ? BITS_OF_WORD : BITS_OF_LETTER;
}

/* What is left over, character by character; a run of keys or repeats counts once. */
static void
add_rest (Guess *self)
{
  gunichar before = 0;
  gsize n_left = 0; /* letters of the word we are in */
  bool in_word = false;
  gsize n = 0, n_runs = 0;

  for (const char *p = self->text; *p != '\0';
       before = g_utf8_get_char (p), p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      bool run = goes_on (before, c);

      if (n_left == 0)
        {
          n_left = letters_at (p);
          in_word = n_left >= WORD_MIN;
        }
      n_left -= n_left > 0 ? 1 : 0;
      if (c == TAKEN)
        continue;
      n++;
      n_runs += run ? 1 : 0;
      self->bits += run ? 0 : worth_of (c, in_word);
    }
  self->common |= n_runs * 2 > n;
}

SottoStrength
sotto_password_strength (const char *password,
                         const char *username,
                         SottoStrengthProblem *out_problem)
{
  char *valid = g_utf8_make_valid (password, -1);
  Guess guess = { g_utf8_casefold (valid, -1), 0, false };
  SottoStrengthProblem problem = SOTTO_STRENGTH_FINE;
  bool has_username = false;

  if (username != NULL && strlen (username) >= USERNAME_MIN)
    has_username = take_out (&guess, username);
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    guess.common |= take_out (&guess, known[i]);
  add_rest (&guess);
  sotto_secret_wipe_string (guess.text);
  sotto_secret_wipe_string (valid);
  if (guess.bits < BITS_STRONG)
    problem = has_username   ? SOTTO_STRENGTH_USERNAME
              : guess.common ? SOTTO_STRENGTH_COMMON
                             : SOTTO_STRENGTH_SHORT;
  if (out_problem != NULL)
    *out_problem = problem;
  if (*password == '\0')
    return SOTTO_STRENGTH_NONE;
  return guess.bits < BITS_FAIR     ? SOTTO_STRENGTH_WEAK
         : guess.bits < BITS_STRONG ? SOTTO_STRENGTH_FAIR
                                    : SOTTO_STRENGTH_STRONG;
}
