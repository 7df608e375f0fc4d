/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflows"

#include "config.h"

#include "src/workflows/example.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "common/value/json.h"

#define EXAMPLES "/com/alkitu/Enlace/examples/"

/* The texts of the example's file, for translators. */
static const char *const texts[] G_GNUC_UNUSED = {
  N_("A push arrives"),
  N_("Default branch?"),
  N_("Write the message"),
  N_("Tell the other system"),
  N_("Nothing to tell"),
  N_("Press Test to run it with the sample push. Publish it, and give the address of its first step to a repository: "
     "then it runs at every push."),
};

static EnlaceValue *
read_resource (const char *name)
{
  g_autofree char *path = g_strconcat (EXAMPLES, name, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  EnlaceValue *value = NULL;

  if (bytes != NULL)
    value = enlace_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  if (value == NULL)
    g_error ("%s: %s", path, error->message);

  return value;
}

/* The list with one text member of each item in the person's language. */
static EnlaceValue *
translate_items (EnlaceValue *list,
                 const char  *member)
{
  g_autoptr(EnlaceListBuilder) translated = enlace_list_builder_new ();

  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      EnlaceValue *item = enlace_value_get_element (list, i);
      g_autoptr(EnlaceValue) text = enlace_value_new_string (_(enlace_value_get_member_string (item, member, "?")));

      enlace_list_builder_take (translated, enlace_value_with_member (item, member, text));
    }

  return enlace_list_builder_end (translated);
}

EnlaceValue *
enlace_example_new_empty (void)
{
  return read_resource ("empty.json");
}

EnlaceValue *
enlace_example_new_push (void)
{
  g_autoptr(EnlaceValue) document = read_resource ("push.json");
  g_autoptr(EnlaceValue) nodes = translate_items (enlace_value_get_member (document, "nodes"), "name");
  g_autoptr(EnlaceValue) notes = translate_items (enlace_value_get_member (document, "notes"), "text");
  g_autoptr(EnlaceValue) named = enlace_value_with_member (document, "nodes", nodes);

  return enlace_value_with_member (named, "notes", notes);
}
