/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --paranoid finds what a model's author has forgotten: a model with faults that can be planted,
 * run as an experiment runs it. */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/experiment/experiment.h"

enum { PURPOSE_WALK = SIM_RNG_PURPOSE_MODEL, AGENTS = 3 * SIM_BLOCK, FEW = 60, STEPS = 6 };

typedef enum {
    NONE,
    COLUMN,
    RACE,
    FILE_SCOPE,
    METRIC,
    GRAPH,
    TIES,
    TWO_DRAWS,
    OBSERVED,
    BEHIND,
    NEIGHBOUR,
    SHARED,
    PAIRS,
    WATCHED
} fault_t;

typedef struct {
    fault_t fault;
} params_t;

typedef struct {
    int32_t *place;
    int32_t *forgotten;
    sim_network_graph_t graph;
    sim_network_ties_t ties;
} state_t;

static int32_t file_scope;

static fault_t fault_of(const sim_world_t *world) {
    return ((const params_t *)world->params)->fault;
}

static int setup(sim_world_t *world) {
    state_t *state = sim_base_arena_alloc(&world->arena, 1, sizeof *state);
    if (!state)
        return SIM_ERR_MEMORY;
    world->state = state;
    state->place = sim_world_column(world, "walk.place", SIM_STATE_I32, AGENTS);
    state->forgotten = sim_base_arena_alloc(&world->arena, AGENTS, sizeof *state->forgotten);
    int rc = sim_network_graph_init(&state->graph, &world->arena, 50, 4);
    if (!rc)
        rc = sim_network_ties_init(&state->ties, &world->arena, 4);
    world->graph = fault_of(world) == GRAPH ? NULL : &state->graph;
    world->ties = fault_of(world) == TIES ? NULL : &state->ties;
    return !rc && (!state->place || !state->forgotten) ? SIM_ERR_MEMORY : rc;
}

static size_t items(const sim_world_t *world) {
    (void)world;
    return AGENTS;
}

/* From a cursor of its own. */
static uint32_t draw_pair(const sim_world_t *world, uint32_t i, uint32_t other) {
    sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_WALK, i, other);
    return sim_rng_below(&draw, 10);
}
static uint32_t draw_once(const sim_world_t *world, uint32_t i) {
    return draw_pair(world, i, 0);
}

static int decide(sim_world_t *world, size_t block, size_t first, size_t last) {
    state_t *state = world->state;
    sim_rng_t rng = sim_world_rng(world, PURPOSE_WALK);
    fault_t fault = fault_of(world);
    (void)block;
    for (size_t i = first; i < last; i++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, (uint32_t)i, 0);
        int32_t way = sim_rng_chance(&draw, 0.5) ? 1 : -1;
        if (fault == COLUMN)
            way += state->forgotten[i]++;
        else if (fault == RACE)
            way += state->place[(i + 1) % AGENTS]; /* of the next block, or not yet */
        else if (fault == SHARED && i % 100 == 0)
            state->place[7] += 1000; /* in any order the same */
        else if (fault == TWO_DRAWS && i == 70)
            way += (int32_t)(draw_once(world, 70) + draw_once(world, 70));
        else if (fault == OBSERVED && i == 80)
            way += (int32_t)draw_pair(world, 80, 1);
        else if (fault == FILE_SCOPE)
            way += file_scope++;
        state->place[i] += way;
    }
    return SIM_OK;
}

static size_t few(const sim_world_t *world) {
    (void)world;
    return FEW; /* all in one block */
}

static int look_around(sim_world_t *world, uint32_t i) {
    state_t *state = world->state;
    if (fault_of(world) == NEIGHBOUR && i > 0)
        state->place[i] += state->place[i - 1]; /* of before this phase, or after it */
    if (fault_of(world) == PAIRS)
        state->place[FEW + i / 2]++;
    return SIM_OK;
}

static int commit(sim_world_t *world) {
    state_t *state = world->state;
    uint32_t step = (uint32_t)world->clock.step;
    sim_network_birth_t birth = {.from = step,
                                 .to = state->ties.count,
                                 .trust = 0.5,
                                 .mode = 255,
                                 .topic = 255,
                                 .stage = 255,
                                 .onset = world->clock.step};
    state->place[0] += (int32_t)state->graph.degree[step];
    int rc = sim_network_graph_add(&state->graph, step, step + 1);
    return rc ? rc : sim_network_tie_add(&state->ties, &birth, NULL);
}

static int observe(sim_world_t *world, double *metric) {
    state_t *state = world->state;
    for (size_t i = 0; i < AGENTS; i++)
        metric[0] += state->place[i];
#if !defined(__SANITIZE_ADDRESS__) /* which stops the program at the read */
    if (fault_of(world) == BEHIND)
        metric[0] += state->place[AGENTS];
#endif
    if (fault_of(world) == WATCHED && world->clock.step == 0)
        state->place[7]++;
    if (fault_of(world) == OBSERVED) /* of the next step, whose phase draws the same */
        metric[0] += draw_pair(world, 80, 1);
    if (fault_of(world) == METRIC)
        metric[0] += state->forgotten[0]++;
    return SIM_OK;
}

static const sim_param_t no_params[] = {SIM_PARAM_END};
static const sim_metric_t metrics[] = {{"place_sum", "", ""}, {.name = NULL}};
static const sim_reducer_t reducers[] = {{.name = NULL}};
static const char *const purposes[] = {"walk", NULL}, *const kinds[] = {"tie", NULL};
static const sim_network_labels_t labels = {.kinds = kinds};
static const sim_phase_t phases[] = {{"walk", "", SIM_EVERY_STEP, items, decide, .commit = commit},
                                     {"look", "", SIM_EVERY_STEP, few, .each = look_around},
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

/* The note of a paranoid run, "" when it was ok. */
static const char *run(fault_t fault) {
    static char note[256];
    params_t params = {fault};
    const sim_config_t config = {
        .model = &model,
        .params = &params,
        .run = {.start_year = 2000, .steps = STEPS, .steps_per_year = 4, .seed = 5, .reps = 1}};
    const sim_experiment_run_t one = {
        .config = &config, .detail = SIM_DETAIL_SERIES, .threads = 2, .paranoid = true};
    sim_base_arena_t arena;
    sim_record_t record;
    sim_base_arena_init(&arena);
    cr_assert_eq(sim_experiment_replicate(&one, &arena, &record), 0);
    cr_assert_eq(record.status != SIM_OK, record.note[0] != '\0');
    memcpy(note, record.note, sizeof note);
    sim_experiment_record_free(&record);
    sim_base_arena_free(&arena);
    return note;
}

static void finds(fault_t fault, const char *what) {
    const char *note = run(fault);
    cr_expect(strncmp(note, what, strlen(what)) == 0, "note: %s", note);
}

Test(twin, agrees_with_a_sound_model) {
    cr_expect_str_eq(run(NONE), "");
}

#if !defined(__SANITIZE_ADDRESS__)
Test(twin, sees_a_metric_from_behind_a_column) {
    finds(BEHIND, "metric place_sum of model walk before the first step is ");
}
#endif

Test(twin, names_what_depends_on_more_than_registered_state) {
    finds(COLUMN, "walk.place of model walk, row 0: the step depends on more");
    finds(RACE, "walk.place of model walk, row ");
    finds(NEIGHBOUR, "walk.place of model walk, row ");
    finds(FILE_SCOPE, "walk.place of model walk, row ");
    finds(METRIC, "metric place_sum of model walk after step ");
}

/* Which in whole numbers no order of theirs shows. */
Test(twin, finds_numbers_that_several_add_to) {
    finds(SHARED, "phase walk of model walk: cell 7 of walk.place is written for two of those who");
    finds(PAIRS, "phase look of model walk: cell ");
}

Test(twin, finds_an_observation_that_changes_the_state_before_the_first_step) {
    finds(WATCHED, "walk.place of model walk, row 7: observe() changes it before the first step");
}

Test(twin, finds_two_draws_that_are_one) {
    finds(TWO_DRAWS, "phase walk of model walk: purpose walk is drawn twice for (70, 0)");
    finds(OBSERVED, "phase walk of model walk: purpose walk is drawn twice for (80, 1)");
}

/* What is not handed to the engine is not saved. */
Test(twin, finds_a_graph_or_ties_that_the_world_does_not_know) {
    finds(GRAPH, "phase walk of model walk: a graph changes that the world does not know");
    finds(TIES, "phase walk of model walk: ties begin that the world does not know");
    cr_expect(run(NONE)[0] == '\0');
}
