/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "src/activity/step-names.h"

G_BEGIN_DECLS

/**
 * EnlaceTurnsRow:
 *
 * What happened inside a loop or a parallel. Open, it lets one choose an iteration (or a branch) and shows the steps of that one, so that a
 * loop of a thousand takes no more room than a loop of two.
 */
#define ENLACE_TYPE_TURNS_ROW (enlace_turns_row_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceTurnsRow, enlace_turns_row, ENLACE, TURNS_ROW, AdwExpanderRow)

/* @owner: the loop, nullable: not known. @depth: in how many others it stands. @names: borrowed, and must outlive the row. */
GtkWidget  *enlace_turns_row_new         (const char            *owner,
                                          guint                  depth,
                                          const EnlaceStepNames *names);
/* @records: (element-type EnlaceStepRecord): of its steps, those of loops inside it included. What is chosen and open stays. */
void        enlace_turns_row_set_records (EnlaceTurnsRow        *self,
                                          GPtrArray             *records);
const char *enlace_turns_row_get_owner   (EnlaceTurnsRow        *self); /* nullable */

/**
 * enlace_step_rows_show:
 * @rows: (element-type GtkWidget): those that are there, borrowed from their parent; kept up to date
 * @box: a GtkListBox or an AdwExpanderRow, which has them
 * @records: (element-type EnlaceStepRecord): in their order
 * @depth: in how many loops the steps of this box stand
 *
 * Shows a row a step, and one for each loop that has steps inside. Rows that are there stay, so that what is open stays open.
 */
void        enlace_step_rows_show        (GPtrArray             *rows,
                                          GtkWidget             *box,
                                          GPtrArray             *records,
                                          guint                  depth,
                                          const EnlaceStepNames *names);
/* The row of a step, for which the loops around it are opened at an iteration that it failed in, else any; NULL: it has none. */
GtkWidget  *enlace_step_rows_open        (GPtrArray             *rows,
                                          const char            *node);

G_END_DECLS
