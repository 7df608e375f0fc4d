/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/dates.h"

/* Patterns of dates: runs of letters for fields, anything else for itself, texts in single quotes. */

#define MAX_RUN   9
#define MAX_SHOWN 80   /* of a pattern, in a message */

static const char *const months[] = {
  "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
};
static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };
static const gint powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000 };

static gboolean
unknown_field (EnlaceEvaluation *evaluation,
               char              letter,
               guint             run)
{
  g_autofree char *field = g_strnfill (MIN (run, MAX_RUN), letter);

  return enlace_evaluation_fail (evaluation, "“%s” means nothing in a date pattern; plain letters stand in single quotes", field);
}

guint
enlace_date_get_iso_week (const EnlaceDate *date,
                          gint64           *year)
{
  /* The week belongs to the year of its Thursday. */
  gint64 day = enlace_date_get_days (date->year, date->month, date->day);
  EnlaceDate thursday;

  enlace_date_split ((day - (date->day_of_week + 6) % 7 + 3) * 24 * 60 * 60, &thursday);
  *year = thursday.year;
  return thursday.day_of_year / 7 + 1;
}

/* `letter` is X (Z for UTC), x or Z; one: hours, two: hours and minutes, three: with a colon. */
static void
write_offset (GString *result,
              char     letter,
              guint    run,
              gint     offset)
{
  gint minutes = ABS (offset) / 60;

  if (letter == 'X' && offset == 0)
    {
      g_string_append_c (result, 'Z');
      return;
    }
  if (letter == 'Z')
    run = 2;
  g_string_append_printf (result, "%c%02d", offset < 0 ? '-' : '+', minutes / 60);
  if (run > 1 || minutes % 60 != 0)
    g_string_append_printf (result, run == 3 ? ":%02d" : "%02d", minutes % 60);
}

/* The number of a field that has one, or -1. */
static gint64
field_number (char                letter,
              guint               run,
              const EnlaceMoment *moment)
{
  const EnlaceDate *date = &moment->date;
  gint64 year;
  guint week = enlace_date_get_iso_week (date, &year);

  switch (letter)
    {
    case 'y':
      return run == 2 ? date->year % 100 : date->year;
    case 'Y':
      return run == 2 ? year % 100 : year;
    case 'w':
      return week;
    case 'Q':
      return run <= 2 ? (gint64) date->month / 3 + 1 : -1;
    case 'M':
    case 'L':
      return run <= 2 ? (gint64) date->month + 1 : -1;
    case 'd':
      return date->day + 1;
    case 'D':
      return date->day_of_year + 1;
    case 'e':
      return (date->day_of_week + 6) % 7 + 1;
    case 'H':
      return date->second / 3600;
    case 'h':
      return (date->second / 3600 + 11) % 12 + 1;
    case 'm':
      return date->second / 60 % 60;
    case 's':
      return date->second % 60;
    default:
      return -1;
    }
}

static gboolean
write_field (EnlaceEvaluation   *evaluation,
             char                letter,
             guint               run,
             const EnlaceMoment *moment,
             GString            *result)
{
  gint64 number = field_number (letter, run, moment);
  const char *name = NULL;

  if (number >= 0 && run <= MAX_RUN)
    g_string_append_printf (result, "%0*" G_GINT64_FORMAT, run, number);
  else if ((letter == 'M' || letter == 'L') && run <= 4)
    name = months[moment->date.month];
  else if (letter == 'E' && run <= 4)
    name = days[moment->date.day_of_week];
  else if (letter == 'Q' && run == 3)
    g_string_append_printf (result, "Q%u", moment->date.month / 3 + 1);
  else if (letter == 'a' && run <= 3)
    g_string_append (result, moment->date.second < 12 * 3600 ? "AM" : "PM");
  else if (letter == 'S' && run <= MAX_RUN)
    g_string_append_printf (result, "%0*u", run, moment->nanoseconds / powers[MAX_RUN - run]);
  else if (strchr ("XxZ", letter) != NULL && run <= 3)
    write_offset (result, letter, run, moment->offset);
  else if (letter == 'V' && run == 2)
    g_string_append (result, moment->zone);
  else
    return unknown_field (evaluation, letter, run);
  if (name != NULL)
    g_string_append_len (result, name, run == 4 ? strlen (name) : 3);
  return TRUE;
}

/* What comes next in a pattern: a run of one letter, or plain text, where `letter` is NUL and `text` is set. */
typedef struct {
  char        letter;
  guint       run;
  const char *text;
} Piece;

static const char *
next_piece (const char *at,
            const char *end,
            gboolean   *quoted,
            Piece      *piece)
{
  const char *start = at;

  *piece = (Piece) { .text = at, .run = 0 };
  if (*at == '\'')
    {
      if (at + 1 < end && at[1] == '\'')
        {
          piece->run = 1;
          return at + 2;
        }
      *quoted = !*quoted;
      return at + 1;
    }
  if (!*quoted && g_ascii_isalpha (*at))
    {
      while (at < end && *at == *start)
        at++;
      piece->letter = *start;
      piece->run = at - start;
      return at;
    }
  piece->run = 1;
  return at + 1;
}

gboolean
enlace_date_pattern_write (EnlaceEvaluation   *evaluation,
                           const char         *pattern,
                           gsize               length,
                           const EnlaceMoment *moment,
                           GString            *result)
{
  const char *at = pattern, *end = pattern + length;
  gboolean quoted = FALSE;
  Piece piece;

  while (at < end)
    {
      at = next_piece (at, end, &quoted, &piece);
      if (!enlace_evaluation_charge (evaluation, piece.letter != '\0' ? 2 : 1))
        return FALSE;
      if (piece.letter == '\0')
        g_string_append_len (result, piece.text, piece.run);
      else if (!write_field (evaluation, piece.letter, piece.run, moment, result))
        return FALSE;
    }
  return !quoted || enlace_evaluation_fail (evaluation, "a quote in the date pattern is not closed");
}

typedef struct {
  const char *at;
  gint64      year;
  gint64      month;
  gint64      day;
  gint64      hour;
  gint64      minute;
  gint64      second;
  guint32     nanoseconds;
  gint        half;        /* 0 AM, 1 PM, -1 not said */
  gboolean    twelve;      /* the hour is one of twelve */
  gint        offset;
  gboolean    has_offset;
} Reading;

static gboolean
read_number (Reading *self,
             guint    least,
             guint    most,
             gint64  *number)
{
  guint n = 0;

  *number = 0;
  for (; n < most && g_ascii_isdigit (*self->at); n++)
    *number = *number * 10 + (*self->at++ - '0');
  return n >= least;
}

/* One of the names, whole or its first three letters. */
static gboolean
read_name (Reading           *self,
           const char *const *names,
           guint              n,
           gboolean           whole,
           gint64            *index)
{
  for (guint i = 0; i < n; i++)
    {
      gsize length = whole ? strlen (names[i]) : 3;

      if (g_ascii_strncasecmp (self->at, names[i], length) == 0)
        {
          self->at += length;
          *index = i;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
read_offset (Reading *self)
{
  gint sign = *self->at == '-' ? -1 : 1;
  gint64 hours, minutes = 0;

  self->has_offset = TRUE;
  if (*self->at == 'Z' || *self->at == 'z')
    {
      self->at++;
      self->offset = 0;
      return TRUE;
    }
  if (*self->at != '+' && *self->at != '-')
    return FALSE;
  self->at++;
  if (!read_number (self, 2, 2, &hours))
    return FALSE;
  if (*self->at == ':' && g_ascii_isdigit (self->at[1]))
    self->at++;
  if (g_ascii_isdigit (*self->at) && !read_number (self, 2, 2, &minutes))
    return FALSE;
  self->offset = sign * (gint) (hours * 3600 + minutes * 60);
  return hours <= 18 && minutes < 60;
}

static gboolean
read_fraction (Reading *self,
               guint    run)
{
  gint64 number;

  if (!read_number (self, run, run, &number))
    return FALSE;
  self->nanoseconds = number * powers[MAX_RUN - run];
  return TRUE;
}

static gboolean
read_year (Reading *self,
           guint    run)
{
  if (run != 2)
    return read_number (self, run > 1 ? 4 : 1, 4, &self->year);
  if (!read_number (self, 2, 2, &self->year))
    return FALSE;
  /* As POSIX reads them: 69 to 99 are of the twentieth century. */
  self->year += self->year < 69 ? 2000 : 1900;
  return TRUE;
}

static gboolean
read_half (Reading *self)
{
  if (g_ascii_strncasecmp (self->at, "am", 2) != 0 && g_ascii_strncasecmp (self->at, "pm", 2) != 0)
    return FALSE;
  self->half = g_ascii_tolower (*self->at) == 'p';
  self->at += 2;
  return TRUE;
}

static gboolean
read_month (Reading *self,
            guint    run)
{
  if (run <= 2)
    return read_number (self, run, 2, &self->month);
  if (!read_name (self, months, G_N_ELEMENTS (months), run == 4, &self->month))
    return FALSE;
  self->month++;
  return TRUE;
}

/* FALSE when the text does not go on so; `known` tells whether there is such a field. */
static gboolean
read_field (Reading  *self,
            char      letter,
            guint     run,
            gboolean *known)
{
  guint least = run == 1 ? 1 : 2;
  gint64 ignored;

  *known = run <= 4 || letter == 'S';
  switch (letter)
    {
    case 'y':
      return read_year (self, run);
    case 'M':
    case 'L':
      return read_month (self, run);
    case 'd':
      return read_number (self, least, 2, &self->day);
    case 'h':
      self->twelve = TRUE;
      return read_number (self, least, 2, &self->hour) && self->hour >= 1 && self->hour <= 12;
    case 'H':
      return read_number (self, least, 2, &self->hour);
    case 'm':
      return read_number (self, least, 2, &self->minute);
    case 's':
      return read_number (self, least, 2, &self->second);
    case 'S':
      *known = run <= MAX_RUN;
      return *known && read_fraction (self, run);
    case 'a':
      return read_half (self);
    case 'E':
      return read_name (self, days, G_N_ELEMENTS (days), run == 4, &ignored);
    case 'X':
    case 'x':
    case 'Z':
      return read_offset (self);
    default:
      *known = FALSE;
      return FALSE;
    }
}

static gboolean
finish_reading (Reading      *self,
                EnlaceMoment *moment)
{
  if (self->twelve && self->half >= 0)
    self->hour = self->hour % 12 + 12 * self->half;
  if (self->year < 1 || self->month < 1 || self->month > 12 || self->day < 1
      || self->day > enlace_date_get_month_length (self->year, self->month - 1)
      || self->hour > 23 || self->minute > 59 || self->second > 59)
    return FALSE;
  moment->date.year = self->year;
  moment->date.month = self->month - 1;
  moment->date.day = self->day - 1;
  moment->date.second = self->hour * 3600 + self->minute * 60 + self->second;
  moment->nanoseconds = self->nanoseconds;
  moment->offset = self->offset;
  return TRUE;
}

gboolean
enlace_date_pattern_read (EnlaceEvaluation *evaluation,
                          const char       *pattern,
                          const char       *text,
                          EnlaceMoment     *moment,
                          gboolean         *has_offset)
{
  Reading reading = { .at = text, .year = 1970, .month = 1, .day = 1, .half = -1 };
  const char *at = pattern, *end = pattern + strlen (pattern);
  gboolean quoted = FALSE, known = TRUE, fits = TRUE;
  Piece piece;

  while (at < end && fits)
    {
      at = next_piece (at, end, &quoted, &piece);
      if (!enlace_evaluation_charge (evaluation, 1))
        return FALSE;
      if (piece.letter != '\0')
        fits = read_field (&reading, piece.letter, piece.run, &known);
      else
        {
          fits = strncmp (reading.at, piece.text, piece.run) == 0;
          reading.at += fits ? piece.run : 0;
        }
      if (!known)
        return unknown_field (evaluation, piece.letter, piece.run);
    }
  if (!fits || *reading.at != '\0' || !finish_reading (&reading, moment))
    return enlace_evaluation_fail (evaluation, "the text is no date of the form “%s”", strlen (pattern) <= MAX_SHOWN ? pattern : "…");
  *has_offset = reading.has_offset;
  return TRUE;
}
