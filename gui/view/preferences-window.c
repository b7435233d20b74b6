// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/preferences-window.h"

#include "gui/settings.h"
#include "gui/view/accessible.h"
#include "gui/view/spelling.h"
#include "gui/view/history-dialogs.h"
#include "gui/view/window-size.h"
#include <glib/gi18n-lib.h>

struct _SottoPreferencesWindow
{
  HdyPreferencesWindow parent_instance;
  GSettings *settings;
  HdyComboRow *when_closed;
  HdyComboRow *keep;
  HdyComboRow *lock_minutes;
  GtkSwitch *lock_screen;
  GtkSwitch *autostart;
  GtkSwitch *notify;
  GtkSwitch *notify_words;
  HdyActionRow *notify_words_row;
  GtkSwitch *read_marks;
  GtkSwitch *typing;
  GtkWidget *writing;
  GtkSwitch *spell_check;
};

G_DEFINE_TYPE (SottoPreferencesWindow, sotto_preferences_window, HDY_TYPE_PREFERENCES_WINDOW)

static guint autostart_signal;

/* In the order of SottoWhenClosed. */
static const char *const when_closed[] = { N_ ("Ask"), N_ ("Keep running"), N_ ("Quit") };

/* A number with a word for it; the longest of them is 0. */
typedef struct
{
  guint number;
  const char *text;
} Choice;

static const Choice lock_minutes[] = {
  { 0, N_ ("Never") },           { 60, N_ ("After an hour") },   { 15, N_ ("After 15 minutes") },
  { 5, N_ ("After 5 minutes") }, { 1, N_ ("After one minute") },
};

static const Choice keeps[] = {
  { 0, N_ ("For ever") }, { 365, N_ ("One year") }, { 90, N_ ("90 days") },
  { 30, N_ ("30 days") }, { 7, N_ ("7 days") },     { 1, N_ ("One day") },
};

static void
add_choice (GListStore *store, const char *text)
{
  g_autoptr (HdyValueObject) value = hdy_value_object_new_string (_ (text));

  g_list_store_append (store, value);
}

static char *
name_of (gpointer value, gpointer unused)
{
  return hdy_value_object_dup_string (value);
}

static char *
name_at (HdyComboRow *row, int i)
{
  g_autoptr (GObject) value =
      i >= 0 ? g_list_model_get_item (hdy_combo_row_get_model (row), (guint)i) : NULL;

  return value != NULL ? hdy_value_object_dup_string (HDY_VALUE_OBJECT (value)) : NULL;
}

static void
describe (HdyComboRow *row)
{
  g_autofree char *name = name_at (row, hdy_combo_row_get_selected_index (row));

  sotto_accessible_set_description (GTK_WIDGET (row), name);
}

static void
name_choice (GtkWidget *choice, gpointer row)
{
  g_autofree char *name = name_at (row, gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (choice)));

  sotto_accessible_set_name (choice, name);
}

/* libhandy shows what is chosen and what can be, and tells a screen reader neither. */
static void
show_choices (HdyComboRow *row, GListStore *store, int selected)
{
  GObject *list;

  hdy_combo_row_bind_name_model (row, G_LIST_MODEL (store), name_of, NULL, NULL);
  list = gtk_widget_get_template_child (GTK_WIDGET (row), HDY_TYPE_COMBO_ROW, "list");
  gtk_container_foreach (GTK_CONTAINER (list), name_choice, row);
  g_signal_connect (row, "notify::selected-index", G_CALLBACK (describe), NULL);
  hdy_combo_row_set_selected_index (row, selected);
  describe (row);
}

static void
on_when_closed (SottoPreferencesWindow *self)
{
  sotto_settings_set_choice (self->settings, SOTTO_SETTING_WHEN_CLOSED,
                             hdy_combo_row_get_selected_index (self->when_closed));
}

static void
fill_when_closed (SottoPreferencesWindow *self)
{
  g_autoptr (GListStore) store = g_list_store_new (HDY_TYPE_VALUE_OBJECT);

  for (gsize i = 0; i < G_N_ELEMENTS (when_closed); i++)
    add_choice (store, when_closed[i]);
  show_choices (self->when_closed, store,
                sotto_settings_get_choice (self->settings, SOTTO_SETTING_WHEN_CLOSED));
  g_signal_connect_object (self->when_closed, "notify::selected-index", G_CALLBACK (on_when_closed),
                           self, G_CONNECT_SWAPPED);
}

/* Somebody's own number stands as the next longer one that is offered, until changed. */
static int
find_choice (const Choice *choices, gsize n, guint number)
{
  int found = 0;

  for (gsize i = 0; i < n; i++)
    if (number != 0 && number <= choices[i].number)
      found = (int)i;
  return found;
}

static void
fill_choices (HdyComboRow *row, const Choice *choices, gsize n, guint number)
{
  g_autoptr (GListStore) store = g_list_store_new (HDY_TYPE_VALUE_OBJECT);

  for (gsize i = 0; i < n; i++)
    add_choice (store, choices[i].text);
  show_choices (row, store, find_choice (choices, n, number));
}

static void
on_lock_minutes (SottoPreferencesWindow *self)
{
  int i = hdy_combo_row_get_selected_index (self->lock_minutes);

  if (i >= 0)
    g_settings_set_uint (self->settings, SOTTO_SETTING_LOCK_MINUTES, lock_minutes[i].number);
}

static void
fill_lock_minutes (SottoPreferencesWindow *self)
{
  fill_choices (self->lock_minutes, lock_minutes, G_N_ELEMENTS (lock_minutes),
                sotto_settings_get_number (self->settings, SOTTO_SETTING_LOCK_MINUTES));
  g_signal_connect_object (self->lock_minutes, "notify::selected-index",
                           G_CALLBACK (on_lock_minutes), self, G_CONNECT_SWAPPED);
}

static void
show_keep (SottoPreferencesWindow *self)
{
  guint days = sotto_settings_get_number (self->settings, SOTTO_SETTING_KEEP_DAYS);

  hdy_combo_row_set_selected_index (self->keep, find_choice (keeps, G_N_ELEMENTS (keeps), days));
}

static void
on_keep_answered (GtkWidget *dialog, int response, SottoPreferencesWindow *self)
{
  int i = hdy_combo_row_get_selected_index (self->keep);

  gtk_widget_destroy (dialog);
  if (response == GTK_RESPONSE_ACCEPT && i >= 0)
    g_settings_set_uint (self->settings, SOTTO_SETTING_KEEP_DAYS, keeps[i].number);
  else
    show_keep (self);
}

/* What is older goes at once, and for good. */
static void
on_keep (SottoPreferencesWindow *self)
{
  int i = hdy_combo_row_get_selected_index (self->keep);
  guint before = sotto_settings_get_number (self->settings, SOTTO_SETTING_KEEP_DAYS);
  guint days = i >= 0 ? keeps[i].number : before;
  GtkWidget *dialog;

  if (days == before)
    return;
  if (days == 0 || (before != 0 && days > before))
    {
      g_settings_set_uint (self->settings, SOTTO_SETTING_KEEP_DAYS, days);
      return;
    }
  dialog = sotto_expire_dialog_new (GTK_WINDOW (self), days);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_keep_answered), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
fill_keep (SottoPreferencesWindow *self)
{
  fill_choices (self->keep, keeps, G_N_ELEMENTS (keeps),
                sotto_settings_get_number (self->settings, SOTTO_SETTING_KEEP_DAYS));
  g_signal_connect_object (self->keep, "notify::selected-index", G_CALLBACK (on_keep), self,
                           G_CONNECT_SWAPPED);
}

static void
on_autostart (SottoPreferencesWindow *self)
{
  g_signal_emit (self, autostart_signal, 0, gtk_switch_get_active (self->autostart));
}

static void
sotto_preferences_window_dispose (GObject *object)
{
  SottoPreferencesWindow *self = SOTTO_PREFERENCES_WINDOW (object);

  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sotto_preferences_window_parent_class)->dispose (object);
}

static void
sotto_preferences_window_class_init (SottoPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_preferences_window_dispose;
  autostart_signal = g_signal_new ("autostart", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/sotto/Sotto/ui/preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoPreferencesWindow, when_closed);
  gtk_widget_class_bind_template_child (widget_class, SottoPreferencesWindow, keep);
  gtk_widget_class_bind_template_child (widget_class, SottoPreferencesWindow, lock_minutes);
  gtk_widget_class_bind_template_child (widget_class, SottoPreferencesWindow, lock_screen);
  gtk_widget_class_bind_template_child (widget_class, SottoPreferencesWindow, autostart);
  gtk_widget_class_bind_template_child (widget_class, SottoPreferencesWindow, notify);
  gtk_widget_class_bind_template_child (widget_class, SottoPreferencesWindow, notify_words);
  gtk_widget_class_bind_template_child (widget_class, SottoPreferencesWindow, notify_words_row);
  gtk_widget_class_bind_template_child (widget_class, SottoPreferencesWindow, read_marks);
  gtk_widget_class_bind_template_child (widget_class, SottoPreferencesWindow, typing);
  gtk_widget_class_bind_template_child (widget_class, SottoPreferencesWindow, writing);
  gtk_widget_class_bind_template_child (widget_class, SottoPreferencesWindow, spell_check);
}

/* A row takes the keyboard, and libhandy gives it no name; and it does not cut off what it says. */
static void
finish_rows (GtkWidget *widget, gpointer unused)
{
  if (HDY_IS_ACTION_ROW (widget))
    {
      sotto_accessible_set_name (widget,
                                 hdy_preferences_row_get_title (HDY_PREFERENCES_ROW (widget)));
      hdy_action_row_set_title_lines (HDY_ACTION_ROW (widget), 0);
      hdy_action_row_set_subtitle_lines (HDY_ACTION_ROW (widget), 0);
    }
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), finish_rows, NULL);
}

static void
sotto_preferences_window_init (SottoPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sotto_window_size_fit_text (GTK_WINDOW (self));
  finish_rows (GTK_WIDGET (self), NULL);
  gtk_widget_set_visible (self->writing, sotto_spelling_is_possible ());
}

static void
bind_switches (SottoPreferencesWindow *self)
{
  const struct
  {
    const char *key;
    gpointer object;
    const char *property;
    GSettingsBindFlags flags;
  } binds[] = {
    { SOTTO_SETTING_NOTIFY, self->notify, "active", G_SETTINGS_BIND_DEFAULT },
    { SOTTO_SETTING_NOTIFY, self->notify_words_row, "sensitive", G_SETTINGS_BIND_GET },
    { SOTTO_SETTING_NOTIFY_WORDS, self->notify_words, "active", G_SETTINGS_BIND_DEFAULT },
    { SOTTO_SETTING_READ_MARKS, self->read_marks, "active", G_SETTINGS_BIND_DEFAULT },
    { SOTTO_SETTING_SPELL_CHECK, self->spell_check, "active", G_SETTINGS_BIND_DEFAULT },
    { SOTTO_SETTING_TYPING, self->typing, "active", G_SETTINGS_BIND_DEFAULT },
    { SOTTO_SETTING_LOCK_SCREEN, self->lock_screen, "active", G_SETTINGS_BIND_DEFAULT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (binds); i++)
    g_settings_bind (self->settings, binds[i].key, binds[i].object, binds[i].property,
                     binds[i].flags);
}

SottoPreferencesWindow *
sotto_preferences_window_new (GtkWindow *parent, GSettings *settings, bool autostart)
{
  SottoPreferencesWindow *self =
      g_object_new (SOTTO_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);

  self->settings = g_object_ref (settings);
  bind_switches (self);
  fill_when_closed (self);
  fill_keep (self);
  fill_lock_minutes (self);
  gtk_switch_set_active (self->autostart, autostart);
  g_signal_connect_object (self->autostart, "notify::active", G_CALLBACK (on_autostart), self,
                           G_CONNECT_SWAPPED);
  return self;
}
