// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the engine and the files in the chats: what is offered, how far it is and how it ended.
 * A file that cannot be offered at all is shown as one that failed. A pasted picture is a file of
 * our own for as long as it is offered.
 */
#pragma once

#include "gui/presenter/conversation-presenter.h"
#include <gdk-pixbuf/gdk-pixbuf.h>

#define SOTTO_TYPE_FILE_PRESENTER (sotto_file_presenter_get_type ())
G_DECLARE_FINAL_TYPE (SottoFilePresenter, sotto_file_presenter, SOTTO, FILE_PRESENTER, GObject)

/* paste_folder: where pasted pictures lie meanwhile; see pasted.h. */
SottoFilePresenter *sotto_file_presenter_new (SottoEngine *engine,
                                              SottoConversationPresenter *conversations,
                                              const char *paste_folder);

void sotto_file_presenter_offer (SottoFilePresenter *self, SottoChat *chat, const char *path);
void
sotto_file_presenter_offer_picture (SottoFilePresenter *self, SottoChat *chat, GdkPixbuf *picture);
