/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <glib/gstdio.h>
#include <string.h>

#include "common/value/json.h"
#include "tests/support/server.h"
#include "tests/support/smtp.h"

#define APPROVALS "/api/integrations/approvals"

/* The reply gives the links to two approvals and a wait, before any of them is begun. */
static const char document[] =
  "{\"schema\":1,\"nodes\":["
  "{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"reply\",\"type\":\"flow.respond\",\"name\":\"Reply\",\"position\":[0,0],\"parameters\":{\"body\":{\"execution\":\"{{ execution.id }}\","
  "\"ask\":\"{{ execution.resume_urls.ask }}\",\"shut\":\"{{ execution.resume_urls.shut }}\",\"pause\":\"{{ execution.resume_urls.pause }}\"}}},"
  "{\"id\":\"pause\",\"type\":\"flow.wait\",\"name\":\"Pause\",\"position\":[0,0],\"parameters\":{\"resume\":true}},"
  "{\"id\":\"ask\",\"type\":\"flow.approval\",\"name\":\"Ask\",\"position\":[0,0],\"parameters\":{\"title\":\"Pay {{ trigger.body.what }}?\","
  "\"text\":\"{{ trigger.body.text }}\",\"deadline\":\"{{ trigger.body.?deadline }}\",\"approvers\":[\"ana@example.org\",\"bo@example.org\"]}},"
  "{\"id\":\"shut\",\"type\":\"flow.approval\",\"name\":\"Shut\",\"position\":[0,0],\"parameters\":{\"title\":\"Inside only\",\"allow_link\":false}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"reply\"},{\"from\":\"reply\",\"to\":\"pause\"},{\"from\":\"pause\",\"to\":\"ask\"},"
  "{\"from\":\"ask\",\"port\":\"approved\",\"to\":\"shut\"}],\"notes\":[]}";

typedef struct {
  TestServer *server;
  char       *workflow;
  char       *execution;
  char       *ask;          /* addresses */
  char       *shut;
  char       *pause;
} Run;

static void
run_clear (Run *self)
{
  g_free (self->workflow);
  g_free (self->execution);
  g_free (self->ask);
  g_free (self->shut);
  g_free (self->pause);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static TestReply *
send (TestServer *server,
      guint       status,
      const char *method,
      const char *address,
      const char *type,
      const char *body)
{
  g_autofree char *header = g_strconcat ("Content-Type: ", type, NULL);
  const char *const headers[] = { body != NULL ? header : NULL, NULL };
  TestReply *reply = test_server_call (server, method, address, body, headers);

  g_test_message ("%s %s → %u %s", method, address, reply->status, reply->text);
  g_assert_cmpuint (reply->status, ==, status);

  return reply;
}

static TestReply *
send_form (TestServer *server,
           guint       status,
           const char *address,
           const char *form)
{
  return send (server, status, "POST", address, "application/x-www-form-urlencoded", form);
}

static void
start (Run        *self,
       TestServer *server,
       const char *body)
{
  g_autofree char *address = NULL;
  g_autoptr(TestReply) reply = NULL;

  self->server = server;
  self->workflow = test_server_publish (server, "Ask", document, &address);
  reply = send (server, 200, "POST", address, "application/json", body);
  self->execution = g_strdup (test_reply_get (reply, "execution"));
  self->ask = g_strdup (test_reply_get (reply, "ask"));
  self->shut = g_strdup (test_reply_get (reply, "shut"));
  self->pause = g_strdup (test_reply_get (reply, "pause"));
}

/* The approval of a step once it is there. */
static TestReply *
wait_for_approval (Run        *self,
                   const char *step)
{
  g_autofree char *path = g_strdup_printf (APPROVALS "?execution_id=%s", self->execution);

  for (guint i = 0; i < 1500; i++)
    {
      g_autoptr(TestReply) list = test_server_expect (self->server, 200, "GET", path, NULL);
      EnlaceValue *items = enlace_value_get_member (list->body, "items");

      for (gsize j = 0; j < enlace_value_get_length (items); j++)
        if (strcmp (enlace_value_get_member_string (enlace_value_get_element (items, j), "step", ""), step) == 0)
          {
            g_autofree char *own = g_strconcat (APPROVALS "/", enlace_value_get_member_string (enlace_value_get_element (items, j), "id", ""), NULL);

            return test_server_expect (self->server, 200, "GET", own, NULL);
          }
      g_usleep (10000);
    }
  g_error ("There was never an approval of the step %s", step);
}

static char *
path_of (TestReply *approval)
{
  return g_strconcat (APPROVALS "/", test_reply_get (approval, "id"), NULL);
}

static void
wait_for_status (Run        *self,
                 const char *status)
{
  g_autofree char *path = g_strconcat ("/api/integrations/executions/", self->execution, NULL);

  for (guint i = 0; i < 1500; i++)
    {
      g_autoptr(TestReply) reply = test_server_expect (self->server, 200, "GET", path, NULL);

      if (g_strcmp0 (test_reply_get (reply, "status"), status) == 0)
        return;
      g_usleep (10000);
    }
  g_error ("The run was never %s", status);
}

static void
check_output (Run        *self,
              const char *node,
              const char *pointer,
              const char *expected)
{
  g_autofree char *path = g_strdup_printf ("/api/integrations/executions/%s/steps", self->execution);
  g_autoptr(TestReply) steps = test_server_expect (self->server, 200, "GET", path, NULL);
  EnlaceValue *items = enlace_value_get_member (steps->body, "items");
  g_autofree char *text = NULL;

  for (gsize i = 0; i < enlace_value_get_length (items); i++)
    if (strcmp (enlace_value_get_member_string (enlace_value_get_element (items, i), "node", ""), node) == 0)
      {
        g_free (text);
        text = enlace_json_format (enlace_json_pointer_get (enlace_value_get_element (items, i), pointer), ENLACE_JSON_COMPACT, NULL, NULL);
      }
  g_assert_cmpstr (text, ==, expected);
}

#define PAY "{\"what\":\"<b>Bo & Co</b>\",\"text\":\"**Now** `a<b`\\n\\n- <script>alert(1)</script>\\n- **two\"}"

/* From the waiting address over the page to the application, with a kill in between. */
static void
test_whole_way (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_auto(Run) run = { 0 };
  g_autoptr(TestReply) early = NULL, resumed = NULL, again = NULL, approval = NULL, page = NULL, spanish = NULL, thanks = NULL, late = NULL, seen = NULL;
  g_autoptr(TestReply) shut = NULL, no_link = NULL, no_form = NULL, decided = NULL, twice = NULL, ended = NULL, pending = NULL;
  const char *const languages[] = { "Accept-Language: fr, es-MX;q=0.9, en;q=0.1", NULL };
  g_autofree char *path = NULL;

  start (&run, server, PAY);
  early = send (server, 404, "GET", run.ask, NULL, NULL);
  resumed = send (server, 202, "POST", run.pause, "application/json", "{\"n\":1}");
  g_assert_cmpstr (test_reply_get (resumed, "execution_id"), ==, run.execution);
  again = send (server, 409, "POST", run.pause, "text/plain", "again");

  approval = wait_for_approval (&run, "ask");
  check_output (&run, "pause", "/output/data", "{\"n\":1}");
  g_assert_cmpstr (test_reply_get (approval, "status"), ==, "pending");
  g_assert_cmpstr (test_reply_get (approval, "title"), ==, "Pay <b>Bo & Co</b>?");
  g_assert_cmpstr (test_reply_get (approval, "workflow_id"), ==, run.workflow);
  test_server_kill (server);
  test_server_start (server);

  page = send (server, 200, "GET", run.ask, NULL, NULL);
  g_assert_nonnull (strstr (page->text, "<h1>Pay &lt;b&gt;Bo &amp; Co&lt;/b&gt;?</h1>"));
  g_assert_nonnull (strstr (page->text, "<p><strong>Now</strong> <code>a&lt;b</code></p>"));
  g_assert_nonnull (strstr (page->text, "<li>&lt;script&gt;alert(1)&lt;/script&gt;</li>\n<li>**two</li>"));
  g_assert_null (strstr (page->text, "<script"));
  g_assert_nonnull (strstr (page->text, ">Approve</button>"));
  g_assert_nonnull (strstr (page->headers, "default-src 'none'"));
  g_assert_nonnull (strstr (page->headers, "frame-ancestors 'none'"));
  g_assert_nonnull (strstr (page->headers, "no-store"));
  g_assert_null (strstr (page->headers, "Set-Cookie"));
  spanish = test_server_call (server, "GET", run.ask, NULL, languages);
  g_assert_nonnull (strstr (spanish->text, "<html lang=\"es\">"));
  g_assert_nonnull (strstr (spanish->text, ">Aprobar</button>"));

  thanks = send_form (server, 200, run.ask, "decision=approved&comment=Go+%3Cahead%3E");
  g_assert_nonnull (strstr (thanks->text, "Thank you"));
  late = send_form (server, 409, run.ask, "decision=rejected");
  g_assert_nonnull (strstr (late->text, "decided already"));
  seen = send (server, 200, "GET", run.ask, NULL, NULL);
  g_assert_nonnull (strstr (seen->text, "it is approved"));
  g_assert_null (strstr (seen->text, "<form"));

  shut = wait_for_approval (&run, "shut");
  check_output (&run, "ask", "/output/decision", "\"approved\"");
  check_output (&run, "ask", "/output/by", "null");
  check_output (&run, "ask", "/output/comment", "\"Go <ahead>\"");
  no_link = send (server, 403, "GET", run.shut, NULL, NULL);
  no_form = send_form (server, 403, run.shut, "decision=approved");
  pending = test_server_expect (server, 200, "GET", APPROVALS "?status=pending&limit=5", NULL);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (pending->body, "items")), ==, 1);

  path = path_of (shut);
  decided = test_server_expect (server, 200, "POST", path, "{\"decision\":\"rejected\",\"comment\":\"No\"}");
  g_assert_cmpstr (test_reply_get (decided, "status"), ==, "rejected");
  g_assert_cmpstr (test_reply_get (decided, "comment"), ==, "No");
  g_assert_nonnull (strchr (test_reply_get (decided, "decided_by"), '@'));
  twice = test_server_expect (server, 409, "POST", path, "{\"decision\":\"approved\"}");
  wait_for_status (&run, "completed");
  check_output (&run, "shut", "/output/decision", "\"rejected\"");
  ended = send (server, 409, "POST", run.pause, "application/json", "1");
}

/* Nobody decides by an address that was not given to them, nor by accident. */
static void
test_refusals (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_auto(Run) run = { 0 };
  g_auto(Run) other = { 0 };
  g_autoptr(TestReply) resumed = NULL, approval = NULL, wrong_kind = NULL, wrong_door = NULL, forged = NULL, forged_form = NULL, forged_resume = NULL, cut = NULL;
  g_autoptr(TestReply) no_decision = NULL, odd = NULL, json = NULL, foreign = NULL, other_verb = NULL, bad_json = NULL, bad_status = NULL, bad_id = NULL;
  g_autoptr(TestReply) bad_body = NULL, still = NULL, without = NULL;
  const char *const cross_site[] = { "Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: cross-site", NULL };
  g_autofree char *crossed = NULL, *as_resume = NULL, *as_approval = NULL, *shorter = NULL, *path = NULL;

  start (&run, server, "{\"what\":\"a\",\"text\":\"\"}");
  start (&other, server, "{\"what\":\"b\",\"text\":\"\"}");
  as_resume = g_strconcat (server->address, "/resume/", strrchr (run.ask, '/') + 1, NULL);
  as_approval = g_strconcat (server->address, "/approve/", strrchr (run.pause, '/') + 1, NULL);
  shorter = g_strndup (run.ask, strlen (run.ask) - 1);
  /* One run's id with another's proof. */
  crossed = g_strconcat (server->address, "/approve/", NULL);
  {
    g_autofree char *head = g_strndup (strrchr (other.ask, '/') + 1, 20);
    char *whole = g_strconcat (crossed, head, strrchr (run.ask, '/') + 1 + 20, NULL);

    g_free (crossed);
    crossed = whole;
  }

  bad_json = send (server, 400, "POST", run.pause, "application/json", "{\"n\":");
  resumed = send (server, 202, "POST", run.pause, "application/json", "{}");
  approval = wait_for_approval (&run, "ask");
  path = path_of (approval);

  wrong_kind = send (server, 404, "POST", as_resume, "application/json", "{\"decision\":\"approved\"}");
  wrong_door = send (server, 404, "GET", as_approval, NULL, NULL);
  forged = send (server, 404, "GET", crossed, NULL, NULL);
  forged_form = send_form (server, 404, crossed, "decision=approved");
  forged_resume = send (server, 404, "POST", "/resume/AAAA", "application/json", "1");
  cut = send_form (server, 404, shorter, "decision=approved");
  no_decision = send_form (server, 400, run.ask, "comment=hello");
  odd = send_form (server, 400, run.ask, "decision=maybe");
  json = send (server, 400, "POST", run.ask, "application/json", "{\"decision\":\"approved\"}");
  foreign = test_server_call (server, "POST", run.ask, "decision=approved", cross_site);
  g_assert_cmpuint (foreign->status, ==, 403);
  other_verb = send (server, 405, "PUT", run.ask, "application/json", "{}");
  bad_status = test_server_expect (server, 400, "GET", APPROVALS "?status=open", NULL);
  bad_id = test_server_expect (server, 400, "GET", APPROVALS "?workflow_id=x", NULL);
  bad_body = test_server_expect (server, 400, "POST", path, "{\"decision\":\"yes\"}");
  without = test_server_expect (server, 400, "POST", path, "{}");

  still = test_server_expect (server, 200, "GET", path, NULL);
  g_assert_cmpstr (test_reply_get (still, "status"), ==, "pending");
}

static void
test_deadline (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_auto(Run) run = { 0 };
  g_autoptr(TestReply) resumed = NULL, page = NULL, late = NULL, approval = NULL, refused = NULL;
  g_autofree char *path = NULL;

  start (&run, server, "{\"what\":\"a\",\"text\":\"\",\"deadline\":\"50ms\"}");
  resumed = send (server, 202, "POST", run.pause, "application/json", "{}");
  wait_for_status (&run, "completed");
  check_output (&run, "ask", "/output/decision", "\"expired\"");
  page = send (server, 200, "GET", run.ask, NULL, NULL);
  g_assert_nonnull (strstr (page->text, "The time to decide is over"));
  late = send_form (server, 409, run.ask, "decision=approved");
  approval = wait_for_approval (&run, "ask");
  g_assert_cmpstr (test_reply_get (approval, "status"), ==, "expired");
  path = path_of (approval);
  refused = test_server_expect (server, 409, "POST", path, "{\"decision\":\"approved\"}");
}

/* A link out of a mail, in quoted-printable or not. */
static char *
find_link (const char *message)
{
  g_autofree char *flat = g_strdup (message);
  g_autoptr(GString) text = g_string_new (flat);
  const char *begin;

  g_string_replace (text, "=\r\n", "", 0);
  g_string_replace (text, "=\n", "", 0);
  begin = strstr (text->str, "http://");
  g_assert_nonnull (begin);

  return g_strndup (begin, strcspn (begin, "\r\n "));
}

/* Each approver gets a link of their own, which says who decided. */
static void
test_mail (void)
{
  g_autoptr(TestSmtp) smtp = test_smtp_new (TEST_SMTP_TAKES, NULL);
  g_autofree char *url = test_smtp_dup_url (smtp);
  g_autofree char *config = g_strdup_printf ("%s/enlace-approvals-%u.conf", g_get_tmp_dir (), g_random_int ());
  g_autofree char *text = g_strdup_printf ("[enlaced]\nmail-server=%s\nmail-from=enlace@example.org\n", url);
  const char *const options[] = { "--config", config, NULL };
  g_autoptr(TestServer) server = NULL;
  g_autoptr(TestReply) resumed = NULL, approval = NULL, thanks = NULL, decided = NULL;
  g_autoptr(GPtrArray) mails = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *link = NULL;
  g_autofree char *path = NULL;
  g_auto(Run) run = { 0 };
  TestSmtpMail *second;

  g_assert_true (g_file_set_contents (config, text, -1, &error));
  server = test_server_new (options);
  start (&run, server, "{\"what\":\"Bo\",\"text\":\"As agreed\"}");
  resumed = send (server, 202, "POST", run.pause, "application/json", "{}");
  approval = wait_for_approval (&run, "ask");
  mails = test_smtp_list (smtp);
  g_assert_cmpuint (mails->len, ==, 2);
  second = mails->pdata[1];
  g_assert_nonnull (strstr (second->receiver, "bo@example.org"));
  g_assert_nonnull (strstr (second->message, "As agreed"));
  link = find_link (second->message);
  g_assert_true (g_str_has_prefix (link, server->address));

  thanks = send_form (server, 200, link, "decision=approved&comment=");
  path = path_of (approval);
  decided = test_server_expect (server, 200, "GET", path, NULL);
  g_assert_cmpstr (test_reply_get (decided, "decided_by"), ==, "bo@example.org");
  g_assert_true (enlace_value_is_null (enlace_value_get_member (decided->body, "comment")));
  g_remove (config);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/api/approvals/from-an-address-over-a-page-to-the-application", test_whole_way);
  g_test_add_func ("/api/approvals/refuses-what-is-forged-or-sent-by-accident", test_refusals);
  g_test_add_func ("/api/approvals/ends-by-time", test_deadline);
  g_test_add_func ("/api/approvals/sends-each-approver-a-link", test_mail);

  return g_test_run ();
}
