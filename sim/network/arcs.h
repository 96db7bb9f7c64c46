/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A directed network: arcs from tails, the rows of one population, to heads, the rows of another
 * (two modes) or of the same (one mode). An arc is in the row of its tail, with what belongs to it
 * beside, and in that of its head, so that both ends are walked alike. Memory goes with the arcs,
 * and a row may be as long as there are others. Change it in setup(), ask, event and commit. */
#ifndef SIM_NETWORK_ARCS_H
#define SIM_NETWORK_ARCS_H

#include "sim/base/inline.h"
#include "sim/base/why.h"
#include "sim/network/lists.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SIM_NETWORK_ARCS_MISUSE = 160 }; /* bytes of a sentence */

/* Made by the engine where the state table has a row SIM_STATE_ARCS; read through the functions. */
typedef struct sim_network_arcs {
    sim_network_lists_t out, in; /* by tail: heads; by head: tails */
    uint32_t count;              /* of arcs */
    bool one_mode;               /* tails and heads are the same: none is tied to itself */
    const char *name;
    char misuse[SIM_NETWORK_ARCS_MISUSE]; /* the first one, else ""; fails the step */
} sim_network_arcs_t;

/* ---- reading ---- */

static inline uint32_t sim_network_arcs_outdegree(const sim_network_arcs_t *arcs, uint32_t tail) {
    return arcs->out.degree[tail];
}
static inline uint32_t sim_network_arcs_indegree(const sim_network_arcs_t *arcs, uint32_t head) {
    return arcs->in.degree[head];
}
/* The heads of a tail's arcs, outdegree of them, and the tails of a head's, indegree of them; good
 * until the next change, in an order that history decides. */
static inline const uint32_t *sim_network_arcs_heads(const sim_network_arcs_t *arcs,
                                                     uint32_t tail) {
    return arcs->out.cell + arcs->out.first[tail];
}
static inline const uint32_t *sim_network_arcs_tails(const sim_network_arcs_t *arcs,
                                                     uint32_t head) {
    return arcs->in.cell + arcs->in.first[head];
}
/* The place of a tail's first arc in the columns of arcs (SIM_STATE_ARC_COLUMN): those of its heads
 * k are column[first + k]. */
static inline uint32_t sim_network_arcs_first(const sim_network_arcs_t *arcs, uint32_t tail) {
    return arcs->out.first[tail];
}

/* The place of an arc in the columns of arcs, or UINT32_MAX: there is none; and whether there is.
 * O(the shorter of the two rows); a number that is none of a tail or head is a misuse. */
uint32_t sim_network_arcs_find(const sim_network_arcs_t *arcs, uint32_t tail, uint32_t head);
bool sim_network_arcs_has(const sim_network_arcs_t *arcs, uint32_t tail, uint32_t head);

/* Arcs for each that there may be, n(n-1) or tails times heads; share of the arcs whose reverse is
 * there, too. NaN where there is none, and reciprocity in two modes. */
double sim_network_arcs_density(const sim_network_arcs_t *arcs);
double sim_network_arcs_reciprocity(const sim_network_arcs_t *arcs);

/* ---- changing ---- */

/* Adds an arc, behind the others of both rows; its columns are zero. *place (may be NULL) is its
 * place in them. SIM_ERR_ARGUMENT and a misuse when it is there, its ends are one or are none;
 * SIM_ERR_MEMORY; SIM_ERR_LIMIT. */
int sim_network_arcs_add(sim_network_arcs_t *arcs, uint32_t tail, uint32_t head, uint32_t *place);

/* Drops an arc; the last one of each row takes its place. SIM_ERR_ARGUMENT and a misuse when there
 * is none. O(both rows). */
int sim_network_arcs_drop(sim_network_arcs_t *arcs, uint32_t tail, uint32_t head);

/* ---- for the engine ---- */

/* Without arcs. What is beside arcs, n_beside columns, goes with the rows of tails; `junk` as in
 * lists.h. `name` must last. 0 or SIM_ERR_MEMORY. */
typedef struct {
    const char *name;
    uint32_t tails, heads;
    bool one_mode;
    sim_network_beside_t *beside;
    uint32_t n_beside;
    uint8_t junk;
} sim_network_arcs_plan_t;
int sim_network_arcs_init(sim_network_arcs_t *arcs, sim_base_arena_t *arena,
                          const sim_network_arcs_plan_t *plan);

/* Rows that come, without arcs, and a row that goes with its arcs and whose number the last one
 * takes; in one mode tails are heads. SIM_ERR_MEMORY, SIM_ERR_LIMIT. */
int sim_network_arcs_grow_tails(sim_network_arcs_t *arcs, uint32_t more);
int sim_network_arcs_grow_heads(sim_network_arcs_t *arcs, uint32_t more);
void sim_network_arcs_remove_tail(sim_network_arcs_t *arcs, uint32_t row);
void sim_network_arcs_remove_head(sim_network_arcs_t *arcs, uint32_t row);

/* Makes it one of so many tails and heads with these rows: degrees, and what is in the rows, one
 * after the other. Columns are zero. SIM_ERR_VERIFY when the numbers do not fit each other, and
 * nothing has changed; SIM_ERR_MEMORY; SIM_ERR_LIMIT. */
typedef struct {
    uint32_t n;
    const uint32_t *degree, *cell;
    size_t n_cells;
} sim_network_rows_of_t;
int sim_network_arcs_restore(sim_network_arcs_t *arcs, const sim_network_rows_of_t *out,
                             const sim_network_rows_of_t *in);

/* Invariants: every arc in both rows, once; no loop in one mode; their number. 0, or SIM_ERR_VERIFY
 * and a sentence in `why` (which may be NULL). O(arcs * degree). */
int sim_network_arcs_verify(const sim_network_arcs_t *arcs, sim_base_why_t *why);

#ifdef __cplusplus
}
#endif

#endif
