/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/value/json.h"
#include "common/workflow/document.h"
#include "common/workflow/step-type.h"

static void
test_every_built_type_is_known (void)
{
  guint n_infos;
  const EnlaceStepInfo *const *infos = enlace_step_infos (&n_infos);

  g_assert_cmpuint (n_infos, >=, 7);
  for (guint i = 0; i < n_infos; i++)
    {
      g_assert_true (enlace_step_type_is_known (infos[i]->name));
      g_assert_true (enlace_step_info_find (infos[i]->name) == infos[i]);
      g_assert_true (g_str_has_prefix (infos[i]->name, infos[i]->category));
      g_assert_nonnull (infos[i]->title);
      g_assert_nonnull (infos[i]->description);
      g_assert_true (g_str_has_suffix (infos[i]->icon_name, "-symbolic"));
      g_assert_true ((infos[i]->ports[0] == NULL) == ((infos[i]->flags & ENLACE_STEP_END) != 0));
      g_assert_true (g_str_has_prefix (infos[i]->name, "trigger.") == ((infos[i]->flags & ENLACE_STEP_TRIGGER) != 0));
    }
}

static void
test_types_that_are_not_built (void)
{
  static const char *const types[] = { "action" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_assert_true (enlace_step_type_is_known (types[i]));
      g_assert_null (enlace_step_info_find (types[i]));
    }

  g_assert_false (enlace_step_type_is_known ("data.magic"));
  g_assert_null (enlace_step_info_find ("data.magic"));
}

/* A fallback that the check refused would make every new step a problem. */
static void
test_fallbacks_pass_the_check (void)
{
  guint n_infos;
  const EnlaceStepInfo *const *infos = enlace_step_infos (&n_infos);

  for (guint i = 0; i < n_infos; i++)
    for (guint j = 0; j < infos[i]->n_parameters; j++)
      {
        const EnlaceParameter *parameter = &infos[i]->parameters[j];
        g_autofree char *pointer = g_strdup_printf ("/nodes/0/parameters/%s", parameter->name);
        g_autofree char *text = NULL;
        g_autoptr(GError) error = NULL;
        g_autoptr(EnlaceValue) value = NULL;
        g_autoptr(GPtrArray) refusals = g_ptr_array_new ();
        g_autoptr(EnlaceDocument) document = NULL;
        g_autoptr(GPtrArray) problems = NULL;

        g_assert_nonnull (parameter->title);
        g_assert_true ((parameter->choices != NULL) ==
                       (parameter->kind == ENLACE_PARAMETER_CHOICE || parameter->kind == ENLACE_PARAMETER_CHOICES));
        if (parameter->fallback == NULL)
          continue;

        g_assert_false (parameter->required);
        text = g_strdup_printf ("{\"schema\":1,\"nodes\":[{\"id\":\"a\",\"type\":\"%s\",\"parameters\":{\"%s\":%s}}]}",
                                infos[i]->name, parameter->name, parameter->fallback);
        value = enlace_json_parse (text, -1, &error);
        g_assert_no_error (error);
        document = enlace_document_read (value, refusals);
        problems = enlace_document_check (document);
        for (guint k = 0; k < problems->len; k++)
          g_assert_false (g_str_has_prefix (((EnlaceProblem *) problems->pdata[k])->pointer, pointer));
      }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/step-type/every-built-type-is-known", test_every_built_type_is_known);
  g_test_add_func ("/step-type/types-that-are-not-built", test_types_that_are_not_built);
  g_test_add_func ("/step-type/fallbacks-pass-the-check", test_fallbacks_pass_the_check);

  return g_test_run ();
}
