/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Agents who read their neighbours and write a copy: a rule on a ring, in which all act at once. */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/experiment/experiment.h"
#include "sim/more.h"
#include "sim/record/replicate.h"

enum { AGENTS = 9 * SIM_BLOCK + 13, STEPS = 12, BORN = 5 };

typedef enum { COPIED, IN_PLACE } how_t;

typedef struct {
    how_t how;
} params_t;

typedef struct {
    sim_state_population_t agent;
    uint32_t *mood, *next;
    double *weight, *next_weight;
} state_t;

static size_t agents(const sim_world_t *world) {
    (void)world;
    return AGENTS;
}
static size_t items(const sim_world_t *world) {
    return ((const state_t *)world->state)->agent.count;
}

static const sim_state_row_t state_table[] = {
    SIM_STATE_GROWING(state_t, agent, agents, "On a ring."),
    SIM_STATE_COLUMN(state_t, agent, mood, "", "Of each."),
    SIM_STATE_SCRATCH(state_t, agent, next, 1, "Its copy."),
    SIM_STATE_COLUMN(state_t, agent, weight, "", "Of few."),
    SIM_STATE_SCRATCH(state_t, agent, next_weight, 1, "Its copy."),
    SIM_STATE_END};

static int setup(sim_world_t *world) {
    state_t *state = world->state;
    for (uint32_t i = 0; i < state->agent.count; i++)
        state->mood[i] = i * 2654435761U;
    return SIM_OK;
}

static uint32_t rule(const uint32_t *mood, uint32_t n, uint32_t i) {
    return 3 * mood[(i + n - 1) % n] + (mood[i] >> 5) + mood[(i + 1) % n] + 1;
}

static int look(sim_world_t *world, uint32_t i) {
    state_t *state = world->state;
    bool copied = ((const params_t *)world->params)->how == COPIED;
    uint32_t *to = copied ? state->next : state->mood;
    to[i] = rule(state->mood, state->agent.count, i);
    if (copied && i % 100 == 0) /* the others keep what they have */
        state->next_weight[i] = state->weight[(i + 100) % state->agent.count] + 1;
    return SIM_OK;
}

static int bear(sim_world_t *world) {
    state_t *state = world->state;
    return sim_world_grow(world, &state->agent, BORN);
}

static int observe(sim_world_t *world, double *metric) {
    const state_t *state = world->state;
    for (uint32_t i = 0; i < state->agent.count; i++)
        metric[0] += state->mood[i] % 1000 + state->weight[i];
    return SIM_OK;
}

static const sim_param_t no_params[] = {SIM_PARAM_END};
static const sim_metric_t metrics[] = {{"sum", "", ""}, {.name = NULL}};
static const sim_reducer_t reducers[] = {{.name = NULL}};
static const sim_phase_t copied[] = {
    {"look", "", .items = items, .each = look,
     .next = {SIM_NEXT(state_t, mood, next), SIM_NEXT(state_t, weight, next_weight)}},
    {"bear", "", .commit = bear},
    {.name = NULL}};
static const sim_phase_t in_place[] = {{"look", "", .items = items, .each = look}, {.name = NULL}};

static sim_model_t model_of(how_t how) {
    return (sim_model_t){.name = "ring",
                         .params = no_params,
                         .params_size = sizeof(params_t),
                         .state = state_table,
                         .state_size = sizeof(state_t),
                         .metrics = metrics,
                         .n_metrics = 1,
                         .reducers = reducers,
                         .phases = how == COPIED ? copied : in_place,
                         .setup = setup,
                         .observe = observe};
}

static params_t params[] = {[COPIED] = {COPIED}, [IN_PLACE] = {IN_PLACE}};

static sim_config_t config_of(const sim_model_t *model, how_t how) {
    return (sim_config_t){
        .model = model,
        .params = &params[how],
        .run = {.start_year = 2000, .steps = STEPS, .steps_per_year = 4, .seed = 5, .reps = 1}};
}

/* All at once by hand: two arrays that change places. */
static void by_hand(uint32_t *mood) {
    static uint32_t next[AGENTS + STEPS * BORN];
    uint32_t n = AGENTS;
    for (uint32_t i = 0; i < n; i++)
        mood[i] = i * 2654435761U;
    for (int step = 0; step < STEPS; step++, n += BORN) {
        for (uint32_t i = 0; i < n; i++)
            next[i] = rule(mood, n, i);
        memcpy(mood, next, n * sizeof *mood);
        memset(mood + n, 0, BORN * sizeof *mood);
    }
}

static void runs_as_by_hand(int threads, bool reverse) {
    static uint32_t expected[AGENTS + STEPS * BORN];
    const sim_model_t model = model_of(COPIED);
    const sim_config_t config = config_of(&model, COPIED);
    sim_world_t world = {.note = ""};
    by_hand(expected);
    cr_assert_eq(sim_world_init(&world, &config, NULL, 0, threads), 0, "%s", world.note);
    world.reverse = reverse;
    size_t used = 0;
    for (int step = 0; step < STEPS; step++)
        cr_assert_eq(sim_world_step(&world), 0, "%s", world.note);
    used = world.arena.used;
    const state_t *state = world.state;
    cr_assert_eq(state->agent.count, AGENTS + STEPS * BORN);
    cr_expect_arr_eq(state->mood, expected, state->agent.count * sizeof *expected);
    cr_expect_eq(state->weight[0], STEPS);
    cr_expect_eq(state->weight[1], 0);
    cr_expect_eq(sim_state_find(world.arrays, "ring.mood")->data, state->mood);
    cr_assert_eq(sim_world_step(&world), 0);
    cr_expect_eq(world.arena.used, used, "a step has taken memory");
    sim_world_free(&world);
}

Test(next, all_act_at_once_whatever_the_threads_and_the_order) {
    for (int threads = 1; threads <= 4; threads++)
        runs_as_by_hand(threads, false);
    runs_as_by_hand(1, true);
}

static void run(how_t how, sim_record_t *record) {
    const sim_model_t model = model_of(how);
    const sim_config_t config = config_of(&model, how);
    const sim_experiment_run_t one = {.config = &config,
                                      .detail = SIM_DETAIL_SERIES,
                                      .threads = 2,
                                      .digest = true,
                                      .paranoid = true};
    sim_base_arena_t arena;
    sim_base_arena_init(&arena);
    cr_assert_eq(sim_experiment_replicate(&one, &arena, record), 0);
    sim_base_arena_free(&arena);
}

Test(next, the_twin_agrees_and_finds_who_writes_in_place) {
    sim_record_t record;
    run(COPIED, &record);
    cr_expect_eq(record.status, 0, "%s", record.note);
    cr_expect_eq(record.steps, STEPS);
    sim_experiment_record_free(&record);
    run(IN_PLACE, &record);
    cr_expect_eq(record.status, SIM_ERR_VERIFY);
    cr_expect(strstr(record.note, "ring.mood of model ring, row "), "%s", record.note);
    sim_experiment_record_free(&record);
}
