/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state table: what a model's state consists of. A model writes one row for each population,
 * column and value of its struct; the engine allocates the struct and the arrays before setup(),
 * and saves, digests, compares and documents them. Types are taken from the members: a member that
 * cannot be a column does not compile.
 *
 *     typedef struct {
 *         sim_state_population_t agent;
 *         double *wealth;
 *     } state_t;
 *
 *     static const sim_state_row_t state_table[] = {
 *         SIM_STATE_POPULATION(state_t, agent, params_t, agents, "Those who trade."),
 *         SIM_STATE_COLUMN(state_t, agent, wealth, "coins", "What an agent owns."),
 *         SIM_STATE_END};
 */
#ifndef SIM_STATE_TABLE_H
#define SIM_STATE_TABLE_H

#include "sim/model.h"

size_t sim_state_type_size(sim_state_type_t type);

/* A column under another name, with CELLS cells a row. */
#define SIM_STATE_COLUMN_AS(NAME, STRUCT, POPULATION, MEMBER, CELLS, UNIT, DOC)                    \
    SIM_STATE_COLUMN_ROW(NAME, true, STRUCT, POPULATION, MEMBER, CELLS, UNIT, DOC)
/* A number in the struct under another name, and an array of numbers there, of one or more
 * dimensions; ELEMENT is its first one. */
#define SIM_STATE_VALUE_AS(NAME, STRUCT, MEMBER, UNIT, DOC)                                        \
    SIM_STATE_VALUE_ROW(NAME, true, STRUCT, MEMBER, MEMBER, UNIT, DOC)
#define SIM_STATE_VALUES_AS(NAME, STRUCT, MEMBER, ELEMENT, UNIT, DOC)                              \
    SIM_STATE_VALUE_ROW(NAME, true, STRUCT, MEMBER, ELEMENT, UNIT, DOC)

/* Tie spells, with room for ROWS(world) of them at first (NULL: few); they grow. A model may have
 * several networks; the spells of the one with SIM_STATE_TIE_TABLE are the table `tie` of the
 * results, whose words are the descriptor's labels. Made before setup(), which adds ties. */
#define SIM_STATE_TIES(STRUCT, MEMBER, ROWS, DOC)                                                  \
    SIM_STATE_TIES_ROW(false, STRUCT, MEMBER, ROWS, DOC)
#define SIM_STATE_TIE_TABLE(STRUCT, MEMBER, ROWS, DOC)                                             \
    SIM_STATE_TIES_ROW(true, STRUCT, MEMBER, ROWS, DOC)
#define SIM_STATE_TIES_ROW(RECORDED, STRUCT, MEMBER, ROWS, DOC)                                    \
    {                                                                                              \
        .kind = SIM_STATE_IS_TIES, .name = #MEMBER, .doc = DOC,                                    \
        .offset = SIM_STATE_AT(STRUCT, MEMBER, sim_network_ties_t), .population = SIM_STATE_ONCE,  \
        .size = sizeof(sim_network_ties_t), .rows = ROWS, .recorded = RECORDED                     \
    }

/* Arcs from the rows of the population TAILS to those of HEADS, or in one mode of the same one
 * (sim/network/arcs.h). Rows of both may come and go: the arcs of one that is removed go with it. A
 * model may have several. */
#define SIM_STATE_ARCS(STRUCT, MEMBER, TAILS, HEADS, DOC)                                          \
    {                                                                                              \
        SIM_STATE_OF(ARCS, #MEMBER, SIM_STATE_AT(STRUCT, MEMBER, sim_network_arcs_t), DOC),        \
            SIM_STATE_IN(STRUCT, TAILS),                                                           \
            .size = sizeof(sim_network_arcs_t),                                                    \
            .other = SIM_STATE_AT(STRUCT, HEADS, sim_state_population_t)                           \
    }
/* A number that each of the arcs has, zero at first; a pointer as that of a column. It may move
 * when an arc is added. */
#define SIM_STATE_ARC_COLUMN(STRUCT, ARCS, MEMBER, UNIT, DOC)                                      \
    {                                                                                              \
        SIM_STATE_OF(ARC, #MEMBER, SIM_NUMBER_AT(STRUCT, MEMBER, **), DOC),                        \
            .unit = UNIT, .population = SIM_STATE_ONCE, .cells = 1,                                \
            .other = SIM_STATE_AT(STRUCT, ARCS, sim_network_arcs_t),                               \
            .type = SIM_STATE_TYPE(&SIM_STATE_MEMBER(STRUCT, MEMBER), **),                         \
            .size = sizeof *SIM_STATE_MEMBER(STRUCT, MEMBER)                                       \
    }

#endif
