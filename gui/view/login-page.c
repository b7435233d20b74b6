// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/login-page.h"
#include "gui/view/let-go.h"
#include "gui/view/field.h"
#include "gui/view/accessible.h"
#include "gui/view/first-use-page.h"
#include "gui/view/strength-line.h"
#include <glib/gi18n-lib.h>
#include <string.h>

struct _SottoLoginPage
{
  GtkBox parent_instance;
  SottoLoginModel *model;
  SottoLoginStage shown_stage;
  GtkStack *pages;
  GtkWidget *form;
  SottoFirstUsePage *first_use;
  SottoField *server;
  SottoField *username;
  SottoField *password;
  SottoStrengthLine *strength;
  GtkToggleButton *remember;
  GtkWidget *certificate_button;
  GtkLabel *certificate;
  GtkWidget *drop_certificate_button;
  GtkFileChooserNative *chooser; /* the one that is open */
  GtkRevealer *notice_revealer;
  GtkLabel *notice;
  GtkWidget *log_in_button;
  GtkWidget *sign_up_button;
  GtkStack *log_in_stack;
  GtkStack *sign_up_stack;
  GtkSpinner *log_in_spinner;
  GtkSpinner *sign_up_spinner;
};

G_DEFINE_TYPE (SottoLoginPage, sotto_login_page, GTK_TYPE_BOX)

enum
{
  SUBMIT,
  ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show_errors (SottoLoginPage *self)
{
  SottoField *fields[] = { self->server, self->username, self->password };
  const char *notice = sotto_login_model_get_error (self->model, SOTTO_LOGIN_FIELD_NONE);

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    sotto_field_set_error (fields[i], sotto_login_model_get_error (self->model, i));
  if (notice != NULL)
    gtk_label_set_label (self->notice, notice);
  gtk_revealer_set_reveal_child (self->notice_revealer, notice != NULL);
}

/* After an attempt, where there is something to mend. */
static void
focus_first_error (SottoLoginPage *self)
{
  SottoField *fields[] = { self->server, self->username, self->password };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (sotto_login_model_get_error (self->model, i) != NULL)
      {
        sotto_field_focus (fields[i]);
        return;
      }
}

/* Back at the form the errors may not be in the model yet, so the focus waits for them. */
static gboolean
focus_cb (gpointer data)
{
  SottoLoginPage *self = data;

  if (self->model != NULL && sotto_login_model_get_stage (self->model) == SOTTO_LOGIN_FORM)
    focus_first_error (self);
  return G_SOURCE_REMOVE;
}

/* On the button itself. A spinner that turns unseen would redraw the window sixty times a second.
 */
static void
show_busy (GtkStack *stack, GtkSpinner *spinner, bool busy)
{
  gtk_stack_set_visible_child_name (stack, busy ? "busy" : "idle");
  g_object_set (spinner, "active", busy, NULL);
}

static void
show_progress (SottoLoginPage *self, SottoLoginStage stage)
{
  bool idle = stage == SOTTO_LOGIN_FORM;

  gtk_widget_set_sensitive (self->log_in_button, idle);
  gtk_widget_set_sensitive (self->sign_up_button, idle);
  gtk_widget_set_sensitive (GTK_WIDGET (self->server), idle);
  gtk_widget_set_sensitive (GTK_WIDGET (self->username), idle);
  gtk_widget_set_sensitive (GTK_WIDGET (self->password), idle);
  gtk_widget_set_sensitive (GTK_WIDGET (self->remember), idle);
  gtk_widget_set_sensitive (self->certificate_button, idle);
  gtk_widget_set_sensitive (self->drop_certificate_button, idle);
  show_busy (self->log_in_stack, self->log_in_spinner, stage == SOTTO_LOGIN_LOGGING_IN);
  show_busy (self->sign_up_stack, self->sign_up_spinner, stage == SOTTO_LOGIN_SIGNING_UP);
}

/* Advice is for who makes an account: whoever logged in here before has theirs. */
static void
show_strength (SottoLoginPage *self)
{
  const char *username = sotto_field_get_text (self->username);
  bool known = self->model != NULL && *username != '\0'
               && strcmp (username, sotto_login_model_get_username (self->model)) == 0;

  sotto_strength_line_show_password (self->strength,
                                     known ? "" : sotto_field_get_text (self->password), username);
}

static void
show_certificate (SottoLoginPage *self)
{
  const char *path = sotto_login_model_get_certificate (self->model);
  g_autofree char *base = path != NULL ? g_filename_display_basename (path) : NULL;
  g_autofree char *label = base != NULL ? g_strdup_printf (_ ("Certificate: %s"), base)
                                        : g_strdup (_ ("Use a Certificate File…"));

  gtk_label_set_label (self->certificate, label);
  sotto_accessible_set_name (self->certificate_button, label);
  gtk_widget_set_visible (self->drop_certificate_button, path != NULL);
}

static void
on_certificate_chosen (GtkNativeDialog *chooser, int response, SottoLoginPage *self)
{
  g_autofree char *path = response == GTK_RESPONSE_ACCEPT
                              ? gtk_file_chooser_get_filename (GTK_FILE_CHOOSER (chooser))
                              : NULL;

  gtk_native_dialog_hide (chooser);
  if (path != NULL)
    sotto_login_model_set_certificate (self->model, path);
  g_clear_object (&self->chooser);
}

static void
on_choose_certificate (SottoLoginPage *self)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Certificate of the Server"), GTK_WINDOW (window),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Use"), NULL);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser), g_get_home_dir ());
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_certificate_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_drop_certificate (SottoLoginPage *self)
{
  sotto_login_model_set_certificate (self->model, NULL);
}

static void
update (SottoLoginPage *self)
{
  SottoLoginStage stage = sotto_login_model_get_stage (self->model);
  bool moved = stage != self->shown_stage;

  self->shown_stage = stage;
  show_errors (self);
  gtk_widget_set_visible (GTK_WIDGET (self->remember),
                          sotto_login_model_get_can_remember (self->model));
  gtk_toggle_button_set_active (self->remember, sotto_login_model_get_remember (self->model));
  show_certificate (self);
  show_progress (self, stage);
  if (!moved)
    return;
  if (stage == SOTTO_LOGIN_FIRST_USE)
    {
      gtk_stack_set_visible_child (self->pages, GTK_WIDGET (self->first_use));
      sotto_first_use_page_show_server (self->first_use, sotto_login_model_get_host (self->model),
                                        sotto_login_model_get_fingerprint (self->model));
      return;
    }
  gtk_stack_set_visible_child (self->pages, self->form);
  if (stage == SOTTO_LOGIN_FORM)
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, focus_cb, g_object_ref (self), g_object_unref);
}

/* The first field that is still empty is where one begins. */
static void
on_prefilled (SottoLoginModel *model, SottoLoginPage *self)
{
  sotto_field_set_text (self->server, sotto_login_model_get_server (model));
  sotto_field_set_text (self->username, sotto_login_model_get_username (model));
  if (*sotto_login_model_get_server (model) == '\0')
    sotto_field_focus (self->server);
  else if (*sotto_login_model_get_username (model) == '\0')
    sotto_field_focus (self->username);
  else
    sotto_field_focus (self->password);
}

static void
submit (SottoLoginPage *self, gboolean sign_up)
{
  if (sotto_login_model_get_stage (self->model) != SOTTO_LOGIN_FORM)
    return;
  g_signal_emit (self, signals[SUBMIT], 0, sign_up, sotto_field_get_text (self->server),
                 sotto_field_get_text (self->username), sotto_field_get_text (self->password));
}

static void
on_log_in (SottoLoginPage *self)
{
  submit (self, FALSE);
}

static void
on_sign_up (SottoLoginPage *self)
{
  submit (self, TRUE);
}

static void
on_remember (SottoLoginPage *self)
{
  sotto_login_model_set_remember (self->model, gtk_toggle_button_get_active (self->remember));
}

static void
on_answered (SottoFirstUsePage *page, gboolean trust, SottoLoginPage *self)
{
  g_signal_emit (self, signals[ANSWERED], 0, trust);
}

static void
sotto_login_page_dispose (GObject *object)
{
  SottoLoginPage *self = SOTTO_LOGIN_PAGE (object);

  g_clear_object (&self->chooser);
  sotto_widget_let_go (&self->model, self);
  G_OBJECT_CLASS (sotto_login_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, pages);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, form);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, first_use);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, server);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, username);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, password);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, strength);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, remember);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, certificate_button);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, certificate);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, drop_certificate_button);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, notice_revealer);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, notice);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, log_in_button);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, sign_up_button);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, log_in_stack);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, sign_up_stack);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, log_in_spinner);
  gtk_widget_class_bind_template_child (widget_class, SottoLoginPage, sign_up_spinner);
}

static void
sotto_login_page_class_init (SottoLoginPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_login_page_dispose;
  signals[SUBMIT] = g_signal_new (
      "submit", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4, G_TYPE_BOOLEAN,
      G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
      G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[ANSWERED] = g_signal_new ("answered", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  g_type_ensure (SOTTO_TYPE_FIELD);
  g_type_ensure (SOTTO_TYPE_FIRST_USE_PAGE);
  g_type_ensure (SOTTO_TYPE_STRENGTH_LINE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/login-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_log_in);
  gtk_widget_class_bind_template_callback (widget_class, on_sign_up);
  gtk_widget_class_bind_template_callback (widget_class, on_remember);
  gtk_widget_class_bind_template_callback (widget_class, on_answered);
  gtk_widget_class_bind_template_callback (widget_class, show_strength);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_certificate);
  gtk_widget_class_bind_template_callback (widget_class, on_drop_certificate);
}

static void
sotto_login_page_init (SottoLoginPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->shown_stage = SOTTO_LOGIN_DONE;
}

void
sotto_login_page_set_model (SottoLoginPage *self, SottoLoginModel *model)
{
  self->model = g_object_ref (model);
  g_signal_connect_object (model, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "prefilled", G_CALLBACK (on_prefilled), self, 0);
  update (self);
  on_prefilled (model, self);
}
