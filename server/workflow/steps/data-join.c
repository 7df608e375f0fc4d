/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#include <string.h>

#define NOWHERE G_MAXSIZE

typedef enum { KIND_INNER, KIND_LEFT, KIND_RIGHT, KIND_OUTER } Kind;

/* A join under way. */
typedef struct {
  EnlaceStepContext *context;
  EnlaceValue       *left, *right;
  Kind               kind;
  gboolean           is_pairs;
  GHashTable        *first;       /* key → the number of the first right item + 1 */
  gsize             *next;        /* right item → the next one with the same key; NOWHERE: none */
  guint8            *is_matched;  /* right item */
  EnlaceListBuilder *output;
  gsize              size;        /* of the output so far, about */
} Join;

static void
clear_join (Join *self)
{
  g_clear_pointer (&self->left, enlace_value_unref);
  g_clear_pointer (&self->right, enlace_value_unref);
  g_clear_pointer (&self->first, g_hash_table_unref);
  g_clear_pointer (&self->output, enlace_list_builder_free);
  g_free (self->next);
  g_free (self->is_matched);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Join, clear_join)

/* From the last to the first, so that each chain leads from the first on. */
static gboolean
index_right (Join    *self,
             GError **error)
{
  gsize n = enlace_value_get_length (self->right);

  self->first = g_hash_table_new_full ((GHashFunc) enlace_value_hash, (GEqualFunc) enlace_value_equal, (GDestroyNotify) enlace_value_unref, NULL);
  self->next = g_new (gsize, n + 1);
  self->is_matched = g_new0 (guint8, n + 1);
  for (gsize i = n; i > 0; i--)
    {
      EnlaceValue *item = enlace_value_get_element (self->right, i - 1);
      EnlaceValue *key = enlace_step_context_get_for (self->context, "right_key", item, i - 1, error);

      if (key == NULL || !enlace_step_context_charge (self->context, 1, error))
        {
          g_clear_pointer (&key, enlace_value_unref);
          return FALSE;
        }
      self->next[i - 1] = GPOINTER_TO_SIZE (g_hash_table_lookup (self->first, key)) - 1;
      if (enlace_value_is_null (key))
        enlace_value_unref (key);
      else
        g_hash_table_replace (self->first, key, GSIZE_TO_POINTER (i));
    }

  return TRUE;
}

static void
add_members (EnlaceMapBuilder *builder,
             EnlaceValue      *record)
{
  for (gsize i = 0; i < enlace_value_get_length (record); i++)
    {
      EnlaceValue *key = enlace_value_get_key (record, i);
      const char *name = enlace_value_get_string (key);

      if (name != NULL)
        enlace_map_builder_add (builder, name, enlace_value_get_member_value (record, i));
      else
        enlace_map_builder_insert (builder, key, enlace_value_get_member_value (record, i));
    }
}

static gboolean
check_record (EnlaceValue  *record,
              const char   *side,
              GError      **error)
{
  if (record == NULL || enlace_value_get_kind (record) == ENLACE_KIND_MAP)
    return TRUE;

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER,
               "An item of “%s” is %s: only records can be merged; take pairs as the result", side, enlace_step_describe_kind (record));
  return FALSE;
}

/* Either may be NULL, not both. */
static gboolean
add_pair (Join         *self,
          EnlaceValue  *left,
          EnlaceValue  *right,
          GError      **error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) nothing = enlace_value_new_null ();

  if (self->is_pairs)
    {
      enlace_map_builder_add (builder, "left", left != NULL ? left : nothing);
      enlace_map_builder_add (builder, "right", right != NULL ? right : nothing);
    }
  else
    {
      if (!check_record (left, "left", error) || !check_record (right, "right", error))
        return FALSE;
      if (left != NULL)
        add_members (builder, left);
      if (right != NULL)
        add_members (builder, right);
    }

  enlace_list_builder_take (self->output, enlace_map_builder_end (builder));
  self->size += 256 + (left != NULL ? enlace_value_get_size (left) : 0) + (right != NULL ? enlace_value_get_size (right) : 0);
  return enlace_step_context_charge (self->context, 10, error) && enlace_step_context_reserve (self->context, self->size, error);
}

static gboolean
join_left (Join         *self,
           EnlaceValue  *item,
           EnlaceValue  *key,
           GError      **error)
{
  gsize right = enlace_value_is_null (key) ? NOWHERE : GPOINTER_TO_SIZE (g_hash_table_lookup (self->first, key)) - 1;

  if (right == NOWHERE && (self->kind == KIND_LEFT || self->kind == KIND_OUTER))
    return add_pair (self, item, NULL, error);

  for (; right != NOWHERE; right = self->next[right])
    {
      self->is_matched[right] = TRUE;
      if (!add_pair (self, item, enlace_value_get_element (self->right, right), error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
join_all (Join    *self,
          GError **error)
{
  for (gsize i = 0; i < enlace_value_get_length (self->left); i++)
    {
      EnlaceValue *item = enlace_value_get_element (self->left, i);
      g_autoptr(EnlaceValue) key = enlace_step_context_get_for (self->context, "left_key", item, i, error);

      if (key == NULL || !join_left (self, item, key, error))
        return FALSE;
    }

  if (self->kind == KIND_INNER || self->kind == KIND_LEFT)
    return TRUE;

  for (gsize i = 0; i < enlace_value_get_length (self->right); i++)
    if (!self->is_matched[i] && !add_pair (self, NULL, enlace_value_get_element (self->right, i), error))
      return FALSE;

  return TRUE;
}

static gboolean
read_options (Join    *self,
              GError **error)
{
  static const char *const kinds[] = { "inner", "left", "right", "outer" };
  g_autofree char *kind = enlace_step_context_dup_text (self->context, "kind", error);
  g_autofree char *output = kind != NULL ? enlace_step_context_dup_text (self->context, "output", error) : NULL;

  if (output == NULL)
    return FALSE;

  self->is_pairs = strcmp (output, "pairs") == 0;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i], kind) == 0)
      self->kind = i;

  return TRUE;
}

static EnlaceValue *
data_join_run (EnlaceStepContext  *context,
               GError            **error)
{
  g_auto(Join) self = { .context = context, .output = enlace_list_builder_new () };

  if (!read_options (&self, error) || (self.left = enlace_step_context_get_list (context, "left", error)) == NULL
      || (self.right = enlace_step_context_get_list (context, "right", error)) == NULL || !index_right (&self, error) || !join_all (&self, error))
    return NULL;

  return enlace_list_builder_end (self.output);
}

const EnlaceStepType enlace_step_data_join = {
  .name = "data.join",
  .run = data_join_run,
};
