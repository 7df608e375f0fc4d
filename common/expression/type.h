/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceType:
 *
 * What is known of a value before it is there: the kinds that it may have, and of lists and maps what is in them. A type only ever says less than the
 * truth, never something that is not so: what nobody says is *any*, whose values may be all. Immutable once it is made, reference-counted, thread-safe.
 */
typedef struct _EnlaceType EnlaceType;

/* What is known of the members of a map that are not among its fields. */
typedef enum {
  ENLACE_TYPE_OPEN,       /* there may be others */
  ENLACE_TYPE_SAMPLED,    /* the samples have no others */
  ENLACE_TYPE_CLOSED,     /* there are no others */
} EnlaceTypeRest;

typedef struct {
  char       *name;
  EnlaceType *type;
  gboolean    required;   /* it is always there */
} EnlaceTypeField;

#define ENLACE_KIND_MASK(kind) (1u << (kind))
#define ENLACE_KINDS_ANY ((1u << (ENLACE_KIND_OPTIONAL + 1)) - 1)
#define ENLACE_KINDS_NUMBER \
  (ENLACE_KIND_MASK (ENLACE_KIND_INT) | ENLACE_KIND_MASK (ENLACE_KIND_UINT) | ENLACE_KIND_MASK (ENLACE_KIND_DOUBLE))

EnlaceType            *enlace_type_new            (guint              kinds);
/* Any value; `from_json`: one that was JSON, so that a number in it may be an int where a double was meant. */
EnlaceType            *enlace_type_new_any        (gboolean           from_json);
EnlaceType            *enlace_type_new_list       (EnlaceType        *element);    /* nullable: anything */
EnlaceType            *enlace_type_new_optional   (EnlaceType        *held);       /* nullable */
/* A map. Fields are added to it before anybody else sees it. */
EnlaceType            *enlace_type_new_map        (EnlaceTypeRest     rest,
                                                   EnlaceType        *others);     /* nullable: anything */
void                   enlace_type_add_field      (EnlaceType        *self,
                                                   const char        *name,
                                                   EnlaceType        *type,
                                                   gboolean           required);
/* That of one value. */
EnlaceType            *enlace_type_new_for_value  (EnlaceValue       *value);
/* That of the values that fit a JSON Schema, which need not be well-formed: what is not understood says nothing. `root` is where its references go
 * (nullable: the schema itself). `sampled`: it was inferred from samples, so that a member that it does not name is likely a mistake. */
EnlaceType            *enlace_type_new_for_schema (EnlaceValue       *schema,
                                                   EnlaceValue       *root,
                                                   gboolean           sampled);
/* What is of the one or of the other. */
EnlaceType            *enlace_type_unite          (EnlaceType        *a,
                                                   EnlaceType        *b);
EnlaceType            *enlace_type_ref            (EnlaceType        *self);
void                   enlace_type_unref          (EnlaceType        *self);

guint                  enlace_type_get_kinds      (const EnlaceType  *self);
gboolean               enlace_type_is_any         (const EnlaceType  *self);
gboolean               enlace_type_is_from_json   (const EnlaceType  *self);
/* NULL: it may be anything. */
EnlaceType            *enlace_type_get_element    (const EnlaceType  *self);
EnlaceType            *enlace_type_get_held       (const EnlaceType  *self);
EnlaceType            *enlace_type_get_others     (const EnlaceType  *self);
EnlaceTypeRest         enlace_type_get_rest       (const EnlaceType  *self);
guint                  enlace_type_get_n_fields   (const EnlaceType  *self);
const EnlaceTypeField *enlace_type_get_field      (const EnlaceType  *self,
                                                   guint              index);
const EnlaceTypeField *enlace_type_find_field     (const EnlaceType  *self,
                                                   const char        *name);
/* In words: "a text", "a number or null". Caller frees. */
char                  *enlace_type_describe       (const EnlaceType  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceType, enlace_type_unref)

G_END_DECLS
