/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/canvas.h"
#include "src/builder/draft.h"
#include "src/builder/find-bar.h"
#include "src/builder/inspector.h"
#include "src/builder/outline.h"
#include "src/builder/page.h"
#include "src/builder/palette.h"
#include "src/builder/problem-list.h"
#include "src/builder/run.h"
#include "src/builder/sample.h"

G_BEGIN_DECLS

struct _EnlaceBuilderPage
{
  EnlacePage           parent_instance;

  /* Template children */
  AdwWindowTitle      *title;
  AdwBanner           *away_banner;
  AdwBanner           *conflict_banner;
  GtkStack            *stack;
  AdwStatusPage       *error_page;
  AdwOverlaySplitView *palette_view;
  AdwOverlaySplitView *inspector_view;
  EnlacePalette       *palette;
  GtkStack            *sidebar;
  EnlaceOutline       *outline;
  EnlaceFindBar       *find_bar;
  EnlaceInspector     *inspector;
  GtkStack            *views;          /* "canvas" or "text" */
  AdwBin              *canvas_bin;
  AdwBin              *text_bin;
  GtkWidget           *empty_hint;
  EnlaceProblemList   *problem_list;
  GtkButton           *zoom_button;
  GtkWidget           *run_bar;
  GtkImage            *run_icon;
  GtkLabel            *run_label;
  GtkWidget           *run_cancel;
  GtkWidget           *run_pin;
  GtkWidget           *run_open;

  EnlaceCanvas        *canvas;
  GtkWidget           *popover;        /* what can be added where "+" was pressed */
  EnlacePalette       *popover_palette;

  /* Owned */
  EnlaceClient        *client;
  char                *workflow_id;
  EnlaceGraph         *graph;
  EnlaceSample        *sample;
  EnlaceDraft         *draft;
  EnlaceRun           *run;
  GPtrArray           *problems;       /* EnlaceProblem */
  GSignalGroup        *workflow_signals;

  /* The answer to "add-requested". */
  double               add_x;
  double               add_y;
  char                *add_from;       /* nullable */
  char                *add_port;       /* nullable */
  EnlaceGraphEdge     *add_edge;       /* nullable */

  char                *sample_id;      /* of the run whose data was read when the page opened; nullable */
  char                *base_id;        /* of the run whose data the sample has, which tests of a step go on from; nullable */
  char                *opened_id;      /* of the past run that the page was opened with or asked to show; nullable */
  char                *failed_id;      /* of the last test whose failure was shown; nullable */
  EnlaceExecution     *latest;         /* of the live workflow, not shown yet; nullable */

  guint                check;          /* source */
  guint                live_pause;     /* source: not more than a run a moment is shown */
  guint                settling;       /* tick callback: until the inspector stands still */
  int                  settling_width;
  guint                is_pinned : 1;  /* the run that is shown stays, whatever runs */
  guint                is_loaded : 1;
};

/* page-actions.c */
void _enlace_builder_page_class_init_actions (GtkWidgetClass    *widget_class);
void _enlace_builder_page_update_actions     (EnlaceBuilderPage *self);

/* page-run.c */
void _enlace_builder_page_init_run           (EnlaceBuilderPage *self);
void _enlace_builder_page_load_sample        (EnlaceBuilderPage *self);
/* @until: the step after which the test ends; nullable. */
void _enlace_builder_page_show_test_dialog   (EnlaceBuilderPage *self,
                                              const char        *until);
/* A test that has begun is shown from now on. */
void _enlace_builder_page_show_test          (EnlaceBuilderPage *self,
                                              EnlaceExecution   *execution);
/* What a test runs, as the client's calls take it: -1 for a draft. */
gint64 _enlace_builder_page_get_test_version (EnlaceBuilderPage *self);
void _enlace_builder_page_load_run           (EnlaceBuilderPage *self);
void _enlace_builder_page_cancel_run         (EnlaceBuilderPage *self);
void _enlace_builder_page_clear_run          (EnlaceBuilderPage *self);
void _enlace_builder_page_set_pinned         (EnlaceBuilderPage *self,
                                              gboolean           is_pinned);

/* page-steps.c */
void _enlace_builder_page_init_steps         (EnlaceBuilderPage *self);

/* page-publish.c */
void _enlace_builder_page_show_publish       (EnlaceBuilderPage *self);
void _enlace_builder_page_show_address       (EnlaceBuilderPage *self);
void _enlace_builder_page_unpublish          (EnlaceBuilderPage *self);
void _enlace_builder_page_show_versions      (EnlaceBuilderPage *self);
void _enlace_builder_page_discard            (EnlaceBuilderPage *self);
void _enlace_builder_page_resolve_conflict   (EnlaceBuilderPage *self);

/* page-text.c */
void     _enlace_builder_page_init_text      (EnlaceBuilderPage *self);
gboolean _enlace_builder_page_get_text       (EnlaceBuilderPage *self);
void     _enlace_builder_page_set_text       (EnlaceBuilderPage *self,
                                              gboolean           is_text);
void     _enlace_builder_page_commit_text    (EnlaceBuilderPage *self);

/* page-extract.c */
void _enlace_builder_page_extract            (EnlaceBuilderPage *self);

/* page.c */
void _enlace_builder_page_show_node          (EnlaceBuilderPage *self,
                                              const char        *id);
void _enlace_builder_page_load               (EnlaceBuilderPage *self);

G_END_DECLS
