/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/activity/execution-page.h"
#include "src/activity/run-drawing.h"
#include "src/activity/step-names.h"
#include "src/widgets/json-view.h"

G_BEGIN_DECLS

struct _EnlaceExecutionPage
{
  EnlacePage       parent_instance;

  /* Template children */
  GtkStack        *stack;
  AdwStatusPage   *error_page;
  EnlaceRunDrawing *drawing;
  GtkImage        *status;
  GtkLabel        *state_label;
  GtkLabel        *detail_label;
  GtkLabel        *error_label;
  GtkWidget       *cancel_button;
  GtkListBox      *steps_box;
  GtkLabel        *more_label;
  EnlaceJsonView  *trigger_view;
  GtkWidget       *trigger_group;
  GtkLabel        *id_label;

  /* Owned */
  EnlaceClient    *client;
  EnlaceExecution *execution;
  EnlaceWorkflow  *workflow;      /* NULL: not known, or deleted */
  EnlaceValue     *document;      /* of the version that ran; NULL: not known */
  EnlaceStepNames *names;
  EnlaceStepList  *steps;         /* NULL: not read */
  GPtrArray       *rows;          /* of the steps, borrowed */
  DexFuture       *refreshing;
  char            *id;
  gboolean         is_stale;      /* it changed while it was being refreshed */
  gboolean         has_names;
};

/* execution-page-replay.c */
void _enlace_execution_page_class_init_replay (GtkWidgetClass      *widget_class);
void _enlace_execution_page_update_replay     (EnlaceExecutionPage *self);

G_END_DECLS
