// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/field.h"
#include "gui/view/accessible.h"
#include <glib/gi18n-lib.h>

struct _SottoField
{
  GtkGrid parent_instance;
  GtkLabel *caption;
  GtkEntry *entry;
  GtkRevealer *revealer;
  GtkLabel *error;
  bool secret;
};

G_DEFINE_TYPE (SottoField, sotto_field, GTK_TYPE_GRID)

enum
{
  PROP_LABEL = 1,
  PROP_SECRET,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  CHANGED,
  ACTIVATE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
set_label (SottoField *self, const char *label)
{
  gtk_label_set_label (self->caption, label);
  sotto_accessible_set_name (GTK_WIDGET (self->entry), label);
}

static void
set_hidden (SottoField *self, bool hidden)
{
  gtk_entry_set_visibility (self->entry, !hidden);
  gtk_entry_set_icon_from_icon_name (self->entry, GTK_ENTRY_ICON_SECONDARY,
                                     hidden ? "view-reveal-symbolic" : "view-conceal-symbolic");
  gtk_entry_set_icon_tooltip_text (self->entry, GTK_ENTRY_ICON_SECONDARY,
                                   hidden ? _ ("Show what is typed") : _ ("Hide what is typed"));
}

static void
set_secret (SottoField *self, bool secret)
{
  self->secret = secret;
  if (!secret)
    return;
  gtk_entry_set_input_purpose (self->entry, GTK_INPUT_PURPOSE_PASSWORD);
  set_hidden (self, true);
}

static void
on_icon_press (GtkEntry *entry, GtkEntryIconPosition position, GdkEvent *event, SottoField *self)
{
  set_hidden (self, gtk_entry_get_visibility (entry));
}

/* What was said about the old answer is not about the new one. */
static void
on_changed (GtkEditable *editable, SottoField *self)
{
  sotto_field_set_error (self, NULL);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_activate (GtkEntry *entry, SottoField *self)
{
  g_signal_emit (self, signals[ACTIVATE], 0);
}

static void
on_focus_changed (GtkWidget *entry, GParamSpec *pspec, SottoField *self)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));

  if (gtk_widget_has_focus (entry))
    gtk_style_context_add_class (style, "focused");
  else
    {
      gtk_style_context_remove_class (style, "focused");
      /* What is selected in an entry one has left only looks like an error. */
      gtk_editable_select_region (GTK_EDITABLE (entry), 0, 0);
    }
}

/* A click anywhere in the row is meant for its entry. */
static gboolean
on_button_press (GtkWidget *widget, GdkEvent *event, SottoField *self)
{
  sotto_field_focus (self);
  return GDK_EVENT_STOP;
}

static void
sotto_field_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SottoField *self = SOTTO_FIELD (object);

  switch (id)
    {
    case PROP_LABEL:
      set_label (self, g_value_get_string (value));
      break;
    case PROP_SECRET:
      set_secret (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sotto_field_class_init (SottoFieldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = sotto_field_set_property;
  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, flags);
  properties[PROP_SECRET] = g_param_spec_boolean ("secret", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATE] = g_signal_new ("activate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/field.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoField, caption);
  gtk_widget_class_bind_template_child (widget_class, SottoField, entry);
  gtk_widget_class_bind_template_child (widget_class, SottoField, revealer);
  gtk_widget_class_bind_template_child (widget_class, SottoField, error);
  gtk_widget_class_bind_template_callback (widget_class, on_icon_press);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_focus_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_button_press);
}

static void
sotto_field_init (SottoField *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

const char *
sotto_field_get_text (SottoField *self)
{
  return gtk_entry_get_text (self->entry);
}

void
sotto_field_set_text (SottoField *self, const char *text)
{
  gtk_entry_set_text (self->entry, text);
}

void
sotto_field_set_error (SottoField *self, const char *sentence)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self->entry));

  if (sentence != NULL)
    {
      gtk_label_set_label (self->error, sentence);
      gtk_style_context_add_class (style, "wrong");
    }
  else
    gtk_style_context_remove_class (style, "wrong");
  atk_object_set_description (accessible, sentence != NULL ? sentence : "");
  gtk_revealer_set_reveal_child (self->revealer, sentence != NULL);
}

void
sotto_field_focus (SottoField *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
