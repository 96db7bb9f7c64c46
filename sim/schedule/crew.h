/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads inside one run. They look for work for a short while, then they sleep: a thread that goes
 * on looking takes the processor from the one that is waited for, as soon as the machine has
 * something else to do. Nobody waits for a thread that has not come: whoever calls does what is
 * left. And where the machine has no processor to spare, whoever calls does everything. */
#ifndef SIM_SCHEDULE_CREW_H
#define SIM_SCHEDULE_CREW_H

#include <stdbool.h>
#include <stddef.h>

/* `worker` is below the number of threads, and no two calls at the same time have the same one. */
typedef void sim_schedule_part_t(void *user, size_t part, int worker);

typedef struct sim_schedule_crew sim_schedule_crew_t;

/* A crew of so many threads, the calling one among them; the others begin with the first call. NULL
 * when out of memory. */
sim_schedule_crew_t *sim_schedule_crew_hire(int threads);
int sim_schedule_crew_threads(const sim_schedule_crew_t *crew); /* 1 for NULL */
void sim_schedule_crew_dismiss(sim_schedule_crew_t *crew);      /* NULL is allowed */

/* Whether a call now would have the help of others: not without a crew or other threads, and not
 * for a while after it was found that the machine has no processor to spare. */
bool sim_schedule_crew_helps(const sim_schedule_crew_t *crew);

/* Calls part(user, 0 .. parts-1, worker), each once, in any order, on the calling thread and on the
 * others, and returns when all are done. Without a crew, and while it is at work for somebody else,
 * the calling thread does all itself. */
void sim_schedule_crew_run(sim_schedule_crew_t *crew, size_t parts, sim_schedule_part_t *part,
                           void *user);

#endif
