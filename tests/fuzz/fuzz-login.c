// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The handshake. The first byte says what the rest is: a frame (HELLO, LOGIN, RESUME, FAIL,
 * RESULT), or a plaintext that is sealed first, for no fuzzer guesses a MAC.
 */
#include "shared/wire/login.h"

#include "tests/fuzz/target.h"

#define PLAIN_MAX 1024

static const SottoKey key = { { 1, 2, 3 } };
static const SottoFernetNonce nonce = { .time = 1 };

static void
try_frame (const uint8_t *data, size_t n)
{
  g_autoptr (GByteArray) again = g_byte_array_new ();
  SottoFrame frame;
  SottoHello hello;
  SottoLoginFrame login;
  SottoCode code;
  uint16_t retry_s;
  gsize used;

  if (sotto_frame_next (data, n, SOTTO_FRAME_FROM_SERVER_MAX, &frame, &used) != SOTTO_OK
      || used == 0)
    return;
  if (frame.type == SOTTO_FRAME_HELLO && sotto_hello_decode (&frame, &hello) == SOTTO_OK)
    sotto_hello_append (again, &hello);
  if (sotto_fail_decode (&frame, &code, &retry_s) == SOTTO_OK)
    sotto_fail_append (again, code, retry_s);
  if (again->len > 0)
    assert_same (again->data, again->len, data, used);
  if (sotto_login_parse (&frame, &key, &login) == SOTTO_OK)
    g_assert_cmpuint (login.n_head + login.n_token, ==, frame.n_frame);
}

static void
try_bodies (const char *token, gsize n_token, bool resume)
{
  const SottoLoginKeys keys = { .k0 = key };
  const SottoLoginFrame frame = { .resume = resume, .token = token, .n_token = n_token };
  SottoLoginBody body;
  SottoResumeBody resume_body;

  if (!resume && sotto_login_open (&frame, &keys, &body) == SOTTO_OK)
    g_assert_true (body.n_name <= SOTTO_NAME_MAX && body.name[body.n_name] == '\0'
                   && body.n_invite <= SOTTO_INVITE_MAX && body.invite[body.n_invite] == '\0');
  if (resume && sotto_resume_open (&frame, &keys, &resume_body) == SOTTO_OK)
    g_assert_cmpuint (strlen (resume_body.name.str), >, 0);
}

static void
try_result (const SottoFernetKey *fernet, const char *token, gsize n_token)
{
  g_autoptr (GByteArray) framed = g_byte_array_new ();
  g_autoptr (GByteArray) again = g_byte_array_new ();
  SottoFrame frame;
  SottoResult result;
  gsize used;

  sotto_frame_append (framed, SOTTO_FRAME_RESULT, token, n_token);
  sotto_frame_next (framed->data, framed->len, SOTTO_FRAME_READY_MAX, &frame, &used);
  if (sotto_result_open (&frame, fernet, &result) != SOTTO_OK)
    return;
  sotto_result_append (again, fernet, &result, &nonce);
  assert_same (again->data, again->len, framed->data, framed->len);
}

static void
try_ticket (const uint8_t *plain, gsize n)
{
  char text[2 * PLAIN_MAX], again[SOTTO_TICKET_TEXT_SIZE];
  gsize n_text = sotto_fernet_text_len (n);
  SottoFernetKey slot = { 0 };
  SottoTicket ticket;
  SottoKey tk;

  sotto_ticket_key (&key, 0, &tk);
  sotto_fernet_key_init (&slot, &tk);
  sotto_fernet_seal_text (&slot, &nonce, plain, n, text);
  sotto_fernet_key_clear (&slot);
  if (sotto_ticket_open (&key, 0, text, n_text, &ticket) == SOTTO_OK)
    assert_same (again, sotto_ticket_seal (&key, 0, &ticket, &nonce, again), text, n_text);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
  char token[2 * PLAIN_MAX];
  SottoFernetKey fernet = { 0 };

  if (n == 0 || n > PLAIN_MAX)
    return 0;
  if (data[0] % 5 == 0)
    {
      try_frame (data + 1, n - 1);
      return 0;
    }
  if (data[0] % 5 == 4)
    {
      try_ticket (data + 1, n - 1);
      return 0;
    }
  sotto_fernet_key_init (&fernet, &key);
  sotto_fernet_seal_text (&fernet, &nonce, data + 1, n - 1, token);
  if (data[0] % 5 == 3)
    try_result (&fernet, token, sotto_fernet_text_len (n - 1));
  else
    try_bodies (token, sotto_fernet_text_len (n - 1), data[0] % 5 == 2);
  sotto_fernet_key_clear (&fernet);
  return 0;
}
