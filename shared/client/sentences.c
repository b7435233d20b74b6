// SPDX-License-Identifier: GPL-3.0-or-later
/* One table; programs may say more, but need not. */
#include <config.h>

#include "shared/client/sentences.h"

#include <glib/gi18n-lib.h>

static const struct
{
  const char *code;
  const char *text;
} sentences[] = {
  { "ok", N_ ("Logged out.") },
  { "auth", N_ ("Wrong username or password.") },
  { "name_taken", N_ ("This username is taken. Choose another one, or log in.") },
  { "bad_name", N_ ("Not a username: 1 to 32 letters, digits, dots, dashes or underscores.") },
  { "busy", N_ ("The server is busy. Try again in a moment.") },
  { "rate", N_ ("Too many attempts. Wait a moment, then try again.") },
  { "invite", N_ ("Signing up here needs a valid invite.") },
  { "version", N_ ("Server and client speak different versions. One of them needs an update.") },
  { "handshake", N_ ("The connection to the server failed.") },
  { "protocol", N_ ("The server sent something that makes no sense.") },
  { "too_big", N_ ("The message is too long.") },
  { "timeout", N_ ("The server did not answer in time.") },
  { "replaced", N_ ("Another device logged in with this username.") },
  { "offline", N_ ("Not online. The message waits here until they are.") },
  { "self", N_ ("This is you.") },
  { "unavailable", N_ ("Not available at the moment.") },
  { "slow", N_ ("The connection was too slow.") },
  { "shutdown", N_ ("The server is shutting down.") },
  { "ticket", N_ ("The session has expired.") },
  { "quota", N_ ("Too much at once. Try again in a moment.") },
  { "kicked", N_ ("The administrator ended your session.") },
  { "unreachable", N_ ("The server cannot be reached.") },
  { "server_key", N_ ("The server's key has changed. This may be an attack: nothing was sent. Ask "
                      "the administrator.") },
  { "realm", N_ ("The server gives itself another name than before. This may be an attack: nothing "
                 "was sent. Ask the administrator.") },
  { "usage", N_ ("This cannot be sent.") },
  { "password", N_ ("A password is needed.") },
  { "not_authenticated", N_ ("Log in first.") },
  { "alarm", N_ ("The key of this person has changed. Nothing is sent until you have compared "
                 "safety numbers.") },
  { "not_found", N_ ("There is no such thing.") },
  { "io", N_ ("A file could not be read or written.") },
  { "declined", N_ ("The file was declined.") },
  { "too_big_file", N_ ("The file is too big.") },
  { "no_space", N_ ("There is no room for the file.") },
  { "cancelled", N_ ("The transfer was cancelled.") },
  { "damaged", N_ ("The file was damaged on its way.") },
  { "too_many", N_ ("Too many files are offered at once.") },
  { "mismatch", N_ ("The safety numbers differ.") },
};

const char *
sotto_sentence (const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    {
      if (g_str_equal (sentences[i].code, code))
        return _ (sentences[i].text);
    }
  return _ ("Something went wrong.");
}
