/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdint.h>

#include "common/value/json.h"
#include "common/workflow/derive.h"
#include "common/workflow/document.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* Edges go forward in the order, and every node is in it once. */
static void
check_order (EnlaceDocument *document)
{
  guint n_nodes = enlace_document_get_n_nodes (document);
  g_autofree guint *position = g_new0 (guint, n_nodes + 1);

  for (guint i = 0; i < n_nodes; i++)
    {
      guint node = enlace_document_get_order (document)[i];

      g_assert_cmpuint (node, <, n_nodes);
      g_assert_cmpuint (position[node], ==, 0);
      position[node] = i + 1;
    }

  for (guint i = 0; i < enlace_document_get_n_edges (document); i++)
    {
      const EnlaceDocumentEdge *edge = enlace_document_get_edge (document, i);

      g_assert_cmpuint (position[edge->from], <, position[edge->to]);
    }
}

/* Every problem points at something, or at what is missing in something. */
static void
check_problems (EnlaceDocument *document)
{
  g_autoptr(GPtrArray) problems = enlace_document_check (document);
  g_autoptr(EnlaceValue) value = enlace_problems_to_value (problems);
  EnlaceEstimate estimate;

  enlace_document_estimate_calls (document, &estimate);
  g_assert_true (estimate.maximum == -1 || (guint64) estimate.maximum >= estimate.minimum);
  for (guint i = 0; i < problems->len; i++)
    {
      const EnlaceProblem *problem = g_ptr_array_index (problems, i);

      g_assert_true (problem->pointer[0] == '\0' || problem->pointer[0] == '/');
      g_assert_true (problem->node == NULL || enlace_document_find_node (document, problem->node) != NULL);
      g_assert_true (g_utf8_validate (problem->detail, -1, NULL));
    }

  g_assert_cmpuint (enlace_value_get_length (value), ==, problems->len);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr(EnlaceValue) value = enlace_json_parse ((const char *) data, size, NULL);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = NULL;
  g_autoptr(EnlaceValue) config = NULL;
  g_autoptr(EnlaceValue) conditions = NULL;

  if (value == NULL)
    return 0;

  document = enlace_document_read (value, refusals);
  g_assert_true ((document == NULL) == (refusals->len > 0));
  if (document == NULL)
    return 0;

  check_order (document);
  check_problems (document);
  config = enlace_document_derive_trigger_config (document);
  conditions = enlace_document_derive_conditions (document);
  g_assert_nonnull (enlace_document_get_trigger_type (document));

  return 0;
}
