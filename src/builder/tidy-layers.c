/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "src/builder/tidy-layers.h"

#include <stdlib.h>
#include <string.h>

#define LINE_GAP       16.0       /* round a line that passes between boxes */
#define SWEEPS         6
#define PASSES         4
#define MAX_BENDS      120000     /* points where long lines pass a column; beyond, they are drawn straight over */

/* A box, or the place where a long line passes a column. */
typedef struct {
  guint  column;
  guint  place;                   /* in the column, from the top */
  double height;
  double y;
  double key;                     /* of the order under way */
  guint  is_box : 1;
} Point;

typedef struct {
  guint  from;
  guint  to;
  double from_at;
  double to_at;
} Piece;

typedef struct {
  EnlaceTidyBox        *boxes;
  guint                 n_boxes;
  const EnlaceTidyLine *lines;
  guint                 n_lines;
  double                gap_y;

  GArray               *points;   /* of Point; the boxes first */
  GArray               *pieces;   /* of Piece: lines, cut at each column */
  guint                *first_out; /* of each point, in `out` */
  guint                *out;      /* indexes of pieces */
  guint                *first_in;
  guint                *in;
  GPtrArray            *columns;  /* of GArray of guint: points from top to bottom */
} Layers;

static Point *
point_at (Layers *self,
          guint   index)
{
  return &g_array_index (self->points, Point, index);
}

static Piece *
piece_at (Layers *self,
          guint   index)
{
  return &g_array_index (self->pieces, Piece, index);
}

/* Where the pieces of each point are, by its beginning or its end. */
static void
index_pieces (Layers   *self,
              gboolean  outgoing,
              guint   **first,
              guint   **list)
{
  guint n = self->points->len;

  g_free (*first);
  g_free (*list);
  *first = g_new0 (guint, n + 2);
  *list = g_new (guint, self->pieces->len + 1);
  for (guint i = 0; i < self->pieces->len; i++)
    (*first)[(outgoing ? piece_at (self, i)->from : piece_at (self, i)->to) + 2]++;
  for (guint i = 2; i < n + 2; i++)
    (*first)[i] += (*first)[i - 1];
  for (guint i = 0; i < self->pieces->len; i++)
    (*list)[(*first)[(outgoing ? piece_at (self, i)->from : piece_at (self, i)->to) + 1]++] = i;
}

static void
index_all (Layers *self)
{
  index_pieces (self, TRUE, &self->first_out, &self->out);
  index_pieces (self, FALSE, &self->first_in, &self->in);
}

/* The column of each box: one behind the last that leads to it. What nothing leads to stands right before what it leads to. */
static void
find_columns (Layers *self)
{
  g_autofree guint *waiting = g_new0 (guint, self->n_boxes + 1);
  g_autofree guint *queue = g_new (guint, self->n_boxes + 1);
  guint n_queued = 0;

  for (guint i = 0; i < self->n_boxes; i++)
    {
      waiting[i] = self->first_in[i + 1] - self->first_in[i];
      if (waiting[i] == 0)
        queue[n_queued++] = i;
    }
  for (guint at = 0; at < n_queued; at++)
    for (guint i = self->first_out[queue[at]]; i < self->first_out[queue[at] + 1]; i++)
      {
        guint to = piece_at (self, self->out[i])->to;

        point_at (self, to)->column = MAX (point_at (self, to)->column, point_at (self, queue[at])->column + 1);
        if (--waiting[to] == 0)
          queue[n_queued++] = to;
      }

  for (guint box = 0; box < self->n_boxes; box++)
    {
      guint nearest = G_MAXUINT;

      if (self->first_in[box] != self->first_in[box + 1])
        continue;
      for (guint i = self->first_out[box]; i < self->first_out[box + 1]; i++)
        nearest = MIN (nearest, point_at (self, piece_at (self, self->out[i])->to)->column);
      if (nearest != G_MAXUINT)
        point_at (self, box)->column = nearest - 1;
    }
}

static guint
count_bends (Layers *self)
{
  guint64 n = 0;

  for (guint i = 0; i < self->n_lines; i++)
    n += point_at (self, self->lines[i].to)->column - point_at (self, self->lines[i].from)->column - 1;

  return (guint) MIN (n, G_MAXUINT);
}

/* Long lines get a point in each column that they pass. */
static void
cut_lines (Layers *self)
{
  gboolean all = count_bends (self) <= MAX_BENDS;

  g_array_set_size (self->pieces, 0);
  for (guint i = 0; i < self->n_lines; i++)
    {
      const EnlaceTidyLine *line = &self->lines[i];
      guint column = point_at (self, line->from)->column;
      guint end = point_at (self, line->to)->column;
      Piece piece = { .from = line->from, .from_at = line->from_at };

      if (line->loose)
        continue;
      for (column++; all && column < end; column++)
        {
          Point bend = { .column = column };

          piece.to = self->points->len;
          piece.to_at = 0;
          g_array_append_val (self->points, bend);
          g_array_append_val (self->pieces, piece);
          piece = (Piece) { .from = piece.to };
        }
      piece.to = line->to;
      piece.to_at = line->to_at;
      g_array_append_val (self->pieces, piece);
    }
}

/* The first order: as one comes to the points from the left, port by port. */
static void
fill_columns (Layers *self)
{
  g_autofree gboolean *seen = g_new0 (gboolean, self->points->len + 1);
  g_autoptr(GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n_columns = 0;

  for (guint i = 0; i < self->points->len; i++)
    n_columns = MAX (n_columns, point_at (self, i)->column + 1);
  for (guint i = 0; i < n_columns; i++)
    g_ptr_array_add (self->columns, g_array_new (FALSE, FALSE, sizeof (guint)));

  for (guint start = 0; start < self->n_boxes; start++)
    {
      if (self->first_in[start] != self->first_in[start + 1])
        continue;
      g_array_append_val (stack, start);
      while (stack->len > 0)
        {
          guint at = g_array_index (stack, guint, stack->len - 1);
          GArray *column = g_ptr_array_index (self->columns, point_at (self, at)->column);

          g_array_set_size (stack, stack->len - 1);
          if (seen[at])
            continue;
          seen[at] = TRUE;
          point_at (self, at)->place = column->len;
          g_array_append_val (column, at);
          for (guint i = self->first_out[at + 1]; i > self->first_out[at]; i--)
            g_array_append_val (stack, piece_at (self, self->out[i - 1])->to);
        }
    }
}

static int
compare_keys (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  Layers *self = user_data;
  const Point *first = point_at (self, *(const guint *) a);
  const Point *second = point_at (self, *(const guint *) b);

  if (first->key != second->key)
    return first->key < second->key ? -1 : 1;

  return first->place < second->place ? -1 : first->place > second->place;
}

/* Orders a column by the middle of what its points are joined with on one side. Of one box the ports tell the order. */
static void
order_column (Layers   *self,
              GArray   *column,
              gboolean  forwards)
{
  for (guint i = 0; i < column->len; i++)
    {
      guint index = g_array_index (column, guint, i);
      Point *point = point_at (self, index);
      guint first = forwards ? self->first_in[index] : self->first_out[index];
      guint end = forwards ? self->first_in[index + 1] : self->first_out[index + 1];
      double sum = 0;

      for (guint j = first; j < end; j++)
        {
          const Piece *piece = piece_at (self, forwards ? self->in[j] : self->out[j]);
          const Point *other = point_at (self, forwards ? piece->from : piece->to);

          sum += other->place + (forwards ? piece->from_at : piece->to_at) / (other->height + 1);
        }
      point->key = end > first ? sum / (end - first) : point->place;
    }
  g_array_sort_with_data (column, compare_keys, self);
  for (guint i = 0; i < column->len; i++)
    point_at (self, g_array_index (column, guint, i))->place = i;
}

typedef struct {
  double from;
  double to;
} Ends;

static int
compare_ends (gconstpointer a,
              gconstpointer b)
{
  const Ends *first = a;
  const Ends *second = b;

  if (first->from != second->from)
    return first->from < second->from ? -1 : 1;

  return first->to < second->to ? -1 : first->to > second->to;
}

/* Crossings between two columns: inversions, counted in a Fenwick tree over the places of the right one. */
static guint64
count_crossings_at (Layers *self,
                    guint   column_index)
{
  GArray *column = g_ptr_array_index (self->columns, column_index);
  GArray *next = g_ptr_array_index (self->columns, column_index + 1);
  g_autoptr(GArray) ends = g_array_new (FALSE, FALSE, sizeof (Ends));
  g_autofree guint *tree = g_new0 (guint, next->len + 2);
  guint64 crossings = 0;

  for (guint i = 0; i < column->len; i++)
    {
      guint index = g_array_index (column, guint, i);

      for (guint j = self->first_out[index]; j < self->first_out[index + 1]; j++)
        {
          const Piece *piece = piece_at (self, self->out[j]);
          Ends pair = { i + piece->from_at / (point_at (self, index)->height + 1), point_at (self, piece->to)->place };

          if (point_at (self, piece->to)->column == column_index + 1)
            g_array_append_val (ends, pair);
        }
    }
  g_array_sort (ends, compare_ends);
  for (guint i = 0; i < ends->len; i++)
    {
      guint place = (guint) g_array_index (ends, Ends, i).to + 1;
      guint before = 0;

      for (guint at = place; at > 0; at -= at & -at)
        before += tree[at];
      crossings += i - before;
      for (guint at = place; at <= next->len; at += at & -at)
        tree[at]++;
    }

  return crossings;
}

static guint64
count_crossings (Layers *self)
{
  guint64 crossings = 0;

  for (guint i = 0; i + 1 < self->columns->len; i++)
    crossings += count_crossings_at (self, i);

  return crossings;
}

static void
set_places (Layers      *self,
            const guint *places)
{
  for (guint i = 0; i < self->points->len; i++)
    point_at (self, i)->place = places[i];
  for (guint i = 0; i < self->columns->len; i++)
    {
      GArray *column = g_ptr_array_index (self->columns, i);
      g_autoptr(GArray) old = g_array_copy (column);

      for (guint j = 0; j < old->len; j++)
        {
          guint index = g_array_index (old, guint, j);

          g_array_index (column, guint, places[index]) = index;
        }
    }
}

static void
keep_places (Layers *self,
             guint  *places)
{
  for (guint i = 0; i < self->points->len; i++)
    places[i] = point_at (self, i)->place;
}

static void
order (Layers *self)
{
  g_autofree guint *best = g_new (guint, self->points->len + 1);
  guint64 fewest = count_crossings (self);

  keep_places (self, best);
  for (guint sweep = 0; sweep < SWEEPS && fewest > 0; sweep++)
    {
      guint64 crossings;

      for (guint i = 1; i < self->columns->len; i++)
        order_column (self, g_ptr_array_index (self->columns, i), TRUE);
      if (sweep % 2 == 1)
        for (guint i = self->columns->len - 1; i > 0; i--)
          order_column (self, g_ptr_array_index (self->columns, i - 1), FALSE);
      crossings = count_crossings (self);
      if (crossings < fewest)
        {
          fewest = crossings;
          keep_places (self, best);
        }
    }
  set_places (self, best);
}

static double
gap_between (Layers      *self,
             const Point *above,
             const Point *below)
{
  return above->is_box && below->is_box ? self->gap_y : above->is_box || below->is_box ? MAX (LINE_GAP, self->gap_y / 2) : LINE_GAP;
}

/* Where a point would like to be, for its lines on one side to be level; FALSE: there are none. */
static gboolean
find_wish (Layers   *self,
           guint     index,
           gboolean  forwards,
           double   *wish)
{
  guint first = forwards ? self->first_in[index] : self->first_out[index];
  guint end = forwards ? self->first_in[index + 1] : self->first_out[index + 1];
  double sum = 0;

  for (guint i = first; i < end; i++)
    {
      const Piece *piece = piece_at (self, forwards ? self->in[i] : self->out[i]);

      sum += forwards ? point_at (self, piece->from)->y + piece->from_at - piece->to_at
                      : point_at (self, piece->to)->y + piece->to_at - piece->from_at;
    }
  if (end > first)
    *wish = sum / (end - first);

  return end > first;
}

typedef struct {
  double weight;
  double mean;
  guint  length;
} Block;

/* The places nearest to all wishes that keep the order and the gaps: what would overlap is merged into a block that moves as one (pool
 * adjacent violators). */
static void
place_column (Layers   *self,
              GArray   *column,
              gboolean  forwards)
{
  g_autofree Block *blocks = g_new (Block, column->len + 1);
  g_autofree double *offsets = g_new (double, column->len + 1);
  guint n_blocks = 0;
  guint at = 0;

  for (guint i = 0; i < column->len; i++)
    {
      guint index = g_array_index (column, guint, i);
      Point *point = point_at (self, index);
      Point *above = i > 0 ? point_at (self, g_array_index (column, guint, i - 1)) : NULL;
      double wish = point->y;
      gboolean wishes = find_wish (self, index, forwards, &wish);
      Block block = { .weight = !wishes ? 0.01 : point->is_box ? 1 : 4, .length = 1 };

      offsets[i] = above != NULL ? offsets[i - 1] + above->height + gap_between (self, above, point) : 0;
      block.mean = wish - offsets[i];
      blocks[n_blocks++] = block;
      while (n_blocks > 1 && blocks[n_blocks - 2].mean > blocks[n_blocks - 1].mean)
        {
          Block *upper = &blocks[n_blocks - 2];
          const Block *lower = &blocks[n_blocks - 1];
          double weight = upper->weight + lower->weight;

          upper->mean = (upper->mean * upper->weight + lower->mean * lower->weight) / weight;
          upper->weight = weight;
          upper->length += lower->length;
          n_blocks--;
        }
    }
  for (guint i = 0; i < n_blocks; i++)
    for (guint j = 0; j < blocks[i].length; j++, at++)
      point_at (self, g_array_index (column, guint, at))->y = blocks[i].mean + offsets[at];
}

static void
place (Layers *self)
{
  for (guint i = 0; i < self->columns->len; i++)
    place_column (self, g_ptr_array_index (self->columns, i), TRUE);
  for (guint pass = 0; pass < PASSES; pass++)
    {
      for (guint i = self->columns->len; i > 0; i--)
        place_column (self, g_ptr_array_index (self->columns, i - 1), FALSE);
      for (guint i = 0; i < self->columns->len; i++)
        place_column (self, g_ptr_array_index (self->columns, i), TRUE);
    }
}

static void
give_places (Layers *self,
             double  gap_x,
             double *width,
             double *height)
{
  double top = G_MAXDOUBLE;
  double x = 0;

  *width = *height = 0;
  for (guint i = 0; i < self->n_boxes; i++)
    top = MIN (top, point_at (self, i)->y);
  for (guint i = 0; i < self->columns->len; i++)
    {
      GArray *column = g_ptr_array_index (self->columns, i);
      double widest = 0;

      for (guint j = 0; j < column->len; j++)
        {
          guint index = g_array_index (column, guint, j);
          EnlaceTidyBox *box = index < self->n_boxes ? &self->boxes[index] : NULL;

          if (box == NULL)
            continue;
          box->x = x;
          box->y = point_at (self, index)->y - top;
          widest = MAX (widest, box->width);
          *height = MAX (*height, box->y + box->height);
        }
      *width = MAX (*width, x + widest);
      x += widest + gap_x;
    }
}

void
enlace_tidy_layers (EnlaceTidyBox        *boxes,
                    guint                 n_boxes,
                    const EnlaceTidyLine *lines,
                    guint                 n_lines,
                    double                gap_x,
                    double                gap_y,
                    double               *width,
                    double               *height)
{
  Layers self = { .boxes = boxes, .n_boxes = n_boxes, .lines = lines, .n_lines = n_lines, .gap_y = gap_y };

  self.points = g_array_new (FALSE, TRUE, sizeof (Point));
  self.pieces = g_array_new (FALSE, TRUE, sizeof (Piece));
  self.columns = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  for (guint i = 0; i < n_boxes; i++)
    {
      Point point = { .height = boxes[i].height, .is_box = TRUE };

      g_array_append_val (self.points, point);
    }
  for (guint i = 0; i < n_lines; i++)
    {
      Piece piece = { .from = lines[i].from, .to = lines[i].to };

      g_array_append_val (self.pieces, piece);
    }

  index_all (&self);
  find_columns (&self);
  cut_lines (&self);
  index_all (&self);
  fill_columns (&self);
  order (&self);
  place (&self);
  give_places (&self, gap_x, width, height);

  g_array_unref (self.points);
  g_array_unref (self.pieces);
  g_ptr_array_unref (self.columns);
  g_free (self.first_out);
  g_free (self.out);
  g_free (self.first_in);
  g_free (self.in);
}
