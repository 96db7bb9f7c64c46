/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "sim/base/poison.h"

/* The address sanitizer sees one large block where a model has many arrays. So whatever is not
 * handed out is poisoned, and every array is followed by bytes that nobody may touch. */
#if defined(__SANITIZE_ADDRESS__)
enum { ALIGN = 64, GUARD = 64 };
#else
enum { ALIGN = 64, GUARD = 0 };
#endif
#define SMALL_CHUNK ((size_t)1 << 18)
#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_CHUNK ((size_t)512 << 10)
#define LARGEST_SHARE ((size_t)64 << 20)

/* A chunk's header sits in a block of its own, so that its data can start on a huge page. */
struct sim_base_chunk {
    sim_base_chunk_t *next;
    void *block;         /* what the system gave; the data are aligned within it */
    unsigned char *data; /* zero from `touched` on: nobody has had that since it came */
    size_t size, used, touched;
};

void sim_base_arena_init(sim_base_arena_t *arena) {
    *arena = (sim_base_arena_t){0};
}

/* The more there is, the larger the next chunk: then columns lie side by side, and no huge page is
 * used for the half of one. What is never touched costs nothing. */
static size_t chunk_size(const sim_base_arena_t *arena, size_t bytes) {
    size_t share = arena->reserved / 4 < LARGEST_SHARE ? arena->reserved / 4 : LARGEST_SHARE;
    size_t size = bytes > share ? bytes : share;
    return size > SMALL_CHUNK ? size : SMALL_CHUNK;
}

static sim_base_chunk_t *chunk_create(const sim_base_arena_t *arena, size_t bytes) {
    size_t size = chunk_size(arena, bytes), align = size >= HUGE_CHUNK ? HUGE_PAGE : ALIGN;
    if (size > SIZE_MAX - 2 * align)
        return NULL;
    size = (size + align - 1) & ~(align - 1);
    sim_base_chunk_t *chunk = malloc(sizeof *chunk);
    if (!chunk)
        return NULL;
    *chunk = (sim_base_chunk_t){.block = calloc(1, size + align), .size = size};
    if (!chunk->block) {
        free(chunk);
        return NULL;
    }
    chunk->data =
        (unsigned char *)(((uintptr_t)chunk->block + align - 1) & ~(uintptr_t)(align - 1));
    SIM_BASE_POISON(chunk->data, size);
    if (align == HUGE_PAGE) /* advice only: without huge pages all works, slower */
        (void)madvise(chunk->data, size, MADV_HUGEPAGE);
    return chunk;
}

/* The first chunk from the current one on that has room. Chunks that were skipped stay
 * unused until the next reset; a replicate asks in the same order as the one before it, so
 * that it finds the same places. */
static sim_base_chunk_t *chunk_with_room(sim_base_arena_t *arena, size_t bytes) {
    sim_base_chunk_t *last = NULL;
    for (sim_base_chunk_t *chunk = arena->current; chunk; chunk = chunk->next) {
        if (chunk->size - chunk->used >= bytes)
            return chunk;
        last = chunk;
    }
    sim_base_chunk_t *chunk = chunk_create(arena, bytes);
    if (!chunk)
        return NULL;
    if (last)
        last->next = chunk;
    else
        arena->first = arena->current = chunk; /* also a large one: later requests start here */
    arena->reserved += chunk->size;
    return chunk;
}

/* Only what somebody has had before: writing zeros to memory that is new would take a page of the
 * system for each place of a list that may never grow so long. */
static void *clear(sim_base_chunk_t *chunk, unsigned char *memory, size_t bytes) {
    size_t first = (size_t)(memory - chunk->data);
    if (first < chunk->touched)
        memset(memory, 0, bytes < chunk->touched - first ? bytes : chunk->touched - first);
    if (chunk->touched < chunk->used)
        chunk->touched = chunk->used;
    return memory;
}

void *sim_base_arena_alloc(sim_base_arena_t *arena, size_t count, size_t size) {
    if (sim_base_arena_is_shut(arena, "sim_base_arena_alloc()") ||
        (size && count > (SIZE_MAX - ALIGN - GUARD) / size))
        return NULL;
    size_t bytes = (count * size + GUARD + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (!bytes)
        bytes = ALIGN; /* so that no array of nothing is taken for a failure */
    sim_base_chunk_t *chunk = chunk_with_room(arena, bytes);
    if (!chunk)
        return NULL;
    unsigned char *memory = chunk->data + chunk->used;
    chunk->used += bytes;
    arena->used += bytes;
    /* A small request moves on with the chunk; a large one leaves the rest of the small
     * chunk before it to what comes later. */
    if (bytes < SMALL_CHUNK)
        arena->current = chunk;
    SIM_BASE_UNPOISON(memory, count * size);
    return clear(chunk, memory, GUARD ? count * size : bytes);
}

void sim_base_arena_reset(sim_base_arena_t *arena) {
    for (sim_base_chunk_t *chunk = arena->first; chunk; chunk = chunk->next) {
        chunk->used = 0;
        SIM_BASE_POISON(chunk->data, chunk->size);
    }
    arena->current = arena->first;
    arena->used = 0;
    arena->sealed = arena->shut = false;
    arena->complaint = NULL;
}

void sim_base_arena_free(sim_base_arena_t *arena) {
    for (sim_base_chunk_t *chunk = arena->first; chunk;) {
        sim_base_chunk_t *next = chunk->next;
        free(chunk->block);
        free(chunk);
        chunk = next;
    }
    sim_base_arena_init(arena);
}
