/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/schedule/schedule.h"
#include "server/workflow/engine-private.h"
#include "server/workflow/schedules.h"

G_BEGIN_DECLS

/* Missed ticks that are run for with `missed`: all. */
#define ENLACE_SCHEDULE_MAX_MISSED 1000
/* A tick that is later than this is a missed one. Seconds. */
#define ENLACE_SCHEDULE_GRACE 60

typedef struct _EnlacePoll EnlacePoll;

/**
 * EnlaceTimed:
 *
 * One live workflow that begins by time. Members are under the lock of the schedules, but for those that never change. While it is busy it is not in
 * the order.
 */
typedef struct _EnlaceTimed EnlaceTimed;
struct _EnlaceTimed {
  gatomicrefcount   ref_count;
  EnlaceSchedules  *schedules;      /* borrowed */
  EnlacePlan       *plan;           /* owned */
  EnlaceSchedule   *schedule;       /* owned; NULL: a poll */
  EnlacePoll       *poll;           /* owned; NULL: a schedule */
  gint64            settled;        /* seconds since 1970; ticks up to it are dealt with */
  gint64            begun;          /* ticks before it are missed ones */
  gint64            due;            /* microseconds since 1970 */
  GSequenceIter    *place;          /* in the order; NULL: not in it */
  gboolean          is_busy;
  gboolean          is_removed;
  EnlaceTimed      *successor;      /* owned, nullable: takes over once this one is not busy any more */
};

EnlaceTimed  *enlace_timed_ref       (EnlaceTimed  *self);
void          enlace_timed_unref     (EnlaceTimed  *self);
EnlaceEngine *enlace_timed_get_engine (EnlaceTimed *self);
/* A future that is there once no more polls are to be made; it ends a request that is under way. */
DexFuture    *enlace_timed_dup_end   (EnlaceTimed  *self);
gboolean      enlace_timed_is_ended  (EnlaceTimed  *self);
/* What was begun for it is over: dealt with up to `settled`, and due again at `due` (microseconds; 0: by its schedule). Takes no reference. */
void          enlace_timed_finish    (EnlaceTimed  *self,
                                      gint64        settled,
                                      gint64        due);

/* schedule-fire.c: the ticks of a schedule that is due become runs. */
void          enlace_schedule_fire   (EnlaceTimed  *timed,
                                      gint64        now);
/* A run that only says that its trigger failed, and why. */
void          enlace_trigger_record_failure (EnlaceEngine *engine,
                                      EnlacePlan   *plan,
                                      EnlaceValue  *trigger,
                                      const char   *message);

/* poll.c */
EnlacePoll   *enlace_poll_new        (EnlacePlan   *plan,
                                      GError      **error);
void          enlace_poll_free       (EnlacePoll   *self);
/* Where it stood when the server stopped; `cursor` is sealed, nullable. */
void          enlace_poll_restore    (EnlacePoll   *self,
                                      EnlaceEngine *engine,
                                      EnlacePlan   *plan,
                                      GBytes       *cursor,
                                      gint64        failures);
void          enlace_poll_inherit    (EnlacePoll   *self,
                                      EnlacePoll   *earlier);
gint64        enlace_poll_get_period (EnlacePoll   *self);
void          enlace_poll_fire       (EnlaceTimed  *timed,
                                      gint64        now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceTimed, enlace_timed_unref)

G_END_DECLS
