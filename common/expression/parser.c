/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/parser.h"

#define MAX_FRAMES (3 * ENLACE_EXPRESSION_MAX_DEPTH)

static EnlaceNode *parse_expression (EnlaceParser *self);

EnlaceNode *
enlace_parser_fail (EnlaceParser *self,
                    gsize         position,
                    const char   *format,
                    ...)
{
  g_autofree char *detail = NULL;
  va_list arguments;

  va_start (arguments, format);
  detail = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (self->error == NULL || *self->error == NULL)
    enlace_lexer_set_error (&self->lexer, position, self->error, "%s", detail);
  return NULL;
}

static gboolean
advance (EnlaceParser *self)
{
  return enlace_lexer_next (&self->lexer, &self->token, self->error);
}

static gpointer
unexpected (EnlaceParser *self,
            const char   *wanted)
{
  const char *text = self->lexer.text + self->token.start;
  gsize length = self->token.end - self->token.start;

  if (self->token.type == ENLACE_TOKEN_END)
    return enlace_parser_fail (self, self->token.start, "the expression ends where %s was expected", wanted);
  if (length > 40)
    return enlace_parser_fail (self, self->token.start, "%s was expected here", wanted);
  return enlace_parser_fail (self, self->token.start, "“%.*s” stands where %s was expected", (int) length, text, wanted);
}

static gboolean
expect (EnlaceParser    *self,
        EnlaceTokenType  type,
        const char      *wanted)
{
  if (self->token.type == type)
    return advance (self);
  unexpected (self, wanted);
  return FALSE;
}

/* Takes the token away when it is of that type. */
static gboolean
accept (EnlaceParser    *self,
        EnlaceTokenType  type,
        gboolean        *ok)
{
  if (self->token.type != type)
    return FALSE;
  *ok = advance (self);
  return TRUE;
}

static EnlaceNode *
new_node (EnlaceParser   *self,
          EnlaceNodeType  type,
          gsize           start)
{
  return enlace_node_new (self->arena, type, start, self->token.start);
}

/* Trims the space that precedes the token which is looked at. */
static gsize
end_of_text (EnlaceParser *self,
             gsize         start)
{
  gsize end = self->token.start;

  while (end > start && g_ascii_isspace (self->lexer.text[end - 1]))
    end--;
  return end;
}

static EnlaceNode *
finish (EnlaceParser *self,
        EnlaceNode   *node)
{
  node->end = end_of_text (self, node->start);
  if (node->height > ENLACE_AST_MAX_HEIGHT)
    return enlace_parser_fail (self, node->start, "nested too deeply");
  return node;
}

static EnlaceNode **
copy_nodes (EnlaceParser *self,
            GPtrArray    *nodes)
{
  return enlace_arena_copy (self->arena, nodes->pdata, nodes->len * sizeof (gpointer));
}

static void
adopt_all (EnlaceNode  *self,
           EnlaceNode **children,
           gsize        n)
{
  for (gsize i = 0; i < n; i++)
    enlace_node_adopt (self, children[i]);
}

static EnlaceNode *
new_constant (EnlaceParser *self,
              EnlaceValue  *value,
              gsize         start)
{
  EnlaceNode *node = new_node (self, ENLACE_NODE_CONSTANT, start);

  node->constant = enlace_arena_take_value (self->arena, value);
  return node;
}

/* Expressions up to a closing token, which is taken; a comma may follow the last where `trailing`. */
static gboolean
parse_list (EnlaceParser    *self,
            EnlaceTokenType  close,
            const char      *wanted,
            gboolean         trailing,
            GPtrArray       *nodes,
            GByteArray      *optional)
{
  while (self->token.type != close)
    {
      gboolean ok = TRUE;
      guint8 mark = optional != NULL && accept (self, ENLACE_TOKEN_QUESTION, &ok);
      EnlaceNode *node = ok ? parse_expression (self) : NULL;

      if (node == NULL)
        return FALSE;
      g_ptr_array_add (nodes, node);
      if (optional != NULL)
        g_byte_array_append (optional, &mark, 1);
      if (!accept (self, ENLACE_TOKEN_COMMA, &ok))
        break;
      if (ok && self->token.type == close && !trailing)
        {
          unexpected (self, "an expression");
          return FALSE;
        }
      if (!ok)
        return FALSE;
    }
  return expect (self, close, wanted);
}

static guint8 *
copy_optional (EnlaceParser *self,
               GByteArray   *optional)
{
  return memchr (optional->data != NULL ? (gpointer) optional->data : "", TRUE, optional->len) != NULL
         ? enlace_arena_copy (self->arena, optional->data, optional->len) : NULL;
}

static EnlaceNode *
parse_list_literal (EnlaceParser *self)
{
  g_autoptr(GPtrArray) items = g_ptr_array_new ();
  g_autoptr(GByteArray) optional = g_byte_array_new ();
  gsize start = self->token.start;
  EnlaceNode *node;

  if (!advance (self) || !parse_list (self, ENLACE_TOKEN_BRACKET_CLOSE, "“,” or “]”", TRUE, items, optional))
    return NULL;
  node = new_node (self, ENLACE_NODE_LIST, start);
  node->n = items->len;
  node->list.items = copy_nodes (self, items);
  node->list.optional = copy_optional (self, optional);
  adopt_all (node, node->list.items, node->n);
  return finish (self, node);
}

static gboolean
parse_map_entry (EnlaceParser *self,
                 GPtrArray    *items,
                 GByteArray   *optional)
{
  gboolean ok = TRUE;
  guint8 mark = accept (self, ENLACE_TOKEN_QUESTION, &ok);
  EnlaceNode *node;

  if (!ok || (node = parse_expression (self)) == NULL)
    return FALSE;
  g_ptr_array_add (items, node);
  if (!expect (self, ENLACE_TOKEN_COLON, "“:”") || (node = parse_expression (self)) == NULL)
    return FALSE;
  g_ptr_array_add (items, node);
  g_byte_array_append (optional, &mark, 1);
  return TRUE;
}

static EnlaceNode *
parse_map_literal (EnlaceParser *self)
{
  g_autoptr(GPtrArray) items = g_ptr_array_new ();
  g_autoptr(GByteArray) optional = g_byte_array_new ();
  gsize start = self->token.start;
  gboolean ok = advance (self);
  EnlaceNode *node;

  while (ok && self->token.type != ENLACE_TOKEN_BRACE_CLOSE)
    {
      if (!parse_map_entry (self, items, optional))
        return NULL;
      if (!accept (self, ENLACE_TOKEN_COMMA, &ok))
        break;
    }
  if (!ok || !expect (self, ENLACE_TOKEN_BRACE_CLOSE, "“,” or “}”"))
    return NULL;
  node = new_node (self, ENLACE_NODE_MAP, start);
  node->n = items->len / 2;
  node->list.items = copy_nodes (self, items);
  node->list.optional = copy_optional (self, optional);
  adopt_all (node, node->list.items, items->len);
  return finish (self, node);
}

/* At the opening parenthesis of the arguments. `target` is the receiver, or NULL. */
static EnlaceNode *
parse_call (EnlaceParser *self,
            EnlaceNode   *target,
            const char   *name,
            gsize         start)
{
  g_autoptr(GPtrArray) arguments = g_ptr_array_new ();
  EnlaceNode *node, *expansion;

  if (target != NULL)
    g_ptr_array_add (arguments, target);
  if (!advance (self) || !parse_list (self, ENLACE_TOKEN_PAREN_CLOSE, "“,” or “)”", FALSE, arguments, NULL))
    return NULL;
  node = new_node (self, ENLACE_NODE_CALL, start);
  node->n = arguments->len;
  node->call.name = name;
  node->call.arguments = copy_nodes (self, arguments);
  node->call.member = target != NULL;
  adopt_all (node, node->call.arguments, node->n);
  if (enlace_macro_expand (self, node, &expansion) && (node = expansion) == NULL)
    return NULL;
  return finish (self, node);
}

static const char *
token_text (EnlaceParser *self)
{
  gsize quote = self->token.type == ENLACE_TOKEN_QUOTED_IDENTIFIER ? 1 : 0;

  return enlace_arena_copy (self->arena, self->lexer.text + self->token.start + quote,
                            self->token.end - self->token.start - 2 * quote);
}

static EnlaceNode *
parse_name (EnlaceParser *self)
{
  gsize start = self->token.start;
  gboolean ok = TRUE, root = accept (self, ENLACE_TOKEN_DOT, &ok);
  const char *name;
  EnlaceNode *node;

  if (!ok)
    return NULL;
  if (self->token.type != ENLACE_TOKEN_IDENTIFIER)
    return unexpected (self, "a name");
  name = token_text (self);
  if (enlace_expression_is_keyword (name))
    return enlace_parser_fail (self, self->token.start, "“%s” is reserved and cannot be a name", name);
  if (!advance (self))
    return NULL;
  if (self->token.type == ENLACE_TOKEN_PAREN_OPEN)
    return parse_call (self, NULL, name, start);
  node = new_node (self, ENLACE_NODE_NAME, start);
  node->name.text = name;
  node->name.root = root;
  return finish (self, node);
}

static EnlaceNode *
parse_literal (EnlaceParser *self,
               gboolean      negative)
{
  gsize start = self->token.start;
  EnlaceValue *value;
  EnlaceNode *node;

  if (self->token.type == ENLACE_TOKEN_NULL)
    value = enlace_value_new_null ();
  else if (self->token.type == ENLACE_TOKEN_TRUE || self->token.type == ENLACE_TOKEN_FALSE)
    value = enlace_value_new_bool (self->token.type == ENLACE_TOKEN_TRUE);
  else
    value = enlace_lexer_value (&self->lexer, &self->token, negative, self->error);
  if (value == NULL)
    return NULL;
  node = new_constant (self, value, start);
  if (!advance (self))
    return NULL;
  return finish (self, node);
}

static EnlaceNode *
parse_parentheses (EnlaceParser *self)
{
  EnlaceNode *node;

  if (!advance (self) || (node = parse_expression (self)) == NULL
      || !expect (self, ENLACE_TOKEN_PAREN_CLOSE, "“)”"))
    return NULL;
  return node;
}

static EnlaceNode *
parse_primary (EnlaceParser *self,
               gboolean      negative)
{
  switch ((guint) self->token.type)
    {
    case ENLACE_TOKEN_DOT:
    case ENLACE_TOKEN_IDENTIFIER:
      return parse_name (self);
    case ENLACE_TOKEN_PAREN_OPEN:
      return parse_parentheses (self);
    case ENLACE_TOKEN_BRACKET_OPEN:
      return parse_list_literal (self);
    case ENLACE_TOKEN_BRACE_OPEN:
      return parse_map_literal (self);
    case ENLACE_TOKEN_NULL:
    case ENLACE_TOKEN_TRUE:
    case ENLACE_TOKEN_FALSE:
    case ENLACE_TOKEN_INT:
    case ENLACE_TOKEN_UINT:
    case ENLACE_TOKEN_DOUBLE:
    case ENLACE_TOKEN_STRING:
    case ENLACE_TOKEN_BYTES:
      return parse_literal (self, negative);
    default:
      return unexpected (self, "a value");
    }
}

/* Folds the segments gathered so far into one node. */
static EnlaceNode *
end_path (EnlaceParser *self,
          EnlaceNode   *base,
          GArray       *segments,
          gsize         start)
{
  EnlaceNode *node;

  if (segments->len == 0)
    return base;
  node = new_node (self, ENLACE_NODE_PATH, start);
  node->n = segments->len;
  node->path.base = base;
  node->path.segments = enlace_arena_copy (self->arena, segments->data, segments->len * sizeof (EnlaceSegment));
  enlace_node_adopt (node, base);
  for (guint i = 0; i < segments->len; i++)
    enlace_node_adopt (node, node->path.segments[i].index);
  g_array_set_size (segments, 0);
  return finish (self, node);
}

static gboolean
parse_index (EnlaceParser  *self,
             EnlaceSegment *segment)
{
  gboolean ok = advance (self);

  if (!ok)
    return FALSE;
  segment->optional = accept (self, ENLACE_TOKEN_QUESTION, &ok);
  if (!ok || (segment->index = parse_expression (self)) == NULL)
    return FALSE;
  if (segment->index->type == ENLACE_NODE_CONSTANT)
    segment->key = segment->index->constant;
  segment->end = self->token.end;
  return expect (self, ENLACE_TOKEN_BRACKET_CLOSE, "“]”");
}

static gboolean
parse_field (EnlaceParser  *self,
             EnlaceSegment *segment)
{
  gboolean ok = advance (self);

  if (!ok)
    return FALSE;
  segment->optional = accept (self, ENLACE_TOKEN_QUESTION, &ok);
  if (!ok)
    return FALSE;
  if (self->token.type != ENLACE_TOKEN_IDENTIFIER && self->token.type != ENLACE_TOKEN_QUOTED_IDENTIFIER)
    {
      unexpected (self, "the name of a member");
      return FALSE;
    }
  segment->name = token_text (self);
  segment->key = enlace_arena_take_value (self->arena, enlace_value_new_string (segment->name));
  segment->end = self->token.end;
  return advance (self);
}

static EnlaceNode *
parse_member (EnlaceParser *self,
              gboolean      negative)
{
  g_autoptr(GArray) segments = g_array_new (FALSE, FALSE, sizeof (EnlaceSegment));
  gsize start = self->token.start;
  EnlaceNode *node = parse_primary (self, negative);

  while (node != NULL)
    {
      EnlaceSegment segment = { 0 };

      if (self->token.type == ENLACE_TOKEN_BRACKET_OPEN)
        {
          if (!parse_index (self, &segment))
            return NULL;
        }
      else if (self->token.type == ENLACE_TOKEN_DOT)
        {
          gboolean quoted;

          if (!parse_field (self, &segment))
            return NULL;
          quoted = self->lexer.text[segment.end - 1] == '`';
          if (self->token.type == ENLACE_TOKEN_PAREN_OPEN && !segment.optional && !quoted)
            {
              node = end_path (self, node, segments, start);
              node = node != NULL ? parse_call (self, node, segment.name, start) : NULL;
              continue;
            }
        }
      else
        break;
      g_array_append_val (segments, segment);
    }
  return node != NULL ? end_path (self, node, segments, start) : NULL;
}

static gboolean
is_number (const EnlaceToken *token)
{
  return token->type == ENLACE_TOKEN_INT || token->type == ENLACE_TOKEN_UINT || token->type == ENLACE_TOKEN_DOUBLE;
}

static EnlaceNode *
parse_unary (EnlaceParser *self)
{
  EnlaceTokenType type = self->token.type;
  gsize start = self->token.start;
  guint n = 0;
  gboolean negative;
  EnlaceNode *node, *operand;

  if (type != ENLACE_TOKEN_NOT && type != ENLACE_TOKEN_MINUS)
    return parse_member (self, FALSE);
  for (; self->token.type == type; n++)
    if (!advance (self))
      return NULL;

  /* A minus sign belongs to the literal behind it: -9223372036854775808 is a number, -(9223372036854775808) is not. */
  negative = type == ENLACE_TOKEN_MINUS && is_number (&self->token) && self->token.type != ENLACE_TOKEN_UINT;
  if ((operand = parse_member (self, negative)) == NULL)
    return NULL;
  n -= negative ? 1 : 0;
  if (n == 0)
    {
      operand->start = start;
      return operand;
    }
  node = new_node (self, type == ENLACE_TOKEN_NOT ? ENLACE_NODE_NOT : ENLACE_NODE_NEGATE, start);
  node->n = n;
  node->operand = operand;
  enlace_node_adopt (node, operand);
  return finish (self, node);
}

static const struct {
  EnlaceTokenType token;
  EnlaceOperator  op;
  guint           level;
} operators[] = {
  { ENLACE_TOKEN_OR, ENLACE_OPERATOR_OR, 1 },
  { ENLACE_TOKEN_AND, ENLACE_OPERATOR_AND, 2 },
  { ENLACE_TOKEN_EQUAL, ENLACE_OPERATOR_EQUAL, 3 },
  { ENLACE_TOKEN_NOT_EQUAL, ENLACE_OPERATOR_NOT_EQUAL, 3 },
  { ENLACE_TOKEN_LESS, ENLACE_OPERATOR_LESS, 3 },
  { ENLACE_TOKEN_LESS_EQUAL, ENLACE_OPERATOR_LESS_EQUAL, 3 },
  { ENLACE_TOKEN_GREATER, ENLACE_OPERATOR_GREATER, 3 },
  { ENLACE_TOKEN_GREATER_EQUAL, ENLACE_OPERATOR_GREATER_EQUAL, 3 },
  { ENLACE_TOKEN_IN, ENLACE_OPERATOR_IN, 3 },
  { ENLACE_TOKEN_PLUS, ENLACE_OPERATOR_ADD, 4 },
  { ENLACE_TOKEN_MINUS, ENLACE_OPERATOR_SUBTRACT, 4 },
  { ENLACE_TOKEN_STAR, ENLACE_OPERATOR_MULTIPLY, 5 },
  { ENLACE_TOKEN_SLASH, ENLACE_OPERATOR_DIVIDE, 5 },
  { ENLACE_TOKEN_PERCENT, ENLACE_OPERATOR_MODULO, 5 },
};

/* The operator that is looked at, and its level; 0 when there is none. */
static guint
operator_level (EnlaceParser *self,
                guint8       *op)
{
  for (gsize i = 0; i < G_N_ELEMENTS (operators); i++)
    if (operators[i].token == self->token.type)
      {
        *op = operators[i].op;
        return operators[i].level;
      }
  return 0;
}

static EnlaceNode *
new_chain (EnlaceParser *self,
           guint         level,
           GPtrArray    *operands,
           GByteArray   *ops,
           gsize         start)
{
  EnlaceNode *node = new_node (self, level == 1 ? ENLACE_NODE_OR : level == 2 ? ENLACE_NODE_AND : ENLACE_NODE_CHAIN, start);

  node->n = operands->len;
  node->chain.operands = copy_nodes (self, operands);
  if (level > 2)
    node->chain.operators = enlace_arena_copy (self->arena, ops->data, ops->len);
  adopt_all (node, node->chain.operands, node->n);
  return finish (self, node);
}

static EnlaceNode *parse_binary (EnlaceParser *self, guint min_level);

/* All operands that follow at one level. */
static EnlaceNode *
parse_chain (EnlaceParser *self,
             EnlaceNode   *left,
             guint         level,
             gsize         start)
{
  g_autoptr(GPtrArray) operands = g_ptr_array_new ();
  g_autoptr(GByteArray) ops = g_byte_array_new ();
  guint8 op = ENLACE_OPERATOR_NONE;

  g_ptr_array_add (operands, left);
  g_byte_array_append (ops, &op, 1);
  while (operator_level (self, &op) == level)
    {
      EnlaceNode *right = advance (self) ? parse_binary (self, level + 1) : NULL;

      if (right == NULL)
        return NULL;
      g_ptr_array_add (operands, right);
      g_byte_array_append (ops, &op, 1);
    }
  return new_chain (self, level, operands, ops, start);
}

static EnlaceNode *
parse_binary (EnlaceParser *self,
              guint         min_level)
{
  gsize start = self->token.start;
  EnlaceNode *node = NULL;
  guint8 op;
  guint level;

  if (++self->frames > MAX_FRAMES)
    return enlace_parser_fail (self, start, "nested too deeply");
  node = parse_unary (self);
  while (node != NULL && (level = operator_level (self, &op)) >= min_level)
    node = parse_chain (self, node, level, start);
  self->frames--;
  return node;
}

static EnlaceNode *
parse_conditional (EnlaceParser *self,
                   EnlaceNode   *condition,
                   gsize         start)
{
  EnlaceNode *operands[3] = { condition };
  EnlaceNode *node;

  if (!advance (self) || (operands[1] = parse_binary (self, 1)) == NULL
      || !expect (self, ENLACE_TOKEN_COLON, "“:”") || (operands[2] = parse_expression (self)) == NULL)
    return NULL;
  node = new_node (self, ENLACE_NODE_CONDITIONAL, start);
  node->n = 3;
  node->chain.operands = enlace_arena_copy (self->arena, operands, sizeof operands);
  adopt_all (node, operands, 3);
  return finish (self, node);
}

static EnlaceNode *
parse_expression (EnlaceParser *self)
{
  gsize start = self->token.start;
  EnlaceNode *node;

  /* The outermost expression is not nested in anything. */
  if (++self->depth > ENLACE_EXPRESSION_MAX_DEPTH + 1)
    return enlace_parser_fail (self, start, "nested more than %d levels deep", ENLACE_EXPRESSION_MAX_DEPTH);
  node = parse_binary (self, 1);
  if (node != NULL && self->token.type == ENLACE_TOKEN_QUESTION)
    node = parse_conditional (self, node, start);
  self->depth--;
  return node;
}

EnlaceNode *
enlace_parse (const char   *text,
              gsize         length,
              gboolean      no_macros,
              EnlaceArena  *arena,
              GError      **error)
{
  EnlaceParser self = { .lexer = { text, length, 0 }, .arena = arena, .no_macros = no_macros, .error = error };
  EnlaceNode *node;

  if (!advance (&self) || (node = parse_expression (&self)) == NULL)
    return NULL;
  return self.token.type == ENLACE_TOKEN_END ? node : unexpected (&self, "an operator or the end");
}
