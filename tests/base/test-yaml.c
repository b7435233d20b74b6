// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/base/yaml.h"
#include "shared/base/limits.h"
#include <glib/gstdio.h>
#include <stddef.h>
#include <string.h>

typedef struct
{
  char *address;
  uint16_t port;
  char *certificate;
  char *private_key;
  char *accounts;
  int signup;
  int64_t cost;
  bool relay;
  char **exempt;
  SottoRate logins;
  SottoRate bytes;
  uint64_t queue;
  uint64_t sessions;
  uint16_t high_port;
} Target;

static bool
accept_even (const void *field, char **out_expected)
{
  if (*(const int64_t *)field % 2 == 0)
    return true;
  *out_expected = g_strdup ("an even number");
  return false;
}

static const char *const signup_values[] = { "open", "invite", "closed", NULL };

static const SottoYamlKey limit_keys[] = {
  { .name = "logins",
    .type = SOTTO_YAML_RATE,
    .offset = offsetof (Target, logins),
    .fallback = "5/s burst 20" },
  { .name = "bytes",
    .type = SOTTO_YAML_BYTE_RATE,
    .offset = offsetof (Target, bytes),
    .fallback = "64 KiB/s burst 256 KiB" },
  { .name = "queue",
    .type = SOTTO_YAML_SIZE,
    .offset = offsetof (Target, queue),
    .fallback = "256 KiB" },
  { .name = "sessions",
    .type = SOTTO_YAML_COUNT,
    .offset = offsetof (Target, sessions),
    .fallback = "19000" },
  { 0 },
};

static const SottoYamlKey keys[] = {
  { .name = "server_address", .type = SOTTO_YAML_STRING, .offset = offsetof (Target, address) },
  { .name = "server_port",
    .type = SOTTO_YAML_PORT,
    .offset = offsetof (Target, port),
    .fallback = "10000" },
  { .name = "server_certificate",
    .type = SOTTO_YAML_PATH,
    .offset = offsetof (Target, certificate) },
  { .name = "server_privateKey",
    .type = SOTTO_YAML_PATH,
    .offset = offsetof (Target, private_key) },
  { .name = "data_base",
    .type = SOTTO_YAML_PATH,
    .offset = offsetof (Target, accounts),
    .fallback = "pass.json" },
  { .name = "signup",
    .type = SOTTO_YAML_ENUM,
    .offset = offsetof (Target, signup),
    .values = signup_values,
    .fallback = "invite" },
  { .name = "cost",
    .type = SOTTO_YAML_INT,
    .offset = offsetof (Target, cost),
    .min = 4,
    .max = 14,
    .fallback = "10",
    .accept = accept_even },
  { .name = "relay",
    .type = SOTTO_YAML_BOOL,
    .offset = offsetof (Target, relay),
    .fallback = "yes" },
  { .name = "exempt", .type = SOTTO_YAML_STRINGS, .offset = offsetof (Target, exempt) },
  { .name = "limits", .type = SOTTO_YAML_MAPPING, .keys = limit_keys },
  { .name = "high_port",
    .type = SOTTO_YAML_PORT,
    .offset = offsetof (Target, high_port),
    .min = 1024 },
  { .name = "foreign", .type = SOTTO_YAML_FOREIGN, .what = "this is another program's file" },
  { 0 },
};

static bool
parse (Target *target, const char *text, GError **error)
{
  return sotto_yaml_parse (keys, target, "/etc/f.yaml", text, strlen (text), error);
}

static void
test_defaults (void)
{
  static const char *const empty[] = {
    "", "\n\n", "# only a comment\n", "---\n", "{}", "---\n...\n"
  };
  for (gsize i = 0; i < G_N_ELEMENTS (empty); i++)
    {
      Target target;
      g_autoptr (GError) error = NULL;
      memset (&target, 0xAA, sizeof target);
      bool parsed = parse (&target, empty[i], &error);
      g_assert_no_error (error);
      g_assert_true (parsed);
      g_assert_null (target.address);
      g_assert_cmpuint (target.port, ==, 10000);
      g_assert_cmpstr (target.accounts, ==, "/etc/pass.json");
      g_assert_cmpint (target.signup, ==, 1);
      g_assert_cmpint (target.cost, ==, 10);
      g_assert_true (target.relay);
      g_assert_cmpuint (g_strv_length (target.exempt), ==, 0);
      g_assert_cmpuint (target.logins.amount, ==, 5);
      g_assert_cmpint (target.logins.period, ==, SOTTO_US_PER_S);
      g_assert_cmpuint (target.logins.burst, ==, 20);
      g_assert_cmpuint (target.bytes.amount, ==, 65536);
      g_assert_cmpuint (target.bytes.burst, ==, 262144);
      g_assert_cmpuint (target.queue, ==, 262144);
      g_assert_cmpuint (target.sessions, ==, 19000);
      sotto_yaml_clear (keys, &target);
      g_assert_null (target.accounts);
    }
}

static void
test_values (void)
{
  static const char text[] = "\xEF\xBB\xBF# a file\n"
                             "server_address: \"::\"\n"
                             "server_port: 0\n"
                             "server_certificate: certs/../certificate.pem\n"
                             "server_privateKey: '/keys/key.pem'\n"
                             "signup: closed\n"
                             "cost: 4\n"
                             "relay: Off\n"
                             "exempt: [127.0.0.0/8, \"::1/128\"]\n"
                             "limits:\n"
                             "  logins: 10/min burst 1000000000\n"
                             "  bytes: 1 MiB/h\n"
                             "  queue: 4096\n"
                             "high_port: 1024\n";
  Target target;
  g_autoptr (GError) error = NULL;
  bool parsed = parse (&target, text, &error);
  g_assert_no_error (error);
  g_assert_true (parsed);
  g_assert_cmpstr (target.address, ==, "::");
  g_assert_cmpuint (target.port, ==, 0);
  g_assert_cmpstr (target.certificate, ==, "/etc/certificate.pem");
  g_assert_cmpstr (target.private_key, ==, "/keys/key.pem");
  g_assert_cmpint (target.signup, ==, 2);
  g_assert_cmpint (target.cost, ==, 4);
  g_assert_false (target.relay);
  g_assert_cmpuint (g_strv_length (target.exempt), ==, 2);
  g_assert_cmpstr (target.exempt[0], ==, "127.0.0.0/8");
  g_assert_cmpstr (target.exempt[1], ==, "::1/128");
  g_assert_cmpuint (target.logins.amount, ==, 10);
  g_assert_cmpint (target.logins.period, ==, 60 * SOTTO_US_PER_S);
  g_assert_cmpuint (target.logins.burst, ==, 1000000000);
  g_assert_cmpuint (target.bytes.amount, ==, 1048576);
  g_assert_cmpuint (target.bytes.burst, ==, 1048576);
  g_assert_cmpint (target.bytes.period, ==, 3600 * SOTTO_US_PER_S);
  g_assert_cmpuint (target.queue, ==, 4096);
  g_assert_cmpuint (target.sessions, ==, 19000);
  g_assert_cmpuint (target.high_port, ==, 1024);
  sotto_yaml_clear (keys, &target);
}

/* The two files of the seed, as they stand there. */
static void
test_seed (void)
{
  static const char client[] = "server_address: localhost\r\n"
                               "server_port: 10000\r\n"
                               "server_certificate: certificate.pem\r\n";
  static const char server[] = "server_address: localhost\n"
                               "server_port: 10000\n"
                               "server_certificate: certificate.pem\n"
                               "server_privateKey: key.pem\n"
                               "data_base: pass.json";
  Target target;
  g_assert_true (parse (&target, client, NULL));
  g_assert_cmpstr (target.address, ==, "localhost");
  g_assert_cmpuint (target.port, ==, 10000);
  g_assert_cmpstr (target.certificate, ==, "/etc/certificate.pem");
  sotto_yaml_clear (keys, &target);
  g_assert_true (parse (&target, server, NULL));
  g_assert_cmpstr (target.private_key, ==, "/etc/key.pem");
  g_assert_cmpstr (target.accounts, ==, "/etc/pass.json");
  sotto_yaml_clear (keys, &target);
}

#define NAMES                                                                                      \
  "server_address, server_port, server_certificate, server_privateKey, data_base, signup, cost, "  \
  "relay, exempt, limits, high_port"

static const struct
{
  const char *text;
  const char *error; /* after "/etc/f.yaml:" */
} refused[] = {
  { "server_port: 1\ncolour: red\n", "2:1: unknown key \"colour\", expected one of " NAMES },
  { "limits:\n  logins: 1/s\n  color: 1\n",
    "3:3: unknown key \"color\", expected one of logins, bytes, queue, sessions" },
  { "server_port: 1\nserver_address: a\nserver_port: 2\n",
    "3:1: server_port stands twice, expected it once" },
  { "foreign: 1\n", "1:1: this is another program's file, expected no key foreign" },
  { "server_port: 65536\n", "1:14: server_port is \"65536\", expected a number from 0 to 65535" },
  { "server_port: -1\n", "1:14: server_port is \"-1\", expected a number from 0 to 65535" },
  { "server_port:   http\n", "1:16: server_port is \"http\", expected a number from 0 to 65535" },
  { "server_port: \"80\"\n", "1:14: server_port is \"80\", expected a number from 0 to 65535" },
  { "server_port: 0x50\n", "1:14: server_port is \"0x50\", expected a number from 0 to 65535" },
  { "server_port: 8 0\n", "1:14: server_port is \"8 0\", expected a number from 0 to 65535" },
  { "server_port: 80.0\n", "1:14: server_port is \"80.0\", expected a number from 0 to 65535" },
  { "server_port: [1]\n", "1:14: server_port is a list, expected a number from 0 to 65535" },
  { "high_port: 1023\n", "1:12: high_port is \"1023\", expected a number from 1024 to 65535" },
  { "server_address: {a: b}\n", "1:17: server_address is a mapping, expected a text" },
  { "server_address:\n", "1:16: server_address is empty, expected a text" },
  { "server_address: ''\n", "1:17: server_address is \"\", expected a text" },
  { "server_address: ~\n", "1:17: server_address is \"~\", expected a text" },
  { "server_address: \"a\\0b\"\n", "1:17: server_address is \"a\", expected a text" },
  { "data_base: null\n", "1:12: data_base is \"null\", expected a path" },
  { "signup: maybe\n", "1:9: signup is \"maybe\", expected one of open, invite, closed" },
  { "cost: 3\n", "1:7: cost is \"3\", expected a number from 4 to 14" },
  { "cost: 15\n", "1:7: cost is \"15\", expected a number from 4 to 14" },
  { "cost: 5\n", "1:7: cost is \"5\", expected an even number" },
  { "relay: perhaps\n", "1:8: relay is \"perhaps\", expected yes or no" },
  { "relay: 'yes'\n", "1:8: relay is \"yes\", expected yes or no" },
  { "exempt: ::1\n", "1:9: exempt is \"::1\", expected a list of texts" },
  { "exempt:\n  - a\n  - [b]\n", "3:5: exempt is a list, expected a list of texts" },
  { "exempt: [a, ~]\n", "1:13: exempt is \"~\", expected a list of texts" },
  { "limits: 5\n", "1:9: limits is \"5\", expected a mapping of keys to values" },
  { "limits: []\n", "1:9: limits is a list, expected a mapping of keys to values" },
  { "limits: {logins: 5}\n",
    "1:18: logins is \"5\", expected a rate such as 5/s or 10/min burst 20" },
  { "limits: {logins: 5/d}\n",
    "1:18: logins is \"5/d\", expected a rate such as 5/s or 10/min burst 20" },
  { "limits: {logins: 0/s}\n",
    "1:18: logins is \"0/s\", expected a rate such as 5/s or 10/min burst 20" },
  { "limits: {logins: 1/s burst}\n",
    "1:18: logins is \"1/s burst\", expected a rate such as 5/s or 10/min burst 20" },
  { "limits: {logins: 1/s burst 0}\n",
    "1:18: logins is \"1/s burst 0\", expected a rate such as 5/s or 10/min burst 20" },
  { "limits: {logins: 1/sec}\n",
    "1:18: logins is \"1/sec\", expected a rate such as 5/s or 10/min burst 20" },
  { "limits: {logins: 1000000001/s}\n",
    "1:18: logins is \"1000000001/s\", expected a rate such as 5/s or 10/min burst 20" },
  { "limits: {queue: 5 KB}\n",
    "1:17: queue is \"5 KB\", expected a size such as 4096, 256 KiB or 1 MiB" },
  { "limits: {bytes: 64 KiB}\n",
    "1:17: bytes is \"64 KiB\", expected a rate such as 64 KiB/s burst 256 KiB" },
  { "limits: {sessions: 1000000001}\n",
    "1:20: sessions is \"1000000001\", expected a number from 0 to 1000000000" },
  { "server_address: &a b\n", "1:17: an anchor, expected a value without one" },
  { "server_address: *a\n", "1:17: an alias, expected the value itself" },
  { "server_address: !!str b\n", "1:17: a tag, expected a value without one" },
  { "limits: &x\n  logins: 1/s\n", "1:9: an anchor, expected a value without one" },
  { "!foo {server_port: 1}\n", "1:1: a tag, expected a value without one" },
  { "[a]: b\n", "1:1: a key that is no text, expected a name" },
  { "server_port: 1\n---\nserver_port: 2\n",
    "2:1: a second document, expected the end of the file" },
  { "- a\n", "1:1: the file is a list, expected lines of KEY: VALUE" },
  { "hello\n", "1:1: the file is \"hello\", expected lines of KEY: VALUE" },
  { "server_address: \xC3\xA9\xFF\n", "1:18: bytes that are not UTF-8, expected text in UTF-8" },
  { "server_port: 1\nrelay: \x01\n", "2:8: a control character, expected text in UTF-8" },
};

static void
test_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      Target target;
      g_autoptr (GError) error = NULL;
      g_autofree char *expected = g_strconcat ("/etc/f.yaml:", refused[i].error, NULL);
      g_assert_false (parse (&target, refused[i].text, &error));
      g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG);
      g_assert_cmpstr (error->message, ==, expected);
      g_assert_null (target.accounts);
      g_assert_null (target.exempt);
    }
}

/* Where the words are libyaml's, only the place is ours to promise. */
static void
test_syntax (void)
{
  static const struct
  {
    const char *text, *place;
  } rows[] = {
    { "server_port: 1\n\tserver_address: a\n", "/etc/f.yaml:2:1: *, expected YAML" },
    { "server_address: \"a\n", "/etc/f.yaml:2:1: *, expected YAML" },
    { "relay: yes: no\n", "/etc/f.yaml:1:11: *, expected YAML" },
    { "exempt: [a\n", "/etc/f.yaml:2:1: *, expected YAML" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Target target;
      g_autoptr (GError) error = NULL;
      g_assert_false (parse (&target, rows[i].text, &error));
      if (!g_pattern_match_simple (rows[i].place, error->message))
        g_error ("%s is not %s", error->message, rows[i].place);
    }
}

static void
test_nul_and_size (void)
{
  static const char nul[] = "server_port: 1\nrelay:\0yes\n";
  Target target;
  g_autoptr (GError) error = NULL;
  g_assert_false (sotto_yaml_parse (keys, &target, "f", nul, sizeof nul - 1, &error));
  g_assert_cmpstr (error->message, ==, "f:2:7: a NUL byte, expected text in UTF-8");
  g_clear_error (&error);

  g_autofree char *big = g_malloc (SOTTO_CONFIG_MAX_BYTES + 1);
  memset (big, '#', SOTTO_CONFIG_MAX_BYTES + 1);
  g_assert_true (sotto_yaml_parse (keys, &target, "f", big, SOTTO_CONFIG_MAX_BYTES, &error));
  sotto_yaml_clear (keys, &target);
  g_assert_false (sotto_yaml_parse (keys, &target, "f", big, SOTTO_CONFIG_MAX_BYTES + 1, &error));
  g_assert_cmpstr (error->message, ==, "f:1:1: the file has 65537 bytes, expected at most 65536");
}

static void
test_deep (void)
{
  /* 60,000 brackets must be refused at the first, without a stack of them. */
  g_autofree char *deep = g_strnfill (60000, '[');
  g_autofree char *text = g_strconcat ("exempt: [", deep, NULL);
  Target target;
  g_autoptr (GError) error = NULL;
  g_assert_false (parse (&target, text, &error));
  g_assert_cmpstr (error->message, ==,
                   "/etc/f.yaml:1:10: exempt is a list, expected a list of texts");
}

static void
test_load (void)
{
  g_autofree char *folder = g_dir_make_tmp ("sotto-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "config.yaml", NULL);
  g_autofree char *accounts = g_build_filename (folder, "pass.json", NULL);
  g_autofree char *absent = g_strconcat (path, ":1:1: ", NULL);
  Target target;
  g_autoptr (GError) error = NULL;
  g_assert_false (sotto_yaml_load (keys, &target, path, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG);
  g_assert_true (g_str_has_prefix (error->message, absent));
  g_assert_true (g_file_set_contents (path, "relay: no\n", -1, NULL));
  g_assert_true (sotto_yaml_load (keys, &target, path, NULL));
  g_assert_false (target.relay);
  g_assert_cmpstr (target.accounts, ==, accounts);
  sotto_yaml_clear (keys, &target);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_quote (void)
{
  static const struct
  {
    const char *scalar, *quoted;
  } rows[] = {
    { "localhost", "localhost" },
    { "127.0.0.1", "127.0.0.1" },
    { "::", "\"::\"" },
    { "/var/lib/a-b_c.d", "/var/lib/a-b_c.d" },
    { "10000", "\"10000\"" },
    { "yes", "\"yes\"" },
    { "Null", "\"Null\"" },
    { "", "\"\"" },
    { "a b", "\"a b\"" },
    { "a\"\\\n", "\"a\\\"\\\\\\U0000000A\"" },
    { "# no comment", "\"# no comment\"" },
    { "caf\xC3\xA9", "\"caf\xC3\xA9\"" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *quoted = sotto_yaml_quote (rows[i].scalar);
      g_autofree char *text = g_strdup_printf ("server_address: %s\n", quoted);
      g_assert_cmpstr (quoted, ==, rows[i].quoted);
      Target target;
      if (rows[i].scalar[0] == '\0')
        continue;
      g_assert_true (parse (&target, text, NULL));
      g_assert_cmpstr (target.address, ==, rows[i].scalar);
      sotto_yaml_clear (keys, &target);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yaml/defaults", test_defaults);
  g_test_add_func ("/yaml/values", test_values);
  g_test_add_func ("/yaml/seed", test_seed);
  g_test_add_func ("/yaml/refused", test_refused);
  g_test_add_func ("/yaml/syntax", test_syntax);
  g_test_add_func ("/yaml/nul-and-size", test_nul_and_size);
  g_test_add_func ("/yaml/deep", test_deep);
  g_test_add_func ("/yaml/load", test_load);
  g_test_add_func ("/yaml/quote", test_quote);
  return g_test_run ();
}
