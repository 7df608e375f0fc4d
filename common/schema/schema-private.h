/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/schema/pattern.h"
#include "common/schema/schema.h"

G_BEGIN_DECLS

/* Schemas inside one another, references included, while one value is looked at: bounds the stack. */
#define ENLACE_SCHEMA_MAX_DEPTH 128

typedef struct _EnlaceSchemaNode EnlaceSchemaNode;

typedef enum {
  ENLACE_SCHEMA_NULL    = 1 << 0,
  ENLACE_SCHEMA_BOOLEAN = 1 << 1,
  ENLACE_SCHEMA_INTEGER = 1 << 2,
  ENLACE_SCHEMA_NUMBER  = 1 << 3,
  ENLACE_SCHEMA_STRING  = 1 << 4,
  ENLACE_SCHEMA_ARRAY   = 1 << 5,
  ENLACE_SCHEMA_OBJECT  = 1 << 6,
} EnlaceSchemaTypes;

typedef struct {
  EnlaceSchemaNode **nodes;
  gsize              n;
} EnlaceSchemaNodes;

/* A property by its name, or by a pattern of names. */
typedef struct {
  const char       *name;     /* borrowed */
  EnlacePattern    *pattern;  /* owned, nullable */
  EnlaceSchemaNode *node;
} EnlaceSchemaProperty;

/* One schema. Values are borrowed from the document; other nodes are the schema's. */
struct _EnlaceSchemaNode {
  gboolean              never;           /* `false` */
  EnlaceSchemaTypes     types;           /* 0: any */
  EnlaceValue          *choices;         /* enum */
  EnlaceValue          *constant;
  EnlaceSchemaNode     *reference;
  EnlaceSchemaProperty *properties;      /* owned */
  gsize                 n_properties;
  GHashTable           *by_name;         /* name → EnlaceSchemaProperty; NULL without properties */
  EnlaceSchemaProperty *patterns;        /* owned */
  gsize                 n_patterns;
  EnlaceSchemaNode     *additional;
  EnlaceSchemaNode     *names;
  EnlaceValue          *required;
  EnlaceValue          *dependent;
  EnlaceSchemaNodes     prefix;
  EnlaceSchemaNode     *items;
  EnlaceSchemaNode     *contains;
  gint64                min_contains;
  gint64                max_contains;    /* -1: no limit, as below */
  gint64                min_properties;
  gint64                max_properties;
  gint64                min_items;
  gint64                max_items;
  gint64                min_length;
  gint64                max_length;
  gboolean              unique;
  EnlaceValue          *minimum;
  EnlaceValue          *maximum;
  EnlaceValue          *above;           /* exclusiveMinimum */
  EnlaceValue          *below;           /* exclusiveMaximum */
  EnlaceValue          *multiple;
  EnlacePattern        *pattern;         /* owned */
  const char           *format;
  EnlaceSchemaNodes     all;
  EnlaceSchemaNodes     any;
  EnlaceSchemaNodes     one;
  EnlaceSchemaNode     *not;
  EnlaceSchemaNode     *condition;
  EnlaceSchemaNode     *then;
  EnlaceSchemaNode     *otherwise;
};

struct _EnlaceSchema {
  gatomicrefcount   references;
  EnlaceValue      *root;     /* owned */
  EnlaceValue      *value;    /* owned; in `root` or `root` itself */
  GPtrArray        *nodes;    /* of EnlaceSchemaNode, owned */
  EnlaceSchemaNode *first;
};

G_END_DECLS
