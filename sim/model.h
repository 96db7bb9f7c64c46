/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clang-format off */
/* kumiai: what a model's author may call; models/README.md says how it goes together. sim/more.h: what few models need.
 * A model is one const descriptor, sim_model_<name>: tables and hooks. What has a row in its state table the engine
 * makes, saves, digests and compares; all else must follow from parameters and state, and changed() recomputes it.
 * No file-scope state, no allocation in a step, no printing. Every draw comes from sim_world_draw() or sim_world_rng(),
 * so that threads change no bit. Functions and hooks of type int return 0 or a negative code. Steps count from 0. */
#ifndef SIM_MODEL_H
#define SIM_MODEL_H
#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined __FAST_MATH__ || __FINITE_MATH_ONLY__ + 0 || (FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16)
#error "-ffast-math and its parts, or x87 without -mfpmath=sse, make results depend on the compiler: leave them out"
#endif
#ifdef __cplusplus
extern "C" {
#endif
enum { SIM_OK = 0, SIM_ERR_MEMORY = -1, SIM_ERR_CONFIG = -2, SIM_ERR_LIMIT = -6,
       SIM_ERR_MODEL = -7, SIM_ERR_VERIFY = -8, SIM_ERR_ARGUMENT = -10 };
typedef struct sim_world sim_world_t; typedef struct sim_config sim_config_t; /* a replicate; what configures a run */
typedef struct sim_base_diag sim_base_diag_t; /* the problems of what a user handed in */ struct sim_record_sink;
/* Adds a problem; file may be NULL, line 0. Returns SIM_ERR_CONFIG. */
int sim_base_diag_add(sim_base_diag_t *diag, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
const void *sim_param_struct(const sim_config_t *config); /* the model's parameters, for check() and prepare() */

/* ---- randomness: a function of seed, replicate, purpose, step, entities a and b ---- */
enum { SIM_RNG_PURPOSE_MODEL = 16 /* the first of a model's purposes, which are below 65536 */ };
typedef struct { uint32_t word[2]; } sim_rng_key_t; typedef struct { uint32_t word[4]; } sim_rng_block_t;
typedef struct { sim_rng_key_t key; uint32_t purpose, step; struct sim_rng_watch *watch; } sim_rng_t;
typedef struct { sim_rng_t rng; uint32_t a, b, next; sim_rng_block_t block; } sim_rng_draw_t;
/* All draws of a purpose at this step (in set-up: 0), for loops; or of the run, the same at every step. */
sim_rng_t sim_world_rng(const sim_world_t *world, uint32_t purpose);
sim_rng_t sim_world_rng_once(const sim_world_t *world, uint32_t purpose);
/* The cursor of one decision, about a (then b = 0) or about the pair (a, b): each call below takes its next words. A
 * second cursor would give the same numbers again, which --paranoid takes for a fault. */
sim_rng_draw_t sim_world_draw(const sim_world_t *world, uint32_t purpose, uint32_t a, uint32_t b);
sim_rng_draw_t sim_rng_draw(const sim_rng_t *rng, uint32_t a, uint32_t b);
uint32_t sim_rng_word(sim_rng_draw_t *draw), sim_rng_below(sim_rng_draw_t *draw, uint32_t n); /* 32 bits; 0 .. n-1 */
bool sim_rng_chance(sim_rng_draw_t *draw, double p); /* true with probability p */
double sim_rng_uniform(sim_rng_draw_t *draw) /* in (0, 1) */, sim_rng_exponential(sim_rng_draw_t *draw); /* mean 1 */
double sim_rng_normal(sim_rng_draw_t *draw), sim_rng_gumbel(sim_rng_draw_t *draw); /* mean 0, sd 1; standard */
uint32_t sim_rng_poisson(sim_rng_draw_t *draw, double mean);
/* One of n by weight, or by exp(utility), and n when all are 0 or -INFINITY; k different ones of 0 .. n-1, in no order;
 * a random order, which takes the pairs (a, 0 .. n/4) of its purpose. What cannot be (p < 0, n = 0) fails the step. */
size_t sim_rng_weighted(sim_rng_draw_t *draw, const double *weight, size_t n);
size_t sim_rng_logit(sim_rng_draw_t *draw, const double *utility, size_t n);
void sim_rng_sample(sim_rng_draw_t *draw, uint32_t n, uint32_t *chosen, uint32_t k);
void sim_rng_shuffle(const sim_rng_t *rng, uint32_t a, uint32_t *item, uint32_t n);
/* Mathematics with the same bits on every machine, unlike libm's (whose sqrt, fabs, floor, ceil are safe). */
double sim_math_log(double x), sim_math_log1p(double x), sim_math_log10(double x), sim_math_exp(double x);
double sim_math_expm1(double x), sim_math_pow(double x, double y), sim_math_sin(double x), sim_math_cos(double x);

/* ---- parameters: a row for each member of the model's struct; SIM_PARAM_END ends the table ---- */
typedef enum { SIM_PARAM_REAL, SIM_PARAM_INT, SIM_PARAM_BOOL, SIM_PARAM_CHOICE, SIM_PARAM_PATH, SIM_PARAM_WORDS
} sim_param_type_t;
typedef enum { SIM_SOURCE_S = 'S', SIM_SOURCE_F = 'F', SIM_SOURCE_D = 'D', SIM_SOURCE_B = 'B', SIM_SOURCE_A = 'A'
} sim_source_t;
typedef struct { int kind; double min, max, a, b; } sim_distribution_t; /* what is plausible; more.h: SIM_PRIOR_... */
typedef struct { /* of rows that the macros below make */
    const char *name; sim_param_type_t type; size_t offset; double value, min, max;
    const char *choices, *text, *unit, *doc; sim_source_t tag; const char *source; sim_distribution_t prior;
} sim_param_t;
#define SIM_PRIOR_NONE {0, 0, 0, 0, 0}
#define SIM_MEMBER_AT(S, M, RIGHT, WHAT) (offsetof(S, M) + \
    0 * sizeof(struct { char unused; _Static_assert(RIGHT, #S "." #M " must be " WHAT " for this row"); }))
#define SIM_PARAM_AT(S, M, TYPE) SIM_MEMBER_AT(S, M, _Generic(((S *)0)->M, TYPE : 1, default : 0), "of type " #TYPE)
#define SIM_PARAM_OF(TYPE, AT, NAME, DEF, MIN, MAX, CHOICES, TEXT, UNIT, DOC, TAG, SRC, ... /* prior */) \
    {NAME, SIM_PARAM_##TYPE, AT, DEF, MIN, MAX, CHOICES, TEXT, UNIT, DOC, TAG, SRC, __VA_ARGS__}
/* Struct, member, "group.leaf", default, least, most, plausible values (_PRIOR only: as UNIFORM(0, 1)), unit, sentence,
 * the tag of the source (S the book, F a public document, D derived, B background, A assumed), the source. Members:
 * double, int64_t, bool, int (place of a word in WORDS, joined by '|'), const char * (a file; "" where left out). */
#define SIM_PARAM_ROW_REAL_PRIOR(S, M, NAME, DEF, MIN, MAX, PRIOR, UNIT, DOC, TAG, SRC) SIM_PARAM_OF(REAL, \
    SIM_PARAM_AT(S, M, double), NAME, DEF, MIN, MAX, NULL, NULL, UNIT, DOC, SIM_SOURCE_##TAG, SRC, SIM_PRIOR_##PRIOR)
#define SIM_PARAM_ROW_INT_PRIOR(S, M, NAME, DEF, MIN, MAX, PRIOR, UNIT, DOC, TAG, SRC) SIM_PARAM_OF(INT, \
    SIM_PARAM_AT(S, M, int64_t), NAME, DEF, MIN, MAX, NULL, NULL, UNIT, DOC, SIM_SOURCE_##TAG, SRC, SIM_PRIOR_##PRIOR)
#define SIM_PARAM_ROW_REAL(S, M, N, DEF, A, B, ...) SIM_PARAM_ROW_REAL_PRIOR(S, M, N, DEF, A, B, NONE, __VA_ARGS__)
#define SIM_PARAM_ROW_INT(S, M, N, DEF, A, B, ...) SIM_PARAM_ROW_INT_PRIOR(S, M, N, DEF, A, B, NONE, __VA_ARGS__)
#define SIM_PARAM_ROW_BOOL(S, M, NAME, DEF, DOC, TAG, SRC) SIM_PARAM_OF(BOOL, \
    SIM_PARAM_AT(S, M, bool), NAME, DEF, 0, 1, NULL, NULL, "", DOC, SIM_SOURCE_##TAG, SRC, SIM_PRIOR_NONE)
#define SIM_PARAM_ROW_CHOICE(S, M, NAME, DEF, WORDS, DOC, TAG, SRC) SIM_PARAM_OF(CHOICE, \
    SIM_PARAM_AT(S, M, int), NAME, DEF, 0, 0, WORDS, NULL, "", DOC, SIM_SOURCE_##TAG, SRC, SIM_PRIOR_NONE)
#define SIM_PARAM_ROW_PATH(S, M, NAME, DEF, DOC, TAG, SRC) SIM_PARAM_OF(PATH, \
    SIM_PARAM_AT(S, M, const char *), NAME, 0, 0, 0, NULL, DEF, "", DOC, SIM_SOURCE_##TAG, SRC, SIM_PRIOR_NONE)
#define SIM_PARAM_ROW_OPTIONAL_PATH(S, M, NAME, DOC, TAG, SRC) SIM_PARAM_OF(PATH, \
    SIM_PARAM_AT(S, M, const char *), NAME, 1, 0, 0, NULL, "", "", DOC, SIM_SOURCE_##TAG, SRC, SIM_PRIOR_NONE)
#define SIM_PARAM_END {NULL, SIM_PARAM_REAL, 0, 0, 0, 0, NULL, NULL, NULL, "end", SIM_SOURCE_A, NULL, SIM_PRIOR_NONE}

/* ---- state: a row for each member of the model's struct; SIM_STATE_END ends the table ---- */
typedef enum { SIM_STATE_F64, SIM_STATE_I64, SIM_STATE_I32, SIM_STATE_U32, SIM_STATE_U8, SIM_STATE_U16
} sim_state_type_t; typedef enum { SIM_STATE_IS_END, SIM_STATE_IS_POPULATION, SIM_STATE_IS_COLUMN, SIM_STATE_IS_VALUE,
 SIM_STATE_IS_DERIVED, SIM_STATE_IS_TIES, SIM_STATE_IS_GRAPH, SIM_STATE_IS_ARCS, SIM_STATE_IS_ARC, SIM_STATE_IS_SCRATCH,
 SIM_STATE_IS_OWN } sim_state_kind_t; typedef struct { uint32_t count, capacity; } sim_state_population_t; /* engine */
typedef struct { /* of rows that the macros below make */
    sim_state_kind_t kind; const char *name, *unit, *doc; bool whole_name, grows, recorded; sim_state_type_t type;
    size_t offset, population, other, size, cells, parameter; size_t (*rows)(const sim_world_t *world);
} sim_state_row_t;
#define SIM_STATE_ONCE SIZE_MAX
#define SIM_STATE_MEMBER(S, M) (((S *)0)->M)
#define SIM_STATE_TYPE(OF, P) _Generic((OF), double P : SIM_STATE_F64, int64_t P : SIM_STATE_I64, default : -1, \
    int32_t P : SIM_STATE_I32, uint32_t P : SIM_STATE_U32, uint8_t P : SIM_STATE_U8, uint16_t P : SIM_STATE_U16)
#define SIM_NUMBER_AT(S, M, P) SIM_MEMBER_AT(S, M, SIM_STATE_TYPE(&SIM_STATE_MEMBER(S, M), P) >= 0, \
    "double, int64_t, int32_t, uint32_t, uint16_t or uint8_t (in a column a pointer to one)")
#define SIM_STATE_AT(S, M, TYPE) SIM_PARAM_AT(S, M, TYPE)
#define SIM_STATE_OF(KIND, NAME, AT, DOC) .kind = SIM_STATE_IS_##KIND, .name = NAME, .doc = DOC, .offset = AT
#define SIM_STATE_IN(S, POP) .population = SIM_STATE_AT(S, POP, sim_state_population_t)
/* A population with as many rows as the parameter PARAM (int64_t) or ROWS(world) says; one that grows. */
#define SIM_STATE_POPULATION(S, POP, PARAMS, PARAM, DOC) {.parameter = SIM_STATE_AT(PARAMS, PARAM, int64_t), \
    SIM_STATE_OF(POPULATION, #POP, SIM_STATE_AT(S, POP, sim_state_population_t), DOC)}
#define SIM_STATE_POPULATION_OF(S, POP, ROWS, DOC) \
    {SIM_STATE_OF(POPULATION, #POP, SIM_STATE_AT(S, POP, sim_state_population_t), DOC), .rows = ROWS}
#define SIM_STATE_GROWING(S, POP, ROWS, DOC) SIM_STATE_GROWING_AS(#POP, S, POP, ROWS, DOC)
#define SIM_STATE_GROWING_AS(NAME, S, POP, ROWS, DOC) \
    {SIM_STATE_OF(POPULATION, NAME, SIM_STATE_AT(S, POP, sim_state_population_t), DOC), .rows = ROWS, .grows = true}
/* A column, zero at the start (more.h: several cells a row). Not saved, of any type: scratch, written before it is
 * read; what setup() and changed() derive from parameters and state; and a member of the model's OWN, as either. */
#define SIM_STATE_COLUMN(S, POP, M, UNIT, DOC) SIM_STATE_COLUMN_ROW(#M, false, S, POP, M, 1, UNIT, DOC)
#define SIM_STATE_COLUMN_ROW(NAME, WHOLE, S, POP, M, CELLS, UNIT, DOC) {.whole_name = WHOLE, .unit = UNIT, \
    SIM_STATE_OF(COLUMN, NAME, SIM_NUMBER_AT(S, M, **), DOC), SIM_STATE_IN(S, POP), .cells = CELLS, \
    .type = SIM_STATE_TYPE(&SIM_STATE_MEMBER(S, M), **), .size = sizeof *SIM_STATE_MEMBER(S, M)}
#define SIM_STATE_SCRATCH(S, POP, M, CELLS, DOC) SIM_STATE_UNSAVED(SCRATCH, S, POP, M, CELLS, DOC)
#define SIM_STATE_DERIVED(S, POP, M, CELLS, DOC) SIM_STATE_UNSAVED(DERIVED, S, POP, M, CELLS, DOC)
#define SIM_STATE_UNSAVED(KIND, S, POP, M, CELLS, DOC) {SIM_STATE_OF(KIND, #M, offsetof(S, M), DOC), \
    SIM_STATE_IN(S, POP), .size = sizeof *SIM_STATE_MEMBER(S, M), .cells = CELLS}
#define SIM_STATE_OWN(S, M, DOC) {SIM_STATE_OF(OWN, #M, offsetof(S, M), DOC), .population = SIM_STATE_ONCE, \
    .size = sizeof SIM_STATE_MEMBER(S, M), .cells = 1} /* and a number in the struct (more.h: arrays of them): */
#define SIM_STATE_VALUE(S, M, UNIT, DOC) SIM_STATE_VALUE_ROW(#M, false, S, M, M, UNIT, DOC)
#define SIM_STATE_VALUE_ROW(NAME, WHOLE, S, M, E, UNIT, DOC) {.unit = UNIT, .whole_name = WHOLE, \
    SIM_STATE_OF(VALUE, NAME, SIM_NUMBER_AT(S, E, *), DOC), .population = SIM_STATE_ONCE, .size = sizeof ((S *)0)->E, \
    .type = SIM_STATE_TYPE(&SIM_STATE_MEMBER(S, E), *), .cells = sizeof SIM_STATE_MEMBER(S, M) / sizeof ((S *)0)->E}
#define SIM_STATE_END {.kind = SIM_STATE_IS_END, .doc = "end"} /* which bytes that happen to be 0 do not say */
/* A queue of events at real times; of equal times the lower rank, kind, subject comes first. */
typedef struct { sim_state_population_t events; double *time; uint32_t *rank, *kind, *subject; } sim_state_queue_t;
typedef struct { double time; uint32_t rank, kind, subject; } sim_state_event_t;
#define SIM_STATE_QUEUE(S, M, UNIT, DOC) SIM_STATE_GROWING_AS(#M, S, M.events, NULL, DOC), \
    SIM_STATE_COLUMN(S, M.events, M.time, UNIT, "When it is due."), \
    SIM_STATE_COLUMN(S, M.events, M.rank, "", "Which of equal times is first."), \
    SIM_STATE_COLUMN(S, M.events, M.kind, "", "What happens."), SIM_STATE_COLUMN(S, M.events, M.subject, "", "To whom.")
/* From setup(), ask, event and commit: puts an event in; takes out the next before `end`; adds zeroed rows (columns may
 * move; those born in a phase act from the next phase on); removes a row, whose number the last one takes (events about
 * those who may go need permanent ids), but in ask none of those asked: mark it; a commit removes it, last first. */
int sim_world_schedule(sim_world_t *world, sim_state_queue_t *queue, sim_state_event_t event);
bool sim_world_due(sim_world_t *world, sim_state_queue_t *queue, double end, sim_state_event_t *event);
int sim_world_grow(sim_world_t *world, sim_state_population_t *population, uint32_t rows);
int sim_world_remove(sim_world_t *world, sim_state_population_t *population, uint32_t row);

/* ---- an undirected graph of the rows of a population; memory goes with its ties (more.h: directed, spells) ---- */
enum { SIM_NETWORK_MAX_DEGREE = UINT16_MAX };
typedef struct sim_network_graph { /* read n, degree[node] and ties; the others are the engine's */
    uint32_t n, stride, *row; uint16_t *degree; uint64_t ties; struct sim_network_rows *rows;
} sim_network_graph_t;
#define SIM_STATE_GRAPH(S, M, POP, PARAMS, DEGREE, DOC) /* room for about DEGREE (a parameter, double) ties a node */ \
    {SIM_STATE_OF(GRAPH, #M, SIM_STATE_AT(S, M, sim_network_graph_t), DOC), SIM_STATE_IN(S, POP), \
     .size = sizeof(sim_network_graph_t), .parameter = SIM_STATE_AT(PARAMS, DEGREE, double)}
/* A node's neighbours, degree[node] of them, in an order that history decides. All graphs of m ties equally likely, on
 * an empty one. add(): SIM_ERR_ARGUMENT when they are tied or are one. drop(): the tie at place `at` of a's row. */
const uint32_t *sim_network_neighbours(const sim_network_graph_t *graph, uint32_t node);
int sim_network_graph_random(sim_network_graph_t *graph, uint64_t m, sim_rng_key_t key);
bool sim_network_graph_has(const sim_network_graph_t *graph, uint32_t a, uint32_t b);
int sim_network_graph_add(sim_network_graph_t *graph, uint32_t a, uint32_t b);
void sim_network_graph_drop(sim_network_graph_t *graph, uint32_t a, uint32_t at);

/* ---- results; lists end with an entry without a name ---- */
typedef struct { const char *name, *unit, *doc; } sim_metric_t; /* of a flow, which is of a step: unit "coins/step" */
typedef enum { SIM_REDUCE_MEAN, SIM_REDUCE_SUM, SIM_REDUCE_MAX, SIM_REDUCE_FINAL, SIM_REDUCE_MODEL } sim_reduce_t;
typedef struct { const char *name, *unit, *doc; sim_reduce_t how; const char *metric; int from, to; } sim_reducer_t;
/* That is a column of the table summary, over the years [from, to); 0, 0: the whole run; MODEL: summarise() fills it */
typedef enum { SIM_FIELD_INTEGER, SIM_FIELD_REAL, SIM_FIELD_LABEL, SIM_FIELD_TEXT /* of agents */ } sim_field_type_t;
typedef struct { const char *name; sim_field_type_t type; const char *const *labels; const char *doc; } sim_field_t;
typedef enum { SIM_ROLE_NONE, SIM_ROLE_SPELLS, SIM_ROLE_STATES, SIM_ROLE_FLOWS, SIM_ROLE_COUNTS, SIM_ROLE_EPISODES,
               SIM_ROLE_EVENTS, SIM_ROLE_ARCS, SIM_N_ROLES } sim_role_t; /* by which readers find it */
typedef struct { const char *name, *doc; const sim_field_t *fields; bool choices; sim_role_t role; } sim_table_t;
typedef union { int64_t i; double r; const char *text; } sim_cell_t; /* of an integer or label (its place) ... NULL: */
#define SIM_NULL_INT INT64_MIN /* or NaN, or no text */

/* ---- the world, which hooks get ---- */
typedef struct sim_schedule_clock { int32_t start_year, steps_per_year, steps, step; } sim_schedule_clock_t;
double sim_schedule_time(const sim_schedule_clock_t *clock, int32_t step);  /* when a step begins, in years */
int32_t sim_schedule_year(const sim_schedule_clock_t *clock, int32_t step); /* its year; steps may be negative */
typedef struct sim_base_arena {
    struct sim_base_chunk *first, *current; size_t used, reserved; bool sealed, shut; const char *complaint;
} sim_base_arena_t;
struct sim_world { const struct sim_world_ends *ends; bool reverse, of_twin; /* engine */
    const struct sim_model *model; const void *params, *shared; /* parameters as they are now; what prepare() made */
    void *state; sim_schedule_clock_t clock; sim_rng_key_t key; struct sim_network_ties *ties; int threads;
    sim_base_arena_t arena; sim_rng_key_t step_key; struct sim_rng_watch *watch, *faults; /* as all below: engine */
    struct sim_network_graph *graph; struct sim_state_arrays *arrays; struct sim_world_network *network;
    struct sim_record *record; struct sim_schedule_cost *cost; struct sim_schedule_crew *crew; void *own_params;
    uint32_t *order, n_purposes; size_t n_networks, order_room, n_interventions, n_applied; double *phase_seconds;
    const struct sim_param_intervention *interventions; const struct sim_schedule_target *targets;
    const void *acting, *queue; double event_time, still_to; uint64_t n_now, most_now; char note[256];
};
/* Sets the note and returns `code`: return sim_world_fail(world, SIM_ERR_MODEL, "why"). On any thread. */
int sim_world_fail(const sim_world_t *world, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Appends a row to the results table at that place of the list, a cell a field, if its rows are kept: ask before. */
int sim_world_row(sim_world_t *world, int table, const sim_cell_t *cell);
bool sim_world_records_table(const sim_world_t *world, int table);

/* ---- phases: how agents act ---- */
enum { SIM_BLOCK = 512, SIM_MOST_NEXT = 4, SIM_EVERY_STEP = 0, SIM_EVERY_YEAR = 1 /* its first step */ };
#define SIM_EVERY_STEPS(n) (SIM_EVERY_YEAR + (n)) /* steps 0, n, 2n, ... */
typedef enum { SIM_ORDER_NUMBER, SIM_ORDER_RANDOM } sim_order_t;
typedef struct { size_t column, copy, size; } sim_next_t; /* SIM_NEXT of more.h */
typedef struct {
    const char *name, *doc; int every;
    size_t (*items)(const sim_world_t *world);      /* how many, for decide, each and ask */
    int (*decide)(sim_world_t *world, size_t block, size_t first, size_t last); /* as each, for a block of SIM_BLOCK */
    int (*each)(sim_world_t *world, uint32_t item); /* all at once, on any thread: writes rows of its own alone */
    int (*ask)(sim_world_t *world, uint32_t item);  /* one after another: sees and writes what it likes */
    int (*event)(sim_world_t *world, const sim_state_event_t *event); size_t queue; /* see below */
    int (*commit)(sim_world_t *world);              /* once, after those but ask */
    sim_order_t order;                              /* of ask; a random one is drawn for each step */
    sim_next_t next[SIM_MOST_NEXT]; /* SIM_NEXT of more.h: columns of which decide and each write a copy, taken after */
} sim_phase_t; /* event: what the queue at this offset brings due before the step ends, in years, by its order */

/* ---- the descriptor; whatever is not marked with * may be missing ---- */
typedef struct sim_model {
    const char *name, *title, *doc;                 /* * a word, a line, a paragraph */
    const sim_param_t *params; size_t params_size; const sim_state_row_t *state; size_t state_size; /* params: * */
    const sim_metric_t *metrics; size_t n_metrics; const sim_reducer_t *reducers; /* * n without the empty one */
    const sim_table_t *tables; const struct sim_constraint *constraints; const struct sim_network_labels *labels;
    const char *const *purposes;                    /* names, from SIM_RNG_PURPOSE_MODEL on */
    const sim_phase_t *phases;                      /* * in their order */
    const char *const *start_only, *const *prepare_reads; /* parameters read at the start only; by prepare() */
    int year_begins; const char *year_unit;         /* month in which years begin; the unit of dates */
    const struct sim_agent_param *agent_params; const struct sim_agent_class *agent_classes; /* more.h */
    int (*check)(const sim_config_t *config, sim_base_diag_t *diag); /* more conditions on parameters */
    int (*prepare)(const sim_config_t *config, sim_base_diag_t *diag, void **shared); /* reads files, once for all */
    void (*release)(void *shared); const sim_field_t *agent_fields; /* what has been prepared; columns of agents */
    int (*agents)(const void *shared, struct sim_record_sink *sink); /* more.h */
    int (*setup)(sim_world_t *world);               /* the initial state, else all is zero */
    int (*changed)(sim_world_t *world);             /* derives again, after interventions and restoring */
    int (*observe)(sim_world_t *world, double *metric); /* * zeroed; after each step; before step 0: only looks */
    bool (*done)(const sim_world_t *world); int (*finish)(sim_world_t *world); /* nothing is left; at the end */
    int (*summarise)(sim_world_t *world, double *summary); /* columns of SIM_REDUCE_MODEL */
    int (*verify)(const sim_world_t *world);        /* invariants: SIM_ERR_VERIFY */
} sim_model_t;
#ifdef __cplusplus
}
#define SIM_ASSERT static_assert
#else
#define SIM_ASSERT _Static_assert
#endif
#define SIM_TABLE_ENDS(table, n) SIM_ASSERT(sizeof(table) / sizeof *(table) == (n) + 1, /* for the compiler to see */ \
               "the table `" #table "` must have one entry more than " #n ", the empty one at its end")
/* clang-format on */
#endif
