// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/login-window.h"
#include "gui/view/login-page.h"
#include "gui/view/window-size.h"

/* Before the first frame is laid out and drawn: the window is never drawn without its page. */
#define PRIORITY_PAGE G_PRIORITY_HIGH_IDLE

struct _SottoLoginWindow
{
  HdyApplicationWindow parent_instance;
  SottoLoginModel *model;
  SottoLoginPage *page; /* NULL until there was something on the screen */
  guint make_page;
};

G_DEFINE_TYPE (SottoLoginWindow, sotto_login_window, HDY_TYPE_APPLICATION_WINDOW)

enum
{
  SUBMIT,
  ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_submit (SottoLoginPage *page,
           gboolean sign_up,
           const char *server,
           const char *username,
           const char *password,
           SottoLoginWindow *self)
{
  g_signal_emit (self, signals[SUBMIT], 0, sign_up, server, username, password);
}

static void
on_answered (SottoLoginPage *page, gboolean trust, SottoLoginWindow *self)
{
  g_signal_emit (self, signals[ANSWERED], 0, trust);
}

static gboolean
make_page_cb (gpointer data)
{
  SottoLoginWindow *self = data;

  self->make_page = 0;
  self->page = g_object_new (SOTTO_TYPE_LOGIN_PAGE, NULL);
  gtk_container_add (GTK_CONTAINER (self), GTK_WIDGET (self->page));
  g_signal_connect_object (self->page, "submit", G_CALLBACK (on_submit), self, 0);
  g_signal_connect_object (self->page, "answered", G_CALLBACK (on_answered), self, 0);
  sotto_login_page_set_model (self->page, self->model);
  return G_SOURCE_REMOVE;
}

static void
sotto_login_window_map (GtkWidget *widget)
{
  SottoLoginWindow *self = SOTTO_LOGIN_WINDOW (widget);

  GTK_WIDGET_CLASS (sotto_login_window_parent_class)->map (widget);
  gdk_display_flush (gtk_widget_get_display (widget));
  if (self->page == NULL && self->make_page == 0)
    self->make_page = g_idle_add_full (PRIORITY_PAGE, make_page_cb, self, NULL);
}

static void
sotto_login_window_dispose (GObject *object)
{
  SottoLoginWindow *self = SOTTO_LOGIN_WINDOW (object);

  g_clear_handle_id (&self->make_page, g_source_remove);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (sotto_login_window_parent_class)->dispose (object);
}

static void
sotto_login_window_class_init (SottoLoginWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_login_window_dispose;
  widget_class->map = sotto_login_window_map;
  signals[SUBMIT] = g_signal_new (
      "submit", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4, G_TYPE_BOOLEAN,
      G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
      G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[ANSWERED] = g_signal_new ("answered", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/login-window.ui");
}

static void
sotto_login_window_init (SottoLoginWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sotto_window_size_fit_text (GTK_WINDOW (self));
}

SottoLoginWindow *
sotto_login_window_new (GtkApplication *application, SottoLoginModel *model)
{
  SottoLoginWindow *self = g_object_new (SOTTO_TYPE_LOGIN_WINDOW, "application", application, NULL);

  self->model = g_object_ref (model);
  return self;
}
