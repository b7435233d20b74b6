// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What changes an earlier message: a record of its own, queued and resent like a message. Whether
 * its target is there only the disk knows.
 */
#include "shared/client/engine-private.h"

#include "shared/base/text.h"
#include <string.h>

const char *
sotto_engine_refuse_peer (SottoEngine *self, const char *peer, SottoName *out_name)
{
  if (sotto_engine_get_username (self) == NULL)
    return SOTTO_CODE_NOT_AUTHENTICATED;
  if (!sotto_name_from_typed (peer, out_name))
    return sotto_code_to_name (SOTTO_BAD_NAME);
  if (g_str_equal (out_name->str, self->login.name.str))
    return sotto_code_to_name (SOTTO_SELF);
  return NULL;
}

const char *
sotto_engine_refuse_text (const char *text, gsize n, gsize max)
{
  if (n > max)
    return sotto_code_to_name (SOTTO_TOO_BIG);
  return sotto_text_is_valid (text, n) ? NULL : SOTTO_CODE_USAGE;
}

SottoEventType
sotto_engine_event_of (SottoMessageType kind)
{
  return kind == SOTTO_MESSAGE_EDIT     ? SOTTO_EVENT_EDITED
         : kind == SOTTO_MESSAGE_DELETE ? SOTTO_EVENT_DELETED
         : kind == SOTTO_MESSAGE_REACT  ? SOTTO_EVENT_REACTED
                                        : SOTTO_EVENT_MESSAGE;
}

/* --- Record and message --- */

void
sotto_engine_read_change (const SottoMessage *change,
                          SottoId *out_target,
                          const char **out_text,
                          gsize *out_n)
{
  bool edit = change->type == SOTTO_MESSAGE_EDIT;

  *out_text = NULL;
  *out_n = 0;
  if (change->type == SOTTO_MESSAGE_DELETE)
    {
      *out_target = change->delete.target;
      return;
    }
  *out_target = edit ? change->edit.target : change->react.target;
  *out_text = edit ? change->edit.text : change->react.reaction;
  *out_n = edit ? change->edit.n : change->react.n;
}

static SottoMessage
make_change (SottoMessageType kind, const SottoId *target, const char *text, gsize n)
{
  SottoMessage change = { .type = kind };

  if (kind == SOTTO_MESSAGE_EDIT)
    {
      change.edit.target = *target;
      change.edit.text = text;
      change.edit.n = n;
    }
  else if (kind == SOTTO_MESSAGE_REACT)
    {
      change.react.target = *target;
      change.react.reaction = text;
      change.react.n = n;
    }
  else
    change.delete.target = *target;
  return change;
}

GByteArray *
sotto_engine_body_of_change (const SottoHistoryRecord *record)
{
  GByteArray *body = g_byte_array_new ();
  SottoMessage change = make_change (record->kind, &record->target, record->text, record->n);

  sotto_message_append_body (body, &change);
  return body;
}

void
sotto_engine_reword (SottoContact *contact, const SottoHistoryRecord *change)
{
  if (change->kind != SOTTO_MESSAGE_REACT)
    sotto_outbox_reword (contact->outbox, &change->target, change->text, change->n);
}

/* --- A person's wishes --- */

static void
change (SottoEngine *self,
        const char *peer,
        SottoMessageType kind,
        const SottoId *target,
        const char *text,
        gsize max)
{
  gsize n = strlen (text);
  SottoName name = { 0 };
  const char *code = sotto_engine_refuse_peer (self, peer, &name);

  if (code == NULL)
    code = sotto_engine_refuse_text (text, n, max);
  if (code == NULL && sotto_engine_is_blocked (self, &name))
    code = sotto_code_to_name (SOTTO_UNAVAILABLE);
  if (code == NULL && sotto_engine_get_contact (self, &name, true) == NULL)
    code = sotto_code_to_name (SOTTO_QUOTA);
  if (code != NULL)
    {
      sotto_engine_emit_message_error (self, code, &name, target);
      return;
    }
  SottoMessage message = make_change (kind, target, text, n);
  sotto_random_fill (&self->random, &message.id, sizeof message.id);
  sotto_engine_store_change (self, &name, &message);
}

void
sotto_engine_edit (SottoEngine *self, const char *peer, const SottoId *target, const char *text)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  change (self, peer, SOTTO_MESSAGE_EDIT, target, text, SOTTO_TEXT_MAX);
}

void
sotto_engine_delete (SottoEngine *self, const char *peer, const SottoId *target)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  change (self, peer, SOTTO_MESSAGE_DELETE, target, "", 0);
}

void
sotto_engine_react (SottoEngine *self,
                    const char *peer,
                    const SottoId *target,
                    const char *reaction)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  change (self, peer, SOTTO_MESSAGE_REACT, target, reaction, SOTTO_REACTION_MAX);
}
