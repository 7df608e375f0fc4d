/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "common/workflow/document.h"
#include "common/workflow/step-type.h"
#include "src/builder/expression-entry.h"

G_BEGIN_DECLS

/**
 * EnlaceParameterField:
 *
 * One parameter in a step's form: its title, what edits it, its hint and what is wrong with it. A kind of parameter is a subclass.
 *
 * Signals: "changed" (): the person changed it; "entered" (EnlaceExpressionEntry *): that entry got the focus; "left" ().
 */
#define ENLACE_TYPE_PARAMETER_FIELD (enlace_parameter_field_get_type ())
G_DECLARE_DERIVABLE_TYPE (EnlaceParameterField, enlace_parameter_field, ENLACE, PARAMETER_FIELD, GtkWidget)

struct _EnlaceParameterFieldClass
{
  GtkWidgetClass parent_class;

  /* Makes the editor; called once. */
  void         (*build)       (EnlaceParameterField  *self);
  /* Shows a value; NULL: the parameter is absent. */
  void         (*set_value)   (EnlaceParameterField  *self,
                               EnlaceValue           *value);
  /* What the person means. NULL without an error: nothing. Transfer full. */
  EnlaceValue *(*get_value)   (EnlaceParameterField  *self,
                               GError               **error);
  /* Shows a problem at `pointer` below the parameter ("" for the whole). FALSE: it is shown for the whole. */
  gboolean     (*set_problem) (EnlaceParameterField  *self,
                               const char            *pointer,
                               const char            *detail);
  /* Takes all problems back. */
  void         (*clear)       (EnlaceParameterField  *self);
};

/* The field for a parameter's kind. */
GtkWidget             *enlace_parameter_field_new           (const EnlaceParameter *parameter,
                                                             EnlaceSample          *sample);
const EnlaceParameter *enlace_parameter_field_get_parameter (EnlaceParameterField  *self);
EnlaceSample          *enlace_parameter_field_get_sample    (EnlaceParameterField  *self);
void                   enlace_parameter_field_set_value     (EnlaceParameterField  *self,
                                                             EnlaceValue           *value);
EnlaceValue           *enlace_parameter_field_get_value     (EnlaceParameterField  *self,
                                                             GError               **error);
/* `problems`: element-type EnlaceProblem, all of the step's; those of this parameter are shown. */
void                   enlace_parameter_field_set_problems  (EnlaceParameterField  *self,
                                                             GPtrArray             *problems);

/* For subclasses. */
void                   enlace_parameter_field_set_editor    (EnlaceParameterField  *self,
                                                             GtkWidget             *editor);
/* Beside the title. */
void                   enlace_parameter_field_add_suffix    (EnlaceParameterField  *self,
                                                             GtkWidget             *suffix);
void                   enlace_parameter_field_changed       (EnlaceParameterField  *self);
/* An entry of the field; its signals are passed on. */
void                   enlace_parameter_field_watch         (EnlaceParameterField  *self,
                                                             EnlaceExpressionEntry *entry);

G_END_DECLS
