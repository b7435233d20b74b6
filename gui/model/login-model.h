// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the login window shows: a form, an attempt in progress, or a server met for the first time.
 * A sentence about what went wrong belongs to the field it is about. Holds no password.
 */
#pragma once

#include <glib-object.h>
#include <stdbool.h>

#define SOTTO_TYPE_LOGIN_MODEL (sotto_login_model_get_type ())
G_DECLARE_FINAL_TYPE (SottoLoginModel, sotto_login_model, SOTTO, LOGIN_MODEL, GObject)

typedef enum
{
  SOTTO_LOGIN_FORM,       /* waiting for a person */
  SOTTO_LOGIN_LOGGING_IN, /* Log In was pressed */
  SOTTO_LOGIN_SIGNING_UP, /* Sign Up was pressed */
  SOTTO_LOGIN_FIRST_USE,  /* is this the right server? */
  SOTTO_LOGIN_DONE
} SottoLoginStage;

typedef enum
{
  SOTTO_LOGIN_FIELD_SERVER,
  SOTTO_LOGIN_FIELD_USERNAME,
  SOTTO_LOGIN_FIELD_PASSWORD,
  SOTTO_LOGIN_FIELD_NONE, /* about the attempt, not about a field */
  SOTTO_LOGIN_N_FIELDS
} SottoLoginField;

/* Signals: "changed" when anything below did; "prefilled" when the texts of the entries should
 * become get_server and get_username. */
SottoLoginModel *sotto_login_model_new (void);

SottoLoginStage sotto_login_model_get_stage (SottoLoginModel *self);
void sotto_login_model_set_stage (SottoLoginModel *self, SottoLoginStage stage);

const char *sotto_login_model_get_error (SottoLoginModel *self,
                                         SottoLoginField field); /* or NULL */
void
sotto_login_model_set_error (SottoLoginModel *self, SottoLoginField field, const char *sentence);
void sotto_login_model_clear_errors (SottoLoginModel *self);

const char *sotto_login_model_get_server (SottoLoginModel *self);   /* never NULL */
const char *sotto_login_model_get_username (SottoLoginModel *self); /* never NULL */
/* NULL leaves the text as it is. */
void sotto_login_model_prefill (SottoLoginModel *self, const char *server, const char *username);

/* The file that the server must prove to have the certificate of; NULL = none was chosen. */
const char *sotto_login_model_get_certificate (SottoLoginModel *self);
void sotto_login_model_set_certificate (SottoLoginModel *self, const char *path);

/* Whether the password may be kept for next time; false where it cannot be. */
bool sotto_login_model_get_can_remember (SottoLoginModel *self);
bool sotto_login_model_get_remember (SottoLoginModel *self);
void sotto_login_model_set_can_remember (SottoLoginModel *self, bool can_remember);
void sotto_login_model_set_remember (SottoLoginModel *self, bool remember);

/* Of the server met for the first time. 64 hex digits. */
const char *sotto_login_model_get_fingerprint (SottoLoginModel *self);
const char *sotto_login_model_get_host (SottoLoginModel *self);
void
sotto_login_model_set_identity (SottoLoginModel *self, const char *host, const char *fingerprint);
