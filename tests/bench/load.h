// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Many clients of one server in one thread, from 127.0.0.0/8: they log in with tickets made from
 * the server's own key, or with the one password that all accounts of the house have. Everything
 * they get is opened and its counter checked, as a real client would.
 */
#pragma once

#include "server/config.h"
#include "server/server-key.h"
#include "shared/wire/login.h"
#include "shared/wire/record.h"

typedef struct _Load Load;
typedef struct _LoadClient LoadClient;

typedef enum
{
  LOAD_RESUME,
  LOAD_LOGIN,
  LOAD_WRONG_LOGIN /* a password that nobody has */
} LoadWay;

/* Each may be NULL. The client may be closed in them. */
typedef struct
{
  void (*ready) (LoadClient *client);
  void (*record) (LoadClient *client, const SottoRecord *record);
  /* Its end, unless we closed it: the code of FAIL, RESULT or BYE, OK when there was none. */
  void (*gone) (LoadClient *client, SottoCode code);
} LoadEvents;

struct _LoadClient
{
  Load *load;
  const LoadEvents *events;
  LoadWay way;
  guint user;
  int fd; /* -1 = closed */
  guint64 serial;
  bool is_ready;
  gint64 began; /* microseconds */
  gint64 sent;  /* for the row's use, as is tag */
  guint64 tag;
  SottoCode last;
  SottoSessionKeys *keys; /* while it logs in */
  SottoSealer incoming;
  SottoSealer outgoing;
  GByteArray *partial; /* NULL unless a frame came in part */
};

struct _Load
{
  SottoServerConfig *config;
  SottoServerKey *key;
  pid_t server; /* 0 = unknown: nothing is said of its CPU and memory */
  int epoll;
  guint first_source; /* addresses to come from */
  guint n_sources;
  guint next_source;
  guint64 next_serial; /* of connections */
  guint64 n_failed;
  struct LoadKeys *ephemerals;
  GByteArray *out;
};

Load *load_new (const char *config_path, pid_t server, GError **error);
void load_free (Load *self);

/* The house: accounts u0, u1, … of one password, as the server's own file. */
bool load_make_accounts (Load *self, guint n, guint cost, GError **error);
SottoName load_user_name (guint user);
const SottoKey *load_password (void);

/* Connects; the client's memory is the caller's and is kept from one use to the next. */
void load_client_open (Load *self,
                       LoadClient *client,
                       guint user,
                       LoadWay way,
                       const LoadEvents *events);
void load_client_close (LoadClient *client);
/* Several records share one write. */
void load_client_queue (LoadClient *client, const SottoRecord *record);
void load_client_flush (LoadClient *client);
void load_client_send (LoadClient *client, const SottoRecord *record);

/* A connected socket that says nothing by itself; non-blocking. */
int load_connect (Load *self);
/* Handles what comes within that time; returns as soon as something came, and whether. */
bool load_poll (Load *self, int timeout_ms);
/* Until the server has told everybody of those who came before. */
void load_settle (Load *self);
/* Until *count reaches n, or false when nothing came for 30 s. */
bool load_poll_until (Load *self, const guint64 *count, guint64 n);
/* Opens clients 0..n-1 for users first.., at most `at_once` under way, until all are READY. */
bool load_open_all (Load *self,
                    LoadClient *clients,
                    guint n,
                    guint first_user,
                    guint at_once,
                    const LoadEvents *events);

gint64 load_now (void);                    /* microseconds */
double load_server_cpu (const Load *self); /* seconds of all its threads */
long load_server_rss (const Load *self);   /* KiB */

/* Samples, to be asked for quantiles. */
typedef struct
{
  GArray *values; /* gint64 */
} LoadSamples;

LoadSamples load_samples_new (void);
void load_samples_add (LoadSamples *self, gint64 value);
gint64 load_samples_quantile (LoadSamples *self, double q);
void load_samples_clear (LoadSamples *self);
