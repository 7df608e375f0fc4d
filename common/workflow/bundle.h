/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* The form of bundles that this version writes, and the newest that it reads. */
#define ENLACE_BUNDLE_FORM 1
/* What the name of a bundle's file ends with. */
#define ENLACE_BUNDLE_SUFFIX ".enlace.json"

typedef struct {
  char        *name;
  char        *type;          /* "string", "number", "bool" or "json" */
  char        *description;   /* nullable */
  EnlaceValue *value;
  EnlaceValue *test_value;    /* nullable: none */
} EnlaceBundleVariable;

typedef struct {
  char        *key;           /* its name inside the bundle: "orders", "orders-2" */
  char        *id;            /* the id that it has where it comes from; NULL in a bundle that was read */
  char        *name;
  char        *description;   /* nullable */
  EnlaceValue *tags;          /* a list of texts */
  EnlaceValue *document;
  GPtrArray   *variables;     /* of EnlaceBundleVariable, by name */
} EnlaceBundleWorkflow;

/**
 * EnlaceBundle:
 *
 * Workflows on their way from one store to another, with their variables: what a file `*.enlace.json` holds. It knows no ids, no credentials and no
 * people, so that the same workflows give the same text wherever they are; workflows refer to one another as `bundle:KEY`. The form is described in
 * docs/workflows.md.
 */
typedef struct {
  GPtrArray *workflows;       /* of EnlaceBundleWorkflow */
  GPtrArray *variables;       /* of EnlaceBundleVariable: those of the organisation */
} EnlaceBundle;

EnlaceBundle         *enlace_bundle_new          (void);
void                  enlace_bundle_free         (EnlaceBundle          *self);

/* Adds a workflow of a store; all is copied, or a reference taken. The result belongs to the bundle. */
EnlaceBundleWorkflow *enlace_bundle_add_workflow (EnlaceBundle          *self,
                                                  const char            *id,
                                                  const char            *name,
                                                  const char            *description,
                                                  EnlaceValue           *tags,
                                                  EnlaceValue           *document);
/* To the organisation's (`variables` of the bundle) or a workflow's. `test_value` nullable. */
void                  enlace_bundle_add_variable (GPtrArray             *variables,
                                                  const char            *name,
                                                  const char            *type,
                                                  const char            *description,
                                                  EnlaceValue           *value,
                                                  EnlaceValue           *test_value);
/* When all is in it: sorts, gives each workflow its key, leaves integrations out, and makes references to workflows of the bundle `bundle:KEY`. Other
 * references stay ids. */
void                  enlace_bundle_seal         (EnlaceBundle          *self);

/**
 * enlace_bundle_read:
 * @value: what a file holds
 * @problems: (element-type EnlaceProblem): where each reason for a refusal goes
 *
 * Reads a bundle whole or not at all: what was written by a newer version, lacks something, or holds something that has no meaning is refused.
 *
 * Returns: (transfer full) (nullable): the bundle, sorted
 */
EnlaceBundle         *enlace_bundle_read         (EnlaceValue           *value,
                                                  GPtrArray             *problems);
/* TRUE: it says of itself that it is a bundle, whatever else is in it. */
gboolean              enlace_bundle_is_one       (EnlaceValue           *value);
/* Moves what is in `other` into `self`. FALSE: both have a workflow of the same key, or a variable of the same name; it goes to `problems`. */
gboolean              enlace_bundle_join         (EnlaceBundle          *self,
                                                  EnlaceBundle          *other,
                                                  GPtrArray             *problems);

EnlaceValue          *enlace_bundle_to_value     (EnlaceBundle          *self);
/* One workflow of it as a bundle of its own, for its file in a folder; NULL: the organisation's variables alone. */
EnlaceValue          *enlace_bundle_part_to_value (EnlaceBundle         *self,
                                                  EnlaceBundleWorkflow  *workflow);
/* As people and version control read it, with a line break at the end. */
char                 *enlace_bundle_format       (EnlaceValue           *value,
                                                  GError               **error);

/* The document with other values in place of its references to workflows: what `map` (text → text) has for each of them; one that it has nothing for
 * stays. */
EnlaceValue          *enlace_bundle_map_references (EnlaceValue         *document,
                                                  GHashTable            *map);
/* Every workflow that a document refers to (element-type utf8), each as it stands there. */
GPtrArray            *enlace_bundle_list_references (EnlaceValue        *document);
/* "Über uns!" → "uber-uns"; "workflow" where nothing is left. */
char                 *enlace_bundle_make_key     (const char            *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceBundle, enlace_bundle_free)

G_END_DECLS
