/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * EnlaceValue:
 *
 * An immutable, reference-counted value of the expression language, of which the JSON values are a part.
 * Reference counts are atomic: a value may be shared between threads. Values are freed and compared
 * without recursion, so that any depth is safe on a small stack.
 */
typedef struct _EnlaceValue EnlaceValue;

/**
 * EnlaceKind:
 * @ENLACE_KIND_NULL: null
 * @ENLACE_KIND_BOOL: true or false
 * @ENLACE_KIND_INT: a signed 64-bit integer; a JSON number without `.` or exponent
 * @ENLACE_KIND_UINT: an unsigned 64-bit integer; a JSON integer above the int64 range
 * @ENLACE_KIND_DOUBLE: an IEEE 754 double. A JSON integer beyond int64 and uint64 keeps its text
 *   (see [func@enlace_value_get_number_text]) and computes as the nearest double
 * @ENLACE_KIND_STRING: UTF-8 text, which may hold U+0000
 * @ENLACE_KIND_BYTES: bytes; base64 in JSON
 * @ENLACE_KIND_LIST: a list of values
 * @ENLACE_KIND_MAP: a map with keys of kind bool, int, uint or string, which keeps the order of insertion
 * @ENLACE_KIND_TIMESTAMP: an instant, seconds since 1970-01-01T00:00:00Z and nanoseconds, years 1 to 9999
 * @ENLACE_KIND_DURATION: a length of time, in nanoseconds with seconds kept apart
 * @ENLACE_KIND_TYPE: the name of a type, what `type(x)` yields
 * @ENLACE_KIND_OPTIONAL: a value that may be absent (`optional.of`, `optional.none`)
 */
typedef enum {
  ENLACE_KIND_NULL,
  ENLACE_KIND_BOOL,
  ENLACE_KIND_INT,
  ENLACE_KIND_UINT,
  ENLACE_KIND_DOUBLE,
  ENLACE_KIND_STRING,
  ENLACE_KIND_BYTES,
  ENLACE_KIND_LIST,
  ENLACE_KIND_MAP,
  ENLACE_KIND_TIMESTAMP,
  ENLACE_KIND_DURATION,
  ENLACE_KIND_TYPE,
  ENLACE_KIND_OPTIONAL,
} EnlaceKind;

EnlaceValue       *enlace_value_ref                 (EnlaceValue       *self);
void               enlace_value_unref               (EnlaceValue       *self);

EnlaceValue       *enlace_value_new_null            (void);
EnlaceValue       *enlace_value_new_bool            (gboolean           value);
EnlaceValue       *enlace_value_new_int             (gint64             value);
EnlaceValue       *enlace_value_new_uint            (guint64            value);
EnlaceValue       *enlace_value_new_double          (double             value);
EnlaceValue       *enlace_value_new_number_text     (const char        *text);
EnlaceValue       *enlace_value_new_string          (const char        *value);
EnlaceValue       *enlace_value_new_string_len      (const char        *value,
                                                     gsize              length);
EnlaceValue       *enlace_value_new_string_take     (char              *value);
EnlaceValue       *enlace_value_new_string_printf   (const char        *format,
                                                     ...) G_GNUC_PRINTF (1, 2);
EnlaceValue       *enlace_value_new_bytes           (gconstpointer      data,
                                                     gsize              length);
EnlaceValue       *enlace_value_new_timestamp       (gint64             seconds,
                                                     guint32            nanoseconds);
EnlaceValue       *enlace_value_new_duration        (gint64             seconds,
                                                     gint32             nanoseconds);
EnlaceValue       *enlace_value_new_type            (const char        *name);
EnlaceValue       *enlace_value_new_optional        (EnlaceValue       *value); /* NULL: none */

EnlaceKind         enlace_value_get_kind            (const EnlaceValue *self);
gboolean           enlace_value_is_null             (const EnlaceValue *self);

/* Getters borrow, and return 0, FALSE or NULL when the value is of another kind. */
gboolean           enlace_value_get_bool            (const EnlaceValue *self);
gint64             enlace_value_get_int             (const EnlaceValue *self);
guint64            enlace_value_get_uint            (const EnlaceValue *self);
double             enlace_value_get_double          (const EnlaceValue *self); /* int, uint and double */
const char        *enlace_value_get_number_text     (const EnlaceValue *self); /* NULL unless the text was kept */
const char        *enlace_value_get_string          (const EnlaceValue *self); /* NUL-terminated */
const char        *enlace_value_get_string_len      (const EnlaceValue *self,
                                                     gsize             *length);
gconstpointer      enlace_value_get_bytes           (const EnlaceValue *self,
                                                     gsize             *length);
gint64             enlace_value_get_seconds         (const EnlaceValue *self); /* timestamp, duration */
gint32             enlace_value_get_nanoseconds     (const EnlaceValue *self);
const char        *enlace_value_get_type_name       (const EnlaceValue *self); /* of a type value */
EnlaceValue       *enlace_value_get_optional        (const EnlaceValue *self); /* NULL: none */

/* Lists and maps: the number of elements or members. */
gsize              enlace_value_get_length          (const EnlaceValue *self);
EnlaceValue       *enlace_value_get_element         (const EnlaceValue *self,
                                                     gsize              index);
EnlaceValue       *enlace_value_get_key             (const EnlaceValue *self,
                                                     gsize              index);
EnlaceValue       *enlace_value_get_member_value    (const EnlaceValue *self,
                                                     gsize              index);
EnlaceValue       *enlace_value_get_member          (const EnlaceValue *self,
                                                     const char        *name); /* NULL: absent, or no map */
EnlaceValue       *enlace_value_lookup              (const EnlaceValue *self,
                                                     const EnlaceValue *key);

/* Members of a map by name, with a default for an absent member or one of another kind. */
const char        *enlace_value_get_member_string   (const EnlaceValue *self,
                                                     const char        *name,
                                                     const char        *fallback);
gint64             enlace_value_get_member_int      (const EnlaceValue *self,
                                                     const char        *name,
                                                     gint64             fallback);
double             enlace_value_get_member_double   (const EnlaceValue *self,
                                                     const char        *name,
                                                     double             fallback);
gboolean           enlace_value_get_member_bool     (const EnlaceValue *self,
                                                     const char        *name,
                                                     gboolean           fallback);

/* A copy of a map with one member replaced, appended or (value NULL) removed. */
EnlaceValue       *enlace_value_with_member         (EnlaceValue       *self,
                                                     const char        *name,
                                                     EnlaceValue       *value);

/* CEL equality: numbers compare across kinds, maps without regard to order, NaN is unequal to itself. */
gboolean           enlace_value_equal               (const EnlaceValue *a,
                                                     const EnlaceValue *b);
guint              enlace_value_hash                (const EnlaceValue *self);
/* Approximate memory that the value holds, in bytes, shared parts counted each time; it stops counting beyond
 * ENLACE_VALUE_SIZE_LIMIT, since a value that shares its parts may be larger than any memory when written out. */
#define ENLACE_VALUE_SIZE_LIMIT (256 * 1024 * 1024)
gsize              enlace_value_get_size            (const EnlaceValue *self);

typedef struct _EnlaceListBuilder EnlaceListBuilder;
typedef struct _EnlaceMapBuilder  EnlaceMapBuilder;

EnlaceListBuilder *enlace_list_builder_new          (void);
void               enlace_list_builder_add          (EnlaceListBuilder *self,
                                                     EnlaceValue       *value); /* takes a reference of its own */
void               enlace_list_builder_take         (EnlaceListBuilder *self,
                                                     EnlaceValue       *value); /* takes the caller's reference */
gsize              enlace_list_builder_get_length   (EnlaceListBuilder *self);
EnlaceValue       *enlace_list_builder_end          (EnlaceListBuilder *self); /* the list; the builder is empty again */
void               enlace_list_builder_free         (EnlaceListBuilder *self);

/* A later value for the same key replaces the earlier one in its place. */
EnlaceMapBuilder  *enlace_map_builder_new           (void);
void               enlace_map_builder_add           (EnlaceMapBuilder  *self,
                                                     const char        *name,
                                                     EnlaceValue       *value);
void               enlace_map_builder_take          (EnlaceMapBuilder  *self,
                                                     const char        *name,
                                                     EnlaceValue       *value);
void               enlace_map_builder_take_string   (EnlaceMapBuilder  *self,
                                                     const char        *name,
                                                     char              *value);
void               enlace_map_builder_add_string    (EnlaceMapBuilder  *self,
                                                     const char        *name,
                                                     const char        *value); /* NULL: null */
void               enlace_map_builder_add_int       (EnlaceMapBuilder  *self,
                                                     const char        *name,
                                                     gint64             value);
void               enlace_map_builder_add_double    (EnlaceMapBuilder  *self,
                                                     const char        *name,
                                                     double             value);
void               enlace_map_builder_add_bool      (EnlaceMapBuilder  *self,
                                                     const char        *name,
                                                     gboolean           value);
void               enlace_map_builder_add_null      (EnlaceMapBuilder  *self,
                                                     const char        *name);
/* A key of any kind that a key may have; FALSE when the key is there already (nothing is changed then). */
gboolean           enlace_map_builder_insert        (EnlaceMapBuilder  *self,
                                                     EnlaceValue       *key,
                                                     EnlaceValue       *value);
EnlaceValue       *enlace_map_builder_end           (EnlaceMapBuilder  *self);
void               enlace_map_builder_free          (EnlaceMapBuilder  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceValue, enlace_value_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceListBuilder, enlace_list_builder_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceMapBuilder, enlace_map_builder_free)

G_END_DECLS
