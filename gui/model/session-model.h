// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Who we are, on which server, and whether it answers; and the two errands of an account: changing
 * its password and deleting it. Signal "changed" when anything below did.
 */
#pragma once

#include <glib-object.h>
#include <stdbool.h>

#define SOTTO_TYPE_SESSION_MODEL (sotto_session_model_get_type ())
G_DECLARE_FINAL_TYPE (SottoSessionModel, sotto_session_model, SOTTO, SESSION_MODEL, GObject)

typedef enum
{
  SOTTO_LINK_UP,      /* the server answers */
  SOTTO_LINK_TRYING,  /* an attempt is running */
  SOTTO_LINK_WAITING, /* lost; the next attempt is at get_retry_at */
  SOTTO_LINK_ENDED    /* over for good: get_notice says why; log in again */
} SottoLink;

typedef enum
{
  SOTTO_ERRAND_NONE,
  SOTTO_ERRAND_RUNNING,
  SOTTO_ERRAND_DONE,
  SOTTO_ERRAND_FAILED /* get_errand_error says why */
} SottoErrand;

/* What was kept here under an earlier password, which the present one does not open. */
typedef enum
{
  SOTTO_OLD_HISTORY_NONE,
  SOTTO_OLD_HISTORY_LOCKED,      /* since an earlier login */
  SOTTO_OLD_HISTORY_LOCKED_NOW,  /* since this one: nobody can know it yet */
  SOTTO_OLD_HISTORY_LOCKED_KNOWN /* and they know */
} SottoOldHistory;

SottoSessionModel *sotto_session_model_new (void);

const char *sotto_session_model_get_username (SottoSessionModel *self); /* NULL when logged out */
const char *sotto_session_model_get_server (SottoSessionModel *self);   /* NULL when unknown */
void sotto_session_model_set_username (SottoSessionModel *self, const char *username);
void sotto_session_model_set_server (SottoSessionModel *self, const char *server);

SottoOldHistory sotto_session_model_get_old_history (SottoSessionModel *self);
void sotto_session_model_set_old_history (SottoSessionModel *self, SottoOldHistory old);

SottoLink sotto_session_model_get_link (SottoSessionModel *self);
gint64 sotto_session_model_get_retry_at (SottoSessionModel *self);    /* monotonic µs */
const char *sotto_session_model_get_notice (SottoSessionModel *self); /* NULL when all is well */
void sotto_session_model_set_link (SottoSessionModel *self,
                                   SottoLink state,
                                   gint64 retry_at,
                                   const char *notice);

SottoErrand sotto_session_model_get_errand (SottoSessionModel *self);
const char *sotto_session_model_get_errand_error (SottoSessionModel *self);
void
sotto_session_model_set_errand (SottoSessionModel *self, SottoErrand errand, const char *error);
