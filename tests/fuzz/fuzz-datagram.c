// SPDX-License-Identifier: GPL-3.0-or-later
/* A datagram as it came, and what may stand in one: each kind's body, and a packet's frames. */
#include "shared/wire/datagram.h"

#include "shared/wire/packet.h"
#include "tests/fuzz/target.h"

#define TRY_BODY(name, Type)                                                                       \
  static void try_##name (const uint8_t *plain, gsize n)                                           \
  {                                                                                                \
    uint8_t again[SOTTO_PLAIN_MAX] = { 0 };                                                        \
    Type body;                                                                                     \
                                                                                                   \
    if (!sotto_##name##_decode (plain, n, &body))                                                  \
      return;                                                                                      \
    sotto_##name##_encode (&body, again);                                                          \
    assert_same (again, n, plain, n);                                                              \
  }

TRY_BODY (bind, SottoBind)
TRY_BODY (bound, SottoBound)
TRY_BODY (init, SottoInit)
TRY_BODY (resp, SottoResp)
TRY_BODY (probe, SottoProbe)

static void
try_packet (const uint8_t *plain, gsize n)
{
  SottoReader in = SOTTO_READER (plain, n);
  SottoPacketFrame frame;
  bool end = false;

  sotto_read_u64 (&in);
  for (const uint8_t *at = in.data;
       !in.failed && sotto_packet_frame_read (&in, &frame, &end) == SOTTO_OK && !end; at = in.data)
    {
      uint8_t again[SOTTO_PLAIN_MAX];
      SottoWriter out = SOTTO_WRITER (again, sizeof again);

      sotto_packet_frame_write (&out, &frame);
      g_assert_false (out.failed);
      g_assert_cmpuint (sotto_packet_frame_len (&frame), ==, out.n);
      assert_same (again, out.n, at, (gsize)(in.data - at));
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
  SottoDatagramHeader header;

  if (sotto_datagram_header (data, n, &header))
    g_assert_true (sotto_datagram_is_size (n));
  if (n > SOTTO_PLAIN_MAX)
    return 0;
  try_bind (data, n);
  try_bound (data, n);
  try_init (data, n);
  try_resp (data, n);
  try_probe (data, n);
  try_packet (data, n);
  return 0;
}
