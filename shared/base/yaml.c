// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Walks the events of libyaml beside the table. Nothing is kept that the table does not name, and
 * nothing nests deeper than the table does. Every refusal has the place of the key or value that
 * earned it, counted from 1, columns in characters.
 */
#include "shared/base/yaml.h"
#include "shared/base/file.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/base/yaml-value.h"
#include <string.h>
#include <yaml.h>

#define SHOWN_MAX 40 /* characters of a wrong value that an error repeats */

typedef struct
{
  const char *path;   /* as errors name it */
  const char *folder; /* as relative paths begin */
  const char *text;
  void *target;
  yaml_parser_t parser;
  yaml_event_t event;
  GError **error;
} Reader;

static bool parse_mapping (Reader *self, const SottoYamlKey *keys);

G_GNUC_PRINTF (4, 5)
static bool
refuse (Reader *self, gsize line, gsize column, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (self->error, SOTTO_ERROR, SOTTO_ERROR_CONFIG,
               "%s:%" G_GSIZE_FORMAT ":%" G_GSIZE_FORMAT ": %s", self->path, line + 1, column + 1,
               what);
  return false;
}

#define REFUSE(self, mark, ...) refuse ((self), (mark).line, (mark).column, __VA_ARGS__)

/* For what has no mark: a byte that cannot be in YAML at all. */
static bool
refuse_byte (Reader *self, gsize at, const char *what)
{
  gsize line = 0, column = 0;
  for (gsize i = 0; i < at; i++)
    {
      if (self->text[i] == '\n')
        {
          line++;
          column = 0;
        }
      else if ((self->text[i] & 0xC0) != 0x80)
        column++;
    }
  return refuse (self, line, column, "%s, expected text in UTF-8", what);
}

static bool
refuse_syntax (Reader *self)
{
  const yaml_parser_t *parser = &self->parser;
  if (parser->error == YAML_READER_ERROR)
    return refuse_byte (self, parser->problem_offset, "a control character");
  return REFUSE (self, parser->problem_mark, "%s, expected YAML",
                 parser->problem != NULL ? parser->problem : "no memory");
}

static bool
refuse_indirection (Reader *self)
{
  const yaml_event_t *event = &self->event;
  const yaml_char_t *anchor = NULL, *tag = NULL;
  if (event->type == YAML_ALIAS_EVENT)
    return REFUSE (self, event->start_mark, "an alias, expected the value itself");
  if (event->type == YAML_SCALAR_EVENT)
    anchor = event->data.scalar.anchor, tag = event->data.scalar.tag;
  else if (event->type == YAML_SEQUENCE_START_EVENT)
    anchor = event->data.sequence_start.anchor, tag = event->data.sequence_start.tag;
  else if (event->type == YAML_MAPPING_START_EVENT)
    anchor = event->data.mapping_start.anchor, tag = event->data.mapping_start.tag;
  if (anchor != NULL)
    return REFUSE (self, event->start_mark, "an anchor, expected a value without one");
  if (tag != NULL)
    return REFUSE (self, event->start_mark, "a tag, expected a value without one");
  return true;
}

static bool
next (Reader *self)
{
  yaml_event_delete (&self->event);
  if (!yaml_parser_parse (&self->parser, &self->event))
    return refuse_syntax (self);
  return refuse_indirection (self);
}

static const char *
event_text (const Reader *self)
{
  return (const char *)self->event.data.scalar.value;
}

static bool
event_is_plain (const Reader *self)
{
  return self->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static bool
event_is_nothing (const Reader *self)
{
  return self->event.type == YAML_SCALAR_EVENT && event_is_plain (self)
         && event_text (self)[0] == '\0';
}

/* What stands there, for an error. Caller frees. */
static char *
describe_event (const Reader *self)
{
  if (self->event.type == YAML_SEQUENCE_START_EVENT)
    return g_strdup ("a list");
  if (self->event.type == YAML_MAPPING_START_EVENT)
    return g_strdup ("a mapping");
  if (event_is_nothing (self))
    return g_strdup ("empty");
  g_autofree char *shown = sotto_text_display (event_text (self), SHOWN_MAX);
  return g_strdup_printf ("\"%s\"", shown);
}

static bool
refuse_value (Reader *self, const SottoYamlKey *key, const char *expected)
{
  g_autofree char *found = describe_event (self);
  return REFUSE (self, self->event.start_mark, "%s is %s, expected %s", key->name, found, expected);
}

static bool
refuse_value_of_type (Reader *self, const SottoYamlKey *key)
{
  g_autofree char *expected = sotto_yaml_value_expected (key);
  return refuse_value (self, key, expected);
}

/* Sets the field from the scalar that is the event. */
static bool
set_from_scalar (Reader *self, const SottoYamlKey *key)
{
  const SottoYamlScalar scalar = {
    .text = event_text (self),
    .is_plain = event_is_plain (self),
    .folder = self->folder,
  };
  bool has_nul = strlen (scalar.text) != self->event.data.scalar.length;
  if (has_nul || !sotto_yaml_value_set (key, sotto_yaml_field (key, self->target), &scalar))
    return refuse_value_of_type (self, key);
  g_autofree char *expected = NULL;
  if (key->accept != NULL && !key->accept (sotto_yaml_field (key, self->target), &expected))
    return refuse_value (self, key, expected);
  return true;
}

static bool
parse_list (Reader *self, const SottoYamlKey *key)
{
  while (next (self))
    {
      if (self->event.type == YAML_SEQUENCE_END_EVENT)
        return true;
      if (self->event.type != YAML_SCALAR_EVENT)
        return refuse_value_of_type (self, key);
      if (!set_from_scalar (self, key))
        return false;
    }
  return false;
}

static bool
parse_value (Reader *self, const SottoYamlKey *key)
{
  if (!next (self))
    return false;
  yaml_event_type_t type = self->event.type;
  if (key->type == SOTTO_YAML_MAPPING)
    {
      /* A mapping whose lines are all commented out is empty. */
      if (event_is_nothing (self))
        return true;
      return type == YAML_MAPPING_START_EVENT ? parse_mapping (self, key->keys)
                                              : refuse_value_of_type (self, key);
    }
  if (key->type == SOTTO_YAML_STRINGS)
    return type == YAML_SEQUENCE_START_EVENT ? parse_list (self, key)
                                             : refuse_value_of_type (self, key);
  return type == YAML_SCALAR_EVENT ? set_from_scalar (self, key) : refuse_value_of_type (self, key);
}

static bool
refuse_unknown_key (Reader *self, const SottoYamlKey *keys)
{
  g_autoptr (GString) names = g_string_new (NULL);
  for (const SottoYamlKey *key = keys; key->name != NULL; key++)
    if (key->type != SOTTO_YAML_FOREIGN)
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", key->name);
  g_autofree char *shown = sotto_text_display (event_text (self), SHOWN_MAX);
  return REFUSE (self, self->event.start_mark, "unknown key \"%s\", expected one of %s", shown,
                 names->str);
}

/* The row of the key that is the event; NULL with the error set. */
static const SottoYamlKey *
find_key (Reader *self, const SottoYamlKey *keys)
{
  for (const SottoYamlKey *key = keys; key->name != NULL; key++)
    {
      if (!g_str_equal (key->name, event_text (self)))
        continue;
      if (key->type != SOTTO_YAML_FOREIGN)
        return key;
      REFUSE (self, self->event.start_mark, "%s, expected no key %s", key->what, key->name);
      return NULL;
    }
  refuse_unknown_key (self, keys);
  return NULL;
}

/* The event is the start of the mapping; at the end of it on return. */
static bool
parse_mapping (Reader *self, const SottoYamlKey *keys)
{
  uint64_t seen = 0;
  while (next (self))
    {
      if (self->event.type == YAML_MAPPING_END_EVENT)
        return true;
      if (self->event.type != YAML_SCALAR_EVENT)
        return REFUSE (self, self->event.start_mark, "a key that is no text, expected a name");
      const SottoYamlKey *key = find_key (self, keys);
      if (key == NULL)
        return false;
      gsize row = (gsize)(key - keys);
      g_assert (row < 64);
      if ((seen >> row & 1) != 0)
        return REFUSE (self, self->event.start_mark, "%s stands twice, expected it once",
                       key->name);
      seen |= G_GUINT64_CONSTANT (1) << row;
      if (!parse_value (self, key))
        return false;
    }
  return false;
}

/* The root value, if there is one. */
static bool
parse_root (Reader *self, const SottoYamlKey *keys)
{
  if (event_is_nothing (self))
    return true;
  if (self->event.type == YAML_MAPPING_START_EVENT)
    return parse_mapping (self, keys);
  g_autofree char *found = describe_event (self);
  return REFUSE (self, self->event.start_mark, "the file is %s, expected lines of KEY: VALUE",
                 found);
}

static bool
parse_stream (Reader *self, const SottoYamlKey *keys)
{
  if (!next (self) || !next (self)) /* the stream, then a document or its end */
    return false;
  if (self->event.type == YAML_STREAM_END_EVENT)
    return true;
  if (!next (self) || !parse_root (self, keys) || !next (self) || !next (self))
    return false;
  if (self->event.type != YAML_STREAM_END_EVENT)
    return REFUSE (self, self->event.start_mark, "a second document, expected the end of the file");
  return true;
}

static bool
check_bytes (Reader *self, gsize n)
{
  const char *end = self->text;
  if (n > SOTTO_CONFIG_MAX_BYTES)
    return refuse (self, 0, 0, "the file has %" G_GSIZE_FORMAT " bytes, expected at most %d", n,
                   SOTTO_CONFIG_MAX_BYTES);
  if (n == 0 || g_utf8_validate_len (self->text, n, &end))
    return true;
  return refuse_byte (self, (gsize)(end - self->text),
                      *end == '\0' ? "a NUL byte" : "bytes that are not UTF-8");
}

static char *
dup_folder (const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  return g_path_get_dirname (absolute);
}

bool
sotto_yaml_parse (const SottoYamlKey *keys,
                  void *target,
                  const char *path,
                  const char *text,
                  gsize n,
                  GError **error)
{
  g_autofree char *folder = dup_folder (path);
  Reader reader = {
    .path = path, .folder = folder, .text = text, .target = target, .error = error
  };
  sotto_yaml_defaults (keys, target, path);
  bool parsed = check_bytes (&reader, n);
  if (parsed)
    {
      g_assert (yaml_parser_initialize (&reader.parser));
      yaml_parser_set_encoding (&reader.parser, YAML_UTF8_ENCODING);
      yaml_parser_set_input_string (&reader.parser, (const yaml_char_t *)text, n);
      parsed = parse_stream (&reader, keys);
      yaml_event_delete (&reader.event);
      yaml_parser_delete (&reader.parser);
    }
  if (!parsed)
    sotto_yaml_clear (keys, target);
  return parsed;
}

bool
sotto_yaml_load (const SottoYamlKey *keys, void *target, const char *path, GError **error)
{
  gsize n = 0;
  g_autoptr (GError) reason = NULL;
  /* Read a little beyond the limit, so that the parser is who refuses it. */
  g_autofree char *text = sotto_file_read (path, 16 * SOTTO_CONFIG_MAX_BYTES, &n, &reason);
  if (text != NULL)
    return sotto_yaml_parse (keys, target, path, text, n, error);
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG, "%s:1:1: %s, expected a configuration file",
               path, reason->message);
  return false;
}

static void
set_default (const SottoYamlKey *key, void *target, const char *folder)
{
  void *field = sotto_yaml_field (key, target);
  const SottoYamlScalar scalar = { .text = key->fallback, .is_plain = true, .folder = folder };
  sotto_yaml_value_init (key, field);
  if (key->type == SOTTO_YAML_STRINGS)
    g_assert (key->fallback == NULL || g_str_equal (key->fallback, "[]"));
  else if (key->fallback != NULL && !sotto_yaml_value_set (key, field, &scalar))
    g_error ("the default of %s is not one", key->name);
}

void
sotto_yaml_defaults (const SottoYamlKey *keys, void *target, const char *path)
{
  g_autofree char *folder = dup_folder (path);
  for (const SottoYamlKey *key = keys; key->name != NULL; key++)
    if (key->type == SOTTO_YAML_MAPPING)
      sotto_yaml_defaults (key->keys, target, path);
    else if (key->type != SOTTO_YAML_FOREIGN)
      set_default (key, target, folder);
}

void
sotto_yaml_clear (const SottoYamlKey *keys, void *target)
{
  for (const SottoYamlKey *key = keys; key->name != NULL; key++)
    if (key->type == SOTTO_YAML_MAPPING)
      sotto_yaml_clear (key->keys, target);
    else if (key->type != SOTTO_YAML_FOREIGN)
      sotto_yaml_value_clear (key, sotto_yaml_field (key, target));
}
