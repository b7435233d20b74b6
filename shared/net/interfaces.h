// SPDX-License-Identifier: GPL-3.0-or-later
/* Which addresses of this machine a bound socket may be reached at. */
#pragma once

#include "shared/base/types.h"

/* A bound address is itself; a wildcard stands for the addresses of its family on the interfaces
 * that are up, never link-local ones. */
gsize sotto_interfaces_resolve (const SottoAddr *bound, SottoAddr *out, gsize max);
/* Whether this address (its port does not matter) is one of this machine's now. */
bool sotto_interfaces_have (const SottoAddr *addr);
/* Private ones first, then public ones, loopback last; else as they came. */
void sotto_interfaces_sort (SottoAddr *addrs, gsize n);
