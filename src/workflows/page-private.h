/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/client/resource-list.h"
#include "src/workflows/page.h"

G_BEGIN_DECLS

struct _EnlaceWorkflowsPage
{
  EnlacePage           parent_instance;

  /* Template children */
  GtkStack            *stack;
  AdwStatusPage       *error_page;
  GtkSearchBar        *search_bar;
  GtkSearchEntry      *search_entry;
  GtkListView         *list_view;

  /* Owned */
  EnlaceClient        *client;
  EnlaceResourceList  *workflows;
  GtkFilterListModel  *shown;
  GtkCustomFilter     *filter;
  /* Ids of what was deleted and can still be brought back (id → EnlaceWorkflow). */
  GHashTable          *deleted;
  char                *search;
};

void            _enlace_workflows_page_class_install_actions (GtkWidgetClass      *widget_class);
/* Borrowed, NULL: not in the list. */
EnlaceWorkflow *_enlace_workflows_page_find                  (EnlaceWorkflowsPage *self,
                                                              const char          *id);
/* What is shown changed by other means than the model. */
void            _enlace_workflows_page_refilter              (EnlaceWorkflowsPage *self);
/* Deletes for good what was marked. */
void            _enlace_workflows_page_delete_marked         (EnlaceWorkflowsPage *self);

G_END_DECLS
