/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/entries.h"
#include "common/expression/function.h"

/* What is known of the functions without evaluating them. */

/* The entries of a group: those of the functions that CEL defines, then those of the added ones. */
static void
foreach_of_group (const char              *group,
                  EnlaceFunctionEntryFunc  func,
                  gpointer                 data)
{
  for (gsize i = 0; i < enlace_n_entry_groups; i++)
    for (gsize j = 0; g_str_equal (enlace_entry_groups[i].title, group) && j < enlace_entry_groups[i].n; j++)
      func (&enlace_entry_groups[i].entries[j], group, data);
  for (gsize i = 0; i < enlace_n_libraries; i++)
    for (gsize j = 0; g_strcmp0 (enlace_libraries[i]->group, group) == 0 && j < enlace_libraries[i]->n; j++)
      func (&enlace_libraries[i]->functions[j].entry, group, data);
}

void
enlace_library_foreach (EnlaceFunctionEntryFunc func,
                        gpointer                data)
{
  g_autoptr(GHashTable) done = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < enlace_n_entry_groups; i++)
    if (g_hash_table_add (done, (gpointer) enlace_entry_groups[i].title))
      foreach_of_group (enlace_entry_groups[i].title, func, data);
  for (gsize i = 0; i < enlace_n_libraries; i++)
    if (enlace_libraries[i]->group != NULL && g_hash_table_add (done, (gpointer) enlace_libraries[i]->group))
      foreach_of_group (enlace_libraries[i]->group, func, data);
}

typedef struct {
  const char *name;     /* nullable */
  GArray     *list;
} Listing;

static void
list_cb (const EnlaceFunctionEntry *entry,
         const char                *group,
         gpointer                   data)
{
  Listing *listing = data;
  EnlaceSignature signature;

  if (listing->name != NULL && !g_str_equal (listing->name, entry->name))
    return;
  enlace_signature_read (&signature, entry);
  g_array_append_val (listing->list, signature);
}

GArray *
enlace_library_list (const char *name)
{
  Listing listing = { name, g_array_new (FALSE, FALSE, sizeof (EnlaceSignature)) };

  enlace_library_foreach (list_cb, &listing);
  return listing.list;
}

typedef struct {
  GString    *text;
  const char *group;
} Page;

/* A bar would end the cell of a table. */
static void
append_cell (GString    *page,
             const char *text)
{
  for (; *text != '\0'; text++)
    {
      if (*text == '|')
        g_string_append_c (page, '\\');
      g_string_append_c (page, *text);
    }
}

static void
append_code (GString    *page,
             const char *text)
{
  g_string_append (page, strchr (text, '`') != NULL ? "`` " : "`");
  append_cell (page, text);
  g_string_append (page, strchr (text, '`') != NULL ? " ``" : "`");
}

static void
page_cb (const EnlaceFunctionEntry *entry,
         const char                *group,
         gpointer                   data)
{
  Page *page = data;

  if (page->group == NULL || !g_str_equal (page->group, group))
    g_string_append_printf (page->text, "\n## %s\n\n| function | what it does | example |\n| --- | --- | --- |\n", group);
  page->group = group;
  g_string_append (page->text, "| ");
  append_code (page->text, entry->signature);
  g_string_append (page->text, " | ");
  append_cell (page->text, entry->documentation);
  g_string_append (page->text, " | ");
  append_code (page->text, entry->example);
  g_string_append (page->text, " → ");
  append_code (page->text, entry->result);
  g_string_append (page->text, " |\n");
}

char *
enlace_library_dup_page (void)
{
  Page page = { g_string_new (NULL), NULL };

  g_string_append (page.text,
                   "# Functions\n\n"
                   "All functions of [expressions](expressions.md), with an example of each and what it gives, as JSON. This page is written from the\n"
                   "table that the program itself has (`expression-functions --page`, a test program of the build, prints it).\n\n"
                   "A type before the dot is that of the value that a function is called on. What ends in `?` may be left out, what ends in `…` may come\n"
                   "more than once, and what has no type is the name of a variable. `number` is an int, uint or double, `any` a value of any type.\n"
                   "A value of another type is an error, and all that a function reads or writes counts towards the cost of the evaluation.\n");
  enlace_library_foreach (page_cb, &page);
  return g_string_free (page.text, FALSE);
}
