// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Configuration by table: each key stands once, with its type, place, default and one sentence, and
 * the parser, `check`, the man page and --help are made from it. The only user of libyaml. Every
 * error is "FILE:LINE:COLUMN: what is wrong, what was expected" in SOTTO_ERROR_CONFIG. Unknown and
 * duplicate keys, aliases, anchors, tags, several documents and files over 64 KiB are refused.
 */
#pragma once

#include "shared/base/error.h"
#include <stdbool.h>
#include <stdint.h>

typedef enum
{
  SOTTO_YAML_STRING,    /* char *, non-empty; freed by sotto_yaml_clear */
  SOTTO_YAML_PATH,      /* char *, made absolute against the folder of the file */
  SOTTO_YAML_PORT,      /* uint16_t, from min to 65535 or max */
  SOTTO_YAML_INT,       /* int64_t within min..max, else -10^9..10^9 */
  SOTTO_YAML_BOOL,      /* bool: yes/no/true/false/on/off */
  SOTTO_YAML_ENUM,      /* int: index into values */
  SOTTO_YAML_STRINGS,   /* char ** from a sequence of scalars; never NULL, default empty */
  SOTTO_YAML_RATE,      /* SottoRate: `N/(s|min|h) [burst M]` */
  SOTTO_YAML_SIZE,      /* uint64_t bytes: `N`, `N KiB`, `N MiB` */
  SOTTO_YAML_BYTE_RATE, /* SottoRate in bytes: `64 KiB/s burst 256 KiB` */
  SOTTO_YAML_COUNT,     /* uint64_t plain count, from min to 10^9 or max */
  SOTTO_YAML_MAPPING,   /* nested table in `keys` */
  SOTTO_YAML_FOREIGN /* a key of the other program: using it is an error with `what` as its text */
} SottoYamlType;

/* Token bucket parameters: `amount` per `period` µs, holding at most `burst` (default: amount). */
typedef struct
{
  uint64_t amount;
  int64_t period;
  uint64_t burst;
} SottoRate;

typedef struct _SottoYamlKey SottoYamlKey;
struct _SottoYamlKey
{
  const char *name;
  SottoYamlType type;
  gsize
      offset; /* of the field in the target struct; for MAPPING its keys' base is the same struct */
  const char *fallback;      /* default in YAML spelling, NULL = zero / unset */
  const char *what;          /* one sentence for the man page */
  const char *const *values; /* ENUM: NULL-terminated */
  int64_t min, max;          /* INT, PORT, COUNT; a max of 0 is none */
  bool (*accept) (const void *field,
                  char **out_expected); /* further check, NULL = none; expected is freed */
  const SottoYamlKey *keys;             /* MAPPING: table ended by a NULL name */
};

/* Fills target with the defaults, then with text. `path` names the file in errors and anchors
 * relative paths. On failure target holds nothing to free. */
bool sotto_yaml_parse (const SottoYamlKey *keys,
                       void *target,
                       const char *path,
                       const char *text,
                       gsize n,
                       GError **error);
bool sotto_yaml_load (const SottoYamlKey *keys, void *target, const char *path, GError **error);
void sotto_yaml_defaults (const SottoYamlKey *keys, void *target, const char *path);
void sotto_yaml_clear (const SottoYamlKey *keys, void *target);
/* A scalar written so that YAML reads it back as the same string. Caller frees. */
char *sotto_yaml_quote (const char *scalar);
