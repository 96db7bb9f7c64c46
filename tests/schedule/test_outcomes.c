/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hook does wrong fails its step with a sentence, also when it returns that all is well. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/experiment/experiment.h"

enum { AGENTS = 10, STEPS = 4 };

typedef int mistake_t(sim_world_t *world);

typedef struct {
    mistake_t *in_setup, *in_decide, *in_commit;
    int decide_returns, observe_returns;
    double value;  /* 0: metrics are 1 */
    size_t writes; /* metrics */
} params_t;

typedef struct {
    int32_t *place;
    sim_network_graph_t graph;
    sim_network_ties_t ties;
} state_t;

static int setup(sim_world_t *world) {
    const params_t *params = world->params;
    state_t *state = sim_base_arena_alloc(&world->arena, 1, sizeof *state);
    if (!state)
        return SIM_ERR_MEMORY;
    world->state = state;
    state->place = sim_world_column(world, "walk.place", SIM_STATE_I32, AGENTS);
    int rc = sim_network_graph_init(&state->graph, &world->arena, 50, 4);
    if (!rc)
        rc = sim_network_ties_init(&state->ties, &world->arena, 4);
    world->graph = &state->graph;
    world->ties = &state->ties;
    return rc || !params->in_setup ? rc : params->in_setup(world);
}

static size_t items(const sim_world_t *world) {
    (void)world;
    return AGENTS;
}

static int decide(sim_world_t *world, size_t block, size_t first, size_t last) {
    const params_t *params = world->params;
    (void)block;
    (void)first;
    (void)last;
    if (params->in_decide && world->clock.step == 2)
        (void)params->in_decide(world);
    return params->decide_returns;
}

static int commit(sim_world_t *world) {
    const params_t *params = world->params;
    return params->in_commit && world->clock.step == 2 ? params->in_commit(world) : SIM_OK;
}

static int observe(sim_world_t *world, double *metric) {
    const params_t *params = world->params;
    for (size_t i = 0; i < params->writes; i++)
        metric[i] = params->value != 0 ? params->value : 1;
    return params->observe_returns;
}

static const sim_param_t no_params[] = {SIM_PARAM_END};
static const sim_metric_t metrics[] = {{"one", "", ""}, {"two", "", ""}, {.name = NULL}};
static const sim_reducer_t reducers[] = {{.name = NULL}};
static const char *const purposes[] = {"walk", NULL}, *const kinds[] = {"tie", NULL},
                         *const stages[] = {"young", "old", NULL};
static const sim_network_labels_t labels = {.kinds = kinds, .stages = stages, .causes = kinds};
static const sim_phase_t phases[] = {{"walk", "", SIM_EVERY_STEP, items, decide, .commit = commit},
                                     {.name = NULL}};
static const sim_model_t model = {.name = "walk",
                                  .params = no_params,
                                  .params_size = sizeof(params_t),
                                  .metrics = metrics,
                                  .reducers = reducers,
                                  .purposes = purposes,
                                  .phases = phases,
                                  .labels = &labels,
                                  .setup = setup,
                                  .observe = observe};

static void expect_of(const sim_model_t *who, params_t params, const char *note) {
    const sim_config_t config = {
        .model = who,
        .params = &params,
        .run = {.start_year = 2000, .steps = STEPS, .steps_per_year = 4, .seed = 5, .reps = 1}};
    const sim_experiment_run_t one = {.config = &config, .threads = 1};
    sim_base_arena_t arena;
    sim_record_t record;
    sim_base_arena_init(&arena);
    cr_assert_eq(sim_experiment_replicate(&one, &arena, &record), 0);
    cr_expect_str_eq(record.note, note);
    cr_expect_eq(record.status != SIM_OK, note[0] != '\0');
    sim_experiment_record_free(&record);
    sim_base_arena_free(&arena);
}

static void expect(params_t params, const char *note) {
    expect_of(&model, params, note);
}

static void expect_in_commit(mistake_t *mistake, const char *what) {
    char note[256];
    snprintf(note, sizeof note, "phase walk of model walk: %s (after 2 of 4 steps)", what);
    expect((params_t){.in_commit = mistake}, note);
}

static const sim_network_birth_t good = {
    .from = 1, .to = 2, .onset = 2, .mode = 255, .topic = 255, .trust = 0.5};

static int add(sim_world_t *world, sim_network_birth_t birth) {
    (void)sim_network_tie_add(world->ties, &birth, NULL);
    return SIM_OK; /* as if nothing had happened */
}

static int twice(sim_world_t *world) {
    add(world, good);
    return add(world, good);
}
static int kind_9(sim_world_t *world) {
    sim_network_birth_t birth = good;
    birth.kind = 9;
    return add(world, birth);
}
static int kind_3(sim_world_t *world) {
    sim_network_birth_t birth = good;
    birth.kind = 3;
    return add(world, birth);
}
static int stage_7(sim_world_t *world) {
    sim_network_birth_t birth = good;
    birth.stage = 7;
    return add(world, birth);
}
static int mode_0(sim_world_t *world) {
    sim_network_birth_t birth = good;
    birth.mode = 0;
    return add(world, birth);
}
static int onset_later(sim_world_t *world) {
    sim_network_birth_t birth = good;
    birth.onset = 3;
    return add(world, birth);
}
static int onset_earlier(sim_world_t *world) {
    sim_network_birth_t birth = good;
    birth.onset = -7;
    return add(world, birth);
}
static int end_at(sim_world_t *world, int32_t step) {
    sim_network_birth_t birth = good;
    uint32_t id = 0;
    birth.onset = 2;
    int rc = sim_network_tie_add(world->ties, &birth, &id);
    sim_network_tie_stage(world->ties, id, 0, 2);
    sim_network_tie_end(world->ties, id, step, 0);
    return rc;
}
static int end_later(sim_world_t *world) {
    return end_at(world, 30);
}
static int end_none(sim_world_t *world) {
    sim_network_tie_end(world->ties, sim_network_tie_find(world->ties, 0, 1, 2), 3, 0);
    return SIM_OK;
}
static int loop(sim_world_t *world) {
    (void)sim_network_graph_add(world->graph, 3, 3);
    return SIM_OK;
}
static int outside(sim_world_t *world) {
    (void)sim_network_graph_add(world->graph, 3, 1000003);
    return SIM_OK;
}
static int engine_purpose(sim_world_t *world) {
    (void)sim_world_rng(world, 0);
    return SIM_OK;
}
static int unlisted_purpose(sim_world_t *world) {
    (void)sim_world_rng(world, SIM_RNG_PURPOSE_MODEL + 1);
    return SIM_OK;
}
static int lost_code(sim_world_t *world) {
    (void)sim_world_fail(world, SIM_ERR_MODEL, "the walker fell into the river");
    return SIM_OK;
}

Test(outcomes, of_a_sound_model) {
    expect((params_t){0}, "");
}

Test(outcomes, of_codes) {
    expect((params_t){.decide_returns = -42},
           "phase walk of model walk: it returned -42, which is none of the codes SIM_ERR_...");
    expect((params_t){.decide_returns = SIM_ERR_MEMORY}, "phase walk of model walk: out of memory");
}

Test(outcomes, misuse_fails_the_step) {
    expect_in_commit(twice, "a tie of kind 0 between 1 and 2 is added twice");
    expect_in_commit(kind_9, "a tie of kind 9 is added; kinds are below 8");
    expect_in_commit(kind_3, "tie 0 has kind 3, but the model's labels have 1 words for it");
    expect_in_commit(stage_7, "tie 0 has stage 7, but the model's labels have 2 words for it; "
                              "SIM_NETWORK_NO_WORD (255): none");
    expect_in_commit(mode_0, "tie 0 has mode 0, but the model's labels have 0 words for it; "
                             "SIM_NETWORK_NO_WORD (255): none");
    expect_in_commit(onset_later, "tie 0 begins at step 3, but it is step 2");
    expect_in_commit(onset_earlier, "a tie of 1 and 2 begins at step -7, but it is step 2");
    expect_in_commit(end_later, "tie 0 is ended at step 30, but it is step 2");
    expect_in_commit(end_none, "no tie (SIM_NETWORK_NONE) is ended");
    expect_in_commit(loop, "node 3 of a graph is tied to itself");
    expect_in_commit(outside, "nodes 3 and 1000003 of a graph of 50 nodes are tied");
    expect_in_commit(engine_purpose,
                     "random numbers are drawn for purpose 0, which is the engine's; a model's "
                     "purposes begin at SIM_RNG_PURPOSE_MODEL (16)");
    expect_in_commit(unlisted_purpose,
                     "random numbers are drawn for purpose SIM_RNG_PURPOSE_MODEL + 1; the model's "
                     "list `purposes` has 1");
    expect_in_commit(lost_code, "the walker fell into the river");
}

/* ---- what agents that act at the same time may not do ---- */

static int tie_add(sim_world_t *world) {
    return add(world, good);
}
static int graph_add(sim_world_t *world) {
    return sim_network_graph_add(world->graph, 3, 4);
}
static int graph_drop(sim_world_t *world) {
    sim_network_graph_drop(world->graph, 1, 0);
    return SIM_OK;
}
static int tie_1_2(sim_world_t *world) {
    sim_network_birth_t birth = good;
    birth.onset = 0;
    (void)sim_network_graph_add(world->graph, 1, 2);
    return add(world, birth);
}
static int take_memory(sim_world_t *world) {
    return sim_base_arena_alloc(&world->arena, 1, 8) ? SIM_OK : SIM_ERR_MEMORY;
}
static int add_row(sim_world_t *world) {
    return sim_world_row(world, 0, NULL);
}
static int add_column(sim_world_t *world) {
    return sim_world_column(world, "late", SIM_STATE_U8, 3) ? SIM_OK : SIM_ERR_MEMORY;
}

Test(outcomes, of_changes_on_any_thread) {
    static const struct {
        mistake_t *mistake;
        const char *what;
    } list[] = {{graph_add, "a change of a graph"},      {graph_drop, "a change of a graph"},
                {tie_add, "a change of ties"},           {end_none, "a change of ties"},
                {take_memory, "sim_base_arena_alloc()"}, {add_row, "sim_world_row()"},
                {add_column, "sim_base_arena_alloc()"}};
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        char note[256];
        snprintf(note, sizeof note,
                 "phase walk of model walk: %s in decide(), which runs on any thread; do it in a "
                 "commit (after 2 of 4 steps)",
                 list[k].what);
        expect((params_t){.in_setup = tie_1_2, .in_decide = list[k].mistake}, note);
    }
}

/* A draw about (4, 0) at this step, or about (5, 0) of the whole run. */
static sim_rng_draw_t draw_of(sim_world_t *world, bool once) {
    const sim_rng_t of_run = sim_world_rng_once(world, SIM_RNG_PURPOSE_MODEL);
    return once ? sim_rng_draw(&of_run, 5, 0) : sim_world_draw(world, SIM_RNG_PURPOSE_MODEL, 4, 0);
}
static int no_chance(sim_world_t *world) {
    sim_rng_draw_t draw = draw_of(world, false);
    draw.rng.purpose |= SIM_RNG_CHECKED; /* as in the twin of --paranoid: the call may be inline */
    (void)sim_rng_chance(&draw, (double)NAN);
    return SIM_OK;
}
static int below_none(sim_world_t *world) {
    sim_rng_draw_t draw = draw_of(world, false);
    return (int)sim_rng_below(&draw, 0);
}
static int sample_of_none(sim_world_t *world) {
    sim_rng_draw_t draw = draw_of(world, false);
    uint32_t chosen[2];
    sim_rng_sample(&draw, 1, chosen, 2);
    return sim_world_fail(world, SIM_ERR_MODEL, "0 is chosen twice"); /* which is not the cause */
}
static int negative_mean(sim_world_t *world) {
    sim_rng_draw_t draw = draw_of(world, true);
    return (int)sim_rng_poisson(&draw, -0.5);
}
static int negative_weight(sim_world_t *world) {
    const double weight[] = {1, -0.25};
    sim_rng_draw_t draw = draw_of(world, true);
    return (int)sim_rng_weighted(&draw, weight, 2);
}

Test(outcomes, of_draws_that_cannot_be) {
    expect_in_commit(no_chance, "sim_rng_chance() got a probability of nan; it must lie between 0 "
                                "and 1 (purpose walk, a 4, b 0)");
    expect_in_commit(below_none, "sim_rng_below() was to choose one of 0; there must be one at "
                                 "least (purpose walk, a 4, b 0)");
    expect_in_commit(sample_of_none, "sim_rng_sample() was to choose more than all of 1; k must be "
                                     "at most n (purpose walk, a 4, b 0)");
    expect_in_commit(negative_mean, "sim_rng_poisson() got a mean of -0.5; it must lie between 0 "
                                    "and 1e9 (purpose walk, a 5, b 0)");
    expect_in_commit(negative_weight, "sim_rng_weighted() got a weight of -0.25; weights must be 0 "
                                      "or more, and finite (purpose walk, a 5, b 0)");
    expect((params_t){.in_setup = no_chance},
           "setup() of model walk: sim_rng_chance() got a probability of nan; it must lie between "
           "0 and 1 (purpose walk, a 4, b 0)");
}

/* Another graph, or other ties, than those that the world knows. */
static int change_unknown(sim_world_t *world, bool ties) {
    state_t *state = world->state;
    sim_network_graph_t graph = state->graph;
    sim_network_ties_t other = state->ties;
    sim_network_rows_t rows = *graph.rows;
    rows.known = other.known = false;
    graph.rows = &rows;
    return ties ? sim_network_tie_add(&other, &good, NULL) : sim_network_graph_add(&graph, 3, 4);
}
static int unknown_graph(sim_world_t *world) {
    return change_unknown(world, false);
}
static int unknown_ties(sim_world_t *world) {
    return change_unknown(world, true);
}

Test(outcomes, what_the_world_does_not_know_may_change_in_setup_alone) {
    expect((params_t){.in_setup = unknown_graph}, "");
    expect_in_commit(unknown_graph, "a graph changes that the world does not know; hand it over in "
                                    "setup(): world->graph");
    expect_in_commit(unknown_ties, "ties begin that the world does not know; hand them over in "
                                   "setup(): world->ties");
}

#if !defined(__SANITIZE_ADDRESS__) /* which stops the program at the write */
static int overrun(sim_world_t *world) {
    ((state_t *)world->state)->place[AGENTS] = 1;
    return SIM_OK;
}

static int underrun(sim_world_t *world) {
    ((state_t *)world->state)->place[-1] = 1;
    return SIM_OK;
}

Test(outcomes, of_a_column_that_is_too_short) {
    expect((params_t){.in_setup = overrun}, "setup() of model walk: column walk.place has 10 rows, "
                                            "and somebody wrote before the first or "
                                            "behind the last of them");
    expect((params_t){.in_commit = overrun},
           "a phase of model walk: column walk.place has 10 rows, and somebody wrote before the "
           "first or behind the last of them (after 2 of 4 steps)");
    expect((params_t){.in_commit = underrun},
           "a phase of model walk: column walk.place has 10 rows, and somebody wrote before the "
           "first or behind the last of them (after 2 of 4 steps)");
}
#endif

Test(outcomes, of_ties_without_labels) {
    sim_model_t bare = model;
    bare.labels = NULL;
    expect_of(&bare, (params_t){0}, "");
    expect_of(&bare, (params_t){.in_commit = kind_3},
              "phase walk of model walk: there are ties, but the descriptor has no labels for them "
              "(after 2 of 4 steps)");
}

static int column_twice(sim_world_t *world) {
    (void)sim_world_column(world, "walk.place", SIM_STATE_U8, 3);
    return SIM_OK;
}

static int column_of_no_type(sim_world_t *world) {
    (void)sim_world_column(world, "walk.other", (sim_state_type_t)99, 3);
    return SIM_OK;
}

static int column_without_name(sim_world_t *world) {
    (void)sim_world_column(world, NULL, SIM_STATE_U8, 3);
    return SIM_OK;
}

static int infinite_summary(sim_world_t *world, double *summary) {
    (void)world;
    summary[0] = -INFINITY;
    return SIM_OK;
}

static int end_later_in_setup(sim_world_t *world) {
    sim_network_birth_t birth = good;
    uint32_t id = 0;
    birth.onset = -2;
    (void)sim_network_tie_add(world->ties, &birth, &id);
    sim_network_tie_end(world->ties, id, 3, 0);
    return SIM_OK;
}

static int stage_later_in_setup(sim_world_t *world) {
    sim_network_birth_t birth = good;
    uint32_t id = 0;
    birth.onset = 0;
    (void)sim_network_tie_add(world->ties, &birth, &id);
    sim_network_tie_stage(world->ties, id, 1, 2);
    return SIM_OK;
}

Test(outcomes, of_ties_in_setup) {
    expect((params_t){.in_setup = end_later_in_setup},
           "setup() of model walk: tie 0 ends at step 3, but it is step 0");
    expect((params_t){.in_setup = stage_later_in_setup},
           "setup() of model walk: tie 0 reaches its stage at step 2, but it is step 0");
}

Test(outcomes, of_the_summary) {
    static const char said[] = "summary of model walk: one_sum is infinite (no value is NaN)"
                               " (after 4 of 4 steps)";
    static const sim_reducer_t sum[] = {{"one_sum", "", "", SIM_REDUCE_SUM, "one", 0, 0},
                                        {.name = NULL}};
    sim_model_t summed = model;
    summed.reducers = sum;
    expect_of(&summed, (params_t){.writes = 2, .value = 1e300}, "");
    expect_of(&summed, (params_t){.writes = 2, .value = 1e308}, said);
    summed.summarise = infinite_summary;
    expect_of(&summed, (params_t){.writes = 2}, said);
}

Test(outcomes, of_the_other_hooks) {
    expect((params_t){.in_setup = column_twice},
           "setup() of model walk: column walk.place is registered twice");
    expect((params_t){.decide_returns = 1},
           "phase walk of model walk: decide() returned 1; a hook returns 0 or a negative code");
    expect(
        (params_t){.observe_returns = 2},
        "observe() of model walk: it returned 2; a hook returns 0 or a negative code (after 0 of "
        "4 steps)");
    expect((params_t){.writes = 2}, "");
    expect(
        (params_t){.writes = 2, .value = INFINITY},
        "observe() of model walk: metric one is infinite (no value is NaN) (after 0 of 4 steps)");
    expect((params_t){.in_setup = column_of_no_type},
           "setup() of model walk: a column has a type that there is not");
    expect((params_t){.in_setup = column_without_name},
           "setup() of model walk: a column has no name (NULL)");
    expect((params_t){.writes = 3},
           "observe() of model walk writes metric 2; its table has 2 (after 0 of 4 steps)");
}
