// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What becomes of a message that is in a chat: how far an own one got, and what was changed of it
 * by them. Events about anything else do nothing.
 */
#pragma once

#include "gui/model/chat.h"
#include "shared/client/engine.h"

void sotto_message_news (SottoChat *chat, const SottoEvent *event);
