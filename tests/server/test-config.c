// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "server/config.h"

#include "shared/base/error.h"
#include "shared/base/limits.h"
#include <string.h>

#define KEYS "server_certificate: c.pem\nserver_privateKey: k.pem\n"

static SottoServerConfig *
parse (const char *text, GError **error)
{
  return sotto_server_config_parse ("/etc/x/config.yaml", text, strlen (text), error);
}

/* Word for word what the old server shipped. */
static void
test_the_seed_s_file (void)
{
  static const char text[] = "server_address: 127.0.0.1\n"
                             "server_port: 10000\n"
                             "server_certificate: certificate.pem\n"
                             "server_privateKey: key.pem\n"
                             "data_base: pass.json\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (SottoServerConfig) config = parse (text, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (config->server_address, ==, "127.0.0.1");
  g_assert_cmpuint (config->server_port, ==, 10000);
  g_assert_cmpstr (config->server_private_key, ==, "/etc/x/key.pem");
  g_assert_cmpstr (config->data_base, ==, "/etc/x/pass.json");
}

static void
test_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SottoServerConfig) config = parse (KEYS, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (config->server_address, ==, "127.0.0.1");
  g_assert_cmpuint (config->server_port, ==, 10000);
  g_assert_cmpstr (config->data_base, ==, "/etc/x/pass.json");
  g_assert_cmpint (config->signup, ==, SOTTO_SIGNUP_OPEN);
  g_assert_cmpint (config->bcrypt_cost, ==, SOTTO_BCRYPT_COST);
  g_assert_true (config->relay);
  g_assert_cmpstr (config->control_socket, ==, "/etc/x/control");
  g_assert_null (config->realm);
  g_assert_cmpuint (config->logins.amount, ==, 5);
  g_assert_cmpuint (config->logins.burst, ==, 20);
  g_assert_cmpint (config->signups.period, ==, 60 * SOTTO_US_PER_S);
  g_assert_cmpuint (config->password_changes.burst, ==, 3);
  g_assert_cmpuint (config->relay_rate.amount, ==, 64 * 1024);
  g_assert_cmpuint (config->relay_rate.burst, ==, 256 * 1024);
  g_assert_cmpuint (config->unauthenticated, ==, 10000);
  g_assert_cmpuint (config->sessions, ==, 19000);
  g_assert_cmpuint (config->queue, ==, SOTTO_SESSION_QUEUE_MAX);
}

static void
test_everything (void)
{
  static const char text[] = KEYS "server_address: \"::\"\n"
                                  "server_port: 0\n"
                                  "udp_port: 9\n"
                                  "public_address: chat.example.org\n"
                                  "realm: Chat\n"
                                  "signup: invite\n"
                                  "bcrypt_cost: 4\n"
                                  "relay: no\n"
                                  "control_socket: run/control\n"
                                  "exempt_sources: [127.0.0.0/8, \"::1/128\"]\n"
                                  "limits:\n"
                                  "  logins: 1000000000/h burst 7\n"
                                  "  relay_rate: 1 MiB/s burst 2 MiB\n"
                                  "  queue: 1 MiB\n"
                                  "  sessions: 5\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (SottoServerConfig) config = parse (text, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (config->server_port, ==, 0);
  g_assert_cmpuint (config->udp_port, ==, 9);
  g_assert_cmpint (config->signup, ==, SOTTO_SIGNUP_INVITE);
  g_assert_false (config->relay);
  g_assert_cmpstr (config->control_socket, ==, "/etc/x/run/control");
  g_assert_cmpuint (g_strv_length (config->exempt_sources), ==, 2);
  g_assert_cmpuint (config->logins.amount, ==, 1000000000);
  g_assert_cmpuint (config->queue, ==, 1024 * 1024);
  g_assert_true (sotto_server_config_is_wildcard (config));
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    const char *where; /* "" = anywhere */
    const char *says;
  } cases[] = {
    { "", ":1:1: ", "server_certificate" },
    { "server_certificate: c.pem\n", ":1:1: ", "server_privateKey" },
    { KEYS "bcrypt_cost: 3\n", ":3:14: ", "4" },
    { KEYS "bcrypt_cost: 15\n", ":3:14: ", "14" },
    { KEYS "server_port: 65536\n", ":3:", "65535" },
    { KEYS "udp_port: 0\n", ":3:", "" },
    { KEYS "signup: maybe\n", ":3:9: ", "invite" },
    { KEYS "relay: perhaps\n", ":3:", "" },
    { KEYS "exempt_sources: [localhost]\n", ":3:", "prefix" },
    { KEYS "data_base: postgresql://host/db\n", ":3:", "JSON" },
    { KEYS "realm: "
           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
      ":3:", "64" },
    { KEYS "download_dir: d\n", ":3:", "client" },
    { KEYS "limits: {records: 0/s}\n", ":3:", "" },
    { KEYS "limits: {speed: 1/s}\n", ":3:", "speed" },
    { KEYS "server_adress: x\n", ":3:1: ", "server_adress" },
    { KEYS "relay: no\nrelay: no\n", ":4:1: ", "relay" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SottoServerConfig) config = parse (cases[i].text, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_null (config);
      g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, "/etc/x/config.yaml:"));
      g_assert_nonnull (strstr (error->message, cases[i].where));
      g_assert_nonnull (strstr (error->message, cases[i].says));
    }
}

static guint
count_warnings (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SottoServerConfig) config = parse (text, &error);

  g_assert_no_error (error);
  g_autoptr (GPtrArray) warnings = sotto_server_config_warnings (config);
  return warnings->len;
}

static void
test_warnings (void)
{
  g_assert_cmpuint (count_warnings (KEYS), ==, 0);
  g_assert_cmpuint (count_warnings (KEYS "bcrypt_cost: 9\n"), ==, 1);
  g_assert_cmpuint (count_warnings (KEYS "server_address: 0.0.0.0\nbcrypt_cost: 4\n"), ==, 2);
  g_assert_cmpuint (count_warnings (KEYS "server_address: 0.0.0.0\npublic_address: a.b\n"), ==, 0);
  g_assert_cmpuint (count_warnings (KEYS "limits: {relay_rate: 1 KiB/s}\n"), ==, 1);
  g_assert_cmpuint (count_warnings (KEYS "limits: {relay_rate: 1 KiB/s burst 2 KiB}\n"), ==, 0);
  g_assert_cmpuint (count_warnings (KEYS "relay: no\nlimits: {relay_rate: 1 KiB/s}\n"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("RUNTIME_DIRECTORY");
  g_test_add_func ("/server/config/the-seed-s-file", test_the_seed_s_file);
  g_test_add_func ("/server/config/defaults", test_defaults);
  g_test_add_func ("/server/config/everything", test_everything);
  g_test_add_func ("/server/config/refused", test_refused);
  g_test_add_func ("/server/config/warnings", test_warnings);
  return g_test_run ();
}
