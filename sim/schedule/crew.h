/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads inside one run. They wait asleep: a thread that spins while it waits takes the processor
 * from the one that is waited for, as soon as the machine has something else to do. And nobody
 * waits for a thread that has not come: whoever calls does what is left. */
#ifndef SIM_SCHEDULE_CREW_H
#define SIM_SCHEDULE_CREW_H

#include <stddef.h>

/* `worker` is below the number of threads, and no two calls at the same time have the same one. */
typedef void sim_schedule_part_t(void *user, size_t part, int worker);

/* Calls part(user, 0 .. parts-1, worker), each once, in any order, on the calling thread and up to
 * threads - 1 others, and returns when all are done. While the crew works for somebody else the
 * calling thread does all itself. */
void sim_schedule_crew_run(int threads, size_t parts, sim_schedule_part_t *part, void *user);

#endif
