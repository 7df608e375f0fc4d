/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-widgets"

#include "config.h"

#include "src/widgets/status.h"

#include <glib/gi18n.h>

typedef struct {
  const char *name;
  const char *title;      /* translatable */
  const char *icon_name;
  const char *css_class;
} Status;

static const Status statuses[] = {
  { "queued", N_("Queued"), "enlace-queued-symbolic", "dim-label" },
  { "running", N_("Running"), "enlace-running-symbolic", "accent" },
  { "waiting", N_("Waiting"), "enlace-waiting-symbolic", "accent" },
  { "unknown", N_("Needs a decision"), "enlace-unknown-symbolic", "warning" },
  { "completed", N_("Completed"), "enlace-completed-symbolic", "success" },
  { "failed", N_("Failed"), "enlace-failed-symbolic", "error" },
  { "cancelled", N_("Cancelled"), "enlace-cancelled-symbolic", "dim-label" },
  { "skipped", N_("Skipped"), "enlace-skipped-symbolic", "dim-label" },
};

static const Status *
find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (g_strcmp0 (statuses[i].name, name) == 0)
      return &statuses[i];

  return NULL;
}

const char *
enlace_status_get_title (const char *name)
{
  const Status *status = find (name);

  return status != NULL ? _(status->title) : name;
}

void
enlace_status_show (GtkImage   *image,
                    const char *name)
{
  const Status *status = find (name);
  const char *classes[] = { "status", status != NULL ? status->css_class : "dim-label", NULL };
  const char *title = enlace_status_get_title (name);

  g_return_if_fail (GTK_IS_IMAGE (image));

  gtk_image_set_from_icon_name (image, status != NULL ? status->icon_name : "enlace-queued-symbolic");
  gtk_widget_set_css_classes (GTK_WIDGET (image), classes);
  gtk_widget_set_tooltip_text (GTK_WIDGET (image), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL, title != NULL ? title : "", -1);
}
