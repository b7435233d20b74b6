// SPDX-License-Identifier: GPL-3.0-or-later
/* Any bytes of stream 0. */
#include "shared/wire/message.h"

#include "tests/fuzz/target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
  g_autoptr (GByteArray) again = g_byte_array_new ();
  SottoMessage message;
  bool known;
  gsize used;

  while (sotto_message_next (data, n, &message, &used, &known) == SOTTO_OK && used > 0)
    {
      g_assert_cmpuint (used, <=, n);
      g_byte_array_set_size (again, 0);
      if (known)
        {
          sotto_message_append (again, &message);
          assert_same (again->data, again->len, data, used);
        }
      data += used;
      n -= used;
    }
  return 0;
}
