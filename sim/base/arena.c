/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The address sanitizer sees one large block where a model has many arrays. So whatever is not
 * handed out is poisoned, and every array is followed by bytes that nobody may touch. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
enum { ALIGN = 64, GUARD = 64 };
#define POISON(address, size) ASAN_POISON_MEMORY_REGION(address, size)
#define UNPOISON(address, size) ASAN_UNPOISON_MEMORY_REGION(address, size)
#else
enum { ALIGN = 64, GUARD = 0 };
#define POISON(address, size) ((void)(address), (void)(size))
#define UNPOISON(address, size) ((void)(address), (void)(size))
#endif
#define SMALL_CHUNK ((size_t)1 << 18)
#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_CHUNK ((size_t)512 << 10)

/* A chunk's header sits in a block of its own, so that its data can start on a huge page. */
struct sim_base_chunk {
    sim_base_chunk_t *next;
    unsigned char *data;
    size_t size, used;
};

void sim_base_arena_init(sim_base_arena_t *arena) {
    *arena = (sim_base_arena_t){0};
}

static sim_base_chunk_t *chunk_create(size_t bytes) {
    size_t size = bytes < SMALL_CHUNK ? SMALL_CHUNK : bytes;
    size_t align = size >= HUGE_CHUNK ? HUGE_PAGE : ALIGN;
    if (size > SIZE_MAX - align)
        return NULL;
    size = (size + align - 1) & ~(align - 1);
    sim_base_chunk_t *chunk = malloc(sizeof *chunk);
    if (!chunk)
        return NULL;
    *chunk = (sim_base_chunk_t){.data = aligned_alloc(align, size), .size = size};
    if (!chunk->data) {
        free(chunk);
        return NULL;
    }
    POISON(chunk->data, size);
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
    sim_base_chunk_t *chunk = chunk_create(bytes);
    if (!chunk)
        return NULL;
    if (last)
        last->next = chunk;
    else
        arena->first = arena->current = chunk; /* also a large one: later requests start here */
    arena->reserved += chunk->size;
    return chunk;
}

void *sim_base_arena_alloc(sim_base_arena_t *arena, size_t count, size_t size) {
    if (size && count > (SIZE_MAX - ALIGN - GUARD) / size)
        return NULL;
    size_t bytes = (count * size + GUARD + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (!bytes)
        bytes = ALIGN; /* so that no array of nothing is taken for a failure */
    sim_base_chunk_t *chunk = chunk_with_room(arena, bytes);
    if (!chunk)
        return NULL;
    void *memory = chunk->data + chunk->used;
    chunk->used += bytes;
    arena->used += bytes;
    /* A small request moves on with the chunk; a large one leaves the rest of the small
     * chunk before it to what comes later. */
    if (bytes < SMALL_CHUNK)
        arena->current = chunk;
    UNPOISON(memory, count * size);
    return memset(memory, 0, GUARD ? count * size : bytes);
}

void sim_base_arena_reset(sim_base_arena_t *arena) {
    for (sim_base_chunk_t *chunk = arena->first; chunk; chunk = chunk->next) {
        chunk->used = 0;
        POISON(chunk->data, chunk->size);
    }
    arena->current = arena->first;
    arena->used = 0;
    arena->sealed = false;
    arena->complaint = NULL;
}

void sim_base_arena_free(sim_base_arena_t *arena) {
    for (sim_base_chunk_t *chunk = arena->first; chunk;) {
        sim_base_chunk_t *next = chunk->next;
        free(chunk->data);
        free(chunk);
        chunk = next;
    }
    sim_base_arena_init(arena);
}
