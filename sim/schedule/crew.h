/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads inside one run. They wait asleep: a thread that spins while it waits takes the processor
 * from the one that is waited for, as soon as the machine has something else to do. And nobody
 * waits for a thread that has not come: whoever calls does what is left. */
#ifndef SIM_SCHEDULE_CREW_H
#define SIM_SCHEDULE_CREW_H

#include <stddef.h>

/* `worker` is below the number of threads, and no two calls at the same time have the same one. */
typedef void sim_schedule_part_t(void *user, size_t part, int worker);

typedef struct sim_schedule_crew sim_schedule_crew_t;

/* A crew of so many threads, the calling one among them; the others begin with the first call. NULL
 * when out of memory. */
sim_schedule_crew_t *sim_schedule_crew_hire(int threads);
int sim_schedule_crew_threads(const sim_schedule_crew_t *crew); /* 1 for NULL */
void sim_schedule_crew_dismiss(sim_schedule_crew_t *crew);      /* NULL is allowed */

/* Calls part(user, 0 .. parts-1, worker), each once, in any order, on the calling thread and on the
 * others, and returns when all are done. Without a crew, and while it is at work for somebody else,
 * the calling thread does all itself. */
void sim_schedule_crew_run(sim_schedule_crew_t *crew, size_t parts, sim_schedule_part_t *part,
                           void *user);

#endif
