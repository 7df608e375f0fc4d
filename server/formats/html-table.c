/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/html-private.h"

#include <string.h>

#define MAX_SPAN 1000

/* A cell that reaches into the rows below it. */
typedef struct {
  EnlaceValue *text;
  guint        n_rows;      /* still to come */
} Span;

static void
clear_span (gpointer data)
{
  g_clear_pointer (&((Span *) data)->text, enlace_value_unref);
}

static gboolean
has_name (xmlNode    *node,
          const char *name)
{
  return node->type == XML_ELEMENT_NODE && strcmp ((const char *) node->name, name) == 0;
}

static guint
get_span (xmlNode    *cell,
          const char *name)
{
  xmlChar *text = xmlGetProp (cell, (const xmlChar *) name);
  gint64 span = text != NULL ? g_ascii_strtoll ((const char *) text, NULL, 10) : 1;

  xmlFree (text);
  return (guint) CLAMP (span, 1, MAX_SPAN);
}

/* What cells above hold of this row from `row->len` on. */
static void
add_spans (GPtrArray *row,
           GArray    *spans)
{
  while (row->len < spans->len && g_array_index (spans, Span, row->len).n_rows > 0)
    {
      Span *span = &g_array_index (spans, Span, row->len);

      span->n_rows--;
      g_ptr_array_add (row, enlace_value_ref (span->text));
    }
}

static void
add_cell (GPtrArray *row,
          GArray    *spans,
          xmlNode   *cell)
{
  g_autoptr(EnlaceValue) text = enlace_value_new_string_take (enlace_html_dup_text (cell));
  guint n_columns = get_span (cell, "colspan"), n_rows = get_span (cell, "rowspan");

  for (guint i = 0; i < n_columns && row->len < MAX_SPAN; i++)
    {
      Span *span;

      if (spans->len <= row->len)
        g_array_set_size (spans, row->len + 1);
      span = &g_array_index (spans, Span, row->len);
      clear_span (span);
      *span = (Span) { enlace_value_ref (text), n_rows - 1 };
      g_ptr_array_add (row, enlace_value_ref (text));
    }
}

static GPtrArray *
read_row (xmlNode *tr,
          GArray  *spans)
{
  GPtrArray *row = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_value_unref);

  for (xmlNode *cell = tr->children; cell != NULL; cell = cell->next)
    if (has_name (cell, "td") || has_name (cell, "th"))
      {
        add_spans (row, spans);
        add_cell (row, spans, cell);
      }
  add_spans (row, spans);

  return row;
}

/* The rows of the table itself, not those of tables in its cells. */
static GPtrArray *
read_rows (xmlNode *table)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autoptr(GArray) spans = g_array_new (FALSE, TRUE, sizeof (Span));
  gboolean descends;

  g_array_set_clear_func (spans, clear_span);
  for (xmlNode *at = table; at != NULL; at = enlace_html_next (table, at, descends))
    {
      descends = at == table || !(has_name (at, "table") || has_name (at, "tr"));
      if (has_name (at, "tr"))
        g_ptr_array_add (rows, read_row (at, spans));
    }

  return rows;
}

/* The name of a column, which no other has. */
static EnlaceValue *
make_name (GHashTable *seen,
           const char *text,
           guint       index)
{
  g_autofree char *name = text != NULL && *text != '\0' ? g_strdup (text) : g_strdup_printf ("column_%u", index + 1);
  g_autofree char *own = g_strdup (name);

  for (guint n = 2; g_hash_table_contains (seen, own); n++)
    {
      g_free (own);
      own = g_strdup_printf ("%s_%u", name, n);
    }
  g_hash_table_add (seen, g_strdup (own));

  return enlace_value_new_string (own);
}

static GPtrArray *
name_columns (GPtrArray       *rows,
              EnlaceCsvHeader  header,
              EnlaceValue     *columns)
{
  GPtrArray *names = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_value_unref);
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *first = header == ENLACE_CSV_HEADER_FIRST_ROW && rows->len > 0 ? rows->pdata[0] : NULL;
  guint n = 0;

  for (guint i = 0; i < rows->len; i++)
    n = MAX (n, ((GPtrArray *) rows->pdata[i])->len);
  for (guint i = 0; i < n; i++)
    {
      EnlaceValue *text = first != NULL ? (i < first->len ? first->pdata[i] : NULL)
                                        : columns != NULL && i < enlace_value_get_length (columns) ? enlace_value_get_element (columns, i) : NULL;

      g_ptr_array_add (names, make_name (seen, text != NULL ? enlace_value_get_string (text) : NULL, i));
    }

  return names;
}

static EnlaceValue *
make_row (GPtrArray *row,
          GPtrArray *names)
{
  g_autoptr(EnlaceMapBuilder) record = enlace_map_builder_new ();
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) nothing = enlace_value_new_null ();

  for (guint i = 0; names != NULL && i < names->len; i++)
    enlace_map_builder_insert (record, names->pdata[i], i < row->len ? row->pdata[i] : nothing);
  for (guint i = 0; names == NULL && i < row->len; i++)
    enlace_list_builder_add (list, row->pdata[i]);

  return names != NULL ? enlace_map_builder_end (record) : enlace_list_builder_end (list);
}

EnlaceValue *
enlace_html_read_table (xmlNode         *table,
                        EnlaceCsvHeader  header,
                        EnlaceValue     *columns)
{
  g_autoptr(GPtrArray) rows = read_rows (table);
  g_autoptr(GPtrArray) names = header != ENLACE_CSV_HEADER_NONE ? name_columns (rows, header, columns) : NULL;
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();

  for (guint i = header == ENLACE_CSV_HEADER_FIRST_ROW; i < rows->len; i++)
    enlace_list_builder_take (list, make_row (rows->pdata[i], names));

  return enlace_list_builder_end (list);
}
