/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A queue of events at real times, a heap. It is a population that grows, with four columns, so
 * that it is saved, digested and compared as any other state. What comes out next is decided by the
 * events alone, never by the order in which they were put in. */
#ifndef SIM_STATE_QUEUE_H
#define SIM_STATE_QUEUE_H

#include "sim/state/table.h"

/* A member of the model's struct, with the row SIM_STATE_QUEUE in its table. */
typedef struct {
    sim_state_population_t events;
    double *time;
    uint32_t *rank, *kind, *subject;
} sim_state_queue_t;

/* Of equal times the lower rank comes first, then the lower kind, then the lower subject. A rank
 * that is drawn lets chance decide; 0 leaves it to kind and subject. */
typedef struct {
    double time; /* in steps, or any other unit; never NaN */
    uint32_t rank, kind, subject;
} sim_state_event_t;

#define SIM_STATE_QUEUE(STRUCT, MEMBER, UNIT, DOC)                                                 \
    SIM_STATE_GROWING_AS(#MEMBER, STRUCT, MEMBER.events, NULL, DOC),                               \
        SIM_STATE_COLUMN(STRUCT, MEMBER.events, MEMBER.time, UNIT, "When it is due."),             \
        SIM_STATE_COLUMN(STRUCT, MEMBER.events, MEMBER.rank, "",                                   \
                         "Which of equal times is first."),                                        \
        SIM_STATE_COLUMN(STRUCT, MEMBER.events, MEMBER.kind, "", "What happens."),                 \
        SIM_STATE_COLUMN(STRUCT, MEMBER.events, MEMBER.subject, "", "To whom.")

/* Puts an event in; from setup() and commits only. O(log n). 0, SIM_ERR_ARGUMENT (time NaN),
 * SIM_ERR_LIMIT or SIM_ERR_MEMORY. */
int sim_world_schedule(struct sim_world *world, sim_state_queue_t *queue, sim_state_event_t event);

/* Takes the next event out if it is due before `end`; false when there is none. O(log n). */
bool sim_world_due(struct sim_world *world, sim_state_queue_t *queue, double end,
                   sim_state_event_t *event);

/* Whether every event comes before those below it in the heap. */
bool sim_world_queue_sound(const sim_state_queue_t *queue);

#endif
