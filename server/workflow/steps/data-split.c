/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#include <string.h>

static EnlaceValue *
split_list (EnlaceStepContext  *context,
            EnlaceValue        *items,
            GError            **error)
{
  g_autoptr(EnlaceListBuilder) parts = enlace_list_builder_new ();
  g_autoptr(EnlaceListBuilder) part = enlace_list_builder_new ();
  gsize length = enlace_value_get_length (items);
  gint64 size;

  if (!enlace_step_context_get_number (context, "size", 1, 1000000, 100, &size, error) || !enlace_step_context_charge (context, length / 4, error))
    return NULL;

  for (gsize i = 0; i < length; i++)
    {
      enlace_list_builder_add (part, enlace_value_get_element (items, i));
      if ((gint64) enlace_list_builder_get_length (part) == size || i + 1 == length)
        enlace_list_builder_take (parts, enlace_list_builder_end (part));
    }

  return enlace_list_builder_end (parts);
}

/* How a text is split. */
typedef struct {
  const char *separator;     /* empty: the end of a line */
  gsize       length;
  gboolean    trims;
  gboolean    skips_empty;
} Cut;

static void
add_part (EnlaceListBuilder *parts,
          const Cut         *cut,
          const char        *start,
          const char        *end)
{
  while (cut->trims && start < end && g_ascii_isspace (*start))
    start++;
  while (cut->trims && start < end && g_ascii_isspace (end[-1]))
    end--;
  if (!cut->skips_empty || start < end)
    enlace_list_builder_take (parts, enlace_value_new_string_len (start, end - start));
}

/* The next separator from `at` on, and what it ends with; NULL: none. */
static const char *
find_cut (const Cut   *cut,
          const char  *at,
          const char  *end,
          const char **behind)
{
  const char *found;

  if (cut->length > 0)
    {
      found = memmem (at, end - at, cut->separator, cut->length);
      *behind = found + cut->length;
      return found;
    }

  found = memchr (at, '\n', end - at);
  if (found == NULL)
    return NULL;

  *behind = found + 1;
  return found > at && found[-1] == '\r' ? found - 1 : found;
}

static EnlaceValue *
cut_text (EnlaceStepContext  *context,
          const Cut          *cut,
          const char         *text,
          gsize               length,
          GError            **error)
{
  g_autoptr(EnlaceListBuilder) parts = enlace_list_builder_new ();
  const char *end = text + length;
  const char *found, *behind;

  while ((found = find_cut (cut, text, end, &behind)) != NULL)
    {
      add_part (parts, cut, text, found);
      text = behind;
      /* Each part is a value of its own: a text of separators alone is larger as a list. */
      if (enlace_list_builder_get_length (parts) % 4096 == 0
          && !enlace_step_context_reserve (context, enlace_list_builder_get_length (parts) * 48, error))
        return NULL;
    }

  /* The end of the last line begins no other. */
  if (cut->length > 0 || text < end)
    add_part (parts, cut, text, end);
  return enlace_list_builder_end (parts);
}

static EnlaceValue *
split_text (EnlaceStepContext  *context,
            EnlaceValue        *value,
            GError            **error)
{
  g_autoptr(EnlaceValue) separator = enlace_step_context_get (context, "separator", error);
  Cut cut = { .separator = "" };
  const char *text;
  gsize length;

  if (separator == NULL || !enlace_step_context_test (context, "trim", &cut.trims, error)
      || !enlace_step_context_test (context, "skip_empty", &cut.skips_empty, error))
    return NULL;

  if (!enlace_value_is_null (separator))
    cut.separator = enlace_value_get_string_len (separator, &cut.length);
  text = enlace_value_get_string_len (value, &length);
  if (text == NULL || cut.separator == NULL)
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“%s” must be a text, but is %s", text == NULL ? "text" : "separator",
                   enlace_step_describe_kind (text == NULL ? value : separator));
      return NULL;
    }

  return enlace_step_context_charge (context, length / 16, error) ? cut_text (context, &cut, text, length, error) : NULL;
}

static EnlaceValue *
data_split_run (EnlaceStepContext  *context,
                GError            **error)
{
  gboolean has_text = enlace_step_context_has (context, "text");
  g_autoptr(EnlaceValue) input = NULL;

  if (has_text == enlace_step_context_has (context, "items"))
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "A split has “items” or “text”, one of them");
      return NULL;
    }

  input = has_text ? enlace_step_context_get (context, "text", error) : enlace_step_context_get_list (context, "items", error);
  if (input == NULL)
    return NULL;

  return has_text ? split_text (context, input, error) : split_list (context, input, error);
}

const EnlaceStepType enlace_step_data_split = {
  .name = "data.split",
  .run = data_split_run,
};
