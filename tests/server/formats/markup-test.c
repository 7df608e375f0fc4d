/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/value/json.h"
#include "server/formats/html.h"
#include "server/formats/lines.h"
#include "server/formats/xml.h"

static void
check_json (EnlaceValue *value,
            const char  *expected)
{
  g_autofree char *json = enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL);

  g_assert_cmpstr (json, ==, expected);
}

static void
check_xml (const char *text,
           const char *lists,
           const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) names = lists != NULL ? enlace_json_parse (lists, -1, NULL) : NULL;
  g_autoptr(EnlaceValue) value = enlace_xml_read (text, strlen (text), "UTF-8", names, NULL, &error);

  g_assert_no_error (error);
  check_json (value, expected);
}

static void
check_xml_refused (const char *text,
                   const char *message)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (enlace_xml_read (text, strlen (text), "UTF-8", NULL, NULL, &error));
  g_assert_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_INPUT);
  if (!g_str_has_prefix (error->message, message))
    g_assert_cmpstr (error->message, ==, message);
}

static void
test_xml_read (void)
{
  check_xml ("<a/>", NULL, "{\"a\":\"\"}");
  check_xml ("<?xml version='1.0'?><!DOCTYPE a><a><!-- c --><b>1</b> <b>2</b><c x='y'>t<![CDATA[<&]]></c><d e='f'/></a>", NULL,
             "{\"a\":{\"b\":[\"1\",\"2\"],\"c\":{\"@x\":\"y\",\"#text\":\"t<&\"},\"d\":{\"@e\":\"f\"}}}");
  check_xml ("<s:a xmlns:s='urn:s' xmlns='urn:d' s:i='1'><b>&amp;&#233;</b></s:a>", NULL,
             "{\"s:a\":{\"@xmlns:s\":\"urn:s\",\"@xmlns\":\"urn:d\",\"@s:i\":\"1\",\"b\":\"&é\"}}");
  check_xml ("<a><b>1</b></a>", "[\"b\"]", "{\"a\":{\"b\":[\"1\"]}}");
  check_xml ("<p>one <b>two</b> three</p>", NULL, "{\"p\":{\"b\":\"two\",\"#text\":\"one  three\"}}");
}

static void
test_xml_faults (void)
{
  g_autoptr(GString) deep = g_string_new (NULL);

  check_xml_refused ("<a>\n<b>\n</a>", "Line 3: Opening and ending tag mismatch");
  check_xml_refused ("", "Line 1: ");
  check_xml_refused ("<a>&nbsp;</a>", "Line 1: Entity 'nbsp' not defined");
  check_xml_refused ("<!DOCTYPE a [\n<!ENTITY x \"y\">\n]>\n<a>&x;</a>", "Line 2: documents that declare entities are not read");
  check_xml_refused ("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", "Line 1: documents that declare entities are not read");
  check_xml_refused ("<!DOCTYPE a [<!ENTITY % x SYSTEM \"http://127.0.0.1:1/\"> %x;]><a/>", "Line 1: documents that declare entities are not read");
  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "<a>");
  check_xml_refused (deep->str, "Line 1: Excessive depth in document");
}

static void
check_xml_written (const char *json,
                   gboolean    is_pretty,
                   const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = enlace_json_parse (json, -1, NULL);
  gsize length;
  g_autofree char *text = enlace_xml_write (value, is_pretty, &length, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
  g_assert_cmpstr (strchr (text, '\n') + 1, ==, expected);
  g_assert_cmpuint (strlen (text), ==, length);
}

static void
check_xml_unsaid (const char *json,
                  const char *message)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = enlace_json_parse (json, -1, NULL);
  gsize length;

  g_assert_null (enlace_xml_write (value, FALSE, &length, NULL, &error));
  g_assert_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_VALUE);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_xml_write (void)
{
  check_xml_written ("{\"a\":{\"@x\":\"1\\n<\\\"\",\"b\":[1,true,null],\"c\":{\"#text\":\"&\"},\"d\":{}}}", FALSE,
                     "<a x=\"1&#10;&lt;&quot;\"><b>1</b><b>true</b><b/><c>&amp;</c><d/></a>\n");
  check_xml_written ("{\"a\":{\"b\":[1,2],\"c\":{\"#text\":\"t\",\"d\":3}}}", TRUE, "<a>\n  <b>1</b>\n  <b>2</b>\n  <c>t<d>3</d></c>\n</a>\n");
  check_xml_unsaid ("{\"a\":1,\"b\":2}", "An XML document is a record with one member, its root, which is no list");
  check_xml_unsaid ("[1]", "An XML document is a record with one member, its root, which is no list");
  check_xml_unsaid ("{\"a b\":1}", "“a b” is no name of an element");
  check_xml_unsaid ("{\"a\":{\"@\":1}}", "“” is no name of an attribute");
  check_xml_unsaid ("{\"a\":{\"@x\":[1]}}", "“@x” must be a text, a number or true or false");
  check_xml_unsaid ("{\"a\":\"\\u0001\"}", "“a” holds a character that XML cannot say");
  check_xml_unsaid ("{\"a\":{\"b\":[[1]]}}", "“b” must be a text, a number or true or false");
}

static void
test_xml_round_trip (void)
{
  static const char json[] = "{\"r\":{\"@xmlns\":\"urn:d\",\"@a\":\"x\\ty\",\"e\":[\" a\\r\\n\",{\"@b\":\"\",\"#text\":\"<>&'\\\"\"}],\"f\":{\"g\":\"é\"}}}";
  g_autoptr(EnlaceValue) value = enlace_json_parse (json, -1, NULL);
  gsize length;
  g_autofree char *text = enlace_xml_write (value, FALSE, &length, NULL, NULL);
  g_autoptr(EnlaceValue) again = enlace_xml_read (text, length, NULL, NULL, NULL, NULL);

  check_json (again, json);
}

static void
check_html (const char      *html,
            const char      *select,
            EnlaceHtmlTake   take,
            EnlaceCsvHeader  header,
            const char      *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = enlace_html_read (html, strlen (html), select, take, header, NULL, NULL, &error);

  g_assert_no_error (error);
  check_json (value, expected);
}

static void
test_html_select (void)
{
  static const char page[] =
    "<html><body><div id=main class='x big'><p>One <b>two</b></p><p class=y>Three<script>no()</script></p>"
    "<ul><li data-k=v1>a<li data-k=w2 lang=es-MX>b<li>c</ul></div><a href='/x?a=1&amp;b'>é &lt;</a></body></html>";

#define TEXT(select, expected) check_html (page, select, ENLACE_HTML_TEXT, ENLACE_CSV_HEADER_FIRST_ROW, expected)
  TEXT ("p", "[\"One two\",\"Three\"]");
  TEXT ("div.big > p.y", "[\"Three\"]");
  TEXT ("#main li:first-child, li:last-child", "[\"a\",\"c\"]");
  TEXT ("li:nth-child(2)", "[\"b\"]");
  TEXT ("li[data-k]", "[\"a\",\"b\"]");
  TEXT ("li[data-k=v1]", "[\"a\"]");
  TEXT ("li[data-k^=\"w\"]", "[\"b\"]");
  TEXT ("li[data-k$='2']", "[\"b\"]");
  TEXT ("li[data-k*=1]", "[\"a\"]");
  TEXT ("li[lang|=es]", "[\"b\"]");
  TEXT ("*[class~=big] p + p", "[\"Three\"]");
  TEXT ("p ~ ul", "[\"a b c\"]");
  TEXT ("h1", "[]");
  TEXT ("//li/@data-k", "[\"v1\",\"w2\"]");
  TEXT ("(//p)[1]", "[\"One two\"]");
  check_html (page, "a", ENLACE_HTML_ELEMENTS, ENLACE_CSV_HEADER_NONE, "[{\"name\":\"a\",\"attributes\":{\"href\":\"/x?a=1&b\"},\"text\":\"é <\"}]");
  check_html (page, "b", ENLACE_HTML_MARKUP, ENLACE_CSV_HEADER_NONE, "[\"<b>two</b>\"]");
  check_html ("", "body", ENLACE_HTML_TEXT, ENLACE_CSV_HEADER_NONE, "[]");
  check_html ("<div><br></div><p>a<p>b", "body", ENLACE_HTML_TEXT, ENLACE_CSV_HEADER_NONE, "[\"a b\"]");
}

static void
test_html_faults (void)
{
  static const char *const wrong[] = { "", "p >", "p[", "p[a", "p[a=\"x]", "p:hover", "p..x", "> p", "//p[", "(1", "p[a='\"]", "0 p", "p[0]", "p × q", "p[a='\001']" };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (enlace_html_read ("<p>", 3, wrong[i], ENLACE_HTML_TEXT, ENLACE_CSV_HEADER_NONE, NULL, NULL, &error));
      g_assert_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_OPTION);
    }
}

static void
test_html_tables (void)
{
  static const char page[] =
    "<table><thead><tr><th>Name<th>Price<th>Price</thead><tr><td>A<td colspan=2>1<tr><td rowspan=2>B<td>2<td>3<tr><td>4"
    "<tr><td><table><tr><td>in</table></table>";

  check_html (page, "//body/table", ENLACE_HTML_TABLES, ENLACE_CSV_HEADER_FIRST_ROW,
              "[[{\"Name\":\"A\",\"Price\":\"1\",\"Price_2\":\"1\"},{\"Name\":\"B\",\"Price\":\"2\",\"Price_2\":\"3\"},"
              "{\"Name\":\"B\",\"Price\":\"4\",\"Price_2\":null},{\"Name\":\"in\",\"Price\":null,\"Price_2\":null}]]");
  check_html ("<table><tr><td>1<td>2</table>", "table", ENLACE_HTML_TABLES, ENLACE_CSV_HEADER_NONE, "[[[\"1\",\"2\"]]]");
  check_html ("<table></table>", "table", ENLACE_HTML_TABLES, ENLACE_CSV_HEADER_FIRST_ROW, "[[]]");
}

static void
test_json_lines (void)
{
  static const char text[] = "{\"a\":1}\r\n\n[2]\n";
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) list = enlace_json_lines_read (text, strlen (text), NULL, &error);
  g_autofree char *again = NULL;
  gsize length;

  g_assert_no_error (error);
  check_json (list, "[{\"a\":1},[2]]");
  again = enlace_json_lines_write (list, &length, NULL, &error);
  g_assert_cmpstr (again, ==, "{\"a\":1}\n[2]\n");
  g_assert_null (enlace_json_lines_read ("1\n\n{]", 5, NULL, &error));
  g_assert_true (g_str_has_prefix (error->message, "Line 3: "));
}

static void
test_query (void)
{
  static const char text[] = "?a=1&b=x+y%26&a=2&c&&d=%zz";
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) record = enlace_query_read (text, strlen (text), NULL, &error);
  g_autofree char *again = NULL;
  gsize length;

  g_assert_no_error (error);
  check_json (record, "{\"a\":[\"1\",\"2\"],\"b\":\"x y&\",\"c\":\"\",\"d\":\"%zz\"}");
  again = enlace_query_write (record, &length, NULL, &error);
  g_assert_cmpstr (again, ==, "a=1&a=2&b=x%20y%26&c=&d=%25zz");
  g_assert_null (enlace_query_read ("a=%ff", 5, NULL, &error));
  g_assert_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_INPUT);
}

static void
test_base64 (void)
{
  static const char *const wrong[] = { "QQ=", "Q", "QQ==QQ", "Q!Q=", "====" };
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) bytes = enlace_base64_read ("-_ 8=\n", 6, &error);
  g_autoptr(EnlaceValue) nothing = enlace_base64_read ("", 0, NULL);
  g_autofree char *standard = NULL;
  g_autofree char *url = NULL;
  gsize size;
  gconstpointer data = enlace_value_get_bytes (bytes, &size);

  g_assert_cmpmem (data, size, "\xfb\xff", 2);
  standard = enlace_base64_write (data, size, FALSE);
  g_assert_cmpstr (standard, ==, "+/8=");
  url = enlace_base64_write ("\xfb", 1, TRUE);
  g_assert_cmpstr (url, ==, "-w");
  enlace_value_get_bytes (nothing, &size);
  g_assert_cmpuint (size, ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr(EnlaceValue) value = enlace_base64_read (wrong[i], strlen (wrong[i]), &error);

      g_assert_null (value);
      g_assert_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_INPUT);
      g_clear_error (&error);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/xml/read", test_xml_read);
  g_test_add_func ("/xml/refuses-what-is-none-and-entities", test_xml_faults);
  g_test_add_func ("/xml/write", test_xml_write);
  g_test_add_func ("/xml/round-trip", test_xml_round_trip);
  g_test_add_func ("/html/select", test_html_select);
  g_test_add_func ("/html/refuses-wrong-selectors", test_html_faults);
  g_test_add_func ("/html/tables", test_html_tables);
  g_test_add_func ("/json-lines", test_json_lines);
  g_test_add_func ("/query", test_query);
  g_test_add_func ("/base64", test_base64);

  return g_test_run ();
}
