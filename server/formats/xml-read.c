/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <string.h>

#include "server/formats/html-private.h"
#include "server/formats/members.h"

/* What a node of the parser's tree and its value take together, about. */
#define NODE_SIZE 400

typedef struct {
  xmlParserCtxtPtr   parser;
  EnlaceValue       *lists;
  EnlaceFormatGuard *guard;
  gsize              size;
  gboolean           has_entities;
  char              *fault;         /* the first one; those after it often follow from it */
  gsize              fault_line;
} Reader;

static void
clear_reader (Reader *self)
{
  g_free (self->fault);
  if (self->parser == NULL)
    return;
  if (self->parser->myDoc != NULL)
    xmlFreeDoc (self->parser->myDoc);
  self->parser->myDoc = NULL;
  xmlFreeParserCtxt (self->parser);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, clear_reader)

static void
entity_cb (gpointer       data,
           const xmlChar *name,
           int            type,
           const xmlChar *public_id,
           const xmlChar *system_id,
           xmlChar       *content)
{
  xmlParserCtxtPtr parser = data;
  Reader *self = parser->_private;

  self->has_entities = TRUE;
  xmlStopParser (parser);
}

static void
fault_cb (gpointer     data,
#if LIBXML_VERSION >= 21200
          const
#endif
          xmlError    *fault)
{
  xmlParserCtxtPtr parser = data;
  Reader *self = parser->_private;

  if (self->fault != NULL || fault->level < XML_ERR_ERROR || fault->message == NULL)
    return;

  self->fault = g_strstrip (g_strdup (fault->message));
  self->fault_line = (gsize) MAX (fault->line, 1);
}

static void
print_cb (gpointer    data,
          const char *format,
          ...)
{
}

void
enlace_xml_prepare (void)
{
  static gsize is_ready = 0;

  if (g_once_init_enter (&is_ready))
    {
      xmlInitParser ();
      g_once_init_leave (&is_ready, 1);
    }
  xmlSetGenericErrorFunc (NULL, print_cb);
}

static EnlaceValue *
dup_name (const char    *before,
          const xmlNs   *namespace,
          const xmlChar *name)
{
  gboolean has_prefix = namespace != NULL && namespace->prefix != NULL;

  return enlace_value_new_string_printf ("%s%s%s%s", before, has_prefix ? (const char *) namespace->prefix : "", has_prefix ? ":" : "",
                                         (const char *) name);
}

static void
add_namespaces (EnlaceMembers *members,
                xmlNode       *node)
{
  for (const xmlNs *namespace = node->nsDef; namespace != NULL; namespace = namespace->next)
    {
      g_autoptr(EnlaceValue) name = namespace->prefix != NULL ? enlace_value_new_string_printf ("@xmlns:%s", (const char *) namespace->prefix)
                                                              : enlace_value_new_string ("@xmlns");

      enlace_members_take (members, name, enlace_value_new_string (namespace->href != NULL ? (const char *) namespace->href : ""), FALSE);
    }
}

static void
add_attributes (Reader        *self,
                EnlaceMembers *members,
                xmlNode       *node)
{
  for (xmlAttr *attribute = node->properties; attribute != NULL; attribute = attribute->next)
    {
      g_autoptr(EnlaceValue) name = dup_name ("@", attribute->ns, attribute->name);
      xmlChar *text = xmlNodeListGetString (node->doc, attribute->children, 1);

      enlace_members_take (members, name, enlace_value_new_string (text != NULL ? (const char *) text : ""), FALSE);
      self->size += NODE_SIZE;
      xmlFree (text);
    }
}

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, " \t\r\n")] == '\0';
}

static gboolean
is_list (Reader  *self,
         xmlNode *node)
{
  for (gsize i = 0; self->lists != NULL && i < enlace_value_get_length (self->lists); i++)
    if (g_strcmp0 (enlace_value_get_string (enlace_value_get_element (self->lists, i)), (const char *) node->name) == 0)
      return TRUE;

  return FALSE;
}

static EnlaceValue *read_element (Reader   *self,
                                  xmlNode  *node,
                                  GError  **error);

/* The child elements go to the members, the text to `text`. */
static gboolean
read_children (Reader         *self,
               xmlNode        *node,
               EnlaceMembers  *members,
               GString        *text,
               GError        **error)
{
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    {
      g_autoptr(EnlaceValue) name = NULL;
      EnlaceValue *value;

      if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE)
        g_string_append (text, (const char *) child->content);
      if (child->type == XML_ENTITY_REF_NODE)
        return enlace_format_fail (self->guard, error, xmlGetLineNo (child), "the entity “%s” is not known", (const char *) child->name);
      if (child->type != XML_ELEMENT_NODE)
        continue;

      name = dup_name ("", child->ns, child->name);
      value = read_element (self, child, error);
      if (value == NULL)
        return FALSE;
      enlace_members_take (members, name, value, is_list (self, child));
    }

  return TRUE;
}

/* The parser's own limit of the depth, 256, is that of the recursion. */
static EnlaceValue *
read_element (Reader   *self,
              xmlNode  *node,
              GError  **error)
{
  g_autoptr(EnlaceMembers) members = enlace_members_new ();
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(EnlaceValue) name = NULL;

  add_namespaces (members, node);
  add_attributes (self, members, node);
  if (!read_children (self, node, members, text, error))
    return NULL;
  self->size += NODE_SIZE + text->len;
  if (!enlace_format_spend (self->guard, 4 + text->len / 16, self->size, error))
    return NULL;

  if (enlace_members_count (members) == 0)
    return enlace_value_new_string_len (text->str, text->len);
  if (is_blank (text->str))
    return enlace_members_end (members);

  name = enlace_value_new_string ("#text");
  enlace_members_take (members, name, enlace_value_new_string_len (text->str, text->len), FALSE);
  return enlace_members_end (members);
}

static void
fail_parser (Reader  *self,
             GError **error)
{
  if (self->has_entities)
    enlace_format_fail (self->guard, error, self->parser->input != NULL ? (gsize) MAX (self->parser->input->line, 1) : 1,
                        "documents that declare entities are not read");
  else if (self->fault != NULL)
    enlace_format_fail (self->guard, error, self->fault_line, "%s", self->fault);
  else
    enlace_format_fail (self->guard, error, 1, "it is no XML");
}

static xmlNode *
parse (Reader      *self,
       const char  *text,
       gsize        length,
       const char  *encoding,
       GError     **error)
{
  xmlNode *root;

  enlace_xml_prepare ();
  self->parser = xmlNewParserCtxt ();
  self->parser->_private = self;
  self->parser->sax->entityDecl = entity_cb;
  self->parser->sax->serror = fault_cb;
  self->parser->myDoc = xmlCtxtReadMemory (self->parser, text, (int) length, NULL, encoding,
                                           XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
  root = self->parser->myDoc != NULL && !self->has_entities ? xmlDocGetRootElement (self->parser->myDoc) : NULL;
  if (root == NULL)
    fail_parser (self, error);

  return root;
}

EnlaceValue *
enlace_xml_read (const char         *text,
                 gsize               length,
                 const char         *encoding,
                 EnlaceValue        *lists,
                 EnlaceFormatGuard  *guard,
                 GError            **error)
{
  g_auto(Reader) self = { .lists = lists, .guard = guard };
  g_autoptr(EnlaceMapBuilder) root = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) name = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  xmlNode *node;

  if (length > G_MAXINT / 2)
    {
      enlace_format_fail (guard, error, 1, "the text is too long");
      return NULL;
    }
  /* The parser's tree is made in one go: it may be larger than its text. */
  if (!enlace_format_spend (guard, length / 8, length * 8, error) || (node = parse (&self, text, length, encoding, error)) == NULL)
    return NULL;

  name = dup_name ("", node->ns, node->name);
  value = read_element (&self, node, error);
  if (value == NULL)
    return NULL;

  enlace_map_builder_insert (root, name, value);
  return enlace_map_builder_end (root);
}
