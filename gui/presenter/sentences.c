// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/presenter/sentences.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  const char *code;
  SottoLoginField field;
  const char *text;
} Sentence;

static const Sentence sentences[] = {
  { "auth", SOTTO_LOGIN_FIELD_PASSWORD,
    N_ ("Wrong password, or nobody on this server has that username.") },
  { "name_taken", SOTTO_LOGIN_FIELD_USERNAME,
    N_ ("This username is taken. Choose another one, or log in if it is yours.") },
  { "bad_name", SOTTO_LOGIN_FIELD_USERNAME,
    N_ ("A username is 1 to 32 letters a–z, digits, dots, hyphens or underscores, and begins with "
        "a "
        "letter or digit.") },
  { "invite", SOTTO_LOGIN_FIELD_SERVER,
    N_ ("This server admits people by invitation. Ask for a join link and paste it here.") },
  { "busy", SOTTO_LOGIN_FIELD_NONE, N_ ("The server is busy. Try again in a moment.") },
  { "rate", SOTTO_LOGIN_FIELD_NONE, N_ ("Too many attempts. Wait a little, then try again.") },
  { "unavailable", SOTTO_LOGIN_FIELD_NONE,
    N_ ("The server does not offer this. Ask the person who runs it.") },
  { "unreachable", SOTTO_LOGIN_FIELD_SERVER,
    N_ ("Cannot reach the server. Check the address and your network.") },
  { "timeout", SOTTO_LOGIN_FIELD_SERVER,
    N_ ("The server does not answer. Check the address, or try again later.") },
  { "server_key", SOTTO_LOGIN_FIELD_SERVER,
    N_ ("The server key changed, so nothing was sent. Somebody may be posing as your server: ask "
        "the person who runs it.") },
  { "realm", SOTTO_LOGIN_FIELD_SERVER,
    N_ ("The server’s realm changed, so nothing was sent. Somebody may be posing as your server: "
        "ask the person who runs it.") },
  { "version", SOTTO_LOGIN_FIELD_SERVER, N_ ("This server speaks another version of Sotto.") },
  { "handshake", SOTTO_LOGIN_FIELD_SERVER,
    N_ ("The connection failed: the server could not read what was sent. Its key may have "
        "changed.") },
  { "protocol", SOTTO_LOGIN_FIELD_SERVER, N_ ("What answers there is not a Sotto server.") },
  { "password", SOTTO_LOGIN_FIELD_PASSWORD, N_ ("Enter your password.") },
  { "shutdown", SOTTO_LOGIN_FIELD_NONE, N_ ("The server is shutting down. Try again later.") },
  { "replaced", SOTTO_LOGIN_FIELD_NONE,
    N_ ("You logged in somewhere else, so this window was logged out.") },
  { "kicked", SOTTO_LOGIN_FIELD_NONE, N_ ("The person who runs the server logged you out.") },
  { "offline", SOTTO_LOGIN_FIELD_NONE, N_ ("They are not here. Your words wait until they are.") },
  { "self", SOTTO_LOGIN_FIELD_NONE, N_ ("You cannot write to yourself.") },
  { "too_big", SOTTO_LOGIN_FIELD_NONE, N_ ("This message is too long. Send it in parts.") },
  { "alarm", SOTTO_LOGIN_FIELD_NONE,
    N_ ("Their key changed. Nothing is sent until you compared safety numbers.") },
  { "not_authenticated", SOTTO_LOGIN_FIELD_NONE, N_ ("You are logged out.") },
};

static const Sentence *
find (const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (g_strcmp0 (sentences[i].code, code) == 0)
      return &sentences[i];
  return NULL;
}

const char *
sotto_sentence_for_code (const char *code, const char *fallback)
{
  const Sentence *sentence = find (code);

  if (sentence != NULL)
    return _ (sentence->text);
  if (fallback != NULL && *fallback != '\0')
    return fallback;
  return _ ("Something went wrong. Try again.");
}

SottoLoginField
sotto_sentence_field (const char *code)
{
  const Sentence *sentence = find (code);

  return sentence != NULL ? sentence->field : SOTTO_LOGIN_FIELD_NONE;
}
