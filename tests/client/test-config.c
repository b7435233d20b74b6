// SPDX-License-Identifier: GPL-3.0-or-later
/* The client's file: the seed's word for word, the defaults, where it is looked for, what is
 * refused. */
#undef G_DISABLE_ASSERT
#include "shared/client/config.h"

#include "shared/base/error.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static char *
write_config (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return g_steal_pointer (&path);
}

static void
test_seed (void)
{
  g_autofree char *folder = g_dir_make_tmp ("sotto-XXXXXX", NULL);
  g_autofree char *path = write_config (folder, "config.yaml",
                                        "server_address: localhost\n"
                                        "server_port: 10000\n"
                                        "server_certificate: ./KeyA_/A_certificate.crt");
  g_autoptr (GError) error = NULL;
  SottoClientConfig config;

  g_assert_true (sotto_client_config_load (&config, path, "default", &error));
  g_assert_no_error (error);
  g_assert_cmpstr (config.server_address, ==, "localhost");
  g_assert_cmpuint (config.server_port, ==, 10000);
  g_assert_true (g_path_is_absolute (config.server_certificate));
  g_assert_true (g_str_has_prefix (config.server_certificate, folder));
  g_assert_true (g_str_has_suffix (config.server_certificate, "KeyA_/A_certificate.crt"));
  g_assert_null (config.download_dir);
  sotto_client_config_clear (&config);
  g_unlink (path);
  g_rmdir (folder);
}

static const struct
{
  const char *text;
  const char *says;
} refused[] = {
  { "server_privateKey: key.pem\n", "this is a server's file" },
  { "server_port: 0\n", ":1:" },
  { "server_port: 65536\n", ":1:" },
  { "server_port: ten\n", ":1:" },
  { "server_address: a\nserver_address: b\n", ":2:1" },
  { "colour: red\n", ":1:1" },
  { "server_address: [a]\n", ":1:" },
};

static void
test_refused (void)
{
  g_autofree char *folder = g_dir_make_tmp ("sotto-XXXXXX", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *path = write_config (folder, "config.yaml", refused[i].text);
      g_autoptr (GError) error = NULL;
      SottoClientConfig config;

      g_assert_false (sotto_client_config_load (&config, path, "default", &error));
      g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG);
      g_assert_true (g_str_has_prefix (error->message, path));
      g_assert_nonnull (strstr (error->message, refused[i].says));
      g_unlink (path);
    }
  g_rmdir (folder);
}

/* In a process of its own, as GLib reads XDG_CONFIG_HOME once. */
static void
test_search (void)
{
  g_autofree char *folder = g_dir_make_tmp ("sotto-XXXXXX", NULL);
  g_autofree char *work = g_build_filename (folder, "work", NULL);
  g_autofree char *before = g_get_current_dir ();
  g_autoptr (GError) error = NULL;
  SottoClientConfig config;

  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  g_assert_cmpint (g_mkdir (work, 0700), ==, 0);
  g_assert_cmpint (g_chdir (work), ==, 0);

  g_assert_true (sotto_client_config_load (&config, NULL, "bob", &error));
  g_assert_no_error (error);
  g_assert_null (config.server_address);
  g_assert_cmpuint (config.server_port, ==, SOTTO_PORT_DEFAULT);
  sotto_client_config_clear (&config);

  g_autofree char *near = write_config (work, "config.yaml", "server_address: near\n");
  g_assert_true (sotto_client_config_load (&config, NULL, "bob", &error));
  g_assert_cmpstr (config.server_address, ==, "near");
  sotto_client_config_clear (&config);

  g_autofree char *own = write_config (folder, "sotto/bob.yaml", "server_address: own\n");
  g_assert_true (sotto_client_config_load (&config, NULL, "bob", &error));
  g_assert_cmpstr (config.server_address, ==, "own");
  sotto_client_config_clear (&config);
  g_assert_true (sotto_client_config_load (&config, NULL, "alice", &error));
  g_assert_cmpstr (config.server_address, ==, "near");
  sotto_client_config_clear (&config);

  g_assert_false (sotto_client_config_load (&config, "nowhere.yaml", "bob", &error));
  g_assert_nonnull (error);
  g_assert_cmpint (g_chdir (before), ==, 0);
  g_unlink (near);
  g_unlink (own);
  g_rmdir (work);
  g_autofree char *sub = g_build_filename (folder, "sotto", NULL);
  g_rmdir (sub);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/config/seed", test_seed);
  g_test_add_func ("/client/config/refused", test_refused);
  g_test_add_func ("/client/config/search", test_search);
  return g_test_run ();
}
