// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/history-dialogs.h"
#include <glib/gi18n-lib.h>

#define CHECK "sotto-clear"

static GtkWidget *
ask (GtkWindow *parent, const char *question, const char *explanation)
{
  GtkWidget *self =
      gtk_message_dialog_new (parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                              GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE, "%s", question);

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (self), "%s", explanation);
  gtk_dialog_add_button (GTK_DIALOG (self), _ ("_Cancel"), GTK_RESPONSE_CANCEL);
  gtk_dialog_set_default_response (GTK_DIALOG (self), GTK_RESPONSE_CANCEL);
  return self;
}

static void
add_answer (GtkWidget *self, const char *label, bool destroys)
{
  GtkWidget *button = gtk_dialog_add_button (GTK_DIALOG (self), label, GTK_RESPONSE_ACCEPT);

  if (destroys)
    gtk_style_context_add_class (gtk_widget_get_style_context (button), "destructive-action");
}

GtkWidget *
sotto_clear_dialog_new (GtkWindow *parent, const char *name, bool has_waiting)
{
  const char *waiting = _ ("Messages that still wait to be sent go too, and never arrive.");
  g_autofree char *question = name != NULL
                                  ? g_strdup_printf (_ ("Clear the history with %s?"), name)
                                  : g_strdup (_ ("Clear the history with everybody?"));
  g_autofree char *reach =
      name != NULL ? g_strdup_printf (_ ("All messages and the draft are removed from this "
                                         "computer. This cannot be undone. %s keeps theirs."),
                                      name)
                   : g_strdup (_ ("All messages and drafts of all conversations are removed from "
                                  "this computer. This cannot be undone. The others keep theirs. "
                                  "Files that were saved stay where they are."));
  g_autofree char *whole = has_waiting ? g_strjoin ("\n\n", reach, waiting, NULL) : NULL;
  GtkWidget *self = ask (parent, question, whole != NULL ? whole : reach);

  add_answer (self, name != NULL ? _ ("C_lear") : _ ("C_lear Everything"), true);
  return self;
}

GtkWidget *
sotto_expire_dialog_new (GtkWindow *parent, guint days)
{
  g_autofree char *question =
      g_strdup_printf (ngettext ("Remove messages that are older than %u day?",
                                 "Remove messages that are older than %u days?", days),
                       days);
  GtkWidget *self = ask (
      parent, question,
      _ ("They are removed from this computer now, and from then on every hour. This cannot be "
         "undone. The others keep theirs, and what waits to be sent stays."));

  add_answer (self, _ ("_Remove"), true);
  return self;
}

GtkWidget *
sotto_locked_dialog_new (GtkWindow *parent)
{
  GtkWidget *self = gtk_message_dialog_new (
      parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT, GTK_MESSAGE_INFO, GTK_BUTTONS_NONE,
      "%s", _ ("Earlier messages are locked"));

  gtk_message_dialog_format_secondary_text (
      GTK_MESSAGE_DIALOG (self), "%s",
      _ ("Your password was reset by whoever runs the server, or changed on another device. What "
         "was kept on this computer before is encrypted with the old one: conversations, drafts, "
         "and whose keys you had compared. Nothing of it was deleted, but the new password does "
         "not open it.\n\nTo the others you are on a new device. They are asked to compare safety "
         "numbers with you, and you with them."));
  gtk_dialog_add_button (GTK_DIALOG (self), _ ("_Understood"), GTK_RESPONSE_ACCEPT);
  gtk_dialog_set_default_response (GTK_DIALOG (self), GTK_RESPONSE_ACCEPT);
  return self;
}

static GtkWidget *
ask_to_keep_again (GtkWindow *parent, const char *name)
{
  g_autofree char *question = g_strdup_printf (_ ("Keep messages with %s again?"), name);
  g_autofree char *explanation =
      g_strdup_printf (_ ("At present nothing you and %s write is kept on this computer. From now "
                          "on it would be."),
                       name);
  GtkWidget *self = ask (parent, question, explanation);

  add_answer (self, _ ("_Keep Messages"), false);
  return self;
}

GtkWidget *
sotto_keep_dialog_new (GtkWindow *parent, const char *name, bool keeps_nothing)
{
  g_autofree char *question = NULL, *explanation = NULL;
  GtkWidget *self, *check;

  if (keeps_nothing)
    return ask_to_keep_again (parent, name);
  question = g_strdup_printf (_ ("Keep nothing of what you and %s write?"), name);
  explanation = g_strdup_printf (
      _ ("From now on your messages with them are shown until you log out or quit, "
         "and are not found again after that. What waits to be sent is kept until "
         "it has arrived. %s may keep theirs."),
      name);
  self = ask (parent, question, explanation);
  add_answer (self, _ ("Do Not _Keep"), true);
  check = gtk_check_button_new_with_mnemonic (_ ("Clear what was kept so _far as well"));
  gtk_container_add (
      GTK_CONTAINER (gtk_message_dialog_get_message_area (GTK_MESSAGE_DIALOG (self))), check);
  gtk_widget_show (check);
  g_object_set_data (G_OBJECT (self), CHECK, check);
  return self;
}

bool
sotto_keep_dialog_get_clear (GtkWidget *self)
{
  GtkWidget *check = g_object_get_data (G_OBJECT (self), CHECK);

  return check != NULL && gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (check));
}
