// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the engine and the files in the chats: what is offered, how far it is and how it ended.
 * A file that cannot be offered at all is shown as one that failed.
 */
#pragma once

#include "gui/presenter/conversation-presenter.h"
#include <gdk-pixbuf/gdk-pixbuf.h>

#define SOTTO_TYPE_FILE_PRESENTER (sotto_file_presenter_get_type ())
G_DECLARE_FINAL_TYPE (SottoFilePresenter, sotto_file_presenter, SOTTO, FILE_PRESENTER, GObject)

SottoFilePresenter *sotto_file_presenter_new (SottoEngine *engine,
                                              SottoConversationPresenter *conversations);

void sotto_file_presenter_offer (SottoFilePresenter *self, SottoChat *chat, const char *path);
void
sotto_file_presenter_offer_picture (SottoFilePresenter *self, SottoChat *chat, GdkPixbuf *picture);
