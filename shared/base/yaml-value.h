// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * From one scalar of a configuration to one field, by its key's type. Knows no files, positions or
 * libyaml. Only for yaml.c and its test.
 */
#pragma once

#include "shared/base/yaml.h"

typedef struct
{
  const char *text;   /* UTF-8 without NUL */
  bool is_plain;      /* not quoted: may be a number, a bool or nothing */
  const char *folder; /* of the file: what relative paths are relative to */
} SottoYamlScalar;

/* The field of a key in target. */
void *sotto_yaml_field (const SottoYamlKey *key, void *target);
/* Sets the field, freeing what it held. On failure the field is as it was. A SOTTO_YAML_STRINGS
 * gets scalars one by one, appended. */
bool sotto_yaml_value_set (const SottoYamlKey *key, void *field, const SottoYamlScalar *scalar);
/* "a number from 1 to 10". Caller frees. */
char *sotto_yaml_value_expected (const SottoYamlKey *key);
/* Zeroes the field, whatever was there; a SOTTO_YAML_STRINGS becomes an empty array. */
void sotto_yaml_value_init (const SottoYamlKey *key, void *field);
/* Frees what the field holds and zeroes it. */
void sotto_yaml_value_clear (const SottoYamlKey *key, void *field);
