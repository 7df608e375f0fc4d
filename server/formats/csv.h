/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/formats/format.h"

G_BEGIN_DECLS

typedef enum {
  ENLACE_CSV_HEADER_FIRST_ROW,
  ENLACE_CSV_HEADER_NONE,       /* rows are lists */
  ENLACE_CSV_HEADER_COLUMNS,    /* `columns` name them; the first row is data */
} EnlaceCsvHeader;

/* A dialect of CSV (RFC 4180 where nothing is said). */
typedef struct {
  const char       *delimiter;      /* one character */
  char              quote;          /* 0: none */
  gboolean          is_backslash;   /* a quote inside of quotes has a backslash before it; else it is doubled */
  EnlaceCsvHeader   header;
  EnlaceValue      *columns;        /* nullable: a list of text */
  gboolean          infers;         /* reading: numbers, true, false and nothing are no text */
  gboolean          fills;          /* reading: what a short row lacks is null; else it is an error */
  gboolean          has_header;     /* writing */
  gboolean          quotes_all;     /* writing */
  gboolean          is_crlf;        /* writing */
  gboolean          is_guarded;     /* writing: text that a spreadsheet would compute gets an apostrophe before it */
} EnlaceCsvDialect;

/* A list of records, or of lists without a header. Empty lines are no rows. NULL with INPUT and the line, or OPTION. */
EnlaceValue *enlace_csv_read  (const EnlaceCsvDialect  *dialect,
                               const char              *text,
                               gsize                    length,
                               EnlaceFormatGuard       *guard,
                               GError                 **error);
/* A list of records or of lists as text (transfer full). Without `columns` the columns are the members of all records in the order in which they first
 * appear. NULL with VALUE and the row. */
char        *enlace_csv_write (const EnlaceCsvDialect  *dialect,
                               EnlaceValue             *rows,
                               gsize                   *length,
                               EnlaceFormatGuard       *guard,
                               GError                 **error);

G_END_DECLS
