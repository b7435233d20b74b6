// SPDX-License-Identifier: GPL-3.0-or-later
/* Join links and typed servers: what is taken, what is refused, and that a link survives a round.
 */
#undef G_DISABLE_ASSERT
#include "shared/client/join-link.h"

#include "shared/base/error.h"
#include <string.h>

#define FP     "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define FP_BIG "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"

static const struct
{
  const char *link;
  const char *host;
  uint16_t port;
  const char *realm;
  bool fingerprint;
  const char *invite;
  const char *again; /* as it is written, NULL = like link */
} good[] = {
  { "sotto://chat.example:10000/?realm=lab&fp=" FP, "chat.example", 10000, "lab", true, NULL,
    NULL },
  { "sotto://127.0.0.1:4/?realm=lab&fp=" FP "&invite=abc-1", "127.0.0.1", 4, "lab", true, "abc-1",
    NULL },
  { "sotto://[::1]:10000/?realm=r%20%26%C3%A9&fp=" FP, "::1", 10000, "r &é", true, NULL, NULL },
  { "SOTTO://h/?fp=" FP_BIG, "h", 10000, NULL, true, NULL, "sotto://h:10000/?fp=" FP },
  { "  sotto://h?realm=x\n", "h", 10000, "x", false, NULL, "sotto://h:10000/?realm=x" },
  { "sotto://h:1/", "h", 1, NULL, false, NULL, NULL },
  { "sotto://h:1/?later=1&realm=a", "h", 1, "a", false, NULL, "sotto://h:1/?realm=a" },
};

static const char *const bad[] = {
  "",
  "http://h/?fp=" FP,
  "sotto:/h/",
  "sotto:///?realm=a",
  "sotto://h:0/",
  "sotto://h:65536/",
  "sotto://h:/",
  "sotto://h:1x/",
  "sotto://[::1/",
  "sotto://[::1]x/",
  "sotto://[h]:1/",
  "sotto://a b/",
  "sotto://h/path",
  "sotto://h/?realm",
  "sotto://h/?realm=",
  "sotto://h/?realm=a&realm=b",
  "sotto://h/?realm=%00",
  "sotto://h/?realm=%zz",
  "sotto://h/?realm=%FF",
  "sotto://h/?fp=00",
  "sotto://h/?fp=" FP "00",
  "sotto://h/?fp=" FP "&fp=" FP,
  "sotto://h/?invite=123456789012345678901234567890123",
  "sotto://h/?realm=12345678901234567890123456789012345678901234567890123456789012345",
  "sotto://h/?realm=a#b",
};

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      SottoJoinLink link;

      g_test_message ("%s", good[i].link);
      g_assert_true (sotto_join_link_parse (good[i].link, &link, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (link.host, ==, good[i].host);
      g_assert_cmpuint (link.port, ==, good[i].port);
      g_assert_cmpstr (link.realm, ==, good[i].realm);
      g_assert_cmpstr (link.invite, ==, good[i].invite);
      g_assert_true (link.has_fingerprint == good[i].fingerprint);
      if (link.has_fingerprint)
        g_assert_cmphex (link.fingerprint.bytes[1], ==, 0x11);

      g_autofree char *again = sotto_join_link_to_string (&link);
      g_assert_cmpstr (again, ==, good[i].again != NULL ? good[i].again : good[i].link);
      sotto_join_link_clear (&link);
    }
}

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      SottoJoinLink link;

      g_test_message ("%s", bad[i]);
      g_assert_false (sotto_join_link_parse (bad[i], &link, &error));
      g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_INVALID);
    }
}

static const struct
{
  const char *typed;
  const char *host; /* NULL = refused */
  uint16_t port;
  const char *pin;
} servers[] = {
  { "localhost", "localhost", 10000, "localhost:10000" },
  { " Chat.Example:4 ", "Chat.Example", 4, "chat.example:4" },
  { "10.0.0.1:65535", "10.0.0.1", 65535, "10.0.0.1:65535" },
  { "[::1]:10", "::1", 10, "[::1]:10" },
  { "[FE80::1]", "FE80::1", 10000, "[fe80::1]:10000" },
  { "::1", "::1", 10000, "[::1]:10000" },
  { "münchen.example", "münchen.example", 10000, "münchen.example:10000" },
  { "", NULL, 0, NULL },
  { ":1", NULL, 0, NULL },
  { "h:", NULL, 0, NULL },
  { "h:0", NULL, 0, NULL },
  { "h:65536", NULL, 0, NULL },
  { "a b", NULL, 0, NULL },
  { "h/x", NULL, 0, NULL },
  { "1:2:3", NULL, 0, NULL },
  { "[h]", NULL, 0, NULL },
};

static void
test_servers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *host = NULL;
      uint16_t port = 0;
      bool ok = sotto_server_parse (servers[i].typed, &host, &port, &error);

      g_test_message ("%s", servers[i].typed);
      g_assert_cmpstr (host, ==, servers[i].host);
      g_assert_true (ok == (servers[i].host != NULL));
      if (!ok)
        {
          g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_INVALID);
          continue;
        }
      g_assert_cmpuint (port, ==, servers[i].port);
      g_autofree char *pin = sotto_server_to_string (host, port);
      g_assert_cmpstr (pin, ==, servers[i].pin);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/join-link/good", test_good);
  g_test_add_func ("/client/join-link/bad", test_bad);
  g_test_add_func ("/client/join-link/servers", test_servers);
  return g_test_run ();
}
