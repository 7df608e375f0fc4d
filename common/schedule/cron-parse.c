/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-schedule"

#include <string.h>

#include "common/schedule/cron-private.h"

/* A name may be cut to its first three letters. */
static const char *const month_names[] = {
  "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", NULL,
};

static const char *const weekday_names[] = { "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", NULL };

typedef enum { SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY } FieldKind;

typedef struct {
  const char        *title;
  guint              minimum;
  guint              maximum;   /* where `*` and `a/n` end */
  guint              greatest;  /* that may be written: 7 is a Sunday */
  const char *const *names;     /* of the values from the minimum on, nullable */
} Field;

static const Field fields[] = {
  [SECOND]  = { "second", 0, 59, 59, NULL },
  [MINUTE]  = { "minute", 0, 59, 59, NULL },
  [HOUR]    = { "hour", 0, 23, 23, NULL },
  [DAY]     = { "day of the month", 1, 31, 31, NULL },
  [MONTH]   = { "month", 1, 12, 12, month_names },
  [WEEKDAY] = { "day of the week", 0, 6, 7, weekday_names },
};

static const struct { const char *name, *text; } nicknames[] = {
  { "@yearly", "0 0 1 1 *" },
  { "@annually", "0 0 1 1 *" },
  { "@monthly", "0 0 1 * *" },
  { "@weekly", "0 0 * * 0" },
  { "@daily", "0 0 * * *" },
  { "@midnight", "0 0 * * *" },
  { "@hourly", "0 * * * *" },
};

static gboolean
fail (GError     **error,
      FieldKind    kind,
      const char  *item,
      const char  *problem)
{
  g_set_error (error, ENLACE_SCHEDULE_ERROR, ENLACE_SCHEDULE_ERROR_SYNTAX, "“%s” as the %s: %s", item, fields[kind].title, problem);
  return FALSE;
}

static gboolean
is_name_of (const char *name,
            const char *text,
            gsize       length)
{
  return (length == 3 || length == strlen (name)) && g_ascii_strncasecmp (name, text, length) == 0;
}

/* A value of the field, as a number or by name, that is the whole of the text. */
static gboolean
parse_value (FieldKind   kind,
             const char *text,
             gsize       length,
             guint      *value)
{
  const Field *field = &fields[kind];

  for (guint i = 0; field->names != NULL && field->names[i] != NULL; i++)
    if (is_name_of (field->names[i], text, length))
      {
        *value = field->minimum + i;
        return TRUE;
      }

  if (length == 0 || length > 2 || !g_ascii_isdigit (text[0]) || (length == 2 && !g_ascii_isdigit (text[1])))
    return FALSE;
  *value = length == 2 ? (guint) (text[0] - '0') * 10 + (guint) (text[1] - '0') : (guint) (text[0] - '0');

  return *value >= field->minimum && *value <= field->greatest;
}

static gboolean
parse_step (FieldKind    kind,
            const char  *item,
            const char  *text,
            guint       *step,
            GError     **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 1, fields[kind].maximum + 1 - fields[kind].minimum, &number, NULL))
    return fail (error, kind, item, "the step after “/” is no number, or too large");

  *step = (guint) number;
  return TRUE;
}

/* `*`, `a`, `a-b`, each with or without a step. */
static gboolean
parse_range (FieldKind    kind,
             const char  *item,
             guint64     *bits,
             GError     **error)
{
  const Field *field = &fields[kind];
  const char *slash = strchr (item, '/');
  gsize length = slash != NULL ? (gsize) (slash - item) : strlen (item);
  const char *dash = memchr (item, '-', length);
  guint first = field->minimum, last = field->maximum, step = 1;

  if (slash != NULL && !parse_step (kind, item, slash + 1, &step, error))
    return FALSE;

  if (length == 1 && *item == '*')
    ;
  else if (dash != NULL)
    {
      if (!parse_value (kind, item, dash - item, &first) || !parse_value (kind, dash + 1, length - (gsize) (dash + 1 - item), &last))
        return fail (error, kind, item, "no such range");
      if (kind == WEEKDAY && last == 0 && first > 0)
        last = 7;
      if (first > last)
        return fail (error, kind, item, "the range ends before it begins");
    }
  else
    {
      if (!parse_value (kind, item, length, &first))
        return fail (error, kind, item, "no such value");
      last = slash != NULL && first <= field->maximum ? field->maximum : first;
    }

  for (guint value = first; value <= last; value += step)
    *bits |= G_GUINT64_CONSTANT (1) << (kind == WEEKDAY ? value % 7 : value);
  return TRUE;
}

/* `L`, `L-n`, `LW`, `nW`; *is_special says whether it is one of these. */
static gboolean
parse_special_day (EnlaceCron  *self,
                   const char  *item,
                   gboolean    *is_special,
                   GError     **error)
{
  gsize length = strlen (item);
  guint64 back = 0;
  guint day;

  *is_special = TRUE;
  if (g_ascii_strcasecmp (item, "LW") == 0)
    self->has_last_working_day = TRUE;
  else if (g_ascii_toupper (item[0]) == 'L')
    {
      if (length > 1 && (item[1] != '-' || !g_ascii_string_to_unsigned (item + 2, 10, 1, 30, &back, NULL)))
        return fail (error, DAY, item, "“L” is followed by nothing, by “W”, or by “-” and a number of days");
      self->days_from_last |= 1u << back;
    }
  else if (length > 0 && g_ascii_toupper (item[length - 1]) == 'W')
    {
      if (!parse_value (DAY, item, length - 1, &day))
        return fail (error, DAY, item, "“W” follows one day");
      self->working_days |= 1u << day;
    }
  else
    *is_special = FALSE;

  return TRUE;
}

/* `n#k` and `nL`. */
static gboolean
parse_special_weekday (EnlaceCron  *self,
                       const char  *item,
                       gboolean    *is_special,
                       GError     **error)
{
  const char *hash = strchr (item, '#');
  gsize length = strlen (item);
  guint day;

  *is_special = TRUE;
  if (hash != NULL)
    {
      if (!parse_value (WEEKDAY, item, hash - item, &day) || hash[1] < '1' || hash[1] > '5' || hash[2] != '\0')
        return fail (error, WEEKDAY, item, "“#” stands between a day and a number from 1 to 5");
      self->nth_weekdays[day % 7] |= 1u << (hash[1] - '0');
    }
  else if (length > 0 && g_ascii_toupper (item[length - 1]) == 'L')
    {
      if (!parse_value (WEEKDAY, item, length - 1, &day))
        return fail (error, WEEKDAY, item, "“L” follows a day, as in 5L for the last Friday of the month");
      self->last_weekdays |= 1u << (day % 7);
    }
  else
    *is_special = FALSE;

  return TRUE;
}

static gboolean
parse_item (EnlaceCron  *self,
            FieldKind    kind,
            const char  *item,
            guint64     *bits,
            GError     **error)
{
  gboolean is_special = FALSE;

  if (kind == DAY && !parse_special_day (self, item, &is_special, error))
    return FALSE;
  if (kind == WEEKDAY && !parse_special_weekday (self, item, &is_special, error))
    return FALSE;

  return is_special || parse_range (kind, item, bits, error);
}

static gboolean
parse_field (EnlaceCron  *self,
             FieldKind    kind,
             const char  *text,
             guint64     *bits,
             GError     **error)
{
  g_auto(GStrv) items = g_strsplit (strcmp (text, "?") == 0 && (kind == DAY || kind == WEEKDAY) ? "*" : text, ",", -1);

  *bits = 0;
  for (guint i = 0; items[i] != NULL; i++)
    if (!parse_item (self, kind, items[i], bits, error))
      return FALSE;

  return TRUE;
}

/* A field that restricts nothing; one with a step does. */
static gboolean
is_any (const char *text)
{
  return strcmp (text, "*") == 0 || strcmp (text, "?") == 0 || strcmp (text, "*/1") == 0;
}

static gboolean
parse_fields (EnlaceCron  *self,
              char       **texts,
              GError     **error)
{
  guint64 bits[G_N_ELEMENTS (fields)] = { [SECOND] = 1 };

  for (guint kind = self->has_seconds ? SECOND : MINUTE; kind < G_N_ELEMENTS (fields); kind++)
    if (!parse_field (self, kind, *texts++, &bits[kind], error))
      return FALSE;

  self->seconds = bits[SECOND];
  self->minutes = bits[MINUTE];
  self->hours = (guint32) bits[HOUR];
  self->days = (guint32) bits[DAY];
  self->months = (guint16) bits[MONTH];
  self->weekdays = (guint8) bits[WEEKDAY];
  self->has_any_weekday = is_any (texts[-1]);
  self->has_any_day = is_any (texts[-3]);
  self->has_every_hour = strchr (texts[-4], '*') != NULL;

  return TRUE;
}

static char **
split (const char  *text,
       GError     **error)
{
  g_auto(GStrv) parts = g_strsplit_set (text, " \t", -1);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  guint n_fields = 0;

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      {
        g_strv_builder_add (builder, parts[i]);
        n_fields++;
      }

  if (n_fields == 5 || n_fields == 6)
    return g_strv_builder_end (builder);

  g_set_error (error, ENLACE_SCHEDULE_ERROR, ENLACE_SCHEDULE_ERROR_SYNTAX,
               "A cron expression has 5 fields (minute, hour, day, month, day of the week), or 6 with seconds first; this one has %u", n_fields);
  return NULL;
}

#define MAX_TEXT 1000

EnlaceCron *
enlace_cron_parse (const char  *text,
                   GError     **error)
{
  g_autoptr(EnlaceCron) self = g_new0 (EnlaceCron, 1);
  g_autofree char *trimmed = g_strstrip (g_strndup (text, MAX_TEXT + 1));
  const char *fields_text = trimmed;
  g_auto(GStrv) texts = NULL;
  gint64 first;

  if (strlen (text) > MAX_TEXT)
    {
      g_set_error (error, ENLACE_SCHEDULE_ERROR, ENLACE_SCHEDULE_ERROR_SYNTAX, "A cron expression has at most %u characters", MAX_TEXT);
      return NULL;
    }

  for (guint i = 0; i < G_N_ELEMENTS (nicknames); i++)
    if (g_ascii_strcasecmp (trimmed, nicknames[i].name) == 0)
      fields_text = nicknames[i].text;

  if ((texts = split (fields_text, error)) == NULL)
    return NULL;
  self->has_seconds = g_strv_length (texts) == 6;
  if (!parse_fields (self, texts, error))
    return NULL;

  if (!enlace_cron_next_wall (self, 0, &first))
    {
      g_set_error (error, ENLACE_SCHEDULE_ERROR, ENLACE_SCHEDULE_ERROR_NEVER, "“%s” never fires: no day matches it", trimmed);
      return NULL;
    }

  return g_steal_pointer (&self);
}
