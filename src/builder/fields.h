/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/parameter-field.h"

G_BEGIN_DECLS

/* The kinds of fields, for enlace_parameter_field_new(). */
GType enlace_text_field_get_type      (void);   /* text, long text, JSON, the name of a header */
GType enlace_number_field_get_type    (void);
GType enlace_choice_field_get_type    (void);   /* one of some */
GType enlace_choices_field_get_type   (void);   /* some of some */
GType enlace_condition_field_get_type (void);
GType enlace_rows_field_get_type      (void);   /* fields and pairs */
GType enlace_switch_field_get_type    (void);
GType enlace_table_field_get_type     (void);   /* rows with columns, lists of names */

G_END_DECLS
