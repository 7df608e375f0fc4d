/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceSchemaError:
 * @ENLACE_SCHEMA_ERROR_MALFORMED: it is no schema; the message begins with the JSON Pointer of the place
 */
typedef enum {
  ENLACE_SCHEMA_ERROR_MALFORMED,
} EnlaceSchemaError;

#define ENLACE_SCHEMA_ERROR (enlace_schema_error_quark ())
GQuark enlace_schema_error_quark (void);

/**
 * EnlaceSchema:
 *
 * A compiled JSON Schema (draft 2020-12, json-schema.org/draft/2020-12): the keywords that forms, manifests and OpenAPI use. Others are ignored, as
 * the standard has it. References stay within the document. Immutable, reference-counted, usable by several threads at once.
 *
 * Keywords: `$ref` (`#`, `#/…`), `type`, `enum`, `const`, `properties`, `patternProperties`, `additionalProperties`, `propertyNames`, `required`,
 * `dependentRequired`, `minProperties`, `maxProperties`, `items`, `prefixItems`, `contains`, `minContains`, `maxContains`, `minItems`, `maxItems`,
 * `uniqueItems`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `minLength`, `maxLength`, `pattern`, `format`,
 * `allOf`, `anyOf`, `oneOf`, `not`, `if`, `then`, `else`.
 */
typedef struct _EnlaceSchema EnlaceSchema;

/* Where a value does not fit, as a JSON Pointer from the value's root, and what is wrong, as a sentence for the person who gave the value. */
typedef struct {
  char *pointer;
  char *detail;
} EnlaceSchemaFault;

void          enlace_schema_fault_free  (EnlaceSchemaFault  *self);

/* At most so many faults are listed. */
#define ENLACE_SCHEMA_MAX_FAULTS 100

EnlaceSchema *enlace_schema_new         (EnlaceValue        *value,
                                         GError            **error);
/* A schema that is a part of `root`, from which its references go: one of an OpenAPI document. */
EnlaceSchema *enlace_schema_new_within  (EnlaceValue        *root,
                                         EnlaceValue        *value,
                                         GError            **error);
EnlaceSchema *enlace_schema_ref         (EnlaceSchema       *self);
void          enlace_schema_unref       (EnlaceSchema       *self);
EnlaceValue  *enlace_schema_get_value   (EnlaceSchema       *self);

/* Whether the value fits. What does not is added to `faults` (nullable, element-type EnlaceSchemaFault). Values that are no JSON are taken as what
 * they are in JSON: bytes, timestamps and durations as strings. A check that would take too long, or go too deep, is a fault. */
gboolean      enlace_schema_validate    (EnlaceSchema       *self,
                                         EnlaceValue        *value,
                                         GPtrArray          *faults);

/**
 * EnlaceSchemaInference:
 *
 * Makes a schema of samples that come one after another: types are united, a property is required when all have it, whole numbers and others are
 * told apart, elements of lists share a schema, texts that are all times, dates, addresses or ids get a `format`. Its size is bounded whatever the
 * samples are: at most ENLACE_SCHEMA_INFERENCE_MAX_PROPERTIES members an object and _MAX_DEPTH levels; beyond that anything is allowed.
 */
typedef struct _EnlaceSchemaInference EnlaceSchemaInference;

#define ENLACE_SCHEMA_INFERENCE_MAX_DEPTH 16
#define ENLACE_SCHEMA_INFERENCE_MAX_PROPERTIES 200

EnlaceSchemaInference *enlace_schema_inference_new  (void);
void                   enlace_schema_inference_free (EnlaceSchemaInference *self);
void                   enlace_schema_inference_add  (EnlaceSchemaInference *self,
                                                     EnlaceValue           *sample);
/* The schema of all samples so far; more may follow. Transfer full. */
EnlaceValue           *enlace_schema_inference_end  (EnlaceSchemaInference *self);
/* That of one sample. Transfer full. */
EnlaceValue           *enlace_schema_infer          (EnlaceValue           *sample);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceSchema, enlace_schema_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceSchemaFault, enlace_schema_fault_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceSchemaInference, enlace_schema_inference_free)

G_END_DECLS
