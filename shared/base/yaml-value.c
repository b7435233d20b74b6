// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One row for each type: how its text is read and what is said to expect. A number is decimal and
 * at most 10^9; what a person could have meant otherwise (octal, underscores, a quoted number) is
 * refused rather than guessed.
 */
#include "shared/base/yaml-value.h"
#include "shared/base/limits.h"
#include <string.h>

#define NUMBER_MAX G_GUINT64_CONSTANT (1000000000)

typedef bool (*ReadScalar) (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar);

void *
sotto_yaml_field (const SottoYamlKey *key, void *target)
{
  return (char *)target + key->offset;
}

static void
skip_blanks (const char **p)
{
  while (**p == ' ')
    (*p)++;
}

static bool
take_number (const char **p, uint64_t *out)
{
  if (!g_ascii_isdigit (**p))
    return false;
  uint64_t value = 0;
  for (; g_ascii_isdigit (**p); (*p)++)
    {
      value = value * 10 + (uint64_t)(**p - '0');
      if (value > NUMBER_MAX)
        return false;
    }
  *out = value;
  return true;
}

static bool
take_word (const char **p, const char *word)
{
  gsize n = strlen (word);
  if (strncmp (*p, word, n) != 0)
    return false;
  *p += n;
  return true;
}

static bool
take_size (const char **p, uint64_t *out)
{
  if (!take_number (p, out))
    return false;
  const char *unit = *p;
  skip_blanks (&unit);
  if (take_word (&unit, "KiB"))
    *out *= 1024;
  else if (take_word (&unit, "MiB"))
    *out *= 1024 * 1024;
  else
    return true;
  *p = unit;
  return true;
}

static bool
take_period (const char **p, int64_t *out)
{
  static const struct
  {
    const char *word;
    int64_t seconds;
  } periods[] = { { "/s", 1 }, { "/min", 60 }, { "/h", 3600 } };
  for (gsize i = 0; i < G_N_ELEMENTS (periods); i++)
    if (take_word (p, periods[i].word))
      {
        *out = periods[i].seconds * SOTTO_US_PER_S;
        return true;
      }
  return false;
}

/* `N/(s|min|h) [burst M]`, N and M read by take_amount. */
static bool
read_any_rate (SottoRate *out, const char *text, bool (*take_amount) (const char **, uint64_t *))
{
  SottoRate rate;
  const char *p = text;
  if (!take_amount (&p, &rate.amount) || rate.amount == 0 || !take_period (&p, &rate.period))
    return false;
  rate.burst = rate.amount;
  if (*p == ' ')
    {
      skip_blanks (&p);
      if (!take_word (&p, "burst ") || (skip_blanks (&p), !take_amount (&p, &rate.burst)))
        return false;
    }
  if (*p != '\0' || rate.burst == 0)
    return false;
  *out = rate;
  return true;
}

static bool
read_rate (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar)
{
  return read_any_rate (field, scalar->text, take_number);
}

static bool
read_byte_rate (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar)
{
  return read_any_rate (field, scalar->text, take_size);
}

static bool
read_size (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar)
{
  const char *p = scalar->text;
  uint64_t size;
  if (!take_size (&p, &size) || *p != '\0')
    return false;
  *(uint64_t *)field = size;
  return true;
}

static bool
is_nothing (const SottoYamlScalar *scalar)
{
  const char *text = scalar->text;
  return text[0] == '\0'
         || (scalar->is_plain
             && (g_str_equal (text, "~") || g_ascii_strcasecmp (text, "null") == 0));
}

static bool
read_string (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar)
{
  if (is_nothing (scalar))
    return false;
  g_free (*(char **)field);
  *(char **)field = g_strdup (scalar->text);
  return true;
}

static bool
read_path (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar)
{
  if (is_nothing (scalar))
    return false;
  g_free (*(char **)field);
  *(char **)field = g_canonicalize_filename (scalar->text, scalar->folder);
  return true;
}

static bool
append_string (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar)
{
  char ***strings = field;
  if (is_nothing (scalar))
    return false;
  guint n = g_strv_length (*strings);
  *strings = g_renew (char *, *strings, n + 2);
  (*strings)[n] = g_strdup (scalar->text);
  (*strings)[n + 1] = NULL;
  return true;
}

/* A plain decimal number, with a sign where it may have one. */
static bool
read_number (const SottoYamlScalar *scalar, int64_t min, int64_t max, int64_t *out)
{
  return scalar->is_plain && scalar->text[0] != '+'
         && g_ascii_string_to_signed (scalar->text, 10, min, max, out, NULL);
}

static int64_t
max_of (const SottoYamlKey *key)
{
  if (key->max > 0)
    return key->max;
  return key->type == SOTTO_YAML_PORT ? G_MAXUINT16 : (int64_t)NUMBER_MAX;
}

static int64_t
min_of (const SottoYamlKey *key)
{
  if (key->type == SOTTO_YAML_INT && key->max <= 0)
    return -(int64_t)NUMBER_MAX;
  return key->min;
}

static bool
read_port (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar)
{
  int64_t value;
  if (!read_number (scalar, min_of (key), max_of (key), &value))
    return false;
  *(uint16_t *)field = (uint16_t)value;
  return true;
}

static bool
read_int (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar)
{
  return read_number (scalar, min_of (key), max_of (key), field);
}

static bool
read_count (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar)
{
  int64_t value;
  if (!read_number (scalar, min_of (key), max_of (key), &value))
    return false;
  *(uint64_t *)field = (uint64_t)value;
  return true;
}

static bool
read_bool (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar)
{
  static const char *const words[] = { "no", "yes", "false", "true", "off", "on" };
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (scalar->is_plain && g_ascii_strcasecmp (scalar->text, words[i]) == 0)
      {
        *(bool *)field = i % 2 == 1;
        return true;
      }
  return false;
}

static bool
read_enum (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar)
{
  for (int i = 0; key->values[i] != NULL; i++)
    if (g_str_equal (scalar->text, key->values[i]))
      {
        *(int *)field = i;
        return true;
      }
  return false;
}

static const struct
{
  ReadScalar read;
  const char *expected; /* NULL: made from the key */
  gsize size;           /* of the field */
} types[] = {
  [SOTTO_YAML_STRING] = { read_string, "a text", sizeof (char *) },
  [SOTTO_YAML_PATH] = { read_path, "a path", sizeof (char *) },
  [SOTTO_YAML_PORT] = { read_port, NULL, sizeof (uint16_t) },
  [SOTTO_YAML_INT] = { read_int, NULL, sizeof (int64_t) },
  [SOTTO_YAML_BOOL] = { read_bool, "yes or no", sizeof (bool) },
  [SOTTO_YAML_ENUM] = { read_enum, NULL, sizeof (int) },
  [SOTTO_YAML_STRINGS] = { append_string, "a list of texts", sizeof (char **) },
  [SOTTO_YAML_RATE] = { read_rate, "a rate such as 5/s or 10/min burst 20", sizeof (SottoRate) },
  [SOTTO_YAML_SIZE] = { read_size, "a size such as 4096, 256 KiB or 1 MiB", sizeof (uint64_t) },
  [SOTTO_YAML_BYTE_RATE] = { read_byte_rate, "a rate such as 64 KiB/s burst 256 KiB",
                             sizeof (SottoRate) },
  [SOTTO_YAML_COUNT] = { read_count, NULL, sizeof (uint64_t) },
  [SOTTO_YAML_MAPPING] = { NULL, "a mapping of keys to values", 0 },
  [SOTTO_YAML_FOREIGN] = { NULL, "nothing", 0 },
};

bool
sotto_yaml_value_set (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar)
{
  return types[key->type].read (key, field, scalar);
}

char *
sotto_yaml_value_expected (const SottoYamlKey *key)
{
  if (key->type == SOTTO_YAML_ENUM)
    {
      g_autofree char *words = g_strjoinv (", ", (char **)key->values);
      return g_strdup_printf ("one of %s", words);
    }
  if (types[key->type].expected != NULL)
    return g_strdup (types[key->type].expected);
  return g_strdup_printf ("a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, min_of (key),
                          max_of (key));
}

void
sotto_yaml_value_init (const SottoYamlKey *key, void *field)
{
  memset (field, 0, types[key->type].size);
  if (key->type == SOTTO_YAML_STRINGS)
    *(char ***)field = g_new0 (char *, 1);
}

void
sotto_yaml_value_clear (const SottoYamlKey *key, void *field)
{
  if (key->type == SOTTO_YAML_STRING || key->type == SOTTO_YAML_PATH)
    g_free (*(char **)field);
  else if (key->type == SOTTO_YAML_STRINGS)
    g_strfreev (*(char ***)field);
  memset (field, 0, types[key->type].size);
}
