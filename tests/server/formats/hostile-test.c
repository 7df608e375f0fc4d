/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <pthread.h>
#include <string.h>

#include "server/formats/html.h"
#include "server/formats/xml.h"

/* Input that is made to break its reader. It is read on as small a stack as the fibers of runs have. */

#define STACK_SIZE (256 * 1024)
#define MEMORY (64 * 1024 * 1024)

typedef struct {
  gboolean    is_html;
  const char *text;
  const char *select;
  char       *message;    /* NULL: it was read */
} Reading;

static gboolean
spend_cb (EnlaceFormatGuard  *guard,
          gsize               units,
          gsize               bytes,
          GError            **error)
{
  if (bytes <= MEMORY)
    return TRUE;

  g_set_error_literal (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_VALUE, "too large");
  return FALSE;
}

static gpointer
read_cb (gpointer data)
{
  Reading *self = data;
  EnlaceFormatGuard guard = { spend_cb, 0 };
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = NULL;

  if (self->is_html)
    value = enlace_html_read (self->text, strlen (self->text), self->select, ENLACE_HTML_TEXT, ENLACE_CSV_HEADER_FIRST_ROW, NULL, &guard, &error);
  else
    value = enlace_xml_read (self->text, strlen (self->text), "UTF-8", NULL, &guard, &error);
  g_assert_true ((value == NULL) == (error != NULL));
  self->message = error != NULL ? g_strdup (error->message) : NULL;

  return NULL;
}

/* What it failed with; NULL: it did not. */
static char *
read_it (gboolean    is_html,
         const char *text,
         const char *select)
{
  Reading reading = { is_html, text, select };
  pthread_attr_t attributes;
  pthread_t thread;

  pthread_attr_init (&attributes);
  g_assert_cmpint (pthread_attr_setstacksize (&attributes, STACK_SIZE), ==, 0);
  g_assert_cmpint (pthread_create (&thread, &attributes, read_cb, &reading), ==, 0);
  pthread_join (thread, NULL);
  pthread_attr_destroy (&attributes);

  return reading.message;
}

static char *
repeat (const char *before,
        const char *middle,
        const char *after,
        guint       n)
{
  g_autoptr(GString) out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (out, before);
  g_string_append (out, middle);
  for (guint i = 0; i < n; i++)
    g_string_append (out, after);

  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
test_selectors (void)
{
  static const struct { const char *before, *middle, *after; } selectors[] = {
    { "(", "//a", ")" }, { "//a[", "1", "]" }, { "", "//a", "|//a" }, { "", "//a", "/a" }, { "", "/a[1", "+1" }, { "", "//a", ",a" }, { "", "a", ">a" },
    { "", "a", " a" }, { "", "a", "+a" }, { "", "//a[", "-" }, { "//a[not(", "1", ")]" }, { "", "a", ".b" }, { "", "a", ":first-child" },
  };
  static const guint counts[] = { 10, 80, 170, 250, 500, 1000, 20000 };
  g_autofree char *html = repeat ("<p><a class=b>1", "", "</a>", 100);

  for (gsize i = 0; i < G_N_ELEMENTS (selectors); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (counts); j++)
      {
        g_autofree char *select = repeat (selectors[i].before, selectors[i].middle, selectors[i].after, counts[j]);
        g_autofree char *message = NULL;

        message = read_it (TRUE, html, select);
        if (counts[j] >= 1000)
          g_assert_nonnull (message);
      }
}

/* Once a second was not enough for a hundred elements. */
static void
test_descendants (void)
{
  g_autofree char *html = repeat ("<p><a>1", "", "", 100);
  g_autofree char *select = repeat ("", "a", " a", 60);
  gint64 begun = g_get_monotonic_time ();
  g_autofree char *message = read_it (TRUE, html, select);

  g_assert_cmpstr (message, ==, NULL);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 5 * G_TIME_SPAN_SECOND);
}

static void
test_deep_html (void)
{
  g_autofree char *some = repeat ("<div>", "text", "</div>", 200);
  g_autofree char *many = repeat ("<div>", "text", "</div>", 100000);
  g_autofree char *fine = read_it (TRUE, some, "body");
  g_autofree char *message = read_it (TRUE, many, "body");

  g_assert_cmpstr (fine, ==, NULL);
  g_assert_cmpstr (message, ==, "The elements are nested more than 256 levels deep");
}

static void
test_deep_xml (void)
{
  g_autofree char *some = repeat ("<a>", "text", "</a>", 250);
  g_autofree char *many = repeat ("<a>", "text", "</a>", 100000);
  g_autofree char *fine = read_it (FALSE, some, NULL);
  g_autofree char *message = read_it (FALSE, many, NULL);

  g_assert_cmpstr (fine, ==, NULL);
  g_assert_nonnull (message);
}

/* A default of an attribute would come again with each element: it comes with none. */
static void
test_defaults (void)
{
  g_autofree char *value = g_strnfill (100 * 1024, 'x');
  g_autofree char *elements = repeat ("<b/>", "", "", 100000);
  g_autofree char *text = g_strdup_printf ("<!DOCTYPE a [<!ATTLIST b c CDATA \"%s\">]><a>%s</a>", value, elements);
  g_autofree char *message = read_it (FALSE, text, NULL);

  g_assert_cmpstr (message, ==, NULL);
}

static void
test_entities (void)
{
  g_autofree char *message = read_it (FALSE,
                                      "<!DOCTYPE a [<!ENTITY b \"bbbbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;&c;</a>", NULL);
  g_autofree char *parameter = read_it (FALSE, "<!DOCTYPE a [<!ENTITY % b SYSTEM \"file:///etc/passwd\"> %b;]><a/>", NULL);
  g_autofree char *outside = read_it (FALSE, "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", NULL);

  g_assert_cmpstr (message, ==, "Line 1: documents that declare entities are not read");
  g_assert_cmpstr (parameter, ==, "Line 1: documents that declare entities are not read");
  g_assert_cmpstr (outside, ==, NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formats/hostile/selectors", test_selectors);
  g_test_add_func ("/formats/hostile/descendants", test_descendants);
  g_test_add_func ("/formats/hostile/deep-html", test_deep_html);
  g_test_add_func ("/formats/hostile/deep-xml", test_deep_xml);
  g_test_add_func ("/formats/hostile/defaults", test_defaults);
  g_test_add_func ("/formats/hostile/entities", test_entities);

  return g_test_run ();
}
