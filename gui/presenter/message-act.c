// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/presenter/message-act.h"
#include <string.h>

typedef struct
{
  SottoEngine *engine;
  SottoChat *chat;
  const char *peer;
  SottoBubble *bubble;
  bool has_id;
  SottoId id;
} Act;

/* A message the engine never queued is said once more. */
static void
retry (const Act *act, const char *text)
{
  if (act->has_id)
    {
      sotto_chat_set_state (act->chat, act->bubble, SOTTO_BUBBLE_QUEUED);
      sotto_engine_retry_message (act->engine, act->peer, &act->id);
      return;
    }
  sotto_chat_requeue (act->chat, act->bubble);
  sotto_engine_send (act->engine, act->peer, sotto_bubble_get_text (act->bubble));
}

static void
edit (const Act *act, const char *text)
{
  if (!act->has_id || strcmp (text, sotto_bubble_get_text (act->bubble)) == 0)
    return;
  sotto_bubble_edit (act->bubble, text);
  sotto_engine_edit (act->engine, act->peer, &act->id, text);
}

static void delete (const Act *act, const char *text)
{
  if (!act->has_id)
    return;
  sotto_bubble_delete (act->bubble);
  sotto_engine_delete (act->engine, act->peer, &act->id);
}

/* The same one again takes it back. */
static void
react (const Act *act, const char *text)
{
  const char *now = sotto_bubble_get_reaction (act->bubble, true);
  const char *reaction = strcmp (now, text) == 0 ? "" : text;

  if (!act->has_id)
    return;
  sotto_bubble_set_reaction (act->bubble, true, reaction);
  sotto_engine_react (act->engine, act->peer, &act->id, reaction);
}

/* It waits for its next bytes from now on, and there is nothing to decide any more. */
static void
accept_file (const Act *act, const char *text)
{
  SottoFilePart *file = sotto_bubble_get_file (act->bubble);

  if (!act->has_id)
    return;
  sotto_file_part_move (file, sotto_file_part_get_done (file), g_get_monotonic_time ());
  sotto_engine_accept_file (act->engine, &act->id);
}

static void
pause_file (const Act *act, const char *text)
{
  if (act->has_id)
    sotto_engine_pause_file (act->engine, &act->id);
}

static void
refuse_file (const Act *act, const char *text)
{
  if (act->has_id)
    sotto_engine_refuse_file (act->engine, &act->id);
}

static const struct
{
  const char *name;
  void (*run) (const Act *act, const char *text);
} acts[] = {
  { "retry", retry },
  { "edit", edit },
  { "delete", delete },
  { "react", react },
  { "accept-file", accept_file },
  { "pause-file", pause_file },
  { "refuse-file", refuse_file },
};

void
sotto_message_act (SottoEngine *engine,
                   SottoChat *chat,
                   SottoBubble *bubble,
                   const char *action,
                   const char *text)
{
  Act act = { .engine = engine,
              .chat = chat,
              .peer = sotto_person_get_name (sotto_chat_get_person (chat)),
              .bubble = bubble };

  act.has_id = sotto_bubble_get_id (bubble, &act.id);
  for (gsize i = 0; i < G_N_ELEMENTS (acts); i++)
    if (strcmp (acts[i].name, action) == 0)
      acts[i].run (&act, text);
}
