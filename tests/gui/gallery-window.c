// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The real window over an engine that plays a scene: for pictures. gallery-window SCENE [rtl]
 * [narrow] [dark] prints "ready" when the scene is on the screen, and stays until it is ended.
 */
#include "config.h"
#include "gui/application.h"
#include "gui/view/composer.h"
#include "gui/view/conversation-pane.h"
#include "gui/view/field.h"
#include "gui/view/login-page.h"
#include "gui/view/main-window.h"
#include "gui/view/message-list.h"
#include "gui/view/passphrase-dialog.h"
#include "gui/view/path-badge.h"
#include "gui/view/people-pane.h"
#include "gui/view/safety-dialog.h"
#include "shared/client/sentences.h"
#include "tests/gui/fake-engine.h"
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <string.h>

#define SETTLE_MS   900 /* transitions and the first layout */
#define MINUTE_MS   (G_GINT64_CONSTANT (60) * 1000)
#define FINGERPRINT "3b0c8f21a97e5d4410f2c6b8e7a9d35562f0b1c4d8e3a6975a1b2c3d4e5f6071"
#define SAFETY      "30294 11853 90417 66220 75908 13467 28119 50326 84475 09182 63371 42950"

typedef struct
{
  GApplication *application;
  SottoEngine *engine;
  const char *scene;
  bool rtl, narrow, dark;
  gint64 now_ms;
} Gallery;

static SottoEvent
event_from (SottoEventType type, const char *peer)
{
  SottoEvent event = { .type = type };

  g_strlcpy (event.peer.str, peer != NULL ? peer : "", sizeof event.peer.str);
  return event;
}

static void
simple (Gallery *self, SottoEventType type, const char *peer)
{
  SottoEvent event = event_from (type, peer);

  sotto_fake_engine_emit (self->engine, &event);
}

static void
says (Gallery *self, const char *from, const char *text, int minutes_ago)
{
  SottoEvent event = event_from (SOTTO_EVENT_MESSAGE, from);

  event.text = text;
  event.sent_ms = self->now_ms - minutes_ago * MINUTE_MS;
  sotto_fake_engine_emit (self->engine, &event);
}

static void
channel (Gallery *self, const char *peer, bool verified)
{
  SottoEvent event = event_from (SOTTO_EVENT_CHANNEL, peer);

  event.channel_state = SOTTO_PEER_CHANNEL_OPEN;
  event.verified = verified;
  event.safety_number = SAFETY;
  sotto_fake_engine_emit (self->engine, &event);
}

static GtkWindow *
window (Gallery *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self->application));

  return windows->data;
}

static GtkWidget *
find_widget (GtkWidget *root, GType type)
{
  g_autoptr (GList) children = NULL;
  GtkWidget *found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    return root;
  if (!GTK_IS_CONTAINER (root))
    return NULL;
  children = gtk_container_get_children (GTK_CONTAINER (root));
  for (GList *l = children; l != NULL && found == NULL; l = l->next)
    found = find_widget (l->data, type);
  return found;
}

static void
open_chat (Gallery *self, const char *name)
{
  g_signal_emit_by_name (find_widget (GTK_WIDGET (window (self)), SOTTO_TYPE_PEOPLE_PANE), "open",
                         name);
}

/* An own bubble at a time of our choosing, as far as `state`. */
static SottoBubble *
we_said (Gallery *self, const char *text, int minutes_ago, SottoBubbleState state)
{
  GtkWidget *pane = find_widget (GTK_WIDGET (window (self)), SOTTO_TYPE_CONVERSATION_PANE);
  SottoChat *chat = sotto_conversation_pane_get_chat (SOTTO_CONVERSATION_PANE (pane));
  SottoBubble *bubble =
      sotto_chat_say (chat, "alice", text, self->now_ms - minutes_ago * MINUTE_MS);

  if (state == SOTTO_BUBBLE_FAILED)
    sotto_chat_fail (chat, bubble, sotto_sentence ("alarm"));
  else
    sotto_chat_set_state (chat, bubble, state);
  return bubble;
}

static void
log_in (Gallery *self)
{
  SottoEvent connected = event_from (SOTTO_EVENT_CONNECTED, NULL);

  connected.server = "lab.example";
  connected.port = 10000;
  connected.fingerprint = FINGERPRINT;
  sotto_fake_engine_emit (self->engine, &connected);
  simple (self, SOTTO_EVENT_AUTHENTICATED, "alice");
  /* The window changes from an idle. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
online (Gallery *self, const char *const *names)
{
  SottoEvent event = event_from (SOTTO_EVENT_USERS, NULL);

  event.names = names;
  event.n_names = g_strv_length ((char **)names);
  sotto_fake_engine_emit (self->engine, &event);
}

static const char *const everybody[] = {
  "alice", "bob", "carol", "dmitri", "eleanor-from-accounting", "grace", NULL
};
static const char *const most[] = { "alice", "bob", "carol", "dmitri", "eleanor-from-accounting",
                                    NULL };

static void
scene_login (Gallery *self)
{
}

static void
scene_login_error (Gallery *self)
{
  SottoEvent refused = event_from (SOTTO_EVENT_REFUSED, NULL);

  g_signal_emit_by_name (window (self), "submit", FALSE, "lab.example:10000", "alice", "wrong");
  refused.code = "auth";
  sotto_fake_engine_emit (self->engine, &refused);
}

static void
scene_login_busy (Gallery *self)
{
  g_signal_emit_by_name (window (self), "submit", FALSE, "lab.example:10000", "alice", "secret");
}

/* The pieces of a template whose type is known. */
static SottoField *
field (GtkWidget *widget, const char *id)
{
  return SOTTO_FIELD (gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), id));
}

static void
scene_strength (Gallery *self)
{
  GtkWidget *page = find_widget (GTK_WIDGET (window (self)), SOTTO_TYPE_LOGIN_PAGE);

  sotto_field_set_text (field (page, "username"), "marianne");
  sotto_field_set_text (field (page, "password"), "password1");
}

static void
scene_import (Gallery *self)
{
  SottoPassphraseDialog *dialog = sotto_passphrase_dialog_new (window (self), false);

  gtk_window_present (GTK_WINDOW (dialog));
  gtk_dialog_response (GTK_DIALOG (dialog), GTK_RESPONSE_OK);
}

static void
scene_first_use (Gallery *self)
{
  SottoEvent event = event_from (SOTTO_EVENT_SERVER_UNKNOWN, NULL);

  scene_login_busy (self);
  event.server = "lab.example";
  event.port = 10000;
  event.fingerprint = FINGERPRINT;
  sotto_fake_engine_emit (self->engine, &event);
}

static void
scene_empty (Gallery *self)
{
  log_in (self);
}

static void
scene_list (Gallery *self)
{
  log_in (self);
  online (self, everybody);
  says (self, "grace", "Back on Thursday", 60 * 24 * 4);
  says (self, "dmitri", "The draft is on the shared disk", 31);
  says (self, "carol", "Lunch?", 12);
  says (self, "carol", "See you at ten", 3);
  sotto_fake_engine_set_last_seen (self->engine, self->now_ms - 60 * 24 * 4 * MINUTE_MS);
  simple (self, SOTTO_EVENT_LEFT, "grace");
  online (self, most);
}

static void
scene_locked_history (Gallery *self)
{
  sotto_fake_engine_set_locked_history (self->engine, true);
  scene_list (self);
}

static void
scene_locked_why (Gallery *self)
{
  scene_locked_history (self);
  g_action_group_activate_action (G_ACTION_GROUP (self->application), "locked-history", NULL);
}

static void
scene_export (Gallery *self)
{
  SottoPassphraseDialog *dialog;

  scene_list (self);
  dialog = sotto_passphrase_dialog_new (window (self), true);
  gtk_window_present (GTK_WINDOW (dialog));
  sotto_field_set_text (field (GTK_WIDGET (dialog), "passphrase"), "rain on stone");
  sotto_field_set_text (field (GTK_WIDGET (dialog), "repeated"), "rain on");
  gtk_dialog_response (GTK_DIALOG (dialog), GTK_RESPONSE_OK);
}

static void
scene_conversation (Gallery *self)
{
  scene_list (self);
  channel (self, "bob", false);
  says (self, "bob", "Morning! The new build is on the shared disk.", 34);
  says (self, "bob", "Could you have a look at the numbers before ten?", 33);
  open_chat (self, "bob");
  we_said (self, "Sure, reading them now.", 31, SOTTO_BUBBLE_DELIVERED);
  says (self, "bob",
        "Thanks! No hurry with the second sheet, that one is only for the archive and "
        "nobody has asked for it yet.",
        29);
  we_said (self, "Row 14 looks off to me. Did the sensor restart there?", 20,
           SOTTO_BUBBLE_DELIVERED);
  we_said (self, "Everything else is fine 👍", 19, SOTTO_BUBBLE_DELIVERED);
  says (self, "bob", "It did! I will mark it. Coffee?", 2);
  we_said (self, "On my way", 0, SOTTO_BUBBLE_DELIVERED);
}

static void
scene_states (Gallery *self)
{
  scene_list (self);
  open_chat (self, "grace");
  we_said (self, "Sent, on its way", 30, SOTTO_BUBBLE_SENT);
  we_said (self, "Delivered", 20, SOTTO_BUBBLE_DELIVERED);
  we_said (self, "This one did not make it", 10, SOTTO_BUBBLE_FAILED);
  we_said (self, "Waiting for you", 1, SOTTO_BUBBLE_QUEUED);
  we_said (self,
           "line one\nline two\nhttps://lab.example/a/very/long/address/that/has/no/blank/"
           "anywhere/to/break/at/and/goes/on",
           0, SOTTO_BUBBLE_QUEUED);
}

static void
file (Gallery *self, guint number, const SottoFileInfo *info, const char *code)
{
  SottoEvent event = event_from (SOTTO_EVENT_FILE, "bob");

  event.has_id = true;
  event.id = sotto_fake_engine_id (number);
  event.code = code;
  event.file = *info;
  event.file.state = SOTTO_FILE_OFFERED;
  sotto_fake_engine_emit (self->engine, &event);
  event.file.state = info->state;
  sotto_fake_engine_emit (self->engine, &event);
}

static void
scene_files (Gallery *self)
{
  static const SottoFileInfo theirs[] = {
    { SOTTO_FILE_DONE, false, "Minutes of Tuesday.pdf", "application/pdf", 218000, 218000,
      "/files/Downloads/Minutes of Tuesday (2).pdf" },
    { SOTTO_FILE_MOVING, false, "holidays.tar.gz", "application/gzip", 734000000, 221000000, NULL },
    { SOTTO_FILE_PAUSED, false, "lecture.mkv", "video/x-matroska", 912000000, 534000000, NULL },
    { SOTTO_FILE_OFFERED, false, "photo.jpg.exe", "image/jpeg", 88000, 0, NULL },
  };
  static const SottoFileInfo own[] = {
    { SOTTO_FILE_REFUSED, true, "draft.odt", "application/vnd.oasis.opendocument.text", 31000, 0,
      "/files/draft.odt" },
    { SOTTO_FILE_MOVING, true, "numbers.csv", "text/csv", 5000000, 3700000, "/files/numbers.csv" },
  };

  scene_list (self);
  channel (self, "bob", false);
  open_chat (self, "bob");
  file (self, 211, &own[0], "declined");
  for (guint i = 0; i < G_N_ELEMENTS (theirs); i++)
    file (self, 221 + i, &theirs[i], NULL);
  file (self, 212, &own[1], NULL);
}

/* Something to look at. */
static char *
draw_picture (void)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 1600, 1000);
  guchar *pixels = gdk_pixbuf_get_pixels (picture);
  int stride = gdk_pixbuf_get_rowstride (picture);
  char *path = g_build_filename (g_get_home_dir (), "harbour.jpg", NULL);

  for (int y = 0; y < 1000; y++)
    for (int x = 0; x < 1600; x++)
      {
        bool water = y > 600 + 40 * ((x / 200) % 3);

        pixels[y * stride + 3 * x] = water ? 30 : 250 - y / 5;
        pixels[y * stride + 3 * x + 1] = water ? 90 + y / 20 : 170 + y / 16;
        pixels[y * stride + 3 * x + 2] = water ? 120 : 120 + y / 8;
      }
  gdk_pixbuf_save (picture, path, "jpeg", NULL, NULL);
  return path;
}

static void
scene_picture (Gallery *self)
{
  g_autofree char *path = draw_picture ();
  const SottoFileInfo info = { SOTTO_FILE_DONE, false,   "harbour.jpg", "image/jpeg",
                               1840000,         1840000, path };

  scene_list (self);
  channel (self, "bob", false);
  open_chat (self, "bob");
  says (self, "bob", "The harbour this morning:", 3);
  file (self, 210, &info, NULL);
}

/* Bubbles that came from somewhere get an id, as the engine gives it. */
static SottoBubble *
named (SottoBubble *bubble, guint number)
{
  SottoId id = sotto_fake_engine_id (number);

  sotto_bubble_set_id (bubble, &id);
  return bubble;
}

static void
scene_changes (Gallery *self)
{
  SottoBubble *bubble;

  scene_list (self);
  open_chat (self, "bob");
  says (self, "bob",
        "Look at `sotto-server check` first, then *please* restart it: https://lab.example/howto",
        30);
  bubble = named (we_said (self, "On it. Give me _five_ minutes", 24, SOTTO_BUBBLE_READ), 201);
  sotto_bubble_edit (bubble, "On it. Give me _ten_ minutes");
  sotto_bubble_set_reaction (bubble, false, "👍");
  bubble = named (we_said (self, "wrong window, sorry", 23, SOTTO_BUBBLE_READ), 202);
  sotto_bubble_delete (bubble);
  says (self, "bob", "> On it. Give me ten minutes\nNo hurry, the batch runs until noon anyway.",
        20);
  bubble = named (
      we_said (self, "> No hurry, the batch runs until noon anyway.\nGood, then after coffee ☕", 12,
               SOTTO_BUBBLE_DELIVERED),
      203);
  sotto_bubble_set_reaction (bubble, false, "😂");
  sotto_bubble_set_reaction (bubble, true, "🎉");
}

static void
scene_old (Gallery *self)
{
  char text[32];

  for (int i = 0; i < 400; i++)
    {
      g_snprintf (text, sizeof text, "Message %d", i + 1);
      sotto_fake_engine_remember (self->engine, "bob", i % 3 == 0, text,
                                  self->now_ms - (400 - i) * 37 * MINUTE_MS);
    }
  sotto_fake_engine_set_unread (self->engine, 4);
  scene_list (self);
  open_chat (self, "bob");
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static GtkWidget *
composer_view (Gallery *self)
{
  return find_widget (find_widget (GTK_WIDGET (window (self)), SOTTO_TYPE_COMPOSER),
                      GTK_TYPE_TEXT_VIEW);
}

static void
press_up (Gallery *self)
{
  GdkEvent *event = gdk_event_new (GDK_KEY_PRESS);

  event->key.window = g_object_ref (gtk_widget_get_window (composer_view (self)));
  event->key.keyval = GDK_KEY_Up;
  gdk_event_set_device (
      event, gdk_seat_get_keyboard (gdk_display_get_default_seat (gdk_display_get_default ())));
  gtk_widget_event (composer_view (self), event);
  gdk_event_free (event);
}

static void
scene_edit (Gallery *self)
{
  scene_changes (self);
  press_up (self);
}

static void
scene_message_menu (Gallery *self)
{
  GtkWidget *list;

  scene_changes (self);
  list = find_widget (find_widget (GTK_WIDGET (window (self)), SOTTO_TYPE_MESSAGE_LIST),
                      GTK_TYPE_LIST_BOX);
  gtk_widget_activate (GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 1)));
}

static void
scene_typing (Gallery *self)
{
  SottoEvent event = event_from (SOTTO_EVENT_TYPING, "bob");

  scene_conversation (self);
  event.active = true;
  sotto_fake_engine_emit (self->engine, &event);
}

static void
scene_new_chat (Gallery *self)
{
  scene_list (self);
  open_chat (self, "eleanor-from-accounting");
}

static void
scene_reconnecting (Gallery *self)
{
  SottoEvent lost = event_from (SOTTO_EVENT_DISCONNECTED, NULL);

  scene_conversation (self);
  lost.code = "unreachable";
  lost.retry_in_ms = 12000;
  sotto_fake_engine_emit (self->engine, &lost);
}

static void
scene_password (Gallery *self)
{
  scene_list (self);
  g_action_group_activate_action (G_ACTION_GROUP (window (self)), "change-password", NULL);
}

static void
scene_delete (Gallery *self)
{
  scene_list (self);
  g_action_group_activate_action (G_ACTION_GROUP (window (self)), "delete-account", NULL);
}

static void
scene_long (Gallery *self)
{
  static const char *const names[] = { "alice", "bob", "wolfeschlegelsteinhausenbergerdo",
                                       "a.very-long.name_indeed-32-bytes", NULL };

  log_in (self);
  online (self, names);
  says (self, names[2], "This is a very long message whose first line does not fit the sidebar", 3);
  says (self, names[3], "Hi", 60 * 24 * 2);
  says (self, "bob", "<b>not bold</b> &amp; \"plain\" — \u202Eevil\u202C", 1);
  channel (self, names[2], false);
  open_chat (self, names[2]);
}

static void
remark (Gallery *self, SottoRemark remark)
{
  g_autofree char *sentence = sotto_remark_dup_sentence (remark, "bob");
  SottoEvent event = event_from (SOTTO_EVENT_REMARK, "bob");

  event.has_id = true;
  event.id.bytes[15] = (uint8_t)remark;
  event.remark = remark;
  event.text = sentence;
  event.sent_ms = self->now_ms;
  sotto_fake_engine_emit (self->engine, &event);
}

static void
scene_key_accepted (Gallery *self)
{
  scene_conversation (self);
  remark (self, SOTTO_REMARK_KEY_CHANGED);
  remark (self, SOTTO_REMARK_KEY_ACCEPTED);
  says (self, "bob", "Thank you for the call!", 0);
}

static void
scene_key_changed (Gallery *self)
{
  SottoEvent event = event_from (SOTTO_EVENT_CHANNEL, "bob");

  scene_conversation (self);
  event.channel_state = SOTTO_PEER_CHANNEL_ALARM;
  event.safety_number = SAFETY;
  sotto_fake_engine_emit (self->engine, &event);
  remark (self, SOTTO_REMARK_KEY_CHANGED);
  we_said (self, "Are you there?", 0, SOTTO_BUBBLE_FAILED);
}

/* An action of the application that takes whom it is about. */
static void
about_bob (Gallery *self, const char *action)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->application), action,
                                  g_variant_new_string ("bob"));
}

static void
scene_safety (Gallery *self)
{
  scene_conversation (self);
  about_bob (self, "compare");
}

static void
scene_safety_qr (Gallery *self)
{
  g_autoptr (GList) windows = NULL;
  GtkWidget *dialog = NULL;

  scene_safety (self);
  windows = gtk_window_list_toplevels ();
  for (GList *l = windows; l != NULL && dialog == NULL; l = l->next)
    dialog = find_widget (l->data, SOTTO_TYPE_SAFETY_DIALOG);
  gtk_button_clicked (GTK_BUTTON (find_widget (dialog, GTK_TYPE_TOGGLE_BUTTON)));
}

static void
scene_safety_changed (Gallery *self)
{
  scene_key_changed (self);
  about_bob (self, "compare");
}

static void
scene_server_knows (Gallery *self)
{
  scene_list (self);
  g_action_group_activate_action (G_ACTION_GROUP (self->application), "server-knows", NULL);
}

static void
scene_badge (Gallery *self)
{
  const SottoChannelInfo info = { .known = true,
                                  .open = true,
                                  .peer_address = "192.0.2.7:40000",
                                  .own_address = "198.51.100.22:51820",
                                  .rtt_us = 23400,
                                  .key_age_us = 74 * G_USEC_PER_SEC };

  GtkWidget *badge;

  scene_conversation (self);
  channel (self, "bob", false);
  sotto_fake_engine_set_channel_info (self->engine, &info);
  badge = find_widget (GTK_WIDGET (window (self)), SOTTO_TYPE_PATH_BADGE);
  gtk_button_clicked (GTK_BUTTON (badge));
}

static void
scene_menu (Gallery *self)
{
  GtkWidget *pane;

  scene_list (self);
  pane = find_widget (GTK_WIDGET (window (self)), SOTTO_TYPE_PEOPLE_PANE);
  gtk_button_clicked (GTK_BUTTON (find_widget (pane, GTK_TYPE_MENU_BUTTON)));
}

static void
scene_no_match (Gallery *self)
{
  GtkWidget *filter;

  scene_list (self);
  filter = find_widget (GTK_WIDGET (window (self)), GTK_TYPE_SEARCH_ENTRY);
  gtk_entry_set_text (GTK_ENTRY (filter), "zebra");
}

static void
scene_long_draft (Gallery *self)
{
  GtkWidget *composer;

  scene_conversation (self);
  composer = find_widget (GTK_WIDGET (window (self)), SOTTO_TYPE_COMPOSER);
  sotto_composer_set_text (SOTTO_COMPOSER (composer), "one\ntwo\nthree\nfour\nfive\nsix\nseven\n"
                                                      "eight");
}

static void
scene_emoji (Gallery *self)
{
  GtkWidget *composer;

  scene_conversation (self);
  composer = find_widget (GTK_WIDGET (window (self)), SOTTO_TYPE_COMPOSER);
  g_signal_emit_by_name (find_widget (composer, GTK_TYPE_TEXT_VIEW), "insert-emoji");
}

static void
scene_ended (Gallery *self)
{
  SottoEvent lost = event_from (SOTTO_EVENT_DISCONNECTED, NULL);

  scene_list (self);
  lost.code = "replaced";
  lost.retry_in_ms = -1;
  sotto_fake_engine_emit (self->engine, &lost);
}

static void
scene_about (Gallery *self)
{
  scene_list (self);
  g_action_group_activate_action (G_ACTION_GROUP (self->application), "about", NULL);
}

/* A conversation of weeks, and words of it looked for. */
static void
search_for (Gallery *self, const char *name, const char *words)
{
  static const char *const said[] = {
    "The train leaves at eight from platform 3",
    "I have the tickets. Bring the old map with you, the one with the train lines that are not "
    "there "
    "any more, and something to eat for both of us",
    "Did you see that the train was late again?",
    "Trains! Always trains.",
  };

  scene_list (self);
  for (int i = 0; i < 40; i++)
    sotto_fake_engine_remember (self->engine, "bob", i % 3 == 0, said[i % 4],
                                self->now_ms - (40 - i) * 500 * MINUTE_MS);
  open_chat (self, "bob");
  g_action_group_activate_action (G_ACTION_GROUP (self->application), "search-messages",
                                  g_variant_new_string (name));
  gtk_entry_set_text (GTK_ENTRY (gtk_window_get_focus (window (self))), words);
}

static void
scene_search (Gallery *self)
{
  search_for (self, "", "train");
}

static void
scene_search_none (Gallery *self)
{
  search_for (self, "bob", "submarine");
}

static void
scene_search_begin (Gallery *self)
{
  search_for (self, "", "");
}

static void
ask (Gallery *self, const char *action)
{
  scene_conversation (self);
  about_bob (self, action);
}

static void
scene_clear (Gallery *self)
{
  ask (self, "clear-history");
}

static void
scene_do_not_keep (Gallery *self)
{
  ask (self, "keep-nothing");
}

static void
scene_exported (Gallery *self)
{
  g_autofree char *text =
      g_strdup_printf (_ ("The conversation is in “%s”."), "Conversation with bob.html");

  scene_conversation (self);
  sotto_main_window_tell (SOTTO_MAIN_WINDOW (window (self)), text, "/");
}

static void
scene_preferences (Gallery *self)
{
  scene_list (self);
  g_action_group_activate_action (G_ACTION_GROUP (self->application), "preferences", NULL);
}

static void
scene_alias (Gallery *self)
{
  ask (self, "set-alias");
}

static void
scene_details (Gallery *self)
{
  SottoChannelInfo info = { .known = true,
                            .key_since_ms = self->now_ms - 90 * 24 * 60 * MINUTE_MS,
                            .key_changed_ms = self->now_ms - 90 * 24 * 60 * MINUTE_MS };
  SottoContactPrefs prefs = { .alias = "Robert from the lab", .favourite = true, .muted = true };

  scene_conversation (self);
  sotto_engine_set_contact_prefs (self->engine, "bob", &prefs);
  simple (self, SOTTO_EVENT_AUTHENTICATED, "alice");
  sotto_fake_engine_set_channel_info (self->engine, &info);
  about_bob (self, "details");
}

static void
scene_person_menu (Gallery *self)
{
  GtkWidget *pane;

  scene_conversation (self);
  pane = find_widget (GTK_WIDGET (window (self)), SOTTO_TYPE_CONVERSATION_PANE);
  gtk_button_clicked (GTK_BUTTON (
      gtk_widget_get_template_child (pane, SOTTO_TYPE_CONVERSATION_PANE, "menu_button")));
}

static void
scene_blocked (Gallery *self)
{
  ask (self, "block");
}

static void
scene_shortcuts (Gallery *self)
{
  scene_list (self);
  g_action_group_activate_action (G_ACTION_GROUP (self->application), "shortcuts", NULL);
}

static void
scene_locked (Gallery *self)
{
  scene_conversation (self);
  g_action_group_activate_action (G_ACTION_GROUP (self->application), "lock", NULL);
}

static void
scene_wide (Gallery *self)
{
  scene_conversation (self);
  gtk_window_resize (GTK_WINDOW (window (self)), 1400, 700);
}

/* The keyboard stands on a row of the conversation. */
static void
scene_focus (Gallery *self)
{
  GtkWidget *list;

  scene_conversation (self);
  list = find_widget (GTK_WIDGET (window (self)), SOTTO_TYPE_MESSAGE_LIST);
  gtk_widget_child_focus (find_widget (list, GTK_TYPE_LIST_BOX), GTK_DIR_TAB_FORWARD);
  gtk_window_set_focus_visible (window (self), TRUE);
}

static const struct
{
  const char *name;
  void (*play) (Gallery *self);
} scenes[] = {
  { "login", scene_login },
  { "login-error", scene_login_error },
  { "login-busy", scene_login_busy },
  { "strength", scene_strength },
  { "import", scene_import },
  { "first-use", scene_first_use },
  { "empty", scene_empty },
  { "list", scene_list },
  { "locked-history", scene_locked_history },
  { "locked-why", scene_locked_why },
  { "export", scene_export },
  { "conversation", scene_conversation },
  { "states", scene_states },
  { "files", scene_files },
  { "picture", scene_picture },
  { "changes", scene_changes },
  { "old", scene_old },
  { "edit", scene_edit },
  { "message-menu", scene_message_menu },
  { "typing", scene_typing },
  { "new-chat", scene_new_chat },
  { "reconnecting", scene_reconnecting },
  { "password", scene_password },
  { "delete", scene_delete },
  { "long", scene_long },
  { "badge", scene_badge },
  { "key-changed", scene_key_changed },
  { "key-accepted", scene_key_accepted },
  { "safety", scene_safety },
  { "safety-qr", scene_safety_qr },
  { "safety-changed", scene_safety_changed },
  { "server-knows", scene_server_knows },
  { "about", scene_about },
  { "menu", scene_menu },
  { "no-match", scene_no_match },
  { "long-draft", scene_long_draft },
  { "emoji", scene_emoji },
  { "ended", scene_ended },
  { "search", scene_search },
  { "search-none", scene_search_none },
  { "search-begin", scene_search_begin },
  { "clear", scene_clear },
  { "do-not-keep", scene_do_not_keep },
  { "exported", scene_exported },
  { "preferences", scene_preferences },
  { "alias", scene_alias },
  { "details", scene_details },
  { "person-menu", scene_person_menu },
  { "blocked", scene_blocked },
  { "shortcuts", scene_shortcuts },
  { "locked", scene_locked },
  { "wide", scene_wide },
  { "focus", scene_focus },
};

static gboolean
ready_cb (gpointer data)
{
  g_print ("ready\n");
  return G_SOURCE_REMOVE;
}

static gboolean
play_cb (gpointer data)
{
  Gallery *self = data;

  self->engine = sotto_fake_engine_get_last ();
  /* What we say last is later than what comes while the scene is played: that puts people in order.
   */
  self->now_ms = g_get_real_time () / 1000 + 1000;
  for (gsize i = 0; i < G_N_ELEMENTS (scenes); i++)
    if (strcmp (scenes[i].name, self->scene) == 0)
      scenes[i].play (self);
  if (self->narrow)
    gtk_window_resize (window (self), 360, 640);
  g_timeout_add (SETTLE_MS, ready_cb, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_startup (GApplication *application, Gallery *self)
{
  if (g_getenv ("SOTTO_GALLERY_FONT") != NULL)
    g_object_set (gtk_settings_get_default (), "gtk-font-name", g_getenv ("SOTTO_GALLERY_FONT"),
                  NULL);
  if (self->rtl)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  if (self->dark)
    hdy_style_manager_set_color_scheme (hdy_style_manager_get_default (),
                                        HDY_COLOR_SCHEME_FORCE_DARK);
  g_timeout_add (100, play_cb, self);
}

int
main (int argc, char **argv)
{
  SottoOptions options = { .profile = (char *)SOTTO_PROFILE_DEFAULT,
                           .config = { .server_address = (char *)"lab.example",
                                       .server_port = SOTTO_PORT_DEFAULT } };
  Gallery gallery = { 0 };
  g_autoptr (SottoApplication) application = NULL;

  if (argc < 2)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (scenes); i++)
        g_print ("%s\n", scenes[i].name);
      return 0;
    }
  g_setenv ("GDK_GL", "disable", TRUE);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("SOTTO_LOCALEDIR"));
  textdomain (GETTEXT_PACKAGE);
  application = sotto_application_new (&options);
  gallery.application = G_APPLICATION (application);
  gallery.scene = argv[1];
  gallery.rtl = g_strv_contains ((const char *const *)argv, "rtl");
  gallery.dark = g_strv_contains ((const char *const *)argv, "dark");
  gallery.narrow = g_strv_contains ((const char *const *)argv, "narrow");
  g_signal_connect_after (application, "startup", G_CALLBACK (on_startup), &gallery);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
