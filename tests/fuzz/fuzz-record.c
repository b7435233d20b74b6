// SPDX-License-Identifier: GPL-3.0-or-later
/* The plaintext of a SEALED frame. */
#include "shared/wire/record.h"

#include "tests/fuzz/target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
  uint8_t again[SOTTO_FRAME_READY_MAX];
  SottoRecord record;
  uint64_t counter;

  if (n <= sizeof again && sotto_record_decode (data, n, &counter, &record) == SOTTO_OK)
    assert_same (again, sotto_record_encode (&record, counter, again, sizeof again), data, n);
  return 0;
}
