// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/presenter/sentences.h"
#include "shared/client/sentences.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  const char *code;
  SottoLoginField field;
  const char *text;
} Sentence;

/* text NULL: the engine's own sentence says it all. */
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
  { "version", SOTTO_LOGIN_FIELD_SERVER, NULL },
  { "handshake", SOTTO_LOGIN_FIELD_SERVER, NULL },
  { "protocol", SOTTO_LOGIN_FIELD_SERVER, N_ ("What answers there is not a Sotto server.") },
  { "password", SOTTO_LOGIN_FIELD_PASSWORD, N_ ("Enter your password.") },
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

  if (sentence != NULL && sentence->text != NULL)
    return _ (sentence->text);
  if (fallback != NULL && *fallback != '\0')
    return fallback;
  return sotto_sentence (code != NULL ? code : "");
}

SottoLoginField
sotto_sentence_field (const char *code)
{
  const Sentence *sentence = find (code);

  return sentence != NULL ? sentence->field : SOTTO_LOGIN_FIELD_NONE;
}
