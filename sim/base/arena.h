/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arena memory: a replicate takes all its memory here while it is set up, and gives it
 * back in one call. The chunks are kept for the next replicate of the same thread, so
 * that an ensemble does not ask the system again. */
#ifndef SIM_BASE_ARENA_H
#define SIM_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct sim_base_chunk sim_base_chunk_t;

typedef struct {
    sim_base_chunk_t *first, *current;
    size_t used;     /* bytes handed out since the last reset */
    size_t reserved; /* bytes held from the system */
    /* The set-up of the world is over: from now on no graph and no ties may change in this memory
     * that the world does not know. What was, as a sentence; else NULL. */
    bool sealed;
    const char *complaint;
} sim_base_arena_t;

void sim_base_arena_init(sim_base_arena_t *arena);

/* Zeroed memory of count*size bytes, aligned to 64; NULL when memory is out or the
 * product overflows. Large blocks are on huge pages where the system has them. */
void *sim_base_arena_alloc(sim_base_arena_t *arena, size_t count, size_t size);

/* Gives back everything at once; the chunks stay with the arena. */
void sim_base_arena_reset(sim_base_arena_t *arena);
void sim_base_arena_free(sim_base_arena_t *arena);

#endif
