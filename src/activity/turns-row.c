/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-activity"

#include "config.h"

#include "src/activity/turns-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "src/activity/step-row.h"
#include "src/widgets/status.h"

struct _EnlaceTurnsRow
{
  AdwExpanderRow         parent_instance;

  GtkWidget             *status;
  AdwComboRow           *chooser;

  char                  *owner;      /* nullable */
  guint                  depth;
  const EnlaceStepNames *names;      /* not owned */
  GArray                *turns;      /* of Turn, by number */
  GPtrArray             *rows;       /* of the chosen one, borrowed */
  gint64                 chosen;     /* its number; -1: none */
  gboolean               is_setting;
};

typedef struct {
  gint64      number;
  GPtrArray  *records;
  const char *status;    /* of the one that tells most; static or borrowed from a record */
} Turn;

G_DEFINE_FINAL_TYPE (EnlaceTurnsRow, enlace_turns_row, ADW_TYPE_EXPANDER_ROW)

static const char *const ranks[] = { "failed", "unknown", "running", "waiting", "completed", "skipped" };

static void
turn_clear (gpointer data)
{
  g_ptr_array_unref (((Turn *) data)->records);
}

static guint
get_rank (const char *status)
{
  for (guint i = 0; i < G_N_ELEMENTS (ranks); i++)
    if (g_str_equal (status, ranks[i]))
      return i;

  return G_N_ELEMENTS (ranks);
}

static int
compare_turns (gconstpointer a,
               gconstpointer b)
{
  gint64 x = ((const Turn *) a)->number;
  gint64 y = ((const Turn *) b)->number;

  return (x > y) - (x < y);
}

static GArray *
split (EnlaceTurnsRow *self,
       GPtrArray      *records)
{
  GArray *turns = g_array_new (FALSE, TRUE, sizeof (Turn));
  g_autoptr(GHashTable) places = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  g_array_set_clear_func (turns, turn_clear);
  for (guint i = 0; i < records->len; i++)
    {
      EnlaceStepRecord *record = g_ptr_array_index (records, i);
      const char *status = enlace_step_record_get_status (record);
      gint64 number = enlace_step_record_get_number (record, self->depth);
      gpointer place = g_hash_table_lookup (places, &number);
      Turn *turn;

      if (place == NULL)
        {
          Turn empty = { number, g_ptr_array_new_with_free_func (g_object_unref), status };

          g_array_append_val (turns, empty);
          place = GUINT_TO_POINTER (turns->len);
          g_hash_table_insert (places, g_memdup2 (&number, sizeof number), place);
        }
      turn = &g_array_index (turns, Turn, GPOINTER_TO_UINT (place) - 1);
      g_ptr_array_add (turn->records, g_object_ref (record));
      if (get_rank (status) < get_rank (turn->status))
        turn->status = status;
    }
  g_array_sort (turns, compare_turns);

  return turns;
}

static guint
count_failed (EnlaceTurnsRow *self)
{
  guint n = 0;

  for (guint i = 0; i < self->turns->len; i++)
    n += g_str_equal (g_array_index (self->turns, Turn, i).status, "failed");

  return n;
}

static const char *
find_status (EnlaceTurnsRow *self)
{
  const char *status = ranks[G_N_ELEMENTS (ranks) - 1];

  for (guint i = 0; i < self->turns->len; i++)
    if (get_rank (g_array_index (self->turns, Turn, i).status) < get_rank (status))
      status = g_array_index (self->turns, Turn, i).status;

  return status;
}

/* The one that was chosen; at first one that failed, since that is what one looks for. */
static guint
find_chosen (EnlaceTurnsRow *self)
{
  for (guint i = 0; i < self->turns->len; i++)
    if (g_array_index (self->turns, Turn, i).number == self->chosen)
      return i;
  for (guint i = 0; i < self->turns->len; i++)
    if (g_str_equal (g_array_index (self->turns, Turn, i).status, "failed"))
      return i;

  return 0;
}

static void
show_header (EnlaceTurnsRow *self)
{
  guint n = self->turns->len;
  guint n_failed = count_failed (self);
  const char *title = self->owner != NULL ? enlace_step_names_get (self->names, self->owner) : _("Loop");
  g_autofree char *inside = NULL;
  g_autofree char *text = NULL;
  g_autofree char *label = NULL;

  /* Translators: what happened inside of a loop or of branches; %s is the loop's name */
  inside = g_strdup_printf (_("Inside “%s”"), title);
  text = g_strdup_printf (g_dngettext (NULL, "%u iteration", "%u iterations", n), n);
  if (n_failed > 0)
    {
      g_autofree char *failed = g_strdup_printf (g_dngettext (NULL, "%u failed", "%u failed", n_failed), n_failed);
      g_autofree char *both = g_strdup_printf ("%s · %s", text, failed);

      g_set_str (&text, both);
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), inside);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), text);
  label = g_strdup_printf ("%s: %s", inside, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  enlace_status_show (GTK_IMAGE (self->status), find_status (self));
}

static void
show_chooser (EnlaceTurnsRow *self)
{
  g_autoptr(GtkStringList) titles = gtk_string_list_new (NULL);

  for (guint i = 0; i < self->turns->len; i++)
    {
      const Turn *turn = &g_array_index (self->turns, Turn, i);
      g_autofree char *name = enlace_step_names_dup_turn (self->names, self->owner, turn->number);

      gtk_string_list_take (titles, g_strdup_printf ("%s · %s", name, enlace_status_get_title (turn->status)));
    }

  self->is_setting = TRUE;
  adw_combo_row_set_model (self->chooser, G_LIST_MODEL (titles));
  adw_combo_row_set_selected (self->chooser, find_chosen (self));
  self->is_setting = FALSE;
}

/* Rows are made when they are seen. */
static void
fill (EnlaceTurnsRow *self)
{
  if (self->turns == NULL || self->turns->len == 0 || !adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self)))
    return;

  show_chooser (self);
  enlace_step_rows_show (self->rows, GTK_WIDGET (self), g_array_index (self->turns, Turn, find_chosen (self)).records, self->depth + 1,
                         self->names);
}

static void
chosen_cb (EnlaceTurnsRow *self)
{
  guint position = adw_combo_row_get_selected (self->chooser);

  if (self->is_setting || position >= self->turns->len)
    return;

  self->chosen = g_array_index (self->turns, Turn, position).number;
  enlace_step_rows_show (self->rows, GTK_WIDGET (self), g_array_index (self->turns, Turn, position).records, self->depth + 1, self->names);
}

static void
enlace_turns_row_finalize (GObject *object)
{
  EnlaceTurnsRow *self = ENLACE_TURNS_ROW (object);

  g_clear_pointer (&self->turns, g_array_unref);
  g_ptr_array_unref (self->rows);
  g_free (self->owner);

  G_OBJECT_CLASS (enlace_turns_row_parent_class)->finalize (object);
}

static void
enlace_turns_row_class_init (EnlaceTurnsRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enlace_turns_row_finalize;
}

static void
enlace_turns_row_init (EnlaceTurnsRow *self)
{
  self->rows = g_ptr_array_new ();
  self->chosen = -1;
  self->status = gtk_image_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (self), self->status);

  self->chooser = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->chooser), _("Show"));
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), GTK_WIDGET (self->chooser));
  g_signal_connect_object (self->chooser, "notify::selected", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::expanded", G_CALLBACK (fill), NULL);
}

GtkWidget *
enlace_turns_row_new (const char            *owner,
                      guint                  depth,
                      const EnlaceStepNames *names)
{
  EnlaceTurnsRow *self = g_object_new (ENLACE_TYPE_TURNS_ROW, NULL);

  self->owner = g_strdup (owner);
  self->depth = depth;
  self->names = names;

  return GTK_WIDGET (self);
}

void
enlace_turns_row_set_records (EnlaceTurnsRow *self,
                              GPtrArray      *records)
{
  g_return_if_fail (ENLACE_IS_TURNS_ROW (self));
  g_return_if_fail (records != NULL && records->len > 0);

  g_clear_pointer (&self->turns, g_array_unref);
  self->turns = split (self, records);
  show_header (self);
  fill (self);
}

const char *
enlace_turns_row_get_owner (EnlaceTurnsRow *self)
{
  g_return_val_if_fail (ENLACE_IS_TURNS_ROW (self), NULL);

  return self->owner;
}

/* Opens it at an iteration in which the step failed, else at one that it was in. */
static GtkWidget *
open_at (EnlaceTurnsRow *self,
         const char     *node)
{
  gint64 found = -1;
  gboolean is_failed = FALSE;

  for (guint i = 0; i < self->turns->len && !is_failed; i++)
    {
      const Turn *turn = &g_array_index (self->turns, Turn, i);

      for (guint j = 0; j < turn->records->len && !is_failed; j++)
        {
          EnlaceStepRecord *record = g_ptr_array_index (turn->records, j);

          if (!g_str_equal (enlace_step_record_get_node (record), node))
            continue;
          is_failed = g_str_equal (enlace_step_record_get_status (record), "failed");
          if (found < 0 || is_failed)
            found = turn->number;
        }
    }
  if (found < 0)
    return NULL;

  self->chosen = found;
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self), TRUE);
  fill (self);

  return enlace_step_rows_open (self->rows, node);
}

GtkWidget *
enlace_step_rows_open (GPtrArray  *rows,
                       const char *node)
{
  for (guint i = 0; i < rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (rows, i);
      GtkWidget *found = NULL;

      if (ENLACE_IS_TURNS_ROW (row))
        found = open_at (ENLACE_TURNS_ROW (row), node);
      else if (g_str_equal (enlace_step_record_get_node (enlace_step_row_get_record (ENLACE_STEP_ROW (row))), node))
        found = row;
      if (found != NULL)
        return found;
    }

  return NULL;
}

/* A line of a box: a step, or what is inside of a loop. */
typedef struct {
  EnlaceStepRecord *record;     /* NULL: a loop */
  GPtrArray        *records;
  const char       *owner;
} Line;

static void
line_clear (gpointer data)
{
  g_clear_pointer (&((Line *) data)->records, g_ptr_array_unref);
}

static GArray *
make_lines (GPtrArray             *records,
            guint                  depth,
            const EnlaceStepNames *names)
{
  GArray *lines = g_array_new (FALSE, TRUE, sizeof (Line));
  g_autoptr(GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);

  g_array_set_clear_func (lines, line_clear);
  for (guint i = 0; i < records->len; i++)
    {
      EnlaceStepRecord *record = g_ptr_array_index (records, i);
      const char *owner = enlace_step_names_get_owner (names, enlace_step_record_get_node (record), depth);
      gpointer place = g_hash_table_lookup (places, owner != NULL ? owner : "");
      Line line = { 0 };

      if (enlace_step_record_get_depth (record) <= depth)
        {
          line.record = record;
          g_array_append_val (lines, line);
          continue;
        }
      if (place == NULL)
        {
          line = (Line) { NULL, g_ptr_array_new (), owner };
          g_array_append_val (lines, line);
          place = GUINT_TO_POINTER (lines->len);
          g_hash_table_insert (places, (gpointer) (owner != NULL ? owner : ""), place);
        }
      g_ptr_array_add (g_array_index (lines, Line, GPOINTER_TO_UINT (place) - 1).records, record);
    }

  return lines;
}

static gboolean
is_of (GtkWidget  *row,
       const Line *line)
{
  EnlaceStepRecord *shown;

  if (ENLACE_IS_TURNS_ROW (row) != (line->record == NULL))
    return FALSE;
  if (line->record == NULL)
    return g_strcmp0 (enlace_turns_row_get_owner (ENLACE_TURNS_ROW (row)), line->owner) == 0;

  shown = enlace_step_row_get_record (ENLACE_STEP_ROW (row));

  return enlace_step_record_is_same_step (shown, line->record) &&
         enlace_step_record_get_attempt (shown) == enlace_step_record_get_attempt (line->record);
}

static void
remove_from (GPtrArray *rows,
             GtkWidget *box,
             guint      first)
{
  for (guint i = first; i < rows->len; i++)
    if (GTK_IS_LIST_BOX (box))
      gtk_list_box_remove (GTK_LIST_BOX (box), g_ptr_array_index (rows, i));
    else
      adw_expander_row_remove (ADW_EXPANDER_ROW (box), g_ptr_array_index (rows, i));
  g_ptr_array_set_size (rows, (int) MIN (first, rows->len));
}

void
enlace_step_rows_show (GPtrArray             *rows,
                       GtkWidget             *box,
                       GPtrArray             *records,
                       guint                  depth,
                       const EnlaceStepNames *names)
{
  g_autoptr(GArray) lines = NULL;

  g_return_if_fail (GTK_IS_LIST_BOX (box) || ADW_IS_EXPANDER_ROW (box));

  lines = make_lines (records, depth, names);
  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = &g_array_index (lines, Line, i);
      GtkWidget *row;

      if (i < rows->len && !is_of (g_ptr_array_index (rows, i), line))
        remove_from (rows, box, i);
      if (i == rows->len)
        {
          row = line->record != NULL ? enlace_step_row_new () : enlace_turns_row_new (line->owner, depth, names);
          g_ptr_array_add (rows, row);
          if (GTK_IS_LIST_BOX (box))
            gtk_list_box_append (GTK_LIST_BOX (box), row);
          else
            adw_expander_row_add_row (ADW_EXPANDER_ROW (box), row);
        }
      row = g_ptr_array_index (rows, i);
      if (line->record != NULL)
        enlace_step_row_set_record (ENLACE_STEP_ROW (row), line->record,
                                    enlace_step_names_get (names, enlace_step_record_get_node (line->record)));
      else
        enlace_turns_row_set_records (ENLACE_TURNS_ROW (row), line->records);
    }
  remove_from (rows, box, lines->len);
}
