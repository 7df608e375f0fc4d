/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "src/builder/graph.h"

G_BEGIN_DECLS

#define ENLACE_CANVAS_MIN_ZOOM 0.1
#define ENLACE_CANVAS_MAX_ZOOM 4.0

/* What a palette gives its GtkDragSource: a string (G_TYPE_STRING) that is this prefix and the step's type ("enlace-step:flow.if").
 * For a connector's operation a JSON map of the node's further members follows after a space. */
#define ENLACE_STEP_DRAG_PREFIX "enlace-step:"

/**
 * EnlaceCanvasRun:
 * @ENLACE_CANVAS_RUN_UNTIL: from the beginning, up to the step
 * @ENLACE_CANVAS_RUN_ONLY: the step alone, with the results of the run before
 * @ENLACE_CANVAS_RUN_FROM: from the step on, with the results of the run before
 *
 * What of a workflow a test runs.
 */
typedef enum {
  ENLACE_CANVAS_RUN_UNTIL,
  ENLACE_CANVAS_RUN_ONLY,
  ENLACE_CANVAS_RUN_FROM,
} EnlaceCanvasRun;

/**
 * EnlaceCanvas:
 *
 * The drawing of a workflow: cards, edges and notes, which are moved, connected and edited by mouse, touch and keyboard.
 * All that it does to the graph is one entry each of the graph's history.
 *
 * Properties: "graph", "zoom" (1.0 is 100 %, read-only: see the functions), "editable" (FALSE: only to look at, for a run's page),
 * "minimap-visible".
 *
 * Signals:
 * - "selection-changed" ()
 * - "activate-node" (EnlaceGraphNode *node): Enter or a double click: show it in the inspector
 * - "add-requested" (double x, double y, const char *from, const char *port, EnlaceGraphEdge *edge): the person wants a new step
 *   at this place (canvas units): behind a port when `from` is not NULL, in the middle of `edge` when that is not NULL. The handler
 *   shows what can be added and calls enlace_canvas_add_step() with what was chosen.
 * - "run-requested" (EnlaceGraphNode *node, int kind): a test is asked for at a step; see EnlaceCanvasRun
 * - "pin-requested" (EnlaceGraphNode *node): the step's last output is to be pinned
 * - "extract-requested" (): the selected steps are to become a workflow of their own
 * - "refused" (const char *reason): something was not done; the reason is a sentence for a toast. It is announced by the canvas.
 *
 * Actions (also the names of menu items): canvas.undo, redo, cut, copy, paste, duplicate, delete, select-all, unselect, open, connect, connect-to,
 * add-step, add-note, zoom-in, zoom-out, zoom-fit, zoom-reset, align-left, align-center, align-right, align-top, align-middle,
 * align-bottom, next-edge, group, rename-group, color-group ("s"), tidy, extract, run-until, run-only,
 * run-from, pin, unpin, distribute-horizontally, distribute-vertically, minimap (state).
 */
#define ENLACE_TYPE_CANVAS (enlace_canvas_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceCanvas, enlace_canvas, ENLACE, CANVAS, GtkWidget)

GtkWidget       *enlace_canvas_new                 (EnlaceGraph      *graph);
EnlaceGraph     *enlace_canvas_get_graph           (EnlaceCanvas     *self);
void             enlace_canvas_set_graph           (EnlaceCanvas     *self,
                                                    EnlaceGraph      *graph);
gboolean         enlace_canvas_get_editable        (EnlaceCanvas     *self);
void             enlace_canvas_set_editable        (EnlaceCanvas     *self,
                                                    gboolean          editable);
/* Whether tests can be asked for at a step, and whether there is a run whose results they can go on with. */
void             enlace_canvas_set_runs            (EnlaceCanvas     *self,
                                                    gboolean          can_run,
                                                    gboolean          has_run);

/* View. */
double           enlace_canvas_get_zoom            (EnlaceCanvas     *self);
/* Keeps the canvas point under (x, y), in widget pixels, where it is. Clamped to the limits. */
void             enlace_canvas_zoom_at             (EnlaceCanvas     *self,
                                                    double            zoom,
                                                    double            x,
                                                    double            y);
void             enlace_canvas_zoom_to_fit         (EnlaceCanvas     *self);
void             enlace_canvas_scroll_by           (EnlaceCanvas     *self,
                                                    double            dx,
                                                    double            dy); /* widget pixels */
void             enlace_canvas_widget_to_canvas    (EnlaceCanvas     *self,
                                                    double            widget_x,
                                                    double            widget_y,
                                                    double           *x,
                                                    double           *y);
void             enlace_canvas_canvas_to_widget    (EnlaceCanvas     *self,
                                                    double            x,
                                                    double            y,
                                                    double           *widget_x,
                                                    double           *widget_y);
/* Scrolls (and zooms in, where cards are not readable) until the step is in view. */
void             enlace_canvas_show_node           (EnlaceCanvas     *self,
                                                    const char       *id);
/* The same, and gives it the keyboard focus. */
void             enlace_canvas_focus_node          (EnlaceCanvas     *self,
                                                    const char       *id);
/* The step that the canvas's actions mean, for who works beside it; the focus stays where it is. */
void             enlace_canvas_set_cursor          (EnlaceCanvas     *self,
                                                    const char       *id);
gboolean         enlace_canvas_get_minimap_visible (EnlaceCanvas     *self);
void             enlace_canvas_set_minimap_visible (EnlaceCanvas     *self,
                                                    gboolean          visible);

/* Marks steps as found; NULL: none. */
void             enlace_canvas_set_marks           (EnlaceCanvas     *self,
                                                    const char *const *ids);

/* Selection: ids of steps, notes and groups, and keys of edges. */
GStrv            enlace_canvas_dup_selection       (EnlaceCanvas     *self);
void             enlace_canvas_set_selection       (EnlaceCanvas     *self,
                                                    const char *const *ids); /* NULL: none */
/* The selected step when exactly one item is selected and it is a step; borrowed, nullable. */
EnlaceGraphNode *enlace_canvas_get_selected_node   (EnlaceCanvas     *self);

/* Adds a step by the keyboard or a click in the palette: behind the selected step if something fits, else in the middle of the view;
 * it is selected, focused and announced. `members` nullable. */
EnlaceGraphNode *enlace_canvas_add_step            (EnlaceCanvas     *self,
                                                    const char       *type,
                                                    EnlaceValue      *members);
/* The answer to "add-requested": at a place, behind a port (`from` not NULL) or in an edge (`edge` not NULL). */
EnlaceGraphNode *enlace_canvas_add_step_at         (EnlaceCanvas     *self,
                                                    const char       *type,
                                                    EnlaceValue      *members,
                                                    double            x,
                                                    double            y,
                                                    const char       *from,
                                                    const char       *port,
                                                    EnlaceGraphEdge  *edge);


G_END_DECLS
