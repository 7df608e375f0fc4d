/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/arena.h"
#include "common/expression/expression.h"

G_BEGIN_DECLS

/* Height of a syntax tree: nesting and operators of several precedences together. It bounds the evaluation's stack. */
#define ENLACE_AST_MAX_HEIGHT (2 * ENLACE_EXPRESSION_MAX_DEPTH)
/* Longer expressions are refused. */
#define ENLACE_EXPRESSION_MAX_LENGTH (1024 * 1024)

typedef struct _EnlaceNode     EnlaceNode;
typedef struct _EnlaceSegment  EnlaceSegment;
typedef struct _EnlaceFunction EnlaceFunction;
typedef struct _EnlaceRegex    EnlaceRegex;

typedef enum {
  ENLACE_NODE_CONSTANT,
  ENLACE_NODE_NAME,          /* a free name: the scope's */
  ENLACE_NODE_LOCAL,         /* a variable of a comprehension */
  ENLACE_NODE_PATH,          /* fields and indexes on a base */
  ENLACE_NODE_HAS,           /* has(path) */
  ENLACE_NODE_NOT,           /* n times */
  ENLACE_NODE_NEGATE,        /* n times */
  ENLACE_NODE_CHAIN,         /* operators of one precedence, from left to right */
  ENLACE_NODE_AND,
  ENLACE_NODE_OR,
  ENLACE_NODE_CONDITIONAL,
  ENLACE_NODE_LIST,
  ENLACE_NODE_MAP,
  ENLACE_NODE_CALL,
  ENLACE_NODE_COMPREHENSION,
  ENLACE_NODE_BIND,          /* a value with a name */
} EnlaceNodeType;

typedef enum {
  ENLACE_OPERATOR_NONE,
  ENLACE_OPERATOR_ADD,
  ENLACE_OPERATOR_SUBTRACT,
  ENLACE_OPERATOR_MULTIPLY,
  ENLACE_OPERATOR_DIVIDE,
  ENLACE_OPERATOR_MODULO,
  ENLACE_OPERATOR_EQUAL,
  ENLACE_OPERATOR_NOT_EQUAL,
  ENLACE_OPERATOR_LESS,
  ENLACE_OPERATOR_LESS_EQUAL,
  ENLACE_OPERATOR_GREATER,
  ENLACE_OPERATOR_GREATER_EQUAL,
  ENLACE_OPERATOR_IN,
  ENLACE_OPERATOR_AND,
  ENLACE_OPERATOR_OR,
} EnlaceOperator;

typedef enum {
  ENLACE_COMPREHENSION_ALL,
  ENLACE_COMPREHENSION_EXISTS,
  ENLACE_COMPREHENSION_EXISTS_ONE,
  ENLACE_COMPREHENSION_MAP,
  ENLACE_COMPREHENSION_FILTER,
  ENLACE_COMPREHENSION_TRANSFORM_LIST,
  ENLACE_COMPREHENSION_TRANSFORM_MAP,
  ENLACE_COMPREHENSION_TRANSFORM_MAP_ENTRY,
  ENLACE_COMPREHENSION_SORT_BY,
  ENLACE_COMPREHENSION_GROUP_BY,
  ENLACE_COMPREHENSION_KEY_BY,
  ENLACE_COMPREHENSION_COUNT_BY,
} EnlaceComprehension;

typedef enum {
  ENLACE_BINDING_PLAIN,      /* cel.bind(x, value, result) */
  ENLACE_BINDING_MAP,        /* optional.optMap(x, result) */
  ENLACE_BINDING_FLAT_MAP,   /* optional.optFlatMap(x, result) */
} EnlaceBinding;

/* One step of a path: `.name` when `index` is NULL, else `[index]`. */
struct _EnlaceSegment {
  const char  *name;
  EnlaceValue *key;        /* the name, or a constant index, as a value */
  EnlaceNode  *index;
  guint32      end;        /* offset behind it in the text */
  gboolean     optional;   /* `.?name`, `[?index]` */
};

struct _EnlaceNode {
  guint8   type;           /* EnlaceNodeType */
  guint8   op;             /* EnlaceComprehension of a comprehension, EnlaceBinding of a binding */
  guint16  height;
  guint32  n;              /* segments, operands, elements, entries or arguments */
  guint32  start;          /* offsets in the text */
  guint32  end;
  union {
    EnlaceValue *constant;
    struct {
      const char *text;
      guint32     slot;
      gboolean    root;    /* `.name`: never a local */
    } name;
    guint32 local;
    struct {
      EnlaceNode    *base;
      EnlaceSegment *segments;
    } path;
    EnlaceNode *operand;   /* has, not, negate */
    struct {
      EnlaceNode **operands;
      guint8      *operators;  /* before each operand; the first is unused */
    } chain;               /* and, or: without operators */
    struct {
      EnlaceNode **items;      /* elements; or key, value, key, value */
      guint8      *optional;   /* an entry each; NULL when none is */
    } list;
    struct {
      const char            *name;
      const EnlaceFunction  *function;  /* NULL until checked, and when unknown */
      EnlaceNode           **arguments; /* the receiver first */
      EnlaceRegex           *regex;     /* a constant pattern, compiled */
      gboolean               member;
    } call;
    struct {
      const char *variable;
      const char *second;    /* nullable: then the first is the index or key, and this the element or member */
      guint32     slot;      /* that of the second follows it */
      EnlaceNode *range;
      EnlaceNode *condition; /* nullable */
      EnlaceNode *result;    /* nullable */
    } comprehension;       /* bind: range is the value, result the body */
  };
};

EnlaceNode *enlace_node_new        (EnlaceArena    *arena,
                                    EnlaceNodeType  type,
                                    gsize           start,
                                    gsize           end);
/* Raises the height of `self` above that of a child (nullable). */
void        enlace_node_adopt      (EnlaceNode     *self,
                                    EnlaceNode     *child);
/* Children in order of evaluation, one call a child: for passes over the tree. */
void        enlace_node_foreach    (EnlaceNode     *self,
                                    void          (*func) (EnlaceNode *child,
                                                           gpointer    data),
                                    gpointer        data);
const char *enlace_operator_symbol (EnlaceOperator  self);

G_END_DECLS
