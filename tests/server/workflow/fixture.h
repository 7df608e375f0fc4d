/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/engine-private.h"

/* A real store, vault, outbound client and engine in a directory of their own. */
typedef struct {
  char           *directory;
  guint8          master_key[ENLACE_MASTER_KEY_SIZE];
  EnlaceUuid      organisation_id;
  EnlaceStore    *store;
  EnlaceVault    *vault;
  EnlaceOutbound *outbound;
  EnlaceEngine   *engine;
  EnlaceEngineHooks hooks;      /* of every engine that is opened from now on */
} Fixture;

/* An outcome that outlives its callback, with a lock to wait for it. */
typedef struct {
  GMutex             lock;
  GCond              changed;
  guint              n_calls;
  EnlaceOutcomeKind  kind;
  EnlaceUuid         event_id;
  EnlaceUuid         execution_id;
  EnlaceStatus       execution_status;
  guint              status;
  char              *headers;
  char              *body;
  char              *content_type;
  char              *error;
} Answer;

void        fixture_set_up       (Fixture      *self,
                                  gconstpointer data);
void        fixture_tear_down    (Fixture      *self,
                                  gconstpointer data);
/* Opens what is in the directory; `begin` also starts the engine. */
void        fixture_open         (Fixture      *self);
void        fixture_begin        (Fixture      *self);
void        fixture_close        (Fixture      *self);

EnlaceValue *parse               (const char   *json);
char        *format              (EnlaceValue  *value);
/* Puts a workflow into the store, published, and gives its plan. `token` is its address. */
EnlacePlan *fixture_publish      (Fixture      *self,
                                  const char   *token,
                                  const char   *document);
EnlacePlan *fixture_publish_as   (Fixture      *self,
                                  const EnlaceUuid *id,
                                  const char   *token,
                                  const char   *document);
/* A document from lines: "ID TYPE {parameters} | members" is a node (the last two may be left out), "FROM > TO PORT" an edge, "settings {…}"
 * the settings. */
char       *make_document        (const char   *text);

void        answer_init          (Answer       *self);
void        answer_clear         (Answer       *self);
void        answer_func          (const EnlaceOutcome *outcome,
                                  gpointer      data);
void        answer_wait          (Answer       *self);

void        fixture_start        (Fixture      *self,
                                  EnlacePlan   *plan,
                                  const char   *trigger,
                                  const char   *event_key,
                                  EnlaceWait    wait,
                                  Answer       *answer);
EnlaceExecutionRow *fixture_read (Fixture      *self,
                                  const EnlaceUuid *id);
/* Why the run failed, opened; NULL: it did not. */
char       *fixture_read_message (Fixture      *self,
                                  const EnlaceExecutionRow *row);
/* Asserts why the run failed. */
void        fixture_check_message (Fixture     *self,
                                  const EnlaceExecutionRow *row,
                                  const char   *expected);
/* Returns once the run has that status. Fails the test after fifteen seconds. */
void        fixture_wait_status  (Fixture      *self,
                                  const EnlaceUuid *id,
                                  EnlaceStatus  status);
/* The steps of a run: a list of maps; checks that it can be read. */
EnlaceValue *fixture_read_steps  (Fixture      *self,
                                  const EnlaceUuid *id);
/* The last entry of a node among these. */
EnlaceValue *find_step           (EnlaceValue  *steps,
                                  const char   *node);
guint       fixture_count_runs   (Fixture      *self);
