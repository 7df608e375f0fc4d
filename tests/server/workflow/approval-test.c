/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "fixture.h"
#include "server/workflow/approval.h"
#include "server/workflow/capability.h"
#include "server/workflow/sealed.h"

/* Approvals, and the addresses of steps that wait. */

#define URL "https://enlace.example.org"

typedef struct {
  Fixture base;
  gint64  shift;          /* of the clock */
} ApprovalFixture;

static gint64
get_shifted_time (gpointer data)
{
  return g_get_real_time () + __atomic_load_n ((gint64 *) data, __ATOMIC_SEQ_CST);
}

static void
begin (ApprovalFixture *self)
{
  enlace_engine_set_public_url (self->base.engine, URL);
  fixture_begin (&self->base);
}

static void
set_up (ApprovalFixture *self,
        gconstpointer    data)
{
  self->base.hooks.get_time = get_shifted_time;
  self->base.hooks.data = &self->shift;
  fixture_set_up (&self->base, data);
  begin (self);
}

static void
tear_down (ApprovalFixture *self,
           gconstpointer    data)
{
  fixture_tear_down (&self->base, data);
}

static void
restart (ApprovalFixture *self)
{
  fixture_close (&self->base);
  fixture_open (&self->base);
  begin (self);
}

static void
shift (ApprovalFixture *self,
       gint64           seconds)
{
  __atomic_add_fetch (&self->shift, seconds * G_USEC_PER_SEC, __ATOMIC_SEQ_CST);
}

static void
start (ApprovalFixture *self,
       const char      *lines,
       const char      *trigger,
       EnlaceUuid      *id)
{
  g_autofree char *document = make_document (lines);
  g_autofree char *token = g_strdup_printf ("token%u", g_random_int ());
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, token, document);
  Answer answer;

  answer_init (&answer);
  fixture_start (&self->base, plan, trigger, NULL, ENLACE_WAIT_DURABLE, &answer);
  answer_wait (&answer);
  *id = answer.execution_id;
  answer_clear (&answer);
}

static EnlaceApprovalRow *
find (ApprovalFixture  *self,
      const EnlaceUuid *id,
      const char       *key)
{
  g_autoptr(GError) error = NULL;
  EnlaceReader *reader = enlace_store_acquire_reader (self->base.store);
  EnlaceApprovalRow *row = enlace_approvals_find (reader, id, key, enlace_approval_get_now (self->base.engine), &error);

  enlace_store_release_reader (self->base.store, reader);
  g_assert_no_error (error);

  return row;
}

static void
check_status (ApprovalFixture      *self,
              const EnlaceUuid     *id,
              EnlaceApprovalStatus  status)
{
  g_autoptr(EnlaceApprovalRow) row = find (self, id, "ask");

  g_assert_cmpstr (enlace_approval_status_get_name (row->status), ==, enlace_approval_status_get_name (status));
}

typedef struct {
  EnlaceDecision *decision;
  EnlaceEngine   *engine;
} Deciding;

static gboolean
apply (EnlaceWriter  *writer,
       gpointer       data,
       GError       **error)
{
  Deciding *self = data;

  return enlace_decision_apply (self->decision, self->engine, writer, error);
}

static GError *
decide (ApprovalFixture      *self,
        const EnlaceUuid     *id,
        const char           *key,
        EnlaceApprovalStatus  status)
{
  g_autoptr(EnlaceApprovalRow) row = find (self, id, key);
  g_autoptr(EnlaceDecision) decision = enlace_decision_new (row, status, "ana@example.org", "Fine");
  Deciding deciding = { decision, self->base.engine };
  GError *error = NULL;

  if (enlace_store_submit_and_wait (self->base.store, apply, &deciding, &error))
    enlace_decision_committed (decision, self->base.engine);

  return error;
}

static void
check_output (ApprovalFixture  *self,
              const EnlaceUuid *id,
              const char       *node,
              const char       *member,
              const char       *expected)
{
  g_autoptr(EnlaceValue) steps = fixture_read_steps (&self->base, id);
  EnlaceValue *step = find_step (steps, node);
  g_autofree char *text = NULL;

  g_assert_nonnull (step);
  text = format (enlace_value_get_member (enlace_value_get_member (step, "output"), member));
  g_assert_cmpstr (text, ==, expected);
}

#define ASK(parameters) \
  "hook trigger.webhook\nask flow.approval " parameters "\n" \
  "yes data.map {\"fields\":[{\"path\":\"was\",\"value\":\"yes\"},{\"path\":\"by\",\"value\":\"{{ steps.ask.output.by }}\"}]}\n" \
  "no data.map {\"fields\":[{\"path\":\"was\",\"value\":\"no\"}]}\n" \
  "late data.map {\"fields\":[{\"path\":\"was\",\"value\":\"late\"}]}\n" \
  "hook > ask\nask > yes approved\nask > no rejected\nask > late expired\n"

#define PLAIN ASK ("{\"title\":\"Pay {{ trigger.body.n }}?\",\"text\":\"To **Ana**\",\"approvers\":\"ana@example.org, Bo <bo@example.org>\"}")
#define TIMED ASK ("{\"title\":\"Pay?\",\"deadline\":\"1h\"}")

static void
test_approve (ApprovalFixture *self,
              gconstpointer    data)
{
  g_autoptr(EnlaceApprovalRow) row = NULL;
  g_autoptr(EnlaceValue) request = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) twice = NULL;
  g_autofree char *text = NULL;
  EnlaceUuid id;

  start (self, PLAIN, "{\"body\":{\"n\":7}}", &id);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_WAITING);
  row = find (self, &id, "ask");
  request = enlace_approval_read_request (self->base.vault, row, &error);
  g_assert_no_error (error);
  text = format (request);
  g_assert_cmpstr (text, ==, "{\"approvers\":[\"ana@example.org\",\"bo@example.org\"],\"title\":\"Pay 7?\",\"text\":\"To **Ana**\"}");
  g_assert_true (row->allow_link);
  g_assert_cmpint (row->deadline, ==, 0);

  restart (self);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_WAITING);
  g_assert_no_error (decide (self, &id, "ask", ENLACE_APPROVAL_APPROVED));
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_COMPLETED);
  check_output (self, &id, "yes", "was", "\"yes\"");
  check_output (self, &id, "yes", "by", "\"ana@example.org\"");
  check_output (self, &id, "ask", "decision", "\"approved\"");
  check_output (self, &id, "ask", "comment", "\"Fine\"");
  check_status (self, &id, ENLACE_APPROVAL_APPROVED);

  twice = decide (self, &id, "ask", ENLACE_APPROVAL_REJECTED);
  g_assert_error (twice, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT);
  check_status (self, &id, ENLACE_APPROVAL_APPROVED);
}

static void
test_reject (ApprovalFixture *self,
             gconstpointer    data)
{
  EnlaceUuid id;

  start (self, TIMED, "{}", &id);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_WAITING);
  g_assert_no_error (decide (self, &id, "ask", ENLACE_APPROVAL_REJECTED));
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_COMPLETED);
  check_output (self, &id, "no", "was", "\"no\"");
  check_status (self, &id, ENLACE_APPROVAL_REJECTED);
}

static void
test_expire (ApprovalFixture *self,
             gconstpointer    data)
{
  g_autoptr(GError) late = NULL;
  EnlaceUuid id;

  start (self, TIMED, "{}", &id);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_WAITING);
  check_status (self, &id, ENLACE_APPROVAL_PENDING);
  shift (self, 3601);
  /* Nobody has looked at the run yet, and it is too late all the same. */
  check_status (self, &id, ENLACE_APPROVAL_EXPIRED);
  late = decide (self, &id, "ask", ENLACE_APPROVAL_APPROVED);
  g_assert_error (late, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT);

  restart (self);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_COMPLETED);
  check_output (self, &id, "late", "was", "\"late\"");
  check_output (self, &id, "ask", "decision", "\"expired\"");
  check_status (self, &id, ENLACE_APPROVAL_EXPIRED);
}

static gboolean
decide_alone (EnlaceWriter  *writer,
              gpointer       data,
              GError       **error)
{
  Deciding *self = data;
  g_autoptr(EnlaceValue) said = parse ("{\"by\":\"bo@example.org\",\"comment\":null}");
  g_autoptr(GBytes) sealed = enlace_sealed_value_write (self->engine->vault, &self->decision->organisation_id, "approvals", &self->decision->approval_id,
                                                        "decision", said);

  return enlace_approvals_decide (writer, &self->decision->execution_id, self->decision->key, self->decision->status, sealed,
                                  enlace_approval_get_now (self->engine), error);
}

/* The time is over for the run before it is told what was decided in time: what was decided counts. */
static void
test_decision_in_the_last_moment (ApprovalFixture *self,
                                  gconstpointer    data)
{
  g_autoptr(EnlaceApprovalRow) row = NULL;
  g_autoptr(EnlaceDecision) decision = NULL;
  g_autoptr(GError) error = NULL;
  Deciding deciding;
  EnlaceUuid id;

  start (self, TIMED, "{}", &id);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_WAITING);
  row = find (self, &id, "ask");
  decision = enlace_decision_new (row, ENLACE_APPROVAL_APPROVED, NULL, NULL);
  deciding = (Deciding) { decision, self->base.engine };
  enlace_store_submit_and_wait (self->base.store, decide_alone, &deciding, &error);
  g_assert_no_error (error);

  shift (self, 3601);
  restart (self);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_COMPLETED);
  check_output (self, &id, "yes", "by", "\"bo@example.org\"");
}

static void
cancelled_cb (const GError *error,
              gpointer      data)
{
  g_assert_no_error (error);
}

static void
test_cancel (ApprovalFixture *self,
             gconstpointer    data)
{
  g_autoptr(GError) late = NULL;
  EnlaceUuid id;

  start (self, TIMED, "{}", &id);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_WAITING);
  enlace_engine_cancel (self->base.engine, &self->base.organisation_id, &id, cancelled_cb, NULL);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_CANCELLED);
  check_status (self, &id, ENLACE_APPROVAL_CANCELLED);
  late = decide (self, &id, "ask", ENLACE_APPROVAL_APPROVED);
  g_assert_error (late, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT);
}

static void
test_refusals (ApprovalFixture *self,
               gconstpointer    data)
{
  static const struct { const char *lines; const char *message; } cases[] = {
    { ASK ("{\"title\":\"  \"}"), "ask: “title” must be a line of 1 to 300 characters" },
    { ASK ("{\"title\":\"{{ 7 }}\"}"), "ask: “title” must be text" },
    { ASK ("{\"title\":\"a\",\"approvers\":\"{{ 7 }}\"}"), "ask: “approvers” must be mail addresses" },
    { ASK ("{\"title\":\"a\",\"deadline\":\"{{ 'soon' }}\"}"), "ask: “deadline” must be a length of time such as 90s, 15m, 2h or 3d" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(EnlaceExecutionRow) row = NULL;
      EnlaceUuid id;

      start (self, cases[i].lines, "{}", &id);
      fixture_wait_status (&self->base, &id, ENLACE_STATUS_FAILED);
      row = fixture_read (&self->base, &id);
      fixture_check_message (&self->base, row, cases[i].message);
    }
}

static void
check_forged (ApprovalFixture *self,
              const char      *token)
{
  g_auto(EnlaceCapabilityTarget) target = { 0 };
  g_autoptr(GError) error = NULL;

  g_assert_false (enlace_capability_read (self->base.engine, ENLACE_CAPABILITY_RESUME, token, &target, &error));
  g_assert_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_NOT_FOUND);
}

/* Not one character of a token can be another, left out or added. */
static void
test_tokens (ApprovalFixture *self,
             gconstpointer    data)
{
  g_auto(EnlaceCapabilityTarget) target = { 0 };
  g_autoptr(GError) error = NULL;
  g_autofree char *token = NULL, *own = NULL, *other_kind = NULL, *other_step = NULL, *longer = NULL, *padded = NULL, *huge = g_strnfill (5000, 'A');
  EnlaceUuid id, nobody;

  start (self, TIMED, "{}", &id);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_WAITING);
  token = enlace_capability_dup_token (self->base.vault, ENLACE_CAPABILITY_RESUME, &self->base.organisation_id, &id, "pause/3.1", ENLACE_CAPABILITY_ANYBODY);
  g_assert_true (enlace_capability_read (self->base.engine, ENLACE_CAPABILITY_RESUME, token, &target, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (target.key, ==, "pause/3.1");
  g_assert_cmpint (target.person, ==, ENLACE_CAPABILITY_ANYBODY);
  g_assert_true (enlace_uuid_equal (&target.execution_id, &id));
  enlace_capability_target_clear (&target);

  own = enlace_capability_dup_token (self->base.vault, ENLACE_CAPABILITY_RESUME, &self->base.organisation_id, &id, "pause", 2);
  g_assert_true (enlace_capability_read (self->base.engine, ENLACE_CAPABILITY_RESUME, own, &target, &error));
  g_assert_cmpstr (target.key, ==, "pause");
  g_assert_cmpint (target.person, ==, 2);

  for (gsize i = 0; i < strlen (token); i++)
    {
      g_autofree char *changed = g_strdup (token);
      g_autofree char *cut = g_strndup (token, i);

      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      check_forged (self, changed);
      check_forged (self, cut);
    }
  longer = g_strconcat (token, "A", NULL);
  padded = g_strconcat (token, "=", NULL);
  other_kind = enlace_capability_dup_token (self->base.vault, ENLACE_CAPABILITY_APPROVE, &self->base.organisation_id, &id, "pause/3.1",
                                            ENLACE_CAPABILITY_ANYBODY);
  enlace_uuid_generate (&nobody);
  other_step = enlace_capability_dup_token (self->base.vault, ENLACE_CAPABILITY_RESUME, &self->base.organisation_id, &nobody, "pause",
                                            ENLACE_CAPABILITY_ANYBODY);
  check_forged (self, longer);
  check_forged (self, padded);
  check_forged (self, other_kind);
  check_forged (self, other_step);
  check_forged (self, huge);
  check_forged (self, "");
  check_forged (self, "%2e%2e");
}

#define IN_LOOP \
  "hook trigger.webhook\nouter flow.wait {\"resume\":true,\"duration\":\"1h\"}\n" \
  "each flow.loop {\"items\":\"{{ [10, 20] }}\",\"result\":\"{{ [item, steps.pause.output.data] }}\"}\n" \
  "say data.map {\"fields\":[{\"path\":\"own\",\"value\":\"{{ execution.resume_urls.pause }}\"},{\"path\":\"outer\",\"value\":\"{{ execution.resume_urls.outer }}\"}," \
  "{\"path\":\"n\",\"value\":\"{{ size(execution.resume_urls) }}\"}]}\n" \
  "pause flow.wait {\"resume\":true}\n" \
  "end data.map {\"fields\":[{\"path\":\"all\",\"value\":\"{{ steps.each.output }}\"},{\"path\":\"n\",\"value\":\"{{ size(execution.resume_urls) }}\"}]}\n" \
  "hook > each\neach > say item\nsay > pause\neach > outer done\nouter > end\n"

/* The key behind the address that the last run of `say` gave. */
static char *
read_key (ApprovalFixture  *self,
          const EnlaceUuid *id,
          const char       *member)
{
  g_autoptr(EnlaceValue) steps = fixture_read_steps (&self->base, id);
  const char *url = enlace_value_get_member_string (enlace_value_get_member (find_step (steps, "say"), "output"), member, NULL);
  g_auto(EnlaceCapabilityTarget) target = { 0 };
  g_autoptr(GError) error = NULL;

  g_assert_true (g_str_has_prefix (url, URL "/resume/"));
  enlace_capability_read (self->base.engine, ENLACE_CAPABILITY_RESUME, url + strlen (URL "/resume/"), &target, &error);
  g_assert_no_error (error);

  return g_steal_pointer (&target.key);
}

typedef struct {
  GMutex   lock;
  GCond    changed;
  gboolean is_done;
  GError  *error;
} Told;

static void
told_cb (const GError *error,
         gpointer      data)
{
  Told *told = data;

  g_mutex_lock (&told->lock);
  told->is_done = TRUE;
  told->error = error != NULL ? g_error_copy (error) : NULL;
  g_cond_broadcast (&told->changed);
  g_mutex_unlock (&told->lock);
}

static GError *
tell (ApprovalFixture  *self,
      const EnlaceUuid *id,
      const char       *key,
      const char       *payload)
{
  g_autoptr(EnlaceValue) value = parse (payload);
  Told told = { 0 };

  g_mutex_init (&told.lock);
  g_cond_init (&told.changed);
  enlace_engine_signal (self->base.engine, &self->base.organisation_id, id, key, value, NULL, told_cb, &told);
  g_mutex_lock (&told.lock);
  while (!told.is_done)
    g_cond_wait (&told.changed, &told.lock);
  g_mutex_unlock (&told.lock);
  g_mutex_clear (&told.lock);
  g_cond_clear (&told.changed);

  return told.error;
}

static void
wait_for_key (ApprovalFixture  *self,
              const EnlaceUuid *id,
              const char       *expected)
{
  for (guint i = 0; i < 1500; i++)
    {
      g_autofree char *key = read_key (self, id, "own");

      if (strcmp (key, expected) == 0)
        return;
      g_usleep (10000);
    }
  g_error ("The address of %s was never seen", expected);
}

static void
wait_for_step (ApprovalFixture  *self,
               const EnlaceUuid *id,
               const char       *node)
{
  for (guint i = 0; i < 1500; i++)
    {
      g_autoptr(EnlaceValue) steps = fixture_read_steps (&self->base, id);

      if (find_step (steps, node) != NULL)
        return;
      g_usleep (10000);
    }
  g_error ("The step %s never began", node);
}

static void
test_addresses_in_a_loop (ApprovalFixture *self,
                          gconstpointer    data)
{
  g_autoptr(GError) twice = NULL;
  g_autoptr(GError) late = NULL;
  g_autofree char *outer = NULL;
  EnlaceUuid id;

  start (self, IN_LOOP, "{}", &id);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_WAITING);
  wait_for_key (self, &id, "pause/0");
  outer = read_key (self, &id, "outer");
  g_assert_cmpstr (outer, ==, "outer");
  check_output (self, &id, "say", "n", "2");

  g_assert_no_error (tell (self, &id, "pause/0", "1"));
  wait_for_key (self, &id, "pause/1");
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_WAITING);
  /* It was taken by then, and the run goes on. */
  twice = tell (self, &id, "pause/0", "3");
  g_assert_error (twice, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STATE);
  restart (self);
  g_assert_no_error (tell (self, &id, "pause/1", "2"));

  wait_for_step (self, &id, "outer");
  shift (self, 3601);
  restart (self);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_COMPLETED);
  check_output (self, &id, "end", "all", "[[10,1],[20,2]]");
  check_output (self, &id, "end", "n", "1");
  late = tell (self, &id, "outer", "1");
  g_assert_error (late, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STATE);
}

#define TIMED_OUT \
  "hook trigger.webhook\nfirst flow.wait {\"resume\":true,\"duration\":\"1h\"}\nlast flow.wait {\"resume\":true}\nhook > first\nfirst > last\n"

/* Who comes too late to a step that went on by its time is told so, though the run goes on. */
static void
test_too_late (ApprovalFixture *self,
               gconstpointer    data)
{
  g_autoptr(GError) late = NULL;
  EnlaceUuid id;

  start (self, TIMED_OUT, "{}", &id);
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_WAITING);
  shift (self, 3601);
  restart (self);
  wait_for_step (self, &id, "last");
  late = tell (self, &id, "first", "1");
  g_assert_error (late, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STATE);
  g_assert_no_error (tell (self, &id, "last", "1"));
  fixture_wait_status (&self->base, &id, ENLACE_STATUS_COMPLETED);
  check_output (self, &id, "first", "resumed", "false");
}

#define ADD(path, func) g_test_add ("/workflow/approval/" path, ApprovalFixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("approves-over-a-restart-and-once", test_approve);
  ADD ("rejects", test_reject);
  ADD ("expires", test_expire);
  ADD ("counts-a-decision-in-the-last-moment", test_decision_in_the_last_moment);
  ADD ("ends-with-a-cancelled-run", test_cancel);
  ADD ("fails-with-what-cannot-be-asked", test_refusals);
  ADD ("refuses-every-forged-token", test_tokens);
  ADD ("gives-each-iteration-its-address", test_addresses_in_a_loop);
  ADD ("tells-who-comes-too-late", test_too_late);

  return g_test_run ();
}
