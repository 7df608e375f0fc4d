/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/completion-control.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/value/json.h"
#include "src/builder/completion-braces.h"
#include "src/builder/completion-popover.h"

#define PAGE_LINES 7

/* Names that are in scope whether or not anything has run. */
static const char scope_schema[] =
  "{\"type\":\"object\",\"properties\":{\"trigger\":{\"type\":\"object\"},\"steps\":{\"type\":\"object\"}}}";

struct _EnlaceCompletionControl
{
  GObject                  parent_instance;

  GtkWidget               *owner;         /* borrowed; clears itself */
  GtkText                 *text;          /* borrowed; NULL when it is long */
  GtkTextView             *view;          /* borrowed; NULL when it is short */
  EnlaceCompletionPopover *popover;       /* child of owner, nullable: made at first use */

  EnlaceSample            *sample;
  EnlaceValue             *schema;
  gsize                    start;         /* of the expression of the open completion, in bytes of the text */
  int                      n_characters;  /* of the text, the last time */
  guint                    idle;          /* source */
  EnlaceParameterKind      kind;
  guint                    is_bare : 1;
  guint                    is_composing : 1;   /* the input method has the keys */
  guint                    is_taking : 1;
  guint                    is_dismissed : 1;   /* until another name begins */
  guint                    is_wanted : 1;      /* opens when there is something */
  guint                    is_asked : 1;       /* by the keyboard: opens with the first selected */
};

G_DEFINE_FINAL_TYPE (EnlaceCompletionControl, enlace_completion_control, G_TYPE_OBJECT)

static char *
dup_text (EnlaceCompletionControl *self)
{
  GtkTextIter start;
  GtkTextIter end;

  if (self->text != NULL)
    return g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->text)));

  gtk_text_buffer_get_bounds (gtk_text_view_get_buffer (self->view), &start, &end);

  return gtk_text_buffer_get_text (gtk_text_view_get_buffer (self->view), &start, &end, TRUE);
}

/* In characters. */
static int
get_cursor (EnlaceCompletionControl *self)
{
  int position;

  if (self->text != NULL)
    return gtk_editable_get_position (GTK_EDITABLE (self->text));

  g_object_get (gtk_text_view_get_buffer (self->view), "cursor-position", &position, NULL);

  return position;
}

static gboolean
has_selection (EnlaceCompletionControl *self)
{
  return self->text != NULL ? gtk_editable_get_selection_bounds (GTK_EDITABLE (self->text), NULL, NULL)
                            : gtk_text_buffer_get_has_selection (gtk_text_view_get_buffer (self->view));
}

static gboolean
is_open (EnlaceCompletionControl *self)
{
  return self->popover != NULL && gtk_widget_get_visible (GTK_WIDGET (self->popover));
}

/* Where the cursor is, in the owner's coordinates. */
static gboolean
find_cursor (EnlaceCompletionControl *self,
             GdkRectangle            *area)
{
  GtkWidget *target = self->text != NULL ? GTK_WIDGET (self->text) : GTK_WIDGET (self->view);
  graphene_point_t corner;
  graphene_point_t point;

  if (self->text != NULL)
    {
      graphene_rect_t strong;

      gtk_text_compute_cursor_extents (self->text, (gsize) get_cursor (self), &strong, NULL);
      *area = (GdkRectangle) { (int) strong.origin.x, (int) strong.origin.y, MAX (1, (int) strong.size.width), (int) strong.size.height };
    }
  else
    {
      gtk_text_view_get_cursor_locations (self->view, NULL, area, NULL);
      gtk_text_view_buffer_to_window_coords (self->view, GTK_TEXT_WINDOW_WIDGET, area->x, area->y, &area->x, &area->y);
      area->width = MAX (1, area->width);
    }

  corner = GRAPHENE_POINT_INIT ((float) area->x, (float) area->y);
  if (!gtk_widget_compute_point (target, self->owner, &corner, &point))
    return FALSE;

  area->x = (int) point.x;
  area->y = (int) point.y;

  return TRUE;
}

static gboolean
find_expression (EnlaceCompletionControl *self,
                 const char              *text,
                 gsize                    cursor,
                 gsize                   *start,
                 gsize                   *end)
{
  if (self->is_bare || (self->kind == ENLACE_PARAMETER_CONDITION && strstr (text, "{{") == NULL))
    {
      *start = 0;
      *end = strlen (text);
      return TRUE;
    }

  return enlace_completion_kind_has_braces (self->kind)
         && enlace_completion_find_braces (text, cursor, self->kind == ENLACE_PARAMETER_JSON, start, end);
}

static void
update_state (EnlaceCompletionControl *self)
{
  GtkAccessible *target = self->text != NULL ? GTK_ACCESSIBLE (self->text) : GTK_ACCESSIBLE (self->view);

  gtk_accessible_update_state (target, GTK_ACCESSIBLE_STATE_EXPANDED, is_open (self), -1);
}

static void
announce_selected (EnlaceCompletionControl *self)
{
  g_autofree char *text = enlace_completion_popover_describe (self->popover);

  if (text != NULL && is_open (self))
    gtk_accessible_announce (GTK_ACCESSIBLE (self->owner), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
announce_opened (EnlaceCompletionControl *self)
{
  guint n_items = enlace_completion_popover_get_n_items (self->popover);
  g_autofree char *text = NULL;

  if (n_items > 0)
    text = g_strdup_printf (ngettext ("%u suggestion", "%u suggestions", n_items), n_items);
  else
    text = g_strdup (enlace_completion_get_signature (enlace_completion_popover_get_completion (self->popover), 0)->text);
  gtk_accessible_announce (GTK_ACCESSIBLE (self->owner), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/* In a JSON text the expression stands inside of a string. `cursor`: a byte offset in it, which moves along. */
static char *
escape_quotes (const char *insert,
               gsize      *cursor)
{
  g_autoptr(GString) text = g_string_new (NULL);
  gsize before = *cursor;

  for (gsize i = 0; insert[i] != '\0'; i++)
    {
      if (insert[i] == '"' || insert[i] == '\\')
        {
          g_string_append_c (text, '\\');
          *cursor += i < before ? 1 : 0;
        }
      g_string_append_c (text, insert[i]);
    }

  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* Positions are in characters. */
static void
replace (EnlaceCompletionControl *self,
         int                      start,
         int                      end,
         const char              *insert,
         int                      cursor)
{
  GtkTextBuffer *buffer;
  GtkTextIter first;
  GtkTextIter last;

  if (self->text != NULL)
    {
      int position = start;

      gtk_editable_delete_text (GTK_EDITABLE (self->text), start, end);
      gtk_editable_insert_text (GTK_EDITABLE (self->text), insert, -1, &position);
      gtk_editable_set_position (GTK_EDITABLE (self->text), cursor);
      return;
    }

  buffer = gtk_text_view_get_buffer (self->view);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_get_iter_at_offset (buffer, &first, start);
  gtk_text_buffer_get_iter_at_offset (buffer, &last, end);
  gtk_text_buffer_delete (buffer, &first, &last);
  gtk_text_buffer_insert (buffer, &first, insert, -1);
  gtk_text_buffer_get_iter_at_offset (buffer, &first, cursor);
  gtk_text_buffer_place_cursor (buffer, &first);
  gtk_text_buffer_end_user_action (buffer);
}

static void queue_refresh (EnlaceCompletionControl *self);

static void
take (EnlaceCompletionControl *self,
      guint                    index)
{
  EnlaceCompletion *completion = enlace_completion_popover_get_completion (self->popover);
  const EnlaceCompletionItem *item = enlace_completion_get_item (completion, index);
  g_autofree char *text = dup_text (self);
  gsize cursor = item->cursor;
  g_autofree char *insert = self->kind == ENLACE_PARAMETER_JSON ? escape_quotes (item->insert, &cursor) : g_strdup (item->insert);
  gboolean is_call = item->kind == ENLACE_COMPLETION_FUNCTION && item->insert[item->cursor] != '\0';
  int start = (int) g_utf8_strlen (text, (gssize) (self->start + item->start));
  int end = (int) g_utf8_strlen (text, (gssize) (self->start + item->end));

  enlace_completion_control_close (self);
  self->is_taking = TRUE;
  replace (self, start, end, insert, start + (int) g_utf8_strlen (insert, (gssize) cursor));
  self->is_taking = FALSE;
  self->n_characters = (int) g_utf8_strlen (text, -1) - (end - start) + (int) g_utf8_strlen (insert, -1);

  /* Between the parentheses the arguments are of interest. */
  self->is_wanted = is_call;
  if (is_call)
    queue_refresh (self);
}

static void
taken_cb (EnlaceCompletionControl *self,
          guint                    index)
{
  take (self, index);
}

static void
ensure_popover (EnlaceCompletionControl *self)
{
  GtkAccessible *target = self->text != NULL ? GTK_ACCESSIBLE (self->text) : GTK_ACCESSIBLE (self->view);

  if (self->popover != NULL)
    return;

  self->popover = ENLACE_COMPLETION_POPOVER (enlace_completion_popover_new ());
  g_object_add_weak_pointer (G_OBJECT (self->popover), (gpointer *) &self->popover);
  gtk_widget_set_parent (GTK_WIDGET (self->popover), self->owner);
  g_signal_connect_object (self->popover, "taken", G_CALLBACK (taken_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->popover, "selected", G_CALLBACK (announce_selected), self, G_CONNECT_SWAPPED);
  gtk_accessible_update_relation (target, GTK_ACCESSIBLE_RELATION_CONTROLS, enlace_completion_popover_get_list (self->popover), NULL, -1);
}

/* Whether the one thing that could be written is what stands there. */
static gboolean
is_complete (EnlaceCompletion *completion,
             const char       *expression)
{
  const EnlaceCompletionItem *item;

  if (enlace_completion_get_n_items (completion) != 1)
    return FALSE;

  item = enlace_completion_get_item (completion, 0);

  return strlen (item->insert) == item->end - item->start && strncmp (expression + item->start, item->insert, item->end - item->start) == 0;
}

/* Where nothing of a name is typed yet, Return and Tab mean what they always mean. */
static gboolean
is_begun (EnlaceCompletion *completion,
          const char       *expression,
          gsize             cursor)
{
  const EnlaceCompletionItem *item = enlace_completion_get_item (completion, 0);

  return item->start < cursor || (cursor > 0 && strchr (".[", expression[cursor - 1]) != NULL);
}

static void
show (EnlaceCompletionControl *self,
      EnlaceCompletion        *completion,
      const char              *expression,
      gsize                    cursor)
{
  gboolean was_open = is_open (self);
  gboolean has_list = enlace_completion_get_n_items (completion) > 0 && !is_complete (completion, expression);
  gboolean is_selected = has_list && (self->is_asked || is_begun (completion, expression, cursor));
  GdkRectangle area;

  if ((!has_list && enlace_completion_get_n_signatures (completion) == 0) || !find_cursor (self, &area))
    {
      enlace_completion_free (completion);
      enlace_completion_control_close (self);
      return;
    }

  ensure_popover (self);
  enlace_completion_popover_set_completion (self->popover, completion, has_list, is_selected);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &area);
  gtk_popover_popup (GTK_POPOVER (self->popover));
  if (was_open)
    return;

  update_state (self);
  announce_opened (self);
}

static void
refresh (EnlaceCompletionControl *self)
{
  g_autofree char *text = NULL;
  g_autofree char *expression = NULL;
  g_autoptr(EnlaceValue) scope = NULL;
  gsize cursor;
  gsize end;

  if (self->owner == NULL || !gtk_widget_get_mapped (self->owner) || has_selection (self))
    return enlace_completion_control_close (self);

  text = dup_text (self);
  cursor = (gsize) (g_utf8_offset_to_pointer (text, get_cursor (self)) - text);
  if (!find_expression (self, text, cursor, &self->start, &end))
    return enlace_completion_control_close (self);

  if (cursor > 0 && !g_ascii_isalnum (text[cursor - 1]) && text[cursor - 1] != '_')
    self->is_dismissed = FALSE;
  if (self->is_dismissed)
    return;

  expression = g_strndup (text + self->start, end - self->start);
  scope = enlace_sample_dup_scope (self->sample);
  cursor -= self->start;
  show (self, enlace_completion_new (expression, (gssize) (end - self->start), cursor, scope, self->schema), expression, cursor);
}

static gboolean
idle_cb (gpointer user_data)
{
  EnlaceCompletionControl *self = user_data;

  self->idle = 0;
  if (self->is_wanted || is_open (self))
    refresh (self);
  self->is_wanted = FALSE;
  self->is_asked = FALSE;

  return G_SOURCE_REMOVE;
}

static void
queue_refresh (EnlaceCompletionControl *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add (idle_cb, self);
}

/* The text and its cursor change one after the other: an idle sees both. */
static void
cursor_moved_cb (EnlaceCompletionControl *self)
{
  if (is_open (self) && !self->is_taking)
    queue_refresh (self);
}

static void
preedit_cb (EnlaceCompletionControl *self,
            const char              *preedit)
{
  self->is_composing = preedit != NULL && *preedit != '\0';
}

/* Of the keys that are for the open list. */
static gboolean
press_in_list (EnlaceCompletionControl *self,
               guint                    keyval)
{
  guint selected = enlace_completion_popover_get_selected (self->popover);

  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      enlace_completion_popover_move (self->popover, -1);
      return TRUE;

    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      enlace_completion_popover_move (self->popover, 1);
      return TRUE;

    case GDK_KEY_Page_Up:
      enlace_completion_popover_move (self->popover, -PAGE_LINES);
      return TRUE;

    case GDK_KEY_Page_Down:
      enlace_completion_popover_move (self->popover, PAGE_LINES);
      return TRUE;

    case GDK_KEY_Tab:
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (selected == GTK_INVALID_LIST_POSITION)
        return FALSE;
      take (self, selected);
      return TRUE;

    default:
      return FALSE;
    }
}

static gboolean
key_pressed_cb (EnlaceCompletionControl *self,
                guint                    keyval,
                guint                    keycode,
                GdkModifierType          state)
{
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();

  if (self->is_composing)
    return FALSE;
  if (keyval == GDK_KEY_space && modifiers == GDK_CONTROL_MASK)
    {
      self->is_dismissed = FALSE;
      self->is_wanted = TRUE;
      self->is_asked = TRUE;
      queue_refresh (self);
      return TRUE;
    }
  if (modifiers != 0 || !is_open (self))
    return FALSE;
  if (keyval == GDK_KEY_Escape)
    {
      self->is_dismissed = TRUE;
      enlace_completion_control_close (self);
      return TRUE;
    }

  return enlace_completion_popover_get_n_items (self->popover) > 0 && press_in_list (self, keyval);
}

static void
enlace_completion_control_dispose (GObject *object)
{
  EnlaceCompletionControl *self = ENLACE_COMPLETION_CONTROL (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->popover != NULL)
    {
      g_object_remove_weak_pointer (G_OBJECT (self->popover), (gpointer *) &self->popover);
      g_clear_pointer ((GtkWidget **) &self->popover, gtk_widget_unparent);
    }
  g_clear_weak_pointer (&self->owner);
  g_clear_object (&self->sample);
  g_clear_pointer (&self->schema, enlace_value_unref);

  G_OBJECT_CLASS (enlace_completion_control_parent_class)->dispose (object);
}

static void
enlace_completion_control_class_init (EnlaceCompletionControlClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enlace_completion_control_dispose;
}

static void
enlace_completion_control_init (EnlaceCompletionControl *self)
{
  self->schema = enlace_json_parse (scope_schema, strlen (scope_schema), NULL);
}

EnlaceCompletionControl *
enlace_completion_control_new (GtkWidget           *owner,
                               GtkWidget           *target,
                               EnlaceSample        *sample,
                               EnlaceParameterKind  kind)
{
  EnlaceCompletionControl *self;
  GtkEventController *keys = gtk_event_controller_key_new ();
  GObject *cursor;

  g_return_val_if_fail (GTK_IS_WIDGET (owner), NULL);
  g_return_val_if_fail (GTK_IS_TEXT (target) || GTK_IS_TEXT_VIEW (target), NULL);
  g_return_val_if_fail (ENLACE_IS_SAMPLE (sample), NULL);

  self = g_object_new (ENLACE_TYPE_COMPLETION_CONTROL, NULL);
  g_set_weak_pointer (&self->owner, owner);
  self->text = GTK_IS_TEXT (target) ? GTK_TEXT (target) : NULL;
  self->view = GTK_IS_TEXT_VIEW (target) ? GTK_TEXT_VIEW (target) : NULL;
  self->sample = g_object_ref (sample);
  self->kind = kind;

  /* Before the text widget and its input method see them. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (owner, keys);
  cursor = self->text != NULL ? G_OBJECT (target) : G_OBJECT (gtk_text_view_get_buffer (self->view));
  g_signal_connect_object (cursor, "notify::cursor-position", G_CALLBACK (cursor_moved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "preedit-changed", G_CALLBACK (preedit_cb), self, G_CONNECT_SWAPPED);
  gtk_accessible_update_property (GTK_ACCESSIBLE (target), GTK_ACCESSIBLE_PROPERTY_AUTOCOMPLETE, GTK_ACCESSIBLE_AUTOCOMPLETE_LIST,
                                  GTK_ACCESSIBLE_PROPERTY_HAS_POPUP, TRUE, -1);

  return self;
}

void
enlace_completion_control_set_bare (EnlaceCompletionControl *self,
                                    gboolean                 is_bare)
{
  g_return_if_fail (ENLACE_IS_COMPLETION_CONTROL (self));

  self->is_bare = is_bare;
}

void
enlace_completion_control_typed (EnlaceCompletionControl *self)
{
  g_autofree char *text = NULL;
  int n_characters;

  g_return_if_fail (ENLACE_IS_COMPLETION_CONTROL (self));

  text = dup_text (self);
  n_characters = (int) g_utf8_strlen (text, -1);
  /* What is deleted, or comes in as a whole, opens nothing. */
  if (!self->is_taking && n_characters == self->n_characters + 1)
    self->is_wanted = TRUE;
  self->n_characters = n_characters;
  if (!self->is_taking)
    queue_refresh (self);
}

void
enlace_completion_control_reset (EnlaceCompletionControl *self)
{
  g_autofree char *text = NULL;

  g_return_if_fail (ENLACE_IS_COMPLETION_CONTROL (self));

  text = dup_text (self);
  self->n_characters = (int) g_utf8_strlen (text, -1);
  enlace_completion_control_close (self);
}

void
enlace_completion_control_close (EnlaceCompletionControl *self)
{
  g_return_if_fail (ENLACE_IS_COMPLETION_CONTROL (self));

  self->is_wanted = FALSE;
  if (!is_open (self))
    return;

  gtk_popover_popdown (GTK_POPOVER (self->popover));
  update_state (self);
}
