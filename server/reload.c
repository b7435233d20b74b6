// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/reload.h"

#include "server/journal.h"
#include "server/server-key.h"
#include <string.h>

#define SWAP(field)                                                                                \
  do                                                                                               \
    {                                                                                              \
      __typeof__ (running->field) kept = running->field;                                           \
      running->field = fresh->field;                                                               \
      fresh->field = kept;                                                                         \
    }                                                                                              \
  while (0)

static void
note_if_changed (GPtrArray *later, const char *key, bool changed)
{
  if (!changed)
    return;
  sotto_journal_warning ("`%s` has changed, but takes effect only after a restart", key);
  g_ptr_array_add (later, (char *)key);
}

/* Sockets are bound, keys loaded, the store open and the realm hashed into every password. */
static GPtrArray *
note_what_stays (const SottoServerConfig *running, const SottoServerConfig *fresh)
{
  GPtrArray *later = g_ptr_array_new ();
  const struct
  {
    const char *key;
    const char *old;
    const char *new;
  } texts[] = {
    { "server_address", running->server_address, fresh->server_address },
    { "server_certificate", running->server_certificate, fresh->server_certificate },
    { "server_privateKey", running->server_private_key, fresh->server_private_key },
    { "data_base", running->data_base, fresh->data_base },
    { "realm", running->realm, fresh->realm },
    { "control_socket", running->control_socket, fresh->control_socket },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    note_if_changed (later, texts[i].key, g_strcmp0 (texts[i].old, texts[i].new) != 0);
  note_if_changed (later, "server_port", running->server_port != fresh->server_port);
  note_if_changed (later, "udp_port", running->udp_port != fresh->udp_port);
  return later;
}

void
sotto_reload_note_key (GPtrArray *later,
                       const SottoServerKey *running,
                       const SottoServerConfig *fresh)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SottoServerKey) key = sotto_server_key_load (fresh, &error);

  if (key == NULL)
    sotto_journal_warning ("this server goes on, but would not start again: %s", error->message);
  if (g_ptr_array_find_with_equal_func (later, "server_privateKey", g_str_equal, NULL))
    return;
  note_if_changed (
      later, "server_privateKey",
      key == NULL || memcmp (&key->fingerprint, &running->fingerprint, sizeof (SottoKey)) != 0);
}

GPtrArray *
sotto_reload_config (SottoServerConfig *running, SottoServerConfig *fresh)
{
  GPtrArray *later = note_what_stays (running, fresh);

  SWAP (public_address);
  SWAP (signup);
  SWAP (bcrypt_cost);
  SWAP (relay);
  SWAP (exempt_sources);
  SWAP (logins);
  SWAP (signups);
  SWAP (key_requests);
  SWAP (password_changes);
  SWAP (records);
  SWAP (relay_rate);
  SWAP (unauthenticated);
  SWAP (sessions);
  SWAP (queue);
  sotto_journal_info ("configuration reloaded");
  return later;
}
