// SPDX-License-Identifier: GPL-3.0-or-later
/* Any bytes from the control connection. */
#include "shared/wire/frame.h"

#include "shared/base/limits.h"
#include "tests/fuzz/target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
  g_autoptr (GByteArray) again = g_byte_array_new ();
  SottoFrame frame;
  gsize used;

  while (sotto_frame_next (data, n, SOTTO_FRAME_TO_SERVER_MAX, &frame, &used) == SOTTO_OK
         && used > 0)
    {
      g_assert_cmpuint (used, <=, n);
      g_byte_array_set_size (again, 0);
      sotto_frame_append (again, frame.type, frame.body, frame.n_body);
      assert_same (again->data, again->len, data, used);
      data += used;
      n -= used;
    }
  return 0;
}
