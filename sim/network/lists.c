/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/network/lists.h"

#include <string.h>

#include "sim/base/poison.h"
#include "sim/network/graph.h"

enum { SMALLEST = 2, LINE = 16 /* words that sim_network_row_place compares at once */ };
#define NONE UINT32_MAX

static uint32_t places(uint8_t size) {
    return size ? (uint32_t)SMALLEST << (size - 1) : 0;
}

/* ---- places ---- */

/* Of one array: it may be read and written, or nobody has anything to look for there. */
static void open_bytes(void *array, size_t first, size_t count, size_t size) {
    SIM_BASE_UNPOISON((char *)array + first * size, count * size);
}
static void close_bytes(const sim_network_lists_t *lists, void *array, size_t first, size_t count,
                        size_t size) {
    open_bytes(array, first, count, size); /* part of it may be closed already */
    memset((char *)array + first * size, lists->junk, count * size);
    SIM_BASE_POISON((char *)array + first * size, count * size);
}

static void open_places(const sim_network_lists_t *lists, uint32_t first, uint32_t count) {
    open_bytes(lists->cell, first, count, sizeof *lists->cell);
    for (uint32_t b = 0; b < lists->n_beside; b++)
        open_bytes(*lists->beside[b].member, first, count, lists->beside[b].size);
}

static void close_places(const sim_network_lists_t *lists, uint32_t first, uint32_t count) {
    close_bytes(lists, lists->cell, first, count, sizeof *lists->cell);
    for (uint32_t b = 0; b < lists->n_beside; b++)
        close_bytes(lists, *lists->beside[b].member, first, count, lists->beside[b].size);
}

static void copy_places(const sim_network_lists_t *lists, uint32_t to, uint32_t from,
                        uint32_t count) {
    memcpy(lists->cell + to, lists->cell + from, count * sizeof *lists->cell);
    for (uint32_t b = 0; b < lists->n_beside; b++) {
        const size_t size = lists->beside[b].size;
        char *array = *lists->beside[b].member;
        memcpy(array + to * size, array + from * size, count * size);
    }
}

/* The used part of an array in a larger one; NULL when memory is out. */
static void *larger(const sim_network_lists_t *lists, void *array, size_t capacity, size_t size) {
    char *moved = sim_base_arena_alloc(lists->arena, capacity, size);
    if (!moved)
        return NULL;
    if (lists->used) {
        open_bytes(array, 0, lists->used, size);
        memcpy(moved, array, lists->used * size);
    }
    return moved;
}

/* What is left of an array that moved stays in the arena: less than the array itself takes. In the
 * copy the sanitizer finds open what was closed before; the junk is there still. */
static int make_room(sim_network_lists_t *lists, uint32_t wanted) {
    uint64_t capacity = lists->capacity ? lists->capacity : LINE;
    while (capacity < wanted)
        capacity *= 2;
    if (capacity > UINT32_MAX - LINE)
        return SIM_ERR_LIMIT;
    uint32_t *cell = larger(lists, lists->cell, capacity, sizeof *cell);
    if (!cell)
        return SIM_ERR_MEMORY;
    for (uint32_t b = 0; b < lists->n_beside; b++) {
        void **member = lists->beside[b].member;
        void *moved = larger(lists, *member, capacity, lists->beside[b].size);
        if (!moved)
            return SIM_ERR_MEMORY; /* those that have moved are as good as before */
        *member = moved;
    }
    lists->cell = cell;
    lists->capacity = (uint32_t)capacity;
    close_places(lists, lists->used, lists->capacity - lists->used);
    return SIM_OK;
}

static void give_places(sim_network_lists_t *lists, uint32_t first, uint8_t size) {
    close_places(lists, first, places(size));
    open_bytes(lists->cell, first, 1, sizeof *lists->cell);
    lists->cell[first] = lists->spare[size];
    lists->spare[size] = first;
}

/* Places of a size, those that were given back first: so there are never more of a size than were
 * in use at a time. */
static int take_places(sim_network_lists_t *lists, uint8_t size, uint32_t *first) {
    *first = lists->spare[size];
    if (*first != NONE) {
        lists->spare[size] = lists->cell[*first];
        close_bytes(lists, lists->cell, *first, 1, sizeof *lists->cell);
        return SIM_OK;
    }
    uint64_t wanted = (uint64_t)lists->used + places(size);
    if (wanted > UINT32_MAX / 2)
        return SIM_ERR_LIMIT;
    int rc = wanted > lists->capacity ? make_room(lists, (uint32_t)wanted) : SIM_OK;
    if (rc)
        return rc;
    *first = lists->used;
    lists->used = (uint32_t)wanted;
    return SIM_OK;
}

/* ---- rows ---- */

/* A row moves to places of another size. */
static int move_row(sim_network_lists_t *lists, uint32_t row, uint8_t size) {
    const uint32_t old = lists->first[row];
    uint32_t first;
    int rc = take_places(lists, size, &first);
    if (rc)
        return rc;
    open_places(lists, first, lists->degree[row]);
    copy_places(lists, first, old, lists->degree[row]);
    if (lists->size[row])
        give_places(lists, old, lists->size[row]);
    lists->first[row] = first;
    lists->size[row] = size;
    return SIM_OK;
}

/* The row behind which nothing lies grows where it is, where no larger one waits to be used. */
static int lengthen(sim_network_lists_t *lists, uint32_t row) {
    const uint8_t old = lists->size[row], size = (uint8_t)(old + 1);
    uint32_t more;
    if (size == SIM_NETWORK_LIST_SIZES)
        return SIM_ERR_LIMIT;
    bool last = old && lists->first[row] + places(old) == lists->used;
    if (!last || lists->spare[size] != NONE || lists->spare[old] != NONE)
        return move_row(lists, row, size);
    int rc = take_places(lists, old, &more); /* as many again */
    lists->size[row] = rc ? old : size;
    return rc;
}

/* A row that is a quarter full moves to one of half its places; where memory is out it stays. */
static void shorten(sim_network_lists_t *lists, uint32_t row) {
    while (lists->size[row] > 1 && lists->degree[row] > 0 &&
           lists->degree[row] <= places(lists->size[row]) / 4)
        if (move_row(lists, row, (uint8_t)(lists->size[row] - 1)))
            return;
    if (lists->size[row] && lists->degree[row] == 0) {
        give_places(lists, lists->first[row], lists->size[row]);
        lists->first[row] = lists->size[row] = 0;
    }
}

int sim_network_lists_init(sim_network_lists_t *lists, sim_base_arena_t *arena, uint32_t n,
                           sim_network_beside_t *beside, uint32_t n_beside, uint8_t junk) {
    *lists =
        (sim_network_lists_t){.beside = beside, .n_beside = n_beside, .junk = junk, .arena = arena};
    for (size_t size = 0; size < SIM_NETWORK_LIST_SIZES; size++)
        lists->spare[size] = NONE;
    int rc = make_room(lists, LINE); /* so that the arrays are there */
    return rc ? rc : sim_network_lists_grow(lists, n);
}

/* Whole lines at once, the rest one by one: what lies behind a row is not to be read. */
uint32_t sim_network_lists_find(const sim_network_lists_t *lists, uint32_t row, uint32_t number) {
    const uint32_t degree = lists->degree[row], first = lists->first[row];
    const uint32_t *cell = lists->cell + first, whole = degree - degree % LINE;
    uint32_t at = sim_network_row_place(cell, whole, number);
    while (at >= whole && at < degree && cell[at] != number)
        at++;
    return at < degree ? first + at : NONE;
}

int sim_network_lists_append(sim_network_lists_t *lists, uint32_t row, uint32_t number) {
    uint32_t degree = lists->degree[row];
    int rc = degree == places(lists->size[row]) ? lengthen(lists, row) : SIM_OK;
    if (rc)
        return rc;
    uint32_t place = lists->first[row] + degree;
    open_places(lists, place, 1);
    lists->cell[place] = number;
    for (uint32_t b = 0; b < lists->n_beside; b++) {
        const size_t size = lists->beside[b].size;
        memset((char *)*lists->beside[b].member + place * size, 0, size);
    }
    lists->degree[row]++;
    return SIM_OK;
}

void sim_network_lists_remove(sim_network_lists_t *lists, uint32_t row, uint32_t place) {
    uint32_t last = lists->first[row] + --lists->degree[row];
    if (place != last)
        copy_places(lists, place, last, 1);
    close_places(lists, last, 1);
    shorten(lists, row);
}

/* Rows that are not in use are empty. */
static int make_rows(sim_network_lists_t *lists, uint64_t wanted) {
    uint64_t room = lists->rows_room ? lists->rows_room : wanted;
    if (wanted > UINT32_MAX)
        return SIM_ERR_LIMIT;
    while (room < wanted)
        room *= 2;
    room = room > UINT32_MAX ? UINT32_MAX : room;
    uint32_t *degree = sim_base_arena_alloc(lists->arena, room, sizeof *degree);
    uint32_t *first = sim_base_arena_alloc(lists->arena, room, sizeof *first);
    uint8_t *size = sim_base_arena_alloc(lists->arena, room, sizeof *size);
    if (!degree || !first || !size)
        return SIM_ERR_MEMORY;
    if (lists->n) {
        memcpy(degree, lists->degree, lists->n * sizeof *degree);
        memcpy(first, lists->first, lists->n * sizeof *first);
        memcpy(size, lists->size, lists->n * sizeof *size);
    }
    lists->degree = degree;
    lists->first = first;
    lists->size = size;
    lists->rows_room = (uint32_t)room;
    return SIM_OK;
}

int sim_network_lists_grow(sim_network_lists_t *lists, uint32_t more) {
    uint64_t wanted = (uint64_t)lists->n + more;
    int rc = wanted > lists->rows_room || !lists->degree ? make_rows(lists, wanted) : SIM_OK;
    if (rc == SIM_OK)
        lists->n = (uint32_t)wanted;
    return rc;
}

static void empty(sim_network_lists_t *lists, uint32_t row) {
    lists->degree[row] = 0;
    shorten(lists, row);
}

void sim_network_lists_remove_row(sim_network_lists_t *lists, uint32_t row) {
    uint32_t last = lists->n - 1;
    empty(lists, row);
    lists->degree[row] = lists->degree[last];
    lists->first[row] = lists->first[last];
    lists->size[row] = lists->size[last];
    lists->degree[last] = lists->first[last] = lists->size[last] = 0;
    lists->n = last;
}

int sim_network_lists_reset(sim_network_lists_t *lists, uint32_t n, const uint32_t *degree) {
    int rc = SIM_OK;
    for (uint32_t row = 0; row < lists->n; row++)
        empty(lists, row);
    if (n > lists->n)
        rc = sim_network_lists_grow(lists, n - lists->n);
    lists->n = rc ? lists->n : n;
    for (uint32_t row = 0; degree && row < n && rc == SIM_OK; row++)
        for (uint32_t k = 0; k < degree[row] && rc == SIM_OK; k++)
            rc = sim_network_lists_append(lists, row, 0);
    return rc;
}
