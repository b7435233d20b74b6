// SPDX-License-Identifier: GPL-3.0-or-later
/* SIGHUP: each key of the table is in force at once, or it is said to wait; the limits are. */
#undef G_DISABLE_ASSERT
#include "server/reload.h"

#include "server/server-key.h"
#include "shared/base/error.h"
#include <string.h>

#define KEYS "server_certificate: c.pem\nserver_privateKey: k.pem\n"

static SottoServerConfig *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SottoServerConfig *config =
      sotto_server_config_parse ("/etc/x/config.yaml", text, strlen (text), &error);

  g_assert_no_error (error);
  return config;
}

/* Two values that each key of a type may have, none of them a default. */
static const struct
{
  const char *first;
  const char *second;
} samples[] = {
  [SOTTO_YAML_STRING] = { "one", "two" },
  [SOTTO_YAML_PATH] = { "one", "two" },
  [SOTTO_YAML_PORT] = { "1111", "2222" },
  [SOTTO_YAML_INT] = { "11", "12" },
  [SOTTO_YAML_BOOL] = { "yes", "no" },
  [SOTTO_YAML_ENUM] = { "invite", "closed" },
  [SOTTO_YAML_STRINGS] = { "[10.0.0.0/8]", "[192.168.0.0/16]" },
  [SOTTO_YAML_RATE] = { "7/min burst 9", "8/h burst 11" },
  [SOTTO_YAML_SIZE] = { "300 KiB", "400 KiB" },
  [SOTTO_YAML_BYTE_RATE] = { "1 KiB/s burst 8 KiB", "2 KiB/s burst 16 KiB" },
  [SOTTO_YAML_COUNT] = { "77", "88" },
};

static bool
fields_are_equal (const SottoYamlKey *key, const SottoServerConfig *a, const SottoServerConfig *b)
{
  const char *left = (const char *)a + key->offset;
  const char *right = (const char *)b + key->offset;

  switch (key->type)
    {
    case SOTTO_YAML_STRING:
    case SOTTO_YAML_PATH:
      return g_str_equal (*(char *const *)left, *(char *const *)right);
    case SOTTO_YAML_STRINGS:
      return g_strv_equal (*(const char *const *const *)left, *(const char *const *const *)right);
    case SOTTO_YAML_PORT:
      return memcmp (left, right, sizeof (uint16_t)) == 0;
    case SOTTO_YAML_BOOL:
      return *(const bool *)left == *(const bool *)right;
    case SOTTO_YAML_ENUM:
      return memcmp (left, right, sizeof (int)) == 0;
    case SOTTO_YAML_INT:
    case SOTTO_YAML_SIZE:
    case SOTTO_YAML_COUNT:
      return memcmp (left, right, sizeof (uint64_t)) == 0;
    case SOTTO_YAML_RATE:
    case SOTTO_YAML_BYTE_RATE:
      return memcmp (left, right, sizeof (SottoRate)) == 0;
    case SOTTO_YAML_MAPPING:
    case SOTTO_YAML_FOREIGN:
      break;
    }
  g_assert_not_reached ();
}

static SottoServerConfig *
with_value (const SottoYamlKey *key, bool is_limit, const char *value)
{
  const char *others = g_str_equal (key->name, "server_certificate") ? "server_privateKey: k.pem\n"
                       : g_str_equal (key->name, "server_privateKey")
                           ? "server_certificate: c.pem\n"
                           : KEYS;
  g_autofree char *text = is_limit
                              ? g_strdup_printf ("%slimits: {%s: %s}\n", others, key->name, value)
                              : g_strdup_printf ("%s%s: %s\n", others, key->name, value);

  return parse (text);
}

/* true when it waits for a restart. */
static bool
reload_one (const SottoYamlKey *key, bool is_limit)
{
  const char *first = samples[key->type].first;
  const char *second = samples[key->type].second;
  g_autoptr (SottoServerConfig) running = with_value (key, is_limit, first);
  g_autoptr (SottoServerConfig) fresh = with_value (key, is_limit, second);
  g_autoptr (SottoServerConfig) old = with_value (key, is_limit, first);
  g_autoptr (SottoServerConfig) new = with_value (key, is_limit, second);
  g_autoptr (GPtrArray) later = sotto_reload_config (running, fresh);

  g_test_message ("%s", key->name);
  g_assert_false (fields_are_equal (key, old, new));
  g_assert_cmpuint (later->len, <=, 1);
  if (later->len == 1)
    g_assert_cmpstr (g_ptr_array_index (later, 0), ==, key->name);
  g_assert_true (fields_are_equal (key, running, later->len == 1 ? old : new));
  return later->len == 1;
}

static void
test_each_key (void)
{
  guint n_now = 0;
  guint n_later = 0;

  for (const SottoYamlKey *key = sotto_server_config_keys (); key->name != NULL; key++)
    if (key->type == SOTTO_YAML_MAPPING)
      for (const SottoYamlKey *limit = key->keys; limit->name != NULL; limit++)
        g_assert_false (reload_one (limit, true));
    else if (key->type != SOTTO_YAML_FOREIGN)
      {
        bool waits = reload_one (key, false);

        n_later += waits;
        n_now += !waits;
      }
  g_assert_cmpuint (n_now, ==, 5);
  g_assert_cmpuint (n_later, ==, 8);
}

static void
test_nothing_changed (void)
{
  g_autoptr (SottoServerConfig) running = parse (KEYS);
  g_autoptr (SottoServerConfig) fresh = parse (KEYS);
  g_autoptr (GPtrArray) later = sotto_reload_config (running, fresh);

  g_assert_cmpuint (later->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/reload/each-key", test_each_key);
  g_test_add_func ("/server/reload/nothing-changed", test_nothing_changed);
  return g_test_run ();
}
