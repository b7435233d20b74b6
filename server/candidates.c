// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/candidates.h"

#include "server/session.h"
#include "shared/base/text.h"

static bool
contains (const SottoAddr *addrs, guint n, const SottoAddr *addr)
{
  for (guint i = 0; i < n; i++)
    if (sotto_addr_equal (&addrs[i], addr))
      return true;
  return false;
}

guint
sotto_candidates_accept (const SottoAddr *declared,
                         guint n,
                         const SottoAddr *remote,
                         SottoAddr out[static SOTTO_ADDRESS_MAX])
{
  guint kept = 0;

  for (guint i = 0; i < n && kept < SOTTO_ADDRESS_MAX; i++)
    if (sotto_addr_is_private (&declared[i]) || sotto_addr_same_ip (&declared[i], remote))
      out[kept++] = declared[i];
  return kept;
}

static guint
add (const SottoSession *receiver, const SottoAddr *addr, SottoAddr *out, guint n)
{
  if (sotto_addr_is_loopback (addr) && !sotto_addr_is_loopback (&receiver->remote))
    return n;
  if (n >= SOTTO_CANDIDATE_MAX || contains (out, n, addr))
    return n;
  out[n] = *addr;
  return n + 1;
}

guint
sotto_candidates_for (const SottoSession *owner,
                      const SottoSession *receiver,
                      SottoAddr out[static SOTTO_CANDIDATE_MAX])
{
  guint n = 0;

  /* An address that somebody else's datagrams could have named is not told. */
  if (owner->bound.family != 0 && sotto_addr_same_ip (&owner->bound, &owner->remote))
    n = add (receiver, &owner->bound, out, n);
  if (sotto_addr_same_ip (&owner->remote, &receiver->remote)
      || sotto_addr_is_loopback (&owner->remote))
    for (guint i = 0; i < owner->n_declared; i++)
      n = add (receiver, &owner->declared[i], out, n);
  return n;
}
