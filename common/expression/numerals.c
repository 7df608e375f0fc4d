/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <math.h>
#include <string.h>

#include "common/expression/function.h"
#include "common/expression/number.h"

/* Numbers and amounts as people write them. Separators follow the Unicode CLDR, minor units ISO 4217. */

#define MAX_DIGITS 20

#define NBSP  "\xc2\xa0"
#define NNBSP "\xe2\x80\xaf"

typedef struct {
  const char *name;
  const char *decimal;
  const char *group;
  guint       least;      /* digits in front of the first separator: with 2, 1234 has none */
  const char *currency;   /* %n number, %c currency */
  const char *percent;    /* between the number and the sign */
} Locale;

/* A language comes before its regions; a region that is not here is as its language. */
static const Locale locales[] = {
  { "en", ".", ",", 1, "%c%n", "" },
  { "en-ZA", ",", NBSP, 1, "%c" NBSP "%n", "" },
  { "es", ",", ".", 2, "%n" NBSP "%c", NBSP },
  { "es-419", ".", ",", 1, "%c%n", NBSP },
  { "es-AR", ",", ".", 1, "%c" NBSP "%n", NBSP },
  { "es-CL", ",", ".", 2, "%c%n", NBSP },
  { "es-CO", ",", ".", 1, "%c" NBSP "%n", NBSP },
  { "es-MX", ".", ",", 1, "%c%n", "" },
  { "es-PE", ".", ",", 1, "%c" NBSP "%n", NBSP },
  { "es-US", ".", ",", 1, "%c%n", NBSP },
  { "de", ",", ".", 1, "%n" NBSP "%c", NBSP },
  { "de-CH", ".", "’", 1, "%c" NBSP "%n", "" },
  { "fr", ",", NNBSP, 1, "%n" NBSP "%c", NNBSP },
  { "pt", ",", ".", 1, "%c" NBSP "%n", "" },
  { "pt-PT", ",", NBSP, 2, "%n" NBSP "%c", "" },
  { "it", ",", ".", 1, "%n" NBSP "%c", "" },
  { "nl", ",", ".", 1, "%c" NBSP "%n", "" },
  { "pl", ",", NBSP, 2, "%n" NBSP "%c", "" },
  { "sv", ",", NBSP, 1, "%n" NBSP "%c", NBSP },
  { "ja", ".", ",", 1, "%c%n", "" },
  { "zh", ".", ",", 1, "%c%n", "" },
};

/* Those whose minor unit is not a hundredth, and those that have a sign of their own. */
static const struct {
  const char *code;
  int         digits;
  const char *sign;   /* NULL: the code */
} currencies[] = {
  { "BHD", 3, NULL }, { "BIF", 0, NULL }, { "BRL", 2, "R$" }, { "CLF", 4, NULL }, { "CLP", 0, NULL }, { "CNY", 2, "CN¥" },
  { "DJF", 0, NULL }, { "EUR", 2, "€" }, { "GBP", 2, "£" }, { "GNF", 0, NULL }, { "INR", 2, "₹" }, { "IQD", 3, NULL },
  { "ISK", 0, NULL }, { "JOD", 3, NULL }, { "JPY", 0, "¥" }, { "KMF", 0, NULL }, { "KRW", 0, "₩" }, { "KWD", 3, NULL },
  { "LYD", 3, NULL }, { "OMR", 3, NULL }, { "PYG", 0, NULL }, { "RWF", 0, NULL }, { "TND", 3, NULL }, { "UGX", 0, NULL },
  { "USD", 2, "$" }, { "UYI", 0, NULL }, { "UYW", 4, NULL }, { "VND", 0, "₫" }, { "VUV", 0, NULL }, { "XAF", 0, NULL },
  { "XOF", 0, NULL }, { "XPF", 0, NULL },
};

static const Locale *
find_locale (const char *name)
{
  const Locale *language = NULL;
  gsize n_language = strcspn (name, "-_");

  for (gsize i = 0; i < G_N_ELEMENTS (locales); i++)
    {
      const char *candidate = locales[i].name;

      if (strlen (candidate) == strlen (name) && g_ascii_strncasecmp (candidate, name, n_language) == 0
          && (name[n_language] == '\0' || g_ascii_strcasecmp (candidate + n_language + 1, name + n_language + 1) == 0))
        return &locales[i];
      if (strlen (candidate) == n_language && g_ascii_strncasecmp (candidate, name, n_language) == 0)
        language = &locales[i];
    }
  return language;
}

/* The locale that an argument names; English where it is left out. NULL with a failure. */
static const Locale *
get_locale (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            guint                index)
{
  const Locale *locale = &locales[0];

  if (index < node->n && (locale = find_locale (enlace_value_get_string (arguments[index].value))) == NULL)
    enlace_evaluation_fail (evaluation, "no numbers are known of this locale");
  return locale;
}

/* Digits with a point and no sign, rounded as people round. FALSE with a failure. */
static gboolean
plain_digits (EnlaceEvaluation    *evaluation,
              const EnlaceOperand *number,
              int                  digits,
              char                 text[400],
              gboolean            *negative)
{
  double value = number->kind == ENLACE_KIND_DOUBLE ? enlace_double_round (number->number, digits) : 0;
  guint64 whole = number->kind == ENLACE_KIND_UINT ? number->natural
                  : number->integer < 0 ? -(guint64) number->integer : (guint64) number->integer;

  if (number->kind == ENLACE_KIND_DOUBLE)
    {
      char format[] = { '%', '.', '0' + digits / 10, '0' + digits % 10, 'f', '\0' };

      if (!isfinite (value))
        return enlace_evaluation_fail (evaluation, "not-a-number and infinities have no digits");
      g_ascii_formatd (text, 400, format, fabs (value));
      *negative = value < 0;
      return TRUE;
    }
  g_snprintf (text, 400, "%" G_GUINT64_FORMAT "%s%.*s", whole, digits > 0 ? "." : "", digits, "00000000000000000000");
  *negative = number->kind == ENLACE_KIND_INT && number->integer < 0;
  return TRUE;
}

static void
append_number (GString      *result,
               const char   *text,
               const Locale *locale)
{
  gsize whole = strcspn (text, ".");
  gboolean grouped = whole >= 3 + locale->least;

  for (gsize i = 0; i < whole; i++)
    {
      if (grouped && i > 0 && (whole - i) % 3 == 0)
        g_string_append (result, locale->group);
      g_string_append_c (result, text[i]);
    }
  if (text[whole] == '.')
    g_string_append_printf (result, "%s%s", locale->decimal, text + whole + 1);
}

static gboolean
get_digits (EnlaceEvaluation *evaluation,
            const EnlaceNode *node,
            gint64            digits)
{
  if (digits >= 0 && digits <= MAX_DIGITS)
    return TRUE;
  return enlace_evaluation_fail (evaluation, "“%s” takes from 0 to %d digits", node->call.name, MAX_DIGITS);
}

static gboolean
format_number (EnlaceEvaluation    *evaluation,
               const EnlaceOperand *number,
               int                  digits,
               const Locale        *locale,
               const char          *before,
               const char          *after,
               EnlaceOperand       *out)
{
  g_autoptr(GString) result = g_string_new (NULL);
  gboolean negative = FALSE;
  char text[400];

  if (!enlace_evaluation_charge (evaluation, 8) || !plain_digits (evaluation, number, digits, text, &negative))
    return FALSE;
  g_string_append_printf (result, "%s%s", negative ? "-" : "", before);
  append_number (result, text, locale);
  g_string_append (result, after);
  return enlace_call_set_text (out, result);
}

static gboolean
call_format (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments,
             EnlaceOperand       *out)
{
  const Locale *locale;

  if (!enlace_call_accept (evaluation, node, arguments, "nis") || !get_digits (evaluation, node, arguments[1].integer)
      || (locale = get_locale (evaluation, node, arguments, 2)) == NULL)
    return FALSE;
  return format_number (evaluation, &arguments[0], arguments[1].integer, locale, "", "", out);
}

/* With separators of the caller's own. */
static gboolean
call_format_with (EnlaceEvaluation    *evaluation,
                  const EnlaceNode    *node,
                  const EnlaceOperand *arguments,
                  EnlaceOperand       *out)
{
  Locale locale = { .least = 1 };
  gsize n_decimal, n_group;

  if (!enlace_call_accept (evaluation, node, arguments, "niss") || !get_digits (evaluation, node, arguments[1].integer))
    return FALSE;
  locale.decimal = enlace_operand_get_string (&arguments[2], &n_decimal);
  locale.group = enlace_operand_get_string (&arguments[3], &n_group);
  if (n_decimal > 16 || n_group > 16)
    return enlace_evaluation_fail (evaluation, "a separator is of at most 16 bytes");
  return format_number (evaluation, &arguments[0], arguments[1].integer, &locale, "", "", out);
}

static gboolean
call_percent (EnlaceEvaluation    *evaluation,
              const EnlaceNode    *node,
              const EnlaceOperand *arguments,
              EnlaceOperand       *out)
{
  EnlaceOperand hundredths;
  g_autofree char *sign = NULL;
  const Locale *locale;
  gint64 digits = node->n > 1 && arguments[1].kind == ENLACE_KIND_INT ? arguments[1].integer : 0;
  double value;

  if (!enlace_call_accept (evaluation, node, arguments, "nis") || !get_digits (evaluation, node, digits)
      || (locale = get_locale (evaluation, node, arguments, 2)) == NULL)
    return FALSE;
  value = arguments[0].kind == ENLACE_KIND_DOUBLE ? arguments[0].number
          : arguments[0].kind == ENLACE_KIND_INT ? (double) arguments[0].integer : (double) arguments[0].natural;
  /* Rounded as the number that was written, not as what multiplying makes of it. */
  enlace_operand_set_double (&hundredths, enlace_double_round (value, digits + 2) * 100);
  sign = g_strconcat (locale->percent, "%", NULL);
  return format_number (evaluation, &hundredths, digits, locale, "", sign, out);
}

/* The digits behind the point of a currency, and its sign (nullable out). FALSE with a failure. */
static gboolean
get_currency (EnlaceEvaluation    *evaluation,
              const EnlaceOperand *argument,
              int                 *digits,
              const char         **sign)
{
  gsize length;
  const char *code = enlace_operand_get_string (argument, &length);

  *digits = 2;
  *sign = code;
  if (length != 3 || !g_ascii_isupper (code[0]) || !g_ascii_isupper (code[1]) || !g_ascii_isupper (code[2]))
    return enlace_evaluation_fail (evaluation, "a currency is three capital letters, as in EUR");
  for (gsize i = 0; i < G_N_ELEMENTS (currencies); i++)
    if (g_str_equal (currencies[i].code, code))
      {
        *digits = currencies[i].digits;
        *sign = currencies[i].sign != NULL ? currencies[i].sign : code;
      }
  return TRUE;
}

static gboolean
call_currency (EnlaceEvaluation    *evaluation,
               const EnlaceNode    *node,
               const EnlaceOperand *arguments,
               EnlaceOperand       *out)
{
  g_autofree char *before = NULL, *after = NULL;
  const Locale *locale;
  const char *sign;
  gboolean in_front;
  int digits;

  if (!enlace_call_accept (evaluation, node, arguments, "nss") || !get_currency (evaluation, &arguments[1], &digits, &sign)
      || (locale = get_locale (evaluation, node, arguments, 2)) == NULL)
    return FALSE;
  in_front = locale->currency[1] == 'c';
  /* A code never touches the number. */
  if (in_front)
    before = g_strconcat (sign, strlen (locale->currency) > 4 || g_ascii_isalpha (sign[strlen (sign) - 1]) ? NBSP : "", NULL);
  else
    after = g_strconcat (NBSP, sign, NULL);
  return format_number (evaluation, &arguments[0], digits, locale, in_front ? before : "", in_front ? "" : after, out);
}

static gboolean
call_to_minor (EnlaceEvaluation    *evaluation,
               const EnlaceNode    *node,
               const EnlaceOperand *arguments,
               EnlaceOperand       *out)
{
  const char *sign;
  double value;
  int digits;

  if (!enlace_call_accept (evaluation, node, arguments, "ns") || !get_currency (evaluation, &arguments[1], &digits, &sign))
    return FALSE;
  value = arguments[0].kind == ENLACE_KIND_DOUBLE ? arguments[0].number
          : arguments[0].kind == ENLACE_KIND_INT ? (double) arguments[0].integer : (double) arguments[0].natural;
  value = round (enlace_double_round (value, digits) * pow (10, digits));
  if (!(fabs (value) < 0x1p53))
    return enlace_evaluation_fail (evaluation, "the amount is too large to be counted in minor units");
  enlace_operand_set_int (out, (gint64) value);
  return TRUE;
}

static gboolean
call_from_minor (EnlaceEvaluation    *evaluation,
                 const EnlaceNode    *node,
                 const EnlaceOperand *arguments,
                 EnlaceOperand       *out)
{
  const char *sign;
  int digits;

  if (!enlace_call_accept (evaluation, node, arguments, "is") || !get_currency (evaluation, &arguments[1], &digits, &sign))
    return FALSE;
  enlace_operand_set_double (out, (double) arguments[0].integer / pow (10, digits));
  return TRUE;
}

/* Spaces of any width between digits stand for one another. */
static gsize
skip_group (const char   *at,
            const Locale *locale)
{
  static const char *const spaces[] = { " ", NBSP, NNBSP };
  gboolean spaced = g_str_equal (locale->group, NBSP) || g_str_equal (locale->group, NNBSP);

  if (g_str_has_prefix (at, locale->group))
    return strlen (locale->group);
  for (gsize i = 0; spaced && i < G_N_ELEMENTS (spaces); i++)
    if (g_str_has_prefix (at, spaces[i]))
      return strlen (spaces[i]);
  return g_str_equal (locale->group, "’") && *at == '\'' ? 1 : 0;
}

/* The same number with a point and nothing else, or NULL. Groups are of three digits, but need not be there. */
static char *
normalize (const char   *text,
           const Locale *locale)
{
  g_autoptr(GString) plain = g_string_new (NULL);
  guint n_group = 0, n_digits = 0, n_groups = 0;
  gsize skip;

  if (*text == '-' || *text == '+')
    g_string_append_c (plain, *text++);
  for (; *text != '\0' && !g_str_has_prefix (text, locale->decimal); text++, n_group++, n_digits++)
    {
      if ((skip = skip_group (text, locale)) > 0)
        {
          if (n_group == 0 || n_group > 3 || (n_groups > 0 && n_group != 3))
            return NULL;
          n_groups++;
          n_group = 0;
          text += skip;
        }
      if (!g_ascii_isdigit (*text))
        return NULL;
      g_string_append_c (plain, *text);
    }
  if (n_groups > 0 && n_group != 3)
    return NULL;
  if (*text != '\0')
    {
      text += strlen (locale->decimal);
      g_string_append_c (plain, '.');
      for (; g_ascii_isdigit (*text); text++, n_digits++)
        g_string_append_c (plain, *text);
    }
  return n_digits > 0 && *text == '\0' ? g_string_free (g_steal_pointer (&plain), FALSE) : NULL;
}

static gboolean
call_parse (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  g_autofree char *copy = NULL, *plain = NULL;
  const Locale *locale;
  const char *text;
  gsize length;

  if (!enlace_call_accept (evaluation, node, arguments, "ss") || (locale = get_locale (evaluation, node, arguments, 1)) == NULL)
    return FALSE;
  text = enlace_operand_get_string (arguments, &length);
  copy = length <= 400 && strlen (text) == length ? g_strstrip (g_strdup (text)) : NULL;
  plain = copy != NULL ? normalize (copy, locale) : NULL;
  if (plain == NULL)
    return enlace_evaluation_fail (evaluation, "the text is no number as one writes it in the locale “%s”", locale->name);
  enlace_operand_set_double (out, g_ascii_strtod (plain, NULL));
  return TRUE;
}

#define GLOBAL(name, min, max, call) name, ENLACE_CALL_GLOBAL, min, max, FALSE, call, NULL

static const EnlaceFunction functions[] = {
  { GLOBAL ("number.format", 2, 3, call_format),
    { "number.format", "number.format(value: number, digits: int, locale?: string): string",
      "The number with so many digits behind the point and the separators of a locale: `en` where none is given, `es`, `es-MX`, `de`, `fr`, `pt` and others.",
      "number.format(1234567.891, 2, 'de')", "\"1.234.567,89\"" } },
  { GLOBAL ("number.format", 4, 4, call_format_with),
    { "number.format", "number.format(value: number, digits: int, decimal: string, group: string): string", "The same with separators of one's own.",
      "number.format(1234567.891, 1, '.', '')", "\"1234567.9\"" } },
  { GLOBAL ("number.percent", 1, 3, call_percent),
    { "number.percent", "number.percent(value: number, digits?: int, locale?: string): string", "A share as a percentage.",
      "number.percent(0.256, 1, 'en')", "\"25.6%\"" } },
  { GLOBAL ("number.currency", 2, 3, call_currency),
    { "number.currency", "number.currency(amount: number, currency: string, locale?: string): string",
      "An amount with the digits of its currency (ISO 4217) and its sign, where the locale puts it.",
      "number.currency(1234.5, 'USD')", "\"$1,234.50\"" } },
  { GLOBAL ("number.toMinor", 2, 2, call_to_minor),
    { "number.toMinor", "number.toMinor(amount: number, currency: string): int", "An amount in the minor unit of its currency, as payment services count it.",
      "number.toMinor(12.34, 'EUR')", "1234" } },
  { GLOBAL ("number.fromMinor", 2, 2, call_from_minor),
    { "number.fromMinor", "number.fromMinor(amount: int, currency: string): double", "An amount from the minor unit of its currency.",
      "number.fromMinor(1234, 'EUR')", "12.34" } },
  { GLOBAL ("number.parse", 1, 2, call_parse),
    { "number.parse", "number.parse(text: string, locale?: string): double", "The number that a text says, written with the separators of a locale.",
      "number.parse('1.234,50', 'es')", "1234.5" } },
};

const EnlaceFunctionLibrary enlace_numeral_library = { functions, G_N_ELEMENTS (functions), "Numbers" };
