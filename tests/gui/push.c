/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/gui/push.h"

#include <curl/curl.h>

#include "common/value/json.h"
#include "tests/support/server.h"

static const char own_push[] =
  "{\"ref\":\"refs/heads/trunk\",\"repository\":{\"full_name\":\"ada/engine\",\"default_branch\":\"trunk\"}}";

char *
test_push_dup_body (void)
{
  g_autofree char *path = test_data_path ("webhook-payloads/github/push-2.json");
  g_autoptr(EnlaceValue) file = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (path == NULL)
    return g_strdup (own_push);

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  file = enlace_json_parse (text, length, NULL);

  return enlace_json_format (enlace_value_get_member (file, "body"), ENLACE_JSON_COMPACT, NULL, NULL);
}

/* Every card of the canvas says that it is completed. */
static void
wait_completed (TestApp *app)
{
  static const char *const steps[] = { "Webhook", "Condition", "Map Fields", "HTTP Request", "Reply" };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *name = g_strconcat (steps[i], ", Completed*", NULL);

      g_object_unref (test_app_wait (app, ATSPI_ROLE_BUTTON, name));
    }
}

void
test_push_try (TestApp *app)
{
  g_autofree char *body = test_push_dup_body ();
  g_autoptr(EnlaceValue) push = enlace_json_parse (body, -1, NULL);
  /* What the workflow reads of it: a person would paste it all, but typing that takes minutes. */
  g_autofree char *text = g_strdup_printf ("{\"ref\":\"%s\",\"repository\":{\"full_name\":\"%s\",\"default_branch\":\"%s\"}}",
                                           enlace_value_get_member_string (push, "ref", NULL),
                                           enlace_value_get_string (enlace_json_pointer_get (push, "/repository/full_name")),
                                           enlace_value_get_string (enlace_json_pointer_get (push, "/repository/default_branch")));

  test_app_press (app, ATSPI_ROLE_BUTTON, "Test");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_DIALOG, "Test With Data"));
  test_app_wait_focus (app, "Data");
  test_app_key (app, "Control+a");
  test_app_type (app, text);
  test_app_key (app, "Control+Return");
  test_app_wait_gone (app, ATSPI_ROLE_DIALOG, "Test With Data");
  wait_completed (app);
}

static size_t
ignore_cb (char   *data,
           size_t  size,
           size_t  count,
           void   *user_data)
{
  return size * count;
}

guint
test_push_post (const char *address,
                const char *body)
{
  struct curl_slist *headers = curl_slist_append (NULL, "Content-Type: application/json");
  CURL *curl = curl_easy_init ();
  long status = 0;

  curl_easy_setopt (curl, CURLOPT_URL, address);
  curl_easy_setopt (curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt (curl, CURLOPT_TIMEOUT, 20L);
  curl_easy_setopt (curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt (curl, CURLOPT_POSTFIELDS, body);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, ignore_cb);
  if (curl_easy_perform (curl) == CURLE_OK)
    curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup (curl);
  curl_slist_free_all (headers);

  return status;
}

char *
test_push_publish (TestApp *app)
{
  g_autoptr(AtspiAccessible) dialog = NULL;
  g_autoptr(AtspiAccessible) publish = NULL;
  g_autoptr(AtspiAccessible) label = NULL;
  char *address;

  test_app_press (app, ATSPI_ROLE_BUTTON, "Publish");
  dialog = test_app_wait (app, ATSPI_ROLE_DIALOG, "Publish*");
  publish = test_app_wait_in (app, dialog, ATSPI_ROLE_BUTTON, "Publish");
  test_app_click (app, publish);
  label = test_app_wait (app, ATSPI_ROLE_LABEL, "http://127.0.0.1:*/hooks/*");
  address = test_tree_dup_name (label);
  test_app_key (app, "Escape");
  test_app_wait_gone (app, ATSPI_ROLE_DIALOG, "Publish*");

  return address;
}

void
test_push_send (TestApp      *app,
                TestReceiver *receiver,
                const char   *address)
{
  g_autofree char *body = test_push_dup_body ();
  g_autoptr(GPtrArray) received = NULL;
  guint n_before = test_receiver_get_count (receiver);

  g_assert_cmpuint (test_push_post (address, body), ==, 200);
  g_assert_cmpuint (test_receiver_get_count (receiver), ==, n_before + 1);

  /* Each run told it under a key of its own. */
  received = test_receiver_list (receiver);
  g_assert_cmpuint (received->len, ==, n_before + 1);
  for (guint i = 0; i < received->len; i++)
    g_assert_cmpuint (((TestReceived *) g_ptr_array_index (received, i))->n_times, ==, 1);

  /* On the canvas it is to be seen at once. */
  wait_completed (app);
}

void
test_push_find_in_activity (TestApp *app)
{
  test_app_press (app, ATSPI_ROLE_BUTTON, "Back");
  test_app_press (app, ATSPI_ROLE_LIST_ITEM, "Activity");
  g_object_unref (test_app_wait (app, ATSPI_ROLE_LABEL, "New Workflow"));
  g_object_unref (test_app_wait (app, ATSPI_ROLE_LABEL, "*Completed*"));
}
