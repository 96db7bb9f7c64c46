/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arrays of a replicate that are its state: flat, each registered once under a name. Digest,
 * checkpoints and the twin walk the list, so none of them can forget one. */
#ifndef SIM_STATE_ARRAYS_H
#define SIM_STATE_ARRAYS_H

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/state/table.h"

typedef struct {
    const char *name; /* a literal, or in the arena */
    sim_state_type_t type;
    size_t rows; /* cells in use */
    void *data;
} sim_state_array_t;

/* What the room itself knows about an array. */
typedef struct {
    const sim_state_row_t *row; /* NULL: registered by hand */
    bool guarded;               /* lies between bytes that nobody may write */
    size_t bytes;               /* between them */
} sim_state_slot_t;

/* How many rows a population has, by the engine's own count. */
typedef struct {
    const sim_state_row_t *row;
    uint32_t count;
} sim_state_counted_t;

typedef struct sim_state_arrays {
    sim_state_array_t *array; /* count of them, in the order of the table; in the arena */
    sim_state_slot_t *slot;
    size_t count, capacity;
    sim_state_counted_t *counted; /* every population, n_counted of them */
    size_t n_counted;
    sim_base_arena_t *arena;
    const char *model;            /* its name goes before those of members */
    const sim_state_row_t *table; /* NULL: none */
    char *base;                   /* the model's struct */
    bool of_twin;                 /* guards of the twin have other bytes */
} sim_state_arrays_t;

/* ---- from the table ---- */

/* Everything that is wrong with a table whose struct has `size` bytes, a problem each, to diag;
 * returns how many. The table of no state is NULL. */
size_t sim_state_check(const sim_state_row_t *table, size_t size, const char *model,
                       sim_base_diag_t *diag);

/* Bytes of a struct that belong to a row, and what their first one is aligned to; the rows of a
 * table as such. */
typedef struct {
    const char *name;
    size_t first, end, align;
} sim_state_span_t;
typedef struct {
    const void *rows;
    size_t n;
    sim_state_span_t (*span)(const void *rows, size_t i);
} sim_state_cover_t;
/* The first bytes of a struct of `size` from `at` on that are a member without a row; its name is
 * that of the row before. An empty one at `size`: there are none. */
sim_state_span_t sim_state_gap(const sim_state_cover_t *cover, size_t size, size_t at);

/* The rows of a table without its end. */
size_t sim_state_rows(const sim_state_row_t *table);

/* "real", "integer" or "" for what is neither: derived arrays and scratch may be of any type. */
const char *sim_state_type_name(const sim_state_row_t *row);
/* "column", "value", "derived", "scratch", "graph", ...; "arc" is a column of arcs. */
const char *sim_state_kind_name(sim_state_kind_t kind);
static inline bool sim_state_is_network(const sim_state_row_t *row) {
    return row->kind == SIM_STATE_IS_TIES || row->kind == SIM_STATE_IS_GRAPH ||
           row->kind == SIM_STATE_IS_ARCS;
}
/* The row of a kind for the member at this offset; NULL: none. */
const sim_state_row_t *sim_state_row_at(const sim_state_row_t *table, sim_state_kind_t kind,
                                        size_t offset);
/* The row of the population that a row belongs to; NULL: none, it is there once. */
const sim_state_row_t *sim_state_population_row(const sim_state_row_t *table,
                                                const sim_state_row_t *row);
/* Of arcs the row of the population of their heads, of a column of arcs that of the arcs. */
const sim_state_row_t *sim_state_other_row(const sim_state_row_t *table,
                                           const sim_state_row_t *row);

/* Sizes all populations of the world's struct, then makes and registers the arrays. `arena`,
 * `model`, `table` and `base` are set. SIM_ERR_MEMORY, or SIM_ERR_LIMIT with the population in
 * *wrong. */
int sim_state_make(sim_state_arrays_t *arrays, const struct sim_world *world, const void *params,
                   const sim_state_row_t **wrong);

/* Adds rows, zeroed, at the end of a population that grows; arrays may move. Amortised O(1) a row.
 * SIM_ERR_ARGUMENT when it does not grow, SIM_ERR_LIMIT, SIM_ERR_MEMORY. */
int sim_state_grow(sim_state_arrays_t *arrays, sim_state_population_t *population, uint32_t more);

/* Takes row `at` out: the last one moves to its place. SIM_ERR_ARGUMENT when there is none, or the
 * population does not grow. */
int sim_state_remove(sim_state_arrays_t *arrays, sim_state_population_t *population, uint32_t at);

/* A population whose count in the struct is another one than that of its rows; NULL: none. */
const sim_state_counted_t *sim_state_miscounted(const sim_state_arrays_t *arrays);

/* Whether the number of rows may change, of an array and of a population. */
bool sim_state_population_grows(const sim_state_arrays_t *arrays,
                                const sim_state_population_t *population);
uint32_t sim_state_count_at(const sim_state_arrays_t *arrays, size_t offset); /* of a population */
bool sim_state_grows(const sim_state_arrays_t *arrays, size_t array);

/* For restoring: the population of an array gets as many rows as `cells` cells need; what is in
 * them means nothing. SIM_ERR_VERIFY when that is no whole number, or the population does not
 * grow and has another size. */
int sim_state_fit(sim_state_arrays_t *arrays, size_t array, size_t cells);

/* The byte in memory that is of no row: a twin has another one, so that what was read there
 * differs.
 */
uint8_t sim_state_junk(const sim_state_arrays_t *arrays);

/* Fills the scratch of the table with junk. */
void sim_state_poison(sim_state_arrays_t *arrays);

/* ---- single arrays ---- */

/* Allocates zeroed cells between guards and registers them. NULL when memory is out or the name is
 * taken. */
void *sim_state_array(sim_state_arrays_t *arrays, const char *name, sim_state_type_t type,
                      size_t rows);

/* Registers memory that something else allocated. SIM_ERR_ARGUMENT when the name is taken, or
 * SIM_ERR_MEMORY. */
int sim_state_register(sim_state_arrays_t *arrays, const char *name, sim_state_type_t type,
                       size_t rows, void *data);

/* The first array that was written before its begin or behind its end, NULL when there is none.
 * Under the address sanitizer, which stops at the write itself, always NULL. */
const sim_state_array_t *sim_state_overrun(const sim_state_arrays_t *arrays);

const sim_state_array_t *sim_state_find(const sim_state_arrays_t *arrays, const char *name);

#endif
