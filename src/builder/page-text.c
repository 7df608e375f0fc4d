/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/page-private.h"

#include <glib/gi18n.h>

#include "src/builder/text-view.h"

void
_enlace_builder_page_init_text (EnlaceBuilderPage *self)
{
  adw_bin_set_child (self->text_bin, enlace_text_view_new (self->graph));
}

gboolean
_enlace_builder_page_get_text (EnlaceBuilderPage *self)
{
  /* The action asks while the page goes, too. */
  return self->views != NULL && g_strcmp0 (gtk_stack_get_visible_child_name (self->views), "text") == 0;
}

void
_enlace_builder_page_set_text (EnlaceBuilderPage *self,
                               gboolean           is_text)
{
  EnlaceTextView *text = ENLACE_TEXT_VIEW (adw_bin_get_child (self->text_bin));

  if (is_text == _enlace_builder_page_get_text (self))
    return;

  enlace_inspector_commit (self->inspector);
  if (!is_text && !enlace_text_view_commit (text))
    enlace_page_toast (ENLACE_PAGE (self), _("The text is kept, but it is no workflow yet"));

  gtk_stack_set_visible_child_name (self->views, is_text ? "text" : "canvas");
  if (is_text)
    gtk_widget_child_focus (GTK_WIDGET (text), GTK_DIR_TAB_FORWARD);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  g_object_notify (G_OBJECT (self), "text");
}

void
_enlace_builder_page_commit_text (EnlaceBuilderPage *self)
{
  enlace_text_view_commit (ENLACE_TEXT_VIEW (adw_bin_get_child (self->text_bin)));
}
