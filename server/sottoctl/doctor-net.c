// SPDX-License-Identifier: GPL-3.0-or-later
/* The checks that go the way of a client: to the TCP port, to the UDP port, by the public name. */
#include "server/sottoctl/doctor.h"

#include "server/listener.h"
#include "server/sottoctl/doctor-knock.h"
#include "shared/base/text.h"
#include <string.h>

/* What a client on this machine connects to where the server listens on every address. */
static const char *
local_for (const char *address)
{
  if (g_str_equal (address, "0.0.0.0"))
    return "127.0.0.1";
  return g_str_equal (address, "::") ? "::1" : address;
}

static guint
count_addresses (const SottoDoctor *self)
{
  JsonNode *node = self->status != NULL ? json_object_get_member (self->status, "addresses") : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node)
             ? json_array_get_length (json_node_get_array (node))
             : 0;
}

static const char *
get_address (const SottoDoctor *self, guint i)
{
  return json_array_get_string_element (json_object_get_array_member (self->status, "addresses"),
                                        i);
}

/* ---- TCP ---- */

static void
check_tcp_at (SottoDoctor *self, const char *address)
{
  guint16 port = (guint16)sotto_doctor_status_int (self, "port");
  const char *fingerprint = sotto_doctor_status_text (self, "fingerprint");
  g_autofree char *wrong = sotto_doctor_knock_tcp (address, port, fingerprint);

  if (wrong == NULL)
    sotto_doctor_find (self, SOTTO_FINDING_OK, "tcp", NULL, "%s port %u answers as this server",
                       address, port);
  else
    sotto_doctor_find (self, SOTTO_FINDING_FAIL, "tcp",
                       "look for a rule of the firewall: nft list ruleset", "%s port %u: %s",
                       address, port, wrong);
}

static void
check_is_free (SottoDoctor *self, SottoAddr addr, guint16 port, GSocketType type, const char *name)
{
  addr.port = port;
  g_autofree char *wrong = sotto_doctor_try_port (&addr, type);
  g_autofree char *ip = sotto_addr_ip_to_string (&addr);
  g_autofree char *fix =
      g_strdup_printf ("ss -tulnp 'sport = :%u' says who has it: end that, or change %s", port,
                       port == self->config->udp_port ? "udp_port" : "server_port");

  if (wrong != NULL)
    sotto_doctor_find (self, SOTTO_FINDING_FAIL, name, fix, "%s port %u cannot be had: %s", ip,
                       port, wrong);
}

/* While no server runs: whether somebody else has its place. */
static void
check_place (SottoDoctor *self)
{
  const SottoServerConfig *config = self->config;
  g_autoptr (GArray) addresses = sotto_listener_resolve (config->server_address, NULL);
  guint16 udp_port = config->udp_port != 0 ? config->udp_port : config->server_port;

  if (addresses == NULL)
    sotto_doctor_find (self, SOTTO_FINDING_FAIL, "tcp", "mend server_address in the configuration",
                       "server_address %s is no address and no known name", config->server_address);
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      const SottoAddr *addr = &g_array_index (addresses, SottoAddr, i);

      check_is_free (self, *addr, config->server_port, G_SOCKET_TYPE_STREAM, "tcp");
      check_is_free (self, *addr, udp_port, G_SOCKET_TYPE_DATAGRAM, "udp");
    }
}

void
sotto_doctor_check_tcp (SottoDoctor *self)
{
  if (self->status == NULL && self->config != NULL)
    check_place (self);
  for (guint i = 0; i < count_addresses (self); i++)
    check_tcp_at (self, local_for (get_address (self, i)));
}

/* ---- UDP ---- */

/* Of what is no BIND the server counts each datagram; -1 when it does not say. */
static gint64
count_dropped (SottoDoctor *self)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)json_node_unref);
  SottoCtlRefusal refusal = { 0 };
  JsonObject *request = json_object_new ();
  gint64 value = -1;

  json_object_set_string_member (request, "command", "metrics");
  g_autoptr (JsonNode) node =
      sotto_ctl_connection_ask (self->connection, request, NULL, rows, &refusal);
  json_object_unref (request);
  sotto_ctl_refusal_clear (&refusal);
  if (node == NULL)
    return -1;
  JsonArray *metrics = json_object_get_array_member (json_node_get_object (node), "metrics");
  for (guint i = 0; metrics != NULL && i < json_array_get_length (metrics); i++)
    {
      JsonObject *metric = json_array_get_object_element (metrics, i);
      const char *name = "";

      if (sotto_json_get_string (metric, "name", &name)
          && g_str_equal (name, "sotto_datagrams_dropped_total"))
        sotto_json_get_int (metric, "value", &value);
    }
  return value;
}

/* The server answers nobody whom it does not know. But it counts what it drops. */
static bool
arrives (SottoDoctor *self, const char *address, guint16 port)
{
  gint64 before = count_dropped (self);

  for (guint tries = 0; before >= 0 && tries < 10; tries++)
    {
      sotto_doctor_knock_udp (address, port);
      g_usleep (50 * 1000);
      if (count_dropped (self) > before)
        return true;
    }
  return false;
}

void
sotto_doctor_check_udp (SottoDoctor *self)
{
  guint16 port = (guint16)sotto_doctor_status_int (self, "udp_port");

  for (guint i = 0; i < count_addresses (self); i++)
    {
      const char *address = local_for (get_address (self, i));

      if (arrives (self, address, port))
        sotto_doctor_find (self, SOTTO_FINDING_OK, "udp", NULL,
                           "datagrams to %s port %u arrive at the server", address, port);
      else
        sotto_doctor_find (self, SOTTO_FINDING_FAIL, "udp",
                           "look for a rule of the firewall: nft list ruleset",
                           "datagrams to %s port %u do not arrive at the server", address, port);
    }
}

/* ---- From elsewhere ---- */

static bool
only_loopback (const SottoDoctor *self)
{
  guint n = count_addresses (self);

  for (guint i = 0; i < n; i++)
    {
      SottoAddr addr;

      if (!sotto_addr_from_string (get_address (self, i), 1, &addr)
          || !sotto_addr_is_loopback (&addr))
        return false;
    }
  return n > 0;
}

static void
check_public (SottoDoctor *self, const char *host, guint16 port)
{
  g_autofree char *wrong =
      sotto_doctor_knock_tcp (host, port, sotto_doctor_status_text (self, "fingerprint"));

  if (wrong == NULL)
    sotto_doctor_find (self, SOTTO_FINDING_OK, "public", NULL, "%s port %u leads to this server",
                       host, port);
  else
    sotto_doctor_find (self, SOTTO_FINDING_WARN, "public",
                       "try from another network: many routers do not let a name lead back to "
                       "where it is asked from. If it fails there too, forward the port and look "
                       "at the name's address",
                       "from here %s port %u does not lead to this server: %s", host, port, wrong);
}

void
sotto_doctor_check_reach (SottoDoctor *self)
{
  guint16 port = (guint16)sotto_doctor_status_int (self, "port");
  guint16 udp_port = (guint16)sotto_doctor_status_int (self, "udp_port");

  if (self->status == NULL || self->config == NULL)
    return;
  if (self->config->public_address != NULL)
    check_public (self, self->config->public_address, port);
  if (only_loopback (self))
    sotto_doctor_find (self, SOTTO_FINDING_WARN, "reach",
                       "server_address: \"::\" and public_address in the configuration, then "
                       "restart",
                       "only programs on this machine can reach the server");
  else
    sotto_doctor_find (self, SOTTO_FINDING_NOTE, "reach",
                       "let both through every firewall and router on the way",
                       "people from elsewhere need TCP port %u and UDP port %u", port, udp_port);
}
