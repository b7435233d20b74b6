// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "cli/events.h"
#include <stdlib.h>
#include <string.h>

#define ID                                                                                         \
  {                                                                                                \
    {                                                                                              \
      0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee,    \
          0xff                                                                                     \
    }                                                                                              \
  }
#define TARGET_HEX "ab000000000000000000000000000000"
#define ID_HEX     "00112233445566778899aabbccddeeff"

static const char *const names[] = { "alice", "bob" };

/* One row an event: what it says in JSON, exactly, and to people. */
static const struct
{
  SottoEvent event;
  const char *json;
  const char *text;
} rows[] = {
  { { .type = SOTTO_EVENT_SERVER_UNKNOWN }, NULL, NULL },
  { { .type = SOTTO_EVENT_CONNECTED,
      .server = "::1",
      .port = 10000,
      .fingerprint = "ab12",
      .realm = "r\"1",
      .first_use = true },
    "{\"event\":\"connected\",\"server\":\"::1\",\"port\":10000,\"fingerprint\":\"ab12\",\"realm\":"
    "\"r\\\"1\",\"first_use\":true}",
    "Connected to ::1 port 10000 for the first time; from now on its key must be ab12" },
  { { .type = SOTTO_EVENT_AUTHENTICATED, .peer = { "alice" } },
    "{\"event\":\"authenticated\",\"username\":\"alice\"}",
    "Logged in as alice" },
  { { .type = SOTTO_EVENT_REFUSED, .code = "auth", .text = "Wrong" },
    "{\"event\":\"refused\",\"code\":\"auth\",\"message\":\"Wrong\"}",
    "Refused: Wrong" },
  { { .type = SOTTO_EVENT_USERS, .names = names, .n_names = 2 },
    "{\"event\":\"users\",\"online\":[\"alice\",\"bob\"]}",
    "Online: alice bob" },
  { { .type = SOTTO_EVENT_USERS }, "{\"event\":\"users\",\"online\":[]}", "Online:" },
  { { .type = SOTTO_EVENT_JOINED, .peer = { "bob" } },
    "{\"event\":\"joined\",\"username\":\"bob\"}",
    "bob is here" },
  { { .type = SOTTO_EVENT_LEFT, .peer = { "bob" } },
    "{\"event\":\"left\",\"username\":\"bob\"}",
    "bob has left" },
  { { .type = SOTTO_EVENT_QUEUED, .peer = { "bob" }, .has_id = true, .id = ID },
    "{\"event\":\"queued\",\"to\":\"bob\",\"id\":\"" ID_HEX "\"}",
    "To bob: queued" },
  { { .type = SOTTO_EVENT_SENT, .peer = { "bob" }, .has_id = true, .id = ID },
    "{\"event\":\"sent\",\"to\":\"bob\",\"id\":\"" ID_HEX "\"}",
    "To bob: sent" },
  { { .type = SOTTO_EVENT_DELIVERED, .peer = { "bob" }, .has_id = true, .id = ID },
    "{\"event\":\"delivered\",\"to\":\"bob\",\"id\":\"" ID_HEX "\"}",
    "To bob: delivered" },
  { { .type = SOTTO_EVENT_READ, .peer = { "bob" }, .has_id = true, .id = ID },
    "{\"event\":\"read\",\"to\":\"bob\",\"id\":\"" ID_HEX "\"}",
    "To bob: read" },
  { { .type = SOTTO_EVENT_MESSAGE,
      .peer = { "bob" },
      .has_id = true,
      .id = ID,
      .text = "a\n[00:00] alice: \xe2\x80\xae\x1b[31mb",
      .sent_ms = 1000 },
    "{\"event\":\"message\",\"from\":\"bob\",\"id\":\"" ID_HEX
    "\",\"text\":\"a\\n[00:00] alice: \xe2\x80\xae\\u001b[31mb\",\"sent\":1000}",
    "[1970-01-01 00:00] bob: a \xe2\x86\xb5 [00:00] alice: \xef\xbf\xbd\xef\xbf\xbd[31mb" },
  { { .type = SOTTO_EVENT_MESSAGE, .peer = { "bob" }, .text = "b", .sent_ms = G_MAXINT64 },
    "{\"event\":\"message\",\"from\":\"bob\",\"id\":\"00000000000000000000000000000000\",\"text\":"
    "\"b\",\"sent\":9223372036854775807}",
    "[--:--] bob: b" },
  { { .type = SOTTO_EVENT_EDITED,
      .peer = { "bob" },
      .has_id = true,
      .id = ID,
      .has_target = true,
      .target = { { 0xab } },
      .text = "c\x1b" },
    "{\"event\":\"edited\",\"from\":\"bob\",\"id\":\"" ID_HEX "\",\"target\":\"" TARGET_HEX
    "\",\"text\":\"c\\u001b\"}",
    "bob changed a message: c\xef\xbf\xbd" },
  { { .type = SOTTO_EVENT_DELETED,
      .peer = { "bob" },
      .has_id = true,
      .id = ID,
      .has_target = true,
      .target = { { 0xab } },
      .text = "" },
    "{\"event\":\"deleted\",\"from\":\"bob\",\"id\":\"" ID_HEX "\",\"target\":\"" TARGET_HEX "\"}",
    "bob deleted a message" },
  { { .type = SOTTO_EVENT_REACTED,
      .peer = { "bob" },
      .has_id = true,
      .id = ID,
      .has_target = true,
      .target = { { 0xab } },
      .text = "\xf0\x9f\x91\x8d" },
    "{\"event\":\"reacted\",\"from\":\"bob\",\"id\":\"" ID_HEX "\",\"target\":\"" TARGET_HEX
    "\",\"reaction\":\"\xf0\x9f\x91\x8d\"}",
    "bob reacted to a message: \xf0\x9f\x91\x8d" },
  { { .type = SOTTO_EVENT_REACTED, .peer = { "bob" }, .text = "" },
    "{\"event\":\"reacted\",\"from\":\"bob\",\"id\":\"00000000000000000000000000000000\","
    "\"target\":"
    "\"00000000000000000000000000000000\",\"reaction\":\"\"}",
    "bob took back a reaction" },
  { { .type = SOTTO_EVENT_TYPING, .peer = { "bob" }, .active = true },
    "{\"event\":\"typing\",\"from\":\"bob\",\"active\":true}",
    "bob is typing" },
  { { .type = SOTTO_EVENT_CHANNEL,
      .peer = { "bob" },
      .channel_state = SOTTO_PEER_CHANNEL_OPEN,
      .relayed = true,
      .safety_number = "1 2" },
    "{\"event\":\"channel\",\"peer\":\"bob\",\"state\":\"open\",\"path\":\"relayed\",\"verified\":"
    "false,\"safety_number\":\"1 2\"}",
    "Channel to bob open, relayed, not verified yet. Safety number 1 2" },
  { { .type = SOTTO_EVENT_CHANNEL,
      .peer = { "bob" },
      .channel_state = SOTTO_PEER_CHANNEL_CLOSED,
      .verified = true },
    "{\"event\":\"channel\",\"peer\":\"bob\",\"state\":\"closed\",\"path\":\"direct\",\"verified\":"
    "true,\"safety_number\":null}",
    "Channel to bob closed" },
  { { .type = SOTTO_EVENT_FILE,
      .peer = { "bob" },
      .has_id = true,
      .id = ID,
      .file = { .state = SOTTO_FILE_OFFERED,
                .own = true,
                .name = "a.txt",
                .size = 5,
                .path = "/a" } },
    "{\"event\":\"file\",\"to\":\"bob\",\"id\":\"" ID_HEX
    "\",\"name\":\"a.txt\",\"size\":5,\"done\":0}",
    "To bob: a.txt (5 bytes) is offered" },
  { { .type = SOTTO_EVENT_FILE,
      .peer = { "bob" },
      .has_id = true,
      .id = ID,
      .file = { .state = SOTTO_FILE_OFFERED, .name = "a.txt", .size = 5 } },
    "{\"event\":\"file\",\"from\":\"bob\",\"id\":\"" ID_HEX
    "\",\"name\":\"a.txt\",\"size\":5,\"done\":0}",
    "bob offers a.txt (5 bytes): accept " ID_HEX },
  { { .type = SOTTO_EVENT_FILE,
      .peer = { "bob" },
      .has_id = true,
      .id = ID,
      .file = { .state = SOTTO_FILE_MOVING, .name = "a.txt", .size = 5000, .done = 4000 } },
    "{\"event\":\"file\",\"from\":\"bob\",\"id\":\"" ID_HEX
    "\",\"name\":\"a.txt\",\"size\":5000,\"done\":4000}",
    "From bob: a.txt, 4.0 kB of 5.0 kB" },
  { { .type = SOTTO_EVENT_FILE,
      .peer = { "bob" },
      .has_id = true,
      .id = ID,
      .file = { .state = SOTTO_FILE_DONE,
                .name = "a.txt",
                .size = 5,
                .done = 5,
                .path = "/b/a.txt" } },
    "{\"event\":\"file\",\"from\":\"bob\",\"id\":\"" ID_HEX
    "\",\"name\":\"a.txt\",\"size\":5,\"done\":5,\"path\":\"/b/a.txt\"}",
    "From bob: a.txt is at /b/a.txt" },
  { { .type = SOTTO_EVENT_FILE,
      .peer = { "bob" },
      .has_id = true,
      .id = ID,
      .code = "declined",
      .text = "No.",
      .file = { .state = SOTTO_FILE_REFUSED,
                .own = true,
                .name = "a.txt",
                .size = 5,
                .path = "/a" } },
    "{\"event\":\"file\",\"to\":\"bob\",\"id\":\"" ID_HEX
    "\",\"name\":\"a.txt\",\"size\":5,\"done\":0,\"state\":\"refused\",\"code\":\"declined\"}",
    "To bob: a.txt: No." },
  { { .type = SOTTO_EVENT_PASSWORD_CHANGED },
    "{\"event\":\"password_changed\"}",
    "Password changed" },
  { { .type = SOTTO_EVENT_ERROR, .code = "unreachable", .text = "No" },
    "{\"event\":\"error\",\"code\":\"unreachable\",\"message\":\"No\"}",
    "Error: No" },
  { { .type = SOTTO_EVENT_ERROR, .code = "self", .text = "No", .peer = { "bob" } },
    "{\"event\":\"error\",\"code\":\"self\",\"message\":\"No\",\"to\":\"bob\"}",
    "To bob: No" },
  { { .type = SOTTO_EVENT_ERROR,
      .code = "offline",
      .text = "Away",
      .peer = { "bob" },
      .has_id = true,
      .id = ID },
    "{\"event\":\"error\",\"code\":\"offline\",\"message\":\"Away\",\"to\":\"bob\",\"id\":\"" ID_HEX
    "\"}",
    "To bob: Away" },
  { { .type = SOTTO_EVENT_DISCONNECTED, .code = "shutdown", .retry_in_ms = -1 },
    "{\"event\":\"disconnected\",\"code\":\"shutdown\",\"retry_in\":null}",
    "Disconnected (shutdown)" },
  { { .type = SOTTO_EVENT_DISCONNECTED, .code = "timeout", .retry_in_ms = 500 },
    "{\"event\":\"disconnected\",\"code\":\"timeout\",\"retry_in\":0.5}",
    "Disconnected (timeout); trying again in 0.5 s" },
  { { .type = SOTTO_EVENT_DISCONNECTED, .code = "timeout", .retry_in_ms = 2000 },
    "{\"event\":\"disconnected\",\"code\":\"timeout\",\"retry_in\":2}",
    "Disconnected (timeout); trying again in 2.0 s" },
  /* Of what a terminal keeps nothing of. */
  { { .type = SOTTO_EVENT_REMARK, .peer = { "bob" }, .text = "It changed.", .sent_ms = 5 },
    NULL,
    NULL },
  { { .type = SOTTO_EVENT_EXPIRED, .sent_ms = 5 }, NULL, NULL },
};

static void
test_json (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *line = sotto_events_to_json (&rows[i].event);
      g_assert_cmpstr (line, ==, rows[i].json);
    }
}

static void
test_text (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *line = sotto_events_to_text (&rows[i].event);
      g_autoptr (GString) plain = g_string_new (line);
      if (line != NULL) /* in sizes, where the locale has it */
        g_string_replace (plain, "\302\240", " ", 0);
      g_assert_cmpstr (line != NULL ? plain->str : NULL, ==, rows[i].text);
    }
}

/* Every event but the question has a row above, so that a new one cannot be forgotten. */
static void
test_all_are_told (void)
{
  bool seen[SOTTO_EVENT_DISCONNECTED + 1] = { false };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    seen[rows[i].event.type] = true;
  for (gsize i = 0; i < G_N_ELEMENTS (seen); i++)
    g_assert_true (seen[i]);
}

static void
test_alarm_warns (void)
{
  const SottoEvent event = { .type = SOTTO_EVENT_CHANNEL,
                             .peer = { "bob" },
                             .channel_state = SOTTO_PEER_CHANNEL_ALARM };
  g_autofree char *text = sotto_events_to_text (&event);
  g_autofree char *json = sotto_events_to_json (&event);
  g_assert_nonnull (strstr (text, "WARNING"));
  g_assert_nonnull (strstr (json, "\"state\":\"alarm\""));
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("LC_ALL", "C", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/events/json", test_json);
  g_test_add_func ("/cli/events/text", test_text);
  g_test_add_func ("/cli/events/all-are-told", test_all_are_told);
  g_test_add_func ("/cli/events/alarm-warns", test_alarm_warns);
  return g_test_run ();
}
