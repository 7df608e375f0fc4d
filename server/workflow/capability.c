/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/capability.h"

#include <sodium.h>
#include <string.h>

#include "server/store/signals.h"
#include "server/workflow/engine-private.h"

/* A token's bytes: the run's id (16), the hash (24 of its 32 bytes), the step's key; a person's follows after a line feed, which no key has. */
#define ID_SIZE sizeof (EnlaceUuid)
#define HASH_SIZE 24
#define HEAD_SIZE (ID_SIZE + HASH_SIZE)
/* 16 loops in one another give a key of 64 + 16 × 20 characters at most. */
#define MAX_TEXT 512
#define MAX_TOKEN ((HEAD_SIZE + MAX_TEXT) * 4 / 3 + 4)

static const struct {
  const char *purpose;
  const char *path;
} capabilities[] = {
  [ENLACE_CAPABILITY_RESUME] = { "resume address", "resume" },
  [ENLACE_CAPABILITY_APPROVE] = { "approval link", "approve" },
};

static void
compute_hash (EnlaceVault      *vault,
              EnlaceCapability  capability,
              const EnlaceUuid *organisation_id,
              const guint8     *id,
              const char       *text,
              gsize             length,
              guint8            hash[ENLACE_VAULT_HASH_SIZE])
{
  g_autoptr(GByteArray) message = g_byte_array_sized_new (ID_SIZE + length);

  g_byte_array_append (message, id, ID_SIZE);
  g_byte_array_append (message, (const guint8 *) text, length);
  enlace_vault_hash (vault, organisation_id, capabilities[capability].purpose, message->data, message->len, hash);
}

/* RFC 4648, 5, without padding. */
static char *
to_base64url (const guint8 *data,
              gsize         length)
{
  char *text = g_base64_encode (data, length);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';

  return text;
}

/* NULL: it is not what to_base64url() writes. */
static guint8 *
from_base64url (const char *text,
                gsize      *length)
{
  gsize size = strlen (text);
  g_autofree char *standard = NULL;
  g_autofree guint8 *data = NULL;
  g_autofree char *again = NULL;

  if (size > MAX_TOKEN || strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != size)
    return NULL;

  standard = g_strconcat (text, &"==="[3 - (4 - size % 4) % 4], NULL);
  g_strdelimit (standard, "-", '+');
  g_strdelimit (standard, "_", '/');
  data = g_base64_decode (standard, length);
  again = to_base64url (data, *length);

  return strcmp (again, text) == 0 ? g_steal_pointer (&data) : NULL;
}

char *
enlace_capability_dup_token (EnlaceVault      *vault,
                             EnlaceCapability  capability,
                             const EnlaceUuid *organisation_id,
                             const EnlaceUuid *execution_id,
                             const char       *key,
                             int               person)
{
  g_autofree char *text = person >= 0 ? g_strdup_printf ("%s\n%d", key, person) : g_strdup (key);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  guint8 hash[ENLACE_VAULT_HASH_SIZE];

  compute_hash (vault, capability, organisation_id, execution_id->bytes, text, strlen (text), hash);
  g_byte_array_append (bytes, execution_id->bytes, ID_SIZE);
  g_byte_array_append (bytes, hash, HASH_SIZE);
  g_byte_array_append (bytes, (const guint8 *) text, strlen (text));

  return to_base64url (bytes->data, bytes->len);
}

char *
enlace_capability_dup_url (EnlaceEngine     *engine,
                           EnlaceCapability  capability,
                           const EnlaceUuid *organisation_id,
                           const EnlaceUuid *execution_id,
                           const char       *key,
                           int               person)
{
  g_autofree char *token = NULL;

  if (engine->public_url == NULL)
    return NULL;

  token = enlace_capability_dup_token (engine->vault, capability, organisation_id, execution_id, key, person);

  return g_strdup_printf ("%s/%s/%s", engine->public_url, capabilities[capability].path, token);
}

static gboolean
fail_unknown (GError **error)
{
  g_set_error_literal (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_NOT_FOUND, "There is no such address");
  return FALSE;
}

/* Whose run it says it is of: only that organisation's key can tell whether the token is one. */
static gboolean
find_owner (EnlaceEngine      *engine,
            const EnlaceUuid  *execution_id,
            EnlaceUuid        *organisation_id,
            GError           **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (engine->store);
  g_autoptr(GError) reason = NULL;
  gboolean is_found = enlace_signals_find_owner (reader, execution_id, organisation_id, &reason);

  enlace_store_release_reader (engine->store, reader);
  if (is_found)
    return TRUE;
  if (g_error_matches (reason, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
    return fail_unknown (error);

  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

gboolean
enlace_capability_read (EnlaceEngine            *engine,
                        EnlaceCapability         capability,
                        const char              *token,
                        EnlaceCapabilityTarget  *target,
                        GError                 **error)
{
  gsize length = 0;
  g_autofree guint8 *bytes = from_base64url (token, &length);
  guint8 hash[ENLACE_VAULT_HASH_SIZE];
  g_autofree char *text = NULL;
  char *person;

  *target = (EnlaceCapabilityTarget) { .person = ENLACE_CAPABILITY_ANYBODY };
  if (bytes == NULL || length <= HEAD_SIZE)
    return fail_unknown (error);

  memcpy (target->execution_id.bytes, bytes, ID_SIZE);
  if (!find_owner (engine, &target->execution_id, &target->organisation_id, error))
    return FALSE;

  compute_hash (engine->vault, capability, &target->organisation_id, bytes, (const char *) bytes + HEAD_SIZE, length - HEAD_SIZE, hash);
  if (sodium_memcmp (hash, bytes + ID_SIZE, HASH_SIZE) != 0)
    return fail_unknown (error);

  text = g_strndup ((const char *) bytes + HEAD_SIZE, length - HEAD_SIZE);
  if ((person = strchr (text, '\n')) != NULL)
    {
      *person = '\0';
      target->person = (int) g_ascii_strtoll (person + 1, NULL, 10);
    }
  target->key = g_steal_pointer (&text);

  return TRUE;
}

void
enlace_capability_target_clear (EnlaceCapabilityTarget *self)
{
  g_clear_pointer (&self->key, g_free);
}

static gboolean
get_capability (const EnlaceDocumentNode *node,
                EnlaceCapability         *capability)
{
  EnlaceValue *resumes;

  if (strcmp (node->type, "flow.approval") == 0)
    {
      *capability = ENLACE_CAPABILITY_APPROVE;
      return TRUE;
    }
  if (strcmp (node->type, "flow.wait") != 0)
    return FALSE;

  /* Where an expression says whether it can be resumed, it may be. */
  *capability = ENLACE_CAPABILITY_RESUME;
  resumes = enlace_value_get_member (node->parameters, "resume");

  return resumes != NULL && !enlace_value_is_null (resumes) && !(enlace_value_get_kind (resumes) == ENLACE_KIND_BOOL && !enlace_value_get_bool (resumes));
}

gboolean
enlace_capability_has_url (const EnlaceDocumentNode *node)
{
  EnlaceCapability capability;

  return get_capability (node, &capability);
}

EnlaceValue *
enlace_capability_dup_urls (EnlaceRun   *run,
                            EnlaceFrame *frame)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (; frame != NULL && run->engine->public_url != NULL; frame = frame->parent)
    for (guint i = 0; i < frame->region->n_steps; i++)
      {
        guint index = frame->region->steps[i];
        const EnlaceDocumentNode *node = run->plan->steps[index].node;
        g_autofree char *key = NULL;
        EnlaceCapability capability;

        if (!get_capability (node, &capability))
          continue;
        key = enlace_run_dup_signal_key (frame, index);
        enlace_map_builder_take_string (builder, node->id, enlace_capability_dup_url (run->engine, capability, &run->organisation_id, &run->id, key,
                                                                                      ENLACE_CAPABILITY_ANYBODY));
      }

  return enlace_map_builder_end (builder);
}
