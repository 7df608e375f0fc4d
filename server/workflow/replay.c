/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/replay.h"

#include "server/workflow/engine-private.h"
#include "server/workflow/journal.h"

/* A step on the way from the one that is run again outwards: itself, the loop or parallel that it is in, and so on. */
typedef struct {
  guint step;
  char *path;       /* "" at the root */
} Link;

typedef struct {
  EnlaceRun          *run;
  EnlacePlan         *plan;
  const EnlaceReplay *replay;
  GArray             *chain;      /* of Link */
  GHashTable         *given;      /* of node, borrowed: whose output was put in the place of the recorded one */
  GHashTable         *inputs;     /* node/path → EnlaceValue, borrowed: what effects were begun with */
} Copy;

static void
link_clear (gpointer data)
{
  g_free (((Link *) data)->path);
}

/* "3.1" → "3", "3" → "". */
static char *
dup_outer (const char *path)
{
  const char *last = strrchr (path, '.');

  return last != NULL ? g_strndup (path, last - path) : g_strdup ("");
}

static gboolean
counts (EnlacePlan *plan,
        guint       region)
{
  return plan->regions[region].owner >= 0 && plan->regions[region].port != NULL;
}

/* The step, its owner, the owner of that, …, each with where it is. */
static GArray *
make_chain (EnlacePlan *plan,
            guint       step,
            const char *path)
{
  GArray *chain = g_array_new (FALSE, FALSE, sizeof (Link));
  Link link = { step, g_strdup (path != NULL ? path : "") };

  g_array_set_clear_func (chain, link_clear);
  g_array_append_val (chain, link);
  for (guint region = plan->steps[step].region; counts (plan, region); region = plan->steps[link.step].region)
    {
      link = (Link) { (guint) plan->regions[region].owner, dup_outer (link.path) };
      g_array_append_val (chain, link);
    }

  return chain;
}

static guint
count_depth (const char *path)
{
  guint depth = *path != '\0';

  for (; *path != '\0'; path++)
    depth += *path == '.';

  return depth;
}

/* Whether what is recorded of a step belongs to what is run again. */
static gboolean
is_redone (Copy       *self,
           guint       step,
           const char *path,
           gboolean   *is_on_chain)
{
  g_autoptr(GArray) chain = NULL;

  *is_on_chain = FALSE;
  if (self->chain == NULL)
    return FALSE;
  if (self->plan->regions[self->plan->steps[step].region].port == NULL && self->plan->regions[self->plan->steps[step].region].owner >= 0)
    return TRUE;

  chain = make_chain (self->plan, step, path);
  for (guint i = 0; i < chain->len; i++)
    for (guint j = 0; j < self->chain->len; j++)
      {
        const Link *mine = &g_array_index (chain, Link, i), *other = &g_array_index (self->chain, Link, j);

        if (self->plan->steps[mine->step].region != self->plan->steps[other->step].region || strcmp (mine->path, other->path) != 0)
          continue;
        if (mine->step != other->step)
          return enlace_plan_is_after (self->plan, mine->step, other->step);

        *is_on_chain = i == 0 && j > 0;
        return j == 0;
      }

  return FALSE;
}

static char *
dup_key (const EnlaceEntry *entry)
{
  return g_strdup_printf ("%s/%s", entry->node, entry->iteration != NULL ? entry->iteration : "");
}

/* An iteration or a branch that was over stays so unless the step that is run again is in it. */
static gboolean
keeps_frame (Copy              *self,
             const EnlaceEntry *entry,
             guint              step)
{
  g_autofree char *outer = dup_outer (entry->iteration != NULL ? entry->iteration : "");
  gboolean is_on_chain;

  if (is_redone (self, step, outer, &is_on_chain))
    return FALSE;
  if (!is_on_chain)
    return TRUE;

  for (guint i = 0; i < self->chain->len; i++)
    if (g_strcmp0 (g_array_index (self->chain, Link, i).path, entry->iteration) == 0)
      return FALSE;

  return TRUE;
}

/* What a person has put in the place of a result: for steps at the root, and those beside the one that is run again. */
static EnlaceValue *
find_output (Copy       *self,
             const char *node,
             const char *path)
{
  EnlaceValue *output = self->replay->outputs != NULL ? enlace_value_get_member (self->replay->outputs, node) : NULL;

  return output != NULL && (*path == '\0' || g_strcmp0 (path, self->replay->path) == 0) ? output : NULL;
}

static gboolean
keeps_entry (Copy              *self,
             const EnlaceEntry *entry,
             guint              step)
{
  gboolean is_on_chain;

  /* For one step alone the results at the root are enough. */
  if (self->replay->only != NULL && (entry->iteration != NULL || entry->kind == ENLACE_ENTRY_OPEN))
    return FALSE;
  if (entry->kind == ENLACE_ENTRY_FRAME)
    return keeps_frame (self, entry, step);
  if (entry->kind != ENLACE_ENTRY_RESULT && entry->kind != ENLACE_ENTRY_DONE && entry->kind != ENLACE_ENTRY_OPEN)
    return FALSE;
  if (self->replay->only != NULL && strcmp (entry->node, self->replay->only) == 0)
    return FALSE;
  /* What failed for good and stopped the run is what a replay is for. */
  if (self->chain == NULL && self->replay->only == NULL)
    return FALSE;
  if (entry->is_failed && entry->port == NULL)
    return FALSE;
  if (is_redone (self, step, entry->iteration != NULL ? entry->iteration : "", &is_on_chain))
    return FALSE;

  return !is_on_chain || entry->kind == ENLACE_ENTRY_OPEN;
}

static void
copy_entry (Copy              *self,
            const EnlaceEntry *entry)
{
  int step = enlace_plan_find_step (self->plan, entry->node);
  g_autofree char *key = dup_key (entry);
  EnlaceValue *input = g_hash_table_lookup (self->inputs, key);
  EnlaceEntry copied = *entry;
  EnlaceValue *output;

  if (entry->kind == ENLACE_ENTRY_INTENT && entry->input != NULL)
    g_hash_table_insert (self->inputs, g_steal_pointer (&key), entry->input);
  if (step < 0 || !keeps_entry (self, entry, (guint) step))
    return;

  output = entry->kind != ENLACE_ENTRY_RESULT && entry->kind != ENLACE_ENTRY_DONE ? NULL : find_output (self, entry->node, entry->iteration != NULL ? entry->iteration : "");
  if (output != NULL)
    {
      g_hash_table_add (self->given, (gpointer) self->plan->steps[step].node->id);
      copied.output = output;
      copied.error = NULL;
      copied.is_failed = FALSE;
    }
  if (copied.input == NULL)
    copied.input = input;
  if (copied.kind == ENLACE_ENTRY_DONE)
    copied.kind = ENLACE_ENTRY_RESULT;
  enlace_journal_add (self->run, &copied);
}

/* A step of which nothing was recorded that stays, and that has an output now, is done. */
static void
add_given_step (Copy        *self,
                guint        index,
                EnlaceValue *output)
{
  const EnlacePlanStep *step = &self->plan->steps[index];
  gboolean is_inside = counts (self->plan, step->region);
  gint64 now = self->run->started_at;
  EnlaceEntry entry = {
    .kind = ENLACE_ENTRY_RESULT,
    .node = step->node->id,
    .iteration = is_inside && self->replay->path != NULL && *self->replay->path != '\0' ? self->replay->path : NULL,
    .port = step->n_regions > 0 ? "done" : NULL,
    .attempt = 1,
    .now = now,
    .started_at = now,
    .output = output,
  };

  enlace_journal_add (self->run, &entry);
}

static void
add_given (Copy *self)
{
  EnlaceValue *outputs = self->replay->outputs;

  for (guint i = 0; outputs != NULL && i < self->plan->n_steps; i++)
    {
      EnlaceValue *output = enlace_value_get_member (outputs, self->plan->steps[i].node->id);

      if (output != NULL && !g_hash_table_contains (self->given, self->plan->steps[i].node->id))
        add_given_step (self, i, output);
    }
}

static gboolean
find_node (EnlacePlan  *plan,
           const char  *node,
           int         *index,
           GError     **error)
{
  *index = node != NULL ? enlace_plan_find_step (plan, node) : 0;
  if (*index < 0)
    g_set_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, "There is no step “%s” in this version", node);

  return *index >= 0;
}

static gboolean
check (const EnlaceReplay  *replay,
       GArray             **chain,
       GError             **error)
{
  int from, other;

  if (!find_node (replay->plan, replay->from, &from, error) || !find_node (replay->plan, replay->only, &other, error)
      || !find_node (replay->plan, replay->until, &other, error))
    return FALSE;

  if (replay->only != NULL && counts (replay->plan, replay->plan->steps[enlace_plan_find_step (replay->plan, replay->only)].region))
    {
      g_set_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID,
                   "The step “%s” is inside a loop or a branch: go on from it, and until it, instead", replay->only);
      return FALSE;
    }

  *chain = replay->from != NULL ? make_chain (replay->plan, (guint) from, replay->path) : NULL;
  if (*chain != NULL && count_depth (g_array_index (*chain, Link, 0).path) != (*chain)->len - 1)
    {
      g_set_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID,
                   "The step “%s” is in %u loops or branches, and the path must say which iteration of each", replay->from, (*chain)->len - 1);
      return FALSE;
    }

  return TRUE;
}

static EnlaceValue *
make_options (const EnlaceReplay *replay)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  if (replay->only != NULL)
    enlace_map_builder_add_string (builder, "only", replay->only);
  if (replay->until != NULL)
    enlace_map_builder_add_string (builder, "until", replay->until);

  return enlace_map_builder_end (builder);
}

static void
copy_entries (Copy       *self,
              GPtrArray  *entries)
{
  for (guint i = 0; i < entries->len; i++)
    copy_entry (self, entries->pdata[i]);
  add_given (self);
}

gboolean
enlace_engine_replay (EnlaceEngine              *self,
                      const EnlaceExecutionRow  *row,
                      GPtrArray                 *journal,
                      const EnlaceReplay        *replay,
                      EnlaceOutcomeFunc          func,
                      gpointer                   data,
                      GError                   **error)
{
  g_autoptr(GPtrArray) entries = enlace_journal_read (self->vault, row, journal, error);
  g_autoptr(EnlaceValue) trigger = NULL;
  g_autoptr(EnlaceValue) options = make_options (replay);
  g_autoptr(GHashTable) inputs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) given = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GArray) chain = NULL;
  EnlaceStart start = {
    .plan = replay->plan,
    .options = options,
    .event_key = replay->event_key,
    .is_test = replay->is_test,
    .wait = replay->wait,
    .wait_ms = replay->wait_ms,
    .source = row,
  };
  Copy copy = { .plan = replay->plan, .replay = replay, .inputs = inputs, .given = given };

  if (entries == NULL || (trigger = enlace_engine_read_trigger (self, row, error)) == NULL || !check (replay, &chain, error))
    return FALSE;

  start.trigger = replay->trigger != NULL ? replay->trigger : trigger;
  copy.chain = chain;
  copy.run = enlace_engine_make_run (self, &start);
  copy_entries (&copy, entries);
  enlace_engine_start_prepared (self, copy.run, &start, func, data);

  return TRUE;
}
