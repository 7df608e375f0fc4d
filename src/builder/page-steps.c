/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/page-private.h"

#include <glib/gi18n.h>

#include "src/client/fiber.h"

/* A test of one step, or of what follows it, with the results that another run had before it. */
typedef struct {
  EnlaceBuilderPage *page;   /* not owned: the page drops its work when it goes */
  EnlaceCanvasRun    kind;
  char              *base;   /* the id of the run */
  char              *node;
  EnlaceValue       *place;  /* where the step is in loops and branches; nullable */
} StepTest;

static void
step_test_free (gpointer data)
{
  StepTest *test = data;

  g_clear_pointer (&test->place, enlace_value_unref);
  g_free (test->base);
  g_free (test->node);
  g_free (test);
}

static EnlaceReplay
make_replay (const StepTest *test,
             gint64          version)
{
  EnlaceReplay replay = { .version = version, .is_test = TRUE };

  if (test->kind == ENLACE_CANVAS_RUN_ONLY && test->place == NULL)
    {
      replay.only = test->node;
      return replay;
    }

  /* Inside a loop one step alone is that step in its iteration. */
  replay.from = test->node;
  replay.path = test->place;
  if (test->kind == ENLACE_CANVAS_RUN_ONLY)
    replay.until = test->node;

  return replay;
}

static DexFuture *
step_test_fiber (gpointer user_data)
{
  StepTest *test = user_data;
  EnlaceBuilderPage *self = test->page;
  g_autoptr(EnlaceExecution) execution = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceReplay replay;

  if (!dex_await (enlace_draft_flush (self->draft), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  replay = make_replay (test, _enlace_builder_page_get_test_version (self));
  execution = dex_await_object (enlace_client_replay (self->client, test->base, &replay), &error);
  if (execution == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  _enlace_builder_page_show_test (self, execution);

  return dex_future_new_for_boolean (TRUE);
}

static void
run_requested_cb (EnlaceBuilderPage *self,
                  EnlaceGraphNode   *node,
                  int                kind)
{
  const char *id = enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node));
  EnlaceStepRecord *record;
  EnlaceValue *place;
  StepTest *test;

  enlace_inspector_commit (self->inspector);
  if (kind == ENLACE_CANVAS_RUN_UNTIL)
    {
      _enlace_builder_page_show_test_dialog (self, id);
      return;
    }
  if (self->base_id == NULL)
    return;

  record = enlace_sample_find_record (self->sample, id);
  place = record != NULL ? enlace_step_record_get_place (record) : NULL;
  test = g_new0 (StepTest, 1);
  test->page = self;
  test->kind = (EnlaceCanvasRun) kind;
  test->base = g_strdup (self->base_id);
  test->node = g_strdup (id);
  test->place = place != NULL ? enlace_value_ref (place) : NULL;
  enlace_page_run (ENLACE_PAGE (self), _("Starting the Test…"), enlace_fiber_spawn (step_test_fiber, test, step_test_free));
}

static void
pin_requested_cb (EnlaceBuilderPage *self,
                  EnlaceGraphNode   *node)
{
  const char *id = enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node));
  EnlaceStepRecord *record = enlace_sample_find_record (self->sample, id);
  EnlaceValue *output = record != NULL ? enlace_step_record_get_output (record) : NULL;

  if (output == NULL)
    {
      enlace_page_toast (ENLACE_PAGE (self), _("The step has given nothing yet. Run a test first."));
      return;
    }

  enlace_graph_set_pinned (self->graph, id, output);
}

void
_enlace_builder_page_init_steps (EnlaceBuilderPage *self)
{
  g_signal_connect_object (self->canvas, "run-requested", G_CALLBACK (run_requested_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->canvas, "pin-requested", G_CALLBACK (pin_requested_cb), self, G_CONNECT_SWAPPED);
}
