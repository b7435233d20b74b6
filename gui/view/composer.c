// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/composer.h"
#include "gui/settings.h"
#include "gui/view/spelling.h"
#include "shared/base/limits.h"
#include <glib/gi18n-lib.h>
#include <string.h>

#define LINES_MAX 6

struct _SottoComposer
{
  GtkBox parent_instance;
  GtkWidget *frame;
  GtkScrolledWindow *scroller;
  GtkTextView *view;
  GtkLabel *placeholder;
  GtkWidget *send_button;
  GtkRevealer *too_long;
  GtkRevealer *about;
  GtkImage *about_icon;
  GtkLabel *about_text;
  GSettings *settings;
  bool written_in; /* only then is there spelling to check */
};

G_DEFINE_TYPE (SottoComposer, sotto_composer, GTK_TYPE_BOX)

enum
{
  SEND,
  CHANGED,
  EDIT_LAST,
  LEAVE_ABOUT,
  SEND_FILE,
  PASTE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

char *
sotto_composer_dup_text (SottoComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static bool
is_blank (const char *text)
{
  return text[strspn (text, " \t\r\n")] == '\0';
}

static void
update (SottoComposer *self)
{
  g_autofree char *text = sotto_composer_dup_text (self);
  bool too_long = strlen (text) > SOTTO_TEXT_MAX;

  gtk_widget_set_visible (GTK_WIDGET (self->placeholder), *text == '\0');
  gtk_widget_set_sensitive (self->send_button, !too_long && !is_blank (text));
  gtk_revealer_set_reveal_child (self->too_long, too_long);
}

static void
set_spelling (SottoComposer *self)
{
  sotto_spelling_set (self->view, self->settings,
                      self->written_in
                          && sotto_settings_is_on (self->settings, SOTTO_SETTING_SPELL_CHECK));
}

static void
on_buffer_changed (SottoComposer *self)
{
  update (self);
  if (!self->written_in)
    {
      self->written_in = true;
      set_spelling (self);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
send_text (SottoComposer *self)
{
  g_autofree char *text = sotto_composer_dup_text (self);

  if (is_blank (text) || strlen (text) > SOTTO_TEXT_MAX)
    return;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), "", -1);
  g_signal_emit (self, signals[SEND], 0, text);
  sotto_composer_focus (self);
}

static bool
is_enter (guint keyval)
{
  return keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter;
}

static void
on_about_closed (SottoComposer *self)
{
  g_signal_emit (self, signals[LEAVE_ABOUT], 0);
  sotto_composer_focus (self);
}

/* Up with nothing written takes up the last message again, Esc lets go of it. */
static bool
is_short_cut (SottoComposer *self, guint keyval)
{
  bool empty = gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->view)) == 0;

  if (keyval == GDK_KEY_Up && empty)
    {
      g_signal_emit (self, signals[EDIT_LAST], 0);
      return true;
    }
  if (keyval == GDK_KEY_Escape && gtk_revealer_get_reveal_child (self->about))
    {
      on_about_closed (self);
      return true;
    }
  return false;
}

static gboolean
on_key_press (GtkWidget *view, GdkEventKey *event, SottoComposer *self)
{
  /* The input method first: Enter may be choosing a candidate. */
  if (gtk_text_view_im_context_filter_keypress (self->view, event))
    {
      gtk_text_view_reset_im_context (self->view);
      return GDK_EVENT_STOP;
    }
  if (is_short_cut (self, event->keyval))
    return GDK_EVENT_STOP;
  if (!is_enter (event->keyval) || (event->state & GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  send_text (self);
  return GDK_EVENT_STOP;
}

static void
on_send (GtkButton *button, SottoComposer *self)
{
  send_text (self);
}

static void
on_emoji (GtkButton *button, SottoComposer *self)
{
  sotto_composer_focus (self);
  g_signal_emit_by_name (self->view, "insert-emoji");
}

static void
on_send_file (GtkButton *button, SottoComposer *self)
{
  g_signal_emit (self, signals[SEND_FILE], 0);
}

/* The entry pastes words by itself, after this. */
static void
on_paste (GtkTextView *view, SottoComposer *self)
{
  g_signal_emit (self, signals[PASTE], 0);
}

static void
on_focus_changed (GtkWidget *view, GParamSpec *pspec, SottoComposer *self)
{
  GtkStyleContext *style = gtk_widget_get_style_context (self->frame);

  if (gtk_widget_has_focus (view))
    gtk_style_context_add_class (style, "focused");
  else
    gtk_style_context_remove_class (style, "focused");
}

/* Six lines of whatever font and text scale there are now. */
static void
on_style_updated (GtkWidget *view, SottoComposer *self)
{
  PangoContext *context = gtk_widget_get_pango_context (view);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int line = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));
  int margins =
      gtk_text_view_get_top_margin (self->view) + gtk_text_view_get_bottom_margin (self->view);

  gtk_scrolled_window_set_max_content_height (self->scroller, LINES_MAX * line + margins);
  pango_font_metrics_unref (metrics);
}

static void
sotto_composer_dispose (GObject *object)
{
  g_clear_object (&SOTTO_COMPOSER (object)->settings);
  G_OBJECT_CLASS (sotto_composer_parent_class)->dispose (object);
}

static void
sotto_composer_class_init (SottoComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_composer_dispose;
  signals[SEND] = g_signal_new ("send", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_STRING);
  signals[CHANGED] =
      g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[EDIT_LAST] =
      g_signal_new ("edit-last", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LEAVE_ABOUT] =
      g_signal_new ("leave-about", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SEND_FILE] =
      g_signal_new ("send-file", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PASTE] =
      g_signal_new ("paste", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/composer.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoComposer, frame);
  gtk_widget_class_bind_template_child (widget_class, SottoComposer, scroller);
  gtk_widget_class_bind_template_child (widget_class, SottoComposer, view);
  gtk_widget_class_bind_template_child (widget_class, SottoComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, SottoComposer, send_button);
  gtk_widget_class_bind_template_child (widget_class, SottoComposer, too_long);
  gtk_widget_class_bind_template_child (widget_class, SottoComposer, about);
  gtk_widget_class_bind_template_child (widget_class, SottoComposer, about_icon);
  gtk_widget_class_bind_template_child (widget_class, SottoComposer, about_text);
  gtk_widget_class_bind_template_callback (widget_class, on_about_closed);
  gtk_widget_class_bind_template_callback (widget_class, on_key_press);
  gtk_widget_class_bind_template_callback (widget_class, on_focus_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_style_updated);
  gtk_widget_class_bind_template_callback (widget_class, on_send);
  gtk_widget_class_bind_template_callback (widget_class, on_emoji);
  gtk_widget_class_bind_template_callback (widget_class, on_send_file);
  gtk_widget_class_bind_template_callback (widget_class, on_paste);
}

static void
sotto_composer_init (SottoComposer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_text_view_get_buffer (self->view), "changed",
                           G_CALLBACK (on_buffer_changed), self, G_CONNECT_SWAPPED);
  self->settings = sotto_settings_new ();
  if (self->settings != NULL)
    g_signal_connect_object (self->settings, "changed::" SOTTO_SETTING_SPELL_CHECK,
                             G_CALLBACK (set_spelling), self, G_CONNECT_SWAPPED);
  on_style_updated (GTK_WIDGET (self->view), self);
  update (self);
}

void
sotto_composer_set_text (SottoComposer *self, const char *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), text, -1);
}

void
sotto_composer_set_placeholder (SottoComposer *self, const char *text)
{
  gtk_label_set_label (self->placeholder, text);
}

void
sotto_composer_show_about (SottoComposer *self, const char *icon, const char *text)
{
  if (text != NULL)
    {
      gtk_image_set_from_icon_name (self->about_icon, icon, GTK_ICON_SIZE_MENU);
      gtk_label_set_label (self->about_text, text);
    }
  gtk_revealer_set_reveal_child (self->about, text != NULL);
}

void
sotto_composer_focus (SottoComposer *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}
