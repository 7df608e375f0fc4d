/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "src/client/resource-list.h"


#define PAGE_SIZE 50
/* What the live feed brings beyond this is let go again, from the end: it is on the server. */
#define MAX_ITEMS 2000

struct _EnlaceResourceList
{
  GObject               parent_instance;

  EnlaceClient         *client;
  GPtrArray            *items;        /* EnlaceResource, ids descending: ids begin with their time (UUIDv7) */
  DexFuture            *request;      /* the page that is being read */
  /* What the live feed told since the first page was asked for (id → resource, NULL: it is gone): newer than the page. */
  GHashTable           *news;
  char                 *query;
  char                 *cursor;       /* of the next page */
  GError               *error;
  EnlaceListFilterFunc  filter_func;
  gpointer              filter_data;
  GDestroyNotify        filter_destroy;
  GType                 type;
  EnlaceListState       state;
  gboolean              has_more;
};

enum {
  PROP_0,
  PROP_STATE,
  PROP_HAS_MORE,
  PROP_N_ITEMS,
  N_PROPS
};

static GType
get_item_type (GListModel *model)
{
  return ENLACE_RESOURCE_LIST (model)->type;
}

static guint
get_n_items (GListModel *model)
{
  return ENLACE_RESOURCE_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  EnlaceResourceList *self = ENLACE_RESOURCE_LIST (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_ENUM_TYPE (EnlaceListState, enlace_list_state,
                    G_DEFINE_ENUM_VALUE (ENLACE_LIST_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (ENLACE_LIST_LOADING, "loading"),
                    G_DEFINE_ENUM_VALUE (ENLACE_LIST_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (ENLACE_LIST_FAILED, "failed"))

G_DEFINE_FINAL_TYPE_WITH_CODE (EnlaceResourceList, enlace_resource_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GParamSpec *properties[N_PROPS];

static void
items_changed (EnlaceResourceList *self,
               guint               position,
               guint               removed,
               guint               added)
{
  if (removed == 0 && added == 0)
    return;

  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  if (removed != added)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

static void
set_state (EnlaceResourceList *self,
           EnlaceListState     state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* Where the id is, or else where it belongs. */
static gboolean
find (EnlaceResourceList *self,
      const char         *id,
      guint              *position)
{
  guint low = 0;
  guint high = self->items->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      int order = g_strcmp0 (enlace_resource_get_id (self->items->pdata[middle]), id);

      if (order == 0)
        {
          *position = middle;
          return TRUE;
        }
      if (order > 0)
        low = middle + 1;
      else
        high = middle;
    }

  *position = low;
  return FALSE;
}

static void
remove_at (EnlaceResourceList *self,
           guint               position)
{
  g_ptr_array_remove_index (self->items, position);
  items_changed (self, position, 1, 0);
}

/* Appends what the page holds, which is older than all that is there but for what the feed brought meanwhile. */
static void
add_page (EnlaceResourceList *self,
          JsonArray          *page)
{
  for (guint i = 0; i < json_array_get_length (page); i++)
    {
      JsonObject *object = json_array_get_object_element (page, i);
      g_autoptr(EnlaceResource) resource = NULL;
      guint position;

      resource = object != NULL ? enlace_client_adopt_quietly (self->client, self->type, object) : NULL;
      if (resource == NULL || find (self, enlace_resource_get_id (resource), &position))
        continue;

      g_ptr_array_insert (self->items, position, g_object_ref (resource));
      items_changed (self, position, 0, 1);
    }
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  return -g_strcmp0 (enlace_resource_get_id (*(EnlaceResource **) a), enlace_resource_get_id (*(EnlaceResource **) b));
}

static GPtrArray *
read_first_page (EnlaceResourceList *self,
                 JsonArray          *page)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer resource;

  for (guint i = 0; i < json_array_get_length (page); i++)
    {
      JsonObject *object = json_array_get_object_element (page, i);

      resource = object != NULL ? enlace_client_adopt_quietly (self->client, self->type, object) : NULL;
      if (resource != NULL && g_hash_table_contains (self->news, enlace_resource_get_id (resource)))
        g_object_unref (resource);
      else if (resource != NULL)
        g_ptr_array_add (items, resource);
    }

  g_hash_table_iter_init (&iter, self->news);
  while (g_hash_table_iter_next (&iter, NULL, &resource))
    if (resource != NULL)
      g_ptr_array_add (items, g_object_ref (resource));
  g_ptr_array_sort (items, compare_ids);

  return items;
}

static gboolean
is_same (GPtrArray *a,
         GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (a->pdata[i] != b->pdata[i])
      return FALSE;

  return TRUE;
}

/* The first page says what is there as far as it reaches; the rest is asked for again when it is needed. */
static void
replace_by_page (EnlaceResourceList *self,
                 JsonArray          *page)
{
  g_autoptr(GPtrArray) old = self->items;

  self->items = read_first_page (self, page);
  if (!is_same (old, self->items))
    items_changed (self, 0, old->len, self->items->len);
}

static void
set_next (EnlaceResourceList *self,
          const char         *cursor)
{
  gboolean has_more = cursor != NULL;

  g_set_str (&self->cursor, cursor);
  if (self->has_more == has_more)
    return;

  self->has_more = has_more;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_MORE]);
}

typedef struct {
  EnlaceResourceList *list;  /* not owned: the list drops the request when it goes */
  gboolean            first;
} Page;

static DexFuture *
page_cb (DexFuture *future,
         gpointer   user_data)
{
  Page *page = user_data;
  EnlaceResourceList *self = page->list;
  g_autoptr(GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  JsonObject *object = NULL;

  if (value != NULL)
    object = enlace_client_reply_get_object (g_value_get_boxed (value), &error);
  if (object != NULL && json_object_has_member (object, "items"))
    {
      g_clear_error (&self->error);
      if (page->first)
        replace_by_page (self, json_object_get_array_member (object, "items"));
      else
        add_page (self, json_object_get_array_member (object, "items"));
      set_next (self, json_object_get_null_member (object, "next_cursor") ?
                        NULL : json_object_get_string_member_with_default (object, "next_cursor", NULL));
      set_state (self, ENLACE_LIST_READY);
    }
  else if (error != NULL)
    {
      g_clear_error (&self->error);
      self->error = g_steal_pointer (&error);
      set_state (self, ENLACE_LIST_FAILED);
    }

  return dex_future_new_for_boolean (TRUE);
}

static void
request (EnlaceResourceList *self,
         gboolean            first)
{
  g_autoptr(EnlaceResourceClass) klass = g_type_class_ref (self->type);
  g_autoptr(GString) path = g_string_new (klass->collection);
  Page *page = g_new0 (Page, 1);

  g_string_append_printf (path, "?limit=%d", PAGE_SIZE);
  if (self->query != NULL && *self->query != '\0')
    g_string_append_printf (path, "&%s", self->query);
  if (!first)
    {
      g_string_append (path, "&cursor=");
      g_string_append_uri_escaped (path, self->cursor, NULL, FALSE);
    }

  page->list = self;
  page->first = first;
  if (first)
    g_hash_table_remove_all (self->news);
  dex_clear (&self->request);
  set_state (self, ENLACE_LIST_LOADING);
  self->request = dex_future_finally (enlace_client_call (self->client, "GET", path->str, NULL, NULL), page_cb, page,
                                      g_free);
}

static gboolean
belongs (EnlaceResourceList *self,
         EnlaceResource     *resource,
         guint               position)
{
  if (self->filter_func != NULL && !self->filter_func (resource, self->filter_data))
    return FALSE;

  /* Below the last page that was read it comes with its own page. */
  return position < self->items->len || !self->has_more;
}

static void
changed_cb (EnlaceResourceList *self,
            EnlaceResource     *resource,
            EnlaceClient       *client)
{
  gboolean is_there;
  guint position;

  if (G_OBJECT_TYPE (resource) != self->type || self->state == ENLACE_LIST_IDLE)
    return;

  is_there = find (self, enlace_resource_get_id (resource), &position);
  if (belongs (self, resource, position) == is_there)
    return;

  g_hash_table_replace (self->news, g_strdup (enlace_resource_get_id (resource)),
                        is_there ? NULL : g_object_ref (resource));
  if (is_there)
    {
      remove_at (self, position);
    }
  else
    {
      g_ptr_array_insert (self->items, position, g_object_ref (resource));
      items_changed (self, position, 0, 1);
    }

  if (self->items->len > MAX_ITEMS && self->state == ENLACE_LIST_READY)
    request (self, TRUE);
}

static void
removed_cb (EnlaceResourceList *self,
            const char         *kind,
            const char         *id,
            EnlaceClient       *client)
{
  g_autoptr(EnlaceResourceClass) klass = g_type_class_ref (self->type);
  guint position;

  if (!g_str_equal (kind, klass->kind))
    return;

  g_hash_table_replace (self->news, g_strdup (id), NULL);
  if (find (self, id, &position))
    remove_at (self, position);
}

static void
reset_cb (EnlaceResourceList *self,
          EnlaceClient       *client)
{
  if (self->state != ENLACE_LIST_IDLE)
    enlace_resource_list_reload (self);
}

static void
enlace_resource_list_dispose (GObject *object)
{
  EnlaceResourceList *self = ENLACE_RESOURCE_LIST (object);

  dex_clear (&self->request);
  g_clear_object (&self->client);
  if (self->filter_destroy != NULL)
    g_clear_pointer (&self->filter_data, self->filter_destroy);
  self->filter_func = NULL;

  G_OBJECT_CLASS (enlace_resource_list_parent_class)->dispose (object);
}

static void
enlace_resource_list_finalize (GObject *object)
{
  EnlaceResourceList *self = ENLACE_RESOURCE_LIST (object);

  g_ptr_array_unref (self->items);
  g_hash_table_unref (self->news);
  g_free (self->query);
  g_free (self->cursor);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (enlace_resource_list_parent_class)->finalize (object);
}

static void
enlace_resource_list_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  EnlaceResourceList *self = ENLACE_RESOURCE_LIST (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    case PROP_HAS_MORE:
      g_value_set_boolean (value, self->has_more);
      break;

    case PROP_N_ITEMS:
      g_value_set_uint (value, self->items->len);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_resource_list_class_init (EnlaceResourceListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = enlace_resource_list_dispose;
  object_class->finalize = enlace_resource_list_finalize;
  object_class->get_property = enlace_resource_list_get_property;

  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, ENLACE_TYPE_LIST_STATE, ENLACE_LIST_IDLE, flags);
  properties[PROP_HAS_MORE] = g_param_spec_boolean ("has-more", NULL, NULL, FALSE, flags);
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
unref_news (gpointer resource)
{
  if (resource != NULL)
    g_object_unref (resource);
}

static void
enlace_resource_list_init (EnlaceResourceList *self)
{
  self->news = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_news);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

EnlaceResourceList *
enlace_resource_list_new (EnlaceClient *client,
                          GType         type)
{
  EnlaceResourceList *self;

  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);
  g_return_val_if_fail (g_type_is_a (type, ENLACE_TYPE_RESOURCE), NULL);

  self = g_object_new (ENLACE_TYPE_RESOURCE_LIST, NULL);
  self->client = g_object_ref (client);
  self->type = type;
  g_signal_connect_object (client, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "removed", G_CALLBACK (removed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "reset", G_CALLBACK (reset_cb), self, G_CONNECT_SWAPPED);

  return self;
}

void
enlace_resource_list_set_filter (EnlaceResourceList   *self,
                                 const char           *query,
                                 EnlaceListFilterFunc  func,
                                 gpointer              user_data,
                                 GDestroyNotify        destroy)
{
  g_return_if_fail (ENLACE_IS_RESOURCE_LIST (self));

  if (self->filter_destroy != NULL)
    self->filter_destroy (self->filter_data);
  self->filter_func = func;
  self->filter_data = user_data;
  self->filter_destroy = destroy;
  g_set_str (&self->query, query);

  if (self->state != ENLACE_LIST_IDLE)
    enlace_resource_list_reload (self);
}

void
enlace_resource_list_reload (EnlaceResourceList *self)
{
  g_return_if_fail (ENLACE_IS_RESOURCE_LIST (self));

  request (self, TRUE);
}

void
enlace_resource_list_load_more (EnlaceResourceList *self)
{
  g_return_if_fail (ENLACE_IS_RESOURCE_LIST (self));

  if (self->has_more && self->state == ENLACE_LIST_READY)
    request (self, FALSE);
}

EnlaceListState
enlace_resource_list_get_state (EnlaceResourceList *self)
{
  g_return_val_if_fail (ENLACE_IS_RESOURCE_LIST (self), ENLACE_LIST_IDLE);

  return self->state;
}

gboolean
enlace_resource_list_get_has_more (EnlaceResourceList *self)
{
  g_return_val_if_fail (ENLACE_IS_RESOURCE_LIST (self), FALSE);

  return self->has_more;
}

const GError *
enlace_resource_list_get_error (EnlaceResourceList *self)
{
  g_return_val_if_fail (ENLACE_IS_RESOURCE_LIST (self), NULL);

  return self->error;
}
