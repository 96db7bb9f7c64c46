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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_world;

/* The numbers are part of checkpoints and digests: new types go to the end. */
typedef enum {
    SIM_STATE_F64,
    SIM_STATE_I64,
    SIM_STATE_I32,
    SIM_STATE_U32,
    SIM_STATE_U8,
    SIM_STATE_U16
} sim_state_type_t;

size_t sim_state_type_size(sim_state_type_t type);

/* A member of the model's struct, set by the engine: rows 0 .. count-1 of its columns are in use.
 * Only sim_world_grow() and sim_world_remove() change it. */
typedef struct {
    uint32_t count, capacity;
} sim_state_population_t;

typedef enum {
    SIM_STATE_IS_END,
    SIM_STATE_IS_POPULATION,
    SIM_STATE_IS_COLUMN,  /* an array with `cells` cells for each row of a population */
    SIM_STATE_IS_VALUE,   /* `cells` numbers in the struct itself */
    SIM_STATE_IS_DERIVED, /* an array that follows from parameters and state; not saved */
    SIM_STATE_IS_TIES,    /* tie spells, sim/network/ties.h */
    SIM_STATE_IS_GRAPH,   /* an undirected graph, sim/network/graph.h */
    SIM_STATE_IS_SCRATCH  /* an array whose contents mean nothing after a phase; not saved */
} sim_state_kind_t;

#define SIM_STATE_ONCE SIZE_MAX /* of no population: one row */

/* Write rows with the macros below. */
typedef struct {
    sim_state_kind_t kind;
    const char *name, *unit, *doc; /* the unit may be "" */
    bool whole_name;               /* the model's name does not go before it */
    size_t offset;                 /* of the member in the model's struct */
    size_t population;             /* offset of the population a row belongs to; SIM_STATE_ONCE */
    sim_state_type_t type;
    size_t size;  /* bytes of a cell */
    size_t cells; /* of a row */
    /* A population: the offset of the int64_t parameter that has its size, or a function; rows at
     * the start. */
    size_t parameter;
    size_t (*rows)(const struct sim_world *world);
    bool grows;    /* its size may change in a run */
    bool recorded; /* ties: these are the table `tie` of the results file */
} sim_state_row_t;

/* ---- types of members; other types do not compile ---- */

#define SIM_STATE_MEMBER(STRUCT, MEMBER) (((STRUCT *)0)->MEMBER)
#define SIM_STATE_TYPE_OF_VALUE(VALUE)                                                             \
    _Generic((VALUE), double                                                                       \
             : SIM_STATE_F64, int64_t                                                              \
             : SIM_STATE_I64, int32_t                                                              \
             : SIM_STATE_I32, uint32_t                                                             \
             : SIM_STATE_U32, uint8_t                                                              \
             : SIM_STATE_U8, uint16_t                                                              \
             : SIM_STATE_U16)
/* Of a pointer to cells. An array in the struct is a SIM_STATE_VALUES. */
#define SIM_STATE_TYPE_OF_COLUMN(MEMBER)                                                           \
    _Generic(&(MEMBER), double **                                                                  \
             : SIM_STATE_F64, int64_t **                                                           \
             : SIM_STATE_I64, int32_t **                                                           \
             : SIM_STATE_I32, uint32_t **                                                          \
             : SIM_STATE_U32, uint8_t **                                                           \
             : SIM_STATE_U8, uint16_t **                                                           \
             : SIM_STATE_U16)
#define SIM_STATE_OFFSET_OF(STRUCT, MEMBER, TYPE)                                                  \
    _Generic(SIM_STATE_MEMBER(STRUCT, MEMBER), TYPE : offsetof(STRUCT, MEMBER))

/* ---- rows ---- */

/* A population whose size the parameter PARAM (int64_t) of the struct PARAMS has. */
#define SIM_STATE_POPULATION(STRUCT, POPULATION, PARAMS, PARAM, DOC)                               \
    {                                                                                              \
        .kind = SIM_STATE_IS_POPULATION, .name = #POPULATION, .doc = DOC,                          \
        .offset = SIM_STATE_OFFSET_OF(STRUCT, POPULATION, sim_state_population_t),                 \
        .parameter = SIM_STATE_OFFSET_OF(PARAMS, PARAM, int64_t)                                   \
    }
/* A population whose size ROWS(world) tells; of the world it may read parameters, clock and
 * `shared`. */
#define SIM_STATE_POPULATION_OF(STRUCT, POPULATION, ROWS, DOC)                                     \
    {                                                                                              \
        .kind = SIM_STATE_IS_POPULATION, .name = #POPULATION, .doc = DOC,                          \
        .offset = SIM_STATE_OFFSET_OF(STRUCT, POPULATION, sim_state_population_t), .rows = ROWS    \
    }
/* A population that begins with ROWS(world) rows (NULL: none) and grows and shrinks in a run. */
#define SIM_STATE_GROWING(STRUCT, POPULATION, ROWS, DOC)                                           \
    SIM_STATE_GROWING_AS(#POPULATION, STRUCT, POPULATION, ROWS, DOC)
#define SIM_STATE_GROWING_AS(NAME, STRUCT, POPULATION, ROWS, DOC)                                  \
    {                                                                                              \
        .kind = SIM_STATE_IS_POPULATION, .name = NAME, .doc = DOC,                                 \
        .offset = SIM_STATE_OFFSET_OF(STRUCT, POPULATION, sim_state_population_t), .rows = ROWS,   \
        .grows = true                                                                              \
    }

/* A column: MEMBER is a pointer to cells, zero at the start. Its name is the member's;
 * digests and checkpoints put the model's before it. */
#define SIM_STATE_COLUMN(STRUCT, POPULATION, MEMBER, UNIT, DOC)                                    \
    SIM_STATE_COLUMN_ROW(#MEMBER, false, STRUCT, POPULATION, MEMBER, 1, UNIT, DOC)
/* The same under another name, or with several cells a row. */
#define SIM_STATE_COLUMN_AS(NAME, STRUCT, POPULATION, MEMBER, CELLS, UNIT, DOC)                    \
    SIM_STATE_COLUMN_ROW(NAME, true, STRUCT, POPULATION, MEMBER, CELLS, UNIT, DOC)
#define SIM_STATE_COLUMN_ROW(NAME, WHOLE, STRUCT, POPULATION, MEMBER, CELLS, UNIT, DOC)            \
    {                                                                                              \
        .kind = SIM_STATE_IS_COLUMN, .name = NAME, .whole_name = WHOLE, .unit = UNIT, .doc = DOC,  \
        .offset = offsetof(STRUCT, MEMBER),                                                        \
        .population = SIM_STATE_OFFSET_OF(STRUCT, POPULATION, sim_state_population_t),             \
        .type = SIM_STATE_TYPE_OF_COLUMN(SIM_STATE_MEMBER(STRUCT, MEMBER)),                        \
        .size = sizeof *SIM_STATE_MEMBER(STRUCT, MEMBER), .cells = CELLS                           \
    }

/* A number in the struct. */
#define SIM_STATE_VALUE(STRUCT, MEMBER, UNIT, DOC)                                                 \
    SIM_STATE_VALUE_ROW(#MEMBER, false, STRUCT, MEMBER, UNIT, DOC)
#define SIM_STATE_VALUE_AS(NAME, STRUCT, MEMBER, UNIT, DOC)                                        \
    SIM_STATE_VALUE_ROW(NAME, true, STRUCT, MEMBER, UNIT, DOC)
#define SIM_STATE_VALUE_ROW(NAME, WHOLE, STRUCT, MEMBER, UNIT, DOC)                                \
    {                                                                                              \
        .kind = SIM_STATE_IS_VALUE, .name = NAME, .whole_name = WHOLE, .unit = UNIT, .doc = DOC,   \
        .offset = offsetof(STRUCT, MEMBER), .population = SIM_STATE_ONCE,                          \
        .type = SIM_STATE_TYPE_OF_VALUE(SIM_STATE_MEMBER(STRUCT, MEMBER)),                         \
        .size = sizeof SIM_STATE_MEMBER(STRUCT, MEMBER), .cells = 1                                \
    }
/* An array of numbers in the struct, of one or more dimensions; ELEMENT is its first one. */
#define SIM_STATE_VALUES_AS(NAME, STRUCT, MEMBER, ELEMENT, UNIT, DOC)                              \
    {                                                                                              \
        .kind = SIM_STATE_IS_VALUE, .name = NAME, .whole_name = true, .unit = UNIT, .doc = DOC,    \
        .offset = SIM_STATE_OFFSET_IN(STRUCT, MEMBER, ELEMENT), .population = SIM_STATE_ONCE,      \
        .type = SIM_STATE_TYPE_OF_VALUE(SIM_STATE_MEMBER(STRUCT, ELEMENT)),                        \
        .size = sizeof SIM_STATE_MEMBER(STRUCT, ELEMENT),                                          \
        .cells =                                                                                   \
            sizeof SIM_STATE_MEMBER(STRUCT, MEMBER) / sizeof SIM_STATE_MEMBER(STRUCT, ELEMENT)     \
    }
/* That of the member; its first element must lie at its begin, which a pointer does not compile
 * to: the offset of what it points to is no constant. */
#define SIM_STATE_OFFSET_IN(STRUCT, MEMBER, ELEMENT)                                               \
    (offsetof(STRUCT, ELEMENT) + 0 * sizeof SIM_STATE_MEMBER(STRUCT, MEMBER))

/* Arrays of any type that are allocated, zero at the start, and not saved. Derived: setup() and
 * changed() set it from parameters and state, or it is zero whenever nobody uses it. Scratch: each
 * use begins by writing it; the twin of --paranoid has junk there. */
#define SIM_STATE_DERIVED(STRUCT, POPULATION, MEMBER, CELLS, DOC)                                  \
    SIM_STATE_UNSAVED(SIM_STATE_IS_DERIVED, STRUCT, POPULATION, MEMBER, CELLS, DOC)
#define SIM_STATE_SCRATCH(STRUCT, POPULATION, MEMBER, CELLS, DOC)                                  \
    SIM_STATE_UNSAVED(SIM_STATE_IS_SCRATCH, STRUCT, POPULATION, MEMBER, CELLS, DOC)
#define SIM_STATE_UNSAVED(KIND, STRUCT, POPULATION, MEMBER, CELLS, DOC)                            \
    {                                                                                              \
        .kind = KIND, .name = #MEMBER, .doc = DOC, .offset = offsetof(STRUCT, MEMBER),             \
        .population = SIM_STATE_OFFSET_OF(STRUCT, POPULATION, sim_state_population_t),             \
        .size = sizeof *SIM_STATE_MEMBER(STRUCT, MEMBER), .cells = CELLS                           \
    }

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
        .offset = SIM_STATE_OFFSET_OF(STRUCT, MEMBER, sim_network_ties_t),                         \
        .population = SIM_STATE_ONCE, .rows = ROWS, .recorded = RECORDED                           \
    }
/* An undirected graph between the rows of a population, with room for about as many ties a node as
 * the parameter DEGREE (double) of the struct PARAMS says. */
#define SIM_STATE_GRAPH(STRUCT, MEMBER, POPULATION, PARAMS, DEGREE, DOC)                           \
    {                                                                                              \
        .kind = SIM_STATE_IS_GRAPH, .name = #MEMBER, .doc = DOC,                                   \
        .offset = SIM_STATE_OFFSET_OF(STRUCT, MEMBER, sim_network_graph_t),                        \
        .population = SIM_STATE_OFFSET_OF(STRUCT, POPULATION, sim_state_population_t),             \
        .parameter = SIM_STATE_OFFSET_OF(PARAMS, DEGREE, double)                                   \
    }

#define SIM_STATE_END                                                                              \
    { .kind = SIM_STATE_IS_END }

#endif
