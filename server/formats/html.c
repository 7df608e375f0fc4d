/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/html-private.h"

#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <libxml/xpath.h>
#include <string.h>

/* Steps of an XPath expression: about a second. */
#define MAX_OPERATIONS 5000000
#define MAX_XPATH 512
#define MAX_NESTING 16

static const char *const blocks[] = { "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "footer", "form", "h1", "h2",
                                      "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre", "section", "table", "td", "th", "tr",
                                      "ul", NULL };

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlDoc, xmlFreeDoc)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlXPathContext, xmlXPathFreeContext)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlXPathObject, xmlXPathFreeObject)

xmlNode *
enlace_html_next (xmlNode  *root,
                  xmlNode  *node,
                  gboolean  descends)
{
  if (descends && node->type == XML_ELEMENT_NODE && node->children != NULL)
    return node->children;
  while (node != NULL && node != root && node->next == NULL)
    node = node->parent;

  return node == NULL || node == root ? NULL : node->next;
}

static gboolean
has_name (xmlNode    *node,
          const char *name)
{
  return node->type == XML_ELEMENT_NODE && strcmp ((const char *) node->name, name) == 0;
}

static void
append_word (GString *out,
             char     c)
{
  if (!g_ascii_isspace (c))
    g_string_append_c (out, c);
  else if (out->len > 0 && out->str[out->len - 1] != ' ')
    g_string_append_c (out, ' ');
}

char *
enlace_html_dup_text (xmlNode *node)
{
  g_autoptr(GString) out = g_string_new (NULL);
  gboolean descends;

  for (xmlNode *at = node; at != NULL; at = enlace_html_next (node, at, descends))
    {
      descends = !has_name (at, "script") && !has_name (at, "style");
      if (at->type == XML_ELEMENT_NODE && g_strv_contains (blocks, (const char *) at->name))
        append_word (out, ' ');
      if (at->type == XML_TEXT_NODE || at->type == XML_CDATA_SECTION_NODE || at->type == XML_ATTRIBUTE_NODE)
        {
          xmlChar *text = xmlNodeGetContent (at);

          for (const xmlChar *c = text; c != NULL && *c != '\0'; c++)
            append_word (out, (char) *c);
          xmlFree (text);
        }
      /* Behind the end of a block there is a space, too. */
      if (at->next == NULL && at->parent != NULL && at->parent->type == XML_ELEMENT_NODE && g_strv_contains (blocks, (const char *) at->parent->name))
        append_word (out, ' ');
    }

  while (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static EnlaceValue *
describe (xmlNode *node)
{
  g_autoptr(EnlaceMapBuilder) element = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) attributes = enlace_map_builder_new ();
  xmlAttr *attribute = node->type == XML_ELEMENT_NODE ? node->properties : NULL;

  for (; attribute != NULL; attribute = attribute->next)
    {
      xmlChar *text = xmlNodeListGetString (node->doc, attribute->children, 1);

      enlace_map_builder_add_string (attributes, (const char *) attribute->name, text != NULL ? (const char *) text : "");
      xmlFree (text);
    }

  enlace_map_builder_add_string (element, "name", (const char *) node->name);
  enlace_map_builder_take (element, "attributes", enlace_map_builder_end (attributes));
  enlace_map_builder_take_string (element, "text", enlace_html_dup_text (node));
  return enlace_map_builder_end (element);
}

static EnlaceValue *
dump (xmlNode *node)
{
  xmlBuffer *buffer = xmlBufferCreate ();
  EnlaceValue *markup;

  htmlNodeDump (buffer, node->doc, node);
  markup = enlace_value_new_string ((const char *) xmlBufferContent (buffer));
  xmlBufferFree (buffer);

  return markup;
}

static EnlaceValue *
take_node (xmlNode         *node,
           EnlaceHtmlTake   take,
           EnlaceCsvHeader  header,
           EnlaceValue     *columns)
{
  switch (take)
    {
    case ENLACE_HTML_TEXT:
      return enlace_value_new_string_take (enlace_html_dup_text (node));
    case ENLACE_HTML_MARKUP:
      return dump (node);
    case ENLACE_HTML_TABLES:
      return has_name (node, "table") ? enlace_html_read_table (node, header, columns) : NULL;
    case ENLACE_HTML_ELEMENTS:
    default:
      return describe (node);
    }
}

static EnlaceValue *
take_nodes (xmlNodeSet         *nodes,
            EnlaceHtmlTake      take,
            EnlaceCsvHeader     header,
            EnlaceValue        *columns,
            EnlaceFormatGuard  *guard,
            GError            **error)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  gsize size = 0;

  for (int i = 0; nodes != NULL && i < nodes->nodeNr; i++)
    {
      g_autoptr(EnlaceValue) value = nodes->nodeTab[i]->type == XML_NAMESPACE_DECL ? NULL : take_node (nodes->nodeTab[i], take, header, columns);
      gsize own = value != NULL ? enlace_value_get_size (value) : 0;

      if (value != NULL)
        enlace_list_builder_add (list, value);
      size += own;
      if (!enlace_format_spend (guard, 1 + own / 16, size, error))
        return NULL;
    }

  return enlace_list_builder_end (list);
}

/* What libxml2 would print. */
static void
ignore_cb (gpointer     data,
#if LIBXML_VERSION >= 21200
           const
#endif
           xmlError    *error)
{
}

/* libxml2 reads and evaluates by recursion, as deep as the expression is nested or as many operators as it has, on the stack of a fiber. Literals count
 * as if they were none: it is the safe side. */
static gboolean
is_shallow (const char *xpath)
{
  guint depth = 0;

  if (strlen (xpath) > MAX_XPATH)
    return FALSE;

  for (; *xpath != '\0'; xpath++)
    if ((*xpath == '(' || *xpath == '[') && ++depth > MAX_NESTING)
      return FALSE;
    else if ((*xpath == ')' || *xpath == ']') && depth > 0)
      depth--;

  return TRUE;
}

static xmlXPathObject *
evaluate (xmlXPathContext  *context,
          const char       *select,
          GError          **error)
{
  gboolean is_xpath = *select == '/' || *select == '(';
  g_autofree char *xpath = is_xpath ? g_strdup (select) : enlace_selector_to_xpath (select, error);
  g_autofree char *whole = NULL;
  xmlXPathObject *result;

  if (xpath == NULL)
    return NULL;
  if (is_xpath && !is_shallow (xpath))
    {
      g_set_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_OPTION, "The XPath expression is longer than %d characters, or nested more than %d levels deep",
                   MAX_XPATH, MAX_NESTING);
      return NULL;
    }

  context->opLimit = MAX_OPERATIONS;
  context->error = ignore_cb;
  /* In parentheses, a path is not matched in one pass over the document, whose time grows out of bounds and is not counted. */
  whole = g_strdup_printf ("(%s)", xpath);
  result = xmlXPathEval ((const xmlChar *) whole, context);
  if (result == NULL)
    g_set_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_OPTION, "“%s” is no selector, or it takes too long", select);

  return result;
}

/* NULL, with an error, where it is too long or too deep: the parser would leave out what is below its limit and say nothing. */
static xmlDoc *
parse (const char         *text,
       gsize               length,
       EnlaceFormatGuard  *guard,
       GError            **error)
{
  htmlParserCtxtPtr parser = length <= G_MAXINT / 2 ? htmlNewParserCtxt () : NULL;
  g_autoptr(xmlDoc) document = NULL;
  gboolean is_cut;

  if (parser == NULL)
    {
      enlace_format_fail (guard, error, 1, "the text is too long");
      return NULL;
    }

  document = htmlCtxtReadMemory (parser, text, (int) length, NULL, "UTF-8",
                                 HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
  is_cut = parser->disableSAX != 0;
  htmlFreeParserCtxt (parser);
  if (document != NULL && !is_cut)
    return g_steal_pointer (&document);

  if (is_cut)
    g_set_error_literal (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_INPUT, "The elements are nested more than 256 levels deep");
  else
    enlace_format_fail (guard, error, 1, "the text cannot be read as HTML");
  return NULL;
}

EnlaceValue *
enlace_html_read (const char         *text,
                  gsize               length,
                  const char         *select,
                  EnlaceHtmlTake      take,
                  EnlaceCsvHeader     header,
                  EnlaceValue        *columns,
                  EnlaceFormatGuard  *guard,
                  GError            **error)
{
  g_autoptr(xmlDoc) document = NULL;
  g_autoptr(xmlXPathContext) context = NULL;
  g_autoptr(xmlXPathObject) result = NULL;

  if (!enlace_format_spend (guard, length / 8, length * 8, error))
    return NULL;

  enlace_xml_prepare ();
  document = length > 0 ? parse (text, length, guard, error) : parse ("<html>", 6, guard, error);
  if (document == NULL)
    return NULL;

  context = xmlXPathNewContext (document);
  result = evaluate (context, select, error);
  if (result == NULL)
    return NULL;

  switch ((int) result->type)
    {
    case XPATH_BOOLEAN:
      return enlace_value_new_bool (result->boolval != 0);
    case XPATH_NUMBER:
      return enlace_value_new_double (result->floatval);
    case XPATH_STRING:
      return enlace_value_new_string ((const char *) result->stringval);
    default:
      return take_nodes (result->nodesetval, take, header, columns, guard, error);
    }
}
