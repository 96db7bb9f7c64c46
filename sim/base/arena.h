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

#endif
