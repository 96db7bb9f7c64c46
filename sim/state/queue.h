/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A queue of events at real times, a heap. It is a population that grows, with four columns, so
 * that it is saved, digested and compared as any other state. What comes out next is decided by the
 * events alone, never by the order in which they were put in. */
#ifndef SIM_STATE_QUEUE_H
#define SIM_STATE_QUEUE_H

#include "sim/model.h"

/* Whether every event comes before those below it in the heap. */
bool sim_world_queue_sound(const sim_state_queue_t *queue);

#endif
