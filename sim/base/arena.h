/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arena memory, sim_base_arena_t of sim/model.h: a replicate takes all its memory here while it is
 * set up, and gives it back in one call. The chunks are kept for the next replicate of the same
 * thread, so that an ensemble does not ask the system again. */
#ifndef SIM_BASE_ARENA_H
#define SIM_BASE_ARENA_H

#include "sim/model.h"

typedef struct sim_base_chunk sim_base_chunk_t;

void sim_base_arena_init(sim_base_arena_t *arena);

/* Zeroed memory of count*size bytes, aligned to 64; NULL when memory is out or the
 * product overflows. Large blocks are on huge pages where the system has them. */
void *sim_base_arena_alloc(sim_base_arena_t *arena, size_t count, size_t size);

/* Gives back everything at once; the chunks stay with the arena. */
void sim_base_arena_reset(sim_base_arena_t *arena);
void sim_base_arena_free(sim_base_arena_t *arena);

/* Whether agents act at the same time, on any thread: then nobody takes memory or changes what all
 * share. `what` was about to; the phase complains of it. */
static inline bool sim_base_arena_is_shut(sim_base_arena_t *arena, const char *what) {
    if (__builtin_expect(!arena->shut, 1))
        return false;
    __atomic_store_n(&arena->complaint, what, __ATOMIC_RELAXED);
    return true;
}

#endif
