/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/request.h"

G_BEGIN_DECLS

/**
 * EnlaceFields:
 *
 * Reads the members of a request's body one by one and collects what is wrong with each, so that a client learns all of it at once. A member that
 * is absent leaves its place untouched. Keep it on the stack; it borrows the body.
 */
typedef struct {
  EnlaceValue       *body;
  EnlaceListBuilder *errors;   /* owned: { pointer, detail } each */
  GPtrArray         *known;    /* owned, of borrowed names */
} EnlaceFields;

void         enlace_fields_init        (EnlaceFields       *self,
                                        EnlaceRequest      *request);
gboolean     enlace_fields_has         (EnlaceFields       *self,
                                        const char         *name);
/* Text of at most `max` characters; with `min` 1 it must not be blank. Caller frees *value, whose old text is freed. */
gboolean     enlace_fields_take_text   (EnlaceFields       *self,
                                        const char         *name,
                                        guint               min,
                                        guint               max,
                                        char              **value);
gboolean     enlace_fields_take_bool   (EnlaceFields       *self,
                                        const char         *name,
                                        gboolean           *value);
gboolean     enlace_fields_take_int    (EnlaceFields       *self,
                                        const char         *name,
                                        gint64              min,
                                        gint64              max,
                                        gint64             *value);
/* Any value, borrowed; a `kind` of ENLACE_KIND_NULL takes all. */
gboolean     enlace_fields_take_value  (EnlaceFields       *self,
                                        const char         *name,
                                        EnlaceKind          kind,
                                        EnlaceValue       **value);
/* A list of ids, at most `max`, as a GArray of EnlaceUuid that the caller owns. */
GArray      *enlace_fields_take_ids    (EnlaceFields       *self,
                                        const char         *name,
                                        guint               max);
void         enlace_fields_require     (EnlaceFields       *self,
                                        const char         *name);
/* Members that a reply has and a request may send back: they are ignored. NULL-terminated. */
void         enlace_fields_ignore      (EnlaceFields       *self,
                                        const char *const  *names);
void         enlace_fields_add_error   (EnlaceFields       *self,
                                        const char         *pointer,
                                        const char         *format,
                                        ...) G_GNUC_PRINTF (3, 4);
/* FALSE: something was wrong (an unknown member too), and the request was answered 400. Clears the fields. */
gboolean     enlace_fields_finish      (EnlaceFields       *self,
                                        EnlaceRequest      *request);

G_END_DECLS
