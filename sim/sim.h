/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kumiai: all that a model includes.
 *
 * A model is one const descriptor, sim_model_<name>, named in models/models.def. It declares
 * its parameters, metrics, tables and phases as tables, and gives a handful of hooks. The
 * engine does the rest: configuration, replicates, threads, results, documentation.
 *
 * A replicate lives in a sim_world_t. Its state is a struct that the model describes in a state
 * table (sim/state/table.h): the engine makes, saves, digests and compares what has a row there. No
 * file-scope state, no allocation inside a step, no printing. What has no row must follow from
 * parameters and state, and changed() recomputes it; only then is a checkpoint complete.
 * Randomness comes only from sim_world_draw() and sim_world_rng(): a function of seed, replicate,
 * purpose, step and entities. Then any number of threads gives the same bits. */
#ifndef SIM_SIM_H
#define SIM_SIM_H

/* What C++ must not read as C; the rooms' headers come after them. */
#include <Random123/philox.h>
#include <float.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
#define SIM_ASSERT static_assert
extern "C" {
#else
#define SIM_ASSERT _Static_assert
#endif

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/base/error.h"
#include "sim/network/graph.h"
#include "sim/network/measures.h"
#include "sim/network/survival.h"
#include "sim/network/ties.h"
#include "sim/param/config.h"
#include "sim/param/param.h"
#include "sim/param/table.h"
#include "sim/record/record.h"
#include "sim/rng/math.h"
#include "sim/rng/rng.h"
#include "sim/schedule/clock.h"
#include "sim/state/arrays.h"
#include "sim/state/queue.h"

/* Items of a phase are cut into blocks of this many, whatever the number of threads. (Small enough
 * that the twin of --paranoid, which takes blocks in reverse, has something to reverse.) */
enum { SIM_BLOCK = 512 };

/* What a phase's decide() was found to cost, alone. */
typedef struct {
    double item_s;
    uint32_t turn;
} sim_schedule_cost_t;

/* A network of a world: spells or a graph. */
typedef struct {
    const char *name;
    sim_network_ties_t *ties;   /* NULL: it is a graph */
    sim_network_graph_t *graph; /* NULL: it is ties */
    const char **array;         /* names of its arrays in digests and checkpoints */
    uint32_t seen;              /* spells that have been checked */
} sim_world_network_t;

typedef struct sim_world {
    const struct sim_model *model;
    const void *params; /* the model's parameter struct, as it is at this step */
    const void *shared; /* what prepare() made: read only, the same for all replicates */
    void *state;        /* the model's own struct: made from its state table, or by its setup() */
    sim_schedule_clock_t clock;
    sim_rng_key_t key; /* of set-up, and of what is drawn for the whole run (traits) */
    sim_rng_key_t
        step_key; /* of what steps draw: that of the stream run.stream, which may change */
    sim_base_arena_t arena;
    sim_state_arrays_t arrays;    /* all that is saved, digested and compared */
    sim_network_ties_t *ties;     /* those that are written to the results; NULL: none */
    sim_network_graph_t *graph;   /* the first one; NULL: none */
    sim_world_network_t *network; /* all of them, n_networks */
    size_t n_networks;
    sim_record_t *record;
    int threads;
    sim_schedule_cost_t *cost;      /* by phase, where there are several threads */
    struct sim_schedule_crew *crew; /* the threads; NULL where there is one */
    sim_rng_watch_t *watch; /* of the twin of --paranoid: finds words that are drawn twice */
    uint32_t *order;        /* in which agents are asked, as many as there is room for */
    size_t order_room;
    double *phase_seconds; /* of `kumiai bench --profile`: sums, one for each phase; else NULL */
    bool reverse; /* phases take their blocks from the last to the first: no result may tell */
    uint32_t n_purposes;                           /* of the model; UINT32_MAX when it lists none */
    const sim_param_intervention_t *interventions; /* of the configuration, which must outlive it */
    size_t n_interventions, n_applied;
    const struct sim_schedule_target *targets; /* whom each of them is about; NULL: no agent */
    void *own_params;                          /* what they write to; NULL when there are none */
    char note[256];                            /* why a hook failed: sim_world_fail */
} sim_world_t;

/* ---- phases ---- */

/* When a phase is due: at every step, at the first step of each year, or at steps 0, n, 2n ... */
enum { SIM_EVERY_STEP, SIM_EVERY_YEAR };
#define SIM_EVERY_STEPS(n) (SIM_EVERY_YEAR + (n))

/* In which order agents are asked: by their numbers, or in an order that is drawn for each phase
 * and step, all orders equally likely. */
typedef enum { SIM_ORDER_NUMBER, SIM_ORDER_RANDOM } sim_order_t;

/* A phase says how agents act.
 *
 * each: at the same time, on any thread: each(world, item) reads what it likes of others, as long
 * as nothing in this phase writes it, and writes the item's own rows alone. ask: one after another,
 * in the declared order; an agent sees what those before it have done, and may write anything. The
 * number of items must not fall meanwhile; those added are not asked. once: commit() alone is
 * called once. decide and commit: for what must be fast. decide() works on the items [first, last)
 * of a block and writes only these items' own rows or its block's own proposals, and commit()
 * applies them, in an order that no thread can change. A commit() may follow each() in the same
 * way. */
typedef struct {
    const char *name; /* NULL ends the list */
    const char *doc;
    int every;                                 /* SIM_EVERY_... */
    size_t (*items)(const sim_world_t *world); /* needed with decide, each and ask */
    int (*decide)(sim_world_t *world, size_t block, size_t first, size_t last);
    int (*each)(sim_world_t *world, uint32_t item);
    int (*ask)(sim_world_t *world, uint32_t item);
    int (*commit)(sim_world_t *world);
    sim_order_t order; /* of ask */
} sim_phase_t;

/* ---- the descriptor ---- */

typedef struct sim_model {
    const char *name;  /* as in `model = "..."` */
    const char *title; /* one line */
    const char *doc;   /* a paragraph */
    const sim_param_t *params;
    size_t params_size;
    const sim_state_row_t *state; /* what its struct consists of (sim/state/table.h); may be NULL */
    size_t state_size;            /* of the struct, which the engine then makes before setup() */
    const sim_constraint_t *constraints; /* between parameters; may be NULL */
    const sim_metric_t *metrics;
    size_t n_metrics; /* of them, without the empty entry at the end */
    const sim_reducer_t *reducers;
    const sim_table_t *tables;          /* may be NULL */
    const sim_network_labels_t *labels; /* may be NULL: no ties */
    const char *const *purposes;        /* names of the purposes from SIM_RNG_PURPOSE_MODEL on */
    const sim_phase_t *phases;
    /* Names of the parameters that setup() or prepare() alone reads, which no intervention may set;
     * NULL-terminated. May be NULL. */
    const char *const *start_only;
    /* Names of those of start_only that prepare() reads beside names of files; NULL-terminated. A
     * sweep over one of them prepares every run anew. NULL: it may read any of start_only. */
    const char *const *prepare_reads;
    /* The calendar month, 1 to 12, in which the model's years begin, so that users may write a date
     * as "2020-06"; 0: its years are numbers and no more. Parameters of the unit `year_unit` (may
     * be NULL) are dates too. */
    int year_begins;
    const char *year_unit;
    /* What interventions can set on agents; ends with a row without a name. Needs agents(). May be
     * NULL. */
    const sim_agent_param_t *agent_params;
    const sim_agent_class_t *agent_classes; /* by which they may choose; may be NULL */

    /* Conditions that tie several parameters together and are no `constraints`; problems to diag.
     * May be NULL. */
    int (*check)(const sim_config_t *config, sim_base_diag_t *diag);
    /* Reads data files into what all replicates share, and all points of a sweep but those over
     * what it reads. Of the parameters it sees names of files and what prepare_reads allows; the
     * others are NaN, INT64_MIN, false and -1. May be NULL. Problems to diag. On failure it leaves
     * *shared NULL. */
    int (*prepare)(const sim_config_t *config, sim_base_diag_t *diag, void **shared);
    void (*release)(void *shared);
    /* Columns of the table agent behind kind, code and name. NULL: none. */
    const sim_field_t *agent_fields;
    /* The named agents for the results file. May be NULL. */
    int (*agents)(const void *shared, sim_record_sink_t *sink);

    int (*setup)(sim_world_t *world); /* the initial state; NULL: all is zero */
    /* After an intervention has set parameters, before the phases of the step, and after a
     * checkpoint was restored: renews what setup() has derived from them. Not told which; doing it
     * twice must change nothing. May be NULL. */
    int (*changed)(sim_world_t *world);
    int (*observe)(sim_world_t *world, double *metric); /* after each step; metric[] zeroed */
    /* Whether there is nothing left to happen: asked after each step, once it is observed; true
     * ends the run there. May be NULL. */
    bool (*done)(const sim_world_t *world);
    int (*finish)(sim_world_t *world); /* after the last step; may be NULL */
    int (*summarise)(sim_world_t *world,
                     double *summary); /* SIM_REDUCE_MODEL columns; may be NULL */
    /* Invariants: 0, or `return sim_world_fail(world, SIM_ERR_VERIFY, "what is wrong, and where")`.
     * May be NULL. */
    int (*verify)(const sim_world_t *world);
} sim_model_t;

/* Has the compiler see that a table has one entry more than the n it is about, the empty one at its
 * end. */
#define SIM_TABLE_ENDS(table, n)                                                                   \
    SIM_ASSERT(sizeof(table) / sizeof *(table) == (n) + 1,                                         \
               "the table `" #table "` must have one entry more than " #n                          \
               ", the empty one at its end")

/* The models of this program, NULL-terminated: those of models.def, or those that kumiai_main() was
 * given (sim/run.h). Set once, before anything runs. */
extern const sim_model_t *const *sim_models;
/* Those of models.def, in a program that has them; else NULL. */
extern const sim_model_t *const sim_built_in_models[] __attribute__((weak));
const sim_model_t *sim_model_find(const char *name);

/* Everything that is wrong with a descriptor, a problem each, to diag: SIM_ERR_CONFIG if there is
 * any. Called once at start for every model of the program. */
int sim_model_check(const sim_model_t *model, sim_base_diag_t *diag);

/* ---- what hooks call ---- */

/* All draws of a purpose at the current step (set-up draws: step 0, so give set-up its own
 * purposes), for loops over many agents: sim_rng_draw(&rng, a, b) makes the cursor of each. */
void sim_world_bad_purpose(const sim_world_t *world, uint32_t purpose); /* fails the step */
static inline sim_rng_t sim_world_rng(const sim_world_t *world, uint32_t purpose) {
    if (purpose - SIM_RNG_PURPOSE_MODEL >= world->n_purposes)
        sim_world_bad_purpose(world, purpose);
    sim_rng_t rng = {world->step_key, purpose, (uint32_t)world->clock.step, world->watch};
    return rng;
}

/* The cursor of one decision at the current step: about a, or about a and b. Ask it for all numbers
 * that the decision needs; a second one with the same arguments gives the same numbers again, which
 * --paranoid takes for a fault. */
static inline sim_rng_draw_t sim_world_draw(const sim_world_t *world, uint32_t purpose, uint32_t a,
                                            uint32_t b) {
    sim_rng_t rng = sim_world_rng(world, purpose);
    if (__builtin_expect(world->watch != NULL, 0))
        sim_rng_note(&rng, a, b, 0);
    return sim_rng_cursor(rng, a, b);
}
/* The same on purpose: for a question that is asked several times in a step and must have the same
 * answer each time. */
static inline sim_rng_draw_t sim_world_draw_again(const sim_world_t *world, uint32_t purpose,
                                                  uint32_t a, uint32_t b) {
    sim_rng_t rng = sim_world_rng(world, purpose);
    return sim_rng_cursor(rng, a, b);
}

/* Sets the note and returns `code`: `return sim_world_fail(world, SIM_ERR_MODEL, "...")`. A step
 * fails once there is a note, also when a hook loses the code on its way. On any thread. */
int sim_world_fail(const sim_world_t *world, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds zeroed rows at the end of a population of the state table that grows; its columns may move.
 * From setup() and commits only. 0, or a negative code with a note. */
int sim_world_grow(sim_world_t *world, sim_state_population_t *population, uint32_t rows);
/* Takes a row out of such a population: the last row moves to its place. */
int sim_world_remove(sim_world_t *world, sim_state_population_t *population, uint32_t row);

/* A zeroed, registered column of a replicate whose model has no state table (NULL when out of
 * memory). */
void *sim_world_column(sim_world_t *world, const char *name, sim_state_type_t type, size_t rows);

/* Appends a row to results table `table` (index in model->tables); does nothing below detail
 * full (choices, if the table says so), nor with rows that output.tables or output.events leaves
 * out. `cell` has one entry per field. 0 or SIM_ERR_MEMORY. */
int sim_world_row(sim_world_t *world, int table, const sim_cell_t *cell);
static inline bool sim_world_records_rows(const sim_world_t *world) {
    return world->record && world->record->detail >= SIM_DETAIL_FULL;
}
/* The same of the rows of one table, of which the detail or output.tables may keep none. */
static inline bool sim_world_records_table(const sim_world_t *world, int table) {
    return sim_world_records_rows(world) && !world->record->table[table].dropped;
}
/* Whether the series is kept. A costly metric may be left NaN where it is not, if no reducer and no
 * state depends on it. */
static inline bool sim_world_records_series(const sim_world_t *world) {
    return world->record && world->record->detail >= SIM_DETAIL_SERIES;
}

/* A commit that takes long may share its work among the threads of the run: part(world, 0 ..
 * parts-1, worker), each once, in any order, several at the same time; worker, below
 * world->threads, is another one for each of these. A part writes what no other part touches, so
 * that the threads cannot be seen in the results. Returns the lowest code. */
typedef int sim_part_t(sim_world_t *world, size_t part, int worker);
int sim_world_share(sim_world_t *world, size_t parts, sim_part_t *part);
/* Whether that would be on several threads now: not where the run has one, nor while the machine
 * has no processor to spare. For a commit that has a cheaper way, to the same bits, where it is
 * alone. */
bool sim_world_shares(const sim_world_t *world);

/* ---- running (used by the experiment room and by tests) ---- */

int sim_world_init(sim_world_t *world, const sim_config_t *config, const void *shared,
                   uint32_t replicate, int threads);
int sim_world_step(sim_world_t *world); /* interventions due, all phases, then clock.step + 1 */
/* Sets clock and parameters of a world that was just made as if `step` steps had been done: for a
 * caller that then writes the registered state of that time and calls the model's changed(). */
void sim_world_skip(sim_world_t *world, int32_t step);
/* The model's and the engine's invariants. SIM_ERR_VERIFY with a note that says what and where. */
int sim_world_verify(sim_world_t *world);
void sim_world_digest(const sim_world_t *world, char digest[33]); /* of all registered state */
void sim_world_free(sim_world_t *world);

#ifdef __cplusplus
}
#endif

#endif
