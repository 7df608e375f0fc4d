/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/gui/app.h"
#include "tests/gui/push.h"

typedef struct {
  AtspiAccessible *item;
  AtspiAccessible *canvas;
} Drop;

static gboolean
is_in_view (TestApp  *app,
            gpointer  data)
{
  Drop *drop = data;
  int x, y, cx, cy, h;

  test_app_locate (app, drop->item, &x, &y, NULL, NULL);
  test_app_locate (app, drop->canvas, &cx, &cy, NULL, &h);
  return y > cy - h / 2 && y < cy + h / 2;
}

/* Looks for the step in the palette, where it may be far down, and drags it. */
static void
drop_step (TestApp    *app,
           const char *step,
           int         x,
           int         y)
{
  g_autoptr(AtspiAccessible) search = test_app_wait (app, ATSPI_ROLE_INVALID, "Search steps");
  g_autoptr(AtspiAccessible) list = test_app_wait (app, ATSPI_ROLE_LIST, "Steps");
  g_autoptr(AtspiAccessible) canvas = test_app_wait (app, ATSPI_ROLE_INVALID, "Workflow");
  g_autoptr(AtspiAccessible) item = NULL;
  int from_x, from_y, cx, cy, w, h;
  Drop drop;

  test_app_click (app, search);
  test_app_wait_focus (app, "Search steps");
  test_app_key (app, "Control+a");
  test_app_type (app, step);
  item = test_app_wait_in (app, list, ATSPI_ROLE_LIST_ITEM, step);
  drop = (Drop) { item, canvas };
  test_app_wait_until (app, is_in_view, &drop, step);

  test_app_locate (app, item, &from_x, &from_y, NULL, NULL);
  test_app_locate (app, canvas, &cx, &cy, &w, &h);
  test_app_drag (app, from_x, from_y, cx - w / 2 + x, cy - h / 2 + y);
}

/* Draws a line from an output port, `port_y` pixels below the middle of the card, to the other card's input port. */
static void
connect_cards (TestApp    *app,
               const char *from,
               int         port_y,
               const char *to)
{
  g_autoptr(AtspiAccessible) source = test_app_wait (app, ATSPI_ROLE_BUTTON, from);
  g_autoptr(AtspiAccessible) target = test_app_wait (app, ATSPI_ROLE_BUTTON, to);
  int from_x, from_y, from_width, to_x, to_y, to_width;

  test_app_locate (app, source, &from_x, &from_y, &from_width, NULL);
  test_app_locate (app, target, &to_x, &to_y, &to_width, NULL);
  test_app_drag (app, from_x + from_width / 2, from_y + port_y, to_x - to_width / 2, to_y);
}

/* Clicks into a text of the inspector and writes. */
static void
fill (TestApp    *app,
      const char *name,
      const char *text)
{
  g_autoptr(AtspiAccessible) entry = test_app_wait (app, ATSPI_ROLE_TEXT, name);

  test_app_click (app, entry);
  test_app_wait_focus (app, name);
  test_app_type (app, text);
}

/* Opens a list of choices and takes the second. */
static void
choose_second (TestApp    *app,
               const char *name)
{
  g_autoptr(AtspiAccessible) field = test_app_wait (app, ATSPI_ROLE_COMBO_BOX, name);

  test_app_click (app, field);
  g_object_unref (test_app_wait_in (app, field, ATSPI_ROLE_LIST_ITEM, NULL));
  test_app_key (app, "Down");
  test_app_key (app, "Return");
  g_object_unref (test_app_wait_in (app, field, ATSPI_ROLE_LABEL, NULL));
}

static void
draw_workflow (TestApp *app)
{
  drop_step (app, "Webhook", 130, 120);
  drop_step (app, "Condition", 430, 120);
  drop_step (app, "Map Fields", 130, 330);
  drop_step (app, "HTTP Request", 430, 330);
  drop_step (app, "Reply", 280, 520);
  connect_cards (app, "Webhook, *", 0, "Condition, *");
  connect_cards (app, "Condition, *", -16, "Map Fields, *");
  connect_cards (app, "Map Fields, *", 0, "HTTP Request, *");
  connect_cards (app, "HTTP Request, *", 0, "Reply, *");
}

static void
fill_forms (TestApp *app,
            guint    port)
{
  g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%u/pushes", port);

  test_app_press (app, ATSPI_ROLE_BUTTON, "Condition, *");
  test_app_press (app, ATSPI_ROLE_TOGGLE_BUTTON, "Edit as an Expression");
  fill (app, "Condition", TEST_PUSH_CONDITION);

  test_app_press (app, ATSPI_ROLE_BUTTON, "Map Fields, *");
  test_app_press (app, ATSPI_ROLE_BUTTON, "Add Field");
  fill (app, "Path of the Field", "repository");
  fill (app, "Value of the Field", "{{ trigger.body.repository.full_name }}");

  test_app_press (app, ATSPI_ROLE_BUTTON, "HTTP Request, *");
  choose_second (app, "Method");
  fill (app, "Address", address);
  fill (app, "Body", "{{ steps.map.output }}");
  choose_second (app, "Send Again After an Interruption");
}

static void
test_mouse (void)
{
  g_autoptr(TestSession) session = test_session_new (TEST_SESSION_PLAIN);
  g_autoptr(TestReceiver) receiver = NULL;
  g_autoptr(TestApp) app = NULL;
  g_autofree char *address = NULL;

  if (session == NULL)
    return g_test_skip ("Needs Xvfb, D-Bus, AT-SPI and gnome-keyring");

  receiver = test_receiver_new ();
  app = test_app_new (session);
  test_app_press (app, ATSPI_ROLE_BUTTON, "Build a Workflow");
  draw_workflow (app);
  fill_forms (app, test_receiver_get_port (receiver));
  test_push_try (app);
  address = test_push_publish (app);
  test_push_send (app, receiver, address);
  test_push_find_in_activity (app);
  test_app_quit (app);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/mouse/builds-tests-publishes-and-runs", test_mouse);

  return g_test_run ();
}
