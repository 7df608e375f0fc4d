/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "src/widgets/page.h"

#include "src/widgets/list-follow.h"
#include "src/widgets/list-state.h"
#include "src/widgets/status.h"
#include "tests/src/support/wait.h"

/* The class is abstract. */
#define TEST_TYPE_PAGE (test_page_get_type ())
G_DECLARE_FINAL_TYPE (TestPage, test_page, TEST, PAGE, EnlacePage)

struct _TestPage
{
  EnlacePage parent_instance;
};

G_DEFINE_FINAL_TYPE (TestPage, test_page, ENLACE_TYPE_PAGE)

static void
test_page_class_init (TestPageClass *klass)
{
}

static void
test_page_init (TestPage *self)
{
}

/* In a window, as it is used. */
static EnlacePage *
new_page (GtkWindow **window)
{
  EnlacePage *page = g_object_new (TEST_TYPE_PAGE, "title", "Test", NULL);
  GtkWidget *view = adw_navigation_view_new ();

  *window = GTK_WINDOW (gtk_window_new ());
  enlace_page_set_content (page, gtk_label_new ("Content"));
  adw_navigation_view_add (ADW_NAVIGATION_VIEW (view), ADW_NAVIGATION_PAGE (page));
  gtk_window_set_child (*window, view);
  gtk_window_present (*window);

  return page;
}

static GtkWidget *
find (GtkWidget *widget,
      GType      type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && gtk_widget_get_visible (widget))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
shows_progress (gpointer page)
{
  return find (page, GTK_TYPE_PROGRESS_BAR) != NULL;
}

static gboolean
shows_no_progress (gpointer page)
{
  return find (page, GTK_TYPE_PROGRESS_BAR) == NULL;
}

static gboolean
shows_failure (gpointer widget)
{
  if (GTK_IS_LABEL (widget) && g_strcmp0 (gtk_label_get_label (widget), "It hangs & fails") == 0)
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (shows_failure (child))
      return TRUE;

  return FALSE;
}

static void
test_shows_what_takes_long (void)
{
  g_autoptr(DexPromise) promise = dex_promise_new ();
  GtkWindow *window;
  EnlacePage *page = new_page (&window);

  enlace_page_run (page, "Working…", dex_ref (promise));
  g_assert_true (enlace_page_get_busy (page));
  g_assert_true (shows_no_progress (page));
  test_wait_until (shows_progress, page);

  dex_promise_resolve_boolean (promise, TRUE);
  test_wait_until (shows_no_progress, page);
  g_assert_false (enlace_page_get_busy (page));
  g_assert_false (shows_failure (GTK_WIDGET (page)));

  gtk_window_destroy (window);
}

static void
test_says_what_failed (void)
{
  GtkWindow *window;
  EnlacePage *page = new_page (&window);

  enlace_page_run (page, "Working…", dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_FAILED, "It hangs & fails"));
  test_wait_until (shows_failure, page);
  g_assert_false (enlace_page_get_busy (page));

  gtk_window_destroy (window);
}

static void
test_passes_over_what_was_cancelled (void)
{
  GtkWindow *window;
  EnlacePage *page = new_page (&window);

  enlace_page_run (page, "Working…", dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_CANCELLED, "It hangs & fails"));
  test_run_pending ();
  g_assert_false (shows_failure (GTK_WIDGET (page)));

  gtk_window_destroy (window);
}

static void
test_drops_its_work_when_it_goes (void)
{
  g_autoptr(DexPromise) promise = dex_promise_new_cancellable ();
  g_autoptr(GCancellable) cancellable = g_object_ref (dex_promise_get_cancellable (promise));
  EnlacePage *page = g_object_ref_sink (g_object_new (TEST_TYPE_PAGE, NULL));

  enlace_page_run (page, "Working…", dex_ref (promise));
  g_assert_false (g_cancellable_is_cancelled (cancellable));
  g_assert_finalize_object (page);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
}

static void
test_chooses_what_a_list_shows (void)
{
  g_autoptr(GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "No");

  g_assert_cmpstr (enlace_list_state_choose (FALSE, NULL, 0, 0), ==, "loading");
  g_assert_cmpstr (enlace_list_state_choose (TRUE, error, 0, 0), ==, "error");
  g_assert_cmpstr (enlace_list_state_choose (TRUE, NULL, 0, 0), ==, "empty");
  g_assert_cmpstr (enlace_list_state_choose (TRUE, NULL, 3, 0), ==, "nothing");
  g_assert_cmpstr (enlace_list_state_choose (TRUE, NULL, 3, 3), ==, "list");
  /* What is there stays to be seen. */
  g_assert_cmpstr (enlace_list_state_choose (FALSE, NULL, 3, 3), ==, "list");
  g_assert_cmpstr (enlace_list_state_choose (TRUE, error, 3, 3), ==, "list");
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  gtk_list_item_set_child (item, gtk_label_new ("Row"));
}

static void
put_first (GtkStringList *strings)
{
  const char *first[] = { "new", "newer", NULL };

  gtk_string_list_splice (strings, 0, 0, first);
}

static gboolean
is_laid_out (gpointer adjustment)
{
  return gtk_adjustment_get_upper (adjustment) > gtk_adjustment_get_page_size (adjustment);
}

typedef struct {
  GtkAdjustment *adjustment;
  double         upper;
} Growth;

static gboolean
has_grown (gpointer data)
{
  Growth *growth = data;

  return gtk_adjustment_get_upper (growth->adjustment) > growth->upper;
}

static void
test_a_list_shows_what_comes_first (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkStringList *strings = gtk_string_list_new (NULL);
  GtkWidget *view;
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *window = gtk_window_new ();
  Growth growth = { NULL, 0 };
  double before;

  for (int i = 0; i < 200; i++)
    gtk_string_list_append (strings, "old");
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  view = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (strings)))), factory);
  enlace_list_follow_beginning (GTK_LIST_VIEW (view));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 300, 300);
  gtk_window_set_child (GTK_WINDOW (window), scroller);
  gtk_window_present (GTK_WINDOW (window));
  growth.adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  test_wait_until (is_laid_out, growth.adjustment);

  growth.upper = gtk_adjustment_get_upper (growth.adjustment);
  put_first (strings);
  test_wait_until (has_grown, &growth);
  g_assert_cmpfloat (gtk_adjustment_get_value (growth.adjustment), ==, 0);

  gtk_adjustment_set_value (growth.adjustment, 1000);
  test_run_pending ();
  before = gtk_adjustment_get_value (growth.adjustment);
  growth.upper = gtk_adjustment_get_upper (growth.adjustment);
  put_first (strings);
  test_wait_until (has_grown, &growth);
  g_assert_cmpfloat (gtk_adjustment_get_value (growth.adjustment), >=, before);

  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (strings);
}

static void
test_a_status_is_more_than_a_colour (void)
{
  const char *names[] = { "queued", "running", "waiting", "unknown", "completed", "failed", "cancelled", "skipped" };
  g_autoptr(GHashTable) icons = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GtkWidget *image = g_object_ref_sink (gtk_image_new ());

      enlace_status_show (GTK_IMAGE (image), names[i]);
      g_assert_cmpstr (enlace_status_get_title (names[i]), !=, names[i]);
      g_assert_cmpstr (gtk_widget_get_tooltip_text (image), ==, enlace_status_get_title (names[i]));
      g_assert_true (g_hash_table_add (icons, (gpointer) g_intern_string (gtk_image_get_icon_name (GTK_IMAGE (image)))));
      g_object_unref (image);
    }
  g_assert_cmpstr (enlace_status_get_title ("odd"), ==, "odd");
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  dex_init ();

  g_test_add_func ("/widgets/page/shows-what-takes-long", test_shows_what_takes_long);
  g_test_add_func ("/widgets/page/says-what-failed", test_says_what_failed);
  g_test_add_func ("/widgets/page/passes-over-what-was-cancelled", test_passes_over_what_was_cancelled);
  g_test_add_func ("/widgets/page/drops-its-work-when-it-goes", test_drops_its_work_when_it_goes);
  g_test_add_func ("/widgets/list-state/chooses-what-a-list-shows", test_chooses_what_a_list_shows);
  g_test_add_func ("/widgets/list-follow/shows-what-comes-first", test_a_list_shows_what_comes_first);
  g_test_add_func ("/widgets/status/is-more-than-a-colour", test_a_status_is_more_than_a_colour);

  return g_test_run ();
}
