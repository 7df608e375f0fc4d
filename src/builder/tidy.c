/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "src/builder/tidy.h"

#include <math.h>

#include <glib/gi18n.h>

#include "common/workflow/document.h"
#include "common/workflow/regions.h"
#include "src/builder/graph-private.h"
#include "src/builder/tidy-layers.h"

#define GAP_X         72
#define GAP_Y         32
#define GAP_PARTS     64          /* between what is not connected */
#define NO_BOX        G_MAXUINT

typedef struct {
  EnlaceGraphNode *node;          /* borrowed */
  guint            region;        /* the innermost whose owner is laid out too */
  guint            box;           /* in its region */
  double           x;             /* in its region, then on the canvas */
  double           y;
} Step;

typedef struct {
  GArray *boxes;                  /* of EnlaceTidyBox */
  GArray *lines;                  /* of EnlaceTidyLine */
  GArray *tops;                   /* of double: where each box was, so that parts keep their order */
  guint   box;                    /* as a whole, in the region around it; NO_BOX: none */
  double  x;
  double  y;
  double  width;
  double  height;
} Area;

typedef struct {
  EnlaceGraph   *graph;
  EnlaceDocument *document;       /* owned */
  EnlaceRegions *regions;         /* owned */
  Step          *steps;           /* by the index of the node in the document; node NULL: stays where it is */
  guint          n_steps;
  Area          *areas;           /* by region */
  guint         *inner;           /* region → the innermost one whose owner is laid out too */
} Tidy;

static void
tidy_clear (Tidy *self)
{
  for (guint i = 0; self->areas != NULL && i < self->regions->n_regions; i++)
    {
      g_array_unref (self->areas[i].boxes);
      g_array_unref (self->areas[i].lines);
      g_array_unref (self->areas[i].tops);
    }
  for (guint i = 0; i < self->n_steps; i++)
    g_clear_object (&self->steps[i].node);
  g_free (self->steps);
  g_free (self->areas);
  g_free (self->inner);
  g_clear_pointer (&self->regions, enlace_regions_free);
  g_clear_pointer (&self->document, enlace_document_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tidy, tidy_clear)

static gboolean
read_steps (Tidy              *self,
            const char *const *ids)
{
  g_autoptr(EnlaceValue) value = enlace_graph_to_value (self->graph);
  g_autoptr(GHashTable) wanted = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  GListModel *nodes = enlace_graph_get_nodes (self->graph);

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    if (enlace_graph_find_node (self->graph, ids[i]) != NULL)
      g_hash_table_add (wanted, (char *) ids[i]);

  self->document = enlace_document_read (value, refusals);
  if (self->document == NULL)
    return FALSE;

  self->regions = enlace_regions_new (self->document, NULL);
  self->n_steps = enlace_document_get_n_nodes (self->document);
  self->steps = g_new0 (Step, self->n_steps + 1);
  for (guint i = 0; i < self->n_steps; i++)
    {
      g_autoptr(EnlaceGraphNode) node = g_list_model_get_item (nodes, i);

      if (g_hash_table_size (wanted) == 0 || g_hash_table_contains (wanted, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node))))
        self->steps[i].node = g_steal_pointer (&node);
    }

  return self->n_steps > 0;
}

static guint
add_box (Area   *area,
         double  width,
         double  height,
         double  top)
{
  EnlaceTidyBox box = { .width = width, .height = height };

  g_array_append_val (area->boxes, box);
  g_array_append_val (area->tops, top);

  return area->boxes->len - 1;
}

static void
add_line (Area   *area,
          guint   from,
          double  from_at,
          guint   to,
          double  to_at)
{
  EnlaceTidyLine line = { .from = from, .to = to, .from_at = from_at, .to_at = to_at };

  g_array_append_val (area->lines, line);
}

/* What follows a catch is a region, but no body that stands in another one. */
static gboolean
is_body (Tidy  *self,
         guint  region)
{
  const EnlaceRegion *it = &self->regions->regions[region];

  return it->owner >= 0 && it->port != NULL && self->steps[it->owner].node != NULL;
}

static void
fill_areas (Tidy *self)
{
  guint n = self->regions->n_regions;

  self->inner = g_new0 (guint, n);
  self->areas = g_new0 (Area, n);
  for (guint i = 0; i < n; i++)
    {
      self->inner[i] = i == 0 || is_body (self, i) ? i : self->inner[self->regions->regions[i].parent];
      self->areas[i].boxes = g_array_new (FALSE, TRUE, sizeof (EnlaceTidyBox));
      self->areas[i].lines = g_array_new (FALSE, TRUE, sizeof (EnlaceTidyLine));
      self->areas[i].tops = g_array_new (FALSE, TRUE, sizeof (double));
      self->areas[i].box = NO_BOX;
    }
  for (guint i = 0; i < self->n_steps; i++)
    {
      Step *step = &self->steps[i];

      if (step->node == NULL)
        continue;
      step->region = self->inner[self->regions->of_node[i]];
      step->box = add_box (&self->areas[step->region], self->graph->card_width, enlace_graph_get_node_height (self->graph, step->node),
                           enlace_graph_node_get_y (step->node));
    }
}

static double
port_height (Tidy       *self,
             const Step *step,
             const char *port)
{
  const char *const *ports = enlace_graph_node_get_ports (step->node);
  guint n = MAX (1, g_strv_length ((char **) ports));
  guint at = 0;

  while (ports[at] != NULL && !g_str_equal (ports[at], port))
    at++;

  return enlace_graph_get_node_height (self->graph, step->node) * ((at < n ? at : 0) + 0.5) / n;
}

static double
middle (Tidy       *self,
        const Step *step)
{
  return enlace_graph_get_node_height (self->graph, step->node) / 2;
}

/* Lines among the steps of one region; a line that goes on behind a body is behind the whole of it. */
static void
add_lines (Tidy  *self,
           guint  region)
{
  Area *area = &self->areas[region];

  for (guint i = 0; i < enlace_document_get_n_edges (self->document); i++)
    {
      const EnlaceDocumentEdge *edge = enlace_document_get_edge (self->document, i);
      const Step *from = &self->steps[edge->from];
      const Step *to = &self->steps[edge->to];

      if (from->node == NULL || to->node == NULL || from->region != region || to->region != region)
        continue;
      add_line (area, from->box, port_height (self, from, edge->port), to->box, middle (self, to));
    }
}

static void
add_lines_of_body (Tidy  *self,
                   guint  body)
{
  const EnlaceRegion *region = &self->regions->regions[body];
  const Step *owner = &self->steps[region->owner];
  Area *inside = &self->areas[body];
  Area *area = &self->areas[owner->region];
  double entry = inside->height / 2;

  if (inside->boxes->len == 0)
    return;

  for (guint i = 0; i < self->n_steps; i++)
    if (self->steps[i].node != NULL && self->steps[i].region == body)
      {
        entry = ENLACE_BODY_PADDING + ENLACE_BODY_TITLE + self->steps[i].y + middle (self, &self->steps[i]);
        break;
      }
  inside->box = add_box (area, inside->width + 2 * ENLACE_BODY_PADDING, inside->height + 2 * ENLACE_BODY_PADDING + ENLACE_BODY_TITLE,
                         enlace_graph_node_get_y (owner->node));
  add_line (area, owner->box, port_height (self, owner, region->port), inside->box, entry);
  for (guint i = 0; i < enlace_document_get_n_edges (self->document); i++)
    {
      const EnlaceDocumentEdge *edge = enlace_document_get_edge (self->document, i);
      const Step *to = &self->steps[edge->to];

      if ((int) edge->from == region->owner && to->node != NULL && to->region == owner->region)
        {
          EnlaceTidyLine line = { .from = inside->box, .to = to->box, .loose = TRUE };

          /* Behind all of the body, and level with the port beside it. */
          g_array_append_val (area->lines, line);
        }
    }
}

static guint
find_root (guint *parents,
           guint  at)
{
  while (parents[at] != at)
    at = parents[at] = parents[parents[at]];

  return at;
}

/* One connected part of an area, below what is there already. */
static void
place_part (Area  *area,
            guint *roots,
            guint  root)
{
  g_autoptr(GArray) boxes = g_array_new (FALSE, TRUE, sizeof (EnlaceTidyBox));
  g_autoptr(GArray) lines = g_array_new (FALSE, TRUE, sizeof (EnlaceTidyLine));
  g_autofree guint *places = g_new (guint, area->boxes->len + 1);
  double top = area->height > 0 ? area->height + GAP_PARTS : 0;
  double width;
  double height;

  for (guint i = 0; i < area->boxes->len; i++)
    if (roots[i] == root)
      {
        places[i] = boxes->len;
        g_array_append_val (boxes, g_array_index (area->boxes, EnlaceTidyBox, i));
      }
  for (guint i = 0; i < area->lines->len; i++)
    {
      EnlaceTidyLine line = g_array_index (area->lines, EnlaceTidyLine, i);

      if (roots[line.from] != root)
        continue;
      line.from = places[line.from];
      line.to = places[line.to];
      g_array_append_val (lines, line);
    }

  enlace_tidy_layers ((EnlaceTidyBox *) (gpointer) boxes->data, boxes->len, (EnlaceTidyLine *) (gpointer) lines->data, lines->len, GAP_X, GAP_Y,
                      &width, &height);
  for (guint i = 0; i < area->boxes->len; i++)
    if (roots[i] == root)
      {
        EnlaceTidyBox *box = &g_array_index (area->boxes, EnlaceTidyBox, i);

        *box = g_array_index (boxes, EnlaceTidyBox, places[i]);
        box->y += top;
      }
  area->width = MAX (area->width, width);
  area->height = top + height;
}

static int
compare_tops (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  const double *tops = user_data;
  guint first = *(const guint *) a;
  guint second = *(const guint *) b;

  if (tops[first] != tops[second])
    return tops[first] < tops[second] ? -1 : 1;

  return first < second ? -1 : first > second;
}

/* Parts that are not connected stand one below the other, in the order in which they were. */
static void
place_area (Area *area)
{
  guint n = area->boxes->len;
  g_autofree guint *roots = g_new (guint, n + 1);
  g_autofree double *tops = g_new (double, n + 1);
  g_autoptr(GArray) parts = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < n; i++)
    {
      roots[i] = i;
      tops[i] = g_array_index (area->tops, double, i);
    }
  for (guint i = 0; i < area->lines->len; i++)
    {
      const EnlaceTidyLine *line = &g_array_index (area->lines, EnlaceTidyLine, i);

      roots[find_root (roots, line->from)] = find_root (roots, line->to);
    }
  for (guint i = 0; i < n; i++)
    {
      guint root = find_root (roots, i);

      tops[root] = MIN (tops[root], tops[i]);
      if (root == i)
        g_array_append_val (parts, i);
    }
  for (guint i = 0; i < n; i++)
    roots[i] = find_root (roots, i);
  g_array_sort_with_data (parts, compare_tops, tops);
  for (guint i = 0; i < parts->len; i++)
    place_part (area, roots, g_array_index (parts, guint, i));
}

static void
place_steps (Tidy  *self,
             guint  region)
{
  for (guint i = 0; i < self->n_steps; i++)
    {
      Step *step = &self->steps[i];

      if (step->node == NULL || step->region != region)
        continue;
      step->x = g_array_index (self->areas[region].boxes, EnlaceTidyBox, step->box).x;
      step->y = g_array_index (self->areas[region].boxes, EnlaceTidyBox, step->box).y;
    }
}

/* From the inside out: a body is one box to what is around it. */
static void
lay_out (Tidy *self)
{
  for (guint i = self->regions->n_regions; i > 0; i--)
    {
      if (self->inner[i - 1] != i - 1)
        continue;
      add_lines (self, i - 1);
      place_area (&self->areas[i - 1]);
      place_steps (self, i - 1);
      if (i > 1)
        add_lines_of_body (self, i - 1);
    }
}

static double
to_grid (double value)
{
  return round (value / 8) * 8;
}

/* From the outside in: places in a region become places among all. */
static void
find_areas (Tidy *self)
{
  for (guint i = 1; i < self->regions->n_regions; i++)
    {
      Area *area = &self->areas[i];
      const Area *around;
      const EnlaceTidyBox *box;

      if (area->box == NO_BOX)
        continue;
      around = &self->areas[self->steps[self->regions->regions[i].owner].region];
      box = &g_array_index (around->boxes, EnlaceTidyBox, area->box);
      area->x = around->x + box->x + ENLACE_BODY_PADDING;
      area->y = around->y + box->y + ENLACE_BODY_PADDING + ENLACE_BODY_TITLE;
    }
}

/* The top left corner of all steps stays where it was. */
static void
find_places (Tidy *self)
{
  double old[2] = { G_MAXDOUBLE, G_MAXDOUBLE };
  double new[2] = { G_MAXDOUBLE, G_MAXDOUBLE };

  find_areas (self);
  for (guint i = 0; i < self->n_steps; i++)
    {
      Step *step = &self->steps[i];

      if (step->node == NULL)
        continue;
      step->x += self->areas[step->region].x;
      step->y += self->areas[step->region].y;
      old[0] = MIN (old[0], enlace_graph_node_get_x (step->node));
      old[1] = MIN (old[1], enlace_graph_node_get_y (step->node));
      new[0] = MIN (new[0], step->x);
      new[1] = MIN (new[1], step->y);
    }
  for (guint i = 0; i < self->n_steps; i++)
    {
      self->steps[i].x = to_grid (self->steps[i].x - new[0] + to_grid (old[0]));
      self->steps[i].y = to_grid (self->steps[i].y - new[1] + to_grid (old[1]));
    }
}

/* A note goes where the step goes that is next to it. */
static void
move_note (Tidy            *self,
           EnlaceGraphNote *note)
{
  double x = enlace_graph_note_get_x (note) + enlace_graph_note_get_width (note) / 2;
  double y = enlace_graph_note_get_y (note) + enlace_graph_note_get_height (note) / 2;
  const char *id = enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (note));
  const Step *nearest = NULL;
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < self->n_steps; i++)
    {
      EnlaceGraphNode *node = self->steps[i].node;
      double distance;

      if (node == NULL)
        continue;
      distance = hypot (enlace_graph_node_get_x (node) + self->graph->card_width / 2 - x,
                        enlace_graph_node_get_y (node) + self->graph->card_height / 2 - y);
      if (distance < best)
        {
          best = distance;
          nearest = &self->steps[i];
        }
    }
  if (nearest != NULL)
    enlace_graph_set_note_bounds (self->graph, id,
                                  enlace_graph_note_get_x (note) + nearest->x - enlace_graph_node_get_x (nearest->node),
                                  enlace_graph_note_get_y (note) + nearest->y - enlace_graph_node_get_y (nearest->node),
                                  enlace_graph_note_get_width (note), enlace_graph_note_get_height (note));
}

/* What stands in each group before anything moves; element-type GStrv, the group's id first. */
static GPtrArray *
list_groups (EnlaceGraph *graph)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  GListModel *list = enlace_graph_get_groups (graph);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(EnlaceGraphItem) group = g_list_model_get_item (list, i);
      const char *ids[] = { enlace_graph_item_get_id (group), NULL };

      g_ptr_array_add (groups, enlace_graph_expand_groups (graph, ids));
    }

  return groups;
}

static void
apply (Tidy     *self,
       gboolean  all)
{
  g_autoptr(GPtrArray) groups = list_groups (self->graph);
  GListModel *notes = enlace_graph_get_notes (self->graph);

  for (guint i = 0; all && i < g_list_model_get_n_items (notes); i++)
    {
      g_autoptr(EnlaceGraphNote) note = g_list_model_get_item (notes, i);

      move_note (self, note);
    }
  for (guint i = 0; i < self->n_steps; i++)
    {
      const Step *step = &self->steps[i];
      g_autoptr(EnlaceValue) point = NULL;

      if (step->node == NULL || (step->x == enlace_graph_node_get_x (step->node) && step->y == enlace_graph_node_get_y (step->node)))
        continue;
      point = _enlace_graph_point (step->x, step->y);
      _enlace_graph_set_member (self->graph, ENLACE_GRAPH_NODES, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (step->node)), "position", point);
    }
  for (guint i = 0; i < groups->len; i++)
    {
      char **ids = g_ptr_array_index (groups, i);

      if (ids[1] != NULL)
        _enlace_graph_fit_group (self->graph, ids[0], (const char *const *) ids + 1);
    }
}

gboolean
enlace_graph_tidy (EnlaceGraph       *self,
                   const char *const *ids)
{
  g_auto(Tidy) tidy = { .graph = self };
  guint64 revision;
  gboolean all = TRUE;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), FALSE);

  if (!read_steps (&tidy, ids))
    return FALSE;

  for (guint i = 0; i < tidy.n_steps; i++)
    all &= tidy.steps[i].node != NULL;
  fill_areas (&tidy);
  lay_out (&tidy);
  find_places (&tidy);

  revision = self->revision;
  enlace_graph_begin (self, _("Tidy Up"));
  apply (&tidy, all);
  enlace_graph_end (self);

  return self->revision != revision;
}
