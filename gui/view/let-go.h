// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A destroyed widget may live on for as long as somebody holds it, and its models go on speaking.
 * It must not listen any more: what it would answer with is gone.
 */
#pragma once

#include <glib-object.h>

/* For dispose: drops the reference and every handler that has `self` as its data. */
#define sotto_widget_let_go(model_pointer, self)                                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (*(model_pointer) != NULL)                                                                  \
      g_signal_handlers_disconnect_by_data (*(model_pointer), (self));                             \
    g_clear_object (model_pointer);                                                                \
  }                                                                                                \
  G_STMT_END
