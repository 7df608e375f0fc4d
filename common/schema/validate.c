/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-schema"

#include <stdarg.h>
#include <string.h>

#include "common/schema/validation.h"
#include "common/value/json.h"

#define BUDGET (2 * 1000 * 1000)

void
enlace_schema_fault_free (EnlaceSchemaFault *self)
{
  g_free (self->pointer);
  g_free (self->detail);
  g_free (self);
}

gboolean
enlace_validation_fail (EnlaceValidation *self,
                        const char       *member,
                        const char       *format,
                        ...)
{
  g_autoptr(GString) pointer = NULL;
  g_autofree char *detail = NULL;
  EnlaceSchemaFault *fault;
  va_list args;

  if (self->faults == NULL || self->faults->len >= ENLACE_SCHEMA_MAX_FAULTS)
    return FALSE;

  va_start (args, format);
  detail = g_strdup_vprintf (format, args);
  va_end (args);

  pointer = g_string_new (self->pointer->str);
  if (member != NULL)
    enlace_json_pointer_append (pointer, member);

  fault = g_new0 (EnlaceSchemaFault, 1);
  fault->pointer = g_string_free (g_steal_pointer (&pointer), FALSE);
  /* A name that was cut short may end inside a character. */
  fault->detail = g_utf8_make_valid (detail, -1);
  g_ptr_array_add (self->faults, fault);

  return FALSE;
}

/* Ends the whole validation. The first fault says why, also when the list is full or nobody listens at this place. */
static gboolean
give_up (EnlaceValidation *self,
         const char       *reason)
{
  if (!self->exhausted)
    self->reason = reason;
  self->exhausted = TRUE;

  return FALSE;
}

gboolean
enlace_validation_charge (EnlaceValidation *self,
                          guint64           units)
{
  if (self->exhausted)
    return FALSE;
  if (units > self->budget)
    return give_up (self, "This is too large to be checked against the schema");

  self->budget -= units;
  return TRUE;
}

/* What one of several forms has against the value; NULL: it fits. */
static GPtrArray *
collect (EnlaceValidation       *self,
         const EnlaceSchemaNode *node,
         EnlaceValue            *value)
{
  GPtrArray *faults = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_schema_fault_free);
  GPtrArray *outer = self->faults;

  self->faults = faults;
  if (enlace_validation_visit (self, node, value))
    g_clear_pointer (&faults, g_ptr_array_unref);
  self->faults = outer;

  return faults;
}

gboolean
enlace_validation_fits (EnlaceValidation       *self,
                        const EnlaceSchemaNode *node,
                        EnlaceValue            *value)
{
  GPtrArray *outer = self->faults;
  gboolean fits;

  self->faults = NULL;
  fits = enlace_validation_visit (self, node, value);
  self->faults = outer;

  return fits;
}

/* Of several forms that the value could have had, the one that was meant is likely the one that it fits the furthest: whose first fault is inside the
 * value. With none such there is nothing to say but that it fits none. */
static gboolean
fail_choice (EnlaceValidation        *self,
             const EnlaceSchemaNodes *nodes,
             EnlaceValue             *value)
{
  gsize depth = self->pointer->len;
  g_autoptr(GPtrArray) meant = NULL;

  if (self->faults == NULL)
    return FALSE;
  if (nodes->n == 1)
    return enlace_validation_visit (self, nodes->nodes[0], value);

  for (gsize i = 0; i < nodes->n && !self->exhausted; i++)
    {
      g_autoptr(GPtrArray) faults = collect (self, nodes->nodes[i], value);
      const EnlaceSchemaFault *first = faults != NULL && faults->len > 0 ? faults->pdata[0] : NULL;

      if (first == NULL || strlen (first->pointer) <= depth)
        continue;
      depth = strlen (first->pointer);
      g_clear_pointer (&meant, g_ptr_array_unref);
      meant = g_steal_pointer (&faults);
    }

  if (meant == NULL)
    return enlace_validation_fail (self, NULL, "This has none of the %" G_GSIZE_FORMAT " forms that it may have", nodes->n);

  while (meant->len > 0 && self->faults->len < ENLACE_SCHEMA_MAX_FAULTS)
    g_ptr_array_add (self->faults, g_ptr_array_steal_index (meant, 0));

  return FALSE;
}

static gboolean
check_choices (EnlaceValidation       *self,
               const EnlaceSchemaNode *node,
               EnlaceValue            *value)
{
  gsize n_any = 0, n_one = 0;

  for (gsize i = 0; i < node->any.n && n_any == 0; i++)
    n_any += enlace_validation_fits (self, node->any.nodes[i], value);
  if (node->any.n > 0 && n_any == 0)
    return fail_choice (self, &node->any, value);

  for (gsize i = 0; i < node->one.n; i++)
    n_one += enlace_validation_fits (self, node->one.nodes[i], value);
  if (node->one.n > 0 && n_one == 0)
    return fail_choice (self, &node->one, value);
  if (n_one > 1)
    return enlace_validation_fail (self, NULL, "This has %" G_GSIZE_FORMAT " of the forms of which it may have one", n_one);

  return TRUE;
}

static gboolean
check_combinations (EnlaceValidation       *self,
                    const EnlaceSchemaNode *node,
                    EnlaceValue            *value)
{
  gboolean fits = TRUE;
  const EnlaceSchemaNode *then;

  if (node->reference != NULL)
    fits &= enlace_validation_visit (self, node->reference, value);
  for (gsize i = 0; i < node->all.n; i++)
    fits &= enlace_validation_visit (self, node->all.nodes[i], value);

  if (node->any.n > 0 || node->one.n > 0)
    fits &= check_choices (self, node, value);
  if (node->not != NULL && enlace_validation_fits (self, node->not, value))
    fits = enlace_validation_fail (self, NULL, "This has a form that it may not have");

  then = node->condition == NULL ? NULL : enlace_validation_fits (self, node->condition, value) ? node->then : node->otherwise;
  if (then != NULL)
    fits &= enlace_validation_visit (self, then, value);

  return fits;
}

static gboolean
visit (EnlaceValidation       *self,
       const EnlaceSchemaNode *node,
       EnlaceValue            *value)
{
  EnlaceKind kind = enlace_value_get_kind (value);
  gboolean fits;

  if (node->never)
    return enlace_validation_fail (self, NULL, "Nothing may stand here");
  /* Of a value of another type nothing else is worth saying. */
  if (!enlace_validation_scalar (self, node, value))
    return FALSE;

  fits = kind == ENLACE_KIND_MAP ? enlace_validation_members (self, node, value)
                                 : kind != ENLACE_KIND_LIST || enlace_validation_items (self, node, value);

  return check_combinations (self, node, value) && fits;
}

gboolean
enlace_validation_visit (EnlaceValidation       *self,
                         const EnlaceSchemaNode *node,
                         EnlaceValue            *value)
{
  gboolean fits;

  if (!enlace_validation_charge (self, 1))
    return FALSE;
  if (self->depth == ENLACE_SCHEMA_MAX_DEPTH)
    return give_up (self, "This is nested too deeply to be checked against the schema");

  self->depth++;
  fits = visit (self, node, value);
  self->depth--;

  /* What was cut short is not known to fit, and `not` must not turn that round. */
  return fits && !self->exhausted;
}

gboolean
enlace_schema_validate (EnlaceSchema *self,
                        EnlaceValue  *value,
                        GPtrArray    *faults)
{
  g_autoptr(GString) pointer = g_string_new ("");
  EnlaceValidation validation = { .faults = faults, .pointer = pointer, .budget = BUDGET };
  gboolean fits;

  g_return_val_if_fail (self != NULL && value != NULL, FALSE);

  fits = enlace_validation_visit (&validation, self->first, value);
  if (validation.exhausted && faults != NULL)
    {
      g_ptr_array_set_size (faults, MIN (faults->len, ENLACE_SCHEMA_MAX_FAULTS - 1));
      enlace_validation_fail (&validation, NULL, "%s", validation.reason);
    }

  return fits && !validation.exhausted;
}
