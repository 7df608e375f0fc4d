/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/expression/nearest.h"
#include "common/schedule/schedule.h"
#include "common/schema/schema.h"
#include "common/value/json.h"
#include "common/value/time.h"
#include "common/workflow/check-private.h"

/* What an HTTP header may be called (RFC 9110, 5.1). */
static gboolean
is_header_name (const char *text)
{
  if (text == NULL || text[0] == '\0')
    return FALSE;

  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr ("!#$%&'*+-.^_`|~", *text) == NULL)
      return FALSE;

  return TRUE;
}

static gboolean
is_one_expression (EnlaceTemplate *template)
{
  return template != NULL && enlace_template_get_expression (template) != NULL;
}

/* An expression has to give a value of one of some kinds, and its type says that it never does. */
static void
check_kinds (EnlaceCheck           *self,
             EnlaceValue           *value,
             guint                  kinds,
             const char            *wanted,
             const EnlaceParameter *parameter,
             const char            *pointer)
{
  g_autoptr(EnlaceType) type = enlace_check_infer (self, value);
  g_autofree char *words = NULL;

  if (enlace_type_get_kinds (type) & kinds)
    return;

  words = enlace_type_describe (type);
  enlace_check_add (self, pointer, "“%s” is %s, but this gives %s", parameter->name, wanted, words);
}

static void
check_text (EnlaceCheck           *self,
            const EnlaceParameter *parameter,
            EnlaceValue           *value,
            const char            *pointer)
{
  g_autoptr(EnlaceTemplate) template = NULL;

  if (enlace_value_get_kind (value) != ENLACE_KIND_STRING)
    enlace_check_add (self, pointer, "“%s” is a text", parameter->name);
  else if (parameter->required && enlace_value_get_string (value)[0] == '\0')
    enlace_check_add (self, pointer, "“%s” is empty", parameter->name);
  else
    template = enlace_check_template (self, value, pointer);
}

static void
check_condition (EnlaceCheck           *self,
                 const EnlaceParameter *parameter,
                 EnlaceValue           *value,
                 const char            *pointer)
{
  guint n_problems = self->problems->len;
  g_autoptr(EnlaceTemplate) template = NULL;

  if (enlace_value_get_kind (value) == ENLACE_KIND_BOOL)
    return;

  if (enlace_value_get_kind (value) == ENLACE_KIND_STRING)
    template = enlace_check_template (self, value, pointer);

  if (!is_one_expression (template) && self->problems->len == n_problems)
    enlace_check_add (self, pointer, "“%s” is one expression, such as {{ trigger.body.amount > 100 }}", parameter->name);
  else if (self->problems->len == n_problems)
    check_kinds (self, value, ENLACE_KIND_MASK (ENLACE_KIND_BOOL), "a bool", parameter, pointer);
}

static void
check_number (EnlaceCheck           *self,
              const EnlaceParameter *parameter,
              EnlaceValue           *value,
              const char            *pointer)
{
  guint n_problems = self->problems->len;
  g_autoptr(EnlaceTemplate) template = NULL;

  if (enlace_value_get_kind (value) == ENLACE_KIND_INT && enlace_value_get_int (value) >= parameter->minimum &&
      enlace_value_get_int (value) <= parameter->maximum)
    return;

  if (enlace_value_get_kind (value) == ENLACE_KIND_STRING)
    template = enlace_check_template (self, value, pointer);

  if (!is_one_expression (template) && self->problems->len == n_problems)
    enlace_check_add (self, pointer,
                      "“%s” is a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", or an expression",
                      parameter->name, parameter->minimum, parameter->maximum);
  else if (self->problems->len == n_problems)
    check_kinds (self, value, ENLACE_KINDS_NUMBER, "a whole number", parameter, pointer);
}

static void
check_choice (EnlaceCheck           *self,
              const EnlaceParameter *parameter,
              EnlaceValue           *value,
              const char            *pointer)
{
  const char *text = enlace_value_get_string (value);
  g_autofree char *choices = NULL;

  if (text != NULL && g_strv_contains (parameter->choices, text))
    return;

  choices = g_strjoinv (", ", (char **) parameter->choices);
  enlace_check_add (self, pointer, "“%s” is one of: %s", parameter->name, choices);
}

static void
check_choices (EnlaceCheck           *self,
               const EnlaceParameter *parameter,
               EnlaceValue           *value,
               const char            *pointer)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (enlace_value_get_kind (value) != ENLACE_KIND_LIST || enlace_value_get_length (value) == 0)
    {
      enlace_check_add (self, pointer, "“%s” is a list with one choice at least", parameter->name);
      return;
    }

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      EnlaceValue *choice = enlace_value_get_element (value, i);
      g_autofree char *place = g_strdup_printf ("%s/%" G_GSIZE_FORMAT, pointer, i);

      check_choice (self, parameter, choice, place);
      if (enlace_value_get_string (choice) != NULL &&
          !g_hash_table_add (seen, (gpointer) enlace_value_get_string (choice)))
        enlace_check_add (self, place, "“%.64s” is there twice", enlace_value_get_string (choice));
    }
}

/* A text, which may hold templates, or another scalar. */
static gboolean
check_pair_value (EnlaceCheck *self,
                  EnlaceValue *value,
                  const char  *pointer)
{
  EnlaceKind kind = enlace_value_get_kind (value);
  g_autoptr(EnlaceTemplate) template = NULL;

  if (kind == ENLACE_KIND_STRING)
    template = enlace_check_template (self, value, pointer);

  return kind == ENLACE_KIND_STRING || kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT ||
         kind == ENLACE_KIND_DOUBLE || kind == ENLACE_KIND_BOOL;
}

/* Only a query may have a name several times: then its value is a list. */
static gboolean
check_query_value (EnlaceCheck *self,
                   EnlaceValue *value,
                   const char  *pointer)
{
  if (enlace_value_get_kind (value) != ENLACE_KIND_LIST)
    return check_pair_value (self, value, pointer);

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      g_autofree char *place = g_strdup_printf ("%s/%" G_GSIZE_FORMAT, pointer, i);

      if (!check_pair_value (self, enlace_value_get_element (value, i), place))
        return FALSE;
    }

  return TRUE;
}

static void
check_pair (EnlaceCheck           *self,
            const EnlaceParameter *parameter,
            const char            *name,
            EnlaceValue           *value,
            const char            *pointer)
{
  gboolean is_query = strcmp (parameter->name, "query") == 0;

  if (name[0] == '\0')
    enlace_check_add (self, pointer, "A name is empty");
  else if (!is_query && !is_header_name (name))
    enlace_check_add (self, pointer, "“%.64s” is no name of a header", name);

  if (is_query && !check_query_value (self, value, pointer))
    enlace_check_add (self, pointer, "The value of “%.64s” is a text, a number, true, false or a list of these", name);
  else if (!is_query && !check_pair_value (self, value, pointer))
    enlace_check_add (self, pointer, "The value of “%.64s” is a text, a number, true or false", name);
}

static void
check_pairs (EnlaceCheck           *self,
             const EnlaceParameter *parameter,
             EnlaceValue           *value,
             const char            *pointer)
{
  if (enlace_value_get_kind (value) != ENLACE_KIND_MAP)
    {
      enlace_check_add (self, pointer, "“%s” is an object", parameter->name);
      return;
    }

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (value, i));
      g_autoptr(GString) place = g_string_new (pointer);

      enlace_json_pointer_append (place, name != NULL ? name : "");
      check_pair (self, parameter, name != NULL ? name : "", enlace_value_get_member_value (value, i), place->str);
    }
}

static void
check_header_name (EnlaceCheck           *self,
                   const EnlaceParameter *parameter,
                   EnlaceValue           *value,
                   const char            *pointer)
{
  if (!is_header_name (enlace_value_get_string (value)))
    enlace_check_add (self, pointer, "“%s” is the name of a header", parameter->name);
}

static void
check_switch (EnlaceCheck           *self,
              const EnlaceParameter *parameter,
              EnlaceValue           *value,
              const char            *pointer)
{
  if (enlace_value_get_kind (value) != ENLACE_KIND_BOOL)
    enlace_check_add (self, pointer, "“%s” is true or false", parameter->name);
}

/* A text such as "90s", or milliseconds, or a template. */
static void
check_duration (EnlaceCheck           *self,
                const EnlaceParameter *parameter,
                EnlaceValue           *value,
                const char            *pointer)
{
  guint n_problems = self->problems->len;
  g_autoptr(EnlaceTemplate) template = NULL;
  gint64 milliseconds;

  if (enlace_value_get_kind (value) == ENLACE_KIND_INT && enlace_value_get_int (value) >= 0)
    return;
  if (enlace_value_get_kind (value) == ENLACE_KIND_STRING)
    template = enlace_check_template (self, value, pointer);
  if (template != NULL && enlace_template_is_constant (template) && !enlace_time_span_parse (enlace_value_get_string (value), &milliseconds))
    g_clear_pointer (&template, enlace_template_unref);

  if (template == NULL && self->problems->len == n_problems)
    enlace_check_add (self, pointer, "“%s” is a length of time such as 90s, 15m, 2h or 3d, or an expression", parameter->name);
}

static void
check_time (EnlaceCheck           *self,
            const EnlaceParameter *parameter,
            EnlaceValue           *value,
            const char            *pointer)
{
  guint n_problems = self->problems->len;
  g_autoptr(EnlaceTemplate) template = NULL;
  guint32 nanoseconds;
  gint64 seconds;

  if (enlace_value_get_kind (value) == ENLACE_KIND_STRING)
    template = enlace_check_template (self, value, pointer);
  if (template != NULL && enlace_template_is_constant (template) && !enlace_time_parse (enlace_value_get_string (value), &seconds, &nanoseconds))
    g_clear_pointer (&template, enlace_template_unref);

  if (template == NULL && self->problems->len == n_problems)
    enlace_check_add (self, pointer, "“%s” is a time such as 2030-01-31T09:00:00Z, or an expression", parameter->name);
}

/* Something that other things are called by: no template. */
static gboolean
check_name (EnlaceCheck           *self,
            const EnlaceParameter *parameter,
            EnlaceValue           *value,
            const char            *pointer)
{
  const char *text = enlace_value_get_string (value);

  if (text == NULL || *text == '\0')
    enlace_check_add (self, pointer, "“%s” is a text", parameter->name);
  else if (strstr (text, "{{") != NULL)
    enlace_check_add (self, pointer, "“%s” holds no expression", parameter->name);
  else
    return TRUE;

  return FALSE;
}

static void
check_cron (EnlaceCheck           *self,
            const EnlaceParameter *parameter,
            EnlaceValue           *value,
            const char            *pointer)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceCron) cron = NULL;

  if (check_name (self, parameter, value, pointer) && (cron = enlace_cron_parse (enlace_value_get_string (value), &error)) == NULL)
    enlace_check_add (self, pointer, "%s", error->message);
}

static void
check_time_zone (EnlaceCheck           *self,
                 const EnlaceParameter *parameter,
                 EnlaceValue           *value,
                 const char            *pointer)
{
  const char *text = enlace_value_get_string (value);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceSchedule) schedule = NULL;

  if (text != NULL && *text == '\0')
    return;
  if (check_name (self, parameter, value, pointer) && (schedule = enlace_schedule_new_cron ("@daily", text, &error)) == NULL)
    enlace_check_add (self, pointer, "%s", error->message);
}

static void
check_names (EnlaceCheck           *self,
             const EnlaceParameter *parameter,
             EnlaceValue           *value,
             const char            *pointer)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (enlace_value_get_kind (value) != ENLACE_KIND_LIST || enlace_value_get_length (value) == 0)
    {
      enlace_check_add (self, pointer, "“%s” is a list with one name at least", parameter->name);
      return;
    }

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      EnlaceValue *name = enlace_value_get_element (value, i);
      g_autofree char *place = g_strdup_printf ("%s/%" G_GSIZE_FORMAT, pointer, i);

      if (check_name (self, parameter, name, place) && !g_hash_table_add (seen, (gpointer) enlace_value_get_string (name)))
        enlace_check_add (self, place, "“%.64s” is there twice", enlace_value_get_string (name));
    }
}

static void
check_schema (EnlaceCheck           *self,
              const EnlaceParameter *parameter,
              EnlaceValue           *value,
              const char            *pointer)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceSchema) schema = NULL;

  if (enlace_value_get_kind (value) != ENLACE_KIND_MAP)
    enlace_check_add (self, pointer, "“%s” is a JSON Schema, an object", parameter->name);
  else if ((schema = enlace_schema_new (value, &error)) == NULL)
    enlace_check_add (self, pointer, "“%s” is no JSON Schema: %s", parameter->name, error->message);
}

/* What these go through is a list. */
static const char *const list_types[] = { "flow.loop", "data.filter", "data.sort", "data.aggregate", NULL };

static void
check_expression (EnlaceCheck           *self,
                  const EnlaceParameter *parameter,
                  EnlaceValue           *value,
                  const char            *pointer)
{
  guint n_problems = self->problems->len;
  g_autoptr(EnlaceTemplate) template = enlace_check_template (self, value, pointer);

  if (strcmp (parameter->name, "items") == 0 && g_strv_contains (list_types, self->node->type) && self->problems->len == n_problems)
    check_kinds (self, value, ENLACE_KIND_MASK (ENLACE_KIND_LIST), "a list", parameter, pointer);
}

static void check_parameter (EnlaceCheck           *self,
                             const EnlaceParameter *parameter,
                             EnlaceValue           *value,
                             const char            *pointer);

static gboolean
is_column (const EnlaceParameter *parameter,
           const char            *name)
{
  for (guint i = 0; i < parameter->n_columns; i++)
    if (g_strcmp0 (parameter->columns[i].name, name) == 0)
      return TRUE;

  return FALSE;
}

static void
check_row (EnlaceCheck           *self,
           const EnlaceParameter *parameter,
           EnlaceValue           *row,
           const char            *base)
{
  if (enlace_value_get_kind (row) != ENLACE_KIND_MAP)
    {
      enlace_check_add (self, base, "An entry of “%s” is an object", parameter->name);
      return;
    }

  for (gsize i = 0; i < enlace_value_get_length (row); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (row, i));

      if (!is_column (parameter, name))
        enlace_check_add (self, base, "An entry of “%s” has no member “%.64s”", parameter->name, name != NULL ? name : "");
    }

  for (guint i = 0; i < parameter->n_columns; i++)
    {
      const EnlaceParameter *column = &parameter->columns[i];
      EnlacePlace place = self->place;
      EnlaceValue *value = enlace_value_get_member (row, column->name);
      g_autofree char *pointer = g_strdup_printf ("%s/%s", base, column->name);

      if (column->per_item)
        self->place = ENLACE_PLACE_ITEM;
      if (value != NULL)
        check_parameter (self, column, value, pointer);
      else if (column->required)
        enlace_check_add (self, pointer, "“%s” is missing", column->name);
      self->place = place;
    }
}

static void
check_rows (EnlaceCheck           *self,
            const EnlaceParameter *parameter,
            EnlaceValue           *value,
            const char            *pointer)
{
  if (enlace_value_get_kind (value) != ENLACE_KIND_LIST || (parameter->required && enlace_value_get_length (value) == 0))
    {
      enlace_check_add (self, pointer, "“%s” is a list with one entry at least", parameter->name);
      return;
    }

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      g_autofree char *place = g_strdup_printf ("%s/%" G_GSIZE_FORMAT, pointer, i);

      check_row (self, parameter, enlace_value_get_element (value, i), place);
    }
}

static void
check_one_name (EnlaceCheck           *self,
                const EnlaceParameter *parameter,
                EnlaceValue           *value,
                const char            *pointer)
{
  check_name (self, parameter, value, pointer);
}

static void
check_code (EnlaceCheck           *self,
            const EnlaceParameter *parameter,
            EnlaceValue           *value,
            const char            *pointer)
{
  if (enlace_value_get_kind (value) != ENLACE_KIND_STRING)
    enlace_check_add (self, pointer, "“%s” is a text", parameter->name);
}

static void
check_mapped_fields (EnlaceCheck           *self,
                     const EnlaceParameter *parameter,
                     EnlaceValue           *value,
                     const char            *pointer)
{
  enlace_check_fields (self, value, pointer);
}

static void
check_json (EnlaceCheck           *self,
            const EnlaceParameter *parameter,
            EnlaceValue           *value,
            const char            *pointer)
{
  g_autoptr(EnlaceTemplate) template = enlace_check_template (self, value, pointer);
}

static void (*const checks[]) (EnlaceCheck           *self,
                               const EnlaceParameter *parameter,
                               EnlaceValue           *value,
                               const char            *pointer) = {
  [ENLACE_PARAMETER_TEXT] = check_text,
  [ENLACE_PARAMETER_LONG_TEXT] = check_text,
  [ENLACE_PARAMETER_CONDITION] = check_condition,
  [ENLACE_PARAMETER_NUMBER] = check_number,
  [ENLACE_PARAMETER_CHOICE] = check_choice,
  [ENLACE_PARAMETER_FIELDS] = check_mapped_fields,
  [ENLACE_PARAMETER_PAIRS] = check_pairs,
  [ENLACE_PARAMETER_JSON] = check_json,
  [ENLACE_PARAMETER_CHOICES] = check_choices,
  [ENLACE_PARAMETER_HEADER_NAME] = check_header_name,
  [ENLACE_PARAMETER_SWITCH] = check_switch,
  [ENLACE_PARAMETER_EXPRESSION] = check_expression,
  [ENLACE_PARAMETER_DURATION] = check_duration,
  [ENLACE_PARAMETER_TIME] = check_time,
  [ENLACE_PARAMETER_NAME] = check_one_name,
  [ENLACE_PARAMETER_NAMES] = check_names,
  [ENLACE_PARAMETER_ROWS] = check_rows,
  [ENLACE_PARAMETER_CODE] = check_code,
  [ENLACE_PARAMETER_CRON] = check_cron,
  [ENLACE_PARAMETER_TIME_ZONE] = check_time_zone,
  [ENLACE_PARAMETER_SCHEMA] = check_schema,
  [ENLACE_PARAMETER_WORKFLOW] = check_one_name,
};

static void
check_parameter (EnlaceCheck           *self,
                 const EnlaceParameter *parameter,
                 EnlaceValue           *value,
                 const char            *pointer)
{
  checks[parameter->kind] (self, parameter, value, pointer);
}

static void
check_unknown (EnlaceCheck          *self,
               const EnlaceStepInfo *info,
               const char           *name,
               const char           *base)
{
  g_autoptr(GString) pointer = g_string_new (base);
  EnlaceNearest nearest;

  for (guint i = 0; i < info->n_parameters; i++)
    if (strcmp (info->parameters[i].name, name) == 0)
      return;

  enlace_nearest_init (&nearest, name);
  for (guint i = 0; i < info->n_parameters; i++)
    enlace_nearest_offer (&nearest, info->parameters[i].name);

  enlace_json_pointer_append (pointer, name);
  if (nearest.best != NULL)
    enlace_check_add (self, pointer->str, "A step of type “%s” has no parameter “%.64s” in this version; did you mean “%s”?",
                      info->name, name, nearest.best);
  else
    enlace_check_add (self, pointer->str, "A step of type “%s” has no parameter “%.64s” in this version", info->name, name);
}

static EnlacePlace
get_place (const EnlaceStepInfo  *info,
           const EnlaceParameter *parameter)
{
  static const char *const at_the_end[] = { "result", "while", NULL };

  if (strcmp (info->name, "flow.loop") == 0)
    return g_strv_contains (at_the_end, parameter->name) ? ENLACE_PLACE_BODY : ENLACE_PLACE_STEP;

  return parameter->per_item ? ENLACE_PLACE_ITEM : ENLACE_PLACE_STEP;
}

static void
check_one_of (EnlaceCheck          *self,
              const EnlaceStepInfo *info,
              const char           *base)
{
  g_autofree char *names = NULL;

  if (info->one_of == NULL)
    return;

  for (gsize i = 0; info->one_of[i] != NULL; i++)
    {
      EnlaceValue *value = enlace_value_get_member (self->node->parameters, info->one_of[i]);

      if (value != NULL && !enlace_value_is_null (value) && (enlace_value_get_kind (value) != ENLACE_KIND_BOOL || enlace_value_get_bool (value)))
        return;
    }

  names = g_strjoinv (", ", (char **) info->one_of);
  enlace_check_add (self, base, "One of these is needed: %s", names);
}

/* What each parameter alone does not tell: bounds that are the wrong way round, a schedule that never fires. */
static void
check_schedule (EnlaceCheck *self,
                const char  *base)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceSchedule) schedule = enlace_schedule_read (self->node->parameters, &error);

  if (schedule == NULL)
    enlace_check_add (self, base, "%s", error->message);
}

void
enlace_check_parameters (EnlaceCheck          *self,
                         const EnlaceStepInfo *info)
{
  EnlaceValue *parameters = self->node->parameters;
  g_autofree char *base = g_strdup_printf ("/nodes/%u/parameters", self->node->index);
  guint n_problems = self->problems->len;

  for (gsize i = 0; i < enlace_value_get_length (parameters); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (parameters, i));

      check_unknown (self, info, name != NULL ? name : "", base);
    }

  for (guint i = 0; i < info->n_parameters; i++)
    {
      const EnlaceParameter *parameter = &info->parameters[i];
      EnlaceValue *value = enlace_value_get_member (parameters, parameter->name);
      g_autofree char *pointer = g_strdup_printf ("%s/%s", base, parameter->name);

      self->place = get_place (info, parameter);
      if (value != NULL)
        check_parameter (self, parameter, value, pointer);
      else if (parameter->required)
        enlace_check_add (self, pointer, "“%s” is missing", parameter->name);
      self->place = ENLACE_PLACE_STEP;
    }

  check_one_of (self, info, base);
  if (strcmp (info->name, "trigger.schedule") == 0 && self->problems->len == n_problems)
    check_schedule (self, base);
}
