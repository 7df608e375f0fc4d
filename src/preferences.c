/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace"

#include "config.h"

#include "src/preferences.h"

struct _EnlacePreferences
{
  AdwPreferencesDialog  parent_instance;

  /* Template children */
  AdwComboRow          *appearance;
};

/* In the order of the row's choices. */
static const char *const color_schemes[] = { "system", "light", "dark" };

G_DEFINE_FINAL_TYPE (EnlacePreferences, enlace_preferences, ADW_TYPE_PREFERENCES_DIALOG)

static gboolean
color_scheme_to_choice (GValue   *value,
                        GVariant *variant,
                        gpointer  user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (color_schemes); i++)
    if (g_str_equal (color_schemes[i], g_variant_get_string (variant, NULL)))
      {
        g_value_set_uint (value, i);
        return TRUE;
      }

  return FALSE;
}

static GVariant *
choice_to_color_scheme (const GValue       *value,
                        const GVariantType *type,
                        gpointer            user_data)
{
  guint choice = g_value_get_uint (value);

  return choice < G_N_ELEMENTS (color_schemes) ? g_variant_new_string (color_schemes[choice]) : NULL;
}

static void
enlace_preferences_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_PREFERENCES);

  G_OBJECT_CLASS (enlace_preferences_parent_class)->dispose (object);
}

static void
enlace_preferences_class_init (EnlacePreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_preferences_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlacePreferences, appearance);
}

static void
enlace_preferences_init (EnlacePreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
enlace_preferences_new (GSettings *settings)
{
  EnlacePreferences *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (ENLACE_TYPE_PREFERENCES, NULL);
  g_settings_bind_with_mapping (settings, "color-scheme", self->appearance, "selected", G_SETTINGS_BIND_DEFAULT,
                                color_scheme_to_choice, choice_to_color_scheme, NULL, NULL);

  return ADW_DIALOG (self);
}
