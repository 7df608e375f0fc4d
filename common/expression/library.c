/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/function.h"
#include "common/expression/library-private.h"

/* What is known of the functions without evaluating them. */

/* The entries of a group: those of the functions that CEL defines, then those of the added ones. */
static void
foreach_of_group (const char              *group,
                  EnlaceFunctionEntryFunc  func,
                  gpointer                 data)
{
  for (gsize i = 0; i < enlace_n_entry_groups; i++)
    for (gsize j = 0; g_str_equal (enlace_entry_groups[i].title, group) && j < enlace_entry_groups[i].n; j++)
      func (group, &enlace_entry_groups[i].entries[j], data);
  for (gsize i = 0; i < enlace_n_libraries; i++)
    for (gsize j = 0; g_strcmp0 (enlace_libraries[i]->group, group) == 0 && j < enlace_libraries[i]->n; j++)
      func (group, &enlace_libraries[i]->functions[j].entry, data);
}

void
enlace_function_entry_foreach (EnlaceFunctionEntryFunc func,
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
  const char                *name;
  guint                      left;
  const EnlaceFunctionEntry *found;
} Wanted;

static void
find_cb (const char                *group,
         const EnlaceFunctionEntry *entry,
         gpointer                   data)
{
  Wanted *wanted = data;

  if (wanted->found == NULL && g_str_equal (entry->name, wanted->name) && wanted->left-- == 0)
    wanted->found = entry;
}

const EnlaceFunctionEntry *
enlace_function_entry_find (const char *name,
                            guint       index)
{
  Wanted wanted = { name, index, NULL };

  enlace_function_entry_foreach (find_cb, &wanted);
  return wanted.found;
}

gboolean
enlace_function_entry_is_member (const EnlaceFunctionEntry *self)
{
  return !g_str_has_prefix (self->signature, self->name);
}

#define BIT(kind) (1u << ENLACE_KIND_##kind)
#define ANY ((1u << (ENLACE_KIND_OPTIONAL + 1)) - 1)

/* A type such as `int|string`: up to what cannot be in one. */
static guint
read_type (const char **at)
{
  static const struct {
    const char *name;
    guint       mask;
  } types[] = {
    { "any", ANY }, { "bool", BIT (BOOL) }, { "bytes", BIT (BYTES) }, { "double", BIT (DOUBLE) },
    { "duration", BIT (DURATION) }, { "int", BIT (INT) }, { "list", BIT (LIST) }, { "map", BIT (MAP) },
    { "number", BIT (INT) | BIT (UINT) | BIT (DOUBLE) }, { "optional", BIT (OPTIONAL) }, { "string", BIT (STRING) },
    { "timestamp", BIT (TIMESTAMP) }, { "type", BIT (TYPE) }, { "uint", BIT (UINT) },
  };
  guint mask = 0;

  for (;;)
    {
      gsize length = 0;

      while (g_ascii_isalpha ((*at)[length]))
        length++;
      for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
        if (strlen (types[i].name) == length && strncmp (types[i].name, *at, length) == 0)
          mask |= types[i].mask;
      *at += length;
      if (**at != '|')
        return mask;
      (*at)++;
    }
}

/* One `name?: type`, or a word of a macro, which has no colon. */
static void
read_argument (const char      **at,
               EnlaceSignature  *signature)
{
  gboolean optional = FALSE;
  guint kinds = ANY;

  while (**at != ':' && **at != ',' && **at != ')')
    {
      optional |= **at == '?';
      signature->rest |= **at == '.';
      (*at)++;
    }
  if (**at == ':')
    {
      *at += 2;
      kinds = read_type (at);
    }
  else
    signature->macro = TRUE;
  if (signature->n_arguments == ENLACE_SIGNATURE_MAX_ARGUMENTS)
    return;
  signature->arguments[signature->n_arguments++] = kinds;
  if (!optional)
    signature->n_required = signature->n_arguments;
}

void
enlace_function_entry_read (const EnlaceFunctionEntry *self,
                            EnlaceSignature           *signature)
{
  const char *at = self->signature;

  *signature = (EnlaceSignature) { 0 };
  if (enlace_function_entry_is_member (self))
    signature->receiver = read_type (&at);
  at = strchr (self->signature, '(') + 1;
  while (*at != ')')
    {
      read_argument (&at, signature);
      while (*at == ',' || *at == ' ')
        at++;
    }
  at += strlen ("): ");
  signature->result = read_type (&at);
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
page_cb (const char                *group,
         const EnlaceFunctionEntry *entry,
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
enlace_function_write_page (void)
{
  Page page = { g_string_new (NULL), NULL };

  g_string_append (page.text,
                   "# Functions\n\n"
                   "All functions of [expressions](expressions.md), with an example of each and what it gives, as JSON. This page is written from the\n"
                   "table that the program itself has (`expression-functions --page`, a test program of the build, prints it).\n\n"
                   "A type before the dot is that of the value that a function is called on. Behind a question mark an argument may be left out, behind\n"
                   "three dots there may be more of it; what has no type is the name of a variable or an expression over it. `number` is an int, uint or double, `any` a value of any type.\n"
                   "A value of another type is an error, and all that a function reads or writes counts towards the cost of the evaluation.\n");
  enlace_function_entry_foreach (page_cb, &page);
  return g_string_free (page.text, FALSE);
}
