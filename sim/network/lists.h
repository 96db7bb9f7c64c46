/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of numbers that grow and shrink, all in one array of places, so that what belongs to a
 * number can lie at the same place of other arrays. A row has 2 << k places, and moves to more or
 * fewer as it grows and shrinks: memory goes with the numbers, however uneven the rows. The order
 * within a row does not depend on where it lies; where it lies is no state. */
#ifndef SIM_NETWORK_LISTS_H
#define SIM_NETWORK_LISTS_H

#include "sim/base/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SIM_NETWORK_LIST_SIZES = 30 };

/* An array beside the numbers, of cells of `size` bytes by place; *member moves as it grows. */
typedef struct {
    void **member;
    size_t size;
} sim_network_beside_t;

/* Read n, degree, first and cell; all else is the room's. */
typedef struct sim_network_lists {
    uint32_t n;                             /* rows */
    uint32_t *degree;                       /* by row: how many numbers it has */
    uint32_t *first;                        /* by row: the place of its first number */
    uint8_t *size;                          /* by row: 2 << (size - 1) places; 0: none */
    uint32_t *cell;                         /* by place: the numbers */
    uint32_t rows_room, used, capacity;     /* rows that fit; places that were taken; places */
    uint32_t spare[SIM_NETWORK_LIST_SIZES]; /* places given back, by size; cell[] has the next */
    sim_network_beside_t *beside;
    uint32_t n_beside;
    uint8_t junk; /* what places have that are in no row: who reads there sees it move */
    sim_base_arena_t *arena;
} sim_network_lists_t;

/* n empty rows on an arena that must stay where it is. The arrays beside, n_beside of them (NULL:
 * none), are made here, and must stay where they are. 0 or SIM_ERR_MEMORY. */
int sim_network_lists_init(sim_network_lists_t *lists, sim_base_arena_t *arena, uint32_t n,
                           sim_network_beside_t *beside, uint32_t n_beside, uint8_t junk);

/* The place of the first of that number in a row, or UINT32_MAX. */
uint32_t sim_network_lists_find(const sim_network_lists_t *lists, uint32_t row, uint32_t number);

/* Adds a number behind the others; beside it all is zero. SIM_ERR_MEMORY or SIM_ERR_LIMIT, and
 * nothing has changed. Amortised O(1). */
int sim_network_lists_append(sim_network_lists_t *lists, uint32_t row, uint32_t number);

/* Takes out what is at a place of a row; the last of the row takes it. */
void sim_network_lists_remove(sim_network_lists_t *lists, uint32_t row, uint32_t place);

/* Adds empty rows. SIM_ERR_MEMORY or SIM_ERR_LIMIT. Amortised O(1) a row. */
int sim_network_lists_grow(sim_network_lists_t *lists, uint32_t more);

/* Takes out a row, with what is in it; the last row takes its number. */
void sim_network_lists_remove_row(sim_network_lists_t *lists, uint32_t row);

/* Makes it n rows with so many numbers each, whatever there was; the caller writes them, and what
 * is beside them. `degree` may be NULL: empty rows. SIM_ERR_MEMORY or SIM_ERR_LIMIT. */
int sim_network_lists_reset(sim_network_lists_t *lists, uint32_t n, const uint32_t *degree);

#ifdef __cplusplus
}
#endif

#endif
