// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a person can do with one message: try it again, edit, delete, react. Each by the name the
 * views give it; the model shows it at once, and the engine takes it to the other side.
 */
#pragma once

#include "gui/model/chat.h"
#include "shared/client/engine.h"

/* text: new words of "edit", the reaction of "react", else NULL. */
void sotto_message_act (SottoEngine *engine,
                        SottoChat *chat,
                        SottoBubble *bubble,
                        const char *action,
                        const char *text);
