/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  double width;
  double height;
  double x;                       /* found: its top left corner */
  double y;
} EnlaceTidyBox;

/* A line from the right side of a box to the left side of another. */
typedef struct {
  guint  from;
  guint  to;
  double from_at;                 /* below the top of the box */
  double to_at;
  guint  loose : 1;               /* says only what comes first; it is not drawn */
} EnlaceTidyLine;

/**
 * enlace_tidy_layers:
 * @boxes: (array length=n_boxes): sizes in, places out
 * @lines: (array length=n_lines): no circle among them
 * @gap_x: between two columns
 * @gap_y: between two boxes of a column
 * @width: (out): of all
 * @height: (out): of all
 *
 * Lays boxes out in columns so that every line goes to the right (Sugiyama, Tagawa and Toda, "Methods for visual understanding of
 * hierarchical system structures", 1981): columns by the longest way, few crossings by barycentres, then heights so that lines are as level
 * as the order allows. The top left corner of all is (0, 0).
 */
void enlace_tidy_layers (EnlaceTidyBox        *boxes,
                         guint                 n_boxes,
                         const EnlaceTidyLine *lines,
                         guint                 n_lines,
                         double                gap_x,
                         double                gap_y,
                         double               *width,
                         double               *height);

G_END_DECLS
