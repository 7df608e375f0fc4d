/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-widgets"

#include "config.h"

#include "src/widgets/page.h"

#include <glib/gi18n.h>

/* Faster than this, and nothing is to be seen of it. */
#define PATIENCE_MS 200
#define PULSE_MS 80

typedef struct {
  AdwToastOverlay *toasts;
  GtkOverlay      *overlay;
  GtkWidget       *progress;
  GPtrArray       *work;       /* DexFuture: what goes on, dropped with the page */
  GPtrArray       *titles;     /* of the work that is shown */
  guint            patience;   /* source */
  guint            pulse;      /* source */
} EnlacePagePrivate;

enum {
  PROP_0,
  PROP_CONTENT,
  PROP_BUSY,
  N_PROPS
};

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (EnlacePage, enlace_page, ADW_TYPE_NAVIGATION_PAGE)

static GParamSpec *properties[N_PROPS];

static gboolean
pulse_cb (gpointer user_data)
{
  EnlacePagePrivate *priv = enlace_page_get_instance_private (user_data);

  gtk_progress_bar_pulse (GTK_PROGRESS_BAR (priv->progress));

  return G_SOURCE_CONTINUE;
}

static void
show_progress (EnlacePage *self)
{
  EnlacePagePrivate *priv = enlace_page_get_instance_private (self);
  const char *title = priv->titles->pdata[priv->titles->len - 1];

  gtk_accessible_update_property (GTK_ACCESSIBLE (priv->progress), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_set_tooltip_text (priv->progress, title);
  gtk_widget_set_visible (priv->progress, TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (priv->progress), title, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
  if (priv->pulse == 0)
    priv->pulse = g_timeout_add (PULSE_MS, pulse_cb, self);
}

static gboolean
patience_cb (gpointer user_data)
{
  EnlacePagePrivate *priv = enlace_page_get_instance_private (user_data);

  priv->patience = 0;
  show_progress (user_data);

  return G_SOURCE_REMOVE;
}

static void
update_progress (EnlacePage *self)
{
  EnlacePagePrivate *priv = enlace_page_get_instance_private (self);

  if (priv->titles->len == 0)
    {
      g_clear_handle_id (&priv->patience, g_source_remove);
      g_clear_handle_id (&priv->pulse, g_source_remove);
      if (priv->progress != NULL)
        gtk_widget_set_visible (priv->progress, FALSE);
    }
  else if (priv->patience == 0 && priv->pulse == 0)
    {
      priv->patience = g_timeout_add (PATIENCE_MS, patience_cb, self);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

typedef struct {
  EnlacePage *page;   /* not owned: the page drops its work when it goes */
  DexFuture  *work;   /* not owned: the block that this belongs to */
  char       *title;  /* NULL: not shown */
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_free (work->title);
  g_free (work);
}

static DexFuture *
done_cb (DexFuture *future,
         gpointer   user_data)
{
  Work *work = user_data;
  g_autoptr(EnlacePage) self = g_object_ref (work->page);
  EnlacePagePrivate *priv = enlace_page_get_instance_private (self);
  g_autoptr(GError) error = NULL;
  guint index;

  if (work->title != NULL &&
      g_ptr_array_find_with_equal_func (priv->titles, work->title, g_str_equal, &index))
    {
      g_ptr_array_remove_index (priv->titles, index);
      update_progress (self);
    }
  if (dex_future_get_value (future, &error) == NULL)
    enlace_page_fail (self, error);
  /* Last: this may be the last reference. */
  if (work->work != NULL)
    g_ptr_array_remove_fast (priv->work, work->work);

  return dex_future_new_for_boolean (TRUE);
}

static void
follow (EnlacePage *self,
        const char *title,
        DexFuture  *future)
{
  EnlacePagePrivate *priv = enlace_page_get_instance_private (self);
  Work *work = g_new0 (Work, 1);
  DexFuture *block;

  work->page = self;
  work->title = g_strdup (title);
  if (title != NULL)
    {
      g_ptr_array_add (priv->titles, g_strdup (title));
      update_progress (self);
    }

  block = dex_future_finally (future, done_cb, work, work_free);
  if (!dex_future_is_pending (block))
    {
      dex_unref (block);
      return;
    }

  work->work = block;
  g_ptr_array_add (priv->work, block);
}

static void
enlace_page_dispose (GObject *object)
{
  EnlacePage *self = ENLACE_PAGE (object);
  EnlacePagePrivate *priv = enlace_page_get_instance_private (self);

  g_clear_handle_id (&priv->patience, g_source_remove);
  g_clear_handle_id (&priv->pulse, g_source_remove);
  g_ptr_array_set_size (priv->work, 0);
  priv->progress = NULL;
  priv->overlay = NULL;
  priv->toasts = NULL;

  G_OBJECT_CLASS (enlace_page_parent_class)->dispose (object);
}

static void
enlace_page_finalize (GObject *object)
{
  EnlacePagePrivate *priv = enlace_page_get_instance_private (ENLACE_PAGE (object));

  g_ptr_array_unref (priv->work);
  g_ptr_array_unref (priv->titles);

  G_OBJECT_CLASS (enlace_page_parent_class)->finalize (object);
}

static void
enlace_page_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  EnlacePage *self = ENLACE_PAGE (object);

  switch (prop_id)
    {
    case PROP_CONTENT:
      g_value_set_object (value, enlace_page_get_content (self));
      break;

    case PROP_BUSY:
      g_value_set_boolean (value, enlace_page_get_busy (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_page_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_CONTENT:
      enlace_page_set_content (ENLACE_PAGE (object), g_value_get_object (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_page_class_init (EnlacePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enlace_page_dispose;
  object_class->finalize = enlace_page_finalize;
  object_class->get_property = enlace_page_get_property;
  object_class->set_property = enlace_page_set_property;

  properties[PROP_CONTENT] =
    g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_BUSY] =
    g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enlace_page_init (EnlacePage *self)
{
  EnlacePagePrivate *priv = enlace_page_get_instance_private (self);

  priv->work = g_ptr_array_new_with_free_func (dex_unref);
  priv->titles = g_ptr_array_new_with_free_func (g_free);
  priv->toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  priv->overlay = GTK_OVERLAY (gtk_overlay_new ());
  priv->progress = gtk_progress_bar_new ();
  gtk_widget_add_css_class (priv->progress, "osd");
  gtk_widget_set_valign (priv->progress, GTK_ALIGN_START);
  gtk_widget_set_can_target (priv->progress, FALSE);
  gtk_widget_set_visible (priv->progress, FALSE);

  gtk_overlay_add_overlay (priv->overlay, priv->progress);
  adw_toast_overlay_set_child (priv->toasts, GTK_WIDGET (priv->overlay));
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (self), GTK_WIDGET (priv->toasts));
}

GtkWidget *
enlace_page_get_content (EnlacePage *self)
{
  EnlacePagePrivate *priv = enlace_page_get_instance_private (self);

  g_return_val_if_fail (ENLACE_IS_PAGE (self), NULL);

  return priv->overlay != NULL ? gtk_overlay_get_child (priv->overlay) : NULL;
}

void
enlace_page_set_content (EnlacePage *self,
                         GtkWidget  *content)
{
  EnlacePagePrivate *priv = enlace_page_get_instance_private (self);

  g_return_if_fail (ENLACE_IS_PAGE (self));
  g_return_if_fail (content == NULL || GTK_IS_WIDGET (content));

  if (priv->overlay == NULL || gtk_overlay_get_child (priv->overlay) == content)
    return;

  gtk_overlay_set_child (priv->overlay, content);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTENT]);
}

gboolean
enlace_page_get_busy (EnlacePage *self)
{
  EnlacePagePrivate *priv = enlace_page_get_instance_private (self);

  g_return_val_if_fail (ENLACE_IS_PAGE (self), FALSE);

  return priv->titles->len > 0;
}

void
enlace_page_run (EnlacePage *self,
                 const char *title,
                 DexFuture  *future)
{
  g_return_if_fail (ENLACE_IS_PAGE (self));
  g_return_if_fail (title != NULL && DEX_IS_FUTURE (future));

  follow (self, title, future);
}

void
enlace_page_follow (EnlacePage *self,
                    DexFuture  *future)
{
  g_return_if_fail (ENLACE_IS_PAGE (self));
  g_return_if_fail (DEX_IS_FUTURE (future));

  follow (self, NULL, future);
}

void
enlace_page_fail (EnlacePage   *self,
                  const GError *error)
{
  AdwToast *toast;

  g_return_if_fail (ENLACE_IS_PAGE (self));

  if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    return;

  toast = adw_toast_new (error->message);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_timeout (toast, 10);
  enlace_page_add_toast (self, toast);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

void
enlace_page_add_toast (EnlacePage *self,
                       AdwToast   *toast)
{
  EnlacePagePrivate *priv = enlace_page_get_instance_private (self);

  g_return_if_fail (ENLACE_IS_PAGE (self));
  g_return_if_fail (ADW_IS_TOAST (toast));

  if (priv->toasts != NULL)
    adw_toast_overlay_add_toast (priv->toasts, toast);
  else
    g_object_unref (g_object_ref_sink (toast));
}

void
enlace_page_toast (EnlacePage *self,
                   const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  enlace_page_add_toast (self, toast);
}
