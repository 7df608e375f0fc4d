/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/retry-field.h"

#include <glib/gi18n.h>

#include "src/builder/retry-words.h"

struct _EnlaceRetryField
{
  AdwPreferencesGroup  parent_instance;

  AdwExpanderRow      *expander;
  AdwSpinRow          *attempts;
  AdwSpinRow          *first;      /* seconds */
  AdwSpinRow          *factor;
  AdwSpinRow          *longest;    /* seconds */

  EnlaceValue         *value;      /* as it was set; nullable */
  gboolean             is_setting;
};

enum {
  CHANGED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlaceRetryField, enlace_retry_field, ADW_TYPE_PREFERENCES_GROUP)

static guint signals[N_SIGNALS];

static void
read_form (EnlaceRetryField *self,
           EnlaceRetry      *retry)
{
  retry->max_attempts = (gint64) adw_spin_row_get_value (self->attempts);
  retry->initial_ms = (gint64) (adw_spin_row_get_value (self->first) * 1000);
  retry->factor = adw_spin_row_get_value (self->factor);
  retry->max_ms = MAX ((gint64) (adw_spin_row_get_value (self->longest) * 1000), retry->initial_ms);
}

static void
update_words (EnlaceRetryField *self)
{
  EnlaceRetry retry;
  g_autofree char *words = NULL;

  read_form (self, &retry);
  words = enlace_retry_describe (adw_expander_row_get_enable_expansion (self->expander) ? &retry : NULL);
  adw_expander_row_set_subtitle (self->expander, words);
}

static void
changed_cb (EnlaceRetryField *self)
{
  if (self->is_setting)
    return;

  update_words (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
enlace_retry_field_finalize (GObject *object)
{
  g_clear_pointer (&ENLACE_RETRY_FIELD (object)->value, enlace_value_unref);

  G_OBJECT_CLASS (enlace_retry_field_parent_class)->finalize (object);
}

static void
enlace_retry_field_class_init (EnlaceRetryFieldClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enlace_retry_field_finalize;

  signals[CHANGED] = g_signal_new ("changed", ENLACE_TYPE_RETRY_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static AdwSpinRow *
add_spin (EnlaceRetryField *self,
          const char       *title,
          double            minimum,
          double            maximum,
          double            step,
          guint             digits)
{
  GtkWidget *row = adw_spin_row_new_with_range (minimum, maximum, step);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_spin_row_set_digits (ADW_SPIN_ROW (row), digits);
  adw_expander_row_add_row (self->expander, row);
  g_signal_connect_object (row, "notify::value", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);

  return ADW_SPIN_ROW (row);
}

static void
enlace_retry_field_init (EnlaceRetryField *self)
{
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("If It Fails"));
  self->expander = ADW_EXPANDER_ROW (adw_expander_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->expander), _("Try Again"));
  adw_expander_row_set_show_enable_switch (self->expander, TRUE);
  adw_expander_row_set_subtitle_lines (self->expander, 2);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->expander));

  self->attempts = add_spin (self, _("Tries in All"), 2, 100, 1, 0);
  self->first = add_spin (self, _("First Wait in Seconds"), 0, 86400, 1, 1);
  /* Translators: each wait between two tries is this many times as long as the one before */
  self->factor = add_spin (self, _("Each Wait Longer By Factor"), 1, 100, 0.5, 1);
  self->longest = add_spin (self, _("Longest Wait in Seconds"), 0, 86400, 10, 1);
  g_signal_connect_object (self->expander, "notify::enable-expansion", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
enlace_retry_field_new (void)
{
  return g_object_new (ENLACE_TYPE_RETRY_FIELD, NULL);
}

void
enlace_retry_field_set_value (EnlaceRetryField *self,
                              EnlaceValue      *value)
{
  g_autoptr(EnlaceValue) shown = NULL;
  EnlaceRetry retry;
  gboolean is_on;

  g_return_if_fail (ENLACE_IS_RETRY_FIELD (self));

  shown = enlace_retry_field_get_value (self);
  if (shown != NULL && value != NULL && enlace_value_equal (shown, value))
    return;

  if (value != NULL)
    enlace_value_ref (value);
  g_clear_pointer (&self->value, enlace_value_unref);
  self->value = value;

  is_on = enlace_retry_read (&retry, value);
  self->is_setting = TRUE;
  adw_spin_row_set_value (self->attempts, (double) retry.max_attempts);
  adw_spin_row_set_value (self->first, (double) retry.initial_ms / 1000);
  adw_spin_row_set_value (self->factor, retry.factor);
  adw_spin_row_set_value (self->longest, (double) retry.max_ms / 1000);
  adw_expander_row_set_enable_expansion (self->expander, is_on);
  if (!is_on)
    adw_expander_row_set_expanded (self->expander, FALSE);
  self->is_setting = FALSE;
  update_words (self);
}

EnlaceValue *
enlace_retry_field_get_value (EnlaceRetryField *self)
{
  EnlaceRetry retry;

  g_return_val_if_fail (ENLACE_IS_RETRY_FIELD (self), NULL);

  if (!adw_expander_row_get_enable_expansion (self->expander))
    return NULL;

  read_form (self, &retry);

  return enlace_retry_to_value (&retry, self->value);
}
