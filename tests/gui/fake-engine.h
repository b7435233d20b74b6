// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * An engine without a network, with the real one's header: a test links this file instead and says
 * itself what happens. What it was told is kept as lines ("send bob hello").
 */
#pragma once

#include "shared/client/engine.h"

/* The one made last and still alive; NULL when there is none. */
SottoEngine *sotto_fake_engine_get_last (void);
void sotto_fake_engine_emit (SottoEngine *self, const SottoEvent *event);
/* The lines since the last call, joined by "; ". Caller frees. */
char *sotto_fake_engine_take_log (SottoEngine *self);
/* An id that is its number. */
SottoId sotto_fake_engine_id (guint number);
/* One more message of the history, whose places count from 1. Of one person only. */
void sotto_fake_engine_remember (SottoEngine *self,
                                 const char *peer,
                                 bool own,
                                 const char *text,
                                 gint64 sent_ms);
void sotto_fake_engine_remember_file (SottoEngine *self,
                                      const char *peer,
                                      bool own,
                                      const SottoHistoryFile *file,
                                      gint64 sent_ms);
SottoId sotto_fake_engine_remember_remark (SottoEngine *self,
                                           const char *peer,
                                           SottoRemark remark,
                                           gint64 sent_ms);
void sotto_fake_engine_set_unread (SottoEngine *self, guint n);
void sotto_fake_engine_set_locked_history (SottoEngine *self, bool locked);
/* Of anybody. */
void sotto_fake_engine_set_last_seen (SottoEngine *self, gint64 unix_ms);
/* What sotto_engine_get_channel_info says of anybody. */
void sotto_fake_engine_set_channel_info (SottoEngine *self, const SottoChannelInfo *info);
