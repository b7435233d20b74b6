// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the application's files share: application.c puts the parts together and answers to the
 * desktop, application-window.c shows the one window that fits.
 */
#pragma once

#include "gui/application.h"
#include "gui/contact-actions.h"
#include "gui/desktop/desktop.h"
#include "gui/desktop/look-watch.h"
#include "gui/history-actions.h"
#include "gui/identity-actions.h"
#include "gui/lock-actions.h"
#include "gui/presenter/conversation-presenter.h"
#include "gui/presenter/file-presenter.h"
#include "gui/presenter/login-presenter.h"
#include "gui/presenter/people-presenter.h"
#include "gui/presenter/session-presenter.h"
#include "gui/search-actions.h"
#include "gui/security-actions.h"

struct _SottoApplication
{
  GtkApplication parent_instance;
  const SottoOptions *options;
  SottoEngine *engine;
  SottoLoginModel *login;
  SottoSessionModel *session;
  SottoPeople *people;
  SottoLoginPresenter *login_presenter;
  SottoSessionPresenter *session_presenter;
  SottoPeoplePresenter *people_presenter;
  SottoConversationPresenter *conversation_presenter;
  SottoSecurityActions *security;
  SottoHistoryActions *history;
  SottoContactActions *contacts;
  SottoIdentityActions *identity;
  SottoSearchActions *search;
  SottoLockActions *lock;
  SottoFilePresenter *file_presenter;
  SottoDesktop *desktop;
  SottoLookWatch *looks;
  GtkWindow *window; /* the one that is open, weak */
  char *behind;      /* whose conversation comes back when the lock is opened */
  bool activated;
  bool hidden; /* no window yet, as --background asked */
  guint swap;
  guint dress;
  guint terminate;
};

/* For who is not logged in, for who locked it, or the main one. */
void sotto_application_open_window (SottoApplication *self);
/* Soon another one, if this one does not fit any more. */
void sotto_application_swap_window (SottoApplication *self);
void sotto_application_set_title (SottoApplication *self);
/* Nothing where no main window is open. */
void sotto_application_open_chat (SottoApplication *self, const char *name);
